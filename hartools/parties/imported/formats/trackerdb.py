"""What does a copy of Ghostery's TrackerDB say, as JSON or as SQLite?"""

import sqlite3

from hartools.errors import ReferenceDataError
from hartools.parties.imported.formats.found import Found, items, members, owners_found

__all__ = ["read_trackerdb_json", "read_trackerdb_sqlite"]

NAME = "trackerdb"
# LICENSE and README of github.com/ghostery/trackerdb
LICENCE = "CC-BY-NC-SA-4.0"

# Its categories that say the same as one of our roles.
ROLES = {
    "advertising": "advertising", "pornvertising": "advertising", "site_analytics": "analytics", "consent": "consent", "hosting": "hosting",
    "social_media": "social", "audio_video_player": "video", "customer_interaction": "support",
}  # fmt: skip

QUERY = """
    SELECT d.domain, c.name, t.name, c.country, g.name FROM tracker_domains d JOIN trackers t ON d.tracker = t.id
    LEFT JOIN companies c ON t.company_id = c.id LEFT JOIN categories g ON t.category_id = g.id ORDER BY d.domain
"""
TABLES = {"tracker_domains", "trackers", "companies", "categories"}

# Two million rows are a thousand times the list; a view that never ends is stopped here.
STEPS, TICKS = 100_000, 2_000


def read_trackerdb_json(document: object) -> Found | None:
    """Read ``trackerdb.json``; None if the document is something else.

    Notes
    -----
    Shape after ``scripts/export-json/index.js`` of github.com/ghostery/trackerdb at 0deb762:
    organizations (name, country), patterns (name, category, organization, domains), domains (domain to pattern).
    """
    if not isinstance(document, dict) or not all(isinstance(document.get(name), dict) for name in ("organizations", "patterns", "domains")):
        return None
    patterns = document["patterns"]
    listed = [(domain, key) for key, pattern in members(patterns) if isinstance(pattern, dict) for domain in items(pattern.get("domains"))]
    rows = []
    for domain, key in [*members(document["domains"]), *listed]:
        pattern = patterns.get(key) if isinstance(key, str) else None
        if isinstance(pattern, dict):
            company = pattern.get("organization")
            company = document["organizations"].get(company) if isinstance(company, str) else None
            company = company if isinstance(company, dict) else {}
            rows.append(_row(domain, company.get("name"), pattern.get("name"), company.get("country"), pattern.get("category")))
    return owners_found("trackerdb JSON", NAME, rows, licence=LICENCE)


def read_trackerdb_sqlite(data: bytes, file: str) -> Found:
    """Read ``trackerdb.db``, in memory, as tables and never as views.

    Notes
    -----
    Shape after ``scripts/export-sql/migrations/001-initial.sql`` of github.com/ghostery/trackerdb at e03b762.

    Raises
    ------
    ReferenceDataError
        If the file is damaged or is another database.
    """
    database = sqlite3.connect(":memory:")
    left = iter(range(TICKS))
    try:
        database.set_progress_handler(lambda: next(left, None) is None, STEPS)
        database.deserialize(data)
        database.execute("PRAGMA trusted_schema=OFF")
        kept = {name for name, kind in database.execute("SELECT name, type FROM sqlite_master") if kind == "table"}
        if not kept >= TABLES:
            raise ReferenceDataError(f"{file}: an SQLite database without the tables of trackerdb ({', '.join(sorted(TABLES))}). Other databases are not read.")
        rows = database.execute(QUERY).fetchall()
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        raise ReferenceDataError(f"{file}: an SQLite database that cannot be read ({error}). Fetch it again.") from error
    finally:
        database.close()
    return owners_found("trackerdb SQLite", NAME, [_row(*row) for row in rows], licence=LICENCE)


def _row(domain, company, tracker, country, category) -> tuple:
    """A pattern without an organisation is one by itself; its own name is then all that is known."""
    organisation, role = company or tracker, ROLES.get(category) if isinstance(category, str) else None
    said = [f"{word}: {cell}" for word, cell in (("service", tracker), ("category", category)) if isinstance(cell, str) and cell and cell != organisation]
    return domain, organisation, None, country, role, ", ".join(said)
