"""What do chrome-har and the tools built on it (Browsertime, sitespeed.io, Blacklight) write their own way?

Own fields: _requestId, _initiator (a URL as text), _initiator_type, _initiator_line,
_initiator_detail (JSON as text), _resourceType (since 0.12), _chunks, timings._queued.
"""

from dataclasses import replace

from hartools.reading.dialects.dialect import BLINK, NO_CERTIFICATE, NO_MESSAGES, Dialect, Meta, named, release

__all__ = ["DIALECT"]


def _adapts(dialect: Dialect, meta: Meta) -> Dialect:
    if (meta.creator or "").lower() != "browsertime":
        # 2026-11-24: _initiator_line is 0 on the first line in 0.2.3 (case-sensitive-protocol.har), 1 since 0.3.2 (arcelormittal.com.har)
        return replace(dialect, initiator_line_from_zero=release(meta.version) < (0, 3))
    if meta.version == "1.0.0":
        # 2026-11-23: Browsertime 1.0.0 recorded Firefox through BrowserMob 2.
        return replace(dialect, zero_ssl_is_none=True, zero_size_is_unknown=True, headers_repeated=False, body_size_may_be_less=False, nothing_sent_is_cached=False)
    # 2026-11-23: Browsertime 1.0 writes ssl 0 where there was no handshake
    # (micmro/PerfCascade browsertime_h2_filamentgroup.com.har), and lines from 0 (browsertime_sitespeed.io.har).
    return replace(dialect, zero_ssl_is_none=True, initiator_line_from_zero=True)


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
    connection_is="id",
    # 2026-11-24, 0.11.12, marylandhealthconnection.gov: 11 answers with a body, _transferSize 0 and connection "0"
    nothing_sent_is_cached=True,
    # 2026-11-24, 0.12.0, ferguson.har: 1970-01-20 for a cookie that expires in February 2022
    cookie_expiry_shrunk=True,
    omits={"messages": NO_MESSAGES, "tls": NO_CERTIFICATE},
)
