"""What can be asked of a HAR without opening Python?"""

import sys
from collections.abc import Sequence

from hartools.cli.printing import printable
from hartools.cli.words import parser

__all__ = ["main"]

UNUSABLE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; data goes to stdout, messages to stderr.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after the program's name; those of the process by default.

    Returns
    -------
    int
        0; 1 where ``check`` met something that keeps a question from being answered, or a claim
        fails; 2 where the input cannot be used; 3 where no claim fails and one cannot be decided.

    Examples
    --------
    >>> main(["summary", "no-such-file.har"])
    2
    """
    options = parser().parse_args(arguments)
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


def _is_expected(error: Exception) -> bool:
    from hartools.errors import HarError

    return isinstance(error, (HarError, OSError))


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        advice = " Pass the path of a HAR file." if isinstance(error, (FileNotFoundError, IsADirectoryError)) else ""
        return f"{error.filename}: {error.strerror}.{advice}"
    return printable(" ".join(str(error).split()))
