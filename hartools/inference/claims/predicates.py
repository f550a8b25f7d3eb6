"""Which tests can a claim be bound to, and what does each look at?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hartools.findings import BASES, STRENGTHS
from hartools.inference.claims import tests_of_parties, tests_of_traffic
from hartools.inference.claims.verdicts import UNDECIDABLE, Verdict

__all__ = ["JOINTS", "PREDICATES", "Predicate"]

JOINTS = ("all", "any", "not")
LISTS = ("role", "vendor", "kinds", "basis", "name")


@dataclass(frozen=True)
class Predicate:
    """Hold one test: its settings, and the function that answers."""

    test: Callable[..., Verdict]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    def problem(self, settings: Mapping[str, Any]) -> str | None:
        """Say what is wrong with the settings, if something is."""
        return next((found for name, value in settings.items() if (found := _problem(name, value))), None)


def _problem(name: str, value: Any) -> str | None:
    if name == "probability_at_least":
        return None if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1 else f"{name} is a number from 0 to 1"
    if name == "first_party_proxied":
        return None if isinstance(value, bool) else f"{name} is true or false"
    values = value if isinstance(value, list) and name in LISTS else [value]
    if not values or not all(isinstance(each, str) and each for each in values):
        return f"{name} is text{' or a list of texts' if name in LISTS else ''}"
    known = {"at_least": STRENGTHS, "basis": BASES, "side": ("request", "response"), "conclusion": tests_of_parties.CONCLUSIONS}.get(name)
    wrong = [each for each in values if known and each not in known]
    return f"{name} is none of {', '.join(known)}" if wrong else None


def _unknowable(case, *, why: str, who_could_tell: str | None = None) -> Verdict:
    """Say that no capture decides it, and who could."""
    return Verdict(UNDECIDABLE, " ".join(why.split()), basis="undecidable", strength="undecidable", who_could_tell=who_could_tell and " ".join(who_could_tell.split()))


PREDICATES: Mapping[str, Predicate] = {
    "received": Predicate(tests_of_traffic.received, ("party",), ("role",)),
    "finding": Predicate(tests_of_traffic.finding, ("observer", "topic"), ("value", "basis", "at_least", "probability_at_least")),
    "telemetry": Predicate(tests_of_traffic.telemetry, ("vendor",), ("party", "holds", "first_party_proxied")),
    "cookie": Predicate(tests_of_traffic.cookie, ("party",), ("role", "name", "side")),
    "readable": Predicate(tests_of_traffic.readable, ("host",), ("kinds", "side")),
    "infrastructure": Predicate(tests_of_parties.infrastructure, ("host", "party", "conclusion"), ("at_least",)),
    "certificate": Predicate(tests_of_parties.certificate, ("host",)),
    "statute": Predicate(tests_of_parties.statute, ("id", "party"), ("at_least",)),
    "unknowable": Predicate(_unknowable, ("why",), ("who_could_tell",)),
}
