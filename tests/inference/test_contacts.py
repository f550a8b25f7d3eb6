"""Is what names, addresses, times and volumes tell somebody on the way said, and no more than that?"""

import io
import json

import pandas as pd
import pytest

import hartools as ht
from hartools.capture import Capture
from hartools.columns import conform
from hartools.inference.catalogue import read_catalogue
from hartools.inference.contacts import contact_findings
from hartools.observers.views import CITED

BASE = ht.read_har(ht.example_har())
DEFAULT = {"name": None, "address": None, "port": 443, "first": None, "last": None, "bytes_up": None, "bytes_down": None}
CATALOGUE = read_catalogue(io.StringIO("asset_id,practitioner,specialty,city\na1,Dr Ada Exemple,oncologie,lyon\na2,Dr Bo Exemple,oncologie,12\n"))


def at(ms):
    return pd.Timestamp("2026-11-24T10:00:00Z") + pd.Timedelta(milliseconds=ms)


def view(*rows, observer="network:path", cited=None):
    """Return a view by hand: connections, and by which entries each is cited (its own number by default)."""
    rows = [DEFAULT | row for row in rows]
    table = conform("connections", {name: [row[name] for row in rows] for name in DEFAULT})
    pairs = [(number, number) for number in range(len(rows))] if cited is None else cited
    return Capture(BASE.source, BASE.exporter, observer=observer, _built={"connections": table, CITED: pd.DataFrame(pairs, columns=["connection", "entry_id"])})


def by_topic(rows, topic):
    return [row for row in rows if row["topic"] == topic]


FIRST = {"name": "www.clinic.example", "address": "203.0.113.1", "first": at(0), "last": at(900), "bytes_up": 100, "bytes_down": 2000}
SECOND = {"name": "img.cdn.example", "address": "203.0.113.2", "first": at(40), "last": at(500), "bytes_up": 50, "bytes_down": 9000}
THIRD = {"name": "api.clinic.example", "address": "203.0.113.3", "first": at(60), "last": at(60), "bytes_up": 7, "bytes_down": 8}


@pytest.mark.parametrize(("observer", "where"), [("network:path", "in DNS questions, and in the TLS hello"), ("network_doh:path", "in the TLS hello"), ("network_ech:path", "in DNS questions"),
                                                 ("resolver:dns", "DNS questions that it answered")])  # fmt: skip
def test_names_are_observed_by_site_and_cite_the_requests_that_made_them(observer, where):
    rows = contact_findings(view(FIRST, SECOND, THIRD, observer=observer, cited=[(0, 4), (0, 9), (1, 5), (2, 6)]))
    names = by_topic(rows, "name contacted")
    assert [(row["value"], row["entry_ids"], row["basis"], row["strength"]) for row in names] == [
        (["www.clinic.example", "api.clinic.example"], [4, 6, 9], "observed", "certain"), (["img.cdn.example"], [5], "observed", "certain")]  # fmt: skip
    assert all(where in row["claim"] and row["rule"] == "R-NAME" for row in names)


def test_the_site_contacted_first_is_likely_the_one_visited_and_the_others_are_named():
    (visited,) = by_topic(contact_findings(view(SECOND, THIRD, FIRST, cited=[(0, 5), (1, 6), (2, 4)])), "site visited")
    assert (visited["value"], visited["basis"], visited["strength"], visited["entry_ids"]) == ("clinic.example", "derived", "likely", [4, 6])
    assert "40 ms before the next" in visited["claim"] and "cdn.example" in visited["caveat"]


def test_two_sites_at_one_time_and_times_or_names_unknown_name_no_site():
    assert by_topic(contact_findings(view(FIRST, SECOND | {"first": at(0)})), "site visited")[0]["result"] == "not found"
    assert by_topic(contact_findings(view(FIRST | {"first": None})), "site visited")[0]["result"] == "not observable"
    assert by_topic(contact_findings(view(FIRST | {"name": None})), "site visited")[0]["result"] == "not observable"


def test_a_name_that_itself_tells_the_subject_is_pointed_out():
    caveats = [row["caveat"] for row in by_topic(contact_findings(view(FIRST | {"name": "oncologie.hospital.example"}, SECOND, THIRD)), "name contacted")]
    assert caveats[0] == "The name itself may tell what the visit was about: oncologie." and caveats[1] is None and caveats[2] is None
    (known,) = by_topic(contact_findings(view(FIRST | {"name": "rdv-oncologie.example"}), CATALOGUE), "name contacted")
    assert known["caveat"] == "The name itself may tell what the visit was about: it holds oncologie, a specialty of the catalogue."


def test_a_very_long_name_costs_no_time():
    rows = contact_findings(view(FIRST | {"name": "a-b" * 20000 + ".example"}), CATALOGUE)
    assert len(by_topic(rows, "name contacted")[0]["value"][0]) == 253


