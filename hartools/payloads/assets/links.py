"""Take a URL apart without ever raising, and hold what a grammar found in it."""

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

__all__ = ["IMAGE_EXTENSIONS", "Grammar", "Link", "Picture", "Source", "decode", "split_link"]

IMAGE_EXTENSIONS = frozenset(
    "jpg jpeg jpe jfif png webp avif gif svg bmp tif tiff ico heic heif jxl jp2".split()
)

# A host name cannot be longer than this; what is longer is not a host.
_LONGEST_HOST = 255

# Query keys that ask for a size, a crop, a format or a version.
_RENDITION_KEYS = frozenset(
    "w h width height q quality fit crop auto fm f format dpr s size sz d v ver resize ssl".split()
)

# Query keys of signed storage URLs; they differ at every visit.
_SIGNING_KEYS = frozenset(
    "signature expires policy key-pair-id awsaccesskeyid googleaccessid oss-access-key-id".split()
)

# Only meaningful beside `sig`: on their own these are ordinary short names.
_SAS_KEYS = frozenset("sig se st sp sv sr spr ske sks skt skv skoid sktid".split())


class Picture(NamedTuple):
    """What one grammar read in a URL; the provider is added by the table of grammars."""

    asset_id: str
    account: str | None = None
    rendition: str = ""
    version: str | None = None
    signed: bool = False
    guessed: bool = False


class Source(NamedTuple):
    """The URL of the picture that a resizing address wraps."""

    url: str
    rendition: str = ""
    signed: bool = False


class Grammar(NamedTuple):
    """One provider: the hosts it answers on (None: any) and how it reads a link.

    `read` takes a `Link` and the account found in the host name. It returns a
    `Picture`, a `Source`, or None when the link is not written in its grammar.
    """

    provider: str
    hosts: re.Pattern | None
    read: Callable


class Link(NamedTuple):
    """A web URL in parts; path, segments and query are as sent, not yet decoded."""

    name: str
    host: str
    path: str
    query: str

    @property
    def segments(self):
        """Cut the path at its slashes, without the empty piece before the first."""
        return self.path.lstrip("/").split("/")

    @property
    def fields(self):
        """Read the query as a dict of decoded values; the first of a repeated key counts."""
        found = {}
        for piece in self.query.split("&"):
            key, _, value = piece.replace("+", " ").partition("=")
            found.setdefault(decode(key), decode(value))
        return found

    def query_without(self, *keys):
        """Give the query as sent, without the pieces that carry these keys."""
        return "&".join(p for p in self.query.split("&") if p and _key(p) not in keys)

    @property
    def signing_keys(self):
        """Find the query keys, in lower case, that belong to a signature."""
        keys = {_key(piece) for piece in self.query.split("&") if piece}
        found = {k for k in keys if k in _SIGNING_KEYS or k.startswith(("x-amz-", "x-goog-"))}
        return found | (keys & _SAS_KEYS if "sig" in keys else set())

    def page(self, *drop, path=None):
        """Join host, path and what remains of the query: an id on a host of its own."""
        noise = _RENDITION_KEYS | self.signing_keys | set(drop)
        kept = sorted(p for p in self.query.split("&") if p and _key(p) not in noise)
        where = self.host + decode(self.path if path is None else path)
        return where + ("?" + "&".join(kept) if kept else "")

    def rendition(self, *extra):
        """Give the pieces of the query that ask for a size, a crop or a format."""
        keys = _RENDITION_KEYS.union(extra) - {"v", "ver"}
        return "&".join(p for p in self.query.split("&") if _key(p) in keys)


def decode(text):
    """Undo percent encoding; text that is not UTF-8 underneath stays as it stands.

    Replacing the broken bytes would make one text of two different ones.
    """
    if "%" not in text:
        return text
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def split_link(url):
    """Return the parts of a web URL, or None where it is not one."""
    # A lone surrogate can stand in JSON text but in no Arrow column.
    url = url.encode("utf-8", "backslashreplace").decode("utf-8")
    try:
        parts = urlsplit(url)
    except ValueError:  # unbalanced brackets, or a host that changes under Unicode normalisation
        return None
    if parts.scheme not in ("http", "https", "") or not parts.netloc:
        return None
    host = parts.netloc.rpartition("@")[2].lower()
    if not host or len(host) > _LONGEST_HOST:
        return None
    host = host.removesuffix(":443" if parts.scheme == "https" else ":80")
    name, colon, port = host.partition(":") if not host.startswith("[") else (host, "", "")
    name = name.rstrip(".")
    return Link(name, name + colon + port, parts.path, parts.query) if name else None


def _key(piece):
    return decode(piece.partition("=")[0]).lower()
