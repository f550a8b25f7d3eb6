"""The data contract: every table, its columns, their types, units and meaning."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from hartools.errors import UnknownColumnError

__all__ = ["RECEIVED", "STAYED", "TABLES", "Column", "conform", "describe_columns", "empty_table", "require_columns"]

# Arrow-backed throughout: <NA> is one value for "unknown" in every type, and an
# integer column stays one when a cell is unknown.
DTYPES = {
    "int": pd.ArrowDtype(pa.int64()),
    "float": pd.ArrowDtype(pa.float64()),
    "str": pd.ArrowDtype(pa.string()),
    "bool": pd.ArrowDtype(pa.bool_()),
    "time": pd.ArrowDtype(pa.timestamp("ns", tz="UTC")),
    "object": "object",  # lists and objects: entry ids, alternatives, bytes
}


# Outcomes of requests that an observer received, since something answered them, and of those that
# never left the browser. What failed without an answer may have been received: it is noted, not counted.
RECEIVED = ("answered", "redirected", "preflight")
STAYED = ("blocked", "cached")


class Column(NamedTuple):
    """Describe one column: its name, type and meaning."""

    name: str
    type: str
    meaning: str


def _columns(text: str) -> tuple[Column, ...]:
    rows = (line.split("|") for line in text.strip().splitlines())
    return tuple(Column(name.strip(), kind.strip(), meaning.strip()) for name, kind, meaning in rows)


TABLES: Mapping[str, tuple[Column, ...]] = {
    "entries": _columns("""
        entry_id | int | position in log.entries; how evidence is cited
        page_id | str | the page that the exporter assigned; in a view, regrouped from what the observer has
        started | time | when the request was started, UTC
        utc_offset_min | int | offset from UTC in which the exporter wrote that time, minutes
        duration_ms | float | total time of the entry, the TLS handshake counted once, milliseconds
        method | str | request method
        url | str | request URL without fragment
        scheme | str | scheme of the URL
        host | str | host of the URL, lower case, without brackets or trailing dot
        port | int | port of the URL, the scheme's own where none is written
        path | str | path of the URL, as written
        query | str | query of the URL, as written; unknown when there is none
        site | str | registrable domain (eTLD+1), private suffixes counted; filled by label_parties
        operator_domain | str | registrable domain by ICANN suffixes alone: under whose name the machine stands (x.cloudfront.net is Amazon's); filled by label_parties
        party | str | first or third; filled by label_parties
        owner | str | organisation that owns the domain; filled by label_owners
        status | int | response status; unknown when no response was recorded
        outcome | str | answered, redirected, failed, blocked, cached, preflight or unknown
        http_version | str | HTTP/1.0, HTTP/1.1, HTTP/2, HTTP/3 or unknown
        mime | str | media type of the response, lower case, without parameters
        resource_type | str | what the browser fetched it as, where the exporter says so
        initiator_type | str | script, parser, preflight or other, where the exporter says so; redirect where the entry is a hop of a chain
        initiator_url | str | URL of the script, document or redirecting hop that caused the request
        initiator_line | int | line of that script or document, counted from 1
        initiator_entry | int | entry_id of that script, document or hop; of a preflight, the request that it was for
        referer | str | Referer header of the request
        redirect_to | str | absolute URL that the response redirects to
        redirect_from | int | entry_id of the hop whose redirect led here
        request_bytes | int | bytes of the request, headers and body
        transfer_bytes | int | bytes of the response on the wire, headers and body
        body_bytes | int | bytes of the decoded response body
        request_body_held | bool | the file holds the body that was sent
        response_body_held | bool | the file holds the body that was answered
        server_ip | str | address that answered, without brackets
        connection_id | str | the exporter's name for the connection
        from_cache | bool | answered from a cache in the browser
        via_service_worker | bool | answered through a service worker
        tls_protocol | str | TLS version
        tls_subject | str | subject of the server's certificate
        tls_issuer | str | issuer of the server's certificate
        blocked_ms | float | timings.blocked, milliseconds
        dns_ms | float | timings.dns, milliseconds
        connect_ms | float | timings.connect with the TLS handshake, milliseconds
        ssl_ms | float | timings.ssl, the part of connect_ms that is the TLS handshake, milliseconds
        send_ms | float | timings.send, milliseconds
        wait_ms | float | timings.wait, milliseconds
        receive_ms | float | timings.receive, milliseconds
        error | str | the exporter's word for what went wrong
        position | int | position in log.entries of its own file; differs from entry_id only where several files were read as one
        capture_id | str | the file, where several were read as one
    """),
    "pages": _columns("""
        page_id | str | id of the page
        title | str | title that the exporter wrote; often the URL
        url | str | URL of the page's document
        started | time | when the page was started, UTC
        on_content_load_ms | float | DOMContentLoaded after the start, milliseconds
        on_load_ms | float | load event after the start, milliseconds
        capture_id | str | the file, where several were read as one
    """),
    "headers": _columns("""
        entry_id | int | the entry
        side | str | request or response
        position | int | position among the headers of this side
        name | str | header name, lower case
        value | str | header value
        capture_id | str | the file, where several were read as one
    """),
    "cookies": _columns("""
        entry_id | int | the entry
        side | str | request (sent) or response (set)
        name | str | cookie name
        value | str | cookie value
        domain | str | Domain attribute
        path | str | Path attribute
        expires | time | Expires attribute, UTC
        max_age | int | Max-Age attribute, seconds
        http_only | bool | HttpOnly attribute
        secure | bool | Secure attribute
        same_site | str | SameSite attribute
        source | str | cookies array, Cookie header or Set-Cookie header
        capture_id | str | the file, where several were read as one
    """),
    "params": _columns("""
        entry_id | int | the entry
        where | str | query, form or multipart
        position | int | position among the parameters of this place
        name | str | parameter name, decoded once
        value | str | parameter value, decoded once
        capture_id | str | the file, where several were read as one
    """),
    "messages": _columns("""
        entry_id | int | the entry that opened the channel
        time | time | when the message passed, UTC
        direction | str | sent or received
        kind | str | text, binary or event
        data | str | the message; binary as base64
        capture_id | str | the file, where several were read as one
    """),
    "stacks": _columns("""
        entry_id | int | the entry
        position | int | position on the stack, the call that made the request first
        async_hops | int | how many asynchronous calls lie between this call and the request
        function | str | name of the function, unknown for an anonymous one
        url | str | URL of its script
        line | int | line, counted from 1
        column | int | column, counted from 1
        capture_id | str | the file, where several were read as one
    """),
    "connections": _columns("""
        name | str | host name
        address | str | server address
        port | int | server port
        first | time | start of the first request seen on it, UTC
        last | time | start of the last request seen on it, UTC
        bytes_up | int | bytes of the requests, where all of them are known
        bytes_down | int | bytes of the responses, where all of them are known
        capture_id | str | the file, where several were read as one
    """),
    "bodies": _columns("""
        entry_id | int | the entry
        side | str | request or response
        mime | str | media type as written
        encoding | str | how the HAR held it: text, base64 or file
        data | object | str or bytes; None when not recorded
        complete | bool | false when the exporter is known to have cut it
        why_missing | str | why data is None
        capture_id | str | the file, where several were read as one
    """),
    "notes": _columns("""
        entry_id | int | the entry, unknown for the whole file
        code | str | short name of the deviation
        at_byte | int | where it begins, in bytes of the unpacked file
        count | int | how often in this entry or file
        found | str | what was found, without any value of the file
        done | str | what was done about it
        capture_id | str | the file, where several were read as one
    """),
    "findings": _columns("""
        finding_id | str | stable hash of observer, topic, rule and value
        observer | str | KIND:NAME of the observer
        observer_kind | str | kind of the observer
        topic | str | what the finding is about
        result | str | found, not found or not observable
        claim | str | one neutral sentence
        value | object | what could be learnt: text, or an object of attributes
        probability | float | posterior probability; only where basis is inferred
        basis | str | observed, derived, inferred, assumed or undecidable
        strength | str | certain, very likely, likely, possible or undecidable; never for a probability
        rule | str | id of the rule in docs/methodology.md
        entry_ids | object | list of the entries that show it
        alternatives | object | list of {value, probability}, most probable first
        caveat | str | what the finding rests on or leaves open
    """),
}


def conform(name: str, data: Mapping[str, object] | pd.DataFrame) -> pd.DataFrame:
    """Build a table of the contract from columns, unknown where one is missing.

    Parameters
    ----------
    name : str
        Table name, a key of `TABLES`.
    data : mapping of str to sequence, or pandas.DataFrame
        Columns of one length; columns that the contract does not name are left out.

    Returns
    -------
    pandas.DataFrame
        Every column of the contract, in its order and dtype.

    Examples
    --------
    >>> conform("notes", {"code": ["bom"], "entry_id": [None]}).loc[0].to_dict()
    {'entry_id': None, 'code': 'bom', 'at_byte': None, 'count': None, 'found': None, 'done': None, 'capture_id': None}
    """
    length = max((len(data[column]) for column in data), default=0)
    # arrays and not Series: pandas would bring fifty equal indexes into line, one after another
    arrays = {column.name: _conformed(data[column.name] if column.name in data else None, column.type, length) for column in TABLES[name]}
    return pd.DataFrame(arrays, index=pd.RangeIndex(length), copy=False)


def _conformed(values: object, kind: str, length: int) -> pd.api.extensions.ExtensionArray | pd.Series:
    if kind == "object":
        # a Series, since pandas would make text of an array that happens to hold nothing else
        return pd.Series([None] * length if values is None else list(values), dtype="object", index=pd.RangeIndex(length))
    wanted = DTYPES[kind].pyarrow_dtype
    if values is None or isinstance(values, (pa.Array, pa.ChunkedArray)):
        # already a column: taken as it is, without a visit to each value
        array = pa.nulls(length, wanted) if values is None else values if values.type == wanted else values.cast(wanted)
        return pd.arrays.ArrowExtensionArray(array)
    return pd.Series(values, dtype=DTYPES[kind]).array


def empty_table(name: str) -> pd.DataFrame:
    """Return a table of the contract without rows.

    Examples
    --------
    >>> len(empty_table("entries"))
    0
    """
    return conform(name, {})


def require_columns(table: pd.DataFrame, names: Iterable[str]) -> None:
    """Raise `UnknownColumnError` naming the columns that a table lacks.

    Examples
    --------
    >>> require_columns(empty_table("pages"), ["page_id", "title"])
    """
    missing = [name for name in names if name not in table.columns]
    if missing:
        raise UnknownColumnError(
            f"this table lacks {', '.join(missing)}; it has {', '.join(map(str, table.columns))}. "
            "Pass a table of a Capture, or see hartools.columns.describe_columns."
        )


def describe_columns(name: str) -> pd.DataFrame:
    """Return one row per column of a table: column, type, meaning.

    Examples
    --------
    >>> describe_columns("notes").column.tolist()
    ['entry_id', 'code', 'at_byte', 'count', 'found', 'done', 'capture_id']
    """
    return pd.DataFrame(TABLES[name], columns=["column", "type", "meaning"])
