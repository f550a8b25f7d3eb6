"""What may differ from one exporter to the next, as data."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hartools.reading.schema import Entry
from hartools.reading.values import text

__all__ = ["BLINK", "NO_CERTIFICATE", "NO_INITIATOR", "NO_MESSAGES", "Dialect", "Meta", "named", "release"]

# The browsers that Chromium's own recorders can have recorded.
BLINK = ("Chrome", "Edge", "Opera", "Brave", "Vivaldi")

# Reasons that several exporters share; observable_table quotes them.
NO_INITIATOR = "this exporter writes no initiator"
NO_MESSAGES = "this exporter writes no WebSocket frames"
NO_CERTIFICATE = "this exporter describes no certificate"


@dataclass(frozen=True)
class Meta:
    """Hold the names that a log gives itself, as text or None, and marks that its first entries bear."""

    creator: str | None
    version: str | None
    browser: str | None
    comment: str | None
    has_connection_id: bool = False
    has_splash_state: bool = False

    @classmethod
    def of(cls, meta: dict, first: Sequence[Entry] = ()) -> "Meta":
        """Read the names from a log whose creator may be an object, a text or absent."""
        creator, browser = meta.get("creator"), meta.get("browser")
        made = creator if isinstance(creator, dict) else {"name": creator}
        used = browser if isinstance(browser, dict) else {"name": browser}
        words = [text(value) for value in (made.get("name"), made.get("version"), used.get("name"), used.get("version"), made.get("comment"))]
        browser_name = " ".join(word for word in words[2:4] if word) or None
        return cls(words[0], words[1], browser_name, words[4], any(entry.connection_id is not None for entry in first), any(entry.splash_state is not None for entry in first))


@dataclass(frozen=True)
class Dialect:
    """Describe one exporter's habits; the defaults are HAR 1.2's own words.

    Attributes
    ----------
    name : str
        Short name of the dialect.
    recognises : callable
        From `Meta` to the reason for recognising it, or None.
    adapts : callable, optional
        From this dialect and `Meta` to the dialect of that version.
    body_size_includes_headers : bool
        ``response.bodySize`` counts the headers too.
    body_size_may_be_less : bool
        ``bodySize`` is what was transferred less the headers, and falls below zero where the
        headers were compressed; the sum of both is right.
    content_size : {"decoded", "encoded", "plus_compression", "base64"}
        What ``content.size`` counts: decoded bytes; bytes as encoded for transfer; those, with
        ``content.compression`` to be added; characters of the base64 text.
    connection_is : {"any", "id", "port", "field", "fiddler"}
        What ``connection`` holds; "any": an id, or the server's port; "field": the id stands in
        ``_connectionId``.
    tls_beside_connect : bool
        ``timings.connect`` ends where ``timings.ssl`` begins, where HAR counts ssl inside it.
    time_counts_tls_twice : bool
        ``time`` has ssl added on top of a connect that includes it.
    zero_ssl_is_none : bool
        ``timings.ssl`` 0 means that there was no handshake.
    zero_size_is_unknown : bool
        ``content.size`` 0 stands for a size that was not measured.
    negative_body_size_is_cached : bool
        ``response.bodySize`` below -1 beside a ``_transferSize`` of 0 marks an answer from the
        browser's own cache.
    empty_timings_mean_cached : bool
        ``timings: {}`` with a status marks an answer from the browser's own cache.
    no_address_is_cached : bool
        An answer without ``serverIPAddress`` came from the browser's own cache.
    http_version_is_guessed : bool
        ``httpVersion`` is the same for every protocol.
    params_are_raw : bool
        ``postData.params`` are still percent-encoded.
    cookies_joined_by_comma : bool
        Several Set-Cookie headers are joined by commas.
    cookie_expiry_shrunk : bool
        Seconds since 1970 are taken for milliseconds in the cookies arrays.
    headers_repeated : bool
        The same request header is listed twice.
    initiator_line_from_zero : bool
        ``_initiator_line`` counts from 0.
    page_timings_unanchored : bool
        ``pageTimings`` do not count from the page's ``startedDateTime``.
    browsers : tuple of str
        The browsers that it can have recorded; the User-Agent of another one is emulated.
    omits : mapping of str to str
        What the exporter never writes, or removes unless told otherwise: metric -> reason.
    """

    name: str
    recognises: Callable[[Meta], str | None]
    adapts: Callable[["Dialect", Meta], "Dialect"] | None = None
    body_size_includes_headers: bool = False
    body_size_may_be_less: bool = False
    content_size: str = "decoded"
    connection_is: str = "any"
    tls_beside_connect: bool = False
    time_counts_tls_twice: bool = False
    zero_ssl_is_none: bool = False
    zero_size_is_unknown: bool = False
    nothing_sent_is_cached: bool = False
    empty_timings_mean_cached: bool = False
    no_address_is_cached: bool = False
    http_version_is_guessed: bool = False
    params_are_raw: bool = False
    cookies_joined_by_comma: bool = False
    cookie_expiry_shrunk: bool = False
    headers_repeated: bool = False
    initiator_line_from_zero: bool = False
    page_timings_unanchored: bool = False
    browsers: tuple[str, ...] = ()
    omits: Mapping[str, str] = field(default_factory=dict)


def named(*names: str) -> Callable[[Meta], str | None]:
    """Recognise a log by the name of its creator, case aside.

    Examples
    --------
    >>> named("Firefox")(Meta("Firefox", "153.0", None, None))
    "log.creator.name is 'Firefox'"
    """
    known = {name.lower() for name in names}

    def recognises(meta: Meta) -> str | None:
        return f"log.creator.name is {meta.creator!r}" if (meta.creator or "").lower() in known else None

    return recognises


def release(version: str | None) -> tuple[int, ...]:
    """Read a version number as whole numbers, up to what is no number.

    Examples
    --------
    >>> release("54.0.1"), release("1.23.0-next"), release(None)
    ((54, 0, 1), (1, 23, 0), ())
    """
    found = re.match(r"\d{1,9}(?:\.\d{1,9})*", version or "")
    return tuple(int(part) for part in found[0].split(".")) if found else ()
