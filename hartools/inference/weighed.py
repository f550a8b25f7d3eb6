"""What is said of a search that was inferred, how surely, under which assumptions, and how many answers are left?"""

from collections.abc import Iterable, Mapping

from hartools.findings import found
from hartools.inference.catalogue import Catalogue
from hartools.inference.posterior import Posterior
from hartools.inference.searches import Search
from hartools.inference.sensitive import sensitive_totals

__all__ = ["describe_query", "percent", "weighed"]

# Classes that are less probable together than this are not worth a row.
LEAST = 0.05
MASS = 0.95


def describe_query(value: Mapping | None) -> str:
    """Put a query in words.

    Examples
    --------
    >>> describe_query({"specialty": "dentiste", "city": "lyon"}), describe_query({}), describe_query(None)
    ('specialty dentiste, city lyon', 'no particular search', 'a search or page that the catalogue does not list')
    """
    if value is None:
        return "a search or page that the catalogue does not list"
    return ", ".join(f"{name} {content}" for name, content in value.items()) or "no particular search"


def percent(probability: float) -> str:
    """Write a probability so that it never reads as certain.

    Examples
    --------
    >>> percent(0.5), percent(1.0)
    ('50.0 %', 'over 99.9 %')
    """
    return f"{100 * probability:.1f} %" if probability < 0.9995 else "over 99.9 %"


def weighed(search: Search, catalogue: Catalogue, others: Iterable[Search | None], model, *, rule: str) -> list[dict]:
    """Make the findings of one search: the query, each attribute that it names, and sensitive classes."""
    posterior, best = search.posterior, search.posterior.best()
    probability = posterior.probability(best)
    rows = [found("search query", f"It could infer a search for {describe_query(best)} (probability {percent(probability)}).", best, basis="inferred", rule=rule,
                  entry_ids=search.entry_ids, probability=probability, alternatives=posterior.alternatives(),
                  caveat=_caveat(search, catalogue, [other for other in others if other is not None], model))]
    for attribute in best:
        marginal = posterior.marginal(attribute)
        alternatives = [{"value": value, "probability": float(other)} for value, other in marginal.iloc[1:6].items()]
        rows.append(found(attribute, f"It could infer that the search was for {attribute} {marginal.index[0]} (probability {percent(marginal.iloc[0])}).", marginal.index[0],
                          basis="inferred", rule=rule, entry_ids=search.entry_ids, probability=float(marginal.iloc[0]), alternatives=alternatives,
                          caveat="The sum over all queries that name it."))
    return rows + [_sensitive(search, attribute, rule) for attribute in catalogue.attributes if _totals(posterior, attribute).max() >= LEAST]


def _totals(posterior: Posterior, attribute: str):
    return sensitive_totals(posterior.marginal(attribute))


def _sensitive(search: Search, attribute: str, rule: str) -> dict:
    totals = _totals(search.posterior, attribute)
    name, probability = totals.index[0], float(totals.iloc[0])
    return found("sensitive class", f"It could infer that the search was for {attribute} of the class {name} (probability {percent(probability)}).", name, basis="inferred", rule=rule,
                 entry_ids=search.entry_ids, probability=probability, alternatives=[{"value": other, "probability": float(share)} for other, share in totals.iloc[1:6].items()],
                 caveat="The sum over all queries for a specialty of that class, whose name alone tells a concern; all data on health is protected (GDPR, article 9).")


def _caveat(search: Search, catalogue: Catalogue, others: list[Search], model) -> str:
    posterior = search.posterior
    unknown = sum(asset not in catalogue.practitioners for asset in search.pictures)
    told = [f"{len(search.pictures)} pictures" + (f", {unknown} of them not in the catalogue" if unknown else "")]
    told.append(f"uncertainty {posterior.entropy_bits:.2f} bits, as of {2**posterior.entropy_bits:.1f} equally probable searches, from {posterior.prior_entropy_bits:.2f} bits before")
    told.append(f"the best guess is right with probability {percent(posterior.probabilities.max())}; {_left(posterior, catalogue)}")
    told.append(f"prior {posterior.prior}" + "".join(_under(posterior, other.posterior) for other in others))
    told.append(f"model {model.name}" + (f", stray share {model.stray_share:g}" if hasattr(model, "stray_share") else "") + f"; catalogue {catalogue.sha256[:8]} from {catalogue.source}")
    if catalogue.closed_world:
        told.append("the catalogue lists only what was seen: a query outside it stays possible")
    return "; ".join(told) + "."


def _left(posterior: Posterior, catalogue: Catalogue) -> str:
    """Say how many answers hold 95 %, and how many values of each attribute are among them."""
    left = posterior.credible_set(MASS)
    diverse = [(len({value[name] for value in left if value and name in value}), name) for name in catalogue.attributes]
    kinds = ", ".join(f"{count} of {name}" for count, name in diverse if count)
    return f"{len(left)} {'search holds' if len(left) == 1 else 'searches hold'} {MASS:.0%} together" + (f" (different values: {kinds})" if kinds else "")


def _under(posterior: Posterior, other: Posterior) -> str:
    probability = other.probability(other.best())
    if other.best() == posterior.best():
        return f" (prior {other.prior}: the same, {percent(probability)})"
    return f" (prior {other.prior}: {describe_query(other.best())}, {percent(probability)})"
