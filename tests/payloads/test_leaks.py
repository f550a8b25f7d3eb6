"""Are known values found with the right words, is what cannot be seen said, and does nothing else come out?"""

import base64
import hashlib
import itertools
import json
import random
import sys
from urllib.parse import quote, quote_plus

import pandas as pd
import pytest
from planted_hars import ENCODERS, LETTERS, Planter
from samples import ROOT, SAMPLES

from hartools import example_har, read_har
from hartools.errors import HarError
from hartools.payloads.decode.lzstring import lz_compress
from hartools.payloads.leaks import TIERS, find_leaks
from hartools.payloads.leaks.forms import forms_of, reach_of
from hartools.payloads.leaks.grid import EXAMPLES, grid_markdown
from hartools.payloads.leaks.old_hashes import _ripemd160, md2, md4, ripemd160, whirlpool
from hartools.payloads.leaks.persona import Known, read_known

EMAIL = "jeanne.marchand@example.org"


def capture(*urls, body=None, mime="application/json", har=None, **more):
    """Read a capture of some requests; the first may have a body."""
    planter = Planter()
    for _ in urls:
        planter.entry()
    for entry, url in zip(planter.entries, urls, strict=True):
        entry["request"] |= {"url": url, "method": "GET", "headers": [], "cookies": []}
        entry["request"].pop("postData", None)
        entry["response"] |= {"headers": [], "content": {"size": 0, "mimeType": "text/plain"}}
    if body is not None:
        planter.entries[0]["request"] |= {"method": "POST", "postData": {"mimeType": mime, "text": body}}
    planter.entries[0]["request"] |= more
    return read_har(planter.har())


def paths(found):
    return found.table.path.tolist()


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


# what was found, in words


def test_a_hashed_parameter_says_receiver_name_form_and_hash():
    found = find_leaks(capture(f"https://t.ads.example/p?ev=1&em={sha256(EMAIL)}"), {"email": "Jeanne.Marchand@Example.org"})
    row = found.table.iloc[0]
    assert (row.entry_id, row.host, row.site, row.field, row["name"], row.label, row.tier) == (0, "t.ads.example", "ads.example", "query", "em", "email", "hash")
    assert row.path == "query em → sha256(lower(trim(email)))" and row.form == "lower(trim(email))"


def test_a_value_behind_layers_says_each_of_them():
    inner = base64.b64encode(json.dumps({"user": {"email": EMAIL}}).encode()).decode()
    found = find_leaks(capture("https://t.ads.example/p", body=json.dumps({"record": inner})), {"email": EMAIL})
    assert paths(found) == ["body → $.record → base64 → $.user.email → trim(email)"]
    assert found.table.name[0] == "$.record → $.user.email"


def test_the_name_of_a_value_in_json_a_form_and_a_multipart_body():
    part = '--b\r\nContent-Disposition: form-data; name="mail"\r\n\r\n' + EMAIL + "\r\n--b--\r\n"
    for body, mime, name in ((json.dumps({"a": [{"m": EMAIL}]}), "application/json", "$.a[0].m"), (f"x=1&m={quote(EMAIL)}", "application/x-www-form-urlencoded", "m"), (part, "multipart/form-data; boundary=b", "mail")):
        found = find_leaks(capture("https://a.example/", body=body, mime=mime), {"email": EMAIL})
        assert found.table[["field", "name"]].values.tolist() == [["body", name]]


def test_two_parameters_are_two_rows_and_the_same_one_is_one():
    found = find_leaks(capture(f"https://a.example/?one={EMAIL}&two={quote(EMAIL)}", f"https://a.example/?one={EMAIL}"), {"email": EMAIL})
    assert found.table[["entry_id", "name"]].values.tolist() == [[0, "one"], [0, "two"], [1, "one"]]


def test_values_are_masked_unless_revealed():
    har = capture(f"https://a.example/u/{EMAIL}?q={EMAIL}&{EMAIL}=1&h={sha256(EMAIL)}")
    hidden = find_leaks(har, {"email": EMAIL})
    for column in hidden.table.columns:
        assert EMAIL not in hidden.table[column].astype(str).str.cat(sep=" "), column
    assert sha256(EMAIL) not in hidden.table.to_string()
    assert EMAIL in set(find_leaks(har, {"email": EMAIL}, reveal=True).table.value)


# tiers


def test_a_longer_address_around_it_is_a_tier_of_its_own():
    assert find_leaks(capture(f"https://a.example/?q=mary{EMAIL}"), {"email": EMAIL}).table.tier.tolist() == ["inside"]
    assert find_leaks(capture(f"https://a.example/?q=x,{EMAIL},y"), {"email": EMAIL}).table.tier.tolist() == ["value"]


