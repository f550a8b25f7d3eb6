"""What could be concluded, from a view and stated background knowledge."""

from hartools.inference.catalogue import Catalogue, read_catalogue
from hartools.inference.claims import read_claims, verify_claims
from hartools.inference.compare import Comparison, compare
from hartools.inference.conclude import infer
from hartools.inference.identity import identity_table
from hartools.inference.learning import catalogue_from
from hartools.inference.page_model import PageModel
from hartools.inference.pictures import describe_query, searches_in
from hartools.inference.posteriors import Posterior, Posteriors
from hartools.inference.queries import query_posterior, query_posteriors
from hartools.inference.readability import readability, readability_findings
from hartools.inference.searches import Search
from hartools.inference.sizes import picture_sizes, size_posterior
from hartools.inference.split import split_at
from hartools.inference.whatif import measures_table, what_if, what_if_table

__all__ = [
    "Catalogue", "Comparison", "PageModel", "Posterior", "Posteriors", "Search", "catalogue_from", "compare", "describe_query", "identity_table", "infer", "measures_table",
    "picture_sizes", "query_posterior", "query_posteriors", "read_catalogue", "read_claims", "readability", "readability_findings", "searches_in", "size_posterior", "split_at",
    "verify_claims", "what_if", "what_if_table",
]  # fmt: skip
