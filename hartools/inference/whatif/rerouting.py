"""What does a request look like once a host of the site itself takes it?"""

import re
from functools import lru_cache

import pandas as pd

from hartools.inference.whatif.draft import Draft, header_value, message_of, set_headers
from hartools.parties.infrastructure import providers_table
from hartools.reading.values import split_url

__all__ = ["reroute", "without_marks"]

# Where the exporters keep what belongs to a connection; of another host it is that of an exchange with it.
CONNECTION = ("serverIPAddress", "connection", "_connectionId", "_securityDetails", "_serverPort")


def reroute(draft: Draft, entry_id: int, url: str) -> None:
    """Let the request of an entry go to another address, of the site's own.

    Address, connection, cookies and the marks of whoever stands in front are those of an exchange
    that the capture holds with that host; where it holds none they are unknown.
    """
    host = split_url(url)[2] or ""
    like = draft.answered_by(host, entry_id)
    entry = draft.edit(entry_id)
    asked, answered = message_of(entry, "request"), message_of(entry, "response")
    asked["url"] = url
    told = message_of(like, "request")
    page = draft.page_of[entry_id]
    page_url = None if pd.isna(page) else draft.entries.url[page]
    same_origin = page_url is not None and (split_url(page_url)[1:4] == split_url(url)[1:4])
    path = url.partition("://")[2].partition("/")[2]
    set_headers(asked, {"host": host, ":authority": host, ":path": f"/{path}", "cookie": header_value(told, "cookie"), "sec-fetch-site": "same-origin" if same_origin else "same-site"},)
    if header_value(told, "cookie") and not header_value(asked, "cookie"):
        set_headers(asked, {"cookie": header_value(told, "cookie")}, add=True)
    if same_origin and len(header_value(asked, "referer") or "") and header_value(asked, "referer") == _origin_of(page_url):
        # browsers' default since 2020 names the whole page to its own origin, the origin alone to others
        set_headers(asked, {"referer": page_url} if page in draft.named_pages else {})
    asked["cookies"], answered["cookies"] = list(told.get("cookies") or ()), []
    if "queryString" in asked:
        asked["queryString"] = [] if split_url(url)[5] is None else asked["queryString"]
    _take_marks(answered, message_of(like, "response"))
    for name in CONNECTION:
        entry.pop(name, None)
        if name in like:
            entry[name] = like[name]


def _origin_of(url: str) -> str:
    return f"{url.partition('://')[0]}://{url.partition('://')[2].partition('/')[0]}/"


def _take_marks(answered: dict, like: dict) -> None:
    """Put the marks of whoever stands before the site in the place of those of the host that was asked."""
    names = _mark_headers()
    kept = [each for each in answered.get("headers") or () if not (isinstance(each, dict) and str(each.get("name")).lower() in names)]
    marks = [dict(each) for each in like.get("headers") or () if isinstance(each, dict) and str(each.get("name")).lower() in names - {"set-cookie"}]
    if answered:
        answered["headers"] = kept + marks


@lru_cache(maxsize=1)
def _mark_headers() -> frozenset[str]:
    """List the response headers that tell a provider, and those that set cookies."""
    table = providers_table()
    return frozenset(table.name[table["where"] == "header"].str.lower().dropna()) | {"server", "via", "set-cookie"}


def without_marks(message: dict, signs: list[tuple[str, str, re.Pattern | None]]) -> bool:
    """Take out of a response the headers and cookies by which a provider is recognised; tell whether there were any."""
    kept = [each for each in message.get("headers") or () if not (isinstance(each, dict) and _bears(each, signs))]
    found = len(kept) < len(message.get("headers") or ())
    if found:
        message["headers"] = kept
    return found


def _bears(header: dict, signs: list[tuple[str, str, re.Pattern | None]]) -> bool:
    name, value = str(header.get("name")).lower(), str(header.get("value"))
    return any(name == wanted and (pattern is None or pattern.search(value)) for where, wanted, pattern in signs if where in ("header", "cookie"))
