"""Without Fetch Metadata, what tells the document of a page from the frames in it?"""

import numpy as np
import pandas as pd
import pyarrow as pa

from hartools.columns import DTYPES
from hartools.parties.domains import sites_of
from hartools.reading.vectors import urls

__all__ = ["documents_at", "documents_by_page", "first_of"]

FIRST = "first document of its page"
WRITTEN = "URL that the file gives its page"
REFERRED = "Referer of most requests of its page"
ALONE = "first request of its page, in a file that asked one site alone"

COLUMNS = ("file", "page", "entry_id", "page_id", "started", "time", "url", "host", "site", "why")
NOWHERE = -1

# Compared without, since an exporter may write the query of a Referer otherwise than that of the request.
QUERY = r"\?.*"


def first_of(rows: pd.DataFrame, key: str) -> dict[int, int]:
    """Return, for each value of a column, the index of its first row.

    Examples
    --------
    >>> first_of(pd.DataFrame({"page": [3, 1, 3]}), "page")
    {3: 0, 1: 1}
    """
    first = rows.drop_duplicates(key)
    return dict(zip(first[key].tolist(), first.index.tolist(), strict=True))


def documents_at(requests: pd.DataFrame, places: np.ndarray, why: str | np.ndarray) -> pd.DataFrame:
    """Make one row per document from the places of requests, `NOWHERE` giving an empty row.

    Examples
    --------
    >>> documents_at(pd.DataFrame(columns=list(COLUMNS)), np.array([], dtype=int), FIRST).why.tolist()
    []
    """
    return requests.reindex(columns=list(COLUMNS)).take(places).assign(why=why)


def documents_by_page(pages: pd.DataFrame, requests: pd.DataFrame, *, decided: np.ndarray) -> pd.DataFrame:
    """Decide the document of each page for which no Fetch Metadata does.

    Parameters
    ----------
    pages : pandas.DataFrame
        Table ``pages`` with columns file and page, the codes of each.
    requests : pandas.DataFrame
        Requests in the order of time, with file, page, time, site, html (it is for a page) and
        last (place of the last hop of its redirects).
    decided : numpy.ndarray of int
        Codes of the pages to leave out.

    Returns
    -------
    pandas.DataFrame
        One row per page that could be decided: file, page, entry_id (unknown where its own
        request is not in the file), page_id, started, time, url, host, site, why.

    Examples
    --------
    >>> import hartools as ht
    >>> from hartools.parties.documents import find_visits
    >>> find_visits(ht.read_har(ht.example_har())).documents.why.tolist()
    ['first document of its page']
    """
    wanted = (requests.page >= 0) & ~requests.page.isin(decided)
    rows = requests if wanted.all() else requests[wanted]
    listed = pages[(pages.page >= 0) & ~pages.page.isin(decided)].drop_duplicates("page")
    if not len(rows) and not len(listed):
        return requests.reindex(columns=list(COLUMNS)).head(0)
    last, html = requests["last"].to_numpy(), requests.html.to_numpy()
    table = pd.DataFrame(index=pd.Index(np.unique([*rows.page, *listed.page]), name="page"))
    table["first"] = _places(table, rows, last)
    table["html"] = _places(table, rows[html[rows["last"]]], last)
    named = _named_pages(rows)
    table = table.join(_referred(rows[rows["last"] != table.html.reindex(rows.page).to_numpy()], named, requests, last).add_prefix("referred_"))
    table = table.join(_written(listed, rows, named, html, last).add_prefix("written_"))
    return _decided(table, requests, _decide(table, requests), listed, rows)


def _places(table: pd.DataFrame, rows: pd.DataFrame, last: np.ndarray) -> pd.Series:
    """Place the last hop of the first row of each page."""
    first = pd.Series(first_of(rows, "page"), dtype="int64").reindex(table.index, fill_value=NOWHERE)
    return first.where(first == NOWHERE, np.append(last, NOWHERE)[first])


