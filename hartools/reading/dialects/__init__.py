"""Which program wrote this HAR, and what does it write its own way?"""

from collections.abc import Sequence

from hartools.capture import Exporter
from hartools.reading.dialects import (
    browsermob,
    charles,
    chrome_har,
    chrome_har_capturer,
    chromium,
    fiddler,
    firebug,
    firefox,
    http_clients,
    internet_explorer,
    mitmproxy,
    other,
    pcap2har,
    phantomjs,
    playwright,
    proxies,
    selenium_wire,
    splash,
    tweasel,
    webkit,
    webpagetest,
)
from hartools.reading.dialects.dialect import Dialect, Meta
from hartools.reading.dialects.user_agents import browser_of
from hartools.reading.schema import Entry

__all__ = ["DIALECTS", "Dialect", "Meta", "recognise"]

# A new exporter is one new file here and one line in this list; the last one takes all.
DIALECTS = (
    chromium.DIALECT, firefox.DIALECT, webkit.DIALECT, playwright.DIALECT, mitmproxy.DIALECT, chrome_har.DIALECT,
    chrome_har_capturer.DIALECT, webpagetest.DIALECT, firebug.DIALECT, charles.DIALECT, fiddler.DIALECT, browsermob.DIALECT,
    selenium_wire.DIALECT, tweasel.DIALECT, splash.DIALECT, phantomjs.DIALECT, pcap2har.DIALECT, internet_explorer.DIALECT,
    proxies.DIALECT, http_clients.HTTP_TOOLKIT, http_clients.OPTIC, http_clients.CLIENT, other.DIALECT,
)  # fmt: skip


def recognise(meta: dict, first: Sequence[Entry] = (), user_agents: dict | None = None) -> tuple[Dialect, Exporter]:
    """Tell which dialect a log is in, and by what.

    Parameters
    ----------
    meta : dict
        The members of ``log`` beside its entries.
    first : sequence of Entry
        Its first entries, whose own fields tell versions apart.
    user_agents : dict, optional
        Headers ``user-agent`` and ``sec-ch-ua`` of a request, by which the browser is told
        where the log does not name it.

    Examples
    --------
    >>> recognise({"creator": {"name": "Firefox", "version": "153.0"}})[1].why
    "log.creator.name is 'Firefox'"
    """
    known = Meta.of(meta, first)
    dialect, why = next((dialect, why) for dialect in DIALECTS if (why := dialect.recognises(known)))
    adapted = dialect.adapts(dialect, known) if dialect.adapts else dialect
    return adapted, Exporter(dialect.name, known.creator, known.version, _browser(known, user_agents or {}, dialect), why, dialect.omits)


def _browser(known: Meta, user_agents: dict, dialect: Dialect) -> str | None:
    if known.browser and not known.browser.startswith("Mozilla/"):
        return known.browser
    # pcap2har writes a whole User-Agent for the name (2026-11-24, 0.1, andrewf/pcap2har fhs_ssl.pcap.har)
    found = browser_of({"user-agent": known.browser} if known.browser else user_agents)
    is_emulated = found is not None and dialect.browsers and found.partition(" ")[0] not in dialect.browsers
    return None if is_emulated else found
