"""What can be kept of a value that does not have the shape it should have?"""

import json
from typing import Any, get_args, get_origin

import msgspec

from hartools.reading.schema import NULL, Raw

__all__ = ["clean", "fit", "plain"]


def fit(kind: Any, value: Any) -> Any:
    """Keep of a value what a type admits, member by member.

    Examples
    --------
    >>> from hartools.reading.schema import Entry
    >>> entry = fit(Entry, {"time": [], "request": {"url": "https://a.example/", "bodySize": {}}})
    >>> entry.time, entry.request.url, entry.request.bodySize
    (None, 'https://a.example/', None)
    """
    if kind is Raw:
        return NULL if value is None else Raw(json.dumps(value).encode())
    if kind is Any or value is None:
        return value
    if get_origin(kind) is list:
        return [fit(get_args(kind)[0], item) for item in value if isinstance(item, dict)] if isinstance(value, list) else None
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if not isinstance(value, dict):
            return None
        fields = ((each.name, each.encode_name, each.type) for each in msgspec.structs.fields(kind))
        return kind(**{name: fit(type_, value[key]) for name, key, type_ in fields if key in value})
    shapes = [each for each in get_args(kind) if isinstance(each, type) and issubclass(each, msgspec.Struct) or get_origin(each) is list]
    if shapes and isinstance(value, (dict, list)):
        return fit(shapes[0], value)
    if len(get_args(kind)) == 2:  # one type, or null
        return fit(get_args(kind)[0], value)
    if isinstance(value, (dict, list)) or (isinstance(value, bool) and bool not in get_args(kind)):
        return None
    return clean(value)


def plain(raw) -> Any:
    """Decode one piece of JSON into Python's own types.

    Examples
    --------
    >>> plain(b'{"a": [1, null]}')
    {'a': [1, None]}
    """
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return json.loads(bytes(raw).decode("utf-8", "replace"), strict=False)


def clean(value: Any) -> Any:
    """Replace lone surrogates, which no UTF-8 text can hold, by U+FFFD.

    Examples
    --------
    >>> clean("a\\ud83d") == "a\\ufffd"
    True
    """
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value
