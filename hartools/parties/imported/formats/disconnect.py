"""What does a copy of Disconnect's lists say?"""

from hartools.parties.imported.formats.found import Found, items, members, owners_found, text

__all__ = ["read_disconnect"]

NAME = "Disconnect"
# README of github.com/disconnectme/disconnect-tracking-protection, 2026; older copies carry the GPL in the file itself
LICENCE = "CC-BY-NC-SA-4.0"

ROLES = {"Advertising": "advertising", "Analytics": "analytics", "Social": "social", "Email": "email"}


def read_disconnect(document: object) -> Found | None:
    """Read ``services.json`` or ``entities.json``, with or without their licence; None for something else.

    Notes
    -----
    Shapes of github.com/disconnectme/disconnect-tracking-protection at 001d449: services are, below
    ``categories``, lists of name, home page, domains; entities have ``properties`` (their sites) and
    ``resources`` (the domains asked for). It knows no country.
    """
    if not isinstance(document, dict):
        return None
    licence = text(document.get("license")) or LICENCE
    categories = document.get("categories")
    if isinstance(categories, dict) and categories and all(isinstance(each, list) for each in categories.values()):
        return owners_found("Disconnect services", NAME, list(_services(categories)), licence=licence)
    entities = document["entities"] if isinstance(document.get("entities"), dict) else document
    sample = [each for each in list(entities.values())[:20] if isinstance(each, dict)]
    if not sample or not all(isinstance(each.get("resources"), list) and isinstance(each.get("properties"), list) for each in sample):
        return None
    rows = [(domain, name, None, None, None, None) for name, entity in members(entities) if isinstance(entity, dict)
            for domain in [*items(entity.get("resources")), *items(entity.get("properties"))]]  # fmt: skip
    return owners_found("Disconnect entities", NAME, rows, licence=licence)


def _services(categories: dict):
    for category, services in members(categories):
        for service in items(services):
            for name, pages in members(service):
                for _, domains in members(pages):
                    # beside lists of domains stand marks such as "performance": "true"
                    yield from ((domain, name, None, None, ROLES.get(category), f"category: {category}") for domain in items(domains))
