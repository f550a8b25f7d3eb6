"""Is every promised cell found, and nothing else? Values planted in every field, form, encoding, hash and composition."""

import base64
import hashlib
from collections import Counter

import pytest
from planted_hars import BODIES, DIGESTS, ENCODERS, HASHERS, NUMBERS, Planter, digest, text

from hartools import read_har
from hartools.payloads.leaks import find_leaks
from hartools.payloads.leaks.encodings import ENCODINGS
from hartools.payloads.leaks.grid import EXAMPLES, writings
from hartools.payloads.leaks.hashes import CHECKSUMS, HASHES, MURMUR
from hartools.payloads.leaks.texts import FIELDS

EMAIL = "jeanne.marchand@example.org"
KNOWN = {known.label: known.value for known in EXAMPLES.values()} | {"email": "Jeanne.Marchand@example.org"}
# A fragment stands in a Location only: a browser sends none.
PLACES = [field for field in FIELDS if field not in ("body", "host")] + list(BODIES)
# The spellings that a field cannot hold as they are: control characters in a header or a cookie.
RAW = ("header", "cookie", "Set-Cookie", "response header", "body text", "body multipart")


def spelled(name):
    for number, write in enumerate(ENCODERS[name]):
        yield f"{name} #{number}", write


def field_of(place):
    return "body" if place.startswith("body") else {"fragment": "Location"}.get(place, place)


def found_at(planter, *, depth, known=KNOWN):
    leaks = find_leaks(read_har(planter.har()), known, depth=depth, response_bodies=True).table
    return {(row.entry_id, row.field, row.label): row for row in leaks.itertuples()}, leaks


def report(planter, found, column):
    """Print the cells of one dimension with recall, and return what is missing."""
    seen, missing = Counter(), []
    for plant in planter.planted:
        hit = (plant["entry_id"], field_of(plant["field"]), plant["label"]) in found
        seen[plant[column], hit] += 1
        if not hit:
            missing.append((plant["field"], plant[column], plant["written"]))
    for cell in sorted({cell for cell, _ in seen}):
        print(f"{cell:40} {seen[cell, True]:5} of {seen[cell, True] + seen[cell, False]}")
    return missing


def test_the_encoders_of_this_test_cover_what_is_promised():
    assert set(ENCODERS) == set(ENCODINGS)
    assert {*HASHERS, "md2", "md4", "ripemd160", "whirlpool"} == set(HASHES)
    assert set(NUMBERS) == {*MURMUR, *CHECKSUMS}


def test_every_encoding_in_every_field():
    planter = Planter()
    for place in PLACES:
        for name in ENCODERS:
            for spelling, write in spelled(name):
                value = text(write(EMAIL.encode()))
                if not (place in RAW and not value.isprintable()):
                    planter.entry(place, value, label="email", cell=f"{field_of(place)} × {name}", written=spelling)
    found, leaks = found_at(planter, depth=1)
    assert report(planter, found, "cell") == []
    assert set(leaks.entry_id) == {plant["entry_id"] for plant in planter.planted}
    assert set(leaks.label) == {"email"}


def test_every_hash_in_every_field():
    planter = Planter(2)
    for place in PLACES:
        for name in HASHERS:
            for spelling, write in DIGESTS.items():
                planter.entry(place, write(digest(name, EMAIL.encode())), label="email", cell=f"{field_of(place)} × {name}", written=spelling, tier="hash", hash=name)
        for name, numbers in NUMBERS.items():
            for number in numbers(EMAIL.encode()):
                if not (name in CHECKSUMS and place in ("response body", "body text")):
                    planter.entry(place, number, label="email", cell=f"{field_of(place)} × {name}", written=name, tier="checksum" if name in CHECKSUMS else "hash", hash=name)
    found, leaks = found_at(planter, depth=1)
    assert report(planter, found, "cell") == []
    for plant in planter.planted:
        row = found[plant["entry_id"], field_of(plant["field"]), "email"]
        assert row.tier == plant["tier"] and f"{plant['hash']}(lower(trim(email)))" in row.path
    assert set(leaks.entry_id) == {plant["entry_id"] for plant in planter.planted}


