"""What shape does a HAR have, read leniently and with bodies left alone until asked for?"""

import json
from typing import Any, get_args, get_origin

import msgspec

__all__ = ["Content", "Entry", "PostData", "Request", "Response", "Timings", "decode_entry"]

# Exporters write numbers as text, text as numbers, and null for either
# (facts on each are with the dialects), so every scalar may be any of these.
Scalar = float | int | str | bool | None


class _Lenient(msgspec.Struct, kw_only=True, gc=False):
    """Be a part of the HAR in which every field may be missing."""


class Pair(_Lenient):
    name: Scalar = None
    value: Scalar = None


class Cookie(Pair):
    domain: Scalar = None
    path: Scalar = None
    expires: Scalar = None
    httpOnly: Scalar = None
    secure: Scalar = None
    sameSite: Scalar = None


class Param(Pair):
    fileName: Scalar = None
    contentType: Scalar = None


class PostData(_Lenient):
    mimeType: Scalar = None
    text: msgspec.Raw = msgspec.Raw(b"null")
    params: list[Param] | None = None
    encoding: Scalar = None
    file: Scalar = msgspec.field(name="_file", default=None)


class Content(_Lenient):
    size: Scalar = None
    mimeType: Scalar = None
    # Left undecoded: a body that nobody asks for costs nothing but its bytes.
    text: msgspec.Raw = msgspec.Raw(b"null")
    encoding: Scalar = None
    comment: Scalar = None
    file: Scalar = msgspec.field(name="_file", default=None)


class TLS(_Lenient):
    protocol: Scalar = None
    subjectName: Scalar = None
    issuer: Scalar = None


class Request(_Lenient):
    method: Scalar = None
    url: Scalar = None
    httpVersion: Scalar = None
    headers: list[Pair] | None = None
    cookies: list[Cookie] | None = None
    postData: PostData | None = None
    headersSize: Scalar = None
    bodySize: Scalar = None


class Response(_Lenient):
    status: Scalar = None
    httpVersion: Scalar = None
    headers: list[Pair] | None = None
    cookies: list[Cookie] | None = None
    content: Content | None = None
    redirectURL: Scalar = None
    headersSize: Scalar = None
    bodySize: Scalar = None
    transfer_size: Scalar = msgspec.field(name="_transferSize", default=None)
    error: Scalar = msgspec.field(name="_error", default=None)
    failure: Scalar = msgspec.field(name="_failureText", default=None)
    via_service_worker: Scalar = msgspec.field(name="_fetchedViaServiceWorker", default=None)


class Timings(_Lenient):
    blocked: Scalar = None
    dns: Scalar = None
    connect: Scalar = None
    ssl: Scalar = None
    send: Scalar = None
    wait: Scalar = None
    receive: Scalar = None


class Entry(_Lenient):
    pageref: Scalar = None
    startedDateTime: Scalar = None
    time: Scalar = None
    request: Request | None = None
    response: Response | None = None
    timings: Timings | None = None
    serverIPAddress: Scalar = None
    connection: Scalar = None
    initiator: Any = msgspec.field(name="_initiator", default=None)
    initiator_type: Scalar = msgspec.field(name="_initiator_type", default=None)
    resource_type: Scalar = msgspec.field(name="_resourceType", default=None)
    from_cache: Scalar = msgspec.field(name="_fromCache", default=None)
    fetch_type: Scalar = msgspec.field(name="_fetchType", default=None)
    error: Scalar = msgspec.field(name="_error", default=None)
    connection_id: Scalar = msgspec.field(name="_connectionId", default=None)
    ip_address: Scalar = msgspec.field(name="_ip_addr", default=None)
    tls: TLS | None = msgspec.field(name="_securityDetails", default=None)
    web_socket: Any = msgspec.field(name="_webSocketMessages", default=None)
    event_source: Any = msgspec.field(name="_eventSourceMessages", default=None)


_decoder = msgspec.json.Decoder(Entry)


def decode_entry(raw: bytes) -> tuple[Entry, str | None]:
    """Decode one entry; what does not fit the shape is set aside and named.

    Returns
    -------
    Entry
        With every field of the shape; None where the file has nothing usable.
    str or None
        What did not fit.

    Examples
    --------
    >>> entry, odd = decode_entry(b'{"request": {"url": "https://a.example/", "headers": 7}}')
    >>> entry.request.url, entry.request.headers, odd
    ('https://a.example/', None, 'Expected `array | null`, got `int` - at `$.request.headers`')
    """
    try:
        return _decoder.decode(raw), None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        odd = str(error) or type(error).__name__
    try:
        value = json.loads(bytes(raw).decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return Entry(), odd
    return _fit(Entry, value) or Entry(), odd


def _fit(kind: Any, value: Any) -> Any:
    """Keep of a value what a type admits, member by member."""
    if kind is Any or value is None:
        return value
    if kind is msgspec.Raw:
        return msgspec.Raw(_json_bytes(value))
    if get_origin(kind) is list:
        return [_fit(get_args(kind)[0], item) for item in value if isinstance(item, dict)] if isinstance(value, list) else None
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if not isinstance(value, dict):
            return None
        fields = ((each.name, each.encode_name, each.type) for each in msgspec.structs.fields(kind))
        return kind(**{name: _fit(type_, value[key]) for name, key, type_ in fields if key in value})
    members = [each for each in get_args(kind) if each is not type(None)]
    if len(members) == 1:
        return _fit(members[0], value)
    if isinstance(value, list):  # Polly.JS 1.3-2.0 writes header values as lists of text
        return ", ".join(map(str, value)) if all(isinstance(item, str) for item in value) else None
    return clean(value) if not isinstance(value, dict) else None


def clean(value: Any) -> Any:
    """Replace lone surrogates, which no UTF-8 text can hold.

    Examples
    --------
    >>> clean("a\\ud83d")
    'a?'
    """
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _json_bytes(value: Any) -> bytes:
    return json.dumps(value).encode() if not isinstance(value, str) else msgspec.json.encode(clean(value))
