"""What do chrome-har and the tools built on it (Browsertime, sitespeed.io, Blacklight) write their own way?

Own fields: _requestId, _initiator (a URL as text), _initiator_type, _initiator_line,
_initiator_detail (JSON as text), _resourceType (since 0.12), _chunks, timings._queued.
"""

from dataclasses import replace

from hartools.reading.dialects.dialect import BLINK, NO_CERTIFICATE, NO_MESSAGES, Dialect, Meta, named

__all__ = ["DIALECT"]


def _adapts(dialect: Dialect, meta: Meta) -> Dialect:
    if (meta.creator or "").lower() != "browsertime":
        return dialect
    if meta.version == "1.0.0":
        # 2026-11-23: Browsertime 1.0.0 recorded Firefox through BrowserMob 2.
        return replace(dialect, zero_ssl_is_none=True, zero_size_is_unknown=True, headers_repeated=False, body_size_may_be_less=False)
    # 2026-11-23: Browsertime 1.0 writes ssl 0 where there was no handshake
    # (micmro/PerfCascade browsertime_h2_filamentgroup.com.har).
    return replace(dialect, zero_ssl_is_none=True)


# 2026-11-23, chrome-har 0.12.0, sitespeedio/pagexray ferguson.har: 135 of 174 entries list a request
# header twice; Set-Cookie headers are joined by line feeds in HTTP/1.1; bodySize falls below zero.
# 2026-11-24, 0.11.12 (Blacklight, the-markup plannedparenthood.org): an iPhone's User-Agent is emulated.
DIALECT = Dialect(
    name="chrome-har",
    recognises=named("chrome-har", "Browsertime", "sitespeed.io"),
    adapts=_adapts,
    body_size_may_be_less=True,
    browsers=BLINK,
    headers_repeated=True,
    # 2026-11-24, 0.12.0, ferguson.har: 1970-01-20 for a cookie that expires in February 2022
    cookie_expiry_shrunk=True,
    omits={"messages": NO_MESSAGES, "tls": NO_CERTIFICATE},
)