def test_a_part_is_a_tier_of_its_own_and_is_not_repeated_beside_the_whole():
    assert find_leaks(capture("https://a.example/?u=jeanne.marchand"), {"email": EMAIL}).table.tier.tolist() == ["part"]
    assert find_leaks(capture(f"https://a.example/?u={EMAIL}"), {"email": EMAIL}).table.tier.tolist() == ["value"]


@pytest.mark.parametrize("value", ["test", "75011", "true", "lyon"])
def test_a_short_or_common_value_counts_only_as_a_whole_parameter(value):
    inside = capture(f"https://a.example/a{value}b/?q=x{value}&r={value}s&s=1{value}2&t=a {value} b")
    assert find_leaks(inside, {"x": value}).table.empty
    whole = find_leaks(capture(f"https://a.example/?q={value}"), {"x": value}).table
    assert whole[["name", "tier"]].values.tolist() == [["q", "short"]]
    assert find_leaks(capture(f"https://a.example/?q={sha256(value)}"), {"x": value}).table.tier.tolist() == ["hash"]


def test_a_number_is_found_only_between_other_signs():
    known = {"phone": "+33612345678"}
    assert find_leaks(capture("https://a.example/?q=90612345678&r=06123456781"), known).table.empty
    for url in ("https://a.example/?q=0612345678", "https://a.example/?q=tel:0612345678", "https://a.example/x%200612345678"):
        assert len(find_leaks(capture(url), known).table) == 1, url


def test_a_word_is_found_only_as_a_word():
    known = {"first_name": "Marguerite"}
    assert find_leaks(capture("https://a.example/?q=margueritexyz"), known).table.empty
    assert len(find_leaks(capture("https://a.example/dr-marguerite-lyon", "https://a.example/?q=MARGUERITE"), known).table) == 2


def test_thirty_two_bits_count_as_a_whole_value_only():
    checksum = f"{__import__('zlib').crc32(EMAIL.encode()):08x}"
    assert find_leaks(capture(f"https://a.example/?h={checksum}"), {"email": EMAIL}).table.tier.tolist() == ["checksum"]
    assert find_leaks(capture(f"https://a.example/?h=a{checksum}&i={checksum}00"), {"email": EMAIL}).table.empty


def test_small_domains_are_read_back_from_their_hash():
    url = f"https://a.example/?st={sha256('wy')}&ge={hashlib.md5(b'f').hexdigest()}&y={sha256('1984')}&dep={sha256('2A')}"
    found = find_leaks(capture(url), {"email": EMAIL}).table
    assert found[["name", "value"]].values.tolist() == [["dep", "2A"], ["ge", "f"], ["st", "wy"], ["y", "1984"]]
    assert set(found.tier) == {"small domain"}
    assert found.label.tolist() == ["French department", "gender", "state", "birth year"]


def test_every_tier_that_a_row_can_have_is_explained():
    assert {"value", "inside", "hash", "part", "small domain", "short", "checksum"} == set(TIERS)


# forms


def test_gmail_dots_and_tags_are_taken_off():
    found = find_leaks(capture(f"https://a.example/?h={sha256('jeannemarchand@gmail.com')}"), {"email": "Jeanne.Marchand+shop@gmail.com"})
    assert paths(found) == ["query h → sha256(no_dots(no_plus(lower(trim(email)))))"]


@pytest.mark.parametrize(("given", "written"), [("06 12 34 56 78", "33612345678"), ("(212) 555-1212", "12125551212"), ("+1 212 555 1212", "2125551212"), ("0033612345678", "+33612345678"), ("+44 7911 123456", "07911123456")])
def test_a_phone_number_is_written_for_its_country(given, written):
    assert len(find_leaks(capture(f"https://a.example/?h={sha256(written)}"), {"phone": given}).table) == 1


def test_the_country_of_a_national_number_can_be_named():
    har = capture(f"https://a.example/?h={sha256('351912345678')}")
    assert find_leaks(har, {"phone": "912345678"}).table.empty
    assert len(find_leaks(har, {"phone": "912345678"}, calling_code="351").table) == 1


def test_a_date_whose_day_could_be_the_month_is_tried_as_both():
    texts = {form.text for form in forms_of(Known("birth_date", "date", "03/02/1990"))}
    assert {"19900203", "19900302"} <= texts


def test_the_domain_of_a_great_mail_provider_is_not_looked_for():
    assert not any(form.name.startswith("domain") for form in forms_of(Known("email", "email", "a.b@gmail.com")))