def forms():
    """Yield label, form and text as a vendor writes it, not as hartools makes it."""
    yield from (("email", form, written) for form, written in (
        ("lower", "jeanne.marchand@example.org"), ("upper", "JEANNE.MARCHAND@EXAMPLE.ORG"), ("as given", "Jeanne.Marchand@example.org"), ("no dots", "jeannemarchand@example.org"), ("local part", "jeanne.marchand"), ("domain", "example.org")))
    yield from (("phone", form, written) for form, written in (
        ("E.164", "+33612345678"), ("digits", "33612345678"), ("00", "0033612345678"), ("national", "0612345678"), ("without trunk", "612345678"), ("spaces", "06 12 34 56 78"), ("dots", "06.12.34.56.78"), ("hyphens", "06-12-34-56-78"),
        ("international, spaces", "+33 6 12 34 56 78"), ("bracketed trunk", "+33 (0)612345678")))
    yield from (("birth_date", form, written) for form, written in (
        ("ISO", "1990-02-13"), ("day first", "13/02/1990"), ("month first", "02/13/1990"), ("dots", "13.02.1990"), ("hyphens", "13-02-1990"), ("compact", "19900213"), ("compact day first", "13021990"), ("unpadded", "13/2/1990"), ("epoch", "634867200"), ("epoch ms", "634867200000")))
    yield from (("name", form, written) for form, written in (
        ("as given", "Éloïse Marchand"), ("upper", "ÉLOÏSE MARCHAND"), ("lower", "éloïse marchand"), ("no accents", "eloise marchand"), ("joined", "eloisemarchand"), ("dotted", "eloise.marchand"), ("reordered", "Marchand Éloïse"), ("with comma", "Marchand, Éloïse"), ("first", "Éloïse"), ("last", "marchand")))
    yield from (("search", form, written) for form, written in (
        ("as given", "Médecin généraliste"), ("lower", "médecin généraliste"), ("upper", "MÉDECIN GÉNÉRALISTE"), ("no accents", "medecin generaliste"), ("slug", "medecin-generaliste"), ("underscores", "medecin_generaliste"), ("plus", "medecin+generaliste")))
    yield "postcode", "as given", "75011"


# Forms of separators alone are not hashed by anybody, and not promised.
UNHASHED = {("phone", form) for form in ("spaces", "dots", "hyphens", "bracketed trunk")} | {("birth_date", "unpadded"), ("name", "with comma")}


def test_every_form_plain_encoded_and_hashed():
    planter = Planter(3)
    for label, form, written in forms():
        data = written.encode()
        shapes = {"plain": written, "base64": base64.b64encode(data).decode(), "hex": data.hex(), "percent": text(ENCODERS["percent"][0](data))}
        if (label, form) not in UNHASHED:
            shapes |= {name: hashlib.new(name, data).hexdigest() for name in ("md5", "sha1", "sha256", "sha512")}
        for place in ("query", "path", "cookie", "header", "body json", "body form", "Referer", "WebSocket"):
            for shape, value in shapes.items():
                planter.entry(place, value, label=label, cell=f"{label}: {form} × {shape}", written=shape)
    found, leaks = found_at(planter, depth=1)
    assert report(planter, found, "cell") == []
    kinds = {plant["entry_id"]: plant["label"] for plant in planter.planted}
    # a last name is part of the address too: what else may stand in the same place is a part, never a whole value
    other = leaks[[kinds.get(row.entry_id) != row.label for row in leaks.itertuples()]]
    assert set(other.tier) <= {"part"}


def composed(writing):
    """Write the address as one promised composition says; None where only hartools knows the hash."""
    data = EMAIL.encode()
    if writing.inner:
        data = {"base64": base64.b64encode, "base64url": base64.urlsafe_b64encode, "base32": base64.b32encode}.get(writing.inner, lambda d: text(ENCODERS[writing.inner][2 if writing.inner == "entities" else 0](d)).encode("latin-1"))(data)
    for name in writing.hashes:
        if name not in (*HASHERS, "ripemd160", "md4", "md2", "whirlpool") or name in ("md4", "md2", "whirlpool"):
            return None
        data = digest(name, data).hex().encode()
    if writing.outer:
        data = text(ENCODERS[writing.outer][0](data)).encode("latin-1")
    return data.decode("latin-1")


def test_every_composition_in_a_query_a_body_and_a_field_by_turns():
    planter = Planter(4)
    by_turns = [place for place in PLACES if place not in ("query", "body json", *RAW)]
    for number, writing in enumerate(each for each in writings() if each.depth == 2):
        value = composed(writing)
        if value is not None:
            cell = f"{'hash of ' * (len(writing.hashes) - 1)}{'hash' if writing.hashes else 'encoding'}{' of encoding' if writing.inner else ''}{' encoded' if writing.outer else ''}"
            for place in ("query", "body json", by_turns[number % len(by_turns)]):
                planter.entry(place, value, label="email", cell=cell, written=str(writing))
    found, leaks = found_at(planter, depth=2)
    assert report(planter, found, "cell") == []
    assert set(leaks.entry_id) == {plant["entry_id"] for plant in planter.planted}


@pytest.mark.parametrize("depth", [1, 2])
def test_noise_alone_yields_nothing(depth):
    planter = Planter(5)
    for _ in range(2000):
        planter.entry()
    leaks = find_leaks(read_har(planter.har()), KNOWN, depth=depth, response_bodies=True).table
    assert leaks.empty, leaks.to_string()
