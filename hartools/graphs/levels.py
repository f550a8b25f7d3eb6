"""What is a node at each level: a host, its site, the domain of its operator, or an organisation?"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from hartools.columns import DTYPES
from hartools.errors import UnknownChoiceError
from hartools.graphs.codes import arrow
from hartools.parties.domains import operator_domains_of, sites_of
from hartools.parties.owners import owner_of

__all__ = ["LEVELS", "Nodes", "nodes_of"]

LEVELS = ("host", "site", "operator", "organisation")


class Nodes(NamedTuple):
    """Hold the nodes of a level, and what is known of their hosts.

    Attributes
    ----------
    level : str
    hosts : list of str
    names : list of str
        Nodes, in alphabetical order.
    of_host : numpy.ndarray of int64
        For each host the place of its node.
    site, operator_domain, owner : list of str or None
        For each host.
    """

    level: str
    hosts: list[str]
    names: list[str]
    of_host: np.ndarray
    site: list[str | None]
    operator_domain: list[str | None]
    owner: list[str | None]


def nodes_of(hosts: list[str], own: np.ndarray, entries: pd.DataFrame, level: str) -> Nodes:
    """Say of which node each host is, by the labels of the entries and else by our own tables.

    Parameters
    ----------
    hosts : list of str
        Distinct hosts.
    own : numpy.ndarray of int64
        For each row of ``entries`` the place of its host; -1 without one.
    entries : pandas.DataFrame
        Table ``entries``.
    level : {"host", "site", "operator", "organisation"}
        At organisation level a host whose owner is not known stands under its site.

    Raises
    ------
    UnknownChoiceError
        If the level is none of these.

    Examples
    --------
    >>> nodes_of(["b.example", "img.b.example", "x.github.io"], np.zeros(0, int), pd.DataFrame(), "site").names
    ['b.example', 'x.github.io']
    """
    if level not in LEVELS:
        raise UnknownChoiceError(f"no level {level!r}; the levels are {', '.join(LEVELS)}")
    rows = _first_rows(own, len(hosts))
    site = _labelled(entries, "site", hosts, rows, sites_of)
    operator = _labelled(entries, "operator_domain", hosts, rows, operator_domains_of)
    known = [owner_of(host) or {} for host in hosts]
    labels = _labelled(entries, "owner", hosts, rows, None)
    owner = [label or row.get("organisation") or None for label, row in zip(labels, known, strict=True)]
    chosen = {"host": hosts, "site": site, "operator": operator}.get(level)
    if chosen is None:
        # the ultimate parent of the owner; a label of the reader's own goes before our table
        above = [row.get("ultimate_parent") if label in (None, row.get("organisation")) else None for label, row in zip(labels, known, strict=True)]
        chosen = [parent or own_name or own_site for parent, own_name, own_site in zip(above, owner, site, strict=True)]
    chosen = [name or host for name, host in zip(chosen, hosts, strict=True)]
    names = sorted(set(chosen))
    places = {name: place for place, name in enumerate(names)}
    return Nodes(level, hosts, names, np.array([places[name] for name in chosen], "int64"), site, operator, owner)


def _first_rows(own: np.ndarray, hosts: int) -> np.ndarray:
    """Return the first row of each host; -1 for a host that was never asked."""
    rows = np.full(hosts, -1)
    asked = np.flatnonzero(own >= 0)[::-1]
    rows[own[asked]] = asked
    return rows


def _labelled(entries: pd.DataFrame, column: str, hosts: list[str], rows: np.ndarray, compute) -> list[str | None]:
    """Return the label of each host, computed where the entries have none."""
    found: list[str | None] = [None] * len(hosts)
    if column in entries and len(entries):
        found = arrow(entries[column]).take(pa.array(rows, mask=rows < 0)).to_pylist()
    missing = [place for place, label in enumerate(found) if label is None] if compute else []
    if missing:
        for place, label in zip(missing, compute(pd.Series([hosts[place] for place in missing], dtype=DTYPES["str"])).tolist(), strict=True):
            found[place] = None if pd.isna(label) else label
    return found
