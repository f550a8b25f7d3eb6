"""Do measures of uncertainty and scores of probabilities give what can be worked out by hand, or by simulation?"""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hartools as ht
from hartools.inference import measures, scores
from hartools.inference.sensitive import SENSITIVE_CLASSES, sensitive_class, sensitive_totals

FOUR = pd.DataFrame({"asset_id": ["a1", "a2", "a3", "a4"], "practitioner": list("ABCD"), "specialty": ["x", "x", "y", "z"], "city": ["p", "q", "p", "p"]})


def test_measures_of_a_distribution_worked_out_by_hand():
    shares = [0.5, 0.25, 0.125, 0.125]
    assert measures.entropy_bits(shares) == 1.75 and measures.effective_set(shares) == pytest.approx(2**1.75)
    assert measures.degree_of_anonymity(shares) == 1.75 / 2 and measures.degree_of_anonymity(shares, answers=16) == 1.75 / 4
    assert measures.bayes_vulnerability(shares) == 0.5 and measures.min_entropy_bits(shares) == 1 and measures.leakage(shares, [0.25] * 4) == 2
    assert measures.anonymity_set([0.7, 0.3, 0]) == 2 and measures.degree_of_anonymity([1.0]) == 0
    assert measures.mutual_information_bits([0.25] * 4, [[1, 0, 0, 0], [0.5, 0.5, 0, 0]]) == 1.5


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=12))
@settings(max_examples=50, deadline=None)
def test_entropies_are_in_order(weights):
    shares = np.array(weights) / sum(weights)
    assert -1e-9 <= measures.min_entropy_bits(shares) <= measures.entropy_bits(shares) + 1e-9 <= math.log2(len(shares)) + 2e-9
    held = measures.credible_set(shares, mass=0.8)
    assert shares[held].sum() >= 0.8 - 1e-9 and shares[held].min() >= np.delete(shares, held).max(initial=0) - 1e-12
    assert shares[held[:-1]].sum() < 0.8 or len(held) == 1


@pytest.mark.parametrize("wrong", [[0.5, 0.4], [1.2, -0.2], []])
def test_what_is_no_distribution_is_refused(wrong):
    with pytest.raises(ValueError, match="sum"):
        measures.entropy_bits(wrong)


def test_randomised_sets_hold_what_was_asked_for_on_average():
    shares = [0.7, 0.2, 0.1]
    held = [sum(shares[n] for n in measures.credible_set(shares, mass=0.8, seed=seed)) for seed in range(4000)]
    assert np.mean(held) == pytest.approx(0.8, abs=0.005) and set(np.round(held, 6)) == {0.7, 0.9}


def test_many_people_of_one_specialty_hide_the_person_and_not_the_specialty():
    posterior = ht.query_posterior(["a1", "a2"], ht.Catalogue(FOUR, source="test"), queries=[("specialty", "city"), ("specialty",)], unlisted=0)
    likely = posterior.table.head(3)
    assert {value["specialty"] for value in likely.value} == {"x"}
    assert measures.diversity(posterior, "specialty", mass=float(likely.probability.sum()) - 1e-9) == 1
    assert measures.diversity(posterior, "specialty", mass=1.0) == 3 and measures.diversity(posterior, "city", mass=1.0) == 3


def test_a_table_sets_posteriors_side_by_side():
    table = measures.uncertainty_table({"uniform": [0.5, 0.5], "catalogue": {"x": 0.9, "y": 0.1}}, prior=[0.5, 0.5])
    assert table.name.tolist() == ["uniform", "catalogue"] and table.leakage.tolist() == [1, 1.8] and table.credible_95.tolist() == [2, 2]


