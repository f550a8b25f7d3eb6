"""What could an observer conclude from its view?"""

from collections.abc import Mapping

import pandas as pd

from hartools.capture import Capture
from hartools.errors import NotAViewError
from hartools.findings import findings_table
from hartools.inference.catalogue import Catalogue
from hartools.inference.contacts import contact_findings
from hartools.inference.handed_over import cookie_findings, device_findings, handed_findings
from hartools.inference.identity import identity_findings
from hartools.inference.page_model import PageModel
from hartools.inference.pictures import picture_findings
from hartools.inference.served import served_findings
from hartools.inference.size_findings import size_findings
from hartools.observers import CONNECTION_KINDS

__all__ = ["infer"]


def infer(view: Capture, *, catalogue: Catalogue | None = None, prior: str | Mapping = "uniform", model: PageModel = PageModel(), sizes: pd.DataFrame | None = None) -> pd.DataFrame:
    """Conclude what an observer could learn from its view.

    Parameters
    ----------
    view : Capture
        Made by `view_as`; a raw capture is refused, so that no rule can peek.
    catalogue : Catalogue, optional
        What anybody could know beforehand about the site's pictures.
    prior, model
        See `query_posterior`.
    sizes : pandas.DataFrame, optional
        Sizes of the catalogue's pictures, for network paths that see no names; see `picture_sizes`.

    Returns
    -------
    pandas.DataFrame
        Table ``findings``: what was found, then what was looked for and not found, or could
        not be looked for.

    Raises
    ------
    NotAViewError
        If `view` is not an observer's view.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> findings = infer(ht.view_as(capture, "third_party:cloudinary.com"), catalogue=ht.catalogue_from(capture))
    >>> findings.set_index("topic").loc["specialty", "value"]
    'dentiste'
    """
    if view.observer is None:
        raise NotAViewError(f"{view.source.name}: infer takes an observer's view; call view_as(capture, \"third_party:SITE\") first. find_observers lists them.")
    rows = [*contact_findings(view, catalogue), *size_findings(view, catalogue, sizes, prior=prior, model=model)]
    # where nothing but connections reached the observer, what stands inside requests is no question
    if len(view.entries) or view.observer.partition(":")[0] not in CONNECTION_KINDS:
        rows += [*picture_findings(view, catalogue, prior=prior, model=model), *served_findings(view, catalogue), *handed_findings(view), *device_findings(view),
                 *cookie_findings(view), *identity_findings(view)]  # fmt: skip
    rows.sort(key=lambda row: row["result"] != "found")
    return findings_table(rows, observer=view.observer)
