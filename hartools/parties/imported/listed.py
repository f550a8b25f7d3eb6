"""Which requests does a filter list that the reader imported name, and by which of its rules?"""

from pathlib import Path

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.errors import ReferenceDataError
from hartools.parties.imported.formats.found import FILTERS
from hartools.parties.imported.kept import newest, rows_of
from hartools.parties.parties import first_parties

__all__ = ["listed"]

COLUMNS = {"entry_id": "int", "list": "str", "rule": "str"}

# What filter lists call the types that a HAR knows (_resourceType, in the words of DevTools).
TYPES = {
    "document": "document", "script": "script", "stylesheet": "stylesheet", "image": "image", "font": "font", "media": "media", "texttrack": "media",
    "xhr": "xmlhttprequest", "fetch": "xmlhttprequest", "eventsource": "xmlhttprequest", "websocket": "websocket", "ping": "ping", "beacon": "ping",
}  # fmt: skip

MIMES = {"text/css": "stylesheet", "text/html": "document", "application/json": "xmlhttprequest"}


def listed(capture: Capture, *, folder: str | Path | None = None) -> pd.DataFrame:
    """List the requests that an imported filter list would block, each with the rule.

    A party may be called a tracker only where such a list names it, and then by the name of the list.

    Parameters
    ----------
    capture : Capture
    folder : str or Path, optional
        See `data_folder`.

    Returns
    -------
    pandas.DataFrame
        One row per entry and list: entry_id, list (name and version), rule as the list writes it. A
        request that an exception of the list lets pass is not in it. Without imported lists, no row.

    Raises
    ------
    ReferenceDataError
        If lists were imported and the package adblock, which matches them, is not installed.

    Notes
    -----
    The engine is Brave's (package adblock), without its optimisation, so that rules stay as written.
    Whether a request is third party follows from the document of its page, else from its Referer.

    Examples
    --------
    >>> import tempfile
    >>> import hartools as ht
    >>> len(listed(ht.read_har(ht.example_har()), folder=tempfile.mkdtemp()))
    0
    """
    lists = newest(FILTERS, folder=folder)
    rows = [row for about in lists for row in _matches(_engine(rows_of(about)["rule"].to_pylist()), about, _requests(capture))]
    rows.sort(key=lambda row: (row["entry_id"], row["list"]))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({name: DTYPES[kind] for name, kind in COLUMNS.items()})


def _engine(rules: list[str]):
    try:
        import adblock
    except ImportError as error:
        raise ReferenceDataError(
            "a filter list was imported, and the package adblock, which matches requests against it, is not installed. "
            "Install it (pip install adblock), or remove the list with `hartools data forget NAME`."
        ) from error
    held = adblock.FilterSet(debug=True)
    held.add_filter_list("\n".join(rules))
    return adblock.Engine(held, optimize=False)


def _requests(capture: Capture) -> pd.DataFrame:
    """Return entry_id, url, source and type of the requests over the network, unknown as empty text."""
    entries = capture.entries
    entries = entries[entries.host.notna()]
    documents = first_parties(capture).dropna(subset=["page_id"]).drop_duplicates("page_id").set_index("page_id").url
    source = entries.page_id.map(documents).astype(DTYPES["str"]).fillna(entries.referer)
    kind = entries.resource_type.str.lower().map(TYPES).astype(DTYPES["str"]).fillna(entries.mime.map(_type_of_mime).astype(DTYPES["str"]))
    return pd.DataFrame({"entry_id": entries.entry_id, "url": entries.url, "source": source.fillna(""), "type": kind.fillna("other")})


def _type_of_mime(mime: object) -> str | None:
    if not isinstance(mime, str):
        return None
    main = mime.partition("/")[0]
    return MIMES.get(mime) or {"image": "image", "font": "font", "video": "media", "audio": "media"}.get(main) or ("script" if "javascript" in mime else None)


def _matches(engine, about: dict, requests: pd.DataFrame) -> list[dict]:
    """Ask once per kind of request and not once per entry."""
    name = f"{about['name']} {about['version']}" if about["version"] else about["name"]
    keys = requests[["url", "source", "type"]]
    asked = keys.drop_duplicates()
    answers = {key: _rule(engine, *key) for key in asked.itertuples(index=False, name=None)}
    rows = zip(requests.entry_id.tolist(), keys.itertuples(index=False, name=None), strict=True)
    return [{"entry_id": entry_id, "list": name, "rule": answers[key]} for entry_id, key in rows if answers[key] is not None]


def _rule(engine, url: str, source: str, kind: str) -> str | None:
    answer = engine.check_network_urls(url, source, kind)
    return (answer.filter or "a rule that the engine does not name") if answer.matched and not answer.exception else None
