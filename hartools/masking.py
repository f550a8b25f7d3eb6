"""How is a value shown without being given away?"""

import hashlib
import re

__all__ = ["fingerprint", "mask", "mask_headers", "mask_text", "mask_url"]

# Names under which sites keep secrets and identifiers. A value under such a name is
# masked whatever it looks like; any other value is masked when it looks like one.
SECRET_NAMES = re.compile(
    r"(?i)pass|pwd|secret|token|auth|session|sess\b|sid\b|ssid|esid|jwt|saml|signature|\bsig\b|api.?key|"
    r"\bkey\b|credential|csrf|xsrf|email|e-mail|\bmail|phone|\btel\b|uid\b|user.?id|visitor|client.?id|\bcid\b|\bcode\b|\bstate\b"
)
SECRET_HEADERS = re.compile(r"(?i)^(cookie|set-cookie|authorization|proxy-authorization|x-api-key|.*(token|auth|secret|session|csrf|xsrf).*)$")
EMAIL = re.compile(r"[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
JWT = re.compile(r"eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?")
# Long runs of letters and digits mixed, as tokens are: words and numbers alone stay.
TOKEN = re.compile(r"(?<![\w])(?=[\w-]{0,128}\d)(?=[\w-]{0,128}[A-Za-z])[\w-]{24,}(?![\w])")
# Numbers of this length, also dotted, are identifiers; a time in milliseconds has thirteen digits.
LONG_NUMBER = re.compile(r"(?<![\w.])\d[\d.]{14,}(?![\w])|(?<![\w])fb\.\d\.\d+\.\d+|(?<![\w])G[AS]\d\.\d\.[\w.$-]{8,}")
PARAMETER = re.compile(r"([?&;])([^=&;#?]+)=([^&;#]*)")
USERINFO = re.compile(r"(?<=://)[^/@\s]+@")


def fingerprint(value: str) -> str:
    """Return six hexadecimal digits that tell equal values from different ones.

    Examples
    --------
    >>> fingerprint("a") == fingerprint("a")
    True
    """
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:6]


def mask(value: str, *, reveal: bool = False) -> str:
    """Show the first four characters, the length and the fingerprint of a value.

    Parameters
    ----------
    value : str
        What is to be hidden. Values under nine characters show none of theirs.
    reveal : bool
        Return the value as it is.

    Examples
    --------
    >>> mask("GA1.2.1234567890.1600000000")
    'GA1.…(27 characters, #be761c)'
    """
    if reveal or not value:
        return value
    head = value[:4] if len(value) > 8 else ""
    return f"{head}…({len(value)} characters, #{fingerprint(value)})"


def mask_text(text: str, *, reveal: bool = False) -> str:
    """Mask the e-mail addresses and tokens inside a text.

    Examples
    --------
    >>> mask_text("write to jan@patient.example")
    'write to jan@…(19 characters, #716b98)'
    """
    if reveal or not text:
        return text
    for pattern in (EMAIL, JWT, TOKEN, LONG_NUMBER):
        text = pattern.sub(lambda found: mask(found[0]), text)
    return text


def mask_url(url: str, *, reveal: bool = False) -> str:
    """Mask credentials, secret parameters, e-mail addresses and tokens in a URL.

    Paths and the names of parameters stay: they carry the finding.

    Examples
    --------
    >>> mask_url("https://a.example/oncologue?session=0123456789&page=2")
    'https://a.example/oncologue?session=0123…(10 characters, #84d898)&page=2'
    """
    if reveal or not url:
        return url
    url = USERINFO.sub(lambda found: mask(found[0][:-1]) + "@", url)
    return mask_text(PARAMETER.sub(_mask_parameter, url))


def mask_headers(name: str, value: str, *, reveal: bool = False) -> str:
    """Mask the value of a header that carries cookies or credentials.

    Examples
    --------
    >>> mask_headers("accept", "text/html")
    'text/html'
    """
    if reveal or not value:
        return value
    return mask(value) if SECRET_HEADERS.match(name) else mask_url(value)


def _mask_parameter(found: re.Match) -> str:
    lead, name, value = found.groups()
    return f"{lead}{name}={mask(value) if SECRET_NAMES.search(name) else value}"
