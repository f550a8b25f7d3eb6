"""What does Tweasel for the web write its own way?

It records Firefox through its developer tools and keeps status, statusText and httpVersion of a
response, nothing else. Its recordings of apps are mitmproxy's, with log._tweasel added.
"""

from hartools.reading.dialects.dialect import NO_CERTIFICATE, NO_INITIATOR, NO_MESSAGES, Dialect, named

__all__ = ["DIALECT"]

# 2026-11-24, TweaselForWeb 0.1, tweaselORG/ReportHAR second-run.har: `connection` is the server's
# port, ssl follows connect (53 of 53 handshakes), response headers and bodies are left out; what
# came from the cache has timings {} and no address (12 answers).
DIALECT = Dialect(
    name="tweasel",
    recognises=named("TweaselForWeb"),
    connection_is="port",
    tls_beside_connect=True,
    zero_ssl_is_none=True,
    empty_timings_mean_cached=True,
    no_address_is_cached=True,
    omits={
        "initiators": NO_INITIATOR,
        "messages": NO_MESSAGES,
        "tls": NO_CERTIFICATE,
        "cookies": "Tweasel leaves out the headers and cookies of responses",
        "bodies": "Tweasel leaves out the bodies of responses",
    },
)
