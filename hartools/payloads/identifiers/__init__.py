"""Which values single out a browser, and where do they travel?

`identifier_table` names them, each by a published criterion; `formats` holds the known formats and
`exclusions` what is none, both as data. `shared_identifiers` follows them between parties,
`cookie_travels` from the answer that set them to the requests that sent them, `link_decoration` and
`bounce_table` through addresses and redirects.
"""

from hartools.payloads.identifiers.bounces import bounce_table
from hartools.payloads.identifiers.criteria import CRITERIA
from hartools.payloads.identifiers.decoration import decoration_level, link_decoration
from hartools.payloads.identifiers.parse import parse_identifier
from hartools.payloads.identifiers.setters import cookie_travels
from hartools.payloads.identifiers.sharing import shared_identifiers
from hartools.payloads.identifiers.table import describe_criteria, identifier_table

__all__ = ["CRITERIA", "bounce_table", "cookie_travels", "decoration_level", "describe_criteria", "identifier_table", "link_decoration", "parse_identifier", "shared_identifiers"]
