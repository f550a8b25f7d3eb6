"""Which searches fit the pictures, and how surely?"""

from collections.abc import Mapping

from matplotlib.axes import Axes

from hartools.inference import Posterior
from hartools.plots.style import axes_for, literal, plural, say

__all__ = ["plot_query_posterior"]

BAR, REST = "#0072B2", "#BBBBBB"

# Probabilities that differ by less are called equal in a title: the model knows no better.
AS_GOOD = 0.01


def plot_query_posterior(posterior: Posterior, *, ax: Axes | None = None, top: int = 6, title: str | None = None) -> Axes:
    """Draw how probable each query is, given the pictures of one search.

    Parameters
    ----------
    posterior : Posterior
        From `query_posterior`, or a `Search`'s.
    ax : matplotlib.axes.Axes, optional
    top : int
        Queries with a bar of their own; all others share one.
    title : str, optional
        By default the finding.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> search = ht.searches_in(ht.view_as(capture, "third_party:cloudinary.com"), ht.catalogue_from(capture))[0]
    >>> plot_query_posterior(search.posterior).get_xlabel()
    'probability, given the pictures'
    """
    table = posterior.table.head(top)
    others = len(posterior.table) - len(table)
    names = [_name(value) for value in table.value] + ([f"all {plural(others, 'other')}"] if others else [])
    shares = table.probability.tolist() + ([max(0.0, 1 - float(table.probability.sum()))] if others else [])
    with axes_for(ax, (7.2, 1.3 + 0.38 * len(names))) as ax:
        rows = range(len(names) - 1, -1, -1)
        ax.barh(list(rows), shares, color=[BAR] * len(table) + [REST] * bool(others), hatch=[""] * len(table) + ["//"] * bool(others), edgecolor="white", height=0.68)
        for row, share in zip(rows, shares, strict=True):
            ax.text(share + 0.012, row, _percent(share), va="center", fontsize=9)
        ax.set_yticks(list(rows), [literal(name, most=48) for name in names])
        for label in ax.get_yticklabels():
            label.set_parse_math(False)
        ax.tick_params(axis="y", length=0)
        ax.set_xlim(0, 1.12)
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
        ax.set_xlabel("probability, given the pictures")
        return say(ax, title=title or _title(posterior), alt=_alt(posterior, names, shares), caption=_caption(posterior))


def _name(value: Mapping | None) -> str:
    if value is None:
        return "a search not in the catalogue"
    return " in ".join(value.values()) if len(value) == 2 else ", ".join(value.values()) or "no particular search"


def _title(posterior: Posterior) -> str:
    best = posterior.table.probability.iloc[0]
    tied = posterior.table[(posterior.table.probability - best).abs() < AS_GOOD]
    if len(tied) == 1:
        return f"The pictures fit {_name(posterior.best())}: {_percent(best)}"
    if len(tied) > 3:
        return f"The pictures fit {len(tied)} searches equally well: {_percent(best)} each"
    return f"The pictures fit {' and '.join(_name(value) for value in tied.value)} equally well: {_percent(best)} each"


def _alt(posterior: Posterior, names: list[str], shares: list[float]) -> str:
    bars = ", ".join(f"{literal(name)} {_percent(share)}" for name, share in zip(names, shares, strict=True))
    return f"Bars of the probability of each search: {bars}."


def _caption(posterior: Posterior) -> str:
    return (f"Posterior over {plural(len(posterior.table), 'search', 'searches')}, prior {posterior.prior}, model page plus strays. Uncertainty falls from "
            f"{posterior.prior_entropy_bits:.2f} to {posterior.entropy_bits:.2f} bits, as if {2**posterior.entropy_bits:,.1f} equally probable searches "
            f"were left of {2**posterior.prior_entropy_bits:,.0f}.")


def _percent(share: float) -> str:
    if share < 0.001:
        return "under 0.1 %" if share > 0 else "0 %"
    return "over 99.9 %" if 0.9995 <= share < 1 - 1e-12 else f"{100 * share:.1f} %"
