"""What do Chromium's developer tools (Chrome, Edge, Brave) write their own way?

Own fields: _initiator, _priority, _resourceType (since Chrome 76), _fromCache (79),
_transferSize (47), _error, _connectionId (130), _webSocketMessages, _eventSourceMessages,
_fetchedViaServiceWorker. Edge and Brave write the same dialect; the User-Agent tells them apart.
"""

from dataclasses import replace

from hartools.reading.dialects.dialect import BLINK, NO_CERTIFICATE, Dialect, Meta, named

__all__ = ["DIALECT"]

# 2026-11-23, Chromium 156, sample oncologue-paris.chrome-sanitized.har: since Chrome 130 the
# default export removes the headers Cookie, Set-Cookie and Authorization and empties both
# cookies arrays, and marks nothing as removed.
SANITIZED = "Chromium's default export since Chrome 130 removes cookies and the headers Cookie, Set-Cookie and Authorization without a mark"


def _adapts(dialect: Dialect, meta: Meta) -> Dialect:
    # 2026-11-23: `connection` is an id up to Chrome 120 (mrichman/hargo en.wikipedia.org.har), and
    # the server's port once there is _connectionId (130; sample oncologue-paris.chrome-sensitive.har).
    return replace(dialect, connection_is="field" if meta.has_connection_id else "any")


# 2026-11-23: query and form values stay percent-encoded in every version from 26 to 156
# (sample oncologue-paris.chrome-sensitive.har); bodySize is the transferred size less the header
# text, -146 for a 404 (jvdmeiden/har-viewer test (2).har).
DIALECT = Dialect(
    name="chromium",
    recognises=named("WebInspector"),
    adapts=_adapts,
    body_size_may_be_less=True,
    browsers=BLINK,
    params_are_raw=True,
    # 2026-11-24, Chrome 47, www.bbc.com.har: 85 answers with a body and a _transferSize of 0; _fromCache came with 79
    nothing_sent_is_cached=True,
    omits={"cookies": SANITIZED, "tls": NO_CERTIFICATE},
)
