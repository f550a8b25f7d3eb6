"""What does the README of the samples say? Fixed prose, and numbers measured in the files.

Needs the standard library only, so that a test can write the README again and compare.
"""

import json
from collections import Counter
from urllib.parse import urlsplit

from ..site import hosts
from ..site.directory import TWIN_CITY, TWIN_OF, TWIN_SPECIALTY, read_practitioners
from .ground_truth import FOLDER
from .visits import SECONDS_BEFORE_EXPORT, SECONDS_BETWEEN_STEPS, VISITS

__all__ = ["differences", "entries_per_host", "readme_text", "write_readme"]

README = FOLDER / "README.md"
CACHED = "the browser took it from its cache: listed in the HAR, never asked of the server"
NO_PREFLIGHT = "Playwright does not list CORS preflights (OPTIONS)"

# Why a HAR may hold more (or fewer) requests for a host than the server received, by exporter.
WHY_DIFFERENT = {
    "chrome-sanitized": {hosts.WWW: CACHED, hosts.CDN: CACHED, hosts.GOOGLE_TAG: CACHED, hosts.CONSENT: CACHED},
    "chrome-sensitive": {hosts.WWW: CACHED, hosts.CDN: CACHED, hosts.GOOGLE_TAG: CACHED, hosts.CONSENT: CACHED},
    "firefox": {hosts.WWW: CACHED, hosts.CDN: CACHED, hosts.GOOGLE_TAG: CACHED, hosts.CONSENT: CACHED},
    "playwright": {
        hosts.WWW: CACHED, hosts.CDN: CACHED, hosts.GOOGLE_TAG: CACHED, hosts.CONSENT: CACHED, hosts.EVENTS: NO_PREFLIGHT,
    },
    "mitmproxy": {},
}

TEXT = """# Sample HARs

Written by `./record`, which records every file of this page again; do not edit it.

Real browsers recorded these HARs while visiting an **invented** site, MediRendezVous, where one searches a
medical practitioner by specialty and city. **Every practitioner is invented**: names are drawn from lists, pictures
are drawn by a program. The site and each third party it calls were answered by one server on loopback
([`site/`](site)); no company named below received anything. The question the samples serve: from the pictures
that the image service was asked for, which (specialty, city) did the visitor search?

## The site

{hosts}

[`site/practitioners.csv`](site/practitioners.csv), the directory, has {rows} rows ({pictured} with a picture) for
{people} people in {classes} pairs of specialty and city, each of {smallest} to {largest} rows. {second} people
have two rows. In {twin_city} the {twins} people of `{twin_of}` are also the {twins} of `{twin}`: their
pictures are compatible with either search. `python -m sample_hars.site.directory`, from the folder above, writes
the same bytes again.

A page of results shows up to 10 practitioners, and one recommended from elsewhere. Its JSON also names 20
`suggestions` that are not shown, so that no picture of theirs is asked for. Without a banner, every page tells
Google Analytics, an event stream in the shape of AWS Firehose and an advertising pixel its address, and makes the
browser carry one advertising company's identifier to another.

In the two `consent` visits the site asks first, by the banner of a consent service ([`banner.js`](site/static/banner.js)),
and the tag script ([`tags.js`](site/static/tags.js)) waits for the answer. **The choice is the request
`POST /consent`** to the site itself: what came before it was sent before the visitor had answered. Before it, and
after a refusal, the tag manager, the image service and the event stream are asked as ever, and Google Analytics
receives each page view with its address, marked `gcs=G100`, with a client identifier drawn anew for each page and no
cookie. After acceptance Google Analytics receives its cookie's identifier, `gcs=G111`; the pixel and the identifier
exchange follow. The consent service is told the choice, whichever it is, under an identifier that it keeps in a cookie
of the site from the moment the banner is shown. How an invented site behaves says nothing about any named company.

## The visits

Every visit starts in a new profile; {pause} s pass after each step, and {end} s more before the export.

{visits}

## The files

Per file: the exporter, what the file says wrote it, the browser, what was searched (a dash: no city), the
number of entries, and the requests that each party received **by the server's log**. `HAR differs` says by how many
requests the HAR has more (+) or fewer (-). No field of any file was changed after recording (`dressed`: none).
[`ground_truth.json`](ground_truth.json) has the same for programs, and the pictures asked for in each page view.

{files}

Total: {count} HARs, {total} bytes.

## Where a HAR and the server's log differ

{reasons}

## What to know of the exporters

* Both Chrome files of a visit come from the same session: they hold the same entries. The sanitized one has no
  `Cookie` and no `Set-Cookie` header; addresses, referrers and bodies are the same in both.
* In the Chrome recordings each body was asked for while its page was open. In a recording made by hand, with the log
  preserved, bodies of earlier pages may be missing.
* Playwright and Firefox put a whole visit under one page; mitmproxy knows no pages. Chrome names each page.
* In `full-referrer` the site asks for whole addresses as referrers, as every browser sent them before 2021. Chromium
  obeys: the image service reads the search in `Referer`. Firefox does not, for requests to other sites, and sends
  the site's name alone.
* A response from the browser's cache can be told in each exporter: Chrome adds `_fromCache`, Playwright gives it a
  negative `bodySize`, Firefox leaves `serverIPAddress` out (and the body empty, for some). mitmproxy never saw it.
* Debian's Chromium refuses third-party cookies; they were allowed here, as Chrome allows them. Firefox keeps its
  own default. In Chromium the user agent says `HeadlessChrome`.
* Recorded on loopback: `serverIPAddress`, where there is one, is 127.0.0.1, times are short, HTTP is 1.1, and
  certificates are those of a throw-away authority.

## Recording again

`./record` needs the Debian packages `chromium` and `firefox-esr`, and makes its own Python environment from
[`requirements-record.txt`](requirements-record.txt). `./record --visit ambiguous --exporter firefox` records one
file. Identifiers, times and the order of simultaneous requests differ in every recording; the practitioners shown do
not.
"""


