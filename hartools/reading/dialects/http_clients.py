"""What do programs that record their own requests (Polly.JS, Insomnia, Optic, capture-har, k6) write their own way?

They are no browsers: no pages, no initiators, no addresses; Polly.JS 1.3 to 2.0 writes header values
as lists; Insomnia has sizes of -1 and an empty queryString; har-to-k6 and reqtrack have no responses.
"""

from hartools.reading.dialects.dialect import NO_CERTIFICATE, Dialect, Meta, named

__all__ = ["CLIENT", "HTTP_TOOLKIT", "OPTIC"]

OMITS = {"initiators": "the program records its own requests", "pages": "the program shows no pages", "tls": NO_CERTIFICATE}


def _recognises(meta: Meta) -> str | None:
    name = (meta.creator or "").lower()
    known = ("polly.js", "insomnia", "capture-har", "har-to-k6", "k6", "postman", "hoppscotch", "swifthar", "reqtrack")
    return f"log.creator.name is {meta.creator!r}" if name.startswith(known) else None


# 2026-11-23, Polly.JS 2.0.0 (Netflix/pollyjs), capture-har 0.3.2 (micmro/PerfCascade redirect-loop.har).
CLIENT = Dialect(name="http-client", recognises=_recognises, omits=OMITS)


def _is_optic(meta: Meta) -> str | None:
    return f"log.creator is {meta.creator!r}" if (meta.creator or "").lower().startswith("optic") else None


# 2026-11-23, Optic (opticdev/optic har.har): creator is a text, bodies are base64 and size counts
# the characters of the base64 text.
OPTIC = Dialect(name="optic", recognises=_is_optic, content_size="base64", omits=OMITS)

# 2026-11-24, read in HTTP Toolkit's source (src/model/http/har.ts, no sample): bodies over 40 kB are
# left out, cookies are always [], repeated headers are joined by commas, pageref names the source
# program, size is 0 for a body that could not be decoded.
HTTP_TOOLKIT = Dialect(name="http-toolkit", recognises=named("HTTP Toolkit"), cookies_joined_by_comma=True, zero_size_is_unknown=True, omits=OMITS)
