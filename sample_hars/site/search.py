"""Which practitioners does the site show for a search, and in which order?"""

from .directory import read_practitioners, slug, stable_rank

__all__ = ["Directory", "PAGE_SIZE"]

PAGE_SIZE = 10
SUGGESTIONS = 20
FEATURED = 6


class Directory:
    """Answer the site's JSON questions from the rows of ``practitioners.csv``."""

    def __init__(self, rows=None):
        self.rows = rows if rows is not None else read_practitioners()
        self._person_id = {}
        self._by_slug = {}
        for row in self.rows:
            self._person_id.setdefault(row.practitioner, 100_000 + len(self._person_id))
            self._by_slug.setdefault(slug(row.practitioner), row)

    def person(self, name_slug):
        """Return the first row of the person whose page has this name, or None."""
        return self._by_slug.get(name_slug)

    def search(self, specialty, city, page):
        """Return one page of results, and suggestions that the page receives but does not show."""
        found = [r for r in self.rows if r.specialty == specialty and city in (None, r.city)]
        found = _shuffled(found, "results")
        elsewhere = [r for r in self.rows if r.specialty != specialty and r.city != city]
        suggested = _shuffled(elsewhere, "suggestions", specialty, city or "", str(page))[:SUGGESTIONS]
        return {
            "total": len(found),
            "page": page,
            "results": self._objects(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
            "suggestions": self._objects(suggested),
        }

    def recommended(self, specialty, city):
        """Return the one practitioner with a picture, from elsewhere, shown beside the results."""
        elsewhere = [r for r in self.rows if r.asset_id and r.specialty != specialty and r.city != city]
        return {"recommended": self._object(_shuffled(elsewhere, "recommended", specialty, city or "")[0])}

    def featured(self):
        """Return the practitioners with pictures shown on the home page."""
        pictured = [r for r in self.rows if r.asset_id]
        return {"results": self._objects(_shuffled(pictured, "featured")[:FEATURED])}

    def _objects(self, rows):
        """Return the JSON objects of several rows."""
        return [self._object(row) for row in rows]

    def _object(self, row):
        """Return a row as the site's script receives it."""
        return {
            "id": self._person_id[row.practitioner],
            "name": row.practitioner,
            "specialty": row.specialty,
            "city": row.city,
            "cloudinaryPublicId": row.asset_id or None,
            "link": f"/praticien/{slug(row.practitioner)}",
        }


def _shuffled(rows, *purpose):
    """Return rows in an order that looks shuffled, differs by purpose, and never changes."""
    return sorted(rows, key=lambda row: stable_rank(*purpose, row.practitioner, row.specialty))
