"""Read the picture URLs of services that are known by their host name.

To add one: write a function `(link, account) -> Picture | Source | None` and a
row in `GRAMMARS`. A group called `account` in the host pattern is handed on.

Sources: the URL builders of the services' published kits (imgix js-core 3.8,
ImageKit javascript, Sanity image-url, Gravatar) and of unpic 4.2; Google,
Facebook, LinkedIn, Twitter, Sirv and Wikimedia by general knowledge.
"""

import re

from hartools.payloads.assets.links import IMAGE_EXTENSIONS, Grammar, Picture, decode

__all__ = ["GRAMMARS"]

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_GROUP_ITEM = re.compile(rf"({_UUID}(?:~\d+(?:/nth/\d+)?)?)(?:/(.*))?", re.DOTALL)
_SANITY_FILE = re.compile(r"([0-9A-Za-z]{24,40})-\d+x\d+(?:\.\w+)?")
_SHOPIFY_SIZE = re.compile(
    r"_(?:\d{1,5}x\d{0,5}|x\d{1,5}|pico|icon|thumb|small|compact|medium|large|grande|original|"
    r"master)(?:_crop_[a-z]{1,8})?(?:@[23]x)?(?:\.progressive|\.pjpg)?$"
)
_GOOGLE_SIZE = re.compile(r"[swh]\d{1,5}(?:-[a-z]{1,4}\d{0,5}){0,8}")
_FACEBOOK_FILE = re.compile(r"(\d+(?:_\d+){1,3})_([a-z])\.\w+")
_FACEBOOK_SIZE = re.compile(r"[spc]\d[\dx.]*a?")
_TWITTER_SIZE = re.compile(r"_(normal|bigger|mini|reasonably_small|x96|\d{2,4}x\d{2,4})$")
_AVATAR_HASH = re.compile(r"([0-9a-f]{32}|[0-9a-f]{64})(?:\.\w{3,4})?")


def stem_and_extension(name):
    """Split a file name at its picture extension; None where it has none."""
    stem, _, extension = name.rpartition(".")
    return (stem, extension) if stem and extension.lower() in IMAGE_EXTENSIONS else (name, None)


def imgix(link, account):
    """Take the path, or `fetch:` and the remote address of a web-proxy source."""
    path = decode(link.path.lstrip("/"))
    if not path:
        return None
    remote = path[:8].lower().startswith(("http://", "https://"))
    rendition = link.query_without("s", "ixlib", "ixid", "expires")
    return Picture(
        f"fetch:{path}" if remote else path, account, rendition, signed="s" in link.fields
    )


def imagekit(link, account=None):
    """Take the path without the `tr:` segment; the first segment is the account."""
    account, segments = decode(link.segments[0]), link.segments[1:]
    return imagekit_path(link, account, segments)


def imagekit_path(link, account, segments):
    """Read what follows the account."""
    fields = link.fields
    steps = [s for s in segments if decode(s).startswith("tr:")][:1]
    kept = list(segments)
    for step in steps:
        kept.remove(step)
    path = decode("/".join(kept))
    if not path.strip("/"):
        return None
    rendition = [decode(step)[3:] for step in steps] + [v for k, v in fields.items() if k == "tr"]
    version = fields.get("updatedAt") or fields.get("v")
    return Picture(path, account, ":".join(rendition), version or None, "ik-s" in fields)


def cloudflare_images(link, _account=None):
    """Take the id, which may hold slashes, between account hash and variant."""
    return cloudflare_delivery(link, link.segments)


def cloudflare_delivery(link, segments):
    """Read account hash, id and variant from these segments."""
    account, *middle = [decode(s) for s in segments]
    if len(middle) < 2 or not account or not middle[0]:
        return None
    return Picture("/".join(middle[:-1]), account, middle[-1], signed="sig" in link.fields)