def test_a_number_in_a_name_is_no_word_of_the_catalogue():
    assert by_topic(contact_findings(view(FIRST | {"name": "cdn-12.example"}), CATALOGUE), "name contacted")[0]["caveat"] is None


def test_where_names_are_hidden_addresses_and_their_networks_are_told_and_no_name():
    rows = contact_findings(view({"address": "104.18.26.156", "first": at(0)}, {"address": "203.0.113.7", "first": at(5)}, observer="network_doh_ech:path", cited=[(0, 1), (0, 2), (1, 3)]))
    assert by_topic(rows, "name contacted")[0]["result"] == "not observable"
    (addresses,) = by_topic(rows, "address contacted")
    assert addresses["value"] == ["104.18.26.156", "203.0.113.7"] and addresses["entry_ids"] == [1, 2, 3]
    known, unknown = by_topic(rows, "network contacted")
    assert (known["value"], known["basis"], known["strength"], known["entry_ids"]) == ("Cloudflare", "assumed", "very likely", [1, 2])
    assert "list of" in known["claim"] and "E2" in known["caveat"]
    assert unknown["result"] == "not found" and "203.0.113.7" in unknown["claim"] and unknown["entry_ids"] == [3]


def test_a_network_whose_list_is_old_or_undated_is_told_less_surely():
    assert by_topic(contact_findings(view({"address": "52.95.110.1", "first": at(0)}, observer="network_doh_ech:path")), "network contacted")[0]["strength"] == "likely"


def test_networks_are_not_told_where_names_are_there_and_not_without_addresses():
    assert by_topic(contact_findings(view(FIRST | {"address": "104.18.26.156"})), "network contacted") == []
    assert by_topic(contact_findings(view({"first": at(0)}, observer="network_doh_ech:path")), "network contacted")[0]["result"] == "not observable"


def test_when_the_browser_was_in_use_is_told():
    (time,) = by_topic(contact_findings(view(FIRST, SECOND)), "time of visit")
    assert time["value"] == {"first": "2026-11-24T10:00:00+00:00", "last": "2026-11-24T10:00:00.900000+00:00"} and time["basis"] == "observed"
    assert by_topic(contact_findings(view(FIRST | {"first": None, "last": None})), "time of visit")[0]["result"] == "not observable"


def test_volumes_are_summed_by_site_and_a_part_is_called_one():
    rows = by_topic(contact_findings(view(FIRST, SECOND, THIRD)), "volume")
    assert [row["value"] for row in rows] == [{"with": "clinic.example", "bytes_up": 107, "bytes_down": 2008}, {"with": "cdn.example", "bytes_up": 50, "bytes_down": 9000}]
    assert not any("at least" in row["claim"] for row in rows)
    (part,) = by_topic(contact_findings(view(FIRST, THIRD | {"bytes_up": None, "bytes_down": None})), "volume")
    assert part["value"]["bytes_up"] == 100 and "at least" in part["claim"] and part["entry_ids"] == [0]


def test_unknown_bytes_are_no_zero_and_none_pass_a_resolver():
    nothing = {"bytes_up": None, "bytes_down": None}
    assert [row["result"] for row in by_topic(contact_findings(view(FIRST | nothing)), "volume")] == ["not observable"]
    assert [row["result"] for row in by_topic(contact_findings(view(FIRST, observer="resolver:dns")), "volume")] == ["not observable"]


def test_only_bytes_each_way_that_are_known_are_said():
    (row,) = by_topic(contact_findings(view(FIRST | {"bytes_up": None})), "volume")
    assert row["value"]["bytes_up"] is None and "to it" not in row["claim"] and "at least 2,000 bytes from it" in row["claim"]


def test_without_connections_or_with_none_that_can_be_cited_nothing_is_said():
    assert contact_findings(view()) == [] and contact_findings(view(FIRST, cited=[])) == []
    assert contact_findings(ht.view_as(BASE, "third_party:cloudinary.com"), CATALOGUE) == []


def test_what_is_said_does_not_depend_on_the_entries_cited():
    rows = [[{name: value for name, value in row.items() if name != "entry_ids"} for row in contact_findings(view(FIRST, SECOND, cited=cited))]
            for cited in ([(0, 1), (1, 2)], [(0, 70), (0, 3), (1, 9), (1, 8)])]  # fmt: skip
    assert rows[0] == rows[1]


def test_the_order_of_the_connections_changes_nothing():
    assert json.dumps(contact_findings(view(FIRST, SECOND, THIRD))) == json.dumps(contact_findings(view(THIRD, SECOND, FIRST, cited=[(0, 2), (1, 1), (2, 0)])))


def test_no_claim_says_more_than_could():
    rows = contact_findings(view(FIRST, {"address": "104.18.26.156", "first": at(5)}, observer="network_doh_ech:path"))
    assert all("could" in row["claim"] or row["result"] != "found" for row in rows) and {row["rule"] for row in rows} == {"R-NAME", "R-CONTACT", "R-VOLUME"}
