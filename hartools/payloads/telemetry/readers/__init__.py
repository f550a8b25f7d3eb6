"""How are the few values read that no path alone can reach?

Each reader takes what stands at a path and the request, and returns a text, a list, or names
with values. A vendor's file names it with `read = "..."`. `general` holds what serves many,
the other modules the grammars of one family of vendors each.
"""

import re
from collections.abc import Callable, Mapping

from hartools.payloads.decode.written import form_pairs
from hartools.payloads.telemetry.readers.advertising import (
    adobe_context,
    adobe_hashed,
    adobe_identities,
    adobe_ids,
    adobe_page,
    criteo_event,
    criteo_events,
    criteo_items,
    criteo_keywords,
    criteo_user_data,
    demdex_match,
    id_sharing,
    onesignal_tokens,
)
from hartools.payloads.telemetry.readers.general import basic_user, flat, named_values, not_personal, payload_class, personal, personal_value, protobuf_texts, texts
from hartools.payloads.telemetry.readers.google import floodlight_account, google_ads_route, google_consent, google_data, google_hm, google_match, google_user_data, recaptcha_origin
from hartools.payloads.telemetry.readers.measuring import breadcrumbs, chartbeat_page, clarity, clarity_codes, heap_page, new_relic_strings, page_of_host_and_path, sentry_envelope, yandex
from hartools.payloads.telemetry.sent import Sent

__all__ = ["BODY_READERS", "READERS"]

BODY_READERS: Mapping[str, Callable[[Sent], object]] = {"sentry_envelope": sentry_envelope}

READERS: Mapping[str, Callable[[object, Sent], object]] = {
    "flat": flat,
    "personal": personal,
    "not_personal": not_personal,
    "personal_value": personal_value,
    "named_values": named_values,
    "listed": lambda value, sent: value,
    "joined": lambda value, sent: ",".join(map(str, value)) if isinstance(value, list) else value,
    "after_dot": lambda value, sent: str(value).rpartition(".")[2],
    "last_step": lambda value, sent: str(value).rstrip("/").rpartition("/")[2] or None,
    "first_label": lambda value, sent: str(value).partition(".")[0],
    "address": lambda value, sent: value if isinstance(value, str) and re.match("https?://", value, re.I) else None,
    "google_consent": google_consent,
    "google_user_data": google_user_data,
    "google_data": google_data,
    "google_data_event": lambda value, sent: dict(form_pairs(str(value).replace(";", "&"))).get("event"),
    "google_ads_route": google_ads_route,
    "google_hm": google_hm,
    "google_match": google_match,
    "floodlight_account": floodlight_account,
    "page_of_host_and_path": page_of_host_and_path,
    "heap_page": heap_page,
    "chartbeat_page": chartbeat_page,
    "adobe_page": adobe_page,
    "adobe_ids": adobe_ids,
    "adobe_context": adobe_context,
    "adobe_identities": adobe_identities,
    "adobe_hashed": adobe_hashed,
    "demdex_match": demdex_match,
    "id_sharing": id_sharing,
    "criteo_event": criteo_event,
    "criteo_events": criteo_events,
    "criteo_user_data": criteo_user_data,
    "criteo_items": criteo_items,
    "criteo_keywords": criteo_keywords,
    "clarity_url": lambda value, sent: clarity(value, 1),
    "clarity_referrer": lambda value, sent: clarity(value, 2),
    "clarity_title": lambda value, sent: clarity(value, 3),
    "clarity_codes": clarity_codes,
    "texts": texts,
    "protobuf_texts": protobuf_texts,
    "payload_class": payload_class,
    "new_relic_strings": new_relic_strings,
    "breadcrumbs": breadcrumbs,
    "onesignal_tokens": onesignal_tokens,
    "basic_user": basic_user,
    "yandex_goal": lambda value, sent: str(value).removeprefix("goal://") if str(value).startswith("goal://") else None,
    "yandex_title": lambda value, sent: str(value).partition(":t:")[2] or None,
    "yandex_user": lambda value, sent: yandex(value, "u"),
    "recaptcha_origin": recaptcha_origin,
}
