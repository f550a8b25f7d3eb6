"""What does a copy of third-party-web say?"""

from hartools.parties.imported.formats.found import Found, items, owners_found

__all__ = ["read_third_party_web"]

# LICENSE of github.com/patrickhulce/third-party-web
LICENCE = "MIT"

ROLES = {
    "ad": "advertising", "analytics": "analytics", "social": "social", "video": "video", "hosting": "hosting", "cdn": "CDN", "tag-manager": "tag manager",
    "consent-provider": "consent", "customer-success": "support",
}  # fmt: skip


def read_third_party_web(document: object) -> Found | None:
    """Read ``entities.json``; None if the document is something else.

    Notes
    -----
    Shape of ``dist/entities.json`` and ``data/entities.json`` of github.com/patrickhulce/third-party-web at 001d810:
    a list of name, company (often missing), category or categories, domains. It knows no country.
    """
    entities = [each for each in items(document) if isinstance(each, dict) and isinstance(each.get("domains"), list) and isinstance(each.get("name"), str)]
    if not entities or len(entities) * 2 < len(document) or any("parent_id" in each for each in entities[:20]):
        return None
    rows = []
    for entity in entities:
        category = next(iter([*items(entity.get("categories")), entity.get("category")]), None)
        company = entity.get("company") if isinstance(entity.get("company"), str) else entity["name"]
        said = f"service: {entity['name']}" if company != entity["name"] else None
        rows += [(domain, company, None, None, ROLES.get(category) if isinstance(category, str) else None, said) for domain in entity["domains"]]
    return owners_found("third-party-web JSON", "third-party-web", rows, licence=LICENCE)
