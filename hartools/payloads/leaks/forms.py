"""In which normal forms may a known value stand, and how strong a match is each?"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from hartools.payloads.leaks.dates import date_forms
from hartools.payloads.leaks.persona import Known
from hartools.payloads.leaks.phones import phone_forms

__all__ = ["COMMON", "SHORTEST", "Form", "forms_of", "reach_of"]

# Texts under this length, and numbers of fewer digits than the second, are looked for as whole parameter values only.
SHORTEST, SHORTEST_NUMBER = 5, 6
# From this length a text that is no single word may stand inside a longer run of letters.
INSIDE = 8
# Words that parameters hold for reasons of their own; as whole values only, in the tier of short values.
COMMON = frozenset("""
    about account action active admin agent album apple article auto banner basic black blank board body button campaign cancel category
    center change channel check click client close code color content count country create custom dark data date debug default delete
    desktop detail device direct display document domain double download email empty enable error event example false field file filter
    first follow footer form forward free frame general global google green group guest header height hidden hide home home page html image
    index info information input internal item items javascript json label landing language large last left level light link list load local
    login main male female manual market master media medium member menu message mobile mode modal model month more name native network news
    none null number object office offer online open option order other page paris password path payment performance person phone photo
    place play plugin point popup post preview price primary print private product profile project public query question random range read
    ready recent record region register remote report request reset response result return right root sample save script scroll search
    second section secure select send server service session share shop show sign simple single site size small social sort source special
    standard start state static status step stop store string style submit success summer support system table target team template test
    text theme thing time title today token tool top total track true type undefined union unique unknown update upload user users value
    version video view visible visit visitor watch website white width window world year yes
""".split())  # fmt: skip
# Domains of addresses that millions share: nothing is learnt from them.
MAIL_PROVIDERS = frozenset("""
    gmail.com googlemail.com outlook.com hotmail.com hotmail.fr live.com live.fr msn.com yahoo.com yahoo.fr yahoo.co.uk ymail.com aol.com
    icloud.com me.com mac.com proton.me protonmail.com gmx.de gmx.net gmx.com web.de t-online.de orange.fr wanadoo.fr free.fr sfr.fr
    laposte.net bbox.fr numericable.fr mail.com mail.ru yandex.ru qq.com 163.com comcast.net verizon.net att.net
