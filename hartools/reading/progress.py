"""How far has a long read come?"""

import sys
import time

__all__ = ["SILENT", "Progress"]

# Shorter reads end before a reader wonders; redrawing more often than this costs more than it tells.
PATIENCE_S = 2.0
REDRAW_S = 0.2


class Progress:
    """Draw one line on stderr once a read takes over two seconds, and only on a terminal.

    Parameters
    ----------
    name : str
        What is being read.
    stream : text stream, optional
        Where to draw; stderr by default.

    Examples
    --------
    >>> with Progress("visit.har") as progress:
    ...     progress.at("unpacking", 1, 2)  # nothing is drawn: two seconds are not over
    """

    def __init__(self, name: str, *, stream=None, patience_s: float = PATIENCE_S):
        self._name, self._stream = name, stream if stream is not None else sys.stderr
        # A notebook's stderr is no terminal: stored outputs stay the same from run to run.
        self._on = bool(getattr(self._stream, "isatty", lambda: False)())
        self._next, self._drawn = time.monotonic() + patience_s, 0

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_) -> None:
        if self._drawn:
            self._draw("")
            self._stream.write("\r")
            self._stream.flush()

    def at(self, doing: str, done: int, total: int) -> None:
        """Say how much of a step is done."""
        if self._on and time.monotonic() >= self._next:
            self._draw(f"hartools: {self._name}: {doing}, {min(done / max(total, 1), 1):.0%}")
            self._next = time.monotonic() + REDRAW_S

    def _draw(self, line: str) -> None:
        shown = "".join(letter if letter.isprintable() else "?" for letter in line)[:100]
        self._stream.write("\r" + shown.ljust(self._drawn))
        self._stream.flush()
        self._drawn = len(shown)


class _Silent(Progress):
    def __init__(self):
        super().__init__("", stream=None)
        self._on = False


SILENT = _Silent()
