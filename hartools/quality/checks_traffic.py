"""What became of the requests, and is all of it in the file?"""

import re

import pandas as pd

from hartools.capture import Capture
from hartools.errors import AmbiguousFirstPartyError
from hartools.parties import label_parties
from hartools.quality.checks_file import PROXY
from hartools.quality.checks_visit import requests_of
from hartools.quality.observable import UNANSWERED, exporter_names_cause
from hartools.quality.verdicts import Verdict, clear, met, plural, unobservable

__all__ = ["cache", "missing_bodies", "missing_redirects", "no_initiator", "service_worker", "unanswered_requests"]

# Exporters write the browser's own word; the first class that fits holds.
BLOCKED = "blocked, as by an extension or a policy"
FAILURES = {
    BLOCKED: re.compile(r"(?i)block"),
    "name not resolved": re.compile(r"(?i)name.?not.?resolved|enotfound|unknown.?host|dns|resolve"),
    "aborted": re.compile(r"(?i)abort|cancel"),
    "connection failed": re.compile(r"(?i)connect|empty.?response|refused|reset|time?d?.?out|network|unreachable|ssl|tls|cert|socket"),
}

# har_export.md, Q07: from more than one in twenty on, fewer recipients show than on a first visit.
CACHE_SHARE = 0.05

# har_export.md, Q08: within so many milliseconds a page's request and its service worker's are one.
TWIN = pd.Timedelta(milliseconds=50)

TEXT = re.compile(r"^text/|[/+]json$|javascript$|ecmascript$|[/+]xml$")
# devtools.netmonitor.responseBodyLimit of Firefox 153.7 ESR, in characters. Text rarely compresses
# to less than a twentieth, and Firefox may write the compressed size: shorter ones are not cut.
FIREFOX_LIMIT, COMPRESSION = 1 << 20, 20
BATCH = 50

# Hosts whose business is to send a browser on to another site with an identifier: measured
# 2026-11-24 over 174 public HARs of 2010 to 2026, those that did so in two recordings or more.
SYNC_HOSTS = frozenset("""
cm.g.doubleclick.net d.agkn.com dpm.demdex.net ib.adnxs.com idsync.rlcdn.com loadm.exelator.com match.adsrvr.org
odr.mookie1.com p.rfihub.com pixel.rubiconproject.com pixel.tapad.com simage2.pubmatic.com ssum-sec.casalemedia.com
sync-tm.everesttech.net sync.mathtag.com tags.bluekai.com um.simpli.fi x.bidswitch.net
""".split())  # fmt: skip
REDIRECTS = (300, 301, 302, 303, 307, 308)


def unanswered_requests(capture: Capture) -> Verdict:
    """Count what was attempted and not answered, by the kind of failure (Q06)."""
    requests = requests_of(capture)
    failed = requests[requests.outcome.isin(UNANSWERED)]
    if not len(failed):
        return clear("Every request was answered.")
    kinds = pd.Series([_failure(outcome, error) for outcome, error in zip(failed.outcome, failed.error, strict=True)]).value_counts()
    listed = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items())
    return met(f"{plural(len(failed), 'request was', 'requests were')} attempted and not answered, or the answer was not recorded ({listed}). "
               "They are counted as attempted.", entries=failed.entry_id)


def _failure(outcome: str, error) -> str:
    if pd.isna(error):
        return BLOCKED if outcome == "blocked" else "without a reason"
    return next((kind for kind, pattern in FAILURES.items() if pattern.search(error)), "for another reason")


def cache(capture: Capture) -> Verdict:
    """Measure what came from a cache, among third parties where they are known (Q07)."""
    requests = requests_of(_labelled(capture))
    known = requests.party.notna().any()
    counted, who = (requests[requests.party == "third"], "requests to third parties") if known else (requests, "requests")
    cached = _is_cached(counted)
    if not len(counted):
        return clear(f"There are no {who}.")
    silent = PROXY.search(capture.exporter.name or "") or (counted.from_cache.isna() & counted.transfer_bytes.isna()).all()
    if silent and not cached.any():
        return unobservable("This exporter does not mark what came from a cache.")
    answered = requests.url[(requests.outcome == "answered") & ~_is_cached(requests)]
    repeated, share = int(counted.url[cached].isin(answered).sum()), cached.mean()
    sentence = (f"{cached.sum():,} of {len(counted):,} {who} ({share:.1%}) came from a cache or were unchanged; "
                f"{repeated:,} of them also stand in full in this recording")
    if share > CACHE_SHARE:
        return met(f"{sentence}. A first visit without cache may show more.", entries=counted.entry_id[cached])
    return clear(f"{sentence}.", entries=counted.entry_id[cached])


