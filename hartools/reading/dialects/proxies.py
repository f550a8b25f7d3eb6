"""What is taken for granted of proxies of which there is no sample (ZAP, Proxyman, Burp, Fluxzy)?

ZAP leaves out members that have their default value, writes forms into params with an empty text
and the whole time as receive.
"""

from hartools.reading.dialects.dialect import Dialect, Meta
from hartools.reading.dialects.mitmproxy import OMITS

__all__ = ["DIALECT"]

NAMES = ("zap", "owasp zap", "proxyman", "burp", "fluxzy")


def _recognises(meta: Meta) -> str | None:
    return f"log.creator.name is {meta.creator!r}" if (meta.creator or "").lower().startswith(NAMES) else None


# 2026-11-24, read in ZAP's source (exim/har/HarUtils.java); of the others only the name is known, so
# that as little is assumed as of an unknown exporter.
DIALECT = Dialect(name="proxy", recognises=_recognises, cookies_joined_by_comma=True, zero_size_is_unknown=True, omits=OMITS)
