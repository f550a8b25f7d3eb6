"""Which of these networks is an address in? The longest prefix answers."""

import ipaddress
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Networks"]

NONE = -1


class Networks:
    """Hold networks by length of prefix, so that an address is looked up once per length.

    Of two rows with one network, the later one answers. What is no network is left out.

    Parameters
    ----------
    written : sequence of str, or pyarrow array
        Networks such as ``192.0.2.0/24`` and ``2001:db8::/32``; an address stands for itself.

    Examples
    --------
    >>> rows, lengths = Networks(["192.0.2.0/24", "192.0.2.128/25", "2001:db8::/32"]).find(["192.0.2.200", "2001:db8::1", "198.51.100.1"])
    >>> rows.tolist(), lengths.tolist()
    ([1, 2, -1], [25, 32, -1])
    """

    def __init__(self, written: Sequence[str] | pa.Array):
        texts = written if isinstance(written, (pa.Array, pa.ChunkedArray)) else pa.array(written, pa.string())
        texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
        self._six: dict[int, dict[int, int]] = {}
        self._four = _four(texts)
        for row in np.flatnonzero(pc.fill_null(pc.match_substring(texts, ":"), False).to_numpy(zero_copy_only=False)).tolist():
            try:
                network = ipaddress.IPv6Network(texts[row].as_py(), strict=False)
            except ValueError:
                continue
            self._six.setdefault(network.prefixlen, {})[int(network.network_address) >> (128 - network.prefixlen)] = row

    def find(self, addresses: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return row and prefix length of the narrowest network of each address, -1 for none."""
        rows, lengths = np.full(len(addresses), NONE), np.full(len(addresses), NONE)
        four, places = [], []
        for place, address in enumerate(addresses):
            try:
                known = ipaddress.ip_address(address)
            except ValueError:
                continue
            if known.version == 4:
                four.append(int(known))
                places.append(place)
            else:
                rows[place], lengths[place] = self._find_six(int(known))
        if four:
            rows[places], lengths[places] = self._find_four(np.array(four, np.int64))
        return rows, lengths

    def _find_six(self, number: int) -> tuple[int, int]:
        for length in sorted(self._six, reverse=True):
            row = self._six[length].get(number >> (128 - length))
            if row is not None:
                return row, length
        return NONE, NONE

    def _find_four(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rows, lengths = np.full(len(numbers), NONE), np.full(len(numbers), NONE)
        for length, (starts, owners) in sorted(self._four.items()):  # a longer prefix overwrites
            wanted = numbers >> (32 - length)
            at = np.searchsorted(starts, wanted, side="right") - 1
            hit = (at >= 0) & (starts[at] == wanted)
            rows[hit], lengths[hit] = owners[at[hit]], length
        return rows, lengths


def _four(texts: pa.Array) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """Group the IPv4 networks by length of prefix: their first bits, in order, and their rows."""
    fits = pc.fill_null(pc.match_substring_regex(texts, r"^\d{1,3}(\.\d{1,3}){3}(/\d{1,2})?$"), False)
    rows = np.flatnonzero(fits.to_numpy(zero_copy_only=False))
    if not len(rows):
        return {}
    kept = texts.take(pa.array(rows))
    whole = pc.if_else(pc.match_substring(kept, "/"), kept, pc.binary_join_element_wise(kept, "32", "/"))
    parts = pc.split_pattern_regex(whole, r"[./]").flatten().cast(pa.int64()).to_numpy().reshape(-1, 5)
    valid = (parts[:, :4] <= 255).all(axis=1) & (parts[:, 4] <= 32)
    parts, rows = parts[valid], rows[valid]
    numbers = parts[:, 0] << 24 | parts[:, 1] << 16 | parts[:, 2] << 8 | parts[:, 3]
    grouped = {}
    for length in np.unique(parts[:, 4]).tolist():
        mine = parts[:, 4] == length
        starts = numbers[mine] >> (32 - length)
        order = np.argsort(starts, kind="stable")
        grouped[length] = (starts[order], rows[mine][order])
    return grouped
