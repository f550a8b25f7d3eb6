"""Does a body hold a key, or a script that could decrypt what other bodies hold?"""

import re
from typing import NamedTuple

__all__ = ["KEY_SIGNS", "KeySign", "key_signs"]

# Of a longer text the rest is not looked at.
MOST = 1 << 23


class KeySign(NamedTuple):
    """Describe one sign.

    Attributes
    ----------
    name : str
    shows : str
        ``decrypts``, ``key``, ``library`` or ``worker``.
    pattern : re.Pattern
    hint : str
        Without this text the pattern is not tried.
    """

    name: str
    shows: str
    pattern: re.Pattern
    hint: str


def _sign(name: str, shows: str, pattern: str, hint: str) -> KeySign:
    return KeySign(name, shows, re.compile(pattern), hint)


# Names as these libraries and the Web Cryptography API write them; from general knowledge, but for
# Tanker (@tanker/crypto 4.3.0, read). A name says that the code is there, and not that it ran.
KEY_SIGNS: tuple[KeySign, ...] = (
    _sign("crypto.subtle.decrypt", "decrypts", r"\bsubtle\s*(?:\?\.|\.)\s*decrypt\b|\bsubtle\s*\[\s*['\"]decrypt['\"]", "decrypt"),
    _sign("crypto.subtle.unwrapKey", "decrypts", r"\bsubtle\s*(?:\?\.|\.)\s*unwrapKey\b", "unwrapKey"),
    _sign("CryptoJS decrypt", "decrypts", r"\b(?:AES|DES|TripleDES|Rabbit|RC4)\s*\.\s*decrypt\s*\(", "decrypt"),
    _sign("sjcl.decrypt", "decrypts", r"\bsjcl\s*\.\s*(?:json\s*\.\s*)?decrypt\b", "sjcl"),
    _sign("libsodium open", "decrypts", r"\bcrypto_(?:secretbox|box|box_seal|secretstream_\w{1,60}|aead_\w{1,60})_(?:open|open_easy|pull|decrypt)\b|\b(?:secretbox|box)\.open\b", "box"),
    _sign("node-forge decipher", "decrypts", r"\bcreateDecipher(?:iv)?\s*\(", "createDecipher"),
    _sign("JOSE decrypt", "decrypts", r"\b(?:compact|flattened|general|jwt)Decrypt\s*\(|\bJWE\.createDecrypt\b", "Decrypt"),
    _sign("Tanker SDK", "library", r"@tanker/|\bTankerSDK\b|\bapi\.tanker\.io\b", "anker"),
    _sign("OpenPGP.js", "library", r"\bopenpgp\s*\.\s*(?:decrypt|readMessage|readPrivateKey|decryptKey)\b|OpenPGP\.js v\d", "penpgp"),
    _sign("Matrix Olm", "library", r"@matrix-org/(?:olm|matrix-sdk-crypto)|\bOlm\.(?:Session|InboundGroupSession|PkDecryption)\b", "lm"),
    _sign("age", "library", r"\bage-encryption(?:\.org/v1)?\b", "age-encryption"),
    _sign("crypto.subtle.importKey", "key", r"\bsubtle\s*(?:\?\.|\.)\s*importKey\b", "importKey"),
    _sign("secret key as JWK", "key", r"\"kty\"\s*:\s*\"oct\"[^{}]{0,400}\"k\"\s*:\s*\"|\"k\"\s*:\s*\"[A-Za-z0-9_-]{16,200}\"[^{}]{0,400}\"kty\"\s*:\s*\"oct\"", '"oct"'),
    _sign("private key as JWK", "key", r"\"kty\"\s*:\s*\"(?:EC|RSA|OKP)\"[^{}]{0,3000}\"d\"\s*:\s*\"[A-Za-z0-9_-]{40}|\"d\"\s*:\s*\"[A-Za-z0-9_-]{40,1400}\"[^{}]{0,3000}\"kty\"\s*:\s*\"(?:EC|RSA|OKP)\"", '"kty"'),
    _sign("private key as PEM", "key", r"-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----\s*[A-Za-z0-9+/]{20}|-----BEGIN PGP PRIVATE KEY BLOCK-----", "PRIVATE KEY"),
    _sign("member named as a key", "key", r"[\"'](?:encryption_?key|decryption_?key|aes_?key|secret_?key|private_?key|shared_?secret|passphrase)[\"']\s*:\s*[\"'][A-Za-z0-9+/=_-]{16,2000}[\"']", ":"),
    _sign("service worker registered", "worker", r"\bserviceWorker\s*(?:\?\.|\.)\s*register\s*\(", "serviceWorker"),
    _sign("fragment read by a script", "fragment", r"\blocation\s*\.\s*hash\b[\s\S]{0,200}?\b(?:importKey|decrypt|fromBase64|atob)\b", "hash"),
)  # fmt: skip


def key_signs(text: str) -> tuple[str, ...]:
    """Return the names of the signs of keys and of decryption in a text.

    Examples
    --------
    >>> key_signs("const text = await crypto.subtle.decrypt({name: 'AES-GCM', iv}, key, data)")
    ('crypto.subtle.decrypt',)
    """
    text = text[:MOST]
    return tuple(sign.name for sign in KEY_SIGNS if sign.hint in text and sign.pattern.search(text))
