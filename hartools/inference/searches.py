"""Which of an observer's page views belong to one search, and which show one practitioner's own page?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from hartools.capture import Capture
from hartools.inference.catalogue import Catalogue
from hartools.inference.page_model import PageModel
from hartools.inference.queries import Posterior, query_posterior, query_posteriors
from hartools.payloads.assets import asset_table

__all__ = ["PageView", "Search", "find_searches", "page_views"]

# The usual end of a web session: after half an hour of silence a search is a new one.
SESSION_S = 1800.0


@dataclass
class PageView:
    """Hold the pictures that one page view asked for: asset id -> entries."""

    pictures: dict[str, list[int]]
    first: pd.Timestamp
    last: pd.Timestamp
    # set where this is one known picture again, in another rendition
    opened: str | None = None


@dataclass
class Search:
    """Hold the page views of one search and what they say about its query."""

    views: list[PageView]
    posterior: Posterior = field(repr=False)

    @property
    def pictures(self) -> dict[str, list[int]]:
        """Asset ids of all its page views, with their entries."""
        joined: dict[str, list[int]] = {}
        for view in self.views:
            for asset, entry_ids in view.pictures.items():
                joined.setdefault(asset, []).extend(entry_ids)
        return joined

    @property
    def entry_ids(self) -> list[int]:
        """The requests for its pictures."""
        return sorted(entry_id for entry_ids in self.pictures.values() for entry_id in entry_ids)


def page_views(view: Capture) -> list[PageView]:
    """Group the pictures of a view by page view, in the order of time.

    A page view of exactly one picture, seen before and now in another rendition, is marked as
    that practitioner's own page: result lists ask for a small picture, profiles for a large one.
    """
    pictures = asset_table(view.entries)
    pages = view.entries.set_index("entry_id").page_id
    pictures = pictures.assign(page_id=pictures.entry_id.map(pages))
    seen: dict[str, set[str]] = {}
    found = []
    for _, rows in pictures.groupby("page_id", sort=False):
        page = PageView(rows.groupby("asset_id").entry_id.agg(list).to_dict(), rows.started.min(), rows.started.max())
        alone = next(iter(page.pictures)) if len(page.pictures) == 1 else None
        if alone is not None and alone in seen and not set(rows.rendition) & seen[alone]:
            page.opened = alone
        for asset, rendition in zip(rows.asset_id, rows.rendition, strict=True):
            seen.setdefault(asset, set()).add(rendition)
        found.append(page)
    return found


def find_searches(views: list[PageView], catalogue: Catalogue, *, prior: str | Mapping = "uniform", model: PageModel = PageModel()) -> list[Search]:
    """Join page views into searches where the evidence is better explained by one query than by two.

    Page views that follow one another (scrolling, a second page of results) are joined when

        P(both | one query) / P(first | a query) P(second | another query) > 1

    with the query integrated out; the pictures could have been split between the two page
    views in C(both, first) ways.

    Parameters
    ----------
    views : list of PageView
        In the order of time; those marked as a practitioner's own page are left out.
    catalogue : Catalogue
    prior, model
        See `query_posterior`.

    Returns
    -------
    list of Search
    """
    searches: list[Search] = []
    lists = [view for view in views if view.opened is None]
    posteriors = query_posteriors([view.pictures for view in lists], catalogue, prior=prior, model=model)
    for view, posterior in zip(lists, posteriors, strict=True):
        alone = Search([view], posterior)
        joined = _joined(searches[-1], view, catalogue, prior, model) if searches else None
        if joined is not None and _log_factor(searches[-1], alone, joined) > 0:
            searches[-1] = joined
        else:
            searches.append(alone)
    return searches


def _joined(before: Search, view: PageView, catalogue: Catalogue, prior, model: PageModel) -> Search | None:
    pause = view.first - before.views[-1].last
    if not pd.isna(pause) and pause.total_seconds() > SESSION_S:
        return None
    return Search([*before.views, view], query_posterior({**before.pictures, **view.pictures}, catalogue, prior=prior, model=model))


def _log_factor(before: Search, alone: Search, joined: Search) -> float:
    """Return the log Bayes factor for one search; a page that only repeats pictures is no new one."""
    added = len(joined.pictures) - len(before.pictures)
    if added == 0:
        return math.inf
    ways = math.comb(len(joined.pictures), added)
    return joined.posterior.log_evidence - math.log(ways) - before.posterior.log_evidence - alone.posterior.log_evidence
