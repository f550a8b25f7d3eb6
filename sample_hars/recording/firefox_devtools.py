"""What do Firefox's own developer tools write about a visit?

Firefox is driven through Marionette, its own remote control; the network panel is opened beside the tab
with "Persist Logs" on, and its HAR builder (behind the menu item "Save All As HAR") writes the file. These
are internals of Firefox: if a later version moves them, this file is where to look.
"""

import base64
import contextlib
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from marionette_driver.by import By
from marionette_driver.marionette import Marionette

from .loopback_proxy import loopback_proxy
from .visits import walk

__all__ = ["EXECUTABLE", "record"]

EXECUTABLE = "/usr/bin/firefox-esr"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30

# "Persist Logs", the visitor's language, and everything off that Firefox asks for by itself.
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.startup.homepage": "about:blank",
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "devtools.netmonitor.persistlog": True,
    "devtools.toolbox.selectedTool": "netmonitor",
    "dom.security.https_first": False,
    "dom.security.https_only_mode": False,
    "extensions.update.enabled": False,
    "intl.accept_languages": "fr-FR, fr",
    "marionette.port": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.proxy.no_proxies_on": "",
    "network.proxy.type": 1,
    "toolkit.telemetry.enabled": False,
}

TRUST_SITE = """
  Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB)
    .addCertFromBase64(arguments[0], "CTu,u,u");
"""

OPEN_NETWORK_PANEL = """
  const [done] = arguments;
  (async () => {
    const { require } = ChromeUtils.importESModule("resource://devtools/shared/loader/Loader.sys.mjs");
    const { gDevTools } = require("devtools/client/framework/devtools");
    const tab = Services.wm.getMostRecentWindow("navigator:browser").gBrowser.selectedTab;
    const toolbox = await gDevTools.showToolboxForTab(tab, { toolId: "netmonitor" });
    globalThis.recordingToolbox = toolbox;
    await toolbox.getNetMonitorAPI();
  })().then(() => done(null), (error) => done({ error: String(error) }));
"""

# Indented as the menu item indents it.
EXPORT = """
  const [done] = arguments;
  (async () => (await globalThis.recordingToolbox.getNetMonitorAPI()).getHar())()
    .then((har) => done(JSON.stringify(har, null, "  ")), (error) => done({ error: String(error) }));
"""


class MarionetteBrowser:
    """Let a visit drive Firefox."""

    def __init__(self, marionette):
        self.marionette = marionette

    def open(self, url):
        """Type an address and wait until the page is loaded."""
        self.marionette.navigate(url)

    def fill(self, selector, text):
        """Type into a field."""
        self.marionette.find_element(By.CSS_SELECTOR, selector).send_keys(text)

    def click(self, selector):
        """Click on the first element that matches."""
        self.marionette.find_element(By.CSS_SELECTOR, selector).click()


def record(visit, site, paths):
    """Write the HAR of a visit and return when each step began."""
    with loopback_proxy(site) as (port, _), _running_firefox(port) as marionette:
        with marionette.using_context("chrome"):
            marionette.execute_script(TRUST_SITE, [_certificate_base64(site.ca_pem)], sandbox="system")
            _execute(marionette, OPEN_NETWORK_PANEL)
        began = walk(visit, MarionetteBrowser(marionette), site)
        with marionette.using_context("chrome"):
            text = _execute(marionette, EXPORT)
    paths["firefox"].write_text(text, encoding="utf-8")
    return began


@contextlib.contextmanager
def _running_firefox(proxy_port):
    """Yield a Marionette session in a new Firefox with a new profile, for the ``with`` block."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        proxy = {
            f"network.proxy.{kind}": value
            for scheme in ("http", "ssl")
            for kind, value in ((scheme, "127.0.0.1"), (f"{scheme}_port", proxy_port))
        }
        lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in {**PREFERENCES, **proxy}.items())
        Path(profile, "user.js").write_text("\n".join(lines))
        firefox = subprocess.Popen(
            [EXECUTABLE, "--headless", "--marionette", "--remote-allow-system-access", "--profile", profile],
            env={**os.environ, "HOME": profile},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            marionette = Marionette(host="127.0.0.1", port=_marionette_port(Path(profile), firefox))
            marionette.start_session()
            marionette.timeout.script = 60
            yield marionette
        finally:
            firefox.terminate()
            try:
                firefox.wait(timeout=SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                firefox.kill()


def _marionette_port(profile, firefox):
    """Return the port that Firefox chose for Marionette, once it has written it down."""
    written = profile / "MarionetteActivePort"
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if firefox.poll() is not None:
            raise RuntimeError(f"Firefox ended with code {firefox.returncode} before Marionette listened")
        if written.exists() and written.read_text():
            return int(written.read_text())
        time.sleep(0.2)
    raise TimeoutError(f"Firefox did not open Marionette within {SECONDS_TO_START} s")


def _execute(marionette, script):
    """Run a script of the browser itself until it calls back; raise what it reports as an error."""
    answer = marionette.execute_async_script(script, sandbox="system", new_sandbox=False)
    if isinstance(answer, dict) and "error" in answer:
        raise RuntimeError(answer["error"])
    return answer


def _certificate_base64(pem):
    """Return a certificate as Firefox's certificate store takes it."""
    return base64.b64encode(x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)).decode()
