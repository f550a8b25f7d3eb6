"""How is each vendor recognised and read, for a person to look up?"""

from collections.abc import Iterator, Mapping

import msgspec

from hartools.payloads.telemetry.vendor_files import COLUMNS, FIELDS, Request, Vendor, read_vendors

__all__ = ["vendors_page"]

_HEAD = """\
# Which telemetry is recognised, and where does each field stand?

Made from the files in `hartools/payloads/telemetry/vendors/` by `python -m hartools.payloads.telemetry --page`; do not edit it.

`telemetry_events(capture)` gives one row per event, `telemetry_vendors(capture)` one per vendor and host. One request alone: `python -m hartools.payloads.telemetry --url URL [--body-file FILE] [--content-type TYPE]`.

## How a request is recognised

By the host, and where a rule says so by path, parameters or body, all of which must fit. A rule without hosts fits on any host: so a copy that a site serves under its own name is found; `first_party_proxied` is then true, and who reads it in the end stays open. A rule of the host's own vendor counts before one that fits anywhere. Preflights, and what came from the browser's cache, are no events. Kinds: `event` tells something about a visit, `sync` joins two companies' ids, `load` fetches a script or setting (no row in `telemetry_events`), `host` is a cloud behind which the site's own application reads.

Every one of these vendors also receives the visitor's IP address and User-Agent with the connection, whether or not a field repeats them.

## How to read the places

`param/x` is parameter `x` of the query, of the path after `;`, or of a form; `body/a/b` a member of a body that was decoded; `event/...` a member of one event where `events` says what the events are; `outer/...` of what the first `*` or `{}` stood for, and `key/0` its key; `path/x` a named part of the path; `header/x` a request header. `*` is every item of a list, `{}` every value of an object, `a|b` one of several keys, `~pattern` every key that a pattern matches whole. Where a step leads into a text it is decoded on the way, as [decoding.md](decoding.md) says. `="x"` is a constant. Of several places the first that holds something counts. `read` names a small reader in `readers.py`. `all` takes the names of the keys themselves.

Grades: V read in the vendor's or a decoder's source, H seen in a public HAR, K general knowledge that was not verified.

## Placeholders

What stands in a place for personal data is `plain`, or a hash (`alg`, `hex`). Values such as `undefined`, `{{email}}`, `%EMAIL%`, `[object Object]`, and the hashes of such texts, of the empty text and of `test`, are marked `placeholder`: installation snippets send them where nobody filled them in. They are never reported as personal data.

## A new vendor

One file here, named as the vendor, one line in `tests/payloads/test_telemetry.py`, and this page made again.

"""


def vendors_page() -> str:
    """Write docs/telemetry.md.

    Examples
    --------
    >>> vendors_page().splitlines()[0]
    '# Which telemetry is recognised, and where does each field stand?'
    """
    vendors = read_vendors()
    listed = "\n".join(f"| [`{vendor.vendor}`](#{vendor.vendor.replace('.', '')}) | {_cell(vendor.name)} | {_cell(vendor.receives)} | {vendor.grade} |" for vendor in vendors)
    index = f"## The vendors\n\n| file | vendor | receives | grade |\n| --- | --- | --- | --- |\n{listed}\n\n"
    return _HEAD + index + "\n".join("\n".join(_section(vendor)) for vendor in vendors)


def _section(vendor: Vendor) -> Iterator[str]:
    yield f"### {vendor.vendor}\n"
    yield f"**{vendor.name}**. {vendor.why} Grade {vendor.grade}: {vendor.source}.\n"
    yield "| recognised by | kind |\n| --- | --- |"
    for request in vendor.requests:
        yield f"| {_cell('; '.join(_signs(request)))} | {request.kind} |"
    yield "\n| field | place |\n| --- | --- |"
    fields = vendor.written.get("fields", {})
    for name in ("lines", "body", "events", *FIELDS):
        if name in fields:
            yield f"| {name} | {_cell(_place(fields[name]))} |"
    for column in COLUMNS:
        for name, place in vendor.written.get(column, {}).items():
            yield f"| {column}: {_cell(name)} | {_cell(_place(place))} |"
    yield ""


def _signs(request: Request) -> Iterator[str]:
    written = request.written
    yield "host " + " or ".join(f"`{host}`" for host in written["hosts"]) if "hosts" in written else "any host"
    for key in ("path", "begins"):
        if key in written:
            yield f"{'path' if key == 'path' else 'body begins'} `{written[key]}`"
    for key, word in (("params", "parameters"), ("lines", "parameters in the first line of the body")):
        if key in written:
            yield f"{word} " + ", ".join(f"`{name}` = `{pattern}`" for name, pattern in written[key].items())
    if "body" in written:
        yield "JSON with " + ", ".join(f"`{key}`" for key in written["body"])
    for name in FIELDS:
        if name in written:
            yield f"{name}: {_place(written[name])}"


def _place(written: object) -> str:
    if isinstance(written, bool):
        return "each line of the body is an event" if written else "no"
    if isinstance(written, list):
        return ", else ".join(_place(each) for each in written)
    if isinstance(written, Mapping):
        rest = "; ".join(f"{key} {msgspec.json.encode(value).decode() if isinstance(value, Mapping) else value}" for key, value in written.items() if key != "path")
        return f"{_place(written['path'])} ({rest})" if rest else _place(written["path"])
    return f"`{written}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
