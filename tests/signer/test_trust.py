"""From a certificate to a root that is known: every link counts, also in packages written by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signer import certificate as certificates
from signer import container, xades, xml
from signer.algorithms import ECDSA
from signer.certificate import mask_niss
from signer.demo import DEMO_OFFICERS
from signer.errors import SignerError
from signer.sign import sign
from signer.trust import BELGIAN_ROOTS, TrustStore
from signer.verify import verify
from tests.signer.kit import markdown
from tests.signer.pki import AUTHORITY, NOW, ROOT, Issued, MintToken, Wish, issue

if TYPE_CHECKING:
    from collections.abc import Callable

Chain = tuple[Issued, ...]


@pytest.fixture(scope="module")
def root() -> Issued:
    """Return a test root."""
    return issue(ROOT)


@pytest.fixture(scope="module")
def authority(root: Issued) -> Issued:
    """Return an authority under it."""
    return issue(AUTHORITY, root)


def forged(unsigned: bytes, chain: Chain) -> bytes:
    """Sign as the program would if it checked nothing."""
    token = MintToken(*chain)
    loaded = [certificates.load(one.plain.dump()) for one in chain]
    files = container.read(unsigned).files
    draft = xades.prepare(files, loaded[0], loaded[1:], role="president", place=None, time=NOW)
    signature = replace(draft.signature, value=token.sign(draft.to_be_signed))
    return container.append_signature(unsigned, xml.serialise(xades.render(signature)))


def _signer(root: Issued, authority: Issued, **changes: object) -> Chain:
    return issue(replace(Wish(), **changes), authority), authority, root


def _authority(root: Issued, _: Issued, **changes: object) -> Chain:
    changed = issue(replace(AUTHORITY, **changes), root)
    return issue(Wish(), changed), changed, root


def _two_authorities(root: Issued, authority: Issued) -> Chain:
    second = issue(replace(AUTHORITY, name="TEST Second CA"), authority)
    return issue(Wish(), second), second, authority, root


def _issued_by_a_signer(root: Issued, authority: Issued) -> Chain:
    signer = issue(Wish(name="TEST Eva Signataire"), authority)
    return issue(Wish(), signer), signer, authority, root


def _other_key(root: Issued, authority: Issued) -> Chain:
    return issue(Wish(), authority, key=ec.generate_private_key(ec.SECP384R1())), authority, root


def _same_name(*_: Issued) -> Chain:
    false = issue(replace(ROOT, key=ec.generate_private_key(ec.SECP384R1())))
    under = issue(AUTHORITY, false)
    return issue(Wish(), under), under, false


def _self_signed(*_: Issued) -> Chain:
    return (issue(Wish()),)


def _too_long(root: Issued, _: Issued) -> Chain:
    chain = [root]
    for number in range(6):
        chain.insert(0, issue(replace(AUTHORITY, name=f"TEST CA {number}", path_length=None), chain[0]))
    return issue(Wish(), chain[0]), *chain


CHAINS: dict[str, Callable[[Issued, Issued], Chain]] = {
    "good": _signer,
    "signer expired": partial(_signer, end=NOW - timedelta(days=1)),
    "signer not yet valid": partial(_signer, start=NOW + timedelta(days=1)),
    "authority expired": partial(_authority, end=NOW - timedelta(days=1)),
    "log-in certificate": partial(_signer, usage=("digital_signature",)),
    "authority as signer": partial(_signer, issuing=True, usage=("content_commitment", "key_cert_sign")),
    "not qualified": partial(_signer, qualified=False),
    "no national number": partial(_signer, niss=""),
    "foreign number": partial(_signer, niss="ABC-12345"),
    "unknown critical extension": partial(
        _signer, extra=x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    ),
    "authority without the right": partial(_authority, issuing=False, path_length=None),
    "authority without the usage": partial(_authority, usage=("crl_sign",)),
    "authority under an authority that may have none": _two_authorities,
    "issued by another signer": _issued_by_a_signer,
    "signed by another key": _other_key,
    "root of the same name": _same_name,
    "self-signed": _self_signed,
    "chain without end": _too_long,
}

REFUSALS = markdown("""
| chain                                           | code     |
| ----------------------------------------------- | -------- |
| good                                            |          |
| signer expired                                  | SIG-E413 |
| signer not yet valid                            | SIG-E413 |
| authority expired                               | SIG-E413 |
| log-in certificate                              | SIG-E415 |
| authority as signer                             | SIG-E415 |
| not qualified                                   | SIG-E416 |
| no national number                              | SIG-E417 |
| foreign number                                  | SIG-E417 |
| unknown critical extension                      | SIG-E423 |
| authority without the right                     | SIG-E422 |
| authority without the usage                     | SIG-E422 |
| authority under an authority that may have none | SIG-E422 |
| issued by another signer                        | SIG-E422 |
| signed by another key                           | SIG-E411 |
| root of the same name                           | SIG-E412 |
| self-signed                                     | SIG-E412 |
| chain without end                               | SIG-E411 |
""")


def test_every_chain_is_in_the_table() -> None:
    """The mint and the table know the same chains."""
    assert [row["chain"] for row in REFUSALS] == list(CHAINS)


@pytest.mark.parametrize("row", REFUSALS, ids=lambda row: row["chain"])
def test_a_bad_chain_is_refused(unsigned: bytes, root: Issued, authority: Issued, row: dict[str, str]) -> None:
    """A signature is worth what its chain is worth, whatever the signing tool let through."""
    package = forged(unsigned, CHAINS[row["chain"]](root, authority))
    (verdict,) = verify(package, TrustStore.with_pem(root.pem), now=NOW).signatures
    found = {reason.code for reason in verdict.reasons}
    assert verdict.valid == (not found)
    assert found == set(row["code"].split())


WEAK: dict[str, Callable[[], object]] = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "RSA 1024": lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505 - made to be refused
}


@pytest.mark.parametrize("key", WEAK)
def test_another_key_type_does_not_sign(unsigned: bytes, root: Issued, authority: Issued, key: str) -> None:
    """Only what Belgian cards hold is on the list: RSA from 2048 bits, and P-384."""
    token = MintToken(*_signer(root, authority, key=WEAK[key]()))
    with pytest.raises(SignerError) as caught:
        sign(unsigned, token, role="president")
    assert caught.value.code == "SIG-E305"


def test_two_issuers_under_two_roots(unsigned: bytes, root: Issued, authority: Issued) -> None:
    """Officers whose cards come from different authorities sign one package."""
    other_root = issue(replace(ROOT, name="TEST Root 2", key=ec.generate_private_key(ec.SECP384R1())))
    other = issue(AUTHORITY, other_root)
    first = sign(unsigned, MintToken(*_signer(root, authority)), role="secretary")
    package = sign(first, MintToken(issue(Wish(niss="65061500183"), other), other, other_root), role="president")
    verdict = verify(package, TrustStore.with_pem(root.pem + other_root.pem))
    assert verdict.valid
    assert [one.trust for one in verdict.signatures] == ["TEST Root", "TEST Root 2"]


def test_the_belgian_roots_are_fingerprints() -> None:
    """The pinned roots are SHA-256 fingerprints with the names that people know."""
    assert all(re.fullmatch(r"[0-9a-f]{64}", fingerprint) for fingerprint in BELGIAN_ROOTS)
    assert set(BELGIAN_ROOTS.values()) == {"Belgium Root CA3", "Belgium Root CA4", "Belgium Root CA6"}


@pytest.mark.parametrize("officer", DEMO_OFFICERS, ids=lambda officer: officer.given_name)
def test_masks_keep_the_birth_date_only(officer: object) -> None:
    """A masked number tells two officers apart, and cannot be completed."""
    masked = mask_niss(officer.niss)
    assert re.fullmatch(r"\d\d\.\d\d\.\d\d-\*{3}\.\*{2}", masked)
    assert masked.replace(".", "")[:6] == officer.niss[:6]


@pytest.mark.parametrize("text", ["", "123", "7001010028A", "70010100287 ", "٧٠٠١٠١٠٠٢٨٧"])
def test_what_is_no_national_number_is_masked_whole(text: str) -> None:
    """Anything else shows nothing."""
    assert mask_niss(text) == "***"


def test_ecdsa_is_for_p384_only() -> None:
    """The curve is part of the algorithm's name."""
    assert ECDSA.key == "EC secp384r1"


def test_weak_certificate_signatures_are_refused(authority: Issued) -> None:
    """A certificate signed with SHA-224 is not issued, however right the signature."""
    weak = issue(replace(Wish(), hash=hashes.SHA224()), authority)
    assert not certificates.issued(certificates.load(weak.plain.dump()), certificates.load(authority.plain.dump()))
