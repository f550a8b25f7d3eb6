"""Does the command line answer as scripts expect: data on stdout, messages on stderr, 2 for unusable input?"""

import json
import subprocess
import sys

import pytest
from samples import DIRECTORY, FILES, IMAGE_HOST, QUERIES, SAMPLES

from hartools.cli import main
from hartools.columns import TABLES

SAMPLE = str(SAMPLES / "oncologue-paris.mitmproxy.har")


def test_findings_json_has_the_columns_of_the_table(capsys):
    for name in (name for name in FILES if name.startswith(("two-searches", "without-place"))):
        assert main(["findings", str(SAMPLES / name), "--observer", IMAGE_HOST, "--catalogue", str(DIRECTORY), "--json"]) == 0
        out, err = capsys.readouterr()
        rows = json.loads(out)
        assert not err and all(list(row) == [column.name for column in TABLES["findings"]] for row in rows)
        searches = [row for row in rows if row["topic"] == "search query"]
        assert [row["value"] for row in searches] == QUERIES[name]
        for row in searches:
            assert row["probability"] + sum(other["probability"] for other in row["alternatives"]) >= 0.99
            assert row["basis"] == "inferred" and row["entry_ids"] and row["strength"] is None


def test_findings_without_an_observer_cover_every_third_party(capsys):
    assert main(["findings", SAMPLE, "--json"]) == 0
    observers = {row["observer"] for row in json.loads(capsys.readouterr().out)}
    assert {"third_party:cloudinary.com", "third_party:google-analytics.com", "third_party:facebook.com"} <= observers


