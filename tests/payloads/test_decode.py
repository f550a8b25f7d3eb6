"""Is every layer undone that can be named, and nothing made of text that is only text?"""

import base64
import gzip
import itertools
import json
import random
import zlib
from pathlib import Path
from urllib.parse import quote

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import FILES, SAMPLES

from hartools.payloads.decode import LAYERS, decode, unwrap
from hartools.payloads.decode.lzstring import lz_compress

DOCS = Path(__file__).resolve().parents[2] / "docs"
PLAIN = "https://www.exemple-sante.fr/dentiste/paris, Prénom Zoë, 12 rue de l'Église"


def octets(value):
    return value.encode() if isinstance(value, str) else value


def characters(value):
    """Hold bytes as a HAR does: as characters of the same number."""
    return value.decode("latin-1") if isinstance(value, bytes) else value


def field(number, value):
    return bytes([number << 3 | 2]) + varint(len(value)) + value


def varint(value):
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def deflated(value):
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(octets(value)) + stream.flush()


def segment(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def part(value):
    edge = f"edge{zlib.crc32(octets(value))}"
    before, after = f'--{edge}\r\nContent-Disposition: form-data; name="q"\r\n\r\n', f"\r\n--{edge}--\r\n"
    return before + value + after if isinstance(value, str) else before.encode() + value + after.encode()


# what is written, and the path by which it is found again
ENCODERS = {
    "percent": (lambda value: "".join(f"%{byte:02X}" for byte in octets(value)), "percent"),
    "form": (lambda value: f"v=1&q={quote(octets(value), safe='')}", "form → q"),
    "multipart": (part, "multipart → q"),
    "json": (lambda value: json.dumps({"events": [0, {"q": characters(value)}]}), "$.events[1].q"),
    "ndjson": (lambda value: json.dumps({"v": 1}) + "\n" + json.dumps({"q": characters(value)}), "ndjson → $[1].q"),
    "base64": (lambda value: base64.b64encode(octets(value)).decode(), "base64"),
    "base64url": (lambda value: base64.urlsafe_b64encode(octets(value)).decode().rstrip("="), "base64url"),
    "gzip": (lambda value: gzip.compress(octets(value), mtime=0), "gzip"),
    "zlib": (lambda value: zlib.compress(octets(value)), "zlib"),
    "deflate": (deflated, "deflate"),
    "zstd": (lambda value: pa.Codec("zstd").compress(octets(value), asbytes=True), "zstd"),
    "brotli": (lambda value: pa.Codec("brotli").compress(octets(value), asbytes=True), "brotli"),
    "lz-string base64": (lambda value: lz_compress(characters(value), "lz-string base64"), "lz-string base64"),
    "lz-string uri": (lambda value: lz_compress(characters(value), "lz-string uri"), "lz-string uri"),
    "lz-string utf16": (lambda value: lz_compress(characters(value), "lz-string utf16"), "lz-string utf16"),
    "messagepack": (lambda value: msgspec.msgpack.encode({"q": value}), "messagepack → $.q"),
    "protobuf": (lambda value: field(1, b"version 1") + field(3, field(2, octets(value))), "protobuf → 3.2"),
    "jwt": (lambda value: f"{segment({'alg': 'HS256'})}.{segment({'q': characters(value)})}.c2ln", "jwt → $.payload.q"),
}


def same(found, plain):
    return found == plain or (isinstance(found, bytes) and found == octets(plain))


def reached(written, plain):
    return [layer.path for layer in decode(written, most_layers=9) if same(layer.value, plain)]


def without_disguise(path):
    """Leave out the steps that say how bytes stood in a text; two alphabets are one where their last characters are not used."""
    steps = [step for step in path.split(" → ") if step not in ("latin-1", "utf-8")]
    # a message inside a message is read as one: its field numbers follow those of the outer
    return " → ".join(steps).replace("base64url", "base64").replace("string uri", "string base64").replace("3.2 → protobuf → 3.2", "3.2.3.2").replace("3.2 → protobuf → 3.2", "3.2.3.2")


@pytest.mark.parametrize("kind", sorted(ENCODERS))
def test_one_layer_is_undone_and_named(kind):
    encode, step = ENCODERS[kind]
    # base64url of a text that needs neither - nor _ is base64
    assert without_disguise(f"body → {step}") in map(without_disguise, reached(encode(PLAIN), PLAIN))


@pytest.mark.parametrize("outer", sorted(ENCODERS))
def test_every_composition_of_up_to_three_layers_is_undone_and_its_path_says_how(outer):
    missed = []
    for inner in itertools.chain(itertools.product(ENCODERS), itertools.product(ENCODERS, ENCODERS)):
        written, steps = PLAIN, []
        for kind in (*inner, outer):
            encode, step = ENCODERS[kind]
            written, steps = encode(written), [step, *steps]
        expected = without_disguise(" → ".join(["body", *steps]))
        paths = [without_disguise(path) for path in reached(written, PLAIN)]
        if expected not in paths:
            missed.append((inner, outer, paths))
    assert missed == []


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400)), st.sampled_from([None, "text/plain", "application/x-www-form-urlencoded"]))
def test_nothing_makes_it_raise(data, media_type):
    layers = decode(data, media_type=media_type)
    assert layers[0].path == "body" and all(layer.kind in (*LAYERS, "given", "stopped") for layer in layers)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(sorted(ENCODERS)), max_size=4), st.integers(0, 2**32), st.integers(0, 30))
