"""What does BrowserMob Proxy write its own way?

comment "" everywhere; headers and bodies only when told to; 2.1.5 may write timings in
nanoseconds (blockedNanos) and no time; failures have httpVersion "unknown" and response._error.
"""

from dataclasses import replace

from hartools.reading.dialects.dialect import NO_CERTIFICATE, NO_INITIATOR, NO_MESSAGES, Dialect, Meta, named, release

__all__ = ["DIALECT"]


def _adapts(dialect: Dialect, meta: Meta) -> Dialect:
    # 2026-11-23: ssl is 0 for no handshake in 2.0 (lightbody/browsermob-proxy), -1 since 2.1.
    return replace(dialect, zero_ssl_is_none=release(meta.version) < (2, 1))


# 2026-11-23, BrowserMob 2.1.0 beta 2, lonfee88/webriverio_proxy output.har: content.size is 0
# beside a bodySize, 7 of 160 entries have no response, header lists are empty.
DIALECT = Dialect(
    name="browsermob",
    recognises=named("BrowserMob Proxy"),
    adapts=_adapts,
    zero_size_is_unknown=True,
    omits={"initiators": NO_INITIATOR, "messages": NO_MESSAGES, "tls": NO_CERTIFICATE},
)
