"""Who took part in an exchange that bears these signs, outermost first, and how sure is that?"""

from typing import NamedTuple

from hartools.parties.infrastructure.providers import PROVIDERS, Provider, Sign

__all__ = ["MASKED", "Address", "Exchange", "Kind", "Link", "agreement", "read_exchange", "says_nothing"]

# What the edge did itself: answered from its cache, answered of its own, or changed on the way.
EDGE = ("hit", "made", "changed", "inserted")
# Nothing behind it was asked: what stands in its answer of others is from an earlier exchange.
ALONE = ("hit", "made")


class Address(NamedTuple):
    """Say what the address tells: public, or silent; whose network by the list, and how good that is."""

    reach: str
    provider: str | None
    how_known: str | None
    weak: bool  # no date, far from the capture's, or from general knowledge


class Kind(NamedTuple):
    """Describe exchanges that show the same: all that a conclusion rests on, and nothing else."""

    signs: tuple[Sign, ...]
    address: Address
    name: Sign | None  # the provider's own domain that the host, or its CNAME, stands below
    resolved: bool  # that domain was found by a DNS answer
    state: str  # live, old, unanswered or browser
    tls: bool | None
    intercepted: str | None
    intercepted_strength: str | None


class Link(NamedTuple):
    """Say of one party of the chain what shows it, and how strongly it handled the exchange in clear."""

    party: str
    grade: str
    strength: str
    tls: str | None  # how strongly it ended the browser's TLS; None where it stands behind another
    earlier: bool  # an earlier exchange, repeated from a cache
    same: str | None  # exact, organisation or network: how the address agrees; None where it does not, or says nothing
    signs: tuple[Sign, ...]


class Exchange(NamedTuple):
    """Hold the chain, outermost first, how its order is known (address, via, kind or single), and whether its first party is the one that answered."""

    chain: tuple[Link, ...]
    order: str
    answered: bool


def read_exchange(kind: Kind) -> Exchange:
    """Read who took part in exchanges of one kind.

    Examples
    --------
    >>> from hartools.parties.infrastructure.providers import header_signs
    >>> ray = header_signs()["cf-ray"]
    >>> kind = Kind(ray, Address("public", "Cloudflare", "read", False), None, False, "live", True, None, None)
    >>> [(link.party, link.grade, link.strength, link.tls) for link in read_exchange(kind).chain]
    [('Cloudflare', 'E4', 'very likely', 'very likely')]
    """
    if kind.state in ("unanswered", "browser"):
        return Exchange((), "single", False)
    shown = _parties(kind)
    if kind.state == "old":
        return Exchange(tuple(_old(name, signs) for name, signs in _by_layer(shown, None)), "kind", False)
    if kind.name is not None and not any(_organisation(name) == _organisation(kind.name.provider) for name in shown):
        shown[kind.name.provider] = ()
    outer, order = _outermost(shown, kind)
    before = {sign.shows for sign in shown.get(outer, ())}
    links = [_link(name, signs, kind, is_outer=name == outer, before=before) for name, signs in _by_layer(shown, outer)]
    return Exchange(tuple(_also_possible(links, kind)), order if len(links) > 1 else "single", outer is not None)


def _also_possible(links: list[Link], kind: Kind) -> list[Link]:
    """Leave open that the party whose signs stand behind a rented machine ended the TLS itself, on addresses that it brought along."""
    if len(links) < 2 or not kind.tls or kind.intercepted or links[0].signs or links[1].earlier or not links[1].signs:
        return links
    return [links[0], links[1]._replace(tls="possible"), *links[2:]]


def _parties(kind: Kind) -> dict[str, tuple[Sign, ...]]:
    """Group the signs by provider; one that counts only beside another falls where nothing stands beside it."""
    found: dict[str, list[Sign]] = {}
    for sign in kind.signs:
        if sign.shows not in ("agent", "browser"):
            found.setdefault(sign.provider, []).append(sign)
    return {name: tuple(signs) for name, signs in found.items()
            if any(not sign.needs_own and sign.shows != "last" for sign in signs) or _is_backed(name, kind)}


