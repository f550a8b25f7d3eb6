"""By what signs is a provider recognised, and which providers are known?"""

import re
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import pandas as pd

from hartools.columns import DTYPES

__all__ = ["PROVIDERS", "Provider", "Sign", "body_signs", "domain_of", "header_signs", "path_signs", "provider_named", "providers_table", "read_data"]

# Kinds, outermost first where nothing else tells the order: a firewall stands before a content
# network, that before a platform, that before a rented machine or a store.
LAYERS = {"waf": 1, "cdn": 1, "platform": 2, "service": 2, "cloud": 3, "storage": 4, "agent": 9, "browser": 9}


class Sign(NamedTuple):
    """Describe one sign of one provider; the fields are the columns of `providers_table`."""

    number: int
    provider: str
    where: str
    name: str
    pattern: str
    shows: str
    needs_own: bool
    how_known: str
    meaning: str


class Provider(NamedTuple):
    """Describe one provider: whose it is, what it does, and whose machines it also uses."""

    name: str
    organisation: str
    kind: str
    layer: int
    networks: frozenset[str]


def providers_table() -> pd.DataFrame:
    """Return the signs by which providers are recognised, as hartools ships them.

    Returns
    -------
    pandas.DataFrame
        One row per provider and sign: provider, organisation, kind, where (header, cookie, path,
        body, domain, asn, network), name, pattern (a regular expression, searched for), shows, needs_own,
        how_known (read, measured, or unverified for general knowledge), meaning.

    Notes
    -----
    The base is the lists of catchpoint/WebPageTest.agent (internal/optimization_checks.py); the
    head of the file says what each column means.

    Examples
    --------
    >>> table = providers_table().set_index(["provider", "name"])
    >>> table.loc[("Akamai", "akamai-grn"), "how_known"]
    'measured'
    """
    return read_data("providers.tsv").copy()


@lru_cache(maxsize=8)
def read_data(name: str) -> pd.DataFrame:
    """Read one table of facts that hartools ships; an empty cell is unknown.

    Examples
    --------
    >>> read_data("certificates.tsv").field.unique().tolist()
    ['subject', 'issuer']
    """
    lines = [line for line in files("hartools.parties").joinpath(f"data/{name}").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    head, *rows = (line.split("\t") for line in lines)
    table = pd.DataFrame(rows, columns=head, dtype=DTYPES["str"])
    return table.where(table != "")


def _providers() -> dict[str, Provider]:
    table, found = read_data("providers.tsv"), {}
    for name, rows in table.groupby("provider", sort=False):
        kind = rows.kind.iloc[0]
        found[name] = Provider(name, rows.organisation.iloc[0], kind, LAYERS[kind], frozenset(rows.name[rows["where"] == "network"]))
    return found


@lru_cache(maxsize=1)
def _signs() -> tuple[Sign, ...]:
    table = read_data("providers.tsv").astype(object)
    table = table.where(table.notna(), "")
    return tuple(Sign(number, row["provider"], row["where"], row["name"], row["pattern"], row["shows"], row["needs_own"] == "yes", row["how_known"], row["meaning"])
                 for number, row in enumerate(table.to_dict("records")))


PROVIDERS = _providers()


@lru_cache(maxsize=1)
def header_signs() -> dict[str, tuple[Sign, ...]]:
    """Return the signs in response headers, by the name of the header.

    Examples
    --------
    >>> {sign.provider for sign in header_signs()["x-iinfo"]}
    {'Imperva'}
    """
    found: dict[str, list[Sign]] = {}
    for sign in _signs():
        if sign.where in ("header", "cookie"):
            found.setdefault(sign.name, []).append(sign)
    return {name: tuple(signs) for name, signs in found.items()}


@lru_cache(maxsize=1)
def path_signs() -> tuple[Sign, ...]:
    """Return the signs in the path that was asked for.

    Examples
    --------
    >>> {sign.provider for sign in path_signs()} >= {"Cloudflare", "Imperva"}
    True
    """
    return tuple(sign for sign in _signs() if sign.where == "path")


@lru_cache(maxsize=1)
def body_signs() -> tuple[Sign, ...]:
    """Return the signs in the body of a page.

    Examples
    --------
    >>> {sign.provider for sign in body_signs()} >= {"Akamai", "Cloudflare", "Imperva"}
    True
    """
    return tuple(sign for sign in _signs() if sign.where == "body")


@lru_cache(maxsize=1)
def _domains() -> dict[str, Sign]:
    return {sign.name: sign for sign in _signs() if sign.where == "domain"}


def domain_of(host: str) -> Sign | None:
    """Return the row of the longest provider domain that a host stands below, or is.

    Examples
    --------
    >>> domain_of("d111111abcdef8.cloudfront.net").provider, domain_of("clinic.example")
    ('Amazon CloudFront', None)
    """
    labels = host.split(".")
    known = _domains()
    return next((known[name] for name in (".".join(labels[n:]) for n in range(len(labels))) if name in known), None)


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    named = {name.lower(): name for name in PROVIDERS}
    numbers = {f"as{sign.name}": sign.provider for sign in _signs() if sign.where == "asn"}
    others = {
        "cloudflarenet": "Cloudflare", "aws": "Amazon Web Services", "amazon": "Amazon Web Services", "amazon.com": "Amazon Web Services", "amazon-02": "Amazon Web Services",
        "amazon-aes": "Amazon Web Services", "cloudfront": "Amazon CloudFront", "akamai-as": "Akamai", "akamai-asn1": "Akamai", "gcp": "Google Cloud", "googlecloud": "Google Cloud",
        "google-cloud-platform": "Google Cloud", "azure": "Microsoft Azure", "microsoft": "Microsoft Azure", "microsoft-corp-msn-as-block": "Microsoft Azure", "facebook": "Meta",
        "ovh": "OVHcloud", "hetzner-as": "Hetzner", "incapsula": "Imperva", "bunny": "bunny.net", "bunnycdn": "bunny.net", "edgecast": "Edgio", "github pages": "GitHub", "twitter": "X (Twitter)",
    }  # fmt: skip
    return named | numbers | others


def provider_named(written: str | None, service: str | None = None) -> str | None:
    """Return the provider that a table of address ranges means by a name, or the name as written.

    Examples
    --------
    >>> provider_named("aws", "CLOUDFRONT"), provider_named("AS13335 Cloudflare, Inc."), provider_named("Example Networks")
    ('Amazon CloudFront', 'Cloudflare', 'Example Networks')
    """
    if not written:
        return None
    plain, known_as = written.strip().lower(), _aliases()
    known = known_as.get(plain) or known_as.get(re.split(r"[\s,]", plain, maxsplit=1)[0]) or written.strip()
    kind = (service or "").lower()
    if known == "Amazon Web Services" and kind in ("cloudfront", "cloudfront_origin_facing"):
        return "Amazon CloudFront"
    if known == "Amazon Web Services" and kind == "s3":
        return "Amazon S3"
    return "Azure Front Door" if known == "Microsoft Azure" and kind.startswith("azurefrontdoor") else known
