"""A mint for certificates, good ones and those that must be refused, shaped like the Belgian ones."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from asn1crypto import x509 as plain
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509.oid import NameOID

from signer.demo import qc_statements

if TYPE_CHECKING:
    PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

NOW = datetime.now(UTC).replace(microsecond=0)
_USAGES = [
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
]


@dataclass(frozen=True)
class Wish:
    """What a certificate shall say; the defaults make a good signer's."""

    name: str = "TEST Dora Modèle (Signature)"
    niss: str = "70010100287"
    start: datetime = NOW - timedelta(days=100)
    end: datetime = NOW + timedelta(days=100)
    key: PrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP384R1()))
    usage: tuple[str, ...] = ("content_commitment",)
    issuing: bool = False
    path_length: int | None = None
    qualified: bool = True
    extra: x509.ExtensionType | None = None
    """One more extension, marked critical."""
    hash: hashes.HashAlgorithm = field(default_factory=hashes.SHA384)


_LATER = NOW + timedelta(days=3650)
ROOT = Wish("TEST Root", "", end=_LATER, usage=("key_cert_sign", "crl_sign"), issuing=True, qualified=False)
AUTHORITY = replace(ROOT, name="TEST Citizen CA", path_length=0, key=ec.generate_private_key(ec.SECP384R1()))


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    key: PrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def plain(self) -> plain.Certificate:
        """The certificate as tokens hand it over."""
        return plain.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))


def issue(wish: Wish, issuer: Issued | None = None, *, key: PrivateKey | None = None) -> Issued:
    """Issue a certificate, self-signed without ``issuer``; ``key``: sign with another key than its."""
    names = {NameOID.COUNTRY_NAME: "BE", NameOID.COMMON_NAME: wish.name}
    if wish.niss:
        names[NameOID.SERIAL_NUMBER] = wish.niss
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in names.items()])
    usage = {name: name in wish.usage for name in _USAGES}
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(wish.key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(wish.start)
        .not_valid_after(wish.end)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.BasicConstraints(ca=wish.issuing, path_length=wish.path_length), critical=True)
    )
    if wish.qualified:
        builder = builder.add_extension(qc_statements(), critical=False)
    if wish.extra:
        builder = builder.add_extension(wish.extra, critical=True)
    signing = key or (issuer.key if issuer else wish.key)
    return Issued(wish.key, builder.sign(signing, wish.hash))


class MintToken:
    """A token for any chain, which signs whatever it is given."""

    def __init__(self, *chain: Issued) -> None:
        """Hold a chain, signer first."""
        self._key = chain[0].key
        self.certificate, *self.chain = (one.plain for one in chain)

    def sign(self, data: bytes) -> bytes:
        """Return the XML Signature value over ``data``."""
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        r, s = utils.decode_dss_signature(self._key.sign(data, ec.ECDSA(hashes.SHA384())))
        return r.to_bytes(48) + s.to_bytes(48)
