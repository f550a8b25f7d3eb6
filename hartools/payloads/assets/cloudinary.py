"""Read Cloudinary's delivery URLs: one public id, whatever was done to the picture.

The grammar, after the URL builder and the tests of Cloudinary's published
JavaScript kit (cloudinary-core 2.14.1)::

    [cloud/] kind/ [s--signature--/] [transformation/]... [v<digits>/] public_id[.format]

    kind   resource/type (image/upload, image/fetch, video/upload, ...)
           images, private_images, authenticated_images, videos, files: public_id/words.format
           iu: short for image/upload;  nothing: image/upload at the root
    cloud  in the path on the shared hosts, in the host name on private ones,
           nowhere on a site's own name
"""

import re
from typing import NamedTuple

from hartools.payloads.assets.links import IMAGE_EXTENSIONS, Grammar, Picture, decode

__all__ = ["GRAMMARS"]

_RESOURCES = ("image", "video", "raw")
_TYPES = frozenset(
    "upload private authenticated fetch facebook twitter twitter_name gravatar youtube vimeo "
    "hulu animoto worldstarhiphop dailymotion sprite multi text url2png".split()
)
# These three store the same pictures under different access rules: one id for all.
_STORED = frozenset({"upload", "private", "authenticated"})

# What a picture may be delivered as; anything else after a dot belongs to the id.
_FORMATS = IMAGE_EXTENSIONS | frozenset("pdf psd eps wdp jxr hdp mp4 webm".split())


class _Kind(NamedTuple):
    resource: str
    type: str
    has_words: bool
    length: int


_SHORT_KINDS = {
    "iu": _Kind("image", "upload", False, 1),
    "images": _Kind("image", "upload", True, 1),
    "private_images": _Kind("image", "private", True, 1),
    "authenticated_images": _Kind("image", "authenticated", True, 1),
    "videos": _Kind("video", "upload", True, 1),
    "files": _Kind("raw", "upload", True, 1),
}
_ROOT = _Kind("image", "upload", False, 0)

# Values are checked because folders may be named like a transformation (w_folder/x).
_NUMBER = (
    r"(?:-?\d+(?:\.\d+)?(?:px|p)?|\.\d+|auto|iw|ih|tw|th|ar|cp|fc|\$.*)"
    r"(?:(?:_(?:mul|div|add|sub|mod|pow)_|:).*)?"
)
_COLOUR = (
    r"(?:rgb:.*|auto(?::.*)?|gen_fill.*|blurred.*|transparent|white|black|red|green|blue|gr[ae]y|"
    r"yellow|orange|pink|purple|brown|silver|\$.*)"
)
_GRAVITY = (
    r"(?:north|south)(?:_east|_west)?|east|west|center|xy_center|(?:adv_)?(?:faces?|eyes)|body|"
    r"auto|custom|ocr_text|liquid|none|track_person"
)
_FLAGS = (
    r"any_format|animated|attachment|apng|awebp|clip|clip_evenodd|cutter|draco|"
    r"force_icc|force_strip|getinfo|group4|hlsv3|ignore_aspect_ratio|ignore_mask_channels|"
    r"immutable_cache|keep_.*|layer_apply|lossy|mono|no_overflow|no_stream|original|png8|png24|"
    r"png32|preserve_transparency|progressive|rasterize|region_relative|relative|replace_image|"
    r"sanitize|splice|streaming_attachment|strip_profile|text_.*|tiff8_lzw|tiled|truncate_ts|"
    r"waveform"
)
_EFFECTS = (
    r"accelerate|adv_redeye|anti-removal|art|assist_colorblind|auto_.*|background_removal|"
    r"bgremoval|blackwhite|blue|blur|blur_faces|blur_region|boomerang|brightness|brightness_hsb|"
    r"camera|cartoonify|colorize|contrast|cut_out|deshake|dis?place|distort|dither|dropshadow|"
    r"enhance|extract|fade|fill_light|gamma|gen_.*|gradient_fade|grayscale|green|hue|improve|"
    r"light|loop|make_transparent|mask|morphology|multiply|negate|noise|oil_paint|"
    r"opacity_threshold|ordered_dither|outline|overlay|pixelate|pixelate_faces|pixelate_region|"
    r"preview|progressbar|recolor|red|redeye|replace_color|reverse|saturation|screen|sepia|"
    r"shadow|sharpen|shear|simulate_colorblind|style_transfer|swap_image|theme|tint|transition|"
    r"trim|unsharp_mask|upscale|vectorize|vibrance|viesus_correct|vignette|volume|waveform|zoompan"
)
_CROPS = (
    r"fill|fit|crop|scale|thumb|pad|limit|lfill|mfit|lpad|mpad|fill_pad|auto|auto_pad|"
    r"imagga_crop|imagga_scale"
)
_FORMAT_VALUES = r"(?:auto|" + "|".join(sorted(_FORMATS)) + r")(?::.*)?"

