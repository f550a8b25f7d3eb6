"""Does the reader find as many entries in real files as somebody who counts them by hand?

The counting below knows nothing of hartools: it unpacks, strips what is around the JSON, and
counts. Files that are no JSON were looked at by eye, and what was seen is written down.
"""

import gzip
import io
import json
import os
import re
import zipfile
import zlib
from pathlib import Path

import pytest

import hartools as ht
from hartools.errors import NotAHarError

CORPUS = os.environ.get("HARTOOLS_HARS")
FILES = sorted(path for path in Path(CORPUS).glob("*/*") if path.is_file()) if CORPUS else []

pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not FILES, reason="HARTOOLS_HARS names no folder of HARs")]

# End of the path -> entries in it, counted by eye on 2026-11-24.
BY_EYE = {
    # `var har = JSON.stringify({...});`: seven startedDateTime, one of them the page's
    "src__test__resources__googleHar.js": 6,
    # ends behind the creator's name, before any entry
    "edge-cases__incomplete-json.har": 0,
    # `{this is not valid JSON at all!}`
    "edge-cases__invalid-json.har": 0,
    # a log that is a list of three numbers, then an unfinished `"request:"`
    "corrupted_har__brokenfile.har": 0,
}

WRAPPER = re.compile(r"^\s*(?:[\w.]+\s*\(|var\s+\w+\s*=)\s*(?=\{)")


def unpacked(data):
    if data.startswith(b"\x1f\x8b"):
        return unpacked(gzip.decompress(data))
    if data.startswith(b"PK\x03\x04"):
        archive = zipfile.ZipFile(io.BytesIO(data))
        return archive.read(next(name for name in archive.namelist() if name.endswith(".har")))
    return zlib.decompress(data) if data[:2] in (b"\x78\x01", b"\x78\x9c", b"\x78\xda") else data


def text_of(data):
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = data.decode("utf-16" if wide else "utf-8-sig", errors="replace")
    return re.sub(r"\)?;?\s*$", "", text[WRAPPER.match(text).end() :]) if WRAPPER.match(text) else text


def entries_in(value, depth=0):
    """Return the entries of a HAR, of a bare log, of a list, of one entry, or of what lies one level down."""
    if isinstance(value, list):
        return value if any(isinstance(item, dict) and "request" in item for item in value) else []
    if not isinstance(value, dict):
        return []
    if isinstance(value.get("entries"), list):
        return value["entries"]
    if isinstance(value.get("request"), dict):
        return [value]
    return next(filter(None, (entries_in(item, depth + 1) for item in value.values() if isinstance(item, dict))), []) if depth < 2 else []


def url_of(entry):
    """Return the URL of an entry as far as a hand can tell; None where the file has no text there."""
    request = entry.get("request") if isinstance(entry, dict) else None
    url = request.get("url") if isinstance(request, dict) else None
    return url.partition("#")[0] or None if isinstance(url, str) else None


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_reader_counts_as_many_entries_as_a_hand(path):
    seen = next((count for end, count in BY_EYE.items() if path.name.endswith(end)), None)
    entries = entries_in(json.loads(text_of(unpacked(path.read_bytes())), strict=False)) if seen is None else [None] * seen
    if not entries:
        with pytest.raises(NotAHarError, match=re.escape(path.name)):
            ht.read_har(path)
        return
    table = ht.read_har(path).entries
    assert len(table) == len(entries)
    if seen is None:
        urls = [(url_of(entry), read) for entry, read in zip(entries, table.url.tolist(), strict=True)]
        assert [read for written, read in urls if written] == [written for written, _ in urls if written]


def test_every_file_that_was_counted_by_eye_is_there():
    missing = [end for end in BY_EYE if not any(path.name.endswith(end) for path in FILES)]
    assert len(missing) in (0, len(BY_EYE))  # another folder than ours holds none of them
