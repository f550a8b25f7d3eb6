"""Which parameters were added to addresses, and do they name a user or a campaign?"""

import re
from urllib.parse import parse_qsl, urlsplit

import pandas as pd

from hartools.capture import Capture
from hartools.masking import fingerprint, mask, mask_text
from hartools.payloads.identifiers.rows import UNKNOWN, absent, sites_by_entry, table_of, unseen
from hartools.reading.fitting import clean

__all__ = ["CAMPAIGN_LEVEL", "USER_LEVEL", "decoration_level", "link_decoration"]


def _names(vendor: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), vendor)


# Parameters whose value is made for one click, one recipient or one browser. Without a mark: in
# brave/adblock-lists, brave-lists/query-filter.json (commit 53ba6df2). With (K): from general
# knowledge, not looked up.
USER_LEVEL = {
    **_names("Google", "gclid dclid wbraid _gl srsltid gbraid"),
    **_names("Meta", "fbclid fb_action_ids fb_comment_id"),
    **_names("Microsoft Advertising", "msclkid"),
    **_names("TikTok", "ttclid"),
    **_names("X", "twclid"),
    **_names("Yandex", "yclid ymclid ysclid syclid _openstat"),
    **_names("HubSpot", "_hsenc __hstc __hssc __hsfp hsCtaTracking"),
    **_names("Mailchimp", "mc_eid"),
    **_names("Adobe and Salesforce Marketing Cloud", "sfmc_activityid sfmc_id s_cid"),
    **_names("Branch", "_branch_match_id _branch_referrer"),
    **_names("Impact", "irclickid"),
    **_names("MailerLite", "ml_subscriber ml_subscriber_hash"),
    **_names("Olytics", "oly_anon_id oly_enc_id"),
    **_names("Vero", "vero_conv vero_id"),
    **_names("Yahoo", "guce_referrer guce_referrer_sig"),
    **_names("AT Internet", "at_recipient_id at_recipient_list"),
    **_names("Bluecore and others", "bbeml bsft_clkid bsft_uid et_rid ss_email_id rb_clickid vgo_ee wickedid unicorn_click_id mtm_cid pk_cid __s _bhlid"),
    **_names("Oft", "oft_c oft_ck oft_d oft_id oft_ids oft_k oft_lk oft_sk"),
    **_names("SMS and shop tools", "sc_customer sc_eh sc_uid sms_click sms_source sms_uph"),
    **_names("Marketo", "mkt_tok"),
    **_names("Snap", "ScCid sccid"),  # (K), as are all below
    **_names("LinkedIn", "li_fat_id"),
    **_names("Pinterest", "epik"),
    **_names("Reddit", "rdt_cid"),
    **_names("Taboola", "tblci"),
    **_names("Outbrain", "obclid dicbo"),
    **_names("Klaviyo", "_kx"),
    **_names("Affiliate networks", "cjevent awc sscid ef_id vmcid sznclid yadclid"),
}
# Bound to one site, since the names are short (brave/adblock-lists, as above).
SITE_BOUND = {"igsh": ("instagram.com",), "igshid": ("instagram.com",), "ref_src": ("x.com", "twitter.com"), "ref_url": ("x.com", "twitter.com"), "si": ("youtube.com", "youtu.be")}
# Name a campaign, an ad or a channel; alike for everybody who followed the same link
# (ClearURLs/Rules, data.min.json, commit 9317c06b; from general knowledge: gad_*, gclsrc, mkwid, s_kwcid).
CAMPAIGN_LEVEL = re.compile(r"utm_?\w*|mtm_(?!cid)\w+|itm_\w+|otm_\w+|hmb_\w+|cmpid|spm|wtrid|wt_?z?mc|vn_\w+|tracking_source|ceneo_spo|os_ehash|gad_source|gad_campaignid|gclsrc|"
                            r"gs_l|mc_[ct]id|fb_(?:source|ref|action_types)|action_\w+_map|Echobox|mkwid|s_kwcid|ranSiteID|irgwc|ref|ref_|referrer|__twitter_impression")
