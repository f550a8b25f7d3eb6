"""Change what an observer cannot see, and its findings do not change."""

import copy
import json
import random

import pytest
from samples import DIRECTORY, FILES, IMAGE_HOST, SAMPLES

import hartools as ht

CATALOGUE = ht.read_catalogue(DIRECTORY)
HIDDEN_FIELDS = ("pageref", "_initiator", "_priority", "_resourceType", "connection", "_connectionId", "timings", "time")


def load(name):
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def is_visible(entry):
    return "://res.cloudinary.com/" in entry["request"]["url"]


def findings(document, catalogue=CATALOGUE):
    """Return the image host's findings, and the request that each cited entry is."""
    capture = ht.read_har(json.dumps(document).encode())
    found = ht.infer(ht.view_as(capture, IMAGE_HOST), catalogue=catalogue)
    urls = capture.entries.set_index("entry_id").url
    rows = ht.findings_json(found)
    cited = [sorted(urls[entry_id] for entry_id in row.pop("entry_ids")) for row in rows]
    return rows, cited


def garbled(document, seed):
    """Change everything that the image host does not receive."""
    chance = random.Random(seed)
    changed = copy.deepcopy(document)
    log = changed["log"]
    log["pages"] = [{"id": f"other{n}", "title": "https://elsewhere.example/secret", "startedDateTime": "2001-01-01T00:00:00Z", "pageTimings": {}} for n in range(3)]
    kept = [entry for entry in log["entries"] if is_visible(entry) or chance.random() < 0.8]
    for entry in kept:
        for field in HIDDEN_FIELDS:
            if field in entry and not (field == "timings" and not entry["timings"]):  # Firefox's empty timings mean cached
                entry[field] = f"x{chance.random()}" if field != "timings" else {"send": chance.random()}
        if not is_visible(entry):
            garble_hidden(entry, chance)
    for _ in range(chance.randint(1, 5)):
        extra = copy.deepcopy(chance.choice([entry for entry in kept if not is_visible(entry)]))
        extra["request"]["url"] = f"https://new{chance.randint(0, 9)}.example/image/upload/w_1/aaaaaaaaaaaaaaaaaaaa.jpg"
        kept.append(extra)
    chance.shuffle(kept)
    log["entries"] = kept
    return changed


def garble_hidden(entry, chance):
    """Rewrite an entry of another host: address, headers, cookies, bodies, answer."""
    request, response = entry["request"], entry["response"]
    request["url"] = chance.choice([f"https://other{chance.randint(0, 99)}.example/x?y={chance.random()}", "https://www.medirendezvous.example/dentiste/lyon"])
    request["headers"] = [{"name": "Cookie", "value": f"a={chance.random()}"}]
    request["cookies"] = [{"name": "b", "value": str(chance.random())}]
    request.pop("postData", None)
    response["content"] = {"size": 3, "mimeType": "application/json", "text": json.dumps({"results": [{"name": "X", "specialty": "psychiatre", "photo": "zzz"}]})}
    response["status"] = chance.choice([200, 302, 404])
    entry["startedDateTime"] = f"2026-01-0{chance.randint(1, 9)}T00:00:00Z"


@pytest.mark.parametrize("name", FILES)
def test_findings_do_not_depend_on_what_the_image_host_cannot_see(name):
    document = load(name)
    before = findings(document)
    for seed in range(3):
        assert findings(garbled(document, seed)) == before


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("oncologue-paris")])
def test_one_more_picture_changes_the_findings(name):
    document = load(name)
    pictures = [entry for entry in document["log"]["entries"] if is_visible(entry)]
    more = copy.deepcopy(pictures[len(pictures) // 2])
    seen = " ".join(entry["request"]["url"] for entry in pictures)
    other = next(asset for asset in CATALOGUE.records.asset_id.dropna() if asset not in seen)
    more["request"]["url"] = more["request"]["url"].rpartition("/")[0] + f"/{other}.jpg"
    document_with_more = copy.deepcopy(document)
    document_with_more["log"]["entries"].append(more)
    assert findings(document_with_more)[0] != findings(document)[0]


def test_the_full_address_as_referrer_is_seen_and_counts():
    name = "full-referrer.chrome-sensitive.har"
    rows, _ = findings(load(name))
    assert [row["value"] for row in rows if row["topic"] == "page visited"] == ["https://www.medirendezvous.example/dermatologue/bordeaux"]
    hidden = load(name)
    for entry in hidden["log"]["entries"]:
        entry["request"]["headers"] = [header for header in entry["request"]["headers"] if header["name"].lower() != "referer"]
    rows, _ = findings(hidden)
    assert {row["result"] for row in rows if row["topic"] == "page visited"} == {"not found"}


def test_a_view_holds_nothing_of_other_hosts():
    capture = ht.read_har(SAMPLES / "oncologue-paris.chrome-sensitive.har")
    view = ht.view_as(capture, IMAGE_HOST)
    ids = set(view.entries.entry_id)
    assert set(view.entries.host) == {"res.cloudinary.com"}
    for table in (view.headers, view.cookies, view.params, view.messages, view.bodies()):
        assert set(table.entry_id) <= ids
    assert len(view.notes) == len(view.connections) == 0
    with pytest.raises(ht.HarError):
        view.document()
    with pytest.raises(KeyError):
        view.bodies([next(iter(set(capture.entries.entry_id) - ids))])


def test_every_column_of_the_contract_has_a_mask():
    from hartools.columns import TABLES

    masks = ht.visibility_table()
    listed = set(zip(masks.table, masks.column, strict=True))
    assert listed == {(table, column.name) for table, columns in TABLES.items() if table != "findings" for column in columns}
    assert set(masks.third_party) == {"yes", "no", "own"}


def test_inference_refuses_a_raw_capture():
    with pytest.raises(TypeError, match="view_as"):
        ht.infer(ht.read_har(ht.example_har()))


def test_a_host_stands_for_its_site():
    capture = ht.read_har(ht.example_har())
    assert ht.view_as(capture, "third_party:res.cloudinary.com").observer == ht.view_as(capture, IMAGE_HOST).observer == IMAGE_HOST


def test_an_unknown_observer_is_named_with_those_there_are():
    with pytest.raises(ValueError, match=r"cloudinary\.com"):
        ht.view_as(ht.read_har(ht.example_har()), "third_party:nobody.example")
    with pytest.raises(ValueError, match="KIND:NAME"):
        ht.view_as(ht.read_har(ht.example_har()), "cloudinary.com")
