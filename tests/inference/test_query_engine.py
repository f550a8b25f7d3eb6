"""Is the likelihood a probability, the batch the same as one by one, and the answer what the situation calls for?"""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hartools as ht
from hartools.inference.page_model import PageModel
from hartools.inference.queries import index_of, query_posterior, query_posteriors

COLUMNS = ["asset_id", "practitioner", "specialty", "city"]
# Practitioners with two rows (C, B), a picture of three people (d), people without one, one without a place.
TINY = pd.DataFrame([
    ("a1", "A", "s", "x"), ("a2", "B", "s", "x"), ("a3", "C", "s", "y"), ("a4", "D", "t", "x"), ("a5", "E", "t", "y"), ("a3", "C", "t", "x"),
    ("d", "F", "s", "x"), ("d", "G", "t", "y"), ("d", "H", "t", "y"), ("", "I", "s", "y"), ("a6", "J", "s", "z"), ("a7", "K", "u", None), ("a2", "B", "u", "z"),
], columns=COLUMNS)  # fmt: skip
WHERE = {"x": (48.0, 2.0), "y": (48.02, 2.0), "z": (48.1, 2.1)}
MANY = pd.DataFrame([(f"p{s}{c}{n}", f"Dr {s}{c}{n}", f"s{s}", f"c{c}") for s in range(8) for c in range(9) for n in range(1 + (3 * s + 5 * c) % 7)], columns=COLUMNS)


def catalogue(table, **options):
    return ht.Catalogue(table, source="test", **options)


def placed(table, where):
    return table.assign(latitude=[where.get(city, (None, None))[0] for city in table.city], longitude=[where.get(city, (None, None))[1] for city in table.city])


def total(made, model):
    """Sum P(O | q) over every set O of the catalogue's pictures, by query."""
    index = index_of(made)
    sets = itertools.chain.from_iterable(itertools.combinations(index.assets, size) for size in range(index.pictures + 1))
    return sum(np.exp(model.log_likelihoods(index, each)) for each in sets)


