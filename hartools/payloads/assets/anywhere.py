"""Read picture URLs that a site serves under its own name, known by their shape.

Sources: the source code of unpic 4.2 (Cloudflare, Next.js, Vercel, Netlify,
Nuxt IPX), thumbor-js-url-builder, the makers' manuals for Fastly and Akamai.
"""

import re

from hartools.payloads.assets.hosted import (
    cloudflare_delivery,
    imagekit_path,
    imgix,
    shopify_file,
    stem_and_extension,
    uploadcare,
)
from hartools.payloads.assets.links import Grammar, Picture, Source, decode

__all__ = ["GRAMMARS"]

_CLOUDFLARE_OPTIONS = re.compile(r"[a-z-]{1,30}=[^,/]*(?:,[a-z.-]{1,30}=[^,]*)*")
_THUMBOR_KEY = re.compile(r"[\w-]{27}=", re.ASCII)
# In the order in which Thumbor writes them; each at most once.
_THUMBOR_OPTIONS = tuple(
    re.compile(pattern)
    for pattern in (
        r"debug",
        r"trim(?::.*)?",
        r"[\d.]+x[\d.]+:[\d.]+x[\d.]+",
        r"(?:adaptive-)?(?:full-)?fit-in",
        r"-?(?:\d+|orig)x-?(?:\d+|orig)?|-?x-?(?:\d+|orig)",
        r"left|right|center",
        r"top|bottom|middle",
        r"smart",
    )
)
_FASTLY_KEYS = frozenset(
    "width height dpr format quality auto crop fit bg-color blur brightness canvas contrast "
    "disable enable frame height level montage optimize orient pad precrop profile resize-filter "
    "saturation sharpen trim trim-color viewbox metadata".split()
)
_FASTLY_RATIO = re.compile(r"\d+(?:\.\d+)?[:,]\d.*")
_FASTLY_AUTO = re.compile(r"(?:webp|avif|jxl)(?:,.*)?")
_AKAMAI_OPERATION = re.compile(r"[A-Z][A-Za-z]{2,30}[=,(]")
_AKAMAI_KEYS = ("imwidth", "imheight", "im", "impolicy", "imformat", "imdensity")


