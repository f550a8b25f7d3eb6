"""How are MD2, MD4, RIPEMD-160 and Whirlpool worked out, which Python may not bring?"""

import hashlib
from collections.abc import Iterator

__all__ = ["md2", "md4", "ripemd160", "whirlpool"]

WORD = 0xFFFFFFFF


def md2(data: bytes) -> bytes:
    """Return the MD2 digest.

    Notes
    -----
    RFC 1319; the table is made from the digits of pi, as the RFC describes. From general
    knowledge, held to the RFC's own test values by tests.

    Examples
    --------
    >>> md2(b"abc").hex()
    'da853b0d3f88d99b30283a69e6ded6bb'
    """
    pad = 16 - len(data) % 16
    data += bytes([pad]) * pad
    checksum, last = bytearray(16), 0
    for block in _blocks(data, 16):
        for place, byte in enumerate(block):
            last = checksum[place] = checksum[place] ^ PI_TABLE[byte ^ last]
    state = bytearray(48)
    for block in _blocks(data + bytes(checksum), 16):
        state[16:32] = block
        state[32:48] = bytes(a ^ b for a, b in zip(block, state[:16], strict=True))
        last = 0
        for turn in range(18):
            for place in range(48):
                last = state[place] = state[place] ^ PI_TABLE[last]
            last = (last + turn) % 256
    return bytes(state[:16])


def md4(data: bytes) -> bytes:
    """Return the MD4 digest (RFC 1320).

    Examples
    --------
    >>> md4(b"abc").hex()
    'a448017aaf21d8525fc10ae87aa6729d'
    """
    state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476]
    for block in _blocks(_padded(data), 64):
        words = _words(block)
        a, b, c, d = state
        for step in range(48):
            turn, place = divmod(step, 16)
            mixed = ((b & c) | (~b & d), (b & c) | (b & d) | (c & d), b ^ c ^ d)[turn]
            total = (a + (mixed & WORD) + words[MD4_ORDER[turn][place]] + MD4_CONSTANTS[turn]) & WORD
            a, b, c, d = d, _left(total, MD4_SHIFTS[turn][place % 4]), b, c
        state = [(old + new) & WORD for old, new in zip(state, (a, b, c, d), strict=True)]
    return b"".join(word.to_bytes(4, "little") for word in state)


def ripemd160(data: bytes) -> bytes:
    """Return the RIPEMD-160 digest, by hashlib where its OpenSSL still has it.

    OpenSSL 3 moved the hash to its legacy provider; 3.0.7 brought it back to the default one.

    Examples
    --------
    >>> ripemd160(b"abc").hex()
    '8eb208f7e05d987a9b044a8e98c6b087f15a0bfc'
    """
    try:
        return hashlib.new("ripemd160", data).digest()
    except ValueError:
        return _ripemd160(data)


def _ripemd160(data: bytes) -> bytes:
    state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0]
    for block in _blocks(_padded(data), 64):
        words = _words(block)
        left, right = (_ripemd_line(state, words, side) for side in (0, 1))
        state = [(state[(place + 1) % 5] + left[(place + 2) % 5] + right[(place + 3) % 5]) & WORD for place in range(5)]
    return b"".join(word.to_bytes(4, "little") for word in state)


def _ripemd_line(state: list[int], words: list[int], side: int) -> list[int]:
    a, b, c, d, e = state
    for step in range(80):
        turn = step // 16
        kind = turn if side == 0 else 4 - turn
        mixed = (b ^ c ^ d, (b & c) | (~b & d), (b | ~c) ^ d, (b & d) | (c & ~d), b ^ (c | ~d))[kind] & WORD
        total = (a + mixed + words[RIPEMD_ORDER[side][step]] + RIPEMD_CONSTANTS[side][turn]) & WORD
        a, b, c, d, e = e, (_left(total, RIPEMD_SHIFTS[side][step]) + e) & WORD, b, _left(c, 10), d
    return [a, b, c, d, e]


def whirlpool(data: bytes) -> bytes:
    """Return the Whirlpool digest (ISO/IEC 10118-3, final version of 2003).

    Examples
    --------
    >>> whirlpool(b"").hex()[:16]
    '19fa61d75522a466'
    """
    padded = data + b"\x80"
    padded += bytes((32 - len(padded)) % 64) + (8 * len(data)).to_bytes(32, "big")
    state = bytes(64)
    for block in _blocks(padded, 64):
        key, mixed = state, _xor(state, block)
        for turn in range(10):
            key = _xor(_whirl(key), bytes(WHIRL_BOX[8 * turn : 8 * turn + 8]) + bytes(56))
            mixed = _xor(_whirl(mixed), key)
        state = _xor(_xor(state, mixed), block)
    return state


def _whirl(state: bytes) -> bytes:
    """Substitute bytes, shift columns and mix rows, by one table look-up per byte."""
    rows = []
    for row in range(8):
        mixed = 0
        for column in range(8):
            mixed ^= WHIRL_TABLES[column][state[8 * ((row - column) % 8) + column]]
        rows.append(mixed.to_bytes(8, "big"))
    return b"".join(rows)


