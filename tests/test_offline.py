"""The suite can reach nothing but this machine; nothing here sends a packet anywhere else."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
RUNNER = TESTS / "offline.py"
# Reserved for documentation (RFC 5737, RFC 2606): nobody's address, nobody's name.
NOBODY = ("192.0.2.1", 9)
NOBODY_BY_NAME = ("nobody.invalid", 9)

MODE = os.environ["HARTOOLS_OFFLINE"]
in_namespace = pytest.mark.skipif(MODE != "namespace", reason="no namespace permitted here")
when_blocked = pytest.mark.skipif(MODE != "blocked", reason="the namespace holds instead")

# What a child says of its own state: tried only where the block answers before the system does.
STATE_OF_A_CHILD = """
import os, socket
if os.environ["HARTOOLS_OFFLINE"] == "namespace":
    print("namespace", os.readlink("/proc/self/ns/net"))
else:
    try:
        socket.create_connection(("192.0.2.1", 9), 1)
    except OSError as refusal:
        print("blocked", type(refusal).__name__)
"""


def own_state() -> str:
    """Return what a child in the same state as this process says."""
    if MODE == "namespace":
        return "namespace " + os.readlink("/proc/self/ns/net")
    return "blocked OutsideRefused"


def run_python(code: str, *before: str, **changes: str | None) -> subprocess.CompletedProcess:
    """Run code in a new Python, after other words, under a changed environment."""
    surroundings = {**os.environ, **changes}
    return subprocess.run(
        [*before, sys.executable, "-c", code],
        env={name: value for name, value in surroundings.items() if value is not None},
        capture_output=True, text=True, timeout=60,
    )


def routed_interfaces(table: str) -> set[str]:
    """Return the interfaces that a routing table of this namespace leads to."""
    file = Path("/proc/self/net", table)
    lines = file.read_text().splitlines() if file.exists() else []
    if table == "route":
        return {line.split()[0] for line in lines[1:] if line.strip()}
    return {line.split()[-1] for line in lines if line.strip()}


def test_one_of_the_two_ways_holds():
    assert MODE in {"namespace", "blocked"}


@in_namespace
def test_only_loopback_is_up_in_the_namespace():
    from offline import IFF_UP, interface_flags

    names = [name for _, name in socket.if_nameindex()]
    assert [name for name in names if interface_flags(name) & IFF_UP] == ["lo"]


@in_namespace
def test_no_route_leads_out_of_the_namespace():
    assert routed_interfaces("route") == set()
    assert routed_interfaces("ipv6_route") <= {"lo"}


@when_blocked
@pytest.mark.parametrize("attempt", [
    lambda: socket.create_connection(NOBODY, 1),
    lambda: socket.socket().connect(NOBODY),
    lambda: socket.socket().connect_ex(NOBODY),
    lambda: socket.socket().connect(NOBODY_BY_NAME),
    lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"", NOBODY),
    lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"", 0, NOBODY_BY_NAME),
    lambda: socket.getaddrinfo(*NOBODY_BY_NAME),
    lambda: socket.gethostbyname(NOBODY_BY_NAME[0]),
    lambda: socket.getnameinfo(NOBODY, 0),
], ids=["create_connection", "connect", "connect_ex", "connect by name", "sendto",
        "sendto by name", "getaddrinfo", "gethostbyname", "getnameinfo"])
def test_the_block_refuses_the_outside(attempt):
    from network_block import OutsideRefused

    with pytest.raises(OutsideRefused, match="tested offline"):
        attempt()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_reached(host):
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection((host, server.getsockname()[1]), 5).close()


def test_a_child_process_is_held_too():
    assert run_python(STATE_OF_A_CHILD).stdout.strip() == own_state()


def test_a_notebook_kernel_is_held_too():
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3")
    said = []
    try:
        client.execute_interactive(
            STATE_OF_A_CHILD, timeout=60,
            output_hook=lambda message: said.append(message["content"].get("text", "")),
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert "".join(said).strip() == own_state()


def test_the_runner_blocks_where_no_namespace_is_to_be_had():
    told = run_python(STATE_OF_A_CHILD, sys.executable, str(RUNNER), HARTOOLS_OFFLINE="blocked")
    assert told.stdout.strip() == "blocked OutsideRefused"


def test_the_runner_hands_back_the_exit_code():
    told = run_python("raise SystemExit(7)", sys.executable, str(RUNNER))
    assert told.returncode == 7


def test_a_bare_pytest_is_blocked_as_well():
    code = "import offline, os; offline.hold_this_process_offline()" + STATE_OF_A_CHILD
    told = run_python(code, HARTOOLS_OFFLINE=None, PYTHONPATH=str(TESTS))
    assert told.stdout.strip() == "blocked OutsideRefused"
