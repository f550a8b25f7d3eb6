"""What does pcap2har write its own way?

It reads captured packets: browser.name is a whole User-Agent, header names are lower case,
response may be null, time is -1.
"""

from hartools.reading.dialects.dialect import Dialect, named
from hartools.reading.dialects.mitmproxy import OMITS

__all__ = ["DIALECT"]

# 2026-11-23, pcap2har 0.1, andrewf/pcap2har sajal.pcap.har: Set-Cookie headers are joined by commas.
DIALECT = Dialect(name="pcap2har", recognises=named("pcap2har"), cookies_joined_by_comma=True, omits=OMITS)
