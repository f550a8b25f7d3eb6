"""In what words is the evidence for a party said, values bounded and masked?"""

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from hartools.findings import STRENGTHS
from hartools.parties.infrastructure.exchanges import Link
from hartools.parties.infrastructure.observed import Observed
from hartools.parties.infrastructure.words import GRADES

__all__ = ["Shown", "words_of"]

# So many signs are named; the rest is counted.
MOST_SIGNS = 5
# What the edge made is said before what it wrote.
FIRST = ("inserted", "changed", "made", "hit", "id", "name", "last", "pass")


class Shown:
    """Gather what shows one party of one host: kinds of exchange, their rows, its place in the chain and its link."""

    def __init__(self):
        self._each: list[tuple[int, np.ndarray, int, Link]] = []

    def add(self, kind: int, rows: np.ndarray, place: int, link: Link) -> None:
        """Add the exchanges of one kind."""
        self._each.append((kind, rows, place, link))

    def links(self) -> Iterator[Link]:
        """Yield its links."""
        yield from (link for *_, link in self._each)

    def best(self, strength: Callable[[Link], str | None]) -> tuple[Link, int, np.ndarray, int]:
        """Return its strongest link, a kind that has it, the rows of all kinds of that strength and grade, and its place."""

        def rank(each) -> tuple:
            said = strength(each[3])
            return (STRENGTHS.index(said) if said else len(STRENGTHS), list(GRADES).index(each[3].grade), each[2])

        first = min(self._each, key=rank)
        rows = np.concatenate([rows for kind, rows, place, link in self._each if rank((kind, rows, place, link))[:2] == rank(first)[:2]])
        return first[3], first[0], rows, first[2]

    def counted(self) -> list[tuple[object, int]]:
        """List its signs with the number of exchanges that bear them, what the edge made first."""
        counts: Counter = Counter()
        for _, rows, _, link in self._each:
            for sign in link.signs:
                counts[sign] += len(rows)
        return sorted(counts.items(), key=lambda each: (FIRST.index(each[0].shows), -each[1], each[0].number))


def words_of(seen: Observed, shown: Shown, link: Link, kind: int, rows: np.ndarray, pairs: list) -> str:
    """Say the evidence for a party: its signs, counted, its address and network, its name."""
    total = sum(len(each) for _, each in pairs)
    words = [f"{link.grade}: {GRADES[link.grade]} ({len(rows)} of {total} exchanges)"]
    signs = shown.counted()
    words += [f"{_where(sign)}: {sign.meaning} ({count})" for sign, count in signs[:MOST_SIGNS]]
    words += [f"{len(signs) - MOST_SIGNS} more sign{'s' if len(signs) - MOST_SIGNS > 1 else ''}"] if len(signs) > MOST_SIGNS else []
    if link.same:
        words.append(_address(seen, rows, link))
    name = seen.kinds[kind].name
    if name is not None and name.provider == link.party:
        words.append(f"{'a DNS answer leads to' if seen.kinds[kind].resolved else 'the host stands below'} {name.name}, {name.meaning}")
    return "; ".join(words)


def _where(sign) -> str:
    return {"path": "the path", "body": "the page", "cookie": "set-cookie"}.get(sign.where, sign.name)


def _address(seen: Observed, rows: np.ndarray, link: Link) -> str:
    places = [place for place in np.unique(seen.address_of[rows]).tolist() if place >= 0]
    first = seen.addresses[places[0]]
    listed = "in an undated list" if first["as_of"] is None else f"by the list of {first['as_of'][:10]}"
    listed = "by general knowledge" if first["how_known"] == "unverified" else listed
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    whose = {"exact": "its own", "organisation": f"{first['provider']}'s, of the same organisation", "network": f"{first['provider']}'s, whose machines it also uses"}[link.same]
    return f"address {first['address']}{more} in {first['network']}, {whose}, {listed}"
