"""What does this one request say? Printed as JSON, for those who write a vendor's file."""

import argparse
import sys
from pathlib import Path

import msgspec

from hartools.payloads.telemetry.one import decode_request
from hartools.payloads.telemetry.page import vendors_page


def main(words: list[str] | None = None) -> int:
    """Decode the request that the command line describes, and print it as JSON.

    Examples
    --------
    >>> main(["--url", "https://www.exemple.fr/"])
    {
      "vendor": null,
      "kind": null,
      "n_events": 0,
      "events": [],
      "records": []
    }
    1
    """
    parser = argparse.ArgumentParser(prog="python -m hartools.payloads.telemetry", description="Decode one request as telemetry and print what it says as JSON. Exit status 1: nobody's we know.")
    parser.add_argument("--url", help="address of the request")
    parser.add_argument("--method", help="GET, or POST where there is a body")
    parser.add_argument("--body-file", help="file that holds the body as it was sent; - for standard input")
    parser.add_argument("--content-type", help="what the sender called it")
    parser.add_argument("--header", action="append", default=[], metavar="NAME:VALUE", help="a request header; may be given several times")
    parser.add_argument("--page", action="store_true", help="print docs/telemetry.md as the vendors' files make it")
    given = parser.parse_args(words)
    if given.page:
        print(vendors_page(), end="")
        return 0
    if not given.url:
        parser.error("--url is missing")
    body = None if given.body_file is None else sys.stdin.buffer.read() if given.body_file == "-" else Path(given.body_file).read_bytes()
    headers = {name.strip(): value.strip() for name, _, value in (header.partition(":") for header in given.header)}
    decoded = decode_request(given.url, method=given.method, body=body, content_type=given.content_type, headers=headers)
    # escaped characters: a terminal must not obey what a stranger wrote
    print(msgspec.json.format(msgspec.json.encode(decoded), indent=2).decode())
    return 0 if decoded["vendor"] else 1


if __name__ == "__main__":
    sys.exit(main())
