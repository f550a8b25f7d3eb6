"""What is said of a payload: which verdict, on what sign, and of which of its parts?"""

from dataclasses import dataclass, replace
from typing import NamedTuple

__all__ = ["CANNOT_TELL", "CIPHERTEXT", "ENCODED", "ENCODINGS", "READABLE", "VERDICTS", "Clarity", "Part", "cannot_tell", "ciphertext", "inside", "readable"]

READABLE, ENCODED, CIPHERTEXT, CANNOT_TELL = VERDICTS = ("readable", "encoded", "ciphertext-like", "cannot tell")

# Layers that somebody wrote on purpose and that any reader undoes without a key. Compression and
# framing are not among them: they are how bytes travel.
ENCODINGS = ("base64", "base64url", "base32", "hex", "percent", "data: address", "lz-string base64", "lz-string uri", "lz-string utf16", "list of byte values")


class Part(NamedTuple):
    """Say of one member of a payload that it does not read like the rest.

    Attributes
    ----------
    path : str
        Where it stands: ``$.message.body``, or ``character 120``.
    verdict, kind, envelope, recipients, why
        As in `Clarity`.
    length : int
        Characters or bytes as written.
    """

    path: str
    verdict: str
    kind: str
    envelope: str | None
    recipients: tuple[str, ...]
    length: int
    why: str


@dataclass(frozen=True)
class Clarity:
    """Say whether whoever receives some bytes could read them without a key.

    Attributes
    ----------
    verdict : str
        One of `VERDICTS`. *Readable*: as it stands, or in a format that any receiver opens. *Encoded*:
        once an encoding that needs no key is undone. *Ciphertext-like*: an envelope of a known kind
        of encryption, or bytes that no test here tells from random ones. *Cannot tell*: anything else.
    kind : str
        What it is: json, html, image, zip, openpgp, bytes and so on.
    why : str
        One sentence.
    envelope : str or None
        Kind of encryption, where its envelope shows it; of the first part that has one where the whole has none.
    recipients : tuple of str
        For whom it was encrypted, as the envelope names them (key ids, addresses of keys).
    layers : tuple of str
        What was undone to get there, outermost first.
    parts : tuple of Part
        Members that are ciphertext-like or have an envelope, inside a structure that is readable.
    hints : tuple of str
        What else it is compatible with; none of them decides.
    length : int
        Bytes as given.
    inner_length : int
        Bytes of the innermost value looked at.
    entropy_bits : float or None
        Entropy of that value, bits per byte, as counted from its bytes (plug-in estimate).
    expected_bits : tuple of float or None
        In this band lies the same number for as many random bytes, 999 times in 1,000.
    """

    verdict: str
    kind: str
    why: str
    envelope: str | None = None
    recipients: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    hints: tuple[str, ...] = ()
    length: int = 0
    inner_length: int | None = None
    entropy_bits: float | None = None
    expected_bits: tuple[float, float] | None = None


def readable(kind: str, why: str, **more: object) -> Clarity:
    """Say that any receiver could read it."""
    return Clarity(READABLE, kind, why, **more)


def ciphertext(kind: str, why: str, **more: object) -> Clarity:
    """Say that it is an envelope of encryption, or looks like ciphertext."""
    return Clarity(CIPHERTEXT, kind, why, **more)


def cannot_tell(kind: str, why: str, **more: object) -> Clarity:
    """Say that nothing here decides."""
    return Clarity(CANNOT_TELL, kind, why, **more)


def inside(layer: str, found: Clarity) -> Clarity:
    """Put a layer around what was found in it; what was readable is encoded where the layer is an encoding.

    Examples
    --------
    >>> inside("base64", readable("json", "It is JSON.")).verdict, inside("gzip", readable("json", "It is JSON.")).verdict
    ('encoded', 'readable')
    """
    verdict = ENCODED if found.verdict == READABLE and layer in ENCODINGS else found.verdict
    return replace(found, verdict=verdict, layers=(layer, *found.layers))
