"""Is it told rightly who was visited and who else was asked?"""

import json
import os
from pathlib import Path

import pandas as pd
import pytest
from samples import FILES, SAMPLES, TRUTH

import hartools as ht
from hartools.errors import AmbiguousFirstPartyError
from hartools.parties.domains import suffix_list_date
from hartools.parties.parties import describe_definition, first_parties, label_parties


@pytest.mark.parametrize("name", FILES)
def test_the_invented_site_is_the_first_party_for_every_exporter(name):
    capture = ht.label_parties(ht.read_har(SAMPLES / name))
    first = capture.entries[capture.entries.party == "first"]
    assert set(first.site) == {"medirendezvous.example"}
    third = {ht.registrable_domain(host) for host in TRUTH[name]["received"]} - {"medirendezvous.example"}
    assert set(ht.find_observers(capture, kinds=("third_party",)).name) == third


def entry(url, *, second=0, page="page_1", mime="image/gif", dest=None, referer=None, status=200, to=None, method="GET", purpose=None, **more):
    """Make one entry of a HAR; the second may run on past 59."""
    sent = {"Sec-Fetch-Dest": dest, "Sec-Fetch-Mode": "navigate" if dest in ("document", "iframe") else None, "Referer": referer, "Sec-Purpose": purpose}
    return {"startedDateTime": f"2026-01-01T00:{second // 60:02d}:{second % 60:02d}Z", **({"pageref": page} if page else {}),
            "request": {"method": method, "url": url, "headers": [{"name": name, "value": value} for name, value in sent.items() if value]},
            "response": {"status": status, "redirectURL": to or "", "headers": [], "content": {"mimeType": mime}}, **more}  # fmt: skip


def page(page_id="page_1", title="A title", **more):
    return {"id": page_id, "title": title, "startedDateTime": "2026-01-01T00:00:00Z", "pageTimings": {}, **more}


def har(entries, *, pages=None, creator="Firefox"):
    return json.dumps({"log": {"version": "1.2", "creator": {"name": creator, "version": "1"}, "pages": [page()] if pages is None else pages, "entries": entries}}).encode()


def capture_of(*entries, **more):
    return ht.read_har(har(list(entries), **more))


def parties(capture, **more):
    """Return the party of each entry: 1, 3, or None."""
    return [{"first": 1, "third": 3}.get(party) for party in label_parties(capture, **more).entries.party.astype(object)]


def sites(capture):
    return first_parties(capture).site.tolist()


HTML = "text/html"
A, B, C = "https://www.doctor.example/", "https://ads.beta.example/", "https://cdn.gamma.example/"


# --- the definitions


def test_by_site_is_the_default_and_fills_site_and_operator():
    capture = label_parties(capture_of(entry(A, mime=HTML), entry("https://static.doctor.example/a.gif"), entry("https://d1.cloudfront.net/b.gif"), entry("data:image/gif;base64,AA")))
    assert capture.entries.site.fillna("").tolist() == ["doctor.example", "doctor.example", "d1.cloudfront.net", ""]
    assert capture.entries.operator_domain.fillna("").tolist() == ["doctor.example", "doctor.example", "cloudfront.net", ""]
    assert capture.entries.party.fillna("").tolist() == ["first", "first", "third", ""]


def test_by_host_only_the_documents_own_host_is_first():
    assert parties(capture_of(entry(A, mime=HTML), entry("https://static.doctor.example/a.gif"), entry("https://WWW.doctor.example/b.gif")), by="host") == [1, 3, 1]


@pytest.mark.parametrize(("document", "other", "by_site", "by_organisation"), [
    ("https://www.google.com/", "https://www.youtube.com/embed", 3, 1),
    ("https://www.google.com/", "https://www.facebook.com/tr", 3, 3),
    # nobody knows who owns these: by organisation is by site
    ("https://www.doctor.example/", "https://img.doctor.example/a.gif", 1, 1),
    ("https://www.doctor.example/", "https://ads.beta.example/a.gif", 3, 3),
    # what lies below a private suffix is its customer's, not its owner's
    ("https://clinic.github.io/", "https://other.github.io/a.gif", 3, 3),
    ("https://www.amazon.com/", "https://d1.cloudfront.net/a.gif", 3, 3),
])  # fmt: skip
def test_by_organisation(document, other, by_site, by_organisation):
    capture = capture_of(entry(document, mime=HTML), entry(other))
    assert parties(capture) == [1, by_site]
    assert parties(capture, by="organisation") == [1, by_organisation]


