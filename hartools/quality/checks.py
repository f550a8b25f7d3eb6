"""Is this capture good enough for the questions put to it? Eighteen checks, Q01 to Q18."""

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.quality import checks_file as file
from hartools.quality import checks_traffic as traffic
from hartools.quality import checks_visit as visit
from hartools.quality.remedies import remedy
from hartools.quality.sensitive import sensitive_content
from hartools.quality.verdicts import Verdict, unobservable

__all__ = ["CHECKS", "capture_quality"]


class Check(NamedTuple):
    """Describe one check: what it is called, how grave it is, what it limits, who decides."""

    name: str
    level: str  # stop: a question cannot be answered; warn: a result is a lower bound; note
    limits: str | None  # metrics of `observable_table`; None where it limits no result
    judge: Callable[[Capture], Verdict]


CHECKS = {
    "Q01": Check("sanitized export", "stop", "cookies", file.sanitized_export),
    "Q02": Check("values replaced", "warn", "cookies", file.values_replaced),
    "Q03": Check("filter left on", "warn", "requests", visit.filter_left_on),
    "Q04": Check("late start", "warn", "requests", visit.late_start),
    "Q05": Check("single page", "note", "pages", visit.single_page),
    "Q06": Check("unanswered requests", "warn", "answers", traffic.unanswered_requests),
    "Q07": Check("cache", "warn", "requests", traffic.cache),
    "Q08": Check("service worker", "warn", "requests", traffic.service_worker),
    "Q09": Check("missing bodies", "warn", "response bodies", traffic.missing_bodies),
    "Q10": Check("no initiator", "note", "initiators", traffic.no_initiator),
    "Q11": Check("redirects", "warn", "redirects", traffic.missing_redirects),
    "Q12": Check("cookies without attributes", "note", "cookies", file.bare_cookies),
    "Q13": Check("times", "note", "times", file.times),
    "Q14": Check("proxy scope", "warn", "pages", file.proxy_scope),
    "Q15": Check("overlapping files", "note", "requests", file.overlapping_files),
    "Q16": Check("sensitive content", "warn", None, sensitive_content),
    "Q17": Check("used profile", "note", "cookies", visit.used_profile),
    "Q18": Check("damaged file", "stop", "requests", file.damaged_file),
}

# Columns that hold no text.
KINDS = {"count": "int", "entry_ids": "object"}


def capture_quality(capture: Capture) -> pd.DataFrame:
    """Run the checks Q01 to Q18 on a capture.

    The checks are about what a browser recorded; of an observer's view they say nothing.

    Parameters
    ----------
    capture : Capture

    Returns
    -------
    pandas.DataFrame
        One row per check, always all of them, in order: check, name, level (stop: a question
        cannot be answered; warn: a result is a lower bound; note), result (met: the problem is
        there; clear; not observable: this capture cannot tell), count, sentence, limits (the
        metrics of `observable_table` that it limits), remedy (how to record again), entry_ids.

    Examples
    --------
    >>> import hartools as ht
    >>> checks = capture_quality(ht.read_har(ht.example_har()))
    >>> checks[checks.result == "met"].check.tolist()
    ['Q06', 'Q07', 'Q16']
    """
    rows = [_row(capture, name, check, _judge(capture, name, check)) for name, check in CHECKS.items()]
    return pd.DataFrame({column: pd.Series([row[column] for row in rows], dtype=DTYPES[KINDS.get(column, "str")]) for column in rows[0]})


def _judge(capture: Capture, name: str, check: Check) -> Verdict:
    if capture.observer is not None:
        return unobservable(f"This is what {capture.observer} receives; the check is about the file, so run it on the capture that the view was made from.")
    if not len(capture) and name != "Q18":
        return unobservable("The capture holds no entry.")
    return check.judge(capture)


def _row(capture: Capture, name: str, check: Check, verdict: Verdict) -> dict:
    return {
        "check": name,
        "name": check.name,
        "level": verdict.level or check.level,
        "result": verdict.result,
        "count": verdict.count,
        "sentence": verdict.sentence,
        "limits": check.limits,
        "remedy": remedy(name, capture.exporter.dialect),
        "entry_ids": list(verdict.entry_ids),
    }
