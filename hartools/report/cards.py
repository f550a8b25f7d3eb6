"""What was captured, how good is it, what can it not show: on one card."""

from html import escape

import pandas as pd

from hartools.capture import Capture
from hartools.errors import AmbiguousFirstPartyError
from hartools.masking import mask_text
from hartools.parties import label_parties
from hartools.quality import observable_table
from hartools.reading.notes import told

__all__ = ["card_html", "card_text", "note_line", "summary"]


def summary(capture: Capture) -> dict:
    """Return the facts of a capture, as plain values ready for JSON.

    Returns
    -------
    dict
        file, sha256, exporter, observer, entries, outcomes, first, last, pages, first_parties,
        sites, third_parties, observable, notes. Unknown is None.

    Examples
    --------
    >>> import hartools as ht
    >>> summary(ht.read_har(ht.example_har()))["third_parties"]
    5
    """
    labelled, first, ambiguity = _labelled(capture)
    entries = labelled.entries
    times = entries.started.dropna()
    notes = capture.notes
    return {
        "file": capture.source.name,
        "sha256": capture.source.sha256,
        "exporter": {"dialect": capture.exporter.dialect, "name": capture.exporter.name, "version": capture.exporter.version, "why": capture.exporter.why},
        "observer": capture.observer,
        "entries": len(entries),
        "outcomes": {str(name): int(count) for name, count in entries.outcome.value_counts().sort_index().items()},
        "first": times.min().isoformat() if len(times) else None,
        "last": times.max().isoformat() if len(times) else None,
        "pages": len(capture.pages),
        "first_parties": first,
        "first_party_problem": ambiguity,
        "sites": int(entries.site.nunique()),
        "third_parties": int(entries.site[entries.party == "third"].nunique()) if first else None,
        "observable": observable_table(capture).astype(object).to_dict("records"),
        "notes": told(notes),
    }


def card_text(capture: Capture) -> str:
    """Draw the card for a prompt.

    Examples
    --------
    >>> import hartools as ht
    >>> print(card_text(ht.read_har(ht.example_har())).splitlines()[0])
    <bytes>: 9 entries, written by WebInspector 537.36 (chromium)
    """
    facts = summary(capture)
    lines = [f"{facts['file']}: {_headline(facts)}", *(f"  {name}: {value}" for name, value in _rows(facts))]
    lines += [f"  cannot show {row['metric']}: {row['why']}" for row in facts["observable"] if row["observable"] == "no"]
    lines += [f"  only a lower bound for {row['metric']}: {row['why']}" for row in facts["observable"] if row["observable"] == "lower bound"]
    return "\n".join(lines)


def card_html(capture: Capture) -> str:
    """Draw the card for a notebook; everything from the file is escaped.

    Examples
    --------
    >>> import hartools as ht
    >>> card_html(ht.read_har(ht.example_har())).count("<table>")
    2
    """
    facts = summary(capture)
    about = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in _rows(facts))
    shows = "".join(f"<tr><td>{escape(row['metric'])}</td><td>{escape(row['observable'])}</td><td>{_shown(row['found'])}</td><td>{escape(row['why'])}</td></tr>"
                    for row in facts["observable"])
    return (f"<p><strong>{escape(facts['file'])}</strong>: {escape(_headline(facts))}</p><table>{about}</table>"
            f"<table><tr><th>evidence</th><th>observable</th><th>found</th><th>why</th></tr>{shows}</table>")


def _labelled(capture: Capture) -> tuple[Capture, list[str], str | None]:
    """Label parties where the file says what was visited, or where the reader said it already."""
    if capture.observer is not None:
        return capture, [], None
    try:
        labelled = label_parties(capture) if capture.entries.party.isna().all() else capture
    except AmbiguousFirstPartyError as error:
        return capture, [], str(error)
    entries = labelled.entries
    return labelled, sorted(entries.site[entries.party == "first"].dropna().unique().tolist()), None


def _headline(facts: dict) -> str:
    exporter = facts["exporter"]
    written = " ".join(part for part in (exporter["name"], exporter["version"]) if part) or "an unnamed program"
    seen = f", as seen by {facts['observer']}" if facts["observer"] else ""
    return f"{facts['entries']} {'entry' if facts['entries'] == 1 else 'entries'}, written by {mask_text(written)} ({exporter['dialect']}){seen}"


def _rows(facts: dict) -> list[tuple[str, str]]:
    rows = [("outcomes", ", ".join(f"{count} {name}" for name, count in facts["outcomes"].items()) or "none")]
    if facts["first"]:
        rows.append(("time", f"{facts['first']} to {facts['last']}"))
    if facts["first_parties"]:
        rows.append(("first party", ", ".join(facts["first_parties"])))
        rows.append(("third parties", f"{facts['third_parties']} sites"))
    if facts["first_party_problem"]:
        rows.append(("first party", f"not known. {facts['first_party_problem']}"))
    rows.append(("recognised by", facts["exporter"]["why"]))
    rows.append(("sha256", facts["sha256"]))
    rows += [(note["severity"] if note["severity"] != "format" else "reading", note_line(note)) for note in facts["notes"]]
    return rows


def _shown(found) -> str:
    return "—" if found is None or pd.isna(found) else str(found)


def note_line(note: dict) -> str:
    """Say in one line what was met while reading, where, and what was done.

    Examples
    --------
    >>> note_line({"count": 2, "at_byte": 90, "found": "half a character", "done": "replaced"})
    'half a character (2 times, the first at byte 90): replaced'
    """
    times = f"{note['count']} times, the first " if note["count"] > 1 else ""
    where = f" ({times}at byte {note['at_byte']})" if note["at_byte"] is not None else f" ({note['count']} times)" if note["count"] > 1 else ""
    return f"{mask_text(note['found'])}{where}: {mask_text(note['done'])}"
