"""What the tests of the signing room share: a small package, demo officers, cards in virtual readers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from signer import container
from signer.demo import DemoToken, demo_root_pem
from signer.seal import seal
from signer.sign import sign
from signer.trust import TrustStore
from signer.xades import Place
from tests.signer.authority import Authority, Mood
from tests.signer.kit import PRESIDENT, SECRETARY, SOFTHSM, demand
from tests.signer.readers import Readers, build

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder where the demo signer keeps its keys for this run."""
    return tmp_path_factory.mktemp("demo") / "keys"


@pytest.fixture(scope="session")
def store(demo_home: Path) -> TrustStore:
    """Return the trust store of somebody who also trusts the demo root."""
    return TrustStore.with_pem(demo_root_pem(demo_home))


@pytest.fixture(scope="session")
def secretary(demo_home: Path) -> DemoToken:
    """Return the Secretary, with an RSA key."""
    return DemoToken(demo_home, SECRETARY)


@pytest.fixture(scope="session")
def president(demo_home: Path) -> DemoToken:
    """Return the President, with a P-384 key."""
    return DemoToken(demo_home, PRESIDENT)


@pytest.fixture(scope="session")
def files() -> Mapping[str, tuple[bytes, str]]:
    """Return three documents, one of whose names needs percent-encoding."""
    return {
        "Rapport été 2025.xlsx": (
            b"workbook " * 30,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        "report.json": (b'{"rows_total": 12}', "application/json"),
        "summary.pdf": (b"%PDF-1.7 summary", "application/pdf"),
    }


@pytest.fixture(scope="session")
def unsigned(files: Mapping[str, tuple[bytes, str]]) -> bytes:
    """Return the package that nobody has signed."""
    return container.build(files)


@pytest.fixture(scope="session")
def half_signed(unsigned: bytes, secretary: DemoToken) -> bytes:
    """Return the package that the Secretary has signed."""
    return sign(unsigned, secretary, role="secretary", place=Place("Namur", "5000", "BE"))


@pytest.fixture(scope="session")
def signed(half_signed: bytes, president: DemoToken) -> bytes:
    """Return the package that both officers have signed."""
    return sign(half_signed, president, role="president")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """Return the test PKI, serving on loopback for the whole run."""
    started = Authority(tmp_path_factory.mktemp("authority"))
    yield started
    started.close()


@pytest.fixture
def mood(authority: Authority) -> Iterator[Mood]:
    """Return how the services behave: well, unless the test changes it."""
    authority.mood = Mood()
    yield authority.mood
    authority.mood = Mood()


@pytest.fixture(scope="session")
def pki_store(authority: Authority) -> TrustStore:
    """Return the trust store of somebody who trusts the test PKI."""
    return TrustStore.with_pem(authority.pem())


@pytest.fixture(scope="session")
def sealable(unsigned: bytes, authority: Authority) -> bytes:
    """Return a package signed by two officers whose cards come from two authorities."""
    first = sign(unsigned, authority.token("secretary", "citizen-1"), role="secretary")
    return sign(first, authority.token("president", "citizen-2"), role="president")


@pytest.fixture(scope="session")
def sealed(sealable: bytes, authority: Authority, pki_store: TrustStore) -> bytes:
    """Return that package at level LT."""
    done = seal(sealable, pki_store, authorities=[authority.tsa])
    assert done.complete, done.reasons
    return done.package


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory, demo_home: Path) -> Iterator[Readers]:
    """Build the middleware-like module and put two cards in its readers."""
    demand("gcc", "softhsm2-util", "pkcs11-tool", SOFTHSM)
    built, settings = build(tmp_path_factory.mktemp("readers"), demo_home)
    with pytest.MonkeyPatch.context() as environment:
        for name, value in settings.items():
            environment.setenv(name, value)
        yield built


@pytest.fixture
def readers(shim: Readers, monkeypatch: pytest.MonkeyPatch) -> Readers:
    """Return the readers with both cards in, and a PIN window that goes well."""
    monkeypatch.delenv("BEID_SHIM_OUTCOME", raising=False)
    monkeypatch.delenv("BEID_SHIM_READERS", raising=False)
    return shim
