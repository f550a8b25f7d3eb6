"""What does Splash (Lookyloo's and har2tree's recorder) write its own way?

Own fields: _splash_processing_state, response.ok, response.url. Always HTTP/1.1; no dns,
connect, ssl or blocked time.
"""

from hartools.reading.dialects.dialect import NO_CERTIFICATE, NO_INITIATOR, NO_MESSAGES, Dialect, Meta

__all__ = ["DIALECT"]


def _recognises(meta: Meta) -> str | None:
    if (meta.creator or "").lower() == "splash":
        return f"log.creator.name is {meta.creator!r}"
    return "its entries have _splash_processing_state" if meta.has_splash_state else None


# 2026-11-23, Splash 2.3.2 and 3.5, Lookyloo/har2tree libe.har: Set-Cookie headers are joined by
# line feeds; some query and form values are left percent-encoded. 2026-11-24, the same file:
# content.size is 0 beside a bodySize wherever the answer had no Content-Length.
DIALECT = Dialect(
    name="splash",
    recognises=_recognises,
    params_are_raw=True,
    zero_size_is_unknown=True,
    omits={"initiators": NO_INITIATOR, "messages": NO_MESSAGES, "tls": NO_CERTIFICATE},
)
