"""Was the file written, cut, packed or changed in a way that limits what it can show?"""

import re
from itertools import combinations

import pandas as pd

from hartools.capture import Capture
from hartools.quality.sensitive import matches
from hartools.quality.verdicts import Verdict, clear, met, plural, unobservable
from hartools.reading.notes import CODES

__all__ = ["bare_cookies", "damaged_file", "overlapping_files", "proxy_scope", "sanitized_export", "times", "values_replaced"]

# Headers that Chrome's export removes unless told otherwise, since Chrome 130 (commit acd96a60,
# "[network] Export sanitized HARs by default"); it also empties both cookies arrays.
SANITIZED_HEADERS = ("cookie", "set-cookie", "authorization")
# Fewer requests may well have used no cookie; twenty that used none are rare on a real site.
SANITIZED_ENTRIES = 20

# What sanitizers put in the place of a value: Cloudflare's "[name redacted]", <redacted>, rows of
# asterisks, hartools' own mask, and REDACTED in capitals, also inside a word (as in The Markup's
# files of 2025). The word in small letters alone may be a value.
PLACEHOLDER = (
    r"REDACTED|(?i:\[[^\[\]]{0,80}\bredacted\]|^[_(]?redacted[_)]?$|<redacted>|%3credacted%3e|%5b[\w%+-]{0,80}redacted%5d)"
    r"|^(?:\w+\s)?\*{3,}$|…\(\d+ characters, #[0-9a-f]{6}\)"
)
# One long value under many cookie names is a placeholder; a visitor's id stands under two or three.
LONG_VALUE = 16
IDENTICAL_NAMES = 5

# Firefox lists cookies by name and value only (har-builder.js, 153.7 ESR).
BARE_COOKIES = ("firefox",)
ATTRIBUTES = ["domain", "path", "expires", "max_age", "http_only", "secure", "same_site"]

# Programs that stand in the network, as proxies and packet recorders do: they record no page.
PROXY = re.compile(r"(?i)mitmproxy|fiddler|charles|proxyman|http ?toolkit|selenium wire|pcap2har|burp|\bzap\b")

CAUSES = {
    "byte_order_mark": "as Fiddler and some editors write",
    "wrapper": "as PhantomJS and HAR viewers write",
    "truncated": "the download or the copy was probably cut",
    "unclosed": "the download or the copy was probably cut",
    "trailing_garbage": "two files may have been joined, or a longer one overwritten",
    "invalid_utf8": "an editor or a copy probably changed the encoding",
    "control_character": "probably a body that the exporter did not escape",
    "missing_comma": "the file was probably edited by hand",
    "unquoted": "the file was probably edited by hand",
    "unread_file": "it may be another kind of file",
}
LEVELS = {"lost": "stop", "repaired": "warn", "format": "note"}
# What this check does not know is no mere matter of form.
UNKNOWN = "repaired"


def sanitized_export(capture: Capture) -> Verdict:
    """Look for Chrome's sanitized export, file by file where several were read (Q01)."""
    headers, entries = capture.headers, capture.entries
    if capture.exporter.dialect == "several":
        return unobservable("Files of several exporters were read as one: check each by itself.")
    if capture.exporter.dialect != "chromium":
        return clear("Only Chrome and browsers like it remove cookies from an export; this file is not theirs.")
    held = {*capture.cookies.entry_id, *headers.entry_id[headers.name.isin(SANITIZED_HEADERS)]}
    bare = [rows.entry_id for _, rows in entries.groupby(entries.capture_id.fillna("")) if held.isdisjoint(rows.entry_id)]
    if not bare:
        return clear(f"{plural(len(held), 'entry holds', 'entries hold')} a cookie or credential: this export is not sanitized.")
    sanitized = [entry_id for ids in bare if len(ids) >= SANITIZED_ENTRIES for entry_id in ids]
    if not sanitized:
        return unobservable("No cookie and no credential in the file, which is what Chrome's sanitized export looks like; "
                            f"{plural(len(bare[0]), 'entry', 'entries')} may also have used none (told from {SANITIZED_ENTRIES} on).")
    return met("This looks like Chrome's sanitized export: cookies were removed before you saw the file. "
               f"None of {len(sanitized):,} entries holds a Cookie, Set-Cookie or Authorization header. Cookie results are not observable, not zero.",
               entries=sanitized)


def values_replaced(capture: Capture) -> Verdict:
    """Look for the placeholders of sanitizers (Q02)."""
    entries, cookies = capture.entries, capture.cookies
    written = [(table.entry_id, table.value) for table in (capture.headers, cookies, capture.params)]
    marked = [ids[matches(values, PLACEHOLDER)] for ids, values in [(entries.entry_id, entries.url), *written]]
    long = cookies[cookies.value.str.len() >= LONG_VALUE]
    names = long.groupby("value", dropna=True).name.nunique()
    repeated = long.entry_id[long.value.isin(names.index[names >= IDENTICAL_NAMES])]
    if not len(repeated) and not any(map(len, marked)):
        return clear("No placeholder of a sanitizer in headers, cookies or parameters.")
    found = met("", entries=[*repeated, *(entry_id for part in marked for entry_id in part)])
    return met(f"Values in {plural(found.count, 'entry', 'entries')} were replaced by a sanitizer; identical placeholders cannot be used for identity links.",
               entries=found.entry_ids)


