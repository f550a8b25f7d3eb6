"""How does a browser reach the site through a proxy, so that every name is answered from loopback?"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ..site.server import spki_hash

__all__ = ["loopback_proxy"]

REPOSITORY = Path(__file__).resolve().parents[2]
ADDON = Path(__file__).with_name("loopback_addon.py")
SECONDS_TO_START = 30
SECONDS_TO_STOP = 30


@contextlib.contextmanager
def loopback_proxy(site, hardump=None):
    """Run mitmproxy for the ``with`` block; yield (its port, the hash of the key it signs with).

    With ``hardump`` the proxy reads the traffic and writes that HAR when the block ends. Without, it passes
    encrypted bytes through unread, and the browser sees the site's own certificate.
    """
    with tempfile.TemporaryDirectory() as directory:
        port, authority = _free_port(), Path(directory, "site-authority.pem")
        authority.write_bytes(site.ca_pem)
        reading = ["--set", f"hardump={hardump}"] if hardump else ["--ignore-hosts", ".*"]
        proxy = subprocess.Popen(
            [
                str(Path(sys.executable).with_name("mitmdump")), "--quiet",
                "--listen-host", "127.0.0.1", "--listen-port", str(port),
                "--scripts", str(ADDON),
                "--set", f"site_port={site.port}",
                "--set", f"confdir={directory}",
                "--set", f"ssl_verify_upstream_trusted_ca={authority}",
                *reading,
            ],
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        )
        try:
            _wait_for(port, proxy)
            yield port, spki_hash(Path(directory, "mitmproxy-ca-cert.pem").read_bytes())
        finally:
            # mitmproxy writes its HAR when it is asked to end, not when it is killed.
            proxy.send_signal(signal.SIGINT)
            proxy.wait(timeout=SECONDS_TO_STOP)


def _free_port():
    """Return a port of loopback that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def _wait_for(port, process):
    """Wait until a port of loopback accepts connections."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"mitmdump ended with code {process.returncode} before it listened")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    raise TimeoutError(f"mitmdump did not listen on port {port} within {SECONDS_TO_START} s")
