"""What do Chromium's own developer tools write about a visit, sanitized and with sensitive data?

Chromium serves its developer tools as a web page. A second Chromium opens that page, attached to the
tab of the visit, and runs the code behind the menu items "Export HAR (sanitized)" and "Export HAR
(with sensitive data)". Both files come from one and the same visit. These modules are internal to
Chromium: if a later version moves them, this file is where to look.
"""

import json
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

from .chromium import (
    EXECUTABLE,
    NOTHING_BUT_LOOPBACK,
    PlaywrightBrowser,
    background_off,
    new_profile,
    resolved_to,
)
from .visits import walk

__all__ = ["record"]

SECONDS_TO_ATTACH = 3

KEEP_LOG = """async () => {
  const { Settings } = await import("/devtools/core/common/common.js");
  Settings.Settings.instance().moduleSetting("network-log.preserve-log").set(true);
}"""

# A page's bodies are gone once the next page opens, so each is asked for while its page is there.
FETCH_BODIES = """async () => {
  const { NetworkLog } = await import("/devtools/models/logs/logs.js");
  await Promise.all(NetworkLog.NetworkLog.instance().requests().map((r) => r.requestContentData()));
}"""

# The requests are chosen as the menu items choose them: finished, and no data: addresses.
EXPORT = """async (sanitize) => {
  const { NetworkLog } = await import("/devtools/models/logs/logs.js");
  const { Writer } = await import("/devtools/models/har/har.js");
  const { NetworkLogView } = await import("/devtools/panels/network/network.js");
  const listed = NetworkLogView.NetworkLogView.getHTTPRequestsFilter;
  const requests = NetworkLog.NetworkLog.instance().requests().filter((r) => listed(r) && r.finished);
  let text = "";
  const stream = { write: async (part) => { text += part; }, close: async () => {} };
  const progress = { createSubProgress: () => progress, canceled: false };
  await Writer.Writer.write(stream, requests, { sanitize }, progress);
  return text;
}"""


def record(visit, site, paths):
    """Write the sanitized and the sensitive HAR of a visit and return when each step began."""
    with sync_playwright() as playwright, new_profile() as profile, new_profile() as tools_profile:
        inspected = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=EXECUTABLE,
            args=[*background_off(), *resolved_to(site), "--remote-debugging-port=0", "--remote-allow-origins=*"],
            locale="fr-FR",
        )
        inspector = playwright.chromium.launch_persistent_context(
            tools_profile,
            executable_path=EXECUTABLE,
            args=[*background_off(), NOTHING_BUT_LOOPBACK],
        )
        tools = inspector.pages[0]
        tools.goto(_tools_address(Path(profile)))
        time.sleep(SECONDS_TO_ATTACH)
        tools.evaluate(KEEP_LOG)
        began = walk(visit, PlaywrightBrowser(inspected.pages[0]), site, lambda: tools.evaluate(FETCH_BODIES))
        for exporter, sanitize in (("chrome-sanitized", True), ("chrome-sensitive", False)):
            paths[exporter].write_text(tools.evaluate(EXPORT, sanitize), encoding="utf-8")
        inspector.close()
        inspected.close()
    return began


def _tools_address(profile):
    """Return the address of the developer tools attached to the only tab of a running Chromium."""
    port = (profile / "DevToolsActivePort").read_text().split()[0]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=10) as answer:
        tab = next(target for target in json.load(answer) if target["type"] == "page")
    server = f"127.0.0.1:{port}"
    return f"http://{server}/devtools/devtools_app.html?ws={server}/devtools/page/{tab['id']}&panel=network"
