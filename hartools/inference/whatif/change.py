"""What would the same visit have left behind under a countermeasure?"""

from collections.abc import Iterable

from hartools.capture import Capture
from hartools.inference.whatif.draft import Draft
from hartools.inference.whatif.measures import measure_named, variant_name
from hartools.inference.whatif.overlay import drafted_capture

__all__ = ["what_if"]


def what_if(capture: Capture, measure: str, *, first_party: str | Iterable[str] | None = None, **settings) -> Capture:
    """Return the capture as it would have been recorded under a countermeasure.

    Parameters
    ----------
    capture : Capture
        What the browser recorded, or an earlier what-if; not a view.
    measure : str
        One of `measures_table`.
    first_party : str or iterable of str, optional
        See `label_parties`; taken from the capture by default.
    **settings
        Of the measure; `measures_table` lists them with their defaults.

    Returns
    -------
    Capture
        A new one, with tables, bodies and document that agree. Entries keep their ids, so that a
        finding before and after cites the same ones; what would not have been sent is gone; what
        comes in addition has ids after the last. Its source's name says what it is, and its hash
        covers the measure and its settings.

    Raises
    ------
    UnknownChoiceError
        If there is no such measure, or it has no such setting.
    CatalogueError
        If the measure needs a catalogue and none is given.
    AmbiguousFirstPartyError
        If the capture does not tell what was visited.
    HarError
        If the capture is an observer's view.

    Notes
    -----
    A measure is a statement about requests, under the assumption that `measures_table` writes beside
    it: how a real site or browser would go about it can differ. Times stay as they were recorded.
    The measures and their effect are from general knowledge, not looked up.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> silent = what_if(capture, "no-referrer")
    >>> capture.entries.referer.notna().sum().item(), silent.entries.referer.notna().sum().item(), silent.source.name
    (8, 0, '<bytes>, what if no-referrer')
    """
    chosen = measure_named(measure, settings)
    draft = Draft(capture, first_party=first_party)
    chosen.apply(draft, **settings)
    name = variant_name(measure, settings)
    return drafted_capture(draft, name=f"{capture.source.name}, what if {name}", told=[measure, sorted((key, repr(value)) for key, value in settings.items())])