def _is_backed(name: str, kind: Kind) -> bool:
    """Tell whether address or name speak for this very provider."""
    return agreement(name, kind.address) == "exact" or (kind.name is not None and kind.name.provider == name and not kind.resolved)


def _organisation(name: str | None) -> str | None:
    known = PROVIDERS.get(name)
    return known.organisation if known else name


def agreement(name: str, address: Address) -> str | None:
    """Say how an address agrees with a party: the party's own, its organisation's, or a network that it uses.

    Examples
    --------
    >>> agreement("Vercel", Address("public", "Amazon Web Services", "read", True))
    'network'
    """
    if address.reach != "public" or address.provider is None:
        return None
    if name == address.provider:
        return "exact"
    if _organisation(name) == _organisation(address.provider):
        return "organisation"
    known = PROVIDERS.get(name)
    return "network" if known and (address.provider in known.networks or "*" in known.networks) else None


def says_nothing(name: str, address: Address) -> bool:
    """Tell whether the address says nothing of this party, neither for nor against it.

    Examples
    --------
    >>> says_nothing("bunny.net", Address("public", None, None, False)), says_nothing("Fastly", Address("public", None, None, False))
    (True, False)
    """
    known = PROVIDERS.get(name)
    return address.reach != "public" or (address.provider is None and known is not None and "*" in known.networks)


def _outermost(shown: dict[str, tuple[Sign, ...]], kind: Kind) -> tuple[str | None, str]:
    """Choose the party that the browser spoke to: by the address, else by the last entry in via, else by kind."""
    address = kind.address
    for wanted in ("exact", "organisation", "network"):
        agreeing = [name for name in shown if agreement(name, address) == wanted]
        if agreeing:
            return min(agreeing, key=_layer), "address"
    if address.reach == "public" and address.provider is not None:
        shown[address.provider] = ()  # a machine in somebody else's network stands before them
        return address.provider, "address"
    # an address that is on no list speaks against a party whose list is published, and not against one that has none
    fitting = {name: signs for name, signs in shown.items() if says_nothing(name, address)} or shown
    # a store or a platform has no reason to answer from somebody else's network: a machine that nobody here knows stands before it
    if shown and not any(says_nothing(name, address) or PROVIDERS[name].kind in ("cdn", "waf") or _is_backed(name, kind) for name in shown):
        return None, "address"
    last = [name for name, signs in fitting.items() if any(sign.shows == "last" for sign in signs)]
    # each writes itself behind the others into via (RFC 9110, 7.6.3); who writes nothing there can stand before them
    silent = [name for name, signs in fitting.items() if not any(sign.name == "via" for sign in signs)]
    if last and (not silent or _layer(min(last, key=_layer))[0] <= _layer(min(silent, key=_layer))[0]):
        return min(last, key=_layer), "via"
    return min(silent or fitting, key=_layer, default=None), "kind" if len(fitting) == len(shown) else "address"


def _layer(name: str) -> tuple[int, str]:
    known: Provider | None = PROVIDERS.get(name)
    return (known.layer if known else 3, name)


def _by_layer(shown: dict[str, tuple[Sign, ...]], outer: str | None) -> list[tuple[str, tuple[Sign, ...]]]:
    return sorted(shown.items(), key=lambda each: (each[0] != outer, *_layer(each[0])))


def _old(name: str, signs: tuple[Sign, ...]) -> Link:
    return Link(name, "E3", "likely" if _is_strong(signs) else "possible", None, True, None, signs)


def _has_header(signs: tuple[Sign, ...]) -> bool:
    """Tell whether a header of the answer bears a sign; which path is asked for, the page decides."""
    return any(sign.where not in ("path", "body") for sign in signs)


