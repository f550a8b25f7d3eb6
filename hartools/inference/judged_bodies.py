"""Which bodies did a capture have or could have had, and what is each distinct one of them?"""

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, urlsplit

import numpy as np
import pandas as pd

from hartools.capture import Capture
from hartools.columns import STAYED
from hartools.inference.key_signs import key_signs
from hartools.payloads.clarity import CANNOT_TELL, CIPHERTEXT, READABLE, Clarity, clarity_of

__all__ = ["NOT_HELD", "judged_bodies"]

NOT_HELD = "not recorded: nothing can be said of it"
# Bodies are read so many at a time, and so many bytes at a time as their sizes are known.
MOST_ENTRIES, MOST_BYTES, UNKNOWN_SIZE = 20_000, 1 << 26, 1 << 14
_BODIED = ("POST", "PUT", "PATCH")
_BODILESS = (101, 204, 205, 304)
# What only looks like text to a reader: kinds in which keys and scripts can stand.
_SEARCHED = ("javascript", "html", "json", "text", "xml")
# Where anti-bot scripts and challenges send what they measured: obfuscated, read by their vendor, and the
# commonest false ciphertext. As of 2026, from general knowledge, but for reCAPTCHA (seen in
# the-markup/meta-pixel-988) and `/_Incapsula_Resource` (the-markup/investigation-healthcare-exchange-tracking).
_ANTI_BOT_HOSTS = ("px-cloud.net", "px-cdn.net", "px-client.net", "perimeterx.net", "datadome.co", "captcha-delivery.com", "hcaptcha.com", "arkoselabs.com", "recaptcha.net", "kasada.io", "challenges.cloudflare.com", "geetest.com")
_ANTI_BOT_PATHS = ("/recaptcha/", "/cdn-cgi/challenge-platform/", "/_Incapsula_Resource", "/akam/", "/_sec/cp_challenge/", "/149e9513-01fa-4fb0-aad4-566afd725d1b/", "/_bm/")
_OHTTP = ("message/ohttp-req", "message/ohttp-res", "application/oblivious-dns-message")
_ASKED = ["entry_id", "host", "scheme", "method", "status", "url", "body_bytes", "via_service_worker", "outcome"]


def judged_bodies(capture: Capture, side: str, known: dict) -> Iterator[dict]:
    """Yield one row per entry that had a body on this side or could have had one.

    Parameters
    ----------
    capture : Capture
    side : {"request", "response"}
    known : dict
        What was said of bodies met before; filled on the way.

    Examples
    --------
    >>> import hartools as ht
    >>> [row["kind"] for row in judged_bodies(ht.read_har(ht.example_har()), "response", {}) if row["held"]][:2]
    ['html', 'json']
    """
    entries = capture.entries
    entries = entries[~entries.outcome.isin(STAYED)]
    written = _written_params(capture) if side == "request" else {}
    announced, empty = _announced(capture, side), _stated_empty(capture, side)
    for part in _batches(entries, side):
        bodies = capture.bodies(part.entry_id.tolist(), side=side)
        held = {body.entry_id: body for body in bodies.itertuples()}
        for entry in part[_ASKED].itertuples():
            body = held.get(entry.entry_id)
            data = body.data if body is not None and body.data is not None and len(body.data) else written.get(entry.entry_id)
            if data is None and (entry.entry_id in empty or not _could_have_had(entry, body, side)):
                continue
            row = {"entry_id": entry.entry_id, "side": side, "host": entry.host, "held": data is not None, "on_the_way": entry.scheme in ("http", "ws"), "statement": NOT_HELD, "via_service_worker": entry.via_service_worker,
                   "why": body.why_missing if body is not None else "the exporter recorded no body", "recipients": [], "layers": [], "parts": [], "key_signs": []}  # fmt: skip
            yield row if data is None else row | _said_of(data, entry, body, announced.get(entry.entry_id), known)


