"""Which statutes do we know, as they stood on which day?"""

import datetime
import tomllib
from functools import lru_cache
from importlib.resources import files

import pandas as pd

from hartools.columns import DTYPES

__all__ = ["arguments_on", "statutes_on", "statutes_table"]

COLUMNS = ("statute", "name", "side", "citation", "reaches", "since", "until", "in_force", "law_then", "trigger", "not_shown", "settles", "grade", "source")

NOT_YET = "not in force on that day"
NO_DAY = "the day of the capture is not known: pass on="


def statutes_table() -> pd.DataFrame:
    """Return every statute that hartools knows, one row per version.

    Returns
    -------
    pandas.DataFrame
        statute (id), name, side, citation, reaches (how a party meets the trigger), since and until
        (first and last day of the version; until is unknown where it held when it was written),
        in_force (yes, or unknown), law_then, trigger, not_shown, settles (who could tell), grade
        (read, or general knowledge), source.

    Examples
    --------
    >>> table = statutes_table()
    >>> table[table.statute == "GDPR-V"].since.tolist()
    ['2018-05-25', '2020-07-16', '2023-07-10', '2025-09-03']
    """
    return _table([_row(statute, version) for statute in _data()["statute"] for version in statute["versions"]])


def statutes_on(day: datetime.date | None) -> pd.DataFrame:
    """Return each statute once, as it stood on a day.

    Parameters
    ----------
    day : datetime.date or None
        None where it is not known.

    Returns
    -------
    pandas.DataFrame
        As `statutes_table`, one row per statute; in_force is yes, no or unknown.

    Examples
    --------
    >>> law = statutes_on(datetime.date(2021, 3, 8)).set_index("statute")
    >>> law.loc["GDPR-V", "law_then"].partition(":")[0], law.loc["FISA-702", "until"]
    ('for the United States no adequacy decision', '2021-12-21')
    """
    return _table([_row(statute, _version_on(statute, day)) for statute in _data()["statute"]])


def arguments_on(statute: str, day: datetime.date | None) -> list[str]:
    """Return the counter-arguments to a statute that held on a day; all of them where it is not known.

    Parameters
    ----------
    statute : str
        Id of the statute.
    day : datetime.date or None

    Returns
    -------
    list of str

    Examples
    --------
    >>> [text.split(",")[0] for text in arguments_on("HDS", datetime.date(2021, 3, 12))]
    ["The certificate does not turn on the host's seat: hosts of US groups hold it", "Conseil d'État"]
    """
    known = {each["id"]: each for each in _data()["argument"]}
    wanted = next(each["against"] for each in _data()["statute"] if each["id"] == statute)
    return [known[name]["text"] for name in wanted if day is None or _holds(known[name], day)]


@lru_cache(maxsize=1)
def _data() -> dict:
    return tomllib.loads(files("hartools.parties").joinpath("data/statutes.toml").read_text(encoding="utf-8"))


def _holds(dated: dict, day: datetime.date) -> bool:
    written = day.isoformat()
    return dated.get("since", "") <= written <= dated.get("until", "9999-12-31")


def _version_on(statute: dict, day: datetime.date | None) -> dict:
    if day is None:
        return {"state": "unknown", "text": NO_DAY}
    first = statute["versions"][0]
    return next((version for version in statute["versions"] if _holds(version, day)), first | {"state": "no", "text": f"{NOT_YET}: since {first['since']}"})


def _row(statute: dict, version: dict) -> dict:
    in_force = {"in force": "yes"}.get(version["state"], version["state"])
    named = {name: statute[name] for name in ("name", "side", "citation", "reaches", "trigger", "not_shown", "settles")}
    dated = {name: version.get(name) for name in ("since", "until", "grade", "source")}
    return {"statute": statute["id"], **named, **dated, "in_force": in_force, "law_then": version["text"]}


def _table(rows: list[dict]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(DTYPES["str"])
