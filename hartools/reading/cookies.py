"""Which cookies were sent and set, from headers where there are any, else from the arrays?"""

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hartools.reading.dates import dates
from hartools.reading.dialects import Dialect
from hartools.reading.fitting import fit, plain
from hartools.reading.index import Index, is_empty
from hartools.reading.log import Log
from hartools.reading.notes import CODES, note
from hartools.reading.schema import Cookie, CookieLists
from hartools.reading.values import text, whole

__all__ = ["cookies_columns", "split_set_cookie"]

NAMES = ("entry_id", "side", "name", "value", "domain", "path", "expires", "max_age", "http_only", "secure", "same_site", "source")

KINDS = {"entry_id": pa.int64(), "max_age": pa.int64(), "http_only": pa.bool_(), "secure": pa.bool_()}

# Several cookies in one header value, joined by a comma, which a date such as "Expires=Wed, 21 Oct"
# also holds: there no name and "=" follow.
COMMA = re.compile(r",(?=\s*[!#$%&'*+.^_`|~\w-]+=)")

# 2026-11-23: Chrome since 110 and chrome-har 0.12 write this second for a cookie of the session.
SESSION = re.compile(r"1969-12-31T23:59:59(\.\d+)?Z")

# 2026-11-24: where seconds since 1970 are taken for milliseconds, 2262 becomes this many nanoseconds.
SHRUNK = 9_223_372_036_000_000

_cookies = msgspec.json.Decoder(list[Cookie])


def cookies_columns(log: Log, index: Index, headers: dict[str, pa.ChunkedArray], dialect: Dialect) -> tuple[dict[str, object], list[dict]]:
    """Build table ``cookies``; headers come first, being what crossed the wire.

    Parameters
    ----------
    log : Log
    index : Index
        Where the arrays are.
    headers : dict of str to pyarrow.ChunkedArray
        Columns of table ``headers``.
    """
    columns = _sent(_rows_named(headers, "cookie", "request"))
    rows = [*_set(_rows_named(headers, "set-cookie", "response"), dialect), *_from_arrays(log, index, headers)]
    for column, cells in zip(columns.values(), zip(*rows, strict=True), strict=False):
        column.extend(cells)
    found = dates([None if isinstance(value, str) and SESSION.fullmatch(value) else value for value in columns["expires"]])
    if dialect.cookie_expiry_shrunk:
        found = found._replace(times=_grown(found.times, columns["source"]))
    notes = [note(code, entry_id=columns["entry_id"][row], at_byte=log.at_byte(columns["entry_id"][row]), found=f"{CODES[code].meaning}, in a cookie's expiry", done=CODES[code].remedy)
             for code, odd in found.odd.items() if code == "bad_date" for row in odd]
    order = np.lexsort((np.arange(len(found.times)), np.asarray(columns["side"]) == "response", columns["entry_id"])).astype(np.int64)
    return {name: (found.times if name == "expires" else pa.array(columns[name], KINDS.get(name, pa.string()))).take(order) for name in NAMES}, notes


def _grown(times: pa.Array, sources: list[str]) -> pa.Array:
    """Undo that seconds since 1970 were taken for milliseconds."""
    moments = times.cast(pa.int64())
    shrunk = pc.and_(pc.fill_null(pc.less(moments, SHRUNK), False), pc.equal(pa.array(sources, pa.string()), "cookies array"))
    return pc.if_else(pc.and_(shrunk, pc.fill_null(pc.greater(moments, 0), False)), pc.multiply(moments, 1000), moments).cast(times.type)


def split_set_cookie(value: str, *, at_commas: bool = True) -> list[str]:
    """Split a header value into its cookies.

    Parameters
    ----------
    value : str
    at_commas : bool
        Cookies may be joined by commas (Selenium Wire, pcap2har, Safari); line feeds (Firebug,
        chrome-har, PhantomJS) can stand in no header and always join two.

    Examples
    --------
    >>> split_set_cookie("a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT, b=2; Path=/")
    ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2; Path=/']
    """
    lines = value.split("\n")
    parts = [part for line in lines for part in (COMMA.split(line) if at_commas else [line])]
    return [part.strip() for part in parts if part.strip()]


