"""Run a command that cannot reach a network: `python tests/offline.py COMMAND ...`.

On Linux, where the system permits it, the command runs in a network namespace of its own, which
has a loopback interface and no route. Elsewhere every Python process that it starts, notebook
kernels included, refuses connections to anything but this machine. HARTOOLS_OFFLINE tells the
command which of the two holds (`namespace` or `blocked`); set to `blocked` beforehand, it asks
for the second.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

BLOCK = Path(__file__).resolve().parent / "no_network"

# From <sched.h>, <linux/sockios.h> and <linux/if.h>.
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS = 0x8913, 0x8914
IFF_UP = 0x1
IFREQ_FLAGS = "16sH22x"

# Root needs no user namespace; anybody else gets the right to a network namespace from one.
WAYS_IN = (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET)


def interface_flags(name: str) -> int:
    """Return the flags of a network interface."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        answer = fcntl.ioctl(any_socket, SIOCGIFFLAGS, struct.pack(IFREQ_FLAGS, name.encode(), 0))
    return struct.unpack(IFREQ_FLAGS, answer)[1]


def bring_up(name: str) -> None:
    """Switch a network interface on, without needing the `ip` program."""
    import fcntl

    request = struct.pack(IFREQ_FLAGS, name.encode(), interface_flags(name) | IFF_UP)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, request)


def enter_namespace(flags: int) -> None:
    """Move this process into a network namespace that holds nothing but loopback."""
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags):
        raise OSError(ctypes.get_errno(), "unshare refused")
    if flags & CLONE_NEWUSER:
        # The same person inside as outside, so that files and their rights look as they did.
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    bring_up("lo")


def can_enter(flags: int) -> bool:
    """Try a namespace in a child, since one that is entered half-way cannot be left again."""
    child = os.fork()
    if child == 0:
        try:
            enter_namespace(flags)
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def permitted_way_in() -> int:
    """Return the flags of the first kind of namespace that this system permits, or 0."""
    if not sys.platform.startswith("linux") or os.environ.get("HARTOOLS_OFFLINE") == "blocked":
        return 0
    return next((flags for flags in WAYS_IN if can_enter(flags)), 0)


def blocked_environment() -> dict[str, str]:
    """Return the variables under which every new Python process refuses to connect outside."""
    path = os.pathsep.join(filter(None, [str(BLOCK), os.environ.get("PYTHONPATH")]))
    return {"HARTOOLS_OFFLINE": "blocked", "PYTHONPATH": path}


def hold_this_process_offline() -> None:
    """Block this process and its Python children, unless the way it was started sees to that."""
    if os.environ.get("HARTOOLS_OFFLINE"):
        return
    os.environ.update(blocked_environment())
    sys.path.insert(0, str(BLOCK))
    import network_block

    network_block.install()


def main(command: list[str]) -> int:
    """Run the command offline in the strictest way permitted here and return its exit code."""
    if not command:
        print(__doc__.splitlines()[0], file=sys.stderr)
        return 2
    flags = permitted_way_in()
    if flags:
        enter_namespace(flags)
        os.environ["HARTOOLS_OFFLINE"] = "namespace"
        os.execvp(command[0], command)
    os.environ.update(blocked_environment())
    if os.name == "nt":
        # There exec returns to the shell at once, and the exit code is lost.
        return subprocess.call(command)
    os.execvp(command[0], command)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