def _named_pages(rows: pd.DataFrame) -> pd.DataFrame:
    """Split the Referer of each row, each distinct one once."""
    codes, unique = pd.factorize(rows.referer)
    parts = urls(pa.array(list(unique), pa.string()))
    known = pd.DataFrame({name: pd.Series(parts[name], dtype=DTYPES["str"]) for name in ("url", "host")}).assign(code=range(len(unique)))
    known = known.assign(site=sites_of(known.host))
    return known.reindex(codes).set_axis(rows.index)


def _referred(rows: pd.DataFrame, named: pd.DataFrame, requests: pd.DataFrame, last: np.ndarray) -> pd.DataFrame:
    """Find the site that more than half of the requests of a page name as their Referer; the document's own do not count."""
    cast = rows.groupby("page").size()
    votes = named.loc[rows.index].assign(page=rows.page).dropna(subset=["site"])
    sites = votes.groupby(["page", "site"], sort=True).size().reset_index(name="count")
    sites = sites[sites["count"].to_numpy() * 2 > cast.reindex(sites.page).to_numpy()].set_index("page").site
    votes = votes[(votes.site == votes.page.map(sites)).fillna(False)]
    # of the URLs of that site the one named most often, since stylesheets refer to pictures too
    often = votes.groupby(["page", "code"]).agg(count=("url", "size"), url=("url", "first"), host=("host", "first"), site=("site", "first")).reset_index()
    often = often.sort_values(["page", "count", "code"], ascending=[True, False, True]).drop_duplicates("page").set_index("page")
    own = rows[(rows.url == rows.page.map(often.url)).fillna(False)]
    often = often.assign(place=_places(often, own, last))
    # 2026-11-25, pcap2har 0.1, andrewf/pcap2har sajal.pcap.har: the requests of a frame are a page of their own; its document is on the page that holds it
    asked = requests.url[requests.host.isin(often.host)].str.replace(QUERY, "", regex=True)
    elsewhere = (often.place == NOWHERE) & often.url.str.replace(QUERY, "", regex=True).isin(asked)
    return often.loc[~elsewhere, ["url", "host", "site", "place"]]


def _written(pages: pd.DataFrame, rows: pd.DataFrame, named: pd.DataFrame, html: np.ndarray, last: np.ndarray) -> pd.DataFrame:
    """Take the URL that the file gives a page, where reading did not take it from the first HTML answer, and look what bears it out."""
    pages = pages.set_index("page")
    answers = rows[(rows.mime == "text/html").fillna(False) & (rows.outcome == "answered").fillna(False)].drop_duplicates("page").set_index("page").url
    pages = pages[(pages.title.str.match(r"(?i)https?://\S+$").fillna(False) | (pages.url != answers.reindex(pages.index)).fillna(True)).to_numpy(dtype=bool)]
    parts = urls(pa.array(pages.url.tolist(), pa.string(), from_pandas=True))
    found = pd.DataFrame({name: pd.Series(parts[name], dtype=DTYPES["str"]) for name in ("url", "host")}).set_axis(pages.index).dropna()
    found = found.assign(site=sites_of(found.host))
    same = (rows.site == rows.page.map(found.site)).fillna(False)
    borne = rows.page[same | (named.site == rows.page.map(found.site)).fillna(False)].unique()
    exact = _places(found, rows[(rows.url == rows.page.map(found.url)).fillna(False)], last)
    # written otherwise than asked for (a slash, www.), if it is the first document and of that site
    near = _places(found, rows[html[rows["last"]]].drop_duplicates("page")[lambda first: first.site == first.page.map(found.site)], last)
    return found.assign(place=exact.where(exact != NOWHERE, near), borne=found.index.isin(borne))