@pytest.mark.parametrize(("declared", "expected"), [
    ("doctor.example", [1, 1, 3, 3]),
    ("DOCTOR.example.", [1, 1, 3, 3]),
    ("www.doctor.example", [1, 3, 3, 3]),
    ("*.doctor.example", [1, 1, 3, 3]),
    (["doctor.example", "*.beta.example"], [1, 1, 1, 3]),
    (("www.doctor.example", "notdoctor.example"), [1, 3, 3, 1]),
])  # fmt: skip
def test_a_declared_list_is_taken_as_it_is(declared, expected):
    capture = capture_of(entry(A, mime=HTML), entry("https://img.doctor.example/"), entry(B), entry("https://notdoctor.example/"))
    assert parties(capture, first_party=declared) == expected


def test_a_star_stands_for_what_is_below_alone():
    capture = capture_of(entry("https://doctor.example/", mime=HTML), entry("https://www.doctor.example/"))
    assert parties(capture, first_party="*.doctor.example") == [3, 1]


def test_a_declared_list_by_organisation_adds_what_the_same_organisation_owns():
    capture = capture_of(entry("https://www.google.com/", page=None), entry("https://i.ytimg.com/x.jpg", page=None), entry(B, page=None), pages=[])
    assert parties(capture, first_party="google.com", by="organisation") == [1, 1, 3]


@pytest.mark.parametrize(("written", "asked"), [("münchen.de", "https://www.xn--mnchen-3ya.de/"), ("xn--mnchen-3ya.de", "https://www.münchen.de/"), ("[2001:DB8::1]", "https://[2001:db8::1]/"), ("127.0.0.1", "http://127.0.0.1:8080/"), ("localhost", "http://localhost/")])
def test_declared_names_are_compared_as_browsers_write_them(written, asked):
    assert parties(capture_of(entry(asked), entry(B)), first_party=written) == [1, 3]


def test_a_site_written_in_two_ways_is_one():
    assert parties(capture_of(entry("https://www.münchen.de/", mime=HTML), entry("https://cdn.xn--mnchen-3ya.de/"))) == [1, 1]


@pytest.mark.parametrize("wrong", ["", "*.", "*", "https://doctor.example/", "doctor.example:8443", "doctor.example/path", "doctor example", "a..example", "-a.example", "*.*.example", "com", "*.co.uk", "1::2::3", "*.[::1]", "a" * 64 + ".example", "<b>", None, 7])
def test_a_malformed_name_is_named(wrong):
    with pytest.raises(ValueError, match="names no host") as caught:
        label_parties(capture_of(entry(A)), first_party=["doctor.example", wrong])
    assert repr(wrong)[:60] in str(caught.value) and "'doctor.example'" not in str(caught.value)


def test_an_empty_list_declares_nothing():
    with pytest.raises(ValueError, match="the list is empty"):
        label_parties(capture_of(entry(A)), first_party=[])


def test_a_name_that_is_nowhere_in_the_capture_lists_what_is():
    with pytest.raises(AmbiguousFirstPartyError, match=r"dcotor\.example.*doctor\.example, beta\.example") as caught:
        label_parties(capture_of(entry(A, mime=HTML), entry(B)), first_party=["beta.example", "dcotor.example"])
    assert caught.value.candidates == ("doctor.example", "beta.example")


def test_a_name_may_be_that_of_a_document_whose_request_was_filtered_out():
    filtered = capture_of(entry(B, referer=A), entry(B, referer=A))
    assert parties(filtered, first_party="doctor.example") == [3, 3]


def test_an_unknown_definition_is_refused():
    with pytest.raises(ValueError, match="'site', 'organisation', 'host'"):
        label_parties(capture_of(entry(A)), by="entity")
    with pytest.raises(ValueError, match="do not go together"):
        label_parties(capture_of(entry(A)), by="host", first_party="doctor.example")