def test_forms_are_each_made_once():
    for known in EXAMPLES.values():
        texts = [form.text for form in forms_of(known)]
        assert len(texts) == len(set(texts))
    assert reach_of("x") == "whole"


# the ledger


def test_the_ledger_has_a_row_per_value_and_field():
    found = find_leaks(read_har(example_har()), {"email": EMAIL, "search": "dentiste/lyon"})
    assert not found.ledger.duplicated(["label", "field"]).any() and set(found.ledger.label) == {"email", "search"}
    rows = found.ledger.set_index(["label", "field"])
    assert rows.result["search", "path"] == "found" and rows.entries["search", "path"] == 1
    assert rows.result["email", "query"] == "not found"
    assert rows.result["email", "response body"] == "not looked for"
    assert rows.result["email", "fragment"] == "not observable"


def test_a_body_that_was_not_recorded_is_not_called_empty():
    lost = capture("https://a.example/c", method="POST", bodySize=300)
    row = find_leaks(lost, {"email": EMAIL}).ledger.set_index("field").loc["body"]
    assert row.result == "not observable" and "1 request body was not recorded" in row.why


@pytest.mark.parametrize(("name", "result"), [("oncologue-paris.chrome-sanitized.har", "not observable"), ("oncologue-paris.chrome-sensitive.har", "not found")])
def test_cookies_that_a_sanitized_export_lacks_could_not_be_looked_for(name, result):
    rows = find_leaks(read_har(SAMPLES / name), {"email": EMAIL}).ledger.set_index("field")
    assert rows.result["cookie"] == result
    assert (result == "not observable") == (rows.why.notna()["cookie"])


# what the peers find


LIKELY_ENCODINGS = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(), "urlencode": quote_plus, "entity": lambda text: __import__("html").escape(text),
    "lzstring": lambda text: lz_compress(text, "lz-string uri"), "custom_map_1": lambda text: text.translate(LETTERS),
}  # fmt: skip
LIKELY_HASHES = {name: (lambda text, name=name: hashlib.new(name, text.encode()).hexdigest()) for name in ("md5", "sha1", "sha256", "sha512")} | {"salted": lambda text: sha256(text + "QX4QkKEU")}


def chains(table, most):
    for length in range(1, most + 1):
        yield from itertools.product(table.values(), repeat=length)


@pytest.mark.parametrize("table", [LIKELY_ENCODINGS, LIKELY_HASHES], ids=["encodings", "hashes"])
def test_all_that_leak_detector_makes_of_an_address_is_found(table):
    """The pool of LeakDetector with the sets and the three layers of its published runs, where it looks for it."""
    planter, places = Planter(7), itertools.cycle(("query", "path", "cookie", "Referer", "Location", "body form", "body text", "Set-Cookie"))
    for chain in chains(table, 3):
        for text in (EMAIL, EMAIL.upper()):
            for write in chain:
                text = write(text)
            place = next(places)
            planter.entry(place if text.isprintable() else "query", text, label="email", written=len(chain))
    found = find_leaks(read_har(planter.har()), {"email": EMAIL}, depth=2).table
    missing = [plant for plant in planter.planted if plant["entry_id"] not in set(found.entry_id)]
    assert missing == []


@pytest.mark.parametrize("place", ["header", "path", "query", "body text", "body json"])
def test_all_that_trackhar_looks_for_is_found(place):
    """Plain, URL-encoded, and base64 at any offset, which its own search escapes and so never finds."""
    planter = Planter(8)
    junk = ["", "a", "ab", "abc", '{"x":"']
    for value in (EMAIL, EMAIL.upper(), quote(EMAIL, safe=""), *(base64.b64encode(f"{before}{EMAIL}{after}".encode()).decode() for before in junk for after in junk)):
        planter.entry(place, value, label="email")
    found = find_leaks(read_har(planter.har()), {"email": EMAIL}).table
    assert set(found.entry_id[found.label == "email"]) == {plant["entry_id"] for plant in planter.planted}


# known values and files


