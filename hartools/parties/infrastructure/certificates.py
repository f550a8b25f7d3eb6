"""What does a certificate tell of who holds its key?"""

import re
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from hartools.parties.infrastructure.providers import read_data

__all__ = ["Reading", "read_certificate"]

LONGEST = 256


class Reading(NamedTuple):
    """Say what a certificate tells: kind is provider, intercepting, public, own or none."""

    kind: str
    party: str | None
    strength: str | None
    how_known: str | None
    meaning: str


NOTHING = Reading("none", None, None, None, "")


@lru_cache(maxsize=4096)
def read_certificate(subject: str | None, issuer: str | None) -> Reading:
    """Read the subject and issuer of a certificate as far as they tell who holds its key.

    Parameters
    ----------
    subject, issuer : str or None
        As the exporter writes them; Playwright and WebPageTest do.

    Returns
    -------
    Reading
        ``provider`` where a provider asked for it, ``intercepting`` where a proxy on the visitor's
        side signed it, ``public`` for an authority that providers and owners both use, ``own`` for
        any other: the key may lie with the provider or, as Cloudflare's Keyless SSL has it, with
        the site; the session keys are then the provider's all the same.

    Examples
    --------
    >>> read_certificate("sni.cloudflaressl.com", "Cloudflare Inc ECC CA-3").party
    'Cloudflare'
    >>> read_certificate("www.doctor.example", "mitmproxy").kind
    'intercepting'
    """
    subject, issuer = (None if pd.isna(each) else str(each)[:LONGEST] for each in (subject, issuer))
    if not subject and not issuer:
        return NOTHING
    found = [Reading(row.kind, None if pd.isna(row.party) else row.party, row.strength, row.how_known, row.meaning)
             for row in read_data("certificates.tsv").itertuples() if re.search(row.pattern, (subject if row.field == "subject" else issuer) or "")]
    for kind in ("intercepting", "provider", "public"):
        for reading in found:
            if reading.kind == kind:
                return reading
    return Reading("own", None, "undecidable", None, "a certificate that does not tell who holds its key")