def test_the_definition_can_be_printed():
    said = {by: describe_definition(by=by) for by in ("site", "organisation", "host")}
    assert len(set(said.values())) == 3 and suffix_list_date() in said["site"] and "owners table" in said["organisation"]
    assert describe_definition(first_party="*.Doctor.example") == "first party: as declared: all below doctor.example"
    assert "same organisation" in describe_definition(first_party="doctor.example", by="organisation")
    with pytest.raises(ValueError, match="names no host"):
        describe_definition(first_party="https://doctor.example")


# --- the document of a page


def test_a_page_of_each_of_two_sites_has_its_own_first_party():
    capture = capture_of(entry(A, mime=HTML), entry(B, second=1), entry(B, mime=HTML, page="page_2", second=2), entry(A, page="page_2", second=3), pages=[page(), page("page_2")])
    assert parties(capture) == [1, 3, 1, 3]


def test_entries_of_no_page_follow_the_page_visited_last_before_them():
    capture = capture_of(entry(A, mime=HTML), entry(B, page=None, second=1), entry(B, mime=HTML, page="page_2", second=2), entry(B, page=None, second=3), entry(A, page="page_9", second=4),
                         pages=[page(), page("page_2")])
    assert parties(capture) == [1, 3, 1, 1, 3]


def test_one_tab_that_goes_on_to_another_site_changes_its_first_party():
    # Playwright has one page per tab, however many sites are visited in it
    capture = capture_of(entry(A, mime=HTML, dest="document"), entry(A, second=1), entry(B, mime=HTML, dest="document", second=2), entry(A, second=3), entry(B, second=4))
    assert parties(capture) == [1, 1, 1, 3, 1]
    assert sites(capture) == ["doctor.example", "beta.example"]


@pytest.mark.parametrize("later", [{"status": 204, "mime": "image/gif"}, {"mime": "application/zip"}, {"mime": HTML, "purpose": "prefetch;prerender"}, {"mime": HTML, "purpose": "prefetch"}])
def test_a_download_or_a_page_fetched_ahead_of_need_is_no_visit(later):
    capture = capture_of(entry(A, mime=HTML, dest="document"), entry(B, dest="document", second=2, **later), entry(A, second=3))
    assert parties(capture) == [1, 3, 1]


def test_a_page_fetched_ahead_of_need_before_anything_else_is_no_visit_either():
    assert sites(capture_of(entry(B, mime=HTML, dest="document", purpose="prefetch"), entry(A, mime=HTML, dest="document", second=1))) == ["doctor.example"]


def test_a_frame_navigates_and_is_no_document():
    capture = capture_of(entry(B, mime=HTML, dest="iframe", referer=A), entry(A, mime=HTML, dest="document", second=1), entry(C, mime=HTML, dest="iframe", second=2))
    assert sites(capture) == ["doctor.example"]
    assert parties(capture) == [3, 1, 3]


@pytest.mark.parametrize("dest", [None, "document"])
def test_the_document_is_where_the_redirects_end(dest):
    hop = {"mime": HTML, "dest": dest, "status": 301}
    capture = capture_of(entry("http://doctor.test/", to="https://doctor.test/", **hop), entry("https://doctor.test/", second=1, to=A, **hop), entry(A, mime=HTML, dest=dest, second=2), entry("https://doctor.test/x.gif", second=3))
    assert sites(capture) == ["doctor.example"]
    assert first_parties(capture).why.str.endswith(", redirected from doctor.test").all()
    # the hop is asked and is not the document, so it is third unless it is declared
    assert parties(capture) == [3, 3, 1, 3]
    assert parties(capture, first_party=["doctor.example", "doctor.test"]) == [1, 1, 1, 1]


def test_a_document_reached_over_http_has_no_fetch_metadata_and_is_still_the_document():
    capture = capture_of(entry(A, mime=HTML, dest="document", status=302, to="http://plain.example/"), entry("http://plain.example/", mime=HTML, second=1))
    assert sites(capture) == ["plain.example"]


def test_a_redirect_that_leaves_the_page_leaves_the_document():
    capture = capture_of(entry(A, mime=HTML, status=302, to=B), entry(B, mime=HTML, page="page_2", second=1), pages=[page(), page("page_2")])
    assert sites(capture) == ["doctor.example", "beta.example"]


def test_a_redirect_loop_ends():
    hops = [entry(A if n % 2 else B, mime=HTML, status=302, to=B if n % 2 else A, second=n) for n in range(60)]
    assert len(label_parties(capture_of(*hops))) == 60


