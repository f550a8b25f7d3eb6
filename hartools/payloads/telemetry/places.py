"""What stands at a path inside a request, through every layer on the way?

A path is written with slashes: `body/RumEvents/*/metadata/title`. A step is a key; a position
in a list; `*` for every item of a list; `{}` for every value of an object; `a|b` for one of
several keys; `~pattern` for every key that a pattern matches whole. Where a step leads into a
text, the text is decoded on the way: JSON inside JSON, base64, forms, addresses.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from hartools.payloads.decode import Budget, unwrap
from hartools.payloads.decode.packed import as_text
from hartools.payloads.decode.written import form_pairs

__all__ = ["Found", "as_mapping", "find", "first_of_each", "opened"]

LONGEST, LONGEST_KEPT = 1 << 22, 1 << 15
MOST_FOUND = 10_000


class Found(NamedTuple):
    """One value at a path: the value, its own key, what `*` and `{}` stood for, and the way to it."""

    value: object
    key: str
    keys: tuple[str, ...]
    outer: tuple[object, ...]
    trail: str


def opened(value: str | bytes) -> tuple[object, tuple[str, ...]]:
    """Decode a text or bytes down to something with members, and name the layers.

    Examples
    --------
    >>> opened("eyJwYWdlVGl0bGUiOiAiRGVudGlzdGUifQ==")
    ({'pageTitle': 'Dentiste'}, ('base64', 'json'))
    """
    # a value is asked for once per place; long ones are not kept, so that memory stays small
    return _opened(value) if len(value) <= LONGEST_KEPT else _opened.__wrapped__(value)


@lru_cache(maxsize=512)
def _opened(value: str | bytes) -> tuple[object, tuple[str, ...]]:
    if isinstance(value, str) and value[:1] == "/" and "?" in value:
        # a relative address, as Datadog's proxies carry it
        return dict(form_pairs(value.partition("?")[2])), ("url",)
    held, kinds = unwrap(value[:LONGEST], budget=Budget(most_bytes=LONGEST, most_work=LONGEST * 4))
    return as_mapping(held), kinds


def as_mapping(held: object) -> object:
    """Return fields as an object, the first of each name; anything else as it is."""
    if isinstance(held, list) and held and all(isinstance(item, tuple) for item in held):
        # parts of a multipart body are bytes
        return first_of_each([(name, (value if (text := as_text(value)) is None else text) if isinstance(value, bytes) else value) for name, value in held])
    return held


def first_of_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return pairs as an object in their order, the first of each name.

    Examples
    --------
    >>> first_of_each([("q", "1"), ("p", "2"), ("q", "3")])
    {'q': '1', 'p': '2'}
    """
    found: dict[str, object] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


def find(roots: dict, steps: tuple[str, ...]) -> Iterator[Found]:
    """Yield every value at a path, in the order of the request.

    Parameters
    ----------
    roots : dict of str to object
        What the first step can name.
    steps : tuple of str

    Examples
    --------
    >>> [found.value for found in find({"body": {"a": ['{"b": 1}', {"b": 2}]}}, ("body", "a", "*", "b"))]
    [1, 2]
    """
    root, *rest = steps
    # what a page sends under a name may itself hold a slash: param/a is the only way in
    if root in roots and roots[root] is not None:
        yield from _below(Found(roots[root], root, (), (), ""), rest)


def _below(at: Found, steps: list[str]) -> Iterator[Found]:
    if not steps:
        yield at
        return
    value, trail = at.value, at.trail
    if isinstance(value, (str, bytes)):
        value, kinds = opened(value)
        if not isinstance(value, (dict, list)):
            return
        trail += "".join(f" → {kind}" for kind in kinds if kind != "json") + (" → $" if "json" in kinds else "")
    step, rest = steps[0], steps[1:]
    for key, item, many in _chosen(value, step):
        label = f"[{key}]" if isinstance(value, list) else f".{key}"
        keys, outer = ((*at.keys, str(key)), (*at.outer, item)) if many else (at.keys, at.outer)
        yield from _below(Found(item, str(key), keys, outer, trail + label), rest)


def _chosen(value: object, step: str) -> Iterator[tuple[object, object, bool]]:
    if isinstance(value, list):
        if step == "*":
            yield from ((position, item, True) for position, item in enumerate(value[:MOST_FOUND]) if item is not None)
        elif step.isdigit() and int(step) < len(value) and value[int(step)] is not None:
            yield int(step), value[int(step)], False
    elif isinstance(value, dict):
        if step == "{}":
            yield from ((key, item, True) for key, item in value.items() if item is not None)
        elif value.get(step) is not None:
            yield step, value[step], False
        elif step[:1] == "~":
            pattern = _pattern(step[1:])
            yield from ((key, item, False) for key, item in value.items() if item is not None and pattern.fullmatch(str(key)))
        elif "|" in step:
            yield from ((key, value[key], False) for key in step.split("|") if value.get(key) is not None)


@lru_cache(maxsize=1024)
def _pattern(written: str) -> re.Pattern:
    return re.compile(written)
