"""Whose request is this?

First by host and path; then, on any host, by the shape of path, parameters or body, so that a
copy under the site's own name is found too.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from hartools.payloads.decode.written import form_pairs
from hartools.payloads.telemetry.sent import Sent
from hartools.payloads.telemetry.vendor_files import Request, Vendor, read_vendors

__all__ = ["Match", "candidates", "may_match_elsewhere", "recognise"]


class Match(NamedTuple):
    """Say whose a request is, by which rule, and whether it went to a host of theirs."""

    vendor: Vendor
    request: Request
    is_own_host: bool


def recognise(sent: Sent) -> Match | None:
    """Say whose request this is, or None.

    Examples
    --------
    >>> match = recognise(Sent("https://stats.example.org/x.php?idsite=3&rec=1"))
    >>> match.vendor.vendor, match.is_own_host
    ('matomo', False)
    """
    host, path, _ = sent.parts
    for vendor, request, is_own in candidates(host, path):
        if _holds(request, sent):
            return Match(vendor, request, is_own)
    return None


@lru_cache(maxsize=1 << 16)
def candidates(host: str, path: str) -> tuple[Match, ...]:
    """Return the rules that host and path allow: those of the host's owner first, most exact before others.

    Examples
    --------
    >>> [match.vendor.vendor for match in candidates("www.facebook.com", "/tr/")][0]
    'meta'
    """
    own = [Match(vendor, request, True) for vendor, request in _of_host(host) if request.path is None or request.path.search(path)]
    # a path that a rule names without a host counts before parameters alone
    shaped = [Match(vendor, request, False) for vendor, request in _ELSEWHERE if request.path is not None and request.path.search(path)]
    loose = [Match(vendor, request, False) for vendor, request in _ELSEWHERE if request.path is None]
    known = {match.vendor.vendor for match in own}
    rest = [match._replace(is_own_host=_is_own(match.vendor, host)) for match in (*shaped, *loose)]
    return (*own, *(match for match in rest if match.vendor.vendor in known), *(match for match in rest if match.vendor.vendor not in known))


@lru_cache(maxsize=4096)
def _of_host(host: str) -> tuple[tuple[Vendor, Request], ...]:
    return tuple((vendor, request) for vendor, request in _HOSTED if any(pattern.match(host) for pattern in request.hosts))


@lru_cache(maxsize=4096)
def _is_own(vendor: Vendor, host: str) -> bool:
    return any(pattern.match(host) for request in vendor.requests for pattern in request.hosts)


def may_match_elsewhere(host: str, path: str, query: str, *, has_body: bool) -> bool:
    """Say, without decoding anything, whether a request is worth the full question.

    Examples
    --------
    >>> may_match_elsewhere("www.exemple.fr", "/dentiste", "page=2", has_body=False)
    False
    """
    if has_body:
        return True
    if _hits(host, path):
        return True
    # none of the parameters by which a copy is known anywhere: most requests end here
    return bool(_LOOSE_NAMES.search(query)) and any(_is_possible(match.request, query) for match in candidates(host, path))


@lru_cache(maxsize=1 << 16)
def _hits(host: str, path: str) -> bool:
    """Say whether a rule knows the host or the path and asks for no parameter."""
    return any(not match.request.needs_body and (match.request.path is not None or match.request.hosts) and not match.request.params for match in candidates(host, path))


def _is_possible(request: Request, query: str) -> bool:
    return not request.needs_body and bool(request.params) and all(name in query or "%" in query for name, _ in request.params)


def _holds(request: Request, sent: Sent) -> bool:
    if request.params and not _have(request.params, sent.params if request.kind == "event" else sent.query):
        return False
    if request.lines and not _has_lines(request.lines, sent.text):
        return False
    if request.begins is not None and not (sent.text and request.begins.match(sent.text)):
        return False
    return not request.body or _has_keys(request.body, sent)


def _have(wanted: tuple[tuple[str, re.Pattern], ...], params: dict) -> bool:
    return all(name in params and pattern.fullmatch(str(params[name])) for name, pattern in wanted)


def _has_lines(wanted: tuple[tuple[str, re.Pattern], ...], text: str | None) -> bool:
    first = (text or "").lstrip().partition("\n")[0].strip()
    return bool(first) and "=" in first[:50] and _have(wanted, dict(form_pairs(first)))


def _has_keys(wanted: tuple[frozenset[str], ...], sent: Sent) -> bool:
    # a cheap look at the text first: decoding every body would cost more than all the rest
    text = sent.text or ""
    if text[:1] in ("{", "[") and not all(any(f'"{key}"' in text for key in keys) for keys in wanted):
        return False
    held, kinds = sent.held
    if isinstance(held, list) and held and isinstance(held[0], dict):
        held = held[0]
    return isinstance(held, dict) and "json" in kinds and all(any(key in held for key in keys) for keys in wanted)


_ALL = tuple((vendor, request) for vendor in read_vendors() for request in vendor.requests)
# what says something about the path, and events before scripts, is asked first
_HOSTED = tuple(sorted((pair for pair in _ALL if pair[1].hosts), key=lambda pair: (pair[1].path is None, pair[1].kind == "load")))
_ELSEWHERE = tuple(sorted((pair for pair in _ALL if not pair[1].hosts), key=lambda pair: (not pair[1].params and pair[1].path is None, pair[1].needs_body)))
# the first parameter of each rule that asks for one
_LOOSE_NAMES = re.compile("(?:^|&)(?:" + "|".join(sorted({re.escape(request.params[0][0]) for _, request in _ALL if request.params})) + ")=")
