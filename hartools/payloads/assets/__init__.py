"""Which picture is this? One id for all sizes, crops and formats of a picture.

An image host sees which pictures a page asked it for. The same photo comes in
many renditions; what tells photos apart is the id inside the address. Each
provider writes it its own way: `cloudinary`, `hosted` (known by host name) and
`anywhere` (known by the shape of the address, on a site's own name) hold one
row per provider, `fallback` guesses for the rest.
"""

from typing import NamedTuple

import pandas as pd

from hartools.columns import DTYPES
from hartools.payloads.assets import anywhere, cloudinary, fallback, hosted
from hartools.payloads.assets.links import Picture, Source, split_link

__all__ = ["Asset", "asset_id", "asset_of", "asset_table"]

# Host-specific rows first; a shape seen on any host counts only where no host is known.
_ROWS = (*cloudinary.GRAMMARS[:2], *hosted.GRAMMARS, *anywhere.GRAMMARS, *cloudinary.GRAMMARS[2:])

# A resizing address may wrap another; nobody wraps on purpose more often than this.
_DEEPEST_WRAP = 3


class Asset(NamedTuple):
    """One picture as asked for.

    Attributes
    ----------
    asset_id : str
        The same for every rendition of the picture. Unique within `provider`
        and `account`, or within the host asked where no account is known: two
        accounts may use one id for different pictures.
    provider : str
        Whose grammar the address follows; `generic` for the guess.
    account : str or None
        Cloud name, space or project, where the address says it.
    rendition : str
        What was asked to be done to the picture; empty for the original.
    version : str or None
        Upload time or revision, where the address says it.
    signed : bool
        Whether a signature is part of the address. It protects the address;
        it says nothing about who looks at the picture.
    normalised_by : str
        `grammar`, or `heuristic` where the id rests on a guess.
    """

    asset_id: str
    provider: str
    account: str | None
    rendition: str
    version: str | None
    signed: bool
    normalised_by: str


def asset_of(url: str) -> Asset | None:
    """Name the picture that a URL asks for.

    Parameters
    ----------
    url : str
        Any text; what is not a web URL gives None.

    Returns
    -------
    Asset or None
        None when the URL follows no known grammar and its path does not end
        in jpg, jpeg, png, webp, avif, gif or svg. Pixels that only report that
        an e-mail was opened are no pictures either, so they give None; a
        tracking pixel called `.gif` cannot be told from a picture.

    Notes
    -----
    The grammars follow the URL builders of the providers' published kits; each
    module names its own. A wrapper (Next.js, Vercel, Netlify, Nuxt IPX,
    Cloudflare resizing) gives the id of the picture it wraps, so that the
    original and its resized copies agree; who saw the request is then the
    site that wraps, not the host of the original.

    Examples
    --------
    >>> small = asset_of("https://res.cloudinary.com/demo/image/upload/w_90,h_90/dr12.jpg")
    >>> large = asset_of("https://res-2.cloudinary.com/demo/image/upload/v1616000000/dr12.webp")
    >>> small.asset_id, small.account, small.rendition
    ('dr12', 'demo', 'w_90,h_90')
    >>> small.asset_id == large.asset_id
    True
    """
    return _resolve(url, wraps_left=_DEEPEST_WRAP)


def asset_id(url: str) -> str | None:
    """Return the id alone of the picture that a URL asks for; see `asset_of`.

    Examples
    --------
    >>> asset_id("https://res.cloudinary.com/demo/image/upload/w_160/fsglm3zktrh1yceabyfw.jpg")
    'fsglm3zktrh1yceabyfw'
    """
    found = asset_of(url)
    return None if found is None else found.asset_id


def asset_table(entries: pd.DataFrame) -> pd.DataFrame:
    """List the pictures among the entries of a capture.

    Parameters
    ----------
    entries : pandas.DataFrame
        Needs the columns `entry_id`, `started` and `url`; others are ignored.
        It is not changed.

    Returns
    -------
    pandas.DataFrame
        One row per entry whose URL is a picture, in the order of `entries`:
        entry_id, started (as in `entries`), asset_id, provider, account,
        rendition, version, normalised_by (text), signed (true or false).

    Notes
    -----
    The grammars are those of `asset_of`.

    Examples
    --------
    >>> import pandas as pd
    >>> urls = ["https://demo.imgix.net/dr12.jpg?w=90", "https://www.exemple.fr/"]
    >>> entries = pd.DataFrame({"entry_id": [0, 1], "started": pd.NaT, "url": urls})
    >>> asset_table(entries)[["entry_id", "asset_id", "rendition"]].to_dict("records")
    [{'entry_id': 0, 'asset_id': 'dr12.jpg', 'rendition': 'w=90'}]
    """
    known = {}
    rows, assets = [], []
    for row, url in enumerate(entries["url"].tolist()):
        if not isinstance(url, str):
            continue
        if url not in known:
            known[url] = asset_of(url)
        if known[url] is not None:
            rows.append(row)
            assets.append(known[url])
    table = entries[["entry_id", "started"]].take(rows).reset_index(drop=True)
    for position, column in enumerate(Asset._fields):
        dtype = DTYPES["bool" if column == "signed" else "str"]
        table[column] = pd.array([asset[position] for asset in assets], dtype=dtype)
    return table


def _resolve(url, *, wraps_left):
    link = split_link(url)
    if link is None:
        return None
    for grammar in _ROWS:
        match = grammar.hosts.fullmatch(link.name) if grammar.hosts else None
        if grammar.hosts and match is None:
            continue
        found = grammar.read(link, match.groupdict().get("account") if match else None)
        if isinstance(found, Source):
            found = _unwrap(found, wraps_left=wraps_left)
        if found is not None:
            return _asset(found, grammar.provider)
    guessed = fallback.guess(link)
    return _asset(guessed, "generic") if guessed else None


def _unwrap(source, *, wraps_left):
    """Name the wrapped picture as if it had been asked for directly."""
    link = split_link(source.url)
    if link is None:
        return None
    inner = _resolve(source.url, wraps_left=wraps_left - 1) if wraps_left else None
    if inner is None:
        return Picture(link.page(), None, source.rendition)
    rendition = " / ".join(filter(None, (source.rendition, inner.rendition)))
    # Host and path alone are no guess: a wrapper names a picture, whatever its extension.
    guessed = inner.normalised_by == "heuristic" and inner.asset_id != link.page()
    return Picture(inner.asset_id, inner.account, rendition, inner.version, inner.signed, guessed)


def _asset(picture, provider):
    how = "heuristic" if picture.guessed else "grammar"
    return Asset(
        picture.asset_id,
        provider,
        picture.account,
        picture.rendition,
        picture.version,
        picture.signed,
        how,
    )
