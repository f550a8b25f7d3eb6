"""What became of each request: was it sent at all, and was it answered?"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hartools.reading.dialects import Dialect
from hartools.reading.schema import Entry, Response
from hartools.reading.values import text
from hartools.reading.vectors import mapped

__all__ = ["from_cache", "outcomes", "refusals"]

PHASES = ("blocked", "dns", "connect", "ssl", "send", "wait", "receive")

# Words in an error that mean the request never left the browser; blocked by the answer
# (net::ERR_BLOCKED_BY_RESPONSE, _BY_ORB) means that it did.
NEVER_SENT = ("blocked_by_client", "blocked_by_administrator", "blocked_by_csp", "content blocker")
BLOCKED_AFTER = ("blocked_by_response", "blocked_by_orb")


def from_cache(entries: Sequence[Entry], responses: Sequence[Response], columns: dict[str, pa.Array], dialect: Dialect) -> pa.Array:
    """Tell which answers came from a cache in the browser, by whatever mark the exporter leaves."""
    marked = [(entry.from_cache is not None or entry.fetch_type is not None or response.fulfilled_by is not None) and _is_cached(entry, response)
              for entry, response in zip(entries, responses, strict=True)]
    answered = pc.is_valid(columns["status"]).to_numpy(zero_copy_only=False)
    told = np.zeros(len(entries), bool)
    if dialect.empty_timings_mean_cached:
        told |= [entry.timings is not None and all(getattr(entry.timings, phase) is None for phase in PHASES) for entry in entries]
    if dialect.no_address_is_cached:
        told |= [not entry.serverIPAddress and _over_http(entry) for entry in entries]
    if dialect.nothing_sent_is_cached:
        nothing_sent = pc.and_(pc.equal(columns["transfer_bytes"], 0), pc.greater(columns["body_bytes"], 0))
        told |= pc.fill_null(pc.and_not(nothing_sent, pc.fill_null(columns["via_service_worker"], False)), False).to_numpy(zero_copy_only=False)
    marked = np.asarray(marked, bool) | (told & answered)
    # Firefox: every entry says whether it was cached; Safari: those that say where they come from
    known = [dialect.empty_timings_mean_cached or text(entry.fetch_type) is not None for entry in entries]
    return pa.array([True if each else False if is_known else None for each, is_known in zip(marked.tolist(), known, strict=True)], pa.bool_())


def refusals(responses: Sequence[Response]) -> list[str | None]:
    """Find what stands where no answer came: Splash says ok false, WebPageTest and BrowserMob 2.0 a status below -1.

    2026-11-24: Splash 2.3.2, lemonde.har; WebPageTest 2.19, bbc.co.uk (-2); BrowserMob 2.0 (-999, "INTERNAL STATE").
    """
    refused = [(each.ok is False and not each.status) or (isinstance(each.status, (int, float)) and each.status < -1) for each in responses]
    return [(text(each.statusText) or f"status {each.status}") if is_refused else None for each, is_refused in zip(responses, refused, strict=True)]


def _over_http(entry: Entry) -> bool:
    return entry.request is not None and isinstance(entry.request.url, str) and entry.request.url[:4].lower() == "http"


def _is_cached(entry: Entry, response: Response) -> bool:
    return bool(text(entry.from_cache)) or "Cache" in (text(entry.fetch_type) or "") or "cache" in (text(response.fulfilled_by) or "")


def outcomes(columns: dict[str, pa.Array]) -> pa.Array:
    """Tell what became of each request: attempted and received are different claims."""
    failure = mapped(columns["error"], _failure, pa.string())
    preflight = pc.or_(pc.fill_null(pc.equal(columns["resource_type"], "preflight"), False), pc.is_valid(columns["asked"]))
    conditions = {
        "cached": pc.fill_null(columns["from_cache"], False),
        "blocked": pc.fill_null(pc.equal(failure, "blocked"), False),
        "preflight": pc.and_(pc.is_valid(columns["status"]), preflight),
        "redirected": pc.and_(pc.is_valid(columns["status"]), pc.is_valid(columns["redirect_to"])),
        "answered": pc.is_valid(columns["status"]),
        "failed": pc.is_valid(failure),
    }
    return pc.case_when(pa.StructArray.from_arrays(list(conditions.values()), names=list(conditions)), *map(pa.scalar, conditions), pa.scalar("unknown"))


def _failure(error: str | None) -> str | None:
    """Tell a request that never left the browser from one that failed on its way."""
    word = (error or "").lower()
    after = any(part in word for part in BLOCKED_AFTER)
    never = any(part in word for part in NEVER_SENT) or ("blocked" in word and not after)
    return "blocked" if never else "failed" if word else None
