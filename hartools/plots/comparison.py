"""What does each measure leave, and what stands in one of two captures alone?"""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from hartools.columns import require_columns
from hartools.inference.compare import Comparison
from hartools.plots.lettering import fitted
from hartools.plots.style import axes_for, inches_of, literal, nothing, plural, say

__all__ = ["plot_comparison", "plot_what_if"]

# By what became of a finding: marker, colour (Okabe and Ito), fill. Its word or number stands in each cell too.
CHANGES = {
    "unchanged": ("o", "#0072B2", "full"), "stronger": ("^", "#D55E00", "full"), "weaker": ("o", "#E69F00", "bottom"), "new": ("D", "#CC79A7", "full"),
    "gone": ("o", "#777777", "none"), "not applicable": ("x", "#777777", "none"),
}  # fmt: skip
# Of several findings of one topic what is left is shown before what is gone.
ORDER = ("stronger", "unchanged", "weaker", "gone", "new")
WIDE, HIGH, ROW_LABEL, COLUMN_LABEL, MOVED = 0.86, 0.4, 3.4, 1.5, 2.9
AS_RECORDED = "as recorded"
# Two captures: circle and square, filled where requests were received, hollow where they were attempted alone.
SIDES = {"a": ("o", "#0072B2"), "b": ("s", "#D55E00")}
MOST_PARTIES = 16