def _batches(entries: pd.DataFrame, side: str) -> Iterator[pd.DataFrame]:
    sizes = entries["body_bytes" if side == "response" else "request_bytes"].fillna(UNKNOWN_SIZE).clip(lower=0).to_numpy(dtype="int64")
    batch = np.maximum(sizes.cumsum() // MOST_BYTES, 0) + np.arange(len(sizes)) // MOST_ENTRIES
    for mine in np.split(np.arange(len(sizes)), np.flatnonzero(np.diff(batch)) + 1) if len(sizes) else []:
        yield entries.iloc[mine]


def _could_have_had(entry, body, side: str) -> bool:
    """Tell whether there may have been a body that was not recorded."""
    if side == "request":
        # without postData an exporter says that there was none, but for methods that nearly always have one
        return entry.method in _BODIED and (body is None or body.why_missing != "the body was empty")
    if entry.method == "HEAD" or (pd.notna(entry.status) and entry.status in _BODILESS) or entry.outcome in ("failed", "redirected", "preflight"):
        return False
    return pd.isna(entry.body_bytes) or entry.body_bytes > 0


def _stated_empty(capture: Capture, side: str) -> set[int]:
    """Return the entries whose Content-Length says that there was no body."""
    headers = capture.headers
    headers = headers[(headers.side == side) & (headers.name == "content-length") & (headers.value == "0")]
    return set(headers.entry_id.tolist())


def _written_params(capture: Capture) -> dict[int, str]:
    """Write forms that an exporter kept as parameters alone as the forms they were."""
    params = capture.params
    params = params[params["where"].isin(["form", "multipart"])]
    found: dict[int, list[str]] = {}
    for entry_id, name, value in zip(params.entry_id.tolist(), params.name.tolist(), params.value.tolist(), strict=True):
        found.setdefault(entry_id, []).append("=".join(quote("" if pd.isna(each) else each, safe="", errors="replace") for each in (name, value)))
    return {entry_id: "&".join(pairs) for entry_id, pairs in found.items()}


def _announced(capture: Capture, side: str) -> dict[int, str]:
    """Return by entry the envelopes that headers announce: Content-Encoding aes128gcm, media types of Oblivious HTTP."""
    headers = capture.headers
    headers = headers[(headers.side == side) & headers.name.isin(["content-encoding", "content-type"])]
    found = {}
    for entry_id, name, value in zip(headers.entry_id.tolist(), headers.name.tolist(), headers.value.fillna("").tolist(), strict=True):
        if name == "content-encoding" and "aes128gcm" in value.lower():
            found[entry_id] = "aes128gcm (RFC 8188)"
        elif name == "content-type" and value.lower().startswith(_OHTTP):
            found[entry_id] = "Oblivious HTTP (RFC 9458)"
    return found


def _said_of(data: bytes | str, entry, body, announced: str | None, known: dict) -> dict:
    """Judge one body, or take what was said of the same bytes before."""
    mime = body.mime if body is not None and pd.notna(body.mime) else None
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    is_piece = bool((pd.notna(entry.status) and entry.status == 206) or (body is not None and body.complete is False))
    key = (hashlib.sha256(raw).digest(), mime, announced, is_piece, _is_anti_bot(entry.url if isinstance(entry.url, str) else ""))
    if key not in known:
        clarity = clarity_of(data, mime=mime)
        is_text = clarity.verdict == READABLE and clarity.kind in _SEARCHED and not clarity.layers
        signs = key_signs(data if isinstance(data, str) else raw.decode("utf-8", "replace")) if is_text else ()
        known[key] = _row_of(clarity, announced, is_piece, key[4]) | {"key_signs": list(signs)}
    return known[key]


@lru_cache(maxsize=1 << 16)
def _is_anti_bot(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.netloc.rpartition("@")[2].partition(":")[0].lower()
    return any(host == each or host.endswith(f".{each}") for each in _ANTI_BOT_HOSTS) or any(part in parts.path for part in _ANTI_BOT_PATHS)


def _row_of(clarity: Clarity, announced: str | None, is_piece: bool, is_anti_bot: bool) -> dict:
    """Write what was said as a row, and bring in what the bytes alone do not tell."""
    verdict, why, envelope = clarity.verdict, clarity.why, clarity.envelope
    kind = clarity.kind
    parts = [part._asdict() | {"recipients": list(part.recipients)} for part in clarity.parts]
    if announced and verdict in (CIPHERTEXT, CANNOT_TELL):
        verdict, envelope, why = CIPHERTEXT, envelope or announced, f"A header announces it: {announced}."
    elif is_anti_bot and (verdict == CIPHERTEXT or parts) and envelope is None:
        kind, why = ("anti-bot telemetry", "Sent to or from an anti-bot service: obfuscated, and its vendor can read it.") if verdict == CIPHERTEXT else (kind, why)
        verdict, parts = CANNOT_TELL if verdict == CIPHERTEXT else verdict, [part for part in parts if part["verdict"] != CIPHERTEXT]
    elif is_piece and verdict == CIPHERTEXT and envelope is None:
        verdict, why = CANNOT_TELL, "A piece of a body, which the piece alone does not tell from ciphertext."
    return {"verdict": verdict, "kind": kind, "envelope": envelope, "recipients": list(clarity.recipients), "length": clarity.length, "entropy_bits": clarity.entropy_bits, "why": why,
            "layers": list(clarity.layers), "parts": parts}  # fmt: skip
