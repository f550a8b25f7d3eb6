"""What does mitmproxy, between Chromium and the site, write about a visit (``hardump``)?"""

import base64
import json

from playwright.sync_api import sync_playwright

from ..site import hosts
from .chromium import EXECUTABLE, NOTHING_BUT_LOOPBACK, PlaywrightBrowser, background_off, new_profile
from .loopback_proxy import loopback_proxy
from .visits import walk

__all__ = ["record"]


def record(visit, site, paths):
    """Write the HAR of a visit and return when each step began."""
    with loopback_proxy(site, hardump=paths["mitmproxy"]) as (port, key):
        with sync_playwright() as playwright, new_profile() as profile:
            context = playwright.chromium.launch_persistent_context(
                profile,
                executable_path=EXECUTABLE,
                args=[
                    *background_off(),
                    f"--proxy-pac-url={_site_only(port)}",
                    NOTHING_BUT_LOOPBACK,
                    f"--ignore-certificate-errors-spki-list={key}",
                ],
                locale="fr-FR",
            )
            began = walk(visit, PlaywrightBrowser(context.pages[0]), site)
            context.close()
    return began


def _site_only(port):
    """Return a proxy configuration that shows the proxy the site's names alone.

    The browser's own calls go past the proxy, where no name resolves: so they reach neither the network nor the HAR.
    """
    script = (
        "function FindProxyForURL(url, host) {"
        f" return {json.dumps(list(hosts.ALL))}.includes(host) ? 'PROXY 127.0.0.1:{port}' : 'DIRECT'; }}"
    )
    return "data:application/x-ns-proxy-autoconfig;base64," + base64.b64encode(script.encode()).decode()