def _decide(table: pd.DataFrame, requests: pd.DataFrame) -> pd.DataFrame:
    """Choose the evidence of each page: why, and the place of its document."""
    written, referred, html = table.written_site.notna(), table.referred_site.notna(), table.html != NOWHERE
    borne = table.written_borne.eq(True)
    framed, elsewhere, alone = _framed(table, requests), _asks_elsewhere(table, requests), _asks_alone(table, requests)
    # in this order: the first that holds decides
    rules = [
        (written & borne & html & (table.written_place == table.html), FIRST, table.html),
        (written & borne, WRITTEN, table.written_place),
        (written & referred, REFERRED, table.referred_place),
        (written & elsewhere, None, table.html),  # the file contradicts itself
        (written, WRITTEN, table.written_place),
        (html & ~framed, FIRST, table.html),
        (referred, REFERRED, table.referred_place),
        (alone, ALONE, table["first"]),
    ]
    chosen = pd.DataFrame({"why": None, "place": NOWHERE}, index=table.index)
    for holds, why, place in reversed(rules):
        chosen["why"] = chosen.why.mask(holds, why)
        chosen["place"] = chosen.place.mask(holds, place)
    return chosen[chosen.why.notna()]


def _row(table: pd.DataFrame, requests: pd.DataFrame, column: str, names: tuple[str, ...]) -> pd.DataFrame:
    """Look up the request of each page at the place that a column gives; unknown where there is none."""
    return requests[list(names)].reindex(table[column]).set_axis(table.index)


def _framed(table: pd.DataFrame, requests: pd.DataFrame) -> pd.Series:
    """Tell whether the first HTML answer of a page is that of a frame in it."""
    answer = _row(table, requests, "html", ("site", "referer"))
    named = _named_pages(answer).site
    other = (answer.site != table.referred_site).fillna(False)
    embedded = ((named == table.referred_site).fillna(False) | (table.html != table["first"])) & answer.referer.notna()
    return (other & embedded).astype(bool)


def _asks_elsewhere(table: pd.DataFrame, requests: pd.DataFrame) -> pd.Series:
    """Tell whether a page begins like a visit to another site than the file says."""
    first = _row(table, requests, "first", ("site", "method", "referer", "initiator_type"))
    return _navigates(first) & (first.site != table.written_site).fillna(False).astype(bool)


def _asks_alone(table: pd.DataFrame, requests: pd.DataFrame) -> pd.Series:
    """Tell whether a page begins like a visit, in a file in which nobody else was asked."""
    first = _row(table, requests, "first", ("file", "method", "referer", "initiator_type"))
    return _navigates(first) & (first.file.map(requests.groupby("file").site.nunique()) == 1)


def _navigates(requests: pd.DataFrame) -> pd.Series:
    caused = requests.initiator_type.isin(["parser", "script", "preflight"]).fillna(False)
    return ((requests.method == "GET").fillna(False) & requests.referer.isna() & ~caused).astype(bool)


def _decided(table: pd.DataFrame, requests: pd.DataFrame, chosen: pd.DataFrame, pages: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Make the row of each document; one whose own request is not in the file has no entry."""
    here = chosen[chosen.place != NOWHERE]
    found = documents_at(requests, here.place.to_numpy(), here.why.to_numpy())
    absent = chosen[chosen.place == NOWHERE]
    named = table.loc[absent.index]
    known = pd.concat([pages, rows[["page", "file", "page_id", "started"]]]).drop_duplicates("page").set_index("page").loc[absent.index]
    parts = {name: named[f"written_{name}"].where(absent.why == WRITTEN, named[f"referred_{name}"]) for name in ("url", "host", "site")}
    time = rows.drop_duplicates("page").set_index("page").time.reindex(absent.index, fill_value=np.iinfo(np.int64).min)
    missing = known[["file", "page_id", "started"]].assign(**parts, why=absent.why, time=time).reset_index()
    return pd.concat([found, missing.reindex(columns=list(COLUMNS)).astype(found.dtypes.drop("why").to_dict())])
