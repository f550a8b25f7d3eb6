"""Who is who: domains, parties and owners."""

from hartools.parties.domains import registrable_domain
from hartools.parties.owners import label_owners, owners_table
from hartools.parties.parties import first_parties, label_parties

__all__ = ["first_parties", "label_owners", "label_parties", "owners_table", "registrable_domain"]
