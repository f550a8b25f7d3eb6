"""Is an object, as JSON writes it, an envelope of encryption?

Known by the names of its members and by what they hold: an initialisation vector of a fitting
length beside bytes that are no text, and not by the name alone.
"""

from collections.abc import Callable, Mapping

from hartools.payloads.clarity.media import media_of
from hartools.payloads.clarity.randomness import LEAST, randomness, repeated_blocks
from hartools.payloads.clarity.streams import MAGIC
from hartools.payloads.clarity.verdicts import Clarity, ciphertext
from hartools.payloads.clarity.written import text_of, unbase64
from hartools.payloads.decode.written import as_json

__all__ = ["HOLDS_CIPHERTEXT", "TECHNICAL", "box_of", "could_be_ciphertext", "octets_of"]

_IV = ("iv", "nonce", "initializationvector", "initialization_vector", "ivbase64", "n")
_HELD = ("ciphertext", "cipher_text", "cipherText", "ct", "encrypted", "encrypteddata", "encrypted_data", "encryptedpayload", "encrypted_payload", "enc", "data", "payload", "value", "content", "body", "message", "box", "c")
# Members that say of themselves that they hold ciphertext.
HOLDS_CIPHERTEXT = frozenset(("ciphertext", "cipher_text", "ct", "encrypted", "encrypteddata", "encrypted_data", "encryptedpayload", "encrypted_payload", "encryptedcontent", "encrypted_content", "encryptedkey", "encrypted_key"))
# Members that belong to an envelope or to its handling, and are no content of their own.
TECHNICAL = frozenset((*_IV, "v", "ver", "version", "alg", "algorithm", "enc", "mode", "cipher", "ks", "ts", "iter", "iterations", "adata", "salt", "s", "tag", "mac", "hmac", "authtag", "auth_tag", "signature", "sig", "hash", "kid", "keyid", "key_id",
                       "kdf", "type", "id", "uuid", "timestamp", "time", "date", "created_at", "createdat", "status", "code", "success", "ok", "protected", "unprotected", "header", "recipients", "encrypted_key", "aad", "epk", "format", "encoding", "length", "size", "chunk", "request_id", "requestid"))  # fmt: skip
_LENGTHS = {8: "a nonce of 8 bytes", 12: "a nonce of 12 bytes, as of AES-GCM or ChaCha20-Poly1305", 13: "a nonce of 13 bytes, as of AES-CCM", 16: "an initialisation vector of 16 bytes, as of AES-CBC, AES-CTR or AES-GCM", 24: "a nonce of 24 bytes, as of libsodium"}


def box_of(held: Mapping) -> Clarity | None:
    """Return what an object is an envelope of, or None.

    Examples
    --------
    >>> box_of({"iv": "AAECAwQFBgcICQoL", "ciphertext": "gIGCg4SFhoeIiYqLjI2Oj5CRkpM="}).envelope
    'IV and ciphertext'
    """
    if not 1 < len(held) <= 64:
        return None
    small = {str(name).lower(): value for name, value in held.items()}
    return next((found for look in _LOOKS if (found := look(small)) is not None), None)


def octets_of(value: object) -> bytes:
    """Return the bytes that a member writes as base64, hex, or a list of numbers; empty where it does not.

    Examples
    --------
    >>> octets_of([1, 2, 255]), octets_of("00ff10"), octets_of({"type": "Buffer", "data": [7]}), octets_of("déjà")
    (b'\\x01\\x02\\xff', b'\\x00\\xff\\x10', b'\\x07', b'')
    """
    if isinstance(value, bytes):
        return value
    if isinstance(value, Mapping):
        inner = value.get("data") if value.get("type") == "Buffer" else list(value.values()) if list(value)[:2] == ["0", "1"] else None
        return octets_of(inner) if isinstance(inner, list) else b""
    if isinstance(value, list):
        return bytes(value) if value and all(type(item) is int and 0 <= item < 256 for item in value) else b""
    if not isinstance(value, str) or not value:
        return b""
    try:
        return bytes.fromhex(value)
    except ValueError:
        return unbase64(value)


