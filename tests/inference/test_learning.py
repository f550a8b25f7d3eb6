"""What is learnt from a site's JSON and HTML, and from visits whose search is known?"""

import io
import json
import random
import time

import pandas as pd
import pytest
from samples import SAMPLES

import hartools as ht
from hartools.errors import CatalogueError
from hartools.inference.learning import catalogue_from
from hartools.inference.shown_people import people_in_html, searched_by_address

SITE, IMAGES = "https://www.site.example", "https://res.cloudinary.com/x/image/upload/w_90"
WANTED = ["asset_id", "practitioner", "specialty", "city"]


def entry(url, mime, text="", page="p1"):
    content = {"size": len(text), "mimeType": mime} | ({"text": text} if text else {})
    return {"startedDateTime": "2026-03-02T09:00:00.000Z", "time": 5, "pageref": page, "request": {"method": "GET", "url": url, "headers": [], "queryString": []},
            "response": {"status": 200, "headers": [], "content": content}}


def visit(path, *entries, pictures=()):
    """Read a visit to one page of the site: the page, what else was asked for, and pictures by id."""
    asked = [entry(f"{SITE}{path}", "text/html", "<html></html>")] if not any(each["request"]["url"] == SITE + path for each in entries) else []
    shown = [entry(f"{IMAGES}/{asset}.jpg", "image/jpeg") for asset in pictures]
    pages = [{"startedDateTime": "2026-03-02T09:00:00.000Z", "id": "p1", "title": SITE + path, "pageTimings": {}}]
    return ht.read_har(json.dumps({"log": {"version": "1.2", "pages": pages, "entries": [*asked, *entries, *shown]}}).encode())


def rows(catalogue):
    records = catalogue.records.astype(object)
    return sorted(map(tuple, records.where(records.notna(), None)[WANTED].values.tolist()), key=str)


def learnt_json(value):
    return rows(catalogue_from(visit("/", entry(f"{SITE}/api", "application/json", json.dumps(value)))))


@pytest.mark.parametrize("person", [
    {"name": "Dr A", "cloudinaryPublicId": "a1", "speciality": "dentiste", "ville": "lyon"},
    {"full_name": "Dr A", "photo_url": f"{IMAGES}/a1.jpg", "specialite": "dentiste", "address": {"city": "lyon", "zip": "69000"}},
    {"nom": "Dr A", "avatar": {"publicId": "a1"}, "specialty": {"slug": "dentiste", "id": 4}, "location": {"name": "lyon"}},
    {"@type": "Physician", "name": "Dr A", "image": [{"@type": "ImageObject", "contentUrl": f"{IMAGES}/a1.jpg"}], "medicalSpecialty": "https://schema.org/dentiste", "address": {"addressLocality": "lyon"}},
    {"practitioner": {"x": 1}, "name": "Dr A", "picture": "//res.cloudinary.com/x/image/upload/w_9/a1.jpg", "profession": "dentiste", "town": "lyon"},
])  # fmt: skip
def test_people_are_read_from_json_however_it_is_written(person):
    assert learnt_json({"data": [{"results": [person]}]}) == [("a1", "Dr A", "dentiste", "lyon")]


def test_several_specialties_are_several_rows_and_a_missing_picture_is_unknown():
    found = learnt_json([{"name": "Dr A", "photo": "a1", "specialty": ["sage-femme", "echographiste"], "city": "brest"}, {"name": "Dr B", "photo": None, "specialty": "dentiste", "city": None}])
    assert found == [("a1", "Dr A", "echographiste", "brest"), ("a1", "Dr A", "sage-femme", "brest"), (None, "Dr B", "dentiste", None)]


def test_positions_are_learnt_where_both_stand():
    value = [{"name": "Dr A", "photo": "a1", "city": "lyon", "geo": {"lat": 45.76, "lng": 4.83}}, {"name": "Dr B", "photo": "b1", "city": "lyon", "lat": "north", "lng": 4}]
    table = catalogue_from(visit("/", entry(f"{SITE}/api", "application/json", json.dumps(value)))).records
    assert table.latitude.isna().tolist() == [False, True] and table.longitude[0] == pytest.approx(4.83)


