"""Certificate: what an X.509 certificate says, read once into plain values (RFC 5280, ETSI EN 319 412).

Everything is read at once, so that a malformed certificate fails here and nowhere else.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from asn1crypto import core, tsp, x509

from signer import algorithms
from signer.errors import SignerError, printable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

QC_COMPLIANCE: Final = "0.4.0.1862.1.1"
QC_SSCD: Final = "0.4.0.1862.1.4"
_UNDERSTOOD: Final = frozenset({"key_usage", "basic_constraints", "certificate_policies", "extended_key_usage"})


class _Statement(core.Sequence):  # type: ignore[misc] # asn1crypto has no types
    _fields: ClassVar = [("id", core.ObjectIdentifier), ("info", core.Any, {"optional": True})]


class Statements(core.SequenceOf):  # type: ignore[misc] # asn1crypto has no types
    """qcStatements, RFC 3739, section 3.2.6."""

    _child_spec = _Statement


@dataclass(frozen=True, slots=True)
class Certificate:
    """The facts of one certificate."""

    der: bytes = field(repr=False)
    name: str
    """Given name and surname, else the common name."""
    common_name: str
    niss: str = field(repr=False)
    """National number of the subject's serialNumber, 11 digits; empty if there is none."""
    start: datetime
    end: datetime
    subject: bytes = field(repr=False)
    """Name as DER, to be compared byte for byte."""
    issuer: bytes = field(repr=False)
    serial: int
    issuer_serial: bytes = field(repr=False)
    """RFC 5035 IssuerSerial as DER, what IssuerSerialV2 holds."""
    public_key: bytes = field(repr=False)
    """SubjectPublicKeyInfo as DER."""
    key: str
    """``RSA``, ``EC secp384r1`` or another name that no algorithm of ours knows."""
    key_bits: int
    """Size of an RSA key; 0 for the others, whose name tells it."""
    key_usage: frozenset[str]
    extended_key_usage: frozenset[str]
    authority: bool
    """basicConstraints say that it may issue certificates."""
    path_length: int | None
    statements: frozenset[str]
    """qcStatements, as object identifiers."""
    critical_unknown: bool
    """A critical extension that this program does not understand."""
    signed_with: str
    """How the issuer signed it, as asn1crypto calls it (``sha256_rsa``)."""
    signed_part: bytes = field(repr=False)
    """The bytes that the issuer signed."""
    signature: bytes = field(repr=False)
    ocsp_no_check: bool
    """An OCSP responder whose own revocation nobody needs to ask (RFC 6960, section 4.2.2.2.1)."""
    ocsp_urls: tuple[str, ...]
    crl_urls: tuple[str, ...]
    issuer_urls: tuple[str, ...]
    """Where its issuer's certificate can be fetched."""

    @property
    def sha256(self) -> str:
        """Fingerprint: SHA-256 of the certificate, in hexadecimal."""
        return hashlib.sha256(self.der).hexdigest()

    @property
    def label(self) -> str:
        """How to name it to people: never by a number that is personal."""
        return re.sub(r"\d{11}", lambda found: mask_niss(found[0]), self.common_name or self.name)

    @property
    def signs_documents(self) -> bool:
        """It is meant for signatures that commit a person, and not for logging in or issuing."""
        return "non_repudiation" in self.key_usage and "key_cert_sign" not in self.key_usage and not self.authority

    @property
    def qualified(self) -> bool:
        """It says of itself: qualified, key in a qualified device (ETSI EN 319 412-5)."""
        return {QC_COMPLIANCE, QC_SSCD} <= self.statements

    def in_date(self, at: datetime) -> bool:
        """Tell whether ``at`` lies within its validity."""
        return self.start <= at <= self.end


def load(der: bytes) -> Certificate:
    """Return the facts of a DER certificate. Raises SignerError (SIG-E411) if it cannot be read whole."""
    try:
        return _load(der)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise SignerError("SIG-E411", certificate="?") from error


def mask_niss(niss: str) -> str:
    """Return a national number as ``70.01.01-***.**``: enough to tell two officers apart, and no more."""
    return f"{niss[:2]}.{niss[2:4]}.{niss[4:6]}-***.**" if re.fullmatch(r"[0-9]{11}", niss) else "***"


