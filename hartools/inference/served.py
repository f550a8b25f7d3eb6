"""Which pages was the observer itself asked for, or could read the address of, and what do they say?"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

import pandas as pd

from hartools.capture import Capture
from hartools.findings import found, not_found
from hartools.inference.catalogue import Catalogue
from hartools.inference.named_search import searched_findings
from hartools.masking import SECRET_NAMES, mask, mask_text, mask_url
from hartools.observers.destinations import asked_documents
from hartools.parties.domains import sites_of
from hartools.payloads.identifiers.exclusions import looks_random
from hartools.payloads.page_context import page_context
from hartools.payloads.page_words import NO_FORM, PLAIN_WORDS
from hartools.reading.fitting import clean

__all__ = ["page_documents", "served_findings"]

SERVED = "R-SERVED"
SCRIPTS = ("tag_manager", "script")
# Kinds whose place in the exchange is itself a conclusion, with a strength of its own.
CONCLUDED = {"tls_terminator": "It rests on the conclusion that it ended TLS for this host: how sure that is, is said of the observer.",
             "hosting": "It rests on the conclusion that it ran the machine or stood behind the one that answered: how sure that is, is said of the observer."}  # fmt: skip
DATA = r"^(?:application|text)/(?:[\w.+-]*json|[\w.+-]*xml|pdf)"
# Signs that a request was for a page, and what each is worth.
GROUNDS = {"Sec-Fetch-Dest: document": "certain", "HTML that was asked for as a page is": "very likely", "an answer in HTML": "likely",
           "the page's own address, which a script in it can read": "certain"}  # fmt: skip
ORDER = ("certain", "very likely", "likely")
# Parameters in which sites put what was searched for (from general knowledge, not looked up).
SEARCH_NAMES = re.compile(r"(?i)q|qs|query|search\w*|s|k|keywords?|terms?|text|recherche|what|where|who|quoi|qui|ou|où|location|place|city|ville|special\w*|profession|near|lieu|suche|busca")
LONGEST = 200


def served_findings(view: Capture, catalogue: Catalogue | None = None) -> list[dict]:
    """Say which pages the observer was itself asked for, or could read from within, and which search addresses name.

    Parameters
    ----------
    view : Capture
        Made by `view_as`. What a third party is asked for are not the visitor's pages, so that of its
        view only the searches are said that addresses handed to it name.
    catalogue : Catalogue, optional
        Whose words are looked for in the addresses of pages, asked for or handed over.

    Returns
    -------
    list of dict
        Rows of `hartools.findings` under R-SERVED and R-SEARCHED.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import hartools as ht
    >>> view = replace(ht.read_har(ht.example_har()), observer="first_party:doctor.example")
    >>> [(row["topic"], row["value"]) for row in served_findings(view)]
    [('page visited', 'https://www.doctor.example/dentiste/lyon'), ('page content', {'application/json': 1, 'text/html': 1})]
    """
    kind = (view.observer or "").partition(":")[0]
    entries = view.entries
    if not len(entries):
        return []
    if kind == "third_party":
        return searched_findings(_handed(view, catalogue), catalogue)
    documents = page_documents(view)
    addresses = pd.concat([documents[["entry_id", "url"]], _handed(view, catalogue)], ignore_index=True)
    if not len(documents):
        return [not_found("page visited", "Among the requests that it received none was for a page.", rule=SERVED, entry_ids=entries.entry_id,
                          caveat="A page is told by Sec-Fetch-Dest, or by HTML that was asked for as a page is; a frame in another site's page is none."),
                *searched_findings(addresses, catalogue)]  # fmt: skip
    rows = [_page(url, group, kind) for url, group in documents.groupby("url", sort=False)]
    rows += _words(documents) + _typed(view, documents)
    return rows + _content(view, documents, kind) + searched_findings(addresses, catalogue)


def page_documents(view: Capture) -> pd.DataFrame:
    """Find the requests for pages of the visitor in what one observer receives.

    Parameters
    ----------
    view : Capture

    Returns
    -------
    pandas.DataFrame
        One row per request, in the order of the view: entry_id, url, site, mime, outcome, ground,
        strength (certain, very likely, likely).

    Notes
    -----
    What an observer is asked for itself is told apart by `hartools.observers.destinations`: a page is asked
    for with the destination ``document`` (W3C Fetch Metadata Request Headers), a frame with ``iframe``;
    without that header HTML is taken for a page if it was asked for as one and no page of another site
    referred it, as a frame there would be; the first party's own arrivals by a link from elsewhere are
    kept. A script in the page reads the page's own address.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import hartools as ht
    >>> page_documents(replace(ht.read_har(ht.example_har()), observer="first_party:doctor.example"))[["entry_id", "strength"]].values.tolist()
    [[0, 'likely']]
    """
    kind = (view.observer or "").partition(":")[0]
    entries = view.entries
    entries = entries[entries.url.notna() & entries.host.notna()].reset_index(drop=True)
    entries["site"] = sites_of(entries.host)
    if kind in SCRIPTS:
        found = entries[_is_own_address(view, entries)]
        ground = pd.Series("the page's own address, which a script in it can read", index=found.index)
    else:
        found = entries[asked_documents(view, entries, arrivals=kind == "first_party")]
        ground = _grounds(view, found)
    return found[["entry_id", "url", "site", "mime", "outcome"]].assign(ground=ground, strength=ground.map(GROUNDS)).reset_index(drop=True)


def _handed(view: Capture, catalogue: Catalogue | None) -> pd.DataFrame:
    """List the addresses of other sites' pages that were handed over in whatever field."""
    context = page_context(view) if catalogue is not None else pd.DataFrame({"entry_id": [], "url": [], "is_full": []})
    return context[context.is_full.astype(bool)][["entry_id", "url"]]