def _jwe(small: Mapping) -> Clarity | None:
    if not {"ciphertext", "protected"} <= set(small) or not {"iv", "tag", "recipients", "encrypted_key"} & set(small):
        return None
    head = as_json(unbase64(str(small["protected"])).decode("utf-8", "replace"))
    head = head if isinstance(head, dict) else {}
    several = small.get("recipients")
    heads = [head, small.get("header"), small.get("unprotected"), *(each.get("header") for each in several[:100] if isinstance(each, dict))] if isinstance(several, list) else [head, small.get("header")]
    named = tuple(dict.fromkeys(f"kid {str(each['kid'])[:200]}" for each in heads if isinstance(each, dict) and each.get("kid")))
    return ciphertext("jwe", f"JWE in JSON (RFC 7516), for {', '.join(named) or 'a recipient that it does not name'}.", envelope="JWE", recipients=named)


def _matrix(small: Mapping) -> Clarity | None:
    algorithm = small.get("algorithm")
    if isinstance(algorithm, str) and algorithm.startswith(("m.megolm.", "m.olm.")) and "ciphertext" in small:
        device = small.get("session_id") or small.get("sender_key")
        return ciphertext("matrix", "An event of Matrix, encrypted: the devices in the room hold the keys; room, sender and time stand in clear.", envelope=f"Matrix {algorithm[:40]}", recipients=(f"session {str(device)[:100]}",) if device else ())
    key = small.get("key")
    if isinstance(key, dict) and key.get("kty") == "oct" and "iv" in small and ("url" in small or "hashes" in small):
        return ciphertext("matrix", "An attachment of Matrix with its key beside it: who reads this object can decrypt the file.", envelope="Matrix attachment")
    return None


def _signal(small: Mapping) -> Clarity | None:
    to = small.get("destinationdeviceid") or small.get("destination_device_id")
    if to is None or small.get("type") not in (1, 3, 6, 7, 8) or not isinstance(small.get("content"), str):
        return None
    return ciphertext("signal", "A message for one device of a recipient, as Signal's clients send it.", envelope="Signal protocol", recipients=(f"device {str(to)[:20]}",))


def _sjcl(small: Mapping) -> Clarity | None:
    if small.get("cipher") == "aes" and "ct" in small and "iv" in small:
        return ciphertext("sjcl", "An envelope of the Stanford JavaScript library, AES by a password or a key.", envelope="SJCL")
    if set(small) == {"ct", "iv", "s"}:
        return ciphertext("openssl", "An envelope of CryptoJS: AES by a passphrase, which is often in the page's own script.", envelope="OpenSSL enc")
    return None


def _laravel(small: Mapping) -> Clarity | None:
    if {"iv", "value", "mac"} <= set(small) <= {"iv", "value", "mac", "tag"}:
        return ciphertext("laravel", "A value encrypted by Laravel: the server that made it holds the key.", envelope="Laravel encryption")
    return None


def _vector_and_ciphertext(small: Mapping) -> Clarity | None:
    for name in _IV:
        vector = octets_of(small[name]) if name in small else b""
        if len(vector) not in _LENGTHS:
            continue
        for other in _HELD:
            held = octets_of(small[other]) if other in small and other != name else b""
            if len(held) >= 16 and could_be_ciphertext(held):
                return ciphertext("webcrypto", f"An object of {_LENGTHS[len(vector)]}, and {len(held):,} bytes of ciphertext.", envelope="IV and ciphertext")
    return None


def could_be_ciphertext(held: bytes) -> bool:
    """Tell whether bytes show no format and no structure; few bytes show neither in any case.

    Examples
    --------
    >>> could_be_ciphertext(bytes(range(128, 160))), could_be_ciphertext(b"GIF89a" + bytes(20))
    (True, False)
    """
    if text_of(held) is not None or media_of(held) is not None or held.startswith(tuple(magic for magic, _ in MAGIC)):
        return False
    return len(held) < LEAST or randomness(held).passed or repeated_blocks(held) > 0


_LOOKS: tuple[Callable[[Mapping], Clarity | None], ...] = (_jwe, _matrix, _signal, _sjcl, _laravel, _vector_and_ciphertext)
