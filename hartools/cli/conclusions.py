"""What could each observer conclude, what would change it, and which published sentences hold?"""

from pathlib import Path

from hartools.cli.commands import may_write, outside, owners_given, read
from hartools.cli.printing import as_json, cited, claim_text, plain_rows, printable

__all__ = ["compare", "dossier", "observers", "readability", "verify_claims", "what_if"]

FAILS, UNDECIDED = 1, 3
PAGE = '<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'"><title>{title}</title>\n<body>{card}</body></html>\n'


def _catalogue(options, capture):
    """Read the catalogue that was named, or learn one from the first party's own JSON."""
    from hartools.errors import HarError
    from hartools.inference import catalogue_from, read_catalogue

    if options.catalogue:
        return read_catalogue(options.catalogue)
    try:
        return catalogue_from(capture)
    except HarError:
        return None


def _labelled(options):
    from hartools.parties import label_parties

    return label_parties(read(options.file), first_party=options.first_party, by=options.by)


def observers(options) -> int:
    """Print who could see part of the visit, and why."""
    from hartools.observers import find_observers

    capture = _labelled(options)
    table = find_observers(capture, owners=owners_given(options), kinds=options.kind, **outside(options, capture))
    if options.json:
        print(as_json(plain_rows(table)))
        return 0
    for row in plain_rows(table):
        owner = f"  ({', '.join(part for part in (row['owner'], row['role'], row['country']) if part)})" if row["owner"] else ""
        print(printable(f"{row['observer']}{owner}  {row['entries']} of {row['attempted']} requests  [{row['strength']}]  {row['why']}"))
    return 0


def dossier(options) -> int:
    """Print the card of one observer, or write it as a page."""
    from html import escape

    from hartools.report.dossier import dossier

    capture = _labelled(options)
    if options.output:
        may_write(Path(options.output), force=options.force)
    card = dossier(capture, options.observer, catalogue=_catalogue(options, capture), owners=owners_given(options), **outside(options, capture))
    if options.output:
        Path(options.output).write_text(PAGE.format(title=escape(options.observer), card=card._repr_html_()), encoding="utf-8", newline="\n")
    elif options.json:
        print(as_json({"observer": card.observer, "who": {name: list(value) if isinstance(value, tuple) else value for name, value in card.who.items()}}
                      | {name: plain_rows(getattr(card, name)) for name in ("received", "findings", "ledger", "withheld", "evidence")}))
    else:
        print(printable(repr(card)))
    return 0


def readability(options) -> int:
    """Print who could read which documents."""
    from hartools.inference.readability import readability

    capture = read(options.file)
    table = readability(capture, **outside(options, capture))
    if options.json:
        print(as_json(plain_rows(table)))
        return 0
    told = table[table.verdict.notna()].fillna({"kind": "kind unknown"})
    for (host, side, verdict, kind), rows in told.groupby(["host", "side", "verdict", "kind"], sort=True):
        print(printable(f"{host}  {side}  {verdict}  {kind}  {len(rows)}  {rows.statement.iloc[0]} ({cited(rows.entry_id.tolist())})"))
    return 0


def what_if(options) -> int:
    """Print what would be left of an observer's findings under each countermeasure."""
    from hartools.inference.whatif import what_if_table

    capture = _labelled(options)
    table = what_if_table(capture, options.observer, measures=options.measure, catalogue=_catalogue(options, capture), first_party=options.first_party)
    if options.json:
        print(as_json(plain_rows(table)))
        return 0
    for row in plain_rows(table):
        claim = row["claim_before"] or row["claim_after"]
        heirs = f"  now: {', '.join(row['moved_to'])}" if row["moved_to"] else ""
        print(printable(f"{row['measure']}  {row['change']}  {claim}{heirs} ({cited(row['entry_ids_before'] or row['entry_ids_after'] or [])})"))
    return 0


def compare(options) -> int:
    """Print how two captures differ, and what one of them could not have shown."""
    from hartools.inference.compare import compare

    a, b = read(options.file), read(options.other)
    catalogue = _catalogue(options, a) or _catalogue(options, b)
    told = compare(a, b, catalogue=catalogue, first_party=options.first_party)
    if options.json:
        tables = ("parties", "identifiers", "cookies", "telemetry", "findings", "observable")
        print(as_json({"names": list(told.names)} | {name: plain_rows(getattr(told, name)) for name in tables}))
    else:
        print(printable(repr(told)))
    return 0


def verify_claims(options) -> int:
    """Print which published sentences hold in this capture, and exit by it."""
    from hartools.inference import read_catalogue
    from hartools.inference.claims import read_claims, verify_claims

    claims = read_claims(options.claims)
    catalogue = read_catalogue(options.catalogue) if options.catalogue else None
    capture = read(options.file)
    table = verify_claims(capture, claims, catalogue=catalogue, first_party=options.first_party, by=options.by, owners=owners_given(options), **outside(options, capture))
    rows = plain_rows(table)
    said = [[row for row in rows if row["claim"] == claim.id] for claim in claims]
    print(as_json(rows) if options.json else printable("\n\n".join(claim_text(each) for each in said)))
    verdicts = {each[0]["verdict"] for each in said}
    return FAILS if "fails" in verdicts else UNDECIDED if "undecidable" in verdicts else 0