def _is_own_address(view: Capture, entries: pd.DataFrame) -> pd.Series:
    """Tell the entries whose address is that of their own page, as a script in the page reads it."""
    pages = view.pages.dropna(subset=["page_id", "url"])
    address = entries.page_id.map(dict(zip(pages.page_id, pages.url, strict=True)))
    return (entries.url == address).fillna(False).astype(bool)


def _grounds(view: Capture, documents: pd.DataFrame) -> pd.Series:
    """Say by which sign each request was taken for one for a page."""
    headers = view.headers
    sent = headers[(headers.side == "request") & headers.name.isin(["sec-fetch-dest", "accept"]) & headers.entry_id.isin(documents.entry_id)]
    named = {name: documents.entry_id.isin(group.entry_id) for name, group in sent.groupby("name")}
    none = pd.Series(False, index=documents.index)
    by_header, as_page = named.get("sec-fetch-dest", none), named.get("accept", none)
    first, second, third, _ = GROUNDS
    return pd.Series(third, index=documents.index, dtype="object").mask(as_page, second).mask(by_header, first)


def _surest(group: pd.DataFrame) -> str:
    """Return the best strength among requests for one page: one sure sign is enough."""
    return min(group.strength, key=ORDER.index)


def _page(url: str, group: pd.DataFrame, kind: str) -> dict:
    shown = mask_url(clean(url))
    how = {"tag_manager": "its script ran in the page and could read the address", "script": "its script ran in the page and could read the address",
           "tls_terminator": "the request for it passed in clear", "hosting": "the request for it passed in clear"}.get(kind, "the request for it passed unencrypted" if kind.startswith("network") else "the request came to it")  # fmt: skip
    led_on = " The answer led on to another address." if (group.outcome == "redirected").fillna(False).all() else ""
    return found("page visited", f"It could know that the page {shown} was asked for: {how}.{led_on}", shown, basis="observed", strength=_capped(_surest(group), kind), rule=SERVED,
                 entry_ids=group.entry_id, caveat=_caveat(group, kind))


def _capped(strength: str, kind: str) -> str:
    """Lower what is certain where the observer's own place is a conclusion."""
    return "very likely" if kind in CONCLUDED and strength == "certain" else strength


def _caveat(group: pd.DataFrame, kind: str) -> str:
    ground = f"Taken for a page on this ground: {group.ground.iloc[0] if len(set(group.ground)) == 1 else ', '.join(dict.fromkeys(group.ground))}."
    frame = " A frame in the site's own page would look the same." if _surest(group) != "certain" else ""
    cached = " Pages for which the browser had the script in its cache are left out: no request shows that it ran there." if kind in SCRIPTS else ""
    return ground + frame + cached + (f" {CONCLUDED[kind]}" if kind in CONCLUDED else "")


