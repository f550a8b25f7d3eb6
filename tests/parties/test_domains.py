"""Is the registrable domain of a host that which the Public Suffix List says?"""

import re
from pathlib import Path

import pandas as pd
import pytest

from hartools.parties.domains import ascii_host, operator_domain, operator_domains_of, registrable_domain, sites_of, suffix_list_date

VECTORS = re.findall(
    r"^checkPublicSuffix\((?:null|'(.+?)'), (?:null|'(.+?)')\);$",
    (Path(__file__).parent / "psl_test_vectors.txt").read_text(encoding="utf-8"),
    re.M,
)
NAMED = [pytest.param(host, domain, id=ascii_host(host)) for host, domain in VECTORS if host]


def as_the_vectors_say_it(host, domain):
    """Turn null into the host itself: for us a public suffix, or what is no name, is its own site."""
    return domain or host.lower()


def test_the_vectors_are_all_there():
    # one for each line of the published file that is not a comment; "null" in and out is the unknown host
    assert len(VECTORS) == 78
    assert VECTORS[0] == ("", "") and sites_of(pd.Series([None], dtype="object")).isna().all()


@pytest.mark.parametrize(("host", "domain"), NAMED)
def test_the_lists_own_vectors_hold(host, domain):
    assert registrable_domain(host) == as_the_vectors_say_it(host, domain)


@pytest.mark.parametrize(("host", "domain"), NAMED)
def test_a_whole_column_agrees_with_its_single_hosts_and_is_ascii(host, domain):
    assert sites_of(pd.Series([host, None, host])).fillna("").tolist() == [ascii_host(as_the_vectors_say_it(host, domain)), "", ascii_host(as_the_vectors_say_it(host, domain))]


@pytest.mark.parametrize(("host", "domain"), NAMED)
def test_the_operator_is_the_same_but_for_private_suffixes(host, domain):
    # uk.com is the only private suffix among the vectors
    expected = "uk.com" if host.endswith("uk.com") else as_the_vectors_say_it(host, domain)
    assert operator_domain(host) == expected


@pytest.mark.parametrize(("host", "site", "operator"), [
    ("d111.cloudfront.net", "d111.cloudfront.net", "cloudfront.net"),
    ("cloudfront.net", "cloudfront.net", "cloudfront.net"),
    ("bucket.s3.amazonaws.com", "bucket.s3.amazonaws.com", "amazonaws.com"),
    ("a.b.x.github.io", "x.github.io", "github.io"),
    ("x.azureedge.net", "x.azureedge.net", "azureedge.net"),
    ("x.pages.dev", "x.pages.dev", "pages.dev"),
    ("res.cloudinary.com", "cloudinary.com", "cloudinary.com"),
    ("a.b.co.uk.", "b.co.uk", "b.co.uk"),
])  # fmt: skip
def test_site_and_operator(host, site, operator):
    assert (registrable_domain(host), operator_domain(host)) == (site, operator)
    assert (sites_of(pd.Series([host])).item(), operator_domains_of(pd.Series([host])).item()) == (site, operator)


# What is no name below a public suffix is its own site, in one way of writing.
@pytest.mark.parametrize(("host", "itself"), [
    ("127.0.0.1", "127.0.0.1"), ("[2606:4700::1]", "2606:4700::1"), ("2606:4700:0:0:0:0:0:1", "2606:4700::1"), ("2606:4700::ABCD", "2606:4700::abcd"),
    ("fe80::1%eth0", "fe80::1"), ("[fe80::1%25eth0]", "fe80::1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("[::ffff:c000:201]", "192.0.2.1"),
    ("::1", "::1"), ("1:2:3", "1:2:3"),
    # ends in a number, so is an IPv4 address or nothing: never the site "0.1"
    ("127.1", "127.1"), ("10.0.1", "10.0.1"), ("0x7f.0.0.0x1", "0x7f.0.0.0x1"), ("2130706433", "2130706433"), ("192.168.0.1.", "192.168.0.1"), ("1.2.3.4.5", "1.2.3.4.5"),
    ("localhost", "localhost"), ("LOCALHOST.", "localhost"), ("intranet", "intranet"), ("com", "com"), ("co.uk", "co.uk"), ("github.io", "github.io"),
    ("", ""), (".", ""), ("a..example", "a..example"),
])  # fmt: skip
def test_addresses_and_single_labels_are_their_own_site(host, itself):
    assert registrable_domain(host) == operator_domain(host) == itself


@pytest.mark.parametrize(("host", "site"), [
    # no rule of the list names these top-level domains: its default rule "*" does
    ("www.clinic.example", "clinic.example"), ("a.b.test", "b.test"), ("printer.office.local", "office.local"), ("clinic.local", "clinic.local"), ("x.y.internal", "y.internal"),
    ("foo.localhost", "foo.localhost"), ("WWW.Doctor.Example", "doctor.example"), ("_dmarc.doctor.example", "doctor.example"), ("a_b.c_d.com", "c_d.com"), ("4.doctor.example", "doctor.example"),
    ("www.münchen.de", "münchen.de"), ("www.xn--mnchen-3ya.de", "xn--mnchen-3ya.de"), ("WWW.MÜNCHEN.DE", "münchen.de"), ("www.mu\u0308nchen.de", "münchen.de"),
    ("www。食狮。com。cn", "食狮.com.cn"),
])  # fmt: skip
def test_names(host, site):
    assert registrable_domain(host) == site


@pytest.mark.parametrize(("unicode", "punycode"), [
    ("münchen.de", "xn--mnchen-3ya.de"), ("食狮.公司.cn", "xn--85x722f.xn--55qx5d.cn"), ("faß.de", "xn--fa-hia.de"), ("ＤＯＣＴＯＲ.example", "doctor.example"),
])  # fmt: skip
def test_both_ways_of_writing_a_name_are_one_site(unicode, punycode):
    assert sites_of(pd.Series([f"www.{unicode}", f"www.{punycode}"])).tolist() == [punycode, punycode]
    assert operator_domains_of(pd.Series([f"www.{unicode}", f"www.{punycode}"])).tolist() == [punycode, punycode]


def test_a_column_keeps_its_index_and_its_unknowns():
    hosts = pd.Series(["a.doctor.example", None, "", "a.doctor.example"], index=[7, 3, 5, 1])
    sites = sites_of(hosts)
    assert sites.index.tolist() == [7, 3, 5, 1]
    assert sites.isna().tolist() == [False, True, True, False] and sites[1] == "doctor.example"
    assert hosts.tolist()[2] == ""  # the caller's own is not changed
    assert len(sites_of(pd.Series([], dtype="object"))) == 0


@pytest.mark.parametrize("host", ["é" * 100_000 + ".example", "a." * 50_000 + "example", "." * 100_000, "1" * 100_000, ":" * 100_000, "xn--" + "9" * 1000 + ".de"])
def test_a_hostile_name_is_only_a_name(host):
    assert isinstance(registrable_domain(host), str)
    assert len(sites_of(pd.Series([host]))) == 1


def test_the_list_is_dated():
    assert re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", suffix_list_date())
