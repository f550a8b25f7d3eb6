"""What does WebPageTest write its own way?

Some 90 own fields for each entry, numbers often as text, -1 for unknown: _ip_addr, _protocol,
_bytesIn, _bytesOut, _objectSizeUncompressed (since 3.0), _initiator. A page whose id has
_1_ is the repeat view of page _0_.
"""

from dataclasses import replace

from hartools.reading.dialects.dialect import NO_MESSAGES, Dialect, Meta, named, release

__all__ = ["DIALECT"]


def _adapts(dialect: Dialect, meta: Meta) -> Dialect:
    # 2026-11-24: _initiator_line is 0 on the first line in 17.12 (expressen.har), 1 in 2.17 (assetsRedirects.har).
    return replace(dialect, initiator_line_from_zero=release(meta.version) >= (17,))


# 2026-11-23, WebPageTest 2.17 to 18.09, sitespeedio/coach-core assetsRedirects.har and
# micmro/PerfCascade wpt_h2_www.filamentgroup.com.har: content.size is the compressed size;
# httpVersion is a slice of the status line ("us:", "2 2"), so only _protocol counts; no serverIPAddress.
DIALECT = Dialect(
    name="webpagetest",
    recognises=named("WebPagetest"),
    adapts=_adapts,
    content_size="encoded",
    omits={"messages": NO_MESSAGES, "bodies": "WebPageTest records bodies only when told to"},
)
