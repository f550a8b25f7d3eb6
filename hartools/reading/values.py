"""What does a scalar of a HAR mean, once the exporters' sentinels are taken off?"""

import base64
import binascii
import codecs
import ipaddress
import math
import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from hartools.reading.fitting import clean

__all__ = ["absolute", "address", "amount", "charset", "from_base64", "http_version", "identifier", "media_type", "number", "text", "split_url", "whole"]

# Words for "not known": Chromium and Playwright; Firefox (2026-11-24, 153, sample without-place.firefox.har);
# HTTP Toolkit (2026-11-24, its source).
UNKNOWN_TYPES = ("x-unknown", "application/x-unknown-content-type", "application/x-unknown")

CHARSET = re.compile(r"(?i);\s*charset\s*=\s*[\"']?([\w.:-]{1,40})")

DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}

# One vocabulary for the protocol; what each exporter writes for the same thing was measured
# over 342 files (WebPageTest's slices of a status line, such as "us:", stay unknown).
HTTP_VERSIONS = (
    (re.compile(r"(?i)^(http/)?1\.0$"), "HTTP/1.0"),
    (re.compile(r"(?i)^(http/)?1\.1$"), "HTTP/1.1"),
    (re.compile(r"(?i)^(h3.*|http/3(\.0)?|quic.*|http/2(\.0)?\+quic.*)$"), "HTTP/3"),
    (re.compile(r"(?i)^(h2.*|http/2(\.0)?|2\.0|spdy.*)$"), "HTTP/2"),
)


def text(value) -> str | None:
    """Return a text, or None for what is missing or empty.

    Examples
    --------
    >>> text(""), text(443), text("a")
    (None, '443', 'a')
    """
    if isinstance(value, list) and len(value) == 1:  # Polly.JS 1.3-2.0 writes lists of one text
        return text(value[0])
    if value is None or value == "" or isinstance(value, (bool, dict, list)):
        return None
    return value if isinstance(value, str) else str(int(value) if isinstance(value, float) and value.is_integer() else value)


def number(value) -> float | None:
    """Return a finite number, also where it was written as text.

    Examples
    --------
    >>> number("2702"), number(float("nan")), number(True)
    (2702.0, None, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    try:
        result = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return result if math.isfinite(result) else None


def amount(value) -> float | None:
    """Return a number that is not negative; HAR writes -1 for unknown.

    Examples
    --------
    >>> amount(-1), amount(0), amount(12.5)
    (None, 0.0, 12.5)
    """
    result = number(value)
    return result if result is not None and result >= 0 else None


def whole(value) -> int | None:
    """Return a whole number that is not negative and fits 64 bits.

    Examples
    --------
    >>> whole("40"), whole(-146), whole(1e300)
    (40, None, None)
    """
    result = amount(value)
    return int(result) if result is not None and result < 2**63 else None


def identifier(value) -> str | None:
    """Return an id as text; "0" and "" mean none.

    Examples
    --------
    >>> identifier("0"), identifier(443)
    (None, '443')
    """
    result = text(value)
    return None if result == "0" else result


@lru_cache(maxsize=256)
def http_version(value) -> str | None:
    """Return the protocol in one vocabulary.

    Examples
    --------
    >>> http_version("h2"), http_version("http/2+quic/46"), http_version("us:")
    ('HTTP/2', 'HTTP/3', None)
    """
    written = text(value) or ""
    return next((name for pattern, name in HTTP_VERSIONS if pattern.match(written)), None)


def media_type(value) -> str | None:
    """Return a media type in lower case, without its parameters.

    Examples
    --------
    >>> media_type("Application/JSON; charset=utf-8"), media_type("x-unknown")
    ('application/json', None)
    """
    kind = (text(value) or "").partition(";")[0].strip().lower()
    return kind if kind and kind not in UNKNOWN_TYPES else None


@lru_cache(maxsize=256)
def _codec(name: str) -> str:
    try:
        "".encode(name)  # refuses the codecs that are no charset, such as base64
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return "utf-8"


def charset(kind) -> str:
    """Return the codec that a media type names, UTF-8 where it names none.

    Examples
    --------
    >>> charset("text/plain; charset=ISO-8859-1"), charset("text/html"), charset("text/html; charset=nonsense")
    ('iso8859-1', 'utf-8', 'utf-8')
    """
    found = CHARSET.search(text(kind) or "")
    return _codec(found[1]) if found else "utf-8"


def from_base64(written: str) -> bytes | None:
    """Decode base64, also in lines or without padding; None for what is none.

    Examples
    --------
    >>> from_base64("aGFy\\r\\ndG9vbHM"), from_base64("not base64!")
    (b'hartools', None)
    """
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        tight = "".join(written.split())
    try:
        return base64.b64decode(tight + "=" * (-len(tight) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


@lru_cache(maxsize=4096)
def address(value: str) -> str | None:
    """Return an IP address in its plain form, or None for what is none.

    Examples
    --------
    >>> address("[2606:4700::1]"), address("192.0.2.7:443"), address("::ffff:192.0.2.7"), address("server.example")
    ('2606:4700::1', '192.0.2.7', '192.0.2.7', None)
    """
    # Chrome 53-120 and Playwright put IPv6 addresses in brackets, others do not; Java writes the
    # name and a slash before (InetAddress.toString); Node maps IPv4 into IPv6.
    inside = value.strip().rpartition("/")[2].partition("]")[0].lstrip("[").partition("%")[0]
    for written in (inside, inside.rpartition(":")[0] if inside.count(":") == 1 else ""):
        try:
            found = ipaddress.ip_address(written)
        except ValueError:
            continue
        return str(getattr(found, "ipv4_mapped", None) or found)
    return None


@lru_cache(maxsize=65536)
def split_url(url: str) -> tuple[str, str | None, str | None, int | None, str | None, str | None]:
    """Split a URL into itself without fragment, scheme, host, port, path and query.

    Examples
    --------
    >>> split_url("https://A.example.:8443/x?y=1#z")
    ('https://A.example.:8443/x?y=1', 'https', 'a.example', 8443, '/x', 'y=1')
    """
    whole_url = clean(url).partition("#")[0]
    try:
        parts = urlsplit(whole_url)
        host = (parts.hostname or "").rstrip(".") or None
    except ValueError:  # a broken IPv6 bracket
        return whole_url, None, None, None, None, None
    try:
        port = parts.port
    except ValueError:  # not a number, or over 65535
        port = None
    if host is None:  # data:, about:, blob: have no host, and their path is content
        return whole_url, parts.scheme or None, None, None, None, None
    return whole_url, parts.scheme, host, port or DEFAULT_PORTS.get(parts.scheme), parts.path or None, parts.query or None


def absolute(base: str, location: str) -> str:
    """Resolve a Location as the browser asks for it: scheme and host in lower case, no default port, a path.

    Examples
    --------
    >>> absolute("http://a.example/", "HTTPS://B.example:443"), absolute("http://a.example/x/y", "../z?q")
    ('https://b.example/', 'http://a.example/z?q')
    """
    try:
        url = urljoin(base, location.strip())
        parts = urlsplit(url)
        if parts.scheme not in DEFAULT_PORTS or not parts.netloc:
            return url
        login, at, host = parts.netloc.rpartition("@")
        host = host.lower().removesuffix(f":{DEFAULT_PORTS[parts.scheme]}")
        return parts._replace(netloc=login + at + host, path=parts.path or "/").geturl()
    except ValueError:
        return location
