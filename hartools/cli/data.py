"""What lists did the reader fetch, and which of them are kept on this machine?"""

import sys

from hartools.cli.printing import as_json, plain_row, plain_rows, printable

__all__ = ["forget_list", "import_list", "show_lists"]


def import_list(options) -> int:
    """Read a list and keep it."""
    from hartools.parties.imported import import_data

    print(as_json(plain_row(import_data(options.file, name=options.name, version=options.version, date=options.date, licence=options.licence))))
    return 0


def show_lists(_) -> int:
    """Print what is kept."""
    from hartools.parties.imported import imported_data

    print(as_json(plain_rows(imported_data())))
    return 0


def forget_list(options) -> int:
    """Remove one list."""
    from hartools.parties.imported import forget_data

    forget_data(options.name)
    print(f"hartools: forgot {printable(options.name)}", file=sys.stderr)
    return 0
