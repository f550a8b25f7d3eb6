"""What does Charles write its own way?

Own fields: _charlesStatus, cookies[]._maxAge. No pages; pseudo-headers such as :status stand on
both sides; redirectURL and statusText may be null; JSON may be base64.
"""

from hartools.reading.dialects.dialect import Dialect, named
from hartools.reading.dialects.mitmproxy import OMITS

__all__ = ["DIALECT"]

# 2026-11-23, Charles 4.6.3, mitmproxy/mitmproxy charles.har: Set-Cookie headers are repeated.
DIALECT = Dialect(name="charles", recognises=named("Charles Proxy"), omits=OMITS)