def test_objects_that_are_no_people_teach_nothing():
    with pytest.raises(CatalogueError, match="specialty or city"):
        learnt_json([{"name": "jquery", "version": "3"}, {"title": "Menu", "image": "logo.png"}, {"photo": "a1", "city": "lyon"}, [[[]]], 3, None])


CARD = '<li class="card"><a href="/praticien/{slug}"><img src="{images}/{asset}.jpg" alt=""></a><div><h3>{name}</h3><p>Prochain rendez-vous demain</p></div></li>'
RESULTS = "<main><img src='{}/logo0.jpg'><ul>".format(IMAGES) + "".join(CARD.format(slug=n, images=IMAGES, asset=f"a{n}", name=f"Dr Ada N{n}") for n in range(3)) + "</ul></main>"


def test_result_cards_are_read_with_what_the_address_says_was_searched():
    page = visit("/dentiste/lyon", entry(f"{SITE}/dentiste/lyon", "text/html; charset=utf-8", RESULTS))
    assert rows(catalogue_from(page)) == [(f"a{n}", f"Dr Ada N{n}", "dentiste", "lyon") for n in range(3)]


def test_one_card_alone_does_not_take_its_attributes_from_the_address():
    with pytest.raises(CatalogueError):
        catalogue_from(visit("/praticien/dr-ada", entry(f"{SITE}/praticien/dr-ada", "text/html", CARD.format(slug="x", images=IMAGES, asset="a1", name="Dr Ada Bo"))))


def test_json_ld_and_microdata_are_read_and_a_person_counts_once():
    ld = {"@graph": [{"@type": "Physician", "name": "Dr Ada Un", "image": f"{IMAGES}/a1.jpg", "medicalSpecialty": {"name": "dentiste"}, "address": {"addressLocality": "lyon"}}]}
    micro = (f'<div itemscope itemtype="https://schema.org/Physician"><img itemprop="image" src="{IMAGES}/a2.jpg"><span itemprop="name">Dr &Eacute;va Deux</span>'
             '<meta itemprop="medicalSpecialty" content="http://schema.org/Psychiatric"><div itemprop="address" itemscope><b itemprop="addressLocality">nantes</b></div></div>')
    card = CARD.format(slug="1", images=IMAGES, asset="a1", name="Someone Else")
    found = people_in_html(f'<script type="application/ld+json">{json.dumps(ld)}</script>{micro}{card}', f"{SITE}/x", WANTED)
    assert [tuple(row[name] for name in WANTED) for row in found] == [("a1", "Dr Ada Un", "dentiste", "lyon"), ("a2", "Dr Éva Deux", "Psychiatric", "nantes")]


@pytest.mark.parametrize(("address", "wanted"), [
    ("/oncologue/paris", {"specialty": "oncologue", "city": "paris"}), ("/fr/recherche/oncologue/paris", {"specialty": "oncologue", "city": "paris"}),
    ("/oncologue", {"specialty": "oncologue"}), ("/s?Ville=lyon&x=1", {"city": "lyon"}), ("/a/b/c/d", {}), ("/", {}), ("/12/index.html", {}),
    ("/m%C3%A9decin/le%20mans", {"specialty": "médecin", "city": "le mans"}), ("http://[", {}),
])  # fmt: skip
def test_the_address_of_a_result_page(address, wanted):
    assert searched_by_address(address if address.startswith("http:") else SITE + address, ["specialty", "city"]) == wanted


def test_visits_with_a_known_search_list_their_pictures_under_it():
    visits = {"oncologue/paris": visit("/a", pictures=["a1", "a2", "logo"]), "dentiste/lyon": visit("/b", pictures=["b1", "logo"]), "oncologue/-": visit("/c", pictures=["a1", "c1", "logo"])}
    found = catalogue_from(visits)
    assert rows(found) == [("a1", "unnamed", "oncologue", "paris"), ("a1", "unnamed", "oncologue", None), ("a2", "unnamed", "oncologue", "paris"), ("b1", "unnamed", "dentiste", "lyon"), ("c1", "unnamed", "oncologue", None)]
    assert found.closed_world and "known searches" in found.source


def test_a_picture_under_searches_with_a_value_in_common_is_kept_unless_it_is_under_most_of_them():
    asked = {"x/paris": ["two", "all"], "y/paris": ["two", "all"], "z/paris": ["all"], "z/lyon": []}
    visits = [visit("/", pictures=pictures) for pictures in asked.values()]
    found = catalogue_from(visits, queries=list(asked))
    assert rows(found) == [("two", "unnamed", "x", "paris"), ("two", "unnamed", "y", "paris")]