@pytest.mark.parametrize("mime", [HTML, "application/xhtml+xml"])
def test_the_first_html_answer_is_the_document_though_a_search_engine_referred_to_it(mime):
    capture = capture_of(entry(A, mime=mime, referer="https://www.search.example/"), entry(B, second=1, referer=A), entry("https://www.search.example/logo.gif", second=2, referer=A))
    assert parties(capture) == [1, 3, 3]


def test_a_frame_that_is_the_first_html_answer_is_not_taken_for_the_document():
    # as in Lookyloo/har2tree lemonde.har (Splash 2.3.2): the request for the document itself is not in the file
    capture = capture_of(entry("https://img.doctor.example/a.gif", referer=A), entry(B, mime=HTML, second=1, referer=A), entry("https://img.doctor.example/b.gif", second=2, referer=A),
                         entry("https://img.doctor.example/c.gif", second=3, referer=A), entry(C, second=4, referer=B), creator="Splash")
    assert parties(capture) == [1, 3, 1, 1, 3]
    found = first_parties(capture)
    assert found.entry_id.isna().all() and found.url.tolist() == [A] and "Referer" in found.why[0]


def test_a_frame_that_is_the_first_request_of_all_is_not_either():
    assert sites(capture_of(entry(B, mime=HTML, referer=A), entry(C, second=1, referer=A), entry(C, second=2, referer=A))) == ["doctor.example"]


def test_a_document_whose_frames_ask_for_more_than_it_does_stays_the_document():
    capture = capture_of(entry(A, mime=HTML), entry(B, mime=HTML, second=1, referer=A), *[entry(C, second=2 + n, referer=B) for n in range(5)])
    assert sites(capture) == ["doctor.example"]


def test_an_answer_to_a_script_in_html_is_no_document():
    answers = [entry(B, mime=HTML, _resourceType="xhr"), entry(A, mime=HTML, second=1, _resourceType="document")]
    assert sites(capture_of(*answers, creator="WebInspector")) == ["doctor.example"]


def test_the_url_that_the_file_gives_its_page_decides_where_no_document_is_in_it():
    capture = capture_of(entry("https://www.doctor.example/api", mime="application/json"), entry(B, second=1, mime=HTML, referer=A), pages=[page(title=A + "dentist")], creator="WebInspector")
    assert parties(capture) == [1, 3]
    assert first_parties(capture).url.tolist() == [A + "dentist"]


def test_a_title_that_nothing_bears_out_yields_to_the_referers():
    # as in the-markup/meta-pixel-988 contact-form-211palmbeach.org.har: Chrome names the page left behind
    capture = capture_of(entry("https://www.doctor.example/form", method="POST", referer=A + "contact"), entry(B, second=1, referer=A), pages=[page(title="https://left.example/")], creator="WebInspector")
    assert parties(capture) == [1, 3]


def test_a_name_of_a_page_that_its_first_request_contradicts_is_ambiguous():
    # as in lonfee88/webriverio_proxy output.har (BrowserMob): the page is named after the proxy's own address
    capture = capture_of(entry(A, mime=""), entry(B, second=1, mime=""), pages=[page(page_id="page_1", title="http://localhost:8004")], creator="BrowserMob Proxy")
    with pytest.raises(ValueError, match="does not say") as caught:
        label_parties(capture)
    assert caught.value.candidates == ("doctor.example", "beta.example")


def test_a_title_alone_decides_where_only_one_filtered_request_is_left():
    assert parties(capture_of(entry(B, method="POST"), pages=[page(title=A)], creator="WebInspector")) == [3]


def test_the_requests_of_a_frame_that_pass_for_a_page_are_not_one():
    # as in andrewf/pcap2har sajal.pcap.har: page_3 is what a frame on page_0 asked for
    frame = "https://www.beta.example/button.html?of=1"
    capture = capture_of(entry(A, mime=HTML), entry(frame, mime=HTML, second=1, referer=A), entry("https://www.beta.example/a.js", page="page_2", second=2, referer=frame), entry("https://www.beta.example/b.js", page="page_2", second=3, referer=frame),
                         pages=[page(), page("page_2", title="unknown title")], creator="pcap2har")
    assert parties(capture) == [1, 3, 3, 3]


# --- files without pages


