"""What does www.medirendezvous.example answer: pages, JSON, scripts, behind headers like Cloudflare's?"""

import mimetypes
import secrets
from pathlib import Path

from aiohttp import web

from .pages import page_for
from .portraits import favicon

__all__ = ["answer_www"]

STATIC = Path(__file__).with_name("static")
TWO_YEARS = 63_072_000
SIX_MONTHS = 15_724_800


async def answer_www(request, site):
    """Return the site's own response to a request."""
    path = request.path
    if path == "/favicon.png":
        response = _cached(web.Response(body=favicon(), content_type="image/png"))
    elif path.startswith("/static/"):
        response = _static(path.removeprefix("/static/"))
    elif path == "/consent" and site.with_banner:
        response = _chosen(await request.json())
    elif path.startswith("/api/"):
        response = _json(path.removeprefix("/api/"), request.query, site.directory)
    else:
        response = _page(request, site)
    _as_cloudflare(request, response)
    return response


def _page(request, site):
    """Return an HTML page, and the session's cookies to a browser that has none."""
    html = page_for(request.path, site.directory, with_banner=site.with_banner)
    if not html:
        return web.Response(status=404, text="Page introuvable")
    response = web.Response(text=html, content_type="text/html")
    response.headers["cache-control"] = "private, no-cache"
    if site.referrer_policy:
        response.headers["referrer-policy"] = site.referrer_policy
    if "_medirendezvous_session" not in request.cookies:
        response.set_cookie("_medirendezvous_session", secrets.token_urlsafe(24),
                            secure=True, httponly=True, samesite="Lax")
        # Read by the page's script, which sends it with every event.
        response.set_cookie("ssid", f"c{secrets.token_hex(10)}", max_age=TWO_YEARS, secure=True, samesite="Lax")
    response.enable_compression(web.ContentCoding.gzip)
    return response


def _chosen(told):
    """Keep what the visitor answered to the banner; the page's scripts read it there."""
    response = web.Response(status=204, headers={"cache-control": "private, no-store"})
    choice = "accepted" if told.get("choice") == "accepted" else "refused"
    response.set_cookie("mrdv_consent", choice, max_age=SIX_MONTHS, secure=True, samesite="Lax")
    return response


def _json(question, query, directory):
    """Return what the page's script asked for."""
    specialty, city = query.get("specialty", ""), query.get("city")
    answers = {
        "featured": directory.featured,
        "search": lambda: directory.search(specialty, city, int(query.get("page", "1"))),
        "recommended": lambda: directory.recommended(specialty, city),
    }
    if question not in answers:
        return web.json_response({"error": "not found"}, status=404)
    response = web.json_response(answers[question]())
    response.headers["cache-control"] = "private, no-store"
    response.enable_compression(web.ContentCoding.gzip)
    return response


def _static(name):
    """Return a script or style sheet of the site."""
    path = STATIC / name
    if path.parent != STATIC or not path.is_file():
        return web.Response(status=404)
    response = web.Response(text=path.read_text(encoding="utf-8"), content_type=mimetypes.guess_type(name)[0])
    response.enable_compression(web.ContentCoding.gzip)
    return _cached(response)


def _cached(response):
    """Mark a response as one that Cloudflare's edge and the browser may keep."""
    response.headers["cache-control"] = "public, max-age=14400"
    response.headers["cf-cache-status"] = "HIT"
    return response


def _as_cloudflare(request, response):
    """Add the headers that Cloudflare adds in front of a site."""
    response.headers.setdefault("cf-cache-status", "DYNAMIC")
    response.headers["server"] = "cloudflare"
    response.headers["cf-ray"] = f"{secrets.token_hex(8)}-CDG"
    if "__cf_bm" not in request.cookies:
        response.set_cookie("__cf_bm", secrets.token_urlsafe(32), max_age=1800, domain="medirendezvous.example",
                            secure=True, httponly=True, samesite="None")
