"""What may differ from one exporter to the next, as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

__all__ = ["Dialect", "Meta", "named"]


@dataclass(frozen=True)
class Meta:
    """Hold the names that a log gives itself, as text or None."""

    creator: str | None
    version: str | None
    browser: str | None
    comment: str | None

    @classmethod
    def of(cls, meta: dict) -> "Meta":
        """Read the names from a log whose creator may be an object, a text or absent."""
        creator, browser = meta.get("creator"), meta.get("browser")
        made = creator if isinstance(creator, dict) else {"name": creator}
        used = browser if isinstance(browser, dict) else {"name": browser}
        words = [value if isinstance(value, str) else None for value in (made.get("name"), made.get("version"), used.get("name"), used.get("version"))]
        browser_name = " ".join(word for word in words[2:] if word) or None
        comment = made.get("comment") if isinstance(made.get("comment"), str) else None
        return cls(words[0], words[1], browser_name, comment)


@dataclass(frozen=True)
class Dialect:
    """Describe one exporter's habits; the defaults are HAR 1.2's own words.

    Attributes
    ----------
    name : str
        Short name of the dialect.
    recognises : callable
        From `Meta` to the reason for recognising it, or None.
    body_size_includes_headers : bool
        ``response.bodySize`` counts the headers too.
    connection_is : {"id", "port", "field"}
        What ``connection`` holds; "field": the id stands in ``_connectionId``.
    message_unit : float
        Seconds per unit of ``_webSocketMessages[].time``.
    empty_timings_mean_cached : bool
        ``timings: {}`` with a status marks an answer from the browser's own cache.
    omits : mapping of str to str
        What the exporter never writes, or removes unless told otherwise: metric -> reason.
    """

    name: str
    recognises: Callable[[Meta], str | None]
    body_size_includes_headers: bool = False
    connection_is: str = "id"
    message_unit: float = 1.0
    empty_timings_mean_cached: bool = False
    omits: Mapping[str, str] = field(default_factory=dict)


def named(*names: str) -> Callable[[Meta], str | None]:
    """Recognise a log by the exact name of its creator.

    Examples
    --------
    >>> named("Firefox")(Meta("Firefox", "153.0", None, None))
    "log.creator.name is 'Firefox'"
    """

    def recognises(meta: Meta) -> str | None:
        return f"log.creator.name is {meta.creator!r}" if meta.creator in names else None

    return recognises
