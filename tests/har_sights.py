"""What does each kind of observer receive of a recording, reckoned from its mask and from the file, without its view?"""

import json
from functools import cache
from typing import NamedTuple

import pandas as pd
from har_mutations import SIGNS, Changed, changed
from samples import DIRECTORY, ALL_FILES, SAMPLES

import hartools as ht
from hartools.columns import RECEIVED, TABLES
from hartools.observers.fronting import fronting
from hartools.observers.in_page import loads_of, seen_from_within

__all__ = ["CATALOGUE", "KINDS", "Sight", "conclude", "documents", "findings_of", "load", "observers_of", "plain", "read", "sight_of", "tables_of"]

CATALOGUE = ht.read_catalogue(DIRECTORY)
DRESSED = sorted(path.relative_to(SAMPLES).as_posix() for path in (SAMPLES / "dressed").glob("*.har"))
VISITS = sorted({name.split(".")[0] for name in ALL_FILES})
EXPORTERS = sorted({name.split(".")[1] for name in ALL_FILES})
KINDS = [column for column in ht.visibility_table().columns if column not in ("table", "column", "why")]
FIELDS = {table: [column.name for column in columns] for table, columns in TABLES.items()}
# Keys by which evidence is cited: compared by the request that they stand for.
KEYS = ("entry_id", "initiator_entry", "redirect_from")


class Sight(NamedTuple):
    """What an observer receives of a document.

    Attributes
    ----------
    observer : str
    cells : list of (frozenset of (table, column)) or None
        Of each entry the cells that reach it, None for one that does not.
    never_sent : tuple of str
        Its own hosts, to which other requests could have been blocked.
    elsewhere : tuple of str
        Hosts of which nothing reaches it.
    signs : tuple of str
        Providers whose headers may stand on those hosts without making them the observer's.
    apart : bool
        What stands in a page of its own is told by Referer and redirect.
    unlike : bool
        What it fronts is told by address, too.
    """

    observer: str
    cells: list
    never_sent: tuple[str, ...]
    elsewhere: tuple[str, ...]
    signs: tuple[str, ...]
    apart: bool
    unlike: bool

    def change(self, document: dict, chance, **settings) -> Changed:
        """Change everything in a document that this observer does not receive."""
        return changed(document, self.cells, chance, never_sent=self.never_sent, elsewhere=self.elsewhere, signs=self.signs, apart=self.apart, unlike=self.unlike, **settings)


@cache
def load(name: str) -> dict:
    """Read a sample; what is given out is not to be changed."""
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def documents(number: int) -> list[str]:
    """Name one recording of each exporter, and the dressed ones, other visits for each number."""
    return [f"{VISITS[(number + place) % len(VISITS)]}.{exporter}.har" for place, exporter in enumerate(EXPORTERS)] + DRESSED


def read(document: dict) -> ht.Capture:
    """Read a document as a file would be."""
    return ht.read_har(json.dumps(document).encode())


def observers_of(capture: ht.Capture, kind: str, number: int) -> list[str]:
    """Name one or two observers of a kind: one in turn, and the image host where it is of that kind."""
    found = ht.find_observers(capture)
    names = found.observer[found.kind == kind].tolist()
    chosen = [names[number % len(names)], *(name for name in names if "cloudinary" in name.lower())] if names else []
    return list(dict.fromkeys(chosen))


@cache
def _masks() -> pd.DataFrame:
    return ht.visibility_table()


def marked(kind: str, *marks: str) -> frozenset:
    """Give the (table, column) pairs that the mask of a kind marks with any of these; of bodies the two sides beside them."""
    masks = _masks()
    rows = masks[[bool(set(marks) & set(each.split("+"))) for each in masks[kind]]]
    told = set(zip(rows.table, rows.column, strict=True))
    sides = {"request", "response"} if "document" not in marks else {"response"}
    return frozenset(told | ({("bodies", side) for side in sides} if ("bodies", "data") in told else set()))


def sight_of(capture: ht.Capture, observer: str) -> Sight:
    """Reckon what an observer receives of a capture."""
    kind, _, name = observer.partition(":")
    entries = capture.entries
    cells = CELLS[kind](capture, kind, name) if kind in CELLS else _asked(capture, kind, name)
    mine = {host for host, each in zip(entries.host, cells, strict=True) if each is not None and isinstance(host, str)}
    known, in_page = set(entries.host.dropna()), kind in ("tag_manager", "script")
    # every request reaches somebody on the way: what he does not see was never sent
    others = () if kind.startswith(("network", "resolver")) else (*sorted(set() if in_page else known - mine), "other.example", "third.example.org")
    never = known if in_page or not others else mine
    return Sight(observer, cells, tuple(sorted(never)), others, tuple(each for each in SIGNS if each not in name), in_page, kind in ("tls_terminator", "hosting"))


def _sent(capture: ht.Capture) -> pd.Series:
    return capture.entries.outcome.isin(RECEIVED)


