"""What does Chrome HAR Capturer write its own way?

Own fields: _initiator, _priority, _resourceType, as in Chromium; connection "0" means none.
"""

from hartools.reading.dialects.dialect import BLINK, NO_CERTIFICATE, NO_MESSAGES, Dialect, named

__all__ = ["DIALECT"]

# 2026-11-23, 0.10.3, haralyzer/haralyzer cnn-chrome.har: Set-Cookie headers are joined by line
# feeds, entries stand in no order of time, query values are decoded.
DIALECT = Dialect(
    name="chrome-har-capturer",
    recognises=named("Chrome HAR Capturer"),
    body_size_may_be_less=True,
    browsers=BLINK,
    connection_is="id",
    nothing_sent_is_cached=True,
    omits={"messages": NO_MESSAGES, "tls": NO_CERTIFICATE},
)
