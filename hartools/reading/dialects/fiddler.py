"""What does Fiddler write its own way?

A byte-order mark, times with seven digits of a second, pages null or [], log.comment with a local
date, ssl 0 for no handshake, empty postData on every request.
"""

from hartools.reading.dialects.dialect import Dialect, named
from hartools.reading.dialects.mitmproxy import OMITS

__all__ = ["DIALECT"]

# 2026-11-23, Fiddler 2.4 (in2bits/harhar test.har) and 4.6 (rawbee/swift-har Fiddler_swapi.har):
# `connection` is the client's port, since 4.6 "ClientPort:19744;EgressPort:19745".
DIALECT = Dialect(
    name="fiddler",
    recognises=named("Fiddler"),
    connection_is="fiddler",
    zero_ssl_is_none=True,
    omits=OMITS,
)
