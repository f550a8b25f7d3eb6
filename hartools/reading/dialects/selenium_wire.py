"""What does Selenium Wire write its own way?

Its HAR is made by a copy of mitmproxy's har_dump script; raw bytes may stand as text.
"""

from hartools.reading.dialects.dialect import Dialect, named
from hartools.reading.dialects.mitmproxy import OMITS

__all__ = ["DIALECT"]

# 2026-11-23, Selenium Wire 5.1.0, selenium_wire_5.1.0.har (recorded on loopback): several
# Set-Cookie headers become one, joined by commas; sizes and timings as in mitmproxy.
DIALECT = Dialect(
    name="selenium-wire",
    recognises=named("Selenium Wire HAR dump"),
    content_size="plus_compression",
    tls_beside_connect=True,
    cookies_joined_by_comma=True,
    omits=OMITS,
)
