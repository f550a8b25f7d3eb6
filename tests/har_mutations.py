"""How is a HAR changed in everything that one observer does not receive, and in nothing else?"""

import copy
import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

__all__ = ["FACETS", "STEPS", "Changed", "Facet", "changed"]

# What is done, each step by itself enough to give away a rule that peeks.
STEPS = ("cells", "mixed", "rows", "gone", "new", "order", "pages", "file")

WORDS = ("psychiatre", "dermatologue", "lyon", "nantes", "sida", "grossesse", "<b>x</b>", "=1+1", "$\\frac{1}{2}$", "\u202etxt", "Dr X")
PEOPLE = [{"name": "Dr Ida Nulle", "specialty": "psychiatre", "city": "nantes", "cloudinaryPublicId": "zzzz9999yyyy8888xxxx", "photo": "zzzz9999yyyy8888xxxx"}]
# Whose sign a header is, so that a test can keep an observer's own out of what it does not front.
SIGNS = {
    "Cloudflare": [("cf-ray", "8f1c2d3e4f5a6b7c-CDG"), ("server", "cloudflare"), ("cf-cache-status", "HIT")],
    "Amazon Web Services": [("x-amz-cf-id", "abcDEF123=="), ("x-amz-cf-pop", "CDG50-P1"), ("via", "1.1 0123456789abcdef.cloudfront.net (CloudFront)"), ("x-cache", "Hit from cloudfront")],
    "Fastly": [("x-served-by", "cache-cdg20751-CDG"), ("x-fastly-request-id", "0a1b2c3d"), ("via", "1.1 varnish")],
    "Akamai": [("x-akamai-request-id", "1a2b3c4d"), ("server", "AkamaiGHost")],
    "Google": [("server", "gws"), ("via", "1.1 google")],
}


class Facet(NamedTuple):
    """One thing of an entry that can be changed by itself: the columns that it feeds, and how."""

    columns: tuple[tuple[str, str], ...]
    change: Callable[..., None]


class Changed(NamedTuple):
    """A changed document, and for each of its entries the place that it had before, None for a new one."""

    document: dict
    origin: list[int | None]


def _word(chance: random.Random) -> str:
    return f"{chance.choice(WORDS)} {chance.randint(0, 10**9)}"


def _url(entry: dict) -> str:
    return str((entry.get("request") or {}).get("url") or "")


# ---- one facet each -------------------------------------------------------------------------


def _pageref(entry, chance, seen=frozenset()):
    entry["pageref"] = chance.choice(["page_1", "other0", "other1", f"nowhere{chance.randint(0, 9)}"])


def _initiator(entry, chance, seen=frozenset()):
    url = chance.choice(["https://www.medirendezvous.example/psychiatre/nantes", "https://tags.example/gtm.js", _url(entry)])
    frame = {"functionName": _word(chance), "url": url, "lineNumber": chance.randint(0, 99), "columnNumber": 1}
    entry["_initiator"] = chance.choice([{"type": "script", "stack": {"callFrames": [frame]}}, {"type": "parser", "url": url, "lineNumber": chance.randint(1, 99)}, {"type": "other"}])


def _resource_type(entry, chance, seen=frozenset()):
    # a preflight is told by it, and a WebSocket: these are requests of another kind
    if entry.get("_resourceType") not in ("preflight", "websocket"):
        entry["_resourceType"] = chance.choice(["document", "image", "xhr", "script"])
    entry["_priority"] = chance.choice(["Low", "High"])


def _connection(entry, chance, seen=frozenset()):
    entry["connection"] = entry["_connectionId"] = str(chance.choice([1, 2, chance.randint(100, 10**6)]))


def _timings(entry, chance, seen=frozenset()):
    entry["time"] = chance.random() * 1000
    # {} says that the answer came from the cache (Firefox)
    if entry.get("timings"):
        entry["timings"] = {phase: chance.random() * 90 for phase in ("blocked", "dns", "connect", "send", "wait", "receive")} | {"ssl": 0.01}


