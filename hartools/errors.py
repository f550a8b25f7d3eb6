"""What can go wrong, by meaning: every error of hartools is also a built-in one."""

__all__ = [
    "AmbiguousFirstPartyError",
    "CatalogueError",
    "ChangedFileError",
    "ClaimsError",
    "FrozenCatalogueError",
    "HarError",
    "NotAHarError",
    "NotAViewError",
    "ReferenceDataError",
    "SizeLimitError",
    "UnknownChoiceError",
    "UnknownColumnError",
    "UnknownEntryError",
    "UnknownObserverError",
]


class HarError(Exception):
    """Be the parent of everything that hartools raises on purpose."""


class NotAHarError(HarError, ValueError):
    """Say that a file holds no HAR entry, what was found instead, and what to do."""


class SizeLimitError(HarError, ValueError):
    """Say that a file unpacks to more, or is packed deeper, than the stated limit."""


class ChangedFileError(HarError, OSError):
    """Say that a file is no longer what it was when it was read."""


class UnknownColumnError(HarError, KeyError):
    """Say which columns a table lacks."""

    def __str__(self):
        return str(self.args[0]) if self.args else ""


class UnknownEntryError(HarError, KeyError):
    """Say which entry ids a capture does not hold."""

    def __str__(self):
        return str(self.args[0]) if self.args else ""


class AmbiguousFirstPartyError(HarError, ValueError):
    """Say that several sites could be the one visited, and list them.

    Attributes
    ----------
    candidates : tuple of str
        The sites to choose from.
    """

    def __init__(self, message, candidates=()):
        super().__init__(message)
        self.candidates = tuple(candidates)


class UnknownObserverError(HarError, ValueError):
    """Say that a capture shows no such observer, and list those that it shows."""


class NotAViewError(HarError, TypeError):
    """Say that inference was given a raw capture where it takes an observer's view."""


class CatalogueError(HarError, ValueError):
    """Say why a table cannot serve as a catalogue of pictures."""


class ClaimsError(HarError, ValueError):
    """Say why a file of claims cannot be used, and what a claim needs."""


class FrozenCatalogueError(HarError, AttributeError):
    """Say that a catalogue does not change once it is built."""


class ReferenceDataError(HarError, ValueError):
    """Say why a file of outside facts (owners, address ranges, DNS answers) cannot be used, and what would do."""


class UnknownChoiceError(HarError, ValueError):
    """Say that an argument is none of what it can be, and list what it can be."""
