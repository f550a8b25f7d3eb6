"""What in a capture shows that one host led to a request to another? One row per request and kind."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from hartools.capture import Capture
from hartools.errors import UnknownChoiceError
from hartools.graphs.codes import arrow, coded, flags, hosts_of_urls
from hartools.graphs.found_in_bodies import found_in_bodies
from hartools.graphs.guessed_by_time import guessed_by_time
from hartools.graphs.links import Links, links_of

__all__ = ["EDGE_KINDS", "Evidence", "chosen_kinds", "evidence_of"]

# What each kind of edge rests on, the most direct first. `body` decodes bodies and `time` is a
# guess, so both are only there when they are asked for.
EDGE_KINDS = {
    "script": "the browser names a script as cause, from the stack of calls that made the request",
    "parser": "the browser names a document or a stylesheet that it was reading",
    "initiator": "the exporter names a cause without saying of which type",
    "redirect": "an answer sent the browser on",
    "preflight": "the browser asked for permission (CORS), for a request that the source caused",
    "referer": "the request itself names a page: the page it was made for, not always what made it",
    "body": "the address of the request stood in an earlier answer of the source",
    "time": "a guess: nothing else is known, and this document, script or stylesheet had just been answered on the same page",
}

OPT_IN = ("body", "time")
NAMES = sorted(EDGE_KINDS)


class Evidence(NamedTuple):
    """Hold one row per request and kind of evidence, in columns of numbers.

    Attributes
    ----------
    hosts : list of str
        Every host that asked, was asked or was named, in alphabetical order.
    own : numpy.ndarray of int64
        For each row of ``entries``, the place of its host among them; -1 without a host.
    source, target : numpy.ndarray of int64
        Places of hosts.
    kind : numpy.ndarray of int64
        Place in the alphabetical list of kinds.
    entry : numpy.ndarray of int64
        Row of ``entries``: the request that was caused; -1 for a redirect that nothing followed.
    shows : numpy.ndarray of int64
        Row of ``entries`` that shows it: of a redirect the hop, else the request itself.
    cause : numpy.ndarray of int64
        Row of ``entries`` that was the cause, where it is one; else -1.
    """

    hosts: list[str]
    own: np.ndarray
    source: np.ndarray
    target: np.ndarray
    kind: np.ndarray
    entry: np.ndarray
    shows: np.ndarray
    cause: np.ndarray


class _Hosts(NamedTuple):
    own: np.ndarray
    caused: np.ndarray  # by the host of the initiator
    referred: np.ndarray
    sent: np.ndarray  # on, by a redirect


def chosen_kinds(kinds: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the kinds of evidence that a caller wants, in alphabetical order.

    Parameters
    ----------
    kinds : {"all"}, kind, or iterable of kinds, optional
        By default all that stand in the capture's own fields: all but body and time.

    Raises
    ------
    UnknownChoiceError
        If one of them is no kind.

    Examples
    --------
    >>> chosen_kinds(None), chosen_kinds("time")
    (('initiator', 'parser', 'preflight', 'redirect', 'referer', 'script'), ('time',))
    """
    if kinds is None:
        return tuple(name for name in NAMES if name not in OPT_IN)
    wanted = NAMES if kinds == "all" else [kinds] if isinstance(kinds, str) else list(kinds)
    unknown = [str(kind) for kind in wanted if kind not in EDGE_KINDS]
    if unknown:
        raise UnknownChoiceError(f"no kind of edge {', '.join(unknown)}; the kinds are {', '.join(EDGE_KINDS)}, or 'all'")
    return tuple(name for name in NAMES if name in wanted)


