"""How do two captures differ, as far as both could show it?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.errors import HarError
from hartools.inference.catalogue import Catalogue
from hartools.inference.compared import BOTH, cookies_compared, findings_compared, identifiers_compared, observable_compared, parties_compared, telemetry_compared
from hartools.inference.page_model import PageModel
from hartools.inference.split import split_at
from hartools.observers import find_observers
from hartools.parties import label_parties

__all__ = ["Comparison", "compare", "split_at"]

TABLES = ("parties", "identifiers", "cookies", "telemetry", "findings", "observable")
# Longer names of files are cut where they are shown.
LONGEST = 60


@dataclass(frozen=True, repr=False)
class Comparison:
    """Hold two captures side by side.

    Each table has a column ``difference``: ``in both``, ``only in a``, ``only in b``, ``changed``, or
    ``not observable in a`` (or b), where the other capture could not have shown it, which is no
    difference. Columns that end in ``_a`` and ``_b`` are those of the two sides, entry ids among them.

    Attributes
    ----------
    labels, names : tuple of str
        What the sides are called, and their files.
    parties : pandas.DataFrame
        By site: party, attempted, received, outcomes; ``received only in a`` where both asked.
    identifiers : pandas.DataFrame
        By receiving party, kind of field, name and part: criterion, masked value, same_value.
    cookies : pandas.DataFrame
        By site and name: sent, set, same_value.
    telemetry : pandas.DataFrame
        By vendor, site and event: events, consent that they name.
    findings : pandas.DataFrame
        By observer, topic, rule and value: probability, claim.
    observable : pandas.DataFrame
        By kind of evidence: whether each capture could show it, and why.
    """

    labels: tuple[str, str]
    names: tuple[str, str]
    parties: pd.DataFrame
    identifiers: pd.DataFrame
    cookies: pd.DataFrame
    telemetry: pd.DataFrame
    findings: pd.DataFrame
    observable: pd.DataFrame

    @property
    def differs(self) -> bool:
        """Tell whether anything differs that both captures could have shown."""
        return bool(self.differences.differences.sum())

    @property
    def differences(self) -> pd.DataFrame:
        """Count by table: in both, only in a, only in b, changed, not observable in one, differences (the three before)."""
        rows = []
        for name in TABLES[:-1]:
            found = getattr(self, name).difference
            told = {"in both": int((found == BOTH).sum()), "only in a": int((found == "only in a").sum()), "only in b": int((found == "only in b").sum()),
                    "not observable in one": int(found.str.startswith("not observable").sum())}
            told["changed"] = len(found) - sum(told.values())
            rows.append({"table": name, **told, "differences": told["only in a"] + told["only in b"] + told["changed"]})
        order = ["table", "in both", "only in a", "only in b", "changed", "not observable in one", "differences"]
        return pd.DataFrame(rows, columns=order).astype({name: DTYPES["str" if name == "table" else "int"] for name in order})

    def __repr__(self) -> str:
        lines = [f"<Comparison of {_named(self, 0)} and {_named(self, 1)}"]
        for row in self.differences.to_dict("records"):
            lines.append(f"  {row['table']}: {row['in both']} in both, {row['only in a']} only in a, {row['only in b']} only in b, {row['changed']} changed"
                         + (f", {row['not observable in one']} not observable in one" if row["not observable in one"] else ""))
        return "\n".join(lines) + ">"

    def _repr_html_(self) -> str:
        table = self.differences.drop(columns="differences")
        head = "".join(f"<th>{escape(name)}</th>" for name in table.columns)
        body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in table.values.tolist())
        return f"<p>{escape(_named(self, 0))} and {escape(_named(self, 1))}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def compare(a: Capture, b: Capture, *, labels: tuple[str, str] = ("a", "b"), catalogue: Catalogue | None = None, observers: Iterable[str] | None = None, prior: str | Mapping = "uniform",
            model: PageModel = PageModel(), first_party: str | Iterable[str] | None = None, **seeing) -> Comparison:
    """Compare two captures: parties, identifiers, cookies, telemetry and what observers could conclude.

    Parameters
    ----------
    a, b : Capture
        Two recordings, the two parts of one (`split_at`), or a recording and a what-if.
    labels : tuple of str
        What the sides are called in figures.
    catalogue, prior, model
        See `infer`.
    observers : iterable of str, optional
        Whose findings are compared; by default those of every third party of either capture.
    first_party : str or iterable of str, optional
        See `label_parties`; captures that are labelled stay so.
    **seeing
        Passed to `view_as`: owners, ranges, dns.

    Returns
    -------
    Comparison

    Raises
    ------
    HarError
        If one of them is a view.
    AmbiguousFirstPartyError
        If a capture does not tell what was visited.

    Notes
    -----
    A request that one of the captures lacks was not seen there; a filter or a panel opened late
    leaves no trace, so that "only in a" is a statement about the files. Counts of two visits differ
    by chance, so a count alone is no difference.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> compare(capture, capture).differs
    False
    """
    for capture in (a, b):
        if capture.observer is not None:
            raise HarError(f"{capture.source.name}: a view of {capture.observer}; compare the captures, whose observers it looks at itself.")
    a, b = (_labelled(capture, first_party) for capture in (a, b))
    if observers is None:
        observers = sorted({name for capture in (a, b) for name in find_observers(capture, kinds=("third_party",)).observer})
    seen = observable_compared(a, b)
    options = {"catalogue": catalogue, "prior": prior, "model": model}
    return Comparison(
        tuple(labels), (a.source.name, b.source.name), parties_compared(a, b), identifiers_compared(a, b), cookies_compared(a, b, seen), telemetry_compared(a, b, seen),
        findings_compared(a, b, observers, options, seeing), seen,
    )


def _labelled(capture: Capture, first_party) -> Capture:
    if first_party is None and (capture.entries.party.notna().any() or capture.entries.host.isna().all()):
        return capture
    return label_parties(capture, first_party=first_party)


def _named(comparison: Comparison, side: int) -> str:
    name = comparison.names[side]
    label = comparison.labels[side]
    return f"{'ab'[side]}: {f'{label}, ' if label not in ('a', 'b') else ''}{name[:LONGEST]}{'…' if len(name) > LONGEST else ''}"
