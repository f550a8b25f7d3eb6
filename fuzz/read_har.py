"""Can any bytes make the reader raise something other than HarError?

    python fuzz/read_har.py fuzz/corpus -max_total_time=60
    python fuzz/rounds.py 1000000 fuzz/corpus

README.md beside this file says how atheris is installed and how the seeds are made.
"""

import gzip
import io
import json
import sys
import traceback
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from mutator import mutated  # noqa: E402

__all__ = ["main", "read_everything", "write_seeds"]

TABLES = ("entries", "pages", "headers", "cookies", "params", "messages", "stacks", "connections", "notes")
MAX_LENGTH = 6_000  # longer inputs find nothing that these do not, at a fraction of the rounds
MAX_BYTES = 1 << 20  # small enough that a bomb ends at once


def read_everything(data: bytes, *, every: int = 1) -> None:
    """Read bytes as a HAR, and of one in so many inputs look at everything that a reader can ask for.

    Finding, salvaging and mending is done by reading; the tables take a hundred times as long.
    """
    import hartools as ht

    try:
        capture = ht.read_har(data, max_bytes=MAX_BYTES)
    except ht.HarError:
        return
    assert len(capture.document()["log"]["entries"]), "a capture without an entry"
    if zlib.crc32(data) % every:
        return
    for name in TABLES:
        capture.table(name)
    entries = len(capture)
    assert entries, "a capture without an entry"
    assert capture.table("entries").entry_id.tolist() == list(range(entries))
    assert not capture.table("notes").code.isna().any()
    capture.bodies()
    assert len(capture.document()["log"]["entries"]) == entries
    assert sum(len(page.entries) for page in ht.to_haralyzer(capture).pages) == entries


def keep_going(folder: Path, *, every: int) -> Callable[[bytes], None]:
    """Return a target that writes the first input of each kind of failure to a folder and goes on.

    Two failures are of one kind when the same error comes from the same line of hartools.
    """
    seen: set[str] = set()

    def target(data: bytes) -> None:
        try:
            read_everything(data, every=every)
        except Exception as error:
            frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "hartools" in frame.filename or frame.filename == __file__]
            kind = f"{type(error).__name__}-{Path(frames[-1].filename).stem}-{frames[-1].lineno}"
            if kind not in seen:
                seen.add(kind)
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"crash-{kind}").write_bytes(data)
                print(f"FOUND {kind}: {str(error)[:200]!r}", file=sys.stderr, flush=True)

    return target


def write_seeds(folder: Path) -> int:
    """Write the example in each container, and single entries of each sample."""
    import hartools as ht

    folder.mkdir(parents=True, exist_ok=True)
    seeds = {"example": json.loads(ht.example_har())}
    for path in sorted((ROOT / "sample_hars").glob("*.har")):
        log = json.loads(path.read_text(encoding="utf-8"))["log"]
        for first in range(0, len(log["entries"]), 9):
            seeds[f"{path.stem}-{first}"] = {"log": log | {"entries": [_short(entry) for entry in log["entries"][first : first + 1]]}}
    for name, har in seeds.items():
        (folder / name).write_bytes(json.dumps(har, ensure_ascii=False).encode())
    for name, data in _containers(json.dumps(seeds["example"]).encode()).items():
        (folder / name).write_bytes(data)
    return len(list(folder.iterdir()))


def _short(entry: dict) -> dict:
    """Keep the beginnings of long texts and lists, so that a seed is quick to read."""
    if isinstance(entry, dict):
        return {name: _short(value) for name, value in entry.items()}
    if isinstance(entry, list):
        return [_short(value) for value in entry[:3]]
    return entry[:120] if isinstance(entry, str) else entry


def _containers(har: bytes) -> dict[str, bytes]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("har.har", har.replace(b'"text": "<!doctype html>"', b'"_file": "body.html"'))
        members.writestr("body.html", "<!doctype html>")
    log = json.loads(har)["log"]
    return {
        "gzip": gzip.compress(har), "zlib": zlib.compress(har), "zip": archive.getvalue(), "bom": b"\xef\xbb\xbf" + har, "utf-16": har.decode().encode("utf-16"), "jsonp": b"onInputData(" + har + b");",
        "javascript": b"var har = " + har + b";", "log": json.dumps(log).encode(), "list": json.dumps(log["entries"]).encode(), "entry": json.dumps(log["entries"][1]).encode(), "cut": har[: len(har) * 2 // 3],
        "twice": har + har, "unquoted": har.replace(b'"status":', b"status:"), "no-comma": har.replace(b'"GET",', b'"GET"'),
    }  # fmt: skip


def main() -> None:
    """Make the seeds if the corpus folder is empty, and let atheris run."""
    try:
        import atheris
    except ImportError:
        raise SystemExit("atheris is not installed; fuzz/README.md says how to install it into an environment of its own.") from None
    with atheris.instrument_imports(include=["hartools"]):  # it knows whole packages only; what runs is the reading room
        import hartools.reading  # noqa: F401
    folder = next((Path(word) for word in sys.argv[1:] if not word.startswith("-")), None)
    if folder is not None and not (folder.is_dir() and any(folder.iterdir())):
        print(f"{write_seeds(folder)} seeds written to {folder}", file=sys.stderr)

    def structure_or_bytes(data: bytes, limit: int, seed: int) -> bytes:
        # Half of the time the bytes, as libFuzzer changes them; half of the time what they mean.
        changed = mutated(data, limit, seed) if seed % 2 else None
        return changed if changed is not None else atheris.Mutate(data, limit)

    every = next((int(word.partition("=")[2]) for word in sys.argv if word.startswith("--tables-every=")), 1)
    words = [word for word in sys.argv if not word.startswith("--")]
    if not any(word.startswith("-max_len=") for word in words):
        words.append(f"-max_len={MAX_LENGTH}")
    target = partial(read_everything, every=every) if "--keep-going" not in sys.argv else keep_going(Path(__file__).with_name("found"), every=every)
    atheris.Setup(words, target, custom_mutator=structure_or_bytes)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
