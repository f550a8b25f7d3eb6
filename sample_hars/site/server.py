"""How is the whole invented site, third parties included, answered from loopback over HTTPS?

Every name of :mod:`.hosts` is a virtual host on one port of 127.0.0.1. The server keeps its own log:
what each party was asked is read there, never from a HAR.
"""

import asyncio
import base64
import hashlib
import ssl
import threading
import time
from dataclasses import dataclass

import trustme
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from . import hosts
from .first_party import answer_www
from .search import Directory
from .third_parties import ANSWERS

__all__ = ["RunningSite", "Served", "spki_hash"]


@dataclass(frozen=True)
class Served:
    """Hold one request as the server received it."""

    at: float
    host: str
    method: str
    target: str
    status: int
    referer: str


class RunningSite:
    """Answer for every host of the site while the ``with`` block lasts.

    Two switches belong to a visit: ``referrer_policy`` is sent with every page when not None, and ``with_banner``
    makes the site ask for consent.
    """

    def __init__(self):
        self.directory = Directory()
        self.referrer_policy = None
        self.with_banner = False
        self.log = []
        self.port = None
        self._answers = {hosts.WWW: answer_www, **ANSWERS}
        authority = trustme.CA()
        self._certificate = authority.issue_cert(*hosts.ALL)
        self.ca_pem = authority.cert_pem.bytes()
        self.certificate_spki = spki_hash(self._certificate.cert_chain_pems[0].bytes())

    def __enter__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(timeout=10)
        return self

    def __exit__(self, *exception):
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(timeout=30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)

    async def _start(self):
        """Listen on a free port of loopback, with a certificate for every name."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._certificate.configure_cert(tls)
        listener = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=tls)
        await listener.start()
        self.port = self._runner.addresses[0][1]

    async def _answer(self, request):
        """Answer one request by its host name, and log it."""
        at = time.time()
        answer = self._answers.get(request.host)
        response = await answer(request, self) if answer else web.Response(status=421)
        referer = request.headers.get("referer", "")
        self.log.append(Served(at, request.host, request.method, request.raw_path, response.status, referer))
        return response


def spki_hash(certificate_pem):
    """Return the hash by which Chromium's ``--ignore-certificate-errors-spki-list`` knows a key.

    Naming the key, rather than ignoring every certificate error, lets the browser keep its cache:
    Chromium does not store responses that came with a certificate error.
    """
    key = x509.load_pem_x509_certificate(certificate_pem).public_key()
    return base64.b64encode(
        hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    ).decode()
