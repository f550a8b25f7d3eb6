"""Who could read which bytes in clear where they arrived, and is any of it encrypted under a key that they lack?"""

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES, STAYED
from hartools.errors import UnknownChoiceError
from hartools.findings import found, not_found, not_observable
from hartools.parties import infrastructure_table
from hartools.parties.infrastructure import entry_infrastructure
from hartools.payloads.clarity import CANNOT_TELL, CIPHERTEXT, ENCODED, READABLE, clarity_of

__all__ = ["readability", "readability_findings"]

RULE, OPAQUE_RULE = "R-READABLE", "R-OPAQUE"
COLUMNS = {"entry_id": "int", "side": "str", "host": "str", "verdict": "str", "kind": "str", "envelope": "str", "recipients": "object", "length": "int", "entropy_bits": "float", "held": "bool",
           "in_clear": "object", "on_the_way": "bool", "statement": "str", "why": "str"}  # fmt: skip
SAID = {
    READABLE: "readable by whoever receives it: only the transport was seen to be encrypted",
    ENCODED: "readable by whoever receives it, once an encoding that needs no key is undone",
    CIPHERTEXT: "opaque here: it looks encrypted, and who holds the key is not known",
    CANNOT_TELL: "opaque here: compressed, proprietary or too short, presumably readable by its author",
}
NOT_HELD = "not recorded: nothing can be said of it"
STORAGE = "It says nothing of storage, of keys at rest, or of what anybody looked at; an audit or an enquiry could."


def readability(capture: Capture, *, ranges: pd.DataFrame | None = None, dns: pd.DataFrame | None = None, sides: tuple[str, ...] = ("request", "response")) -> pd.DataFrame:
    """Say of each body whether it was readable where it arrived, and who held it in clear there.

    Parameters
    ----------
    capture : Capture
        What the browser recorded, or an observer's view of it.
    ranges, dns : pandas.DataFrame, optional
        Facts from outside the capture; see `infrastructure_table`.
    sides : tuple of {"request", "response"}
        Which bodies.

    Returns
    -------
    pandas.DataFrame
        One row per body that was sent or could have been: entry_id, side, host, verdict (readable,
        encoded, ciphertext-like, cannot tell; unknown where the body was not recorded), kind, envelope,
        recipients (key ids that the envelope names), length (bytes), entropy_bits (per byte), held (the
        body was recorded), in_clear (list of objects: party, grade, strength; the site's own server
        first), on_the_way (it went without TLS, so that everybody on the way could read it), statement, why.

    Raises
    ------
    UnknownChoiceError
        If a side is neither request nor response.

    Notes
    -----
    TLS hides from the network alone: the party that ends it holds the body as the browser's HTTP layer
    does, unless the body is encrypted under a key that it lacks. Rules R-READABLE and R-OPAQUE;
    verdicts are those of `clarity_of`.

    Examples
    --------
    >>> import hartools as ht
    >>> table = readability(ht.read_har(ht.example_har()), sides=("response",))
    >>> table[table.held].groupby(["host", "verdict"]).size().to_dict()[("www.doctor.example", "readable")]
    2
    """
    if wrong := [side for side in sides if side not in ("request", "response")]:
        raise UnknownChoiceError(f"sides={wrong!r}: there are 'request' and 'response'")
    entries = capture.entries.set_index("entry_id")
    reached = entries.index[~entries.outcome.isin(STAYED)]
    handled = _handlers(capture, ranges, dns)
    rows, judged = [], {}
    for side in sides:
        bodies = capture.bodies(reached, side=side)
        for entry_id, mime, data, why_missing in zip(bodies.entry_id.tolist(), bodies.mime.tolist(), bodies.data.tolist(), bodies.why_missing.tolist(), strict=True):
            held = data is not None and len(data) > 0
            host, scheme = entries.host[entry_id], entries.scheme[entry_id]
            row = {"entry_id": entry_id, "side": side, "host": host, "held": held, "in_clear": handled.get(entry_id, []), "on_the_way": scheme in ("http", "ws"),
                   "statement": NOT_HELD, "why": why_missing, "recipients": []}  # fmt: skip
            rows.append(row | (_judged(data, mime, judged) if held else {}))
    index = pd.RangeIndex(len(rows))
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], index=index, dtype=DTYPES[kind]) for name, kind in COLUMNS.items()})


