"""What is claimed, by whom, with which doubt, and how would a capture show it?"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import yaml

from hartools.errors import ClaimsError
from hartools.inference.claims.predicates import JOINTS, PREDICATES

__all__ = ["Claim", "Elsewhere", "read_claims"]

LARGEST = 1_000_000  # bytes
DEEPEST, MOST_PARTS = 8, 200  # of one predicate
TEXTS = ("id", "sentence", "source", "doubt", "reply", "note")
REQUIRED = ("id", "sentence", "source", "predicate")
VERDICTS = ("holds", "fails", "undecidable")


@dataclass(frozen=True)
class Elsewhere:
    """Say what is to be said of the sentence at the place that it was published about."""

    where: str
    verdict: str
    why: str
    who_could_tell: str | None = None


@dataclass(frozen=True)
class Claim:
    """Hold a published sentence, its source, the doubt and the reply beside it, and its predicate."""

    id: str
    sentence: str
    source: str
    predicate: Mapping
    case: str | None = None
    doubt: str | None = None
    reply: str | None = None
    elsewhere: tuple[Elsewhere, ...] = ()


def read_claims(source: str | os.PathLike | None = None) -> list[Claim]:
    """Read a file of claims.

    Parameters
    ----------
    source : path, optional
        YAML in the form that docs/claims.md describes; by default the claims of the Doctolib case of
        March 2021, which hartools ships.

    Returns
    -------
    list of Claim

    Raises
    ------
    ClaimsError
        If the file is no such YAML: which claim, what was found, and what may stand there.

    Examples
    --------
    >>> [claim.id for claim in read_claims()][:2]
    ['image-host-could-tell-the-search', 'google-analytics-received-metadata']
    """
    path = files("hartools.inference.claims").joinpath("data/claims.yml") if source is None else Path(source)
    name, data = path.name, path.read_bytes()
    if len(data) > LARGEST:
        raise ClaimsError(f"{name}: {len(data):,} bytes; a file of claims has at most {LARGEST:,}.")
    try:
        document = yaml.safe_load(data.decode("utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ClaimsError(f"{name}: not YAML in UTF-8 ({' '.join(str(error).split())[:200]}).") from error
    claims = document.get("claims") if isinstance(document, dict) else None
    if not isinstance(claims, list) or not claims:
        raise ClaimsError(f"{name}: no list `claims`; found {type(document).__name__}. A file of claims has `case:` and `claims:`, see docs/claims.md.")
    read = [_claim(claim, f"{name}, claim {number + 1}", document.get("case")) for number, claim in enumerate(claims)]
    ids = [claim.id for claim in read]
    if len(set(ids)) != len(ids):
        raise ClaimsError(f"{name}: two claims have the id {next(each for each in ids if ids.count(each) > 1)!r}.")
    return read


def _claim(claim: object, place: str, case: object) -> Claim:
    if not isinstance(claim, dict):
        raise ClaimsError(f"{place}: {type(claim).__name__} instead of a mapping with {', '.join(REQUIRED)}.")
    place = f"{place} ({claim['id']!r})" if "id" in claim else place
    missing, unknown = [key for key in REQUIRED if key not in claim], sorted(map(str, set(claim) - {*TEXTS, "predicate", "elsewhere"}))
    if missing or unknown:
        raise ClaimsError(f"{place}: {'lacks ' + ', '.join(missing) if missing else 'has ' + ', '.join(unknown)}; a claim has {', '.join(REQUIRED)}, and may have doubt, reply, note, elsewhere.")
    if wrong := [key for key in TEXTS if not isinstance(claim.get(key, ""), str)]:
        raise ClaimsError(f"{place}: {', '.join(wrong)} must be text.")
    _check_predicate(claim["predicate"], place)
    texts = {key: " ".join(claim[key].split()) for key in TEXTS if key in claim and key != "note"}
    return Claim(predicate=claim["predicate"], elsewhere=tuple(_elsewhere(claim.get("elsewhere", []), place)), case=None if case is None else str(case), **texts)


def _elsewhere(given: object, place: str) -> Iterator[Elsewhere]:
    for each in given if isinstance(given, list) else [given]:
        known = isinstance(each, dict) and {"where", "verdict", "why"} <= set(each) <= {"where", "verdict", "why", "who_could_tell"}
        if not known or each["verdict"] not in VERDICTS:
            raise ClaimsError(f"{place}: elsewhere has where, verdict (one of {', '.join(VERDICTS)}), why, and may have who_could_tell.")
        yield Elsewhere(**{key: " ".join(str(value).split()) for key, value in each.items()})


def _check_predicate(predicate: object, place: str) -> None:
    """Refuse what no capture could be held against, before a capture is looked at."""
    waiting, seen = [(predicate, 0)], 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST or seen > MOST_PARTS:
            raise ClaimsError(f"{place}: a predicate is at most {DEEPEST} deep and has at most {MOST_PARTS} parts.")
        if not isinstance(part, dict) or len(part) != 1:
            raise ClaimsError(f"{place}: a predicate has one word, of {', '.join([*JOINTS, *PREDICATES])}.")
        (word, content), = part.items()
        if word in JOINTS:
            parts = [content] if word == "not" else content
            if not isinstance(parts, list) or not parts:
                raise ClaimsError(f"{place}: {word} takes a list of predicates.")
            waiting += [(each, depth + 1) for each in parts]
        else:
            _check_settings(word, content, place)


def _check_settings(word: object, settings: object, place: str) -> None:
    if word not in PREDICATES:
        raise ClaimsError(f"{place}: no predicate {word!r}; there are {', '.join([*JOINTS, *PREDICATES])}.")
    required, optional = PREDICATES[word].required, PREDICATES[word].optional
    if not isinstance(settings, dict) or not set(required) <= set(settings) <= {*required, *optional}:
        raise ClaimsError(f"{place}: {word} takes {', '.join(required) or 'nothing of necessity'}{' and may take ' + ', '.join(optional) if optional else ''}.")
    if word in PREDICATES and (problem := PREDICATES[word].problem(settings)):
        raise ClaimsError(f"{place}: {word}: {problem}.")
