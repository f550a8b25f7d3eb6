"""Which addresses does a provider say are its own?"""

import ipaddress

from hartools.parties.imported.formats.found import RANGES, Found, day_in, items, members, table_of, text

__all__ = ["read_network_list", "read_published_ranges"]

# By which networks Cloudflare's bare lists are known: www.cloudflare.com/ips-v4 and ips-v6.
CLOUDFLARE = {"173.245.48.0/20", "103.21.244.0/22", "2400:cb00::/32", "2606:4700::/32"}

# So many lines are looked at before a text is taken for a list of networks.
SAMPLE = 50


def read_published_ranges(document: object) -> Found | None:
    """Read what AWS, Google, Azure, Fastly or Cloudflare publish as JSON; None for something else.

    Notes
    -----
    AWS ``ip-ranges.json`` (prefixes, ipv6_prefixes, syncToken, createDate), Google ``cloud.json`` and ``goog.json``
    (prefixes with ipv4Prefix or ipv6Prefix, creationTime), Azure ``ServiceTags_Public`` (values, properties,
    addressPrefixes, changeNumber), Fastly ``public-ip-list`` (addresses, ipv6_addresses), Cloudflare's API (result).
    """
    if not isinstance(document, dict):
        return None
    prefixes = [each for each in items(document.get("prefixes")) if isinstance(each, dict)]
    if prefixes and ("ip_prefix" in prefixes[0] or "createDate" in document):
        return _amazon(document, prefixes)
    if prefixes and ("ipv4Prefix" in prefixes[0] or "ipv6Prefix" in prefixes[0]):
        return _google(document, prefixes)
    if "changeNumber" in document and isinstance(document.get("values"), list):
        return _azure(document)
    if isinstance(document.get("addresses"), list) and isinstance(document.get("ipv6_addresses"), list):
        return _found("Fastly public-ip-list", "Fastly", [(each, "Fastly", None, None) for each in [*document["addresses"], *document["ipv6_addresses"]]])
    result = document.get("result")
    if isinstance(result, dict) and isinstance(result.get("ipv4_cidrs"), list):
        return _found("Cloudflare IPs", "Cloudflare", [(each, "Cloudflare", None, None) for each in [*result["ipv4_cidrs"], *items(result.get("ipv6_cidrs"))]])
    return None


def read_network_list(lines: list[str], *, name: str | None) -> Found | None:
    """Read a text with one network per line, such as Cloudflare's; None if it is something else.

    Whose they are does not stand in such a text: Cloudflare's are known by some that are always
    among them, others take the name that the reader gives.
    """
    written = [each for each in (line.partition("#")[0].strip() for line in lines) if each]
    if not written or any(_network(each) is None for each in written[:SAMPLE]):
        return None
    cloudflare = not CLOUDFLARE.isdisjoint(written)
    if not cloudflare and name is None:
        return None
    provider = "Cloudflare" if cloudflare else name
    return _found("Cloudflare IPs" if cloudflare else "list of networks", provider, [(each, provider, None, None) for each in written])


def _amazon(document: dict, prefixes: list[dict]) -> Found:
    six = [each for each in items(document.get("ipv6_prefixes")) if isinstance(each, dict)]
    rows = [(each.get("ip_prefix") or each.get("ipv6_prefix"), "Amazon Web Services", each.get("service"), each.get("region")) for each in [*prefixes, *six]]
    return _found("AWS ip-ranges", "Amazon Web Services", rows, version=_version(document.get("syncToken")), date=day_in(document.get("createDate")))


def _google(document: dict, prefixes: list[dict]) -> Found:
    # cloud.json names a service and a scope for each block, goog.json neither
    cloud = any("service" in each or "scope" in each for each in prefixes)
    provider = "Google Cloud" if cloud else "Google"
    rows = [(each.get("ipv4Prefix") or each.get("ipv6Prefix"), provider, each.get("service"), each.get("scope")) for each in prefixes]
    return _found(f"Google {'cloud' if cloud else 'goog'}.json", provider, rows, version=_version(document.get("syncToken")), date=day_in(document.get("creationTime")))


def _azure(document: dict) -> Found:
    rows = []
    for value in items(document.get("values")):
        about = dict(members(value))
        held = dict(members(about.get("properties")))
        rows += [(each, "Microsoft Azure", about.get("name"), held.get("region")) for each in items(held.get("addressPrefixes"))]
    return _found("Azure ServiceTags", "Microsoft Azure", rows, version=_version(document.get("changeNumber")))


def _found(format: str, name: str, rows: list[tuple], **more) -> Found:
    known = {(network, provider, text(service), text(region)): None for written, provider, service, region in rows if (network := _network(written))}
    return Found(format, RANGES, name, table_of(RANGES, list(known)), **more)


def _network(written: object) -> str | None:
    if not isinstance(written, str) or len(written) > 49:
        return None
    try:
        return str(ipaddress.ip_network(written.strip(), strict=False))
    except ValueError:
        return None


def _version(value: object) -> str | None:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18 else text(value, 40)
