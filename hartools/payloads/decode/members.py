"""Which texts inside a parsed value hide another layer, and what do all of them say together?"""

from hartools.payloads.decode.budget import Budget
from hartools.payloads.decode.written import may_say_more
from hartools.reading.fitting import clean

__all__ = ["all_texts", "coded_texts", "short"]

LONGEST_NAME = 80


def short(key: object) -> str:
    """Return the name of a member as a path shows it.

    Examples
    --------
    >>> len(short("a" * 1000))
    81
    """
    text = key if isinstance(key, str) and key.isascii() else clean(str(key))
    return text if len(text) <= LONGEST_NAME else text[:LONGEST_NAME] + "…"


def coded_texts(value: dict | list, root: str, budget: Budget, *, most_nesting: int) -> list[tuple[str, str | bytes]]:
    """Return path and text of every member that shows a sign of another layer, paths built for those alone.

    Examples
    --------
    >>> coded_texts({"a": "lyon", "b": [{"c": "50%25"}]}, "$", Budget(), most_nesting=64)
    [('$.b[0].c', '50%25')]
    """
    found: list[tuple[tuple, str | bytes]] = []
    waiting: list[tuple[object, tuple | None, int]] = [(value, None, 0)]
    while waiting:
        held, above, nesting = waiting.pop()
        budget.spend(len(held))
        is_list = isinstance(held, list)
        inner = []
        for key, item in enumerate(held) if is_list else held.items():
            kind = type(item)
            if kind is str:
                if may_say_more(item):
                    found.append(((above, key, is_list), clean(item)))
            elif kind is bytes:
                found.append(((above, key, is_list), item))
            elif (kind is dict or kind is list) and nesting < most_nesting:
                inner.append((item, (above, key, is_list), nesting + 1))
        waiting += reversed(inner)
    return [(root + _written(link), item) for link, item in found]


def _written(link: tuple | None) -> str:
    steps = []
    while link is not None:
        link, key, is_list = link
        steps.append(f"[{key}]" if is_list else f".{short(key)}")
    return "".join(reversed(steps))


def all_texts(value: dict | list, *, most_nesting: int) -> str:
    """Join every name and text of a parsed value, one a line: what a search needs where JSON wrote escapes.

    Examples
    --------
    >>> all_texts({"a": ["Zoë", 1]}, most_nesting=64)
    'a\\nZoë'
    """
    texts: list[str] = []
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting:
        held, nesting = waiting.pop()
        if isinstance(held, dict):
            texts += [key for key in held if isinstance(key, str)]
            held = list(held.values())
        texts += [item for item in held if type(item) is str]
        if nesting < most_nesting:
            waiting += [(item, nesting + 1) for item in reversed(held) if isinstance(item, (dict, list))]
    return clean("\n".join(texts))
