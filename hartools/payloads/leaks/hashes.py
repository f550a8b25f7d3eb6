"""Which hashes of a value are looked for, and how is a digest written?"""

import base64
import hashlib
import zlib
from collections.abc import Callable, Mapping
from functools import partial

import mmh3

from hartools.payloads.leaks.old_hashes import md2, md4, ripemd160, whirlpool

__all__ = ["CHECKSUMS", "HASHES", "LIKELY", "MURMUR", "digest_of", "numbers_of", "spellings_of"]

# The salt of one vendor, as LeakDetector lists it (sha_salted_1).
SALT = b"QX4QkKEU"



HASHES: Mapping[str, Callable[[bytes], bytes]] = {
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).digest(),
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
    "sha512": lambda data: hashlib.sha512(data).digest(),
    "sha224": lambda data: hashlib.sha224(data).digest(),
    "sha384": lambda data: hashlib.sha384(data).digest(),
    "sha3_224": lambda data: hashlib.sha3_224(data).digest(),
    "sha3_256": lambda data: hashlib.sha3_256(data).digest(),
    "sha3_384": lambda data: hashlib.sha3_384(data).digest(),
    "sha3_512": lambda data: hashlib.sha3_512(data).digest(),
    "blake2b": lambda data: hashlib.blake2b(data).digest(),
    "blake2b_256": lambda data: hashlib.blake2b(data, digest_size=32).digest(),
    "blake2s": lambda data: hashlib.blake2s(data).digest(),
    "ripemd160": ripemd160,
    "md4": md4,
    "md2": md2,
    "whirlpool": whirlpool,
    "sha256_salted": lambda data: hashlib.sha256(data + SALT).digest(),
}
# What was seen in use (LeakDetector's LIKELY_HASHES); hashed a second and a third time too.
LIKELY = ("md5", "sha1", "sha256", "sha512", "sha256_salted")

MURMUR: Mapping[str, Callable[[bytes], int]] = {
    "mmh3_128": partial(mmh3.hash128, signed=False),
    "mmh3_128_x86": partial(mmh3.hash128, x64arch=False, signed=False),
    "mmh3_64_1": lambda data: mmh3.hash64(data, signed=False)[0],
    "mmh3_64_2": lambda data: mmh3.hash64(data, signed=False)[1],
}
# Thirty-two bits are met by chance: a whole parameter value counts, and in a tier of its own.
CHECKSUMS: Mapping[str, Callable[[bytes], int]] = {
    "crc32": zlib.crc32,
    "mmh3_32": lambda data: mmh3.hash(data, signed=False),
}


def digest_of(name: str, data: bytes) -> bytes:
    """Return the digest of a hash of `HASHES`.

    Examples
    --------
    >>> digest_of("md5", b"abc").hex()
    '900150983cd24fb0d6963f7d28e17f72'
    """
    return HASHES[name](data)


def spellings_of(digest: bytes) -> list[tuple[str, bytes]]:
    """Write a digest as it stands in payloads: hexadecimal (in either case), base64 and base64url, without padding.

    Examples
    --------
    >>> spellings_of(b"\\xff\\xee")
    [('hex', b'ffee'), ('base64', b'/+4'), ('base64url', b'_-4')]
    """
    standard = base64.b64encode(digest).rstrip(b"=")
    for_urls = standard.translate(TO_URL)
    written = [("hex", digest.hex().encode()), ("base64", standard)]
    return written if for_urls == standard else [*written, ("base64url", for_urls)]


TO_URL = bytes.maketrans(b"+/", b"-_")


def numbers_of(number: int, bits: int) -> list[tuple[str, bytes]]:
    """Write a number of so many bits: hexadecimal, decimal, and decimal with a sign.

    A hash of 128 bits is written by Python as one number and by scripts as two halves in the other order.

    Examples
    --------
    >>> numbers_of(0xFFFFFFFF, 32)
    [('hex', b'ffffffff'), ('decimal', b'4294967295'), ('signed decimal', b'-1')]
    """
    written = [("hex", f"{number:0{bits // 4}x}".encode()), ("decimal", str(number).encode())]
    if number >> (bits - 1):
        written.append(("signed decimal", str(number - (1 << bits)).encode()))
    if bits == 128:
        low, high = number & (1 << 64) - 1, number >> 64
        written.append(("hex of halves", f"{low:016x}{high:016x}".encode()))
        written.append(("hex of bytes", number.to_bytes(16, "little").hex().encode()))
        # scripts for 32-bit machines write four words, the lowest first
        written.append(("hex of words", "".join(f"{number >> shift & 0xFFFFFFFF:08x}" for shift in (0, 32, 64, 96)).encode()))
    return written
