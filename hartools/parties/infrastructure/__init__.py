"""Who handled an exchange in clear, who ended its TLS, and what says so?"""

from hartools.parties.infrastructure.addresses import provider_of_address
from hartools.parties.infrastructure.dns import read_dns_answers
from hartools.parties.infrastructure.entries import entry_infrastructure
from hartools.parties.infrastructure.hosts import infrastructure_table
from hartools.parties.infrastructure.providers import providers_table

__all__ = ["entry_infrastructure", "infrastructure_table", "provider_of_address", "providers_table", "read_dns_answers"]
