"""What does one request say, for those who write a vendor's file?"""

from urllib.parse import urlsplit

from hartools.payloads.decode.written import form_pairs
from hartools.payloads.telemetry.places import first_of_each
from hartools.payloads.telemetry.recognise import recognise
from hartools.payloads.telemetry.record import records_of
from hartools.payloads.telemetry.sent import Sent

__all__ = ["decode_request"]

FIRST = ("event", "page_url", "referrer", "title", "search_term", "account")
HOISTED = ("items", "stream", "payload_class", "id_sharing", "page_path")


def decode_request(
    url: str,
    *,
    method: str | None = None,
    body: str | bytes | None = None,
    content_type: str | None = None,
    headers: dict[str, str] | None = None,
) -> dict:
    """Decode a single request.

    Parameters
    ----------
    url : str
    method : str, optional
        POST where there is a body, else GET.
    body : str or bytes, optional
    content_type : str, optional
    headers : dict of str to str, optional
        Request headers; names in any case.

    Returns
    -------
    dict
        ``vendor`` (None where the request is nobody's we know), ``kind``, ``n_events``, ``events``
        (their names) and, merged over the events, the first of each field, ``ids``, ``custom``,
        ``consent``, ``hashed_pii``, ``plain_pii``, ``decoding``; what each event said stands in
        ``records``.

    Examples
    --------
    >>> decoded = decode_request("https://bat.bing.com/action/0?ti=1&Ver=2&evt=pageLoad&p=https%3A%2F%2Fa.example%2F%3Fq%3Ddentiste")
    >>> decoded["vendor"], decoded["event"], decoded["page_url_params"]
    ('bing', 'pageLoad', {'q': 'dentiste'})
    """
    named = {name.lower(): value for name, value in (headers or {}).items()}
    sent = Sent(url=url, method=method or ("GET" if body is None else "POST"), body=body, content_type=content_type or named.get("content-type"), headers=named)
    sent.is_held = body is not None or sent.method.upper() not in ("POST", "PUT", "PATCH")
    match = recognise(sent)
    if match is None:
        return {"vendor": None, "kind": None, "n_events": 0, "events": [], "records": []}
    records = records_of(sent, match)
    head = {"vendor": match.vendor.vendor, "group": match.vendor.group, "name": match.vendor.name, "kind": match.request.kind, "first_party_proxied": not match.is_own_host}
    return {**head, **_merged(records), "records": records}


def _merged(records: list[dict]) -> dict:
    first = {name: next((record[name] for record in records if record[name] is not None), None) for name in FIRST}
    objects = {column: first_of_each([pair for record in records for pair in record[column].items()]) for column in ("ids", "user_data", "consent", "custom")}
    events = [record["event"] for record in records]
    personal = objects.pop("user_data")
    return {
        "n_events": len(records),
        "events": events,
        "item_types": events,
        **first,
        **objects,
        "hashed_pii": {name: value for name, value in personal.items() if "alg" in value},
        "plain_pii": list(dict.fromkeys(value["plain"] for value in personal.values() if "alg" not in value and not value.get("placeholder"))),
        "placeholders": [name for name, value in personal.items() if value.get("placeholder")],
        "decoding": records[0]["decoding"] if records else [],
        **_page(first["page_url"]),
        **{key: objects["custom"][key] for key in HOISTED if key in objects["custom"]},
        **({"contains_text": objects["custom"]["text"]} if "text" in objects["custom"] else {}),
    }


def _page(url: str | None) -> dict:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return {}
    return ({"page_path": parts.path} if parts.path else {}) | ({"page_url_params": dict(form_pairs(parts.query))} if parts.query else {})
