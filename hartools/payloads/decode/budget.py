"""How much may decoding cost before it stops?"""

from dataclasses import dataclass

__all__ = ["Budget", "OverBudget"]


class OverBudget(Exception):
    """End a decoding that would give or cost more than it was allowed; never leaves `hartools.payloads.decode`."""


@dataclass
class Budget:
    """Count what decoding gives and costs, in bytes and characters: the same on every machine.

    Attributes
    ----------
    most_bytes : int
        What all layers together may hold.
    most_work : int
        What may be looked at or produced on the way, failed attempts included.
    """

    most_bytes: int = 1 << 24
    most_work: int = 1 << 26
    given: int = 0
    done: int = 0

    def spend(self, amount: int) -> None:
        """Count work.

        Examples
        --------
        >>> Budget(most_work=4).spend(5)
        Traceback (most recent call last):
        hartools.payloads.decode.budget.OverBudget: more work than 4
        """
        self.done += amount
        if self.done > self.most_work:
            raise OverBudget(f"more work than {self.most_work}")

    def give(self, amount: int) -> None:
        """Count what a layer holds.

        Examples
        --------
        >>> Budget(most_bytes=4).give(5)
        Traceback (most recent call last):
        hartools.payloads.decode.budget.OverBudget: more than 4 bytes
        """
        self.given += amount
        if self.given > self.most_bytes:
            raise OverBudget(f"more than {self.most_bytes} bytes")

    @property
    def left(self) -> int:
        """Return how much the next layer may hold."""
        return max(0, min(self.most_bytes - self.given, self.most_work - self.done))
