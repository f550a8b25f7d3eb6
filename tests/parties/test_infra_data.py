"""Do the shipped facts about providers, networks and certificates hold together?"""

import ipaddress
import re

import pytest

from hartools.parties.infrastructure import providers_table
from hartools.parties.infrastructure.providers import LAYERS, PROVIDERS, domain_of, provider_named, read_data
from samples import ROOT

SIGNS = providers_table()
# The providers of the fingerprint table that this house started from.
WANTED = ["Akamai", "Amazon CloudFront", "Amazon S3", "Amazon Web Services", "Azure Front Door", "Baleen", "CDN77", "Cloudflare", "DataDome", "Dynatrace", "Edgio", "Fastly", "Fly.io", "Gcore", "GitHub",
          "Google", "Google Cloud", "HUMAN", "Heroku", "Imperva", "KeyCDN", "Kinsta", "Microsoft Azure", "Myra", "Netlify", "OVHcloud", "Pantheon", "Render", "Salesforce", "Scaleway", "Shopify",
          "Squarespace", "StackPath", "Sucuri", "Vercel", "WP Engine", "Wix", "bunny.net"]  # fmt: skip


def test_every_provider_of_the_base_table_is_known():
    assert set(WANTED) <= set(SIGNS.provider)


def test_columns_keep_to_their_words():
    assert set(SIGNS["where"]) == {"header", "cookie", "path", "body", "domain", "asn", "network"}
    assert set(SIGNS.shows) == {"id", "name", "hit", "made", "changed", "inserted", "pass", "last", "edge", "machine", "network", "runs on", "agent", "browser"}
    assert set(SIGNS.how_known) == {"read", "measured", "unverified"} and set(SIGNS.needs_own.dropna()) == {"yes"}
    assert set(SIGNS.kind) == set(LAYERS)
    assert not SIGNS[["provider", "organisation", "kind", "how_known", "meaning"]].isna().any(axis=None)


def test_a_provider_is_described_in_one_way_only():
    assert (SIGNS.groupby("provider")[["organisation", "kind"]].nunique() == 1).all(axis=None)
    assert not SIGNS.duplicated(["provider", "where", "name", "pattern", "shows"]).any()
    domains = SIGNS[SIGNS["where"] == "domain"].name
    assert domains.is_unique


def test_networks_used_are_those_of_known_providers():
    used = {name for known in PROVIDERS.values() for name in known.networks} - {"*"}
    assert used <= set(PROVIDERS)


@pytest.mark.parametrize("name", ["providers.tsv", "fronted_names.tsv", "certificates.tsv"])
def test_every_pattern_compiles_and_is_bounded(name):
    for pattern in read_data(name).pattern.dropna():
        re.compile(pattern)
        assert not re.search(r"\(\?[=!<]|\\[1-9]", pattern), "the patterns run in linear time: no look-around, no back-reference"


def test_ranges_are_networks_and_days():
    table = read_data("ranges.tsv")
    for written in table.network:
        ipaddress.ip_network(written)
    days = [*" ".join(table.as_of.dropna()).split(), *table.valid_from.dropna(), *table.valid_to.dropna()]
    assert all(re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", day) for day in days)
    assert set(table.how_known) == {"read", "unverified"} and set(table.provider) <= set(PROVIDERS)
    assert not table.duplicated(["network", "valid_from"]).any()
    text = (ROOT / "hartools" / "parties" / "data" / "ranges.tsv").read_text(encoding="utf-8")
    assert set(table.source) == set(re.findall(r"^# source ([^:]+):", text, re.M))


def test_domains_are_matched_at_labels_and_the_longest_wins():
    assert domain_of("x.cloudfront.net").provider == "Amazon CloudFront" and domain_of("xcloudfront.net") is None
    assert domain_of("a.elb.amazonaws.com").shows == "machine" and domain_of("sqs.eu-west-3.amazonaws.com").shows == "edge"


@pytest.mark.parametrize(
    ("written", "service", "provider"),
    [("AWS", "CLOUDFRONT", "Amazon CloudFront"), ("aws", "EC2", "Amazon Web Services"), ("AS54113", None, "Fastly"), ("AS20940 Akamai International B.V.", None, "Akamai"), ("gcp", None, "Google Cloud"),
     ("Azure", "AzureFrontDoor.Frontend", "Azure Front Door"), ("Azure", "AzureCloud.westeurope", "Microsoft Azure"), ("Cloudflare, Inc.", None, "Cloudflare"), ("Unheard Of", None, "Unheard Of"), ("", None, None)],
)  # fmt: skip
def test_other_tables_names_are_ours(written, service, provider):
    assert provider_named(written, service) == provider
