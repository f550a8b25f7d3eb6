"""What is the structure of a file, told without any value of it, so that it can be shared?"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from hartools.capture import Capture
from hartools.errors import HarError
from hartools.quality.members import DATES, EXPORTERS, MEMBERS
from hartools.reading import read_har
from hartools.reading.files import Content, open_content
from hartools.reading.notes import CODES

__all__ = ["diagnose"]

OTHER = "(other member)"
# Initiators nest one stack in another without end; what lies deeper is counted under one name.
MAX_DEPTH, DEEPER = 14, "(deeper)"
VERSION = re.compile(r"\d{1,9}(\.\d{1,9}){0,4}")
DATE_SHAPE = re.compile(r"[+-]?[9:.T +-]{4,40}Z?")
# A text, also one that never ends, or a brace or bracket outside of any.
TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[{}\[\]]', re.S)
# What a file may begin with, by its first character that is no white space.
BEGINNINGS = {
    b"{": "an opening brace", b"[": "an opening bracket", b"<": "an angle bracket, as a web page", b'"': "a quotation mark",
    b"\xef": "a byte-order mark of UTF-8", b"\xff": "a byte-order mark of UTF-16", b"\xfe": "a byte-order mark of UTF-16", b"\0": "a zero byte", b"": "nothing",
}


def diagnose(source) -> str:
    """Describe the structure of a file in words that are safe in a public issue.

    Containers, size, exporter, and every path of members with how often it occurs, its types
    and the shape of what it holds. No value, no host, no name of a header, cookie or unknown
    member is told. A file that `read_har` refuses is described by its outside.

    Parameters
    ----------
    source : path, bytes or binary file object

    Returns
    -------
    str

    Raises
    ------
    OSError
        If it cannot be opened.

    Examples
    --------
    >>> import hartools as ht
    >>> print(diagnose(ht.example_har()).splitlines()[3])
    entries: 9, pages: 1
    """
    source = source.read() if hasattr(source, "read") else source
    try:
        return "\n".join(_readable(read_har(source)))
    except OSError:
        raise
    except Exception as error:  # a file that hartools itself trips over is what a diagnosis is for
        return "\n".join(_refused(source, error))


def _readable(capture: Capture) -> Iterator[str]:
    yield "hartools diagnose: structure only, no value of the file"
    yield f"container: {_containers(capture.source.containers)}, {capture.source.size:,} bytes"
    yield f"exporter: {_exporter(capture)}"
    yield f"entries: {len(capture):,}, pages: {len(capture.pages):,}"
    for code, rows in capture.notes.groupby("code", sort=True):
        at = rows.at_byte.min()
        where = "" if at is None or at != at else f", first at byte {at:,}"
        yield f"note: {code if code in CODES else 'another kind'}, {len(rows):,} times{where}"
    yield "members (path, how often, types):"
    for path, (count, types, shapes) in sorted(_members(capture.document()).items()):
        listed = ", ".join(f"{kind} {often:,}" for kind, often in types.most_common())
        yield f"  {path}  {count:,}: {listed}{_shapes(shapes)}"


def _refused(source, error: Exception) -> Iterator[str]:
    yield "hartools diagnose: structure only, no value of the file"
    yield f"not read: {type(error).__name__}"
    try:
        contents = open_content(source)
    except HarError as reason:
        yield f"container: not unpacked ({type(reason).__name__})"
        return
    for content in contents:
        yield f"container: {_containers(content.containers)}, {content.size:,} bytes, {len(content.data):,} unpacked"
        yield f"begins with: {_beginning(content)}"
        counts = Counter(token[0] for token in TOKEN.finditer(content.data) if len(token[0]) == 1)
        for opening, closing, name in ((b"{", b"}", "braces"), (b"[", b"]", "brackets")):
            balance = "" if counts[opening] == counts[closing] else ", out of balance"
            yield f"{name}: {counts[opening]:,} opened, {counts[closing]:,} closed{balance}"


def _containers(kinds: tuple[str, ...]) -> str:
    return " in ".join(reversed(kinds)) if kinds else "plain"


def _exporter(capture: Capture) -> str:
    """Name the exporter where it is a known one; any other name could be anybody's."""
    known = capture.exporter
    if known.name not in EXPORTERS:
        return f"another program, read as {known.dialect}"
    version = known.version if VERSION.fullmatch(known.version or "") else "of another form" if known.version else "not given"
    return f"{known.name}, version {version}, read as {known.dialect}"


def _beginning(content: Content) -> str:
    first = bytes(content.data[:1000]).lstrip()[:1]
    if first in BEGINNINGS:
        return BEGINNINGS[first]
    return "a letter" if first.isalpha() else "a digit" if first.isdigit() else "another character" if first < b"\x80" else "a byte beyond ASCII"


def _members(document: object) -> dict[str, tuple[int, Counter, Counter]]:
    """Walk a document without recursion and count each path, its types and its shapes."""
    types: dict[str, Counter] = defaultdict(Counter)
    shapes: dict[str, Counter] = defaultdict(Counter)
    pending = [("", 0, "", document)]
    while pending:
        path, depth, member, value = pending.pop()
        kind = _type(value)
        if path:
            types[path][kind] += 1
            shapes[path].update(_shape(member, value))
        if depth == MAX_DEPTH:
            continue
        if isinstance(value, dict):
            for key, inner in value.items():
                name = DEEPER if depth == MAX_DEPTH - 1 else key if key in MEMBERS else OTHER
                pending.append((f"{path}.{name}".lstrip("."), depth + 1, name, inner))
        elif isinstance(value, list):
            pending += [(f"{path}[]", depth, member, inner) for inner in value]
    return {path: (types[path].total(), types[path], shapes[path]) for path in types}


def _type(value: object) -> str:
    if isinstance(value, bool):
        return "true/false"
    names = {str: "string", int: "integer", float: "float", list: "list", dict: "object", type(None): "null"}
    return names.get(type(value), "another type")


def _shape(member: str, value: object) -> list[str]:
    """Name the class of a value: the sign of a number, the order of a length, the form of a date."""
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, (int, float)):
        return ["negative" if value < 0 else "positive" if value > 0 else "zero" if value == 0 else "not finite"]
    if isinstance(value, str) and member in DATES and value:
        shape = re.sub(r"[0-9]", "9", value)
        return [shape if DATE_SHAPE.fullmatch(shape) else "no date"]
    if isinstance(value, list):
        return [f"{_order(len(value))} items"]
    return [f"{_order(len(value))} characters"] if isinstance(value, str) else []


def _order(length: int) -> str:
    """Give a length as a range of one power of ten."""
    if length == 0:
        return "0"
    low = 10 ** (len(str(length)) - 1)
    return f"{low:,} to {low * 10 - 1:,}"


def _shapes(shapes: Counter) -> str:
    # More than a few forms say nothing more, and a list without end could be made to speak.
    return f" ({'; '.join(f'{shape} {often:,}' for shape, often in shapes.most_common(8))})" if shapes else ""
