"""How is a small HAR made, whose entries say who caused them?"""

import json

import hartools as ht

PAGE = "https://www.site.example/"


def call(url, ms=0, *, by=None, kind="script", stack=None, referer=None, status=200, to="", method="GET", what="image", mime="image/gif", text=None, page="page_1", headers=(), took=5):
    """Return one entry as Chromium writes it; `by` is the URL of its initiator, `stack` those of the calls behind it."""
    if stack is not None:
        frames = [{"functionName": "", "url": each, "lineNumber": 1, "columnNumber": 1} for each in stack[0]]
        initiator = {"type": "script", "stack": {"callFrames": frames, **({"parent": {"callFrames": [{"functionName": "", "url": each, "lineNumber": 1, "columnNumber": 1} for each in stack[1]]}} if len(stack) > 1 else {})}}
    else:
        initiator = {"type": kind, "url": by, "lineNumber": 0} if by else {"type": "other"}
    sent = [{"name": name, "value": value} for name, value in [*headers, *([("Referer", referer)] if referer else [])]]
    return {
        "startedDateTime": f"2026-03-02T09:{ms // 60000:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}Z", "time": took, "pageref": page, "_resourceType": what, "_initiator": initiator,
        "request": {"method": method, "url": url, "httpVersion": "h2", "headers": sent, "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0},
        "response": {"status": status, "statusText": "", "httpVersion": "h2", "headers": [], "cookies": [], "redirectURL": to, "headersSize": -1, "bodySize": -1,
                     "content": {"size": len(text or ""), "mimeType": mime} | ({"text": text} if text else {})},
        "cache": {}, "timings": {"blocked": 0, "dns": -1, "connect": -1, "ssl": -1, "send": 0, "wait": took, "receive": 0},
    }  # fmt: skip


def document(url=PAGE, ms=0, **more):
    """Return the entry of a page's document."""
    return call(url, ms, **{"what": "document", "mime": "text/html", "text": "<!doctype html>"} | more)


def capture_of(*entries, pages=("page_1",), creator="WebInspector"):
    """Read a HAR of these entries."""
    listed = [{"startedDateTime": "2026-03-02T09:00:00.000Z", "id": page, "title": PAGE, "pageTimings": {}} for page in pages]
    return ht.read_har(json.dumps({"log": {"version": "1.2", "creator": {"name": creator, "version": "537.36"}, "pages": listed, "entries": list(entries)}}).encode())


def edges_of(graph):
    """Return source, target and kind of each edge."""
    return sorted(graph.edges(keys=True))
