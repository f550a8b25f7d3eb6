"""What may be said of a sentence, and of several joined: holds, fails, or undecidable?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

__all__ = ["FAILS", "HOLDS", "UNDECIDABLE", "Verdict", "all_of", "any_of", "none_of"]

HOLDS, FAILS, UNDECIDABLE = "holds", "fails", "undecidable"


@dataclass(frozen=True)
class Verdict:
    """Say whether something holds, why, and which entries show it."""

    verdict: str
    why: str
    entry_ids: tuple[int, ...] = ()
    basis: str | None = None
    strength: str | None = None
    probability: float | None = None
    who_could_tell: str | None = None


def all_of(parts: Sequence[Verdict]) -> Verdict:
    """Join by and, after Kleene: one that fails decides; else one that cannot be decided leaves it open.

    Examples
    --------
    >>> all_of([Verdict("holds", "a"), Verdict("undecidable", "b")]).verdict
    'undecidable'
    """
    return _joined(parts, (FAILS, UNDECIDABLE, HOLDS))


def any_of(parts: Sequence[Verdict]) -> Verdict:
    """Join by or, after Kleene: one that holds decides; else one that cannot be decided leaves it open.

    Examples
    --------
    >>> any_of([Verdict("fails", "a"), Verdict("undecidable", "b")]).verdict
    'undecidable'
    """
    return _joined(parts, (HOLDS, UNDECIDABLE, FAILS))


def none_of(part: Verdict) -> Verdict:
    """Turn a verdict round; what cannot be decided stays so.

    Examples
    --------
    >>> none_of(Verdict("holds", "it is there")).verdict
    'fails'
    """
    turned = {HOLDS: FAILS, FAILS: HOLDS}.get(part.verdict, UNDECIDABLE)
    return replace(part, verdict=turned)


def _joined(parts: Sequence[Verdict], order: tuple[str, str, str]) -> Verdict:
    """Take the first verdict of the order that a part has, with the reasons of those parts and the weakest ground among them."""
    verdict = next(each for each in order if any(part.verdict == each for part in parts))
    deciding = [part for part in parts if part.verdict == verdict]
    deciding = deciding[:1] if verdict == HOLDS == order[0] else deciding
    probabilities = [part.probability for part in deciding if part.probability is not None]
    return Verdict(
        verdict,
        "; ".join(dict.fromkeys(part.why for part in deciding)),
        tuple(sorted({entry_id for part in deciding for entry_id in part.entry_ids})),
        _last((part.basis for part in deciding), ("observed", "derived", "inferred", "assumed", "undecidable")),
        _last((part.strength for part in deciding), ("certain", "very likely", "likely", "possible", "undecidable")),
        min(probabilities) if probabilities else None,
        "; ".join(dict.fromkeys(part.who_could_tell for part in deciding if part.who_could_tell)) or None,
    )


def _last(given: Iterable[str | None], order: tuple[str, ...]) -> str | None:
    known = [each for each in given if each is not None]
    return max(known, key=order.index) if known else None
