"""What does a copy of webXray's list of domain owners say?"""

from hartools.parties.imported.formats.found import Found, items, owners_found

__all__ = ["read_webxray"]

# What its owners use a domain for, where that is one of our roles, the first that fits.
ROLES = {"marketing": "advertising", "audience_measurement": "analytics", "hosting": "hosting", "tag_manager": "tag manager", "social_media": "social", "design_optimization": "A/B testing"}

# Chains of owners in the list are three long.
GENERATIONS = 20


def read_webxray(document: object) -> Found | None:
    """Read ``domain_owners.json``; None if the document is something else.

    Notes
    -----
    Shape of ``webxray/resources/domain_owners/domain_owners.json`` in copies of webXray (github.com/thezedwards/webXray at 0ea1fcd):
    a list of id, parent_id, name, country, uses, domains. The list bears no licence and is some years old.
    """
    owners = [each for each in items(document) if isinstance(each, dict) and isinstance(each.get("id"), str) and "parent_id" in each and isinstance(each.get("domains"), list)]
    if not owners or len(owners) * 2 < len(document):
        return None
    by_id = {each["id"]: each for each in owners}
    rows = []
    for owner in owners:
        top = _top(owner, by_id)
        role = next((ROLES[each] for each in items(owner.get("uses")) if isinstance(each, str) and each in ROLES), None)
        rows += [(domain, owner.get("name"), top.get("name"), top.get("country"), role, None) for domain in owner["domains"]]
    return owners_found("webXray domain owners", "webXray", rows)


def _top(owner: dict, by_id: dict[str, dict]) -> dict:
    """Follow the parents up; an owner whose parent is not in the list has none that is known."""
    for _ in range(GENERATIONS):
        parent = owner.get("parent_id")
        if not parent:
            return owner
        owner = by_id.get(parent, {}) if isinstance(parent, str) else {}
        if not owner:
            break
    return {}
