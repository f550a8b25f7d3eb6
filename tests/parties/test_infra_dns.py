"""Are DNS answers read in whatever way the reader kept them, and what is none refused?"""

import json

import pandas as pd
import pytest

from hartools.errors import ReferenceDataError
from hartools.parties.infrastructure import read_dns_answers

DIG = """
; <<>> DiG 9.18.1 <<>> media.clinic.example
;; global options: +cmd
;; Got answer:
;; QUESTION SECTION:
;media.clinic.example.\t\tIN\tA

;; ANSWER SECTION:
media.clinic.example.\t300\tIN\tCNAME\td111.cloudfront.net.
d111.cloudfront.net.\t60\tIN\tA\t108.138.246.76
d111.cloudfront.net.\t60\tIN\tAAAA\t2600:9000:2000::1

;; Query time: 12 msec
;; WHEN: Tue Mar 09 10:00:00 UTC 2021
;; MSG SIZE  rcvd: 120
"""
DOH = {"Status": 0, "Question": [{"name": "media.clinic.example.", "type": 1}],
       "Answer": [{"name": "media.clinic.example.", "type": 5, "TTL": 300, "data": "D111.cloudfront.net."}, {"name": "d111.cloudfront.net.", "type": 1, "TTL": 60, "data": "108.138.246.76"},
                  {"name": "d111.cloudfront.net.", "type": 46, "data": "signature"}]}  # fmt: skip
CSV = "host,type,value,time\nmedia.clinic.example,CNAME,d111.cloudfront.net,2021-03-09T10:00:00Z\nd111.cloudfront.net,A,108.138.246.76,\n"
EXPECTED = [("media.clinic.example", "CNAME", "d111.cloudfront.net"), ("d111.cloudfront.net", "A", "108.138.246.76")]


def read(tmp_path, text, name="answers"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_dns_answers(path)


def records(table):
    return list(table[["host", "type", "value"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(DOH), json.dumps([DOH]), json.dumps(DOH) + "\n" + json.dumps(DOH), "\ufeff" + json.dumps(DOH), CSV, CSV.replace(",", "\t"), CSV.replace("host,", "Host,"),
        "media.clinic.example. 300 IN CNAME d111.cloudfront.net.\nd111.cloudfront.net. 60 IN A 108.138.246.76\n", "media.clinic.example CNAME d111.cloudfront.net.\nd111.cloudfront.net A 108.138.246.76",
    ],
)  # fmt: skip
def test_answers_are_read_in_all_their_shapes(tmp_path, text):
    assert records(read(tmp_path, text)) == EXPECTED


def test_the_time_of_asking_is_kept_where_it_is_written(tmp_path):
    table = read(tmp_path, DIG)
    assert records(table)[:2] == EXPECTED and len(table) == 3
    assert table["time"][0] == pd.Timestamp("2021-03-09 10:00", tz="UTC")
    assert read(tmp_path, CSV)["time"].isna().tolist() == [False, True]
    assert read(tmp_path, DIG.replace("UTC", "CEST"))["time"].isna().all()  # a zone that would have to be guessed


def test_several_answers_of_dig_keep_their_own_times(tmp_path):
    table = read(tmp_path, DIG + DIG.replace("media", "smetrics").replace("09 10", "10 11"))
    assert table[table.host == "smetrics.clinic.example"]["time"].iloc[0] == pd.Timestamp("2021-03-10 11:00", tz="UTC")


@pytest.mark.parametrize("text", ["", "hello", "{}", "[1, 2, {}]", '{"Answer": [{"name": 5}]}', "{" * 100_000, "host,type,value\n", "<html>404</html>", '{"log": {"entries": []}}', "a,b\n1,2\n", "\x00\x01"])
def test_what_is_no_answer_is_refused_with_what_would_do(tmp_path, text):
    with pytest.raises(ReferenceDataError, match="answers: no DNS record.*dig"):
        read(tmp_path, text)


def test_what_is_too_large_is_refused(tmp_path):
    path = tmp_path / "answers"
    with path.open("wb") as stream:
        stream.truncate((16 << 20) + 1)
    with pytest.raises(ReferenceDataError, match="more than 16 MB"):
        read_dns_answers(path)


def test_hostile_names_and_values_are_bounded(tmp_path):
    table = read(tmp_path, CSV + "<script>,CNAME,x\n" + "h.example,CNAME,v." + "v" * 10_000 + "\n")
    assert "<script>" not in table.host.tolist() and table["value"].str.len().max() == 255


@pytest.mark.parametrize("prose", ["Treat a HAR like a password", "a.example. 60 IN A nowhere", "b.example A 2001:db8::1", "A CNAME record is an alias"])
def test_prose_that_looks_like_a_record_is_none(prose, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text(prose)
    with pytest.raises(ReferenceDataError):
        read_dns_answers(path)
