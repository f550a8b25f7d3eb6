"""Who could see it: the onlookers of a visit, and what each receives."""

from hartools.observers.find import find_observers
from hartools.observers.views import view_as
from hartools.observers.visibility import visibility_table

__all__ = ["find_observers", "view_as", "visibility_table"]
