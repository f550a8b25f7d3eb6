"""Tell what each onlooker of a recorded visit could learn about the visitor."""

from hartools.capture import Capture, register_card
from hartools.columns import describe_columns
from hartools.errors import HarError
from hartools.evidence import show_evidence
from hartools.example import example_har
from hartools.findings import findings_json
from hartools.graphs import request_graph
from hartools.inference import (
    Catalogue,
    PageModel,
    catalogue_from,
    infer,
    query_posterior,
    read_catalogue,
    searches_in,
)
from hartools.observers import find_observers, view_as, visibility_table
from hartools.parties import first_parties, label_owners, label_parties, registrable_domain
from hartools.payloads import asset_table, page_context
from hartools.plots import plot_observer_timeline, plot_query_posterior, plot_request_map, show_figure, use_style
from hartools.quality import capture_quality, diagnose, observable_table
from hartools.reading import page_metrics, read_har, to_haralyzer
from hartools.report import card_html, card_text, my_hars, write_report



__all__ = [
    "Capture",
    "Catalogue",
    "HarError",
    "PageModel",
    "asset_table",
    "capture_quality",
    "catalogue_from",
    "describe_columns",
    "diagnose",
    "example_har",
    "find_observers",
    "findings_json",
    "first_parties",
    "infer",
    "label_owners",
    "label_parties",
    "my_hars",
    "observable_table",
    "page_context",
    "page_metrics",
    "plot_observer_timeline",
    "plot_query_posterior",
    "plot_request_map",
    "query_posterior",
    "read_catalogue",
    "read_har",
    "registrable_domain",
    "request_graph",
    "searches_in",
    "show_evidence",
    "show_figure",
    "to_haralyzer",
    "use_style",
    "view_as",
    "visibility_table",
    "write_report",
]

register_card(text=card_text, html=card_html)
