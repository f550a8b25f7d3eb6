"""In which order is a payload asked what it is?

Signs of known formats first, then envelopes, then what unpacks, then structures without a sign,
and only what is left is asked whether it looks random.
"""

import io
import re
import zipfile
import zlib
from dataclasses import replace

from hartools.payloads.clarity.armour import envelope_of_text
from hartools.payloads.clarity.bands import entropy_band
from hartools.payloads.clarity.contents import parts_of_text, structure
from hartools.payloads.clarity.locks import lock_of
from hartools.payloads.clarity.media import MEDIA_TYPES, PACKED_TYPES, begins_like_media, media_of, survived
from hartools.payloads.clarity.randomness import LEAST, entropy_bits, randomness, repeated_blocks
from hartools.payloads.clarity.sealed import envelope_of_bytes, hints_of
from hartools.payloads.clarity.streams import blind_streams, unpacked
from hartools.payloads.clarity.verdicts import CANNOT_TELL, CIPHERTEXT, Clarity, cannot_tell, ciphertext, inside, readable
from hartools.payloads.clarity.wire import ENOUGH, grpc_frames, read_message, read_packed
from hartools.payloads.clarity.written import bytes_disguised, bytes_written, is_coded, text_of
from hartools.payloads.decode import undo
from hartools.payloads.decode.budget import Budget, OverBudget
from hartools.payloads.decode.packed import as_text, parts_of
from hartools.payloads.decode.written import as_json

__all__ = ["judge"]

MOST_LAYERS = 6
_LOST = "\ufffd"
_TEXT_RUN = re.compile(rb"[\t\n\r -~]{6,}")
# how a structure's kind is called, by the layer that found it
_STRUCTURES = {"json": "json", "ndjson": "json", "form": "form", "lines": "form", "multipart": "multipart", "messagepack": "messagepack", "cbor": "cbor"}
_SCRIPT, _STYLE = re.compile(r"javascript|ecmascript|jsonp"), re.compile(r"text/css")
_HTML = re.compile(r"\s*(?:<!--[\s\S]{0,2000}?-->\s*)?<(?:!doctype html|html|head|body|div|script|meta|title|p|span|table|iframe|style|link|noscript)\b", re.I)


def judge(value: str | bytes, mime: str | None, budget: Budget, depth: int = 0) -> Clarity:
    """Judge one value, and what is inside it.

    Parameters
    ----------
    value : str or bytes
    mime : str or None
        Media type, lower case, without parameters.
    budget : Budget
    depth : int
        Layers undone so far.

    Examples
    --------
    >>> judge(b'{"specialty": "dentiste"}', None, Budget()).kind
    'json'
    """
    if not value:
        return cannot_tell("empty", "There are no bytes.")
    if depth > MOST_LAYERS:
        return cannot_tell("layers", f"More than {MOST_LAYERS} layers lie one inside the other: it was not looked further.")
    found = _of_text(value, mime or "", budget, depth) if isinstance(value, str) else _of_bytes(value, mime or "", budget, depth)
    return found if found.inner_length is not None else _measured(found, value)


def _measured(found: Clarity, value: str | bytes) -> Clarity:
    data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    return replace(found, inner_length=len(data), entropy_bits=round(entropy_bits(data), 5), expected_bits=entropy_band(len(data)))


def _of_bytes(data: bytes, mime: str, budget: Budget, depth: int) -> Clarity:
    text = as_text(data)
    if text is not None:
        return _of_text(text, mime, budget, depth, is_text=True)
    for look in (_known, _packed, _wired, _grown):
        try:
            found = look(data, mime, budget, depth)
        except OverBudget:
            continue
        if found is not None:
            return found
    text = text_of(data)
    if text is not None:
        return _of_text(text, mime, budget, depth, is_text=True)
    return _damaged(data) or _partly_text(data) or _left_over(data, mime)


def _known(data: bytes, mime: str, budget: Budget, depth: int) -> Clarity | None:
    """Look for signs: of media and archives, and of envelopes."""
    form = media_of(data)
    if form is not None:
        locked = lock_of(data, form[1])
        return locked or (_archive(data, budget, depth) if form[0] == "zip" else None) or readable(form[0], f"{form[1]}: a format that any receiver opens.")
    return envelope_of_bytes(data)