def issued(certificate: Certificate, issuer: Certificate) -> bool:
    """Tell whether ``issuer`` issued and signed ``certificate`` with an algorithm of the closed list."""
    return certificate.issuer == issuer.subject and algorithms.signed_by(
        issuer, certificate.signed_with, certificate.signed_part, certificate.signature
    )


def _load(der: bytes) -> Certificate:
    found = x509.Certificate.load(der, strict=True)
    body = found["tbs_certificate"]
    subject = _attributes(found.subject)
    key = found.public_key
    niss = subject.get("serial_number", "")
    given = " ".join(filter(None, (subject.get("given_name"), subject.get("surname"))))
    basic = found.basic_constraints_value
    extensions = list(body["extensions"]) if body["extensions"] else []
    if found["signature_algorithm"].dump() != body["signature"].dump():
        raise ValueError("outer and inner algorithm differ")
    if body["version"].native != "v3" or found.serial_number <= 0:
        raise ValueError("no certificate of RFC 5280")
    if len({one["extn_id"].dotted for one in extensions}) != len(extensions):
        raise ValueError("an extension twice, where readers would differ")
    issuer_serial = x509.GeneralNames([x509.GeneralName("directory_name", found.issuer)])
    return Certificate(
        der=der,
        name=given or subject.get("common_name", ""),
        common_name=subject.get("common_name", ""),
        niss=niss if re.fullmatch(r"[0-9]{11}", niss) else "",
        start=body["validity"]["not_before"].native,
        end=body["validity"]["not_after"].native,
        subject=found.subject.dump(),
        issuer=found.issuer.dump(),
        serial=found.serial_number,
        issuer_serial=tsp.IssuerSerial({"issuer": issuer_serial, "serial_number": found.serial_number}).dump(),
        public_key=key.dump(),
        key="RSA" if key.algorithm == "rsa" else f"EC {key.curve[1]}" if key.algorithm == "ec" else key.algorithm,
        key_bits=key["public_key"].parsed["modulus"].native.bit_length() if key.algorithm == "rsa" else 0,
        key_usage=frozenset(found.key_usage_value.native if found.key_usage_value else ()),
        extended_key_usage=frozenset(found.extended_key_usage_value.native if found.extended_key_usage_value else ()),
        authority=bool(basic and basic["ca"].native),
        path_length=basic["path_len_constraint"].native if basic else None,
        statements=_statements(extensions),
        critical_unknown=any(one["critical"].native and one["extn_id"].native not in _UNDERSTOOD for one in extensions),
        signed_with=found["signature_algorithm"]["algorithm"].native,
        signed_part=body.dump(),
        signature=found["signature_value"].native,
        ocsp_no_check=found.ocsp_no_check_value is not None,
        ocsp_urls=tuple(found.ocsp_urls),
        crl_urls=tuple(str(point.url) for point in found.crl_distribution_points),
        issuer_urls=_issuer_urls(found),
    )


def _attributes(name: x509.Name) -> dict[str, str]:
    """Return attribute type -> value; a type that occurs twice counts as empty, as readers would differ."""
    found: dict[str, str] = {}
    for relative in name.chosen:
        for attribute in relative:
            kind = attribute["type"].native
            found[kind] = "" if kind in found else printable(str(attribute["value"].native))
    return found


def _issuer_urls(found: x509.Certificate) -> tuple[str, ...]:
    return tuple(
        access["access_location"].native
        for access in found.authority_information_access_value or ()
        if access["access_method"].native == "ca_issuers"
        and access["access_location"].name == "uniform_resource_identifier"
    )


def _statements(extensions: Iterable[x509.Extension]) -> frozenset[str]:
    """Return the object identifiers of the qcStatements extension."""
    return frozenset(
        statement["id"].native
        for extension in extensions
        if extension["extn_id"].dotted == "1.3.6.1.5.5.7.1.3"
        for statement in Statements.load(bytes(extension["extn_value"]), strict=True)
    )
