"""Which known values of the visitor reached whom, in which form, and where could that not be seen?

`persona` says what is known, `forms`, `phones` and `dates` how it may be written, `encodings`,
`hashes` and `old_hashes` how that may be hidden; `needles` puts the two together. `texts` says what
is searched, `scan` searches it in one pass, `layers` opens what looks encoded, `search` joins the
two. `results` makes rows of hits, `ledger` says what was not found, and `grid` lists the cells that
are promised, from which docs/leaks.md is made.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from hartools.capture import Capture
from hartools.errors import HarError
from hartools.payloads.leaks.forms import forms_of
from hartools.payloads.leaks.ledger import ledger_table
from hartools.payloads.leaks.needles import needles_of
from hartools.payloads.leaks.persona import read_known
from hartools.payloads.leaks.results import TIERS, leaks_table
from hartools.payloads.leaks.search import search
from hartools.payloads.leaks.texts import sources_of

__all__ = ["TIERS", "Leaks", "find_leaks"]


class Leaks(NamedTuple):
    """What was found of the known values, and the ledger of all that was looked for.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per entry, field, name, value and hash; see `find_leaks`.
    ledger : pandas.DataFrame
        One row per known value and field: label, field, result (found, not found, not observable, not
        looked for), entries, forms, why.
    """

    table: pd.DataFrame
    ledger: pd.DataFrame


def find_leaks(
    capture: Capture, known: Mapping[str, object] | str | Path, *, depth: int = 1, response_bodies: bool = False, calling_code: str | None = None, reveal: bool = False
) -> Leaks:
    """Find where known personal values stand in a capture, in any promised form, encoding or hash.

    Parameters
    ----------
    capture : Capture
        A capture, or an observer's view.
    known : mapping of str to str or list, or path of a .json, .toml or .yml file
        Label to value: ``{"email": ..., "phone": ..., "birth_date": ..., "name": ..., "postcode": ...,
        "search": ...}`` or any other label; the label says the kind.
    depth : {1, 2}
        One encoding or hash, behind any layers that are undone; or two of them one inside the other.
    response_bodies : bool
        Search the bodies of answers too.
    calling_code : str, optional
        Of the country in whose numbering phone numbers without ``+`` are written: ``"33"``.
    reveal : bool
        Show values as they are, for this one call.

    Returns
    -------
    Leaks
        ``table``: entry_id, host, site, party (of the receiver), direction (sent, received), field,
        name (of the parameter, cookie or header, or path in the body), label, value (masked), form
        (how the value was written before it was encoded), path (``query em → sha256(lower(trim(email)))``),
        tier (`TIERS`), position (in bytes from the beginning of the innermost text), excerpt (masked).
        ``ledger``: what was looked for where, with what result.

    Raises
    ------
    HarError
        If there is nothing to look for, or it cannot be read.

    Notes
    -----
    What is promised is listed in docs/leaks.md. The method (write and hash each value in every way,
    and undo layers on the way to it) is that of LeakDetector (leaky-forms/leaky-forms, read), which
    names Englehardt, Han and Narayanan, PoPETs 2018, as its source.

    Examples
    --------
    >>> import hartools as ht
    >>> found = find_leaks(ht.read_har(ht.example_har()), {"search": "dentiste/lyon"})
    >>> found.table[["entry_id", "path", "excerpt"]].values.tolist()
    [[0, 'path segment 1 → trim(search)', 'dent…(13 characters, #c5da38)'], [4, 'query dl → trim(search)', 'dent…(13 characters, #c5da38)']]
    >>> found.ledger[found.ledger.result != "not found"][["field", "result"]].values.tolist()
    [['path', 'found'], ['query', 'found'], ['fragment', 'not observable'], ['response body', 'not looked for']]
    """
    if depth not in (1, 2):
        raise HarError(f"depth {depth!r} is neither 1 nor 2")
    values = read_known(known)
    forms = [form for value in values for form in forms_of(value, calling_code=calling_code)]
    needles = needles_of(forms, depth=depth)
    table = leaks_table(capture, search(sources_of(capture, response_bodies=response_bodies), needles), reveal=reveal)
    counts = Counter(form.label for form in forms)
    return Leaks(table, ledger_table(capture, values, counts, table, response_bodies=response_bodies))