@pytest.mark.parametrize(("value", "wanted"), [
    ("Oncologue", "oncology"), ("ONCOLOGIE MÉDICALE", "oncology"), ("Cancérologue-radiothérapeute", "oncology"), ("medical oncologist", "oncology"),
    ("Pédopsychiatre", "psychiatry"), ("psychologist", "psychiatry"), ("Gynécologue-obstétricien", "gynaecology and abortion"), ("Sage-femme", "gynaecology and abortion"),
    ("Centre IVG", "gynaecology and abortion"), ("midwife", "gynaecology and abortion"), ("Addictologue", "addictology"), ("Infectiologue", "infectious diseases"), ("HIV clinic", "infectious diseases"),
    ("sexologue", "sexology"), ("Urologue", "urology"), ("Neuropsychologue", "psychiatry"), ("Médecin de la PMA", "gynaecology and abortion"),
    ("dentiste", None), ("neurologue", None), ("Cardiologue", None), ("stomatologue", None), ("orthodontiste", None), ("rhumatologue", None), ("gastro-entérologue", None), ("statistician", None), ("", None), (None, None),
])  # fmt: skip
def test_sensitive_classes_know_their_words_in_two_languages(value, wanted):
    assert sensitive_class(value) == wanted


def test_sensitive_totals_sum_by_class_and_leave_the_rest_out():
    totals = sensitive_totals(pd.Series({"oncologue": 0.5, "urologue": 0.3, "radiothérapeute": 0.1, "dentiste": 0.1}))
    assert totals.to_dict() == pytest.approx({"oncology": 0.6, "urology": 0.3}) and set(totals.index) <= set(SENSITIVE_CLASSES)
    assert len(sensitive_totals({})) == 0


def test_scores_worked_out_by_hand():
    shares, truth = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.4, 0.4, 0.2]]), np.array([0, 1, 1])
    assert scores.ranks_of_truth(shares, truth).tolist() == [1, 2, 2]  # a tie counts against the truth
    assert [scores.top_k_accuracy(shares, truth, k=k) for k in (1, 2, 3)] == pytest.approx([1 / 3, 1, 1])
    assert scores.log_loss([0.7, 0.3, 0.4]) == pytest.approx(-(math.log(0.7) + math.log(0.3) + math.log(0.4)) / 3)
    assert scores.brier_score(shares, truth) == pytest.approx(((0.09 + 0.04 + 0.01) + (0.01 + 0.49 + 0.36) + (0.16 + 0.36 + 0.04)) / 3)
    assert scores.log_loss([0.0]) > 600


def test_a_reliability_table_bins_by_what_was_stated():
    table = scores.reliability_table([0.05, 0.15, 0.15, 1.0], [False, True, False, True], bins=10)
    assert table.cases.tolist() == [1, 2, 0, 0, 0, 0, 0, 0, 0, 1]
    assert table.accuracy[1] == 0.5 and table.confidence[1] == pytest.approx(0.15) and pd.isna(table.accuracy[2])
    assert scores.calibration_error([0.05, 0.15, 0.15, 1.0], [False, True, False, True], bins=10) == pytest.approx((0.05 + 0.7 + 0) / 4)


def test_the_null_tells_chance_from_a_model_that_is_too_sure():
    chance = np.random.default_rng(5)
    sure = chance.uniform(0.4, 1, 4000)
    null = scores.calibration_null(sure, draws=200)
    honest, vain = chance.random(4000) < sure, chance.random(4000) < sure - 0.1
    assert scores.calibration_error(sure, honest) <= null[-1] < 0.03 < scores.calibration_error(sure, vain)
    assert (scores.calibration_null(sure, draws=20) == scores.calibration_null(sure, draws=20)).all()


def test_sets_cover_what_they_hold():
    chance = np.random.default_rng(2)
    shares = chance.dirichlet(np.full(6, 0.4), 6000)
    truth = np.array([chance.choice(6, p=row) for row in shares])
    covered, held, sizes = scores.coverage_of_sets(shares, truth)
    assert covered.mean() >= 0.95 and held.mean() == pytest.approx(covered.mean(), abs=0.01) and held.min() >= 0.95 - 1e-9 and sizes.max() <= 6
    covered, held, _ = scores.coverage_of_sets(shares, truth, seed=3)
    assert covered.mean() == pytest.approx(0.95, abs=0.01) and held.mean() == pytest.approx(0.95, abs=0.01)


def test_a_bootstrap_interval_covers_the_mean_about_as_often_as_it_says():
    chance, inside = np.random.default_rng(4), 0
    for seed in range(200):
        values = chance.random(60) < 0.3
        low, high = scores.bootstrap_interval(lambda of, values=values: float(values[of].mean()), 60, draws=100, seed=seed)
        inside += low <= 0.3 <= high
    assert 0.86 <= inside / 200 <= 0.99
