"""Which documents arrived readable, so that the server side held them readable when answering; and what was looked for against it?"""

from collections.abc import Iterator

import pandas as pd

from hartools.capture import Capture
from hartools.columns import RECEIVED
from hartools.findings import findings_table, found, not_found, not_observable
from hartools.inference.handlers import ENDED_TLS
from hartools.inference.key_signs import KEY_SIGNS
from hartools.inference.readable import content_of, readability, readability_summary, strongest
from hartools.payloads.clarity import CANNOT_TELL, CIPHERTEXT, ENCODED, READABLE

__all__ = ["content_of", "readability", "readability_findings", "readability_summary", "strongest"]

READABLE_RULE, OPAQUE_RULE, KEY_RULE = "R-READABLE", "R-OPAQUE", "R-KEY"
# What the table says of nobody in particular: these are no conclusions of one observer.
NOBODY = "capture:all parties"
WHOLE = 4096
SHOWS = {sign.name: sign.shows for sign in KEY_SIGNS}
SAYS = {
    "decrypts": "code that decrypts", "library": "a library that encrypts for recipients", "key": "a key, or code that takes one in", "worker": "the registration of a service worker", "fragment": "code that reads the part of an address behind #",
}  # fmt: skip
# What no capture can tell, and who could.
UNDECIDABLE = (
    ("storage", "Whether what was handled in clear was stored, logged or encrypted at rest cannot be told from a capture.", "Could tell: an audit, the processor's contract and records, an access request (GDPR art. 15), the data-protection authority."),
    ("keys", "Who holds the private key of the certificate, and the keys of what is stored, cannot be told from a capture.", "Could tell: the site and its providers, an audit, the data-protection authority. Keys for stored data change nothing in who handled the exchange in clear."),
    ("edge to origin", "Whether the way from the party that ends TLS to the site's own server is encrypted cannot be told from the browser's side.", "Could tell: the site and that party; an enquiry."),
    ("key in the address", "A key behind the # of an address is not sent and does not stand in a HAR: a page could decrypt with one that this capture does not show.", "Could tell: the address bar, and the scripts of the page."),
)  # fmt: skip


def readability_findings(capture: Capture, *, ranges: pd.DataFrame | None = None, dns: pd.DataFrame | None = None, table: pd.DataFrame | None = None) -> pd.DataFrame:
    """Say of each host which documents and data it held readable, which were opaque, and what was looked for against it.

    Parameters
    ----------
    capture, ranges, dns
        See `readability`.
    table : pandas.DataFrame, optional
        As `readability` gave it for this capture, so that bodies are not judged again.

    Returns
    -------
    pandas.DataFrame
        Table ``findings``: per host and side what was readable (R-READABLE) and what was opaque
        (R-OPAQUE), then the counter-cases (R-KEY), then what cannot be decided and who could tell. The
        observer is written ``capture:all parties``: these are conclusions about bytes, not those of one onlooker.

    Notes
    -----
    Readable is never a statement about storage, and opaque is never called end-to-end encrypted: who
    holds the key is not seen.

    Examples
    --------
    >>> import hartools as ht
    >>> findings = readability_findings(ht.read_har(ht.example_har()))
    >>> findings.loc[0, ["rule", "basis", "strength"]].tolist()
    ['R-READABLE', 'derived', 'certain']
    """
    table = readability(capture, ranges=ranges, dns=dns) if table is None else table
    rows = list(_of_hosts(table))
    rows.sort(key=lambda row: row["rule"] != READABLE_RULE)
    rows += [*_nothing_opaque(table), *_counter_cases(capture, table), *_not_recorded(table), *_undecidable(capture)]
    rows.sort(key=lambda row: row["result"] != "found")
    return findings_table(rows, observer=capture.observer or NOBODY)


