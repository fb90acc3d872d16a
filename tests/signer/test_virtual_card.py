"""Cards at the level of their APDUs: pcscd, virtual readers, OpenSC, and this program's reader on top."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import pytest
from asn1crypto import pem
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from signer.eid import EidCard, EidToken, list_cards
from signer.errors import SignerError
from signer.trust import TrustStore
from tests.signer.conftest import PRESIDENT, SECRETARY
from tests.signer.kit import run
from tests.signer.pki import AUTHORITY, ROOT, Issued, Wish, issue
from tests.signer.virtual_eid import VirtualEid
from tools.system_packages import OPENSC

pytestmark = pytest.mark.needs("reader")
"""One test only: there is one pcscd, and one set of virtual readers, on a machine."""

T = TypeVar("T")
PORTS = (35963, 35964)
"""Where the two virtual readers of one vpcd listen."""
PEOPLE = {SECRETARY: 0x17, PRESIDENT: 0x18}
"""One card from before 2021, RSA; one since, P-384."""


def der(issued: Issued) -> bytes:
    """Return a certificate as cards hold it."""
    return issued.certificate.public_bytes(serialization.Encoding.DER)


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, bytes]]:
    """Start pcscd, put a card into each reader, and return their Signature certificates by national number."""
    Path("/run/pcscd").mkdir(exist_ok=True)
    root = issue(ROOT)
    authority = issue(AUTHORITY, root)
    with (
        (tmp_path_factory.mktemp("pcscd") / "log.txt").open("wb") as log,
        subprocess.Popen(["pcscd", "--foreground"], stdout=log, stderr=log) as daemon,
    ):
        try:
            signers = {}
            for port, (niss, applet) in zip(PORTS, PEOPLE.items(), strict=True):
                wish = Wish("TEST Dora Modèle (Signature)", niss)
                if applet == 0x17:
                    wish = Wish(wish.name, niss, key=rsa.generate_private_key(65537, 2048))
                login = issue(Wish("TEST Dora Modèle (Authentication)", niss, usage=("digital_signature",)), authority)
                signers[niss] = der(issue(wish, authority))
                held = {
                    "Authentication": der(login), "Signature": signers[niss], "CA": der(authority), "Root": der(root),
                }  # fmt: skip
                _insert(VirtualEid(held, applet=applet, serial=niss.encode()[:8]), port)
            for _ in range(300):
                if run("opensc-tool", "-l").count("Yes") == len(PORTS):
                    break
                time.sleep(0.1)
            else:
                pytest.fail(f"the virtual readers are not ready; pcscd ended with {daemon.poll()}")
            yield {"root": der(root), **signers}
        finally:
            daemon.terminate()


def _insert(card: VirtualEid, port: int) -> None:
    """Put a card in once its reader listens; it takes one connection for good, so nothing else may ask before."""
    for _ in range(100):
        try:
            card.insert(port)
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(port)


def patiently(act: Callable[[], T]) -> T:
    """Ask again while the system still says that there is no reader: on a busy machine pcscd takes its time."""
    for _ in range(100):
        try:
            return act()
        except SignerError as error:
            if error.code not in {"SIG-E102", "SIG-E103", "SIG-E104"}:
                raise
            time.sleep(0.1)
    return act()


def both_cards() -> tuple[EidCard, ...]:
    """Return the cards once both are there; as long as one is still being powered, there is no reader yet."""
    found = list_cards(OPENSC)
    if len(found) < len(PORTS):
        raise SignerError("SIG-E102")
    return found


def test_cards_are_found_named_and_read(cards: Mapping[str, bytes]) -> None:
    """OpenSC names both generations of the card; our reader tells them apart, and that OpenSC cannot sign."""
    for reader in range(len(PORTS)):
        assert run("opensc-tool", "--reader", str(reader), "--name").strip() == "Belpic cards"
        listed = run("pkcs15-tool", "--reader", str(reader), "--list-certificates")
        for label in ("Authentication", "Signature", "CA", "Root"):
            assert f"X.509 Certificate [{label}]" in listed
    found = patiently(both_cards)
    assert {one.signer.niss: one.signer.der for one in found} == {niss: cards[niss] for niss in PEOPLE}
    assert all([one.label for one in card.chain] == ["TEST Citizen CA", "TEST Root"] for card in found)
    store = TrustStore.with_pem(pem.armor("CERTIFICATE", cards["root"]))
    token = patiently(lambda: EidToken([PRESIDENT], module=OPENSC, store=store))
    assert token.certificate.dump() == cards[PRESIDENT]
    with pytest.raises(SignerError) as caught:
        token.sign(b"anything")
    assert caught.value.code == "SIG-E113"
