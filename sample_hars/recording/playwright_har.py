"""What does Playwright write about a visit (``record_har``, full, bodies embedded)?"""

from playwright.sync_api import sync_playwright

from .chromium import EXECUTABLE, PlaywrightBrowser, background_off, new_profile, resolved_to
from .visits import walk

__all__ = ["record"]


def record(visit, site, paths):
    """Write the HAR of a visit and return when each step began."""
    with sync_playwright() as playwright, new_profile() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=EXECUTABLE,
            args=background_off() + resolved_to(site),
            locale="fr-FR",
            record_har_path=paths["playwright"],
            record_har_mode="full",
            record_har_content="embed",
        )
        began = walk(visit, PlaywrightBrowser(context.pages[0]), site)
        context.close()
    return began