def test_damaged_layers_do_not_make_it_raise(kinds, seed, errors):
    written = PLAIN
    for kind in kinds:
        written = ENCODERS[kind][0](written)
    chosen, damaged = random.Random(seed), bytearray(octets(written))
    for _ in range(errors):
        damaged[chosen.randrange(len(damaged))] = chosen.randrange(256)
    assert decode(bytes(damaged))[0].value is not None


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(sorted(ENCODERS)), min_size=1, max_size=5), st.integers(0, 5), st.integers(1, 3000), st.integers(1, 50))
def test_the_bounds_hold(kinds, most_layers, most_bytes, most_results):
    written = PLAIN * 3
    for kind in kinds:
        written = ENCODERS[kind][0](written)
    layers = decode(written, most_layers=most_layers, most_bytes=most_bytes, most_results=most_results)
    given_back = [layer for layer in layers if layer.kind != "stopped"]
    assert len(given_back) <= most_results
    assert max((layer.depth for layer in given_back), default=0) <= most_layers
    assert sum(len(layer.value) for layer in given_back if isinstance(layer.value, (str, bytes))) <= most_bytes


BOMBS = {
    "gzip": gzip.compress(bytes(50_000_000)),
    "zlib": zlib.compress(bytes(50_000_000)),
    "deflate": deflated("a" * 50_000_000),
    "zstd": pa.Codec("zstd").compress(bytes(50_000_000), asbytes=True),
    "brotli": pa.Codec("brotli").compress(b"a" * 50_000_000, asbytes=True),
    "nested JSON": "[" * 100_000 + "]" * 100_000,
    "deep JSON": '{"a":' * 900 + "1" + "}" * 900,
    "wide JSON": "[" + "1," * 300_000 + "1]",
    "strings in strings": '"' + "\\" * 4095 + '""',
    "percent": "%25" * 300_000 + "41",
    "many parts": "--e\r\n" + 'Content-Disposition: form-data; name="a"\r\n\r\nx\r\n--e\r\n' * 20_000 + "--e--",
    "messagepack": b"\x91" * 100_000 + b"\xa4name",
    "a list that is not there": b"\xdd\xff\xff\xff\xff" + b"name" * 10,
    "protobuf": b"\x0a\xff\xff\xff\xff\x0f" + b"name" * 10,
    "a gzip of gzips": gzip.compress(gzip.compress(gzip.compress(bytes(50_000_000)) * 50) * 50),
}


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_cut_and_said_to_be(name):
    layers = decode(BOMBS[name], most_bytes=2_000_000)
    held = sum(len(layer.value) for layer in layers if isinstance(layer.value, (str, bytes)) and layer.kind != "stopped")
    assert held <= 2_000_000 and len(layers) <= 100_001


def test_a_bound_that_was_met_is_said():
    assert decode(BOMBS["gzip"], most_bytes=2_000_000)[-1] == ("body", "stopped", "more than 2000000 bytes", 0, True)
    assert decode("%2525252541", most_layers=2)[-1].value == "more than 2 layers"
    assert decode(BOMBS["deep JSON"])[-1].value == "nested deeper than 64"


ORDINARY = [
    "parodontologiste", "Prendre rendez-vous", "a=b", "width=device-width, initial-scale=1", "C'est déjà l'été à Besançon",
    "d41d8cd98f00b204e9800998ecf8427e", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "fb.1.1745853750190.424057362120397927",
    "GA1.2.1601774184.1745853800", "01234567890123456789012345678901234567", "c7d7c3ca-4f36-4b0a-9a4c-9ad5d8b0f3a1", "100 % or 50%",
    "www.exemple-sante.fr", "/dentiste/paris", "anticonstitutionnellement", "internationalisation", "Mozilla/5.0 (X11; Linux x86_64)",
    "13r3r3r3r5l1", "45je54n0v882006531za200", "日本語のテキスト", "x", "", "[CDATA", "{not json}", "one\ntwo\nthree", "6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI",
]  # fmt: skip


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays_as_it_is(text):
    assert [layer.kind for layer in decode(text)] == ["given"]


