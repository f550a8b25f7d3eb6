"""What do Firefox's developer tools write their own way?

Own fields: _securityState, _priority (since 153). No initiator, no resource type, no
WebSocket frames.
"""

from hartools.reading.dialects.dialect import Dialect, named

__all__ = ["DIALECT"]

# 2026-11-23, Firefox 153.7 ESR, sample oncologue-paris.firefox.har: `connection` is the remote
# port; bodySize equals headersSize plus the encoded body (so since Firefox 62); timings is {}
# for what came from the browser's own cache.
DIALECT = Dialect(
    name="firefox",
    recognises=named("Firefox"),
    body_size_includes_headers=True,
    connection_is="port",
    empty_timings_mean_cached=True,
    omits={
        "initiators": "Firefox exports no initiator",
        "messages": "Firefox exports no WebSocket frames",
        "tls": "Firefox exports no certificate",
    },
)
