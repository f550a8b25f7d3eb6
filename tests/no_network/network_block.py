"""Refuse, inside one Python process, every connection and name look-up that leaves this machine.

Python reports each use of a socket to audit hooks before it happens, and a hook cannot be taken
out again. Programs that are not Python are beyond its reach; for them there is the namespace.
"""

import ipaddress
import socket
import sys

__all__ = ["OutsideRefused", "install"]

INTERNET = {socket.AF_INET, socket.AF_INET6}
# Families that never leave the machine, as far as this system has them.
LOCAL = {getattr(socket, name, None) for name in ("AF_UNIX", "AF_NETLINK")}
ADDRESS_EVENTS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
NAME_EVENTS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}

_installed = False


class OutsideRefused(OSError):
    """A connection to somewhere else was attempted while only this machine is allowed."""


def is_this_machine(host) -> bool:
    """Tell whether a host name or address can only mean this machine."""
    if isinstance(host, (bytes, bytearray)):
        host = host.decode("ascii", "replace")
    # No name, and the unspecified address, mean this machine to connect() and getaddrinfo().
    if host is None or host in ("", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or address.is_unspecified


def refuse_host(host) -> None:
    """Raise unless the host is this machine."""
    if not is_this_machine(host):
        raise OutsideRefused(f"hartools is tested offline: {host!r} is not this machine")


def refuse_address(family, address) -> None:
    """Raise unless a socket address is on this machine."""
    if address is None or family in LOCAL:
        return
    if family not in INTERNET:
        raise OutsideRefused(f"hartools is tested offline: no sockets of family {family}")
    refuse_host(address[0])


def watch(event, arguments) -> None:
    """Hear of every audited event and object to those that lead outside."""
    if event in ADDRESS_EVENTS:
        refuse_address(arguments[0].family, arguments[1])
    elif event in NAME_EVENTS:
        refuse_host(arguments[0])
    elif event == "socket.getnameinfo":
        refuse_host(arguments[0][0])


def check_first(name, address_of) -> None:
    """Check the address before a socket method does.

    Given a host name, these methods resolve it before they report to the audit hook, and the
    look-up alone would leave the machine.
    """
    original = getattr(socket.socket, name)

    def checked(self, *arguments):
        refuse_address(self.family, address_of(arguments))
        return original(self, *arguments)

    setattr(socket.socket, name, checked)


def install() -> None:
    """Put the block in place for the rest of this process."""
    global _installed
    if _installed:
        return
    _installed = True
    sys.addaudithook(watch)
    for name in ("connect", "connect_ex", "sendto"):
        check_first(name, lambda arguments: arguments[-1] if arguments else None)
    if hasattr(socket.socket, "sendmsg"):
        check_first("sendmsg", lambda arguments: arguments[3] if len(arguments) > 3 else None)
