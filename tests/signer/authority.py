"""The test PKI at work: certificates by certomancer, its OCSP, lists and time stamps on loopback."""

from __future__ import annotations

import http.server
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from asn1crypto import ocsp, pem, tsp
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, ServiceLabel
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signer.demo import qc_statements
from tests.signer.pki import Issued, MintToken

if TYPE_CHECKING:
    from certomancer.registry import PKIArchitecture

DESCRIPTION = Path(__file__).parent / "pki.yaml"
RSA_KEYS = frozenset({"secretary", "tsa", "citizen-1"})


@dataclass
class Mood:
    """How the services behave; a test changes it and puts it back."""

    down: set[str] = field(default_factory=set)
    """Kinds of services that answer with 503: ``ocsp``, ``crls``, ``tsa``."""
    shift: timedelta = timedelta(0)
    """How far the services' clock is ahead of ours."""
    garbage: set[str] = field(default_factory=set)
    """Kinds of services that answer nonsense."""
    instead: dict[str, str] = field(default_factory=dict)
    """Service that answers in the place of another."""
    hang_up: int = 0
    """How many questions to leave without any answer."""
    asked: list[str] = field(default_factory=list)
    """What was asked for, in order."""


class Authority:
    """The PKI of ``pki.yaml`` with fresh keys, serving on a port of its own."""

    def __init__(self, folder: Path) -> None:
        """Make the keys in ``folder`` and start to serve."""
        self.mood = Mood()
        self.folder = folder
        authority = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(b"")

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers["Content-Length"])))

            def _answer(self, question: bytes) -> None:
                if authority.mood.hang_up:
                    authority.mood.hang_up -= 1
                    self.close_connection = True
                    return
                status, answer = authority.answer(self.path, question)
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign] # whoever asked was killed
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.architecture = self._architecture()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def tsa(self) -> str:
        """The address of the time-stamping service."""
        return f"{self.url}/test/tsa/tsa"

    def close(self) -> None:
        """Stop to serve."""
        self.server.shutdown()
        self.server.server_close()

    def pem(self, label: str = "root") -> bytes:
        """Return a certificate as PEM."""
        return bytes(pem.armor("CERTIFICATE", self.architecture.get_cert(CertLabel(label)).dump()))

    def token(self, label: str, issuer: str) -> MintToken:
        """Return a token with the key of the certificate ``label``."""
        return MintToken(*(self._issued(one) for one in (label, issuer, "root")))

    def answer(self, path: str, question: bytes) -> tuple[int, bytes]:
        """Return status and body of the answer to a question at ``/test/KIND/SERVICE…``."""
        _, _, kind, name, *_ = urlsplit(path).path.split("/")
        self.mood.asked.append(f"{kind}/{name}")
        if kind in self.mood.down:
            return 503, b"later"
        if kind in self.mood.garbage:
            return 200, b"<html>Welcome to the hotel's network</html>"
        at = datetime.now(UTC).replace(microsecond=0) + self.mood.shift
        services = self.architecture.service_registry
        label = ServiceLabel(self.mood.instead.get(name, name))
        if kind == "ocsp":
            responder = services.summon_responder(label, at_time=at)
            return 200, responder.build_ocsp_response(ocsp.OCSPRequest.load(question)).dump()
        if kind == "tsa":
            stamper = services.summon_timestamper(label, at_time=at)
            return 200, stamper.request_tsa_response(tsp.TimeStampReq.load(question)).dump()
        if kind == "certs":
            return 200, self.architecture.get_cert(CertLabel(name)).dump()
        return 200, services.get_crl(label, at_time=at).dump()

    def _issued(self, label: str) -> Issued:
        spec = self.architecture.get_cert_spec(CertLabel(label))
        certificate = self.architecture.get_cert(CertLabel(label)).dump()
        key = serialization.load_pem_private_key((self.folder / f"{spec.subject_key}.pem").read_bytes(), None)
        return Issued(key, x509.load_der_x509_certificate(certificate))

    def _architecture(self) -> PKIArchitecture:
        description = DESCRIPTION.read_text(encoding="utf-8")
        description = description.replace("QC_STATEMENTS", qc_statements().value.hex())
        for name in re.findall(r"\{path: (\S+)\.pem\}", description):
            is_rsa = name in RSA_KEYS
            key = rsa.generate_private_key(65537, 2048) if is_rsa else ec.generate_private_key(ec.SECP384R1())
            encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
            (self.folder / f"{name}.pem").write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()))
        configuration = CertomancerConfig.from_yaml(
            description, key_search_dir=str(self.folder), external_url_prefix=self.url
        )
        return configuration.get_pki_arch(ArchLabel("test"))
