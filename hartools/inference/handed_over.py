"""What did the observer receive that needs no inference: addresses, titles and words, the device, its own cookies?"""

import pandas as pd

from hartools.capture import Capture
from hartools.findings import found, not_found, not_observable
from hartools.masking import mask_text, mask_url
from hartools.payloads.page_context import ADDRESSES, KINDS, page_context

__all__ = ["cookie_findings", "device_findings", "handed_findings"]

PAGE, SITE, WORDS, DEVICE, COOKIE = "R-PAGE", "R-SITE", "R-WORDS", "R-DEVICE", "R-COOKIE"

# What of a page beside its address is handed on, by the kind that page_context gives it.
SAID = {"title": "a page that was open bore the title", "search words": "the visitor searched for", "form value": "the visitor typed"}
DEVICE_HEADERS = ("user-agent", "accept-language", "sec-ch-ua", "sec-ch-ua-platform")


def handed_findings(view: Capture) -> list[dict]:
    """Say which addresses, titles, words and typed values were named to the observer, in whatever field."""
    context = page_context(view, kinds=KINDS)
    is_address = context.kind.isin(ADDRESSES)
    return _pages(view, context[is_address]) + _all_words(view, context[~is_address])


def _pages(view: Capture, context: pd.DataFrame) -> list[dict]:
    pages = context[context.is_full]
    rows = [_page(url, group) for url, group in pages.groupby("url", sort=False)]
    rows += [_site(host, group) for host, group in context.groupby("host", sort=False)]
    if not len(pages):
        looked = "headers, cookies, parameters, bodies and WebSocket frames"
        rows.append(not_found("page visited", f"No page address was found in {looked}; {_origins(context)}.", rule=PAGE, entry_ids=view.entries.entry_id,
                              caveat="An address in a form that is not decoded here could have been missed."))
    return rows


def _all_words(view: Capture, context: pd.DataFrame) -> list[dict]:
    rows = [_words(kind, value, group) for (kind, value), group in context.groupby(["kind", "value"], sort=False)]
    if not rows:
        rows.append(not_found("page words", "Neither a title nor search words nor a typed value was found in what it received.", rule=WORDS, entry_ids=view.entries.entry_id,
                              caveat="Words under a name that tells nothing would not be seen: what the page itself says is not in this view."))
    return rows


def _words(kind: str, value: str, group: pd.DataFrame) -> dict:
    shown, decoded = mask_text(value), bool(group.decoded.all())
    return found("page words", f"It could know that {SAID[kind]} “{shown}”: it stands in {_channels(group)}.", f"{kind}: {shown}", basis="derived" if decoded else "observed",
                 strength="very likely", rule=WORDS, entry_ids=group.entry_id, caveat=f"Taken for it on this ground: {', '.join(dict.fromkeys(group.why))}.")


def _page(url: str, group: pd.DataFrame) -> dict:
    decoded = bool(group.decoded.all())
    return found("page visited", f"It could know that the page {mask_url(url)} was open: the address stands in {_channels(group)}.", mask_url(url),
                 basis="derived" if decoded else "observed", strength="certain", rule=PAGE, entry_ids=group.entry_id)


def _site(host: str, group: pd.DataFrame) -> dict:
    decoded = bool(group.decoded.all())
    return found("site visited", f"It could know that the visitor used {host}: the name stands in {_channels(group)}.", host,
                 basis="derived" if decoded else "observed", strength="certain", rule=SITE, entry_ids=group.entry_id)


def _channels(group: pd.DataFrame) -> str:
    names = list(dict.fromkeys(group.channel))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} other fields" if len(names) > 3 else "")


def _origins(context: pd.DataFrame) -> str:
    hosts = context.host.nunique()
    return f"{hosts} {'origin was' if hosts == 1 else 'origins were'} named" if hosts else "nor was any origin named"


def device_findings(view: Capture) -> list[dict]:
    """Say what the request headers tell about the browser."""
    headers = view.headers
    told = headers[(headers.side == "request") & headers.name.isin(DEVICE_HEADERS)]
    if not len(told):
        return [not_observable("device", "Whether the browser described itself cannot be told: this view holds no such request header.", rule=DEVICE,
                               entry_ids=view.entries.entry_id, caveat="Every browser sends User-Agent; this exporter left the headers out.")]
    value = {name: mask_text(group.value.iloc[0]) for name, group in told.groupby("name", sort=True)}
    return [found("device", f"It could tell browser and language from {', '.join(value)}.", value, basis="observed", strength="certain", rule=DEVICE,
                  entry_ids=told.entry_id)]


def cookie_findings(view: Capture) -> list[dict]:
    """Say by which of its cookies the observer could recognise the browser; names only, never values."""
    cookies = view.cookies
    if not len(cookies):
        why = view.exporter.omits.get("cookies")
        if why:
            return [not_observable("identifier", f"Whether it used cookies cannot be told: this view holds none, and {why}.", rule=COOKIE,
                                   entry_ids=view.entries.entry_id, caveat="Record again and export with sensitive data.")]
        return [not_found("identifier", "No cookie was sent to it or set by it.", rule=COOKIE, entry_ids=view.entries.entry_id,
                          caveat="An identifier in an address or body would not be seen by this rule.")]
    return [_cookie(name, group) for name, group in cookies.groupby("name", sort=True)]


def _cookie(name: str, group: pd.DataFrame) -> dict:
    sent = "sent back by the browser" if (group.side == "request").any() else "set, and not seen sent back"
    shown = mask_text(name)
    return found("identifier", f"It could recognise the browser by its cookie {shown}, {sent}.", shown, basis="observed",
                 strength="certain" if (group.side == "request").any() else "possible", rule=COOKIE, entry_ids=group.entry_id,
                 caveat="Whether the value singles out one browser is not examined here.")
