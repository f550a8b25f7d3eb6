"""What do Google's own grammars say: consent, hashed user data, remarketing fields, matched ids?"""

import base64
import binascii
import re

from hartools.parties.domains import registrable_domain
from hartools.payloads.decode.written import form_pairs
from hartools.payloads.telemetry.places import opened
from hartools.payloads.telemetry.sent import Sent

__all__ = ["floodlight_account", "google_ads_route", "google_consent", "google_data", "google_hm", "google_match", "google_user_data", "recaptcha_origin"]

_GOOGLE_SIGNALS = ("ad_storage", "analytics_storage", "ad_user_data", "ad_personalization")
# three independent implementations agree on the letters (public code holding 11r1r1r1r5)
_GOOGLE_LETTERS = {letter: "granted" for letter in "trnv"} | {letter: "denied" for letter in "pqmu"} | {"l": "unset"}
# what partners are called in google_nid
_MATCHED = {"thetradedesk": "adsrvr.org", "ttd": "adsrvr.org", "appnexus": "adnxs.com", "rubicon": "rubiconproject.com", "casale_media": "casalemedia.com", "pubmatic": "pubmatic.com", "openx": "openx.net"}
_GCD = re.compile(r"1[0-9]([a-z])[0-9]([a-z])[0-9](?:([a-z])[0-9])?(?:([a-z])[0-9])?")


def google_consent(params: object, sent: Sent) -> dict:
    params = params if isinstance(params, dict) else {}
    codes = _GCD.match(str(params.get("gcd", "")))
    if codes:
        return {signal: _GOOGLE_LETTERS.get(letter, letter) for signal, letter in zip(_GOOGLE_SIGNALS, codes.groups(), strict=True) if letter}
    state = re.match(r"G1([01-])([01-])", str(params.get("gcs", "")))
    named = {"1": "granted", "0": "denied", "-": "unset"}
    return {signal: named[letter] for signal, letter in zip(_GOOGLE_SIGNALS, state.groups(), strict=False)} if state else {}


def google_user_data(value: object, sent: Sent) -> dict:
    """Read ``tv.1~em.<hash>~co0.FR``; what is 43 characters of base64url is a SHA-256."""
    if not isinstance(value, str) or not value.startswith("tv.1"):
        return {}
    found: dict[str, object] = {}
    for part in value.split("~")[1:]:
        name, _, held = part.partition(".")
        if not held or re.fullmatch(r"e\d{1,2}", held):
            continue
        number = sum(known == name or known.startswith(f"{name}.") for known in found)
        found[f"{name}.{number}" if number else name] = _unbase64_hash(held)
    return found


def _unbase64_hash(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}=?", value):
        return value
    try:
        return base64.urlsafe_b64decode(value.rstrip("=") + "=").hex()
    except (binascii.Error, ValueError):
        return value


def google_data(value: object, sent: Sent) -> dict:
    return {f"data.{name}": held for name, held in form_pairs(str(value).replace(";", "&"))}


def google_ads_route(value: object, sent: Sent) -> str | None:
    found = re.search(r"/(viewthroughconversion|conversion|1p-user-list|1p-conversion|form-data|collect|rul|landing)\b", str(value))
    return found[1] if found else str(value).strip("/").rpartition("/")[2] or None


def google_hm(value: object, sent: Sent) -> str:
    """Read the partner's id: base64url of text, or of the bytes of a UUID."""
    held, _ = opened(str(value))
    return held if isinstance(held, str) else str(value)


def google_match(params: object, sent: Sent) -> dict | None:
    if not isinstance(params, dict) or not (params.get("google_hm") or params.get("google_nid")):
        return None
    partner = str(params.get("google_nid") or "")
    came = registrable_domain(sent.came_from) if sent.came_from else None
    return {"id_sharing": {"from": _MATCHED.get(partner.lower()) or came or partner or None, "to": "doubleclick.net", "value": google_hm(params.get("google_hm") or "", sent) or None}}


def floodlight_account(params: object, sent: Sent) -> str | None:
    src = params.get("src") if isinstance(params, dict) else None
    return "/".join(["DC-" + str(src), *(str(params[name]) for name in ("type", "cat") if params.get(name))]) if src else None


def recaptcha_origin(value: object, sent: Sent) -> str | None:
    written = str(value).rstrip(".")
    try:
        return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
