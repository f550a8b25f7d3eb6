"""Which files of outside facts are read? One file here per format, each of which returns a `Found` or None."""

from hartools.parties.imported.formats.found import KINDS, Found
from hartools.parties.imported.formats.recognise import FORMATS, read_reference

__all__ = ["FORMATS", "KINDS", "Found", "read_reference"]
