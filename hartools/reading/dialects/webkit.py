"""What does Safari's Web Inspector write its own way?

Own fields: _fetchType (the only mark of a cache), _serverPort, _priority, _transferSize, _error.
"""

from hartools.reading.dialects.dialect import NO_CERTIFICATE, NO_INITIATOR, NO_MESSAGES, Dialect, named

__all__ = ["DIALECT"]

# 2026-11-23, read in WebKit's HARBuilder and seen in mitmproxy/mitmproxy safari.har: one page
# always; redirect hops are not written; headers of one name become one, joined by a comma;
# memory-cache entries have size 0 beside a recorded body.
DIALECT = Dialect(
    name="webkit",
    recognises=named("WebKit Web Inspector"),
    zero_size_is_unknown=True,
    connection_is="id",
    # 2026-11-24, mitmproxy/mitmproxy safari.har: onLoad 15,799 ms; it counts from when the inspector was opened
    page_timings_unanchored=True,
    cookies_joined_by_comma=True,
    omits={
        "initiators": NO_INITIATOR,
        "redirects": "Safari's export leaves out redirect hops",
        "messages": NO_MESSAGES,
        "tls": NO_CERTIFICATE,
    },
)
