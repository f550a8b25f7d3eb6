"""Which registrable domain does a host belong to?"""

import ipaddress
from functools import lru_cache

import pandas as pd
from publicsuffixlist import PublicSuffixList

from hartools.columns import DTYPES

__all__ = ["registrable_domain", "sites_of"]


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()  # the list bundled with the package; it opens no socket


@lru_cache(maxsize=65536)
def registrable_domain(host: str) -> str:
    """Return the site of a host: its public suffix and one label more (eTLD+1).

    Private suffixes count, as browsers count them: ``x.github.io`` is a site of its own.
    An address, a single label and a bare public suffix are their own site.

    Parameters
    ----------
    host : str
        Host name or address, without port.

    Returns
    -------
    str

    Notes
    -----
    Public Suffix List, in the copy that the package publicsuffixlist bundles; its date is in
    the package's version.

    Examples
    --------
    >>> registrable_domain("Res.Cloudinary.com."), registrable_domain("127.0.0.1"), registrable_domain("localhost")
    ('cloudinary.com', '127.0.0.1', 'localhost')
    """
    host = host.strip("[]").rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        return _suffixes().privatesuffix(host) or host


def sites_of(hosts: pd.Series) -> pd.Series:
    """Return the site of each host, unknown where the host is.

    Examples
    --------
    >>> sites_of(pd.Series(["www.doctor.example", None])).isna().tolist()
    [False, True]
    """
    known = {host: registrable_domain(host) for host in hosts.dropna().unique()}
    return hosts.map(known).astype(DTYPES["str"])
