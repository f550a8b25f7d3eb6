"""How good is a capture, and what can it show at all?"""

from hartools.quality.checks import capture_quality
from hartools.quality.diagnose import diagnose
from hartools.quality.observable import observable_table

__all__ = ["capture_quality", "diagnose", "observable_table"]
