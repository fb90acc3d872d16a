"""Evidence: what a signature carries to outlive its certificate, and whether that proves anything.

Level T has a time stamp over the signature value; level LT also has what proves that no certificate was
revoked. As with the rest of the signature, nothing that is not needed is accepted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from signer import algorithms, container, revocation, timestamp, trust, xades
from signer.errors import Reason, SignerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from signer.certificate import Certificate
    from signer.revocation import Evidence
    from signer.timestamp import TimeStamp
    from signer.trust import TrustStore
    from signer.xades import Signature

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
Level = Literal["B", "T", "LT"]
TIME_STAMPING: Final = frozenset({"time_stamping"})


def level_of(signature: Signature) -> Level:
    """Return the level that a signature claims by what it carries."""
    if signature.crls or signature.ocsps:
        return "LT"
    return "T" if signature.time_stamp else "B"


@dataclass(frozen=True, slots=True)
class Proof:
    """What the evidence in a signature proves."""

    stamped: datetime | None
    """When the signature existed at the latest, UTC; None without a sound time stamp."""
    trust: str
    """Name of the root that the time stamp leads to; empty without one."""
    reasons: list[Reason]
    """Every reason why it does not prove the signature's time and its certificates."""


def check(signature: Signature, store: TrustStore, now: datetime) -> Proof:
    """Return what the evidence in a signature of level T or LT proves at ``now``."""
    entry = container.signature_name(signature.number)
    stamp = timestamp.load(signature.time_stamp)
    if stamp is None:
        return Proof(None, "", [Reason("SIG-E430", {"file": entry})])
    reasons = check_stamp(signature, stamp, now)
    chain = authority_chain(signature, stamp, store)
    name, chain_reasons = trust.check_chain(chain, store, stamp.time)
    reasons += [*chain_reasons, *expired(signature.certificates, stamp.time), *expired(chain, now)]
    unneeded = set(stamp.certificates) - set(chain)
    if unneeded or needed_certificates(signature, stamp, chain) != signature.extra_certificates:
        reasons.append(Reason("SIG-E445", {"file": entry}))
    if level_of(signature) == "LT":
        reasons += _check_revocation(signature, stamp, chain, now)
    return Proof(stamp.time, name, reasons)


def check_stamp(signature: Signature, stamp: TimeStamp, now: datetime) -> list[Reason]:
    """Return every reason why a sound token does not tell when this signature was made."""
    entry = container.signature_name(signature.number)
    reasons = []
    if stamp.imprint != algorithms.digest(xades.stamped(signature)):
        reasons.append(Reason("SIG-E431", {"file": entry}))
    if stamp.authority.extended_key_usage != TIME_STAMPING:
        reasons.append(Reason("SIG-E432", {"certificate": stamp.authority.label}))
    if signature.time > stamp.time + CLOCK_TOLERANCE:
        reasons.append(Reason("SIG-E433", {"time": _minute(signature.time), "stamp": _minute(stamp.time)}))
    if stamp.time > now + CLOCK_TOLERANCE:
        reasons.append(Reason("SIG-E420", {"time": _minute(stamp.time)}))
    return reasons


def expired(chain: Iterable[Certificate], now: datetime) -> list[Reason]:
    """Return a reason for each certificate that has run out by ``now``."""
    return [
        Reason("SIG-E414", {"certificate": one.label, "end": f"{one.end:%Y-%m-%d}"}) for one in chain if one.end < now
    ]


def authority_chain(signature: Signature, stamp: TimeStamp, store: TrustStore) -> tuple[Certificate, ...]:
    """Return the time-stamping authority's chain, from the certificates that the signature carries."""
    pool = (*stamp.certificates, *signature.certificates, *signature.extra_certificates)
    return trust.chain_of(stamp.authority, pool, store)


def needed_certificates(
    signature: Signature, stamp: TimeStamp, chain: Sequence[Certificate]
) -> tuple[Certificate, ...]:
    """Return the certificates of the authority's chain that stand neither in KeyInfo nor in the token."""
    elsewhere = {*signature.certificates, *stamp.certificates}
    return tuple(one for one in chain if one not in elsewhere)


def questions(signature: Signature, chain: Sequence[Certificate]) -> list[tuple[Certificate, Certificate]]:
    """Return each certificate whose revocation matters, with its issuer, in the order of their evidence."""
    pairs = [*pairwise(signature.certificates), *pairwise(chain)]
    return list({child.der: (child, issuer) for child, issuer in pairs}.values())


def refusal(found: Evidence, certificate: Certificate, stamp: TimeStamp, *, fresh: bool) -> Reason | None:
    """Return why evidence does not prove that a certificate was good at the time stamp; None if it does.

    ``fresh``: the evidence must be newer than the time stamp, as for the certificate of the person.
    """
    named = {"certificate": certificate.label}
    if found.revoked and (found.revoked <= stamp.time or not fresh):
        return Reason("SIG-E440", {**named, "time": _minute(found.revoked)})
    old = fresh and found.produced < stamp.time - CLOCK_TOLERANCE
    lapsed = found.until is not None and found.until < stamp.time
    return Reason("SIG-E443", named) if lapsed or old else None


def _check_revocation(
    signature: Signature, stamp: TimeStamp, chain: Sequence[Certificate], now: datetime
) -> list[Reason]:
    """Look for evidence about each certificate in turn: all of it must be there, and each piece be needed."""
    reasons: list[Reason] = []
    used: dict[bytes, None] = {}
    for certificate, issuer in questions(signature, chain):
        try:
            proof, found = _find(signature, certificate, issuer)
        except SignerError as error:
            reasons.append(error.reason)
            continue
        used[proof] = None
        refused = refusal(found, certificate, stamp, fresh=certificate == signature.signer)
        reasons += [refused] if refused else []
        if found.produced > now + CLOCK_TOLERANCE:
            time = _minute(found.produced)
            reasons.append(Reason("SIG-E446", {"certificate": certificate.label, "time": time}))
    in_order = tuple(tuple(one for one in used if one in given) for given in (signature.crls, signature.ocsps))
    if in_order != (signature.crls, signature.ocsps):
        reasons.append(Reason("SIG-E442", {"file": container.signature_name(signature.number)}))
    return reasons


def _find(signature: Signature, certificate: Certificate, issuer: Certificate) -> tuple[bytes, Evidence]:
    for read, given in ((revocation.read_ocsp, signature.ocsps), (revocation.read_crl, signature.crls)):
        for proof in given:
            if found := read(proof, certificate, issuer):
                return proof, found
    raise SignerError("SIG-E441", certificate=certificate.label)


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
