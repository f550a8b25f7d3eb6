"""What could the pictures that it was asked for tell the observer about the search?"""

from collections.abc import Mapping
from functools import lru_cache

from hartools.capture import Capture
from hartools.findings import found, not_found, not_observable
from hartools.inference.catalogue import Catalogue
from hartools.inference.named_search import Vocabulary, named_in, vocabulary
from hartools.inference.page_model import PageModel
from hartools.inference.searches import PageView, Search, find_searches, page_views
from hartools.inference.weighed import describe_query, percent, weighed

__all__ = ["describe_query", "picture_findings", "searches_in"]

QUERY, SHOWN, OPENED = "R-QUERY", "R-SHOWN", "R-OPENED"
# Stands for a search that the address of its page names; no row of its own, R-SEARCHED has it.
NAMED = "search named by an address"
NO_STRAYS = 0.001


def searches_in(view: Capture, catalogue: Catalogue, *, prior: str | Mapping = "uniform", model: PageModel = PageModel()) -> list[Search]:
    """Find the searches behind an observer's pictures, each with its posterior.

    Returns
    -------
    list of Search
        Page views best explained by no particular query (a home page) are left out, and so is one
        picture alone: a page about that practitioner would look the same.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> view = ht.view_as(capture, "third_party:cloudinary.com")
    >>> [search.entry_ids for search in searches_in(view, ht.catalogue_from(capture))]
    [[2, 3]]
    """
    return [search for search in find_searches(page_views(view), catalogue, prior=prior, model=model) if _is_search(search, model)]


def picture_findings(view: Capture, catalogue: Catalogue | None, *, prior: str | Mapping = "uniform", model: PageModel = PageModel()) -> list[dict]:
    """Say which searches and practitioners the pictures could give away."""
    views = page_views(view)
    if not views:
        return [not_found("search query", "It was asked for no picture whose address names one.", rule=QUERY, entry_ids=view.entries.entry_id)]
    asked = [entry_id for page in views for entry_ids in page.pictures.values() for entry_id in entry_ids]
    if catalogue is None:
        return [not_observable("search query", f"It was asked for {len(asked)} pictures; what they show cannot be told without a catalogue.", rule=QUERY,
                               entry_ids=asked, caveat="Anybody could build one from the site's public pages: pass it with --catalogue or catalogue=.")]
    if not any(asset in catalogue.practitioners for page in views for asset in page.pictures):
        return [not_found("search query", f"None of the pictures in {len(asked)} requests is in the catalogue ({catalogue.source}).", rule=QUERY, entry_ids=asked)]
    rows = _searches(views, catalogue, _referers(view), prior, model)
    if not any(row["topic"] == "search query" for row in rows) and not any(row["topic"] == NAMED for row in rows):
        rows.append(not_found("search query", "Its pictures fit no particular search better than the catalogue as a whole, or another page.", rule=QUERY, entry_ids=asked,
                              caveat="One picture alone is not taken for a search: a page about that practitioner would look the same."))
    rows = [row for row in rows if row["topic"] != NAMED]
    return rows + [_opened(page, catalogue) for page in views if page.opened in catalogue.practitioners]


def _is_search(search: Search, model: PageModel) -> bool:
    # where strays are all but excluded, as for combined pictures, a page of one picture is stated to be a result page
    alone = len(search.pictures) == 1 and getattr(model, "stray_share", 1) > NO_STRAYS
    return not alone and bool(search.posterior.best())


def _searches(views: list[PageView], catalogue: Catalogue, referers: Mapping[int, str], prior, model) -> list[dict]:
    """Say of each search which it was, unless the address of its page says so itself; then under R-SEARCHED."""
    searches = find_searches(views, catalogue, prior=prior, model=model)
    others = [find_searches(views, catalogue, prior=other, model=model) for other in ("uniform", "catalogue") if other != prior]
    rows = []
    for search in searches:
        named = _named(search, referers, catalogue)
        told = bool(named) and set(search.posterior.best() or {}) <= set(named)
        if not told and _is_search(search, model):
            rows += weighed(search, catalogue, [_same(search, other) for other in others], model, rule=QUERY)
        if told:
            rows.append({"topic": NAMED})
        rows += _shown(search, catalogue, named if told else {})
    return rows


def _named(search: Search, referers: Mapping[int, str], catalogue: Catalogue) -> dict[str, str]:
    """Return what the addresses of the pages that asked for the pictures name, in words of the catalogue; nothing where they differ."""
    addresses = dict.fromkeys(referers[entry_id] for entry_id in search.entry_ids if entry_id in referers)
    named = [named_in(address, _vocabularies(catalogue)) for address in addresses]
    named = [each for each in named if each]
    return named[0] if named and all(each == named[0] for each in named) else {}


def _referers(view: Capture) -> dict[int, str]:
    held = view.entries[["entry_id", "referer"]].dropna()
    return dict(zip(held.entry_id.tolist(), held.referer.tolist(), strict=True))


@lru_cache(maxsize=4)
def _vocabularies(catalogue: Catalogue) -> dict[str, Vocabulary]:
    records = catalogue.records
    return {name: vocabulary(sorted(records[name].dropna().unique(), reverse=True)) for name in catalogue.attributes}


def _shown(search: Search, catalogue: Catalogue, named: Mapping[str, str]) -> list[dict]:
    known = {asset: entry_ids for asset, entry_ids in search.pictures.items() if asset in catalogue.practitioners}
    if not known:
        return []
    names = sorted(catalogue.practitioners[asset] for asset in known)
    how_many = f"{len(names)} {'practitioner' if len(names) == 1 else 'practitioners'}"
    return [found("practitioners shown", f"It could tell whose pictures the page showed: {how_many} of the catalogue.", names, basis="derived", strength="certain", rule=SHOWN,
                  entry_ids=[entry_id for entry_ids in known.values() for entry_id in entry_ids],
                  caveat=f"Who is on a picture is taken from {catalogue.source}." + (_agreement(search, named) if named else ""))]


def _agreement(search: Search, named: Mapping[str, str]) -> str:
    """Compare what the pictures alone would have said with what the page's address names."""
    try:
        probability = search.posterior.probability(named)
    except KeyError:
        return f" The page's address names a search for {describe_query(named)}, which the catalogue does not list: no inference was made."
    agrees = search.posterior.best() == dict(named)
    return (f" The page's address names the search ({describe_query(named)}), so that no inference is needed; "
            f"the pictures alone {'agree' if agrees else f'would point to {describe_query(search.posterior.best())}'} (probability of the named search {percent(probability)}).")


def _opened(page: PageView, catalogue: Catalogue) -> dict:
    name = catalogue.practitioners[page.opened]
    return found("practitioner", f"It could tell that the visitor then opened a page about {name}: the same picture again, alone and in another size.", name,
                 basis="derived", strength="very likely", rule=OPENED, entry_ids=page.pictures[page.opened],
                 caveat="A preview or a larger screen could ask for another size too.")


def _same(search: Search, others: list[Search]) -> Search | None:
    """Find the search of the same pictures under another prior; page views may be joined otherwise there."""
    return next((other for other in others if other.pictures == search.pictures), None)
