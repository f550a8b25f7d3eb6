"""Which values are planted where? HARs with known leaks among realistic noise.

Nothing of hartools is used to encode them, but for LZ-string,
of which no other implementation is at hand (tests/payloads/test_decode.py holds ours to what its script writes).
"""

import base64
import binascii
import codecs
import hashlib
import html
import json
import random
import uuid
import zlib
from urllib.parse import quote, quote_plus, urlencode

import mmh3

from hartools.payloads.decode.lzstring import lz_compress

NOISE_WORDS = "search doctor appointment session window campaign banner profile summer river mountain yellow dentist calendar button vector meadow".split()


def _aligned(data, encoder, offset, before=b"\xff\x01\x02\xfe\xfd"):
    """Encode a value amid bytes that are no text, so that only the value's own characters tell."""
    return encoder(before[:offset] + data + b"\x00\xff\xfe").decode().rstrip("=")


def _base58(data):
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number, written = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        written = alphabet[rest] + written
    return written


LETTERS = str.maketrans("kibp8A4EWRMKHa7gvyz1dOPt6UI5xYD3nqhVwZBXfCcFeJmrLN20lS9QGsjTuo", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


def text(data):
    return data.decode("latin-1") if isinstance(data, bytes) and any(byte > 127 or byte == 0 for byte in data) else data.decode() if isinstance(data, bytes) else data


# name of the promised encoding -> spellings that real senders use, each a function of bytes
ENCODERS = {
    "plain": [lambda d: d.decode(), lambda d: d.decode().upper(), lambda d: d.decode().title()],
    "percent": [lambda d: quote(d, safe=""), lambda d: quote(d, safe="!~*'()"), lambda d: quote(d, safe="").lower()],
    "form": [lambda d: quote_plus(d)],
    "double percent": [lambda d: quote(quote(d, safe=""), safe="")],
    "percent all": [lambda d: "".join(f"%{byte:02x}" for byte in d)],
    "json": [lambda d: json.dumps(d.decode())[1:-1], lambda d: "".join(c if c.isalnum() and c.isascii() else f"\\u{ord(c):04x}" for c in d.decode()), lambda d: "".join(c if c.isalnum() and c.isascii() else f"\\x{ord(c):02X}" for c in d.decode())],
    "entities": [lambda d: html.escape(d.decode()), lambda d: "".join(f"&#{ord(c)};" for c in d.decode()), lambda d: d.decode().replace("@", "&#64;"), lambda d: d.decode().replace("@", "&#x40;"), lambda d: d.decode().replace("@", "&commat;")],
    "rot13": [lambda d: codecs.encode(d.decode(), "rot13")],
    "reversed": [lambda d: d.decode()[::-1]],
    "utf-16": [lambda d: d.decode().encode("utf-16-le").decode("latin-1"), lambda d: d.decode().encode("utf-16-be").decode("latin-1")],
    "hex": [lambda d: d.hex(), lambda d: d.hex().upper()],
    "base64": [lambda d: base64.b64encode(d).decode(), *(lambda d, n=n: _aligned(d, base64.b64encode, n) for n in range(4))],
    "base64url": [lambda d: base64.urlsafe_b64encode(d).decode(), *(lambda d, n=n: _aligned(d, base64.urlsafe_b64encode, n) for n in range(4))],
    "base32": [lambda d: base64.b32encode(d).decode(), lambda d: base64.b32encode(d).decode().lower(), *(lambda d, n=n: _aligned(d, base64.b32encode, n) for n in range(1, 5))],
    "base58": [lambda d: _base58(d)],
    "lz-string": [lambda d: lz_compress(d.decode(), "lz-string uri")],
    "letter map": [lambda d: d.decode().translate(LETTERS)],
}  # fmt: skip


def digest(name, data):
    """Hash as a vendor would; old hashes by hashlib where it has them."""
    if name == "sha256_salted":
        return hashlib.sha256(data + b"QX4QkKEU").digest()
    if name == "blake2b_256":
        return hashlib.blake2b(data, digest_size=32).digest()
    return hashlib.new(name, data).digest()


HASHERS = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512", "blake2b", "blake2b_256", "blake2s", "sha256_salted"]
DIGESTS = {
    "hex": lambda d: d.hex(), "HEX": lambda d: d.hex().upper(), "base64": lambda d: base64.b64encode(d).decode(), "base64 unpadded": lambda d: base64.b64encode(d).decode().rstrip("="),
    "base64url": lambda d: base64.urlsafe_b64encode(d).decode().rstrip("="),
}  # fmt: skip
NUMBERS = {
    "mmh3_128": lambda d: [str(mmh3.hash128(d)), f"{mmh3.hash128(d):032x}", mmh3.hash_bytes(d).hex(), "".join(f"{n:016x}" for n in mmh3.hash64(d, signed=False))],
    "mmh3_128_x86": lambda d: [str(mmh3.hash128(d, x64arch=False, signed=True)), "".join(f"{mmh3.hash128(d, x64arch=False) >> s & 0xFFFFFFFF:08x}" for s in (0, 32, 64, 96))],
    "mmh3_64_1": lambda d: [str(mmh3.hash64(d)[0]), str(mmh3.hash64(d, signed=False)[0])],
    "mmh3_64_2": lambda d: [str(mmh3.hash64(d)[1])],
    "mmh3_32": lambda d: [str(mmh3.hash(d)), str(mmh3.hash(d, signed=False)), f"{mmh3.hash(d, signed=False):08x}"],
    "crc32": lambda d: [str(binascii.crc32(d)), f"{binascii.crc32(d):08X}", f"{binascii.crc32(d):08x}"],
}  # fmt: skip


class Planter:
    """Build a HAR in which each entry carries one planted value in one field, amid noise."""

    def __init__(self, seed=1):
        self.rng, self.entries, self.planted = random.Random(seed), [], []

    def noise(self):
        """Return a value as real parameters hold them: ids, hashes of other things, base64, words, times, numbers."""
        r = self.rng
        other = f"{r.choice(NOISE_WORDS)}.{r.randrange(10**6)}@mail{r.randrange(99)}.example"
        return r.choice((
            str(uuid.UUID(int=r.getrandbits(128), version=4)), f"{r.getrandbits(64):016x}", f"{r.getrandbits(128):032x}", f"{r.getrandbits(32):08x}", str(r.getrandbits(32)),
            f"GA1.2.{r.randrange(10**9)}.{1_600_000_000 + r.randrange(10**8)}", str(1_700_000_000_000 + r.randrange(10**10)), hashlib.sha256(other.encode()).hexdigest(), hashlib.md5(other.encode()).hexdigest(),
            base64.b64encode(r.randbytes(r.randrange(12, 90))).decode(), base64.urlsafe_b64encode(json.dumps({"id": r.getrandbits(40), "k": r.choice(NOISE_WORDS)}).encode()).decode(), r.choice(NOISE_WORDS),
            " ".join(r.choices(NOISE_WORDS, k=5)), f"{r.random():.6f}", str(r.randrange(1000)), base64.b64encode(hashlib.sha1(other.encode()).digest()).decode(), f"{r.randrange(1, 13)}/{r.randrange(1, 29)}/20{r.randrange(10, 26)}",
            f"+1{r.randrange(10**9, 10**10)}", other, json.dumps({"a": [r.random(), {"b": r.choice(NOISE_WORDS)}]}),
        ))  # fmt: skip

    def entry(self, field=None, value=None, **meaning):
        """Append one request; where a field is named, its value stands there."""
        at = {field: value} if field else {}
        position, r = len(self.entries), self.rng
        pairs = [(r.choice(("v", "cid", "sid", "z", "ev", "dl")), self.noise()) for _ in range(3)]
        pairs[1] = ("plant", at.get("query", self.noise()))
        path = f"{r.choice(NOISE_WORDS)}/{quote(at.get('path', r.choice(NOISE_WORDS)), safe='')}"
        request = [("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"), ("Referer", f"https://www.shop.example/p?{urlencode({'ref': at.get('Referer', self.noise())})}"), ("X-Plant", at.get("header", self.noise()))]
        answer = [("Server", "nginx"), ("X-Answer", at.get("response header", self.noise())), ("ETag", f'W/"{self.noise()}"')]
        cookies = [("_ga", self.noise()), ("plant", at.get("cookie", self.noise()))]
        request.append(("Cookie", "; ".join(f"{name}={quote(value, safe=COOKIE)}" for name, value in cookies)))
        if field == "Set-Cookie" or r.random() < 0.2:
            answer.append(("Set-Cookie", f"plant={quote(at.get('Set-Cookie', self.noise()), safe=COOKIE)}; Path=/; Secure"))
        target = f"https://next.example/x?{urlencode({'plant': at['Location']})}" if field == "Location" else f"https://next.example/#plant={quote(at['fragment'], safe='')}" if field == "fragment" else ""
        if target:
            answer.append(("Location", target))
        host = f"{at['host']}.t.example" if field == "host" else r.choice(("t.metrics.example", "px.ads.example", "www.shop.example"))
        made = {
            "startedDateTime": f"2026-03-02T09:{position // 60 % 60:02d}:{position % 60:02d}.000Z", "time": 10, "cache": {}, "timings": {"send": 1, "wait": 8, "receive": 1},
            "request": {"method": "GET", "url": f"https://{host}/{path}?{urlencode(pairs)}", "httpVersion": "h2", "headers": _pairs(request), "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0},
            "response": {"status": 302 if target else 200, "statusText": "", "httpVersion": "h2", "headers": _pairs(answer), "cookies": [], "redirectURL": target, "headersSize": -1, "bodySize": -1,
                         "content": {"size": 0, "mimeType": "application/json"}},
        }  # fmt: skip
        self._bodies(made, at)
        self.entries.append(made)
        if field:
            self.planted.append({"entry_id": position, "field": field, **meaning})

    def _bodies(self, made, at):
        kind = next((kind for kind in BODIES if kind in at), None)
        if kind or self.rng.random() < 0.3:
            mime, build = BODIES[kind or "body json"]
            body = build(at.get(kind, self.noise()) if kind else self.noise(), self.noise())
            made["request"]["method"] = "POST"
            made["request"]["postData"] = {"mimeType": mime, "text": body if isinstance(body, str) else base64.b64encode(body).decode()} | ({} if isinstance(body, str) else {"encoding": "base64"})
        if "WebSocket" in at or "answered message" in at:
            sent = "WebSocket" in at
            frame = json.dumps({"op": 1, "d": {"plant": at["WebSocket" if sent else "answered message"]}})
            made["_webSocketMessages"] = [{"type": "send" if sent else "receive", "time": 1772442000.5, "opcode": 1, "data": frame}]
            made["_resourceType"] = "websocket"
        made["response"]["content"]["text"] = json.dumps({"plant": at.get("response body", self.noise()), "more": self.noise()})

    def har(self):
        """Return the bytes of the HAR."""
        log = {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": [], "entries": self.entries}
        return json.dumps({"log": log}).encode()


COOKIE = "!#$&'()*+/:<=>?@[]^`{|}~"


def _pairs(pairs):
    return [{"name": name, "value": value} for name, value in pairs]


def _multipart(value, noise):
    return f'------b1\r\nContent-Disposition: form-data; name="other"\r\n\r\n{noise}\r\n------b1\r\nContent-Disposition: form-data; name="plant"\r\n\r\n{value}\r\n------b1--\r\n'


def _gzip(data):
    packer = zlib.compressobj(wbits=31)
    return packer.compress(data) + packer.flush()


BODIES = {
    "body json": ("application/json", lambda value, noise: json.dumps({"event": noise, "user": {"plant": value}})),
    "body form": ("application/x-www-form-urlencoded", lambda value, noise: urlencode({"other": noise, "plant": value})),
    "body multipart": ("multipart/form-data; boundary=----b1", _multipart),
    "body text": ("text/plain", lambda value, noise: f"{noise} {value} {noise}"),
    "body base64 json": ("text/plain", lambda value, noise: base64.b64encode(json.dumps({"plant": value}).encode()).decode()),
    "body gzip json": ("application/octet-stream", lambda value, noise: _gzip(json.dumps({"plant": value, "other": noise}).encode())),
    "body record": ("application/x-amz-json-1.1", lambda value, noise: json.dumps({"DeliveryStreamName": "s", "Record": {"Data": base64.b64encode(json.dumps({"plant": value}).encode()).decode()}})),
    "body json in json": ("text/plain", lambda value, noise: json.dumps({"payload": json.dumps({"inner": json.dumps({"plant": value})})})),
}  # fmt: skip
