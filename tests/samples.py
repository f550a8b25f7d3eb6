"""Where do the samples lie, and what really happened in each?"""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "sample_hars"
DIRECTORY = SAMPLES / "site" / "practitioners.csv"
TRUTH = json.loads((SAMPLES / "ground_truth.json").read_text(encoding="utf-8"))
# What the visits of one search each share; those with a consent banner are told apart.
ALL_FILES = sorted(TRUTH)
FILES = [name for name in ALL_FILES if "consent" not in TRUTH[name]]
# A query without a place is a value without that key.
QUERIES = {name: [{key: value for key, value in query.items() if value} for query in truth["queries"]] for name, truth in TRUTH.items()}
# The visits that were shown a consent banner: the choice, and what each host received before and after it.
CONSENTS = {name: truth["consent"] for name, truth in TRUTH.items() if "consent" in truth}
IMAGE_HOST = "third_party:cloudinary.com"
