"""What was searched in a visit, and what did each party really receive?

Read from the server's own log, never from the HAR: the file it gives is what a HAR's reading is measured against.
"""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

from ..site import hosts

__all__ = ["FOLDER", "GROUND_TRUTH", "creator_of", "ground_truth", "read_ground_truth", "write_ground_truth"]

FOLDER = Path(__file__).resolve().parents[1]
GROUND_TRUTH = FOLDER / "ground_truth.json"
NOT_PAGES = ("/static/", "/api/", "/favicon")
CHOICE_PATH = "/consent"
ASSET_ID = re.compile(r"/([a-z0-9]{20})\.jpg$")


def ground_truth(visit, log, began, path, exporter, browser):
    """Return what is true of one recorded file.

    ``pictures`` has one list per page view, in the order of ``pages``; ``pictures_by_step`` has one per step of
    the visit, so that a step which opens no page ("Voir plus") has its own list. ``consent`` is there where the
    visit was shown a banner: the choice, and what each host received before the site was told of it, and after.
    """
    name, version = creator_of(path)
    page_views = [served.at for served in log if _is_page(served)]
    return {
        "visit": visit.name,
        "exporter": {"id": exporter, "name": name, "version": version, "browser": browser},
        "queries": [{"specialty": specialty, "city": city} for specialty, city in visit.queries],
        "received": dict(sorted(Counter(served.host for served in log).items())),
        "pages": [served.target for served in log if _is_page(served)],
        "pictures": _pictures_between(log, page_views),
        "pictures_by_step": _pictures_between(log, began),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        **({"consent": _consent(visit, log)} if visit.choice else {}),
    }


def creator_of(path):
    """Return the name and version of the program that a HAR says wrote it."""
    creator = json.loads(path.read_text(encoding="utf-8"))["log"]["creator"]
    return creator["name"], creator["version"]


def read_ground_truth():
    """Return what is known of every file recorded so far."""
    return json.loads(GROUND_TRUTH.read_text(encoding="utf-8")) if GROUND_TRUTH.exists() else {}


def write_ground_truth(truth):
    """Write what is known of every file, one line per value so that changes can be reviewed."""
    GROUND_TRUTH.write_text(json.dumps(dict(sorted(truth.items())), indent=1) + "\n", encoding="utf-8")


def _consent(visit, log):
    """Return the choice of a visit, and what each host received before and after the request that carried it."""
    log = sorted(log, key=lambda served: served.at)
    told = next(i for i, served in enumerate(log) if (served.host, served.target) == (hosts.WWW, CHOICE_PATH))
    before, after = (dict(sorted(Counter(served.host for served in part).items())) for part in (log[:told], log[told + 1 :]))
    return {"choice": visit.choice, "received_before": before, "received_after": after}


def _is_page(served):
    """Say whether a request was for a page of the site."""
    return served.host == hosts.WWW and served.status == 200 and not served.target.startswith(NOT_PAGES)


def _pictures_between(log, starts):
    """Return the asset ids asked for from each start to the next, in the order of asking."""
    ends = [*starts[1:], float("inf")]
    return [
        [
            asset_id[1]
            for served in log
            if served.host == hosts.CDN and start <= served.at < end and (asset_id := ASSET_ID.search(served.target))
        ]
        for start, end in zip(starts, ends, strict=True)
    ]
