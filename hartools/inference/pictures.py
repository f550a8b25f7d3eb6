"""What could the pictures that it was asked for tell the observer about the search?"""

from collections.abc import Mapping

from hartools.capture import Capture
from hartools.findings import found, not_found, not_observable
from hartools.inference.catalogue import Catalogue
from hartools.inference.page_model import PageModel
from hartools.inference.queries import Posterior
from hartools.inference.searches import PageView, Search, find_searches, page_views

__all__ = ["describe_query", "picture_findings", "searches_in"]

QUERY, SHOWN, OPENED = "R-QUERY", "R-SHOWN", "R-OPENED"


def searches_in(view: Capture, catalogue: Catalogue, *, prior: str | Mapping = "uniform", model: PageModel = PageModel()) -> list[Search]:
    """Find the searches behind an observer's pictures, each with its posterior.

    Returns
    -------
    list of Search
        Page views best explained by no particular query (a home page) are left out.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> view = ht.view_as(capture, "third_party:cloudinary.com")
    >>> [search.entry_ids for search in searches_in(view, ht.catalogue_from(capture))]
    [[2, 3]]
    """
    return [search for search in find_searches(page_views(view), catalogue, prior=prior, model=model) if search.posterior.best()]


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
    searches = find_searches(views, catalogue, prior=prior, model=model)
    second = find_searches(views, catalogue, prior="catalogue" if prior == "uniform" else "uniform", model=model)
    rows = []
    for number, search in enumerate(searches):
        rows += _search(search, catalogue, _same(search, second), model)
    if not any(row["topic"] == "search query" for row in rows):
        rows.append(not_found("search query", "Its pictures fit no particular search better than the catalogue as a whole.", rule=QUERY, entry_ids=asked))
    return rows + [_opened(page, catalogue) for page in views if page.opened in catalogue.practitioners]


def describe_query(value: Mapping | None) -> str:
    """Put a query in words.

    Examples
    --------
    >>> describe_query({"specialty": "dentiste", "city": "lyon"}), describe_query({}), describe_query(None)
    ('specialty dentiste, city lyon', 'no particular search', 'a search that the catalogue does not list')
    """
    if value is None:
        return "a search that the catalogue does not list"
    return ", ".join(f"{name} {content}" for name, content in value.items()) or "no particular search"


def _search(search: Search, catalogue: Catalogue, second: Posterior | None, model: PageModel) -> list[dict]:
    shown = _shown(search, catalogue)
    best = search.posterior.best()
    if not best:
        return shown
    probability = float(search.posterior.table.probability.iloc[0])
    rows = [found("search query", f"It could infer a search for {describe_query(best)} (probability {_percent(probability)}).", best, basis="inferred",
                  rule=QUERY, entry_ids=search.entry_ids, probability=probability, alternatives=search.posterior.alternatives(),
                  caveat=_caveat(search, catalogue, second, model))]
    for attribute in best:
        marginal = search.posterior.marginal(attribute)
        others = [{"value": value, "probability": float(other)} for value, other in marginal.iloc[1:6].items()]
        rows.append(found(attribute, f"It could infer that the search was for {attribute} {marginal.index[0]} (probability {_percent(marginal.iloc[0])}).",
                          marginal.index[0], basis="inferred", rule=QUERY, entry_ids=search.entry_ids, probability=float(marginal.iloc[0]), alternatives=others,
                          caveat="The sum over all queries that name it."))
    return rows + shown


def _shown(search: Search, catalogue: Catalogue) -> list[dict]:
    known = {asset: entry_ids for asset, entry_ids in search.pictures.items() if asset in catalogue.practitioners}
    if not known:
        return []
    names = sorted(catalogue.practitioners[asset] for asset in known)
    return [found("practitioners shown", f"It could tell whose pictures the page showed: {len(names)} {'practitioner' if len(names) == 1 else 'practitioners'} of the catalogue.", names, basis="derived",
                  strength="certain", rule=SHOWN, entry_ids=[entry_id for entry_ids in known.values() for entry_id in entry_ids],
                  caveat=f"Who is on a picture is taken from {catalogue.source}.")]


def _opened(page: PageView, catalogue: Catalogue) -> dict:
    name = catalogue.practitioners[page.opened]
    return found("practitioner", f"It could tell that the visitor then opened a page about {name}: the same picture again, alone and in another size.", name,
                 basis="derived", strength="very likely", rule=OPENED, entry_ids=page.pictures[page.opened],
                 caveat="A preview or a larger screen could ask for another size too.")


def _caveat(search: Search, catalogue: Catalogue, second: Posterior | None, model: PageModel) -> str:
    posterior = search.posterior
    unknown = sum(asset not in catalogue.practitioners for asset in search.pictures)
    told = [f"{len(search.pictures)} pictures" + (f", {unknown} of them not in the catalogue" if unknown else "")]
    told.append(f"uncertainty {posterior.entropy_bits:.2f} bits, from {posterior.prior_entropy_bits:.2f} before")
    told.append(f"prior {posterior.prior}" + (_under_second(posterior, second) if second is not None else ""))
    told.append(f"model page plus strays, stray share {model.stray_share:g}; catalogue {catalogue.sha256[:8]} from {catalogue.source}")
    if catalogue.closed_world:
        told.append("the catalogue lists only what was seen: a query outside it stays possible")
    if len(search.pictures) == 1:
        told.append("one picture alone: a page about that practitioner would look the same")
    return "; ".join(told) + "."


def _under_second(posterior: Posterior, second: Posterior) -> str:
    probability = float(second.table.probability.iloc[0])
    if second.best() == posterior.best():
        return f" (prior {second.prior}: the same, {_percent(probability)})"
    return f" (prior {second.prior}: {describe_query(second.best())}, {_percent(probability)})"


def _same(search: Search, others: list[Search]) -> Posterior | None:
    """Find the search of the same pictures under another prior; page views may be joined otherwise there."""
    return next((other.posterior for other in others if other.pictures == search.pictures), None)


def _percent(probability: float) -> str:
    return f"{100 * probability:.1f} %" if probability < 0.9995 else "over 99.9 %"
