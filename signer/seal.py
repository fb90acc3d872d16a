"""Seal: add to a signed package what lets it outlive its certificates; no card needed, and repeatable."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from asn1crypto import pem

from signer import certificate as certificates
from signer import container, evidence, revocation, timestamp, trust, xades, xml
from signer.errors import Reason, SignerError
from signer.evidence import CLOCK_TOLERANCE
from signer.services import Http
from signer.verify import verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signer.certificate import Certificate
    from signer.revocation import Evidence
    from signer.services import Services
    from signer.timestamp import TimeStamp
    from signer.trust import TrustStore
    from signer.xades import Signature

BELGIAN_AUTHORITIES: Final = ("http://tss.eidpki.belgium.be/", "http://tsa.belgium.be/connect")
"""Time-stamping services of the Belgian federal government, the newer one first."""


MAX_POOL: Final = 16
"""Certificates looked at while a chain is completed."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """How far sealing came."""

    package: bytes
    """The package with all evidence that could be had; unchanged if there was none."""
    complete: bool
    """Every signature has level LT."""
    reasons: tuple[Reason, ...]
    """What is in the way; sealing can be repeated once it is not."""


def seal(
    package: bytes,
    store: TrustStore,
    *,
    services: Services | None = None,
    authorities: Sequence[str] = BELGIAN_AUTHORITIES,
    now: datetime | None = None,
) -> Sealed:
    """Return the package with each signature at level T or LT, as far as the services answer.

    ``authorities`` are the addresses of time-stamping services, tried in order; OCSP and list addresses
    come from each certificate. Raises SignerError for a package that is not valid: nothing in it is worth it.
    """
    moment = now or datetime.now(UTC)
    verdict = verify(package, store, now=moment)
    if not verdict.valid:
        reason = [*verdict.problems, *(why for one in verdict.signatures for why in one.reasons)][0]
        raise SignerError(reason.code, **reason.params)
    desk = _Desk(services or Http(), authorities, store, moment)
    reasons: list[Reason] = []
    sealed: list[bytes] = []
    found = container.read(package)
    for number, source in enumerate(found.signatures):
        signature = xades.parse(source, container.signature_name(number))
        signature, refused = desk.seal(signature)
        reasons += [reason for reason in refused if reason not in reasons]
        sealed.append(xml.serialise(xades.render(signature)))
    result = container.with_signatures(found, sealed)
    after = verify(result, store, now=moment)
    if not after.valid:  # what was gathered proves nothing: leave the signatures as they were
        reasons += [why for one in after.signatures for why in one.reasons]
        return Sealed(package, complete=False, reasons=tuple(reasons))
    return Sealed(result, all(one.level == "LT" for one in after.signatures), tuple(reasons))


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where one package is sealed: services, trust and the clock."""

    services: Services
    authorities: Sequence[str]
    store: TrustStore
    now: datetime

    def seal(self, signature: Signature) -> tuple[Signature, list[Reason]]:
        """Return the signature with all evidence that could be had, and what was in the way."""
        if evidence.level_of(signature) == "LT":
            return signature, []
        try:
            if not signature.time_stamp:
                signature = self._stamped(signature)
        except SignerError as error:
            return signature, [error.reason]
        try:
            return self._with_revocation(signature), []
        except SignerError as error:
            return signature, [error.reason]

    def _stamped(self, signature: Signature) -> Signature:
        refused: list[SignerError] = []
        for url in self.authorities:
            try:
                return self._stamped_by(url, signature)
            except SignerError as error:
                refused.append(error)
        raise refused[0]

    def _stamped_by(self, url: str, signature: Signature) -> Signature:
        nonce = secrets.randbits(63)
        question = timestamp.request(xades.stamped(signature), nonce)
        token = timestamp.token_in(self.services.ask(url, question, "application/timestamp-query"))
        stamp = timestamp.load(token) if token else None
        if token is None or stamp is None or stamp.nonce != nonce:
            raise SignerError("SIG-E503", host=_host(url))
        self._check_clock(stamp.time)
        reasons = evidence.check_stamp(signature, stamp, self.now)
        chain = self._authority_chain(signature, stamp)
        reasons += trust.check_chain(chain, self.store, stamp.time)[1]
        if reasons:
            raise SignerError(reasons[0].code, **reasons[0].params)
        extra = evidence.needed_certificates(signature, stamp, chain)
        return replace(signature, time_stamp=token, extra_certificates=extra)

    def _authority_chain(self, signature: Signature, stamp: TimeStamp) -> tuple[Certificate, ...]:
        """Return the authority's chain; issuers that nobody sent along are fetched."""
        pool = [*stamp.certificates, *signature.certificates]
        chain = trust.chain_of(stamp.authority, pool, self.store)
        while chain[-1].sha256 not in self.store.roots and chain[-1].issuer_urls and len(chain) < trust.MAX_CHAIN:
            url = chain[-1].issuer_urls[0]
            source = self.services.ask(url)
            try:
                issuer = certificates.load(pem.unarmor(source)[2] if pem.detect(source) else source)
            except (ValueError, SignerError) as error:
                raise SignerError("SIG-E503", host=_host(url)) from error
            if not certificates.issued(chain[-1], issuer):
                raise SignerError("SIG-E503", host=_host(url))
            pool.append(issuer)
            chain = trust.chain_of(stamp.authority, pool, self.store)
        return chain

    def _with_revocation(self, signature: Signature) -> Signature:
        stamp = timestamp.load(signature.time_stamp)
        if stamp is None:
            raise SignerError("SIG-E430", file=container.signature_name(signature.number))
        chain = evidence.authority_chain(signature, stamp, self.store)
        crls: list[bytes] = []
        ocsps: list[bytes] = []
        for certificate, issuer in evidence.questions(signature, chain):
            if any(revocation.read_crl(one, certificate, issuer) for one in crls):
                continue
            fresh = certificate == signature.signer
            kind, proof = self._ask_about(certificate, issuer, stamp, fresh=fresh)
            (ocsps if kind == "ocsp" else crls).append(proof)
        return replace(signature, crls=tuple(crls), ocsps=tuple(ocsps))

    def _ask_about(
        self, certificate: Certificate, issuer: Certificate, stamp: TimeStamp, *, fresh: bool
    ) -> tuple[str, bytes]:
        """Return evidence about one certificate, from OCSP if it names a responder, else from a list."""
        refused: list[SignerError] = []
        places = [("ocsp", url) for url in certificate.ocsp_urls]
        places += [("crl", url) for url in certificate.crl_urls]
        for kind, url in places:
            try:
                proof, found = self._proof(kind, url, certificate, issuer)
                self._check_clock(found.produced, future_only=True)
                reason = evidence.refusal(found, certificate, stamp, fresh=fresh)
                if reason is None:
                    return kind, proof
                refused.append(SignerError(reason.code, **reason.params))
            except SignerError as error:
                refused.append(error)
            if refused[-1].code == "SIG-E440":  # nobody else's word can undo a revocation
                raise refused[-1]
        raise refused[0] if refused else SignerError("SIG-E505", certificate=certificate.label)

    def _proof(self, kind: str, url: str, certificate: Certificate, issuer: Certificate) -> tuple[bytes, Evidence]:
        if kind == "ocsp":
            question = revocation.ocsp_request(certificate, issuer)
            proof = self.services.ask(url, question, "application/ocsp-request")
            found = revocation.read_ocsp(proof, certificate, issuer)
        else:
            proof = self.services.ask(url)
            found = revocation.read_crl(proof, certificate, issuer)
        if found is None:
            raise SignerError("SIG-E503", host=_host(url))
        return proof, found

    def _check_clock(self, service: datetime, *, future_only: bool = False) -> None:
        """Refuse a service whose clock is not ours; evidence may be older, never younger than now."""
        ahead = service - self.now
        if ahead > CLOCK_TOLERANCE or (not future_only and -ahead > CLOCK_TOLERANCE):
            local = f"{self.now:%Y-%m-%d %H:%M} UTC"
            raise SignerError("SIG-E504", local=local, service=f"{service:%Y-%m-%d %H:%M} UTC")


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