def test_a_proxys_capture_is_told_by_fetch_metadata_and_by_nothing_else():
    told = [entry(A, mime=HTML, dest="document", page=None), entry(B, mime=HTML, dest="iframe", page=None, second=1)]
    untold = [entry(A, mime=HTML, page=None), entry(B, referer=A, page=None, second=1), entry(B, referer=A, page=None, second=2)]
    assert parties(capture_of(*told, pages=[], creator="mitmproxy")) == [1, 3]
    with pytest.raises(ValueError, match=r"doctor\.example, beta\.example.*first_party=\"doctor\.example\"") as caught:
        label_parties(capture_of(*untold, pages=[], creator="Charles Proxy"))
    assert caught.value.candidates == ("doctor.example", "beta.example")
    assert parties(capture_of(*untold, pages=[], creator="Charles Proxy"), first_party="doctor.example") == [1, 3, 3]


def test_a_proxys_capture_of_two_sites_must_be_told():
    capture = capture_of(entry(A, mime=HTML, dest="document", page=None), entry(B, mime=HTML, dest="document", page=None, second=1), entry(C, page=None, second=2), pages=[], creator="mitmproxy")
    with pytest.raises(ValueError, match=r"doctor\.example, beta\.example\.") as caught:
        label_parties(capture)
    assert caught.value.candidates == ("doctor.example", "beta.example")
    assert parties(capture, first_party="beta.example") == [3, 1, 3]


def test_a_proxys_capture_of_a_link_that_redirects_shows_one_visit():
    capture = capture_of(entry(B, mime=HTML, dest="document", page=None, status=301, to=A), entry(A, mime=HTML, dest="document", page=None, second=1), pages=[], creator="mitmproxy")
    assert parties(capture) == [3, 1]


@pytest.mark.parametrize(("mime", "told"), [(HTML, True), ("application/json", False)])
def test_one_site_alone_needs_a_page_to_be_a_visit(mime, told):
    capture = capture_of(entry(A, mime=mime, page=None), entry(A, page=None, second=1), pages=[], creator="mitmproxy")
    if told:
        assert parties(capture) == [1, 1]
    else:
        pytest.raises(ValueError, label_parties, capture)


# --- several files


def test_each_file_has_its_own_first_party_though_page_ids_repeat(tmp_path):
    (tmp_path / "a.har").write_bytes(har([entry(A, mime=HTML), entry(B, second=1)]))
    (tmp_path / "b.har").write_bytes(har([entry(B, mime=HTML), entry(A, second=1)]))
    assert parties(ht.read_har([tmp_path / "a.har", tmp_path / "b.har"])) == [1, 3, 1, 3]


def test_page_ids_that_repeat_are_kept_apart_by_the_file_alone():
    first, second = capture_of(entry(A, mime=HTML), entry(B, second=1)), capture_of(entry(B, mime=HTML), entry(A, second=1))
    tables = {}
    for table in ("entries", "pages", "headers"):
        rows = [each.table(table) for each in (first, second)]
        for number, each in enumerate(rows):
            each["capture_id"] = f"file {number}"
            if "entry_id" in each:
                each["entry_id"] += 2 * number
        tables[table] = pd.concat(rows, ignore_index=True)
    both = first.with_tables(**tables)
    assert both.pages.page_id.tolist() == ["page_1", "page_1"]
    assert parties(both) == [1, 3, 1, 3]
    assert sites(both) == ["doctor.example", "beta.example"]


def test_a_file_among_several_that_does_not_tell_is_named(tmp_path):
    (tmp_path / "a.har").write_bytes(har([entry(A, mime=HTML)]))
    (tmp_path / "proxy.har").write_bytes(har([entry(B, page=None), entry(C, page=None)], pages=[], creator="mitmproxy"))
    with pytest.raises(ValueError, match=r"^proxy\.har: .*beta\.example, gamma\.example") as caught:
        label_parties(ht.read_har([tmp_path / "a.har", tmp_path / "proxy.har"]))
    assert caught.value.candidates == ("beta.example", "gamma.example")


# --- odd ones


def test_nothing_to_label_is_no_error():
    assert parties(capture_of(entry("data:text/plain,x"), entry("about:blank"))) == [None, None]
    assert sites(capture_of(entry("data:text/plain,x"), pages=[])) == []