def test_findings_and_summary_in_words(capsys):
    assert main(["findings", SAMPLE, "--catalogue", str(DIRECTORY)]) == 0
    assert "could infer a search for specialty oncologue, city paris" in capsys.readouterr().out
    assert main(["summary", SAMPLE]) == 0
    assert "cannot show pages" in capsys.readouterr().out
    assert main(["summary", SAMPLE, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["first_parties"] == ["medirendezvous.example"]


def test_check_says_what_is_wrong_and_exits_1_where_a_question_cannot_be_answered(capsys):
    assert main(["check", str(SAMPLES / "oncologue-paris.chrome-sanitized.har")]) == 1
    out, err = capsys.readouterr()
    first, second, *rest = out.splitlines()
    assert not err and first.startswith("stop  Q01  This looks like Chrome's sanitized export") and "how to re-record: " in second
    assert any(line.startswith("cookies: no. ") for line in rest) and any(line.startswith("not observable here: ") for line in rest)
    assert main(["check", SAMPLE]) == 0
    assert "stop" not in capsys.readouterr().out


def test_check_json_is_the_two_tables(capsys):
    assert main(["check", str(SAMPLES / "oncologue-paris.chrome-sanitized.har"), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert list(said) == ["checks", "observable"] and [row["check"] for row in said["checks"]] == [f"Q{number:02d}" for number in range(1, 19)]
    assert said["checks"][0]["result"] == "met" and len(said["checks"][0]["entry_ids"]) == 61
    assert said["checks"][14]["count"] is None  # not observable is no zero
    assert {row["metric"]: row["observable"] for row in said["observable"]}["cookies"] == "no"


def test_diagnose_also_answers_where_the_file_is_refused(tmp_path, capsys):
    bad = tmp_path / "secret-name.har"
    bad.write_text("<!doctype html>\x1b[31m<p>secret")
    assert main(["diagnose", str(bad)]) == 0
    out, err = capsys.readouterr()
    assert not err and "not read: NotAHarError" in out and "secret" not in out and "\x1b" not in out
    assert main(["diagnose", SAMPLE]) == 0
    out = capsys.readouterr().out
    assert "exporter: mitmproxy, version 11.0.2" in out and "oncologue" not in out and "cloudinary" not in out


@pytest.mark.parametrize("arguments", [
    ["summary", "no-such.har"], ["summary", "."], ["findings", "{bad}"], ["report", "{bad}", "-o", "{out}"], ["report", SAMPLE, "-o", "no/such/folder/x.html"],
    ["check", "no-such.har"], ["check", "{bad}", "--json"], ["diagnose", "no-such.har"], ["diagnose", "."],
    ["findings", SAMPLE, "--observer", "third_party:nobody.example"], ["findings", SAMPLE, "--observer", "nonsense"], ["findings", SAMPLE, "--catalogue", "{bad}"],
])  # fmt: skip
def test_unusable_input_is_one_clear_line_and_exit_2(arguments, tmp_path, capsys):
    bad = tmp_path / "bad.har"
    bad.write_text("<!doctype html>\x1b[31m<p>saved as a page")
    given = [word.format(bad=bad, out=tmp_path / "x.html") for word in arguments]
    assert main(given) == 2
    out, err = capsys.readouterr()
    assert not out and err.startswith("hartools: ") and err.count("\n") == 1 and "\x1b" not in err
    assert not (tmp_path / "x.html").exists()


def test_a_report_is_written_and_standard_input_is_read(tmp_path):
    page = tmp_path / "page with spaces.html"
    with open(SAMPLE, "rb") as stream:
        done = subprocess.run([sys.executable, "-m", "hartools.cli", "report", "-", "-o", str(page)], stdin=stream, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stdout and "wrote" in done.stderr and page.stat().st_size > 50_000


DRESSED = str(SAMPLES / "dressed" / "behind-cloudflare.har")


def test_infrastructure_in_words_and_as_json_and_a_dns_answer_turns_assumed_into_observed(capsys):
    assert main(["infrastructure", DRESSED]) == 0
    out, err = capsys.readouterr()
    assert not err and "www.medirendezvous.example  ended the browser's TLS:  Cloudflare  [derived, certain]" in out and "None" not in out
    bases = []
    for words in ([], ["--dns", str(SAMPLES / "dressed" / "dns-answers.txt")]):
        assert main(["infrastructure", DRESSED, "--json", *words]) == 0
        bases += [row["basis"] for row in json.loads(capsys.readouterr().out) if row["conclusion"] == "stands behind a first-party name"]
    assert bases == ["assumed", "observed"]


def test_jurisdiction_is_as_of_a_day(capsys):
    said = []
    for words in ([], ["--on", "2021-03-12"]):
        assert main(["jurisdiction", DRESSED, "--json", *words]) == 0
        said.append({row["law_then"] for row in json.loads(capsys.readouterr().out) if row["statute"] == "GDPR-V"})
    assert "no adequacy decision" in said[1].pop() and "Data Privacy Framework" in said[0].pop()
    assert main(["jurisdiction", DRESSED]) == 0
    assert "Conseil d'État" in capsys.readouterr().out


def test_a_graph_is_written_once_and_over_it_only_when_told(tmp_path, capsys):
    out = tmp_path / "graph.gexf"
    assert main(["graph", SAMPLE, "-o", str(out), "--level", "site"]) == 0
    first = out.read_bytes()
    assert main(["graph", SAMPLE, "-o", str(out)]) == 2
    assert "--force" in capsys.readouterr().err and out.read_bytes() == first
    assert main(["graph", SAMPLE, "-o", str(out), "--level", "site", "--force"]) == 0
    assert out.read_bytes() == first
    with pytest.raises(SystemExit) as ended:
        main(["graph", SAMPLE, "-o", str(tmp_path / "graph.xyz")])
    assert ended.value.code == 2


def test_a_list_that_was_imported_answers_only_when_asked_for(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HARTOOLS_DATA", str(tmp_path / "data"))
    entities = tmp_path / "entities.json"
    entities.write_text(json.dumps([{"name": "Regie Alpha", "company": "Regie Alpha SAS", "homepage": "https://regie-alpha.example", "category": "ad", "domains": ["*.regie-alpha.example"]}]))
    assert main(["data", "import", str(entities), "--name", "mine", "--version", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 1
    assert main(["data", "list"]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)] == ["mine"]
    pages = [tmp_path / "without.html", tmp_path / "with.html"]
    assert main(["report", SAMPLE, "-o", str(pages[0])]) == main(["report", SAMPLE, "-o", str(pages[1]), "--imported"]) == 0
    without, given = (page.read_text(encoding="utf-8") for page in pages)
    assert "Regie Alpha" not in without and "mine 1: listed by mine" in given
    assert main(["data", "forget", "mine"]) == 0 and main(["data", "forget", "mine"]) == 2
