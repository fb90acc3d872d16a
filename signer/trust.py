"""Trust: from a signer's certificate up to a root known by its SHA-256 fingerprint (RFC 5280, section 6).

The container or the card brings every certificate, root included; this program holds fingerprints only. A
test root is trusted only where the user hands it over, and its name then always starts with TEST.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from asn1crypto import pem

from signer import certificate as certificates
from signer.errors import Reason, SignerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from signer.certificate import Certificate

BELGIAN_ROOTS: Final[Mapping[str, str]] = {
    "a8d14e945e3e5156bcae5e39737cf6a1b1f51028bbbf982f50ce5f4c05568b4d": "Belgium Root CA3",
    "c3fbf37259af0954eeea4282dd1c7226a54e7150f7c29a2c495ba34dbfe09ca0": "Belgium Root CA4",
    "702dd5c1a093cf0a9d71fadd9bf9a7c5857d89fb73b716e867228b3c2beb968f": "Belgium Root CA4",  # renewed to 2032
    "9c872bc979a7c09a58d4a274c199e5cb16cfa9b9618d98bc9a9988e984b8495c": "Belgium Root CA6",
}
"""SHA-256 of the root certificate -> its name."""

MAX_CHAIN: Final = 5
TEST: Final = "TEST"
"""How the name of every root begins that the user handed over."""


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Roots by fingerprint; without argument the Belgian ones and nothing else."""

    roots: Mapping[str, str] = field(default_factory=lambda: dict(BELGIAN_ROOTS))
    """SHA-256 of the root certificate -> its name, as verdicts show it."""

    @classmethod
    def with_pem(cls, source: bytes) -> TrustStore:
        """Return the Belgian roots and the test roots of a PEM file, named ``TEST …``.

        Raises SignerError (SIG-E312) if the file holds anything but certificate authorities.
        """
        extra: dict[str, str] = {}
        try:
            found = [certificates.load(der) for _, _, der in pem.unarmor(source, multiple=True)]
        except (ValueError, SignerError) as error:
            raise SignerError("SIG-E312", file="PEM") from error
        for root in found:
            if not root.authority or root.subject != root.issuer:
                raise SignerError("SIG-E312", file=root.label)
            extra[root.sha256] = f"{TEST} {root.label.removeprefix(TEST).strip()}"
        return cls({**extra, **BELGIAN_ROOTS})


def check_chain(chain: Sequence[Certificate], store: TrustStore, at: datetime) -> tuple[str, list[Reason]]:
    """Follow a chain, subject first and root last, at the moment ``at``.

    Returns the name of the trusted root ("" without one) and every reason to refuse.
    """
    if len(chain) > MAX_CHAIN:
        return "", [Reason("SIG-E411", {"certificate": chain[0].label})]
    reasons: list[Reason] = []
    for position, (child, parent) in enumerate(pairwise(chain)):
        if not certificates.issued(child, parent):
            reasons.append(Reason("SIG-E411", {"certificate": child.label}))
        too_long = parent.path_length is not None and position > parent.path_length
        if not parent.authority or "key_cert_sign" not in parent.key_usage or too_long:
            reasons.append(Reason("SIG-E422", {"certificate": parent.label}))
    for one in chain:
        if not one.in_date(at):
            reasons.append(Reason("SIG-E413", {"certificate": one.label, "time": f"{at:%Y-%m-%d}"}))
        if one.critical_unknown:
            reasons.append(Reason("SIG-E423", {"certificate": one.label}))
    name = store.roots.get(chain[-1].sha256, "")
    if not name:
        reasons.append(Reason("SIG-E412", {"root": chain[-1].label}))
    elif len(chain) == 1:
        reasons.append(Reason("SIG-E411", {"certificate": chain[0].label}))
    return name, reasons


def chain_of(certificate: Certificate, pool: Iterable[Certificate], store: TrustStore) -> tuple[Certificate, ...]:
    """Return the certificate and, from ``pool``, its issuer and so on, as far as it leads; root last."""
    chain = [certificate]
    while chain[-1].sha256 not in store.roots and len(chain) < MAX_CHAIN:
        known = {one.der for one in chain}
        issuers = (one for one in pool if one.der not in known and certificates.issued(chain[-1], one))
        issuer = next(issuers, None)
        if issuer is None:
            break
        chain.append(issuer)
    return tuple(chain)


def check_signer(certificate: Certificate) -> list[Reason]:
    """Return every reason why this is no qualified signature certificate with a national number."""
    named = {"certificate": certificate.label}
    wanted = {
        "SIG-E415": certificate.signs_documents,
        "SIG-E416": certificate.qualified,
        "SIG-E417": bool(certificate.niss),
    }
    return [Reason(code, named) for code, met in wanted.items() if not met]
