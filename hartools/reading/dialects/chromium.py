"""What do Chromium's developer tools (Chrome, Edge, Brave) write their own way?

Own fields: _initiator, _priority, _resourceType (since Chrome 76), _fromCache (79),
_transferSize (47), _error, _connectionId (130), _webSocketMessages, _eventSourceMessages,
_fetchedViaServiceWorker.
"""

from hartools.reading.dialects.dialect import Dialect, named

__all__ = ["DIALECT"]

# 2026-11-23, Chromium 156, sample oncologue-paris.chrome-sanitized.har: since Chrome 130 the
# default export removes the headers Cookie, Set-Cookie and Authorization and empties both
# cookies arrays, and marks nothing as removed.
SANITIZED = "Chromium's default export since Chrome 130 removes cookies and the headers Cookie, Set-Cookie and Authorization without a mark"

# 2026-11-23, Chromium 156, sample oncologue-paris.chrome-sensitive.har: `connection` is the
# server's port (it was an id up to Chrome 120); the id stands in _connectionId.
DIALECT = Dialect(
    name="chromium",
    recognises=named("WebInspector"),
    connection_is="field",
    omits={"cookies": SANITIZED, "tls": "Chromium's developer tools export no certificate"},
)
