"""Is this personal data, a hash of it, or a placeholder that nobody filled in?

A hash says nothing by its look: installation snippets send the hash of their own example text.
The hashes of such texts are listed here, worked out when the module is loaded.
"""

import hashlib
import re

__all__ = ["FILLERS", "classify", "is_filler"]

# 2025-04-28, HARs of The Markup: Pinterest on idaho and nevada sent the first, Snap on five state
# sites the second; the others are what scripts make of nothing, and what people try forms with.
FILLERS = (
    "<user_email_address>", "__insert_user_email__", "undefined", "null", "", "test", "test@test.com", "None", "none", "NaN", "nan", "false", "true",
    "[object Object]", "[object object]", "{{email}}", "{{ email }}", "{{user_email}}", "%EMAIL%", "%email%", "${email}", "email", "n/a", "N/A", "0", "anonymous",
    "(not set)", "not set", "unknown", "guest",
)  # fmt: skip
_HASHES = {function(text.encode()).hexdigest(): text for text in FILLERS for function in (hashlib.sha256, hashlib.sha1, hashlib.md5)}
_LENGTHS = {32: "md5", 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
_HEX = re.compile(r"[0-9a-f]+\Z", re.I)
# what Snap's script puts before a hash (2025-04-28, georgia)
_MARKED_HEX = re.compile(r"FFF([0-9a-f]{64})\Z", re.I)
_TEMPLATE = re.compile(r"(?:\{\{.*\}\}|\$\{.*\}|%[A-Za-z_]+%|%%.+%%|<[^<>]+>|\[object \w+\]|__\w+__|\[[A-Z_]+\])\Z")


def is_filler(text: str) -> bool:
    """Say whether a text is what stands where nothing was filled in.

    Examples
    --------
    >>> is_filler("{{email}}"), is_filler("undefined"), is_filler("jeanne@example.org")
    (True, True, False)
    """
    return text.strip() in FILLERS or bool(_TEMPLATE.match(text.strip()))


def classify(text: str) -> dict:
    """Say what a value in a place for personal data is.

    Returns
    -------
    dict
        ``alg`` and ``hex`` of a hash, or ``plain``; ``placeholder`` true, and ``plain``, where the
        value or what was hashed is one.

    Examples
    --------
    >>> classify("jeanne@example.org")
    {'plain': 'jeanne@example.org'}
    >>> classify("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")["plain"]
    'test'
    """
    marked = _MARKED_HEX.match(text)
    digest = marked[1] if marked else text
    if len(digest) in _LENGTHS and _HEX.match(digest) and not digest.isdigit():
        digest = digest.lower()
        known = _HASHES.get(digest)
        return {"alg": _LENGTHS[len(digest)], "hex": digest} | ({} if known is None else {"plain": known, "placeholder": True})
    return {"plain": text} | ({"placeholder": True} if is_filler(text) else {})
