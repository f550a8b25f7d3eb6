"""What did Internet Explorer 11 write its own way?

Both redirectURL and redirectionURL; pageref "0"; texts with line ends as CR LF, longer than size.
"""

from hartools.reading.dialects.dialect import NO_CERTIFICATE, NO_INITIATOR, NO_MESSAGES, Dialect, named

__all__ = ["DIALECT"]

# 2026-11-23, Internet Explorer Network Inspector 11, from a description of its files; the size is
# that of the answer, the text is normalised.
DIALECT = Dialect(
    name="internet-explorer",
    recognises=named("Internet Explorer Network Inspector", "F12 Developer Tools"),
    omits={"initiators": NO_INITIATOR, "messages": NO_MESSAGES, "tls": NO_CERTIFICATE},
)