def uploadcare(link, _account=None):
    """Take the uuid; in a group of files, also which one."""
    match = _GROUP_ITEM.fullmatch(link.path.lstrip("/"))
    if match is None:
        return None
    operations, _, _file_name = (match[2] or "").rpartition("/")
    return Picture(match[1], None, decode(operations.removeprefix("-/")))


def contentful(link, _account=None):
    """Take space and asset; the token changes with every upload."""
    if len(link.segments) < 3 or not link.segments[1]:
        return None
    space, asset, token = (decode(s) for s in link.segments[:3])
    return Picture(f"{space}/{asset}", space, link.query, token or None)


def sanity(link, _account=None):
    """Take the hash of the content, in whichever project or data set it lies."""
    segments = link.segments
    match = _SANITY_FILE.fullmatch(segments[3]) if len(segments) > 3 else None
    if match is None or segments[0] != "images":
        return None
    return Picture(match[1], decode(segments[1]), link.query)


def shopify(link, _account=None):
    """Take the path without the size that the file name ends in."""
    segments = link.segments
    if segments[:2] != ["s", "files"] or len(segments) < 4:
        return None
    return shopify_file(link, "/".join(segments), account=decode("/".join(segments[3:6])))


def shopify_file(link, path, *, account=None):
    """Strip the size suffix from this path."""
    stem, extension = stem_and_extension(decode(path))
    if extension is None:
        return None
    size = _SHOPIFY_SIZE.search(stem[-60:])
    suffix = size[0] if size else ""
    asset_id = f"{stem.removesuffix(suffix)}.{extension}"
    rendition = "&".join(filter(None, (suffix.lstrip("_"), link.query_without("v"))))
    return Picture(asset_id, account, rendition, link.fields.get("v") or None)


def google(link, _account=None):
    """Take what stands before the equals sign; older addresses carry the size as a folder."""
    path, _, options = decode(link.path.lstrip("/")).partition("=")
    segments = path.split("/")
    if len(segments) > 2 and _GOOGLE_SIZE.fullmatch(segments[-2]):
        options = options or segments[-2]
        del segments[-2]
    return Picture("/".join(segments), None, options or link.rendition()) if path else None


def gravatar(link, _account=None):
    """Take the hash of an e-mail address: personal data of the person shown."""
    if len(link.segments) < 2 or link.segments[0] != "avatar":
        return None
    match = _AVATAR_HASH.fullmatch(link.segments[1].lower())
    return Picture(match[1], None, link.query) if match else None


def storyblok(link, _account=None):
    """Take the `f/...` path; what stands before it or after `/m/` is the rendition."""
    segments = [decode(s) for s in link.segments]
    start = next((i for i, s in enumerate(segments[:-2]) if s == "f"), None)
    if start is None or not segments[start + 1].isdecimal():
        return None
    end = segments.index("m", start + 3) if "m" in segments[start + 3 :] else len(segments)
    rendition = "/".join(segments[:start] + segments[end + 1 :])
    return Picture("/".join(segments[start:end]), segments[start + 1], rendition)


def wikimedia(link, _account=None):
    """Take the path of the original, without `thumb` and the file made from it."""
    segments = [decode(s) for s in link.segments]
    if len(segments) < 4:
        return None
    if "thumb" not in segments[1:3]:
        return Picture("/".join(segments), segments[1])
    place = segments.index("thumb", 1)
    original = segments[:place] + segments[place + 1 : -1]
    rendition = segments[-1].partition(f"-{segments[-2]}")[0]  # a drawing becomes 20px-a.svg.png
    return Picture("/".join(original), segments[1], rendition) if len(segments) > 5 else None


def sirv(link, account):
    """Take the path."""
    path = decode(link.path.lstrip("/"))
    return Picture(path, account, link.query) if path else None


def photon(link, _account=None):
    """Take host and path of the picture that is passed on."""
    host, slash, path = link.path.lstrip("/").partition("/")
    if not slash or "." not in host or not path:
        return None
    return Picture(f"fetch:{decode(host).lower()}/{decode(path)}", None, link.query)


