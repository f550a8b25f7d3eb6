"""Does a published sentence hold, fail or stay open, each for the right reason and with its entries?"""

import copy
import json

import pytest
from samples import DIRECTORY, FILES, SAMPLES

import hartools as ht
from hartools.cli import main
from hartools.inference.claims import read_claims, verify_claims

SENSITIVE, SANITIZED = "oncologue-paris.chrome-sensitive.har", "oncologue-paris.chrome-sanitized.har"
DRESSED = "dressed/behind-cloudflare.har"


def load(name):
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def verdicts(source, claims=None, **options):
    capture = ht.read_har(json.dumps(source).encode() if isinstance(source, dict) else SAMPLES / source)
    table = verify_claims(capture, claims, **options)
    return table[table["where"] == capture.source.name].set_index("claim")


def write(tmp_path, *predicates):
    """Write a file of claims, JSON being YAML too."""
    claims = [{"id": f"c{number}", "sentence": "S.", "source": "T.", "predicate": predicate} for number, predicate in enumerate(predicates)]
    path = tmp_path / "claims.yml"
    path.write_text(json.dumps({"case": "made up", "claims": claims}), encoding="utf-8")
    return path


def held(source, predicate, tmp_path, **options):
    return verdicts(source, write(tmp_path, predicate), **options).loc["c0"]


def test_the_case_on_a_recording_of_the_invented_site():
    found = verdicts(DRESSED, catalogue=ht.read_catalogue(DIRECTORY))
    assert found.verdict.to_dict() == {
        "image-host-could-tell-the-search": "holds",
        "google-analytics-received-metadata": "holds",
        "aws-telemetry-received-addresses": "holds",
        "cloudflare-answers-under-the-sites-certificate": "holds",
        "readable-at-the-server-side": "holds",
        "medical-documents-are-end-to-end-encrypted": "undecidable",
        "recipients-under-us-law": "holds",
        "advertising-cookies": "holds",
    }
    assert found.basis["image-host-could-tell-the-search"] == "inferred" and found.probability["image-host-could-tell-the-search"] >= 0.9
    assert found.basis["recipients-under-us-law"] == "assumed"


def test_what_a_capture_cannot_show_stays_open():
    loopback, sanitized = verdicts(SENSITIVE), verdicts(SANITIZED)
    assert loopback.verdict["cloudflare-answers-under-the-sites-certificate"] == "undecidable"
    assert "no certificate" in loopback.why["cloudflare-answers-under-the-sites-certificate"]
    assert (loopback.verdict["advertising-cookies"], sanitized.verdict["advertising-cookies"]) == ("holds", "undecidable")
    assert "removes cookies" in sanitized.why["advertising-cookies"]


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith(("ambiguous", "oncologue"))])
def test_of_doctolib_itself_nothing_is_decided_and_what_holds_cites_entries(name):
    table = verify_claims(ht.read_har(SAMPLES / name))
    elsewhere = table[table["where"] == "Doctolib in 2021"]
    assert len(elsewhere) == len(read_claims()) and set(elsewhere.verdict) == {"undecidable"} and elsewhere.entry_ids.map(len).sum() == 0
    here = table[table["where"] == name]
    assert here.entry_ids[here.verdict == "holds"].map(len).min() > 0
    entries = set(ht.read_har(SAMPLES / name).entries.entry_id)
    assert all(set(ids) <= entries for ids in here.entry_ids)


def without(document, *, host=None, change=None):
    """Return a copy without the requests to a host, or with each entry changed."""
    changed = copy.deepcopy(document)
    log = changed["log"]
    log["entries"] = [entry for entry in log["entries"] if host is None or f"//{host}/" not in entry["request"]["url"]]
    for entry in log["entries"] if change else []:
        change(entry)
    return changed


@pytest.mark.parametrize("host, claim", [
    ("res.cloudinary.com", "image-host-could-tell-the-search"),
    ("www.google-analytics.com", "google-analytics-received-metadata"),
    ("events-data.medirendezvous.example", "aws-telemetry-received-addresses"),
])
def test_without_its_requests_a_claim_fails(host, claim):
    assert verdicts(without(load(SENSITIVE), host=host)).verdict[claim] == "fails"


def test_without_bodies_nothing_is_said_of_readability_and_telemetry_stays_open():
    def drop(entry):
        entry["response"]["content"].pop("text", None)
        entry["request"].pop("postData", None)

    found = verdicts(without(load(SENSITIVE), change=drop)).verdict
    assert (found["readable-at-the-server-side"], found["aws-telemetry-received-addresses"]) == ("undecidable", "undecidable")


def test_the_certificate_must_be_in_the_name_of_the_host():
    document = load(DRESSED)
    subjects = ht.read_har(json.dumps(document).encode()).entries.tls_subject.dropna()
    assert len(subjects)
    text = json.dumps(document)
    for subject in subjects.unique():
        text = text.replace(json.dumps(subject), json.dumps("cdn.other.example"))
    found = verdicts(json.loads(text))
    assert found.verdict["cloudflare-answers-under-the-sites-certificate"] == "fails"


