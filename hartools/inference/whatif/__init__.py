"""The same capture under a countermeasure: what would be left for whom, and who would know it in another's place?"""

from hartools.inference.whatif.background import catalogue_under
from hartools.inference.whatif.change import what_if
from hartools.inference.whatif.hosts import consent_table
from hartools.inference.whatif.measures import measures_table
from hartools.inference.whatif.table import what_if_table

__all__ = ["catalogue_under", "consent_table", "measures_table", "what_if", "what_if_table"]
