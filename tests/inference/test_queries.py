"""Does the posterior follow its model, and say what it rests on?"""

import io
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hartools as ht
from hartools.inference.page_model import PageModel

# image directory of twelve: three oncologists and five dentists in Paris, one and three in Lyon
TWELVE = pd.DataFrame({
    "asset_id": [f"a{n}" for n in range(1, 13)],
    "practitioner": [f"Dr {n}" for n in range(1, 13)],
    "specialty": ["oncologue"] * 3 + ["dentiste"] * 5 + ["oncologue"] + ["dentiste"] * 3,
    "city": ["paris"] * 8 + ["lyon"] * 4,
})


def catalogue(table=TWELVE, **options):
    return ht.Catalogue(table, source="test", **options)


def odds(posterior, first, second):
    shares = {tuple(sorted(value.items())): share for value, share in zip(posterior.table.value, posterior.table.probability, strict=True) if value is not None}
    return shares[tuple(sorted(first.items()))] / shares[tuple(sorted(second.items()))]


def test_without_noise_the_odds_are_those_of_the_size_principle():
    # two of Paris's five dentists: 1/C(5,2) against 1/C(8,2) for anybody in Paris, as published worked numbers have it
    model = PageModel(page_sizes=(2,), loading_share=1 - 1e-9, loading_weight=1e9, stray_share=1e-9, slack=1e-9, neighbour_share=0)
    posterior = ht.query_posterior(["a4", "a5"], catalogue(), model=model)
    assert odds(posterior, {"specialty": "dentiste", "city": "paris"}, {"city": "paris"}) == pytest.approx(28 / 10, rel=1e-5)


@given(st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_how_many_show_is_a_distribution(pictures, without):
    shown = np.exp(PageModel().shown(pictures + without, pictures))
    assert shown.sum() == pytest.approx(1) and (shown > 0).all()


def test_pictures_that_should_have_been_asked_for_count_against_a_query():
    # one oncologist of three in Paris: Lyon's only oncologist was not asked for, so Lyon gains nothing
    posterior = ht.query_posterior(["a1"], catalogue())
    assert odds(posterior, {"specialty": "oncologue", "city": "paris"}, {"specialty": "oncologue", "city": "lyon"}) > 5


def test_one_stray_does_not_flatten_the_answer():
    wide = pd.DataFrame([(f"{s}{c}{n}", f"Dr {s}{c}{n}", f"s{s}", f"c{c}") for s in range(10) for c in range(10) for n in range(10)],
                        columns=["asset_id", "practitioner", "specialty", "city"])
    seen = [f"34{n}" for n in range(6)]
    for strays in (["775"], ["775", "120"], ["not in the catalogue"]):
        posterior = ht.query_posterior(seen + strays, catalogue(wide))
        assert posterior.best() == {"specialty": "s3", "city": "c4"} and posterior.table.probability.iloc[0] > 0.99


def test_queries_equal_but_for_their_name_share_the_probability():
    both = pd.concat([TWELVE[TWELVE.specialty == "dentiste"], TWELVE[TWELVE.specialty == "dentiste"].assign(specialty="stomatologue")])
    posterior = ht.query_posterior(["a4", "a5", "a6"], catalogue(both))
    assert odds(posterior, {"specialty": "dentiste", "city": "paris"}, {"specialty": "stomatologue", "city": "paris"}) == pytest.approx(1)


def test_practitioners_without_a_picture_and_queries_without_any_are_counted():
    blank = pd.DataFrame({"asset_id": ["", ""], "practitioner": ["Dr X", "Dr Y"], "specialty": ["psychiatre"] * 2, "city": ["lyon"] * 2})
    table = ht.query_posterior(["a1", "a2"], catalogue(pd.concat([TWELVE, blank]))).table
    assert {"specialty": "psychiatre", "city": "lyon"} in table.value.tolist() and (table.probability >= 0).all()


@given(st.sets(st.sampled_from([*TWELVE.asset_id, "x1", "x2", "x3"]), max_size=8), st.sampled_from(["uniform", "catalogue"]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_posterior_is_a_distribution_and_its_alternatives_hold_99_percent(assets, prior, closed):
    posterior = ht.query_posterior(assets, catalogue(closed_world=closed), prior=prior)
    assert posterior.table.probability.sum() == pytest.approx(1)
    assert posterior.table.probability.is_monotonic_decreasing or np.allclose(posterior.table.probability.diff().clip(lower=0).fillna(0), 0, atol=1e-9)
    held = posterior.table.probability.iloc[0] + sum(other["probability"] for other in posterior.alternatives())
    assert held >= 0.99 - 1e-9
    assert 0 <= posterior.entropy_bits <= math.log2(len(posterior.table)) + 1e-9


def test_a_supplied_prior_is_used_and_a_wrong_one_refused():
    only = {(("city", "paris"),): 1.0}
    assert ht.query_posterior(["a1"], catalogue(), prior=only).best() == {"city": "paris"}
    with pytest.raises(ValueError, match="prior"):
        ht.query_posterior(["a1"], catalogue(), prior="gut feeling")


def test_pictures_unknown_to_the_catalogue_leave_mass_for_what_it_does_not_list():
    def unlisted(assets):
        table = ht.query_posterior(assets, catalogue()).table
        return table.probability[table.value.isna()].iloc[0]

    assert unlisted(["a4", "a5"]) < 0.05 < unlisted(["x1", "x2", "x3", "x4"])


def test_a_catalogue_is_frozen_hashed_and_the_same_in_any_order():
    made = catalogue()
    with pytest.raises(AttributeError, match="frozen"):
        made.source = "other"
    copied = made.records
    copied.loc[0, "city"] = "changed"
    assert "changed" not in set(made.records.city)
    assert catalogue(TWELVE.iloc[::-1]).sha256 == made.sha256 != catalogue(TWELVE.head(11)).sha256


@pytest.mark.parametrize("text", ["", "asset_id,practitioner\na,b\n", "name,city\na,b\n", "asset_id,practitioner,c1,c2,c3,c4,c5,c6,c7\n"])
def test_a_csv_that_is_no_catalogue_is_refused_in_one_sentence(text):
    with pytest.raises(ht.HarError, match="asset_id|attributes"):
        ht.read_catalogue(io.StringIO(text))


def test_any_attribute_columns_serve():
    text = "practitioner,insurance,asset_id\nDr A,public,p1\nDr B,private,p2\nDr C,private,p3\n"
    assert ht.query_posterior(["p2", "p3"], ht.read_catalogue(io.StringIO(text))).best() == {"insurance": "private"}
