"""Captures of invented visits with as many hosts as a test asks for."""

import json

import hartools as ht

# Owned by organisations that our table knows; the others are invented.
KNOWN = ("www.google-analytics.com", "www.googletagmanager.com", "fonts.gstatic.com", "stats.g.doubleclick.net", "connect.facebook.net", "www.facebook.com",
         "res.cloudinary.com", "bat.bing.com", "px.ads.linkedin.com", "static.cloudflareinsights.com", "ib.adnxs.com", "secure.adnxs.com", "cdn.taboola.com", "trc.taboola.com")  # fmt: skip


def entry(url, *, at=0, by=None, referer="https://www.first.example/", status=200, to="", mime="text/javascript", page="p1", ms=40, timings=None, **more):
    """Return one entry as Chromium writes it, caused by a script at an address."""
    started = f"2026-03-02T09:{at // 60000:02d}:{at // 1000 % 60:02d}.{at % 1000:03d}Z"
    headers = [{"name": "Referer", "value": referer}] if referer else []
    return {"startedDateTime": started, "time": ms, "pageref": page, "_initiator": {"type": "script", "url": by} if by else {"type": "other"},
            "request": {"method": "GET", "url": url, "headers": headers}, "response": {"status": status, "redirectURL": to, "headers": [], "content": {"mimeType": mime}},
            "timings": timings or {"blocked": 1, "dns": 4, "connect": 20, "ssl": 12, "send": 1, "wait": 10, "receive": 4}} | more  # fmt: skip


def document(url="https://www.first.example/", *, page="p1", at=0):
    """Return the entry of a page's document."""
    return entry(url, page=page, at=at, referer=None, mime="text/html", _resourceType="document")


def har(entries, *, pages=("p1",)):
    """Return the bytes of a HAR of these entries; a page's title is the address of its first entry."""
    titles = {each.get("pageref"): each["request"]["url"] for each in reversed(entries)}
    listed = [{"id": page, "title": titles.get(page, ""), "startedDateTime": "2026-03-02T09:00:00Z", "pageTimings": {"onContentLoad": 150, "onLoad": 400}} for page in pages]
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": listed, "entries": entries}}).encode()


def busy_har(hosts, *, name="{kind}{number}.party{group}.example"):
    """Return a HAR of one page that asks so many hosts, its own among them: groups, chains, redirects, refusals."""
    kinds = ("cdn", "api", "a-rather-long-name-for-a-machine-that-counts", "px")
    third = [*KNOWN, *(name.format(kind=kinds[n % 4], number=n, group=n // 3) for n in range(hosts))][: hosts - 1]
    home, entries, before = "https://www.first.example/", [document()], []
    for number, host in enumerate(third):
        for again in range(1 + number % 3):
            at = 50 + 11 * len(entries)
            by = before[-5] if len(before) > 5 and number % 4 == 1 else home
            to = f"https://{third[(number * 7 + 3) % len(third)]}/sync" if number % 9 == 4 and not again else ""
            refused = number % 13 == 6
            entries.append(entry(f"https://{host}/x{again}.js", at=at, by=by, status=302 if to else 0 if refused else 200, to=to, **({"_error": "net::ERR_BLOCKED_BY_CLIENT"} if refused else {})))
            before.append(entries[-1]["request"]["url"])
    return har(entries)


def busy(hosts, **options):
    """Return `busy_har` as a capture."""
    return ht.read_har(busy_har(hosts, **options))


def visits(count=3):
    """Return a capture of so many sites visited one after another in one file, which share some third parties."""
    entries = []
    for n in range(count):
        home = f"https://www.site{n}.example/"
        entries.append(document(home, page=f"p{n}", at=2000 * n))
        entries += [entry(f"https://{host}/x", page=f"p{n}", at=2000 * n + 50, by=home, referer=home) for host in KNOWN[: 3 + n]]
    return ht.read_har(har(entries, pages=[f"p{n}" for n in range(count)]))
