"""How is a capture recorded again, in the words of the exporter's own menus?"""

__all__ = ["remedy"]

# Labels read in the programs' sources: Chrome's DevTools frontend 1.0.1640418 (2026-06-04, still
# "Preserve log") and 1.0.1681091 (2026-08-19, "Keep log"); Firefox 153.7 ESR (Toolbar.js,
# har-menu-utils.js); WebKit's NetworkTableContentView.js of 2026. Edge follows Chrome's labels
# later, which was not verified: therefore both names.
KEEP = {
    "chromium": "open the Network panel before the address is typed, and tick 'Keep log' "
                "(called 'Preserve log' until mid-2026, and longer in browsers that follow Chrome)",
    "firefox": "open the Network panel before the address is typed, and choose 'Persist Logs' in its ⚙ menu",
    "webkit": "open the Network tab before the address is typed, and choose 'Preserve Log' under its other filter options",
    "": "start recording before the address is typed",
}
EXPORT = {
    "chromium": "export with the download arrow of the Network panel ('Export HAR…')",
    "firefox": "export with ⚙ > 'Save All As HAR'",
    "webkit": "export with 'Export' (its tooltip: 'HAR Export')",
    "": "export again",
}
NEW_PROFILE = "record in a new profile or a guest window, without extensions"

# check -> dialect -> what to do; "" stands for every other exporter.
REMEDIES: dict[str, dict[str, str]] = {
    "Q01": {
        "": "in DevTools tick Settings > Preferences > Network > 'Allow to generate HAR with sensitive data'; then hold the download arrow of the "
            "Network panel and choose 'Export HAR (with sensitive data)…'; a plain click, or 'Export HAR (sanitized)…', still removes cookies"},
    "Q02": {"": "record again and work on the export itself, before any sanitizer has seen it"},
    "Q03": {
        "chromium": "empty the filter box, set the type to 'All', load the page again, and export; "
                    "a menu that says 'Copy all listed as HAR' shows that a filter is on",
        "firefox": "empty the filter box, set the type to 'All', load the page again, and choose ⚙ > 'Save All As HAR' ('Save As HAR' saves one request)",
        "webkit": "empty the filter box, set the type to 'All', load the page again, and export",
        "": "record again without a filter on hosts or types"},
    "Q04": {dialect: f"{how}; start from a blank tab" for dialect, how in KEEP.items()},
    "Q05": {
        **KEEP,
        "firefox": f"set devtools.netmonitor.har.multiple-pages to true in about:config; {KEEP['firefox']}",
        "webkit": "Safari writes one page always: export each page as a file of its own"},
    "Q06": {
        "firefox": f"{NEW_PROFILE}, and note how Enhanced Tracking Protection was set; wait ten seconds after the last step before the export",
        "": f"{NEW_PROFILE}, VPN or filtering proxy; wait ten seconds after the last step before the export"},
    "Q07": {
        "chromium": f"tick 'Disable cache', and {NEW_PROFILE}",
        "firefox": f"tick 'Disable Cache', and {NEW_PROFILE}",
        "webkit": f"choose 'Disable Caches', and {NEW_PROFILE}",
        "": NEW_PROFILE},
    "Q08": {"": f"{NEW_PROFILE}: a first visit has no service worker yet"},
    "Q09": {
        "chromium": f"{EXPORT['chromium']}, not 'Copy all as HAR', which copies no bodies; keep the recording short, since DevTools keeps 250 MiB of bodies",
        "firefox": "in about:config set devtools.netmonitor.har.includeResponseBodies to true and devtools.netmonitor.responseBodyLimit to 0 "
                   "(no limit), and record again",
        "playwright": "record with recordHar: { content: 'embed', mode: 'full' }",
        "webkit": "keep the recording short, disable caches, and export soon after the last step",
        "": "switch the recording of bodies on, and keep the recording short"},
    "Q10": {"": "record in Chrome or Edge, whose export names what caused each request"},
    "Q11": {"": "record in Chrome or Firefox for questions about redirects"},
    "Q12": {"": "nothing to do where Set-Cookie is in the file; otherwise record in Chrome and export with sensitive data"},
    "Q13": {"": "nothing to record again: note the time of each step in UTC beside the capture"},
    "Q14": {"": "name the site that was visited: label_parties(capture, first_party=…), or --first-party on the command line"},
    "Q15": {"": "leave out the file that repeats another, and record one file per scenario"},
    "Q16": {"": "log out of every account used while recording; to show the capture to others, record again with an invented person's data"},
    "Q17": {"": f"{NEW_PROFILE}, so that no cookie is there before the first page"},
    "Q18": {dialect: f"{how}, and copy the file whole, without opening it in an editor" for dialect, how in EXPORT.items()},
}


def remedy(check: str, dialect: str) -> str:
    """Say how to record again, naming the menu of the exporter where it is known.

    Examples
    --------
    >>> remedy("Q07", "webkit")
    "choose 'Disable Caches', and record in a new profile or a guest window, without extensions"
    """
    by_dialect = REMEDIES[check]
    return by_dialect.get(dialect, by_dialect[""])
