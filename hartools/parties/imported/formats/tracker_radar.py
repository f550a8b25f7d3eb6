"""What does a copy of DuckDuckGo's Tracker Radar say?"""

from hartools.parties.imported.formats.found import Found, items, members, owners_found

__all__ = ["read_tracker_radar"]

NAME = "Tracker Radar"
# README of github.com/duckduckgo/tracker-radar
LICENCE = "CC-BY-NC-SA-4.0"

# Its categories that say the same as one of our roles, the first that fits.
ROLES = {
    "Advertising": "advertising", "Ad Motivated Tracking": "advertising", "Analytics": "analytics", "Audience Measurement": "analytics", "CDN": "CDN",
    "Consent Management Platform": "consent", "Embedded Content": None, "Online Payment": "payment", "Session Replay": "session recording",
    "Social Network": "social", "Support Chat Widget": "support", "Tag Manager": "tag manager", "Third-Party Analytics Marketing": "analytics",
}  # fmt: skip


def read_tracker_radar(document: object) -> Found | None:
    """Read a domain file, an entity file, ``domain_map.json`` or ``entity_map.json``; None for something else.

    Notes
    -----
    Shapes after ``docs/DATA_MODEL.md`` and ``build-data/generated`` of github.com/duckduckgo/tracker-radar. It knows no country.
    """
    if not isinstance(document, dict):
        return None
    owner, domain = document.get("owner"), document.get("domain")
    if isinstance(domain, str) and isinstance(owner, dict):
        return _found("domain file", [(domain, *_names(owner, owner.get("name")), document.get("categories"))], several=True)
    if isinstance(document.get("properties"), list) and isinstance(document.get("name"), str):
        return _found("entity file", [(each, *_names(document, document["name"]), None) for each in document["properties"]], several=True)
    sample = list(document.values())[:20]
    if sample and all(isinstance(each, dict) and isinstance(each.get("entityName"), str) for each in sample):
        rows = [(each, *_names(entity, entity.get("entityName")), None) for each, entity in members(document) if isinstance(entity, dict)]
        return _found("domain map", rows)
    if sample and all(isinstance(each, dict) and isinstance(each.get("properties"), list) and isinstance(each.get("displayName"), str) for each in sample):
        rows = [(each, *_names(entity, name), None) for name, entity in members(document) if isinstance(entity, dict) for each in items(entity.get("properties"))]
        return _found("entity map", rows)
    return None


def _names(entity: dict, name: object) -> tuple[object, object]:
    shown = entity.get("displayName")
    return (shown, f"registered as {name}" if isinstance(name, str) and name != shown else None) if isinstance(shown, str) and shown else (name, None)


def _found(shape: str, rows: list[tuple], *, several: bool = False) -> Found:
    rows = [(domain, organisation, None, None, _role(categories), said) for domain, organisation, said, categories in rows]
    return owners_found(f"Tracker Radar {shape}", NAME, rows, licence=LICENCE, one_of_several=several)


def _role(categories: object) -> str | None:
    return next((ROLES[each] for each in items(categories) if isinstance(each, str) and ROLES.get(each)), None)
