"""Which visits are recorded, and what does the visitor do in each?"""

import time
from dataclasses import dataclass, field

from ..site import hosts

__all__ = ["VISITS", "Visit", "walk"]

SECONDS_BETWEEN_STEPS = 3
SECONDS_BEFORE_EXPORT = 2
FIRST_RESULT_WITH_PICTURE = "#cards .with-picture"


@dataclass(frozen=True)
class Open:
    """Type an address."""

    path: str

    def perform(self, browser):
        browser.open(f"https://{hosts.WWW}{self.path}")

    def __str__(self):
        return f"open `{self.path}`"


@dataclass(frozen=True)
class Search:
    """Fill the search box of the page and submit it."""

    specialty: str
    city: str

    def perform(self, browser):
        browser.fill("#specialty", self.specialty)
        browser.fill("#city", self.city)
        browser.click("#chercher")

    def __str__(self):
        return f"search `/{self.specialty}/{self.city}`"


@dataclass(frozen=True)
class Click:
    """Click on the first element that matches."""

    what: str
    selector: str

    def perform(self, browser):
        browser.click(self.selector)

    def __str__(self):
        return f"click on {self.what}"


@dataclass(frozen=True)
class Visit:
    """Hold one visit: its steps, what was searched, and how the site answers.

    ``referrer_policy`` goes with every page; a visit with a ``choice`` is shown the consent banner.
    """

    name: str
    steps: tuple
    queries: tuple
    referrer_policy: str | None = field(default=None)
    choice: str | None = field(default=None)


VISITS = {
    visit.name: visit
    for visit in (
        Visit(
            "oncologue-paris",
            (
                Open("/"),
                Search("oncologue", "paris"),
                Click("the first result with a picture", FIRST_RESULT_WITH_PICTURE),
                Click("'Prendre rendez-vous'", "#prendre-rendez-vous"),
            ),
            (("oncologue", "paris"),),
        ),
        Visit(
            "dentiste-lyon",
            (Open("/dentiste/lyon"), Click("'Voir plus'", "#voir-plus")),
            (("dentiste", "lyon"),),
        ),
        Visit(
            "two-searches",
            (Open("/"), Search("psychiatre", "nantes"), Search("gynecologue", "lille")),
            (("psychiatre", "nantes"), ("gynecologue", "lille")),
        ),
        Visit("without-place", (Open("/oncologue"),), (("oncologue", None),)),
        Visit("ambiguous", (Open("/sage-femme/brest"),), (("sage-femme", "brest"),)),
        Visit(
            "full-referrer",
            (Open("/dermatologue/bordeaux"),),
            (("dermatologue", "bordeaux"),),
            referrer_policy="unsafe-url",
        ),
        *(
            Visit(
                f"consent-{choice}",
                (Open("/oncologue/tours"), Click(f"'{label}'", selector), Search("psychiatre", "angers")),
                (("oncologue", "tours"), ("psychiatre", "angers")),
                choice=choice,
            )
            for choice, label, selector in (
                ("accepted", "Tout accepter", "#consent-accept"),
                ("refused", "Tout refuser", "#consent-refuse"),
            )
        ),
    )
}


def walk(visit, browser, site, after_each_step=lambda: None):
    """Do every step of a visit, at a visitor's pace, and return when each step began."""
    site.referrer_policy = visit.referrer_policy
    site.with_banner = visit.choice is not None
    site.log.clear()
    began = []
    for step in visit.steps:
        began.append(time.time())
        step.perform(browser)
        time.sleep(SECONDS_BETWEEN_STEPS)
        after_each_step()
    time.sleep(SECONDS_BEFORE_EXPORT)
    return began
