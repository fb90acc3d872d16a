"""Verify: what a package's signatures are worth, told offline and without ever raising on hostile input.

Container and signatures are accepted only if this program would have written the very same bytes; on top of
that come digests, signature values, the chain to a pinned root, dates, key usage, and one role and one person
per signature.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from signer import algorithms, container, evidence, trust, xades
from signer.certificate import mask_niss
from signer.errors import Reason, SignerError, printable
from signer.evidence import CLOCK_TOLERANCE, Level, Proof
from signer.trust import TEST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signer.container import DataFile
    from signer.trust import TrustStore
    from signer.xades import Signature


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """What one signature is worth."""

    entry: str
    """Its entry in the package."""
    role: str
    """Claimed role; empty where the signature cannot be read."""
    name: str
    """Given name and surname of the certificate."""
    niss: str = field(repr=False)
    """National number of the certificate, 11 digits: to be compared, never shown."""
    niss_masked: str
    level: Level
    valid: bool
    reasons: tuple[Reason, ...]
    """Why it is not valid; empty when it is."""
    signing_time: datetime | None
    """Claimed time, UTC."""
    stamped: datetime | None
    """Time of its time stamp, UTC: proves that it is no younger, not that it is no older."""
    trust: str
    """Name of the root it leads to; a test root's, which starts with TEST, where its time stamp leads to one."""
    certificate_sha256: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a package is worth."""

    valid: bool
    """No problem, at least one signature, and all of them valid."""
    signatures: tuple[SignatureVerdict, ...]
    files: tuple[tuple[str, str], ...]
    """Name and SHA-256 (hexadecimal) of each data file, as it is now."""
    problems: tuple[Reason, ...]
    """What is wrong with the package or with its signatures taken together."""


def verify(package: bytes, store: TrustStore, *, now: datetime | None = None) -> Verdict:
    """Return the verdict on a package at ``now`` (with zone; by default the present). Never raises."""
    moment = now or datetime.now(UTC)
    found, reasons = container.examine(package)
    verdicts = tuple(
        _judge(source, number, found.files, store, moment) for number, source in enumerate(found.signatures)
    )
    problems = [*reasons]
    if not verdicts:
        problems.append(Reason("SIG-E401"))
    roles = Counter(one.role.casefold() for one in verdicts if one.role)
    people = Counter(one.niss for one in verdicts if one.niss)
    problems += [Reason("SIG-E418", {"role": role}) for role, times in roles.items() if times > 1]
    problems += [Reason("SIG-E419", {"person": mask_niss(niss)}) for niss, times in people.items() if times > 1]
    return Verdict(
        valid=not problems and all(one.valid for one in verdicts),
        signatures=verdicts,
        files=tuple((printable(name), algorithms.digest(one.content).hex()) for name, one in found.files.items()),
        problems=tuple(problems),
    )


def _judge(
    source: bytes, number: int, files: Mapping[str, DataFile], store: TrustStore, now: datetime
) -> SignatureVerdict:
    entry = container.signature_name(number)
    try:
        return _judge_read(xades.parse(source, entry), number, files, store, now)
    except SignerError as error:
        reason = error.reason
    except Exception:  # noqa: BLE001 - hostile input must end in a refusal, even by a way that nobody thought of
        reason = Reason("SIG-E499", {"file": entry})
    return SignatureVerdict(entry, "", "", "", "***", "B", False, (reason,), None, None, "", "")  # noqa: FBT003


def _judge_read(
    signature: Signature, number: int, files: Mapping[str, DataFile], store: TrustStore, now: datetime
) -> SignatureVerdict:
    signer = signature.signer
    name, chain_reasons = trust.check_chain(signature.certificates, store, signature.time)
    proof = _check_time(signature, store, now)
    reasons = [
        *check_integrity(signature, number, files),
        *chain_reasons,
        *trust.check_signer(signer),
        *proof.reasons,
    ]
    return SignatureVerdict(
        entry=container.signature_name(number),
        role=signature.role,
        name=signer.name,
        niss=signer.niss,
        niss_masked=mask_niss(signer.niss),
        level=evidence.level_of(signature),
        valid=not reasons,
        reasons=tuple(reasons),
        signing_time=signature.time,
        stamped=proof.stamped,
        trust=proof.trust if name and proof.trust.startswith(TEST) else name,
        certificate_sha256=signer.sha256,
    )


def _check_time(signature: Signature, store: TrustStore, now: datetime) -> Proof:
    """Refuse a time that nothing proves beyond the certificate's life (EN 319 102-1, 5.3)."""
    if signature.time > now + CLOCK_TOLERANCE:
        return Proof(None, "", [Reason("SIG-E420", {"time": f"{signature.time:%Y-%m-%d %H:%M} UTC"})])
    if evidence.level_of(signature) == "B":
        valid_then = [one for one in signature.certificates if one.in_date(signature.time)]
        return Proof(None, "", evidence.expired(valid_then, now))
    return evidence.check(signature, store, now)


def check_integrity(signature: Signature, number: int, files: Mapping[str, DataFile]) -> list[Reason]:
    """Return every reason why a signature does not hold over exactly ``files``, whoever made it."""
    name = container.signature_name(number)
    covered = {reference.name: reference for reference in signature.references}
    reasons = [Reason("SIG-E405", {"file": file}) for file in files if file not in covered]
    reasons += [Reason("SIG-E406", {"file": file}) for file in covered if file not in files]
    for file, reference in covered.items():
        if file in files and algorithms.digest(files[file].content) != reference.digest:
            reasons.append(Reason("SIG-E404", {"file": file}))
        elif file in files and files[file].mimetype != reference.mimetype:
            reasons.append(Reason("SIG-E421", {"file": file}))
    if covered.keys() == files.keys() and list(covered) != list(files):
        reasons.append(Reason("SIG-E212"))
    if signature.number != number or len(covered) != len(signature.references):
        reasons.append(Reason("SIG-E424", {"file": name}))
    try:
        if not algorithms.verifies(signature.signer, xades.signed_info(signature), signature.value):
            reasons.append(Reason("SIG-E408", {"file": name}))
    except SignerError as error:
        reasons.append(error.reason)
    return reasons