_VALUES = {
    **dict.fromkeys("w h x y z o ar dpr so eo du dl dn ki vs".split(), _NUMBER),
    **dict.fromkeys(("b", "co"), _COLOUR),
    "r": rf"max(?::.*)?|{_NUMBER}",
    "q": rf"jpegmini(?::.*)?|{_NUMBER}",
    "a": rf"(?:auto_right|auto_left|ignore|exif|vflip|hflip|{_NUMBER})(?:\..*)?",
    "ac": r"none|aac|vorbis|mp3|opus",
    "af": r"\d+|iaf",
    "bo": r"\d+px_.*",
    "br": r"\d+(?:\.\d+)?[km]?(?::.*)?",
    "c": _CROPS,
    "cs": r"tinysrgb.*|srgb.*|no_cmyk|keep_cmyk|cmyk|copy|icc:.*",
    "d": r".*\.(?:" + "|".join(sorted(_FORMATS)) + ")",
    "e": rf"(?:{_EFFECTS})(?::.*)?",
    "f": _FORMAT_VALUES,
    "fps": r"\d+(?:\.\d+)?(?:-\d*)?",
    "fl": rf"(?:{_FLAGS})(?:[.:].*)?",
    "fn": r"(?:pre:)?(?:remote|wasm):.*",
    "g": rf"(?:{_GRAVITY})(?::.*)?",
    "if": r"end|else|.*_(?:eq|ne|lt|gt|lte|gte|in|nin)_.*",
    "l": r".*:.*",
    "u": r".*:.*",
    "p": r".*:.*",
    "pg": r"\d[\d.;-]*|name:.*|embedded:.*",
    "sp": r"auto.*|full_hd.*|hd.*|sd|4k.*",
    "t": r".+",
    "vc": r"(?:auto|none|h26[45]|vp[89]|prores|av1)(?::.*)?",
}
_VALUES = {key: re.compile(value, re.DOTALL) for key, value in _VALUES.items()}
_VARIABLE = re.compile(r"\$[A-Za-z][A-Za-z0-9]*")
_SIGNATURE = re.compile(r"s--(?:[\w-]{8}|[\w-]{32})--", re.ASCII)
_VERSION = re.compile(r"v[0-9]{1,20}")
_SURE_VERSION = re.compile(r"v(?:1|[0-9]{9,20})")


def _is_component(text, *, checked):
    key, underscore, value = text.partition("_")
    if not underscore or not value:
        return False
    if _VARIABLE.fullmatch(key):
        return True
    pattern = _VALUES.get(key)
    return pattern is not None and (not checked or pattern.fullmatch(value) is not None)


def _is_transformation(segment, *, layered, loose=False):
    """Tell a transformation from a folder; `layered` says that overlays occur in the path."""
    parts = decode(segment).split(",")
    if not all(_is_component(part, checked=False) for part in parts):
        return False
    if loose or (layered and parts[0][:2] in ("l_", "u_")):
        return True
    return any(_is_component(part, checked=True) for part in parts)


def _kind_of(segments):
    """Return what the path says about resource and type, or None."""
    if segments[0] in _SHORT_KINDS:
        return _SHORT_KINDS[segments[0]]
    if len(segments) > 1 and segments[0] in _RESOURCES and segments[1] in _TYPES:
        return _Kind(segments[0], segments[1], False, 2)
    return None


class _Parts(NamedTuple):
    signed: bool
    transformations: list
    version: str | None
    public_id: list


