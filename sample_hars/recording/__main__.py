"""Which visits and exporters shall be recorded? Records them, then measures every file for the README."""

import argparse
import subprocess
import time

from ..site.server import RunningSite
from . import chromium, chromium_devtools, firefox_devtools, mitmproxy_dump, playwright_har
from .ground_truth import FOLDER, ground_truth, read_ground_truth, write_ground_truth
from .readme import write_readme
from .visits import VISITS

# Each recorder walks a visit once; Chromium's own tools write two files of the same visit.
RECORDERS = (
    (("chrome-sanitized", "chrome-sensitive"), chromium_devtools.record, chromium.EXECUTABLE),
    (("firefox",), firefox_devtools.record, firefox_devtools.EXECUTABLE),
    (("playwright",), playwright_har.record, chromium.EXECUTABLE),
    (("mitmproxy",), mitmproxy_dump.record, chromium.EXECUTABLE),
)
EXPORTERS = tuple(exporter for exporters, _, _ in RECORDERS for exporter in exporters)


def main():
    """Record what the command line asks for, one visit after another, and print a summary."""
    asked = _asked()
    truth = read_ground_truth()
    with RunningSite() as site:
        for visit in (VISITS[name] for name in asked.visit):
            for exporters, record, executable in RECORDERS:
                if not set(exporters) & set(asked.exporter):
                    continue
                started = time.monotonic()
                paths = {exporter: FOLDER / f"{visit.name}.{exporter}.har" for exporter in exporters}
                began = record(visit, site, paths)
                for exporter, path in paths.items():
                    truth[path.name] = ground_truth(
                        visit, site.log, began, path, exporter, _version(executable)
                    )
                    print(f"{path.name:40} {path.stat().st_size / 1024:6.0f} KiB", flush=True)
                print(f"  {len(site.log)} requests served, {time.monotonic() - started:.0f} s", flush=True)
    write_ground_truth(truth)
    size = write_readme(truth)
    print(f"{len(truth)} files, {size / 1024**2:.1f} MiB; README.md and ground_truth.json written")


def _asked():
    """Return what the command line asks for; everything unless it names something."""
    parser = argparse.ArgumentParser(prog="sample_hars/record", description="Record the sample HARs.")
    parser.add_argument("--visit", nargs="+", choices=VISITS, default=list(VISITS), metavar="VISIT",
                        help=f"of {', '.join(VISITS)}")
    parser.add_argument("--exporter", nargs="+", choices=EXPORTERS, default=list(EXPORTERS), metavar="EXPORTER",
                        help=f"of {', '.join(EXPORTERS)} (the two of Chrome are always recorded together)")
    return parser.parse_args()


def _version(executable):
    """Return a browser's name and version, as it prints them itself."""
    printed = subprocess.run([executable, "--version"], capture_output=True, text=True, check=True).stdout
    return printed.strip().split(" built on ")[0].removeprefix("Mozilla ")


if __name__ == "__main__":
    main()
