"""What if browsers said less of the page in Referer?"""

import pandas as pd

from hartools.columns import DTYPES
from hartools.errors import UnknownChoiceError
from hartools.inference.whatif.draft import ORIGIN, Draft, header_value, message_of, set_headers
from hartools.parties.domains import sites_of

__all__ = ["no_referrer", "strict_origin"]

WHOSE = ("every page", "the site")


def strict_origin(draft: Draft, *, whose: str = WHOSE[0]) -> None:
    """Cut every Referer down to its origin; none goes from https to http."""
    _rewrite(draft, whose, "strict-origin", lambda referer, url: None if referer.lower().startswith("https:") and url.lower().startswith("http:") else _origin(referer))


def no_referrer(draft: Draft, *, whose: str = WHOSE[0]) -> None:
    """Take every Referer away."""
    _rewrite(draft, whose, "no-referrer", lambda referer, url: None)


def _rewrite(draft: Draft, whose: str, policy: str, change) -> None:
    if whose not in WHOSE:
        raise UnknownChoiceError(f"whose={whose!r}: the policy is that of {' or '.join(map(repr, WHOSE))}")
    entries, cut = draft.entries, []
    own = set(entries.site[entries.party == "first"].dropna())
    for entry_id in draft.ids:
        request = message_of(draft.look(entry_id), "request")
        referer = header_value(request, "referer")
        if referer:
            cut.append((entry_id, referer, change(referer, str(request.get("url"))), _host(referer)))
    hosts = pd.Series(sorted({host for *_, host in cut}), dtype=DTYPES["str"])
    of_the_site = set(hosts[sites_of(hosts).isin(own)])
    for entry_id, referer, new, host in cut:
        if new != referer and (whose == WHOSE[0] or host in of_the_site):
            set_headers(message_of(draft.edit(entry_id), "request"), {"referer": new})
    for entry_id in draft.documents.index:
        response = message_of(draft.edit(entry_id), "response")
        set_headers(response, {"referrer-policy": policy}, add=bool(response.get("headers")))


def _origin(url: str) -> str:
    found = ORIGIN.match(url)
    return f"{found[0]}/" if found else url


def _host(url: str) -> str:
    found = ORIGIN.match(url)
    return found[0].partition("://")[2].rpartition("@")[2].partition(":")[0].lower() if found else ""
