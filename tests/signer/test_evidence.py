"""Every tampered time stamp and every proof of non-revocation that proves something else is refused."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from asn1crypto import cms, core, keys, ocsp, tsp
from certomancer.registry import ServiceLabel
from certomancer.services import TimeStamper
from cryptography import x509 as checked
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from signer import archive, container, revocation, timestamp, xades, xml
from signer.archive import Entry
from signer.trust import TrustStore
from signer.verify import verify
from tests.signer.kit import markdown
from tests.signer.pki import ROOT, Wish, issue

if TYPE_CHECKING:
    from collections.abc import Callable

    from signer.xades import Signature
    from tests.signer.authority import Authority

FIRST = container.signature_name(0)


@dataclass(frozen=True)
class Bench:
    """A sealed package on the forger's bench, and the services that they may ask too."""

    package: bytes
    authority: Authority

    @property
    def signatures(self) -> list[Signature]:
        """The signatures of the good package."""
        return [xades.parse(one, "x") for one in container.read(self.package).signatures]

    @property
    def first(self) -> Signature:
        """The first of them."""
        return self.signatures[0]

    def forged(self, **changes: object) -> bytes:
        """Return the package with other values in its first signature, which stays well-formed."""
        forged = xml.serialise(xades.render(replace(self.first, **changes)))
        entries = archive.examine(self.package)[0]
        return archive.write(Entry(one.name, forged if one.name == FIRST else one.content) for one in entries)

    def stamp(self, stamped: bytes, *, label: str = "tsa", shift: timedelta = timedelta(0)) -> bytes:
        """Return a true time stamp over something else, by another service, or at another time."""
        question = tsp.TimeStampReq.load(timestamp.request(stamped, 1))
        registry = self.authority.architecture.service_registry
        stamper = registry.summon_timestamper(ServiceLabel(label), at_time=datetime.now(UTC) + shift)
        return bytes(stamper.request_tsa_response(question)["time_stamp_token"].dump())

    def ocsp(self, *, label: str = "citizen-1", number: int = 0, shift: timedelta = timedelta(0)) -> bytes:
        """Return a true OCSP answer about a signer, by another responder, or of another time."""
        subject, issuer = self.signatures[number].certificates[:2]
        question = ocsp.OCSPRequest.load(revocation.ocsp_request(subject, issuer))
        registry = self.authority.architecture.service_registry
        responder = registry.summon_responder(ServiceLabel(label), at_time=datetime.now(UTC) + shift)
        return bytes(responder.build_ocsp_response(question).dump())

    def crl(self, label: str, *, shift: timedelta = timedelta(0)) -> bytes:
        """Return a true revocation list."""
        registry = self.authority.architecture.service_registry
        return bytes(registry.get_crl(ServiceLabel(label), at_time=datetime.now(UTC) + shift).dump())


def _token_edited(edit: Callable[[cms.SignedData], None]) -> Callable[[Bench], bytes]:
    """Edit a part of the token that its signature does not cover."""

    def forge(bench: Bench) -> bytes:
        token = cms.ContentInfo.load(bench.first.time_stamp)
        edit(token["content"])
        return bench.forged(time_stamp=token.dump(force=True))

    return forge


