"""What does each third party of the site answer, and which identifier does it set?"""

import base64
import hashlib
import re
import secrets
import uuid

from aiohttp import web

from . import hosts
from .first_party import STATIC
from .portraits import portrait

__all__ = ["ANSWERS"]

ONE_PIXEL_GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
PORTRAIT_PATH = re.compile(r"/medirendezvous/image/upload/w_(\d+),h_(\d+),c_fill,g_face/([a-z0-9]{20})\.jpg")
LARGEST_PORTRAIT = 640
NINETY_DAYS = 7_776_000


async def answer_cloudinary(request, site):
    """Return a portrait, in the asked size."""
    wanted = PORTRAIT_PATH.fullmatch(request.path)
    if not wanted or int(wanted[1]) > LARGEST_PORTRAIT or int(wanted[2]) > LARGEST_PORTRAIT:
        return web.Response(status=404, headers={"server": "Cloudinary", "x-cld-error": "Resource not found"})
    body = portrait(wanted[3], int(wanted[1]), int(wanted[2]))
    return web.Response(body=body, content_type="image/jpeg", headers={
        "server": "Cloudinary",
        "cache-control": "public, max-age=2592000",
        "etag": f'"{hashlib.md5(body).hexdigest()}"',
        "access-control-allow-origin": "*",
        "timing-allow-origin": "*",
    })


async def answer_google_tag(request, site):
    """Return the tag script."""
    if request.path != "/gtag/js":
        return web.Response(status=404)
    script = STATIC / ("tags.js" if site.with_banner else "gtag.js")
    return web.Response(text=script.read_text(encoding="utf-8"), content_type="text/javascript",
                        headers={"server": "Google Tag Manager", "cache-control": "private, max-age=900"})


async def answer_google_analytics(request, site):
    """Accept a page view without a word, as GA4 does."""
    return web.Response(status=204, headers={
        "server": "Golfe2",
        "cache-control": "no-cache, no-store, must-revalidate",
        **_allow_origin(request),
        "access-control-allow-credentials": "true",
    })


async def answer_events(request, site):
    """Answer the preflight, then accept records as Firehose's PutRecordBatch does."""
    if request.method == "OPTIONS":
        return web.Response(status=200, headers={
            "x-amzn-requestid": str(uuid.uuid4()),
            "access-control-allow-methods": "POST, OPTIONS",
            "access-control-allow-headers": "content-type",
            **_allow_origin(request),
        })
    records = (await request.json())["Records"]
    answer = {"FailedPutCount": 0, "RequestResponses": [{"RecordId": secrets.token_hex(28)} for _ in records]}
    return web.json_response(answer, headers={"x-amzn-requestid": str(uuid.uuid4()), **_allow_origin(request)})


async def answer_pixel(request, site):
    """Return the pixel's picture, with the cookie that recognises the browser on other sites."""
    return _identifying(request, "fr", ".facebook.com", _picture())


async def answer_sync_from(request, site):
    """Send the browser on to the partner, with our own identifier in the address."""
    uid = request.cookies.get("alpha_uid") or secrets.token_hex(12)
    onward = web.Response(status=302, headers={
        "location": f"https://{hosts.SYNC_TO}/match?partner=regie-alpha&uid={uid}",
        "cache-control": "no-store",
    })
    return _identifying(request, "alpha_uid", ".regie-alpha.example", onward, uid)


async def answer_sync_to(request, site):
    """Accept the partner's identifier beside our own."""
    return _identifying(request, "beta_id", ".data-beta.example", _picture())


async def answer_consent(request, site):
    """Serve the banner's script, and take note of what was chosen."""
    if request.path == "/choices" and request.method == "POST":
        return web.Response(status=204, headers=_allow_origin(request))
    if request.path != "/banner.js":
        return web.Response(status=404)
    return web.Response(text=(STATIC / "banner.js").read_text(encoding="utf-8"), content_type="text/javascript",
                        headers={"cache-control": "public, max-age=3600"})


ANSWERS = {
    hosts.CDN: answer_cloudinary,
    hosts.GOOGLE_TAG: answer_google_tag,
    hosts.GOOGLE_ANALYTICS: answer_google_analytics,
    hosts.EVENTS: answer_events,
    hosts.PIXEL: answer_pixel,
    hosts.SYNC_FROM: answer_sync_from,
    hosts.SYNC_TO: answer_sync_to,
    hosts.CONSENT: answer_consent,
}


def _picture():
    """Return a picture of one transparent pixel, never to be kept."""
    return web.Response(body=ONE_PIXEL_GIF, content_type="image/gif", headers={"cache-control": "no-store"})


def _identifying(request, cookie, domain, response, value=None):
    """Set an identifier cookie unless the browser already sent it."""
    if cookie not in request.cookies:
        response.set_cookie(cookie, value or secrets.token_hex(12), max_age=NINETY_DAYS, domain=domain,
                            secure=True, httponly=True, samesite="None")
    return response


def _allow_origin(request):
    """Let the page that asks read the answer."""
    return {"access-control-allow-origin": request.headers.get("origin", "*"), "vary": "Origin"}
