"""What does Playwright write its own way?

Own fields: _securityDetails, _serverPort, _resourceType, _frameref, _monotonicTime,
_failureText, _webSocketMessages (times in milliseconds), _file (attached bodies; _sha1 in 1.23-next).
"""

from dataclasses import replace

from hartools.reading.dialects.dialect import NO_INITIATOR, Dialect, Meta, named, release

__all__ = ["DIALECT"]


def _adapts(dialect: Dialect, meta: Meta) -> Dialect:
    # 2026-11-23, Playwright 1.7.1 (ninoseki/playwright-har-tracer test.har): every protocol is called HTTP/1.1.
    version = release(meta.version)
    return replace(dialect, http_version_is_guessed=bool(version) and version < (1, 9))


# 2026-11-24, Playwright 1.65.1, sample oncologue-paris.playwright.har: time has ssl added on top of
# a connect that includes it (80 of 82 handshakes), also for http URLs (playwright_full_attach.har); an
# answer from the browser's cache has a _transferSize of 0.
DIALECT = Dialect(
    name="playwright",
    recognises=named("Playwright"),
    adapts=_adapts,
    time_counts_tls_twice=True,
    zero_size_is_unknown=True,
    nothing_sent_is_cached=True,
    omits={"initiators": NO_INITIATOR},
)
