"""In which band do entropy and chi-square of so many random bytes lie?

Measured for this file: 200,000 draws of byte counts for each length (numpy's multinomial, PCG64,
seed 20261125), 256 values equally probable. Low and high are the 0.05 and 99.95 percentiles. The
entropy is the plug-in estimate, which is biased downwards: the mean tends to 8 - 255 / (2 n ln 2)
for long n (Miller 1955, title from general knowledge) and is far lower for short ones, so that no
fixed number such as 7.9 tells random bytes. tests/payloads/test_clarity.py draws anew and compares.
"""

from math import log2

__all__ = ["BANDS", "chi_square_band", "entropy_band"]

# bytes: entropy low, mean, high; chi-square low, high
BANDS = (
    (16, 3.50000, 3.94194, 4.00000, 240.0, 368.0),
    (24, 4.13684, 4.49629, 4.58496, 232.0, 381.3),
    (32, 4.53891, 4.88169, 5.00000, 224.0, 368.0),
    (48, 5.09518, 5.40797, 5.58496, 208.0, 357.3),
    (64, 5.47641, 5.76567, 5.96875, 200.0, 352.0),
    (96, 5.98590, 6.24014, 6.45210, 197.3, 346.7),
    (128, 6.31426, 6.55018, 6.75973, 192.0, 344.0),
    (192, 6.73380, 6.93911, 7.12525, 189.3, 341.3),
    (256, 6.99286, 7.17485, 7.34153, 190.0, 340.0),
    (384, 7.30238, 7.44458, 7.57719, 188.0, 337.3),
    (512, 7.47320, 7.59045, 7.69378, 189.0, 338.0),
    (768, 7.65456, 7.73772, 7.80809, 188.0, 336.7),
    (1024, 7.74826, 7.80862, 7.85959, 189.0, 336.5),
    (1536, 7.83543, 7.87589, 7.90964, 187.0, 338.3),
    (2048, 7.87870, 7.90796, 7.93233, 188.0, 337.0),
    (3072, 7.92002, 7.93919, 7.95533, 188.0, 335.5),
    (4096, 7.94048, 7.95459, 7.96649, 188.2, 335.1),
    (6144, 7.96019, 7.96985, 7.97787, 187.3, 336.2),
    (8192, 7.97034, 7.97743, 7.98342, 187.2, 334.7),
    (16384, 7.98514, 7.98874, 7.99175, 187.1, 336.7),
    (32768, 7.99260, 7.99438, 7.99587, 187.7, 335.5),
    (65536, 7.99631, 7.99719, 7.99794, 187.2, 335.5),
    (131072, 7.99814, 7.99860, 7.99897, 187.1, 336.7),
    (262144, 7.99907, 7.99930, 7.99948, 187.5, 336.5),
    (524288, 7.99954, 7.99965, 7.99974, 187.4, 337.1),
    (1048576, 7.99977, 7.99982, 7.99987, 187.2, 335.5),
)


def entropy_band(length: int) -> tuple[float, float] | None:
    """Return where the entropy of so many random bytes lies 999 times in 1,000, bits per byte; None below 16 bytes.

    Notes
    -----
    Between two lengths of the table, what is missing to 8 bits times the length is interpolated
    over the logarithm of the length; beyond the last it stays as it is there.

    Examples
    --------
    >>> entropy_band(1024), entropy_band(8)
    ((7.74826, 7.85959), None)
    """
    if length < BANDS[0][0]:
        return None
    low, high = (8 - _between(length, [((8 - row[place]) * row[0]) for row in BANDS]) / length for place in (1, 3))
    return round(low, 5), round(high, 5)


def chi_square_band(length: int) -> tuple[float, float]:
    """Return where chi-square over the 256 byte values (255 degrees of freedom) lies 999 times in 1,000.

    Examples
    --------
    >>> chi_square_band(4096)
    (188.2, 335.1)
    """
    low, high = (_between(length, [row[place] for row in BANDS]) for place in (4, 5))
    return low, high


def _between(length: int, values: list[float]) -> float:
    lengths = [row[0] for row in BANDS]
    if length >= lengths[-1]:
        return values[-1]
    above = next(place for place, each in enumerate(lengths) if each > length)
    if above == 0:
        return values[0]
    share = log2(length / lengths[above - 1]) / log2(lengths[above] / lengths[above - 1])
    return values[above - 1] * (1 - share) + values[above] * share
