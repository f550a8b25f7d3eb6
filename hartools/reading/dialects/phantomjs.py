"""What does PhantomJS's netsniff write its own way?

JavaScript around the JSON (onInputData(...)), no bodies, no cookies, an empty queryString, status
null for data: URLs; always HTTP/1.1.
"""

from hartools.reading.dialects.dialect import NO_CERTIFICATE, NO_INITIATOR, NO_MESSAGES, Dialect, named

__all__ = ["DIALECT"]

# 2026-11-23, PhantomJS 1.9.1, iiithyd-websec/CORP-Headers www.cnn.com.har: Set-Cookie headers are
# joined by line feeds.
DIALECT = Dialect(
    name="phantomjs",
    recognises=named("PhantomJS"),
    omits={"initiators": NO_INITIATOR, "messages": NO_MESSAGES, "tls": NO_CERTIFICATE, "bodies": "PhantomJS records no bodies"},
)
