"""The embedded TEST signer: convenient, and impossible to take for a card."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from asn1crypto import pem

from signer import certificate as certificates
from signer.certificate import mask_niss
from signer.demo import DEMO_OFFICERS, DemoToken, Officer, demo_root_pem
from signer.errors import SignerError
from signer.trust import TrustStore

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("officer", DEMO_OFFICERS, ids=lambda officer: officer.given_name)
def test_its_certificates_are_shaped_like_the_card_s(demo_home: Path, officer: Officer) -> None:
    """Qualified, for signing only, with the invented national number, and TEST all along the chain."""
    token = DemoToken(demo_home, officer.niss)
    signer, *chain = (certificates.load(one.dump()) for one in (token.certificate, *token.chain))
    assert (signer.niss, signer.name) == (officer.niss, f"{officer.given_name} {officer.surname}")
    assert signer.qualified
    assert signer.key_usage == {"non_repudiation"}
    assert [one.common_name[:5] for one in (signer, *chain)] == ["TEST "] * 3


def test_both_key_types_are_shown(demo_home: Path) -> None:
    """One officer has an RSA key as on older cards, another P-384 as on newer ones."""
    keys = {certificates.load(DemoToken(demo_home, one.niss).certificate.dump()).key for one in DEMO_OFFICERS}
    assert keys == {"RSA", "EC secp384r1"}


def test_a_real_person_is_refused(tmp_path: Path) -> None:
    """Nobody but the invented officers gets a test certificate, and nothing is written for others."""
    with pytest.raises(SignerError) as caught:
        DemoToken(tmp_path, "85073003328")
    assert (caught.value.code, caught.value.params) == ("SIG-E309", {"person": mask_niss("85073003328")})
    assert list(tmp_path.iterdir()) == []


def test_keys_are_made_once_and_kept_private(tmp_path: Path) -> None:
    """The same folder gives the same signer; files are for their owner only and name nobody."""
    first, second = (DemoToken(tmp_path / "keys", DEMO_OFFICERS[0].niss) for _ in range(2))
    assert first.certificate.dump() == second.certificate.dump()
    kept = sorted((tmp_path / "keys").iterdir())
    assert [path.name for path in kept] == ["authority.pem", "officer-1.pem", "root.pem"]
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}


def test_two_first_uses_at_once_agree(tmp_path: Path) -> None:
    """Whoever writes first wins: both get the same root, and no file is left half written."""
    roots: list[bytes] = []
    threads = [threading.Thread(target=lambda: roots.append(demo_root_pem(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(roots)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["authority.pem", "root.pem"]


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_damaged_key_file_is_named(tmp_path: Path, content: bytes) -> None:
    """A broken key file is told by its name, which holds no national number."""
    DemoToken(tmp_path, DEMO_OFFICERS[0].niss)
    (tmp_path / "officer-1.pem").write_bytes(content)
    with pytest.raises(SignerError) as caught:
        DemoToken(tmp_path, DEMO_OFFICERS[0].niss)
    assert (caught.value.code, caught.value.params) == ("SIG-E310", {"file": "officer-1.pem"})


def test_a_key_with_another_s_certificate_is_refused(tmp_path: Path) -> None:
    """Key and certificate of one file belong together."""
    DemoToken(tmp_path, DEMO_OFFICERS[0].niss)
    officer, root = (tmp_path / name for name in ("officer-1.pem", "root.pem"))
    key, _, _ = officer.read_bytes().partition(b"-----BEGIN CERTIFICATE")
    officer.write_bytes(key + b"-----BEGIN CERTIFICATE" + root.read_bytes().partition(b"-----BEGIN CERTIFICATE")[2])
    with pytest.raises(SignerError) as caught:
        DemoToken(tmp_path, DEMO_OFFICERS[0].niss)
    assert caught.value.code == "SIG-E310"


@pytest.mark.parametrize("which", ["signer", "garbage", "empty"])
def test_only_roots_can_be_trusted(demo_home: Path, which: str) -> None:
    """A trust file with a signer's certificate, with garbage or with nothing is refused."""
    token = DemoToken(demo_home, DEMO_OFFICERS[0].niss)
    sources = {
        "signer": pem.armor("CERTIFICATE", token.certificate.dump()),
        "garbage": b"\x00\xff",
        "empty": b"",
    }
    with pytest.raises(SignerError) as caught:
        TrustStore.with_pem(sources[which])
    assert caught.value.code == "SIG-E312"


def test_a_test_root_never_takes_a_belgian_name(demo_home: Path) -> None:
    """Every root that the user adds is called TEST, and the Belgian ones keep their names."""
    store = TrustStore.with_pem(demo_root_pem(demo_home))
    added = set(store.roots.values()) - set(TrustStore().roots.values())
    assert added == {"TEST Rapport Unique Root"}
