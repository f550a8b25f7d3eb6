"""Which searches fit the pictures, and how surely?"""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from hartools.inference import Posterior
from hartools.plots.style import TEXT_POINTS, axes_for, dress, say
from hartools.plots.text import drawable, listed, literal, percent, plural, shortened, width

__all__ = ["plot_query_posterior"]

# Not the colours of the parties: a bar is a search.
BEST, OTHER, REST = "#009E73", "#8FCFBB", "#DDDDDD"
# Below this, a search is one of many that the pictures rule out alike; naming one would mislead.
NAMED = 1e-6
LABEL_INCHES = 2.3
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def plot_query_posterior(posterior: Posterior, *, ax: Axes | None = None, top: int = 8, title: str | None = None) -> Axes:
    """Draw how probable each query is, given the pictures of one search.

    Parameters
    ----------
    posterior : Posterior
        From `query_posterior`, or a `Search`'s.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; made by default.
    top : int
        Most queries with a bar of their own; all others share one.
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
    bars = _bars(posterior, top)
    names = [shortened(name, LABEL_INCHES) for name in bars.name]
    high = 0.27 * len(bars) + 0.2
    with axes_for(ax, high, left=max(map(width, names)) + 0.12) as ax:
        rows = list(range(len(bars) - 1, -1, -1))
        ax.barh(rows, bars.share, color=bars.color.tolist(), hatch=["////" if rest else "" for rest in bars.rest], edgecolor="white", linewidth=0, height=0.66)
        for row, share in zip(rows, bars.share, strict=True):
            ax.text(min(share, 1) + 0.012, row, percent(share), va="center_baseline", fontsize=TEXT_POINTS, parse_math=False)
        ax.set_yticks(rows, names)
        for label in ax.get_yticklabels():
            label.set_parse_math(False)
        ax.tick_params(axis="y", length=0)
        ax.spines["bottom"].set_bounds(0, 1)
        ax.set(xlim=(0, 1.16), ylim=(-0.6, len(bars) - 0.4), xlabel="probability, given the pictures")
        ax.xaxis.set_label_coords(0.5 / 1.16, -26 / (72 * high))
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
        dress(ax, title=title or _title(posterior), footer=_footer(posterior), below=42)
        return say(ax, alt=_alt(posterior, bars), caption=_caption(posterior))


def _bars(posterior: Posterior, top: int) -> pd.DataFrame:
    """List the bars: name, share, color, rest."""
    table = posterior.table
    shown = max(1, min(int((table.probability >= NAMED).sum()), top, len(table)))
    best = _best(posterior)
    rows = [(_name(value), float(share), BEST if place < len(best) else OTHER, False)
            for place, (value, share) in enumerate(zip(table.value[:shown], table.probability[:shown], strict=True))]
    if len(table) > shown:
        rows.append((f"all others ({len(table) - shown:,})", float(table.probability.iloc[shown:].sum()), REST, True))
    return pd.DataFrame(rows, columns=["name", "share", "color", "rest"])


def _best(posterior: Posterior) -> list[Mapping | None]:
    """List the searches that are as probable as the most probable one."""
    shares = posterior.table.probability
    return posterior.table.value[(shares - shares.iloc[0]).abs() < 1e-9].tolist()


def _name(value: Mapping | None) -> str:
    if value is None:
        return "a search not in the catalogue"
    parts = [literal(part) for part in value.values()]
    return " in ".join(parts) if len(parts) == 2 else ", ".join(parts) or "no particular search"


def _title(posterior: Posterior) -> str:
    best, share = _best(posterior), percent(float(posterior.table.probability.iloc[0]))
    if len(best) == 1:
        return f"The pictures fit {drawable(_name(best[0]))}: {share}"
    number = NUMBERS[len(best)] if len(best) < len(NUMBERS) else f"{len(best):,}"
    named = f": {listed([drawable(_name(value)) for value in best])}" if len(best) <= 3 else ""
    return f"The pictures fit {number} searches equally well{named} ({share} each)"


def _footer(posterior: Posterior) -> str:
    return (f"Uncertainty {posterior.prior_entropy_bits:.2f} → {posterior.entropy_bits:.2f} bits. Prior: {drawable(posterior.prior)}. "
            f"{plural(len(posterior.table), 'search', 'searches')} compared.")


def _alt(posterior: Posterior, bars: pd.DataFrame) -> str:
    said = ", ".join(f"{name} {percent(share)}" for name, share in zip(bars.name, bars.share, strict=True))
    return (f"Bars of the probability of each search: {said}. "
            f"Uncertainty falls from {posterior.prior_entropy_bits:.2f} to {posterior.entropy_bits:.2f} bits.")


def _caption(posterior: Posterior) -> str:
    before, after = posterior.prior_entropy_bits, posterior.entropy_bits
    return (f"Probability of {plural(len(posterior.table), 'search', 'searches')}, given the pictures that one search asked for; prior {literal(posterior.prior)}, "
            f"model page plus strays. Uncertainty goes from {before:.2f} to {after:.2f} bits, as if {2**after:,.1f} equally probable searches were left of {2**before:,.0f}.")