@pytest.mark.parametrize("settings_", [{}, {"page_sizes": (2, 3)}, {"page_sizes": (4,), "neighbour_share": 0.8}, {"related_share": 0.0, "stray_share": 0.4}])
@pytest.mark.parametrize("kind", ["two attributes", "three attributes", "positions"])
def test_the_likelihoods_of_all_sets_sum_to_one(kind, settings_):
    # people in two places are shown once: lists that are filled in take them for two, so they are left out there
    table = TINY[~TINY.practitioner.isin(["B", "C"])] if kind != "two attributes" else TINY
    table = placed(table, WHERE) if kind == "positions" else table.assign(gender=["f", "m"] * (len(table) // 2) + ["f"] * (len(table) % 2)) if kind == "three attributes" else table
    sums = total(catalogue(table), PageModel(unknown_share=1e-12, **settings_))
    assert sums == pytest.approx(1, abs=1e-7 if kind == "positions" else 1e-9)


@given(st.lists(st.sets(st.sampled_from([*MANY.asset_id, "u1", "u2", "u3"]), max_size=9), min_size=1, max_size=5), st.sampled_from(["uniform", "catalogue"]), st.booleans(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_many_at_once_are_the_same_as_one_by_one(views, prior, closed, positions):
    table = placed(MANY, {f"c{n}": (48 + n / 30, 2.0) for n in range(9)}) if positions else MANY
    made = catalogue(table, closed_world=closed)
    batch = query_posteriors(views, made, prior=prior)
    for number, (view, posterior) in enumerate(zip(views, batch, strict=True)):
        alone = query_posterior(view, made, prior=prior)
        assert np.allclose(alone.probabilities, posterior.probabilities, rtol=1e-9, atol=1e-14) and posterior.probabilities.sum() == pytest.approx(1)
        assert alone.best() == posterior.best() == batch.best()[number] and alone.log_evidence == pytest.approx(float(batch.log_evidence[number]))
        for attribute in made.attributes:
            told = batch.marginal(attribute, least=0)
            told = told[told["view"] == number].set_index("value").probability
            assert np.allclose(told.reindex(alone.marginal(attribute).index).fillna(0), alone.marginal(attribute), atol=1e-12)


@pytest.mark.parametrize("positions", [False, True])
def test_a_batch_is_bayes_rule_over_the_likelihoods(positions):
    made = catalogue(placed(MANY, {f"c{n}": (48 + n / 30, 2.0) for n in range(9)}) if positions else MANY)
    index, model, views = index_of(made), PageModel(), [["p340", "p341", "u1"], [], ["p000"], ["p340", "p350", "p120", "p860"]]
    batch = query_posteriors(views, made, unlisted=0.0)
    for view, posterior in zip(views, batch, strict=True):
        likelihood = np.exp(model.log_likelihoods(index, view))
        assert np.allclose(posterior.probabilities[:-1], likelihood / likelihood.sum(), rtol=1e-8) and posterior.probabilities[-1] == 0
    values = [index.value(n) for n in (3, 40, 70, 80)]
    assert batch.log_probability(values) == pytest.approx([math.log(posterior.probability(value)) for posterior, value in zip(batch, values, strict=True)])
    assert batch.marginal_probability("city", ["c3", "c4", "nowhere", "c0"])[2] == 0


def test_order_and_repeats_of_pictures_and_rows_make_no_difference():
    first = query_posterior(["p340", "p341", "p120"], catalogue(MANY))
    second = query_posterior(["p120", "p341", "p340", "p341"], catalogue(MANY.iloc[::-1]))
    assert first.table.equals(second.table)


def test_an_exhausted_list_with_a_picture_missing_counts_against_it_and_queries_without_pictures_are_candidates():
    table = pd.DataFrame([(f"a{n}", f"A {n}", "s", "x") for n in range(4)] + [(f"b{n}" if n < 2 else "", f"B {n}", "t", "x") for n in range(4)] + [("", "C", "u", "x")], columns=COLUMNS)
    made = catalogue(table)
    assert query_posterior(["a0", "a1", "a2", "a3"], made).probability({"specialty": "s", "city": "x"}) > 5 * query_posterior(["a0"], made).probability({"specialty": "s", "city": "x"}) / 4
    nothing = query_posterior([], made)
    shares = {tuple(value.values()): nothing.probability(value) for value in index_of(made).values if len(value) == 2}
    assert shares["u", "x"] > 5 * shares["t", "x"] > 5 * shares["s", "x"]


def test_a_single_stray_of_any_kind_does_not_flatten_the_answer():
    seen = ["p340", "p341", "p342", "p343"]
    made = catalogue(pd.concat([MANY, pd.DataFrame([("default", f"Dr D{n}", f"s{n % 8}", f"c{n % 9}") for n in range(300)], columns=COLUMNS)]))
    for stray in ("p120", "p350", "p040", "default", "not in the catalogue"):
        posterior = query_posterior([*seen, stray], made)
        assert posterior.best() == {"specialty": "s3", "city": "c4"} and posterior.probability(posterior.best()) > 0.85, stray


def test_a_default_picture_shared_by_hundreds_says_little():
    table = pd.concat([MANY, pd.DataFrame([("default", f"Dr D{n}", f"s{n % 8}", f"c{n % 9}") for n in range(300)], columns=COLUMNS)])
    posterior = query_posterior(["default"], catalogue(table))
    assert posterior.probability(posterior.best()) < 0.1 and posterior.entropy_bits > 5


def test_strays_of_the_same_place_do_not_make_it_a_search_for_the_place():
    rows = [(f"q{s}{n}", f"Dr {s}{n}", f"s{s}", "big") for s in range(20) for n in range(10)] + MANY.values.tolist()
    seen = ["q30", "q31", "q32", "q33", "q34", "q35", "q70", "q90"]
    assert query_posterior(seen, catalogue(pd.DataFrame(rows, columns=COLUMNS))).best() == {"specialty": "s3", "city": "big"}


def test_results_filled_in_from_the_nearest_places_do_not_break_the_place():
    # on a line: c0 .. c8, two of the specialty in each, a page of ten shows c4 and its neighbours
    rows = [(f"n{c}{n}", f"Dr {c}{n}", "s", f"c{c}") for c in range(9) for n in range(2)] + [(f"m{c}{n}", f"Dr m{c}{n}", "t", f"c{c}") for c in range(9) for n in range(12)]
    where = {f"c{c}": (48 + c * 0.5 + c * c * 0.001, 2.0) for c in range(9)}
    made, seen = catalogue(placed(pd.DataFrame(rows, columns=COLUMNS), where)), [f"n{c}{n}" for c in (2, 3, 4, 5, 6) for n in range(2)]
    posterior = query_posterior(seen, made, model=PageModel(page_sizes=(10,)))
    assert posterior.best() == {"specialty": "s", "city": "c4"} and posterior.marginal("specialty").iloc[0] > 0.99
    without = query_posterior(seen, catalogue(made.records[COLUMNS]), model=PageModel(page_sizes=(10,)))
    assert without.marginal("specialty").iloc[0] > 0.99 and without.marginal("city").max() < 0.5


def test_a_search_without_a_place_is_told_from_one_with():
    seen = [f"p3{c}0" for c in range(9)]
    assert query_posterior(seen, catalogue(MANY)).best() == {"specialty": "s3"}


def test_only_what_could_be_searched_is_a_candidate():
    made = catalogue(MANY)
    posterior = query_posterior(["p340", "p341"], made, queries=[("specialty", "city")], unlisted=0)
    assert len(posterior.table) == sum(len(value) == 2 for value in index_of(made).values) and posterior.table.value.map(len).eq(2).all()
    two = [{"specialty": "s3", "city": "c4"}, {"city": "c4"}, {"city": "nowhere"}]
    assert set(query_posterior(["p340"], made, queries=two, unlisted=0).table.value.map(len)) == {1, 2}
    for wrong in ([("colour",)], [{"city": "nowhere"}], []):
        with pytest.raises(ValueError, match="queries"):
            query_posterior(["p340"], made, queries=wrong)


def test_a_supplied_prior_is_bayes_factor_times_prior():
    made, seen = catalogue(MANY), ["p340", "p341"]
    first, second = {"specialty": "s3", "city": "c4"}, {"city": "c4"}
    even = query_posterior(seen, made, queries=[first, second], unlisted=0)
    weights = {tuple(sorted(first.items())): 1.0, tuple(sorted(second.items())): 3.0, (("city", "nowhere"),): 5.0}
    model = PageModel(stray_share=1e-6)  # the level of strays, which depends on what is searched, does not matter then
    even, tilted = (query_posterior(seen, made, model=model, unlisted=0, **each) for each in ({"queries": [first, second]}, {"prior": weights}))
    assert tilted.probability(second) / tilted.probability(first) == pytest.approx(3 * even.probability(second) / even.probability(first), rel=1e-4)


def test_pictures_that_nobody_knows_and_pages_that_are_no_search_keep_mass():
    made = catalogue(MANY)
    assert query_posterior(["u1", "u2", "u3", "u4"], made).best() is None
    assert query_posterior(["u1", "u2", "u3", "u4"], made, unlisted=0).best() is not None
    # a home page shows anybody
    home = [f"p{s}{c}0" for s, c in zip(range(8), (3, 1, 4, 0, 5, 8, 2, 6), strict=True)]
    assert query_posterior(home, made).best() == {}


def test_page_sizes_stated_and_unknown():
    crowd = catalogue(pd.DataFrame([(f"z{n}", f"Dr {n}", "s", "x") for n in range(60)] + MANY.values.tolist(), columns=COLUMNS))
    for sizes in ((10,), (10, 20), PageModel().page_sizes):
        assert query_posterior([f"z{n}" for n in range(10)], crowd, model=PageModel(page_sizes=sizes)).best() == {"specialty": "s", "city": "x"}
    with pytest.raises(ValueError, match="page sizes"):
        PageModel(page_sizes=())
    with pytest.raises(ValueError, match="share"):
        PageModel(stray_share=0.0)


def test_halving_and_doubling_the_stray_share_changes_little():
    seen = [["p340", "p341", "p342"], ["p340", "p120"], ["p340"], ["p340", "p341", "p120", "u1"]]
    answers = [query_posteriors(seen, catalogue(MANY), model=PageModel(stray_share=share)) for share in (0.05, 0.1, 0.2)]
    assert [each.best() for each in answers] == [answers[1].best()] * 3
    for number in range(len(seen)):
        shares = [answer[number].probability(answers[1].best()[number]) for answer in answers]
        assert max(shares) - min(shares) < 0.2


def test_a_model_of_ones_own_goes_through_the_same_door():
    class Flat:
        name = "flat"

        def log_likelihoods(self, index, assets):
            return np.where(np.arange(len(index)) < 2, 0.0, -np.inf)

    posteriors = query_posteriors([["p340"], []], catalogue(MANY), model=Flat())
    assert posteriors[0].table.probability.head(2).tolist() == pytest.approx([0.5, 0.5]) and posteriors[0].probabilities[2:].sum() == 0
    with pytest.raises(ValueError, match="unlisted"):
        query_posterior(["p340"], catalogue(MANY), model=Flat(), unlisted=0.1)


def test_randomised_sets_hold_exactly_their_mass_on_average():
    chance, made = np.random.default_rng(1), catalogue(MANY)
    posteriors = query_posteriors([["p340", "p350"]] * 400, made)
    plain, drawn = posteriors[0].credible_set(0.95), posteriors.credible_sets(0.95, seed=2)
    assert sum(posteriors[0].probability(value) for value in plain) >= 0.95
    held = np.mean([sum(posteriors[0].probability(value) for value in each) for each in drawn])
    assert held == pytest.approx(0.95, abs=0.02) and posteriors.credible_sets(0.95, seed=2) == drawn and chance is not None


def test_positions_are_no_attributes_and_wrong_ones_are_refused(tmp_path):
    made = catalogue(placed(MANY, {f"c{n}": (48 + n / 30, 2.0) for n in range(9)}))
    assert made.attributes == ("specialty", "city") and made.has_positions and made.records.latitude.notna().all()
    made.to_csv(tmp_path / "c.csv")
    assert ht.read_catalogue(tmp_path / "c.csv").sha256 == made.sha256
    for wrong in ({"latitude": 48}, {"latitude": 148, "longitude": 2}, {"latitude": "north", "longitude": 2}):
        with pytest.raises(ht.HarError, match="latitude|longitude"):
            catalogue(MANY.assign(**wrong))


def test_ten_thousand_views_of_a_large_directory_take_seconds():
    """A bound with much room, so that only a change of kind fails: the numbers themselves are measured by the benchmark."""
    import time

    chance = np.random.default_rng(0)
    specialty, city = chance.integers(60, size=60_000), chance.integers(300, size=60_000)
    table = pd.DataFrame({"asset_id": [f"p{n}" if n % 3 else "" for n in range(60_000)], "practitioner": [f"Dr {n}" for n in range(60_000)],
                          "specialty": [f"s{n}" for n in specialty], "city": [f"c{n}" for n in city]})  # fmt: skip
    made, started = catalogue(table), time.process_time()
    views = [[f"p{n}" for n in row] for row in chance.integers(60_000, size=(3000, 8))]
    assert len(query_posteriors(views, made).best()) == 3000 and time.process_time() - started < 20
