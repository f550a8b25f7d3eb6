"""How much does the file hold that should not be shared? Counts, never values."""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.quality.verdicts import Verdict, clear, met, plural

__all__ = ["MAX_BODY", "matches", "sensitive_content"]

# A request body longer than this is an upload rather than a form or a message: what is read of
# each is bounded, and those that the file says are longer are not opened at all.
MAX_BODY = 1 << 16
BATCH = 1000

CREDENTIALS = ("authorization", "proxy-authorization", "x-api-key", "x-auth-token")
# Long enough not to be a flag such as loggedin=1.
SESSION_VALUE = 12

# All in RE2's syntax, in which matching is linear in the text, whatever the text.
SESSION = r"(?i)sess(ion)?(id|_|-|$)|(^|[._-])(sid|ssid|auth|sso|jwt|login|remember|access|refresh)([._-]|$)|token|csrf|xsrf|^phpsessid|^asp\.net|^connect\.sid"
PASSWORD = r"(?i)^(.*[\[.])?(.*password|passwd|pass|pwd|mdp|mot_?de_?passe)[12]?\]?$"
PASSWORD_VALUE = 4
PASSWORD_IN_JSON = r'(?i)"(\w*password|passwd|pass|pwd|mdp|mot_?de_?passe)"\s*:\s*"[^"]{4}'
# Not after "://", where a key of a reporting service stands, and not where a file's name follows (logo@2x.png).
EMAIL = (
    r"(?i)(?:^|[^\w.+%/-]|[^/:]/|%3a|mailto:)[\w.+-]{1,64}(?:@|%40)(?:[a-z0-9-]{1,63}\.){0,4}(?:[a-z]|[a-z0-9][a-z0-9-]{1,62})\.[a-z]{2,18}"
    r"(?:$|[^\w.-]|\.(?:$|\W))"
)
FILE = r"(?i)@[\w.-]*\.(?:png|jpe?g|gif|webp|avif|svg|ico|css|m?js|json|map|woff2?|ttf|html?|md|mp4)\b"
JWT = r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"
# French numbers with their separators or country code, and links: runs of digits alone are ids as a rule.
PHONE = (
    r"(?:^|[^\d.,-])(?:(?:\+|%2B|00)33[ .-]?[1-9](?:[ .-]?\d\d){4}|0[1-9](?: \d\d){4}|0[1-9](?:\.\d\d){4}|0[1-9](?:-\d\d){4})(?:$|[^\d.,-]|[.,](?:$|\D))"
    r"|\btel:\+?\d"
)
PHONE_NAME = r"(?i)(^|[._\[-])(tel|phone|telephone|mobile|portable|gsm)(_?(number|nr|numero))?\]?$|phone_?number"
PHONE_VALUE = r"^\+?[\d (). -]{8,20}$"
# Words that name a field, an illness, a treatment or a place of care, French and English; as stems,
# at the beginning of a word. Left out as too common in technical addresses: health, abort, care.
HEALTH = (
    r"(?i)(?:^|[^a-z])(?:oncolog|cancer|chimioth|chemoth|gyn(?:a?e|[eé]|%C3%A9)colog|dermatolog|cardiolog|urolog|psychiatr|psycholog|psychoth|addictolog|"
    r"dentist|orthodont|p(?:a?e|[eé]|%C3%A9)diatr|sage-?femme|midwi[fv]e|obst(?:[eé]|%C3%A9)tr|diab(?:[eèé]|%C3%A8)t|d(?:[eé]|%C3%A9)press(?:ion|if)|"
    r"grossesse|pregnan|avortement|abortion|contracep|h(?:[oô]|%C3%B4)pital|hospital(?:[^i]|$)|clini(?:que|c|cs)(?:[^a-z]|$)|m(?:[eé]|%C3%A9)decin|medication|"
    r"ordonnance|prescription|sympt(?:[oô]|%C3%B4)m|maladie|disease|patient|therap|th(?:[eé]|%C3%A9)rap|rehab|(?:ivg|vih|hiv|sida)(?:[^a-z=]|$))"
)


