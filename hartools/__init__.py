"""Tell what each onlooker of a recorded visit could learn about the visitor."""

from hartools.example import example_har
from hartools.reading import page_metrics, read_har, to_haralyzer

__version__ = "0.1.0"