@pytest.mark.parametrize("predicate, verdict", [
    ({"received": {"party": "facebook.com"}}, "holds"),
    ({"received": {"party": "*.example"}}, "holds"),
    ({"received": {"party": "nobody.test"}}, "fails"),
    ({"not": {"received": {"party": "nobody.test"}}}, "holds"),
    ({"all": [{"received": {"party": "facebook.com"}}, {"received": {"party": "nobody.test"}}]}, "fails"),
    ({"any": [{"received": {"party": "nobody.test"}}, {"unknowable": {"why": "it is not in a HAR"}}]}, "undecidable"),
    ({"all": [{"received": {"party": "nobody.test"}}, {"unknowable": {"why": "it is not in a HAR"}}]}, "fails"),
    ({"not": {"unknowable": {"why": "it is not in a HAR"}}}, "undecidable"),
    ({"finding": {"observer": "third_party:google-analytics.com", "topic": "page visited", "value": "/oncologue/paris", "basis": "observed"}}, "holds"),
    ({"finding": {"observer": "third_party:google-analytics.com", "topic": "page visited", "value": "/dentiste"}}, "fails"),
    ({"finding": {"observer": "third_party:nobody.test", "topic": "page visited"}}, "fails"),
    ({"finding": {"observer": "third_party:cloudinary.com", "topic": "specialty", "probability_at_least": 1}}, "undecidable"),
    ({"telemetry": {"vendor": "aws_firehose", "first_party_proxied": True}}, "holds"),
    ({"telemetry": {"vendor": "aws_firehose", "first_party_proxied": False}}, "fails"),
    ({"cookie": {"party": "facebook.com", "name": "fr", "side": "response"}}, "holds"),
    ({"cookie": {"party": "cloudinary.com"}}, "fails"),
    ({"infrastructure": {"host": "first party", "party": "Cloudflare", "conclusion": "ended the browser's TLS", "at_least": "likely"}}, "holds"),
    ({"infrastructure": {"host": "first party", "party": "Cloudflare", "conclusion": "ended the browser's TLS", "at_least": "certain"}}, "undecidable"),
    ({"statute": {"id": "CLOUD-ACT", "party": "Meta*"}}, "holds"),
    ({"statute": {"id": "CLOUD-ACT", "party": "Acme*"}}, "undecidable"),
    ({"readable": {"host": "first party", "kinds": ["json"]}}, "holds"),
])
def test_each_word_answers(predicate, verdict, tmp_path):
    row = held(SENSITIVE, predicate, tmp_path)
    assert row.verdict == verdict, row.why
    assert row.why


def test_a_capture_that_does_not_tell_what_was_visited_leaves_first_party_claims_open_until_told(tmp_path):
    entry = {"startedDateTime": "2026-01-01T00:00:00Z", "request": {"method": "GET", "url": "https://a.example/x.json"}, "response": {"status": 200, "content": {"mimeType": "application/json", "text": "{}"}}}
    other = copy.deepcopy(entry)
    other["request"]["url"] = "https://b.example/y.json"
    document = {"log": {"entries": [entry, other]}}
    predicate = {"cookie": {"party": "first party"}}
    assert held(document, predicate, tmp_path).verdict == "undecidable"
    assert "first" in held(document, predicate, tmp_path, first_party="a.example").why


@pytest.mark.parametrize("text, said", [
    ("claims: []", "no list"),
    ("a: [", "not YAML"),
    ("!!python/object/apply:os.system ['true']", "not YAML"),
    ("claims: [{id: x}]", "lacks sentence, source, predicate"),
    ("claims: [{id: x, sentence: s, source: t, predicate: {sees: {}}}]", "no predicate 'sees'"),
    ("claims: [{id: x, sentence: s, source: t, predicate: {received: {}}}]", "received takes party"),
    ("claims: [{id: x, sentence: s, source: t, predicate: {cookie: {party: third, side: up}}}]", "side is none of request, response"),
    ("claims: [{id: x, sentence: s, source: t, predicate: {finding: {observer: o, topic: t, probability_at_least: 2}}}]", "from 0 to 1"),
    ("claims: [{id: x, sentence: s, source: t, predicate: {all: []}}]", "takes a list"),
    ("claims: [{id: x, sentence: s, source: t, predicate: {received: {party: a}}, elsewhere: {where: y, verdict: maybe, why: z}}]", "elsewhere has where"),
    ("claims: [&a {id: x, sentence: s, source: t, predicate: {received: {party: a}}}, *a]", "two claims have the id"),
    ("claims: [{id: x, sentence: s, source: t, predicate: " + "{not: " * 12 + "{received: {party: a}}" + "}" * 12 + "}]", "deep"),
])
def test_a_file_of_claims_that_cannot_be_used_says_where_and_what_may_stand_there(text, said, tmp_path):
    path = tmp_path / "claims.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="claims.yml") as caught:
        read_claims(path)
    assert isinstance(caught.value, ht.HarError) and said in str(caught.value)


def test_the_command_prints_the_table_and_exits_by_it(tmp_path, capsys):
    sample = str(SAMPLES / SENSITIVE)
    yes, no, open_ = {"received": {"party": "facebook.com"}}, {"received": {"party": "nobody.test"}}, {"unknowable": {"why": "it is not in a HAR"}}
    for predicates, code in ((([yes], 0)), (([yes, no, open_], 1)), (([yes, open_], 3))):
        assert main(["verify-claims", sample, "--claims", str(write(tmp_path, *predicates)), "--json"]) == code
        assert len(json.loads(capsys.readouterr().out)) == len(predicates)
    assert main(["verify-claims", sample, "--catalogue", str(DIRECTORY)]) == 3
    out = capsys.readouterr().out
    assert "HOLDS        google-analytics-received-metadata" in out and "Doctolib in 2021: undecidable" in out and "reply: The company's head called it false" in out
    (tmp_path / "bad.yml").write_text("claims: 1", encoding="utf-8")
    assert main(["verify-claims", sample, "--claims", str(tmp_path / "bad.yml")]) == 2
    assert "bad.yml" in capsys.readouterr().err


def test_the_same_capture_gives_the_same_table():
    once, again = (verify_claims(ht.read_har(SAMPLES / SENSITIVE)).to_json() for _ in range(2))
    assert once == again
