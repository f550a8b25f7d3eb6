"""How many bodies were readable, encoded, opaque or not recorded, host by host, and who else handled them in clear?"""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from hartools.columns import require_columns
from hartools.findings import STRENGTHS
from hartools.inference.handlers import ANSWERED, EARLIER
from hartools.inference.readability import strongest
from hartools.payloads.clarity import CANNOT_TELL, CIPHERTEXT, ENCODED, READABLE
from hartools.plots.lettering import fitted
from hartools.plots.style import axes_for, inches_of, literal, nothing, plural, say

__all__ = ["plot_readability"]

MISSING = "not recorded"
# Okabe and Ito's colours; a hatch tells them apart without colour.
LOOKS = {READABLE: ("#0072B2", ""), ENCODED: ("#56B4E9", "//"), CANNOT_TELL: ("#BBBBBB", ".."), CIPHERTEXT: ("#D55E00", "xx"), MISSING: ("#FFFFFF", "")}
WIDE, HIGH, LABEL, ASIDE = 4.2, 0.34, 2.7, 3.0


def plot_readability(table: pd.DataFrame, *, ax: Axes | None = None, hosts: int = 14, title: str | None = None) -> Axes:
    """Draw the bodies of each host by verdict, and name who beside its own server handled them in clear.

    Parameters
    ----------
    table : pandas.DataFrame
        As `hartools.inference.readability.readability` gives it.
    ax : matplotlib.axes.Axes, optional
    hosts : int
        Rows at most, those with most bodies; the rest is counted.
    title : str, optional
        By default the finding.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    UnknownColumnError
        If the table lacks a column that is drawn.

    Examples
    --------
    >>> import hartools as ht
    >>> from hartools.inference.readability import readability
    >>> plot_readability(readability(ht.read_har(ht.example_har()))).get_title(loc="left")
    'All 2 recorded bodies were readable as they stood; 0 looked like ciphertext'
    """
    require_columns(table, ["host", "side", "verdict", "held", "in_clear"])
    known = table[table.host.notna()]
    if not len(known):
        with axes_for(ax, (6, 3)) as ax:
            return nothing(ax, "no body was sent or answered")
    shown = known.assign(verdict=known.verdict.fillna(MISSING))
    counts = shown.groupby(["host", "verdict"]).size().unstack(fill_value=0).reindex(columns=list(LOOKS), fill_value=0)
    counts = counts.assign(total=counts.sum(axis=1)).reset_index().sort_values(["total", "host"], ascending=[False, True])
    rows = counts.head(hosts)
    beside = {host: _beside(group.in_clear) for host, group in known[known.host.isin(rows.host)].groupby("host")}
    with axes_for(ax, (WIDE, HIGH * max(len(rows), 2)), around=(LABEL, 1.1, ASIDE, 0.6)) as ax:
        _draw(ax, rows, beside)
        return say(ax, title=title or _title(counts), alt=_alt(counts, beside), caption=_caption(len(counts), len(rows)))


def _beside(lists: pd.Series) -> str:
    """Name who beside the host's own server handled exchanges in clear now, each with its strongest evidence."""
    best: dict[str, str] = {}
    for each in strongest(lists):
        if each["role"] not in (ANSWERED, EARLIER):
            best[each["party"]] = min(best.get(each["party"], each["strength"]), each["strength"], key=STRENGTHS.index)
    return ", ".join(f"{party} ({strength})" for party, strength in best.items())


def _draw(ax: Axes, rows: pd.DataFrame, beside: dict[str, str]) -> None:
    places = range(len(rows))
    left = pd.Series(0, index=rows.index)
    for verdict, (colour, hatch) in LOOKS.items():
        ax.barh(places, rows[verdict], left=left, height=0.66, color=colour, hatch=hatch, edgecolor="#333333", linewidth=0.6, linestyle="--" if verdict == MISSING else "-")
        left = left + rows[verdict]
    most = int(rows.total.max())
    for place, (host, total) in enumerate(zip(rows.host, rows.total, strict=True)):
        ax.text(total + most * 0.015, place, f"{total:,}", va="center_baseline", ha="left", fontsize=8)
        ax.text(most * 1.1, place, fitted(beside.get(host) or "nobody named by this capture", ASIDE - 0.1, size=8), va="center_baseline", ha="left", fontsize=8, parse_math=False, color="#000000" if beside.get(host) else "#777777")
    ax.text(most * 1.1, -0.95, "beside its own server, in clear", va="center_baseline", ha="left", fontsize=8, fontweight="bold")
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(0, most * 1.08)
    ax.set_yticks(places, [fitted(host, LABEL - 0.15, size=9) for host in rows.host], fontsize=9)
    for label in ax.get_yticklabels():
        label.set_parse_math(False)
    ax.set_xlabel("bodies sent and answered")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    used = [verdict for verdict in LOOKS if rows[verdict].any()]
    ax.legend(handles=[Patch(facecolor=LOOKS[verdict][0], hatch=LOOKS[verdict][1], edgecolor="#333333", linewidth=0.6, linestyle="--" if verdict == MISSING else "-", label=verdict) for verdict in used],
              loc="upper left", bbox_to_anchor=(0, -0.5 / inches_of(ax)[1]), ncols=len(used), borderaxespad=0, fontsize=8)


def _title(counts: pd.DataFrame) -> str:
    sums = {verdict: int(counts[verdict].sum()) for verdict in LOOKS}
    held = sum(sums.values()) - sums[MISSING]
    if not held:
        return f"None of {plural(sums[MISSING], 'body', 'bodies')} was recorded"
    clear = sums[READABLE] + sums[ENCODED]
    once = "" if not sums[ENCODED] else f", {sums[ENCODED]:,} of them once an encoding was undone"
    number = f"All {plural(held, 'recorded body', 'recorded bodies')}" if clear == held else f"{clear:,} of {plural(held, 'recorded body', 'recorded bodies')}"
    verb = "was" if (clear if clear < held else held) == 1 else "were"
    return f"{number} {verb} readable{once or ' as they stood'}; {sums[CIPHERTEXT]:,} looked like ciphertext"


def _alt(counts: pd.DataFrame, beside: dict[str, str]) -> str:
    told = "; ".join(f"{literal(row.host)}: {', '.join(f'{int(row._asdict().get(verdict, 0)):,} {verdict}' for verdict in ('readable', 'encoded') if row._asdict().get(verdict))} of {int(row.total):,}"
                     + (f", beside its own server {literal(beside[row.host])}" if beside.get(row.host) else "") for row in counts.head(8).itertuples())
    return f"Bars of bodies by verdict for {plural(len(counts), 'host')}. {told}."


def _caption(hosts: int, rows: int) -> str:
    parts = ["Each bar counts the bodies that went to and came from a host, by whether they could be read as they passed the browser's HTTP layer. Who answers for a host held them so; "
             "who else is named handled exchanges in clear by the evidence of this capture, and the strongest counts. It says nothing of storage, and what looks like ciphertext has an unknown reader."]
    if hosts > rows:
        parts.append(f"{plural(hosts - rows, 'host')} with fewer bodies not drawn.")
    return " ".join(parts)
