"""What shape does a HAR have, read leniently and with bodies and lists left alone until asked for?"""

from typing import Any

import msgspec

__all__ = [
    "NULL",
    "Answered",
    "Bodies",
    "Causes",
    "Content",
    "Cookie",
    "CookieLists",
    "Entry",
    "Frame",
    "HeaderLists",
    "Initiator",
    "Message",
    "Pair",
    "Param",
    "Place",
    "Places",
    "PostData",
    "Request",
    "Response",
    "Sent",
    "Stack",
    "Stacked",
    "Timings",
]

# Exporters write numbers as text, text as numbers, and null for either
# (facts on each are with the dialects), so every scalar may be any of these.
Scalar = float | int | str | bool | None
Number = float | int | str | None

# A part of the file that stays as it is written until a table needs it.
Raw = msgspec.Raw
NULL = Raw(b"null")


def own(name: str, default: Any = None) -> Any:
    """Name a field that an exporter adds, which HAR marks with an underscore."""
    return msgspec.field(name=name, default=default)


class _Lenient(msgspec.Struct, gc=False):
    """Be a part of the HAR in which every field may be missing."""


class Pair(_Lenient):
    name: Scalar = None
    value: Any = None


class Cookie(Pair):
    domain: Scalar = None
    path: Scalar = None
    expires: Scalar = None
    maxAge: Number = None
    charles_max_age: Number = own("_maxAge")
    httpOnly: Scalar = None
    secure: Scalar = None
    sameSite: Scalar = None


class Param(Pair):
    fileName: Scalar = None
    contentType: Scalar = None


class PostData(_Lenient):
    mimeType: Any = None
    text: Raw = NULL
    params: Raw = NULL
    encoding: Scalar = None
    file: Scalar = own("_file")
    sha1: Scalar = own("_sha1")
    comment: Scalar = None


class Content(_Lenient):
    size: Number = None
    compression: Number = None
    mimeType: Any = None
    text: Raw = NULL
    encoding: Scalar = None
    comment: Scalar = None
    file: Scalar = own("_file")
    sha1: Scalar = own("_sha1")


class TLS(_Lenient):
    protocol: Scalar = None
    subjectName: Scalar = None
    issuer: Scalar = None


class Request(_Lenient):
    method: Scalar = None
    url: Scalar = None
    httpVersion: Scalar = None
    headers: Raw = NULL
    cookies: list[Raw] | None = None
    queryString: Raw = NULL
    postData: PostData | None = None
    headersSize: Number = None
    bodySize: Number = None


class Response(_Lenient):
    status: Number = None
    statusText: Scalar = None
    ok: Scalar = None
    httpVersion: Scalar = None
    headers: Raw = NULL
    cookies: list[Raw] | None = None
    content: Content | None = None
    redirectURL: Scalar = None
    redirectionURL: Scalar = None
    headersSize: Number = None
    bodySize: Number = None
    transfer_size: Number = own("_transferSize")
    error: Scalar = own("_error")
    failure: Scalar = own("_failureText")
    via_service_worker: Scalar = own("_fetchedViaServiceWorker")
    fulfilled_by: Scalar = own("_fulfilledBy")


class Timings(_Lenient):
    blocked: Number = None
    dns: Number = None
    connect: Number = None
    ssl: Number = None
    send: Number = None
    wait: Number = None
    receive: Number = None
    blocked_nanos: Number = msgspec.field(name="blockedNanos", default=None)
    dns_nanos: Number = msgspec.field(name="dnsNanos", default=None)
    connect_nanos: Number = msgspec.field(name="connectNanos", default=None)
    ssl_nanos: Number = msgspec.field(name="sslNanos", default=None)
    send_nanos: Number = msgspec.field(name="sendNanos", default=None)
    wait_nanos: Number = msgspec.field(name="waitNanos", default=None)
    receive_nanos: Number = msgspec.field(name="receiveNanos", default=None)


class Place(_Lenient):
    url: Scalar = None
    lineNumber: Number = None


class Places(_Lenient):
    callFrames: list[Place] | None = None
    parent: Raw = NULL


class Initiator(_Lenient):
    type: Scalar = None
    url: Scalar = None
    lineNumber: Number = None
    stack: Places | None = None


class Entry(_Lenient):
    pageref: Scalar = None
    startedDateTime: Scalar = None
    time: Number = None
    request: Request | None = None
    response: Response | None = None
    timings: Timings | None = None
    serverIPAddress: Scalar = None
    connection: Scalar = None
    initiator: Initiator | Scalar = own("_initiator")
    initiator_type: Scalar = own("_initiator_type")
    initiator_line: Number = own("_initiator_line")
    initiator_detail: Raw = own("_initiator_detail", NULL)
    resource_type: Scalar = own("_resourceType")
    from_cache: Scalar = own("_fromCache")
    fetch_type: Scalar = own("_fetchType")
    error: Scalar = own("_error")
    connection_id: Scalar = own("_connectionId")
    request_id: Scalar = own("_requestId")
    ip_address: Scalar = own("_ip_addr")
    protocol: Scalar = own("_protocol")
    bytes_in: Number = own("_bytesIn")
    bytes_out: Number = own("_bytesOut")
    object_size: Number = own("_objectSizeUncompressed")
    tls: TLS | None = own("_securityDetails")
    web_socket: Raw = own("_webSocketMessages", NULL)
    event_source: Raw = own("_eventSourceMessages", NULL)
    splash_state: Scalar = own("_splash_processing_state")


# ---- the lenses of the other tables ---------------------------------------------------------


class SideHeaders(_Lenient):
    headers: Raw = NULL


class HeaderLists(_Lenient):
    request: SideHeaders | None = None
    response: SideHeaders | None = None


class SideCookies(_Lenient):
    cookies: Raw = NULL


class CookieLists(_Lenient):
    request: SideCookies | None = None
    response: SideCookies | None = None


class Sent(_Lenient):
    postData: PostData | None = None


class Answered(_Lenient):
    content: Content | None = None


class Bodies(_Lenient):
    request: Sent | None = None
    response: Answered | None = None


class Message(_Lenient):
    type: Scalar = None
    time: Number = None
    opcode: Scalar = None
    data: Any = None


class Causes(_Lenient):
    initiator: Raw = own("_initiator", NULL)
    initiator_detail: Raw = own("_initiator_detail", NULL)


class Frame(Place):
    functionName: Scalar = None
    columnNumber: Number = None


class Stack(_Lenient):
    callFrames: list[Frame] | None = None
    parent: Raw = NULL


class Stacked(_Lenient):
    stack: Raw = NULL