def bare_cookies(capture: Capture) -> Verdict:
    """Look for cookies of which only name and value are known (Q12)."""
    made = capture.cookies[capture.cookies.side == "response"]
    listed = made[made.source == "cookies array"]
    bare = listed[listed[ATTRIBUTES].isna().all(axis="columns")]
    if not len(made):
        return unobservable("The file shows no cookie being set.")
    if capture.exporter.dialect not in BARE_COOKIES and (not len(bare) or len(bare) < len(listed)):
        return clear("Cookies are listed with their attributes, or come from Set-Cookie headers.")
    unknown = f"; of {len(bare)} the expiry, domain and SameSite are unknown" if len(bare) else ""
    return met(f"This exporter lists cookies by name and value only. Of {plural(len(made), 'cookie')} set, {len(made) - len(bare)} have their attributes "
               f"from Set-Cookie headers{unknown}.", entries=made.entry_id, count=len(made))


BELOW_ZERO = "below_zero"


def times(capture: Capture) -> Verdict:
    """Look at what the times of the entries do not tell (Q13)."""
    entries = capture.entries
    missing = entries.entry_id[entries.started.isna()]
    latest = entries.started.cummax()
    late = entries.entry_id[(entries.started < latest).fillna(False)]
    offsets = sorted(entries.utc_offset_min.dropna().unique().tolist())
    local = entries.entry_id[(entries.utc_offset_min != 0).fillna(False)]
    below = capture.notes[capture.notes.code == BELOW_ZERO]
    parts = []
    if len(offsets) > 1 or any(offsets):
        parts.append(f"times are written at {' and '.join(map(_offset, offsets))}, and shown here in UTC")
    if len(late):
        parts.append(f"{plural(len(late), 'entry stands', 'entries stand')} later in the file than one that started after")
    if len(missing):
        parts.append(f"{plural(len(missing), 'entry has', 'entries have')} no usable time")
    if len(below):
        parts.append(f"{plural(int(below['count'].sum()), 'entry has', 'entries have')} a duration below zero, read as unknown")
    if not parts:
        return clear("Every entry has a time in UTC, and they stand in order.")
    sentence = "; ".join(parts)
    return met(f"{sentence[0].upper()}{sentence[1:]}.", entries=[*missing, *late, *local])


def _offset(minutes: int) -> str:
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def proxy_scope(capture: Capture) -> Verdict:
    """Look for a recording that is not of one browser tab (Q14)."""
    if PROXY.search(capture.exporter.name or ""):
        return met("This file was recorded in the network, not in a browser, and may cover other programs of the device: name the first party yourself.",
                   entries=capture.entries.entry_id)
    if not len(capture.pages):
        return met("The file lists no pages, so it does not say which site was visited: name the first party yourself.", entries=capture.entries.entry_id)
    return clear(f"The file lists {plural(len(capture.pages), 'page')} of a browser.")


def overlapping_files(capture: Capture) -> Verdict:
    """Look for files that were recorded at the same time, or hold the same entries (Q15)."""
    entries = capture.entries
    files = [rows for _, rows in entries.groupby("capture_id", sort=True)]
    if len(files) < 2:
        return unobservable("One file was read; whether it repeats another is told where several are read as one.")
    overlaps = sum(_overlap(one, two) for one, two in combinations(files, 2))
    same = entries[entries.duplicated(["started", "method", "url"], keep=False) & entries.started.notna()]
    shared = same.groupby(["started", "method", "url"], dropna=False).capture_id.transform("nunique") > 1
    repeated = same.entry_id[shared]
    if not overlaps and not len(repeated):
        return clear(f"No two of {len(files)} files overlap in time or share a request.")
    return met(f"{plural(overlaps, 'pair')} of {len(files)} files overlap in time, and {plural(len(repeated), 'entry stands', 'entries stand')} "
               "in more than one: counted together they are counted twice.", entries=repeated, count=max(overlaps, len(repeated)))


def _overlap(one: pd.DataFrame, two: pd.DataFrame) -> bool:
    first, second = one.started.dropna(), two.started.dropna()
    return bool(len(first) and len(second) and first.min() <= second.max() and second.min() <= first.max())


def damaged_file(capture: Capture) -> Verdict:
    """Say what of the file was lost, repaired or written its own way (Q18)."""
    notes = capture.notes[capture.notes.code != BELOW_ZERO]  # an exporter's arithmetic, and no damage: see Q13
    packed = "; ".join(f"packed as {kind}" for kind in capture.source.containers)
    if not len(notes):
        return met(f"The file was {packed}, and unpacked.", count=0, level="note") if packed else clear("Plain, valid JSON.")
    severity = notes.code.map(lambda name: CODES[name].severity if name in CODES else UNKNOWN)
    worst = next(each for each in LEVELS if (severity == each).any())
    order = severity.map(list(LEVELS).index)
    parts = [_damage(name, rows) for name, rows in notes.assign(order=order).sort_values("order", kind="stable").groupby("code", sort=False)]
    sentence = "; ".join([*parts, packed] if packed else parts)
    return met(f"{sentence[0].upper()}{sentence[1:]}.", entries=notes.entry_id, count=int(notes["count"].fillna(1).sum()), level=LEVELS[worst])


def _damage(name: str, rows: pd.DataFrame) -> str:
    """Name one kind of deviation, where it first stands, how often, and its likely cause."""
    meaning = CODES[name].meaning if name in CODES else "a deviation of a kind that this check does not know"
    at, often = rows.at_byte.min(), int(rows["count"].fillna(1).sum())
    where = "" if pd.isna(at) else f" at byte {at:,}"
    again = f" ({often:,} times, the first{where})" if where else f" ({often:,} times)"
    cause = f": {CAUSES[name]}" if name in CAUSES else ""
    return f"{meaning}{again if often > 1 else where}{cause}"
