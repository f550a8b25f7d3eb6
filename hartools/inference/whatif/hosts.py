"""What if other hosts were asked, or none: no network in front, no telemetry elsewhere, no consent?"""

import re
from collections.abc import Iterable

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.inference.whatif.draft import Draft, message_of, rename_host, set_headers
from hartools.inference.whatif.rerouting import CONNECTION, reroute, without_marks
from hartools.parties.infrastructure import entry_infrastructure, providers_table
from hartools.parties.owners import owners_of_hosts
from hartools.payloads.telemetry import telemetry_vendors

__all__ = ["REFUSED", "consent_refused", "consent_table", "no_cdn", "self_hosted_telemetry"]

# Roles of the owners table for which sites ask consent. A tag manager, error telemetry and pictures are not among them: many sites load them regardless.
REFUSED = ("A/B testing", "advertising", "analytics", "email", "identity", "push messages", "reviews", "session recording", "social")
CONSENT = {"host": "str", "site": "str", "party": "str", "organisation": "str", "role": "str", "contacted": "bool", "why": "str", "entries": "int", "entry_ids": "object"}
TELLING = ("event", "sync", "load")


def self_hosted_telemetry(draft: Draft, *, host: str | None = None, scripts: bool = True) -> None:
    """Send telemetry that went to third parties to a host of the site, with the scripts that send it."""
    vendors = telemetry_vendors(draft.capture)
    kinds = TELLING if scripts else TELLING[:2]
    entries = draft.entries
    told = {entry_id for kind, ids in zip(vendors.kind, vendors.entry_ids, strict=True) if kind in kinds for entry_id in ids}
    if scripts:
        # a copy in the browser's cache came from the same address
        told |= set(entries.index[entries.url.isin(entries.url[entries.index.isin(told)])])
    told &= set(entries.index[entries.party == "third"])
    # what goes to the page's own origin is asked without a preflight
    draft.dropped |= set(entries.index[(entries.outcome == "preflight") & entries.initiator_entry.isin(told).fillna(False)])
    for entry_id in sorted(told - draft.dropped):
        reroute(draft, entry_id, rename_host(entries.url[entry_id], host or draft.site_host(entry_id)))


def no_cdn(draft: Draft, *, providers: Iterable[str] | None = None) -> None:
    """Let the site's own server end TLS: the marks of those in front of the first party are gone, and its address is not known."""
    entries = draft.entries
    own = entries[entries.party == "first"]
    shown = entry_infrastructure(draft.capture).set_index("entry_id").reindex(own.index)
    named = set(providers) if providers is not None else {party for chain in shown.chain for party in chain} | set(shown.tls_ended_by.dropna())
    table = providers_table()
    table = table[table.provider.isin(named)]
    signs = [(where, "set-cookie" if where == "cookie" else name, re.compile(pattern) if isinstance(pattern, str) else None)
             for where, name, pattern in zip(table["where"], table.name.str.lower(), table.pattern, strict=True) if where in ("header", "cookie")]
    paths = [re.compile(pattern) for where, pattern in zip(table["where"], table.pattern, strict=True) if where == "path" and isinstance(pattern, str)]
    cookies = re.compile("|".join(f"(?:{sign[2].pattern})" for sign in signs if sign[0] == "cookie") or "(?!)")
    for entry_id in own.index.tolist():
        path = f"{own.path[entry_id]}" + ("" if pd.isna(own["query"][entry_id]) else f"?{own['query'][entry_id]}")
        if any(pattern.search(path) for pattern in paths):
            draft.dropped.add(entry_id)
            continue
        _unmark(draft.edit(entry_id), signs, cookies)


def _unmark(entry: dict, signs: list, cookies: re.Pattern) -> None:
    asked, answered = message_of(entry, "request"), message_of(entry, "response")
    without_marks(answered, signs)
    for message in (asked, answered):
        if isinstance(message.get("cookies"), list):
            message["cookies"] = [each for each in message["cookies"] if not (isinstance(each, dict) and cookies.search(f"{each.get('name')}="))]
    for each in asked.get("headers") or ():
        if isinstance(each, dict) and str(each.get("name")).lower() == "cookie":
            each["value"] = "; ".join(pair for pair in str(each.get("value")).split("; ") if not cookies.search(pair))
    if any(isinstance(each, dict) and str(each.get("name")).lower() == "cookie" and not each["value"] for each in asked.get("headers") or ()):
        set_headers(asked, {"cookie": None})
    for name in CONNECTION:
        entry.pop(name, None)