def _archive(data: bytes, budget: Budget, depth: int) -> Clarity | None:
    """Say that an archive holds nothing but ciphertext, or nothing where it holds anything else."""
    said = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in [each for each in archive.infolist()[:4096] if each.file_size >= LEAST][:8]:
                budget.spend(member.compress_size)
                with archive.open(member) as opened:
                    said.append(judge(opened.read(1 << 20), None, budget, depth + 1))
                if said[-1].verdict != CIPHERTEXT:
                    return None
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error, UnicodeDecodeError, OverflowError, MemoryError, OverBudget):
        return None
    return inside("zip", said[0]) if said else None


def _packed(data: bytes, mime: str, budget: Budget, depth: int) -> Clarity | None:
    """Look inside what has a sign of compression, and into parts."""
    held = unpacked(data, budget)
    if held is not None:
        name, content, whole = held
        if not content and not whole:
            return cannot_tell("bytes", f"It begins as {name} does, and does not unpack: damaged, or something else.", hints=(name,))
        return inside(name if whole else f"{name} (cut)", judge(content, None, budget, depth + 1))
    parts = parts_of(data) if data[:200].lstrip()[:2] == b"--" else None
    if parts:
        return structure([(name, value if text_of(value) is None else text_of(value)) for name, value in parts], "multipart", judge, budget, depth)
    frames = grpc_frames(data) if data[:1] in (b"\0", b"\1", b"\x80") else None
    if frames:
        return inside("grpc", structure([(f"message {place}", content) for place, (_, content) in enumerate(frames)], "protobuf", judge, budget, depth + 1))
    return None


def _wired(data: bytes, mime: str, budget: Budget, depth: int) -> Clarity | None:
    """Look for structures without a sign."""
    held = read_packed(data)
    if held is not None:
        return structure(held[1], held[0], judge, budget, depth)
    message = read_message(data, budget)
    if message is None or message.evidence < ENOUGH:
        return None
    if 2 * message.clear < len(data) or not (message.texts or message.clear > len(data) * 0.9):
        # a few fields around something that is judged by itself
        biggest = max(message.opaque, key=lambda each: len(each[1]), default=(None, b""))[1]
        return inside("protobuf", judge(biggest, None, budget, depth + 1)) if 2 * len(biggest) > len(data) else None
    return structure([*message.texts, *message.opaque], "protobuf", judge, budget, depth)


def _grown(data: bytes, mime: str, budget: Budget, depth: int) -> Clarity | None:
    """Try streams without a sign."""
    for name, content, whole in blind_streams(data, budget):
        return inside(name if whole else f"{name} (cut)", judge(content, None, budget, depth + 1))
    return None


def _damaged(data: bytes) -> Clarity | None:
    """Recognise bytes that were read as UTF-8 and written back: what was no UTF-8 is lost."""
    if data.count(b"\xef\xbf\xbd") * 3 < len(data) / 10:
        return None
    return _of_damaged_text(data.decode("utf-8", "replace"))


def _of_damaged_text(text: str) -> Clarity:
    form = survived(text)
    if form is None:
        return cannot_tell("bytes", "The exporter wrote bytes as text, and those beyond ASCII are lost.")
    return replace(readable(form[0], f"{form[1]}, by what is left of its beginning: a format that any receiver opens."), hints=("the exporter wrote bytes as text, and those beyond ASCII are lost",))


def _partly_text(data: bytes) -> Clarity | None:
    runs = sum(map(len, _TEXT_RUN.findall(data[: 1 << 20])))
    if len(data) < 32 or runs < 0.5 * len(data[: 1 << 20]):
        return None
    return readable("binary with text", "No format known here, and more than half of it is text in clear.")


def _left_over(data: bytes, mime: str) -> Clarity:
    """Ask, of what nothing else was found, whether it looks random."""
    if len(data) < LEAST:
        return cannot_tell("bytes", f"{len(data)} bytes without a sign of their own: too few to tell ciphertext from anything else that is packed.", hints=hints_of(data))
    if begins_like_media(data):
        return cannot_tell("bytes", "It begins as some packed formats do, and could not be confirmed to be one.", hints=hints_of(data))
    if mime.startswith((*MEDIA_TYPES, *PACKED_TYPES)):
        return cannot_tell("bytes", f"Called {mime[:60]}, and without the sign of it: a piece of a file, or packed in another way.")
    tested = randomness(data)
    if tested.passed:
        return ciphertext("bytes", f"{len(data):,} bytes that no test here tells from random ones, and no format known here: ciphertext, or a stream packed in a way not known here.", hints=hints_of(data))
    repeated = repeated_blocks(data) if len(data) % 16 == 0 else 0
    if repeated and _distinct_random(data):
        return ciphertext("bytes", f"Blocks of 16 bytes look random, and {repeated:,} of them occur again: as a block cipher in ECB mode shows.", hints=("AES in ECB mode",))
    return cannot_tell("bytes", f"Not like random bytes ({', '.join(tested.failed)}), no text and no format known here: packed, or in a form of its author's.")


