"""What does mitmproxy write its own way?

Own fields: _error, _transferSize, _resourceType and _webSocketMessages on WebSockets only.
A proxy sees every program of the device: the first party must be told or found by headers.
"""

from hartools.reading.dialects.dialect import Dialect, Meta

__all__ = ["DIALECT"]


def _recognises(meta: Meta) -> str | None:
    # Four names over the years: "mitmproxy", "mitmproxy har_dump", "mitmproxy exporthar", ...
    return f"log.creator.name is {meta.creator!r}" if (meta.creator or "").lower().startswith("mitmproxy") else None


# 2026-11-23, mitmproxy 11.0.2, sample oncologue-paris.mitmproxy.har: pages is [], entries have
# no pageref and no initiator.
DIALECT = Dialect(
    name="mitmproxy",
    recognises=_recognises,
    omits={
        "initiators": "a proxy does not see what caused a request",
        "pages": "a proxy does not see pages",
        "tls": "mitmproxy's export describes no certificate of the server",
    },
)
