"""What moved: pictures, page addresses."""

from hartools.payloads.assets import asset_of, asset_table
from hartools.payloads.page_context import page_context

__all__ = ["asset_of", "asset_table", "page_context"]
