"""Who could read what went to which host?"""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from hartools.capture import Capture
from hartools.columns import RECEIVED, require_columns
from hartools.parties.infrastructure import infrastructure_table
from hartools.parties.infrastructure.words import IN_CLEAR, TLS
from hartools.parties.owners import owner_of, owners_table
from hartools.plots.lettering import fitted
from hartools.plots.style import axes_for, inches_of, labelled, literal, nothing, plural, say

__all__ = ["plot_readers"]

OWN = "its own host"
# Strongest first: marker, colour (Okabe and Ito), filled or not. Its word stands in each cell too.
STRENGTHS = {
    OWN: ("s", "#000000", "full", "own"), "certain": ("o", "#0072B2", "full", "certain"), "very likely": ("o", "#0072B2", "left", "very likely"),
    "likely": ("^", "#E69F00", "full", "likely"), "possible": ("^", "#E69F00", "none", "possible"), "undecidable": ("D", "#777777", "none", "undecidable"),
}  # fmt: skip
ORDER = {strength: rank for rank, strength in enumerate(STRENGTHS)}
WIDE, HIGH, ROW_LABEL, COLUMN_LABEL = 0.74, 0.4, 2.6, 2.0


def plot_readers(capture: Capture, *, ax: Axes | None = None, infrastructure: pd.DataFrame | None = None, hosts: int = 10, parties: int = 14, title: str | None = None) -> Axes:
    """Draw a table of parties by hosts: how surely each could read what the browser and that host said to each other.

    Parameters
    ----------
    capture : Capture
    ax : matplotlib.axes.Axes, optional
        On given axes no more rows and columns are drawn than can be read there.
    infrastructure : pandas.DataFrame, optional
        As `hartools.parties.infrastructure.infrastructure_table` gives it, which is asked by default:
        columns host, party, conclusion and strength, and organisation where known.
    hosts, parties : int
        Columns and rows at most; the rest is counted.
    title : str, optional
        By default the finding.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    UnknownColumnError
        If the table given lacks one of these columns.

    Notes
    -----
    Who answers at a host reads what it is sent, so each host that answered has a row of its own: that
    of the organisation that owns it, or of its site where our table of owners does not say. Others are
    rows by what shows that they handled the exchange in clear or ended TLS; of several, the strongest
    counts. An empty cell says that no sign was seen, and not that the party could not read.

    Examples
    --------
    >>> import hartools as ht
    >>> table = pd.DataFrame({"host": ["www.doctor.example"], "party": ["Cloudflare"], "conclusion": ["ended the browser's TLS"], "strength": ["very likely"]})
    >>> plot_readers(ht.read_har(ht.example_har()), infrastructure=table).get_title(loc="left")
    'Cloudflare too could read what went to the first-party host (very likely)'
    """
    capture, known = labelled(capture)
    table = infrastructure_table(capture) if infrastructure is None else infrastructure
    require_columns(table, ["host", "party", "conclusion", "strength"])
    asked = _asked(capture)
    if not len(asked):
        with axes_for(ax, (6, 3)) as ax:
            return nothing(ax, "no host answered")
    cells = _cells(asked, table)
    if ax is not None:
        wide, high = inches_of(ax)
        hosts, parties = min(hosts, max(1, int(wide / 0.62))), min(parties, max(1, int(high / 0.3)))
    columns = asked.host.head(hosts).tolist()
    rows = _rows(cells, asked, columns)
    with axes_for(ax, (WIDE * max(len(columns), 3), HIGH * max(len(rows[:parties]), 2)), around=(ROW_LABEL, 0.75, 1.2, COLUMN_LABEL + 0.4)) as ax:
        _draw(ax, cells, rows[:parties], columns, asked)
        return say(ax, title=title or _title(cells, asked), alt=_alt(cells, asked), caption=_caption(cells, len(asked), len(rows[:parties]), len(columns), known))


