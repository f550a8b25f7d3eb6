"""Which words does the command line know?"""

import argparse
from pathlib import Path

from hartools.cli import commands, conclusions, data

__all__ = ["parser"]


def parser() -> argparse.ArgumentParser:
    """Build the parser of the words."""
    words = argparse.ArgumentParser(prog="hartools", description="Tell what each onlooker of a recorded visit could learn about the visitor. Nothing leaves this machine.")
    choices = words.add_subparsers(required=True, metavar="COMMAND")
    one = _command(choices, "summary", commands.summary, "what a HAR holds, and what it cannot show")
    one.add_argument("--json", action="store_true", help="print JSON")
    two = _command(choices, "findings", commands.findings, "what each observer could learn")
    two.add_argument("--observer", action="append", metavar="KIND:NAME", help="one observer, such as third_party:cloudinary.com; may be repeated (default: every third party)")
    two.add_argument("--json", action="store_true", help="print JSON")
    three = _command(choices, "report", commands.report, "everything as one self-contained HTML page")
    three.add_argument("-o", "--output", required=True, metavar="OUT.html", help="where to write the page")
    four = _command(choices, "check", commands.check, "whether a HAR is good enough, and how to record it again")
    four.add_argument("--json", action="store_true", help="print JSON")
    _command(choices, "diagnose", commands.diagnose, "the structure of a file without any value of it, to be shared when something goes wrong")
    five = _command(choices, "infrastructure", commands.infrastructure, "who handled which exchange in clear, who ended TLS, and what says so")
    five.add_argument("--json", action="store_true", help="print JSON")
    six = _command(choices, "jurisdiction", commands.jurisdiction, "which statute could reach whom, by its own trigger, with what speaks against it")
    six.add_argument("--on", metavar="DATE", help="the law as of this day (default: the day of the capture)")
    six.add_argument("--json", action="store_true", help="print JSON")
    seven = _command(choices, "graph", commands.graph, "who called whom, as a file for Gephi, yEd or R")
    seven.add_argument("-o", "--output", required=True, metavar="OUT", type=_graph_path, help="OUT.gexf, OUT.graphml, or a folder for nodes.csv and edges.csv")
    seven.add_argument("--level", choices=("host", "site", "operator", "organisation"), default="host", help="what a node is (default: host)")
    seven.add_argument("--all-kinds", action="store_true", help="also look for addresses in bodies, and guess by time where nothing else is known")
    seven.add_argument("--force", action="store_true", help="write over what is there")
    concluding = _concluding_commands(choices)
    for command in (two, three, *concluding["catalogue"]):
        command.add_argument("--catalogue", metavar="CSV", help="what anybody could know beforehand: asset_id, practitioner, attributes (default: learnt from the site's own JSON)")
    for command in (two, three, six, seven, *concluding["first_party"]):
        command.add_argument("--first-party", action="append", metavar="NAME", help="the site visited, where the file does not tell: doctor.example or *.doctor-cdn.example; may be repeated")
        command.add_argument("--by", choices=("site", "organisation", "host"), default="site", help="what makes a host first party (default: its site)")
    for command in (three, five, six, *concluding["outside"]):
        command.add_argument("--dns", metavar="ANSWERS", help="DNS answers for names of the capture: output of dig, JSON of a resolver, or CSV")
        command.add_argument("--imported", action="store_true", help="also use what `hartools data import` keeps on this machine")
    _data_commands(choices)
    return words


def _concluding_commands(choices) -> dict[str, list]:
    """Add what looks at observers; return which of the shared options each takes."""
    one = _command(choices, "observers", conclusions.observers, "who could see part of the visit, and why")
    one.add_argument("--kind", action="append", metavar="KIND", help="one kind, such as third_party, tls_terminator, network; may be repeated (default: all)")
    two = _command(choices, "dossier", conclusions.dossier, "what one observer received, could conclude, and could not")
    two.add_argument("observer", metavar="KIND:NAME", help="as `hartools observers` lists them")
    two.add_argument("-o", "--output", metavar="OUT.html", help="write the card as a page instead of printing it")
    two.add_argument("--force", action="store_true", help="write over what is there")
    three = _command(choices, "readability", conclusions.readability, "which documents arrived readable, and who held them in clear")
    four = _command(choices, "what-if", conclusions.what_if, "what would be left of an observer's findings under countermeasures")
    four.add_argument("observer", metavar="KIND:NAME", help="as `hartools observers` lists them")
    four.add_argument("--measure", action="append", metavar="NAME", help="one measure, such as no-referrer; may be repeated (default: each of them)")
    five = _command(choices, "compare", conclusions.compare, "how two captures differ, and what one of them could not have shown")
    five.add_argument("other", metavar="OTHER", help="the second HAR")
    six = _command(choices, "verify-claims", conclusions.verify_claims, "which published sentences hold in this capture, fail, or cannot be decided from it")
    six.add_argument("--claims", metavar="CLAIMS.yml", help="the sentences, each with its predicate (default: those of the Doctolib case of March 2021)")
    for command in (one, two, three, four, five, six):
        command.add_argument("--json", action="store_true", help="print JSON")
    return {"catalogue": [two, four, five, six], "first_party": [one, two, four, five, six], "outside": [one, two, three, six]}


def _data_commands(choices) -> None:
    lists = choices.add_parser("data", help="lists of owners, address ranges and filters that you fetched yourself", description="Keep lists that you fetched yourself outside the project.")
    actions = lists.add_subparsers(required=True, metavar="ACTION")
    one = actions.add_parser("import", help="read a list and keep it", description="Read a list and keep it, with its hash, licence and date.")
    one.add_argument("file", metavar="FILE", help="trackerdb, third-party-web, Tracker Radar, Disconnect, webXray, MaxMind, an ASN table, address ranges of a provider, or a filter list")
    for option, text in (("name", "what to call it"), ("version", "its version"), ("date", "its date"), ("licence", "its licence")):
        one.add_argument(f"--{option}", help=f"{text} (default: what the file says)")
    one.set_defaults(run=data.import_list)
    actions.add_parser("list", help="what is kept", description="List what is kept.").set_defaults(run=data.show_lists)
    three = actions.add_parser("forget", help="remove one", description="Remove one list.")
    three.add_argument("name", metavar="NAME", help="as `hartools data list` prints it")
    three.set_defaults(run=data.forget_list)


def _graph_path(written: str) -> str:
    if Path(written).suffix not in ("", ".gexf", ".graphml"):
        raise argparse.ArgumentTypeError(f"{written}: no format of a graph ends in that; write .gexf for Gephi, .graphml for yEd and R, or name a folder for CSV")
    return written


def _command(choices, name: str, run, text: str) -> argparse.ArgumentParser:
    command = choices.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    command.add_argument("file", metavar="FILE", help="a HAR: .har, .har.gz, .zhar or .zip; a quoted pattern such as 'visits/*.har' for several; - for standard input")
    command.set_defaults(run=run)
    return command