def _of_hosts(table: pd.DataFrame) -> Iterator[dict]:
    held = table[table.held & table.host.notna()]
    for (host, side), bodies in held.groupby(["host", "side"], sort=False):
        content = bodies[bodies.content.isin(["documents", "data"])]
        clear = content[content.verdict.isin([READABLE, ENCODED])]
        # what a worker in the browser passed on could have been decrypted there
        passed = clear.via_service_worker.fillna(False).astype(bool)
        for through_worker, mine in ((False, clear[~passed]), (True, clear[passed])):
            if len(mine):
                yield _readable(host, side, mine, through_worker)
        opaque = bodies[bodies.verdict == CIPHERTEXT]
        if len(opaque):
            yield _opaque(host, side, opaque)
        holding = clear[[any(part["verdict"] == CIPHERTEXT for part in parts) for parts in clear.parts]]
        if len(holding):
            yield _sealed_parts(host, side, holding)


def _readable(host: str, side: str, bodies: pd.DataFrame, through_worker: bool) -> dict:
    parties = strongest(bodies.in_clear)
    ended = [each for each in parties if each["role"] == ENDED_TLS]
    who = f"whoever ends TLS for it ({', '.join(map(_named, ended))})" if ended else "whoever ends TLS for it (nobody is named by this capture)"
    who = "everybody on the way, since there was no TLS," if bodies.on_the_way.all() else who
    kinds = bodies.kind.value_counts().sort_index().to_dict()
    arrived = ("arrived readable at" if side == "response" else "left readable from") + " the browser's HTTP layer"
    held = "held them readable when answering" if side == "response" else "held them readable on receipt"
    number = f"{len(bodies):,} bodies" if len(bodies) > 1 else "One body"
    return found("readable content", f"{number} {'of' if side == 'response' else 'sent to'} {host} ({_counted(kinds)}) {arrived}, so the server side, and {who}, {held}; it says nothing about storage.",
                 {"host": host, "side": side, "kinds": kinds, "in_clear": parties}, basis="derived", strength="likely" if through_worker else "certain", rule=READABLE_RULE, entry_ids=bodies.entry_id,
                 caveat="They passed a service worker, which could have decrypted them before they got here: then the HTTP layer of the page saw more than the server side held." if through_worker
                 else f"It would be refuted by a service worker that decrypted in between ({'whether one did, this exporter does not say' if bodies.via_service_worker.isna().all() else 'none is recorded for these'}), or by a capture that was altered.")  # fmt: skip


def _named(each: dict) -> str:
    return f"{each['party']}, {each['strength']}" + (f", {each['grade']}" if each["grade"] else "")


def _counted(kinds: dict[str, int]) -> str:
    return ", ".join(f"{kind} {number:,}" for kind, number in kinds.items())


def _opaque(host: str, side: str, bodies: pd.DataFrame) -> dict:
    envelopes = sorted(set(bodies.envelope.dropna()))
    recipients = list(dict.fromkeys(name for names in bodies.recipients for name in names))[:20]
    number = f"{len(bodies):,} bodies" if len(bodies) > 1 else "One body"
    looks = f"are ciphertext by their envelope ({', '.join(envelopes)})" if envelopes and bodies.envelope.notna().all() else "look like ciphertext" + (f", in part by their envelope ({', '.join(envelopes)})" if envelopes else ", without a known envelope")
    strength = "very likely" if bodies.envelope.notna().all() else "likely" if (bodies.length >= WHOLE).all() else "possible"
    return found("opaque content", f"{number} {'of' if side == 'response' else 'sent to'} {host} {looks if len(bodies) > 1 else looks.replace('are ', 'is ', 1).replace('look ', 'looks ', 1).replace('their', 'its')}: opaque to us, their reader unknown.",
                 {"host": host, "side": side, "envelopes": envelopes, "recipients": recipients}, basis="derived", strength=strength, rule=OPAQUE_RULE, entry_ids=bodies.entry_id,
                 caveat="Opaque to us is not end-to-end encrypted: the key may be with the server, with a processor, or in a script of the page. Without an envelope it could also be a compressed stream of a kind not known here.")  # fmt: skip


