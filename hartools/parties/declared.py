"""Which hosts does a list of declared names stand for?"""

import ipaddress
import re
from collections.abc import Iterable

from hartools.errors import UnknownChoiceError
from hartools.parties.domains import ascii_host, is_registry_suffix, registrable_domain

__all__ = ["check_declared", "is_declared"]

# Labels as DNS and browsers take them; underscores occur in host names, though no registry sells them.
NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")


def check_declared(first_party: str | Iterable[str]) -> list[str]:
    """Return the declared names in lower case and ASCII, each once.

    Parameters
    ----------
    first_party : str or iterable of str
        ``doctor.example`` stands for that host and all below it, ``*.doctor.example`` for all below it.

    Returns
    -------
    list of str

    Raises
    ------
    UnknownChoiceError
        If one of them is no host name or address, or is a suffix under which a registry sells names.

    Examples
    --------
    >>> check_declared(["Doctor.example.", "*.MÜNCHEN.de"])
    ['doctor.example', '*.xn--mnchen-3ya.de']
    """
    written = [first_party] if isinstance(first_party, str) else list(first_party)
    names = [_name(each) for each in written]
    wrong = [repr(each)[:80] for each, name in zip(written, names, strict=True) if name is None]
    if wrong or not names:
        raise UnknownChoiceError(
            f"first_party names no host: {', '.join(wrong) or 'the list is empty'}. "
            'Give hosts without scheme, port or path: "doctor.example" for that host and all below it, "*.doctor.example" for all below it.')
    return list(dict.fromkeys(names))


def is_declared(host: str, names: Iterable[str]) -> bool:
    """Tell whether a host is one of the declared names or below one.

    Parameters
    ----------
    host : str
    names : iterable of str
        As `check_declared` returns them.

    Examples
    --------
    >>> [is_declared(host, ["*.doctor.example"]) for host in ("doctor.example", "cdn.doctor.example", "mydoctor.example")]
    [False, True, False]
    """
    host = ascii_host(host)
    return any(host.endswith(name[1:]) if name.startswith("*.") else host == name or host.endswith("." + name) for name in names)


def _name(written: object) -> str | None:
    if not isinstance(written, str):
        return None
    wild, bare = written.startswith("*."), written.removeprefix("*.").strip()
    if ":" in bare:
        return None if wild or not _is_address(bare) else registrable_domain(bare)
    name = ascii_host(bare)
    if not NAME.fullmatch(name) or is_registry_suffix(name):
        return None
    return f"*.{name}" if wild else name


def _is_address(written: str) -> bool:
    try:
        return bool(ipaddress.ip_address(written.strip("[]").partition("%")[0]))
    except ValueError:
        return False
