"""Every figure: a table in, Axes out, with a title that says the finding, a caption and an alt text."""

from hartools.plots.posterior import plot_query_posterior
from hartools.plots.request_map import plot_request_map
from hartools.plots.style import PARTY_COLORS, alt_text, caption, figure_png, show_figure, use_style
from hartools.plots.timeline import plot_observer_timeline

__all__ = ["PARTY_COLORS", "alt_text", "caption", "figure_png", "plot_observer_timeline", "plot_query_posterior", "plot_request_map", "show_figure", "use_style"]
