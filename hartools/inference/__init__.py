"""What could be concluded, from a view and stated background knowledge."""

from hartools.inference.catalogue import Catalogue, catalogue_from, read_catalogue
from hartools.inference.conclude import infer
from hartools.inference.page_model import PageModel
from hartools.inference.pictures import describe_query, searches_in
from hartools.inference.queries import Posterior, query_posterior
from hartools.inference.searches import Search

__all__ = ["Catalogue", "PageModel", "Posterior", "Search", "catalogue_from", "describe_query", "infer", "query_posterior", "read_catalogue", "searches_in"]
