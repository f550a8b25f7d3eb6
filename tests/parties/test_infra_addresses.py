"""Whose address was it, by the list of that day?"""

import ipaddress
from datetime import date

import pandas as pd
import pytest

from hartools.errors import UnknownColumnError
from hartools.parties.infrastructure import provider_of_address


def whose(address, **options):
    """Return provider, network and day of the list of one address, unknown as None."""
    row = provider_of_address([address], **options).astype(object).iloc[0]
    return tuple(None if pd.isna(row[name]) else row[name] for name in ("provider", "network", "as_of"))


@pytest.mark.parametrize(
    ("address", "day", "provider"),
    [
        ("104.28.0.1", "2021-04-07", "Cloudflare"),  # 104.16.0.0/12
        ("104.28.0.1", "2021-04-08", None),
        ("104.24.0.1", "2021-04-07", "Cloudflare"),
        ("104.24.0.1", "2021-04-08", "Cloudflare"),  # 104.24.0.0/14
        ("199.27.135.255", "2017-06-30", "Cloudflare"),
        ("199.27.135.255", "2017-07-01", None),
        ("131.0.72.1", "2016-01-29", None),
        ("131.0.72.1", "2016-05-01", "Cloudflare"),
        ("2405:b500::1", "2023-01-01", None),
        ("2405:b500::1", "2024-01-01", "Cloudflare"),
    ],
)
def test_the_list_of_the_day_decides(address, day, provider):
    assert whose(address, on=day)[0] == provider


@pytest.mark.parametrize("day", ["2021-03-08", date(2021, 3, 8), pd.Timestamp("2021-03-08 10:00", tz="UTC")])
def test_a_day_may_be_written_in_several_ways(day):
    assert whose("104.28.3.4", on=day) == ("Cloudflare", "104.16.0.0/12", "2017-06-30")


def test_without_a_day_the_newest_list_answers():
    assert whose("104.18.26.156") == ("Cloudflare", "104.16.0.0/13", "2026-09-23")
    assert whose("104.28.3.4") == (None, None, None)


def test_cloudflare_is_known_by_its_whole_current_list():
    # www.cloudflare.com/ips-v4 and ips-v6 as of 2026-09-23
    four = ["173.245.48.0/20", "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "141.101.64.0/18", "108.162.192.0/18", "190.93.240.0/20", "188.114.96.0/20",
            "197.234.240.0/22", "198.41.128.0/17", "162.158.0.0/15", "104.16.0.0/13", "104.24.0.0/14", "172.64.0.0/13", "131.0.72.0/22"]  # fmt: skip
    six = ["2400:cb00::/32", "2606:4700::/32", "2803:f800::/32", "2405:b500::/32", "2405:8100::/32", "2a06:98c0::/29", "2c0f:f248::/32"]
    for written in four + six:
        network = ipaddress.ip_network(written)
        for address in (network[0], network[-1]):
            assert whose(str(address))[0] == "Cloudflare", written
        assert whose(str(network[0] - 1))[0] != "Cloudflare" or written in ("104.24.0.0/14",), written


@pytest.mark.parametrize(
    ("written", "reach", "provider"),
    [
        ("[2606:4700::1]", "public", "Cloudflare"), ("::ffff:104.18.26.156", "public", "Cloudflare"), ("127.0.0.1", "local", None), ("::1", "local", None), ("10.0.0.1", "local", None),
        ("172.16.0.1", "local", None), ("169.254.1.1", "local", None), ("100.64.0.1", "local", None), ("0.0.0.0", "local", None), ("224.0.0.1", "local", None), ("198.51.100.7", "documentation", None),
        ("2001:db8::1", "documentation", None), ("no.address.example", "none", None), ("", "none", None), (None, "none", None), ("91.239.200.59", "public", None),
    ],
)  # fmt: skip
def test_what_an_address_can_say_at_all(written, reach, provider):
    row = provider_of_address([written]).astype(object).iloc[0]
    assert (row.reach, None if pd.isna(row.provider) else row.provider) == (reach, provider)


def test_one_row_per_address_in_order_repeats_included():
    table = provider_of_address(["104.18.1.1", None, "104.18.1.1", "151.101.1.67"])
    assert table.provider.fillna("").tolist() == ["Cloudflare", "", "Cloudflare", "Fastly"]
    assert len(provider_of_address([])) == 0


