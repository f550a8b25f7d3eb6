"""How is Chromium started so that every name is answered from loopback and nothing else is asked?"""

import contextlib
import json
import tempfile
from pathlib import Path

from ..site import hosts

__all__ = ["EXECUTABLE", "NOTHING_BUT_LOOPBACK", "PlaywrightBrowser", "background_off", "new_profile", "resolved_to"]

EXECUTABLE = "/usr/bin/chromium"


NOTHING_BUT_LOOPBACK = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"

# Debian's build refuses third-party cookies where Chrome's default allows them: we follow Chrome.
PREFERENCES = {"profile": {"block_third_party_cookies": False, "cookie_controls_mode": 0}}


class PlaywrightBrowser:
    """Let a visit drive a Playwright page."""

    def __init__(self, page):
        self.page = page

    def open(self, url):
        """Type an address and wait until the page is loaded."""
        self.page.goto(url)

    def fill(self, selector, text):
        """Type into a field."""
        self.page.fill(selector, text)

    def click(self, selector):
        """Click on the first element that matches."""
        self.page.locator(selector).first.click()


@contextlib.contextmanager
def new_profile():
    """Yield the path of a new profile on disk, gone when the ``with`` block ends."""
    # A browser may still be writing into its profile as it closes.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        preferences = Path(directory, "Default", "Preferences")
        preferences.parent.mkdir()
        preferences.write_text(json.dumps(PREFERENCES))
        yield directory


def background_off():
    """Return the flags that keep the browser's own calls off."""
    return [
        "--no-sandbox",  # for containers that run as root
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-domain-reliability",
        "--disable-sync",
        "--disable-features=MediaRouter,OptimizationHints,Translate",
        "--lang=fr-FR",
    ]


def resolved_to(site):
    """Return the flags that send each name of the site to its port on loopback, and trust its key."""
    names = ", ".join(f"MAP {host} 127.0.0.1:{site.port}" for host in hosts.ALL)
    return [
        f"--host-resolver-rules={names}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--ignore-certificate-errors-spki-list={site.certificate_spki}",
    ]
