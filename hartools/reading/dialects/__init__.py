"""Which program wrote this HAR, and what does it write its own way?"""

from hartools.capture import Exporter
from hartools.reading.dialects import chromium, firefox, mitmproxy, other, playwright, webkit
from hartools.reading.dialects.dialect import Dialect, Meta

__all__ = ["DIALECTS", "Dialect", "Meta", "recognise"]

# A new exporter is one new file here and one line in this list; the last one takes all.
DIALECTS = (chromium.DIALECT, firefox.DIALECT, webkit.DIALECT, playwright.DIALECT, mitmproxy.DIALECT, other.DIALECT)


def recognise(meta: dict) -> tuple[Dialect, Exporter]:
    """Tell which dialect a log is in, and by what.

    Parameters
    ----------
    meta : dict
        The members of ``log`` beside its entries.

    Examples
    --------
    >>> recognise({"creator": {"name": "Firefox", "version": "153.0"}})[1].why
    "log.creator.name is 'Firefox'"
    """
    known = Meta.of(meta)
    for dialect in DIALECTS:
        why = dialect.recognises(known)
        if why:
            return dialect, Exporter(dialect.name, known.creator, known.version, known.browser, why, dialect.omits)
    raise AssertionError("the last dialect takes every log")
