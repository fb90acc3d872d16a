"""Algorithms: the closed list for signatures and digests, by XML Signature identifier (RFC 9231)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from signer.errors import SignerError

if TYPE_CHECKING:
    from signer.certificate import Certificate

DIGEST: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
CANONICAL: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
SCHEMES: Final = frozenset(f"{name}_{kind}" for name in ("sha256", "sha384", "sha512") for kind in ("rsa", "ecdsa"))
"""What certificates, time stamps, OCSP answers and revocation lists may be signed with."""
MIN_RSA_BITS: Final = 2048
P384_BYTES: Final = 48


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A signature algorithm that a Belgian card can produce."""

    key: str
    """``RSA`` or ``EC secp384r1``: the keys it is made for."""
    uri: str
    hash_name: str
    """``sha256`` or ``sha384``, as hashlib calls it."""


RSA: Final = Algorithm("RSA", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "sha256")
ECDSA: Final = Algorithm("EC secp384r1", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", "sha384")
ALGORITHMS: Final = (RSA, ECDSA)


def digest(content: bytes) -> bytes:
    """Return the SHA-256 of ``content``, the only digest in our signatures."""
    return hashlib.sha256(content).digest()


def algorithm_of(certificate: Certificate) -> Algorithm:
    """Return the one algorithm for this certificate's key. Raises SignerError for any other kind of key."""
    for algorithm in ALGORITHMS:
        if certificate.key == algorithm.key and (algorithm is ECDSA or certificate.key_bits >= MIN_RSA_BITS):
            return algorithm
    raise SignerError("SIG-E305", key=f"{certificate.key} {certificate.key_bits or ''}".strip())


def verifies(certificate: Certificate, data: bytes, value: bytes) -> bool:
    """Tell whether ``value`` is the XML Signature value (RFC 9231: RSA PKCS#1 v1.5, or r‖s) over ``data``."""
    from cryptography.hazmat.primitives.asymmetric import utils  # noqa: PLC0415 - costs 60 ms, needed only here

    if algorithm_of(certificate) is RSA:
        return signed_by(certificate, "sha256_rsa", data, value)
    if len(value) != 2 * P384_BYTES:
        return False
    r, s = int.from_bytes(value[:P384_BYTES]), int.from_bytes(value[P384_BYTES:])
    return signed_by(certificate, "sha384_ecdsa", data, utils.encode_dss_signature(r, s))


def signed_by(certificate: Certificate, scheme: str, data: bytes, value: bytes) -> bool:
    """Tell whether this certificate's key made ``value`` (ECDSA: in DER) over ``data``.

    ``scheme`` is a name of asn1crypto's SignedDigestAlgorithmId; any outside ``SCHEMES`` is refused.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa  # noqa: PLC0415

    if scheme not in SCHEMES:
        return False
    name, _, kind = scheme.partition("_")
    chosen = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[name]
    try:
        key = serialization.load_der_public_key(certificate.public_key)
        if isinstance(key, rsa.RSAPublicKey) and kind == "rsa" and key.key_size >= MIN_RSA_BITS:
            key.verify(value, data, padding.PKCS1v15(), chosen)
        elif isinstance(key, ec.EllipticCurvePublicKey) and kind == "ecdsa":
            key.verify(value, data, ec.ECDSA(chosen))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
