"""What became of each request: was it sent at all, and was it answered?"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hartools.reading.dialects import Dialect
from hartools.reading.schema import Entry, Response
from hartools.reading.values import text
from hartools.reading.vectors import mapped

__all__ = ["from_cache", "outcomes"]

PHASES = ("blocked", "dns", "connect", "ssl", "send", "wait", "receive")

# Words in an error that mean the request never left the browser; blocked by the answer
# (net::ERR_BLOCKED_BY_RESPONSE, _BY_ORB) means that it did.
NEVER_SENT = ("blocked_by_client", "blocked_by_administrator", "blocked_by_csp", "content blocker")
BLOCKED_AFTER = ("blocked_by_response", "blocked_by_orb")


def from_cache(entries: Sequence[Entry], responses: Sequence[Response], status: pa.Array, dialect: Dialect) -> pa.Array:
    """Tell which answers came from a cache in the browser, by whatever mark the exporter leaves."""
    marked = [(entry.from_cache is not None or entry.fetch_type is not None or response.fulfilled_by is not None) and _is_cached(entry, response)
              for entry, response in zip(entries, responses, strict=True)]
    answered = pc.is_valid(status).to_numpy(zero_copy_only=False)
    told = np.zeros(len(entries), bool)
    if dialect.empty_timings_mean_cached:
        told |= [entry.timings is not None and all(getattr(entry.timings, phase) is None for phase in PHASES) for entry in entries]
    if dialect.no_address_is_cached:
        told |= [not entry.serverIPAddress and _over_http(entry) for entry in entries]
    if dialect.negative_body_size_is_cached:
        told |= [response.transfer_size == 0 and isinstance(response.bodySize, (int, float)) and response.bodySize < -1 for response in responses]
    marked = np.asarray(marked, bool) | (told & answered)
    known = dialect.empty_timings_mean_cached  # then every entry says whether it was cached
    return pa.array([True if each else False if known else None for each in marked.tolist()], pa.bool_())


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
