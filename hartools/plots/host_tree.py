"""Which host brought which in, once the requests of a host under the same parent are one?"""

from dataclasses import dataclass, field

import networkx as nx

__all__ = ["HostGroup", "TreeRow", "host_groups", "tree_rows"]

LONGEST_CHAIN = 3  # hosts one after another that keep a row each


@dataclass(eq=False)
class HostGroup:
    """Hold the requests to one host that one parent caused, directly or through the host itself.

    Attributes
    ----------
    name : str
        The host, or what the root is.
    depth : int
        Hosts between it and the page, itself counted; 0 for the page.
    entries : list of int
    kinds : dict of str to int
        How often each kind of evidence says what caused them.
    children : dict of str to HostGroup
    total : int
        Entries here and below.
    """

    name: str
    depth: int
    entries: list[int] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    children: dict[str, "HostGroup"] = field(default_factory=dict)
    total: int = 0

    @property
    def kind(self) -> str:
        """Return the kind of evidence that most of its entries have."""
        return max(sorted(self.kinds), key=lambda kind: self.kinds[kind]) if self.kinds else "initiator"


@dataclass(eq=False)
class TreeRow:
    """Hold one row of the drawing: a host, a folded chain, or the rest of a parent's hosts.

    Attributes
    ----------
    group : HostGroup
        Whose row it is; for the rest, the parent.
    what : str
        host, chain or rest.
    parent : int or None
        Number of the row above it in the tree.
    hidden : list of HostGroup
        The hosts that this row stands for, where it is a chain or a rest.
    """

    group: HostGroup
    what: str
    parent: int | None
    hidden: list[HostGroup] = field(default_factory=list)

    @property
    def depth(self) -> int:
        """Return how far from the page the row stands."""
        return self.hidden[0].depth if self.hidden else self.group.depth


def host_groups(tree: nx.DiGraph) -> list[HostGroup]:
    """Group a tree of entries by host under the same parent.

    Parameters
    ----------
    tree : networkx.DiGraph
        As `hartools.graphs.initiator_tree` gives it: node attributes ``what`` and ``host``, edge attribute ``kind``.

    Returns
    -------
    list of HostGroup
        One per host of a page, in the order in which they are met.

    Examples
    --------
    >>> import hartools as ht
    >>> from hartools.graphs import initiator_tree
    >>> [root] = host_groups(initiator_tree(ht.read_har(ht.example_har())))
    >>> root.name, root.entries, root.children["sync.alpha.example"].total
    ('www.doctor.example', [0, 1], 2)
    """
    groups: dict[str, HostGroup] = {}
    for root in [node for node, degree in tree.in_degree() if degree == 0]:
        top = groups.setdefault(name := _page_name(tree, root), HostGroup(name, 0))
        waiting = [(root, top)]
        while waiting:
            node, group = waiting.pop()
            for child, data in tree.adj[node].items():
                waiting.append((child, _under(group, tree.nodes[child], child, data.get("kind", "initiator"))))
    for group in groups.values():
        _add_up(group)
    return [group for group in groups.values() if group.total]


def _page_name(tree: nx.DiGraph, root: object) -> str:
    """Name a page by its host, or where the file does not write it by that of its first document."""
    if tree.nodes[root].get("host"):
        return tree.nodes[root]["host"]
    hosts = [tree.nodes[child].get("host") for child, data in tree.adj[root].items() if data.get("kind") == "document"]
    return next((host for host in hosts if host), str(tree.nodes[root].get("label") or root))


def _under(group: HostGroup, node: dict, name: object, kind: str) -> HostGroup:
    host = node.get("host") or "no host"
    if host != group.name:
        group = group.children.setdefault(host, HostGroup(host, group.depth + 1))
        group.kinds[kind] = group.kinds.get(kind, 0) + 1
    if node.get("what") == "entry":  # a script that the browser had already is no request
        group.entries.append(name)
    return group


def _add_up(top: HostGroup) -> None:
    order, waiting = [], [top]
    while waiting:  # no recursion: a hostile chain is as long as the file
        group = waiting.pop()
        order.append(group)
        waiting += group.children.values()
    for group in reversed(order):
        group.total = len(group.entries) + sum(child.total for child in group.children.values())


def tree_rows(groups: list[HostGroup], *, most: int) -> list[TreeRow]:
    """Choose the rows to draw, depth first, the hosts with most requests under them before others.

    Parameters
    ----------
    groups : list of HostGroup
    most : int
        Rows at most, as far as the roots allow.

    Returns
    -------
    list of TreeRow
    """
    everything, waiting = [], list(groups)
    while waiting:
        group = waiting.pop()
        everything.append(group)
        waiting += group.children.values()
    everything.sort(key=lambda group: (-group.total, group.depth, group.name))
    count = min(len(everything), most)
    rows = _walk(groups, {id(group) for group in everything[:count]} | {id(group) for group in groups})
    while len(rows) > most and count > 1:
        count = max(1, count - max(1, (len(rows) - most) // 2))
        rows = _walk(groups, {id(group) for group in everything[:count]} | {id(group) for group in groups})
    return rows


def _walk(groups: list[HostGroup], kept: set[int]) -> list[TreeRow]:
    rows: list[TreeRow] = []
    waiting: list[tuple[HostGroup, int | None, list[HostGroup]]] = [(group, None, []) for group in reversed(groups)]
    while waiting:
        group, parent, hidden = waiting.pop()
        if len(hidden) == 1:  # a row all the same: its name tells more than that there is one
            rows.append(TreeRow(hidden[0], "host", parent))
            continue
        if hidden:
            rows.append(TreeRow(group, "rest", parent, hidden))
            continue
        rows.append(TreeRow(group, "host", parent))
        chain = _chain(group)
        if len(chain) > LONGEST_CHAIN:
            rows.append(TreeRow(group, "chain", len(rows) - 1, chain[:-1]))
            waiting.append((chain[-1], len(rows) - 1, []))
            continue
        here = len(rows) - 1
        children = sorted(group.children.values(), key=lambda child: (-child.total, child.name))
        rest = [child for child in children if id(child) not in kept]
        if rest:
            waiting.append((group, here, rest))
        waiting += [(child, here, []) for child in reversed(children) if id(child) in kept]
    return rows


def _chain(group: HostGroup) -> list[HostGroup]:
    """Follow a host that brought in one host, which brought in one, as far as it goes."""
    chain: list[HostGroup] = []
    while len(group.children) == 1:
        [group] = group.children.values()
        chain.append(group)
    return chain
