"""Run the command line: `python -m hartools.cli`."""

from hartools.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
