"""What did one request tell its vendor, event by event?"""

from collections.abc import Iterable, Iterator

import msgspec

from hartools.payloads.decode.written import form_pairs
from hartools.payloads.telemetry.personal import classify
from hartools.payloads.telemetry.places import Found, as_mapping, find, opened
from hartools.payloads.telemetry.readers import BODY_READERS, READERS
from hartools.payloads.telemetry.recognise import Match
from hartools.payloads.telemetry.sent import Sent
from hartools.payloads.telemetry.vendor_files import COLUMNS, FIELDS, Place
from hartools.reading.fitting import clean

__all__ = ["NOT_RECORDED", "records_of"]

NOT_RECORDED = "sent, content not recorded"
MOST_EVENTS, MOST_NAMES, LONGEST = 2000, 400, 20_000
# the key of an event that is a query itself: its fields are parameters
_QUERY = "?"
# readers whose own name is put before the names that they find
_PREFIXED = {"flat", "personal", "not_personal", "named_values"}


def records_of(sent: Sent, match: Match) -> list[dict]:
    """Return one record per event of a request.

    Parameters
    ----------
    sent : Sent
    match : Match
        Whose it is, as `recognise` says.

    Returns
    -------
    list of dict
        vendor, event_index, event, page_url, referrer, title, search_term, account; ids, user_data,
        consent and custom as objects; decode_path, decoding (layers undone around the body),
        first_party_proxied, placeholders (names in user_data whose value is a placeholder).

    Examples
    --------
    >>> from hartools.payloads.telemetry.recognise import recognise
    >>> sent = Sent("https://www.facebook.com/tr/?id=278166232544171&ev=PageView&dl=https%3A%2F%2Fa.example%2F")
    >>> [record["event"] for record in records_of(sent, recognise(sent))]
    ['PageView']
    """
    roots, kinds = _roots(sent, match)
    if match.request.kind == "load":
        return []
    records = [_record(sent, match, scope, where, kinds) for scope, where in _events(sent, match, roots, kinds)]
    for index, record in enumerate(records):
        record["event_index"] = index
    return records


def _roots(sent: Sent, match: Match) -> tuple[dict, tuple[str, ...]]:
    host, path, _ = sent.parts
    held, kinds = sent.held
    if match.vendor.body:
        held = BODY_READERS[match.vendor.body](sent)
    found = match.request.path.search(path) if match.request.path else None
    return {
        "param": sent.params, "path": {name: value for name, value in (found.groupdict() if found else {}).items() if value}, "host": host, "route": path,
        "query": sent.query, "header": sent.headers, "body": held, "text": sent.text, "sent": sent.url,
    }, kinds  # fmt: skip


def _events(sent: Sent, match: Match, roots: dict, kinds: tuple[str, ...]) -> Iterator[tuple[dict, str]]:
    """Yield what each event can be asked for, and the way to it."""
    wrapped = "".join(f" → {kind}" for kind in kinds if kind not in ("json", "form", "lines"))
    if match.vendor.has_lines and not isinstance(roots["body"], (dict, bytes)) and sent.text:
        lines = [line for line in sent.text.splitlines() if "=" in line][:MOST_EVENTS]
        for position, line in enumerate(lines):
            yield {**roots, "param": {**sent.query, **as_mapping(form_pairs(line))}}, f"body → lines → [{position}]"
        if lines:
            return
    for steps in match.vendor.events:
        found = [each for at in find(roots, steps) for each in _single(at)][:MOST_EVENTS]
        if found:
            for at in found:
                scope = {**roots, "event": at.value, "outer": at.outer[0] if at.outer else roots["body"], "key": list(at.keys)}
                if at.key == _QUERY:
                    scope["param"] = {**sent.query, **at.value}
                yield scope, _begin(steps, sent, kinds, wrapped) + at.trail.removeprefix(f".{steps[1]}" if steps[0] == "param" else "")
            return
    yield {**roots, "event": roots["body"], "outer": roots["body"], "key": []}, _where(sent, roots, kinds, wrapped)


def _begin(steps: tuple[str, ...], sent: Sent, kinds: tuple[str, ...], wrapped: str) -> str:
    if steps[0] == "body":
        return f"body{wrapped}" + (" → $" if "json" in kinds else "")
    return f"query → {steps[1]}" if steps[1] in sent.query else f"body{wrapped} → form → {steps[1]}"


def _single(at: Found) -> Iterator[Found]:
    """Give what an event is made of: an object, found also inside a text; each item of a list."""
    value, trail = at.value, at.trail
    if isinstance(value, (str, bytes)):
        value, kinds = opened(value.lstrip("?") if isinstance(value, str) else value)
        trail += "".join(f" → {kind}" for kind in kinds if kind != "json") + (" → $" if "json" in kinds else "")
    if isinstance(value, list):
        yield from (at._replace(value=item, trail=f"{trail}[{position}]") for position, item in enumerate(value) if isinstance(item, dict))
    elif isinstance(value, dict):
        is_query = isinstance(at.value, str) and kinds[-1:] == ("form",)
        yield at._replace(value=value, trail=trail, key=_QUERY if is_query else at.key)


