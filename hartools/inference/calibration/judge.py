"""How good are the answers to simulated searches, against the prior, a majority vote and the exact posterior?"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from hartools.inference.calibration.exact import exact_posteriors
from hartools.inference.calibration.lists import ANY
from hartools.inference.calibration.site import Simulation
from hartools.inference.queries import query_posteriors
from hartools.inference.scores import bootstrap_interval, brier_score, calibration_error, calibration_null, coverage_of_sets, log_loss, top_k_accuracy

__all__ = ["Answers", "determined", "engine_answers", "exact_answers", "judge", "majority_answers", "prior_answers", "truth_of"]

ATTRIBUTES = ("specialty", "city")


@dataclass(frozen=True, eq=False)
class Answers:
    """Hold what a model answered to each search.

    Attributes
    ----------
    name : str
    probabilities : dict of str to numpy.ndarray, (searches, values + 1)
        By attribute; the last column is for searches that leave it open or that are not listed.
    stated : numpy.ndarray of float
        Probability of the true query of each search, unknown (NaN) where a model has none.
    told : dict of str to numpy.ndarray, optional
        By attribute: probability of the true value, where it is known better than `probabilities` has it.
    """

    name: str
    probabilities: dict
    stated: np.ndarray
    told: dict = field(default_factory=dict)


def truth_of(simulation: Simulation, attribute: str) -> np.ndarray:
    """Return the column of `Answers.probabilities` that was true for each search."""
    directory, queries = simulation.queries.directory, simulation.queries
    held, values = (queries.specialty, directory.specialties) if attribute == "specialty" else (queries.place, directory.places)
    true = np.where(simulation.truth >= 0, held[simulation.truth], ANY)
    return np.where(true == ANY, len(values), true)


def exact_answers(simulation: Simulation) -> Answers:
    """Answer as somebody who knew exactly how the site works."""
    sums, stated = {name: [] for name in ATTRIBUTES}, []
    for number, posterior in enumerate(exact_posteriors(simulation)):
        stated.append(posterior[simulation.truth[number]])
        for name in ATTRIBUTES:
            sums[name].append(_by_value(simulation, posterior, name))
    return Answers("exact", {name: np.array(rows) for name, rows in sums.items()}, np.array(stated))


def prior_answers(simulation: Simulation) -> Answers:
    """Answer without looking at a picture."""
    posterior = np.append(simulation.prior, simulation.site.unlisted)
    rows = {name: np.tile(_by_value(simulation, posterior, name), (len(simulation.truth), 1)) for name in ATTRIBUTES}
    return Answers("prior", rows, posterior[simulation.truth])


def majority_answers(simulation: Simulation) -> Answers:
    """Answer by vote: each picture for the specialties and places of whom it shows, smoothed by one vote shared by all."""
    directory = simulation.queries.directory
    made = {}
    for name, held, values in (("specialty", directory.specialty, directory.specialties), ("city", directory.place, directory.places)):
        picture = directory.picture[directory.person]
        pairs = np.unique((picture * len(values) + held)[picture >= directory.defaults])
        first = np.searchsorted(pairs // len(values), np.arange(directory.pictures + 1))
        votes = np.full((len(simulation.known), len(values) + 1), 1 / (len(values) + 1))
        for row, known in enumerate(simulation.known):
            for number in known[known >= directory.defaults].tolist():
                mine = pairs[first[number] : first[number + 1]] % len(values)
                votes[row, mine] += 1 / max(len(mine), 1)
        made[name] = votes / votes.sum(axis=1, keepdims=True)
    return Answers("majority vote", made, np.full(len(simulation.truth), np.nan))


def engine_answers(simulation: Simulation, *, name: str, **settings) -> Answers:
    """Answer as `query_posteriors` does.

    Parameters
    ----------
    simulation : Simulation
    name : str
        What the answers are called in tables.
    **settings
        Passed on: model, prior, queries, unlisted. The prior is that of the simulation by default.
    """
    settings = {"prior": simulation.supplied, "unlisted": simulation.site.unlisted} | settings
    posteriors = query_posteriors(simulation.views, simulation.queries.directory.catalogue, **settings)
    made = {attribute: _dense(simulation, posteriors, attribute) for attribute in ATTRIBUTES}
    true = {attribute: [(value or {}).get(attribute) for value in simulation.values] for attribute in ATTRIBUTES}
    told = {attribute: np.where([value is None for value in true[attribute]], made[attribute][:, -1], posteriors.marginal_probability(attribute, true[attribute])) for attribute in ATTRIBUTES}
    return Answers(name, made, np.exp(posteriors.log_probability(simulation.values)), told)


def determined(simulation: Simulation, *, least: int = 3) -> np.ndarray:
    """Tell which searches `least` own pictures of one specialty alone determine: no other one lists all of them."""
    directory = simulation.queries.directory
    picture = directory.picture[directory.person]
    held: dict[int, set] = {}
    for number, specialty in zip(picture.tolist(), directory.specialty.tolist(), strict=True):
        held.setdefault(number, set()).add(specialty)
    alone = [known[known >= directory.defaults].tolist() for known in simulation.own]
    single = np.array([len(own) >= least and len(set.intersection(*(held[number] for number in own))) == 1 for own in alone])
    return single & (truth_of(simulation, "specialty") < len(directory.specialties))


def judge(simulation: Simulation, answers: Iterable[Answers], *, attribute: str = "specialty", of: np.ndarray | None = None, bins: int = 15, draws: int = 200) -> pd.DataFrame:
    """Score answers against the truth.

    Parameters
    ----------
    simulation : Simulation
    answers : iterable of Answers
    attribute : {"specialty", "city"}
    of : numpy.ndarray of bool, optional
        Searches to count; all by default.
    bins, draws : int
        Of the calibration error; of its null and of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        One row per model: model, searches, top_1, top_3, top_5, log_loss, brier (each of `attribute`),
        ece with ece_null (95th percentile of what chance alone gives), covered and held (share of
        95 % sets with the truth, and their mean mass), covered_randomised, set_size, query_log_loss,
        and the ends of 95 % bootstrap intervals of top_1, log_loss and ece.
    """
    rows = np.arange(len(simulation.truth)) if of is None else np.flatnonzero(of)
    truth = truth_of(simulation, attribute)[rows]
    return pd.DataFrame([_scores(each, attribute, rows, truth, bins, draws) for each in answers])


def _scores(answers: Answers, attribute: str, rows: np.ndarray, truth: np.ndarray, bins: int, draws: int) -> dict:
    name, probabilities, stated = answers.name, answers.probabilities[attribute][rows], answers.stated[rows]
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    told = answers.told[attribute][rows] if attribute in answers.told else np.take_along_axis(probabilities, truth[:, None], axis=1)[:, 0]
    covered, held, sizes = coverage_of_sets(probabilities, truth)
    made = {"model": name, "searches": len(truth)} | {f"top_{k}": top_k_accuracy(probabilities, truth, k=k) for k in (1, 3, 5)}
    made |= {"log_loss": log_loss(told), "brier": brier_score(probabilities, truth), "ece": calibration_error(sure, right, bins=bins),
             "ece_null": float(np.quantile(calibration_null(sure, bins=bins, draws=draws), 0.95)), "covered": float(covered.mean()), "held": float(held.mean()),
             "covered_randomised": float(coverage_of_sets(probabilities, truth, seed=1)[0].mean()), "set_size": float(sizes.mean()),
             "query_log_loss": log_loss(stated) if not np.isnan(stated).any() else np.nan}
    for measure, statistic in (("top_1", lambda of: float(right[of].mean())), ("log_loss", lambda of: log_loss(told[of])),
                               ("ece", lambda of: calibration_error(sure[of], right[of], bins=bins))):
        made[f"{measure}_low"], made[f"{measure}_high"] = bootstrap_interval(statistic, len(truth), draws=draws)
    return made


def _by_value(simulation: Simulation, posterior: np.ndarray, attribute: str) -> np.ndarray:
    directory, queries = simulation.queries.directory, simulation.queries
    held, values = (queries.specialty, directory.specialties) if attribute == "specialty" else (queries.place, directory.places)
    summed = np.bincount(np.where(held == ANY, len(values), held), weights=posterior[:-1], minlength=len(values) + 1)
    summed[-1] += posterior[-1]
    return summed


def _dense(simulation: Simulation, posteriors, attribute: str) -> np.ndarray:
    """Lay the marginals out in full; what is not told by value is that of the last column."""
    values = simulation.queries.directory.specialties if attribute == "specialty" else simulation.queries.directory.places
    marginal = posteriors.marginal(attribute, least=1e-7)
    column = marginal.value.map({value: number for number, value in enumerate(values)}).to_numpy(dtype=int)
    dense = np.zeros((len(simulation.truth), len(values) + 1))
    dense[marginal.view.to_numpy(dtype=int), column] = marginal.probability.to_numpy(dtype=float)
    dense[:, -1] = np.maximum(1 - dense.sum(axis=1), 0)
    return dense / dense.sum(axis=1, keepdims=True)
