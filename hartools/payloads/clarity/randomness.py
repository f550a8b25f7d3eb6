"""Can these bytes be told from random ones?

Ciphertext of any good cipher cannot; nor can much of what is well compressed. So a yes says only
that nothing was found: streams that can be unpacked are unpacked before this is asked. Entropy
alone decides nothing: it is one of several tests, each against what random bytes of that length show.
"""

from typing import NamedTuple

import numpy as np

from hartools.payloads.clarity.bands import chi_square_band, entropy_band

__all__ = ["LEAST", "Randomness", "entropy_bits", "randomness", "repeated_blocks"]

# Below this nothing is decided: compressed and encrypted bytes differ too little.
LEAST = 256
# More is not looked at: a mebibyte shows what can be seen.
MOST = 1 << 20
EDGE, WINDOW, LAGS = 64, 4096, 32
# Standard deviations beyond which a test fails: about 7 in a million for each.
MANY = 4.5


class Randomness(NamedTuple):
    """Say whether every test passed, and which did not."""

    passed: bool
    failed: tuple[str, ...]


def entropy_bits(data: bytes) -> float:
    """Return the entropy of the bytes, bits per byte, as counted.

    Examples
    --------
    >>> entropy_bits(bytes(range(256))), entropy_bits(b"aaaa")
    (8.0, 0.0)
    """
    if not data:
        return 0.0
    counts = np.bincount(np.frombuffer(data, np.uint8), minlength=256)
    shares = counts[counts > 0] / len(data)
    return abs(float(-(shares * np.log2(shares)).sum()))


def randomness(data: bytes) -> Randomness:
    """Hold bytes against what random bytes of that number show.

    Parameters
    ----------
    data : bytes
        Of more than `MOST` the first are taken.

    Returns
    -------
    Randomness
        Not passed below `LEAST` bytes.

    Notes
    -----
    Tests: entropy and chi-square of the bytes (bands of `bands`); ones among the bits, each of the
    eight positions apart; agreement of bits at distances of 1 to 32 bits, and of bytes at distances of
    1 to 32 bytes; pairs of bytes, from 64 KiB; chi-square of each window of 4,096 bytes; runs of one
    byte; and the first and last 64 bytes alone, where formats keep headers and tables. Of random
    bytes 99.6 % or more pass (measured; see docs/readability.md).

    Examples
    --------
    >>> randomness(np.random.default_rng(1).bytes(1000)), randomness(b"parodontologiste" * 100).passed
    (Randomness(passed=True, failed=()), False)
    """
    if len(data) < LEAST:
        return Randomness(False, ("shorter than 256 bytes",))
    data = data[:MOST]
    values = np.frombuffer(data, np.uint8)
    tests = (("entropy", _entropy_off), ("chi-square", _uneven), ("bits", _bits_off), ("repeats at a distance", _echo), ("pairs", _pairs_off), ("windows", _windows_off), ("runs", _runs), ("edges", _edges_off))
    failed = tuple(name for name, test in tests if test(values))
    return Randomness(not failed, failed)


def _entropy_off(values: np.ndarray) -> bool:
    low, high = entropy_band(len(values))
    return not low <= entropy_bits(values.tobytes()) <= high


def _chi_square(counts: np.ndarray, expected: float) -> np.ndarray:
    return ((counts - expected) ** 2).sum(axis=-1) / expected


def _uneven(values: np.ndarray) -> bool:
    low, high = chi_square_band(len(values))
    return not low <= _chi_square(np.bincount(values, minlength=256), len(values) / 256) <= high


def _bits_off(values: np.ndarray) -> bool:
    bits = np.unpackbits(values[: 1 << 16]).astype(np.int8) * 2 - 1
    by_position = bits.reshape(-1, 8).sum(axis=0)
    if np.abs(by_position).max() > MANY * np.sqrt(len(bits) / 8) or abs(int(bits.sum(dtype=np.int64))) > MANY * np.sqrt(len(bits)):
        return True
    return any(abs(int((bits[lag:] * bits[:-lag]).sum(dtype=np.int64))) > MANY * np.sqrt(len(bits)) for lag in range(1, LAGS + 1))


def _echo(values: np.ndarray) -> bool:
    part = values[: 1 << 17]
    mean = len(part) / 256
    # few are expected where the bytes are few: the bound is that of a Poisson number, roughly
    most = mean + MANY * np.sqrt(mean) + 7
    return any(int((part[lag:] == part[:-lag]).sum()) > most for lag in range(1, LAGS + 1))


def _pairs_off(values: np.ndarray) -> bool:
    if len(values) < 1 << 16:
        return False
    pairs = values[:-1].astype(np.int64) * 256 + values[1:]
    seen = _chi_square(np.bincount(pairs, minlength=1 << 16), len(pairs) / (1 << 16))
    return abs(seen - 65535) > 6 * np.sqrt(2 * 65535)


def _windows_off(values: np.ndarray) -> bool:
    number = len(values) // WINDOW
    if number < 2:
        return False
    windows = values[: number * WINDOW].astype(np.int64) + np.repeat(np.arange(number) * 256, WINDOW)
    counts = np.bincount(windows, minlength=number * 256).reshape(number, 256)
    return bool((_chi_square(counts, WINDOW / 256) > 255 + 7 * np.sqrt(2 * 255)).any())


def _runs(values: np.ndarray) -> bool:
    same = values[1:] == values[:-1]
    first = same[:LEAST]
    # four alike among the first 256 bytes, six anywhere: 1 in 66,000 and 1 in a million of random bytes
    return bool((first[2:] & first[1:-1] & first[:-2]).any() or (same[4:] & same[3:-1] & same[2:-2] & same[1:-3] & same[:-4]).any())


def _edges_off(values: np.ndarray) -> bool:
    low = entropy_band(EDGE)[0]
    return any(entropy_bits(edge.tobytes()) < low - 0.05 or int((edge == 0).sum()) > 5 for edge in (values[:EDGE], values[-EDGE:]))


def repeated_blocks(data: bytes, *, size: int = 16) -> int:
    """Count blocks that occurred before, as a block cipher in ECB mode shows; blocks of one byte value are left out.

    Examples
    --------
    >>> repeated_blocks(bytes(range(16)) * 3), repeated_blocks(bytes(64))
    (2, 0)
    """
    whole = len(data[:MOST]) // size
    blocks = np.frombuffer(data, np.dtype((np.void, size)), count=whole)
    mixed = np.ptp(np.frombuffer(data, np.uint8, count=whole * size).reshape(whole, size), axis=1) > 0 if whole else np.zeros(0, bool)
    return int(mixed.sum()) - len(np.unique(blocks[mixed]))
