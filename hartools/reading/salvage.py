"""What can be kept of a file that is not plain, valid HAR?"""

import json
import re

import msgspec

from hartools.errors import NotAHarError

__all__ = ["Document", "parse"]

# An answer read this deep is no HAR; the limit keeps a bomb of brackets from the parser.
WRAPPERS = re.compile(r"^\s*(?:[\w$.]+\s*\(|(?:var|let|const)?\s*[\w$.]+\s*=)\s*(?=[{\[])")


class _Log(msgspec.Struct, kw_only=True):
    version: object = None
    creator: object = None
    browser: object = None
    pages: object = None
    comment: object = None
    entries: list[msgspec.Raw]


class _Har(msgspec.Struct):
    log: _Log


class Document(msgspec.Struct):
    """Hold what stands around the entries, the entries undecoded, and what was noticed."""

    meta: dict
    entries: list
    notes: list


def parse(data: bytes, *, name: str) -> Document:
    """Find the log in the bytes of a file, repairing what can be.

    Valid HARs take a fast path that leaves entries undecoded. Anything else is read leniently:
    byte-order marks, UTF-16, invalid UTF-8, control characters, JSONP and ``var x =`` wrappers,
    a bare log, a list of entries, a single entry, a log one level down, and a file cut short,
    of which every complete entry is kept.

    Raises
    ------
    NotAHarError
        If nothing in the file is a HAR entry or a log.

    Examples
    --------
    >>> parse(b'{"log": {"entries": [{"request": {"url": "https://a.example/"}}, {"req', name="cut.har").notes[0]["code"]
    'truncated'
    """
    try:
        log = msgspec.json.decode(data, type=_Har).log
        meta = {key: getattr(log, key) for key in ("version", "creator", "browser", "pages", "comment")}
        return Document(meta, log.entries, [])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _parse_leniently(data, name)


def _parse_leniently(data: bytes, name: str) -> Document:
    text, notes = _decode(data)
    wrapper = WRAPPERS.match(text)
    if wrapper:
        notes.append(_note("wrapper", wrapper[0].strip()[:40], "read what it wraps"))
        text = text[wrapper.end() :]
    try:
        value, end = json.JSONDecoder(strict=False).raw_decode(text.lstrip())
    except (ValueError, RecursionError) as error:
        return _salvage_entries(text, name, notes, error)
    rest = text.lstrip()[end:].strip().strip(";)").strip("\0")
    if rest and not wrapper:
        notes.append(_note("trailing", f"{len(rest)} characters after the HAR", "ignored"))
    log = _log_of(value, notes)
    if log is None:
        raise NotAHarError(f"{name}: JSON, but with no log.entries ({_shape(value)}). Export the Network panel as HAR and pass that file.")
    entries = log.get("entries") if isinstance(log.get("entries"), list) else []
    return Document({key: log.get(key) for key in ("version", "creator", "browser", "pages", "comment")}, [_raw(entry) for entry in entries], notes)


def _decode(data: bytes) -> tuple[str, list]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), [_note("bom", f"byte-order mark of {encoding}", "skipped")]
    if b"\0" in data[:4]:
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        return data.decode(encoding, "replace"), [_note("encoding", encoding, "decoded")]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        return data.decode("utf-8", "replace"), [_note("encoding", f"invalid UTF-8 at byte {error.start}", "replaced by U+FFFD")]


def _log_of(value, notes: list, *, depth: int = 0) -> dict | None:
    if isinstance(value, dict):
        if isinstance(value.get("log"), dict) and ("entries" in value["log"] or "creator" in value["log"]):
            return value["log"]
        if isinstance(value.get("entries"), list):
            notes.append(_note("shape", "a log without its wrapper", "read as one"))
            return value
        if isinstance(value.get("request"), dict) and "url" in value["request"]:
            notes.append(_note("shape", "a single entry", "read as a log of one"))
            return {"entries": [value]}
        inner = (_log_of(item, notes, depth=depth + 1) for item in value.values()) if depth < 2 else ()
        return next((log for log in inner if log is not None), None)
    if isinstance(value, list) and any(isinstance(item, dict) and "request" in item for item in value):
        notes.append(_note("shape", "a list of entries", "read as a log"))
        return {"entries": value}
    return None


def _salvage_entries(text: str, name: str, notes: list, error: Exception) -> Document:
    """Keep each complete entry of a text that is not valid JSON as a whole."""
    start = re.search(r'"entries"\s*:\s*\[', text)
    if start is None:
        what = f"neither JSON nor a cut HAR: begins with {text[:30]!r}" if text.strip() else "an empty file"
        raise NotAHarError(f"{name}: {what}. Export the Network panel as HAR (not as a saved page) and pass that file.") from error
    decoder, entries, position = json.JSONDecoder(strict=False), [], start.end()
    while True:
        opening = re.compile(r"[\s,]*(?=\{)").match(text, position)
        if opening is None:
            break
        try:
            entry, position = decoder.raw_decode(text, opening.end())
        except (ValueError, RecursionError):
            break
        entries.append(_raw(entry))
    at = len(text[:position].encode("utf-8", "surrogatepass"))
    notes.append(_note("truncated", f"not valid JSON after byte {at}", f"{len(entries)} complete entries kept"))
    meta = {key: _member(text[: start.start()], key) for key in ("version", "creator", "browser", "pages")}
    return Document(meta, entries, notes)


def _member(text: str, key: str):
    found = re.search(rf'"{key}"\s*:\s*(?=[{{\["])', text)
    if found is None:
        return None
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, found.end())[0]
    except (ValueError, RecursionError):
        return None


def _raw(entry) -> bytes:
    # ASCII escapes keep lone surrogates, which the entry decoder then names and replaces.
    return json.dumps(entry).encode()


def _note(code: str, found: str, done: str) -> dict:
    return {"entry_id": None, "code": code, "found": found, "done": done}


def _shape(value) -> str:
    if isinstance(value, dict):
        return f"an object with {', '.join(map(str, list(value)[:5])) or 'no members'}"
    return f"a {type(value).__name__}"
