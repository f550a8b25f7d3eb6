"""What did telemetry say, in the words of each vendor?

A vendor is a file in `vendors/`: how its requests are recognised by host, path and shape of
parameters, where each field stands, why, and from which source. The engine is small: `recognise`
says whose a request is, `places` follows paths through every layer, `readers` holds the few
grammars that no path can reach, `personal` tells hashes from placeholders, `record` makes the
records and `table` the tables. `docs/telemetry.md` is made from the files by `page`.
"""

from hartools.payloads.telemetry.one import decode_request
from hartools.payloads.telemetry.page import vendors_page
from hartools.payloads.telemetry.recognise import recognise
from hartools.payloads.telemetry.record import NOT_RECORDED, records_of
from hartools.payloads.telemetry.sent import Sent
from hartools.payloads.telemetry.table import telemetry_events, telemetry_vendors
from hartools.payloads.telemetry.vendor_files import read_vendors

__all__ = ["NOT_RECORDED", "Sent", "decode_request", "read_vendors", "recognise", "records_of", "telemetry_events", "telemetry_vendors", "vendors_page"]
