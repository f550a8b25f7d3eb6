"""Under which name, and in which part of its text, does a hit stand?"""

import re
from functools import lru_cache
from urllib.parse import unquote_plus

import msgspec

from hartools.payloads.leaks.layers import json_leaves, unescaped

__all__ = ["name_in_address", "name_in_body"]

LONGEST_NAME = 80
FORM = re.compile(rb"[^\s=&?#{}<>\"';,]{1,200}=[^\s\"<>]*\Z")
PART_NAME = re.compile(rb"""(?i)content-disposition:[^\r\n]*?\bname="?([^"\r\n;]{1,200})""")


def name_in_address(url: bytes, start: int) -> tuple[str, str | None]:
    """Return the part of an address in which a place lies, and the name there.

    Examples
    --------
    >>> name_in_address(b"https://a.example/x/y?q=1&email=j%40a.example#top", 32)
    ('query', 'email')
    """
    scheme = url.find(b"://")
    begin = scheme + 3 if 0 <= scheme < 20 else 0
    query, fragment = url.find(b"?"), url.find(b"#")
    fragment = len(url) if fragment < 0 else fragment
    query = fragment if query < 0 or query > fragment else query
    path = url.find(b"/", begin)
    path = query if path < 0 or path > query else path
    if start > fragment:
        return "fragment", _pair_name(url[fragment + 1 :], start - fragment - 1)
    if start > query:
        return "query", _pair_name(url[query + 1 : fragment], start - query - 1)
    if start >= path:
        # a match may begin with the slash itself
        return "path", f"segment {url.count(b'/', path, start + 1)}"
    return "host", None


def _pair_name(written: bytes, at: int) -> str | None:
    begin = written.rfind(b"&", 0, max(at, 0)) + 1
    name, is_pair, _ = written[begin:].partition(b"&")[0].partition(b"=")
    if not is_pair or at < begin + len(name):
        return None
    return unquote_plus(name.decode("utf-8", "replace"))[:LONGEST_NAME]


def name_in_body(body: bytes, start: int, end: int) -> str | None:
    """Return the path of the JSON value, or the name of the field or part, in which a place lies.

    Examples
    --------
    >>> name_in_body(b'{"a": 1, "user": {"email": "j@a.example"}}', 28, 39)
    '$.user.email'
    """
    if body.lstrip()[:1] in (b"{", b"["):
        leaves = _leaves(body)
        matched = body[start:end]
        holding = [path for path, value in leaves if matched in value] or _holding_undone(leaves, matched)
        before = body.count(matched, 0, start)
        return holding[min(before, len(holding) - 1)] if holding else None
    if FORM.match(body):
        return _pair_name(body, start)
    heads = list(PART_NAME.finditer(body, 0, start))
    return heads[-1][1].decode("utf-8", "replace")[:LONGEST_NAME] if heads else None


def _holding_undone(leaves: tuple, matched: bytes) -> list[str]:
    undone = unescaped(matched.decode("utf-8", "replace"))
    return [path for path, value in leaves if undone[1].encode("utf-8", "surrogatepass") in value] if undone else []


@lru_cache(maxsize=64)
def _leaves(body: bytes) -> tuple[tuple[str, bytes], ...]:
    try:
        parsed = msgspec.json.decode(body)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        return ()
    return tuple((path, value.encode("utf-8", "surrogatepass")) for path, value in json_leaves(parsed))
