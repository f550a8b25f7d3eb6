"""Every figure: a table in, Axes out, with a title that says the finding, a caption and an alt text."""

from hartools.plots.comparison import plot_comparison, plot_what_if
from hartools.plots.flow import plot_flow
from hartools.plots.heat_map import plot_heat_map
from hartools.plots.initiator_tree import plot_initiator_tree
from hartools.plots.interactive import InteractiveMap, interactive_map, write_request_map
from hartools.plots.posterior import plot_query_posterior
from hartools.plots.readers import plot_readers
from hartools.plots.reliability import plot_reliability
from hartools.plots.request_map import plot_request_map
from hartools.plots.style import PARTY_COLORS, alt_text, caption, figure_png, show_figure, use_style
from hartools.plots.timeline import plot_observer_timeline
from hartools.plots.visibility import plot_visibility
from hartools.plots.waterfall import plot_waterfall

__all__ = [
    "InteractiveMap",
    "PARTY_COLORS",
    "alt_text",
    "caption",
    "figure_png",
    "interactive_map",
    "plot_comparison",
    "plot_flow",
    "plot_heat_map",
    "plot_initiator_tree",
    "plot_observer_timeline",
    "plot_query_posterior",
    "plot_readers",
    "plot_reliability",
    "plot_request_map",
    "plot_visibility",
    "plot_waterfall",
    "plot_what_if",
    "show_figure",
    "use_style",
    "write_request_map",
]
