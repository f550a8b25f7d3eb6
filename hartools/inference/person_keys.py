"""Which accounts, addresses, numbers and names of a person was an observer sent, plain or hashed?"""

import base64
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

import pandas as pd

from hartools.capture import Capture
from hartools.payloads.identifiers.carried import carried_values
from hartools.payloads.telemetry import telemetry_events
from hartools.payloads.telemetry.personal import classify
from hartools.reading.fitting import clean

__all__ = ["Personal", "account_names", "is_anybodys", "personal_values"]

# The words of a field's name, whatever joins them: sha256_email_address, ud[em], userEmail.
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
MAIL_WORDS = frozenset("em email emails mail hem emailaddress".split())
PHONE_WORDS = frozenset("ph phone tel telephone mobile msisdn phonenumber".split())
ACCOUNT_NAME = re.compile(r"(?i)(?:.*[.\[\s_-])?(?:(?:user|customer|member|patient|subscriber)[_-]?(?:id|no|number|name)|external[_-]?id|login(?:[_-]?(?:name|id|hint))?|user[_-]?login)\]?")
# Advertisers give these names to the numbers of browsers, too (HARs of The Markup, 2021 to 2025: bidswitch, casalemedia, rfihub).
ANYBODYS, LONGEST_NUMBER = re.compile(r"(?i)(?:user|external)[_-]?id\]?$"), 24
# A vendor's word for the number under which the site knows who logged in (from the vendor's documentation, by telemetry's own sources).
ACCOUNT_OF = {("ga4", "uid"), ("ga_ua", "uid"), ("matomo", "uid")}
MAIL = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}")
PHONE = re.compile(r"\+?[\d\s().-]{8,20}")
DIGITS = re.compile(r"\d")
ID_LIKE = re.compile(r"[\w@.+|:-]{3,}")


class Personal(NamedTuple):
    """One value that names a person, or that stands for one.

    Attributes
    ----------
    kind : str
        account, e-mail address, phone number or personal field.
    value : str
        What is compared: addresses in lower case, hashes as they are.
    shown, field : str
        As it stood, and where.
    entry_ids : tuple of int
    basis, strength, why : str
    """

    kind: str
    value: str
    shown: str
    field: str
    entry_ids: tuple[int, ...]
    basis: str
    strength: str
    why: str


def account_names(name: str) -> bool:
    """Say whether a field is named for the account of somebody who logged in.

    Examples
    --------
    >>> account_names("user_id"), account_names("ud[external_id]"), account_names("uid")
    (True, True, False)
    """
    return bool(ACCOUNT_NAME.fullmatch(name[:200]))


def is_anybodys(field: str) -> bool:
    """Say whether a field's name is given to the numbers of browsers as often as to accounts.

    Examples
    --------
    >>> is_anybodys("query user_id"), is_anybodys("form login")
    (True, False)
    """
    return bool(ANYBODYS.search(field))


def personal_values(view: Capture) -> list[Personal]:
    """List the values of persons in what was sent to an observer.

    Parameters
    ----------
    view : Capture
        A view, or a capture.

    Returns
    -------
    list of Personal
        In the order of first entries. Placeholders that nobody filled in, and their hashes, are left out.

    Notes
    -----
    Three ways: the fields that telemetry keeps for persons (`telemetry_events`), values in any field
    that are an e-mail address, or stand in a field named for one, for a phone or an account, and
    the Authorization header. What stands in no such field is found by `find_leaks`, for whom the
    values are known.

    Examples
    --------
    >>> import hartools as ht
    >>> personal_values(ht.read_har(ht.example_har()))
    []
    """
    found: dict[tuple, list[int]] = defaultdict(list)
    for entry_id, field, name, text in [*_of_telemetry(view), *_of_fields(view), *_of_accounts(view)]:
        told = _kind_of(name, text)
        if told is not None:
            found[told[0], told[1], field, text, told[2]].append(entry_id)
    rows = [_personal(*known, sorted(set(ids))) for known, ids in found.items()]
    return sorted(rows, key=lambda each: (each.entry_ids[0], each.kind, each.field))


def _personal(kind: str, value: str, field: str, text: str, hashed: str, ids: list[int]) -> Personal:
    basis = "derived" if hashed else "observed"
    strength = {"account": "possible" if is_anybodys(field) else "likely", "personal field": "possible"}.get(kind, "likely" if hashed else "very likely")
    why = f"a {kind} hashed with {hashed}" if hashed else f"the value or its field says {kind}"
    return Personal(kind, value, text, field, tuple(ids), basis, strength, why)


