"""Are stated probabilities right: how often, how well, and no surer than they should be?"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from hartools.columns import DTYPES

__all__ = ["bootstrap_interval", "brier_score", "calibration_error", "calibration_null", "coverage_of_sets", "log_loss", "ranks_of_truth", "reliability_table", "top_k_accuracy"]

# A probability that was stated as 0 costs this many nats at most; a model that says 0 is still told apart.
LEAST = 1e-300


def ranks_of_truth(probabilities: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return how many answers were thought as probable as the true one or more, itself included.

    Parameters
    ----------
    probabilities : numpy.ndarray of float, (cases, answers)
    truth : numpy.ndarray of int, (cases,)

    Examples
    --------
    >>> ranks_of_truth(np.array([[0.7, 0.2, 0.1], [0.4, 0.4, 0.2]]), np.array([0, 1])).tolist()
    [1, 2]
    """
    stated = np.take_along_axis(np.asarray(probabilities, dtype=float), np.asarray(truth)[:, None], axis=1)
    return (np.asarray(probabilities) >= stated - 1e-12).sum(axis=1)


def top_k_accuracy(probabilities: np.ndarray, truth: np.ndarray, *, k: int = 1) -> float:
    """Return the share of cases whose true answer is among the `k` most probable; a tie beyond `k` counts against it.

    Examples
    --------
    >>> top_k_accuracy(np.array([[0.7, 0.2, 0.1], [0.5, 0.4, 0.1]]), np.array([0, 1]), k=1)
    0.5
    """
    return float((ranks_of_truth(probabilities, truth) <= k).mean())


def log_loss(stated: np.ndarray) -> float:
    """Return the mean of -ln of what was stated for the truth, in nats.

    Parameters
    ----------
    stated : numpy.ndarray of float
        The probability that each case gave to what was true.

    Examples
    --------
    >>> round(log_loss(np.array([0.5, 0.25])), 6)
    1.039721
    """
    return float(-np.log(np.maximum(np.asarray(stated, dtype=float), LEAST)).mean())