def test_random_bytes_and_identifiers_are_hardly_ever_taken_for_something():
    chosen = random.Random(20261125)
    tokens = [base64.urlsafe_b64encode(chosen.randbytes(chosen.randrange(12, 40))).decode().rstrip("=") for _ in range(4000)]
    blobs = [chosen.randbytes(chosen.randrange(8, 60)) for _ in range(4000)]
    assert sum(len(decode(value)) > 1 for value in (*tokens, *blobs)) <= 2


def test_only_one_field_is_a_form_when_the_sender_says_so():
    assert [layer.path for layer in decode("a=b", media_type="application/x-www-form-urlencoded")] == ["body", "body → form", "body → form → a"]


def test_a_stream_that_was_cut_gives_what_it_holds():
    written = gzip.compress(b'{"page_url": "https://www.exemple-sante.fr/dentiste/paris"}' * 50, mtime=0)
    assert decode(written[:-20])[1].value.startswith('{"page_url": "https://www.exemple-sante.fr/dentiste/paris"}')


@pytest.mark.parametrize("kind", ["deflate", "brotli", "messagepack", "protobuf"])
def test_a_format_without_a_magic_number_is_left_alone_where_a_byte_does_not_fit(kind):
    written = ENCODERS[kind][0](PLAIN)
    assert len(decode(written)) > 1
    assert [len(decode(changed)) for changed in (written[:-2], written + b"\xff\xff")] == [1, 1]


def test_vectors_of_the_published_lzstring_script():
    # pieroxy/lz-string: what its own reader was published with
    assert lz_compress("hello, i am a 猫", "lz-string base64") == "BYUwNmD2A0AECWsCGBbZtDUzkA=="


def test_plain_members_can_be_left_out_and_nothing_coded_is_lost():
    record = {"a": ["plain", {"b": "50%25"}], "n": 3, "é": "Zoë"}
    rows = decode(json.dumps(record), plain_members=False)
    assert [(row.path, row.kind) for row in rows] == [("body", "given"), ("body → $", "texts"), ("body → $", "json"), ("body → $.a[1].b", "json"), ("body → $.a[1].b → percent", "percent")]
    assert rows[1].value.splitlines() == ["a", "n", "é", "Zoë", "plain", "b", "50%25"]


@pytest.mark.parametrize("outer", sorted(ENCODERS))
def test_every_layer_is_undone_without_plain_members_too(outer):
    for inner in ENCODERS:
        written = ENCODERS[outer][0](ENCODERS[inner][0](PLAIN))
        texts = [row.value if isinstance(row.value, str) else "" for row in decode(written, most_layers=9, plain_members=False)]
        # as the value itself, or inside a text that is searched whole
        assert any(PLAIN in text for text in texts), inner


def test_unwrap_goes_down_to_the_first_thing_that_has_members():
    value, kinds = unwrap(gzip.compress(b'{"q": "eyJxIjogImRlbnRpc3RlIn0="}').decode("latin-1"))
    assert (value, kinds) == ({"q": "eyJxIjogImRlbnRpc3RlIn0="}, ("latin-1", "gzip", "json"))


def test_the_path_of_a_telemetry_record_reads_like_the_way_to_it():
    record = json.dumps({"events": [0, 1, {"page_url": "https://www.exemple-sante.fr/"}]}).encode()
    written = base64.b64encode(gzip.compress(record, mtime=0)).decode()
    assert "body → base64 → gzip → $.events[2].page_url" in [layer.path for layer in decode(written)]


@pytest.mark.parametrize("name", [name for name in FILES if "playwright" in name])
def test_nothing_strange_is_made_of_the_bodies_of_a_recorded_visit(name):
    import hartools as ht

    kinds = set()
    for data in ht.read_har(SAMPLES / name).bodies().data:
        if data is not None:
            kinds |= {layer.kind for layer in decode(data)}
    assert kinds <= {"given", "json", "base64", "form", "lines", "url", "percent"}


def test_the_page_says_for_each_layer_what_makes_us_try_it():
    page = (DOCS / "decoding.md").read_text(encoding="utf-8")
    assert [f"| `{kind}` | {sign} |" for kind, sign in LAYERS.items() if f"| `{kind}` | {sign} |" not in page] == []
