"""How long do parties, owners, infrastructure and the host graph take together?

Part of `python benchmarks/graphs.py`. The tables of the capture are there beforehand: reading has a
benchmark of its own.
"""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

import hartools as ht
from hartools.columns import DTYPES
from hartools.graphs import request_graph
from hartools.parties import infrastructure_table, label_owners, label_parties

__all__ = ["STEPS", "steps_of", "with_answers"]

# As many as a page's answers have; three in four hosts stand behind a provider.
PLAIN = ("date", "content-type", "cache-control", "etag", "vary", "last-modified", "accept-ranges", "strict-transport-security")
SIGNS = (
    {"server": "cloudflare", "cf-ray": "{:016x}-CDG", "cf-cache-status": "HIT", "alt-svc": "h3"},
    {"via": "1.1 {:032x}.cloudfront.net (CloudFront)", "x-amz-cf-id": "{:056x}", "x-amz-cf-pop": "CDG50-P1", "x-cache": "Miss from cloudfront"},
    {"x-served-by": "cache-cdg{:07d}-CDG", "x-cache": "HIT", "x-cache-hits": "1", "x-timer": "S{:d}.1,VS0,VE1"},
    {"server": "nginx", "x-request-id": "{:032x}", "x-frame-options": "DENY", "age": "{:d}"},
)
ADDRESSES = ("104.18.26.{}", "108.138.246.{}", "151.101.1.{}", "203.0.113.{}")
STEPS = ("parties", "owners", "infrastructure", "host graph")


def with_answers(capture: ht.Capture) -> ht.Capture:
    """Give each entry of a capture an address and twelve headers of its answer, by the kind of its host."""
    entries = capture.entries
    codes, hosts = pd.factorize(entries.host)
    kind = codes % len(SIGNS)
    entries["server_ip"] = pd.Series(np.array([ADDRESSES[code % len(SIGNS)].format(code % 250) for code in range(len(hosts))], object)[codes], dtype=DTYPES["str"])
    entries["site"] = entries["operator_domain"] = entries["party"] = pd.NA
    entries["http_version"], entries["mime"] = "HTTP/2", "image/png"
    parts = []
    for number, signs in enumerate(SIGNS):
        ids = entries.entry_id.to_numpy()[kind == number]
        for position, (name, value) in enumerate([*signs.items(), *((name, "a value that is the same everywhere") for name in PLAIN)]):
            values = [value.format(entry_id) for entry_id in ids.tolist()] if "{" in value else np.full(len(ids), value, object)
            parts.append(pd.DataFrame({"entry_id": ids, "side": "response", "position": position, "name": name, "value": values}))
    headers = pd.concat(parts, ignore_index=True).sort_values(["entry_id", "position"], kind="stable", ignore_index=True)
    return capture.with_tables(entries=entries, headers=headers)


def steps_of(capture: ht.Capture, first_party: str) -> dict[str, float]:
    """Take the four steps once and return the seconds of each."""
    taken, result = {}, capture
    for name, step in _steps(first_party):
        begun = time.perf_counter()
        made = step(result)
        taken[name] = time.perf_counter() - begun
        result = made if isinstance(made, ht.Capture) else result
    return taken


def _steps(first_party: str) -> list[tuple[str, Callable]]:
    return list(zip(STEPS, (lambda capture: label_parties(capture, first_party=first_party), label_owners, infrastructure_table, request_graph), strict=True))
