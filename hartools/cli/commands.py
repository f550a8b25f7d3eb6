"""What does each command do with a HAR?

pandas and matplotlib take over a second to import, so each command brings what it needs.
"""

import sys
from errno import EEXIST, ENOTDIR
from pathlib import Path

from hartools.cli.printing import as_json, cited, plain_rows, printable

__all__ = ["check", "diagnose", "findings", "graph", "infrastructure", "jurisdiction", "may_write", "outside", "owners_given", "read", "report", "summary"]

STOPPED = 1


def read(path: str):
    """Read the HAR that was named, or standard input."""
    from hartools.reading import read_har

    return read_har(sys.stdin.buffer if path == "-" else path)


def _survey(options):
    from hartools.inference import read_catalogue
    from hartools.report.survey import survey

    catalogue = read_catalogue(options.catalogue) if options.catalogue else None
    return survey(read(options.file), catalogue=catalogue, first_party=options.first_party, by=options.by, observers=options.observer)


def summary(options) -> int:
    """Print what a HAR holds."""
    from hartools.report.cards import card_text, summary

    capture = read(options.file)
    print(as_json(summary(capture)) if options.json else printable(card_text(capture)))
    return 0


def findings(options) -> int:
    """Print what each observer could learn."""
    from hartools.findings import findings_json

    result = _survey(options)
    for problem in (result.first_party_problem, result.catalogue_problem):
        if problem:
            print(f"hartools: {printable(problem)}", file=sys.stderr)
    if options.json:
        print(as_json(findings_json(result.findings)))
        return 0
    for row in findings_json(result.findings):
        basis = row["basis"] if row["result"] == "found" else row["result"]
        print(printable(f"{row['observer']}  [{basis}]  {row['claim']}  ({cited(row['entry_ids'])})"))
    return 0


def report(options) -> int:
    """Write everything as one HTML page."""
    from hartools.inference import read_catalogue
    from hartools.report.html import write_report

    may_write(Path(options.output), force=True)
    catalogue = read_catalogue(options.catalogue) if options.catalogue else None
    capture = read(options.file)
    page = write_report(capture, options.output, catalogue=catalogue, first_party=options.first_party, by=options.by, owners=owners_given(options), **outside(options, capture))
    print(f"hartools: wrote {page} ({page.stat().st_size:,} bytes)", file=sys.stderr)
    return 0


def check(options) -> int:
    """Print what the capture can show, and how to record it better."""
    from hartools.quality import capture_quality, observable_table

    capture = read(options.file)
    checks, observable = capture_quality(capture), observable_table(capture)
    met = checks[checks.result == "met"]
    if options.json:
        print(as_json({"checks": checks.astype(object).to_dict("records"), "observable": observable.astype(object).to_dict("records")}))
    else:
        lines = [f"{row.level}  {row.check}  {row.sentence}\n      how to re-record: {row.remedy}" for row in met.itertuples()]
        unknown = checks.check[checks.result == "not observable"].tolist()
        lines += [f"not observable here: {', '.join(unknown)}"] if unknown else []
        lines += [f"{row.metric}: {row.observable}. {row.why[0].upper()}{row.why[1:]}." for row in observable.itertuples()]
        print(printable("\n".join(lines)))
    return STOPPED if (met.level == "stop").any() else 0


def diagnose(options) -> int:
    """Print the structure of a file without its values."""
    from hartools.quality import diagnose

    print(diagnose(sys.stdin.buffer if options.file == "-" else options.file))
    return 0


def infrastructure(options) -> int:
    """Print who handled what in clear, and who ended TLS."""
    from hartools.parties.infrastructure import infrastructure_table

    capture = read(options.file)
    found = infrastructure_table(capture, **outside(options, capture))
    if options.json:
        print(as_json(plain_rows(found)))
        return 0
    for row in plain_rows(found):
        party = f"  {row['party']}" if row["party"] else ""
        print(printable(f"{row['host']}  {row['conclusion']}:{party}  [{row['basis']}, {row['strength']}]  {row['claim']} {row['evidence']} ({cited(row['entry_ids'])})"))
    return 0


def jurisdiction(options) -> int:
    """Print which statute could reach whom."""
    from hartools.parties import label_parties
    from hartools.parties.infrastructure import infrastructure_table
    from hartools.parties.jurisdiction import jurisdiction_sheet

    capture = label_parties(read(options.file), first_party=options.first_party, by=options.by)
    sheet = jurisdiction_sheet(capture, on=options.on, owners=owners_given(options), infrastructure=infrastructure_table(capture, **outside(options, capture)))
    if options.json:
        print(as_json(plain_rows(sheet)))
        return 0
    for row in plain_rows(sheet):
        print(printable(f"{row['statute']}  {row['party']}  [{row['basis']}, {row['strength']}]  {row['met_by']}. Against it: {' '.join(row['counter_arguments'])} ({cited(row['entry_ids'])})"))
    return 0


def graph(options) -> int:
    """Write who called whom for another program."""
    from hartools.errors import AmbiguousFirstPartyError
    from hartools.graphs import request_graph, write_graph
    from hartools.parties import label_owners, label_parties

    output = Path(options.output)
    may_write(output, force=options.force)
    capture = read(options.file)
    try:
        capture = label_parties(capture, first_party=options.first_party, by=options.by)
    except AmbiguousFirstPartyError as error:
        if options.first_party:
            raise
        print(f"hartools: {printable(str(error))} The graph is written without parties.", file=sys.stderr)
    written = write_graph(request_graph(label_owners(capture), level=options.level, kinds="all" if options.all_kinds else None), output)
    print(f"hartools: wrote {', '.join(map(str, written))}", file=sys.stderr)
    return 0


def outside(options, capture) -> dict:
    """Return the facts from outside the capture that the reader asked for, as of its day."""
    from hartools.parties.imported import imported_networks
    from hartools.parties.infrastructure import read_dns_answers

    return {"dns": read_dns_answers(options.dns) if options.dns else None, "ranges": imported_networks(capture.entries.server_ip.dropna().unique(), _day(capture)) if options.imported else None}


def _day(capture):
    started = capture.entries.started.dropna()
    return started.min().date() if len(started) else None


def owners_given(options):
    """Return the owners that the reader imported, where they were asked for."""
    from hartools.parties.imported import imported_owners

    return imported_owners() if options.imported else None


def may_write(path: Path, *, force: bool) -> None:
    """Refuse a folder that is not there, and a file that is."""
    if not path.resolve().parent.is_dir():
        raise NotADirectoryError(ENOTDIR, "the folder to write to does not exist", str(path.parent))
    if path.exists() and not force:
        raise FileExistsError(EEXIST, "is there already; --force writes over it", str(path))
