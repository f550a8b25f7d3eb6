"""What if pictures came by another way, or under other names?"""

import hmac
import re
from collections.abc import Iterable
from hashlib import sha256
from urllib.parse import quote

import pandas as pd

from hartools.errors import UnknownChoiceError
from hartools.inference.whatif.draft import Draft
from hartools.inference.whatif.rerouting import reroute
from hartools.payloads.assets import asset_table

__all__ = ["RESOLVERS", "name_of", "picture_entries", "proxied_images", "rename_asset", "rename_in_address", "renamed_images", "renaming", "token"]

RESOLVERS = ("site", "image host")
# The shape of Nuxt's image proxy (/_ipx/MODIFIERS/ADDRESS), which our grammars read.
PROXY_PATH = "/_ipx/_/"
# A name shorter than this could be a word; it is changed in the picture's own address alone.
SHORTEST_NAME = 8
NAME = re.compile(r"[\w-]{8,}")
LAST_PART = re.compile(r"^(.*/)?([^/?#]+?)(\.(?:jpe?g|png|webp|avif|gif|svg))?(\?[^#]*)?$", re.IGNORECASE | re.DOTALL)


def picture_entries(draft: Draft, hosts: Iterable[str] | None = None) -> pd.DataFrame:
    """List the pictures that third parties are asked for.

    Without named hosts those count whose addresses follow a provider's grammar: a pixel that ends in
    .gif is no picture to be passed on.

    Returns
    -------
    pandas.DataFrame
        As `asset_table`, with host, site and page (the document it was asked for), by entry id.
    """
    entries = draft.entries
    table = asset_table(entries.reset_index(drop=True)).set_index("entry_id", drop=False).rename_axis(None)
    table = table.join(entries[["host", "site", "party", "outcome"]])
    wanted = table.host.isin(list(hosts)) if hosts is not None else (table.party == "third") & (table.normalised_by == "grammar")
    found = table[wanted.fillna(False).to_numpy(dtype=bool)]
    return found.assign(page=draft.page_of.reindex(found.index))


def proxied_images(draft: Draft, *, host: str | None = None, hosts: Iterable[str] | None = None) -> None:
    """Let the site fetch the pictures: the browser asks a first-party host, and no other."""
    pictures = picture_entries(draft, hosts)
    found = {asked: host or draft.site_host(int(rows.index[0])) for asked, rows in pictures.groupby("host", sort=True)}
    if found:
        origins = re.compile(r"https?:(?:\\?/){2}(" + "|".join(map(re.escape, found)) + r")(?=[/\\])")
        draft.rewrite(lambda text: origins.sub(lambda seen: _passed(seen[0], found[seen[1]]), text) if "http" in text else text, without=draft.entries.index[draft.entries.host.isin(list(found))])
    for entry_id, url in zip(pictures.index.tolist(), draft.entries.url.reindex(pictures.index).tolist(), strict=True):
        reroute(draft, entry_id, f"https://{host or draft.site_host(entry_id)}{PROXY_PATH}{url}")


def _passed(address: str, host: str) -> str:
    slashes = address.partition(":")[2][: 4 if "\\" in address else 2]
    return f"https:{slashes}{host}{PROXY_PATH if len(slashes) == 2 else PROXY_PATH.replace('/', chr(92) + '/')}{address}"


def renamed_images(draft: Draft, *, resolved_by: str = RESOLVERS[0], seed: int = 0, hosts: Iterable[str] | None = None) -> None:
    """Give each picture a name that is another in every session."""
    if resolved_by not in RESOLVERS:
        raise UnknownChoiceError(f"resolved_by={resolved_by!r}: who undoes the names is {' or '.join(map(repr, RESOLVERS))}")
    pictures = picture_entries(draft, hosts)
    new = renaming(draft.capture.source.sha256, seed)
    names = {name: new(name) for name in map(name_of, pictures.asset_id.unique())}
    long = {name: named for name, named in names.items() if len(name) >= SHORTEST_NAME}
    draft.rewrite(lambda text: NAME.sub(lambda seen: long.get(seen[0], seen[0]), text))
    for entry_id, asset in zip(pictures.index.tolist(), pictures.asset_id.tolist(), strict=True):
        if len(name_of(asset)) < SHORTEST_NAME or not NAME.fullmatch(name_of(asset)):
            rename_in_address(draft, entry_id, name_of(asset), names[name_of(asset)])


def rename_in_address(draft: Draft, entry_id: int, name: str, new: str) -> None:
    """Change the last part of a picture's address that is its name, and the header that repeats the path."""
    request = draft.edit(entry_id)["request"]
    url = str(request.get("url"))
    written = next((form for form in (name, quote(name, safe=""), quote(name)) if form in url), None)
    if written is not None:
        request["url"] = new.join(url.rsplit(written, 1))
        for each in request.get("headers") or ():
            if isinstance(each, dict) and str(each.get("name")).lower() == ":path":
                each["value"] = new.join(str(each.get("value")).rsplit(written, 1))


def renaming(session: str, seed: int):
    """Return the function that names a picture anew in one session: a keyed hash, so that nobody without the key can undo it."""
    return lambda name: token(seed, session, name)


def rename_asset(asset: str, new: str) -> str:
    """Put a new name into an asset id; folders and the extension stay.

    Examples
    --------
    >>> rename_asset("team/dr12", "x1"), rename_asset("img.example/dr12.jpg", "x1")
    ('team/x1', 'img.example/x1.jpg')
    """
    found = LAST_PART.match(asset)
    return f"{found[1] or ''}{new}{found[3] or ''}{found[4] or ''}" if found else new


def token(seed: int, *parts: str) -> str:
    """Return twenty characters that look like a name and depend on a key and on what is named.

    Examples
    --------
    >>> token(0, "a") == token(0, "a"), token(0, "a") == token(1, "a"), len(token(0, "a"))
    (True, False, 20)
    """
    return hmac.new(str(seed).encode(), "\0".join(parts).encode("utf-8", "surrogatepass"), sha256).hexdigest()[:20]


def name_of(asset: str) -> str:
    """Return the part of an asset id that names the picture: the last, without its extension.

    Examples
    --------
    >>> name_of("team/dr12"), name_of("img.example/dr12.jpg")
    ('dr12', 'dr12')
    """
    found = LAST_PART.match(asset)
    return found[2] if found else asset