def _cut(segments):
    """Cut what follows the kind into signature, transformations, version and public id."""
    signed = len(segments) > 1 and _SIGNATURE.fullmatch(segments[0]) is not None
    rest = segments[1:] if signed else segments
    last = len(rest) - 1
    layered = any("fl_layer_apply" in segment for segment in rest)
    end = 0
    while end < last and _is_transformation(rest[end], layered=layered):
        end += 1
    # Before a version only transformations can stand, so there doubtful ones count too;
    # but then "v2" may be the name of a folder.
    mark = end
    while mark < last and _is_transformation(rest[mark], layered=layered, loose=True):
        mark += 1
    version = _VERSION if mark == end else _SURE_VERSION
    if mark < last and version.fullmatch(rest[mark]):
        # "v1" is what the kits write when an id has folders; it tells no version.
        version = rest[mark][1:] if rest[mark] != "v1" else None
        return _Parts(signed, rest[:mark], version, rest[mark + 1 :])
    return _Parts(signed, rest[:end], None, rest[end:])


def _split_format(name):
    stem, _, extension = name.rpartition(".")
    if stem and not stem.endswith("/") and extension.lower() in _FORMATS:
        return stem, extension.lower()
    return name, ""


def _public_id(kind, segments, query):
    """Name the picture; what is not an uploaded image says of which kind it is."""
    name = decode("/".join(segments))
    if kind.type == "fetch":
        # A remote address may carry a query of its own, written out or encoded.
        return f"fetch:{name}" + (f"?{query}" if query else "")
    stem, extension = _split_format(name)
    if kind.has_words and len(segments) > 1:
        stem = decode("/".join(segments[:-1]))
    if kind.resource != "image":
        # A video or a plain file is a picture only when it is delivered as one.
        whole = name if kind.resource == "raw" else stem
        return f"{kind.resource}:{whole}" if extension in IMAGE_EXTENSIONS else None
    return stem if kind.type in _STORED else f"{kind.type}:{stem}"


def _picture(link, kind, parts, account, *, guessed=False):
    public_id = _public_id(kind, parts.public_id, link.query_without("_a"))
    if not public_id or public_id.endswith(":"):
        return None
    rendition = "/".join(decode(segment) for segment in parts.transformations)
    return Picture(public_id, account, rendition, parts.version, parts.signed, guessed)


def _shared_host(link, _account):
    account, *segments = link.segments
    return _known_host(link, segments, decode(account)) if segments else None


def _private_host(link, account):
    return _known_host(link, link.segments, account)


def _known_host(link, segments, account):
    kind = _kind_of(segments)
    if kind is None and segments[0] in _RESOURCES and len(segments) > 1:
        return None  # image/list/... and the like: data about pictures
    kind = kind or _ROOT
    if len(segments) <= kind.length:
        return None
    return _picture(link, kind, _cut(segments[kind.length :]), account)


def _own_name(link, _account):
    """Read the grammar on a host that does not give Cloudinary away."""
    segments = link.segments
    account, kind = None, _kind_of(segments)
    if kind is None and len(segments) > 2:
        account, segments = decode(segments[0]), segments[1:]
        kind = _kind_of(segments)
        if kind is None or kind.length < 2:
            return None
    if kind is None or len(segments) <= kind.length:
        return None
    parts = _cut(segments[kind.length :])
    marked = bool(parts.signed or parts.transformations)
    if not marked and (kind.length < 2 or kind.type not in ("upload", "fetch")):
        return None  # /images/a/b.jpg and the like are anybody's folders
    if kind.type == "fetch" and "://" not in decode("/".join(parts.public_id)):
        return None
    return _picture(link, kind, parts, account, guessed=not (marked or parts.version))


GRAMMARS = (
    Grammar(
        "cloudinary",
        re.compile(
            r"(?:res(?:-\d)?|a\d\.res)\.cloudinary\.com"
            r"|cloudinary-a\.akamaihd\.net|d3jpl91pxevbkh\.cloudfront\.net"
        ),
        _shared_host,
    ),
    Grammar(
        "cloudinary",
        re.compile(r"(?P<account>[\w-]+?)-res(?:-\d)?\.cloudinary\.com"),
        _private_host,
    ),
    Grammar("cloudinary", None, _own_name),
)