def sensitive_content(capture: Capture) -> Verdict:
    """Count what should not be shared (Q16), in requests and in the headers of answers."""
    bodies, unread = _request_bodies(capture)
    found: dict[str, set[int]] = {}
    for kind, entry_ids in [*_by_name(capture), *_by_shape(capture, bodies)]:
        if len(entry_ids):
            found.setdefault(kind, set()).update(entry_ids)
    left = f", nor {plural(unread, 'long body', 'long bodies')} of requests" if unread else ""
    limits = f"Bodies of answers and WebSocket messages were not looked at{left}."
    if not found:
        return clear(f"No credential, session, e-mail address, telephone number, password or health word in requests and headers. {limits}")
    listed = ", ".join(f"{kind} in {plural(len(ids), 'entry', 'entries')}" for kind, ids in found.items())
    return met(f"Do not share this file: {listed}. {limits}", entries=set().union(*found.values()))


def _request_bodies(capture: Capture) -> tuple[pd.DataFrame, int]:
    """Read the beginning of each body that was sent, but for long ones; also say how many were left."""
    entries = capture.entries
    held = entries[entries.request_body_held.fillna(False).astype(bool)]
    short = held.entry_id[(held.request_bytes <= MAX_BODY).fillna(True)].tolist()
    read = [capture.bodies(short[start : start + BATCH], side="request") for start in range(0, len(short), BATCH)]
    texts = [(row.entry_id, row.data[:MAX_BODY]) for rows in read for row in rows.itertuples() if isinstance(row.data, str)]
    ids, written = [entry_id for entry_id, _ in texts], [text for _, text in texts]
    return pd.DataFrame({"entry_id": pd.Series(ids, dtype=DTYPES["int"]), "text": pd.Series(written, dtype=DTYPES["str"])}), len(held) - len(short)


def _by_name(capture: Capture) -> list[tuple[str, pd.Series]]:
    """Find what goes by the name of its header, cookie or field."""
    headers, cookies, params = capture.headers, capture.cookies, capture.params
    session = matches(cookies.name, SESSION) & (cookies.value.str.len() >= SESSION_VALUE).fillna(False)
    password = matches(params.name, PASSWORD) & (params.value.str.len() >= PASSWORD_VALUE).fillna(False)
    return [
        ("credentials in headers", headers.entry_id[(headers.side == "request") & headers.name.isin(CREDENTIALS)]),
        ("cookies that look like sessions", cookies.entry_id[session]),
        ("passwords", params.entry_id[password]),
        ("telephone numbers", params.entry_id[matches(params.name, PHONE_NAME) & matches(params.value, PHONE_VALUE)]),
    ]


def _by_shape(capture: Capture, bodies: pd.DataFrame) -> list[tuple[str, pd.Series]]:
    """Find what goes by its own shape, wherever it is written."""
    headers, cookies = capture.headers, capture.cookies
    sent, answered = headers[headers.side == "request"], headers[headers.side == "response"]
    asked = _joined(capture.entries[["entry_id", "url"]], capture.params[["entry_id", "value"]], sent[["entry_id", "value"]], bodies)
    everywhere = _joined(asked, answered[["entry_id", "value"]], cookies.loc[cookies.source == "cookies array", ["entry_id", "value"]])
    marked = everywhere[matches(everywhere.text, "@|%40")]
    return [
        ("passwords", bodies.entry_id[matches(bodies.text, PASSWORD_IN_JSON)]),
        ("e-mail addresses", marked.entry_id[matches(marked.text.str.replace(FILE, " ", regex=True), EMAIL)]),
        ("telephone numbers", everywhere.entry_id[matches(everywhere.text, PHONE)]),
        ("signed tokens (JWT)", everywhere.entry_id[matches(everywhere.text, JWT)]),
        ("health words", asked.entry_id[matches(asked.text, HEALTH)]),
    ]


def _joined(*parts: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([part.set_axis(["entry_id", "text"], axis="columns") for part in parts], ignore_index=True)


def matches(texts: pd.Series, pattern: str) -> pd.Series:
    """Tell which texts match a pattern of RE2; each different text is looked at once.

    Examples
    --------
    >>> matches(pd.Series(["a@b.example", None, "a"]), "@").tolist()
    [True, False, False]
    """
    different = pa.array(texts.dropna().unique().tolist(), pa.string())
    return texts.isin(different.filter(pc.match_substring_regex(different, pattern)).to_pylist())