def write_readme(truth):
    """Write the README and return the size of all HARs together."""
    README.write_text(readme_text(truth), encoding="utf-8")
    return sum((FOLDER / file).stat().st_size for file in truth)


def readme_text(truth):
    """Return the README of the files that the ground truth lists."""
    return TEXT.format(
        hosts=_table(("host", "part"), [(f"`{host}`", part) for host, part in hosts.ALL.items()]),
        visits=_table(("visit", "steps", "referrer policy"), [_visit_row(visit) for visit in VISITS.values()]),
        files=_table(FILE_COLUMNS, [_file_row(file, true) for file, true in sorted(truth.items())]),
        reasons=_table(("exporter", "host", "HAR differs by", "why"), _reason_rows(truth)),
        count=len(truth),
        total=sum((FOLDER / file).stat().st_size for file in truth),
        pause=SECONDS_BETWEEN_STEPS,
        end=SECONDS_BEFORE_EXPORT,
        **_directory_numbers(),
    )


def entries_per_host(file):
    """Return how many entries a HAR has for each host."""
    entries = json.loads((FOLDER / file).read_text(encoding="utf-8"))["log"]["entries"]
    return Counter(urlsplit(entry["request"]["url"]).netloc for entry in entries)


def differences(file, received):
    """Return, per host, how many more entries the HAR has than the server received; equal hosts are left out."""
    in_har = entries_per_host(file)
    every = sorted(set(in_har) | set(received))
    return {host: n for host in every if (n := in_har[host] - received.get(host, 0))}


FILE_COLUMNS = (
    "file", "exporter", "written by", "browser", "visit", "searched", "entries", "received", "HAR differs", "dressed",
    "bytes", "sha256",
)


def _file_row(file, true):
    """Return the cells of one file."""
    exporter = true["exporter"]
    differ = differences(file, true["received"])
    return (
        f"`{file}`",
        exporter["id"],
        f"{exporter['name']} {exporter['version']}",
        exporter["browser"],
        true["visit"],
        ", ".join(f"{query['specialty']}/{query['city'] or '-'}" for query in true["queries"]),
        sum(entries_per_host(file).values()),
        "<br>".join(f"{host} {count}" for host, count in true["received"].items()),
        "<br>".join(f"{host} {count:+d}" for host, count in differ.items()) or "-",
        "none",
        (FOLDER / file).stat().st_size,
        f"`{true['sha256']}`",
    )


def _visit_row(visit):
    """Return the cells of one visit."""
    steps = ", ".join(str(step) for step in visit.steps)
    return (visit.name, steps, f"`{visit.referrer_policy}`" if visit.referrer_policy else "browser's default")


def _reason_rows(truth):
    """Return one row per exporter and host that differ; refuse a difference that has no reason."""
    seen = {}
    for file, true in truth.items():
        for host, count in differences(file, true["received"]).items():
            seen.setdefault((true["exporter"]["id"], host), set()).add(count)
    rows = []
    for (exporter, host), counts in sorted(seen.items()):
        if host not in WHY_DIFFERENT[exporter]:
            raise ValueError(f"{exporter}: requests to {host} differ by {sorted(counts)}, for no reason we know")
        span = " to ".join(f"{count:+d}" for count in sorted({min(counts), max(counts)}))
        rows.append((exporter, host, span, WHY_DIFFERENT[exporter][host]))
    return rows


def _directory_numbers():
    """Return the numbers that the README gives about the directory."""
    rows = read_practitioners()
    sizes = Counter((row.specialty, row.city) for row in rows)
    rows_per_person = Counter(row.practitioner for row in rows)
    return {
        "rows": len(rows),
        "pictured": sum(bool(row.asset_id) for row in rows),
        "people": len(rows_per_person),
        "classes": len(sizes),
        "smallest": min(sizes.values()),
        "largest": max(sizes.values()),
        "second": sum(count == 2 for count in rows_per_person.values()),
        "twins": sizes[TWIN_OF, TWIN_CITY],
        "twin_of": TWIN_OF,
        "twin": TWIN_SPECIALTY,
        "twin_city": TWIN_CITY,
    }


def _table(columns, rows):
    """Return a Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
