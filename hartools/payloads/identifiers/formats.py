"""Which cookies and parameters have a known format, and which part of it is the identifier?"""

import re
from functools import lru_cache
from typing import NamedTuple

__all__ = ["FORMATS", "Format", "format_named", "known_formats"]

UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
# The names of groups say what a part is: id* single out a browser (or a click, or a session, by
# the row's scope), created_s, created_ms and created_iso tell when that was made, all others are
# neither. A group inside an id is a part of it.
GA = r"(?P<id>\d{1,10}\.(?P<created_s>1\d{9}))"
HEX32 = r"(?P<id>[0-9a-fA-F]{32})(?![0-9a-zA-Z])"
WHOLE = r"\"?(?P<id>[^\"\s]{8,})\"?"


class Format(NamedTuple):
    """Describe one format of a value.

    Attributes
    ----------
    vendor : str
        Whose format it is.
    names : str
        Regular expression for the whole name of the cookie or parameter.
    pattern : str
        Regular expression searched in the value from its beginning, once it is unpacked.
    scope : str
        browser, person, click, session, consent record or security.
    packing : tuple of str
        What is undone before: percent, base64, json. After json the pattern is a list of
        ``part=key`` pairs.
    sites : tuple of str
        Registrable domains to which the name is bound, where it means something else elsewhere.
    """

    vendor: str
    names: str
    pattern: str
    scope: str = "browser"
    packing: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


