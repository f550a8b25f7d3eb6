"""Is the inference as sure as it is right, on invented sites whose truth is known, and is the exact posterior exact?

The worlds here are small, and others than those of ``benchmarks/inference.py``.
"""

import json
import subprocess
import sys
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from samples import ROOT

from hartools.errors import UnknownChoiceError
from hartools.inference.calibration import (
    Site, determined, engine_answers, exact_answers, exact_posteriors, invented_directory, judge, majority_answers, matching_model, prior_answers, queries_of, simulate, truth_of,
)  # fmt: skip
from hartools.inference.calibration.lists import listing
from hartools.inference.scores import reliability_table
from hartools.plots import alt_text
from hartools.plots.reliability import plot_reliability

SMALL = {"practitioners": 12_000, "specialties": 24, "places": 90}
# name -> directory, site: layouts, lists, noise and priors that differ from one another
WORLDS = {
    "clustered": ({"seed": 5}, Site(strays=0.3, local_strays=0.1, unknown_strays=0.3, by_size=True)),
    "scattered, filled in": ({"seed": 6, "layout": "scattered"}, Site(strays=0.4, local_strays=0.05, unknown_strays=0.1, modes={"matching": 0.4, "filled": 0.6}, page_sizes=(10,), loading=(0.9, 0.8))),
    "nearby": ({"seed": 7, "photo_rates": (0.5, 1.0)}, Site(strays=0.5, local_strays=0.3, unknown_strays=0.4, modes={"matching": 0.6, "radius": 0.4}, radius_km=15, page_sizes=(12,), pages=(1,))),
    "wildcards and defaults": ({"seed": 8, "default_share": 0.7, "defaults": 1}, Site(strays=0.4, local_strays=0.1, unknown_strays=0.3, shapes=(0.5, 0.2, 0.2, 0.1), default_strays=0.15, by_size=True, unlisted=0.06)),
}  # fmt: skip
NAMES = sorted(WORLDS)


@cache
def world(name, searches=1500):
    layout, site = WORLDS[name]
    return simulate(invented_directory(**SMALL | layout), site, searches=searches, seed=9)


@cache
def scores(name):
    """Return the scores of the specialty by model, and of the place."""
    made = world(name)
    given = {f"settings {label}": matching_model(made, factor=factor) for label, factor in (("right", 1.0), ("halved", 0.5), ("doubled", 2.0))}
    answers = [prior_answers(made), majority_answers(made), exact_answers(made), *(engine_answers(made, name=label, model=model) for label, model in given.items())]
    return tuple(judge(made, answers, attribute=attribute, draws=60).set_index("model") for attribute in ("specialty", "city")) + (judge(made, answers, of=determined(made), draws=2).set_index("model"),)


@pytest.mark.parametrize("name", NAMES)
def test_the_exact_posterior_is_as_sure_as_it_is_right(name):
    exact = scores(name)[0].loc["exact"]
    assert exact.ece <= 1.3 * exact.ece_null and abs(exact.covered_randomised - 0.95) < 0.02 and exact.log_loss < scores(name)[0].log_loss.drop("exact").min()


@pytest.mark.parametrize("name", NAMES)
def test_the_default_model_is_as_sure_as_it_is_right_and_nearly_as_good_as_the_exact_posterior(name):
    table, place, sure = scores(name)
    right, exact = table.loc["settings right"], table.loc["exact"]
    # 0.015 and 0.03 where there are searches enough to tell; with so few, what chance alone would leave
    assert right.ece <= max(0.015, 1.3 * right.ece_null) and table.loc[["settings halved", "settings doubled"]].ece.max() <= max(0.03, 1.6 * right.ece_null)
    assert right.log_loss <= 1.05 * exact.log_loss + 0.005 and right.log_loss < table.loc["majority vote"].log_loss < table.loc["prior"].log_loss
    assert right.covered >= 0.95 and 0.93 <= right.covered_randomised <= 0.97
    assert sure.loc["settings right"].top_1 >= 0.995 and sure.loc["settings right"].searches > 300
    assert place.loc["settings right"].top_1 >= place.loc["exact"].top_1 - 0.05