def consent_refused(draft: Draft, *, roles: Iterable[str] = REFUSED, hosts: Iterable[str] = (), owners: pd.DataFrame | None = None) -> None:
    """Ask no host of these roles, nor what such a host led to."""
    decided = _consent(draft.entries, roles, hosts, owners)
    draft.dropped |= _not_asked(draft.entries, {row["host"] for row in decided if not row["contacted"]})


def consent_table(capture: Capture, *, roles: Iterable[str] = REFUSED, hosts: Iterable[str] = (), owners: pd.DataFrame | None = None, first_party: str | Iterable[str] | None = None) -> pd.DataFrame:
    """List the hosts that would not be contacted if consent were refused, and those that would be all the same.

    Parameters
    ----------
    capture : Capture
    roles : iterable of str
        Roles of the owners table that need consent.
    hosts : iterable of str
        Hosts or sites that need it beside these, such as those that the table does not know.
    owners : pandas.DataFrame, optional
        Owners beside those of our own table; see `owners_of_hosts`.
    first_party : str or iterable of str, optional
        See `label_parties`.

    Returns
    -------
    pandas.DataFrame
        One row per host, those that are kept last: host, site, party, organisation, role, contacted,
        why, entries (requests that would not be made, of a kept host those that would), entry_ids.

    Examples
    --------
    >>> import hartools as ht
    >>> table = consent_table(ht.read_har(ht.example_har()))
    >>> table[~table.contacted].host.tolist()
    ['www.google-analytics.com']
    """
    entries = Draft(capture, first_party=first_party).entries
    decided = _consent(entries, roles, hosts, owners)
    refused = {row["host"] for row in decided if not row["contacted"]}
    gone = _not_asked(entries, refused)
    led = set(entries.host[entries.index.isin(gone)].dropna()) - refused
    rows = []
    for row in decided:
        mine = entries.index[entries.host == row["host"]]
        lost = [entry_id for entry_id in mine.tolist() if entry_id in gone]
        kept = [entry_id for entry_id in mine.tolist() if entry_id not in gone]
        why = "only what a refused host led to is not asked" if kept else "a refused host led to it"
        if row["host"] in led:
            rows.append(row | {"contacted": False, "why": why, "entry_ids": lost})
        if row["host"] not in led or kept:
            rows.append(row | {"entry_ids": kept if row["contacted"] else lost})
    rows.sort(key=lambda row: (row["contacted"], row["host"]))
    return pd.DataFrame({name: pd.Series([len(row["entry_ids"]) if name == "entries" else row[name] for row in rows], dtype=DTYPES[kind]) for name, kind in CONSENT.items()})


def _consent(entries: pd.DataFrame, roles: Iterable[str], hosts: Iterable[str], owners: pd.DataFrame | None) -> list[dict]:
    """Decide by host; what a refused host led to is not decided here."""
    roles, named = set(roles), {host.lower() for host in hosts}
    asked = entries.dropna(subset="host").drop_duplicates("host").sort_values("host")
    known = owners_of_hosts(asked.host, data=owners).set_index("host").reindex(asked.host).astype(object)
    known = known.where(known.notna(), None)
    rows = []
    for host, site, party, organisation, role in zip(asked.host, asked.site, asked.party, known.organisation, known.role, strict=True):
        refused = party == "third" and (role in roles or host in named or site in named)
        why = (f"its role is {role}" if role in roles else "it was named") if refused else \
            "first party" if party == "first" else "no owner is known, so no role" if role is None else f"its role, {role}, is not among those that need consent"
        rows.append({"host": host, "site": site, "party": party, "organisation": organisation, "role": role, "contacted": not refused, "why": why})
    return rows


def _not_asked(entries: pd.DataFrame, refused: set[str]) -> set[int]:
    """Follow what refused hosts led to, by scripts and redirects; the site's own pages are opened all the same."""
    pages = set(entries.index[(entries.party == "first") & (entries.resource_type == "document").fillna(False)])
    led: dict[int, list[int]] = {}
    for column in ("initiator_entry", "redirect_from"):
        linked = entries[entries[column].notna()]
        for entry_id, cause in zip(linked.index.tolist(), linked[column].tolist(), strict=True):
            led.setdefault(int(cause), []).append(entry_id)
    gone = set(entries.index[entries.host.isin(refused)])
    ways = sorted(gone)
    while ways:
        for entry_id in led.get(ways.pop(), ()):
            if entry_id not in gone and entry_id not in pages:
                gone.add(entry_id)
                ways.append(entry_id)
    return gone
