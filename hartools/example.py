"""A HAR small enough to read at a glance, for examples and doctests; everybody in it is invented."""

import json

__all__ = ["example_har"]

FACE = "https://res.cloudinary.com/doctor/image/upload/w_160,h_160,c_fill/{}.jpg"
PEOPLE = (
    ("aaaa1111bbbb2222cccc", "Dr Ada Exemple", "dentiste", "lyon"),
    ("dddd3333eeee4444ffff", "Dr Bo Exemple", "dentiste", "lyon"),
    ("gggg5555hhhh6666iiii", "Dr Cy Exemple", "oncologue", "lyon"),
    (None, "Dr Di Exemple", "dentiste", "paris"),
)


def example_har() -> bytes:
    """Return a HAR of nine entries: one search for a dentist in Lyon, and who heard of it.

    Returns
    -------
    bytes
        JSON in the shape that Chromium's sensitive export has.

    Examples
    --------
    >>> len(json.loads(example_har())["log"]["entries"])
    9
    """
    page = "https://www.doctor.example/dentiste/lyon"
    people = [dict(zip(("cloudinaryPublicId", "name", "specialty", "city"), row, strict=True)) for row in PEOPLE]
    sync = "https://match.beta.example/sync?partner_uid=alpha-0123456789abcdef"
    analytics = "https://www.google-analytics.com/g/collect?v=2&cid=1234567890.1600000000&dl=https%3A%2F%2Fwww.doctor.example%2Fdentiste%2Flyon"
    entries = [
        _entry(0, page, mime="text/html", text="<!doctype html>", kind="document", referer=None),
        _entry(120, "https://www.doctor.example/api/search?page=1", mime="application/json", text=json.dumps({"results": people}), kind="fetch", initiator=page),
        _entry(300, FACE.format(PEOPLE[0][0]), mime="image/jpeg", initiator=page),
        _entry(301, FACE.format(PEOPLE[1][0]), mime="image/jpeg", initiator=page),
        _entry(310, analytics, status=204, mime="x-unknown", kind="ping", initiator=page),
        _entry(320, "https://sync.alpha.example/pixel", status=302, mime="text/html", initiator=page, redirect=sync, cookie="uid=alpha-0123456789abcdef"),
        _entry(330, sync, mime="image/gif", initiator=page),
        _entry(340, "https://ads.gamma.example/banner.js", status=0, mime="", kind="script", initiator=page, error="net::ERR_BLOCKED_BY_CLIENT"),
        _entry(350, FACE.format(PEOPLE[0][0]), mime="image/jpeg", initiator=page, cache="memory"),
    ]
    log = {
        "version": "1.2",
        "creator": {"name": "WebInspector", "version": "537.36"},
        "pages": [{"startedDateTime": "2026-03-02T09:00:00.000Z", "id": "page_1", "title": page, "pageTimings": {"onContentLoad": 150.0, "onLoad": 400.0}}],
        "entries": entries,
    }
    return json.dumps({"log": log}).encode()


def _entry(ms, url, *, status=200, mime, text=None, kind="image", initiator=None, referer="https://www.doctor.example/", redirect="", cookie=None, error=None, cache=None):
    headers = [{"name": "Referer", "value": referer}] if referer else []
    answer = [{"name": "Set-Cookie", "value": f"{cookie}; Secure; SameSite=None"}] if cookie else []
    content = {"size": len(text or ""), "mimeType": mime} | ({"text": text} if text else {})
    entry = {
        "startedDateTime": f"2026-03-02T09:00:00.{ms:03d}Z", "time": 20.5, "pageref": "page_1", "_resourceType": kind,
        "_initiator": {"type": "script", "url": initiator} if initiator else {"type": "other"},
        "request": {"method": "GET", "url": url, "httpVersion": "http/2.0", "headers": headers, "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0},
        "response": {"status": status, "statusText": "", "httpVersion": "http/2.0", "headers": answer, "cookies": [], "content": content,
                     "redirectURL": redirect, "headersSize": -1, "bodySize": -1, "_transferSize": 0 if cache or error else 900, "_error": error},
        "cache": {}, "timings": {"blocked": 1.0, "dns": -1, "connect": -1, "ssl": -1, "send": 0.5, "wait": 18.0, "receive": 1.0},
        "serverIPAddress": "" if cache or error else "127.0.0.1", "connection": "443",
    }
    return entry | ({"_fromCache": cache} if cache else {})
