"""Which cells of a capture does each kind of observer receive? The masks, as data."""

from collections.abc import Mapping
from functools import lru_cache

import pandas as pd

from hartools.columns import TABLES

__all__ = ["CONNECTION_KINDS", "KINDS", "MARKS", "PAGE_KINDS", "PARTS", "REQUEST_KINDS", "marks_of", "visibility_table", "visible_columns"]

# Kinds with one mask share a column of MASKS. Those that are sent requests themselves, or hold them in clear:
ASKED = ("first_party", "third_party", "organisation", "tls_terminator", "hosting", "coalition")
# whose script runs in the page of another:
PAGE_KINDS = ("tag_manager", "script")
# on the way, where names can be read somewhere, and where they cannot:
NAMED_PATHS, NAMELESS_PATHS = ("network", "network_doh", "network_ech"), ("network_doh_ech",)

GROUPS: Mapping[str, tuple[str, ...]] = {"asked": ASKED, "in_page": PAGE_KINDS, "path": NAMED_PATHS, "nameless": NAMELESS_PATHS, "resolver": ("resolver",)}
REQUEST_KINDS = (*ASKED[:5], *PAGE_KINDS, "coalition")
CONNECTION_KINDS = (*NAMED_PATHS, *NAMELESS_PATHS, "resolver")
KINDS = (*ASKED[:5], *PAGE_KINDS, *CONNECTION_KINDS, "coalition")

# What a mark says. Several joined by + hold side by side.
MARKS: Mapping[str, str] = {
    "yes": "of every request in its view",
    "own": "rebuilt from what this observer itself has",
    "no": "withheld",
    "clear": "only of requests without TLS",
    "mine": "of requests to itself",
    "document": "of the documents that its script ran in; of bodies the answer alone",
    "fetched": "of what scripts of the page fetched, or sent and got over a WebSocket, once its own script was asked for",
    "query": "of every request, what stands in the query of its address",
    "open": "of cookies that document.cookie gives in a page it ran in, set without HttpOnly within its view",
}
# Marks that name a part of the requests of a view, and not all of them.
PARTS = ("mine", "document", "fetched")

# One row per table and set of columns, one mark per group of kinds (GROUPS).
MASKS = """
table       | columns                                                          | asked | in_page               | path  | nameless | resolver | why
entries     | entry_id                                                         | yes   | yes                   | clear | clear    | no       | the key by which evidence is cited; no rule reads its value
entries     | page_id                                                          | own   | own                   | own   | own      | no       | only the browser knows pages; regrouped from own times and referrers
entries     | started                                                          | yes   | yes                   | clear | clear    | no       | the request arrives when it is sent, less the way; Resource Timing gives scripts the start of every load
entries     | url scheme host port path query                                  | yes   | yes                   | clear | clear    | no       | they are in the request; Resource Timing names the address of every load of a document
entries     | method                                                           | yes   | mine+fetched          | clear | clear    | no       | it is in the request; a script that wraps fetch and XMLHttpRequest sees how the page uses them
entries     | referer                                                          | yes   | yes                   | clear | clear    | no       | it is in the request; a script reads document.referrer, and of loads the address of its page, which the policy cuts
entries     | site operator_domain                                             | yes   | yes                   | clear | clear    | no       | the registrable domain of the host
entries     | party owner                                                      | no    | no                    | no    | no       | no       | our label
entries     | resource_type                                                    | no    | yes                   | no    | no       | no       | the browser's word; Resource Timing tells scripts nearly the same (initiatorType)
entries     | status http_version redirect_to                                  | yes   | mine                  | clear | clear    | no       | the answer's; Resource Timing gives them in part only, so they are withheld from scripts
entries     | mime                                                             | yes   | mine+document+fetched | clear | clear    | no       | the answer's; a script reads document.contentType, and the type of what it sees fetched
entries     | outcome                                                          | yes   | mine+own              | clear | clear    | no       | rows that did not reach it are left out altogether; what a script sees loaded counts as answered
entries     | request_bytes transfer_bytes                                     | yes   | mine                  | clear | clear    | no       | it counted them too; Resource Timing gives scripts sizes only where the other side permits it
entries     | body_bytes                                                       | yes   | mine                  | clear | clear    | no       | it counted them too; the length that an exporter writes rests on headers that scripts do not read
entries     | server_ip                                                        | yes   | mine                  | clear | clear    | no       | its own machine, or the one before it, which asks it; on the way the address of every packet
entries     | tls_protocol tls_subject tls_issuer                              | yes   | mine                  | no    | no       | no       | its own certificate, or that of the machine before it; a request without TLS has none
entries     | utc_offset_min                                                   | no    | no                    | no    | no       | no       | how the exporter wrote the time
entries     | request_body_held response_body_held                             | no    | no                    | no    | no       | no       | about the file, not about the traffic
entries     | initiator_type initiator_url initiator_line initiator_entry redirect_from | no    | no                    | no    | no       | no       | only the browser knows what caused a request
entries     | connection_id                                                    | no    | no                    | no    | no       | no       | the browser's own numbering; on the way connections have a table of their own
entries     | duration_ms blocked_ms dns_ms connect_ms ssl_ms send_ms wait_ms receive_ms | no    | no                    | no    | no       | no       | measured in the browser; Resource Timing gives scripts most of it, and no conclusion needs it
entries     | from_cache via_service_worker error                              | no    | no                    | no    | no       | no       | happened in the browser
entries     | position capture_id                                              | no    | no                    | no    | no       | no       | about the file, not about the traffic
pages       | page_id url started                                              | own   | own                   | own   | own      | no       | regrouped; the address only where a referrer or a request for a page holds it
pages       | title on_content_load_ms on_load_ms capture_id                   | no    | no                    | no    | no       | no       | the exporter's word; what the page itself says stands in its body
headers     | entry_id side position name value                                | yes   | mine                  | clear | clear    | no       | of the requests it received and the responses it gave; scripts read no headers of loads that are not theirs
cookies     | entry_id side name value                                         | yes   | mine+open             | clear | clear    | no       | they are in the request and its answer; document.cookie gives name and value of what is not HttpOnly
cookies     | domain path expires max_age http_only secure same_site source    | yes   | mine                  | clear | clear    | no       | it set them so; document.cookie gives no attributes
params      | entry_id where position name value                               | yes   | mine+fetched+query    | clear | clear    | no       | they are in the request; a script sees the query of an address, and forms where it sees them sent
messages    | entry_id time direction kind data                                | yes   | mine+fetched          | clear | clear    | no       | its own channels; a script that wraps WebSocket sees what passes
bodies      | entry_id side mime encoding data complete why_missing            | yes   | mine+document+fetched | clear | clear    | no       | what it was sent and what it sent; of the page a script reads the DOM, and bodies that it sees fetched
stacks      | entry_id position async_hops function url line column capture_id | no    | no                    | no    | no       | no       | only the browser knows what caused a request
connections | name                                                             | no    | no                    | yes   | clear    | yes      | in DNS, in the TLS hello (SNI) or in the Host header of a request without TLS, whichever of them passes in clear
connections | address first                                                    | no    | no                    | yes   | yes      | yes      | of every packet; what the resolver answered, and when it was first asked
connections | port last bytes_up bytes_down                                    | no    | no                    | yes   | yes      | no       | of every packet; no packet passes the resolver
connections | capture_id                                                       | no    | no                    | no    | no       | no       | about the file, not about the traffic
notes       | entry_id code at_byte count found done capture_id                | no    | no                    | no    | no       | no       | about the file, not about the traffic
headers     | capture_id                                                       | no    | no                    | no    | no       | no       | about the file, not about the traffic
cookies     | capture_id                                                       | no    | no                    | no    | no       | no       | about the file, not about the traffic
params      | capture_id                                                       | no    | no                    | no    | no       | no       | about the file, not about the traffic
messages    | capture_id                                                       | no    | no                    | no    | no       | no       | about the file, not about the traffic
bodies      | capture_id                                                       | no    | no                    | no    | no       | no       | about the file, not about the traffic
"""