def test_the_exact_posterior_is_how_often_each_query_was_behind_the_same_pictures():
    """In a directory this small the same pictures come again and again: count."""
    directory = invented_directory(seed=3, practitioners=9, specialties=2, places=2, photo_rates=(0.7, 0.8), defaults=1, default_share=0.6)
    site = Site(page_sizes=(1, 3), pages=(1, 2), loading=(0.8, 0.5), strays=0.5, local_strays=0.4, unknown_strays=0.2, stray_levels=(0.5, 2.0), default_strays=0.2,
                modes={"matching": 0.5, "filled": 0.3, "radius": 0.2}, radius_km=200, unlisted=0.1)  # fmt: skip
    made = simulate(directory, site, searches=40_000, seed=4)
    behind = {}
    for number, (known, unknown) in enumerate(zip(made.known, made.unknown.tolist(), strict=True)):
        behind.setdefault((tuple(known.tolist()), unknown), []).append(number)
    often = [numbers for numbers in behind.values() if len(numbers) > 200]
    assert len(often) > 20
    first, far, cells = [numbers[0] for numbers in often], 0.0, 0
    alone = replace(made, truth=made.truth[first], own=[made.own[n] for n in first], known=[made.known[n] for n in first], unknown=made.unknown[first])
    for numbers, posterior in zip(often, exact_posteriors(alone), strict=True):
        expected = posterior * len(numbers)
        counts = np.bincount(made.truth[numbers] % len(posterior), minlength=len(posterior))
        enough = expected > 5
        far, cells = far + ((counts - expected) ** 2 / expected)[enough].sum(), cells + int(enough.sum())
    # chi squared: about as large as the number of cells, and seldom larger by four times its spread
    assert cells > 100 and far < cells + 4 * np.sqrt(2 * cells)


def test_with_a_known_ranking_the_exact_posterior_knows_more():
    directory, site = invented_directory(seed=11, **SMALL), Site(ranked=True, page_sizes=(10,), pages=(1,), strays=0.3, local_strays=0, unknown_strays=0.2)
    made = simulate(directory, site, searches=400, seed=2)
    table = judge(made, [exact_answers(made), engine_answers(made, name="page plus strays", model=matching_model(made))], attribute="city", draws=2).set_index("model")
    assert table.loc["exact"].query_log_loss < 0.97 * table.loc["page plus strays"].query_log_loss


def test_lists_are_filled_in_from_the_nearest_places():
    directory = invented_directory(seed=1, **SMALL)
    queries = queries_of(directory)
    filled, near = listing(queries, "filled", page_size=10), listing(queries, "radius", radius_km=20)
    short = np.flatnonzero((queries.shape == 0) & (queries.counts < 10))
    assert len(short) > 100
    rows = set(zip(directory.person.tolist(), directory.specialty.tolist(), strict=True))
    for q in short[:60]:
        sure, drawn = (people[start[q] : start[q + 1]] for start, people in (filled.sure, filled.drawn))
        own = queries.person[queries.start[q] : queries.start[q + 1]]
        assert sure[: len(own)].tolist() == own.tolist() and len(set(sure) | set(drawn)) == len(sure) + len(drawn) and filled.room[q] == 10 - len(sure)
        assert all((person, queries.specialty[q]) in rows for person in (*sure, *drawn))
        around = near.drawn[1][near.drawn[0][q] : near.drawn[0][q + 1]]
        assert set(own) <= set(around)
    full = np.flatnonzero(queries.counts >= 10)[0]
    assert filled.sure[0][full + 1] == filled.sure[0][full] and filled.room[full] == -1