def _words(documents: pd.DataFrame) -> list[dict]:
    """Say what was searched for by the parameters of the pages' addresses."""
    said: dict[tuple[str, str], list[int]] = {}
    for url, group in documents.groupby("url", sort=False):
        for name, value in _parameters(url):
            if SEARCH_NAMES.fullmatch(name) and any(letter.isalpha() for letter in value) and value.casefold() not in PLAIN_WORDS and not looks_random(value):
                said.setdefault((name, value), []).extend(group.entry_id)
    return [_word("search words", name, value, entry_ids, "in the address of the page") for (name, value), entry_ids in said.items()]


def _parameters(url: str) -> list[tuple[str, str]]:
    try:
        return [(clean(name), clean(value)[:LONGEST]) for name, value in parse_qsl(urlsplit(url).query, max_num_fields=200)]
    except ValueError:
        return []


def _typed(view: Capture, documents: pd.DataFrame) -> list[dict]:
    """Say what was sent in forms to the sites of the pages."""
    params, entries = view.params, view.entries
    sent = params[params["where"].isin(["form", "multipart"]) & params.value.notna() & (params.value != "") & params.name.notna()]
    ours = set(entries.entry_id[sites_of(entries.host).isin(documents.site)])
    said: dict[tuple[str, str], list[int]] = {}
    for entry_id, name, value in zip(sent.entry_id, sent.name, sent.value, strict=True):
        if entry_id in ours and _may_be_typed(name, value):
            said.setdefault((clean(name), clean(value)[:LONGEST]), []).append(entry_id)
    return [_word("form value", name, value, entry_ids, "in a form that was sent") for (name, value), entry_ids in said.items()]


def _may_be_typed(name: str, value: str) -> bool:
    """Tell fields that a person fills in from those that programs write; a secret is kept, and shown masked."""
    if SECRET_NAMES.search(name):
        return not re.search(r"(?i)csrf|xsrf|token|nonce|state", name)
    return not NO_FORM.fullmatch(name) and len(value.strip()) > 1 and value.casefold() not in PLAIN_WORDS and not looks_random(value) and value[:1] not in "{[<"


def _word(kind: str, name: str, value: str, entry_ids: list[int], where: str) -> dict:
    shown = mask(value) if SECRET_NAMES.search(name) else mask_text(value)
    did = "searched for" if kind == "search words" else "typed"
    return found("page words", f"It could know that the visitor {did} “{shown}”: it stands under {mask_text(name)} {where}.", f"{kind}: {shown}", basis="observed",
                 strength="very likely", rule=SERVED, entry_ids=entry_ids, caveat="The name of the field is the ground: a link, or a value filled in beforehand, would look the same.")


def _content(view: Capture, documents: pd.DataFrame, kind: str) -> list[dict]:
    """Say that pages themselves, and data that their site answered with, could be read; counted by media type, never quoted."""
    entries = view.entries
    answered = set(documents.entry_id if kind in SCRIPTS else documents.entry_id[(documents.outcome == "answered").fillna(False)])
    data = entries.mime.str.contains(DATA).fillna(False) & (entries.outcome == "answered").fillna(kind in SCRIPTS) & sites_of(entries.host).isin(documents.site)
    read = entries[entries.entry_id.isin(answered) | data]
    if not len(read):
        return [not_found("page content", "No page that it was asked for was answered with a content.", rule=SERVED, entry_ids=documents.entry_id)]
    counted: Mapping[str, int] = {str(name): int(count) for name, count in read.mime.fillna("media type not told").value_counts().sort_index().items()}
    told = ", ".join(f"{count} {mask_text(name)}" for name, count in counted.items())
    how = "a script in the page can read what it shows" if kind in SCRIPTS else "the answers passed in clear" if kind.startswith("network") or kind in CONCLUDED else "it gave the answers"
    return [found("page content", f"It could read the pages themselves, and the data that they fetched, not only their addresses: {how} ({told}).", dict(counted), basis="derived",
                  strength=_capped("very likely" if kind in SCRIPTS else "certain", kind), rule=SERVED, entry_ids=read.entry_id, caveat=_content_caveat(kind))]


def _content_caveat(kind: str) -> str:
    if kind in CONCLUDED:
        return f"{CONCLUDED[kind]} Content that is itself encrypted for somebody else would not be readable; that is examined elsewhere."
    return "What they say is not shown here. Content that is itself encrypted for somebody else would not be readable; that is examined elsewhere."
