"""In what words is a conclusion said, what else could explain it, and who could settle it?"""

from hartools.masking import mask_text

__all__ = ["GRADES", "IN_CLEAR", "EARLIER", "TLS", "CERTIFICATE", "FRONTED", "alternative", "claim", "settles", "shown"]

IN_CLEAR = "handled this exchange in clear"
EARLIER = "handled an earlier exchange in clear"
TLS = "ended the browser's TLS"
CERTIFICATE = "obtained the certificate"
FRONTED = "stands behind a first-party name"

GRADES = {
    "E5": "the edge made or changed what was answered",
    "E4": "a header of the party, and an address in its network",
    "E3": "a header of the party; the address is another's or not known",
    "E2": "an address in the party's network, and nothing else",
    "E1": "a name, and nothing else",
}

# Longer names are cut in sentences; a host name has 253 characters at most (RFC 1035).
LONGEST = 120


def shown(text: str) -> str:
    """Show a text from the capture in a sentence: bounded, masked, without control characters.

    Examples
    --------
    >>> shown("a\\x00b.example")
    'a?b.example'
    """
    plain = "".join(letter if letter.isprintable() else "?" for letter in text[: LONGEST + 1])
    return mask_text(plain[:LONGEST] + "…" if len(plain) > LONGEST else plain)


def claim(conclusion: str, party: str | None, host: str, strength: str | None) -> str:
    """Say a conclusion in one neutral sentence.

    Examples
    --------
    >>> claim(TLS, "Cloudflare", "clinic.example", "very likely")
    "Cloudflare could have ended the browser's TLS to clinic.example (very likely), and so could read request and answer there."
    """
    host = shown(host)
    if party is None:
        return {
            IN_CLEAR: f"Who handled the exchanges with {host} in clear cannot be told from this capture.",
            TLS: f"Who ended the browser's TLS to {host} cannot be told from this capture.",
            FRONTED: f"Somebody else's machine could stand behind {host} ({strength}).",
        }[conclusion]
    return {
        IN_CLEAR: f"{party} could read request and answer of exchanges with {host} ({strength}).",
        EARLIER: f"{party} could read an earlier exchange with {host}, whose answer a cache repeated ({strength}).",
        TLS: f"{party} could have ended the browser's TLS to {host} ({strength}), and so could read request and answer there.",
        CERTIFICATE: f"{party} could hold the key of the certificate that {host} showed ({strength}).",
        FRONTED: f"A machine of {party} could stand behind {host} ({strength}).",
    }[conclusion]


def settles(conclusion: str) -> str:
    """Say who could settle what no capture can.

    Examples
    --------
    >>> "processor contract" in settles(IN_CLEAR)
    True
    """
    return {
        IN_CLEAR: "the site's processor contract, an access request (GDPR art. 15), an enquiry by the data-protection authority",
        EARLIER: "the site's processor contract, an enquiry by the data-protection authority",
        TLS: "an enquiry by the data-protection authority into who ends TLS and holds the keys, the site's processor contract, a dated table of autonomous systems for the address",
        CERTIFICATE: "Certificate Transparency for who asked for which certificate and when, an enquiry by the data-protection authority for who holds the key",
        FRONTED: "a DNS answer of that day (dns=), DNS history, Certificate Transparency, the site's processor contract",
    }[conclusion]


def alternative(conclusion: str, grade: str | None, kind: str, *, foreign: bool = False, inner: bool = False, earlier: bool = False, masked: bool = False) -> str:
    """Name what else could explain the evidence.

    Parameters
    ----------
    conclusion, grade : str
    kind : str
        Kind of the provider.
    foreign : bool
        The address is in no network of the party.
    inner : bool
        The party stands behind another.
    earlier : bool
        Its headers are repeated from an earlier exchange.
    masked : bool
        The address is that of a proxy on the way, or of a test machine.

    Examples
    --------
    >>> alternative(TLS, "E4", "cdn").partition(";")[0]
    'the key may stay with the site (keyless TLS)'
    """
    if earlier:
        return "the header was inherited: a cache in front repeats what this party once answered, and did not ask it again"
    if masked:
        return "the address is that of a proxy on the way, which may have ended the TLS itself, or of a test machine that made the header up"
    if grade == "E1":
        return "the name alone: its owner may point it elsewhere, or let a customer's machine answer under it"
    if grade == "E2":
        return _of_address(kind)
    if foreign or inner:
        return _inherited(conclusion, foreign=foreign)
    if conclusion == TLS:
        return "the key may stay with the site (keyless TLS); the session keys, and so request and answer, are then the provider's all the same; or the site forged the header"
    return "the site forged or copied the header" if grade != "E5" else "the site forged the mark of the edge, or the capture was altered"


def _of_address(kind: str) -> str:
    if kind in ("cdn", "waf", "service", "platform"):
        return "a pass-through of the bare connection (such as Spectrum for TCP), or addresses lent to somebody else"
    return "a server of the site's own on a rented machine ends TLS, or a load balancer passes the connection through (AWS NLB with a TCP listener, Google's passthrough balancer)"


def _inherited(conclusion: str, *, foreign: bool) -> str:
    other = "the header was inherited from a hop further in, or copied by a server that fetched its answer there"
    if conclusion == TLS and foreign:
        return f"{other}; or the party answers on addresses that are not on its list (brought by the customer, of a partner, inside an access network)"
    return other
