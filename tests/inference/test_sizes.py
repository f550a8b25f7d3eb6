"""What do sizes of pictures tell, where several have the same, and where only their sum is known?"""

import json

import numpy as np
import pandas as pd
import pytest
from samples import DIRECTORY, SAMPLES

import hartools as ht
from hartools.errors import CatalogueError, UnknownColumnError
from hartools.inference.page_model import PageModel
from hartools.inference.size_findings import size_findings
from hartools.inference.sizes import picture_sizes, size_posterior, total_posterior

MODEL = PageModel(page_sizes=(5,), loading_share=0.95, loading_weight=40, stray_share=0.02)
BOTH = [("specialty", "city")]


def world(seed=0, specialties=6, cities=6, people=8, spread=40_000, step=1):
    """Return a catalogue and the size of each picture, in steps: the larger a step, the more collide."""
    chance = np.random.default_rng(seed)
    rows = [(f"p{s}-{c}-{n}", f"Dr {s}-{c}-{n}", f"s{s}", f"c{c}") for s in range(specialties) for c in range(cities) for n in range(people)]
    table = pd.DataFrame(rows, columns=["asset_id", "practitioner", "specialty", "city"])
    return ht.Catalogue(table, source="test"), pd.DataFrame({"asset_id": table.asset_id, "bytes": 1000 + chance.integers(spread // step, size=len(table)) * step})


def right(posteriors, truth):
    return np.mean([posterior.best() == value for posterior, value in zip(posteriors, truth, strict=True)])


def searched(sizes, chance, noise=30, shown=5):
    """Draw searches: the sizes of five of eight pictures, off by some bytes."""
    held, made = sizes.set_index("asset_id").bytes, []
    for s in range(6):
        for c in range(6):
            drawn = chance.choice(8, shown, replace=False)
            made.append(([int(held[f"p{s}-{c}-{n}"] + chance.integers(-noise, noise + 1)) for n in drawn], {"specialty": f"s{s}", "city": f"c{c}"}))
    return made


def test_sizes_that_differ_name_the_search_as_pictures_would_and_those_that_collide_do_not():
    shares = []
    for step in (1, 20_000):
        catalogue, sizes = world(step=step)
        made = searched(sizes, np.random.default_rng(1))
        found = [size_posterior(asked, catalogue, sizes, model=MODEL, queries=BOTH, unlisted=0) for asked, _ in made]
        shares.append((right(found, [value for _, value in made]), np.mean([posterior.entropy_bits for posterior in found])))
    assert shares[0][0] > 0.97 and shares[1][0] < 0.5
    assert shares[0][1] < 0.3 and shares[1][1] > 2


def test_the_answer_is_as_sure_as_it_is_right():
    sure, hit = [], []
    for seed in range(8):
        catalogue, sizes = world(seed, step=8_000)
        for asked, value in searched(sizes, np.random.default_rng(seed)):
            posterior = size_posterior(asked, catalogue, sizes, model=MODEL, queries=BOTH, unlisted=0)
            sure.append(float(posterior.table.probability.iloc[0]))
            hit.append(posterior.best() == value)
    assert 0.3 < np.mean(hit) < 0.97 and abs(np.mean(sure) - np.mean(hit)) < 0.08


def test_two_pictures_of_one_size_count_for_both_of_their_searches():
    table = pd.DataFrame({"asset_id": ["a", "b", "c", "d"], "practitioner": list("ABCD"), "city": ["paris", "lyon", "nice", "nice"]})
    sizes = pd.DataFrame({"asset_id": ["a", "b", "c", "d"], "bytes": [5000, 5010, 9000, 7000]})
    posterior = size_posterior([5005], ht.Catalogue(table, source="test"), sizes, queries=[("city",)], unlisted=0)
    assert posterior.probability({"city": "paris"}) == pytest.approx(posterior.probability({"city": "lyon"})) and posterior.probability({"city": "nice"}) < 0.2


def test_an_order_says_nothing_and_a_repeated_size_is_a_second_picture():
    catalogue, sizes = world()
    asked = searched(sizes, np.random.default_rng(3))[0][0]
    one, other = (size_posterior(each, catalogue, sizes).probabilities for each in (asked, asked[::-1]))
    assert one == pytest.approx(other)
    assert size_posterior([*asked, asked[0]], catalogue, sizes).log_evidence != pytest.approx(size_posterior(asked, catalogue, sizes).log_evidence)


def test_a_picture_in_two_renditions_may_have_either_size():
    catalogue, sizes = world()
    both = pd.concat([sizes, sizes.assign(bytes=sizes.bytes + 100_000)])
    made = searched(sizes, np.random.default_rng(4))[7]
    found = size_posterior([size + 100_000 * (n % 2) for n, size in enumerate(made[0])], catalogue, both, model=MODEL)
    assert found.best() == made[1]


def test_a_sum_tells_less_than_sizes_and_more_where_the_number_of_pictures_is_known():
    catalogue, sizes = world(spread=2_000_000)
    made = searched(sizes, np.random.default_rng(5), shown=5)
    bits = [np.mean([posterior(asked).entropy_bits for asked, _ in made]) for posterior in (
        lambda asked: size_posterior(asked, catalogue, sizes, model=MODEL, queries=BOTH, unlisted=0),
        lambda asked: total_posterior(sum(asked), catalogue, sizes, pictures=5, model=MODEL, queries=BOTH, unlisted=0),
        lambda asked: total_posterior(sum(asked), catalogue, sizes, model=MODEL, queries=BOTH, unlisted=0))]  # fmt: skip
    assert bits[0] + 2 < bits[1] < bits[2] < np.log2(36)


def test_sums_of_whole_lists_are_found_where_pages_show_everybody():
    catalogue, sizes = world(people=4, spread=2_000_000)
    held = sizes.set_index("asset_id").bytes
    everybody = PageModel(page_sizes=(10,), loading_share=0.999, loading_weight=1e6, stray_share=1e-4, unknown_share=0.5)
    made = [(int(sum(held[f"p{s}-{c}-{n}"] for n in range(4))), {"specialty": f"s{s}", "city": f"c{c}"}) for s in range(6) for c in range(6)]
    assert right([total_posterior(total, catalogue, sizes, model=everybody, queries=BOTH, unlisted=0) for total, _ in made], [value for _, value in made]) > 0.9


def test_tables_that_do_not_fit_are_refused():
    catalogue, sizes = world()
    with pytest.raises(CatalogueError, match="picture_sizes"):
        size_posterior([1000], catalogue, sizes.assign(asset_id="x"))
    with pytest.raises(UnknownColumnError):
        size_posterior([1000], catalogue, sizes[["asset_id"]])
    with pytest.raises(ValueError, match="tolerance"):
        size_posterior([1000], catalogue, sizes, tolerance_bytes=-1)


def capture(answers):
    """Read a visit to a site whose pictures come in so many bytes: (id, bytes on the wire, or None)."""
    pages = [{"startedDateTime": "2026-03-02T09:00:00.000Z", "id": "p1", "title": "https://www.site.example/", "pageTimings": {}}]
    urls = [("https://www.site.example/", "text/html", 900)] + [(f"https://res.cloudinary.com/x/image/upload/w_90/{asset}.jpg", "image/jpeg", size) for asset, size in answers]
    entries = [{"startedDateTime": f"2026-03-02T09:00:00.{n:03}Z", "time": 5, "pageref": "p1", "connection": str(min(n, 1)), "serverIPAddress": f"192.0.2.{1 + min(n, 1)}",
                "request": {"method": "GET", "url": url, "headers": [], "queryString": [], "headersSize": 100, "bodySize": 0},
                "response": {"status": 200, "headers": [], "headersSize": -1, "bodySize": -1, "content": {"size": -1, "mimeType": mime}} | ({"_transferSize": size} if size else {})}
               for n, (url, mime, size) in enumerate(urls)]  # fmt: skip
    return ht.read_har(json.dumps({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": pages, "entries": entries}}).encode())


def test_sizes_are_measured_from_captures():
    table = picture_sizes([capture([("a", 2000), ("b", 3000), ("c", None)]), capture([("a", 2010), ("a", 2040)])])
    assert table[["asset_id", "host", "bytes", "least", "most", "seen"]].values.tolist() == [["a", "res.cloudinary.com", 2010, 2000, 2040, 3], ["b", "res.cloudinary.com", 3000, 3000, 3000, 1]]
    assert len(picture_sizes([])) == 0


def finding(answers, sizes, catalogue, kind="network:path"):
    (row,) = size_findings(ht.view_as(capture(answers), kind), catalogue, sizes, model=PageModel(page_sizes=(10,), loading_share=0.99, stray_share=0.01))
    return row


def test_a_network_path_with_known_sizes_could_infer_the_search_from_the_volume():
    catalogue, sizes = world(cities=2, people=4, spread=300_000)
    sizes = sizes.assign(host="res.cloudinary.com")
    asked = list(zip(sizes.asset_id[:4], sizes.bytes[:4].tolist(), strict=True))
    row = finding(asked, sizes, catalogue)
    assert row["result"] == "found" and row["value"]["specialty"] == "s0" and row["rule"] == "R-SIZE" and row["basis"] == "inferred"
    assert row["entry_ids"] == [1, 2, 3, 4] and "could" in row["claim"] and "several on one visit" in row["caveat"]


@pytest.mark.parametrize(("change", "wanted", "why"), [
    ({"sizes": None}, "not observable", "table of the sizes"), ({"catalogue": None}, "not observable", "a catalogue"), ({"kind": "network_doh_ech:path"}, "not observable", "no name"),
    ({"host": "img.other.example"}, "not found", "No connection"), ({"unknown": True}, "not observable", "not in this file"),
])  # fmt: skip
def test_what_cannot_be_told_is_said(change, wanted, why):
    catalogue, sizes = world(cities=1)
    sizes = sizes.assign(host=change.get("host", "res.cloudinary.com"))
    answers = [(asset, None if change.get("unknown") else size) for asset, size in zip(sizes.asset_id[:3], sizes.bytes[:3].tolist(), strict=True)]
    row = finding(answers, change.get("sizes", sizes), change.get("catalogue", catalogue), kind=change.get("kind", "network:path"))
    assert row["result"] == wanted and why in row["claim"] and row["entry_ids"]


def test_nothing_is_said_of_views_without_connections_or_volumes():
    visit = capture([("a", 2000)])
    catalogue, sizes = world()
    assert all(size_findings(ht.view_as(visit, kind), catalogue, sizes.assign(host="res.cloudinary.com")) == [] for kind in ("third_party:cloudinary.com", "resolver:dns"))


def test_on_a_recording_a_sum_leaves_many_searches_open():
    captures = [ht.read_har(path) for path in sorted(SAMPLES.glob("*.chrome-sensitive.har"))]
    sizes, catalogue = picture_sizes(captures), ht.read_catalogue(DIRECTORY)
    rows = [row for each in captures for row in size_findings(ht.view_as(each, "network:path"), catalogue, sizes)]
    assert len(rows) == len(captures) and {row["result"] for row in rows} == {"not found"} and all("equally probable" in row["claim"] for row in rows)