def _xor(a: bytes, b: bytes) -> bytes:
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).to_bytes(len(a), "big")


def _times(a: int, b: int) -> int:
    """Multiply in GF(2^8) modulo x^8+x^4+x^3+x^2+1, the field of Whirlpool."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a, b = (a << 1) ^ (0x11D if a & 0x80 else 0), b >> 1
    return product


def _whirl_box() -> list[int]:
    small = [0x1, 0xB, 0x9, 0xC, 0xD, 0x6, 0xF, 0x3, 0xE, 0x8, 0x7, 0x4, 0xA, 0x2, 0x5, 0x0]
    inverse = [small.index(value) for value in range(16)]
    middle = [0x7, 0xC, 0xB, 0xD, 0xE, 0x4, 0x9, 0xF, 0x6, 0x3, 0x8, 0xA, 0x2, 0x5, 0x1, 0x0]
    box = []
    for value in range(256):
        high, low = small[value >> 4], inverse[value & 15]
        mixed = middle[high ^ low]
        box.append(small[high ^ mixed] << 4 | inverse[low ^ mixed])
    return box


def _whirl_tables(box: list[int]) -> list[list[int]]:
    row = (0x01, 0x01, 0x04, 0x01, 0x08, 0x05, 0x02, 0x09)
    return [[int.from_bytes(bytes(_times(value, row[(place - column) % 8]) for place in range(8)), "big") for value in box] for column in range(8)]


def _pi_table() -> list[int]:
    """Shuffle 0 to 255 by the digits of pi, as RFC 1319 says."""
    digits, table = _pi_digits(), list(range(256))
    for size in range(2, 257):
        drawn = _drawn(digits, size)
        table[drawn], table[size - 1] = table[size - 1], table[drawn]
    return table


def _drawn(digits: Iterator[int], size: int) -> int:
    while True:
        value, span = next(digits), 10
        if size > 10:
            value, span = value * 10 + next(digits), 100
        if size > 100:
            value, span = value * 10 + next(digits), 1000
        if value < size * (span // size):
            return value % size


def _pi_digits() -> Iterator[int]:
    """Yield the decimal digits of pi (Gibbons' spigot)."""
    q, r, t, k, n, m = 1, 0, 1, 1, 3, 3
    while True:
        if 4 * q + r - t < n * t:
            yield n
            q, r, n = 10 * q, 10 * (r - n * t), 10 * (3 * q + r) // t - 10 * n
        else:
            q, r, t, k, n, m = q * k, (2 * q + r) * m, t * m, k + 1, (q * (7 * k + 2) + r * m) // (t * m), m + 2


def _blocks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def _padded(data: bytes) -> bytes:
    return data + b"\x80" + bytes((55 - len(data)) % 64) + (8 * len(data)).to_bytes(8, "little")


def _words(block: bytes) -> list[int]:
    return [int.from_bytes(word, "little") for word in _blocks(block, 4)]


def _left(value: int, by: int) -> int:
    return ((value << by) | (value >> (32 - by))) & WORD


def _ripemd_orders() -> tuple[list[int], list[int]]:
    rho = [7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8]
    lines = []
    for line in (list(range(16)), [(9 * place + 5) % 16 for place in range(16)]):
        whole = list(line)
        for _ in range(4):
            line = [rho[place] for place in line]
            whole += line
        lines.append(whole)
    return lines[0], lines[1]


def _ripemd_shifts(order: list[int]) -> list[int]:
    by_word = (
        (11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8), (12, 13, 11, 15, 6, 9, 9, 7, 12, 15, 11, 13, 7, 8, 7, 7),
        (13, 15, 14, 11, 7, 7, 6, 8, 13, 14, 13, 12, 5, 5, 6, 9), (14, 11, 12, 14, 8, 6, 5, 5, 15, 12, 15, 14, 9, 9, 8, 6),
        (15, 12, 13, 13, 9, 5, 8, 6, 14, 11, 12, 11, 8, 6, 5, 5),
    )  # fmt: skip
    return [by_word[step // 16][word] for step, word in enumerate(order)]


MD4_ORDER = (tuple(range(16)), (0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15), (0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15))
MD4_SHIFTS, MD4_CONSTANTS = ((3, 7, 11, 19), (3, 5, 9, 13), (3, 9, 11, 15)), (0, 0x5A827999, 0x6ED9EBA1)
RIPEMD_ORDER = _ripemd_orders()
RIPEMD_SHIFTS = tuple(_ripemd_shifts(order) for order in RIPEMD_ORDER)
RIPEMD_CONSTANTS = ((0, 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xA953FD4E), (0x50A28BE6, 0x5C4DD124, 0x6D703EF3, 0x7A6D76E9, 0))
PI_TABLE = _pi_table()
WHIRL_BOX = _whirl_box()
WHIRL_TABLES = _whirl_tables(WHIRL_BOX)
