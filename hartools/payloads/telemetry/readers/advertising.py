"""What do the grammars of Adobe, Criteo and of id exchanges say?"""

import re

from hartools.parties.domains import registrable_domain
from hartools.payloads.decode.written import form_pairs
from hartools.payloads.telemetry.sent import Sent

__all__ = ["adobe_context", "adobe_hashed", "adobe_identities", "adobe_ids", "adobe_page", "criteo_event", "criteo_events", "criteo_items", "criteo_keywords", "criteo_user_data", "demdex_match", "id_sharing", "onesignal_tokens"]

_PARTNERS = {"appnexus": "adnxs.com", "google": "doubleclick.net", "casale": "casalemedia.com", "rubicon": "rubiconproject.com", "openx": "openx.net", "pubmatic": "pubmatic.com",
             "liveramp": "rlcdn.com", "adobe": "demdex.net", "bluekai": "bluekai.com", "lotame": "crwdcntrl.net", "triplelift": "3lift.com", "sovrn": "lijit.com", "xandr": "adnxs.com"}  # fmt: skip
_PARTNER_NAMES = {"anid": "adnxs.com", "ttd_tdid": "adsrvr.org", "tdid": "adsrvr.org", "google_gid": "doubleclick.net", "google_hm": None}
_SYNC_NAMES = ("anid", "dpuuid", "partner_uid", "external_user_id", "3pid", "xuid", "put", "val", "puid", "buyeruid", "google_hm", "google_gid", "uid", "userid", "user_id", "tdid", "ttd_tdid", "code")


def adobe_page(params: object, sent: Sent) -> str | None:
    return (str(params["g"]) + str(params.get("-g") or "")) if isinstance(params, dict) and params.get("g") else None


def _adobe_nested(sent: Sent, root: str) -> dict:
    """Read names nested between ``c.`` and ``.c``."""
    source = sent.pairs if any(name == f"{root}." for name, _ in sent.pairs) else form_pairs(sent.text or "")
    above: list[str] = []
    found: dict[str, object] = {}
    for name, value in source:
        if not value and name.endswith(".") and (above or name == f"{root}."):
            above.append(name[:-1])
        elif not value and name.startswith(".") and above:
            above.pop()
        elif above:
            found[".".join([*above, name])] = value
    return found


def adobe_ids(value: object, sent: Sent) -> dict:
    return _adobe_nested(sent, "cid")


def adobe_context(value: object, sent: Sent) -> dict:
    return _adobe_nested(sent, "c")


def adobe_identities(value: object, sent: Sent) -> dict:
    return {name: held for name, held in _identities(value) if not _is_personal_space(name)}


def adobe_hashed(value: object, sent: Sent) -> dict:
    return {name: held for name, held in _identities(value) if _is_personal_space(name)}


def _identities(value: object) -> list[tuple[str, object]]:
    named = [(name, items[0].get("id")) for name, items in value.items() if isinstance(items, list) and items and isinstance(items[0], dict)] if isinstance(value, dict) else []
    return [(name, held) for name, held in named if held]


def _is_personal_space(name: str) -> bool:
    return "email" in name.lower() or "phone" in name.lower()


def demdex_match(params: object, sent: Sent) -> dict | None:
    if not isinstance(params, dict) or not params.get("dpuuid"):
        return None
    return {"id_sharing": {"from": f"dpid {params.get('dpid')}", "to": "demdex.net", "value": params["dpuuid"]}}


def id_sharing(value: object, sent: Sent) -> dict | None:
    """Say whose id was told to whom: by the partner in the path, by the parameter, or by who redirected here."""
    host, path, _ = sent.parts
    to = registrable_domain(host) or host
    partner = next((step for step in path.lower().split("/") if step in _PARTNERS), None)
    # an own id that is sent back is no sharing
    names = [name for name in _SYNC_NAMES if sent.query.get(name) and _PARTNER_NAMES.get(name) != to]
    if not names:
        return None
    came = registrable_domain(sent.came_from) if sent.came_from else None
    origin = _PARTNERS.get(partner or "") or _PARTNER_NAMES.get(names[0]) or (came if came != to else None)
    return {"id_sharing": {"from": origin, "to": to, "value": sent.query[names[0]]}}


def _criteo(params: object) -> list[tuple[str, dict]]:
    if not isinstance(params, dict):
        return []
    names = sorted((name for name in params if re.fullmatch(r"p\d{1,2}", str(name))), key=lambda name: int(name[1:]))
    return [(name, dict(form_pairs(str(params[name])))) for name in names]


def criteo_events(params: object, sent: Sent) -> list | None:
    return [held["e"] for _, held in _criteo(params) if held.get("e")] or None


def criteo_event(params: object, sent: Sent) -> str | None:
    # ce sets an e-mail, exd and dis close and describe: the event is the one that says what was seen
    named = criteo_events(params, sent) or []
    return next((event for event in named if event not in ("ce", "exd", "dis")), named[0] if named else None)


def criteo_user_data(params: object, sent: Sent) -> dict:
    return {f"{name}.m": item for name, held in _criteo(params) if held.get("m") for item in _items(held["m"])[:1]}


def criteo_items(params: object, sent: Sent) -> list | None:
    return next((_items(held["p"]) for _, held in _criteo(params) if held.get("p")), None)


def criteo_keywords(params: object, sent: Sent) -> str | None:
    return next((str(held[key]) for _, held in _criteo(params) for key in ("keywords", "keyword") if held.get(key)), None)


def _items(written: str) -> list[str]:
    undone = form_pairs("x=" + written)[0][1] if "%" in written else written
    return [item.strip().strip('"') for item in undone.strip("[]").split(",") if item.strip()]


def onesignal_tokens(value: object, sent: Sent) -> dict:
    return {f"subscriptions.{str(value.get('type'))}": value["token"]} if isinstance(value, dict) and value.get("token") else {}
