"""Do the counts of a published investigation come out of its own HARs?"""

import os
from pathlib import Path

import pytest

import hartools as ht
from hartools.parties.parties import first_parties, label_parties

# The Markup and CalMatters, "We caught 4 more states sharing personal health data with Big Tech", 17 June 2025:
# Blacklight scans of 28 April 2025 in the-markup/investigation-healthcare-exchange-tracking at 8046d72b.
# Site visited, entries and distinct hosts of each requests.har, counted apart from hartools.
PUBLISHED = {
    "georgia-georgiaaccess.gov": ("georgiaaccess.gov", 80, 22),
    "idaho-yourhealthidaho.org": ("yourhealthidaho.org", 181, 36),
    "kentucky-kynect.ky.gov": ("ky.gov", 42, 5),
    "maine-coverme.gov": ("coverme.gov", 67, 22),
    "maryland-marylandhealthconnection.gov": ("marylandhealthconnection.gov", 260, 61),
    "new-jersey-nj.gov": ("nj.gov", 122, 23),
    "virginia-marketplace.virginia.gov": ("virginia.gov", 70, 17),
}
FOLDER = Path(os.environ.get("HARTOOLS_HARS", "."), "the-markup+investigation-healthcare-exchange-tracking")

pytestmark = [pytest.mark.corpus, pytest.mark.skipif("HARTOOLS_HARS" not in os.environ, reason="HARTOOLS_HARS names no folder of HARs")]


@pytest.fixture(params=sorted(PUBLISHED))
def scan(request):
    return ht.read_har(FOLDER / f"data__blacklight-scans__{request.param}__requests.har"), *PUBLISHED[request.param]


def test_entries_and_hosts_of_each_site(scan):
    capture, _, entries, hosts = scan
    assert (len(capture), capture.entries.host.nunique()) == (entries, hosts)


def test_the_site_scanned_is_the_first_party(scan):
    capture, site, *_ = scan
    assert set(first_parties(capture).site) == {site}
    labelled = label_parties(capture).entries
    assert set(labelled.site[labelled.party == "first"]) == {site}
    assert labelled.party.isna().sum() == labelled.host.isna().sum()
