"""What does Playwright write its own way?

Own fields: _securityDetails, _serverPort, _resourceType, _frameref, _monotonicTime,
_failureText, _webSocketMessages, _file (attached bodies).
"""

from hartools.reading.dialects.dialect import Dialect, Meta

__all__ = ["DIALECT"]


def _recognises(meta: Meta) -> str | None:
    # Playwright 1.23-next wrote its name in lower case.
    return f"log.creator.name is {meta.creator!r}" if (meta.creator or "").lower() == "playwright" else None


# 2026-11-23, Playwright 1.65: WebSocket times are milliseconds, where Chromium writes seconds.
DIALECT = Dialect(
    name="playwright",
    recognises=_recognises,
    message_unit=0.001,
    omits={"initiators": "Playwright exports no initiator"},
)