NESTED = re.compile(r"[?&]([\w.-]{2,40})=([^&#\s]{1,2000})")
COLUMNS = {"result": "str", "level": "str", "vendor": "str", "name": "str", "value": "str", "fingerprint": "str", "party": "str", "channel": "str", "entry_ids": "object", "why": "str"}


def decoration_level(name: str, site: str | None = None) -> str | None:
    """Say whether a parameter's name is one for users or for campaigns.

    Parameters
    ----------
    name : str
    site : str, optional
        Registrable domain of the address; a few names count at one site alone.

    Returns
    -------
    str or None
        ``user``, ``campaign``, or None for neither.

    Examples
    --------
    >>> decoration_level("gclid"), decoration_level("utm_source"), decoration_level("si"), decoration_level("si", "youtube.com")
    ('user', 'campaign', None, 'user')
    """
    if name in USER_LEVEL or (name in SITE_BOUND and site in SITE_BOUND[name]):
        return "user"
    return "campaign" if CAMPAIGN_LEVEL.fullmatch(name) else None


def link_decoration(capture: Capture, *, reveal: bool = False) -> pd.DataFrame:
    """List the parameters by which links name a click, a recipient or a campaign, and who received them.

    Parameters
    ----------
    capture : Capture
        A capture, or an observer's view.
    reveal : bool
        Show values as they are.

    Returns
    -------
    pandas.DataFrame
        One row per name, value, party and channel, in the order of first entries: result, level
        (user or campaign), vendor, name, value (masked where it is of a user), fingerprint,
        party (registrable domain that received it), channel (``query``, ``Referer``,
        ``Location``, ``query dl`` where it stands in an address inside a parameter), entry_ids,
        why. A capture without any has one row, ``not found``.

    Notes
    -----
    The names are `USER_LEVEL` and `CAMPAIGN_LEVEL`; their sources stand beside them. A name that
    no list has is missed, however much its value singles out.

    Examples
    --------
    >>> import hartools as ht
    >>> link_decoration(ht.read_har(ht.example_har())).result.tolist()
    ['not found']
    """
    found: dict[tuple, list[int]] = {}
    for entry_id, party, channel, name, value in _parameters(capture):
        if value and decoration_level(name, party):
            entries = found.setdefault((decoration_level(name, party), name, value, party, channel), [])
            if not entries or entries[-1] != entry_id:
                entries.append(entry_id)
    rows = [_row(*key, sorted(set(entries)), reveal) for key, entries in found.items()]
    rows.sort(key=lambda row: (row["entry_ids"][0], row["name"], row["channel"]))
    if not len(capture.entries):
        rows = [absent("not observable", unseen(capture)["query"], capture)]
    return table_of(rows or [absent("not found", "no name of the lists of user-level and campaign-level parameters stands in an address", capture)], COLUMNS)


def _row(level, name, value, party, channel, entries, reveal) -> dict:
    shown = mask(value, reveal=reveal) if level == "user" else mask_text(clean(value)[:200], reveal=reveal)
    why = "made for one click, recipient or browser" if level == "user" else "alike for everybody who follows the same link"
    return {"result": "found", "level": level, "vendor": USER_LEVEL.get(name, UNKNOWN), "name": clean(name), "value": shown, "fingerprint": fingerprint(value), "party": party,
            "channel": channel, "entry_ids": entries, "why": why}


def _parameters(capture: Capture):
    entries = capture.entries
    party = sites_by_entry(entries)
    params = capture.params
    for entry_id, where, name, value in zip(params.entry_id.tolist(), params["where"].tolist(), params.name.tolist(), params.value.tolist(), strict=True):
        if where == "query":
            yield entry_id, party.get(entry_id), "query", name, value
        if value and ("?" in value or "&" in value) and len(value) < 8192:
            yield from ((entry_id, party.get(entry_id), f"{where} {clean(name)}", *pair) for pair in NESTED.findall(value))
    for column, channel in (("referer", "Referer"), ("redirect_to", "Location")):
        known = entries[entries[column].notna()]
        split = {url: _query(url) for url in known[column].unique()}
        for entry_id, url in zip(known.entry_id.tolist(), known[column].tolist(), strict=True):
            yield from ((entry_id, party.get(entry_id), channel, *pair) for pair in split[url])


def _query(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(url).query)
    except ValueError:
        return []
