"""What do nested, named and personal values say, whoever sends them?"""

import re

from hartools.payloads.decode.packed import as_text
from hartools.payloads.telemetry.places import opened
from hartools.payloads.telemetry.sent import Sent

__all__ = ["MOST_NAMES", "basic_user", "flat", "named_values", "not_personal", "payload_class", "personal", "personal_value", "protobuf_texts", "texts"]

MOST_NAMES, LONGEST_TEXT, DEEPEST = 400, 20_000, 12
_PERSONAL = re.compile(r"e?[-_ ]?mails?(?:[-_ ]?address)?|phone(?:[-_ ]?number)?|mobile|(?:first|last|full|sur|given|family|user)?[-_ ]?name|login|address|street|city|zip(?:code)?|postal[-_ ]?code|birth(?:day|date)?|dob|gender|ssn", re.I)
_MAIL = re.compile(r"[^@\s/?&=]+@[^@\s/?&=]+\.[A-Za-z]{2,}\Z")


def flat(value: object, sent: Sent | None = None) -> dict:
    """Return nested names joined by dots.

    Examples
    --------
    >>> flat({"page": {"tags": ["a", "b"]}, "empty": None})
    {'page.tags.0': 'a', 'page.tags.1': 'b'}
    """
    if isinstance(value, (str, bytes)):
        held, _ = opened(value)
        if not isinstance(held, (dict, list)):
            return {"": value}
        value = held
    found: dict[str, object] = {}
    waiting = [("", value, 0)]
    while waiting and len(found) < MOST_NAMES:
        name, item, depth = waiting.pop()
        if isinstance(item, (dict, list)) and depth < DEEPEST:
            pairs = list(item.items() if isinstance(item, dict) else enumerate(item))[:MOST_NAMES]
            waiting += [(f"{name}.{key}" if name else str(key), inner, depth + 1) for key, inner in reversed(pairs)]
        elif item is not None and not isinstance(item, (dict, list)):
            found[name] = item
    return found


def personal(value: object, sent: Sent) -> dict:
    return {name: item for name, item in flat(value).items() if isinstance(item, str) and item and _is_personal(name, item)}


def not_personal(value: object, sent: Sent) -> dict:
    return {name: item for name, item in flat(value).items() if not (isinstance(item, str) and _is_personal(name, item))}


def _is_personal(name: str, item: str) -> bool:
    return bool(_PERSONAL.fullmatch(name.split(".")[-1].lstrip("$")) or _MAIL.match(item))


def personal_value(value: object, sent: Sent) -> object:
    return value if isinstance(value, str) and _MAIL.match(value) else None


def named_values(value: object, sent: Sent) -> dict:
    """Read {name or key or t: ..., value or i or v: ...}."""
    if not isinstance(value, dict):
        return {}
    name = next((value[key] for key in ("name", "key", "Identity Type", "identity_type", "type", "t") if key in value), None)
    held = next((value[key] for key in ("value", "v", "id", "identity", "i") if key in value), None)
    return {} if name is None or held is None else {str(name): held}


def texts(value: object, sent: Sent) -> str | None:
    """Join every text of a page that was photographed."""
    if isinstance(value, str):
        return value[:LONGEST_TEXT] or None
    return " ".join(str(item) for item in flat(value).values() if isinstance(item, str) and item.strip())[:LONGEST_TEXT] or None if isinstance(value, (dict, list)) else None


def protobuf_texts(value: object, sent: Sent) -> list | None:
    _, kinds = sent.held
    return [str(item) for item in value.values() if isinstance(item, str)] or None if isinstance(value, dict) and "protobuf" in kinds else None


def payload_class(value: object, sent: Sent) -> str:
    # an exporter may have written bytes as text; text has no control characters
    data = value.encode("utf-8", "replace") if isinstance(value, str) else value
    return "readable" if not isinstance(data, bytes) else "opaque-binary" if as_text(data) is None else "text"


def basic_user(value: object, sent: Sent) -> str | None:
    held, _ = opened(str(value).removeprefix("Basic ").strip())
    return held.partition(":")[0] if isinstance(held, str) and str(value).startswith("Basic ") else None
