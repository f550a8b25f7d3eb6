"""Which page addresses, titles, search words and form values were handed on, and through which field?"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.errors import UnknownChoiceError
from hartools.parties.domains import registrable_domain
from hartools.payloads.decode import decode
from hartools.payloads.identifiers.rows import sites_by_entry
from hartools.payloads.page_words import Handed, Words, matched_words, words_of
from hartools.payloads.sent_texts import sent_texts
from hartools.reading.fitting import clean
from hartools.reading.values import split_url

__all__ = ["ADDRESSES", "KINDS", "page_context"]

ADDRESSES = ("page URL", "referrer")
KINDS = (*ADDRESSES, "title", "search words", "form value")
COLUMNS = {"entry_id": "int", "channel": "str", "url": "str", "host": "str", "is_full": "bool", "decoded": "bool", "kind": "str", "party": "str", "value": "str", "why": "str"}
# Fields of the page before this one, by the last part of their name (from general knowledge of the
# vendors' parameters, not looked up).
REFERRER_NAMES = frozenset("dr rl rf rr ref refr referer referrer referrerurl referrer_url document_referrer page_referrer pageref http_referer httpreferrer previous previousurl prev_url previous_page urlref".split())
# A value that begins so is an address in base64: "http".
BASE64_HTTP = "aHR0c"
# Their values are in the table ``entries``, or name only the site.
KNOWN_HEADERS = ("referer", "origin", "cookie", "host", "authority", "sec-fetch-site", "access-control-request-headers", "content-security-policy", "report-to", "nel", "location", "link", "user-agent")
LONGEST = 1 << 16
# In the syntax of RE2, which Arrow reads it with.
MAY_HOLD_ADDRESS = r"(?i)http|aHR0c|^\s*(?:[{\[]|%7B|%5B)"


class Address(NamedTuple):
    """One text that is an address: entry, field, text, whether it was decoded."""

    entry_id: int
    channel: str
    value: str
    decoded: bool


def page_context(capture: Capture, *, kinds: Iterable[str] = ADDRESSES) -> pd.DataFrame:
    """Find what a request tells of the page that it was made for: addresses of other sites, or also titles, search words and form values.

    Parameters
    ----------
    capture : Capture
        A capture, or an observer's view.
    kinds : iterable of str
        Which of `KINDS`; addresses alone by default.

    Returns
    -------
    pandas.DataFrame
        One row per entry, channel, kind and value: entry_id, channel (``Referer``, ``query dl``,
        ``form ep.title``, ``body $.page_url``, ``WebSocket $.url``, ``header x-page``, ``cookie
        last``, ``path``), url (of an address the address, without fragment; else of the page that
        the value belongs to, unknown where nothing tells), host, is_full (more than an origin),
        decoded (base64, percent escapes or JSON were undone to read it), kind, party (registrable
        domain that received it), value, why.

    Raises
    ------
    UnknownChoiceError
        If a kind is none of `KINDS`.

    Notes
    -----
    What a party is told of its own pages is left out. How titles, search words and form values are
    recognised stands in `hartools.payloads.page_words`. Requests that were blocked or answered from
    the cache count here as attempted, as in table ``entries``.

    Examples
    --------
    >>> import hartools as ht
    >>> found = page_context(ht.read_har(ht.example_har()))
    >>> found[found.is_full][["entry_id", "channel", "url"]].values.tolist()
    [[4, 'query dl', 'https://www.doctor.example/dentiste/lyon']]
    """
    kinds = tuple(kinds)
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise UnknownChoiceError(f"kinds={unknown!r}: there are {', '.join(map(repr, KINDS))}")
    entries = capture.entries
    own = sites_by_entry(entries)
    handed = list(_handed(capture, all_texts=bool(set(kinds) - set(ADDRESSES))))
    rows = []
    if set(kinds) & set(ADDRESSES):
        navigations = set(entries.entry_id[(entries.resource_type == "document").fillna(False)])
        rows = [row for each in (*_referers(entries), *_addresses(handed)) if (row := _row(each, own, navigations)) and row[6] in kinds]
    if set(kinds) - set(ADDRESSES):
        words = words_of(capture, handed, own)
        rows += [row for each in handed for row in _rows_of_words(each, words, own) if row[6] in kinds]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).drop_duplicates()
    return table.astype({name: DTYPES[kind] for name, kind in COLUMNS.items()}).reset_index(drop=True)


def _referers(entries: pd.DataFrame) -> Iterator[Address]:
    for entry_id, url in zip(entries.entry_id, entries.referer, strict=True):
        if _is_url(url):
            yield Address(entry_id, "Referer", url, False)


def _addresses(handed: list[Handed]) -> Iterator[Address]:
    for each in handed:
        if each.channel == "path":
            continue
        for value, decoded in _read(each.value):
            if _is_url(value):
                yield Address(each.entry_id, each.channel, value, each.decoded or decoded)


def _read(value: str) -> Iterator[tuple[str, bool]]:
    """Give a value as it is, and with one wrapping undone where it begins like a wrapped address."""
    yield value, False
    head = value[:8].lower()
    if head.startswith(("http%3a", "https%3a")):
        yield unquote(value), True
    elif value.startswith(BASE64_HTTP) and len(value) < LONGEST:
        yield from ((layer.value, True) for layer in decode(value, most_layers=1) if layer.kind in ("base64", "base64url") and isinstance(layer.value, str))


def _handed(capture: Capture, *, all_texts: bool) -> Iterator[Handed]:
    """Give the texts that requests carry beside the Referer: those that can hold an address, or all."""
    params = capture.params
    params = params[params.value.notna() & (params.value != "") & (True if all_texts else params.value.str.contains(MAY_HOLD_ADDRESS, na=False))]
    for entry_id, where, name, value in zip(*(params[column].tolist() for column in ("entry_id", "where", "name", "value")), strict=True):
        yield Handed(entry_id, f"{where} {name}", name, value, False)
        if value.lstrip()[:3].startswith(("{", "[", "%7B", "%5B")) and len(value) < LONGEST:
            yield from (Handed(entry_id, f"{where} {name}{_inside(layer.path)}", layer.path, str(layer.value), True)
                        for layer in decode(value, name="") if layer.depth and isinstance(layer.value, str))
    headers = capture.headers
    headers = headers[(headers.side == "request") & ~headers.name.isin(KNOWN_HEADERS) & ~headers.name.str.startswith(":") & headers.value.str.contains("http", regex=False, na=False)]
    yield from (Handed(entry_id, f"header {name}", name, value, False) for entry_id, name, value in zip(headers.entry_id, headers.name, headers.value, strict=True))
    cookies = capture.cookies
    cookies = cookies[(cookies.side == "request") & cookies.value.str.contains("http", regex=False, na=False)]
    yield from (Handed(entry_id, f"cookie {name}", name, value, False) for entry_id, name, value in zip(cookies.entry_id, cookies.name, cookies.value, strict=True))
    yield from (Handed(text.entry_id, f"{text.where} {text.path}".strip(), text.name, clean(text.value), text.decoded) for text in sent_texts(capture) if text.sent)
    entries = capture.entries if all_texts else capture.entries.head(0)
    yield from (Handed(entry_id, "path", "path", path, False) for entry_id, path in zip(entries.entry_id, entries.path, strict=True) if not pd.isna(path) and len(path) > 4)


def _inside(path: str) -> str:
    return f" {path.removeprefix(' → ')}" if path else ""


def _is_url(value: object) -> bool:
    return isinstance(value, str) and value[:8].lower().startswith(("http://", "https://"))


def _row(each: Address, own: dict, navigations: set) -> tuple | None:
    url, _, host, _, path, query = split_url(each.value)
    party = own.get(each.entry_id)
    if host is None or registrable_domain(host) == party:
        return None
    last = each.channel.replace("]", "").rpartition(" ")[2].rpartition(".")[2].lower()
    # the Referer of a picture is the page; that of a page is the one before
    before = each.entry_id in navigations if each.channel == "Referer" else last in REFERRER_NAMES
    return each.entry_id, each.channel, url, host, bool(query) or (path or "/") != "/", each.decoded, "referrer" if before else "page URL", party, url, "an address of another site"


def _rows_of_words(each: Handed, words: Words, own: dict) -> Iterator[tuple]:
    party = own.get(each.entry_id)
    # of JSON the members are looked at, each by itself
    if party is None or _is_url(each.value) or each.value.lstrip()[:1] in ("{", "["):
        return
    for kind, value, page, why in matched_words(each, words, party):
        host = split_url(page)[2] if page else None
        yield each.entry_id, each.channel, page, host, True, each.decoded, kind, party, clean(value), why