def _where(sent: Sent, roots: dict, kinds: tuple[str, ...], wrapped: str) -> str:
    if sent.body is None:
        return "path" if ";" in sent.parts[1] else "query"
    if kinds and kinds[-1] in ("form", "multipart"):
        return f"body{wrapped} → {kinds[-1]}" if kinds[-1] == "form" else f"body{wrapped}"
    return f"body{wrapped}" + (" → $" if "json" in kinds else "")


def _record(sent: Sent, match: Match, roots: dict, where: str, kinds: tuple[str, ...]) -> dict:
    vendor = match.vendor
    places = {**vendor.fields, **match.request.fields}
    record = {"vendor": vendor.vendor, "kind": match.request.kind, "event_index": 0}
    record |= {name: _text(_value(places.get(name, ()), roots, sent)) for name in FIELDS}
    record |= {column: _named(vendor.columns[column], roots, sent) for column in COLUMNS}
    record["user_data"] = {name: classify(value) for name, value in _texts(record["user_data"]).items()}
    record["ids"], record["consent"] = _texts(record["ids"]), _texts(record["consent"])
    record["placeholders"] = [name for name, value in record["user_data"].items() if value.get("placeholder")]
    if not sent.is_held and not _says_something(record, places.get("event", ()), roots, sent):
        record["event"] = NOT_RECORDED
    return record | {"decode_path": where, "decoding": list(kinds), "first_party_proxied": not match.is_own_host}


def _says_something(record: dict, event: tuple[Place, ...], roots: dict, sent: Sent) -> bool:
    """Say whether anything but constants was found: a page, an event, or what else an event would carry."""
    told = _value(tuple(place for place in event if place.paths and place.paths[0][0] in ("param", "header")), roots, sent)
    return bool(record["page_url"] or record["title"] or told or record["user_data"])


def _value(places: tuple[Place, ...], roots: dict, sent: Sent) -> object:
    return next((value for place in places for _, value in _read(place, roots, sent)), None)


def _read(place: Place, roots: dict, sent: Sent) -> Iterator[tuple[str, object]]:
    """Yield key and value wherever a place holds something."""
    if not place.paths:
        yield "", place.constant
        return
    for steps in place.paths:
        for key, held in _held(roots, steps):
            value = READERS[place.read](held, sent) if place.read else held
            if value in (None, "", [], {}) or (place.unless is not None and str(value) == place.unless):
                continue
            if place.constant is not None:
                value = place.constant
            if place.names:
                value = place.names.get(_text(value) or "", value)
            yield key, f"{place.prefix}{_text(value)}" if place.prefix else value


def _held(roots: dict, steps: tuple[str, ...]) -> Iterable[tuple[str, object]]:
    # most places are one key of one object: looked up without a walk
    if len(steps) == 2 and steps[1] not in ("*", "{}") and steps[1][:1] != "~" and "|" not in steps[1]:
        holder = roots.get(steps[0])
        if type(holder) is dict:
            value = holder.get(steps[1])
            return () if value is None else ((steps[1], value),)
    return ((at.key, at.value) for at in find(roots, steps))


def _named(table: tuple[tuple[str, tuple[Place, ...]], ...], roots: dict, sent: Sent) -> dict:
    """Return names with values; `all` takes the names of the keys themselves."""
    found: dict[str, object] = {}
    for name, places in table:
        if name == "all":
            for place in places:
                for key, value in _read(place, roots, sent):
                    found.setdefault(key, value)
            continue
        for place in places:
            before = len(found)
            for _, value in _read(place, roots, sent):
                _add(found, name, value, place.read)
            if len(found) > before:
                break
    return dict(list(found.items())[:MOST_NAMES])


def _add(found: dict, name: str, value: object, read: str | None) -> None:
    if isinstance(value, dict) and read in _PREFIXED:
        for key, item in value.items():
            found.setdefault(f"{name}.{key}" if key else name, item)
    elif isinstance(value, dict) and read:
        for key, item in value.items():
            found.setdefault(key, item)
    elif read == "listed":
        found.setdefault(name, []).append(value)
    else:
        found.setdefault(name, value)


def _texts(values: dict) -> dict[str, str]:
    texts = {name: _text(value) for name, value in values.items()}
    return {name: text for name, text in texts.items() if text is not None}


def _text(value: object) -> str | None:
    if value is None or isinstance(value, bytes):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list)):
        try:
            value = msgspec.json.encode(value).decode() if value else ""
        except (TypeError, ValueError, RecursionError):
            return None
    text = value if isinstance(value, str) else str(value)
    text = (text if text.isascii() else clean(text))[:LONGEST]
    return text if text and not text.isspace() else None