def brier_score(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """Return the mean squared distance from the truth, summed over answers: 0 for certain and right, 2 for certain and wrong.

    Notes
    -----
    Brier (1950), in its form for several answers; from general knowledge.

    Examples
    --------
    >>> round(brier_score(np.array([[0.5, 0.5]]), np.array([0])), 6)
    0.5
    """
    probabilities = np.asarray(probabilities, dtype=float)
    stated = np.take_along_axis(probabilities, np.asarray(truth)[:, None], axis=1)[:, 0]
    return float(((probabilities**2).sum(axis=1) - 2 * stated + 1).mean())


def reliability_table(confidence: np.ndarray, right: np.ndarray, *, bins: int = 15) -> pd.DataFrame:
    """Compare how sure the answers were with how many were right, in bins of equal width.

    Parameters
    ----------
    confidence : numpy.ndarray of float
        What was stated for the answer given, between 0 and 1.
    right : numpy.ndarray of bool
    bins : int

    Returns
    -------
    pandas.DataFrame
        One row per bin: low, high, cases, confidence (mean), accuracy; the last two unknown in an empty one.

    Examples
    --------
    >>> reliability_table([0.55, 0.65, 0.95], [True, False, True], bins=2)[["cases", "accuracy"]].loc[1].tolist()
    [3.0, 0.6666666666666666]
    """
    confidence, right = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    cases = np.bincount(number, minlength=bins)
    with np.errstate(invalid="ignore"):
        means = [np.bincount(number, weights=values, minlength=bins) / cases for values in (confidence, right)]
    table = pd.DataFrame({"low": np.arange(bins) / bins, "high": np.arange(1, bins + 1) / bins, "cases": cases})
    for name, values in zip(("confidence", "accuracy"), means, strict=True):
        table[name] = pd.Series(np.where(cases > 0, values, 0.0), dtype=DTYPES["float"]).where(cases > 0)
    return table.astype({"cases": DTYPES["int"], "low": DTYPES["float"], "high": DTYPES["float"]})


def calibration_error(confidence: np.ndarray, right: np.ndarray, *, bins: int = 15) -> float:
    """Return the expected calibration error: the mean over cases of the gap of their bin.

    Notes
    -----
    Equal-width bins as in Guo, Pleiss, Sun and Weinberger, ICML 2017; from general knowledge. It is never 0 for
    a finite number of cases: compare it with `calibration_null`.

    Examples
    --------
    >>> round(calibration_error([0.8] * 10, [True] * 7 + [False] * 3), 6)
    0.1
    """
    confidence, right = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(np.abs(np.bincount(number, weights=confidence - right, minlength=bins)).sum() / max(len(confidence), 1))


def calibration_null(confidence: np.ndarray, *, bins: int = 15, draws: int = 200, seed: int = 0) -> np.ndarray:
    """Return what the calibration error would be if every stated probability were true: outcomes redrawn from them.

    Returns
    -------
    numpy.ndarray of float
        Sorted, one per draw.

    Examples
    --------
    >>> bool(calibration_null(np.full(50, 0.5), draws=20).max() < 0.4)
    True
    """
    chance, confidence = np.random.default_rng(seed), np.asarray(confidence, dtype=float)
    return np.sort([calibration_error(confidence, chance.random(len(confidence)) < confidence, bins=bins) for _ in range(draws)])


def coverage_of_sets(probabilities: np.ndarray, truth: np.ndarray, *, mass: float = 0.95, seed: int | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, for the smallest sets that hold `mass`, whether the truth is in them, what they hold, and their sizes.

    Parameters
    ----------
    probabilities : numpy.ndarray of float, (cases, answers)
    truth : numpy.ndarray of int, (cases,)
    mass : float
    seed : int, optional
        Leave the last answer of each set out at random, so that it holds `mass` on average and
        no more: sets of sure answers hold far more than 95 % by themselves.

    Examples
    --------
    >>> covered, held, sizes = coverage_of_sets(np.array([[0.6, 0.3, 0.1]]), np.array([1]), mass=0.8)
    >>> bool(covered[0]), round(float(held[0]), 2), int(sizes[0])
    (True, 0.9, 2)
    """
    probabilities = np.asarray(probabilities, dtype=float)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    ranked = np.take_along_axis(probabilities, order, axis=1)
    total = ranked.cumsum(axis=1)
    size = np.minimum((total < mass - 1e-12).sum(axis=1) + 1, probabilities.shape[1])
    rows = np.arange(len(probabilities))
    held = total[rows, size - 1]
    if seed is not None:
        last = ranked[rows, size - 1]
        kept = np.random.default_rng(seed).random(len(rows)) < (mass - (held - last)) / np.maximum(last, LEAST)
        size = np.where(kept, size, size - 1)
        held = np.where(kept, held, held - last)
    place = (order == np.asarray(truth)[:, None]).argmax(axis=1)
    return place < size, held, size


def bootstrap_interval(statistic: Callable[[np.ndarray], float], cases: int, *, draws: int = 200, level: float = 0.95, seed: int = 0) -> tuple[float, float]:
    """Return the interval that a statistic takes when cases are drawn anew with replacement.

    Parameters
    ----------
    statistic : callable
        Takes an array of case numbers and returns a number.
    cases : int
    draws : int
    level : float
        Share of the draws inside.

    Notes
    -----
    Percentile bootstrap, Efron (1979); from general knowledge.

    Examples
    --------
    >>> values = np.arange(100.0)
    >>> low, high = bootstrap_interval(lambda of: float(values[of].mean()), 100)
    >>> 40 < low < 49.5 < high < 60
    True
    """
    chance = np.random.default_rng(seed)
    drawn = np.sort([statistic(chance.integers(cases, size=cases)) for _ in range(draws)]) if cases else np.array([np.nan])
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
