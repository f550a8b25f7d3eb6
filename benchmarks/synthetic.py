"""Which HARs are measured? Made up from a seed, in the shape that Chrome DevTools writes.

Header names are those that browsers and servers send, values vary and have their usual lengths.
Bodies are JSON, HTML, scripts and base64 images with the escapes and the letters beyond ASCII
that real ones have. Entries are written one by one, so that a file may be larger than memory:

    python benchmarks/synthetic.py bodies 5000 100 bodies.har
"""

import argparse
import base64
import bisect
import json
import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

__all__ = ["SHAPES", "write_har"]

# Shape -> headers on each side, whether bodies fill the file, spaces as DevTools writes them or none.
SHAPES = {"bodies": (12, True, 2), "headers": (25, False, None), "plain": (6, False, None)}

PER_PAGE = 1000  # few pages on purpose: haralyzer goes through all entries for each
BODY = "@@body@@"
HOSTS = ["www.shop.example", "cdn.shop.example", "api.shop.example", "img.pictures.example", "t.metrics.example", "fonts.letters.example", "ads.market.example", "s.tags.example"]
WORDS = "the search of a practitioner near you today résultat médecin généraliste Straße über 検索 結果 поиск número página więcej naïve €".split()
MIMES = {"json": "application/json", "html": "text/html", "script": "application/javascript", "image": "image/webp", "none": "x-unknown"}
KINDS = {"json": "fetch", "html": "document", "script": "script", "image": "image", "none": "ping"}
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"
POLICY = "default-src 'self'; script-src 'self' 'nonce-{}' https://cdn.shop.example https://s.tags.example; img-src * data:; report-uri /csp"


def write_har(path: Path, *, shape: str, entries: int, megabytes: float | None = None, seed: int = 1, damaged: bool = False) -> Path:
    """Write a HAR of so many entries; bodies are as long as it takes to reach the size.

    With `damaged`, half a character stands in the body of the entry in the middle.
    """
    rng, (headers, filled, indent) = random.Random(f"{shape} {seed}"), SHAPES[shape]
    bodies = Bodies(rng)
    # What an entry takes beside its body, measured, is 6 kB; the rest of the size is shared out among those that have one.
    length = max(0, megabytes * 1_000_000 / entries - 6_000) / 0.85 if filled and megabytes else 300
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write('{"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": ')
        out.write(json.dumps(_pages(entries), indent=indent) + ', "entries": [')
        for position in range(entries):
            kind = rng.choices(list(MIMES), (40, 8, 25, 20, 7))[0]
            size, body = bodies.draw(kind, length * rng.lognormvariate(-0.5, 1.0)) if kind != "none" and (filled or kind == "json") else (0, "")
            if damaged and position == entries // 2:
                kind, body = "json", r"half a character: \ud83d, then more"
            text = json.dumps(_entry(rng, position, kind, headers, size, bool(body)), ensure_ascii=False, indent=indent, separators=(",", ":" if indent is None else ": "))
            out.write((",\n" if position else "\n") + text.replace(BODY, body, 1))
        out.write("\n]}}")
    return path


