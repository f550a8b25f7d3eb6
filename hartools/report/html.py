"""One self-contained page: findings first, each with the requests that show it."""

import base64
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import pandas as pd
from jinja2 import Environment, StrictUndefined
from matplotlib import pyplot
from matplotlib.axes import Axes

from hartools.capture import Capture
from hartools.evidence import show_evidence
from hartools.inference import Catalogue, PageModel, describe_query
from hartools.plots import alt_text, caption, figure_png, plot_flow, plot_query_posterior, plot_readers, plot_request_map
from hartools.report.cards import summary
from hartools.report.survey import Survey, survey

__all__ = ["write_report"]

# A page of evidence is read by people; what is left out is counted and can be shown with
# show_evidence in a notebook.
MOST_EVIDENCE = 400
MOST_FIGURES = 8


def write_report(capture: Capture, path: str | Path, *, catalogue: Catalogue | None = None, first_party: str | Iterable[str] | None = None,
                 observers: Iterable[str] | None = None, model: PageModel = PageModel(), by: str = "site", owners: pd.DataFrame | None = None,
                 ranges: pd.DataFrame | None = None, dns: pd.DataFrame | None = None) -> Path:
    """Write what each observer could learn as one HTML page that asks nothing of any network.

    Figures are inside the page, everything from the HAR is escaped, values are masked, and a
    content-security policy forbids scripts and requests. The same input gives the same bytes.

    Parameters
    ----------
    capture : Capture
    path : str or Path
        Where to write; its folder must exist.
    catalogue, first_party, observers, model, by, owners, ranges, dns
        See `survey`.

    Returns
    -------
    Path
        The file written.

    Examples
    --------
    >>> import tempfile, hartools as ht
    >>> page = write_report(ht.read_har(ht.example_har()), Path(tempfile.mkdtemp()) / "report.html")
    >>> "default-src 'none'" in page.read_text(encoding="utf-8")
    True
    """
    text = _render(survey(capture, catalogue=catalogue, first_party=first_party, observers=observers, model=model, by=by, owners=owners, ranges=ranges, dns=dns))
    path = Path(path)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _render(result: Survey) -> str:
    evidence, left_out = _evidence(result)
    shown = set(evidence.entry_id) if len(evidence) else set()
    return _template().render(
        facts=summary(result.capture),
        survey=result,
        observers=result.observers.to_dict("records"),
        found=[_finding(row, shown) for row in result.found.to_dict("records")],
        infrastructure=[row | _cited(row, shown, 6) for row in _told(result.infrastructure).to_dict("records")],
        ledger=[_finding(row, shown) for row in result.ledger.to_dict("records")],
        headlines=_headlines(result),
        figures=_figures(result),
        evidence=evidence.to_dict("records"),
        left_out=left_out,
        versions={name: version(name) for name in ("hartools", "pandas", "networkx", "publicsuffixlist", "haralyzer")},
    )


@lru_cache(maxsize=1)
def _template():
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"shown": _shown, "query": describe_query, "percent": _percent}
    folder = files("hartools.report").joinpath("data")
    environment.globals["style"] = folder.joinpath("report.css").read_text(encoding="utf-8")
    return environment.from_string(folder.joinpath("report.html.j2").read_text(encoding="utf-8"))


def _cited(row: dict, shown: set, most: int) -> dict:
    """Number the first entries that a row cites, with whether the table of evidence holds each."""
    return {"cited": [(entry_id, entry_id in shown) for entry_id in row["entry_ids"][:most]], "more": max(len(row["entry_ids"]) - most, 0)}


def _finding(row: dict, shown: set) -> dict:
    value = row["value"]
    listed = value if isinstance(value, list) else [f"{name}: {content}" for name, content in value.items()] if isinstance(value, dict) else [value]
    return row | _cited(row, shown, 12) | {"listed": [item for item in listed if item is not None]}


def _told(infrastructure: pd.DataFrame) -> pd.DataFrame:
    """Leave out the rows of hosts of which nothing says who; they are counted."""
    return infrastructure[infrastructure.party.notna()]


def _headlines(result: Survey) -> list[dict]:
    """Pick what a reader should know first: searches, then pages named; counted by observer."""
    found = result.found
    searches = found[found.topic == "search query"]
    named = found[found.topic == "page visited"].groupby("observer", sort=False).value.agg(lambda urls: len(set(urls)))
    lines = [{"observer": row.observer, "text": row.claim} for row in searches.itertuples()]
    lines += [{"observer": observer, "text": f"It could know the address of {count} {'page' if count == 1 else 'pages'} that the visitor opened: "
               "the address was sent along."} for observer, count in named.items()]
    return lines + [{"observer": row.party, "text": row.claim} for row in _behind_first_party(result).itertuples()]


def _behind_first_party(result: Survey) -> pd.DataFrame:
    """Pick who most surely ended TLS, and so could read, for the site's own hosts."""
    entries, table = result.capture.entries, result.infrastructure
    own = set(entries.host[entries.party == "first"])
    return table[table.host.isin(own) & (table.conclusion == "ended the browser's TLS") & table.party.notna() & table.strength.isin(["certain", "very likely", "likely"])]


def _figures(result: Survey) -> list[dict]:
    if not len(result.capture):
        return []
    axes = [("Who was contacted", plot_request_map(result.capture))]
    if result.first_party_problem is None:
        axes += [("Whose hosts, and where their owners sit", plot_flow(result.capture)), ("Who could read what", plot_readers(result.capture, infrastructure=result.infrastructure))]
    for observer, searches in result.searches.items():
        axes += [(f"What {observer.partition(':')[2]} could infer", plot_query_posterior(search.posterior)) for search in searches]
    return [_figure(heading, each) for heading, each in axes[:MOST_FIGURES]]


def _figure(heading: str, axes: Axes) -> dict:
    data = base64.b64encode(figure_png(axes)).decode()
    figure = {"heading": heading, "data": data, "alt": alt_text(axes), "caption": caption(axes)}
    pyplot.close(axes.figure)
    return figure


def _evidence(result: Survey) -> tuple[pd.DataFrame, int]:
    """List the entries cited, those of found things first where there are too many."""
    cited = list(dict.fromkeys(entry_id for table in (result.found, _told(result.infrastructure), result.ledger) for ids in table.entry_ids for entry_id in ids))
    if not cited:
        return pd.DataFrame(), 0
    kept = cited[:MOST_EVIDENCE]
    return show_evidence(result.capture, kept), len(cited) - len(kept)


def _shown(value) -> str:
    """Write a cell, unknown as a dash, cut where it would fill the page."""
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return "—"
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + " UTC"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 400 else f"{text[:400]}… ({len(text)} characters)"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"
