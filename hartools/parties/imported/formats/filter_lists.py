"""Which rules does a list in the syntax of Adblock Plus hold?"""

import datetime
import re

from hartools.parties.imported.formats.found import FILTERS, Found, day_in, table_of, text

__all__ = ["read_filter_list"]

# Titles such as EasyList's stand in the first comments.
HEAD = 60
ABOUT = re.compile(r"[!#]\s*(title|version|last modified|licen[cs]e)\s*:\s*(.+)", re.IGNORECASE)
WRITTEN = re.compile(r"(\d{1,2}) ([A-Z][a-z]{2}) (20\d\d)")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# A network rule that begins at a domain; without a header, some of these make a list.
RULE = re.compile(r"(?:@@)?\|\|[^\s/^$]+[\^/$].*")

LONGEST_RULE = 4000


def read_filter_list(lines: list[str]) -> Found | None:
    """Read a list such as EasyList or EasyPrivacy; None if the text is something else.

    Rules that hide elements of a page (``##``, ``#@#``, ``#?#``) say nothing about requests and are left out.
    """
    head = [line.strip() for line in lines[:HEAD]]
    titled = any(line.lower().startswith("[adblock") for line in head[:3])
    if not titled and sum(bool(RULE.fullmatch(line)) for line in head) * 2 <= sum(bool(line) and not line.startswith("!") for line in head):
        return None
    about = {found[1].lower().replace("license", "licence"): found[2].strip() for line in head if (found := ABOUT.match(line))}
    rules = [rule for line in lines if (rule := text(line, LONGEST_RULE)) and not rule.startswith(("!", "[")) and not re.search(r"#@?[?$%]?#", rule)]
    version = text(about.get("version"), 40)
    return Found("filter list", FILTERS, text(about.get("title"), 80) or "filter list", table_of(FILTERS, [(rule,) for rule in dict.fromkeys(rules)]),
                 version=version, date=_day(about.get("last modified")) or day_in(version), licence=text(about.get("licence")))  # fmt: skip


def _day(written: str | None) -> str | None:
    found = WRITTEN.search(written or "")
    if found is None or found[2] not in MONTHS:
        return day_in(written)
    try:
        return datetime.date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1])).isoformat()
    except ValueError:
        return None