def evidence_of(capture: Capture, kinds: Iterable[str]) -> Evidence:
    """Collect the evidence of some kinds for who led to each request.

    Parameters
    ----------
    capture : Capture
    kinds : iterable of str
        As `chosen_kinds` returns them.

    Examples
    --------
    >>> import hartools as ht
    >>> found = evidence_of(ht.read_har(ht.example_har()), ["redirect"])
    >>> [(found.hosts[source], found.hosts[target]) for source, target in zip(found.source, found.target)]
    [('sync.alpha.example', 'match.beta.example')]
    """
    entries, kinds = capture.entries, set(kinds)
    links = links_of(capture, entries)
    names, places = coded(arrow(entries.host), *(hosts_of_urls(arrow(entries[name])) for name in ("initiator_url", "referer", "redirect_to")))
    hosts = _Hosts(*places)
    told = _in_fields(entries, links, hosts)
    rows = {kind: part for kind, part in told.items() if kind in kinds}
    if "body" in kinds:
        rows["body"] = told["body"] = _by_entry(*found_in_bodies(capture, entries), hosts)
    if "time" in kinds:
        explained = np.concatenate([part[2] for part in told.values()])
        rows["time"] = _by_entry(*guessed_by_time(capture, entries, explained), hosts)
    parts = [(*part, np.full(len(part[0]), NAMES.index(kind))) for kind, part in sorted(rows.items())]
    columns = zip(*parts, strict=True) if parts else [()] * 6
    source, target, entry, shows, cause, kind = (np.concatenate([np.zeros(0, "int64"), *column]) for column in columns)
    return Evidence(names, hosts.own, source, target, kind, entry, shows, cause)


def _by_entry(cause: np.ndarray, entry: np.ndarray, hosts: _Hosts) -> tuple[np.ndarray, ...]:
    known = (hosts.own[cause] >= 0) & (hosts.own[entry] >= 0)
    cause, entry = cause[known], entry[known]
    return hosts.own[cause], hosts.own[entry], entry, entry, cause


def _in_fields(entries: pd.DataFrame, links: Links, hosts: _Hosts) -> dict[str, tuple[np.ndarray, ...]]:
    """Return source, target, entry, shows and cause of the kinds that stand in the capture's own fields."""
    kind = arrow(entries.initiator_type)
    script, parser, redirect, preflight = (flags(pc.equal(kind, name)) for name in ("script", "parser", "redirect", "preflight"))
    followed = links.hop >= 0
    redirect |= followed
    named = (hosts.caused >= 0) & (hosts.own >= 0)
    found = {name: _direct(np.flatnonzero(named & mask), hosts.caused, hosts, links)
             for name, mask in (("script", script & ~redirect), ("parser", parser & ~redirect), ("initiator", ~(script | parser | redirect | preflight)))}
    found["referer"] = _direct(np.flatnonzero((hosts.referred >= 0) & (hosts.own >= 0)), hosts.referred, hosts, None)
    found["redirect"] = _redirects(links, hosts, redirect & named & ~followed)
    found["preflight"] = _preflights(links, hosts)
    return found


def _direct(rows: np.ndarray, sources: np.ndarray, hosts: _Hosts, links: Links | None) -> tuple[np.ndarray, ...]:
    cause = np.full(len(rows), -1) if links is None else links.initiator[rows]
    return sources[rows], hosts.own[rows], rows, rows, cause


def _redirects(links: Links, hosts: _Hosts, only_named: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return followed hops, those whose next request is not in the capture, and those known from the next one alone."""
    next_rows = np.flatnonzero((links.hop >= 0) & (hosts.own >= 0))
    next_rows = next_rows[hosts.own[links.hop[next_rows]] >= 0]
    hops = links.hop[next_rows]
    left = (hosts.sent >= 0) & (hosts.own >= 0)
    left[links.hop[links.hop >= 0]] = False
    left, named = np.flatnonzero(left), np.flatnonzero(only_named)
    order = np.argsort(np.concatenate([hops, left, named]), kind="stable")
    columns = (
        (hosts.own[hops], hosts.own[left], hosts.caused[named]), (hosts.own[next_rows], hosts.sent[left], hosts.own[named]),
        (next_rows, np.full(len(left), -1), named), (hops, left, named), (hops, left, np.full(len(named), -1)),
    )  # fmt: skip
    return tuple(np.concatenate(column)[order] for column in columns)


def _preflights(links: Links, hosts: _Hosts) -> tuple[np.ndarray, ...]:
    """Return preflights with what caused the request that they were for; where that is unknown, with the request itself."""
    rows = np.flatnonzero((links.twin >= 0) & (hosts.own >= 0))
    twins = links.twin[rows]
    hops = links.hop[twins]
    source = np.where(hops >= 0, hosts.own[hops], hosts.caused[twins])
    cause = np.where(hops >= 0, hops, links.initiator[twins])
    unknown = source < 0
    return np.where(unknown, hosts.own[twins], source), hosts.own[rows], rows, rows, np.where(unknown, twins, cause)
