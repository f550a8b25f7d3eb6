"""Which values are no identifiers although they are long and odd, and why?"""

import math
import re
from collections import Counter
from functools import lru_cache

__all__ = ["SHORTEST", "LONGEST", "looks_random", "why_excluded"]

# Englehardt and Narayanan, CCS 2016, appendix on identifier cookies (from general knowledge).
SHORTEST, LONGEST = 8, 100

# By name: what the field is for, whatever stands in it.
BY_NAME = (
    (re.compile(r"(?i)euconsent.*|eupubconsent.*|optanon.*|onetrust.*|didomi.*|iab.*consent.*|.*consent.*|gdpr\w*|us_?privacy|usp_?\w*|gpp\w*|addtl_?consent|tcstring|gcs|gcd|cmp\w*|borlabs-cookie"),
     "a record of consent"),
    (re.compile(r"(?i)_|z|n|r|rn|rnd|ran|rand|random\w*|cb|cache|cache_?bust(er|ing)?|ord|no_?cache|bust(er)?|_t|_ts|ts|timestamp|_?p|jid|gjid|correlator|nonce|dummy|uniq|seq|seed|gtm|tag_exp|tfd|_x?nc_\w+|oe|oh|_et"),
     "a cache buster or a number per request"),
    (re.compile(r"(?i)(event|request|req|impression|imp|transaction|trace|span|hit|call|page_?view|pageload|message|msg|beacon|auction|bid|correlation|nav(igation)?|order)_?-?(id|uuid|guid)|eid|rid|reqid|"
                r"x-.*(request|trace|correlation)-id|traceparent|pvid|impid"), "names one event or request"),
    (re.compile(r"(?i)v|ver|version\w*|rev(ision)?|build\w*|release|commit|etag|integrity|checksum|md5|sha\d*|hash|digest|sig(nature)?|hmac|expires|key-pair-id|policy|x-amz-.*|x-goog-(?!.*user).*|code_?challenge|g-recaptcha.*|recaptcha\w*|ab_?test\w*|"
                r"abtest|variant|experiment\w*|exp(_?ids?)?|feature\w*|flags?|bucket|locale|lang(uage)?|currency|tz|timezone|_gat\w*|_dc_gtm_\w+|test_cookie|awsalb\w*|bigipserver\w*|arraffinity\w*|lidc|sticky\w*"),
     "a version, signature, flag or routing value"),
    (re.compile(r"(?i)tid|pixel_?id|account(_?(id|name|key))?|site_?(id|key)?|property(_?id)?|publisher(_?id)?|pub_?(id|key)?|org(anization|anisation)?_?id|orgid|org|container(_?id)?|(api|app|write|public|client|site|license)_?-?key|writekey|apikey|"
                r"x-api-key|x-.*-(api|app|client)-?(key|id)|app_?id|application_?id|measurement_?id|campaign_?\w*|ad_?group\w*|creative\w*|placement\w*|zone\w*|slot\w*|idsite|advertiser\w*|tenant\w*|project(_?id)?|workspace\w*|product_?\w*|"
                r"sku|item_?id|video_?id|asset_?id|form_?id|widget_?id|list_?id|store_?id|template_?id|munchkin\w*|hub_?id|portal_?id|partner(_?id)?|client|sdk\w*|agent|license\w*|embed\w*|loader\w*|sentry_key|dsn"),
     "names an account, a product or an advertisement of the site"),
    (re.compile(r"(?i)dl|dr|url|ref|referr?er|page|path|title|dt|href|src|link|location|redirect\w*|return\w*|continue|ua|user_?agent|uafvl|sr|vp|screen|viewport|en|ev|event(_?name)?|ea|ec|el|q|query|search|callback|jsonp\w*|cd\d*|content-type|mime"),
     "an address, a text or a size by its name"),
    (re.compile(r"(?i).*(access|id|bearer|refresh)_?token|authorization|password|passwd|secret|client_?secret"), "a credential, not an identifier by these criteria"),
)

ACCOUNT = re.compile(r"(?:G|AW|DC|GTM|UA|GT|MC|HA)-[A-Z0-9-]{4,}|ca-(?:pub|video)-[\w-]+|pub-\d+")
TIMES = re.compile(r"\d{10}(?:\.\d{1,6})?|\d{13}(?:\.\d+)?|\d{16}|\d{19}")
DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}.*|20[1-3]\d(?:0[1-9]|1[0-2])[0-3]\d(?:T?\d{4,6}Z?)?|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*")
VERSION = re.compile(r"(?i)[vr]?\d{1,5}(?:\.\d{1,5}){1,5}(?:[-+._]?[a-z]+[\w.]{0,12})?")
NUMBER = re.compile(r"[-+]?\d{1,9}(?:[.,]\d+)*(?:[€$£%]|px|ms|s|kb|mb)?|[-+]?\d*\.\d+(?:e[-+]?\d+)?")
SIZE = re.compile(r"\d{2,5}\s?[x×,*]\s?\d{2,5}(?:\s?[x×,@*]\s?\d+)*")
LOCALES = re.compile(r"(?i)[a-z]{2}(?:[-_][a-z]{2,4})?(?:\s?[,;|]\s?(?:q=\d(?:\.\d)?|[a-z]{2}(?:[-_][a-z]{2,4})?))*")
ADDRESS = re.compile(r"(?i)[a-z][a-z0-9+.-]*(?::|%3A)(?:/|%2F){2}.*|(?:/|%2F)[^ ]*|(?:[a-z0-9_-]+\.)+(?:[a-z]{2,18})(?::\d+)?(?:[/?].*)?|(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}")
# IAB Europe TCF 2: base64url of a version (2 is C) and two times in deciseconds, then further parts after dots
TCF = re.compile(r"[BC][O-Q][\w-]{18,}A[\w-]{6,}(?:\.[\w-]*)*")
FLAGS = re.compile(r"(?i)(?:true|false|yes|no|null|undefined|none|on|off|denied|granted|[01YNynTF-])(?:[,;|.:~!_-]?(?:true|false|null|undefined|denied|granted|[01YNynTF-]))*")
UUID = re.compile(r"(?i)\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?")
HEX_WORD = re.compile(r"(?<![A-Za-z0-9])(?:[0-9a-f]{16,}|[0-9A-F]{16,})(?![A-Za-z0-9])")
EMPTY_UUID = re.compile(r"[0{}-]+|[fF{}-]+")
BY_SHAPE = ((ACCOUNT, "names an account of the site"), (FLAGS, "flags"), (DATE, "a date"), (VERSION, "a version"), (NUMBER, "a number, price or size"), (SIZE, "a size"),
            (LOCALES, "a language or currency"), (EMAIL, "an e-mail address: a personal value, searched for by its own means"), (ADDRESS, "an address"), (TCF, "a record of consent"))


