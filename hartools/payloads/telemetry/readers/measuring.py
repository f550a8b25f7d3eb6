"""What do the grammars of measuring and recording scripts say?"""

import json
import re
from collections.abc import Iterator

from hartools.payloads.telemetry.places import opened
from hartools.payloads.telemetry.readers.general import MOST_NAMES
from hartools.payloads.telemetry.sent import Sent

__all__ = ["breadcrumbs", "chartbeat_page", "clarity", "clarity_codes", "heap_page", "new_relic_strings", "page_of_host_and_path", "sentry_envelope", "yandex"]


def page_of_host_and_path(params: object, sent: Sent) -> str | None:
    return f"https://{params['dh']}{params.get('dp') or '/'}" if isinstance(params, dict) and params.get("dh") else None


def heap_page(params: object, sent: Sent) -> str | None:
    # 37084262869 and others: d is the host, h the path, q the query
    if not isinstance(params, dict) or not params.get("d"):
        return None
    return f"https://{params['d']}{params.get('h') or '/'}{params.get('q') or ''}"


def chartbeat_page(params: object, sent: Sent) -> str | None:
    host = params.get("h") if isinstance(params, dict) else None
    path = str(params.get("p") or "/") if host else ""
    return f"https://{path}" if host and path.startswith(str(host)) else f"https://{host}{path if path.startswith('/') else '/' + path}" if host else None


def clarity(value: object, wanted: int) -> str | None:
    """Read one dimension (code 1) of the event list: its id, then a list with its value."""
    for event in value if isinstance(value, list) else []:
        if isinstance(event, list) and len(event) > 3 and event[1] == 1:
            for place in range(2, len(event) - 1, 2):
                held = event[place + 1]
                if event[place] == wanted and held:
                    return str(held[0] if isinstance(held, list) else held)
    return None


def clarity_codes(value: object, sent: Sent) -> list | None:
    return sorted({event[1] for event in value if isinstance(event, list) and len(event) > 1 and isinstance(event[1], int)}) if isinstance(value, list) else None


def new_relic_strings(value: object, sent: Sent) -> list | None:
    # bel.7: texts stand behind an apostrophe, separated by commas and semicolons
    return re.findall(r"'((?:[^',;\\]|\\.)+)", value)[:MOST_NAMES] or None if isinstance(value, str) and value.startswith("bel.") else None


def breadcrumbs(value: object, sent: Sent) -> list | None:
    crumbs = value.get("values") if isinstance(value, dict) else value
    found = [str(crumb["data"][key]) for crumb in crumbs or [] if isinstance(crumb, dict) and isinstance(crumb.get("data"), dict) for key in ("from", "to", "url") if crumb["data"].get(key)]
    return found[:MOST_NAMES] or None


def yandex(value: object, key: str) -> str | None:
    found = re.search(rf"(?:^|:){key}:([^:]*)", str(value))
    return found[1] if found else None


def sentry_envelope(sent: Sent) -> object:
    """Cut an envelope into its header and items; a JSON body that is none stays as it is."""
    held, kinds = sent.held
    data = _as_bytes(held if isinstance(held, (str, bytes)) else sent.body)
    if kinds and kinds[-1] == "ndjson" and len(kinds) > 1:
        # it was packed as a whole: its lines are already read
        data = b"\n".join(json.dumps(line).encode() for line in held)
    first, _, rest = data.partition(b"\n")
    header = _object(first)
    items = list(_items_of(rest)) if header is not None else []
    return {"header": header, "items": items} if items else held


def _as_bytes(body: str | bytes | None) -> bytes:
    if isinstance(body, bytes):
        return body
    try:
        # a recording's compressed part, held by the exporter as characters of the same number
        return (body or "").encode("latin-1") if "\x9c" in (body or "") else (body or "").encode("utf-8", "replace")
    except UnicodeEncodeError:
        return (body or "").encode("utf-8", "replace")


def _items_of(data: bytes) -> Iterator[dict]:
    for _ in range(MOST_NAMES):
        line, _, data = data.partition(b"\n")
        head = _object(line)
        if head is not None and "type" in head:
            size = head.get("length")
            cut = isinstance(size, int) and 0 <= size <= len(data) and data[size : size + 1] in (b"", b"\n")
            payload, data = (data[:size], data[size + 1 :]) if cut else data.partition(b"\n")[::2]
            yield {"type": head["type"], "payload": _payload(payload)}
        if not data:
            return


def _payload(data: bytes) -> object:
    whole = _object(data)
    if whole is not None and b"segment_id" in data[:40] and b"\n" in data[:200]:
        whole = None
    if whole is not None:
        return whole
    # a recording: a JSON line, then what was recorded, compressed or plain
    head, _, rest = data.partition(b"\n")
    recorded = opened(rest)[0] if rest else None
    return {"head": _object(head), "events": recorded} if isinstance(recorded, list) else {"text": data[:200].decode("utf-8", "replace")}


def _object(line: bytes) -> dict | None:
    if not line.lstrip().startswith(b"{"):
        return None
    try:
        held = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return held if isinstance(held, dict) else None
