"""How much is still open once the evidence is weighed, and how much did the evidence give away?"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from hartools.inference.sensitive import SENSITIVE_CLASSES, sensitive_class, sensitive_totals

__all__ = ["SENSITIVE_CLASSES", "anonymity_set", "bayes_vulnerability", "credible_set", "degree_of_anonymity", "diversity", "effective_set", "entropy_bits", "leakage",
           "min_entropy_bits", "mutual_information_bits", "sensitive_class", "sensitive_totals", "uncertainty_table"]


def probabilities_of(posterior) -> np.ndarray:
    """Take the probabilities out of a `Posterior`, a Series, a mapping or a sequence."""
    held = posterior.table.probability if hasattr(posterior, "table") else list(posterior.values()) if isinstance(posterior, Mapping) else posterior
    probabilities = np.asarray(held, dtype=float)
    if not len(probabilities) or (probabilities < 0).any() or not np.isclose(probabilities.sum(), 1, atol=1e-6):
        raise ValueError(f"probabilities are not negative and sum to 1; these {len(probabilities)} sum to {probabilities.sum():g}")
    return probabilities


def entropy_bits(posterior) -> float:
    """Return Shannon's entropy in bits.

    Parameters
    ----------
    posterior : Posterior, pandas.Series, mapping or sequence of float
        Probabilities that sum to 1.

    Raises
    ------
    ValueError
        If they do not.

    Examples
    --------
    >>> entropy_bits([0.25] * 4)
    2.0
    """
    positive = probabilities_of(posterior)
    positive = positive[positive > 0]
    return float(-(positive * np.log2(positive)).sum()) + 0.0


def effective_set(posterior) -> float:
    """Return how many equally probable answers would be as uncertain: two to the power of the entropy.

    Notes
    -----
    Serjantov and Danezis (2002); from general knowledge.

    Examples
    --------
    >>> effective_set([0.25] * 4)
    4.0
    """
    return 2 ** entropy_bits(posterior)


def degree_of_anonymity(posterior, *, answers: int | None = None) -> float:
    """Return the entropy as a share of the most that so many answers could have: 1 for nothing told, 0 for all.

    Parameters
    ----------
    posterior : Posterior, pandas.Series, mapping or sequence of float
    answers : int, optional
        How many answers there are; by default all that are given, those of no probability too.

    Notes
    -----
    Diaz, Seys, Claessens and Preneel (2002); from general knowledge.

    Examples
    --------
    >>> degree_of_anonymity([0.5, 0.5, 0, 0])
    0.5
    """
    count = len(probabilities_of(posterior)) if answers is None else answers
    return float(entropy_bits(posterior) / np.log2(count)) if count > 1 else 0.0


def bayes_vulnerability(posterior) -> float:
    """Return the probability that the best single guess is right.

    Notes
    -----
    Smith (2009); from general knowledge.

    Examples
    --------
    >>> bayes_vulnerability([0.6, 0.3, 0.1])
    0.6
    """
    return float(probabilities_of(posterior).max())


def min_entropy_bits(posterior) -> float:
    """Return -log2 of the Bayes vulnerability.

    Examples
    --------
    >>> min_entropy_bits([0.5, 0.25, 0.25])
    1.0
    """
    return float(-np.log2(bayes_vulnerability(posterior))) + 0.0


def leakage(posterior, prior) -> float:
    """Return how many times better the best guess has become: vulnerability after, divided by that before.

    Notes
    -----
    Multiplicative leakage of quantitative information flow, Smith (2009), here of one observation; average it over
    simulated ones for that of a channel.

    Examples
    --------
    >>> leakage([1.0, 0, 0, 0], [0.25] * 4)
    4.0
    """
    return bayes_vulnerability(posterior) / bayes_vulnerability(prior)


def mutual_information_bits(prior, posteriors: Iterable) -> float:
    """Return by how many bits the evidence lowered the entropy, averaged over searches drawn from the prior.

    Examples
    --------
    >>> mutual_information_bits([0.5, 0.5], [[1.0, 0.0], [0.5, 0.5]])
    0.5
    """
    left = [entropy_bits(posterior) for posterior in posteriors]
    return entropy_bits(prior) - sum(left) / len(left)


def anonymity_set(posterior, *, least: float = 0.0) -> int:
    """Count the answers that are still possible: those with a probability above `least`.

    Examples
    --------
    >>> anonymity_set([0.9, 0.1, 0.0])
    2
    """
    return int((probabilities_of(posterior) > least).sum())


def credible_set(posterior, *, mass: float = 0.95, seed: int | None = None) -> list[int]:
    """Return the positions of the most probable answers that together hold `mass`.

    Parameters
    ----------
    posterior : Posterior, pandas.Series, mapping or sequence of float
    mass : float
    seed : int, optional
        Leave the last answer out at random, so that sets hold `mass` on average and no more.

    Examples
    --------
    >>> credible_set([0.1, 0.6, 0.3], mass=0.85)
    [1, 2]
    """
    probabilities = probabilities_of(posterior)
    order = np.argsort(-probabilities, kind="stable")
    total = probabilities[order].cumsum()
    size = min(int((total < mass - 1e-12).sum()) + 1, len(order))
    last = probabilities[order[size - 1]]
    if seed is not None and last > 0 and np.random.default_rng(seed).random() >= (mass - total[size - 1] + last) / last:
        size -= 1
    return order[:size].tolist()


def diversity(posterior, attribute: str, *, mass: float = 0.95) -> int:
    """Count the different values of an attribute among the queries that together hold `mass`.

    A set of fifty practitioners of one specialty hides the person and not the specialty.

    Parameters
    ----------
    posterior : Posterior
    attribute : str
        Queries that leave it open count as one value of their own.
    mass : float

    Notes
    -----
    l-diversity, Machanavajjhala and others (2007); from general knowledge.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> search = ht.searches_in(ht.view_as(capture, "third_party:cloudinary.com"), ht.catalogue_from(capture))[0]
    >>> diversity(search.posterior, "specialty", mass=0.5)
    1
    """
    values = posterior.table.value.tolist()
    return len({(values[number] or {}).get(attribute) for number in credible_set(posterior, mass=mass)})


def uncertainty_table(posteriors: Mapping[str, object], *, prior=None) -> pd.DataFrame:
    """Lay the measures of several posteriors side by side.

    Parameters
    ----------
    posteriors : mapping of str to Posterior, pandas.Series or sequence of float
        By name, for example one per prior.
    prior : Posterior, pandas.Series or sequence of float, optional
        For the leakage, which is left out without it.

    Returns
    -------
    pandas.DataFrame
        One row per posterior: name, entropy_bits, effective_set, degree, vulnerability,
        min_entropy_bits, possible (answers), credible_95 (answers), leakage.

    Examples
    --------
    >>> uncertainty_table({"uniform": [0.5, 0.25, 0.25]})[["entropy_bits", "vulnerability"]].loc[0].tolist()
    [1.5, 0.5]
    """
    rows = [{"name": name, "entropy_bits": entropy_bits(each), "effective_set": effective_set(each), "degree": degree_of_anonymity(each), "vulnerability": bayes_vulnerability(each),
             "min_entropy_bits": min_entropy_bits(each), "possible": anonymity_set(each), "credible_95": len(credible_set(each))}
            | ({} if prior is None else {"leakage": leakage(each, prior)}) for name, each in posteriors.items()]
    return pd.DataFrame(rows)
