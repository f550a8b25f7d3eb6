"""What could a network path conclude from how many bytes came from where the pictures are?"""

from collections.abc import Mapping

import pandas as pd

from hartools.capture import Capture
from hartools.findings import found, not_found, not_observable
from hartools.inference.catalogue import Catalogue
from hartools.inference.page_model import PageModel
from hartools.inference.pictures import describe_query
from hartools.inference.sizes import total_posterior
from hartools.masking import mask_text
from hartools.observers.views import CITED

__all__ = ["size_findings"]

SIZE = "R-SIZE"
TOPIC = "search query"
# A sum that fits many searches about as well names none of them.
ENOUGH = 0.5


def size_findings(view: Capture, catalogue: Catalogue | None, sizes: pd.DataFrame | None, *, prior: str | Mapping = "uniform", model: PageModel = PageModel()) -> list[dict]:
    """Say what the volume of the connections to picture hosts could tell about the search.

    Parameters
    ----------
    view : Capture
        Made by `view_as`. Of a view without connections, and of a resolver's, which counts no bytes,
        nothing is said.
    catalogue : Catalogue or None
    sizes : pandas.DataFrame or None
        Background knowledge, stated by whoever asks: `picture_sizes` of visits to the same site.
        Its column ``host`` says which connections are to pictures.
    prior, model
        See `query_posterior`.

    Returns
    -------
    list of dict
        One row of `hartools.findings` under R-SIZE, or none.

    Examples
    --------
    >>> import hartools as ht
    >>> size_findings(ht.view_as(ht.read_har(ht.example_har()), "third_party:cloudinary.com"), None, None)
    []
    """
    connections = view.connections
    if not len(connections) or not (view.observer or "").startswith("network"):
        return []
    cited = view.table(CITED) if CITED in view._built or CITED in view._build else pd.DataFrame({"connection": [], "entry_id": []})
    if sizes is None or catalogue is None or not len(sizes):
        return [_without(cited, catalogue, sizes)] if len(cited) else []
    hosts = sorted(set(sizes.host.dropna()))
    mine = connections.reset_index(drop=True)
    if connections.name.isna().all():
        return [not_observable(TOPIC, "Which connections carried pictures cannot be told: no name is in clear.", rule=SIZE, entry_ids=cited.entry_id,
                               caveat="Addresses that serve nothing but pictures would give the hosts away.")]
    mine = mine[mine.name.isin(hosts).fillna(False)]
    entry_ids = cited.entry_id[cited.connection.isin(mine.index)]
    if not len(mine) or not len(entry_ids):
        return [not_found(TOPIC, f"No connection was to a host that serves the pictures ({_listed(hosts)}).", rule=SIZE, entry_ids=cited.entry_id)]
    if mine.bytes_down.isna().any():
        return [not_observable(TOPIC, f"How many bytes came from {_listed(hosts)} is not in this file.", rule=SIZE, entry_ids=entry_ids,
                               caveat="Whoever carries the bytes counts them; this exporter did not write them down for every answer.")]
    return [_concluded(int(mine.bytes_down.sum()), mine, hosts, entry_ids, catalogue, sizes, prior, model)]


def _without(cited: pd.DataFrame, catalogue: Catalogue | None, sizes: pd.DataFrame | None) -> dict:
    lacking = " and ".join(["a catalogue"] * (catalogue is None) + ["a table of the sizes of pictures"] * (sizes is None or not len(sizes)))
    return not_observable(TOPIC, f"What the volumes say about pictures cannot be told without {lacking}.", rule=SIZE, entry_ids=cited.entry_id,
                          caveat="Anybody could measure the sizes by asking for the pictures: pass picture_sizes(captures) of visits to the same site.")


def _concluded(total: int, mine: pd.DataFrame, hosts: list[str], entry_ids, catalogue: Catalogue, sizes: pd.DataFrame, prior, model: PageModel) -> dict:
    table = sizes[sizes.host.isin(mine.name.unique())]
    posterior = total_posterior(total, catalogue, table, prior=prior, model=model)
    best, share = posterior.best(), float(posterior.table.probability.iloc[0])
    told = f"{total:,} bytes came over {len(mine)} {'connection' if len(mine) == 1 else 'connections'} from {_listed(sorted(mine.name.unique()))}"
    rest = (f"taken as one search: several on one visit add up to a sum that fits another; uncertainty {posterior.entropy_bits:.2f} bits, from {posterior.prior_entropy_bits:.2f} before; "
            f"sizes of {table.asset_id.nunique():,} pictures given as background knowledge; prior {posterior.prior}")
    if not best or share < ENOUGH:
        left, before = 2**posterior.entropy_bits, 2**posterior.prior_entropy_bits
        return not_found(TOPIC, f"{told}: that leaves as much open as {left:,.0f} equally probable searches would, of {before:,.0f} before.", rule=SIZE, entry_ids=entry_ids, caveat=f"{rest[0].upper()}{rest[1:]}.")
    return found(TOPIC, f"It could infer a search for {describe_query(best)} from volumes alone (probability {100 * share:.1f} %): {told}.", best, basis="inferred", rule=SIZE, entry_ids=entry_ids,
                 probability=share, alternatives=posterior.alternatives()[:20], caveat=f"{rest[0].upper()}{rest[1:]}.")


def _listed(hosts: list[str]) -> str:
    return ", ".join(mask_text(host) for host in hosts[:3]) + (f" and {len(hosts) - 3} more" if len(hosts) > 3 else "")