# From general knowledge of the vendors' scripts, not looked up, except where a line says otherwise.
# A new format is one line. The first row whose name and value both fit counts.
FORMATS = (
    # Google
    Format("Google Analytics", r"_ga|_gid|ga_?cookie", r"GA\d\.(?P<depth>[\d-]+)\." + GA),
    Format("Google Analytics", r"_ga", r"GA\d\.(?P<depth>[\d-]+)\.(?P<id>amp-[\w-]{10,})"),
    Format("Google Analytics", r"cid|gcid|_?gid|ga_?c?id|ga_?client_?id|client_?id|clientid|vid", GA + r"$"),
    Format("Google Analytics 4, session", r"_ga_[A-Z0-9]+", r"GS1\.(?P<depth>\d+)\.(?P<session_start_s>\d{10})\.(?P<session_count>\d+)\..*", "times"),
    Format("Google Analytics 4, session", r"_ga_[A-Z0-9]+", r"GS2\.(?P<depth>\d+)\.s(?P<session_start_s>\d{10})\$o(?P<session_count>\d+)\$.*", "times"),
    Format("Google Ads", r"_gcl_au|auid", r"(?:1\.1\.)?" + GA),
    Format("Google Ads, click", r"_gcl_(?:aw|dc|gb|ha|ag|gs)", r"(?:GCL|2\.1\.k[^.$]*)\.(?P<created_s>1\d{9})\.(?P<id>[\w.-]{10,})", "click"),
    Format("Google advertising", r"__gads|__gpi|__eoi", r"U?ID=(?P<id>[0-9a-f]{16,}):T=(?P<created_s>1\d{9})"),
    Format("Google advertising", r"IDE|DSID|ANID|id", r"(?P<id>[\w|:-]{16,})", sites=("doubleclick.net",)),
    Format("Google", r"NID|ENID|AEC|1P_JAR|SNID", r"(?:(?P<version>\d+)[.=])?(?P<id>[\w-]{20,})", sites=("google.com", "google.fr", "google.de", "google.co.uk")),
    Format("Google server-side tagging", r"FPID\d?|FPAU|FPLC", WHOLE),
    Format("YouTube", r"VISITOR_INFO1_LIVE|YSC|VISITOR_PRIVACY_METADATA", WHOLE, sites=("youtube.com",)),
    # Meta
    Format("Meta", r"_?fbp|fbp_id", r"fb\.(?P<depth>\d+)\.(?P<created_ms>1\d{12})\.(?P<id>\d{6,})"),
    Format("Meta, click", r"_?fbc", r"fb\.(?P<depth>\d+)\.(?P<created_ms>1\d{12})\.(?P<id>[\w-]{10,})", "click"),
    Format("Meta", r"fr", r"(?P<id>[\w.-]{16,})", sites=("facebook.com",)),
    Format("Meta", r"datr|sb|dpr_id", WHOLE, sites=("facebook.com", "instagram.com", "messenger.com")),
    Format("Meta, account", r"c_user", r"(?P<id>\d{6,})", "person", sites=("facebook.com",)),
    # Microsoft
    Format("Microsoft Advertising", r"_uetvid", HEX32),
    Format("Microsoft Advertising, session", r"_uetsid", HEX32, "session"),
    Format("Microsoft Advertising", r"vid", HEX32, sites=("bing.com",)),
    Format("Microsoft Advertising, session", r"sid", HEX32, "session", sites=("bing.com",)),
    Format("Microsoft", r"MUIDB?|_?muid|ANONCHK_ID|SRM_B", HEX32),
    Format("Microsoft Clarity", r"_clck", r"(?P<id>[a-z0-9]{5,})(?:\^|\||%5E|%7C)(?P<version>\d).*"),
    Format("Microsoft Clarity, session", r"_clsk", r"(?P<id>[a-z0-9]{5,})(?:\^|\||%5E|%7C)(?P<created_ms>1\d{12}).*", "session"),
    Format("Microsoft Clarity", r"CLID", r"(?P<id>[0-9a-f]{32})(?:\.(?P<first_day>\d{8}))?"),
    Format("Azure Application Insights", r"ai_user", r"(?P<id>[^|\s]{6,})\|(?P<created_iso>\d{4}-\d\d-\d\dT[\d:.]+Z?)"),
    Format("Azure Application Insights, session", r"ai_session", r"(?P<id>[^|\s]{6,})\|(?P<created_ms>1\d{12})", "session"),
    # Adobe
    Format("Adobe Experience Cloud", r"AMCV_.+|s_ecid", r"(?:.*\|)?MCMID\|(?P<id>\d{38})"),
    Format("Adobe Experience Platform", r"kndctr_.+_identity", r"[\s\S]*?(?P<id>\d{38})", packing=("base64",)),
    Format("Adobe Audience Manager", r"demdex|d_mid|mid|d_uuid|uuid|ecid|d_ecid", r"(?P<id>\d{38})$"),
    Format("Adobe Analytics", r"s_vi(?:_.*)?", r"\[CS\]v1\|(?P<id>[0-9A-F]+-[0-9A-F]+)"),
    Format("Adobe Analytics", r"s_fid|fid", r"(?P<id>[0-9A-F]{16}-[0-9A-F]{16})"),
    Format("Adobe Target", r"mbox", r"(?:.*\|)?PC#(?P<id>[0-9a-f]{32})(?:\.[\d_]+)?#\d+"),
    Format("Marketo", r"_mkto_trk", r"id:(?P<account>[\w-]+)&token:(?P<id>_mch-(?P<host>[\w.-]+?)-(?P<created_ms>1\d{12})-\d+)"),
    # Analytics
    Format("Matomo", r"_pk_id\..+", r"(?P<id>[0-9a-f]{16})\.(?P<created_s>1\d{9})?.*"),
    Format("Matomo", r"_id|pk_vid", r"(?P<id>[0-9a-f]{16}(?:[0-9a-f]{16})?)$"),
    Format("Hotjar", r"_hjSessionUser_\d+", "id=id created_ms=created", packing=("base64", "json")),
    Format("Hotjar, session", r"_hjSession_\d+", "id=id created_ms=c", "session", ("base64", "json")),
    Format("Segment", r"ajs_anonymous_id|anonymousId", WHOLE),
    Format("Segment, account", r"ajs_user_id", r"\"?(?P<id>(?!null)[^\"\s]{1,})\"?", "person"),
    Format("Amplitude", r"amplitude_id_.*", "id=deviceId session_ms=sessionId", packing=("base64", "json")),
    Format("Amplitude", r"AMP_(?!MKTG_)[0-9a-f]+", "id=deviceId session_ms=sessionId", packing=("base64", "percent", "json")),
    Format("Mixpanel", r"mp_.+_mixpanel", "id=$device_id id_distinct=distinct_id", packing=("percent", "json")),
    Format("Heap", r"_hp2_id\.\d+", "id=userId session=sessionId", packing=("percent", "json")),
    Format("Klaviyo", r"__kla_id", "id=cid", packing=("base64", "json")),
    Format("Snowplow", r"_sp_id\..+", rf"(?P<id>{UUID})\.(?P<created_s>1\d{{9}})\.(?P<visit_count>\d+)\..*"),
    Format("Contentsquare", r"_cs_id", rf"(?P<id>{UUID})\.(?P<created_s>1\d{{9}})\..*"),
    Format("Datadog, session", r"_dd_s", rf"(?:.*&)?id=(?P<id>{UUID})(?:&created=(?P<created_ms>1\d{{12}}))?.*", "session"),
    Format("FullStory", r"fs_uid", rf"(?:#|[\w.]+[`#])(?P<org>[^#`]*)[#`](?P<id>{UUID}|\d{{8,}})"),
    Format("Quantcast", r"__qca", r"(?P<id>(?:B?P\d|I0)-\d+-(?P<created_ms>1\d{12}))"),
    Format("Chartbeat", r"_cb", r"(?P<id>[\w-]{12,})$"),
    Format("Yandex Metrica", r"_ym_uid", r"(?P<id>(?P<created_s>1\d{9})\d{6,})"),
    Format("New Relic, session", r"NRBA_SESSION|JSESSIONID", r"(?P<id>[0-9a-f]{16})$", "session", sites=("nr-data.net",)),
    Format("Optimizely", r"optimizelyEndUserId", r"(?P<id>oeu(?P<created_ms>1\d{12})r0\.\d+)"),
    Format("VWO", r"_vwo_uuid(?:_v2)?", r"(?P<id>[DJ]?[0-9A-F]{32})"),
    Format("Parse.ly", r"_parsely_visitor", "id=id", packing=("percent", "json")),
    Format("Permutive", r"permutive-id", rf"(?P<id>{UUID})"),
    # Marketing and shops
    Format("HubSpot", r"hubspotutk|__hsutk", r"(?P<id>[0-9a-f]{32})"),
    Format("HubSpot", r"__hstc", r"(?P<domain_hash>\d+|[0-9a-f]{32})\.(?P<id>[0-9a-f]{32})\.(?P<created_ms>1\d{12})\..*"),
    Format("HubSpot", r"utk|hutk|vi", r"(?P<id>[0-9a-f]{32})$"),
    Format("Salesforce Pardot", r"visitor_id\d+", r"(?P<id>\d{6,})$"),
    Format("Shopify", r"_shopify_y", rf"(?P<id>{UUID})"),
    Format("Shopify, session", r"_shopify_s", rf"(?P<id>{UUID})", "session"),
    Format("Stripe", r"__stripe_mid|muid", rf"(?P<id>{UUID}[0-9a-f]{{6}})"),
    Format("Stripe, session", r"__stripe_sid", rf"(?P<id>{UUID}[0-9a-f]{{6}})", "session"),
    Format("Intercom", r"intercom-(?:device-)?id-.+", WHOLE),
    Format("Drift", r"driftt?_aid", rf"(?P<id>{UUID})"),
    # Advertising
    Format("TikTok", r"_ttp|ttp", r"(?P<id>[\w.-]{20,})"),
    Format("Pinterest", r"_pin_unauth", r"uid=(?P<id>[\w=-]+)", packing=("base64",)),
    Format("Pinterest, click", r"_epik|_derived_epik", WHOLE, "click"),
    Format("Snap", r"_scid(?:_r)?|sc_at", r"(?P<id>[\w-]{16,})"),
    Format("Reddit", r"_rdt_uuid", rf"(?P<created_ms>1\d{{12}})\.(?P<id>{UUID})"),
    Format("Reddit", r"uuid", rf"(?P<created_ms>1\d{{12}})\.(?P<id>{UUID})"),
    Format("LinkedIn", r"bcookie|bscookie", rf"\"?v=\d&(?:\d+)?(?P<id>{UUID})"),
    Format("LinkedIn", r"li_sugr|li_fat_id|_guid", rf"(?P<id>{UUID})"),
    Format("X", r"personalization_id", r"\"?v1_(?P<id>[\w+/=]+)\"?"),
    Format("X", r"guest_id(?:_ads|_marketing)?", r"v1(?:%3A|:)(?P<id>\d{12,})"),
    Format("X", r"muc_ads", rf"(?P<id>{UUID})"),
    Format("Xandr", r"uuid2", r"(?P<id>\d{12,})"),
    Format("The Trade Desk", r"TDID|tdid", rf"(?P<id>{UUID})"),
    Format("Criteo", r"cto_bundle|cto_bidid|cto_bundle_id", r"(?P<id>[\w%-]{20,})"),
    Format("Prebid", r"_pubcid|_sharedid|_sharedID|pubcid|sharedid", rf"(?P<id>{UUID})"),
    Format("Lotame", r"_cc_id", r"(?P<id>[0-9a-f]{32})"),
    Format("Lotame", r"panoramaId", r"(?P<id>[0-9a-f]{64})"),
    Format("LiveIntent", r"_lc2_fpi", r"(?P<domain_hash>[0-9a-f]+)--(?P<id>\w{26})"),
    Format("AdRoll", r"__adroll(?:_fpc|_shared)?", r"(?P<id>[0-9a-f]{32})(?:-(?P<created_ms>1\d{12}))?"),
    Format("Yahoo", r"A3|A1S?|GUC", r"d=(?P<id>[\w-]{16,})(?:&.*)?", sites=("yahoo.com",)),
    # What is set for safety still singles out a browser, for as long as it is kept
    Format("Cloudflare bot management", r"__cf_bm|cf_clearance|_cfuvid", r"(?P<id>[\w.-]{20,})", "security"),
    Format("Imperva", r"visid_incap_\d+", r"(?P<id>[\w+/=]{20,})", "security"),
    Format("Imperva, session", r"incap_ses_\d+_\d+", r"(?P<id>[\w+/=]{20,})", "security"),
    Format("Akamai bot management", r"ak_bmsc|bm_sv|bm_sz|_abck|bm_mi", r"(?P<id>[0-9A-F]{32})~", "security"),
    Format("DataDome", r"datadome", r"(?P<id>[\w~.-]{40,})", "security"),
    Format("HUMAN", r"_pxvid|pxcts|_pxhd", rf"(?:[0-9a-f]{{64}}:)?(?P<id>{UUID})", "security"),
    # A session of the site
    Format("site, session", r"(?i:PHPSESSID|JSESSIONID|ASP\.NET_SessionId|connect\.sid|laravel_session|ASPSESSIONID\w+)", WHOLE, "session"),
    # The number under which a choice was recorded; the choice itself is no identifier
    Format("OneTrust", r"OptanonConsent", rf"(?:.*&)?consentId=(?P<id>{UUID})", "consent record", ("percent",)),
    Format("Didomi", r"didomi_token", "id=user_id created_iso=created", "consent record", ("base64", "json")),
    Format("Cookiebot", r"CookieConsent", r".*?stamp:'(?P<id>[\w+/=%-]{16,})'", "consent record", ("percent",)),
    Format("CookieYes", r"cookieyes-consent", r"(?:.*,)?consentid:(?P<id>\w{16,})", "consent record", ("percent",)),
)