@lru_cache(maxsize=200_000)
def why_excluded(name: str, value: str) -> str | None:
    """Say why a value is no identifier, or return None where nothing speaks against it.

    Parameters
    ----------
    name : str
        Name of the cookie, parameter or header.
    value : str

    Returns
    -------
    str or None

    Notes
    -----
    Times are 10, 13, 16 or 19 digits between 2010 and 2035. Length is 8 to 100 characters, as in
    Englehardt and Narayanan, CCS 2016.

    Examples
    --------
    >>> why_excluded("t", "1795486399"), why_excluded("seen", "1795486398979"), why_excluded("uid", "962b44c276281f3d9112dcd4")
    ('a time', 'a time', None)
    """
    if len(value) < SHORTEST:
        return "shorter than 8 characters"
    if _is_time(value):
        return "a time"
    reason = next((reason for pattern, reason in BY_NAME if pattern.fullmatch(name)), None)
    reason = reason or next((reason for pattern, reason in BY_SHAPE if pattern.fullmatch(value)), None)
    if reason:
        return reason
    if len(value) > LONGEST:
        return "longer than 100 characters"
    if any(character.isspace() for character in value):
        return "a text"
    return None if looks_random(value) else "too regular: words, or too little variety"


def _is_time(value: str) -> bool:
    pieces = [piece for piece in re.split(r"[.,;:|_~-]", value.strip()) if piece]
    if not pieces or not all(piece.isdecimal() for piece in pieces):
        return False
    # a list of times and counters, as __utma's tail or a session record
    return any(_within(piece) for piece in pieces) and all(_within(piece) or len(piece) < 5 for piece in pieces)


def _within(digits: str) -> bool:
    unit = {10: 1, 13: 10**3, 16: 10**6, 19: 10**9}.get(len(digits))
    # 2010-01-01 to 2035-01-01
    return unit is not None and 1_262_304_000 <= int(digits) / unit < 2_051_222_400


@lru_cache(maxsize=200_000)
def looks_random(value: str) -> bool:
    """Tell whether a value has the alphabet and the variety of one drawn at random.

    Parameters
    ----------
    value : str

    Returns
    -------
    bool

    Notes
    -----
    UUID; 10 digits or more; 16 hexadecimal digits or more; otherwise letters and digits, or both
    cases, changing often, at 2.5 bits per character or more. The bounds are ours, chosen on the
    public HARs that the docs name.

    Examples
    --------
    >>> [looks_random(value) for value in ("ca175127c7c676389b790", "page_view_2024", "aaaaaaaaaaaaaaaa", "homepage-variant-b")]
    [True, False, False, False]
    """
    tight = value.strip("\"'{}")
    if UUID.fullmatch(tight):
        return not EMPTY_UUID.fullmatch(tight)
    if len(set(tight)) < 5 or not re.fullmatch(r"[\w.~+/=!*:|-]+", tight, re.ASCII):
        return False
    if tight.isdecimal():
        return len(tight) >= 10
    if any(any(character.isdecimal() for character in word) and _bits(word) >= 2.5 for word in HEX_WORD.findall(tight)):
        return True
    if all(re.fullmatch(r"[A-Za-z]?[a-z]*|[A-Z]+|\d{1,4}|(?:[A-Z]?[a-z]+)+\d{0,3}", word) for word in re.split(r"[-_.:|~+/=]", tight)):
        return _changes(tight) >= 6 and len(tight) >= 16 and _bits(tight) >= 3.5
    if not any(character.isdecimal() for character in tight):
        return _changes(tight) >= 6 and len(tight) >= 16 and _bits(tight) >= 3.5
    return _changes(tight) >= 3 and _bits(tight) >= 2.5


def _changes(value: str) -> int:
    """Count changes between lower case, upper case and digits."""
    kinds = ["d" if character.isdecimal() else "u" if character.isupper() else "l" for character in value if character.isalnum()]
    return sum(one != other for one, other in zip(kinds, kinds[1:], strict=False))


def _bits(value: str) -> float:
    total = len(value)
    return -sum(count / total * math.log2(count / total) for count in Counter(value).values())