def _distinct_random(data: bytes) -> bool:
    blocks = dict.fromkeys(data[at : at + 16] for at in range(0, min(len(data), 1 << 20), 16))
    return randomness(b"".join(blocks)).passed


def _of_text(text: str, mime: str, budget: Budget, depth: int, *, is_text: bool = False) -> Clarity:
    if text.count(_LOST) * 50 > len(text) and not text.isprintable():
        return _of_damaged_text(text)
    held = None if is_text else bytes_disguised(text)
    if held is not None:
        return inside("latin-1", judge(held, mime, budget, depth + 1))
    found = envelope_of_text(text)
    if found is not None:
        return found
    if _SCRIPT.search(mime) or _STYLE.search(mime) or _HTML.match(text):
        return _prose(text, mime, budget, depth)
    for look in (_token, _undone):
        try:
            found = look(text, mime, budget, depth)
        except OverBudget:
            continue
        if found is not None:
            return found
    return _prose(text, mime, budget, depth)


def _token(text: str, mime: str, budget: Budget, depth: int) -> Clarity | None:
    """Look behind a text that is one token: bytes written as characters."""
    written = bytes_written(text)
    if written is None:
        return None
    budget.spend(len(text))
    layer, data = written
    found = inside(layer, judge(data, None, budget, depth + 1))
    # a long word or a path can be of the alphabet of base64 too
    return found if found.verdict != CANNOT_TELL or layer != "base64" or len(text) >= 32 or "=" in text[-2:] else None


def _undone(text: str, mime: str, budget: Budget, depth: int) -> Clarity | None:
    """Undo one layer as `hartools.payloads.decode` does."""
    found = undo(text, budget, media_type=mime or None)
    if found is None or found[0] == "url":
        return None
    layer, held = found
    if layer == "jwt":
        return replace(readable("jwt", "A JWT: signed, and readable by anybody who undoes its base64."), layers=("base64url",))
    if layer in _STRUCTURES and isinstance(held, (dict, list)):
        lines = layer == "lines"
        return structure([pair for line in held for pair in _pairs(line)] if lines else held, _STRUCTURES[layer], judge, budget, depth)
    return inside(layer, judge(held, None, budget, depth + 1)) if isinstance(held, (str, bytes)) and held != text else None


def _pairs(line: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (pair.partition("=") for pair in line.split("&"))]


def _prose(text: str, mime: str, budget: Budget, depth: int) -> Clarity:
    kind = _kind(text, mime)
    if kind == "text" and is_coded(text):
        return cannot_tell("token", "One long token without words: something coded in a way not known here.")
    parts = parts_of_text(text, judge, budget, depth)
    sealed = sum(part.verdict == CIPHERTEXT for part in parts)
    named = next((part for part in parts if part.envelope), None)
    why = f"Readable as it stands: {kind}." if not sealed else f"Readable ({kind}), with {sealed:,} piece{'s' if sealed > 1 else ''} in it that {'are' if sealed > 1 else 'is'} ciphertext-like."
    return replace(readable(kind, why), parts=parts, envelope=named.envelope if named else None, recipients=tuple(dict.fromkeys(name for part in parts for name in part.recipients)))


def _kind(text: str, mime: str) -> str:
    head = text[:2000].lstrip("\ufeff \t\r\n").lower()
    if _HTML.match(text) or (mime == "text/html" and head[:1] == "<"):
        return "html"
    if head.startswith(("<svg", "<?xml")) or (head[:1] == "<" and "xml" in mime):
        return "svg" if "<svg" in head else "xml"
    if _SCRIPT.search(mime):
        return "javascript"
    if _STYLE.search(mime):
        return "css"
    if head[:1] in ("{", "[") and ("json" in mime or as_json(text) is not None):
        return "json"
    if re.search(r"\bfunction\s*[\w$]*\s*\(|(?:^|[;{}\n])\s*(?:var|let|const)\s+[\w$]+\s*[=,;]|=>\s*[{(]", head) and not re.search(r"^#+ |^```", head, re.M):
        return "javascript"
    return "css" if re.search(r"[.#@\w][^{}]{0,200}\{[^{}]*:[^{}]*[;}]", head) else "text"


