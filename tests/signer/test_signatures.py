"""Two officers sign one package, and others than we believe it."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from signer import container, xades
from signer.demo import DEMO_OFFICERS, DemoToken, demo_root_pem
from signer.errors import SignerError
from signer.sign import sign
from signer.trust import TrustStore
from signer.verify import verify
from signer.xades import Place
from tests.signer.kit import demand, run

if TYPE_CHECKING:
    from pathlib import Path


def entries(package: bytes) -> dict[str, bytes]:
    """Read a package with an independent ZIP reader."""
    with zipfile.ZipFile(BytesIO(package)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_both_signatures_are_valid(signed: bytes, store: TrustStore) -> None:
    """The verdict names roles, people, level and root; the root says that it is a test."""
    verdict = verify(signed, store)
    assert verdict.valid
    assert [(one.role, one.name, one.level, one.trust) for one in verdict.signatures] == [
        ("secretary", "Anna Voorbeeld", "B", "TEST Rapport Unique Root"),
        ("president", "Bernard Exemple", "B", "TEST Rapport Unique Root"),
    ]
    assert not verdict.problems


@pytest.mark.parametrize("number", [0, 1])
def test_xmlsec1_agrees(signed: bytes, demo_home: Path, tmp_path: Path, number: int) -> None:
    """An independent XML Signature implementation verifies RSA and P-384, chain included."""
    demand("xmlsec1")
    for name, content in entries(signed).items():
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)
        (tmp_path / quote(name)).write_bytes(content)
    (tmp_path / "root.pem").write_bytes(demo_root_pem(demo_home))
    identifiers = ("--id-attr:Id", f"{xades.NAMESPACES['xades']}:SignedProperties")
    entry = container.signature_name(number)
    said = run("xmlsec1", "--verify", *identifiers, "--trusted-pem", "root.pem", entry, cwd=tmp_path)
    assert "SignedInfo References (ok/all): 4/4" in said


def test_the_second_signature_leaves_every_byte_of_the_first(half_signed: bytes, signed: bytes) -> None:
    """The countersigned package begins with the very bytes of the first, and adds one entry."""
    before, after = entries(half_signed), entries(signed)
    assert {name: after[name] for name in before} == before
    assert list(after) == [*before, "META-INF/signatures1.xml"]
    length = half_signed.rindex(b"PK\x01\x02", 0, half_signed.index(b"PK\x01\x02") + 4)
    assert signed[:length] == half_signed[:length]


def test_the_container_is_asic_e(signed: bytes) -> None:
    """The first entry is an uncompressed mimetype at a fixed offset, for file tools to recognise."""
    assert signed[30:38] == b"mimetype"
    assert signed[38:].startswith(container.MIMETYPE.encode())


def test_signing_twice_gives_the_same_bytes_for_rsa(unsigned: bytes, secretary: DemoToken) -> None:
    """A package is a function of its documents, signer and time: nothing else leaks in."""
    at = datetime(2026, 2, 27, 9, 30, tzinfo=UTC)
    assert sign(unsigned, secretary, role="secretary", at=at) == sign(unsigned, secretary, role="secretary", at=at)


def test_the_place_is_stated(half_signed: bytes) -> None:
    """Where the Secretary signed stands among the signed properties."""
    (source,) = container.read(half_signed).signatures
    assert xades.parse(source, "x").place == Place("Namur", "5000", "BE")


def test_a_role_signs_once(half_signed: bytes, president: DemoToken) -> None:
    """A second signature in the same role, however it is spelt, is refused."""
    with pytest.raises(SignerError) as caught:
        sign(half_signed, president, role="Secretary")
    assert caught.value.code == "SIG-E301"


def test_a_person_signs_once(half_signed: bytes, secretary: DemoToken) -> None:
    """The Secretary cannot be the President too; the message masks who it is."""
    with pytest.raises(SignerError) as caught:
        sign(half_signed, secretary, role="president")
    assert (caught.value.code, caught.value.params["person"]) == ("SIG-E302", "70.01.01-***.**")


@pytest.mark.parametrize("text", ["", " ", "x" * 101, "pre\x00sident", "presi\u202edent", "a\nb"])
def test_a_role_that_cannot_be_written_is_refused(unsigned: bytes, secretary: DemoToken, text: str) -> None:
    """A role is short, printable text."""
    with pytest.raises(SignerError) as caught:
        sign(unsigned, secretary, role=text)
    assert caught.value.code == "SIG-E307"


@pytest.mark.parametrize("years", [-3, 20])
def test_a_certificate_out_of_date_does_not_sign(unsigned: bytes, secretary: DemoToken, years: int) -> None:
    """The certificate must be in date at the signing time."""
    with pytest.raises(SignerError) as caught:
        sign(unsigned, secretary, role="secretary", at=datetime.now(UTC) + timedelta(days=365 * years))
    assert caught.value.code == "SIG-E303"


def test_nobody_signs_beside_a_broken_signature(half_signed: bytes, president: DemoToken) -> None:
    """A package whose first signature does not hold gets no second one."""
    found = container.read(half_signed)
    broken = found.signatures[0].replace(b"<xades:City>Namur", b"<xades:City>Mons")
    package = container.append_signature(container.build(found.files), broken)
    with pytest.raises(SignerError) as caught:
        sign(package, president, role="president")
    assert (caught.value.code, caught.value.params) == ("SIG-E308", {"file": "META-INF/signatures0.xml"})


class Swapped:
    """A reader whose card was changed between reading the certificate and signing."""

    def __init__(self, first: DemoToken, second: DemoToken) -> None:
        """Show the first card's certificate and sign with the second's key."""
        self.certificate, self.chain, self.sign = first.certificate, first.chain, second.sign


def test_a_swapped_card_is_noticed(unsigned: bytes, secretary: DemoToken, president: DemoToken) -> None:
    """The value is checked against the certificate before anything is returned."""
    with pytest.raises(SignerError) as caught:
        sign(unsigned, Swapped(secretary, president), role="secretary")
    assert caught.value.code == "SIG-E306"


class Misused(Swapped):
    """A token that offers an authority's certificate for signing."""

    def __init__(self, token: DemoToken) -> None:
        """Show the issuer's certificate in place of the signer's."""
        super().__init__(token, token)
        self.certificate, self.chain = token.chain[0], token.chain[1:]


