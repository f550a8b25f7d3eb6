"""Which registrable domain does a host belong to, and under whose name does its machine stand?"""

import ipaddress
import unicodedata
from functools import lru_cache

import pandas as pd
import publicsuffixlist
import pyarrow as pa
from publicsuffixlist import PublicSuffixList

__all__ = ["ascii_host", "is_registry_suffix", "operator_domain", "operator_domains_of", "registrable_domain", "sites_of", "suffix_list_date"]

# What the URL standard reads as a dot between labels.
DOTS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": "."})

# DNS allows a label no more; longer ones are left as they are, since punycode costs the square of the length.
LONGEST_LABEL = 63


@lru_cache(maxsize=65536)
def registrable_domain(host: str) -> str:
    """Return the site of a host: its public suffix and one label more (eTLD+1).

    Private suffixes count, as browsers count them: ``x.github.io`` is a site of its own. An
    address, a single label, a bare public suffix and a name with an empty label are their own site.

    Parameters
    ----------
    host : str
        Host name or address, without port.

    Returns
    -------
    str
        In lower case, without brackets, zone or trailing dot; in the script of the host, so that
        ``münchen.de`` and ``xn--mnchen-3ya.de`` stay as written. `sites_of` writes both alike.

    Notes
    -----
    Public Suffix List, in the copy that the package publicsuffixlist bundles; see
    `suffix_list_date`. A top-level domain that it does not list counts as a public suffix, by the
    list's default rule ``*``. A name whose last label is a number is an IPv4 address or none (URL
    standard, "ends in a number"): ``127.1`` and ``0x7f.1`` are left as they are. An IPv4-mapped
    IPv6 address is that IPv4 address.

    Examples
    --------
    >>> registrable_domain("Res.Cloudinary.com."), registrable_domain("127.0.0.1"), registrable_domain("localhost")
    ('cloudinary.com', '127.0.0.1', 'localhost')
    """
    return _domain(host, _suffixes(icann_only=False))


@lru_cache(maxsize=65536)
def operator_domain(host: str) -> str:
    """Return the registrable domain of a host by ICANN suffixes alone: under whose name the machine stands.

    ``x.cloudfront.net`` is a site of its own and, by this, Amazon's. Equal to
    `registrable_domain` for all other hosts.

    Parameters
    ----------
    host : str
        Host name or address, without port.

    Returns
    -------
    str

    Examples
    --------
    >>> registrable_domain("d1.cloudfront.net"), operator_domain("d1.cloudfront.net")
    ('d1.cloudfront.net', 'cloudfront.net')
    """
    return _domain(host, _suffixes(icann_only=True))


def sites_of(hosts: pd.Series) -> pd.Series:
    """Return the site of each host, unknown where the host is.

    Parameters
    ----------
    hosts : pandas.Series of str

    Returns
    -------
    pandas.Series of str
        Same index; names in ASCII, as browsers write them, so that equal sites compare equal.

    Examples
    --------
    >>> sites_of(pd.Series(["www.doctor.example", "münchen.de", None])).fillna("unknown").tolist()
    ['doctor.example', 'xn--mnchen-3ya.de', 'unknown']
    """
    return _each_host(hosts, _suffixes(icann_only=False))


def operator_domains_of(hosts: pd.Series) -> pd.Series:
    """Return the operator domain of each host, unknown where the host is, names in ASCII.

    Parameters
    ----------
    hosts : pandas.Series of str

    Returns
    -------
    pandas.Series of str
        Same index.

    Examples
    --------
    >>> operator_domains_of(pd.Series(["bucket.s3.amazonaws.com", "x.github.io"])).tolist()
    ['amazonaws.com', 'github.io']
    """
    return _each_host(hosts, _suffixes(icann_only=True))


@lru_cache(maxsize=65536)
def ascii_host(host: str) -> str:
    """Write an internationalised name as browsers send it: each label that is not ASCII in punycode.

    Notes
    -----
    Lower case, Unicode NFKC, then punycode (RFC 3492). Near to UTS 46, nontransitional, without
    its checks of what a registry would accept: ``straße`` keeps its letter.

    Examples
    --------
    >>> ascii_host("Straße.example"), ascii_host("a.example")
    ('xn--strae-oqa.example', 'a.example')
    """
    return ".".join(label if label.isascii() else _punycode(label) for label in _folded(host).split("."))


def is_registry_suffix(name: str) -> bool:
    """Tell whether a name is a suffix of the list's ICANN part: one under which a registry sells names.

    Examples
    --------
    >>> [is_registry_suffix(name) for name in ("co.uk", "github.io", "localhost")]
    [True, False, False]
    """
    return _suffixes(icann_only=True).is_public(name, accept_unknown=False)


def suffix_list_date() -> str:
    """Return the date of the Public Suffix List in use, as ``YYYY-MM-DD``.

    Examples
    --------
    >>> suffix_list_date() >= "2026-01-01"
    True
    """
    # the package numbers its releases by the day of the list: 1.1.2.20261023
    day = publicsuffixlist.__version__.rpartition(".")[2]
    return f"{day[:4]}-{day[4:6]}-{day[6:8]}"


@lru_cache(maxsize=2)
def _suffixes(*, icann_only: bool) -> PublicSuffixList:
    return PublicSuffixList(only_icann=icann_only)  # the list bundled with the package; it opens no socket


def _domain(host: str, suffixes: PublicSuffixList) -> str:
    name = _folded(host)
    if ":" in name:
        return _address(name)
    last = name[name.rfind(".") + 1 :]
    if last.isdecimal() or last.startswith("0x"):
        return name
    return suffixes.privatesuffix(name) or name


def _folded(host: str) -> str:
    if not host.isascii():
        host = unicodedata.normalize("NFKC", host).translate(DOTS)
    return host.strip("[]").rstrip(".").lower()


def _address(written: str) -> str:
    try:
        found = ipaddress.ip_address(written.partition("%")[0])
    except ValueError:
        return written
    # Python 3.13 writes mapped addresses otherwise than 3.11 did
    return str(getattr(found, "ipv4_mapped", None) or found)


def _punycode(label: str) -> str:
    if len(label) > LONGEST_LABEL:
        return label
    return "xn--" + label.encode("punycode").decode("ascii")


def _each_host(hosts: pd.Series, suffixes: PublicSuffixList) -> pd.Series:
    """Ask once per host and not once per row."""
    codes, unique = pd.factorize(hosts)
    domains = [_domain(host, suffixes) for host in unique]
    found = pa.array([(domain if domain.isascii() else ascii_host(domain)) or None for domain in domains], pa.string())
    values = found.take(pa.array(codes, mask=codes < 0))
    return pd.Series(pd.arrays.ArrowExtensionArray(values), index=hosts.index, name=hosts.name)
