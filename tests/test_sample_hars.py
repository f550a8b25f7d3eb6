"""Is every claim of the samples' README true of the files?"""

import hashlib
import importlib
import json
import re
import sys
from base64 import b64decode
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDER = REPOSITORY / "sample_hars"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
TRUTH = json.loads((FOLDER / "ground_truth.json").read_text(encoding="utf-8"))
LARGEST_FOLDER = 12 * 1024**2
EXPORTERS = {"chrome-sanitized", "chrome-sensitive", "firefox", "playwright", "mitmproxy"}
LISTED_OF_RESULTS, LISTED_OF_SUGGESTIONS = 10, 20

# Where machines keep files: none of these may stand in a recording.
PATHS_OF_A_MACHINE = (*(f"/{folder}/" for folder in ("root", "home", "work", "tmp")), "file://")
# A browser may list what it took from its cache; these hosts answer with something it may keep.
MAY_BE_CACHED = {"www.medirendezvous.example", "res.cloudinary.com", "www.googletagmanager.com", "cmp.accord-gamma.example"}
# Playwright does not list the CORS preflights that this host received.
RECEIVES_PREFLIGHTS = "events-data.medirendezvous.example"


def samples_module(name):
    """Import a module of the samples' package, which is not installed."""
    sys.path.insert(0, str(REPOSITORY))
    try:
        return importlib.import_module(f"sample_hars.{name}")
    finally:
        sys.path.remove(str(REPOSITORY))


def table_after(heading):
    """Return the rows of the first table under a heading of the README, as dicts."""
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[2:]]


def counts(cell):
    """Return a README cell of hosts and numbers as a dict."""
    return {} if cell == "-" else {host: int(n) for host, n in (part.split(" ") for part in cell.split("<br>"))}


ROWS = {row["file"].strip("`"): row for row in table_after("The files")}


@pytest.fixture(scope="module", params=sorted(ROWS))
def file(request):
    """Name one sample after the other."""
    return request.param


@pytest.fixture(scope="module")
def log(file):
    """Return the log of a sample."""
    return json.loads((FOLDER / file).read_text(encoding="utf-8"))["log"]


def header(message, name):
    """Return the values of a header of a request or response."""
    return [h["value"] for h in message["headers"] if h["name"].lower() == name]


def entries_to(log, host, path=""):
    """Return the entries for a host whose path begins so."""
    split = ((entry, urlsplit(entry["request"]["url"])) for entry in log["entries"])
    return [entry for entry, url in split if url.netloc == host and url.path.startswith(path)]


def picture_ids(log):
    """Return the asset ids that a HAR says were asked for."""
    return Counter(Path(urlsplit(e["request"]["url"]).path).stem for e in entries_to(log, "res.cloudinary.com"))


# The folder


def test_every_visit_is_recorded_by_every_exporter():
    visits = samples_module("recording.visits").VISITS
    assert set(ROWS) == {f"{visit}.{exporter}.har" for visit in visits for exporter in EXPORTERS}
    assert set(ROWS) == set(TRUTH) == {path.name for path in FOLDER.glob("*.har")}


def test_folder_is_small():
    recorded = [path for path in FOLDER.rglob("*") if path.is_file() and ".venv" not in path.parts]
    assert sum(path.stat().st_size for path in recorded) < LARGEST_FOLDER
    total = sum(path.stat().st_size for path in FOLDER.glob("*.har"))
    assert f"Total: {len(ROWS)} HARs, {total} bytes." in README


def test_readme_is_what_the_recorder_writes():
    assert samples_module("recording.readme").readme_text(TRUTH) == README


