"""Which answer set a cookie, and which later requests, caused by whom, sent it back?"""

from collections import defaultdict

import pandas as pd

from hartools.capture import Capture
from hartools.columns import STAYED
from hartools.masking import fingerprint, mask
from hartools.payloads.identifiers.hops import Hops, hops_of
from hartools.payloads.identifiers.rows import absent, sites_by_entry, table_of, unseen
from hartools.reading.fitting import clean

__all__ = ["cookie_travels"]

COLUMNS = {"result": "str", "party": "str", "name": "str", "value": "str", "fingerprint": "str", "set_by": "str", "domain": "str", "sent_to": "str", "hop": "str", "caused_by": "str",
           "set_entry": "int", "entry_ids": "object", "why": "str"}


def cookie_travels(capture: Capture, *, reveal: bool = False) -> pd.DataFrame:
    """Follow each cookie from the answer that set it to the requests that sent it back.

    Parameters
    ----------
    capture : Capture
        A capture, or an observer's view.
    reveal : bool
        Show values as they are.

    Returns
    -------
    pandas.DataFrame
        One row per cookie value, receiving host and cause, in the order of time: result (found,
        or ``not found`` for a cookie that was set and not seen sent back), party (registrable
        domain), name, value (masked), fingerprint, set_by (host that answered; unknown where no
        answer of the capture set it), domain (Domain attribute), sent_to (host), hop, caused_by
        (registrable domain of the script, document or redirect that caused the sending),
        set_entry, entry_ids in the order of time, why. Rows of what could not be seen have the
        result ``not observable``.

    Notes
    -----
    A cookie is the same where registrable domain, name and value are equal; the Path attribute and
    partitions are not told apart.

    Examples
    --------
    >>> import hartools as ht
    >>> cookie_travels(ht.read_har(ht.example_har()))[["result", "set_by", "name"]].values.tolist()[0]
    ['not found', 'sync.alpha.example', 'uid']
    """
    hops, entries = hops_of(capture), capture.entries
    site, host = sites_by_entry(entries), dict(zip(entries.entry_id.tolist(), entries.host.tolist(), strict=True))
    never = set(entries.entry_id[entries.outcome.isin(STAYED)].tolist())
    made: dict[tuple, list[tuple]] = defaultdict(list)
    sent: dict[tuple, dict[tuple, list[int]]] = defaultdict(dict)
    cookies = capture.cookies
    for entry_id, side, name, value, domain in zip(*(cookies[column].tolist() for column in ("entry_id", "side", "name", "value", "domain")), strict=True):
        if pd.isna(value) or not value or entry_id in never:
            continue
        if side == "response":
            made[site[entry_id], name, value].append((hops.order[entry_id], entry_id, domain))
        else:
            sent[site[entry_id], name, value].setdefault((host[entry_id], hops.kind[entry_id], hops.caused_by[entry_id]), []).append(entry_id)
    hidden = {kind: why for kind, why in unseen(capture).items() if kind in ("cookie", "Set-Cookie")}
    rows = [row for key in dict.fromkeys([*made, *sent]) for row in _rows(key, sorted(made.get(key, []), key=lambda each: each[:2]), sent.get(key, {}), host, hops, hidden, reveal)]
    rows.sort(key=lambda row: (hops.order[row["entry_ids"][0]], row["name"], row["fingerprint"]))
    rows += [absent("not observable", why, capture, name=kind) for kind, why in hidden.items()]
    return table_of(rows or [absent("not found", "no cookie was set or sent", capture)], COLUMNS)


def _rows(key: tuple, made: list[tuple], sent: dict[tuple, list[int]], host: dict, hops: Hops, hidden: dict, reveal: bool) -> list[dict]:
    party, name, value = key
    row = {"result": "found", "party": party, "name": clean(str(name))[:80], "value": mask(clean(value), reveal=reveal), "fingerprint": fingerprint(value)}
    if made:
        row |= {"set_by": host[made[0][1]], "domain": made[0][2], "set_entry": made[0][1]}
    setting = [made[0][1]] if made else []
    if not sent:
        return [row | {"result": "not found", "entry_ids": setting, "why": "set, and not seen sent back" + (f": {hidden['cookie']}" if "cookie" in hidden else "")}]
    why = "set, then sent" if made else "sent; set before the recording, by a script, or by an answer that the file does not hold"
    return [row | {"sent_to": to, "hop": hop, "caused_by": cause, "entry_ids": sorted({*setting, *entry_ids}, key=hops.order.__getitem__), "why": why} for (to, hop, cause), entry_ids in sent.items()]
