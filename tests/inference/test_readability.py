"""Is it said which bodies arrived readable, who held them in clear, and what could speak against it?"""

import base64
import json
import random

import pytest
from samples import FILES, SAMPLES

import hartools as ht
from hartools.inference.readability import readability_findings, readability_summary

PAGE = "https://www.clinic.example/"


def har(*entries):
    return ht.read_har(json.dumps({"log": {"entries": list(entries)}}).encode())


def entry(url=PAGE, *, text="<!doctype html><p>oncologue</p>", mime="text/html", encoding=None, **more):
    content = {"size": 10, "mimeType": mime} | ({"text": text} if text is not None else {}) | ({"encoding": encoding} if encoding else {})
    return {"startedDateTime": "2026-01-01T00:00:00Z", "request": {"method": "GET", "url": url, "headers": []}, "response": {"status": 200, "headers": [], "content": content}} | more


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("oncologue-paris")])
def test_the_site_s_documents_arrived_readable(name):
    capture = ht.read_har(SAMPLES / name)
    table = ht.readability(capture)
    held = table[table.held]
    assert len(held) and "ciphertext-like" not in set(held.verdict)
    assert {"html", "json"} <= set(held.kind[(held.host == "www.medirendezvous.example") & (held.side == "response")])
    stayed = set(capture.entries.entry_id[capture.entries.outcome.isin(["cached", "blocked"])])
    assert not stayed & set(table.entry_id)


def test_the_party_that_ends_tls_is_named_with_its_grade():
    table = ht.readability(ht.read_har(SAMPLES / "dressed" / "behind-cloudflare.har"))
    parties = {(each["party"], each["strength"]) for row in table[table.held & (table.host == "www.medirendezvous.example")].in_clear for each in row}
    assert ("Cloudflare", "certain") in parties


def test_what_was_not_recorded_has_no_verdict():
    table = ht.readability(har(entry(text=None)), sides=("response",))
    assert table.held.tolist() == [False] and table.verdict.isna().all()


def test_opaque_bodies_are_opaque_and_never_called_end_to_end_encrypted():
    noise = base64.b64encode(random.Random(1).randbytes(4000)).decode()
    capture = har(entry(), entry(PAGE + "document", text=noise, mime="application/octet-stream", encoding="base64"))
    table = ht.readability(capture, sides=("response",))
    assert table.verdict.tolist() == ["readable", "ciphertext-like"]
    findings = readability_findings(capture)
    opaque = findings[(findings.rule == "R-OPAQUE") & (findings.result == "found")]
    assert opaque.entry_ids.tolist() == [[1]] and not opaque.claim.str.contains("end-to-end encrypted").any()
    readable = findings[(findings.rule == "R-READABLE") & (findings.result == "found")]
    assert [0] in readable.entry_ids.tolist()


def test_without_tls_everybody_on_the_way_could_read():
    table = ht.readability(har(entry("http://www.clinic.example/")), sides=("response",))
    assert table.on_the_way.tolist() == [True] and "on the way" in table.statement[0]


def test_code_that_decrypts_is_a_sign_that_is_said():
    script = "async function open(k, d) { return crypto.subtle.decrypt({name: 'AES-GCM', iv: d.iv}, k, d.ciphertext) }"
    findings = readability_findings(har(entry(), entry(PAGE + "app.js", text=script, mime="text/javascript")))
    keys = findings[findings.rule == "R-KEY"]
    assert any(1 in ids for ids in keys[keys.result == "found"].entry_ids)
    assert "found" not in set(readability_findings(har(entry())).query("rule == 'R-KEY'").result)


def test_the_summary_counts_every_row_once():
    table = ht.readability(ht.read_har(SAMPLES / "oncologue-paris.firefox.har"))
    summary = readability_summary(table)
    assert summary.bodies.sum() == len(table)
    assert (summary[["readable", "encoded", "ciphertext_like", "cannot_tell", "not_recorded"]].sum(axis=1) == summary.bodies).all()


def test_a_wrong_side_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="response"):
        ht.readability(ht.read_har(ht.example_har()), sides=("both",))
