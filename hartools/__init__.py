"""Tell what each onlooker of a recorded visit could learn about the visitor."""

from importlib import import_module
from typing import TYPE_CHECKING

from hartools.capture import Capture, register_card

# A name brings its room when it is first used: reading a HAR needs neither networkx nor matplotlib,
# and what is not loaded is not looked through by the garbage collector.
NAMES = {
    "capture": "Capture",
    "columns": "describe_columns",
    "errors": "HarError",
    "evidence": "show_evidence",
    "example": "example_har",
    "findings": "findings_json",
    "graphs": "request_graph write_graph",
    "inference": "Catalogue PageModel catalogue_from compare identity_table infer query_posterior query_posteriors read_catalogue readability searches_in split_at verify_claims what_if what_if_table",
    "observers": "coalition_table find_observers view_as visibility_table",
    "parties": "first_parties infrastructure_table jurisdiction_sheet label_owners label_parties operator_domain owners_of_hosts read_dns_answers registrable_domain",
    "payloads": "asset_id asset_table clarity_of find_leaks identifier_table page_context shared_identifiers telemetry_events",
    "plots": "interactive_map plot_comparison plot_flow plot_heat_map plot_initiator_tree plot_observer_timeline plot_query_posterior plot_readers plot_request_map plot_visibility plot_waterfall plot_what_if show_figure use_style write_request_map",
    "quality": "capture_quality diagnose observable_table",
    "reading": "page_metrics read_har to_haralyzer",
    "report": "dossier my_hars write_report",
}  # fmt: skip
ROOMS = {"capture", "columns", "errors", "evidence", "example", "findings", "graphs", "inference", "masking", "observers", "parties", "payloads", "plots", "quality", "reading", "report"}

if TYPE_CHECKING:
    from hartools.capture import Capture
    from hartools.columns import describe_columns
    from hartools.errors import HarError
    from hartools.evidence import show_evidence
    from hartools.example import example_har
    from hartools.findings import findings_json
    from hartools.graphs import request_graph, write_graph
    from hartools.inference import Catalogue, PageModel, catalogue_from, compare, identity_table, infer, query_posterior, query_posteriors, read_catalogue, readability, searches_in, split_at, verify_claims, what_if, what_if_table
    from hartools.observers import coalition_table, find_observers, view_as, visibility_table
    from hartools.parties import first_parties, infrastructure_table, jurisdiction_sheet, label_owners, label_parties, operator_domain, owners_of_hosts, read_dns_answers, registrable_domain
    from hartools.payloads import asset_id, asset_table, clarity_of, find_leaks, identifier_table, page_context, shared_identifiers, telemetry_events
    from hartools.plots import interactive_map, plot_comparison, plot_flow, plot_heat_map, plot_initiator_tree, plot_observer_timeline, plot_query_posterior, plot_readers, plot_request_map, plot_visibility, plot_waterfall, plot_what_if, show_figure, use_style, write_request_map
    from hartools.quality import capture_quality, diagnose, observable_table
    from hartools.reading import page_metrics, read_har, to_haralyzer
    from hartools.report import dossier, my_hars, write_report

__all__ = [
    "Capture",
    "Catalogue",
    "HarError",
    "PageModel",
    "asset_id",
    "asset_table",
    "capture_quality",
    "catalogue_from",
    "clarity_of",
    "coalition_table",
    "compare",
    "describe_columns",
    "diagnose",
    "dossier",
    "example_har",
    "find_leaks",
    "find_observers",
    "findings_json",
    "first_parties",
    "identifier_table",
    "identity_table",
    "infer",
    "infrastructure_table",
    "interactive_map",
    "jurisdiction_sheet",
    "label_owners",
    "label_parties",
    "my_hars",
    "observable_table",
    "operator_domain",
    "owners_of_hosts",
    "page_context",
    "page_metrics",
    "plot_comparison",
    "plot_flow",
    "plot_heat_map",
    "plot_initiator_tree",
    "plot_observer_timeline",
    "plot_query_posterior",
    "plot_readers",
    "plot_request_map",
    "plot_visibility",
    "plot_waterfall",
    "plot_what_if",
    "query_posterior",
    "query_posteriors",
    "read_catalogue",
    "read_dns_answers",
    "read_har",
    "readability",
    "registrable_domain",
    "request_graph",
    "searches_in",
    "shared_identifiers",
    "show_evidence",
    "show_figure",
    "split_at",
    "telemetry_events",
    "to_haralyzer",
    "use_style",
    "verify_claims",
    "view_as",
    "visibility_table",
    "what_if",
    "what_if_table",
    "write_graph",
    "write_report",
    "write_request_map",
]


def __getattr__(name: str):
    room = next((room for room, names in NAMES.items() if name in names.split()), None)
    if room is None and name not in ROOMS:
        raise AttributeError(f"module 'hartools' has no attribute {name!r}")
    found = import_module(f"hartools.{room or name}")
    value = found if room is None else getattr(found, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *ROOMS} - {"TYPE_CHECKING", "import_module"})


register_card(
    text=lambda capture: import_module("hartools.report").card_text(capture),
    html=lambda capture: import_module("hartools.report").card_html(capture),
)
