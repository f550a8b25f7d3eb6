"""Which short answers can be read back from their hash by trying them all?"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from hartools.payloads.leaks.hashes import HASHES, LIKELY, spellings_of

__all__ = ["DOMAINS", "Inverted", "inverted"]

# From general knowledge, not looked up: postal codes and names of the United States, codes of countries in two
# letters (ISO 3166-1), codes of French departments.
_STATES = """al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc pr
alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland
massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia washington wisconsin
wyoming newhampshire newjersey newmexico newyork northcarolina northdakota rhodeisland southcarolina southdakota westvirginia"""
_GENDERS = "m f u x o w h d male female man woman other homme femme masculin feminin féminin männlich weiblich mann frau divers autre monsieur madame"
_COUNTRIES = """at be bg ch cy cz de dk ee es fi fr gb gr hr hu ie is it li lt lu lv mt nl no pl pt ro rs se si sk tr ua uk us ca au nz jp cn in br mx ar cl co za ma dz tn sn il
france germany deutschland belgium belgique switzerland suisse austria italy spain netherlands poland canada"""
_DEPARTMENTS = [f"{number:02d}" for number in range(1, 96) if number != 20] + ["2a", "2b", "971", "972", "973", "974", "976"]

DOMAINS: Mapping[str, tuple[str, ...]] = {
    "state": tuple(_STATES.split()),
    "gender": tuple(_GENDERS.split()),
    "country": tuple(_COUNTRIES.split()),
    "French department": tuple(_DEPARTMENTS),
    "birth year": tuple(str(year) for year in range(1900, 2027)),
    "day or month": tuple(sorted({form for number in range(1, 32) for form in (str(number), f"{number:02d}")})),
}


class Inverted(NamedTuple):
    """One answer read back from its hash: what it could be of, the answer, the hash."""

    kinds: str
    answer: str
    written: str


@cache
def inverted() -> Mapping[bytes, Inverted]:
    """Return the digest of every answer, in its spellings, and the answer.

    Examples
    --------
    >>> import hashlib
    >>> inverted()[hashlib.sha256(b"wy").hexdigest().encode()]
    Inverted(kinds='state', answer='wy', written='sha256')
    """
    kinds: dict[str, list[str]] = {}
    for kind, answers in DOMAINS.items():
        for answer in answers:
            for form in dict.fromkeys((answer, answer.upper(), answer.title())):
                kinds.setdefault(form, []).append(kind)
    return {
        spelled: Inverted(" or ".join(named), answer, name if how == "hex" else f"{name} in {how}")
        for answer, named in kinds.items()
        for name in LIKELY
        for how, spelled in spellings_of(HASHES[name](answer.encode()))
    }
