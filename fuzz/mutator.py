"""How is a HAR changed so that the change gets past the parser?"""

import copy
import json
import random
import zlib

__all__ = ["mutated"]

# Numbers, texts and shapes at which readers have stumbled.
ODD = [
    None, True, False, 0, -1, -1000, 1, 2**31, 2**63, 2**64, 10**400, 1.5, -0.7, 1e308, 1e-320, "", "-1", "0", "text", "\ud83d", "\udc00", "\x00", "\ufeff", "é" * 40, "1e999", "NaN", [], {}, [[]], [None], [{}],
    {"name": "a"}, {"name": None, "value": ["a", "b"]}, {"log": {"entries": [{}]}}, "2026-03-02T09:00:00.000Z", "9999-99-99T99:99:99.999+99:99", "+058063-05-13T22:58:17.000Z", "0001-01-01", "1583020800000",
    "https://[::1]:99999/?a=%ff&b", "http://[", "data:text/plain,x", "//a.example", "javascript:1", "https://a.example/#b", "a=b; Expires=Wed, 01 Jan 9999 00:00:00 GMT, c=d\ne=f", "multipart/form-data; boundary=x", "base64", "AAAA=", "::1",
]  # fmt: skip

# Names that mean something to a reader, put where none is expected.
NAMES = [
    "log", "entries", "pages", "creator", "browser", "request", "response", "content", "text", "encoding", "_file", "headers", "cookies", "queryString", "postData", "params", "timings", "cache", "startedDateTime",
    "time", "status", "url", "method", "_initiator", "stack", "parent", "callFrames", "_webSocketMessages", "_eventSourceMessages", "_securityDetails", "_transferSize", "_fromCache", "id", "pageref", "pageTimings", "name", "value",
]  # fmt: skip

# What is done to the bytes of a HAR: something gone, something too much, in another guise.
MARKS = [b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"\x00", b"\n", b"\xff", b"\xed\xa0\x80", b"NaN", b"-Infinity", b"\\ud83d", b"\\u12", b"//", b"'", b"}}", b"]]", b'"log":', b'{"request":{"url":"https://a.example/"}}']


def mutated(data: bytes, limit: int, seed: int) -> bytes | None:
    """Change the structure of a JSON text, or the marks in what is none; None where there is nothing to change."""
    rng = random.Random(seed)
    try:
        value = json.loads(data.decode("utf-8", "surrogatepass"), strict=False)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, (dict, list)):
        return _marks(rng, data, limit) if data else None
    for _ in range(rng.choice((1, 1, 2, 4))):
        value = _changed(rng, value)
    try:
        text = json.dumps(value, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, None, 1)))
        made = text.encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return None
    if rng.random() < 0.3:
        made = _marks(rng, made, limit)
    return _packed(rng, made)[:limit]


def _changed(rng: random.Random, value):
    holders = [holder for holder in _holders(value) if holder]
    if not holders:
        return value
    holder = rng.choice(holders)
    key = rng.choice(list(holder)) if isinstance(holder, dict) else rng.randrange(len(holder))
    way = rng.randrange(8)
    if way == 0:
        del holder[key]
    elif way in (1, 2):
        holder[key] = rng.choice(ODD)
    elif way == 3 and isinstance(holder, list):
        rng.shuffle(holder)
    elif way == 3:
        holder[rng.choice(NAMES)] = holder.pop(key)
    elif way == 4 and isinstance(holder, list):
        holder.extend(copy.deepcopy(holder[key]) for _ in range(rng.choice((1, 2, 20))))
    elif way == 5 and len(holders) < 400:  # a part of the file in another place
        holder[key] = copy.deepcopy(rng.choice(holders))
    elif isinstance(holder, dict):
        holder[rng.choice(NAMES)] = rng.choice(ODD)
    return {"answer": value} if rng.random() < 0.01 else value


def _holders(value):
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, (dict, list)):
            yield item
            stack.extend(item.values() if isinstance(item, dict) else item)


def _marks(rng: random.Random, data: bytes, limit: int) -> bytes:
    for _ in range(rng.choice((1, 1, 3))):
        at = rng.randrange(len(data) + 1)
        marks = [place for place in range(at, min(len(data), at + 200)) if data[place : place + 1] in b'"{}[],:']
        if rng.random() < 0.5 and marks:
            data = data[: marks[0]] + data[marks[0] + 1 :]
        elif rng.random() < 0.2:
            data = data[:at] or data
        else:
            data = data[:at] + rng.choice(MARKS) + data[at:]
    return data[:limit]


def _packed(rng: random.Random, data: bytes) -> bytes:
    way = rng.random()
    if way < 0.02:
        return zlib.compress(data)
    if way < 0.04:
        return b"onInputData(" + data + b");"
    if way < 0.06:
        return data.decode("utf-8", "replace").encode("utf-16")
    return b"\xef\xbb\xbf" + data if way < 0.08 else data
