"""Does unpacking keep its limits, follow no path out, and say how far it is?"""

import gzip
import io
import json
import zlib

import pytest

import hartools as ht
from hartools.errors import ChangedFileError, SizeLimitError
from hartools.reading.progress import Progress

HAR = ht.example_har()
FRAME = b'{"type": "send", "time": 1764000000500, "opcode": 1, "data": "hello"}\n{"type": "receive", "time": 1764000001000, "opcode": 2, "data": "AAE="}\n'


def with_file(name, url="wss://a.example/"):
    entry = {"request": {"url": url}, "response": {"status": 101, "content": {"mimeType": "x-unknown", "_file": name}}}
    return json.dumps({"log": {"creator": {"name": "Playwright", "version": "1.65.1"}, "entries": [entry]}}).encode()


def test_layers_have_a_limit_that_an_argument_raises():
    packed = HAR
    for _ in range(5):
        packed = gzip.compress(packed)
    with pytest.raises(SizeLimitError, match="max_layers"):
        ht.read_har(packed)
    assert len(ht.read_har(packed, max_layers=5)) == 9


def test_a_packed_file_has_a_limit_that_an_argument_raises():
    packed = zlib.compress(HAR)
    with pytest.raises(SizeLimitError, match="max_bytes"):
        ht.read_har(packed, max_bytes=1000)
    assert len(ht.read_har(packed, max_bytes=len(HAR))) == 9


def test_a_packed_file_that_was_cut_gives_what_it_holds():
    packed = gzip.compress(HAR, compresslevel=1)
    capture = ht.read_har(packed[: len(packed) * 2 // 3])
    assert 0 < len(capture) < 9 and "truncated" in set(capture.notes.code)


@pytest.mark.parametrize("depth", [150, 5000])
def test_nesting_in_a_damaged_entry_has_a_limit_that_is_noted(depth):
    nested = b"[" * depth + b"]" * depth
    data = HAR.replace(b'"cache": {}', b'"cache": ' + nested + b' "x": NaN', 1)
    capture = ht.read_har(data)
    assert len(capture) == 9 and ("too_deep" in set(capture.notes.code)) == (depth > 200)
    assert "too_deep" in set(ht.read_har(data, max_depth=100).notes.code)


def test_a_whole_entry_may_be_nested_deeply():
    data = HAR.replace(b'"cache": {}', b'"cache": ' + b"[" * 900 + b"]" * 900, 1)
    assert ht.read_har(data).entries.url.notna().all()


def test_frames_that_playwright_attached_are_read_from_beside_the_har(tmp_path):
    (tmp_path / "frames.jsonl").write_bytes(FRAME)
    (tmp_path / "x.har").write_bytes(with_file("frames.jsonl"))
    messages = ht.read_har(tmp_path / "x.har").messages
    assert messages[["direction", "kind", "data"]].values.tolist() == [["sent", "text", "hello"], ["received", "binary", "AAE="]]
    assert [str(moment)[:21] for moment in messages.time] == ["2025-11-24 16:00:00.5", "2025-11-24 16:00:01+0"]


@pytest.mark.parametrize("name", ["../frames.jsonl", "/etc/hostname", "C:\\frames.jsonl", "..\\frames.jsonl", "link.jsonl", "a/../../frames.jsonl", "", ".", "x\0y"])
def test_no_name_leads_out_of_the_folder(name, tmp_path):
    (tmp_path / "frames.jsonl").write_bytes(FRAME)
    inside = tmp_path / "captures"
    inside.mkdir()
    (inside / "link.jsonl").symlink_to(tmp_path / "frames.jsonl")
    (inside / "x.har").write_bytes(with_file(name))
    capture = ht.read_har(inside / "x.har")
    assert not len(capture.messages) and capture.bodies(side="response").data.isna().all()


def test_a_body_in_a_folder_below_is_found(tmp_path):
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies" / "one.bin").write_bytes(b"inside")
    (tmp_path / "x.har").write_bytes(with_file("bodies/one.bin", url="https://a.example/"))
    assert ht.read_har(tmp_path / "x.har").bodies(side="response").data.tolist() == [b"inside"]


def test_a_file_that_grew_since_it_was_read_has_no_hash(tmp_path):
    path = tmp_path / "x.har"
    path.write_bytes(HAR)
    capture, again = ht.read_har(path), ht.read_har(path)
    assert len(capture.source.sha256) == 64
    with path.open("ab") as file:
        file.write(b" ")
    with pytest.raises(ChangedFileError, match=r"x\.har"):
        again.source.sha256  # noqa: B018


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_drawn_on_a_terminal_after_a_while_and_wiped():
    terminal = Terminal()
    with Progress("visit\x1b[31m.har", stream=terminal, patience_s=0) as progress:
        progress.at("unpacking", 1, 4)
    drawn = terminal.getvalue()
    assert "unpacking, 25%" in drawn and "\x1b" not in drawn and drawn.endswith("\r")


@pytest.mark.parametrize(("stream", "patience"), [(io.StringIO(), 0), (Terminal(), 60)])
def test_progress_is_silent_elsewhere_and_before(stream, patience):
    with Progress("visit.har", stream=stream, patience_s=patience) as progress:
        progress.at("unpacking", 1, 4)
    assert stream.getvalue() == ""
