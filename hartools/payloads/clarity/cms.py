"""Is it CMS, the envelope of S/MIME, and whose certificate can open it?

RFC 5652 in DER or BER: only the beginning is read, up to the list of recipients.
"""

from hartools.payloads.clarity.verdicts import Clarity, ciphertext, readable

__all__ = ["cms_of"]

MOST_RECIPIENTS = 100
_OIDS = {
    bytes.fromhex("2a864886f70d010703"): ("enveloped data", True),
    bytes.fromhex("2a864886f70d010706"): ("encrypted data", True),
    bytes.fromhex("2a864886f70d0109100117"): ("authenticated enveloped data", True),
    bytes.fromhex("2a864886f70d010702"): ("signed data", False),
    bytes.fromhex("2a864886f70d010701"): ("data", False),
}
_PASSWORD_BASED = bytes.fromhex("06092a864886f70d01050d")


def cms_of(data: bytes) -> Clarity | None:
    """Read bytes as CMS or as another ASN.1 structure, or return None where they are none.

    Examples
    --------
    >>> cms_of(bytes.fromhex("3080 0609 2a864886f70d010703 a080 3080 0201 00 3100 0000")).envelope
    'CMS'
    """
    if data[:1] != b"\x30" or len(data) < 16:
        return None
    whole = _element(data, 0)
    if whole is None:
        return None
    inside, end, _ = whole
    oid = _element(data, inside)
    named = _OIDS.get(data[oid[0] : oid[1]]) if oid and data[inside] == 0x06 else None
    if named:
        what, locked = named
        recipients = _recipients(data, oid[1]) if locked else ()
        if locked:
            return ciphertext("cms", f"CMS {what}, encrypted for {', '.join(recipients) or 'a holder that it does not name'}.", envelope="CMS", recipients=recipients)
        return readable("cms", f"CMS {what}: signed or wrapped, not encrypted.")
    if end != len(data) or not _is_filled(data, inside, end):
        return None
    if data.startswith(_PASSWORD_BASED, inside + 2) or data.startswith(_PASSWORD_BASED, inside + 3):
        return ciphertext("key", "A private key encrypted by a password (PKCS 8).", envelope="PKCS 8")
    return readable("asn.1", "ASN.1 whose parts fill it exactly: a certificate, a key or an answer about one.")


def _element(data: bytes, at: int) -> tuple[int, int, bool] | None:
    """Return where the content of an element begins and ends, and whether its length is stated."""
    if at + 2 > len(data):
        return None
    size = data[at + 1]
    if size == 0x80:
        return at + 2, len(data), False
    if size < 0x80:
        return at + 2, at + 2 + size, True
    wide = size & 0x7F
    if wide > 6 or at + 2 + wide > len(data):
        return None
    begin = at + 2 + wide
    return begin, begin + int.from_bytes(data[at + 2 : begin], "big"), True


def _is_filled(data: bytes, at: int, end: int) -> bool:
    """Tell whether elements follow one another up to the end, two or more of them."""
    number = 0
    while at < end and number < MOST_RECIPIENTS:
        each = _element(data, at)
        if each is None or not each[2] or each[1] > end or data[at] & 0x1F == 0x1F:
            return False
        at, number = each[1], number + 1
    return number > 1


def _recipients(data: bytes, at: int) -> tuple[str, ...]:
    """Read the identifiers of the recipients: a certificate's serial number, or a key's."""
    found: list[str] = []
    # [0] of ContentInfo, the sequence in it, its version; then the set of recipients, an optional [0] before it
    for tag in (0xA0, 0x30, 0x02):
        each = _element(data, at)
        if each is None or at >= len(data) or data[at] != tag:
            return ()
        at = each[1] if tag == 0x02 else each[0]
    if at < len(data) and data[at] == 0xA0:
        at = _element(data, at)[1]
    each = _element(data, at)
    if each is None or at >= len(data) or data[at] != 0x31:
        return ()
    at, end = each[0], min(each[1], len(data))
    while at < end and len(found) < MOST_RECIPIENTS:
        each = _element(data, at)
        if each is None or not each[2]:
            break
        found.append(_recipient(data, data[at], each[0]))
        at = each[1]
    return tuple(dict.fromkeys(found))


def _recipient(data: bytes, tag: int, at: int) -> str:
    if tag != 0x30:
        return {0xA1: "a key agreed upon", 0xA2: "a key known beforehand", 0xA3: "a password"}.get(tag, "another kind of recipient")
    version = _element(data, at)
    rid = _element(data, version[1]) if version else None
    if rid is None:
        return "a certificate"
    if data[version[1]] == 0x80:
        return f"key id {data[rid[0] : rid[1]].hex().upper()}"
    issuer = _element(data, rid[0])
    serial = _element(data, issuer[1]) if issuer else None
    return f"certificate with serial number {data[serial[0] : serial[1]].hex().upper()}" if serial and serial[1] - serial[0] <= 64 else "a certificate"