def test_the_callers_capture_is_not_changed_and_the_order_of_entries_does_not_matter():
    entries = [entry(A, mime=HTML), entry(B, second=1), entry("https://x.doctor.example/", second=2)]
    capture = capture_of(*entries)
    assert parties(capture) == list(reversed(parties(capture_of(*reversed(entries))))) == [1, 3, 1]
    assert capture.entries.party.isna().all() and capture.entries.site.isna().all()


def test_times_that_are_not_known_are_no_obstacle():
    entries = [entry(A, mime=HTML), entry(B), entry(A, page=None)]
    for each in entries:
        each["startedDateTime"] = "yesterday"
    assert parties(capture_of(*entries)) == [1, 3, 1]


# --- real files: what was visited, as read from each by hand

VISITED = {
    "Lookyloo+har2tree/tests__data__lemonde.har": ["lemonde.fr"],
    "Lookyloo+har2tree/tests__data__libe.har": ["liberation.fr"],
    "Lookyloo+har2tree/tutorial__http_redirect__0.har": ["lookyloo-testing.herokuapp.com", "youtube.com"],
    "andrewf+pcap2har/tests__sajal.pcap.har": ["thaindian.com"],
    "ezbercih+har/session.har": ["golang.org", "google.com"],
    "jvdmeiden+har-viewer/test_(2).har": ["telegraaf.nl"],
    "sdstoehr+har-reader/src__test__resources__sstoehr.har": ["sebastianstoehr.de"],
    "sitespeedio+pagexray/test__files__redirect__arcelormittal.com.har": ["arcelormittal.com"],
    "the-markup+blacklight-collector/example-dir__requests.har": ["huffpost.com"],
    "the-markup+meta-pixel-988/211palmbeach.org__HAR__contact-form-211palmbeach.org.har": ["211palmbeach.org"],
    "the-markup+meta-pixel-edtech/raz-kids.com__HAR__click-button-www.kidsa-z.com.har": ["kidsa-z.com", "raz-kids.com"],
    "tweaselORG+ReportHAR/test__fixtures__web__second-run.har": ["9gag.com"],
}
UNTOLD = ["in2bits+harhar/test.har", "lonfee88+webriverio_proxy/output.har", "mitmproxy+mitmproxy/test__mitmproxy__data__flows__error_log.har", "tweaselORG+ReportHAR/test__fixtures__android__first-run.har"]
CORPUS = Path(os.environ.get("HARTOOLS_HARS", "."))


@pytest.mark.corpus
@pytest.mark.skipif("HARTOOLS_HARS" not in os.environ, reason="HARTOOLS_HARS names no folder of HARs")
@pytest.mark.parametrize("name", sorted(VISITED))
def test_what_was_visited_in_real_files(name):
    assert sorted(set(sites(ht.read_har(CORPUS / name)))) == VISITED[name]


@pytest.mark.corpus
@pytest.mark.skipif("HARTOOLS_HARS" not in os.environ, reason="HARTOOLS_HARS names no folder of HARs")
@pytest.mark.parametrize("name", UNTOLD)
def test_real_files_that_do_not_tell(name):
    with pytest.raises(ValueError, match="does not say") as caught:
        label_parties(ht.read_har(CORPUS / name))
    assert len(caught.value.candidates) > 1


def test_an_owner_that_the_table_does_not_know_stays_unknown():
    owners = ht.label_owners(ht.read_har(ht.example_har())).entries.drop_duplicates("host").set_index("host").owner
    assert owners["res.cloudinary.com"] == "Cloudinary" and pd.isna(owners["www.doctor.example"])


def test_the_graph_of_a_view_holds_only_what_its_observer_can_draw():
    capture = ht.read_har(SAMPLES / "oncologue-paris.chrome-sensitive.har")
    graph = ht.request_graph(ht.view_as(capture, "third_party:cloudinary.com"))
    assert set(graph) == {"res.cloudinary.com", "www.medirendezvous.example"}
    assert [key for _, _, key in graph.edges(keys=True)] == ["referer"]
    whole = ht.request_graph(capture)
    assert {"referer", "redirect"} <= {key for _, _, key in whole.edges(keys=True)}
    assert whole.has_edge("sync.regie-alpha.example", "match.data-beta.example", "redirect")
