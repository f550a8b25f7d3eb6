"""What does Safari's Web Inspector write its own way?

Own fields: _fetchType (the only mark of a cache), _serverPort, _priority, _transferSize, _error.
"""

from hartools.reading.dialects.dialect import Dialect, named

__all__ = ["DIALECT"]

# 2026-11-23, read in WebKit's HARBuilder (no Safari at hand, no sample): one page always,
# redirect hops are not written.
DIALECT = Dialect(
    name="webkit",
    recognises=named("WebKit Web Inspector"),
    omits={
        "initiators": "Safari exports no initiator",
        "redirects": "Safari's export leaves out redirect hops",
        "messages": "Safari exports no WebSocket frames",
        "tls": "Safari exports no certificate",
    },
)