def test_the_narrowest_network_answers():
    assert whose("3.5.140.1")[:2] == ("Amazon Web Services", "3.5.128.0/19")
    assert whose("13.32.0.1")[0] == "Amazon CloudFront" and whose("13.36.0.1")[0] == "Amazon Web Services"


def test_a_network_known_from_general_knowledge_says_so():
    row = provider_of_address(["13.107.246.10"]).iloc[0]
    assert (row.provider, row.how_known) == ("Azure Front Door", "unverified") and "autonomous systems" in row.note


@pytest.mark.parametrize(("day", "stale"), [("2025-04-28", False), ("2016-11-18", True)])
def test_a_list_far_from_the_capture_says_so(day, stale):
    note = provider_of_address(["108.138.246.76"], on=day).note
    assert note.notna()[0] == stale and (not stale or "2016-11-18" in note[0])


def imported(*rows):
    return pd.DataFrame(rows, columns=["network", "provider", "service", "region", "as_of", "name"])


def test_what_the_reader_imported_answers_before_ours_and_is_named():
    ranges = imported(("20.237.33.0/24", "azure", "AzureFrontDoor.Frontend", None, "2025-04-21", "ServiceTags_Public"), ("91.239.200.0/22", "AS64500 Example Networks", None, None, None, None))
    assert whose("20.237.33.243", ranges=ranges) == ("Azure Front Door", "20.237.33.0/24", "2025-04-21")
    row = provider_of_address(["91.239.200.59"], ranges=ranges).iloc[0]
    assert (row.provider, row.organisation, row.how_known, row.source) == ("AS64500 Example Networks", "AS64500 Example Networks", "imported", "a table that the reader imported")
    assert whose("104.18.1.1", ranges=ranges)[0] == "Cloudflare"  # what the table lacks, ours answers


def test_of_aws_and_azure_the_service_is_preferred_to_the_superset():
    ranges = imported(("150.171.9.0/24", "Microsoft Azure", "AzureFrontDoor.Frontend", None, "2025-04-21", "ServiceTags"), ("150.171.9.0/24", "Microsoft Azure", "AzureCloud.westeurope", None, "2025-04-21", "ServiceTags"))
    assert whose("150.171.9.1", ranges=ranges)[0] == "Azure Front Door"
    ranges = imported(("198.18.0.0/24", "aws", "EC2", "eu-west-3", "2025-04-01", "ip-ranges.json"), ("63.40.0.0/14", "aws", "S3", "eu-west-3", "2025-04-01", "ip-ranges.json"),
                      ("63.40.0.0/14", "aws", "AMAZON", "eu-west-3", "2025-04-01", "ip-ranges.json"))  # fmt: skip
    row = provider_of_address(["63.40.1.1"], ranges=ranges).iloc[0]
    assert (row.provider, row.service, row.region) == ("Amazon S3", "S3", "eu-west-3")


def test_an_autonomous_system_does_not_blur_a_service_that_we_know():
    ranges = imported(("108.138.246.0/24", "AS16509", None, None, "2025-04-01", "asn"), ("23.67.32.0/20", "AS20940", None, None, "2025-04-01", "asn"))
    assert whose("108.138.246.76", ranges=ranges)[0] == "Amazon CloudFront"
    assert whose("23.67.33.31", ranges=ranges)[:2] == ("Akamai", "23.67.32.0/20")


@pytest.mark.parametrize("bad", ["300.1.1.0/24", "1.2.3.0/33", "nonsense", "", None, "2001:db8::/200", "1.2.3", "1.2.3.4/8/8"])
def test_what_is_no_network_is_left_out(bad):
    ranges = imported((bad, "Nobody", None, None, None, None), ("91.239.200.59", "Somebody", None, None, None, None))
    assert whose("91.239.200.59", ranges=ranges)[:2] == ("Somebody", "91.239.200.59")


def test_a_table_without_networks_is_refused():
    with pytest.raises(UnknownColumnError, match="network"):
        provider_of_address(["104.18.1.1"], ranges=pd.DataFrame({"provider": ["x"]}))