def _is_strong(signs: tuple[Sign, ...]) -> bool:
    """Tell whether a sign is made for each exchange; fixed words could have been copied."""
    return any(sign.shows == "id" or (sign.shows in EDGE and not sign.needs_own) for sign in signs)


def _link(name: str, signs: tuple[Sign, ...], kind: Kind, *, is_outer: bool, before: set[str]) -> Link:
    if not is_outer:
        return _inner(name, signs, kind, before)
    same = agreement(name, kind.address)
    grade = _grade(signs, same)
    return Link(name, grade, _in_clear(name, grade, signs, kind, same), _ended_tls(name, grade, signs, kind, same) if kind.tls else None, False, same, signs)


def _inner(name: str, signs: tuple[Sign, ...], kind: Kind, before: set[str]) -> Link:
    """Read a party that stands behind another, by what that one says of its cache: what it says, nobody in front denies."""
    if before & set(ALONE):
        return Link(name, "E3" if signs else "E1", "likely" if _is_strong(signs) else "possible", None, True, None, signs)
    grade = _grade(signs, None)
    if grade == "E1":
        return Link(name, grade, _by_address_or_name(name, grade, kind), None, False, None, signs)
    strength = ("very likely" if "pass" in before else "likely") if _is_strong(signs) else "possible"
    return Link(name, grade, strength, None, False, None, signs)


def _grade(signs: tuple[Sign, ...], same: str | None) -> str:
    if any(sign.shows in EDGE for sign in signs):
        return "E5"
    if signs:
        return "E4" if same else "E3"
    return "E2" if same in ("exact", "organisation") else "E1"


# The address is that of a proxy on the way or of a test machine: what it passed on, or made up, cannot be told apart.
MASKED = ("local", "documentation", "proxied")


def _in_clear(name: str, grade: str, signs: tuple[Sign, ...], kind: Kind, same: str | None) -> str:
    silent = says_nothing(name, kind.address)
    if grade == "E5":
        agrees = same in ("exact", "organisation") and kind.address.how_known != "unverified"
        sure = agrees or (_is_strong(signs) and (same or silent))
        return "certain" if sure and _has_header(signs) and kind.address.reach not in MASKED else "very likely"
    if grade == "E4":
        return "very likely"
    if grade == "E3":
        return "likely" if _is_strong(signs) or silent else "possible"
    return _by_address_or_name(name, grade, kind)


def _has_own_name(name: str, kind: Kind) -> bool:
    return kind.name is not None and kind.name.shows == "edge" and _organisation(kind.name.provider) == _organisation(name)


def _by_address_or_name(name: str, grade: str, kind: Kind) -> str:
    """Say how much an address or a name alone tells: on a rented machine the tenant's own server answers."""
    known, own = PROVIDERS.get(name), _has_own_name(name, kind)
    if grade == "E1" or own:
        return "likely" if own and kind.address.reach not in MASKED else "possible"
    only_proxies = known is not None and known.kind in ("cdn", "waf", "service", "platform")
    return "likely" if only_proxies and not kind.address.weak else "possible"


def _ended_tls(name: str, grade: str, signs: tuple[Sign, ...], kind: Kind, same: str | None) -> str:
    if kind.intercepted:
        return "possible"
    if kind.address.reach in MASKED:
        return "likely" if grade == "E5" else "possible"
    unsure = kind.address.how_known == "unverified" or same == "network"
    silent = says_nothing(name, kind.address)
    if grade == "E5":
        agreed = "certain" if not unsure and _has_header(signs) and (_is_strong(signs) or same == "exact") else "very likely"
        return agreed if same else "very likely" if silent else "likely"
    if grade == "E4":
        return "likely" if unsure else "very likely"
    if grade == "E3":
        return "likely" if silent and (_is_strong(signs) or _has_own_name(name, kind)) else "possible"
    return _by_address_or_name(name, grade, kind)
