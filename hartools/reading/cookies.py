"""Which cookies were sent and set, from headers where there are any, else from the arrays?"""

import re
from collections.abc import Sequence
from email.utils import parsedate_to_datetime

import pandas as pd

from hartools.columns import conform
from hartools.reading.schema import Entry
from hartools.reading.values import text, times, whole

__all__ = ["cookies_table", "split_set_cookie"]

COLUMNS = ["entry_id", "side", "name", "value", "domain", "path", "expires", "max_age", "http_only", "secure", "same_site", "source"]

# Several cookies in one header value: joined by a line feed (Firebug, chrome-har, PhantomJS) or
# by a comma (Selenium Wire, pcap2har), which a date such as "Expires=Wed, 21 Oct" also holds.
JOINED = re.compile(r"\n|,(?=\s*[!#$%&'*+.^_`|~\w-]+=)(?<!\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),)")


def cookies_table(entries: Sequence[Entry]) -> pd.DataFrame:
    """Build table ``cookies``; headers come first, being what crossed the wire."""
    rows = []
    for entry_id, entry in enumerate(entries):
        rows += [(entry_id, "request", *row) for row in _sent(entry.request)]
        rows += [(entry_id, "response", *row) for row in _set(entry.response)]
    table = pd.DataFrame(rows, columns=COLUMNS, dtype="object")
    table["expires"] = times([_date(value) for value in table.expires])
    return conform("cookies", table)


def split_set_cookie(value: str) -> list[str]:
    """Split a header value into its cookies.

    Examples
    --------
    >>> split_set_cookie("a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT, b=2; Path=/")
    ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2; Path=/']
    """
    return [part.strip() for part in JOINED.split(value) if part.strip()]


def _sent(request) -> list[tuple]:
    if request is None:
        return []
    written = [text(pair.value) or "" for pair in request.headers or () if str(pair.name).lower() == "cookie"]
    pairs = [part.strip().partition("=") for value in written for part in value.split(";") if part.strip()]
    if pairs:
        return [(name, value, *(None,) * 7, "Cookie header") for name, _, value in pairs]
    return [_from_array(cookie) for cookie in request.cookies or ()]


def _set(response) -> list[tuple]:
    if response is None:
        return []
    written = [text(pair.value) or "" for pair in response.headers or () if str(pair.name).lower() == "set-cookie"]
    cookies = [cookie for value in written for cookie in split_set_cookie(value)]
    return [_parse(cookie) for cookie in cookies] or [_from_array(cookie) for cookie in response.cookies or ()]


def _parse(written: str) -> tuple:
    first, *rest = written.split(";")
    name, _, value = first.strip().partition("=")
    attributes = {key.strip().lower(): content.strip() for key, _, content in (part.partition("=") for part in rest)}
    return (name, value, attributes.get("domain"), attributes.get("path"), attributes.get("expires"), whole(attributes.get("max-age")),
            "httponly" in attributes, "secure" in attributes, attributes.get("samesite"), "Set-Cookie header")


def _from_array(cookie) -> tuple:
    return (text(cookie.name) or "", text(cookie.value) or "", text(cookie.domain), text(cookie.path), text(cookie.expires), None,
            _flag(cookie.httpOnly), _flag(cookie.secure), text(cookie.sameSite), "cookies array")


def _flag(value) -> bool | None:
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())


def _date(value) -> str | None:
    if not isinstance(value, str) or value[:4].isdigit():
        return value if isinstance(value, str) else None
    try:
        return parsedate_to_datetime(value).isoformat()
    except (TypeError, ValueError, OverflowError):
        return None