@lru_cache(maxsize=1)
def _by_name() -> tuple[dict[str, list[Format]], list[tuple[re.Pattern, Format]]]:
    """Put formats of one plain name aside, so that a name costs a look-up and not a hundred expressions."""
    plain: dict[str, list[Format]] = {}
    others = []
    for known in FORMATS:
        names = known.names.split("|")
        if all(re.fullmatch(r"\w+", name) for name in names):
            for name in names:
                plain.setdefault(name, []).append(known)
        else:
            others.append((re.compile(known.names), known))
    return plain, others


@lru_cache(maxsize=65536)
def known_formats(name: str) -> tuple[Format, ...]:
    """Return the formats that go by a name, in the order of `FORMATS`.

    Examples
    --------
    >>> [known.vendor for known in known_formats("_fbp")], known_formats("lang")
    (['Meta'], ())
    """
    plain, others = _by_name()
    found = [*plain.get(name, ()), *(known for pattern, known in others if pattern.fullmatch(name))]
    return tuple(sorted(found, key=FORMATS.index))


def format_named(name: str, site: str | None) -> tuple[Format, ...]:
    """Return the formats of a name that may stand at a site.

    Examples
    --------
    >>> format_named("fr", "shop.example"), [known.vendor for known in format_named("fr", "facebook.com")]
    ((), ['Meta'])
    """
    return tuple(known for known in known_formats(name) if not known.sites or site in known.sites)