def plot_what_if(table: pd.DataFrame, *, ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw measures by topics: what each measure would leave of an observer's findings, and who would have them instead.

    Parameters
    ----------
    table : pandas.DataFrame
        As `what_if_table` gives it, of one observer.
    ax : matplotlib.axes.Axes, optional
    title : str, optional
        By default the finding.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    UnknownColumnError
        If the table lacks a column.

    Examples
    --------
    >>> import hartools as ht
    >>> from hartools.inference.whatif import what_if_table
    >>> table = what_if_table(ht.read_har(ht.example_har()), "third_party:google-analytics.com", measures=["no-referrer", "consent-refused"])
    >>> plot_what_if(table).get_title(loc="left")
    'Of 2 measures, 1 takes “page visited” from google-analytics.com and 1 leaves it as it was'
    """
    require_columns(table, ["measure", "observer", "topic", "before", "change", "probability_before", "probability_after", "moved_to"])
    topics = table.topic.dropna().drop_duplicates().tolist()
    if not topics:
        with axes_for(ax, (6, 3)) as ax:
            return nothing(ax, "there was no finding that a measure could change")
    measures = table.measure.drop_duplicates().tolist()
    cells = {(measure, topic): _cell(rows) for (measure, topic), rows in table.groupby(["measure", "topic"], sort=False)}
    cells |= {(measure, topic): ("not applicable", "n.a.") for measure in table.measure[table.change == "not applicable"] for topic in topics}
    first = table[(table.measure == measures[0]) & (table.before == "found")]
    cells |= {(AS_RECORDED, topic): ("unchanged", _percent(rows.probability_before.max()) or plural(len(rows), "finding")) for topic, rows in first.groupby("topic", sort=False)}
    rows = [AS_RECORDED, *measures]
    heirs = {measure: list(dict.fromkeys(other for each in group.moved_to for other in each)) for measure, group in table.groupby("measure", sort=False)}
    with axes_for(ax, (WIDE * len(topics), HIGH * len(rows)), around=(ROW_LABEL, 0.7, MOVED if any(heirs.values()) else 0.3, COLUMN_LABEL + 0.4)) as ax:
        _draw_cells(ax, cells, rows, topics, heirs)
        return say(ax, title=title or _title(table, measures, topics), alt=_alt(table, measures, topics, cells), caption=_CAPTION)


_CAPTION = ("A mark says by its shape and colour what became of a finding, the number beside it how probable its value still is, or how many findings are left. A percentage is a probability under the stated model "
            "and catalogue. Where pictures are renamed in a way that anybody can learn, it rests on a catalogue learnt so. On the right stand observers that could conclude it after the measure and could not before.")


def _cell(rows: pd.DataFrame) -> tuple[str, str]:
    """Return what became of the findings of one topic, and the words for it."""
    old = rows[rows.before == "found"]
    changes = old.change.tolist() or ["new"]
    change = min(changes, key=ORDER.index)
    inferred = old[old.probability_before.notna()]
    if len(inferred):
        best = inferred.probability_after.max()
        return change, "gone" if change == "gone" else _percent(best)
    left = sum(each != "gone" for each in changes)
    return change, "gone" if change == "gone" else "new" if change == "new" else f"{left} of {len(old)}" if left < len(old) else "kept"


def _percent(probability) -> str:
    if pd.isna(probability):
        return ""
    return "> 99.9 %" if probability > 0.999 else "< 0.1 %" if probability < 0.001 else f"{100 * probability:.1f} %"


def _draw_cells(ax: Axes, cells: dict, rows: list[str], topics: list[str], heirs: Mapping) -> None:
    for down, measure in enumerate(rows):
        for across, topic in enumerate(topics):
            if (measure, topic) not in cells:
                continue
            change, words = cells[measure, topic]
            marker, colour, fill = CHANGES[change]
            ax.add_patch(Rectangle((across + 0.03, down + 0.05), 0.94, 0.9, facecolor="#F1F1F1" if measure == AS_RECORDED else "white", edgecolor="#CCCCCC", linewidth=0.6, zorder=1))
            ax.plot(across + 0.18, down + 0.5, marker=marker, markersize=7, color=colour, fillstyle=fill, markerfacecoloralt="white", linestyle="", zorder=3)
            ax.text(across + 0.32, down + 0.5, words, ha="left", va="center", fontsize=7.5, zorder=3)
        if heirs.get(measure):
            told = ", ".join(name.partition(":")[2] + (" (TLS)" if name.startswith("tls_terminator") else "") for name in heirs[measure])
            ax.text(len(topics) + 0.1, down + 0.5, fitted(f"now {told}", MOVED - 0.2, size=8), ha="left", va="center", fontsize=8, parse_math=False)
    ax.set_xlim(0, len(topics))
    ax.set_ylim(len(rows), 0)
    ax.xaxis.tick_top()
    ax.set_xticks([at + 0.5 for at in range(len(topics))], [fitted(topic, COLUMN_LABEL, size=8.5) for topic in topics], rotation=40, ha="left", rotation_mode="anchor", fontsize=8.5)
    ax.set_yticks([at + 0.5 for at in range(len(rows))], [fitted(name, ROW_LABEL - 0.15, size=9) for name in rows], fontsize=9)
    for label in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        label.set_parse_math(False)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    used = {change for change, _ in cells.values()}
    marks = [Line2D([], [], linestyle="", marker=marker, markersize=7, color=colour, fillstyle=fill, markerfacecoloralt="white", label=change)
             for change, (marker, colour, fill) in CHANGES.items() if change in used]
    ax.legend(handles=marks, loc="upper left", bbox_to_anchor=(0, -0.12 / inches_of(ax)[1]), ncols=len(marks), borderaxespad=0, fontsize=8)


def _plain(text: str) -> str:
    # matplotlib 3.11 measures a title that it wraps as mathtext, whatever parse_math says
    return literal(text).replace("$", "\N{FULLWIDTH DOLLAR SIGN}")


def _main_topic(table: pd.DataFrame, topics: list[str]) -> str:
    """Choose the topic that a title is about: what is inferred, else the page, else the first."""
    inferred = table.topic[table.probability_before.notna()]
    return inferred.iloc[0] if len(inferred) else "page visited" if "page visited" in topics else topics[0]


def _title(table: pd.DataFrame, measures: list[str], topics: list[str]) -> str:
    topic = _main_topic(table, topics)
    about = table[(table.topic == topic) & (table.before == "found")]
    counts = {change: sum((rows.change == change).all() for _, rows in about.groupby("measure")) for change in ("gone", "unchanged")}
    name = _plain(table.observer.iloc[0].partition(":")[2])
    other = len(measures) - sum(counts.values())
    words = [f"{counts['gone']} {'takes' if counts['gone'] == 1 else 'take'} “{topic}” from {name}"]
    words += [f"{other} {'changes' if other == 1 else 'change'} how sure it is"] if other else []
    words.append(f"{counts['unchanged']} {'leaves' if counts['unchanged'] == 1 else 'leave'} it as it was")
    return f"Of {plural(len(measures), 'measure')}, {', '.join(words[:-1])} and {words[-1]}"


def _alt(table: pd.DataFrame, measures: list[str], topics: list[str], cells: dict) -> str:
    topic = _main_topic(table, topics)
    told = "; ".join(f"{literal(measure)}: {cells[measure, topic][0]}{'' if cells[measure, topic][1] in ('gone', '', 'kept') else ', ' + cells[measure, topic][1]}"
                     for measure in measures if (measure, topic) in cells)
    return f"Table of {plural(len(measures), 'measure')} by {plural(len(topics), 'topic')} for {literal(table.observer.iloc[0])}. {topic[:1].upper()}{topic[1:]}: {told}."


def plot_comparison(comparison: Comparison, *, ax: Axes | None = None, top: int = MOST_PARTIES, title: str | None = None) -> Axes:
    """Draw for each party the requests that it received in two captures.

    Parameters
    ----------
    comparison : Comparison
    ax : matplotlib.axes.Axes, optional
    top : int
        Parties at most: those that differ first, then those with most requests; the rest is counted.
    title : str, optional
        By default the finding.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import hartools as ht
    >>> from hartools.inference.compare import compare
    >>> capture = ht.read_har(ht.example_har())
    >>> plot_comparison(compare(capture, capture)).get_title(loc="left")
    'The same 6 parties in a and b'
    """
    parties = comparison.parties
    if not len(parties):
        with axes_for(ax, (6, 3)) as ax:
            return nothing(ax, "neither capture holds a request to a named host")
    parties = parties.assign(same=parties.difference == "in both", most=parties[["attempted_a", "attempted_b"]].fillna(0).max(axis=1))
    shown = parties.sort_values(["same", "most", "site"], ascending=[True, False, True], kind="stable").head(top)
    with axes_for(ax, (5.2, 0.36 * len(shown) + 0.3), around=(2.4, 0.95, 2.0, 0.5)) as ax:
        _draw_parties(ax, shown, comparison.labels)
        return say(ax, title=title or _parties_title(parties, comparison.labels), alt=_parties_alt(parties, comparison), caption=_parties_caption(parties, shown, comparison))


def _draw_parties(ax: Axes, shown: pd.DataFrame, labels: tuple[str, str]) -> None:
    for down, row in enumerate(shown.to_dict("records")):
        places = []
        for side, shift in (("a", -0.14), ("b", 0.14)):
            attempted, received = row[f"attempted_{side}"], row[f"received_{side}"]
            if pd.isna(attempted):
                continue
            marker, colour = SIDES[side]
            place = received if received else attempted
            places.append((place, down + shift))
            ax.plot(place, down + shift, marker=marker, markersize=8, color=colour, fillstyle="full" if received else "none", linestyle="", zorder=3)
        if len(places) == 2:
            ax.plot([place for place, _ in places], [at for _, at in places], color="#BBBBBB", linewidth=1.5, zorder=1)
        words = "" if row["difference"] == "in both" else _said(row["difference"], labels)
        ax.text(1.02, down, fitted(words, 1.9, size=8), transform=ax.get_yaxis_transform(), va="center", fontsize=8, parse_math=False)
    ax.set_yticks(range(len(shown)), [fitted(site, 2.25, size=9) for site in shown.site], fontsize=9)
    for label in ax.get_yticklabels():
        label.set_parse_math(False)
    ax.set_ylim(len(shown) - 0.4, -0.6)
    if shown.most.max() > 60:
        ax.set_xscale("symlog", linthresh=1)
    ax.set_xlim(left=0)
    ax.set_xlabel("requests received (hollow: attempted, none received)")
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="#E6E6E6", linewidth=0.6)
    marks = [Line2D([], [], linestyle="", marker=marker, markersize=8, color=colour, label=literal(label)) for (marker, colour), label in zip(SIDES.values(), labels, strict=True)]
    legend = ax.legend(handles=marks, loc="upper left", bbox_to_anchor=(0, -0.5 / inches_of(ax)[1]), ncols=2, borderaxespad=0, fontsize=8)
    for text in legend.get_texts():
        text.set_parse_math(False)


def _said(difference: str, labels: tuple[str, str]) -> str:
    return difference[:-1] + labels["ab".index(difference[-1])] if difference[-2:] in (" a", " b") else difference


def _parties_title(parties: pd.DataFrame, labels: tuple[str, str]) -> str:
    only = [int(parties.difference.isin([f"only in {side}", f"received only in {side}"]).sum()) for side in "ab"]
    if not any(only):
        return f"The same {plural(len(parties), 'party', 'parties')} in {_plain(labels[0])} and {_plain(labels[1])}"
    words = [f"{count} only in “{_plain(label)}”" for count, label in zip(only, labels, strict=True) if count]
    words[0] = words[0].replace(" only", " received requests only", 1)
    return f"Of {plural(len(parties), 'party', 'parties')}, {' and '.join(words)}"


def _parties_alt(parties: pd.DataFrame, comparison: Comparison) -> str:
    told = [f"{literal(row['site'])} {_said(row['difference'], comparison.labels)}" for row in parties[~parties.same].to_dict("records")][:8]
    return f"Requests received by {plural(len(parties), 'party', 'parties')} in {literal(comparison.labels[0])} and {literal(comparison.labels[1])}. {'; '.join(told) or 'No party differs'}."


def _parties_caption(parties: pd.DataFrame, shown: pd.DataFrame, comparison: Comparison) -> str:
    words = [f"{literal(label)}: {literal(name, most=90)}." for label, name in zip(comparison.labels, comparison.names, strict=True)]
    if len(parties) > len(shown):
        words.append(f"{plural(len(parties) - len(shown), 'party', 'parties')} that do not differ, or have fewer requests, not drawn.")
    return " ".join([*words, "A request that a capture lacks was not seen there; a filter or a panel opened late leaves no trace. Counts of two visits differ by chance."])
