"""What do mitmproxy and the programs built on it write their own way?

Own fields: _error, _transferSize, _resourceType and _webSocketMessages on WebSockets only.
A proxy sees every program of the device: the first party must be told or found by headers.
"""

from hartools.reading.dialects.dialect import NO_CERTIFICATE, Dialect, Meta

__all__ = ["DIALECT", "OMITS"]

OMITS = {"initiators": "a proxy does not see what caused a request", "pages": "a proxy does not see pages", "tls": NO_CERTIFICATE}


def _recognises(meta: Meta) -> str | None:
    # Names over the years: "mitmproxy har_dump" (script, up to 9), "mitmproxy exporthar",
    # "mitmproxy" (since 10.1), "MITMPROXY HARExtractor".
    return f"log.creator.name is {meta.creator!r}" if (meta.creator or "").lower().startswith("mitmproxy") else None


# 2026-11-24, mitmproxy 11.0.2, sample oncologue-paris.mitmproxy.har: pages is [], entries have no
# pageref and no initiator; content.size counts encoded bytes and content.compression what decoding
# adds; ssl follows connect (92 of 92 handshakes), -1000 stands for none in har_dump.
DIALECT = Dialect(
    name="mitmproxy",
    recognises=_recognises,
    content_size="plus_compression",
    tls_beside_connect=True,
    omits=OMITS,
)