""".split())  # fmt: skip
GMAIL = ("gmail.com", "googlemail.com")
SEPARATORS = re.compile(r"[\s._'’,-]+")


class Form(NamedTuple):
    """One way in which a known value may be written before anything is encoded or hashed.

    Attributes
    ----------
    label, kind : str
        As in `Known`.
    name : str
        How the form is made, innermost first to read: ``lower(trim(email))``.
    text : str
    is_part : bool
        Only a part of the value: local part, domain, first or last name.
    is_hashed : bool
        Hashes of it are looked for; forms of separators alone are not hashed by anybody.
    """

    label: str
    kind: str
    name: str
    text: str
    is_part: bool = False
    is_hashed: bool = True


def reach_of(text: str) -> str:
    """Say where a text may be found: ``anywhere``, ``word`` (nothing of its kind beside it) or ``whole`` parameter value.

    Examples
    --------
    >>> reach_of("jeanne.test@example.org"), reach_of("jeanne"), reach_of("75011"), reach_of("test")
    ('anywhere', 'word', 'whole', 'whole')
    """
    if text.isdigit():
        return "whole" if len(text) < SHORTEST_NUMBER else "word"
    if len(text) < SHORTEST or text.lower() in COMMON:
        return "whole"
    return "word" if len(text) < INSIDE or text.isalpha() or not any(letter.isalpha() for letter in text) else "anywhere"


def forms_of(known: Known, *, calling_code: str | None = None) -> list[Form]:
    """List the normal forms of one known value, each text once, the plainest name first.

    Parameters
    ----------
    known : Known
    calling_code : str, optional
        Of the country in whose numbering a phone number without ``+`` is written: ``"33"``.

    Examples
    --------
    >>> [form.name for form in forms_of(Known("email", "email", "Jeanne@example.org"))][:3]
    ['lower(trim(email))', 'trim(email)', 'upper(trim(email))']
    """
    if known.kind == "phone":
        made = [(name, text, False, hashed) for name, text, hashed in phone_forms(known.value, calling_code)]
    elif known.kind == "date":
        made = [(name, text, False, hashed) for name, text, hashed in date_forms(known.value)] or list(_text(known.value, "text"))
    else:
        made = list({"email": _email, "name": _name, "postcode": _postcode}.get(known.kind, _text)(known.value, known.kind))
    forms, seen = [], set()
    for name, text, is_part, is_hashed in made:
        if text and text not in seen:
            seen.add(text)
            forms.append(Form(known.label, known.kind, name.replace("VALUE", known.label), text, is_part, is_hashed))
    return forms


def folded(text: str) -> str:
    """Take the accents off a text.

    Examples
    --------
    >>> folded("Médecin")
    'Medecin'
    """
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


Made = Iterator[tuple[str, str, bool, bool]]


def _cases(name: str, text: str, *, is_part: bool = False) -> Made:
    # lower first: where the value is written so already, that is what vendors ask for
    yield f"lower({name})", text.lower(), is_part, True
    yield name, text, is_part, True
    yield f"upper({name})", text.upper(), is_part, True


def _email(value: str, kind: str) -> Made:
    yield from _cases("trim(VALUE)", value)
    local, _, domain = value.lower().rpartition("@")
    bare = local.partition("+")[0]
    yield "no_plus(lower(trim(VALUE)))", f"{bare}@{domain}", False, True
    yield "no_dots(lower(trim(VALUE)))", f"{local.replace('.', '')}@{domain}", False, True
    yield "no_dots(no_plus(lower(trim(VALUE))))", f"{bare.replace('.', '')}@{domain}", False, True
    if domain in GMAIL:
        other = GMAIL[1 - GMAIL.index(domain)]
        yield "other_gmail_domain(lower(trim(VALUE)))", f"{local}@{other}", False, True
    yield from _cases("local(VALUE)", value.rpartition("@")[0], is_part=True)
    yield "no_plus(lower(local(VALUE)))", bare, True, True
    yield "no_dots(no_plus(lower(local(VALUE))))", bare.replace(".", ""), True, True
    if domain not in MAIL_PROVIDERS:
        yield "domain(lower(VALUE))", domain, True, True


def _name(value: str, kind: str) -> Made:
    words = [word for word in value.split() if word]
    yield from _cases("trim(VALUE)", value)
    yield "title(trim(VALUE))", value.title(), False, True
    plain = folded(value.lower())
    yield "no_accents(lower(trim(VALUE)))", plain, False, True
    if len(words) > 1:
        turned = [*words[1:], words[0]]
        yield "reordered(VALUE)", " ".join(turned), False, True
        yield "lower(reordered(VALUE))", " ".join(turned).lower(), False, True
        yield "reordered_with_comma(VALUE)", f"{' '.join(words[1:])}, {words[0]}", False, False
        yield from ((f"joined_by({mark})(no_accents(lower(VALUE)))", mark.join(folded(word.lower()) for word in words), False, True) for mark in ("", ".", "-", "_"))
        for place, word in (("first", words[0]), ("last", words[-1])):
            yield from _cases(f"{place}(VALUE)", word, is_part=True)
            yield f"no_accents(lower({place}(VALUE)))", folded(word.lower()), True, True
    yield "letters(no_accents(lower(VALUE)))", re.sub(r"[\W_]", "", plain), False, True


def _postcode(value: str, kind: str) -> Made:
    yield from _cases("trim(VALUE)", value)
    yield "no_spaces(lower(VALUE))", re.sub(r"[\s-]", "", value.lower()), False, True
    yield "no_spaces(upper(VALUE))", re.sub(r"[\s-]", "", value.upper()), False, True


def _text(value: str, kind: str) -> Made:
    yield from _cases("trim(VALUE)", value)
    yield "title(trim(VALUE))", value.title(), False, True
    plain = folded(value.lower())
    yield "no_accents(trim(VALUE))", folded(value), False, True
    yield "no_accents(lower(trim(VALUE)))", plain, False, True
    words = [word for word in SEPARATORS.split(plain) if word]
    if len(words) > 1:
        yield from ((f"joined_by({mark})(no_accents(lower(VALUE)))", mark.join(words), False, True) for mark in ("", "-", "_", "+", " "))
