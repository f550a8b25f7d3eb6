"""What do Firefox's developer tools write their own way?

Own fields: _securityState, _priority (since 153). No initiator, no resource type, no
WebSocket frames; cookies arrays hold names and values only.
"""

from dataclasses import replace

from hartools.reading.dialects.dialect import NO_CERTIFICATE, NO_INITIATOR, NO_MESSAGES, Dialect, Meta, named, release

__all__ = ["DIALECT"]


def _adapts(dialect: Dialect, meta: Meta) -> Dialect:
    major = (release(meta.version) or (0,))[0]
    return replace(
        dialect,
        # 2026-11-23: bodySize is the body alone in 43 to 54 (sitespeedio/coach-core headerSize2.har),
        # and equals headersSize plus the encoded body in 62 to 153 (sample oncologue-paris.firefox.har).
        body_size_includes_headers=major >= 62,
        # 2026-11-24: content.size is the decoded size in 47 to 140 (amazon.har, 140.0.1), and the
        # size as encoded for transfer in 153 (sample oncologue-paris.firefox.har, every gzip'd answer).
        content_size="encoded" if major > 140 else "decoded",
        # 2026-11-24: what came from the cache has no serverIPAddress, timings {} for some of it
        # (153, sample oncologue-paris.firefox.har: 14 such answers, and 14 that the server never
        # saw); 43 writes no address at all (sitespeedio/coach-core headerSize2.har).
        no_address_is_cached=major >= 47,
    )


# 2026-11-23, Firefox 153.7 ESR, sample oncologue-paris.firefox.har: `connection` is the remote
# port; timings may be {} for what came from the browser's own cache; ssl follows connect and is not
# part of it (time is the sum of all phases, 48 of 48 handshakes); ssl is 0 where there was none.
DIALECT = Dialect(
    name="firefox",
    recognises=named("Firefox"),
    adapts=_adapts,
    connection_is="port",
    tls_beside_connect=True,
    zero_ssl_is_none=True,
    empty_timings_mean_cached=True,
    omits={"initiators": NO_INITIATOR, "messages": NO_MESSAGES, "tls": NO_CERTIFICATE},
)