def test_only_a_signature_certificate_signs(unsigned: bytes, secretary: DemoToken) -> None:
    """A certificate for issuing or for logging in is refused before the token is asked."""
    with pytest.raises(SignerError) as caught:
        sign(unsigned, Misused(secretary), role="secretary")
    assert caught.value.code == "SIG-E304"


def test_without_the_test_root_nothing_is_trusted(signed: bytes) -> None:
    """The demo's signatures are worth nothing to who did not ask for TEST."""
    verdict = verify(signed, TrustStore())
    assert not verdict.valid
    assert [[reason.code for reason in one.reasons] for one in verdict.signatures] == [["SIG-E412"]] * 2
    assert [one.trust for one in verdict.signatures] == ["", ""]


def test_a_package_nobody_signed_is_not_valid(unsigned: bytes, store: TrustStore) -> None:
    """No signature is not a valid signature."""
    verdict = verify(unsigned, store)
    assert not verdict.valid
    assert [reason.code for reason in verdict.problems] == ["SIG-E401"]


@pytest.mark.parametrize(
    ("shift", "code"), [(timedelta(minutes=-10), "SIG-E420"), (timedelta(days=365 * 15), "SIG-E414")]
)
def test_the_clock_matters(signed: bytes, store: TrustStore, shift: timedelta, code: str) -> None:
    """A signature from the future is refused, and one whose certificate has expired since proves no time."""
    verdict = verify(signed, store, now=datetime.now(UTC) + shift)
    assert not verdict.valid
    assert all({reason.code for reason in one.reasons} == {code} for one in verdict.signatures)


def test_a_slightly_slow_clock_does_no_harm(signed: bytes, store: TrustStore) -> None:
    """Two computers rarely agree to the second: five minutes are tolerated."""
    assert verify(signed, store, now=datetime.now(UTC) - timedelta(minutes=4)).valid


def test_no_national_number_is_shown(signed: bytes, store: TrustStore) -> None:
    """A verdict can be printed or logged: the numbers in it are masked."""
    shown = repr(verify(signed, store)) + repr(xades.parse(container.read(signed).signatures[0], "x"))
    assert not any(officer.niss in shown for officer in DEMO_OFFICERS)
    assert "70.01.01-***.**" in shown