def _asked(capture: ht.Capture, kind: str, name: str) -> list:
    """Give all that the mask leaves of the requests that reached an observer itself."""
    cells = marked(kind, "yes")
    return [cells if sent and reached else None for sent, reached in zip(_sent(capture), ROWS[kind](capture, name), strict=True)]


def _of_site(capture: ht.Capture, site: str) -> list[bool]:
    return [isinstance(host, str) and ht.registrable_domain(host) == site for host in capture.entries.host]


def _of_owner(capture: ht.Capture, name: str) -> list[bool]:
    owners = ht.owners_of_hosts(capture.entries.host)
    hosts = set(owners.host[(owners.organisation == name).fillna(False)])
    return [host in hosts for host in capture.entries.host]


def _fronted(kind: str):
    def reached(capture: ht.Capture, name: str) -> list[bool]:
        places = fronting(capture, capture.entries).rows.get((kind, name), ())
        return [place in set(places) for place in range(len(capture))]

    return reached


ROWS = {"third_party": _of_site, "first_party": _of_site, "organisation": _of_owner, "tls_terminator": _fronted("tls_terminator"), "hosting": _fronted("hosting")}

# Which cell of an entry a column of table ``connections`` is made of.
WIRE = {"name": "host", "address": "server_ip", "port": "port", "first": "started", "last": "started", "bytes_up": "request_bytes", "bytes_down": "transfer_bytes"}


def _on_the_way(capture: ht.Capture, kind: str, _: str) -> list:
    """Give what stands outside of TLS: all of a request without it, else the cells that the table of connections is made of."""
    seen = frozenset(cell for cell in marked(kind, "yes") if cell[0] == "connections")
    wire = seen | frozenset(("entries", cell) for column, cell in WIRE.items() if ("connections", column) in seen)
    clear = wire | marked(kind, "yes", "clear")
    plain_text = capture.entries.scheme.isin(("http", "ws"))
    return [(clear if in_clear else wire) if sent else None for sent, in_clear in zip(_sent(capture), plain_text, strict=True)]


def _resolving(capture: ht.Capture, kind: str, _: str) -> list:
    """Give name and address of each request that was sent, and the time of the first of each name."""
    entries, sent = capture.entries, _sent(capture)
    first = entries[sent].sort_values("started", kind="stable").drop_duplicates("host").entry_id.tolist()
    cells = frozenset({("entries", "host"), ("entries", "server_ip")})
    return [(cells | {("entries", "started")} if entry_id in first else cells) if each else None for entry_id, each in zip(entries.entry_id, sent, strict=True)]


def _together(capture: ht.Capture, kind: str, name: str) -> list:
    """Give what any of the members receives."""
    members = [_asked(capture, "third_party", site) for site in name.split("+")]
    return [next((each for each in cells if each is not None), None) for cells in zip(*members, strict=True)]


def _in_page(capture: ht.Capture, kind: str, site: str) -> list:
    """Give of its own requests everything, and of what its page loads what a script can read."""
    entries = ht.label_parties(capture).entries if capture.entries.site.isna().all() else capture.entries
    loads = loads_of(capture, entries)
    cells: list = [None] * len(entries)
    for place, part in zip(loads.rows.tolist(), seen_from_within(loads, entries, site).tolist(), strict=True):
        cells[place] = marked(kind, "yes", "open", part) if part else None
    return cells


CELLS = {"tag_manager": _in_page, "script": _in_page, "network": _on_the_way, "network_doh": _on_the_way, "network_ech": _on_the_way, "network_doh_ech": _on_the_way, "resolver": _resolving, "coalition": _together}


# ---- what comes out -------------------------------------------------------------------------


def conclude(capture: ht.Capture, view: ht.Capture) -> pd.DataFrame:
    """Conclude as a reader does: the raw capture is not looked at."""
    return ht.infer(view, catalogue=CATALOGUE)


def findings_of(capture: ht.Capture, view: ht.Capture, origin: list, *, rule=conclude) -> list[str]:
    """Return the findings of an observer, one text each, the requests that they cite told by their place in the first document."""
    rows = ht.findings_json(rule(capture, view))
    return [json.dumps(row | {"entry_ids": sorted(str(origin[entry_id]) for entry_id in row["entry_ids"])}, sort_keys=True, ensure_ascii=False, default=str) for row in rows]


def tables_of(view: ht.Capture, origin: list) -> dict[str, pd.DataFrame]:
    """Return every table of a view, bodies included, entries told by their place in the first document."""
    tables = {name: view.table(name) for name in FIELDS if name not in ("bodies", "findings")} | {"bodies": view.bodies()}
    return {name: plain(table, origin) for name, table in tables.items()}


def plain(table: pd.DataFrame, origin: list) -> pd.DataFrame:
    """Give a table as plain objects, unknown as None."""
    told = table.astype(object).where(table.notna(), None)
    for key in KEYS:
        if key in told:
            told[key] = [None if each is None else str(origin[each]) for each in told[key]]
    return told
