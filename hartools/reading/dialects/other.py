"""What is taken for granted of an exporter that is not known?"""

from hartools.reading.dialects.dialect import Dialect, Meta

__all__ = ["DIALECT"]


def _recognises(meta: Meta) -> str:
    return f"log.creator.name is {meta.creator!r}, which no dialect claims" if meta.creator else "log.creator is missing"


DIALECT = Dialect(name="other", recognises=_recognises)
