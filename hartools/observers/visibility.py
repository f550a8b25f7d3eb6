"""Which cells of a capture does each kind of observer receive? The masks, as data."""

import pandas as pd

from hartools.columns import TABLES

__all__ = ["KINDS", "visibility_table", "visible_columns"]

# One row per table and set of columns, one mark per kind of observer:
# yes, no, or own (rebuilt from what this observer itself has).
MASKS = """
table     | columns                                                        | third_party | why
entries   | entry_id                                                       | yes         | the key by which evidence is cited; no rule reads its value
entries   | page_id                                                        | own         | only the browser knows pages; regrouped from own times and referrers
entries   | started                                                        | yes         | the request arrives when it is sent, less the way
entries   | method url scheme host port path query referer                 | yes         | they are in the request
entries   | site operator_domain                                           | yes         | its own registrable domain
entries   | party owner resource_type                                      | no          | our label, or the browser's
entries   | status http_version mime redirect_to                           | yes         | it answered so itself
entries   | outcome                                                        | yes         | rows that did not reach it are left out altogether
entries   | request_bytes transfer_bytes body_bytes                        | yes         | it counted them too
entries   | server_ip tls_protocol tls_subject tls_issuer                  | yes         | its own machine and certificate
entries   | utc_offset_min                                                 | no          | the clock of the visitor's machine
entries   | request_body_held response_body_held                           | no          | about the file, not about the traffic
entries   | initiator_type initiator_url initiator_line initiator_entry redirect_from | no   | only the browser knows what caused a request
entries   | connection_id                                                  | no          | the browser's own numbering
entries   | duration_ms blocked_ms dns_ms connect_ms ssl_ms send_ms wait_ms receive_ms | no | measured in the browser
entries   | from_cache via_service_worker error                            | no          | happened in the browser
entries   | position capture_id                                            | no          | about the file, not about the traffic
pages     | page_id url started                                            | own         | regrouped; the URL only where a referrer holds it
pages     | title on_content_load_ms on_load_ms capture_id                 | no          | only the browser knows them
headers   | entry_id side position name value                              | yes         | of the requests it received and the responses it gave
cookies   | entry_id side name value domain path expires max_age http_only secure same_site source | yes | its own
params    | entry_id where position name value                             | yes         | they are in the request
messages  | entry_id time direction kind data                              | yes         | its own channels
bodies    | entry_id side mime encoding data complete why_missing          | yes         | what it was sent and what it sent
stacks    | entry_id position async_hops function url line column capture_id | no        | only the browser knows what caused a request
connections | name address port first last bytes_up bytes_down capture_id | no          | the browser's own numbering
notes     | entry_id code at_byte count found done capture_id              | no          | about the file, not about the traffic
headers   | capture_id                                                     | no          | about the file, not about the traffic
cookies   | capture_id                                                     | no          | about the file, not about the traffic
params    | capture_id                                                     | no          | about the file, not about the traffic
messages  | capture_id                                                     | no          | about the file, not about the traffic
bodies    | capture_id                                                     | no          | about the file, not about the traffic
"""


def _rows() -> list[dict]:
    lines = [[cell.strip() for cell in line.split("|")] for line in MASKS.strip().splitlines()]
    header, *body = lines
    return [dict(zip(header, line, strict=True)) | {"column": column} for line in body for column in line[1].split()]


KINDS = ("third_party",)


def visibility_table() -> pd.DataFrame:
    """Return the masks: one row per column of the contract, one column per kind of observer.

    Returns
    -------
    pandas.DataFrame
        Columns: table, column, one per kind (yes, no, own), why.

    Examples
    --------
    >>> table = visibility_table().set_index(["table", "column"])
    >>> table.loc[("entries", "initiator_url"), "third_party"]
    'no'
    """
    return pd.DataFrame(_rows())[["table", "column", *KINDS, "why"]]


def visible_columns(kind: str, table: str) -> list[str]:
    """List the columns of a table that a kind of observer receives, in the contract's order.

    Examples
    --------
    >>> visible_columns("third_party", "notes")
    []
    """
    seen = {row["column"] for row in _rows() if row["table"] == table and row[kind] == "yes"}
    return [column.name for column in TABLES[table] if column.name in seen]
