"""Time stamp: ask for an RFC 3161 token, and read one without believing anything that it does not prove.

A token is CMS SignedData (RFC 5652) over a TSTInfo. Only one shape is accepted: one signer, whose
certificate is inside and named by the signed attributes (RFC 5816), no unsigned attribute, nothing beside.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from asn1crypto import cms, tsp

from signer import algorithms
from signer import certificate as certificates
from signer.errors import SignerError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from asn1crypto import core

    from signer.certificate import Certificate

_HASHES: Final = frozenset({"sha256", "sha384", "sha512"})


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """What a sound token says; whether its signer is trusted is not told here."""

    time: datetime
    imprint: bytes
    """SHA-256 of what was stamped."""
    nonce: int | None
    certificates: tuple[Certificate, ...] = field(repr=False)
    """The authority's certificate first, then the others in the token."""

    @property
    def authority(self) -> Certificate:
        """The certificate that signed the token."""
        return self.certificates[0]


def request(stamped: bytes, nonce: int) -> bytes:
    """Return the request for a time stamp over ``stamped``, which asks for the certificate too."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": algorithms.digest(stamped)}
    fields = {"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    return bytes(tsp.TimeStampReq(fields).dump())


def token_in(answer: bytes) -> bytes | None:
    """Return the token (DER) in an authority's answer, or None if it refuses or makes no sense."""
    try:
        response = tsp.TimeStampResp.load(answer, strict=True)
        granted = response["status"]["status"].native in {"granted", "granted_with_mods"}
        return bytes(response["time_stamp_token"].dump()) if granted else None
    except (ValueError, TypeError, KeyError):
        return None


def load(token: bytes) -> TimeStamp | None:
    """Return what a token (DER) says, or None if it is not sound in every respect."""
    try:
        return _load(token)
    except (ValueError, TypeError, KeyError, AttributeError, SignerError):
        return None


def _load(token: bytes) -> TimeStamp:
    outer = cms.ContentInfo.load(token, strict=True)
    data = outer["content"]
    (signer,) = data["signer_infos"]
    content = bytes(data["encap_content_info"]["content"])
    info = tsp.TSTInfo.load(content, strict=True)
    inside = tuple(certificates.load(one.chosen.dump()) for one in data["certificates"])
    issuer, serial = signer["sid"].chosen["issuer"].dump(), signer["sid"].chosen["serial_number"].native
    (own,) = (one for one in inside if (one.issuer, one.serial) == (issuer, serial))
    hash_name = signer["digest_algorithm"]["algorithm"].native
    attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    sound = (
        outer["content_type"].native == "signed_data",
        (data["version"].native, signer["version"].native, info["version"].native) == ("v3", "v1", "v1"),
        data["encap_content_info"]["content_type"].native == "tst_info",
        [one["algorithm"].native for one in data["digest_algorithms"]] == [hash_name],
        hash_name in _HASHES,
        info["message_imprint"]["hash_algorithm"]["algorithm"].native == "sha256",
        not len(data["crls"] or ()) and not len(signer["unsigned_attrs"] or ()),
        len(attributes) == len(signer["signed_attrs"]),
        attributes["content_type"].native == ["tst_info"],
        attributes["message_digest"].native == [hashlib.new(hash_name, content).digest()],
        _names(attributes, own),
        outer.copy().dump(force=True) == token,  # canonical encoding, so that no byte is without meaning
    )
    # The attributes are signed as a SET, and stored under a context tag (RFC 5652, section 5.4).
    signed = b"\x31" + signer["signed_attrs"].dump()[1:]
    scheme = signer["signature_algorithm"]["algorithm"].native
    scheme = f"{hash_name}_rsa" if scheme == "rsassa_pkcs1v15" else scheme
    if not all(sound) or not algorithms.signed_by(own, scheme, signed, signer["signature"].native):
        raise ValueError(sound)
    others = tuple(one for one in inside if one is not own)
    return TimeStamp(
        info["gen_time"].native,
        info["message_imprint"]["hashed_message"].native,
        info["nonce"].native,
        (own, *others),
    )


def _names(attributes: Mapping[str, core.SetOf], certificate: Certificate) -> bool:
    """Tell whether the signed attributes name this certificate as the signer's, by its digest."""
    if "signing_certificate_v2" in attributes:
        named = attributes["signing_certificate_v2"][0]["certs"][0]
        name = named["hash_algorithm"]["algorithm"].native
        return name in _HASHES and named["cert_hash"].native == hashlib.new(name, certificate.der).digest()
    named = attributes["signing_certificate"][0]["certs"][0]  # RFC 3161 knew SHA-1 only
    return bool(named["cert_hash"].native == hashlib.sha1(certificate.der).digest())  # noqa: S324
