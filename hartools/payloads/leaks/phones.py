"""How is one phone number written by different forms and vendors?"""

import re
from collections.abc import Iterator

__all__ = ["phone_forms"]

# Country calling codes of one and two digits (ITU-T E.164); all others have three. From general knowledge, not looked up.
TWO_DIGITS = frozenset("20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98".split())
# Countries tried for a national number with a leading 0 when none is named.
ASSUMED = ("33", "44", "49", "32", "31", "41", "43")
GROUPS = ((2, 2, 2, 2, 2), (3, 3, 4), (4, 3, 3), (4, 6), (5, 6), (3, 3, 3), (1, 2, 2, 2, 2), (3, 2, 2, 2), (5, 3, 3), (3, 4, 4), (4, 4))
MARKS = (" ", ".", "-")


def phone_forms(written: str, calling_code: str | None = None) -> Iterator[tuple[str, str, bool]]:
    """Yield name, text and whether it is hashed, for each way to write a number.

    Parameters
    ----------
    written : str
        With ``+`` or ``00`` and the calling code, or as in its own country.
    calling_code : str, optional
        Of that country. Without it, a number that begins with 0 is also tried as one of France, the
        United Kingdom, Germany, Belgium, the Netherlands, Switzerland and Austria, and one of ten
        digits as one of North America.

    Notes
    -----
    E.164 form as in ITU-T E.164; digits with calling code and no ``+`` is what Meta asks for before
    hashing (its documentation of advanced matching, as our facts record it); a leading 0 is the trunk prefix, kept in Italy.

    Examples
    --------
    >>> dict((name, text) for name, text, _ in phone_forms("+33 6 12 34 56 78"))["e164(VALUE)"]
    '+33612345678'
    """
    yield "trim(VALUE)", written, True
    digits = re.sub(r"\(0\)|\D", "", written)
    yield "digits(VALUE)", digits, True
    for code, national in _read(written, digits, calling_code):
        yield "e164(VALUE)", f"+{code}{national}", True
        yield "digits(e164(VALUE))", f"{code}{national}", True
        yield "00(e164(VALUE))", f"00{code}{national}", True
        yield "national(VALUE)", national, True
        trunk = national if code in ("1", "39") or national.startswith("0") else f"0{national}"
        yield "trunk(VALUE)", trunk, True
        yield from _separated(code, national, trunk)


def _read(written: str, digits: str, calling_code: str | None) -> list[tuple[str, str]]:
    international = written.lstrip(" (").startswith("+")
    if not international and digits.startswith("00"):
        international, digits = True, digits[2:]
    if international:
        code = digits[:1] if digits[:1] in ("1", "7") else digits[:2] if digits[:2] in TWO_DIGITS else digits[:3]
        return [(code, digits[len(code) :])]
    if calling_code:
        code = calling_code.lstrip("+0")
        return [(code, digits if code == "39" else digits.lstrip("0"))]
    if digits.startswith("0"):
        return [(code, digits[1:]) for code in ASSUMED]
    if len(digits) == 11 and digits.startswith("1"):
        return [("1", digits[1:])]
    return [("1", digits)] if len(digits) == 10 else []


def _separated(code: str, national: str, trunk: str) -> Iterator[tuple[str, str, bool]]:
    for mark in MARKS:
        for number, lead in ((trunk, ""), (national, f"+{code}{mark}")):
            for groups in GROUPS:
                if sum(groups) == len(number):
                    yield f"separated_by({mark})", lead + mark.join(_cut(number, groups)), False
    if len(national) == 10 and code == "1":
        area, exchange, line = _cut(national, (3, 3, 4))
        yield from ((f"bracketed(VALUE){mark!r}", f"({area}){mark}{exchange}-{line}", False) for mark in (" ", ""))
    yield "with_0_in_brackets(VALUE)", f"+{code} (0){national}", False
    yield "spaced_e164(VALUE)", f"+{code} {national}", False


def _cut(number: str, groups: tuple[int, ...]) -> list[str]:
    cut, at = [], 0
    for size in groups:
        cut.append(number[at : at + size])
        at += size
    return cut