class Bodies:
    """Hold text that is escaped for JSON already, to be cut where a piece of it ends."""

    def __init__(self, rng: random.Random):
        made = {"json": _json_pieces(rng), "html": _html_pieces(rng), "script": _script_pieces(rng)}
        self.texts = {kind: self._joined(pieces) for kind, pieces in made.items()}
        self.image = base64.b64encode(rng.randbytes(1_500_000)).decode()
        self.rng = rng

    @staticmethod
    def _joined(pieces: Iterator[str]) -> tuple[str, list[int], list[int]]:
        whole = list(pieces)
        escaped = [json.dumps(piece, ensure_ascii=False)[1:-1] for piece in whole]
        return "".join(escaped), [0, *accumulate(map(len, escaped))], [0, *accumulate(len(piece.encode()) for piece in whole)]

    def draw(self, kind: str, length: float) -> tuple[int, str]:
        """Return the decoded size of a body of about this length, and the body as it stands in the file."""
        if kind == "image":
            wanted = min(int(length) // 4 * 4 + 4, len(self.image) // 2)
            start = self.rng.randrange((len(self.image) - wanted) // 4) * 4
            return wanted * 3 // 4, self.image[start : start + wanted]
        text, ends, sizes = self.texts[kind]
        first = self.rng.randrange(len(ends) // 2)
        last = min(bisect.bisect(ends, ends[first] + length), len(ends) - 1)
        return sizes[last] - sizes[first], text[ends[first] : ends[last]]


def _sentence(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(WORDS, k=words))


def _json_pieces(rng: random.Random) -> Iterator[str]:
    yield from (
        json.dumps({"id": _hex(rng, 12), "name": _sentence(rng, 3), "score": rng.random(), "url": f"https://{rng.choice(HOSTS)}/p/{number}", "tags": rng.sample(WORDS, 3), "more": None},
                   ensure_ascii=number % 3 == 0) + ",\n"
        for number in range(4000)
    )  # fmt: skip


def _html_pieces(rng: random.Random) -> Iterator[str]:
    yield from (f'<li class="card" data-id="{_hex(rng, 8)}">\n\t<a href="/p/{number}?q=a&amp;r=b">{_sentence(rng, 9)}</a>\r\n</li>\n' for number in range(4000))


def _script_pieces(rng: random.Random) -> Iterator[str]:
    yield from (f'function {_hex(rng, 5)}(e,t){{return e.match(/\\d+"/)?t["{_hex(rng, 4)}"]:"{_sentence(rng, 4)}\\n"}}' + "\n" * (number % 2) for number in range(4000))


def _hex(rng: random.Random, digits: int) -> str:
    return f"{rng.getrandbits(4 * digits):0{digits}x}"


def _pages(entries: int) -> list[dict]:
    return [
        {"startedDateTime": _moment(number * PER_PAGE), "id": f"page_{number + 1}", "title": f"https://{HOSTS[0]}/page/{number}", "pageTimings": {"onContentLoad": 431.5, "onLoad": 1650.25}}
        for number in range(-(-entries // PER_PAGE))
    ]


def _moment(position: int) -> str:
    seconds, thousandths = divmod(position * 37, 1000)
    return f"2026-03-{2 + seconds // 86400:02d}T{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{thousandths:03d}Z"


def _entry(rng: random.Random, position: int, kind: str, headers: int, size: int, has_body: bool) -> dict:
    host, page = rng.choice(HOSTS), f"https://{HOSTS[0]}/page/{position // PER_PAGE}"
    query = [{"name": name, "value": _hex(rng, 6)} for name in ("v", "sid", "ref")[: rng.randrange(4)]]
    path = f"/{kind}/{_hex(rng, 4)}/{position}" + "?" * bool(query) + "&".join(f"{pair['name']}={pair['value']}" for pair in query)
    cookies = [{"name": name, "value": _hex(rng, 16), "path": "/", "domain": f".{host}", "expires": "2027-03-02T09:00:00.000Z", "httpOnly": True, "secure": True, "sameSite": "None"} for name in ("uid", "session")]
    timings = {"blocked": round(rng.random() * 9, 3), "dns": -1, "ssl": -1, "connect": -1, "send": round(rng.random(), 3), "wait": round(rng.random() * 200, 3), "receive": round(rng.random() * 40, 3), "_blocked_queueing": round(rng.random() * 5, 3)}
    content = {"size": size, "mimeType": MIMES[kind]} | ({"text": BODY} if has_body else {}) | ({"encoding": "base64"} if has_body and kind == "image" else {})
    return {
        "_connectionId": str(100 + position % 40), "_initiator": _initiator(rng, page), "_priority": rng.choice(("High", "Low", "VeryHigh")), "_resourceType": KINDS[kind],
        "cache": {}, "connection": "443", "pageref": f"page_{position // PER_PAGE + 1}",
        "request": {"method": "GET", "url": f"https://{host}{path}", "httpVersion": "http/2.0", "headers": _request_headers(rng, host, path, page, cookies)[:headers],
                    "queryString": query, "cookies": cookies if headers > 6 else [], "headersSize": -1, "bodySize": 0},
        "response": {"status": rng.choice((200, 200, 200, 200, 204, 304, 404)), "statusText": "", "httpVersion": "http/2.0", "headers": _response_headers(rng, kind, size)[:headers], "cookies": [],
                     "content": content, "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": 300 + size // 3, "_error": None, "_fetchedViaServiceWorker": False},
        "serverIPAddress": f"203.0.113.{rng.randrange(256)}", "startedDateTime": _moment(position), "time": round(sum(value for name, value in timings.items() if value > 0 and name[0] != "_"), 3), "timings": timings,
    }  # fmt: skip


def _initiator(rng: random.Random, page: str) -> dict:
    if rng.random() < 0.3:
        return {"type": "parser", "url": page, "lineNumber": rng.randrange(400)}
    frames = [
        {"functionName": _hex(rng, 2), "scriptId": str(rng.randrange(90)), "url": f"https://{rng.choice(HOSTS)}/static/{rng.randrange(30)}.js", "lineNumber": rng.randrange(900), "columnNumber": rng.randrange(9000)}
        for _ in range(rng.randrange(1, 6))
    ]
    return {"type": "script", "stack": {"callFrames": frames}}


def _request_headers(rng: random.Random, host: str, path: str, page: str, cookies: list[dict]) -> list[dict]:
    version = rng.randrange(150, 158)
    pairs = {
        "Referer": page, "User-Agent": AGENT.format(version), "Cookie": "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies), "Accept": rng.choice(("*/*", "image/avif,image/webp,image/apng,*/*;q=0.8")),
        ":authority": host, ":path": path, ":method": "GET", ":scheme": "https", "accept-encoding": "gzip, deflate, br, zstd", "accept-language": "fr-FR,fr;q=0.9,en;q=0.8", "origin": f"https://{HOSTS[0]}",
        "sec-ch-ua": f'"Chromium";v="{version}", "Not_A Brand";v="24"', "sec-ch-ua-mobile": "?0", "sec-ch-ua-platform": '"Linux"', "sec-fetch-dest": "empty", "sec-fetch-mode": "cors", "sec-fetch-site": "cross-site",
        "priority": "u=1, i", "cache-control": "no-cache", "pragma": "no-cache", "dnt": "1", "x-requested-with": "XMLHttpRequest", "x-client-data": _hex(rng, 20), "traceparent": f"00-{_hex(rng, 32)}-{_hex(rng, 16)}-01",
        "if-none-match": f'W/"{_hex(rng, 10)}"',
    }  # fmt: skip
    return [{"name": name, "value": value} for name, value in pairs.items()]


def _response_headers(rng: random.Random, kind: str, size: int) -> list[dict]:
    date = f"Mon, 02 Mar 2026 09:{rng.randrange(60):02d}:{rng.randrange(60):02d} GMT"
    pairs = {
        "content-type": MIMES[kind] + "; charset=utf-8" * (kind != "image"), "content-length": str(size // 3), "date": date, "server": rng.choice(("nginx", "cloudflare", "ECS (par/A0B1)")),
        "set-cookie": f"seen={_hex(rng, 12)}; Path=/; Expires=Tue, 02 Mar 2027 09:00:00 GMT; Secure; HttpOnly; SameSite=None", "cache-control": f"public, max-age={rng.choice((0, 300, 31536000))}",
        "etag": f'W/"{_hex(rng, 10)}"', "vary": "Accept-Encoding, Origin", "content-encoding": "br", "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
        "x-content-type-options": "nosniff", "access-control-allow-origin": f"https://{HOSTS[0]}", "access-control-allow-credentials": "true", "content-security-policy": POLICY.format(_hex(rng, 16)),
        "alt-svc": 'h3=":443"; ma=86400', "cf-ray": f"{_hex(rng, 16)}-CDG", "cf-cache-status": rng.choice(("HIT", "MISS", "DYNAMIC")), "last-modified": date, "expires": date, "age": str(rng.randrange(90000)),
        "report-to": '{"group":"cf-nel","max_age":604800,"endpoints":[{"url":"https://a.reports.example/report"}]}', "server-timing": f"cdn-cache; desc=HIT, edge; dur={rng.randrange(90)}",
        "x-request-id": _hex(rng, 32), "x-frame-options": "SAMEORIGIN", "via": f"1.1 {_hex(rng, 16)}.cache.example (edge)",
    }  # fmt: skip
    return [{"name": name, "value": value} for name, value in pairs.items()]


def main() -> None:
    """Write one HAR from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("entries", type=int)
    parser.add_argument("megabytes", type=float, help="size of the file; only bodies grow to it")
    parser.add_argument("path", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--damaged", action="store_true", help="put half a character into the body in the middle")
    wanted = parser.parse_args()
    written = write_har(wanted.path, shape=wanted.shape, entries=wanted.entries, megabytes=wanted.megabytes, seed=wanted.seed, damaged=wanted.damaged)
    print(f"{written}: {written.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
