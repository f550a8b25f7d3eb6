"""How does every figure look, say what it shows, and come out the same each time?"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

import matplotlib
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hartools.capture import Capture
from hartools.plots.text import drawable, literal, width, wrapped

__all__ = ["PAGE_INCHES", "alt_text", "axes_for", "capture_line", "caption", "dress", "figure_png", "nothing", "say", "show_figure", "size_of", "use_style"]

STYLE = files("hartools.plots").joinpath("data/hartools.mplstyle")
# Drawn at the size at which it is printed, 160 mm, so that nine points stay nine points.
PAGE_INCHES = 6.3
TITLE_POINTS, TEXT_POINTS, KEY_LINE_POINTS = 11.5, 9, 15


def use_style() -> None:
    """Set the figure style for this session.

    Examples
    --------
    >>> use_style()
    """
    pyplot.style.use(str(STYLE))


@contextmanager
def axes_for(ax: Axes | None, high: float, *, left: float = 0.0) -> Iterator[Axes]:
    """Give the axes to draw on, in our style; made `high` inches high, `left` of the page kept for labels, if there are none."""
    # mathtext would read a host name with two dollar signs as a formula
    with pyplot.style.context(str(STYLE)), matplotlib.rc_context({"text.parse_math": False}):
        if ax is None:
            whole = high + 1.6
            figure, ax = pyplot.subplots(figsize=(PAGE_INCHES, whole))
            ax.set_position((left / PAGE_INCHES, 0.7 / whole, 1 - left / PAGE_INCHES, high / whole))
            ax.hartools_left = left
        yield ax


def size_of(ax: Axes) -> tuple[float, float]:
    """Return width and height of the axes in inches."""
    figure = ax.get_figure(root=True)
    return tuple((ax.get_position(original=True).size * figure.get_size_inches()).tolist())


def dress(ax: Axes, *, title: str, key: list[Line2D] = (), footer: str = "", below: float = 6) -> None:
    """Put title and key above the axes, and the footer `below` points under them, from the left edge of the page on."""
    across, left = size_of(ax)[0], getattr(ax, "hartools_left", 0.0)
    room, start = across + left, -left / across
    over = 6.0
    if key:
        columns = _columns([width(line.get_label()) for line in key], room)
        ax.legend(handles=key, loc="lower left", bbox_to_anchor=(start, 1.0), bbox_transform=ax.transAxes, ncols=columns, borderaxespad=0.4, borderpad=0,
                  handlelength=2.2, columnspacing=1.6, fontsize=TEXT_POINTS)
        over = 10 + KEY_LINE_POINTS * -(-len(key) // columns)
    ax.set_title(wrapped(title, room, points=TITLE_POINTS, bold=True), loc="left", x=start, pad=over, parse_math=False, linespacing=1.25)
    if footer:
        ax.annotate(wrapped(footer, room, points=TEXT_POINTS), (start, 0), xytext=(0, -below), xycoords="axes fraction", textcoords="offset points",
                    ha="left", va="top", fontsize=TEXT_POINTS, color="#555555", annotation_clip=False, parse_math=False, linespacing=1.35)


def _columns(widths: list[float], room: float) -> int:
    """Find the most columns in which the entries of a key fit; it is filled column by column."""
    for columns in range(len(widths), 1, -1):
        rows = -(-len(widths) // columns)
        if sum(max(widths[n : n + rows]) + 0.55 for n in range(0, len(widths), rows)) <= room:
            return columns
    return 1


def capture_line(capture: Capture) -> str:
    """Name the file under a figure: its name and the start of its hash."""
    return f"{drawable(capture.source.name, most=48)}, sha256 {capture.source.sha256[:8]}"


def say(ax: Axes, *, alt: str, caption: str) -> Axes:
    """Keep alt text and caption beside the axes."""
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
    """Return the sentences that belong under a figure.

    Examples
    --------
    >>> import hartools as ht
    >>> caption(ht.plot_request_map(ht.read_har(ht.example_har())))[:17]
    'Each mark is a ho'
    """
    return getattr(ax, "hartools_caption", "")


def figure_png(ax: Axes | Figure, *, dpi: int = 160) -> bytes:
    """Return a figure, or that of some axes, as PNG; the same figure gives the same bytes.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or matplotlib.figure.Figure
    dpi : int
        Dots per inch.

    Returns
    -------
    bytes

    Examples
    --------
    >>> import hartools as ht
    >>> figure_png(ht.plot_request_map(ht.read_har(ht.example_har())), dpi=40)[:4]
    b'\\x89PNG'
    """
    figure = ax.get_figure(root=True) if isinstance(ax, Axes) else ax
    stream = io.BytesIO()
    with pyplot.style.context(str(STYLE)):
        figure.savefig(stream, format="png", dpi=dpi, bbox_inches="tight", pad_inches=0.08, metadata={"Software": None})
    return stream.getvalue()


def show_figure(ax: Axes) -> None:
    """Show a figure in a notebook with its alt text, and its caption under it."""
    from IPython.display import Markdown, display

    display({"image/png": figure_png(ax, dpi=110), "text/plain": alt_text(ax)}, raw=True, metadata={"image/png": {"alt": alt_text(ax)}})
    display(Markdown("*" + "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|$~" else letter for letter in caption(ax)) + "*"))
    pyplot.close(ax.get_figure(root=True))


def nothing(ax: Axes, why: str, footer: str) -> Axes:
    """Say in the middle of the axes that there is nothing to draw."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, why, ha="center", va="center", transform=ax.transAxes, color="#555555", parse_math=False)
    dress(ax, title="Nothing to draw", footer=footer)
    return say(ax, alt=f"An empty figure: {why}.", caption=f"{why[0].upper()}{why[1:]}.")
