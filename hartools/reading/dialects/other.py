"""What is taken for granted of an exporter that is not known?"""

from hartools.reading.dialects.dialect import Dialect, Meta

__all__ = ["DIALECT"]


def _recognises(meta: Meta) -> str:
    return f"log.creator.name is {meta.creator!r}, which no dialect claims" if meta.creator else "log.creator is missing"


# A cookie's value can hold no comma (RFC 6265, section 4.1.1), so a comma before a name joins two.
DIALECT = Dialect(name="other", recognises=_recognises, cookies_joined_by_comma=True, zero_size_is_unknown=True)
