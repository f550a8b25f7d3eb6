"""Are titles and search words that were handed on said of the observer that received them, and of no other?"""

import json

import pytest
from samples import FILES, SAMPLES

import hartools as ht

PAGE = "https://www.doctor.example/search?q=oncologue+lyon"
TITLES = [
    "MediRendezVous - rendez-vous médicaux", "Oncologue à Paris - MediRendezVous", "Dr Charlotte Besnardin, Oncologue à Paris - MediRendezVous",
    "Rendez-vous avec Dr Charlotte Besnardin, Oncologue à Paris - MediRendezVous",
]  # fmt: skip


def words(capture, site):
    found = ht.infer(ht.view_as(capture, f"third_party:{site}"))
    return found[found.topic == "page words"]


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("oncologue-paris")])
def test_analytics_was_told_every_title_and_the_image_host_none(name):
    capture = ht.read_har(SAMPLES / name)
    told = words(capture, "google-analytics.com")
    assert told.value.tolist() == [f"title: {title}" for title in TITLES]
    assert set(told.basis) == {"observed"} and all(len(ids) == 1 for ids in told.entry_ids)
    assert words(capture, "cloudinary.com").result.tolist() == ["not found"]


def entry(url, ms, **headers):
    request = {"method": "GET", "url": url, "headers": [{"name": name, "value": value} for name, value in headers.items()]}
    return {"startedDateTime": f"2026-11-24T10:00:00.{ms:03d}Z", "time": 5, "pageref": "p", "request": request, "response": {"status": 200, "content": {"mimeType": "text/html"}}}


@pytest.mark.parametrize(("address", "value"), [
    ("https://t.third.example/c?term=oncologue+lyon&dl=https%3A%2F%2Fwww.doctor.example%2Fsearch%3Fq%3Doncologue%2Blyon", ["search words: oncologue lyon"]),
    ("https://t.third.example/c?term=orange&dl=https%3A%2F%2Fwww.doctor.example%2Fsearch%3Fq%3Doncologue%2Blyon", [None]),
])  # fmt: skip
def test_words_of_the_page_that_stand_in_a_field_of_their_own_are_search_words(address, value):
    pages = [{"id": "p", "startedDateTime": "2026-11-24T10:00:00Z", "title": PAGE}]
    har = {"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": pages, "entries": [entry(PAGE, 0), entry(address, 100, Referer=PAGE)]}}
    found = words(ht.label_parties(ht.read_har(json.dumps(har).encode())), "third.example")
    assert found.value.astype(object).where(found.value.notna(), None).tolist() == value
