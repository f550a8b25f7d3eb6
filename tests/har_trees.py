"""How is a node of a HAR dropped, emptied, retyped, reordered or written twice, and which entries does that leave alone?"""

import json
from dataclasses import dataclass, field

from hypothesis import strategies as st

# What a node is replaced by. No number among them is one that a size, a status or a time can have.
OTHER_VALUES = [False, True, [], {}, "", "text", ["a", "b"], {"a": 1}, [[]], 1e308, -7, "\ud83d", "+058063-05-13T22:58:17.000Z"]

OPERATIONS = ["drop", "null", "retype", "reorder", "duplicate", "rename"]


@dataclass(eq=False)
class Node:
    """Be one value of a JSON text; an object keeps pairs, so that a name may stand twice."""

    kind: type
    value: object = None
    children: list = field(default_factory=list)  # [name or None, Node]
    touched: bool = False  # this value is another now
    bereft: bool = False  # a child is gone


def tree(value):
    """Return a JSON value as nodes."""
    if isinstance(value, dict):
        return Node(dict, children=[[name, tree(item)] for name, item in value.items()])
    if isinstance(value, list):
        return Node(list, children=[[None, tree(item)] for item in value])
    return Node(type(value), value)


def text(node):
    """Return nodes as JSON text, names that stand twice included."""
    if node.kind is dict:
        return "{" + ", ".join(f"{json.dumps(name)}: {text(child)}" for name, child in node.children) + "}"
    if node.kind is list:
        return "[" + ", ".join(text(child) for _, child in node.children) + "]"
    return json.dumps(node.value)


def walk(node, above=()):
    """Yield every pair below a node, with the nodes that it hangs from."""
    for pair in node.children:
        yield pair, (*above, node)
        yield from walk(pair[1], (*above, node))


def below(node, name):
    """Return the child of an object under a name."""
    return next(child for label, child in node.children if label == name)


def mutate(draw, root):
    """Draw a node and what is done to it, and do it."""
    pair, above = draw(st.sampled_from(list(walk(root))))
    parent, node = above[-1], pair[1]
    operation = draw(st.sampled_from(OPERATIONS))
    if operation == "drop":
        parent.children.remove(pair)
        parent.bereft = True
    elif operation in ("null", "retype"):
        pair[1] = tree(None if operation == "null" else draw(st.sampled_from(OTHER_VALUES)))
        pair[1].touched = True
    elif operation == "reorder":
        node.children = draw(st.permutations(node.children)) if len(node.children) < 9 else node.children[::-1]
    elif operation == "duplicate":
        parent.children.insert(parent.children.index(pair), list(pair))
    elif parent.kind is dict:
        pair[0] = "renamed"
        node.touched = True


def untouched(root, entries):
    """Return the positions of the entries that are what they were, in the order in which they now stand.

    Neither the entry nor anything in it was touched, nor was anything that it hangs from. A name
    that stands twice with two values leaves open which of them holds.
    """
    found = []
    for (_, node), above in walk(root):
        if node in entries and not any(each.touched for each in above) and all(map(is_plain, above)) and is_whole(node):
            found.append(entries.index(node))
    return list(dict.fromkeys(found))


def is_whole(entry):
    """Tell whether an entry and everything in it are as they were."""
    nodes = [entry, *(pair[1] for pair, _ in walk(entry))]
    return not any(node.touched or node.bereft for node in nodes)


def is_plain(node):
    """Tell whether a name in an object stands for one value only."""
    return node.kind is list or len({name for name, _ in node.children}) == len({(name, id(child)) for name, child in node.children})


@st.composite
def mutated(draw, hars):
    """Draw a HAR and one to six mutations of it: its name, its text, and the positions of the untouched entries."""
    name = draw(st.sampled_from(sorted(hars)))
    root = tree(hars[name])
    entries = [child for _, child in below(below(root, "log"), "entries").children]
    for _ in range(draw(st.integers(1, 6))):
        if root.children:
            mutate(draw, root)
    return name, text(root).encode(), untouched(root, entries)
