"""Change what an observer cannot see, and neither its view nor its findings change."""

import copy
import json
import random
from dataclasses import replace

import pandas as pd
import pytest
from har_mutations import FACETS, STEPS
from har_sights import CATALOGUE, KINDS, conclude, documents, findings_of, load, observers_of, plain, read, sight_of, tables_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from samples import IMAGE_HOST, SAMPLES

import hartools as ht
from hartools.columns import TABLES
from hartools.findings import findings_table, found

# Every kind on a recording of each exporter, another visit for each kind, so that every file has its turn.
PAIRS = [(kind, name) for number, kind in enumerate(KINDS) for name in documents(number)]


def outcome(document, observer, origin, rule=conclude, file_differs=False):
    """Return findings and tables of an observer's view, comparable between documents."""
    capture = read(document)
    if file_differs:  # what is known of the file and of the program that wrote it is no observer's to know
        capture = replace(capture, source=replace(capture.source, name="elsewhere.har", size=1), exporter=replace(capture.exporter, name="Someone", version="0", browser="Netscape 4", why="so"))
    view = ht.view_as(capture, observer)
    return findings_of(capture, view, origin, rule=rule), tables_of(view, origin)


def differences(before, after):
    """Say where findings or tables differ, the first place of each."""
    told = [f"finding {n}: {ours} | {theirs}" for n, (ours, theirs) in enumerate(zip(before[0], after[0], strict=False)) if ours != theirs][:1]
    if len(before[0]) != len(after[0]):
        told.append(f"{len(before[0])} findings became {len(after[0])}")
    for name, table in before[1].items():
        if not table.equals(after[1][name]):
            told.append(f"table {name}: {len(table)} rows became {len(after[1][name])}; {first_difference(table, after[1][name])}")
    return told


def first_difference(ours, theirs):
    if len(ours) == len(theirs):
        for column in ours:
            for row, (one, other) in enumerate(zip(ours[column], theirs[column], strict=True)):
                if one is not other and one != other:
                    return f"{column} of row {row}: {one!r} became {other!r}"
    return ""


def check(document, observer, before, sight, seed, steps):
    told = differences(before, after(document, observer, sight, seed, steps))
    if told:
        alone = [step for step in steps if len(steps) > 1 and differences(before, after(document, observer, sight, seed, [step]))]
        pytest.fail(f"{observer}: its view or findings depend on what it does not receive (steps {', '.join(steps)}; alone: {', '.join(alone) or 'none'}, seed {seed!r})\n" + "\n".join(each[:1500] for each in told))


def after(document, observer, sight, seed, steps):
    changed = sight.change(document, random.Random(seed), steps=steps)
    return outcome(changed.document, observer, changed.origin, file_differs="file" in steps)


@pytest.mark.parametrize(("kind", "name"), PAIRS)
def test_view_and_findings_do_not_depend_on_what_is_hidden(kind, name):
    document, capture = load(name), read(load(name))
    for observer in observers_of(capture, kind, PAIRS.index((kind, name))):
        holds(name, document, observer, outcome(document, observer, range(len(capture))), sight_of(capture, observer))


def holds(name, document, observer, before, sight):
    @settings(max_examples=2, derandomize=True, deadline=None, database=None)
    @given(seed=st.integers(1, 1 << 30), steps=st.lists(st.sampled_from(STEPS), min_size=3, unique=True))
    @example(seed=0, steps=list(STEPS))
    def changed_or_not(seed, steps):
        check(document, observer, before, sight, f"{name} {observer} {seed}", steps)

    changed_or_not()


# ---- the mutator bites, and no more than it may ---------------------------------------------


def columns_of(capture, origin):
    """Return the cells of the raw tables by (table, column), each with the entry that it is of."""
    tables = {name: capture.table(name) for name in TABLES if name not in ("bodies", "findings")}
    bodies = capture.bodies()
    tables |= {"bodies": bodies} | {side: bodies[bodies.side == side] for side in ("request", "response")}
    told = {}
    for name, table in tables.items():
        cells = plain(table, origin)
        places = cells.entry_id.tolist() if "entry_id" in cells else [None] * len(cells)
        for column in cells if name in tables and name not in ("request", "response") else ["data"]:
            key = (name, column) if name not in ("request", "response") else ("bodies", name)
            told[key] = sorted(zip(map(str, places), map(repr, cells[column]), strict=True), key=lambda pair: pair[0])
    return told


