"""Who is who: domains, parties, owners, the machines in between, and the law that could reach them."""

from hartools.parties.domains import operator_domain, registrable_domain
from hartools.parties.infrastructure import entry_infrastructure, infrastructure_table, provider_of_address, read_dns_answers
from hartools.parties.jurisdiction import jurisdiction_sheet
from hartools.parties.owners import label_owners, owners_of_hosts, owners_table
from hartools.parties.parties import describe_definition, first_parties, label_parties

__all__ = [
    "describe_definition", "entry_infrastructure", "first_parties", "infrastructure_table", "jurisdiction_sheet", "label_owners", "label_parties",
    "operator_domain", "owners_of_hosts", "owners_table", "provider_of_address", "read_dns_answers", "registrable_domain",
]  # fmt: skip
