"""Is it told rightly who was visited and who else was asked?"""

import json

import pandas as pd
import pytest
from samples import FILES, SAMPLES, TRUTH

import hartools as ht


@pytest.mark.parametrize("name", FILES)
def test_the_invented_site_is_the_first_party_for_every_exporter(name):
    capture = ht.label_parties(ht.read_har(SAMPLES / name))
    first = capture.entries[capture.entries.party == "first"]
    assert set(first.site) == {"medirendezvous.example"}
    third = {ht.registrable_domain(host) for host in TRUTH[name]["received"]} - {"medirendezvous.example"}
    assert set(ht.find_observers(capture).name) == third


@pytest.mark.parametrize(("host", "site"), [
    ("127.0.0.1", "127.0.0.1"), ("[2606:4700::1]", "2606:4700::1"), ("localhost", "localhost"), ("a.b.co.uk.", "b.co.uk"), ("x.github.io", "x.github.io"),
    ("d111.cloudfront.net", "d111.cloudfront.net"), ("github.io", "github.io"), ("WWW.Doctor.Example", "doctor.example"), ("münchen.de", "münchen.de"),
])  # fmt: skip
def test_registrable_domains(host, site):
    assert ht.registrable_domain(host) == site


def proxy_capture(*urls):
    entries = [{"startedDateTime": f"2026-01-01T00:00:0{n}Z", "request": {"method": "GET", "url": url, "headers": [{"name": "Sec-Fetch-Dest", "value": "document"}]},
                "response": {"status": 200, "content": {"mimeType": "text/html"}}} for n, url in enumerate(urls)]
    return ht.read_har(json.dumps({"log": {"creator": {"name": "mitmproxy"}, "pages": [], "entries": entries}}).encode())


def test_a_proxy_capture_of_two_sites_must_be_told_and_lists_them():
    capture = proxy_capture("https://a.example/", "https://b.example/")
    with pytest.raises(ValueError, match=r"a\.example, b\.example") as caught:
        ht.label_parties(capture)
    assert caught.value.candidates == ("a.example", "b.example")
    assert ht.label_parties(capture, first_party="b.example").entries.party.tolist() == ["third", "first"]
    assert ht.label_parties(capture, first_party=["*.a.example"]).entries.party.tolist() == ["first", "third"]


def test_an_owner_that_the_table_does_not_know_stays_unknown():
    owners = ht.label_owners(ht.read_har(ht.example_har())).entries.drop_duplicates("host").set_index("host").owner
    assert owners["res.cloudinary.com"] == "Cloudinary" and pd.isna(owners["www.doctor.example"])


def test_the_graph_of_a_view_holds_only_what_its_observer_can_draw():
    capture = ht.read_har(SAMPLES / "oncologue-paris.chrome-sensitive.har")
    graph = ht.request_graph(ht.view_as(capture, "third_party:cloudinary.com"))
    assert set(graph) == {"res.cloudinary.com", "www.medirendezvous.example"}
    assert [key for _, _, key in graph.edges(keys=True)] == ["referer"]
    whole = ht.request_graph(capture)
    assert {"initiator", "referer", "redirect"} == {key for _, _, key in whole.edges(keys=True)}
    assert whole.has_edge("sync.regie-alpha.example", "match.data-beta.example", "redirect")