def _rows_named(headers: dict[str, pa.ChunkedArray], name: str, side: str) -> Iterator[tuple[int, str]]:
    wanted = pc.and_(pc.equal(headers["name"], name), pc.equal(headers["side"], side))
    return zip(headers["entry_id"].filter(wanted).to_pylist(), headers["value"].filter(wanted).to_pylist(), strict=True)


def _sent(rows: Iterator[tuple[int, str]]) -> dict[str, list]:
    """Split Cookie headers, which say nothing but names and values."""
    ids, names, values = [], [], []
    for entry_id, written in rows:
        for part in written.replace("\n", ";").split(";"):
            name, _, value = part.partition("=")
            if name.strip() or value:
                ids.append(entry_id)
                names.append(name.strip())
                values.append(value.strip())
    many = len(ids)
    told = {"entry_id": ids, "side": ["request"] * many, "name": names, "value": values, "source": ["Cookie header"] * many}
    return {name: told.get(name) if name in told else [None] * many for name in NAMES}


def _set(rows: Iterator[tuple[int, str]], dialect: Dialect) -> Iterator[tuple]:
    for entry_id, value in rows:
        for written in split_set_cookie(value, at_commas=dialect.cookies_joined_by_comma):
            yield (entry_id, "response", *_parsed(written))


def _parsed(written: str) -> tuple:
    first, _, rest = written.partition(";")
    name, _, value = first.strip().partition("=")
    return (name, value, *_attributes(rest), "Set-Cookie header")


@lru_cache(maxsize=4096)  # a site sets its cookies with few different endings
def _attributes(rest: str) -> tuple:
    found = {key.strip().lower(): content.strip() for key, _, content in (part.partition("=") for part in rest.split(";"))}
    return (found.get("domain") or None, found.get("path") or None, found.get("expires"), whole(found.get("max-age")),
            "httponly" in found, "secure" in found, found.get("samesite") or None)


def _from_arrays(log: Log, index: Index, headers: dict[str, pa.ChunkedArray]) -> Iterator[tuple]:
    """Take the arrays of the sides that have no such header."""
    told = {side: {entry_id for entry_id, _ in _rows_named(headers, name, side)} for side, name in (("request", "cookie"), ("response", "set-cookie"))}
    for entry_id in index.cookies:
        missing = [side for side, known in told.items() if entry_id not in known]
        lists = log.one(entry_id, CookieLists) if missing else None
        for side in missing:
            message = getattr(lists, side)
            for cookie in _listed(message.cookies) if message is not None and not is_empty(message.cookies) else ():
                yield (entry_id, side, *_from_array(cookie, side))


def _listed(raw) -> list[Cookie]:
    try:
        return _cookies.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = plain(raw)
        return fit(list[Cookie], value) or [] if isinstance(value, list) else []


def _from_array(cookie: Cookie, side: str) -> tuple:
    # 2026-11-24, Chrome 26 (ezbercih/har session.har): false for every cookie that was sent, whatever
    # it is; since 110 the real attributes, a domain among them (mitmproxy/mitmproxy chrome.har).
    told = side == "response" or text(cookie.domain) is not None
    return (text(cookie.name) or "", text(cookie.value) or "", text(cookie.domain), text(cookie.path), text(cookie.expires),
            whole(cookie.maxAge if cookie.maxAge is not None else cookie.charles_max_age),
            _flag(cookie.httpOnly) if told else None, _flag(cookie.secure) if told else None, text(cookie.sameSite), "cookies array")


def _flag(value) -> bool | None:
    # Fiddler 2.3 writes "true" as a text (2026-11-23, 2.3.3.5).
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())
