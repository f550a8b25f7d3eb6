"""Which rows does a claim speak of: by party, host, role or name?"""

from fnmatch import fnmatchcase

import pandas as pd

from hartools.findings import STRENGTHS
from hartools.inference.claims.case import Case

__all__ = ["as_list", "entries_of", "listed", "matches", "reaches"]

PARTIES = {"first party": "first", "first": "first", "third party": "third", "third": "third"}


def as_list(value: str | list[str] | None) -> list[str]:
    """Return one or several texts as a list.

    Examples
    --------
    >>> as_list("a"), as_list(None)
    (['a'], [])
    """
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def matches(text: object, patterns: str | list[str]) -> bool:
    """Tell whether a text is one of several patterns (``*`` stands for anything), case aside.

    Examples
    --------
    >>> matches("Cloudflare", "cloud*"), matches(None, "*")
    (True, False)
    """
    return isinstance(text, str) and any(fnmatchcase(text.casefold(), pattern.casefold()) for pattern in as_list(patterns))


def entries_of(case: Case, wanted: str) -> pd.DataFrame:
    """Choose entries by ``first party``, ``third party``, or a pattern of host, site or organisation."""
    entries = case.entries
    if wanted in PARTIES:
        return entries[(entries.party == PARTIES[wanted]).fillna(False)]
    distinct = entries[["host", "site", "organisation"]].drop_duplicates()
    hosts = [row.host for row in distinct.itertuples() if any(matches(each, wanted) for each in (row.host, row.site, row.organisation))]
    return entries[entries.host.isin(hosts)]


def reaches(strength: object, at_least: str | None) -> bool:
    """Tell whether a strength is as strong as another.

    Examples
    --------
    >>> reaches("certain", "likely"), reaches("undecidable", "possible")
    (True, False)
    """
    return at_least is None or (strength in STRENGTHS and STRENGTHS.index(strength) <= STRENGTHS.index(at_least))


def listed(values, *, most: int = 3) -> str:
    """Write the first of several texts.

    Examples
    --------
    >>> listed(["a", "b", "c", "d"])
    'a, b, c and 1 more'
    """
    names = list(dict.fromkeys(str(value) for value in values))
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
