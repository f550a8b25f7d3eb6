"""Which small HARs are damaged and mutated, and where does each of their entries lie?"""

import json
import re

from samples import SAMPLES

from hartools.reading.notes import CODES

# What an entry is recognised by, whatever happens to its neighbours.
FACTS = ["url", "method", "status", "started", "mime", "body_bytes"]

TABLES = ("entries", "pages", "headers", "cookies", "params", "messages", "stacks", "connections", "notes")


def slim(name, *, keep=5, text=60):
    """Return a sample as an object, with its first entries and the beginnings of their bodies."""
    har = json.loads((SAMPLES / name).read_text(encoding="utf-8"))
    har["log"]["entries"] = [shortened(entry, text) for entry in har["log"]["entries"][:keep]]
    return har


def shortened(entry, length):
    """Cut bodies to a length that base64 can end at, and leave a few headers on each side."""
    for held in (entry["response"].get("content"), entry["request"].get("postData")):
        if held and held.get("text"):
            held["text"] = held["text"][: length - length % 4]
    for side in ("request", "response"):
        entry[side]["headers"] = entry[side]["headers"][:4]
    return entry


def entry_spans(data):
    """Return where each complete entry begins and ends in the bytes of an undamaged HAR, or of its beginning."""
    text = data.decode("utf-8", "ignore")
    opening = re.search(r'"entries"\s*:\s*\[', text)
    spans, at, seen, byte = [], opening.end() if opening else len(text), 0, 0
    while True:
        start = re.compile(r"[\s,]*").match(text, at).end()
        try:
            at = json.JSONDecoder().raw_decode(text, start)[1]
        except ValueError:
            return spans
        # bytes are counted on from the last entry, so that the whole stays linear
        first = byte + len(text[seen:start].encode())
        byte, seen = first + len(text[start:at].encode()), at
        spans.append((first, byte))


def facts(table):
    """Return what each entry is recognised by, one tuple per row, unknown as None."""
    return list(table[FACTS].astype(object).where(table[FACTS].notna(), None).itertuples(index=False, name=None))


def severity(notes):
    """Return what each note costs: format, repaired or lost."""
    return [CODES[code][0] if code in CODES else f"no such code: {code}" for code in notes.code]


def all_tables(capture):
    """Return every table of a capture that needs no argument, bodies included."""
    return {name: capture.table(name) for name in TABLES} | {"bodies": capture.bodies()}
