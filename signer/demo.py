"""Demo: an embedded TEST signer, so that the whole story runs without a card.

A TEST root, a TEST authority and one TEST certificate per invented officer are made on first use and kept in
a folder of the user's. The certificates are shaped like the Belgian Signature certificate, and every name in
them says TEST.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final

from asn1crypto import core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509.oid import NameOID

from signer.algorithms import P384_BYTES
from signer.certificate import QC_COMPLIANCE, QC_SSCD, Statements, mask_niss
from signer.errors import SignerError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Officer:
    """An invented person with a right check digit."""

    niss: str
    given_name: str
    surname: str
    role: str
    """The role they usually sign in."""
    key: str
    """``RSA`` as on cards issued before 2021, ``EC`` (P-384) as on those issued since."""


DEMO_OFFICERS: Final = (
    Officer("70010100287", "Anna", "Voorbeeld", "secretary", "RSA"),
    Officer("65061500183", "Bernard", "Exemple", "president", "EC"),
    Officer("90090999806", "Clara", "Beispiel", "president", "EC"),
)
"""Secretary, President, and the President's delegate."""

_POLICIES: Final = ("2.16.56.12.1.1.2.1", "0.4.0.194112.1.2")
_PDS: Final = "https://example.invalid/pds.pdf"
_SIGN_ONLY: Final = x509.KeyUsage(
    digital_signature=False,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
_ISSUE_ONLY: Final = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True, slots=True)
class _Identity:
    """A key and its certificate, kept together in one PEM file."""

    key: PrivateKey
    certificate: x509.Certificate


class DemoToken:
    """The TEST signer of one invented officer, as ``signer.sign`` wants it."""

    def __init__(self, home: Path, niss: str) -> None:
        """Take, or make on first use, the keys under ``home``.

        Raises SignerError: not one of ``DEMO_OFFICERS`` (SIG-E309), a damaged key file (SIG-E310).
        """
        officer = next((one for one in DEMO_OFFICERS if one.niss == niss), None)
        if officer is None:
            raise SignerError("SIG-E309", person=mask_niss(niss))
        root, authority = _authorities(home)
        # Numbered, not named by the national number: file names show up in listings and backups.
        name = f"officer-{DEMO_OFFICERS.index(officer) + 1}.pem"
        self._identity = _kept(home, name, lambda: _officer(officer, authority))
        self.certificate: asn1_x509.Certificate = _plain(self._identity)
        self.chain: Sequence[asn1_x509.Certificate] = (_plain(authority), _plain(root))

    def sign(self, data: bytes) -> bytes:
        """Return the XML Signature value over ``data``."""
        if isinstance(self._identity.key, rsa.RSAPrivateKey):
            return self._identity.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        r, s = utils.decode_dss_signature(self._identity.key.sign(data, ec.ECDSA(hashes.SHA384())))
        return r.to_bytes(P384_BYTES) + s.to_bytes(P384_BYTES)


def demo_root_pem(home: Path) -> bytes:
    """Return the TEST root certificate under ``home`` as PEM, made on first use."""
    return _authorities(home)[0].certificate.public_bytes(serialization.Encoding.PEM)


def _authorities(home: Path) -> tuple[_Identity, _Identity]:
    root = _kept(home, "root.pem", lambda: _authority("TEST Rapport Unique Root", None))
    return root, _kept(home, "authority.pem", lambda: _authority("TEST Rapport Unique Citizen CA", root))


def _authority(common_name: str, issuer: _Identity | None) -> _Identity:
    key = ec.generate_private_key(ec.SECP384R1())
    names = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
    ]
    builder = _builder(x509.Name(names), key, issuer)
    path_length = 0 if issuer else None
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    builder = builder.add_extension(_ISSUE_ONLY, critical=True)
    return _Identity(key, builder.sign(issuer.key if issuer else key, hashes.SHA384()))


def _officer(officer: Officer, issuer: _Identity) -> _Identity:
    key: PrivateKey = (
        rsa.generate_private_key(65537, 2048) if officer.key == "RSA" else ec.generate_private_key(ec.SECP384R1())
    )
    names = {
        NameOID.COUNTRY_NAME: "BE",
        NameOID.COMMON_NAME: f"TEST {officer.given_name} {officer.surname} (Signature)",
        NameOID.SURNAME: officer.surname,
        NameOID.GIVEN_NAME: officer.given_name,
        NameOID.SERIAL_NUMBER: officer.niss,
    }
    builder = _builder(x509.Name([x509.NameAttribute(oid, value) for oid, value in names.items()]), key, issuer)
    policies = [x509.PolicyInformation(x509.ObjectIdentifier(policy), None) for policy in _POLICIES]
    builder = builder.add_extension(_SIGN_ONLY, critical=True)
    builder = builder.add_extension(x509.CertificatePolicies(policies), critical=False)
    builder = builder.add_extension(qc_statements(), critical=False)
    return _Identity(key, builder.sign(issuer.key, hashes.SHA384()))


def _builder(subject: x509.Name, key: PrivateKey, issuer: _Identity | None) -> x509.CertificateBuilder:
    """Start a certificate, valid from last year on so that a clock a little behind does not matter."""
    year = datetime.now(UTC).year
    parent = issuer.certificate if issuer else None
    authority_key = (issuer.key if issuer else key).public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(parent.subject if parent else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(parent.not_valid_before_utc if parent else datetime(year - 1, 1, 1, tzinfo=UTC))
        .not_valid_after(parent.not_valid_after_utc if parent else datetime(year + 10, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key), critical=False)
    )


class _Identifiers(core.SequenceOf):  # type: ignore[misc] # asn1crypto has no types
    _child_spec = core.ObjectIdentifier


class _Location(core.Sequence):  # type: ignore[misc] # asn1crypto has no types
    _fields: ClassVar = [("url", core.IA5String), ("language", core.PrintableString)]


class _Locations(core.SequenceOf):  # type: ignore[misc] # asn1crypto has no types
    _child_spec = _Location


def qc_statements() -> x509.UnrecognizedExtension:
    """Return the Belgian statements: compliance, device, PDS, type esign (EN 319 412-5)."""
    statements = [
        {"id": QC_COMPLIANCE},
        {"id": QC_SSCD},
        {"id": "0.4.0.1862.1.5", "info": _Locations([{"url": _PDS, "language": "en"}])},
        {"id": "0.4.0.1862.1.6", "info": _Identifiers(["0.4.0.1862.1.6.1"])},
    ]
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), Statements(statements).dump())


def _kept(home: Path, name: str, make: Callable[[], _Identity]) -> _Identity:
    """Return the identity in ``home / name``; make it first if there is none."""
    path = home / name
    if not path.exists():
        _keep(path, make())
    try:
        source = path.read_bytes()
        key = serialization.load_pem_private_key(source, None)
        certificate = x509.load_pem_x509_certificate(source)
    except (ValueError, TypeError) as error:
        raise SignerError("SIG-E310", file=name) from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise SignerError("SIG-E310", file=name)
    if key.public_key() != certificate.public_key():
        raise SignerError("SIG-E310", file=name)
    return _Identity(key, certificate)


def _keep(path: Path, identity: _Identity) -> None:
    """Write beside, then link into place: for the owner only, whole or not at all, first writer wins."""
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    source = identity.key.private_bytes(encoding, form, serialization.NoEncryption())
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(source + identity.certificate.public_bytes(encoding))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink()


def _plain(identity: _Identity) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(identity.certificate.public_bytes(serialization.Encoding.DER))