def only(cells, places):
    return [pair for pair in cells if pair[0] in places]


@pytest.mark.parametrize("kind", KINDS)
def test_the_mutator_changes_every_hidden_column_and_no_received_one(kind):
    bitten = set()
    for name in documents(KINDS.index(kind)):
        document, capture = load(name), read(load(name))
        for observer in observers_of(capture, kind, 0)[:1]:
            sight = sight_of(capture, observer)
            # of requests that change places only the sums of a connection stay
            changed = sight.change(document, random.Random(1), steps=[step for step in STEPS if step != "mixed"])
            ours, theirs = columns_of(capture, range(len(capture))), columns_of(read(changed.document), changed.origin)
            bitten |= {column for column in ours if ours[column] != theirs[column]}
            for cells in set(filter(None, sight.cells)):
                places = {str(place) for place, each in enumerate(sight.cells) if each == cells}
                # a cookie that no script reads is a row of its own
                left_out = {"bodies"} | ({"cookies"} if ("cookies", "http_only") not in cells else set())
                sided = {cell for cell in cells & set(ours) if cell[0] not in left_out} | {cell for cell in cells if cell[0] == "bodies" and cell[1] in ("request", "response")}
                assert [column for column in sorted(sided) if only(ours[column], places) != only(theirs[column], places)] == [], name
    fed = {column for facet in FACETS.values() for column in facet.columns} - {("messages", "data"), ("connections", "first")}  # no sample has a WebSocket
    assert sorted(fed - bitten) == []


# A rule that peeks, by what it looks at in the raw capture: each is to be caught.
PEEKING = {
    "titles of pages": lambda capture, view: capture.pages.title.tolist(),
    "initiators of its own requests": lambda capture, view: capture.entries[capture.entries.entry_id.isin(view.entries.entry_id)].initiator_url.tolist(),
    "how many entries the file holds": lambda capture, view: len(capture),
    "the values of entry ids": lambda capture, view: view.entries.entry_id.tolist(),
    "what was blocked or cached": lambda capture, view: int(capture.entries.outcome.isin(["blocked", "cached"]).sum()),
    "headers of other hosts": lambda capture, view: sorted(capture.headers[~capture.headers.entry_id.isin(view.entries.entry_id)].value.dropna()),
    "bodies of other hosts": lambda capture, view: capture.bodies().data.map(str).sort_values().tolist(),
    "connection numbers": lambda capture, view: sorted(capture.entries.connection_id.dropna()),
    "the browser's clock": lambda capture, view: capture.entries.utc_offset_min.tolist(),
    "the program that wrote the file": lambda capture, view: str(capture.exporter),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_that_peeks_is_caught(kind):
    # the consent service's script is the only one that is no tag manager's
    name = "consent-accepted.chrome-sensitive.har" if kind == "script" else "oncologue-paris.chrome-sensitive.har"
    document, capture = load(name), read(load(name))
    observer = observers_of(capture, kind, 0)[0]
    view, tried = ht.view_as(capture, observer), 0
    sight = sight_of(capture, observer)
    changed = sight.change(document, random.Random(5))
    for what, look in PEEKING.items():
        if look(capture, view) == []:  # whoever has no requests of his own has none to look at
            continue
        tried += 1
        def rule(capture, view, look=look):
            row = found("peeked", "It could.", json.dumps(look(capture, view), default=str), basis="observed", rule="R-PEEK", strength="certain", entry_ids=CITED)
            return findings_table([row], observer=view.observer)

        CITED = [next(place for place, cells in enumerate(sight.cells) if cells is not None)]
        before = findings_of(capture, ht.view_as(capture, observer), range(len(capture)), rule=rule)
        CITED = [changed.origin.index(CITED[0])]
        mutated = replace(read(changed.document), exporter=replace(capture.exporter, browser="Netscape"))
        assert findings_of(mutated, ht.view_as(mutated, observer), changed.origin, rule=rule) != before, what
    assert tried >= 8