def _asked(capture: Capture) -> pd.DataFrame:
    """List the hosts that answered, first party first, then by requests: host, party, reader, entries."""
    entries = capture.entries
    answered = entries[entries.host.notna() & entries.outcome.isin(RECEIVED)]
    table = answered.groupby("host").agg(party=("party", "first"), site=("site", "first"), entries=("entry_id", "size")).reset_index()
    table["party"] = table.party.fillna("unknown")
    table["reader"] = [(owner_of(host) or {}).get("organisation") or (host if pd.isna(site) else site) for host, site in zip(table.host, table.site, strict=True)]
    return table.assign(rank=table.party.map({"first": 0, "third": 1, "unknown": 2})).sort_values(["rank", "entries", "host"], ascending=[True, False, True]).reset_index(drop=True)


def _cells(asked: pd.DataFrame, table: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return the strongest strength by reader and host; who owns a host is no second reader of it."""
    owners = dict(zip(asked.host, asked.reader, strict=True))
    named = table.organisation.fillna(table.party) if "organisation" in table else table.party
    shown = table.assign(reader=named)[table.conclusion.isin([IN_CLEAR, TLS]) & table.strength.isin(list(ORDER)) & table.host.isin(list(owners)) & named.notna()]
    parents = owners_table().dropna(subset="ultimate_parent").drop_duplicates("organisation").set_index("organisation").ultimate_parent.to_dict()
    cells: dict[tuple[str, str], str] = {}
    for host, reader, strength in zip(shown.host, shown.reader, shown.strength, strict=True):
        if not _one(reader, owners[host], parents):
            cells[reader, host] = min(cells.get((reader, host), strength), strength, key=ORDER.get)
    return cells | {(reader, host): OWN for host, reader in owners.items()}


def _one(reader: str, owner: str, parents: dict[str, str]) -> bool:
    """Tell whether two names are of one house: one parent, or the second a part of the first, as ``Google (Analytics)`` is."""
    return owner == reader or owner.startswith(f"{reader} ") or (reader in parents and parents[reader] == parents.get(owner))


def _rows(cells: dict, asked: pd.DataFrame, columns: list[str]) -> list[str]:
    """Order the readers of these hosts: the first party, then who could read most of its hosts, then as the hosts stand."""
    first, place = set(asked.host[asked.party == "first"]), {host: number for number, host in enumerate(columns)}
    own = set(asked.reader[asked.party == "first"])
    ranks: dict[str, list[int]] = {}
    for reader, host in cells:
        if host in place:
            rank = ranks.setdefault(reader, [0, len(columns), 0])
            rank[0], rank[1], rank[2] = rank[0] - (host in first), min(rank[1], place[host]), rank[2] - 1
    return sorted(ranks, key=lambda reader: (reader not in own, *ranks[reader], reader))


def _draw(ax: Axes, cells: dict, rows: list[str], columns: list[str], asked: pd.DataFrame) -> None:
    parties = asked.set_index("host").party
    for row, reader in enumerate(rows):
        for column, host in enumerate(columns):
            strength = cells.get((reader, host))
            if strength is None:
                continue
            marker, colour, fill, word = STRENGTHS[strength]
            ax.add_patch(Rectangle((column + 0.03, row + 0.04), 0.94, 0.92, facecolor="#F1F1F1" if strength == OWN else "#FFFFFF", edgecolor="#CCCCCC", linewidth=0.6, zorder=1))
            ax.plot(column + 0.5, row + 0.34, marker=marker, markersize=7, color=colour, fillstyle=fill, markerfacecoloralt="white", linestyle="", zorder=3)
            ax.text(column + 0.5, row + 0.8, word, ha="center", va="center_baseline", fontsize=6.5, zorder=3)
    ax.set_xlim(0, len(columns))
    ax.set_ylim(len(rows), 0)
    first = int((parties[columns] == "first").sum())
    if 0 < first < len(columns):
        ax.axvline(first, color="#555555", linewidth=1.2, zorder=2)
    _axes(ax, rows, columns, parties)


def _axes(ax: Axes, rows: list[str], columns: list[str], parties: pd.Series) -> None:
    ax.hlines(range(len(rows) + 1), 0, len(columns), color="#E6E6E6", linewidth=0.6, zorder=0)
    ax.xaxis.tick_top()
    ax.set_xticks([number + 0.5 for number in range(len(columns))], [fitted(host, COLUMN_LABEL, size=8.5) for host in columns], rotation=50, ha="left", rotation_mode="anchor", fontsize=8.5)
    ax.set_yticks([number + 0.5 for number in range(len(rows))], [fitted(reader, ROW_LABEL - 0.15, size=9) for reader in rows], fontsize=9)
    for label in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        label.set_parse_math(False)
    for label, host in zip(ax.get_xticklabels(), columns, strict=True):
        label.set_fontweight("bold" if parties[host] == "first" else "normal")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    marks = [Line2D([], [], linestyle="", marker=marker, markersize=7, color=colour, fillstyle=fill, markerfacecoloralt="white", label=strength)
             for strength, (marker, colour, fill, _) in STRENGTHS.items()]
    ax.legend(handles=marks, loc="upper left", bbox_to_anchor=(0, -0.12 / inches_of(ax)[1]), ncols=3, borderaxespad=0, fontsize=8)


def _others(cells: dict, asked: pd.DataFrame) -> dict[str, list[str]]:
    """Return by reader the strengths on first-party hosts that are not its own."""
    first = set(asked.host[asked.party == "first"])
    found: dict[str, list[str]] = {}
    for (reader, host), strength in cells.items():
        if host in first and strength != OWN:
            found.setdefault(reader, []).append(strength)
    return found


def _title(cells: dict, asked: pd.DataFrame) -> str:
    first = int((asked.party == "first").sum())
    found = {reader: [strength for strength in strengths if strength != "undecidable"] for reader, strengths in _others(cells, asked).items()}
    found = {reader: strengths for reader, strengths in found.items() if strengths}
    if not first:
        return f"{plural(asked.reader.nunique(), 'party', 'parties')} answered at {plural(len(asked), 'host')}"
    if not found:
        return f"No sign that anybody but the first party could read what went to its {plural(first, 'host')}"
    most = min(found, key=lambda reader: (-len(found[reader]), min(map(ORDER.get, found[reader])), reader))
    words = " or ".join(strength for strength in ORDER if strength in found[most])
    rest = f", as could {plural(len(found) - 1, 'other')}" if len(found) > 1 else ""
    where = "the first-party host" if first == 1 else f"{len(found[most])} of {first:,} first-party hosts"
    return f"{literal(most)} too could read what went to {where} ({words}){rest}"


def _alt(cells: dict, asked: pd.DataFrame) -> str:
    told = "; ".join(f"{literal(reader)}: {', '.join(f'{strengths.count(strength)} {strength}' for strength in ORDER if strength in strengths)}" for reader, strengths in sorted(_others(cells, asked).items())[:6])
    return f"Table of {plural(len({reader for reader, _ in cells}), 'party', 'parties')} by {plural(len(asked), 'host')} that answered. On first-party hosts, beside the first party: {told or 'no sign of anybody'}."


def _caption(cells: dict, hosts: int, rows: int, columns: int, known: bool) -> str:
    parts = ["A mark says how surely a party could read what the browser and that host said to each other, by its shape and its word; of several signs the strongest counts. "
             "Who owns a host reads what is sent to it. An empty cell says that no sign was seen, not that the party could not read. First-party hosts are bold and stand left."]
    if hosts > columns:
        parts.append(f"{plural(hosts - columns, 'host')} with fewer requests not drawn.")
    parties = len({reader for reader, _ in cells})
    if parties > rows:
        parts.append(f"{plural(parties - rows, 'party', 'parties')} not drawn, most of them because their hosts are not.")
    if not known:
        parts.append("Which site was visited is not known here, so no host is called first party.")
    return " ".join(parts)
