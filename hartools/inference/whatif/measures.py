"""Which countermeasures are known, what does each change, and what does it leave?"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from hartools.columns import DTYPES
from hartools.errors import UnknownChoiceError
from hartools.inference.whatif.combined import sprites
from hartools.inference.whatif.hosts import REFUSED, consent_refused, no_cdn, self_hosted_telemetry
from hartools.inference.whatif.noise import dummy_requests, padding
from hartools.inference.whatif.pictures import proxied_images, renamed_images
from hartools.inference.whatif.referrers import no_referrer, strict_origin

__all__ = ["MEASURES", "VARIANTS", "Measure", "measure_named", "measures_table", "variant_name"]


class Measure(NamedTuple):
    """Describe one countermeasure: what it changes and leaves, what has to be true for that, and who sees what all the same."""

    name: str
    changes: str
    stays: str
    assumption: str
    still_seen: str
    settings: Mapping[str, object]
    apply: Callable


def _measure(name: str, apply: Callable, changes: str, stays: str, assumption: str, still_seen: str, **settings) -> Measure:
    return Measure(name, changes, stays, assumption, still_seen, MappingProxyType(settings), apply)


_ALL = (
    _measure(
        "strict-origin", strict_origin,
        "Referer names the origin alone, to everybody and also after redirects; none goes from https to http",
        "page addresses in parameters, bodies and cookies; the Origin header; which pictures are asked for",
        "every page, or the browser, sets the policy (whose='the site': only pages of the first party do, so frames of others go on naming themselves); scripts send what they sent, document.referrer included",
        "every recipient that is told the page in a parameter or body; the image host by its pictures",
        whose="every page"),
    _measure(
        "no-referrer", no_referrer,
        "no Referer at all",
        "page addresses in parameters, bodies and cookies; the Origin header; which pictures are asked for",
        "as for strict-origin",
        "as for strict-origin; who is asked by one site alone knows that site all the same",
        whose="every page"),
    _measure(
        "proxied-images", proxied_images,
        "pictures are asked of a host of the site, which fetches them; their addresses in pages, scripts and answers too; marks, address and cookies are those of that host",
        "which pictures are asked for, in sight of the site and of whoever ends its TLS",
        "the site fetches without passing on address, cookies or user agent, and the former image host cannot tell visitors apart by what is fetched and when",
        "the site, whoever ends TLS for it; the image host sees the site's server fetch what is in no cache",
        host=None, hosts=None),
    _measure(
        "renamed-images", renamed_images,
        "the name of each picture becomes a keyed hash, another in every session; also in pages, scripts, answers and parameters",
        "how many pictures are asked for, when, in which size, and which of them return within the session; folder names",
        "resolved_by='site': only the site holds the key, and the image host is handed the bytes under the new names and does not compare them; "
        "resolved_by='image host': that host undoes the names",
        "whoever resolves the names knows all; resolved by the site: nobody else",
        resolved_by="site", seed=0, hosts=None),
    _measure(
        "sprites", sprites,
        "one combined picture is asked for in the place of several: one for each query, or one for each fixed bucket that any query's pictures fall into",
        "bodies of the page as recorded; by='query': pages of one picture, and pages that answer no query of the catalogue, such as a home page",
        "anybody can learn by visiting which combined picture stands for which query, or who lies in which bucket; by='query': the observer knows that a page asks for one picture, so its model has no strays; "
        "without a catalogue the combined picture is named after what it shows",
        "the image host: per query the name alone is the query; by buckets only which buckets",
        by="query", buckets=64, seed=0, catalogue=None, hosts=None),
    _measure(
        "padding", padding,
        "every picture has one size, in bodies, headers and byte counts",
        "names, number and times of requests",
        "the padding stands behind the picture's own end and is not compressed away",
        "the image host: everything; who sees bytes alone: how many pictures",
        size=None, hosts=None),
    _measure(
        "dummy-requests", dummy_requests,
        "each page view asks for further pictures of the catalogue, by new entries after the last",
        "the pictures of the page itself; bodies of the page as recorded",
        "dummies look like the page's own requests; renewed='per query': the same query always gets the same, renewed='each time': others at every view, which what repeats gives away; the observer reckons with the same model as before, and one that expects dummies would be left with the page's query and the dummies' as equals",
        "the image host: the page's pictures among others",
        k=None, drawn="one other query", renewed="per query", seed=0, catalogue=None, hosts=None),
    _measure(
        "no-cdn", no_cdn,
        "the site's own server ends TLS: headers, cookies and requests by which a provider in front is recognised are gone, addresses and certificates unknown",
        "what the site itself and third parties receive; marks inside bodies",
        "no other provider takes the place; what hosts the server is not known",
        "the site; whoever runs the machine, which no capture tells",
        providers=None),
    _measure(
        "consent-refused", consent_refused,
        "hosts whose role needs consent are not contacted, nor what they led to by scripts and redirects",
        "hosts without a known owner, tag managers, pictures, telemetry of the site itself: consent_table lists them",
        "the site waits for an answer and honours it; roles are those of the owners table; the site's own scripts ask the same others as recorded",
        "every host that is kept",
        roles=REFUSED, hosts=(), owners=None),
    _measure(
        "self-hosted-telemetry", self_hosted_telemetry,
        "events of known vendors, and the scripts that send them, go to a host of the site, with the site's cookies in the place of the vendor's",
        "what the events say; redirects that an answer asks for",
        "the site keeps what it receives to itself; a server that passes it on cannot be seen in any capture",
        "the site, whoever ends TLS for it; vendors that are not recognised",
        host=None, scripts=True),
)  # fmt: skip

MEASURES: Mapping[str, Measure] = MappingProxyType({measure.name: measure for measure in _ALL})

# What is compared unless something else is asked for: each measure, and those with two outcomes twice.
VARIANTS: tuple[tuple[str, Mapping[str, object]], ...] = (
    ("strict-origin", {}), ("no-referrer", {}), ("proxied-images", {}), ("renamed-images", {"resolved_by": "image host"}), ("renamed-images", {"resolved_by": "site"}),
    ("sprites", {"by": "query"}), ("sprites", {"by": "bucket"}), ("padding", {}), ("dummy-requests", {"drawn": "anywhere"}), ("dummy-requests", {"drawn": "one other query"}),
    ("no-cdn", {}), ("consent-refused", {}), ("self-hosted-telemetry", {}),
)  # fmt: skip


def measure_named(name: str, settings: Mapping[str, object]) -> Measure:
    """Return a measure, and refuse settings that it does not have.

    Examples
    --------
    >>> measure_named("padding", {"size": 8192}).changes
    'every picture has one size, in bodies, headers and byte counts'
    """
    if name not in MEASURES:
        raise UnknownChoiceError(f"{name!r} is no measure; there are {', '.join(MEASURES)}")
    measure = MEASURES[name]
    if unknown := sorted(set(settings) - set(measure.settings)):
        raise UnknownChoiceError(f"{name} has no setting {', '.join(unknown)}; it has {', '.join(measure.settings)}")
    return measure


def variant_name(name: str, settings: Mapping[str, object]) -> str:
    """Say a measure with the settings that were chosen.

    Examples
    --------
    >>> variant_name("sprites", {"by": "bucket", "buckets": 16})
    'sprites (by bucket, buckets 16)'
    """
    told = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in settings.items() if isinstance(value, (str, int)) and not isinstance(value, bool))
    return f"{name} ({told})" if told else name


def measures_table() -> pd.DataFrame:
    """List the countermeasures that `what_if` knows.

    Returns
    -------
    pandas.DataFrame
        One row per measure: measure, changes, stays, assumption, still_seen (who sees what all the
        same), settings (object: name to default).

    Examples
    --------
    >>> measures_table().measure.tolist()[:3]
    ['strict-origin', 'no-referrer', 'proxied-images']
    """
    columns = {"measure": "name", "changes": "changes", "stays": "stays", "assumption": "assumption", "still_seen": "still_seen"}
    table = {title: pd.Series([getattr(measure, name) for measure in _ALL], dtype=DTYPES["str"]) for title, name in columns.items()}
    return pd.DataFrame(table | {"settings": pd.Series([dict(measure.settings) for measure in _ALL], dtype="object")})
