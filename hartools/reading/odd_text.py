"""What does a JSON string still say that holds what no JSON string may hold?"""

import json
import re

__all__ = ["odd_text"]

CONTROL = re.compile(r"[\x00-\x1f]")
BAD_ESCAPE = re.compile(r'\\(?:u(?![0-9a-fA-F]{4})|(?!["\\/bfnrtu]))')
SURROGATE = re.compile(r"[\ud800-\udfff]")


def odd_text(inner: bytes) -> tuple[str, dict[str, int]]:
    """Read what stands between two quotes; count each kind of repair by its code of `hartools.reading.notes`.

    Examples
    --------
    >>> odd_text(b"a\\\\ud83d\\\\q")
    ('a\ufffd\\\\q', {'bad_escape': 1, 'lone_surrogate': 1})
    """
    repairs: dict[str, int] = {}
    try:
        text = inner.decode()
    except UnicodeDecodeError:
        text = inner.decode("utf-8", "replace")
        repairs["invalid_utf8"] = max(1, text.count("\ufffd"))
    repairs |= {code: many for code, pattern in (("control_character", CONTROL), ("bad_escape", BAD_ESCAPE)) if (many := len(pattern.findall(text)))}
    text = BAD_ESCAPE.sub(lambda found: "\\" + found[0], text)
    try:
        value = json.loads(f'"{text}"', strict=False)
    except ValueError:  # a quote or a backslash at the cut
        value = text
    if lone := len(SURROGATE.findall(value)):
        repairs["lone_surrogate"] = lone
        value = SURROGATE.sub("\ufffd", value)
    return value, repairs
