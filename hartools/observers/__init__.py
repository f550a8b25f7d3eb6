"""Who could see it: the onlookers of a visit, and what each receives."""

from hartools.observers.coalitions import coalition_table
from hartools.observers.find import find_observers
from hartools.observers.views import view_as
from hartools.observers.visibility import CONNECTION_KINDS, KINDS, MARKS, REQUEST_KINDS, visibility_table

__all__ = ["CONNECTION_KINDS", "KINDS", "MARKS", "REQUEST_KINDS", "coalition_table", "find_observers", "view_as", "visibility_table"]
