"""Which names stand behind a host, by an answer of the Domain Name System that the reader kept?"""

import csv
import io
import ipaddress
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from hartools.columns import DTYPES, require_columns
from hartools.errors import ReferenceDataError

__all__ = ["aliases_in", "names_behind", "read_dns_answers"]

# A file of answers is small; what is larger is something else.
MAX_BYTES = 16 << 20
MAX_ROWS = 200_000
# RFC 1034, 3.6.2: a chain of aliases is followed to its end; none honest is longer.
LONGEST_CHAIN = 16

COLUMNS = {"host": "str", "type": "str", "value": "str", "time": "time"}
TYPES = {1: "A", 5: "CNAME", 28: "AAAA", 65: "HTTPS"}
RECORD = re.compile(r"^\s*(\S+?)\.?\s+(?:(\d+)\s+)?(?:IN\s+)?(A|AAAA|CNAME|HTTPS)\s+(\S+)")
WHEN = re.compile(r"^;; WHEN: (.+)$")
NAME = re.compile(r"^[\w*-]{1,63}(\.[\w-]{1,63}){0,10}$")


def read_dns_answers(path: str | Path) -> pd.DataFrame:
    """Read DNS answers from a file: output of dig, JSON of DNS over HTTPS, or CSV.

    Parameters
    ----------
    path : path
        Text of ``dig`` (also ``+noall +answer``), one JSON object or several (a list, or one a
        line) with ``Answer`` as Google's and Cloudflare's resolvers write it, or CSV with the
        columns host, type, value and, where known, time.

    Returns
    -------
    pandas.DataFrame
        One row per record of type A, AAAA, CNAME or HTTPS: host, type, value, time (UTC, when it
        was asked; unknown where the file does not say).

    Raises
    ------
    ReferenceDataError
        If the file is too large or holds no such record.
    OSError
        If it cannot be opened.

    Notes
    -----
    JSON: the members Question, Answer, name, type, data of developers.google.com/speed/public-dns/docs/doh/json
    (general knowledge, not looked up). ``WHEN`` of dig is taken for UTC where it says so, else unknown.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "answers.txt")
    ...     _ = path.write_text("media.doctor.example. 300 IN CNAME d111.cloudfront.net.")
    ...     read_dns_answers(path)[["host", "type", "value"]].values.tolist()
    [['media.doctor.example', 'CNAME', 'd111.cloudfront.net']]
    """
    path = Path(path)
    with path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ReferenceDataError(f"{path.name}: more than {MAX_BYTES >> 20} MB; a file of DNS answers is smaller. Keep the answers for the hosts of the capture only.")
    text = data.decode("utf-8-sig", "replace")
    rows = list(_records(text))
    rows = [row for row in rows if NAME.match(row[0]) and _fits(row[1], row[2])][:MAX_ROWS]
    if not rows:
        raise ReferenceDataError(f"{path.name}: no DNS record of type A, AAAA, CNAME or HTTPS in it. It takes what `dig NAME` prints, "
                                 "the JSON of a DNS-over-HTTPS resolver, or CSV with the columns host, type, value, time.")
    table = pd.DataFrame(rows, columns=list(COLUMNS)).drop_duplicates(ignore_index=True)
    table["time"] = pd.to_datetime(table["time"], utc=True, errors="coerce", format="mixed")
    return table.astype({name: DTYPES[kind] for name, kind in COLUMNS.items()})


def _records(text: str) -> Iterable[tuple]:
    start = text.lstrip()[:1]
    if start in ("{", "["):
        return _of_json(text)
    head = text.lstrip().partition("\n")[0].lower()
    if "host" in head and "type" in head and "value" in head:
        return _of_csv(text)
    return _of_dig(text)


def _of_json(text: str) -> Iterable[tuple]:
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        loaded = [_line(line) for line in text.splitlines() if line.strip()]
    for answer in loaded if isinstance(loaded, list) else [loaded]:
        if not isinstance(answer, dict) or not isinstance(answer.get("Answer"), list):
            continue
        asked = answer.get("time") or answer.get("Date")
        for record in answer["Answer"]:
            if isinstance(record, dict) and isinstance(record.get("name"), str) and isinstance(record.get("data"), str):
                kind = record.get("type")
                kind = TYPES.get(kind) if isinstance(kind, int) else str(kind).upper()
                if kind in TYPES.values():
                    yield _plain(record["name"]), kind, _plain(record["data"]), asked if isinstance(asked, str) else None


def _line(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _of_csv(text: str) -> Iterable[tuple]:
    rows = csv.DictReader(io.StringIO(text.lstrip()), dialect=csv.excel_tab if "\t" in text.partition("\n")[0] else csv.excel)
    try:
        for row in rows:
            cells = {(name or "").strip().lower(): (value or "").strip() for name, value in row.items() if isinstance(value, str)}
            if cells.get("host") and cells.get("type", "").upper() in TYPES.values() and cells.get("value"):
                yield _plain(cells["host"]), cells["type"].upper(), _plain(cells["value"]), cells.get("time") or None
    except csv.Error:
        return


def _of_dig(text: str) -> Iterable[tuple]:
    found, pending = [], []
    for line in text.splitlines():
        when = WHEN.match(line)
        if when:
            # "Tue Mar 09 10:00:00 UTC 2021": a zone that is no offset would have to be guessed
            moment = when[1] if re.search(r"\b(UTC|GMT)\b", when[1]) else None
            found += [(*row, moment and re.sub(r"\b(UTC|GMT)\b ?", "", moment)) for row in pending]
            pending = []
        elif not line.startswith(";") and (record := RECORD.match(line)):
            pending.append((_plain(record[1]), record[3].upper(), _plain(record[4])))
    return found + [(*row, None) for row in pending]


def _fits(kind: str, value: str) -> bool:
    """Tell whether a value is of its type: prose has words that look like a record."""
    if kind not in ("A", "AAAA"):
        return kind == "HTTPS" or "." in value
    try:
        return ipaddress.ip_address(value).version == (4 if kind == "A" else 6)
    except ValueError:
        return False


def _plain(name: str) -> str:
    return name.strip().strip('"').rstrip(".").lower()[:255]


def aliases_in(answers: pd.DataFrame | None) -> dict[str, tuple[str, pd.Timestamp]]:
    """Return what each name is an alias of, and when that was asked.

    Examples
    --------
    >>> aliases_in(pd.DataFrame({"host": ["a.example"], "type": ["CNAME"], "value": ["b.example"]}))["a.example"][0]
    'b.example'
    """
    if answers is None:
        return {}
    require_columns(answers, ["host", "type", "value"])
    times = answers["time"] if "time" in answers.columns else [pd.NaT] * len(answers)
    return {host: (value, time) for host, kind, value, time in zip(answers.host, answers.type, answers.value, times, strict=True) if kind == "CNAME"}


def names_behind(host: str, aliases: Mapping[str, tuple[str, pd.Timestamp]]) -> list[str]:
    """Follow the aliases of a host to the end, nearest first.

    Examples
    --------
    >>> names_behind("a.example", {"a.example": ("b.example", None), "b.example": ("a.example", None)})
    ['b.example']
    """
    chain, name = [], host
    while name in aliases and len(chain) < LONGEST_CHAIN:
        name = aliases[name][0]
        if name == host or name in chain:
            break
        chain.append(name)
    return chain
