"""Is each request counted to the site that was being visited?"""

import pytest
from plots.busy_hars import document, entry, har, visits

import hartools as ht
from hartools.plots.visits import labelled_files, visited_sites


def test_each_page_has_its_site():
    capture = ht.label_parties(visits(3))
    expected = {f"p{n}": f"site{n}.example" for n in range(3)}
    assert visited_sites(capture).tolist() == capture.entries.page_id.map(expected).tolist()


def test_a_request_of_no_page_follows_the_visit_before_it():
    entries = [document("https://www.one.example/", page="a"), entry("https://t.example/", page=None, at=100), document("https://www.two.example/", page="b", at=200), entry("https://t.example/", page=None, at=300)]
    capture = ht.label_parties(ht.read_har(har(entries, pages=["a", "b"])), first_party=["one.example", "two.example"])
    assert visited_sites(capture).tolist() == ["one.example", "one.example", "two.example", "two.example"]


def test_files_keep_to_themselves():
    one, two = (har([document(f"https://www.{name}.example/"), entry("https://t.example/", at=50)]) for name in ("one", "two"))
    [capture], untold = labelled_files(ht.read_har([one, two]))
    assert visited_sites(capture).tolist() == ["one.example"] * 2 + ["two.example"] * 2 and untold == []


@pytest.mark.parametrize("place", [0, 3, 6])
def test_a_file_that_does_not_tell_is_named_and_the_others_are_labelled(place):
    files = [har([document(f"https://www.s{n}.example/"), entry("https://t.example/", at=50)]) for n in range(6)]
    files.insert(place, har([{"request": {"url": f"https://{name}.example/"}} for name in "xy"], pages=[]))
    made, untold = labelled_files(ht.read_har(files))
    assert untold == [f"<bytes> {place + 1}" if place else "<bytes>"]
    assert {site for capture in made for site in visited_sites(capture)} == {f"s{n}.example" for n in range(6)}