@pytest.mark.parametrize(("name", "text"), [
    ("persona.json", '{"known": {"email": "a.b@example.org", "phone": "0612345678"}}'),
    ("persona.toml", '[persona]\nemail = "a.b@example.org"\nphone = "0612345678"\n'),
    ("persona.yml", "email: a.b@example.org\nphone: 0612345678\n"),
])  # fmt: skip
def test_known_values_are_read_from_a_file(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert read_known(path) == [Known("email", "email", "a.b@example.org"), Known("phone", "phone", "0612345678")]


def test_a_yaml_file_without_pyyaml_says_what_to_do(tmp_path, monkeypatch):
    path = tmp_path / "persona.yml"
    path.write_text("email: a@example.org", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(HarError, match=r"persona\.yml.*PyYAML.*\.json or \.toml"):
        read_known(path)


@pytest.mark.parametrize(("known", "words"), [({}, "nothing was given"), ({"email": ""}, "empty"), ({"a": None}, "NoneType"), ({"a": {"b": 1}}, "dict"), ({"a": "x" * 501}, "501 characters"), ("nowhere.json", "cannot be read")])
def test_what_cannot_be_looked_for_is_refused(known, words):
    with pytest.raises(HarError, match=words):
        find_leaks(read_har(example_har()), known)


def test_a_depth_that_does_not_exist_is_refused():
    with pytest.raises(HarError, match="depth 3"):
        find_leaks(read_har(example_har()), {"email": EMAIL}, depth=3)


# hostile input and the whole


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 50_000, "%" * 1000, "\\u" * 1000, "\\ud800", "A" * 100_000, "&#x110000;&#99999999999;", "a=b&" * 5000, '{"a": "\\ud800' + EMAIL + '"}'])
def test_odd_bodies_end_and_do_not_hide_their_neighbours(body):
    found = find_leaks(capture("https://a.example/c", f"https://b.example/?q={EMAIL}", body=body), {"email": EMAIL}, response_bodies=True)
    assert 1 in set(found.table.entry_id)


def test_random_bytes_everywhere_raise_nothing():
    r = random.Random(3)
    planter = Planter(9)
    for _ in range(60):
        place = r.choice(("query", "path", "cookie", "header", "body text", "body json", "WebSocket", "response body"))
        planter.entry(place, r.randbytes(r.randrange(200)).decode("latin-1"))
    assert find_leaks(read_har(planter.har()), {"email": EMAIL}, depth=2, response_bodies=True).table.empty


def test_the_same_capture_gives_the_same_tables_and_is_not_changed():
    har = capture(f"https://a.example/?q={EMAIL}&h={sha256(EMAIL)}")
    before = har.entries.copy()
    first, again = (find_leaks(har, {"email": EMAIL, "name": "Jeanne Marchand"}) for _ in range(2))
    assert first.table.equals(again.table) and first.ledger.equals(again.ledger)
    pd.testing.assert_frame_equal(har.entries, before)


def test_frames_and_what_is_answered_say_so():
    planter = Planter()
    planter.entry("WebSocket", EMAIL)
    planter.entry("response body", EMAIL)
    found = find_leaks(read_har(planter.har()), {"email": EMAIL}, response_bodies=True).table
    assert found[["entry_id", "field", "direction", "name"]].values.tolist() == [[0, "WebSocket", "sent", "$.d.plant"], [1, "response body", "received", "$.plant"]]
    assert find_leaks(read_har(planter.har()), {"email": EMAIL}).table.entry_id.tolist() == [0]


# hashes that Python may lack


@pytest.mark.parametrize(("function", "data", "wanted"), [
    (md2, b"", "8350e5a3e24c153df2275c9f80692773"), (md2, b"1234567890" * 8, "d5976f79d83d3a0dc9806c3c66f3efd8"),
    (md4, b"", "31d6cfe0d16ae931b73c59d7e0c089c0"), (md4, b"abcdefghijklmnopqrstuvwxyz", "d79e1c308aa5bbcdeea8ed63df412da9"),
    (ripemd160, b"", "9c1185a5c5e9fc54612808977ee8f548b2258d31"), (_ripemd160, b"", "9c1185a5c5e9fc54612808977ee8f548b2258d31"), (_ripemd160, b"message digest", "5d0689ef49d2fae572b881b123a85ffa21595f36"),
    (whirlpool, b"", "19fa61d75522a4669b44e39c1d2e1726c530232130d407f89afee0964997f7a73e83be698b288febcf88e3e03c4f0757ea8964e59b63d93708b138cc42a66eb3"),
    (whirlpool, b"abc", "4e2448a4c6f486bb16b6562c73b4020bf3043e3a731bce721ae1b303d97e6d4c7181eebdb6c57e277d0e34957114cbd6c797fc9d95d8b582d225292076d4eef5"),
])  # fmt: skip
def test_old_hashes_give_their_published_values(function, data, wanted):
    assert function(data).hex() == wanted


# the docs


def test_the_page_holds_what_the_code_promises():
    page = (ROOT / "docs" / "leaks.md").read_text(encoding="utf-8")
    assert grid_markdown() in page


def test_the_encoders_that_plant_values_are_not_ours():
    assert ENCODERS["base64"][0](b"abc") == "YWJj" and ENCODERS["hex"][1](b"\xab") == "AB"
