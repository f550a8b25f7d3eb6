"""Which connections did the browser use, as far as the capture tells?"""

import pandas as pd

from hartools.columns import conform

__all__ = ["connections_table"]


def connections_table(entries: pd.DataFrame) -> pd.DataFrame:
    """Build table ``connections`` from the entries that name one.

    Bytes are summed only where every entry of the connection has them: a part is no total.
    """
    used = entries[entries.connection_id.notna() & entries.host.notna()]
    groups = used.groupby(["connection_id", "host"], sort=False, dropna=False)
    table = groups.agg(
        name=("host", "first"), address=("server_ip", "first"), port=("port", "first"),
        first=("started", "min"), last=("started", "max"),
        bytes_up=("request_bytes", _total), bytes_down=("transfer_bytes", _total),
    )  # fmt: skip
    return conform("connections", table.reset_index(drop=True))


def _total(values: pd.Series):
    return values.sum() if values.notna().all() else pd.NA
