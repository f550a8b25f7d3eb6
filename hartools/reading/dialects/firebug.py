"""What did Firebug (and the Firefox exporters of its time) write their own way?

Its netExport wrote log.version 1.0 or 1.1; forms stand in postData.params without a text.
"""

from dataclasses import replace

from hartools.reading.dialects.dialect import NO_CERTIFICATE, NO_INITIATOR, NO_MESSAGES, Dialect, Meta, named, release

__all__ = ["DIALECT"]


def _adapts(dialect: Dialect, meta: Meta) -> Dialect:
    # 2026-11-23: `connection` is the server's port since 1.8 (janodvarko/harviewer three-phases.har).
    return replace(dialect, connection_is="port" if release(meta.version) >= (1, 8) else "any")


# 2026-11-23, Firebug 1.12, haralyzer/haralyzer multi_test_1.har: several Set-Cookie headers are
# joined by line feeds; content.size differs from the text for gzip'd answers.
DIALECT = Dialect(
    name="firebug",
    recognises=named("Firebug"),
    adapts=_adapts,
    omits={"initiators": NO_INITIATOR, "messages": NO_MESSAGES, "tls": NO_CERTIFICATE},
)
