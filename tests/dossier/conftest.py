"""A packaged report, and officers with cards of the test PKI."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from addin.story import dossier
from addin.story.intake import with_totals
from signer.trust import TrustStore
from tests.signer.authority import Authority
from tests.signer.pki import AUTHORITY, ROOT, Issued, MintToken, Wish, issue
from tests.validators.drafts import Draft, valid
from workbook_templates import packs

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
PEOPLE = {"secretary": "70010100287", "president": "65061500183", "delegate": "90090999806", "stranger": "85073003328"}
"""Invented; the first three are the officers of a draft, in its order."""


@dataclass(frozen=True)
class Office:
    """Cards of a test authority that a store trusts."""

    root: Issued
    authority: Issued

    @cached_property
    def store(self) -> TrustStore:
        """The Belgian roots and the test one."""
        return TrustStore.with_pem(self.root.pem)

    def card(self, person: str) -> MintToken:
        """Return somebody's card."""
        return MintToken(issue(Wish(f"TEST {person}", PEOPLE[person]), self.authority), self.authority, self.root)

    def sign(self, package: bytes, role: str, person: str, at: dt.datetime = NOW) -> bytes:
        """Have a person sign in a role, by the whole of the dossier's precautions."""
        return dossier.sign(package, role, lambda _: self.card(person), store=self.store, at=at)


@pytest.fixture(scope="session")
def office() -> Office:
    """Found an authority."""
    root = issue(ROOT)
    return Office(root, issue(AUTHORITY, root))


@pytest.fixture(scope="session")
def unsigned() -> bytes:
    """Package a valid workbook of three officers."""
    return packaged(valid(packs.load("pas", 2025), 3))


def packaged(draft: Draft) -> bytes:
    """Package a draft, its formulas computed."""
    return dossier.package(with_totals(draft.to_bytes()), "pas.xlsx", {}, lang="fr", at=NOW)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """Serve the test PKI."""
    served = Authority(tmp_path_factory.mktemp("authority"))
    yield served
    served.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the program an empty folder of its own."""
    monkeypatch.setenv("RAPPORT_UNIQUE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def _sign(package: bytes, authority: Authority, role: str, issuer: str) -> bytes:
    """Have the card of a role sign."""
    store = TrustStore.with_pem(authority.pem())
    return dossier.sign(package, role, lambda _: authority.token(role, issuer), store=store, at=NOW)


@pytest.fixture
def signed(unsigned: bytes, authority: Authority, tmp_path: Path) -> Path:
    """Write a package with both signatures, and the root beside it."""
    (tmp_path / "root.pem").write_bytes(authority.pem())
    package = unsigned
    for role, issuer in (("secretary", "citizen-1"), ("president", "citizen-2")):
        package = _sign(package, authority, role, issuer)
    (tmp_path / "pas.asice").write_bytes(package)
    return tmp_path / "pas.asice"
