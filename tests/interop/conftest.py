"""Packages at every level, by both key types, for validators that others have written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from certomancer.registry import ServiceLabel

from signer import container
from signer.seal import seal
from signer.sign import sign
from signer.trust import TrustStore
from signer.xades import Place
from tests.signer.authority import Authority

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REPORT = "report.json"


@dataclass(frozen=True)
class Case:
    """The test PKI's root and lists, and what it signed."""

    root: bytes
    """PEM."""
    issuers: Mapping[str, bytes]
    """The citizen authorities, PEM."""
    stamper: bytes
    """The time-stamping authority, PEM."""
    lists: Mapping[str, bytes]
    """Revocation lists, DER, for validators of packages that bring none."""
    packages: Mapping[str, bytes]
    """Level -> package, signed with RSA 2048 (signature 0) and with P-384 (signature 1)."""
    edited: bytes
    """A package at level LT whose report was edited after it was signed."""


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """Sign and seal one package at each level."""
    authority = Authority(tmp_path_factory.mktemp("authority"))
    store = TrustStore.with_pem(authority.pem())
    package = container.build(
        {
            "Rapport été 2025.xlsx": (
                b"workbook " * 3000,
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            REPORT: (b'{"rows_total": 12}', "application/json"),
            "summary.pdf": (b"%PDF-1.7 summary", "application/pdf"),
        }
    )
    secretary, president = (
        authority.token("secretary", "citizen-1"),
        authority.token("president", "citizen-2"),
    )
    package = sign(package, secretary, role="secretary", place=Place("Namur", "5000", "BE"))
    levels = {"B": sign(package, president, role="president")}
    authority.mood.down = {"ocsp", "crls"}
    levels["T"] = seal(levels["B"], store, authorities=[authority.tsa]).package
    authority.mood.down = set()
    levels["LT"] = seal(levels["T"], store, authorities=[authority.tsa]).package
    names = ("root", "citizen-1", "citizen-2")
    registry = authority.architecture.service_registry
    found = container.read(levels["LT"])
    edited = container.build({**found.files, REPORT: (b'{"rows_total": 13}', "application/json")})
    for signature in found.signatures:
        edited = container.append_signature(edited, signature)
    yield Case(
        root=authority.pem(),
        issuers={name: authority.pem(name) for name in names[1:]},
        stamper=authority.pem("tsa"),
        lists={name: registry.get_crl(ServiceLabel(name)).dump() for name in names},
        packages=levels,
        edited=edited,
    )
    authority.close()
