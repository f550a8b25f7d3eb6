"""Which cells (field, normal form, encoding, hash, composition) are promised?"""

from collections.abc import Iterator
from typing import NamedTuple

from hartools.payloads.leaks.encodings import ENCODINGS
from hartools.payloads.leaks.forms import COMMON, INSIDE, SHORTEST, SHORTEST_NUMBER, forms_of
from hartools.payloads.leaks.hashes import CHECKSUMS, HASHES, LIKELY, MURMUR
from hartools.payloads.leaks.needles import INNER, LIKELY_ENCODINGS, OUTER, SHORTEST_WRITTEN, SLOW, WHOLE_ONLY, is_composed
from hartools.payloads.leaks.persona import Known
from hartools.payloads.leaks.results import TIERS
from hartools.payloads.leaks.small_domains import DOMAINS
from hartools.payloads.leaks.texts import FIELDS

__all__ = ["EXAMPLES", "Writing", "grid_markdown", "writings"]

# One invented value of each kind; the forms in docs/leaks.md are theirs.
EXAMPLES = {
    "email": Known("email", "email", "Jeanne.Test+shop@example.org"),
    "phone": Known("phone", "phone", "+33 6 12 34 56 78"),
    "date": Known("birth_date", "date", "1990-02-13"),
    "name": Known("name", "name", "Éloïse Marchand"),
    "postcode": Known("postcode", "postcode", "75011"),
    "text": Known("search", "text", "Médecin généraliste"),
}
FIELD_MEANINGS = {
    "host": "a label of the host name asked for", "path": "a segment of the path, or several", "query": "a parameter of the query, or its name",
    "fragment": "not observable: tables hold addresses without it, and a browser does not send it; found where a Location or a parameter holds it", "Referer": "any part of the address in the Referer header",
    "header": "any other request header; those that only repeat the address are left out", "cookie": "a cookie sent", "body": "the body sent: form, multipart, JSON, text, packed bytes",
    "WebSocket": "a frame sent", "Location": "the address to which the answer redirects, with its fragment", "Set-Cookie": "a cookie set", "response header": "any other header of the answer",
    "response body": "the body of the answer, only with `response_bodies=True`; pictures, fonts, sound and film never; layers: base64 anywhere, what `decode` undoes inside that",
    "answered message": "a frame or server-sent event received",
}  # fmt: skip


class Writing(NamedTuple):
    """One way to hide a form: the encodings inside, the hashes, the encodings outside, and at which depth it is found."""

    inner: str | None
    hashes: tuple[str, ...]
    outer: str | None
    depth: int


def writings() -> Iterator[Writing]:
    """Yield every promised composition of encodings and hashes.

    Examples
    --------
    >>> sum(1 for writing in writings() if writing.depth == 1)
    41
    """
    yield from (Writing(None, (), encoding, 1) for encoding in ENCODINGS)
    yield from (Writing(None, (name,), None, 1) for name in (*HASHES, *MURMUR, *CHECKSUMS))
    yield from (Writing(inner, (), outer, 2) for inner in INNER for outer in OUTER if is_composed(inner, outer))
    yield from (Writing(inner, (name,), None, 2) for inner in INNER for name in HASHES if name not in SLOW and inner not in WHOLE_ONLY)
    yield from (Writing(None, (first, second), None, 2) for first in HASHES for second in HASHES if first not in SLOW and second not in SLOW)
    yield from (Writing(None, (first, second, third), None, 2) for first in LIKELY for second in LIKELY for third in LIKELY)
    yield from (Writing(None, (name,), "reversed", 2) for name in HASHES)
    yield from (Writing(None, (name,), outer, 2) for name in LIKELY for outer in ("base64", "base64url", "hex", "base32"))