def _unsigned_attribute(data: cms.SignedData) -> None:
    attribute = {"type": "content_type", "values": ["data"]}
    data["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([cms.CMSAttribute(attribute)])


def _second_signer(data: cms.SignedData) -> None:
    data["signer_infos"].append(data["signer_infos"][0].copy())


def _version(data: cms.SignedData) -> None:
    data["signer_infos"][0]["version"] = "v3"


def _added_certificate(bench: Bench) -> bytes:
    """Slip a certificate into the token that its chain does not need."""
    token = cms.ContentInfo.load(bench.first.time_stamp)
    added = cms.CertificateChoices.load(bench.signatures[1].signer.der)
    token["content"]["certificates"].append(added)
    return bench.forged(time_stamp=token.dump(force=True))


def _without_stamp(bench: Bench) -> bytes:
    root = xades.render(bench.first)
    stamp = root.find(".//xades:SignatureTimeStamp", xades.NAMESPACES)
    stamp.getparent().remove(stamp)
    forged = xml.serialise(root)
    entries = archive.examine(bench.package)[0]
    return archive.write(Entry(one.name, forged if one.name == FIRST else one.content) for one in entries)


def _other_encoding(bench: Bench) -> bytes:
    """Write the token's outermost length in more bytes than it takes."""
    token = bench.first.time_stamp
    body = core.Sequence.load(token).contents
    return bench.forged(time_stamp=b"\x30\x84" + len(body).to_bytes(4) + body)


NOBODY = issue(replace(ROOT, name="TEST Nobody's Root"))


def _unknown_authority(bench: Bench) -> bytes:
    """Stamp with an authority under a root that nobody trusts."""
    usage = checked.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    own = issue(Wish("TEST Nobody's TSA", "", usage=("digital_signature",), qualified=False, extra=usage), NOBODY)
    encoding, form = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8
    key = keys.PrivateKeyInfo.load(own.key.private_bytes(encoding, form, serialization.NoEncryption()))
    stamper = TimeStamper(own.plain, key, fixed_dt=datetime.now(UTC), certs_to_embed=[NOBODY.plain])
    question = tsp.TimeStampReq.load(timestamp.request(xades.stamped(bench.first), 1))
    return bench.forged(time_stamp=stamper.request_tsa_response(question)["time_stamp_token"].dump())


FORGERIES: dict[str, Callable[[Bench], bytes]] = {
    "stamp of the other signature": lambda bench: bench.forged(time_stamp=bench.signatures[1].time_stamp),
    "stamp over something else": lambda bench: bench.forged(time_stamp=bench.stamp(b"something else")),
    "stamp by a non-authority": lambda bench: bench.forged(
        time_stamp=bench.stamp(xades.stamped(bench.first), label="tsa-false")
    ),
    "stamp from the future": lambda bench: bench.forged(
        time_stamp=bench.stamp(xades.stamped(bench.first), shift=timedelta(hours=1))
    ),
    "stamp before the signature": lambda bench: bench.forged(
        time_stamp=bench.stamp(xades.stamped(bench.first), shift=timedelta(hours=-1))
    ),
    "stamp long before the certificate": lambda bench: bench.forged(
        time_stamp=bench.stamp(xades.stamped(bench.first), shift=timedelta(days=-3650))
    ),
    "stamp cut short": lambda bench: bench.forged(time_stamp=bench.first.time_stamp[:-1]),
    "stamp with a tail": lambda bench: bench.forged(time_stamp=bench.first.time_stamp + b"\x00"),
    "stamp is garbage": lambda bench: bench.forged(time_stamp=b"garbage"),
    "stamp in another encoding": _other_encoding,
    "stamp with an unsigned attribute": _token_edited(_unsigned_attribute),
    "stamp with a second signer": _token_edited(_second_signer),
    "stamp of another version": _token_edited(_version),
    "stamp with a certificate added": _added_certificate,
    "stamp removed, proofs kept": _without_stamp,
    "no OCSP answer": lambda bench: bench.forged(ocsps=()),
    "no list": lambda bench: bench.forged(crls=()),
    "OCSP answer about the other signer": lambda bench: bench.forged(ocsps=bench.signatures[1].ocsps),
    "OCSP answer twice": lambda bench: bench.forged(ocsps=bench.first.ocsps * 2),
    "OCSP answer of both signers": lambda bench: bench.forged(ocsps=(*bench.first.ocsps, *bench.signatures[1].ocsps)),
    "OCSP answer from yesterday": lambda bench: bench.forged(ocsps=(bench.ocsp(shift=timedelta(days=-1)),)),
    "OCSP answer from tomorrow": lambda bench: bench.forged(ocsps=(bench.ocsp(shift=timedelta(days=1)),)),
    # It comes out every thirty days.
    "list of the next time": lambda bench: bench.forged(crls=(bench.crl("root", shift=timedelta(days=30)),)),
    "OCSP answer by a false responder": lambda bench: bench.forged(ocsps=(bench.ocsp(label="citizen-1-by-false"),)),
    "OCSP answer is garbage": lambda bench: bench.forged(ocsps=(b"garbage",)),
    "OCSP answer edited": lambda bench: bench.forged(
        ocsps=(bench.first.ocsps[0].replace(b"\x80\x00", b"\x82\x00", 1),)
    ),
    "list of another authority": lambda bench: bench.forged(crls=(bench.crl("citizen-2"),)),
    "list that is not needed": lambda bench: bench.forged(crls=(*bench.first.crls, bench.crl("citizen-2"))),
    "list twice": lambda bench: bench.forged(crls=bench.first.crls * 2),
    "list that ran out": lambda bench: bench.forged(crls=(bench.crl("root", shift=timedelta(days=-90)),)),
    "list is garbage": lambda bench: bench.forged(crls=(b"garbage",)),
    "certificate added": lambda bench: bench.forged(extra_certificates=(bench.signatures[1].signer,)),
    "certificate repeated": lambda bench: bench.forged(extra_certificates=(bench.first.certificates[1],)),
    "stamp by an unknown authority": _unknown_authority,
}

ATTACKS = markdown("""
| attack                             | code     |
| ---------------------------------- | -------- |
| stamp of the other signature       | SIG-E431 |
| stamp over something else          | SIG-E431 |
| stamp by a non-authority           | SIG-E432 |
| stamp from the future              | SIG-E420 |
| stamp before the signature         | SIG-E433 |
| stamp long before the certificate  | SIG-E433 |
| stamp cut short                    | SIG-E430 |
| stamp with a tail                  | SIG-E430 |
| stamp is garbage                   | SIG-E430 |
| stamp in another encoding          | SIG-E430 |
| stamp with an unsigned attribute   | SIG-E430 |
| stamp with a second signer         | SIG-E430 |
| stamp of another version           | SIG-E430 |
| stamp with a certificate added     | SIG-E445 |
| stamp removed, proofs kept         | SIG-E402 |
| no OCSP answer                     | SIG-E441 |
| no list                            | SIG-E441 |
| OCSP answer about the other signer | SIG-E441 |
| OCSP answer twice                  | SIG-E442 |
| OCSP answer of both signers        | SIG-E442 |
| OCSP answer from yesterday         | SIG-E443 |
| OCSP answer from tomorrow          | SIG-E446 |
| list of the next time              | SIG-E446 |
| OCSP answer by a false responder   | SIG-E444 |
| OCSP answer is garbage             | SIG-E441 |
| OCSP answer edited                 | SIG-E441 |
| list of another authority          | SIG-E441 |
| list that is not needed            | SIG-E442 |
| list twice                         | SIG-E442 |
| list that ran out                  | SIG-E443 |
| list is garbage                    | SIG-E441 |
| certificate added                  | SIG-E445 |
| certificate repeated               | SIG-E445 |
| stamp by an unknown authority      | SIG-E412 |
""")


@pytest.fixture(scope="session")
def bench(sealed: bytes, authority: Authority) -> Bench:
    """Return the forger's bench."""
    return Bench(sealed, authority)


def test_every_forgery_is_in_the_table() -> None:
    """The table and the bench know the same attacks."""
    assert [row["attack"] for row in ATTACKS] == list(FORGERIES)


@pytest.mark.parametrize("row", ATTACKS, ids=lambda row: row["attack"])
def test_forged_evidence_is_refused(bench: Bench, pki_store: TrustStore, row: dict[str, str]) -> None:
    """A sealed package with tampered evidence is not valid, and the reason fits."""
    verdict = verify(FORGERIES[row["attack"]](bench), pki_store)
    assert not verdict.valid
    assert row["code"] in {reason.code for one in verdict.signatures for reason in one.reasons}


def test_without_its_seal_a_signature_is_what_it_was(bench: Bench, pki_store: TrustStore) -> None:
    """Who takes the evidence away takes the level away: the verdict says B, not yet sealed."""
    bare = bench.forged(time_stamp=b"", crls=(), ocsps=(), extra_certificates=())
    verdict = verify(bare, pki_store)
    assert verdict.valid
    assert [one.level for one in verdict.signatures] == ["B", "LT"]


def test_a_test_stamp_makes_a_test_verdict(bench: Bench) -> None:
    """A signature under a root of the State, stamped under a test root that is trusted as well, is a test."""
    state = {bench.first.certificates[-1].sha256: "Belgium Root CA6"}
    stamped = replace(bench.first, crls=(), ocsps=(), extra_certificates=())
    store = TrustStore({**TrustStore.with_pem(NOBODY.pem).roots, **state})
    unsealed = Bench(_single(bench, stamped), bench.authority)
    assert [one.trust for one in verify(unsealed.package, store).signatures] == ["Belgium Root CA6"]
    (told,) = verify(_unknown_authority(unsealed), store).signatures
    assert (told.valid, told.trust) == (True, "TEST Nobody's Root")


def _single(bench: Bench, signature: Signature) -> bytes:
    """Return the package with this signature alone."""
    found = container.read(bench.package)
    return container.with_signatures(found, [xml.serialise(xades.render(signature))])


def test_no_byte_of_the_evidence_can_change(bench: Bench, pki_store: TrustStore) -> None:
    """A byte changed anywhere in a sealed signature, archive mended, is found out."""
    entries = archive.examine(bench.package)[0]
    content = next(one.content for one in entries if one.name == FIRST)
    for offset in random.Random(5).sample(range(len(content)), 400):
        damaged = bytearray(content)
        damaged[offset] ^= 0x01
        mended = archive.write(Entry(one.name, bytes(damaged) if one.name == FIRST else one.content) for one in entries)
        verdict = verify(mended, pki_store)
        assert not verdict.valid, offset
        assert "SIG-E499" not in {reason.code for reason in verdict.signatures[0].reasons}, offset


@pytest.mark.parametrize("field", ["time_stamp", "ocsps", "crls"])
def test_no_bit_of_the_der_can_change(bench: Bench, pki_store: TrustStore, field: str) -> None:
    """The same inside the base64: every bit of token, answer and list counts."""
    value = getattr(bench.first, field)
    content = value if isinstance(value, bytes) else value[0]
    chance = random.Random(6)
    for offset in range(0, len(content), 7):
        damaged = bytearray(content)
        damaged[offset] ^= 1 << chance.randrange(8)
        forged = bytes(damaged) if isinstance(value, bytes) else (bytes(damaged),)
        verdict = verify(bench.forged(**{field: forged}), pki_store)
        assert not verdict.valid, offset
        assert "SIG-E499" not in {reason.code for reason in verdict.signatures[0].reasons}, offset