def _sealed_parts(host: str, side: str, bodies: pd.DataFrame) -> dict:
    parts = [part for each in bodies.parts for part in each if part["verdict"] == CIPHERTEXT]
    envelopes = sorted({part["envelope"] for part in parts if part["envelope"]})
    return found("opaque content", f"{len(parts):,} members of readable bodies {'of' if side == 'response' else 'sent to'} {host} are ciphertext-like ({', '.join(envelopes) or 'no known envelope'}): opaque to us, their reader unknown.",
                 {"host": host, "side": side, "envelopes": envelopes, "members": list(dict.fromkeys(part["path"] for part in parts))[:20]}, basis="derived", strength="very likely" if envelopes else "possible", rule=OPAQUE_RULE,
                 entry_ids=bodies.entry_id, caveat="Tokens in which a server keeps its own state look like this too: they are for the server that made them.")  # fmt: skip


def _nothing_opaque(table: pd.DataFrame) -> Iterator[dict]:
    held = table[table.held]
    sealed = (held.verdict == CIPHERTEXT) | pd.Series([any(part["verdict"] == CIPHERTEXT for part in parts) for parts in held.parts], index=held.index, dtype=bool)
    if len(held) and not sealed.any():
        unclear = int((held.verdict == CANNOT_TELL).sum())
        yield not_found("opaque content", "Among the recorded bodies none looks like ciphertext, and no envelope of encryption was found.", rule=OPAQUE_RULE, entry_ids=held.entry_id,
                        caveat=f"Of {unclear:,} it cannot be told." if unclear else None)  # fmt: skip
    if not len(held):
        yield not_observable("readable content", "Whether bodies were readable cannot be told: none was recorded.", rule=READABLE_RULE, entry_ids=table.entry_id, caveat="Record again and export with the contents of answers.")


def _counter_cases(capture: Capture, table: pd.DataFrame) -> Iterator[dict]:
    """Look for what would make the HTTP layer of the browser see other bytes than the server side held."""
    ids: dict[str, list[int]] = {}
    for entry_id, signs in zip(table.entry_id.tolist(), table.key_signs.tolist(), strict=True):
        for sign in signs:
            ids.setdefault(sign, []).append(entry_id)
    for sign, entry_ids in ids.items():
        yield found("counter-case", f"Recorded bodies hold {SAYS[SHOWS[sign]]} ({sign}): what is opaque here could be read in the page, and by whoever serves its scripts.", sign, basis="observed",
                    strength="possible" if SHOWS[sign] in ("key", "fragment") else "likely", rule=KEY_RULE, entry_ids=entry_ids, caveat="That the code or the value stands there does not show that it was used, or on what.")  # fmt: skip
    entries = capture.entries[capture.entries.outcome.isin(RECEIVED)]
    worker = entries.via_service_worker.fillna(False).astype(bool)
    if worker.any():
        yield found("counter-case", f"{int(worker.sum()):,} answers came through a service worker, which could have changed or decrypted them.", "service worker", basis="observed", strength="certain", rule=KEY_RULE, entry_ids=entries.entry_id[worker])
    elif entries.via_service_worker.notna().any():
        yield not_found("counter-case", "No answer is recorded as having come through a service worker.", rule=KEY_RULE, entry_ids=entries.entry_id)
    else:
        yield not_observable("counter-case", "Whether answers came through a service worker cannot be told: this exporter does not say.", rule=KEY_RULE, entry_ids=entries.entry_id)
    looked = table[table.held & table.kind.isin(["javascript", "html", "json"])]
    missing = int(((table.side == "response") & ~table.held).sum())
    if not ids:
        yield not_found("counter-case", f"Neither a key nor code that decrypts was found in {len(looked):,} recorded scripts, pages and answers in JSON.", rule=KEY_RULE, entry_ids=looked.entry_id,
                        caveat=f"{missing:,} answers were not recorded, and code can be written in a way not known here." if missing else "Code can be written in a way not known here.")  # fmt: skip


def _not_recorded(table: pd.DataFrame) -> Iterator[dict]:
    missing = table[~table.held]
    if len(missing) and table.held.any():
        yield not_observable("readable content", f"{len(missing):,} bodies were not recorded: not recorded is not nothing.", rule=READABLE_RULE, entry_ids=missing.entry_id)


def _undecidable(capture: Capture) -> Iterator[dict]:
    for topic, claim, caveat in UNDECIDABLE:
        yield not_observable(topic, claim, rule=KEY_RULE if topic == "key in the address" else READABLE_RULE, entry_ids=capture.entries.entry_id, caveat=caveat)