def _rows(head: tuple[str, ...], rows: Iterator[tuple]) -> str:
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    return "\n".join(lines + [f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |" for row in rows])


def _code(text: str) -> str:
    return f"`{text}`" if "`" not in text else text


def grid_markdown() -> str:
    """Return the part of docs/leaks.md that is made from the code.

    Examples
    --------
    >>> grid_markdown().splitlines()[0]
    '### Fields'
    """
    parts = ["### Fields", _rows(("field", "what of it is searched"), ((field, FIELD_MEANINGS[field]) for field in FIELDS))]
    parts += ["### Normal forms", "Of one invented value of each kind. *Hashed*: hashes of the form are looked for too.", _rows(("kind", "form", "text", "part only", "hashed"), _form_rows())]
    parts += ["### Encodings", "Of every form, at depth one.", _rows(("encoding", "how"), ((name, each.meaning) for name, each in ENCODINGS.items()))]
    parts += ["### Hashes", _hashes(), "### Compositions", _compositions()]
    parts += ["### Layers undone on the way", _LAYERS]
    parts += ["### Reach", _REACH]
    parts += ["### Tiers", _rows(("tier", "meaning"), iter(TIERS.items()))]
    parts += ["### Small domains", _rows(("domain", "answers tried"), ((name, f"{len(answers)}: {', '.join(answers[:6])}, …") for name, answers in DOMAINS.items()))]
    parts += [f"Hashes tried: {', '.join(LIKELY)}; each answer as listed, in capitals and with a capital initial; the digest must be a whole run of its characters."]
    return "\n\n".join(parts) + "\n"


def _form_rows() -> Iterator[tuple]:
    for kind, known in EXAMPLES.items():
        for form in forms_of(known):
            yield kind, _code(form.name), _code(form.text), "yes" if form.is_part else "", "yes" if form.is_hashed else ""


def _hashes() -> str:
    lines = (
        f"- {', '.join(HASHES)}: as hexadecimal in either case, base64 and base64url with or without padding. `sha256_salted` is SHA-256 of the value and the salt of one tracker that LeakDetector lists; `blake2b` has 512 bits, `blake2s` 256.",
        f"- {', '.join(MURMUR)} (MurmurHash3, seed 0): hexadecimal in the orders that Python and scripts write, decimal with and without sign.",
        f"- {', '.join(CHECKSUMS)}: hexadecimal and decimal, as a whole parameter value.",
    )
    return "\n".join(lines)


def _compositions() -> str:
    quick = [name for name in HASHES if name not in SLOW]
    lines = (
        f"- encoding of an encoding: {', '.join(OUTER)} of {', '.join(INNER)}; an encoding of itself only for hex, base64, base64url and LZ-string; LZ-string and around it only {', '.join(LIKELY_ENCODINGS)}, of the value in its own, lower and upper case;",
        f"- three encodings of {', '.join(LIKELY_ENCODINGS)}, where the letter map or LZ-string is the second or the outermost (in the middle of a text neither can be undone), of the value in its own, lower and upper case;",
        f"- hash of an encoding: {', '.join(quick)} of {', '.join(inner for inner in INNER if inner not in WHOLE_ONLY)};",
        "- hash of a hash: each of these of the hexadecimal digest of each other; where the first is one of the likely hashes, also of the digest in capitals, of its bytes and of its base64;",
        f"- hash of a hash of a hash: {', '.join(LIKELY)}, hexadecimal;",
        f"- encoding of a hash: reversed of every hash; base64, base64url, hex and base32 of the digest of {', '.join(LIKELY)} anywhere in a text; of any hash where the encoded text is a value of its own and is undone.",
        "Compositions are made of forms that are hashed; encodings of encodings and hashes of encodings only of whole values, not of parts.",
    )
    return "At depth two (`depth=2`):\n\n" + "\n".join(lines[:-1]) + "\n\n" + lines[-1]


_LAYERS = """At either depth, up to three rounds, each of which `hartools.payloads.decode` may follow for several layers more
([decoding.md](decoding.md)): percent escapes, backslash escapes and HTML entities all over a value; JSON; base64 and base64url as a whole value of 16 characters or more
or as a run of 22 characters or more inside any text; hexadecimal that says text, as a whole value; all that `decode` undoes. So an encoding
around an encoding around a form is found at depth one where the outer ones can be recognised, and rot13, writing backwards and the letter map only innermost."""
_REACH = f"""- *anywhere*: forms of {INSIDE} characters or more that are no single word and no number. A letter or digit right beside makes the tier `inside`.
- *as a word*: single words, and numbers of {SHORTEST_NUMBER} digits or more: no letter beside a letter, no digit beside a digit. What stands in base64 or hexadecimal has no neighbours.
- *as a whole parameter value*: forms under {SHORTEST} characters, numbers under {SHORTEST_NUMBER} digits, and {len(COMMON)} common words; plain, percent, form, json, entities, hex, base64, base64url or base32. Not backwards, not in rot13, not in the letter map, and not a single character. Their hashes are looked for like those of any other form.
- An encoded form of less than {SHORTEST_WRITTEN} characters counts as a whole value too. Whole values are parameters, cookies, headers, segments of paths and leaves of JSON, not of bodies of answers."""
