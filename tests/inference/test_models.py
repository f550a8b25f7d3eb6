"""Do the models say what their formulas say, to six digits, through the public function?"""

import math

import pandas as pd
import pytest

import hartools as ht
from hartools.inference.measures import bayes_vulnerability, effective_set, entropy_bits
from hartools.inference.models import Bernoulli, ExactPages, PlackettLuce, SizePrinciple, query_key
from hartools.inference.queries import query_posterior

# three oncologists and five dentists in Paris, one and three in Lyon
TWELVE = ht.Catalogue(pd.DataFrame({
    "asset_id": [f"a{n}" for n in range(1, 13)],
    "practitioner": [f"Dr {n}" for n in range(1, 13)],
    "specialty": ["oncologue"] * 3 + ["dentiste"] * 5 + ["oncologue"] + ["dentiste"] * 3,
    "city": ["paris"] * 8 + ["lyon"] * 4,
}), source="test")
BOTH = [("specialty", "city")]
ORDER = [("dentiste", "lyon"), ("dentiste", "paris"), ("oncologue", "lyon"), ("oncologue", "paris")]
PUBLISHED = [
    (["a4"], "uniform", [0.049389, 0.604764, 0.296458, 0.049389], 1.387471, 2.6162, 0.604764),
    (["a4"], "catalogue", [0.040969, 0.836092, 0.081971, 0.040969], 0.889423, 1.8524, 0.836092),
    (["a1", "a2"], "uniform", [0.000185, 0.000031, 0.001110, 0.998675], 0.015557, 1.0108, 0.998675),
    (["a1", "a2"], "catalogue", [0.000185, 0.000051, 0.000370, 0.999393], 0.008120, 1.0056, 0.999393),
    (["a4", "a5", "a9"], "uniform", [0.000744, 0.670050, 0.328461, 0.000744], 0.930110, 1.9054, 0.670050),
    (["a4", "a5", "a9"], "catalogue", [0.000606, 0.909608, 0.089179, 0.000606], 0.448270, 1.3644, 0.909608),
]


def posterior(assets, model, *, queries=BOTH, prior="uniform", catalogue=TWELVE):
    return query_posterior(assets, catalogue, prior=prior, model=model, queries=queries, unlisted=0)


def shares(found):
    return {(value.get("specialty"), value.get("city")): share for value, share in zip(found.table.value, found.table.probability, strict=True) if value is not None}


@pytest.mark.parametrize(("assets", "prior", "wanted", "bits", "effective", "best"), PUBLISHED)
def test_naive_bayes_gives_the_published_numbers(assets, prior, wanted, bits, effective, best):
    found = posterior(assets, Bernoulli(inside=0.6, outside=0.02), prior=prior)
    assert [round(shares(found)[query], 6) for query in ORDER] == wanted
    assert (round(entropy_bits(found), 6), round(effective_set(found), 4), round(bayes_vulnerability(found), 6)) == (bits, effective, best)
    assert round(found.entropy_bits, 6) == bits


def test_the_priors_have_the_published_entropies():
    assert [round(posterior(["a4"], Bernoulli(), prior=prior).prior_entropy_bits, 6) for prior in ("uniform", "catalogue")] == [2.0, 1.825011]


def test_a_class_of_one_whose_picture_was_not_seen_gains_nothing_once_the_page_size_is_known():
    plain, sized = posterior(["a4"], Bernoulli(0.6, 0.02)), posterior(["a4"], Bernoulli(outside=0.02, page_size=2, loading=0.9))
    lyon, paris = ("oncologue", "lyon"), ("dentiste", "paris")
    assert shares(plain)[lyon] / shares(plain)[paris] > 0.4 and shares(sized)[lyon] / shares(sized)[paris] < 0.1


def likelihoods(model, assets, queries):
    """Return P(O | q) of some queries, as the model alone has it."""
    from hartools.inference.query_index import index_of

    index = index_of(TWELVE)
    values = model.log_likelihoods(index, assets)
    return [math.exp(values[index.number_of(query)]) for query in queries]


PARIS = [{"specialty": "dentiste", "city": "paris"}, {"specialty": "oncologue", "city": "paris"}, {"city": "paris"}]