def test_requirements_are_pinned_and_name_no_index():
    lines = (FOLDER / "requirements-record.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"#.*|[\w-]+==[\d.]+", line) for line in lines)


def test_recorder_can_be_run():
    assert (FOLDER / "record").stat().st_mode & 0o111


# One file


def test_file_is_the_one_described(file):
    content, row = (FOLDER / file).read_bytes(), ROWS[file]
    assert len(content) == int(row["bytes"])
    assert hashlib.sha256(content).hexdigest() == row["sha256"].strip("`") == TRUTH[file]["sha256"]
    assert row["dressed"] == "none"


def test_writer_is_the_one_described(file, log):
    exporter = TRUTH[file]["exporter"]
    assert ROWS[file]["written by"] == f"{log['creator']['name']} {log['creator']['version']}"
    assert (exporter["name"], exporter["version"]) == (log["creator"]["name"], log["creator"]["version"])
    assert ROWS[file]["exporter"] == exporter["id"] == file.split(".")[1]
    assert ROWS[file]["browser"] == exporter["browser"]
    if "browser" in log:
        name, version = log["browser"]["name"], log["browser"]["version"]
        assert exporter["browser"].lower().startswith(f"{name} {version}".lower())


def test_searches_are_those_of_the_visit(file):
    truth, row = TRUTH[file], ROWS[file]
    visit = samples_module("recording.visits").VISITS[truth["visit"]]
    assert row["visit"] == truth["visit"] == file.split(".")[0]
    assert [(q["specialty"], q["city"]) for q in truth["queries"]] == list(visit.queries)
    assert row["searched"] == ", ".join(f"{q['specialty']}/{q['city'] or '-'}" for q in truth["queries"])
    searched_pages = {f"/{q['specialty']}" + (f"/{q['city']}" if q["city"] else "") for q in truth["queries"]}
    assert searched_pages <= set(truth["pages"])


def test_counts_are_those_of_the_server(file, log):
    received, row = TRUTH[file]["received"], ROWS[file]
    in_har = Counter(urlsplit(entry["request"]["url"]).netloc for entry in log["entries"])
    assert int(row["entries"]) == len(log["entries"])
    assert counts(row["received"]) == received
    differ = {host: in_har[host] - received[host] for host in in_har if in_har[host] != received[host]}
    assert counts(row["HAR differs"]) == differ
    explained = {(r["exporter"], r["host"]) for r in table_after("Where a HAR and the server's log differ")}
    for host, difference in differ.items():
        assert (row["exporter"], host) in explained
        if host == RECEIVES_PREFLIGHTS:
            assert row["exporter"] == "playwright"
            assert difference < 0
            assert not any(entry["request"]["method"] == "OPTIONS" for entry in log["entries"])
        else:
            assert host in MAY_BE_CACHED
            assert difference > 0


def test_every_party_of_the_site_and_no_other_is_there(file, log):
    hosts = hosts_of(TRUTH[file]["visit"])
    assert {urlsplit(entry["request"]["url"]).netloc for entry in log["entries"]} == hosts
    assert all(entry["request"]["url"].startswith("https://") for entry in log["entries"])
    assert set(TRUTH[file]["received"]) == hosts


def hosts_of(name):
    """Return the hosts that a visit makes the browser ask."""
    hosts, choice = samples_module("site.hosts"), samples_module("recording.visits").VISITS[name].choice
    return set(hosts.ALL) - ({hosts.CONSENT} if choice is None else set()) - (set(hosts.ONCE_ACCEPTED) if choice == "refused" else set())


def test_no_path_of_a_machine(file):
    text = (FOLDER / file).read_text(encoding="utf-8")
    assert [path for path in PATHS_OF_A_MACHINE if path in text] == []


def test_every_request_was_answered(log):
    assert {entry["response"]["status"] for entry in log["entries"]} <= {200, 204, 302}


def test_pictures_in_har_are_those_the_server_saw(file, log):
    truth = TRUTH[file]
    seen = Counter(asset for page in truth["pictures"] for asset in page)
    assert seen == Counter(asset for step in truth["pictures_by_step"] for asset in step)
    assert sum(seen.values()) == truth["received"]["res.cloudinary.com"]
    assert len(truth["pages"]) == len(truth["pictures"])
    steps = samples_module("recording.visits").VISITS[truth["visit"]].steps
    assert len(steps) == len(truth["pictures_by_step"])
    # The HAR may list a cached picture once more; it knows of no picture that the server does not.
    assert set(picture_ids(log)) == set(seen)
    assert picture_ids(log) >= seen


def test_pictures_are_of_the_directory(file):
    directory = samples_module("site.directory")
    known = {row.asset_id for row in directory.read_practitioners()} - {""}
    assert {asset for page in TRUTH[file]["pictures"] for asset in page} <= known


def test_search_answers_are_whole(file, log):
    answers = [json.loads(e["response"]["content"]["text"])
               for e in entries_to(log, "www.medirendezvous.example", "/api/search")]
    assert len(answers) >= len(TRUTH[file]["queries"])
    shown = {p["cloudinaryPublicId"] for answer in answers for p in answer["results"]} - {None}
    assert shown <= set(picture_ids(log))
    for answer in answers:
        assert set(answer) == {"total", "page", "results", "suggestions"}
        assert len(answer["results"]) == min(LISTED_OF_RESULTS, answer["total"])
        assert len(answer["suggestions"]) == LISTED_OF_SUGGESTIONS
        assert not {p["cloudinaryPublicId"] for p in answer["suggestions"]} & set(picture_ids(log))


def test_one_stray_picture_for_each_page_of_results(file, log):
    answers = entries_to(log, "www.medirendezvous.example", "/api/recommended")
    strays = [json.loads(e["response"]["content"]["text"])["recommended"] for e in answers]
    assert len(strays) == len(TRUTH[file]["queries"])
    for stray, query in zip(strays, TRUTH[file]["queries"], strict=True):
        assert stray["specialty"] != query["specialty"]
        assert stray["city"] != query["city"]
        assert stray["cloudinaryPublicId"] in picture_ids(log)


def test_page_views_are_told_to_the_observers(file, log):
    pages = {f"https://www.medirendezvous.example{page}" for page in TRUTH[file]["pages"]}
    for host in {"www.google-analytics.com", "www.facebook.com"} & hosts_of(TRUTH[file]["visit"]):
        told = [q["value"] for e in entries_to(log, host) for q in e["request"]["queryString"] if q["name"] == "dl"]
        assert {told_page.replace("%3A", ":").replace("%2F", "/") for told_page in told} == pages
    posts = [e for e in entries_to(log, RECEIVES_PREFLIGHTS) if e["request"]["method"] == "POST"]
    assert len(posts) == len(TRUTH[file]["pages"])
    assert all('"DeliveryStreamName"' in e["request"]["postData"]["text"] for e in posts)


def test_identifier_is_carried_from_one_company_to_the_other(file, log):
    if "match.data-beta.example" not in hosts_of(TRUTH[file]["visit"]):
        assert not entries_to(log, "match.data-beta.example")
        assert not entries_to(log, "sync.regie-alpha.example")
        return
    carried = {q["value"] for e in entries_to(log, "match.data-beta.example")
               for q in e["request"]["queryString"] if q["name"] == "uid"}
    assert len(carried) == 1
    assert {e["response"]["status"] for e in entries_to(log, "sync.regie-alpha.example")} == {302}


# Before and after the choice


@pytest.fixture(params=sorted(file for file, truth in TRUTH.items() if "consent" in truth))
def asked(request):
    """Name one file after the other of those whose visitor was asked; with its log, its parts before and after the choice."""
    log = json.loads((FOLDER / request.param).read_text(encoding="utf-8"))["log"]
    (choice,) = entries_to(log, "www.medirendezvous.example", "/consent")
    at = choice["startedDateTime"]
    before, after = ([e for e in log["entries"] if keep(e["startedDateTime"])] for keep in (at.__gt__, at.__lt__))
    assert len(before) + len(after) == len(log["entries"]) - 1
    return request.param, choice, before, after


def test_choice_is_a_request_of_its_own(asked):
    file, choice, _, _ = asked
    told = json.loads(choice["request"]["postData"]["text"])
    assert choice["request"]["method"] == "POST"
    assert told["choice"] == TRUTH[file]["consent"]["choice"] == TRUTH[file]["visit"].removeprefix("consent-")
    assert set(told["purposes"].values()) == {told["choice"] == "accepted"}


def test_received_before_and_after_the_choice_are_those_of_the_server(asked):
    file, _, before, after = asked
    truth, exporter = TRUTH[file]["consent"], TRUTH[file]["exporter"]["id"]
    for part, received in ((before, truth["received_before"]), (after, truth["received_after"])):
        asked_of_server = Counter(urlsplit(e["request"]["url"]).netloc for e in part if not from_cache(e, exporter))
        if exporter == "playwright":
            asked_of_server[RECEIVES_PREFLIGHTS] += 1
        assert asked_of_server == received
    whole = Counter(truth["received_before"]) + Counter(truth["received_after"]) + Counter({"www.medirendezvous.example": 1})
    assert whole == TRUTH[file]["received"]


def analytics(entries):
    """Return what the analytics service was told, as dicts, in the order of time."""
    told = [e for e in entries if urlsplit(e["request"]["url"]).netloc == "www.google-analytics.com"]
    return [dict(parse_qsl(urlsplit(e["request"]["url"]).query)) for e in sorted(told, key=lambda e: e["startedDateTime"])]


def test_analytics_is_told_the_page_before_the_choice_and_without_a_kept_identifier(asked):
    file, _, before, after = asked
    (first,), later = analytics(before), analytics(after)
    assert (first["gcs"], first["dl"]) == ("G100", f"https://www.medirendezvous.example{TRUTH[file]['pages'][0]}")
    assert "sid" not in first
    granted = TRUTH[file]["consent"]["choice"] == "accepted"
    assert [told["gcs"] for told in later] == (["G111"] * 2 if granted else ["G100"])
    assert first["cid"] not in {told["cid"] for told in later}
    assert len({told["cid"] for told in later}) == 1
    cookies = " ".join(value for e in [*before, *after] for value in header(e["request"], "cookie"))
    if TRUTH[file]["exporter"]["id"] != "chrome-sanitized":
        assert ("_ga=" in cookies) == ("_fbp=" in cookies) == granted
        assert "ssid=" in cookies
        assert "accord_token=" in cookies


def test_advertising_waits_for_acceptance_and_the_site_s_own_stream_for_nothing(asked):
    file, _, before, after = asked
    advertising = set(samples_module("site.hosts").ONCE_ACCEPTED)
    asked_before, asked_after = ({urlsplit(e["request"]["url"]).netloc for e in part} for part in (before, after))
    assert not asked_before & advertising
    assert asked_after & advertising == (advertising if TRUTH[file]["consent"]["choice"] == "accepted" else set())
    assert {"res.cloudinary.com", RECEIVES_PREFLIGHTS, "www.google-analytics.com", "cmp.accord-gamma.example"} <= asked_before & asked_after


def test_event_stream_recognises_the_browser_across_a_refusal(asked):
    file, _, before, after = asked
    records = [json.loads(b64decode(record["Data"])) for part in (before, after) for e in part
               if urlsplit(e["request"]["url"]).netloc == RECEIVES_PREFLIGHTS and e["request"]["method"] == "POST"
               for record in json.loads(e["request"]["postData"]["text"])["Records"]]
    assert [record["consent"] for record in records] == ["none", TRUTH[file]["consent"]["choice"]]
    assert len({record["ssid"] for record in records}) == 1
    assert [urlsplit(record["page_url"]).path for record in records] == TRUTH[file]["pages"]


def test_site_without_a_banner_answers_the_bytes_that_the_older_recordings_hold():
    pages, directory = samples_module("site.pages"), samples_module("site.search").Directory()
    static = FOLDER / "site" / "static"
    served = {"/static/measure.js": "measure.js", "/static/cards.js": "cards.js", "/static/site.css": "site.css", "/gtag/js": "gtag.js"}
    for visit in sorted({truth["visit"] for truth in TRUTH.values() if "consent" not in truth}):
        log = json.loads((FOLDER / f"{visit}.chrome-sensitive.har").read_text(encoding="utf-8"))["log"]
        for entry in log["entries"]:
            path, text = urlsplit(entry["request"]["url"]).path, entry["response"]["content"].get("text")
            if path in served:
                assert text == (static / served[path]).read_text(encoding="utf-8")
            elif entry["response"]["content"]["mimeType"] == "text/html":
                assert text == pages.page_for(path, directory)


# What the README says of the exporters


def test_both_chrome_files_are_one_session():
    for visit in {truth["visit"] for truth in TRUTH.values()}:
        sanitized, sensitive = (
            json.loads((FOLDER / f"{visit}.chrome-{kind}.har").read_text(encoding="utf-8"))["log"]["entries"]
            for kind in ("sanitized", "sensitive")
        )
        for one, other in zip(sanitized, sensitive, strict=True):
            assert one["request"]["url"] == other["request"]["url"]
            assert one["startedDateTime"] == other["startedDateTime"]
            assert one["response"]["content"] == other["response"]["content"]
            assert header(one["request"], "referer") == header(other["request"], "referer")


def test_only_sanitized_files_have_no_cookie(file, log):
    cookies = sum(len(header(entry["request"], "cookie")) for entry in log["entries"])
    set_cookies = sum(len(header(entry["response"], "set-cookie")) for entry in log["entries"])
    if ROWS[file]["exporter"] == "chrome-sanitized":
        assert (cookies, set_cookies) == (0, 0)
    else:
        assert cookies > 0
        assert set_cookies > 0


def test_pages_are_named_as_each_exporter_does(file, log):
    expected = {"playwright": 1, "firefox": 1, "mitmproxy": 0}.get(ROWS[file]["exporter"], len(TRUTH[file]["pages"]))
    assert len(log.get("pages", [])) == expected


def test_referrer_that_the_image_service_reads(file, log):
    origin = "https://www.medirendezvous.example/"
    read = {value for e in entries_to(log, "res.cloudinary.com") for value in header(e["request"], "referer")}
    whole = TRUTH[file]["visit"] == "full-referrer" and ROWS[file]["exporter"] != "firefox"
    assert read == ({f"{origin}dermatologue/bordeaux"} if whole else {origin})


def test_some_cached_bodies_of_firefox_are_empty():
    logs = [json.loads((FOLDER / name).read_text(encoding="utf-8"))["log"] for name in ROWS if ".firefox." in name]
    cached = [e for log in logs for e in log["entries"] if from_cache(e, "firefox")]
    with_body = [bool(e["response"]["content"].get("text")) for e in cached]
    assert True in with_body
    assert False in with_body


def test_empty_bodies_are_cached_ones(file, log):
    empty = [e["request"]["url"] for e in log["entries"]
             if e["response"]["status"] == 200 and e["request"]["method"] != "OPTIONS"
             and not e["response"]["content"].get("text")]
    if ROWS[file]["exporter"] != "firefox":
        assert empty == []
    assert {urlsplit(url).netloc for url in empty} <= MAY_BE_CACHED
    assert len(empty) <= sum(from_cache(entry, ROWS[file]["exporter"]) for entry in log["entries"])


def from_cache(entry, exporter):
    """Say whether an entry bears the mark that the README gives to cached ones."""
    return {
        "chrome-sanitized": "_fromCache" in entry,
        "chrome-sensitive": "_fromCache" in entry,
        "playwright": entry["response"]["bodySize"] < 0,
        "firefox": "serverIPAddress" not in entry,
        "mitmproxy": False,
    }[exporter]


def test_cached_entries_are_marked(file, log):
    marked = Counter(urlsplit(entry["request"]["url"]).netloc for entry in log["entries"]
                     if from_cache(entry, ROWS[file]["exporter"]))
    assert marked == {host: n for host, n in counts(ROWS[file]["HAR differs"]).items() if n > 0}


def test_recorded_on_loopback_over_http_1(log):
    assert {entry.get("serverIPAddress", "127.0.0.1") for entry in log["entries"]} == {"127.0.0.1"}
    versions = {message["httpVersion"].upper() for e in log["entries"] for message in (e["request"], e["response"])}
    assert versions == {"HTTP/1.1"}


def test_user_agent_of_chromium_says_headless(file, log):
    agents = {value for e in log["entries"] for value in header(e["request"], "user-agent")}
    headless = all("HeadlessChrome" in agent for agent in agents)
    assert headless == (ROWS[file]["exporter"] != "firefox")


# The directory


def test_directory_is_generated_again_with_the_same_bytes():
    directory = samples_module("site.directory")
    assert directory.practitioners_csv().encode() == directory.CSV_PATH.read_bytes()


def test_brest_cannot_be_told_apart():
    rows = samples_module("site.directory").read_practitioners()

    def people(specialty):
        return {(r.asset_id, r.practitioner) for r in rows if (r.specialty, r.city) == (specialty, "brest")}

    assert people("sage-femme") == people("echographiste")
    assert len(people("sage-femme")) == 8
    elsewhere = {s: {r.practitioner for r in rows if r.specialty == s and r.city != "brest"}
                 for s in ("sage-femme", "echographiste")}
    assert all(elsewhere.values())
    assert not elsewhere["sage-femme"] & elsewhere["echographiste"]


@pytest.mark.parametrize(
    ("specialty", "city", "least"),
    [
        ("oncologue", "paris", 11),
        ("dentiste", "lyon", 15),
        ("psychiatre", "nantes", 8),
        ("gynecologue", "lille", 8),
        ("dermatologue", "bordeaux", 8),
        ("oncologue", "tours", 9),
        ("psychiatre", "angers", 8),
    ],
)
def test_searched_classes_have_enough_pictures(specialty, city, least):
    rows = samples_module("site.directory").read_practitioners()
    assert sum(bool(r.asset_id) for r in rows if (r.specialty, r.city) == (specialty, city)) >= least


def test_pictures_name_one_person_each():
    rows = samples_module("site.directory").read_practitioners()
    owners = {(r.asset_id, r.practitioner) for r in rows if r.asset_id}
    assert len({asset for asset, _ in owners}) == len(owners)
    assert all(re.fullmatch(r"[a-z0-9]{20}", asset) for asset, _ in owners)
    assert len({r.practitioner.split(" ", 1)[1] for r in rows}) == len({r.practitioner for r in rows})


# The dressed one


def test_the_dressed_sample_is_the_recording_with_two_fields_of_two_hosts_changed():
    dresser = samples_module("dressed.__main__")
    recorded, written = json.loads(dresser.RECORDED.read_text(encoding="utf-8")), dresser.WRITTEN.read_text(encoding="utf-8")
    assert json.loads(written) == dresser.dressed(recorded)
    changed = {(urlsplit(one["request"]["url"]).hostname, member) for one, two in zip(recorded["log"]["entries"], json.loads(written)["log"]["entries"], strict=True)
               for member in one if one[member] != two[member]}
    assert {host for host, _ in changed} == set(dresser.DRESSES) and {member for _, member in changed} == {"serverIPAddress", "_serverPort", "_securityDetails"}
    readme = (FOLDER / "dressed" / "README.md").read_text(encoding="utf-8")
    assert all(part in readme for dress in dresser.DRESSES.items() for part in (dress[0], *dress[1]))