def _wrapped(link, target):
    """Make a whole URL of what a resizing address was given, or None."""
    target = re.sub(r"^(https?:)/+", r"\1//", target, count=1, flags=re.I)
    if target[:8].lower().startswith(("http://", "https://")):
        return target
    if target.startswith("//"):
        return "https:" + target
    if not target.strip("/") or re.match(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:", target):
        return None
    return f"https://{link.host}/{target.lstrip('/')}"


def _tail(link, segments):
    """Take the source at the end of a path, decoded only if it was encoded as a whole."""
    rest = "/".join(segments)
    if rest[:9].lower().startswith(("http%3a", "https%3a", "%2f")):
        return decode(rest)
    return rest + (f"?{link.query}" if link.query else "")


def _source(link, target, rendition):
    url = _wrapped(link, target)
    return Source(url, rendition) if url else None


def _asked_by_query(*endings):
    """Make a reader of `<ending>?url=<source>&w=&q=`: the site itself sees the request."""

    def read(link, _account):
        path = link.path.rstrip("/")
        target = link.fields.get("url") if path.endswith(endings) else None
        return _source(link, target, link.query_without("url")) if target else None

    return read


def _cloudflare_resize(link, _account):
    if not link.path.startswith("/cdn-cgi/image/"):
        return None
    options, *rest = link.segments[2:]
    options = decode(options)
    if not rest or not _CLOUDFLARE_OPTIONS.fullmatch(options):
        return None
    return _source(link, _tail(link, rest), options)


def _cloudflare_images(link, _account):
    if not link.path.startswith("/cdn-cgi/imagedelivery/"):
        return None
    return cloudflare_delivery(link, link.segments[2:])


def _nuxt_ipx(link, _account):
    segments = link.segments
    if "_ipx" not in segments[:3]:
        return None
    place = segments.index("_ipx")
    steps, rest = decode("".join(segments[place + 1 : place + 2])), segments[place + 2 :]
    return _source(link, _tail(link, rest), "" if steps == "_" else steps) if rest else None


def _uploadcare(link, _account):
    return uploadcare(link) if link.segments[1:2] == ["-"] or "/nth/" in link.path else None


def _imagekit(link, _account):
    step = next((s for s in link.segments[:3] if decode(s[:8]).startswith("tr:")), "")
    if not re.match(r"tr:[a-z]{1,4}-", decode(step)):
        return None
    return imagekit_path(link, None, link.segments)


def _imgix(link, _account):
    return imgix(link, None) if "ixlib" in link.fields else None


def _shopify(link, _account):
    if not link.path.startswith("/cdn/shop/"):
        return None
    return shopify_file(link, f"{link.host}{link.path}")


def _filters_length(segments):
    """Count the segments of `filters:...`, whose arguments may hold slashes."""
    depth = 0
    for count, segment in enumerate(segments, 1):
        depth += segment.count("(") - segment.count(")")
        if depth <= 0:
            return count
    return 1


def _thumbor(link, _account):
    segments = [decode(s) for s in link.segments]
    place = 0 if _opens_thumbor(segments[0]) else 1
    if len(segments) <= place + 1 or not _opens_thumbor(segments[place]):
        return None
    start = end = place + 1
    for option in _THUMBOR_OPTIONS:
        if end < len(segments) - 1 and option.fullmatch(segments[end]):
            end += 1
    if segments[end].startswith("filters:"):
        end += _filters_length(segments[end:-1])
    image = "/".join(segments[end:])
    if not image or segments[start] == "meta":
        return None
    # "unsafe" deeper in a path, and nothing else of Thumbor's, may be any folder.
    known = end > start or "://" in image or (place == 0 and stem_and_extension(image)[1])
    image += f"?{link.query}" if link.query else ""
    rendition = "/".join(segments[start:end])
    signed = segments[place] != "unsafe"
    return Picture(image, None, rendition, signed=signed) if known else None


def _opens_thumbor(segment):
    return segment == "unsafe" or _THUMBOR_KEY.fullmatch(segment) is not None


def _akamai(link, _account):
    fields = link.fields
    asked = fields.get("imwidth", "").isdecimal() or bool(fields.get("impolicy"))
    if not asked and not _AKAMAI_OPERATION.match(fields.get("im", "")):
        return None
    return Picture(link.page(*_AKAMAI_KEYS), None, link.rendition(*_AKAMAI_KEYS))


def _fastly(link, _account):
    """Claim only a query that is Fastly's in full and has something of its own in it."""
    fields = link.fields
    sized = "width" in fields or "height" in fields
    if not sized or not fields.keys() <= _FASTLY_KEYS or not stem_and_extension(link.path)[1]:
        return None
    telling = _FASTLY_RATIO.fullmatch(fields.get("crop", "")) or _FASTLY_AUTO.fullmatch(
        fields.get("auto", "")
    )
    return Picture(link.host + decode(link.path), None, link.query) if telling else None


_ROWS = (
    ("nextjs", _asked_by_query("/_next/image")),
    ("vercel", _asked_by_query("/_vercel/image")),
    ("netlify", _asked_by_query("/.netlify/images")),
    ("cloudflare-resize", _cloudflare_resize),
    ("cloudflare-images", _cloudflare_images),
    ("nuxt-ipx", _nuxt_ipx),
    ("uploadcare", _uploadcare),
    ("imagekit", _imagekit),
    ("imgix", _imgix),
    ("shopify", _shopify),
    ("thumbor", _thumbor),
    ("akamai-iivm", _akamai),
    ("fastly-io", _fastly),
)
GRAMMARS = tuple(Grammar(name, None, read) for name, read in _ROWS)
