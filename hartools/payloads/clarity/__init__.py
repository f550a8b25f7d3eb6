"""Could whoever receives these bytes read them, or do they look encrypted?

One question per file: `media` knows formats that any receiver opens and `locks` how such a file is
itself encrypted; `armour`, `boxes`, `sealed`, `openpgp` and `cms` know envelopes of encryption as
text, as objects and as bytes; `streams` and `wire` find compression and messages without a sign of
their own; `written` undoes encodings; `randomness`, with its measured `bands`, asks what is left;
`contents` judges members, and `judge` puts the questions in order.
"""

from dataclasses import replace

from hartools.payloads.clarity.judge import judge
from hartools.payloads.clarity.verdicts import CANNOT_TELL, CIPHERTEXT, ENCODED, READABLE, VERDICTS, Clarity, Part
from hartools.payloads.decode.budget import Budget
from hartools.reading.values import media_type

__all__ = ["CANNOT_TELL", "CIPHERTEXT", "ENCODED", "READABLE", "VERDICTS", "Clarity", "Part", "clarity_of"]

# Of more than this the beginning is judged; what unpacking may give and cost, counted and not timed.
MOST_GIVEN, MOST_BYTES, MOST_WORK = 1 << 24, 1 << 25, 1 << 27


def clarity_of(data: bytes | str, *, mime: str | None = None) -> Clarity:
    """Say whether whoever receives these bytes could read them without a key.

    Parameters
    ----------
    data : bytes or str
        A body, or any value.
    mime : str, optional
        What the sender called it. It never makes anything readable or ciphertext; where it names a
        packed format whose sign is missing, nothing is said.

    Returns
    -------
    Clarity
        Verdict, kind, envelope and recipients where the envelope names them, the layers undone, the
        members that are ciphertext, entropy beside the band that random bytes of that length show,
        and one sentence.

    Notes
    -----
    Media types and compression are not ciphertext: pictures, films, fonts, documents and archives are
    readable by their signs, unless they say that they are locked; compressed bytes are judged by what
    comes out. *Ciphertext-like* is said of an envelope of a known kind, or of 256 bytes or more that no
    test tells from random ones; it never says for whom, nor that it is encrypted from end to end. Never
    raises; bounded in layers, size and work. Signs and limits are in docs/readability.md.

    Examples
    --------
    >>> clarity_of('{"specialty": "oncologue"}').verdict, clarity_of("eyJzcGVjaWFsdHkiOiAib25jb2xvZ3VlIn0=").verdict
    ('readable', 'encoded')
    >>> clarity_of("vault:v1:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX9vyf7w==").why
    "A ciphertext of Vault's transit engine: the key stays with the server that runs it."
    """
    given = data if isinstance(data, str) else bytes(data)
    length = len(given.encode("utf-8", "surrogatepass")) if isinstance(given, str) else len(given)
    found = judge(given[:MOST_GIVEN], media_type(mime), Budget(most_bytes=MOST_BYTES, most_work=MOST_WORK))
    if len(given) > MOST_GIVEN:
        found = replace(found, hints=(*found.hints, f"judged by its first {MOST_GIVEN:,} bytes or characters"))
    return replace(found, length=length)