def weserv(link, _account=None):
    """Take the `url` field, without its scheme."""
    target = re.sub(r"^(?:ssl:|https?:/{0,2}|//)", "", link.fields.get("url", ""), flags=re.I)
    host, _, path = target.partition("/")
    if not host or not path:
        return None
    return Picture(f"fetch:{host.lower()}/{path}", None, link.query_without("url"))


def facebook(link, _account=None):
    """Take the numbers of the file name; its last letter and the query are the size."""
    *folders, name = (decode(s) for s in link.segments)
    match = _FACEBOOK_FILE.fullmatch(name)
    if match is None:
        return None
    sizes = [s for s in folders if _FACEBOOK_SIZE.fullmatch(s)]
    rendition = "/".join([*sizes, match[2], link.fields.get("stp", "")]).rstrip("/")
    return Picture(match[1], None, rendition, signed="oh" in link.fields)


def linkedin(link, _account=None):
    """Take the media id; the time of upload is the version."""
    segments = [decode(s) for s in link.segments]
    if segments[:2] != ["dms", "image"]:
        return None
    rest = segments[3:] if segments[2:3] == ["v2"] else segments[2:]
    if len(rest) < 2 or not rest[0]:
        return None
    version = rest[-1] if len(rest[-1]) > 9 and rest[-1].isdecimal() else None
    return Picture(rest[0], None, rest[1], version, "t" in link.fields)


def twitter(link, _account=None):
    """Take kind and id, without the size after an underscore, a colon or in the query."""
    path, _, colon_size = decode(link.path.lstrip("/")).partition(":")
    kind, *rest = path.split("/")
    if kind == "profile_banners" and len(rest) > 1:
        return Picture("/".join((kind, *rest[:2])), None, "/".join(rest[2:]))
    if kind not in ("profile_images", "media") or not rest or not rest[-1]:
        return None
    stem, _extension = stem_and_extension("/".join(rest))
    size = _TWITTER_SIZE.search(stem[-40:]) if kind == "profile_images" else None
    suffix = size[0] if size else ""
    rendition = suffix.lstrip("_") or colon_size or link.query
    return Picture(f"{kind}/{stem.removesuffix(suffix)}", None, rendition)


_ROWS = (
    ("imgix", r"(?P<account>[\w-]+)\.imgix\.net", imgix),
    ("imagekit", r"ik\.imagekit\.io", imagekit),
    ("cloudflare-images", r"imagedelivery\.net", cloudflare_images),
    ("uploadcare", r"(?:[\w-]+\.)?(?:ucarecdn\.com|ucarecd\.net)", uploadcare),
    ("contentful", r"images\.(?:[a-z]{2}\.)?ctfassets\.net|images\.contentful\.com", contentful),
    ("sanity", r"cdn\.sanity\.io", sanity),
    ("shopify", r"cdn\.shopify\.com", shopify),
    ("google-lh3", r"lh[3-6]\.(?:googleusercontent|ggpht)\.com", google),
    ("gravatar", r"(?:(?:www|secure|s|\d|[a-z]{2})\.)?gravatar\.com", gravatar),
    ("storyblok", r"(?:a|img2|a-[a-z]{2})\.storyblok\.com", storyblok),
    ("wikimedia", r"(?:upload|thumb)\.wikimedia\.org", wikimedia),
    ("sirv", r"(?P<account>[\w-]+)\.sirv\.com", sirv),
    ("photon", r"i[0-3]\.wp\.com", photon),
    ("weserv", r"images\.weserv\.nl|wsrv\.nl", weserv),
    ("facebook", r"scontent[\w.-]*\.(?:fbcdn\.net|cdninstagram\.com)", facebook),
    ("linkedin", r"media(?:-exp\d)?\.licdn\.com", linkedin),
    ("twitter", r"pbs\.twimg\.com", twitter),
)
GRAMMARS = tuple(Grammar(name, re.compile(hosts), read) for name, hosts, read in _ROWS)
