"""Does a published sentence hold in this capture, does it fail, or can the capture not decide it?

`claims_file` reads what is claimed, `predicates` has one test per kind of evidence, `verdicts` joins
their answers in three values, and `case` brings each tool's answer once.
"""

from hartools.inference.claims.claims_file import Claim, read_claims
from hartools.inference.claims.verify import verify_claims

__all__ = ["Claim", "read_claims", "verify_claims"]
