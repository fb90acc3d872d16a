"""Sign: the act of signing a package with a token, refused before the person is asked for anything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from signer import certificate as certificates
from signer import container, trust, xades
from signer.certificate import mask_niss
from signer.errors import SignerError
from signer.verify import check_integrity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from asn1crypto import x509

    from signer.container import DataFile
    from signer.xades import Place, Signature


class Token(Protocol):
    """Whatever holds a signer's key: a card, or the demo signer."""

    @property
    def certificate(self) -> x509.Certificate:
        """The signer's Signature certificate."""

    @property
    def chain(self) -> Sequence[x509.Certificate]:
        """Its issuer, the issuer's issuer, and so on up to the root."""

    def sign(self, data: bytes) -> bytes:
        """Return the XML Signature value over ``data``.

        RSA keys: PKCS#1 v1.5 with SHA-256. P-384 keys: ECDSA with SHA-384, r‖s, 96 bytes. Raises SignerError.
        """


def sign(package: bytes, token: Token, *, role: str, place: Place | None = None, at: datetime | None = None) -> bytes:
    """Return the package with one more signature of level B; every entry it had keeps its bytes.

    ``role`` is the claimed role (``secretary``), ``at`` the claimed time with zone, now by default. Raises
    SignerError: the package or an earlier signature is damaged, the role or the person has signed, the
    certificate cannot sign, the token refuses, or the value does not match the certificate (swapped card).
    """
    moment = at or datetime.now(UTC)
    found = container.read(package)
    certificate, *chain = (certificates.load(one.dump()) for one in (token.certificate, *token.chain))
    if not certificate.in_date(moment):
        raise SignerError("SIG-E303", start=f"{certificate.start:%Y-%m-%d}", end=f"{certificate.end:%Y-%m-%d}")
    if trust.check_signer(certificate):
        raise SignerError("SIG-E304")
    for number, earlier in enumerate(found.signatures):
        _refuse_repetition(_earlier(earlier, number, found.files), certificate, role)
    draft = xades.prepare(
        found.files, certificate, chain, role=role, place=place, time=moment, number=len(found.signatures)
    )
    signature = draft.complete(token.sign(draft.to_be_signed))
    return container.with_signatures(found, (*found.signatures, signature))


def _earlier(source: bytes, number: int, files: Mapping[str, DataFile]) -> Signature:
    """Read an earlier signature, and refuse to sign beside one that does not hold."""
    name = container.signature_name(number)
    try:
        signature = xades.parse(source, name)
    except SignerError as error:
        raise SignerError("SIG-E308", file=name) from error
    if check_integrity(signature, number, files):
        raise SignerError("SIG-E308", file=name)
    return signature


def _refuse_repetition(earlier: Signature, certificate: certificates.Certificate, role: str) -> None:
    if earlier.role.casefold() == role.casefold():
        raise SignerError("SIG-E301", role=role)
    if earlier.signer.niss == certificate.niss:
        raise SignerError("SIG-E302", person=mask_niss(certificate.niss), role=earlier.role)