def readability_findings(capture: Capture, *, ranges: pd.DataFrame | None = None, dns: pd.DataFrame | None = None) -> list[dict]:
    """Say of each host which documents it held readable when answering, which were opaque, and what was looked for against it.

    Parameters
    ----------
    capture, ranges, dns
        See `readability`.

    Returns
    -------
    list of dict
        Rows of `hartools.findings` under R-READABLE and R-OPAQUE.

    Examples
    --------
    >>> import hartools as ht
    >>> rows = readability_findings(ht.read_har(ht.example_har()))
    >>> rows[0]["topic"], rows[0]["strength"]
    ('readable content', 'certain')
    """
    table = readability(capture, ranges=ranges, dns=dns)
    rows = []
    for host, bodies in table[table.held & (table.side == "response")].groupby("host", sort=True):
        clear = bodies[bodies.verdict.isin([READABLE, ENCODED])]
        opaque = bodies[bodies.verdict == CIPHERTEXT]
        rows += [_readable(capture, host, clear)] if len(clear) else []
        rows += [_opaque(host, opaque)] if len(opaque) else []
    if not len(table[table.held]):
        return [not_observable("readable content", "Whether documents were readable cannot be told: no body was recorded.", rule=RULE, entry_ids=capture.entries.entry_id)]
    if not any(row["rule"] == OPAQUE_RULE for row in rows):
        rows.append(not_found("encrypted content", "Among the recorded bodies none looks like ciphertext, and no envelope of encryption was found.", rule=OPAQUE_RULE, entry_ids=table.entry_id[table.held]))
    return rows


def _readable(capture: Capture, host: str, clear: pd.DataFrame) -> dict:
    kinds = clear.kind.value_counts().sort_index().to_dict()
    entries = capture.entries
    worker = int(entries.via_service_worker[entries.entry_id.isin(clear.entry_id)].fillna(False).sum())
    others = sorted({each["party"] for parties in clear.in_clear for each in parties})
    return found(
        "readable content", f"{len(clear)} bodies of {host} arrived readable at the browser's HTTP layer: whoever answered for it, and whoever ended TLS for it, could read them when answering.",
        {"host": host, "kinds": kinds}, basis="derived", strength="likely" if worker else "certain", rule=RULE, entry_ids=clear.entry_id,
        caveat=f"{STORAGE} {f'{worker} passed a service worker, which could have decrypted them. ' if worker else 'None passed a service worker. '}"
               f"Beside the site's own server: {', '.join(others) or 'nobody that this capture names'}.",
    )  # fmt: skip


def _opaque(host: str, opaque: pd.DataFrame) -> dict:
    envelopes = sorted(set(opaque.envelope.dropna()))
    return found("encrypted content", f"{len(opaque)} bodies of {host} look like ciphertext ({', '.join(envelopes) or 'no known envelope'}): who could read them is not known.",
                 {"host": host, "envelopes": envelopes}, basis="derived", strength="possible", rule=OPAQUE_RULE, entry_ids=opaque.entry_id,
                 caveat="That a body is opaque does not make it end-to-end encrypted: the key may be with the server, or in the page.")  # fmt: skip


def _handlers(capture: Capture, ranges, dns) -> dict[int, list[dict]]:
    """List by entry the parties that handled it in clear, with the grade and strength of the evidence."""
    table = infrastructure_table(capture, ranges=ranges, dns=dns)
    table = table[table.party.notna() & table.conclusion.isin(["ended the browser's TLS", "handled this exchange in clear"]) & (table.strength != "undecidable")]
    strengths = {(row.host, row.party): (row.grade, row.strength) for row in table.itertuples() if row.conclusion == "handled this exchange in clear"}
    told = entry_infrastructure(capture, ranges=ranges, dns=dns)
    handled = {}
    for entry_id, host, chain in zip(told.entry_id.tolist(), told.host.tolist(), told.chain.tolist(), strict=True):
        named = [(party, *strengths[(host, party)]) for party in dict.fromkeys(chain) if (host, party) in strengths]
        handled[entry_id] = [{"party": party, "grade": None if pd.isna(grade) else grade, "strength": strength} for party, grade, strength in named]
    return handled


def _judged(data: bytes | str, mime: str | None, known: dict) -> dict:
    key = (data, None if pd.isna(mime) else mime)
    if key not in known:
        clarity = clarity_of(data, mime=key[1])
        known[key] = {"verdict": clarity.verdict, "kind": clarity.kind, "envelope": clarity.envelope, "recipients": list(clarity.recipients), "length": clarity.length,
                      "entropy_bits": clarity.entropy_bits, "statement": SAID[clarity.verdict], "why": clarity.why}  # fmt: skip
    return known[key]