def _labelled(capture: Capture) -> Capture:
    if capture.entries.party.notna().any():
        return capture
    try:
        return label_parties(capture)
    except AmbiguousFirstPartyError:
        return capture


def _is_cached(requests: pd.DataFrame) -> pd.Series:
    # A body that cost no byte on the wire; what a service worker answered is Q08's.
    free = (requests.transfer_bytes == 0) & (requests.body_bytes > 0) & ~requests.via_service_worker.fillna(False)
    return (requests.from_cache.fillna(False) | (requests.status == 304).fillna(False) | free.fillna(False)).astype(bool)


def service_worker(capture: Capture) -> Verdict:
    """Look for answers of a service worker, which may stand twice (Q08)."""
    if PROXY.search(capture.exporter.name or ""):
        return clear("A proxy records each request once, as it was sent.")
    requests = requests_of(capture)
    if requests.via_service_worker.isna().all():
        return unobservable("This exporter does not mark what a service worker answered.")
    answered = requests[requests.via_service_worker.fillna(False).astype(bool)]
    if not len(answered):
        return clear("No request was answered by a service worker.")
    same = requests.groupby(["method", "url"], dropna=False).started
    twins = (requests.started - same.shift(1) <= TWIN) | (same.shift(-1) - requests.started <= TWIN)
    twice = int(twins.fillna(False)[answered.index].sum())
    return met(f"{plural(len(answered), 'request was', 'requests were')} answered by a service worker; {plural(twice, 'stands', 'stand')} beside "
               f"a second request for the same address within {TWIN.total_seconds() * 1000:.0f} ms and may be counted twice.", entries=answered.entry_id)


def missing_bodies(capture: Capture) -> Verdict:
    """Count texts that were answered and not recorded, or cut (Q09)."""
    requests = requests_of(capture)
    if requests.response_body_held.isna().all():
        return unobservable("Which bodies the file holds is not known here.")
    text = (requests.status == 200).fillna(False) & requests.mime.str.contains(TEXT).fillna(False)
    empty = (requests.body_bytes == 0).fillna(False) | (requests.method == "HEAD").fillna(False) | (requests.outcome == "preflight")
    expected = requests[text & ~empty]
    held = expected.response_body_held.fillna(False).astype(bool)
    missing = expected.entry_id[~held]
    cut = _cut_bodies(capture, expected[held]) if capture.exporter.dialect == "firefox" else []
    if not len(expected):
        return clear("No text, JSON or script was answered.")
    if not len(missing) and not cut:
        return clear(f"The bodies of all {len(expected):,} texts, JSON documents and scripts are in the file.")
    also = f"; {plural(len(cut), 'is', 'are')} cut at one mebibyte" if cut else ""
    return met(f"{len(missing):,} of {len(expected):,} texts, JSON documents and scripts have no body in the file{also}. What was in them is unknown.",
               entries=[*missing, *cut])


def _cut_bodies(capture: Capture, held: pd.DataFrame) -> list[int]:
    """Find the texts that Firefox cut; only those that could be so long are decoded, a few at a time."""
    ids = held.entry_id[(held.body_bytes >= FIREFOX_LIMIT // COMPRESSION).fillna(True)].tolist()
    batches = (capture.bodies(ids[start : start + BATCH], side="response") for start in range(0, len(ids), BATCH))
    return [entry_id for rows in batches for entry_id in rows.entry_id[~rows.complete.fillna(True)]]


def no_initiator(capture: Capture) -> Verdict:
    """Look for an exporter that names no cause of a request (Q10)."""
    entries = capture.entries
    named = exporter_names_cause(entries)
    if named.any():
        return clear(f"{named.sum():,} of {plural(len(entries), 'entry', 'entries')} name what caused them.")
    return met("No entry names what caused it: who called whom rests on Referer and timing, which is weaker.", entries=entries.entry_id)


def missing_redirects(capture: Capture) -> Verdict:
    """Look for redirects that ought to be there (Q11)."""
    requests = requests_of(capture)
    hops = requests.entry_id[requests.status.isin(REDIRECTS)]
    if "redirects" in capture.exporter.omits:
        return met("This exporter may leave out redirect hops: chains of requests are a lower bound.", entries=hops)
    syncs = requests.entry_id[requests.host.isin(SYNC_HOSTS)]
    if len(syncs) and not len(hops):
        return met(f"{plural(len(syncs), 'request')} went to services that redirect, and no redirect is in the file: hops may be missing.", entries=syncs)
    return clear(f"{plural(len(hops), 'redirect')} in the file, and no sign of missing ones.")