@lru_cache(maxsize=1)
def _rows() -> tuple[dict, ...]:
    lines = [[cell.strip() for cell in line.split("|")] for line in MASKS.strip().splitlines()]
    header, *body = lines
    rows = [dict(zip(header, line, strict=True)) for line in body]
    marks = [{kind: row[group] for group, kinds in GROUPS.items() for kind in kinds} for row in rows]
    return tuple({"table": row["table"], "column": column, "why": row["why"]} | mark for row, mark in zip(rows, marks, strict=True) for column in row["columns"].split())


def visibility_table() -> pd.DataFrame:
    """Return the masks: one row per column of the contract, one column per kind of observer.

    Returns
    -------
    pandas.DataFrame
        Columns: table, column, one per kind (keys of `MARKS`, several joined by ``+``), why.

    Examples
    --------
    >>> table = visibility_table().set_index(["table", "column"])
    >>> table.loc[("entries", "initiator_url"), "third_party"], table.loc[("bodies", "data"), "script"]
    ('no', 'mine+document+fetched')
    """
    return pd.DataFrame(_rows())[["table", "column", *KINDS, "why"]]


def visible_columns(kind: str, table: str, part: str | None = None) -> list[str]:
    """List the columns of a table that a kind of observer receives, in the contract's order.

    Parameters
    ----------
    kind, table : str
    part : {"mine", "document", "fetched", "listed", "open", "query"}, optional
        Of which requests of a view whose requests are not all alike (`MARKS`; listed are those that
        a script sees loaded, and no more); those of all by default.

    Examples
    --------
    >>> visible_columns("third_party", "notes")
    []
    >>> "status" in visible_columns("script", "entries", "mine"), "status" in visible_columns("script", "entries", "listed")
    (True, False)
    """
    return list(_visible(kind, table, part))


@lru_cache(maxsize=256)
def _visible(kind: str, table: str, part: str | None) -> tuple[str, ...]:
    wanted = {"yes", "clear", part}
    seen = {row["column"] for row in _rows() if row["table"] == table and wanted & set(row[kind].split("+"))}
    return tuple(column.name for column in TABLES[table] if column.name in seen)


@lru_cache(maxsize=256)
def marks_of(kind: str, table: str) -> Mapping[str, frozenset[str]]:
    """Return the marks of each column of a table for a kind of observer.

    Examples
    --------
    >>> sorted(marks_of("script", "headers")["value"])
    ['mine']
    """
    return {row["column"]: frozenset(row[kind].split("+")) for row in _rows() if row["table"] == table}