def test_names_come_from_the_json_of_the_same_visits():
    named = json.dumps([{"name": "Dr Ada", "photo": "a1", "specialty": "?", "city": "?"}])
    found = catalogue_from([visit("/", entry(f"{SITE}/api", "application/json", named), pictures=["a1"])], queries=[{"city": "lyon"}])
    assert rows(found) == [("a1", "Dr Ada", None, "lyon")]


@pytest.mark.parametrize(("queries", "why"), [(["a/b", "c/d"], "2 queries"), (["a/b/c"], "3 parts"), ([{"colour": "x"}], "colour"), (["-/-"], "known search")])
def test_queries_that_do_not_fit_are_refused_in_one_sentence(queries, why):
    with pytest.raises(CatalogueError, match=why):
        catalogue_from([visit("/", pictures=["a1"])], queries=queries)


def test_a_picture_of_the_site_itself_that_follows_no_known_grammar_is_not_learnt():
    page = visit("/", entry(f"{SITE}/favicon.png", "image/png"), pictures=["a1"])
    assert catalogue_from([page], queries=["x/y"]).records.asset_id.tolist() == ["a1"]


def test_what_is_learnt_goes_through_csv_unchanged():
    found = catalogue_from(visit("/", entry(f"{SITE}/api", "application/json", json.dumps([
        {"name": 'Dr "A", the\nfirst', "photo": "=a1", "specialty": "né,e", "city": None, "lat": 48.5, "lng": 2.25}, {"name": "Dr B", "photo": None, "specialty": " x ", "city": "NA"}]))))  # fmt: skip
    again = ht.read_catalogue(io.StringIO(found.to_csv()))
    pd.testing.assert_frame_equal(again.records, found.records)
    assert again.sha256 == found.sha256 and again.attributes == found.attributes


def test_the_directory_of_the_samples_goes_through_csv_unchanged(tmp_path):
    read = ht.read_catalogue(SAMPLES / "site" / "practitioners.csv")
    read.to_csv(tmp_path / "again.csv")
    assert ht.read_catalogue(tmp_path / "again.csv").sha256 == read.sha256


def test_a_recorded_search_is_learnt_from_the_visit_itself_and_from_its_label():
    capture = ht.read_har(SAMPLES / "oncologue-paris.firefox.har")
    said, labelled = catalogue_from(capture), catalogue_from({"oncologue/paris": capture})
    listed = said.records[(said.records.specialty == "oncologue") & (said.records.city == "paris")].asset_id.dropna()
    both = labelled.records
    assert {"jvf9hv47tuu56virgxn3", "myv5y0v7el3xjdyexalm"} <= set(both.asset_id) and set(both.specialty) == {"oncologue"}
    assert set(listed) & set(both.asset_id) and both.practitioner[both.asset_id == "jvf9hv47tuu56virgxn3"].tolist() == ["Dr Charlotte Besnardin"]


@pytest.mark.parametrize("piece", ["<a", "<!-- > ", "<![ > ", "<div>", "<div itemscope itemtype=x/Person><b itemprop=name>", "<h1>", f"<a href=x><img src={IMAGES}/a1.jpg>Dr A", "<script type=application/ld+json>[", '<a"'])
def test_hostile_pages_are_read_in_bounded_time(piece):
    started = time.perf_counter()
    people_in_html(piece * (1_000_000 // len(piece)) + ">", f"{SITE}/a/b", WANTED)
    assert time.perf_counter() - started < 10


def test_damaged_pages_and_json_raise_nothing():
    chance = random.Random(1)
    for _ in range(300):
        text = "".join(chance.sample(RESULTS, len(RESULTS) // 3)) if chance.random() < 0.3 else RESULTS[chance.randrange(len(RESULTS)) :] + RESULTS[: chance.randrange(len(RESULTS))]
        people_in_html(text, f"{SITE}/a/b", WANTED)
    with pytest.raises(CatalogueError):
        catalogue_from(visit("/", entry(f"{SITE}/api", "application/json", "[" * 100_000), entry(f"{SITE}/api2", "application/json", '{"a": \ud800'.encode("utf-8", "replace").decode())))