def _kind_of(name: str, text: str) -> tuple[str, str, str] | None:
    """Say of a field and its text which kind of personal value it is: kind, what is compared, name of the hash."""
    text = unquote(text).strip()
    what = classify(text)
    if what.get("placeholder") or not text:
        return None
    words, hashed = {word.lower() for word in WORDS.findall(name)}, what.get("alg", "")
    if MAIL.fullmatch(text):
        return "e-mail address", text.lower(), ""
    if words & MAIL_WORDS:
        return ("e-mail address", what["hex"], hashed) if hashed else None
    if words & PHONE_WORDS:
        return ("phone number", what["hex"] if hashed else "".join(DIGITS.findall(text)), hashed) if hashed or PHONE.fullmatch(text) else None
    if name.startswith("account ") or account_names(name):
        fits = ID_LIKE.fullmatch(text) and (len(text) <= LONGEST_NUMBER or not is_anybodys(name))
        return ("account", text, "") if fits or name.startswith("account ") else None
    return ("personal field", f"{name}={what.get('hex', text).lower()}", hashed) if name.startswith("person ") else None


def _of_telemetry(view: Capture) -> Iterator[tuple[int, str, str, str]]:
    events = telemetry_events(view)
    for entry_id, vendor, ids, user in zip(events.entry_id.tolist(), events.vendor.tolist(), events.ids.tolist(), events.user_data.tolist(), strict=True):
        for name, told in (user or {}).items():
            text = told.get("hex") or told.get("plain") or ""
            if not told.get("placeholder"):
                yield entry_id, f"{vendor} {clean(name)[:80]}", f"person {name}", text
        for name, text in (ids or {}).items():
            if (vendor, name) in ACCOUNT_OF:
                yield entry_id, f"{vendor} {name}", f"account {name}", text


def _of_fields(view: Capture) -> Iterator[tuple[int, str, str, str]]:
    """Give what stands in a field named for an e-mail address, a phone or an account, and addresses in any field."""
    carried = carried_values(view)
    carried = carried[carried.sent.astype(bool).to_numpy() & ~carried.channel.isin(("path", "Referer")).to_numpy()]
    told: dict[tuple[str, str], bool] = {}
    for entry_id, channel, name, value in zip(carried.entry_id.tolist(), carried.channel.tolist(), carried.name.tolist(), carried.value.tolist(), strict=True):
        pair = (name, value)
        if pair not in told:
            told[pair] = _is_told(name, value)
        if told[pair]:
            yield entry_id, f"{channel} {clean(name)[:80]}" if " " not in channel else channel[:120], name, value


def _is_told(name: object, value: str) -> bool:
    words = {word.lower() for word in WORDS.findall(name)} if isinstance(name, str) else set()
    return bool(words & (MAIL_WORDS | PHONE_WORDS)) or account_names(name or "") or ("@" in value or "%40" in value) and MAIL.fullmatch(unquote(value)) is not None


def _of_accounts(view: Capture) -> Iterator[tuple[int, str, str, str]]:
    """Give account names in parameters, however short, and who the Authorization header says that it is."""
    params, headers = view.params, view.headers
    named = [name for name in params.name.dropna().unique() if account_names(name)]
    asked = params[params.name.isin(named) & params.value.notna()]
    for entry_id, where, name, value in zip(asked.entry_id.tolist(), asked["where"].tolist(), asked.name.tolist(), asked.value.tolist(), strict=True):
        yield entry_id, f"{where} {clean(name)[:80]}", name, value
    told = headers[((headers.side == "request") & (headers.name == "authorization")).fillna(False).to_numpy(bool)]
    for entry_id, value in zip(told.entry_id.tolist(), told.value.tolist(), strict=True):
        if not pd.isna(value):
            yield entry_id, "header authorization", "account authorization", _who(value)


def _who(value: str) -> str:
    """Return the user's name of Basic authentication, else the credential itself."""
    scheme, _, rest = value.partition(" ")
    if scheme.lower() != "basic":
        return rest or value
    try:
        return base64.b64decode(rest, validate=True).decode("utf-8", "replace").partition(":")[0] or rest
    except ValueError:
        return rest