def test_the_size_principle_counts_the_ways_to_draw():
    assert likelihoods(SizePrinciple(), ["a4", "a5"], PARIS) == pytest.approx([1 / 10, 0, 1 / 28])
    assert likelihoods(SizePrinciple(), ["a1", "a2"], PARIS) == pytest.approx([0, 1 / 3, 1 / 28])


def test_with_a_wildcard_the_size_principle_gives_the_published_posterior():
    five = [{"specialty": s, "city": c} for s, c in ORDER] + [{"city": "paris"}]
    found = shares(posterior(["a4", "a5"], SizePrinciple(), queries=five))
    assert (round(found["dentiste", "paris"], 6), round(found[None, "paris"], 6)) == (0.736842, 0.263158)


def test_a_stray_sends_the_robust_size_principle_to_the_background():
    found = shares(posterior(["a4", "a5", "a9"], SizePrinciple(robust=0.1)))
    assert set(round(share, 6) for share in found.values()) == {0.25}
    assert likelihoods(SizePrinciple(robust=0.1), ["a4", "a5"], PARIS[:1]) == pytest.approx([0.9 / 10 + 0.1 / 66])


def test_plackett_luce_uses_the_order():
    weights = {query_key(PARIS[0]): dict(zip(["a4", "a5", "a6", "a7", "a8"], [5, 4, 3, 2, 1], strict=True))}
    model = PlackettLuce(weights)
    numbers = [likelihoods(model, order, PARIS[:1])[0] for order in (["a4", "a5"], ["a8", "a7"])]
    assert [round(number, 6) for number in numbers] == [0.133333, 0.009524]
    assert likelihoods(PlackettLuce(), ["a4", "a5"], PARIS) == pytest.approx([0.05, 0, 1 / 56])
    assert likelihoods(model, ["a4", "a5", "a4"], PARIS[:1]) == pytest.approx(numbers[:1])


def test_the_order_reaches_the_model_through_the_public_function():
    # whoever lists a8 first, the weights say, was not searching for a dentist in Paris
    model = PlackettLuce({query_key(PARIS[0]): {"a4": 9.0, "a8": 0.1}, query_key({"city": "paris"}): {"a4": 1.0, "a8": 1.0}})
    odds = []
    for order in (["a4", "a8"], ["a8", "a4"]):
        found = shares(posterior(order, model, queries=[PARIS[0], {"city": "paris"}]))
        odds.append(found["dentiste", "paris"] / found[None, "paris"])
    assert odds == pytest.approx([2 * 9 / 9.1, 2 * 0.1 / 9.1])


def test_exact_pages_know_one_page_each_and_a_result_without_a_picture_takes_a_place():
    pages = ExactPages({query_key(PARIS[0]): ["a4", None, "a5", "a6"], query_key(PARIS[1]): ["a1", "a4"], query_key(PARIS[2]): ["a1", "a4", "a5"]}, page_size=3)
    assert likelihoods(pages, ["a5", "a4"], PARIS) == [1, 0, 0]
    assert shares(posterior(["a1", "a4"], pages, queries=PARIS))["oncologue", "paris"] == pytest.approx(1)


def test_exact_pages_with_noise_weigh_what_is_missing_and_what_is_too_much():
    pages = ExactPages({query_key(PARIS[0]): ["a4", "a5"], query_key(PARIS[1]): ["a1"]}, page_size=3, loading=0.8, stray=0.01)
    wanted = [0.8 * 0.2 * 0.01 * 0.99**9, 0.2 * 0.01**2 * 0.99**9]
    assert likelihoods(pages, ["a4", "a9"], PARIS[:2]) == pytest.approx(wanted)


@pytest.mark.parametrize("wrong", [lambda: Bernoulli(inside=1.2), lambda: Bernoulli(page_size=0), lambda: SizePrinciple(robust=-0.1),
                                   lambda: ExactPages({}, page_size=0), lambda: PlackettLuce({(): {"a": 0.0}})])
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match="between 0 and 1|positive"):
        wrong()


def test_pictures_that_nobody_knows_leave_naive_bayes_as_it_was_and_raise_what_is_unlisted():
    plain, more = (query_posterior(assets, TWELVE, model=Bernoulli(), queries=BOTH, unlisted=0.1) for assets in (["a4", "a5"], ["a4", "a5", "x1"]))
    assert shares(plain) == pytest.approx(shares(more))
    assert query_posterior(["x1"], TWELVE, model=Bernoulli(), unlisted=0.1).table.probability.sum() == pytest.approx(1)
