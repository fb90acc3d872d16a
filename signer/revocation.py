"""Revocation: what an OCSP answer (RFC 6960) or a list (RFC 5280) proves about a certificate."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asn1crypto import crl, keys, ocsp

from signer import algorithms
from signer import certificate as certificates
from signer.errors import SignerError

if TYPE_CHECKING:
    from datetime import datetime

    from signer.certificate import Certificate

_MALFORMED: Final = (ValueError, TypeError, KeyError, AttributeError)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a sound OCSP answer or revocation list proves about one certificate."""

    produced: datetime
    """When it was true."""
    until: datetime | None
    """When newer evidence is promised."""
    revoked: datetime | None
    """Since when the certificate is revoked; None if it is not."""


def ocsp_request(certificate: Certificate, issuer: Certificate) -> bytes:
    """Return the OCSP request about ``certificate``; SHA-1, as every responder understands."""
    wanted = {"hash_algorithm": {"algorithm": "sha1"}, "serial_number": certificate.serial}
    wanted |= dict(zip(("issuer_name_hash", "issuer_key_hash"), _hashes(issuer, "sha1"), strict=True))
    return bytes(ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": wanted}]}}).dump())


def read_ocsp(answer: bytes, certificate: Certificate, issuer: Certificate) -> Evidence | None:
    """Return what an OCSP response (DER) proves about ``certificate``; None if nothing.

    Raises SignerError (SIG-E444) if whoever signed it had no right to.
    """
    try:
        return _read_ocsp(answer, certificate, issuer)
    except _MALFORMED:
        return None


def read_crl(source: bytes, certificate: Certificate, issuer: Certificate) -> Evidence | None:
    """Return what a revocation list (DER) proves about ``certificate``; None if nothing."""
    try:
        return _read_crl(source, certificate, issuer)
    except _MALFORMED:
        return None


def _read_ocsp(answer: bytes, certificate: Certificate, issuer: Certificate) -> Evidence | None:
    response = ocsp.OCSPResponse.load(answer, strict=True)
    if response["response_status"].native != "successful" or response.copy().dump(force=True) != answer:
        return None
    basic = response["response_bytes"]["response"].parsed
    data = basic["tbs_response_data"]
    found = [one for one in data["responses"] if _is_about(one["cert_id"], certificate, issuer)]
    if len(found) != 1 or found[0]["cert_status"].name == "unknown":
        return None
    responder = _responder(basic, issuer, data["produced_at"].native)
    if not algorithms.signed_by(
        responder, basic["signature_algorithm"]["algorithm"].native, data.dump(), basic["signature"].native
    ):
        return None
    status = found[0]["cert_status"]
    return Evidence(
        produced=max(data["produced_at"].native, found[0]["this_update"].native),
        until=found[0]["next_update"].native,
        revoked=status.chosen["revocation_time"].native if status.name == "revoked" else None,
    )


def _responder(basic: ocsp.BasicOCSPResponse, issuer: Certificate, at: datetime) -> Certificate:
    """Return who signed: the issuer, or one delegate named for this alone (RFC 6960, 4.2.2.2)."""
    inside = [certificates.load(one.dump()) for one in basic["certs"] or ()]
    if not inside or [one.der for one in inside] == [issuer.der]:
        return issuer
    (delegate,) = (one for one in inside if one.der != issuer.der)
    entitled = (
        certificates.issued(delegate, issuer),
        delegate.extended_key_usage == {"ocsp_signing"},
        delegate.ocsp_no_check,
        delegate.in_date(at),
        not delegate.critical_unknown,
    )
    if not all(entitled):
        raise SignerError("SIG-E444", certificate=delegate.label)
    return delegate


def _is_about(wanted: ocsp.CertId, certificate: Certificate, issuer: Certificate) -> bool:
    name = wanted["hash_algorithm"]["algorithm"].native
    stated = tuple(wanted[key].native for key in ("issuer_name_hash", "issuer_key_hash", "serial_number"))
    return name in {"sha1", "sha256"} and stated == (*_hashes(issuer, name), certificate.serial)


def _hashes(issuer: Certificate, name: str) -> tuple[bytes, bytes]:
    """Return the digests of an issuer's name and key that OCSP knows it by; nothing is proven by them."""
    key = keys.PublicKeyInfo.load(issuer.public_key)
    return hashlib.new(name, issuer.subject).digest(), getattr(key, name)


def _read_crl(source: bytes, certificate: Certificate, issuer: Certificate) -> Evidence | None:
    outer = crl.CertificateList.load(source, strict=True)
    data = outer["tbs_cert_list"]
    scheme = outer["signature_algorithm"]
    sound = (
        data["issuer"].dump() == issuer.subject,
        "crl_sign" in issuer.key_usage,
        scheme.dump() == data["signature"].dump(),
        all(_harmless(one) for one in data["crl_extensions"] or ()),
        algorithms.signed_by(issuer, scheme["algorithm"].native, data.dump(), outer["signature"].native),
    )
    if not all(sound):
        return None
    entries = data["revoked_certificates"] or ()
    revoked = (one["revocation_date"].native for one in entries if one["user_certificate"].native == certificate.serial)
    return Evidence(data["this_update"].native, data["next_update"].native, next(revoked, None))


def _harmless(extension: crl.TBSCertListExtension) -> bool:
    """Refuse a list that is not about every certificate of its issuer: by delta, by part, by proxy."""
    if extension["extn_id"].native != "issuing_distribution_point":
        return not extension["critical"].native
    point = extension["extn_value"].parsed
    limits = ("only_contains_user_certs", "only_contains_ca_certs", "only_contains_attribute_certs")
    return not any(point[name].native for name in (*limits, "indirect_crl", "only_some_reasons"))