def test_a_simulation_is_the_same_for_the_same_seed_and_keeps_its_truth():
    directory, site = invented_directory(seed=1, **SMALL), WORLDS["nearby"][1]
    one, again, other = (simulate(directory, site, searches=60, seed=seed) for seed in (1, 1, 2))
    assert one.views == again.views != other.views and one.values == again.values
    assert all(set(own) <= set(known) for own, known in zip(one.own, one.known, strict=True))
    catalogue = directory.catalogue
    assert invented_directory(seed=1, **SMALL).catalogue.sha256 == catalogue.sha256 != invented_directory(seed=2, **SMALL).catalogue.sha256
    assert catalogue.attributes == ("specialty", "city") and {"latitude", "longitude"} <= set(catalogue.records.columns)
    assert one.prior.sum() + site.unlisted == pytest.approx(1) and len(one.supplied) == len(one.queries)
    with pytest.raises(UnknownChoiceError, match="clustered"):
        invented_directory(layout="square")


def test_photo_rates_defaults_and_second_places_are_as_asked_for():
    directory = invented_directory(seed=1, photo_rates=(0.2, 1.0), default_share=0.5, second_specialty=0.1, second_place=0.2, **SMALL)
    own = directory.picture >= directory.defaults
    shares = [own[directory.person[directory.specialty == s]].mean() for s in range(SMALL["specialties"])]
    assert 0.18 < min(shares) < 0.4 and 0.75 < max(shares) <= 1
    assert ((directory.picture >= 0) & ~own).sum() == pytest.approx(0.5 * (~own).sum(), rel=0.1)
    assert 1.2 < len(directory.person) / SMALL["practitioners"] < 1.32


def test_truth_and_majority_vote_are_what_they_say():
    made = world("clustered")
    truth, votes = truth_of(made, "specialty"), majority_answers(made).probabilities["specialty"]
    assert (truth[made.truth == -1] == SMALL["specialties"]).all() and np.allclose(votes.sum(axis=1), 1)
    empty = [n for n, known in enumerate(made.known) if not len(known)]
    assert np.ptp(votes[empty]) == pytest.approx(0)
    sure = determined(made)
    assert all(len(made.own[n]) >= 3 for n in np.flatnonzero(sure)) and 0.2 < sure.mean() < 0.95


def test_a_reliability_diagram_says_how_far_off_the_worst_bin_is():
    sure = np.repeat([0.55, 0.95], 100)
    right = np.concatenate([np.arange(100) < 30, np.arange(100) < 95])
    ax = plot_reliability({"vain": reliability_table(sure, right), "$honest$": reliability_table(sure, np.concatenate([np.arange(100) < 55, np.arange(100) < 95]))})
    assert ax.get_title(loc="left") == "Stated and true shares of right answers differ by up to 25 points (vain)"
    assert "vain: 55 % stated, 30 % right of 100" in alt_text(ax) and "200 answers" in ax.hartools_caption
    assert plot_reliability(reliability_table([], [])).get_title(loc="left") == "Nothing to draw"
    with pytest.raises(KeyError, match="reliability_table"):
        plot_reliability(reliability_table(sure, right).drop(columns="cases"))


@pytest.mark.slow
def test_the_quick_benchmark_yields_every_measure_as_a_number_and_leaves_no_file(tmp_path):
    out, png, folder = tmp_path / "measures.json", tmp_path / "reliability.png", tmp_path / "made"
    folder.mkdir()
    words = [sys.executable, str(ROOT / "benchmarks" / "inference.py"), "--quick", "--json", str(out), "--png", str(png), "--folder", str(folder)]
    printed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    rows = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert png.read_bytes()[:4] == b"\x89PNG" and list(folder.iterdir()) == []
    assert sum(row["target"] is not None for row in rows) > 30 and all(row["measure"] in printed for row in rows)
    assert all(row["value"] is not None and np.isfinite(row["value"]) for row in rows if "memory" not in row["measure"])
    assert all(each in printed for each in ("majority vote", "| exact |", "Plackett-Luce", "By how many pictures", "World: filled in"))
