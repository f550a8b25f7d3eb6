"""Are searches found one by one, however their pictures dribble in, on pages that nobody recorded?"""

import datetime
import json
import random

import pytest
from samples import DIRECTORY, IMAGE_HOST

import hartools as ht

CATALOGUE = ht.read_catalogue(DIRECTORY)
SPECIALTIES = sorted(set(CATALOGUE.records.specialty) - {"sage-femme", "echographiste"})  # those two tie in Brest, by design
CITIES = sorted(set(CATALOGUE.records.city))


def har(bursts):
    """Write a HAR of nothing but picture requests: (seconds of silence before, asset ids)."""
    at, entries = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), []
    for silence, assets in bursts:
        at += datetime.timedelta(seconds=silence)
        for asset in assets:
            at += datetime.timedelta(milliseconds=40)
            entries.append({"startedDateTime": at.isoformat(), "response": {"status": 200, "content": {"mimeType": "image/jpeg"}},
                            "request": {"method": "GET", "url": f"https://res.cloudinary.com/x/image/upload/w_160/{asset}.jpg"}})
    return json.dumps({"log": {"entries": entries}}).encode()


def result_page(chance, query, size):
    """Return the pictures of a result page in an order of its own, half of the time with a stray."""
    listed = CATALOGUE.records
    for attribute, value in query.items():
        listed = listed[listed[attribute] == value]
    people = listed[["practitioner", "asset_id"]].drop_duplicates().values.tolist()
    shown = [asset for _, asset in chance.sample(people, min(size, len(people))) if isinstance(asset, str)]
    strays = [chance.choice(CATALOGUE.records.asset_id.dropna().tolist())] if chance.random() < 0.5 else []
    return shown + strays if len(shown) >= 3 else []


@pytest.mark.parametrize("seed", range(25))
def test_each_search_is_one_finding_with_its_query_on_top(seed):
    chance, wanted, bursts = random.Random(seed), [], []
    while len(wanted) < 1 + seed % 3:
        query = {"specialty": chance.choice(SPECIALTIES)} | ({"city": chance.choice(CITIES)} if chance.random() < 0.8 else {})
        pictures = result_page(chance, query, chance.choice([10, 20]))
        if pictures:
            wanted.append(query)
            cut = chance.choice([len(pictures), len(pictures), 3])
            bursts += [(chance.uniform(1.5, 30), pictures[:cut])] + ([(chance.uniform(1.2, 20), pictures[cut:])] if pictures[cut:] else [])
    view = ht.view_as(ht.read_har(har(bursts)), IMAGE_HOST)
    assert [search.posterior.best() for search in ht.searches_in(view, CATALOGUE)] == wanted
