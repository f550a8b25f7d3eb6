"""What moved: pictures, page addresses, telemetry, identifiers, personal values."""

from hartools.payloads.assets import asset_id, asset_of, asset_table
from hartools.payloads.clarity import Clarity, clarity_of
from hartools.payloads.decode import Layer, decode
from hartools.payloads.differential import differing
from hartools.payloads.identifiers import bounce_table, cookie_travels, decoration_level, describe_criteria, identifier_table, link_decoration, parse_identifier, shared_identifiers
from hartools.payloads.leaks import find_leaks
from hartools.payloads.page_context import page_context
from hartools.payloads.telemetry import decode_request, telemetry_events, telemetry_vendors

__all__ = [
    "Clarity", "Layer", "asset_id", "asset_of", "asset_table", "bounce_table", "clarity_of", "cookie_travels", "decode", "decode_request", "decoration_level", "describe_criteria", "differing", "find_leaks",
    "identifier_table", "link_decoration", "page_context", "parse_identifier", "shared_identifiers", "telemetry_events", "telemetry_vendors",
]  # fmt: skip
