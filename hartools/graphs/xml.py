"""How is text put between tags, so that it stays text?"""

from collections.abc import Mapping

__all__ = ["attributes", "escaped"]

ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def escaped(text: str) -> str:
    """Return text as it stands in XML; what XML cannot hold was written as its code before.

    Examples
    --------
    >>> escaped('a<b & "c"')
    'a&lt;b &amp; &quot;c&quot;'
    """
    return text.translate(ESCAPES)


def attributes(values: Mapping[str, str | None]) -> str:
    """Return the attributes of a tag, each behind a space; those without a value are left out.

    Examples
    --------
    >>> attributes({"id": "a&b", "label": None})
    ' id="a&amp;b"'
    """
    return "".join(f' {name}="{escaped(value)}"' for name, value in values.items() if value is not None)
