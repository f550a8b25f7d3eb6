"""How does every figure look, say what it shows, and come out the same each time?"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

import pandas as pd
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from hartools.capture import Capture
from hartools.errors import AmbiguousFirstPartyError
from hartools.parties import label_parties
from hartools.plots.lettering import drawn, literal

__all__ = ["PARTY_COLORS", "PARTY_MARKERS", "PARTY_NAMES", "alt_text", "axes_for", "caption", "figure_png", "inches_of", "labelled", "literal", "nothing", "party_legend", "plural",
           "say", "show_figure", "use_style"]

# Okabe and Ito's palette; a party differs by marker too, never by colour alone.
PARTY_COLORS = {"first": "#0072B2", "third": "#D55E00", "unknown": "#7F7F7F"}
PARTY_MARKERS = {"first": "s", "third": "o", "unknown": "D"}
PARTY_NAMES = {"first": "first party", "third": "third party", "unknown": "party not known"}

STYLE = files("hartools.plots").joinpath("data/hartools.mplstyle")


def use_style() -> None:
    """Set the look of figures for this session, and let tables show whole sentences.

    Examples
    --------
    >>> use_style()
    """
    pyplot.style.use(str(STYLE))
    pd.set_option("display.max_colwidth", 200)


@contextmanager
def axes_for(ax: Axes | None, size: tuple[float, float], *, around: tuple[float, float, float, float] | None = None) -> Iterator[Axes]:
    """Give the axes to draw on, in our style, made if there are none.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        Axes that are there already; they are left as large as they are.
    size : tuple of float
        Width and height in inches, of the figure; with ``around``, of the axes alone.
    around : tuple of float, optional
        Inches left of, under, right of and above the axes.
    """
    with pyplot.style.context(str(STYLE)):
        if ax is None:
            left, under, right, above = around or (0.0, 0.0, 0.0, 0.0)
            wide, high = size[0] + left + right, size[1] + under + above
            ax = pyplot.subplots(figsize=(wide, high))[1]
            if around:
                ax.set_position((left / wide, under / high, size[0] / wide, size[1] / high))
        yield ax


def inches_of(ax: Axes) -> tuple[float, float]:
    """Return width and height of some axes in inches."""
    box = ax.get_window_extent()
    return box.width / ax.figure.dpi, box.height / ax.figure.dpi


def plural(count: int, noun: str, many: str | None = None) -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> plural(1, "entry", "entries"), plural(2, "host")
    ('1 entry', '2 hosts')
    """
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def say(ax: Axes, *, title: str, alt: str, caption: str) -> Axes:
    """Put the title on the axes, and the alt text and caption beside them."""
    ax.set_title(drawn(title, most=110, bold=True), parse_math=False, wrap=True)
    ax.hartools_alt, ax.hartools_caption = literal(alt, most=1500), literal(caption, most=1500)
    return ax


def alt_text(ax: Axes) -> str:
    """Return the text that stands for a figure where it cannot be seen.

    Examples
    --------
    >>> import hartools as ht
    >>> alt_text(ht.plot_request_map(ht.read_har(ht.example_har())))[:23]
    'Request map of 6 hosts.'
    """
    return getattr(ax, "hartools_alt", "")


def caption(ax: Axes) -> str:
    """Return the sentences that belong under a figure."""
    return getattr(ax, "hartools_caption", "")


def figure_png(ax: Axes, *, dpi: int = 160) -> bytes:
    """Return the figure of some axes as PNG; the same figure gives the same bytes.

    Examples
    --------
    >>> import hartools as ht
    >>> figure_png(ht.plot_request_map(ht.read_har(ht.example_har())), dpi=40)[:4]
    b'\\x89PNG'
    """
    stream = io.BytesIO()
    with pyplot.style.context(str(STYLE)):
        ax.figure.savefig(stream, format="png", dpi=dpi, bbox_inches="tight", pad_inches=0.15, metadata={"Software": None})
    return stream.getvalue()


def show_figure(ax: Axes) -> None:
    """Show a figure in a notebook with its alt text, and its caption under it."""
    from IPython.display import Markdown, display

    display({"image/png": figure_png(ax, dpi=110), "text/plain": alt_text(ax)}, raw=True, metadata={"image/png": {"alt": alt_text(ax)}})
    display(Markdown("*" + "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|$~" else letter for letter in caption(ax)) + "*"))
    pyplot.close(ax.figure)


def labelled(capture: Capture) -> tuple[Capture, bool]:
    """Label the parties of a capture if nobody did; tell whether the first party is known."""
    entries = capture.entries
    if capture.observer is not None or entries.party.notna().any():
        return capture, capture.observer is None
    try:
        return label_parties(capture), True
    except AmbiguousFirstPartyError:
        return capture, False


def party_legend(parties: list[str]) -> list[Line2D]:
    """Return one legend mark per party drawn."""
    return [Line2D([], [], linestyle="", marker=PARTY_MARKERS[party], markersize=8, color=PARTY_COLORS[party], label=PARTY_NAMES[party])
            for party in PARTY_MARKERS if party in parties]


def nothing(ax: Axes, why: str) -> Axes:
    """Say in the middle of the axes that there is nothing to draw."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, why, ha="center", va="center", transform=ax.transAxes, color="#555555")
    return say(ax, title="Nothing to draw", alt=f"An empty figure: {why}.", caption=f"{why[0].upper()}{why[1:]}.")
