"""What did the reader fetch himself (owners, address ranges, filter lists), and what does it say?"""

from hartools.parties.imported.folder import data_folder
from hartools.parties.imported.importing import import_data
from hartools.parties.imported.kept import forget_data, imported_data
from hartools.parties.imported.listed import listed
from hartools.parties.imported.using import imported_asn, imported_networks, imported_owners, imported_ranges

__all__ = ["data_folder", "forget_data", "import_data", "imported_asn", "imported_data", "imported_networks", "imported_owners", "imported_ranges", "listed"]
