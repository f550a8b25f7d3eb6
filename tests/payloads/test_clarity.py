"""Is compressed or media content never called ciphertext, and ciphertext never readable?"""

import base64
import bz2
import gzip
import io
import json
import lzma
import random
import zipfile
import zlib

import pyarrow as pa
import pytest

from hartools.payloads.clarity import CANNOT_TELL, CIPHERTEXT, ENCODED, READABLE, clarity_of

WORDS = "oncologue dentiste paris lyon rendez vous patient docteur adresse téléphone recherche résultat page suivante motif consultation première".split()
SIZES = (64, 300, 1_000, 5_000, 60_000, 1_000_000)


def prose(seed, size):
    chance = random.Random(seed)
    text = ""
    while len(text) < size:
        text += chance.choice(WORDS) + chance.choice([" ", ", ", ".\n", f" {chance.randint(1, 99_999)} "])
    return text[:size]


def rows(seed, size):
    chance = random.Random(seed)
    return json.dumps([{"id": chance.getrandbits(48), "name": chance.choice(WORDS), "city": chance.choice(WORDS), "score": chance.random()} for _ in range(max(1, size // 80))])


def chunk(kind, data):
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def png(seed, size):
    pixels = random.Random(seed).randbytes(size)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0\0\1\0\0\0\1\0\x08\2\0\0\0") + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def pdf(seed, size):
    stream = zlib.compress(prose(seed, size).encode())
    return b"%%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n2 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(stream) + stream + b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def archive(seed, size):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a.txt", prose(seed, size))
    return held.getvalue()


def varint(number):
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def protobuf(seed, size):
    chance, out = random.Random(seed), b""
    while len(out) < size:
        text = chance.choice(WORDS).encode()
        out += b"\x08" + varint(chance.getrandbits(30)) + b"\x12" + varint(len(text)) + text + b"\x18" + varint(chance.randint(0, 2000))
    return out


def raw_deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def noise(seed, size):
    """Stand for the output of AES-GCM, which nobody tells from random bytes."""
    return random.Random(f"noise {seed}").randbytes(size)


OPEN = {
    "text": lambda seed, size: prose(seed, size), "json": rows, "html": lambda seed, size: f"<!doctype html><html><body><p>{prose(seed, size)}</p></body></html>",
    "minified script": lambda seed, size: "!function(){" + "".join(f"var {chr(97 + n % 26)}{n}={n * 7919 % 977};" for n in range(size // 14 + 4)) + "}();",
    "gzip": lambda seed, size: gzip.compress(prose(seed, size).encode(), mtime=0), "zlib": lambda seed, size: zlib.compress(rows(seed, size).encode()), "bzip2": lambda seed, size: bz2.compress(rows(seed, size).encode()),
    "xz": lambda seed, size: lzma.compress(rows(seed, size).encode()), "png": png, "jpeg": lambda seed, size: b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + noise(seed, size) + b"\xff\xd9",
    "webp": lambda seed, size: b"RIFF" + (size + 12).to_bytes(4, "little") + b"WEBPVP8 " + size.to_bytes(4, "little") + noise(seed, size), "pdf": pdf, "zip": archive, "protobuf": protobuf,
    "avif": lambda seed, size: b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + noise(seed, size), "mp4": lambda seed, size: b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + noise(seed, size), "woff2": lambda seed, size: b"wOF2\0\1\0\0" + noise(seed, size),
    "raw deflate": lambda seed, size: raw_deflate(rows(seed, size).encode()),
    **{name: lambda seed, size, name=name: pa.compress(rows(seed, size).encode(), codec=name, asbytes=True) for name in ("brotli", "zstd") if pa.Codec.is_available(name)},
}  # fmt: skip
JWE = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (b'{"alg":"RSA-OAEP","enc":"A256GCM","kid":"k1"}', noise(1, 256), noise(2, 12), noise(3, 400), noise(4, 16)))
SEALED = {
    "JWE": JWE, "age": b"age-encryption.org/v1\n-> X25519 " + base64.b64encode(noise(5, 32)).rstrip(b"=") + b"\n" + base64.b64encode(noise(6, 32)).rstrip(b"=") + b"\n--- " + base64.b64encode(noise(7, 32)).rstrip(b"=") + b"\n" + noise(8, 600),
    "OpenPGP": "-----BEGIN PGP MESSAGE-----\n\n" + base64.b64encode(b"\x85\x01\x0c\x03" + noise(9, 264) + b"\xd2\xc0\x40\x01" + noise(10, 254)).decode() + "\n-----END PGP MESSAGE-----\n",
    "OpenSSL": b"Salted__" + noise(11, 8 + 1024), "Fernet": base64.urlsafe_b64encode(b"\x80\0\0\0\0" + (1_700_000_000).to_bytes(4, "big") + noise(12, 16 + 128 + 32)).decode(),
    "WebCrypto": json.dumps({"iv": base64.b64encode(noise(13, 12)).decode(), "ciphertext": base64.b64encode(noise(14, 500)).decode()}),
}  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", sorted(OPEN))
def test_what_is_packed_or_drawn_is_not_called_ciphertext(name, size):
    for seed in range(3 if size < 100_000 else 1):
        data = OPEN[name](seed, size)
        found = clarity_of(data)
        assert found.verdict != CIPHERTEXT, (found.kind, found.why)
        if name not in ("raw deflate", "brotli", "protobuf"):  # without a sign of their own
            assert found.verdict == READABLE, (found.kind, found.why)


@pytest.mark.parametrize("name", sorted(OPEN))
def test_in_base64_it_is_encoded(name):
    data = OPEN[name](1, 3_000)
    text = base64.b64encode(data.encode() if isinstance(data, str) else data).decode()
    found = clarity_of(text)
    assert found.verdict in ((ENCODED,) if name not in ("raw deflate", "brotli", "protobuf") else (ENCODED, CANNOT_TELL)), (found.kind, found.why)


@pytest.mark.parametrize("size", SIZES)
def test_ciphertext_is_never_called_readable_and_long_enough_it_is_called_so(size):
    for seed in range(300 if size <= 5_000 else 20 if size < 100_000 else 3):
        data = noise(seed, size)
        for given in (data, base64.b64encode(data).decode()):
            verdict = clarity_of(given).verdict
            assert verdict not in (READABLE, ENCODED)
    assert size < 256 or clarity_of(noise(0, size)).verdict == CIPHERTEXT


@pytest.mark.parametrize("name", sorted(SEALED))
def test_an_envelope_of_encryption_is_named(name):
    found = clarity_of(SEALED[name])
    is_part = any(part.verdict == CIPHERTEXT for part in found.parts)
    assert found.verdict == CIPHERTEXT or is_part, (found.kind, found.why)
    assert found.envelope


def test_a_signed_token_is_readable_and_an_encrypted_one_names_its_recipient():
    signed = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (b'{"alg":"HS256"}', b'{"sub":"42"}', noise(1, 32)))
    assert clarity_of(signed).verdict in (READABLE, ENCODED)
    assert clarity_of(JWE).recipients == ("kid k1",)


def test_an_encrypted_pdf_and_an_encrypted_archive_are_told():
    locked = pdf(1, 2_000).replace(b"<< /Root 1 0 R >>", b"<< /Root 1 0 R /Encrypt 5 0 R >>")
    assert clarity_of(locked).verdict == CIPHERTEXT
    held = bytearray(archive(1, 2_000))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        held[bytes(held).index(sign) + at] |= 1
    assert clarity_of(bytes(held)).verdict == CIPHERTEXT


@pytest.mark.parametrize("data", [b"", "", b"\0" * 100_000, b"\xff" * 3, gzip.compress(gzip.compress(b"\0" * 50_000_000, mtime=0), mtime=0), "[" * 50_000, "%25" * 20_000])
def test_odd_and_hostile_bytes_are_answered(data):
    assert clarity_of(data).verdict in (READABLE, ENCODED, CANNOT_TELL)