def _offset(entry, chance, seen=frozenset()):
    """Write the same instant on another clock."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)", str(entry.get("startedDateTime")))
    if found:
        base, fraction, zone = found.groups()
        hours = chance.randint(-11, 11)
        here = datetime.fromisoformat(base + ("+00:00" if zone == "Z" else zone))
        moved = (here - here.utcoffset() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S")
        entry["startedDateTime"] = f"{moved}{fraction or ''}{'+' if hours >= 0 else '-'}{abs(hours):02d}:00"


def _error(entry, chance, seen=frozenset()):
    # beside a status it is a remark: the answer came
    if (entry["response"] or {}).get("status"):
        entry["response"]["_error"] = chance.choice(["net::ERR_ABORTED", "net::ERR_INCOMPLETE_CHUNKED_ENCODING"])


def _path(entry, chance, seen=frozenset()):
    scheme, _, rest = _url(entry).partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    entry["request"]["url"] = f"{scheme}://{host}/{chance.choice(['psychiatre/nantes', 'demo/image/upload/w_9/zzzz9999yyyy8888xxxx.jpg', 'x'])}?q={chance.randint(0, 10**9)}"
    entry["request"]["queryString"] = [{"name": "q", "value": _word(chance)}]


def _host(entry, chance, seen=frozenset()):
    """Call the host otherwise; two hosts may come to bear one name, unless it stands for an unknown address."""
    scheme, _, rest = _url(entry).partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    port = re.search(r":\d+$", host)
    name = chance.choice(["a.example", "b.example", "www.medirendezvous.example"]) if entry.get("serverIPAddress") else f"like-{host.partition(':')[0]}"
    entry["request"]["url"] = f"{scheme}://{name}{port[0] if port else ''}{rest[len(host) :]}"


def _started(entry, chance, seen=frozenset()):
    """Let it start later, as a request does that was not the first of its name."""
    found = re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", str(entry.get("startedDateTime")))
    if found:
        later = (datetime.fromisoformat(found[0]) + timedelta(seconds=chance.randint(1, 5000))).isoformat()
        entry["startedDateTime"] = later + entry["startedDateTime"][len(found[0]) :]


def _sizes(entry, chance, seen=frozenset()):
    for part, size in ((entry["request"], "bodySize"), (entry["response"], "bodySize"), (entry["response"], "_transferSize")):
        if isinstance(part.get(size), int) and part[size] > 0:
            part[size] += chance.randint(1, 5000)


def _method(entry, chance, seen=frozenset()):
    # OPTIONS with Access-Control-Request-Method is a preflight, whose outcome has a name of its own
    entry["request"]["method"] = chance.choice(["GET", "POST", "PUT"])


def _kept(headers, seen):
    """Keep of headers that are withheld what is received another way: what a request was for, the page that referred, cookies that a script reads."""
    names = ({"referer"} if ("entries", "referer") in seen else set()) | ({"sec-fetch-dest", "sec-purpose"} if ("entries", "resource_type") in seen else set())
    names |= {"content-encoding", "content-length"} if ("entries", "body_bytes") in seen else set()
    open_ones = ("cookies", "name") in seen
    return [header for header in headers or () if str(header.get("name")).lower() in names or (open_ones and _is_open(header))]


def _is_open(header):
    name = str(header.get("name")).lower()
    return name == "cookie" or (name == "set-cookie" and "httponly" not in str(header.get("value")).lower())


def _request_headers(entry, chance, seen=frozenset()):
    made = [{"name": "User-Agent", "value": f"Mozilla/5.0 {_word(chance)}"}, {"name": "Accept-Language", "value": "cy"}, {"name": "Referer", "value": f"https://www.medirendezvous.example/{_word(chance)}"},
            {"name": "Sec-Fetch-Dest", "value": chance.choice(["document", "image", "empty"])}]
    kept = _kept(entry["request"].get("headers"), seen)
    entry["request"]["headers"] = kept + [header for header in made[: 2 if seen else 4]]


def _response_headers(entry, chance, seen=frozenset()):
    made = [{"name": "Content-Type", "value": "text/html"}, {"name": "X-Said", "value": _word(chance)}, {"name": "Set-Cookie", "value": f"closed={chance.randint(0, 10**9)}; HttpOnly"}]
    entry["response"]["headers"] = _kept(entry["response"].get("headers"), seen) + made


def _request_cookies(entry, chance, seen=frozenset()):
    entry["request"]["cookies"] = [{"name": f"c{chance.randint(0, 9)}", "value": _word(chance)}]


def _response_cookies(entry, chance, seen=frozenset()):
    entry["response"]["cookies"] = [{"name": f"d{chance.randint(0, 9)}", "value": _word(chance)}]


def _closed_cookies(entry, chance, seen=frozenset()):
    """Change the cookies that are marked HttpOnly, and add one."""
    for side in ("request", "response"):
        for cookie in entry[side].get("cookies") or ():
            if cookie.get("httpOnly") is True:
                cookie["value"] = _word(chance)
    entry["response"]["cookies"] = [*(entry["response"].get("cookies") or ()), {"name": f"d{chance.randint(0, 9)}", "value": _word(chance), "httpOnly": True}]


def _address(entry, chance, seen=frozenset()):
    # none says that the answer came from the cache (Firefox)
    if entry.get("serverIPAddress"):
        entry["serverIPAddress"] = f"203.0.113.{chance.randint(1, 254)}"


def _request_body(entry, chance, seen=frozenset()):
    entry["request"]["postData"] = {"mimeType": "application/json", "text": json.dumps({"title": _word(chance), "url": "https://www.medirendezvous.example/sida"})}


def _response_body(entry, chance, seen=frozenset()):
    content = entry["response"].get("content") or {}
    entry["response"]["content"] = {"size": content.get("size", 0), "mimeType": chance.choice(["application/json", "text/html"]), "text": json.dumps({"results": PEOPLE, "said": _word(chance)})}


def _status(entry, chance, seen=frozenset()):
    # 304 and no status change what counts as sent, 3xx with a target is an outcome of its own
    if entry["response"].get("status") not in (0, None, 304, -1) and entry["response"]["status"] // 100 != 3:
        entry["response"]["status"] = chance.choice([200, 201, 403, 404, 500])


def _http_version(entry, chance, seen=frozenset()):
    entry["request"]["httpVersion"] = entry["response"]["httpVersion"] = chance.choice(["HTTP/1.1", "HTTP/1.0"])


def _certificate(entry, chance, seen=frozenset()):
    entry["_securityDetails"] = {"protocol": "TLS 1.2", "subjectName": _word(chance), "issuer": _word(chance)}


def _messages(entry, chance, seen=frozenset()):
    if "_webSocketMessages" in entry:
        entry["_webSocketMessages"] = [{"type": "send", "time": 1.5, "opcode": 1, "data": json.dumps({"title": _word(chance)})}]


def _of(table: str, columns: str) -> tuple[tuple[str, str], ...]:
    return tuple((table, column) for column in columns.split())


# A facet is changed where none of its columns is received. Of bodies the columns `request` and `response`
# stand for what is held of either side.
FACETS: Mapping[str, Facet] = {
    "page": Facet(_of("entries", "page_id"), _pageref),
    "initiator": Facet(_of("entries", "initiator_type initiator_url initiator_line initiator_entry") + _of("stacks", "position async_hops function url line column"), _initiator),
    "resource type": Facet(_of("entries", "resource_type"), _resource_type),
    "connection": Facet(_of("entries", "connection_id") + _of("connections", "first"), _connection),
    "timings": Facet(_of("entries", "duration_ms blocked_ms dns_ms connect_ms ssl_ms send_ms wait_ms receive_ms"), _timings),
    "offset": Facet(_of("entries", "utc_offset_min"), _offset),
    "error": Facet(_of("entries", "error"), _error),
    "path": Facet(_of("entries", "url path query") + _of("params", "where position name value"), _path),
    "host": Facet(_of("entries", "host site operator_domain url"), _host),
    "start": Facet(_of("entries", "started"), _started),
    "sizes": Facet(_of("entries", "request_bytes transfer_bytes"), _sizes),
    "address": Facet(_of("entries", "server_ip"), _address),
    "method": Facet(_of("entries", "method"), _method),
    "request headers": Facet(_of("headers", "name value"), _request_headers),
    "response headers": Facet(_of("headers", "name value"), _response_headers),
    "request cookies": Facet(_of("cookies", "name value"), _request_cookies),
    "response cookies": Facet(_of("cookies", "name value"), _response_cookies),
    "closed cookies": Facet(_of("cookies", "http_only"), _closed_cookies),
    "request body": Facet(_of("bodies", "request"), _request_body),
    "response body": Facet(_of("bodies", "response") + _of("entries", "mime body_bytes"), _response_body),
    "status": Facet(_of("entries", "status"), _status),
    "http version": Facet(_of("entries", "http_version"), _http_version),
    "certificate": Facet(_of("entries", "tls_protocol tls_subject tls_issuer"), _certificate),
    "messages": Facet(_of("messages", "data"), _messages),
}


# ---- the whole document ---------------------------------------------------------------------


def changed(document: dict, received: Sequence[frozenset | None], chance: random.Random, *, steps: Sequence[str] = STEPS, never_sent: Sequence[str] = (), elsewhere: Sequence[str] = ("other.example",),
            signs: Sequence[str] = tuple(SIGNS), apart: bool = False, unlike: bool = False) -> Changed:
    """Change everything that is not received.

    Parameters
    ----------
    document : dict
        A HAR; it is not changed.
    received : sequence of (frozenset of (table, column)) or None
        Of each entry the cells that the observer receives, None for one that does not reach it.
    chance : random.Random
    steps : sequence of str
        Which of `STEPS`.
    never_sent : sequence of str
        Hosts that the observer stands behind: new entries for them are blocked or cached ones.
    elsewhere : sequence of str
        Hosts that it has nothing to do with; none where every request reaches it.
    signs : sequence of str
        Whose headers hosts elsewhere may bear.
    apart : bool
        New entries elsewhere name no page that the observer could be in, and lead to nothing that it has.
    unlike : bool
        New entries elsewhere have addresses of their own, where an address makes a host the observer's.
    """
    log = copy.deepcopy(document["log"])
    rows = list(enumerate(log["entries"]))
    facts = _Facts(tuple(never_sent), tuple(elsewhere), tuple(signs), apart, unlike, [entry for place, entry in rows if received[place] is not None])
    if "cells" in steps:
        rename_connections([entry for place, entry in rows if received[place] is not None and ("connections", "first") in received[place]], chance)
        for place, entry in rows:
            if received[place] is not None:
                change_cells(entry, received[place], chance)
    if "mixed" in steps:
        mix([(entry, received[place]) for place, entry in rows if received[place] is not None], chance)
    if "rows" in steps:
        rows = [(place, entry if received[place] is not None else _hidden(entry, facts, chance)) for place, entry in rows]
    if "gone" in steps:
        rows = [(place, entry) for place, entry in rows if received[place] is not None or chance.random() < 0.6]
    if "new" in steps:
        for _ in range(chance.randint(2, 6)):
            rows.insert(chance.randint(0, len(rows)), (None, _hidden(copy.deepcopy(chance.choice(log["entries"])), facts, chance)))
    if "order" in steps:
        chance.shuffle(rows)
    if "pages" in steps:
        log["pages"] = _pages(log, chance)
    if "file" in steps:
        log |= {"browser": {"name": "Netscape", "version": str(chance.randint(1, 9))}, "comment": _word(chance)}
    log["entries"] = [entry for _, entry in rows]
    return Changed({"log": log}, [place for place, _ in rows])


class _Facts(NamedTuple):
    never_sent: tuple[str, ...]
    elsewhere: tuple[str, ...]
    signs: tuple[str, ...]
    apart: bool
    unlike: bool
    received: list[dict]  # the entries that the observer has, whose values are planted elsewhere


def change_cells(entry: dict, seen: frozenset, chance: random.Random) -> None:
    """Change the facets of one entry of which no column is received."""
    for facet in FACETS.values():
        if not seen & set(facet.columns):
            facet.change(entry, chance, seen)


def rename_connections(entries: list[dict], chance: random.Random) -> None:
    """Give connections other numbers, where somebody sees them but not how the browser numbers them."""
    shift = chance.randint(1, 1000) * 7919
    for entry in entries:
        for name in ("connection", "_connectionId"):
            if str(entry.get(name) or "0").isdecimal() and str(entry.get(name) or "0") != "0" and "_connectionId" in entry:
                entry[name] = str(int(entry[name]) + shift)


def mix(rows: list[tuple[dict, frozenset]], chance: random.Random) -> None:
    """Let the requests of one connection change places, where single requests are not received."""
    together: dict[tuple, list[dict]] = {}
    for entry, seen in rows:
        if ("entries", "url") not in seen:
            host = _url(entry).partition("://")[2].partition("/")[0] if ("entries", "host") in seen else _url(entry).partition("://")[0]
            together.setdefault((host, entry.get("serverIPAddress"), entry.get("connection"), entry.get("_connectionId"), seen), []).append(entry)
    for entries in together.values():
        halves = [(entry["request"], entry["response"]) for entry in entries]
        chance.shuffle(halves)
        for entry, (request, response) in zip(entries, halves, strict=True):
            entry["request"], entry["response"] = request, response


def _pages(log: dict, chance: random.Random) -> list[dict]:
    ids = [str(page.get("id")) for page in log.get("pages") or []] + ["other0", "other1"]
    pages = [{"id": each, "title": chance.choice(["https://elsewhere.example/secret", "Psychiatre à Nantes - MediRendezVous", _word(chance)]), "startedDateTime": f"20{chance.randint(10, 30)}-01-01T00:00:00Z",
              "pageTimings": {"onContentLoad": chance.random() * 900, "onLoad": chance.random() * 900}} for each in dict.fromkeys(ids)]
    chance.shuffle(pages)
    return pages[: chance.randint(0, len(pages))]


def _hidden(entry: dict, facts: _Facts, chance: random.Random) -> dict:
    """Make of an entry one that does not reach the observer: of a host elsewhere, or never sent."""
    made = copy.deepcopy(entry)
    made["request"], made["response"] = made.get("request") or {}, made.get("response") or {}
    if facts.never_sent and (not facts.elsewhere or chance.random() < 0.4):
        return _unsent(made, chance.choice(facts.never_sent), chance)
    host = chance.choice(facts.elsewhere)
    made["request"]["url"] = f"https://{host}{chance.choice(['/psychiatre/nantes', '/demo/image/upload/w_160/zzzz9999yyyy8888xxxx.jpg', f'/x?q={chance.random()}', _path_of(facts, chance), '/api/search?page=1'])}"
    made["request"]["method"] = chance.choice(["GET", "POST", "OPTIONS"])
    _request_headers(made, chance)
    _request_body(made, chance)
    made["response"] |= {"status": chance.choice([200, 200, 302, 404]), "redirectURL": chance.choice(["", _url(chance.choice(facts.received)) if facts.received else ""]), "headers": [
        {"name": name, "value": value} for name, value in SIGNS[chance.choice(facts.signs)]] if facts.signs else [], "cookies": [{"name": "uid", "value": _word(chance)}]}
    made["response"]["content"] = {"size": 9, "mimeType": chance.choice(["application/json", "text/html"]), "text": chance.choice([json.dumps({"results": PEOPLE}), "<title>Psychiatre à Nantes</title>"])}
    for change in (_pageref, _initiator, _resource_type, _connection, _timings, _certificate):
        change(made, chance)
    if facts.apart:
        made["request"]["headers"] = [header for header in made["request"]["headers"] if header["name"] != "Referer"]
        made["response"]["redirectURL"] = ""
    made["startedDateTime"] = chance.choice([entry.get("startedDateTime"), f"2026-01-0{chance.randint(1, 9)}T00:00:00Z"])
    _plant(made, facts, chance)
    if facts.unlike:
        _address(made, chance)
    return made


def _path_of(facts: _Facts, chance: random.Random) -> str:
    """Take the address of something that the observer did receive."""
    return "/" + _url(chance.choice(facts.received)).partition("://")[2].partition("/")[2] if facts.received else "/"


def _plant(made: dict, facts: _Facts, chance: random.Random) -> None:
    """Give an entry elsewhere the identifiers, address and connection of one that the observer has."""
    if facts.received:
        real = chance.choice(facts.received)
        for side in ("request", "response"):
            made[side]["cookies"] = copy.deepcopy((real.get(side) or {}).get("cookies") or [])
        for name in ("serverIPAddress", "connection", "_connectionId", "startedDateTime"):
            if name in real and chance.random() < 0.5:
                made[name] = real[name]


def _unsent(made: dict, host: str, chance: random.Random) -> dict:
    """Make a request that was blocked, or answered from the browser's own cache."""
    made["request"]["url"] = f"https://{host}/demo/image/upload/w_160/zzzz9999yyyy8888xxxx.jpg?q={chance.randint(0, 9)}"
    _request_headers(made, chance)
    made["request"].pop("postData", None)
    if chance.random() < 0.5:
        made |= {"response": {"status": 0, "statusText": "", "headers": [], "cookies": [], "content": {"size": 0, "mimeType": "x-unknown"}, "redirectURL": "", "headersSize": -1, "bodySize": -1},
                 "_error": "net::ERR_BLOCKED_BY_CLIENT"}
    else:
        made |= {"_fromCache": "disk", "response": made["response"] | {"status": 200, "headers": [{"name": "X-Said", "value": _word(chance)}], "_transferSize": 0}}
    _pageref(made, chance)
    _initiator(made, chance)
    return made
