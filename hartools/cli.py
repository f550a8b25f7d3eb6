"""What can be asked of a HAR without opening Python?"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]

STOPPED, UNUSABLE = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; data goes to stdout, messages to stderr.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after the program's name; those of the process by default.

    Returns
    -------
    int
        0; 1 where ``check`` met something that keeps a question from being answered; 2 where the
        input cannot be used.

    Examples
    --------
    >>> main(["summary", "no-such-file.har"])
    2
    """
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except BrokenPipeError:  # the reader of a pipe had enough
        sys.stderr.close()
        return 0
    except Exception as error:
        if not _is_expected(error):
            raise
        print(f"hartools: {_one_line(error)}", file=sys.stderr)
        return UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hartools", description="Tell what each onlooker of a recorded visit could learn about the visitor. Nothing leaves this machine.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = _command(commands, "summary", _summary, "what a HAR holds, and what it cannot show")
    one.add_argument("--json", action="store_true", help="print JSON")
    two = _command(commands, "findings", _findings, "what each observer could learn")
    two.add_argument("--observer", action="append", metavar="KIND:NAME", help="one observer, such as third_party:cloudinary.com; may be repeated (default: every third party)")
    two.add_argument("--json", action="store_true", help="print JSON")
    three = _command(commands, "report", _report, "everything as one self-contained HTML page")
    three.add_argument("-o", "--output", required=True, metavar="OUT.html", help="where to write the page")
    four = _command(commands, "check", _check, "whether a HAR is good enough, and how to record it again")
    four.add_argument("--json", action="store_true", help="print JSON")
    _command(commands, "diagnose", _diagnose, "the structure of a file without any value of it, to be shared when something goes wrong")
    for command in (two, three):
        command.add_argument("--catalogue", metavar="CSV", help="what anybody could know beforehand: asset_id, practitioner, attributes (default: learnt from the site's own JSON)")
        command.add_argument("--first-party", action="append", metavar="SITE", help="the site visited, where the file does not tell; may be repeated")
    return parser


def _command(commands, name: str, run, text: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    command.add_argument("file", metavar="FILE", help="a HAR: .har, .har.gz, .zhar or .zip; a quoted pattern such as 'visits/*.har' for several; - for standard input")
    command.set_defaults(run=run)
    return command


# pandas and matplotlib take over a second to import, so each command brings what it needs.


def _read(options):
    from hartools.reading import read_har

    return read_har(sys.stdin.buffer if options.file == "-" else options.file)


def _survey(options):
    from hartools.inference import read_catalogue
    from hartools.report.survey import survey

    catalogue = read_catalogue(options.catalogue) if options.catalogue else None
    return survey(_read(options), catalogue=catalogue, first_party=options.first_party, observers=options.observer)


def _summary(options) -> int:
    from hartools.report.cards import card_text, summary

    capture = _read(options)
    print(_json(summary(capture)) if options.json else _printable(card_text(capture)))
    return 0


def _findings(options) -> int:
    from hartools.findings import findings_json

    result = _survey(options)
    for problem in (result.first_party_problem, result.catalogue_problem):
        if problem:
            print(f"hartools: {_printable(problem)}", file=sys.stderr)
    if options.json:
        print(_json(findings_json(result.findings)))
        return 0
    for row in findings_json(result.findings):
        basis = row["basis"] if row["result"] == "found" else row["result"]
        cited = ", ".join(map(str, row["entry_ids"][:8])) + (" …" if len(row["entry_ids"]) > 8 else "")
        print(_printable(f"{row['observer']}  [{basis}]  {row['claim']}  (entries {cited or 'none'})"))
    return 0


def _report(options) -> int:
    from hartools.inference import read_catalogue
    from hartools.report.html import write_report

    if not Path(options.output).resolve().parent.is_dir():
        raise FileNotFoundError(f"{options.output}: the folder to write to does not exist")
    catalogue = read_catalogue(options.catalogue) if options.catalogue else None
    page = write_report(_read(options), options.output, catalogue=catalogue, first_party=options.first_party)
    print(f"hartools: wrote {page} ({page.stat().st_size:,} bytes)", file=sys.stderr)
    return 0


def _check(options) -> int:
    from hartools.quality import capture_quality, observable_table

    capture = _read(options)
    checks, observable = capture_quality(capture), observable_table(capture)
    met = checks[checks.result == "met"]
    if options.json:
        print(_json({"checks": checks.astype(object).to_dict("records"), "observable": observable.astype(object).to_dict("records")}))
    else:
        lines = [f"{row.level}  {row.check}  {row.sentence}\n      how to re-record: {row.remedy}" for row in met.itertuples()]
        unknown = checks.check[checks.result == "not observable"].tolist()
        lines += [f"not observable here: {', '.join(unknown)}"] if unknown else []
        lines += [f"{row.metric}: {row.observable}. {row.why[0].upper()}{row.why[1:]}." for row in observable.itertuples()]
        print(_printable("\n".join(lines)))
    return STOPPED if (met.level == "stop").any() else 0


def _diagnose(options) -> int:
    from hartools.quality import diagnose

    print(diagnose(sys.stdin.buffer if options.file == "-" else options.file))
    return 0


def _is_expected(error: Exception) -> bool:
    from hartools.errors import HarError

    return isinstance(error, (HarError, OSError))


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}. Pass the path of a HAR file."
    return _printable(" ".join(str(error).split()))


def _printable(text: str) -> str:
    """Keep a hostile file from driving the terminal: control characters are shown, not sent."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else f"\\x{ord(letter):02x}" for letter in text)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, indent=2, allow_nan=False)


if __name__ == "__main__":
    raise SystemExit(main())
