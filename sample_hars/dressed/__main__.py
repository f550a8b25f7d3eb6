"""What would the sample hold, had the site's answers come over the open network?

`python -m sample_hars.dressed`, from the folder above, writes the same bytes again. A recording on
loopback names 127.0.0.1 and a throw-away certificate for every host; here two hosts are given what a
capture of a site behind Cloudflare holds. Nothing else of the recording is touched.
"""

import json
from pathlib import Path

__all__ = ["DRESSES", "dressed"]

HERE = Path(__file__).parent
RECORDED = HERE.parent / "oncologue-paris.playwright.har"
WRITTEN = HERE / "behind-cloudflare.har"

# Host -> address and certificate. The first is of a range that Cloudflare publishes, under a
# certificate in the site's own name from another authority; the second of one of Amazon's, likewise.
DRESSES = {
    "www.medirendezvous.example": ("104.18.26.156", "*.medirendezvous.example", "DigiCert TLS RSA SHA256 2020 CA1"),
    "events-data.medirendezvous.example": ("52.95.110.1", "events-data.medirendezvous.example", "Amazon RSA 2048 M02"),
}


def dressed(har: dict) -> dict:
    """Return a copy in which the answers of the dressed hosts have an address and a certificate."""
    har = json.loads(json.dumps(har))
    har["log"]["comment"] = f"Dressed: serverIPAddress and _securityDetails of {', '.join(DRESSES)} were changed after recording; see README.md beside this file."
    for entry in har["log"]["entries"]:
        dress = DRESSES.get(entry["request"]["url"].split("/")[2])
        if dress and entry.get("serverIPAddress"):
            entry["serverIPAddress"], entry["_serverPort"] = dress[0], 443
            entry["_securityDetails"] = {"protocol": "TLS 1.3", "subjectName": dress[1], "issuer": dress[2], "validFrom": 1793491200, "validTo": 1827705599}
    return har


if __name__ == "__main__":
    WRITTEN.write_text(json.dumps(dressed(json.loads(RECORDED.read_text(encoding="utf-8"))), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
