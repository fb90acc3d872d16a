"""What validators that others have written say of our packages: level by key by validator."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from asn1crypto import pem

from signer import container, xades
from tests.interop.trustlist import trust_list
from tests.signer.kit import demand, run

if TYPE_CHECKING:
    from tests.interop.conftest import Case

Said = dict[tuple[str, int], list[str]]
LEVELS = ("B", "T", "LT")
KEYS = ("RSA 2048", "P-384")
DSS = Path(__file__).parent / "dss"
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "signing.md"


def signature(case: Case, level: str, number: int) -> xades.Signature:
    """Return one signature of the package at a level."""
    return xades.parse(container.read(case.packages[level]).signatures[number], "x")


@pytest.fixture(scope="session")
def dss(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Said:
    """Return what DSS says: (package, signature) -> indication, sub-indication, level, remarks."""
    demand("java", "mvn")
    folder = tmp_path_factory.mktemp("dss")
    libraries = folder / "libraries"
    run(
        "mvn",
        "-q",
        "-B",
        "-f",
        DSS / "pom.xml",
        "dependency:copy-dependencies",
        f"-DoutputDirectory={libraries}",
    )
    outside, inside = folder / "outside", folder / "inside"
    for place, packages in (
        (outside, {level: case.packages[level] for level in ("B", "T")}),
        (inside, {"LT": case.packages["LT"], "edited": case.edited}),
    ):
        place.mkdir()
        (place / "root.pem").write_bytes(case.root)
        for name, package in packages.items():
            (place / f"{name}.asice").write_bytes(package)
    for name, source in case.lists.items():
        (outside / f"{name}.crl").write_bytes(source)
    said = run("java", "-cp", f"{libraries}/*", DSS / "Runner.java", outside, inside)
    rows = [line.split("\t") for line in said.splitlines() if line.count("\t") == 5]
    return {(row[0].removesuffix(".asice"), int(row[1])): row[2:] for row in rows}


@pytest.mark.parametrize("number", range(2), ids=KEYS)
@pytest.mark.parametrize("level", LEVELS)
def test_dss_passes_at_the_level_claimed(dss: Said, level: str, number: int) -> None:
    """The European Commission's library, which the Belgian government runs: TOTAL_PASSED, at the right level."""
    indication, _, found, remarks = dss[level, number]
    assert (indication, found) == ("TOTAL_PASSED", f"XAdES-BASELINE-{level}"), remarks


@pytest.mark.parametrize("number", range(2), ids=KEYS)
def test_dss_refuses_the_edited_report(dss: Said, number: int) -> None:
    """The control: DSS fails a package whose report was edited, so its passes mean something."""
    assert dss["edited", number][:2] == ["TOTAL_FAILED", "HASH_FAILURE"]


def xmlsec(case: Case, package: bytes, number: int, folder: Path) -> str:
    """Return what xmlsec1 says of one signature."""
    demand("xmlsec1")
    found = container.read(package)
    for name, document in found.files.items():
        for spelling in (name, quote(name)):
            (folder / spelling).write_bytes(document.content)
    (folder / "signature.xml").write_bytes(found.signatures[number])
    (folder / "root.pem").write_bytes(case.root)
    identifiers = ("--id-attr:Id", f"{xades.NAMESPACES['xades']}:SignedProperties")
    return run("xmlsec1", "--verify", *identifiers, "--trusted-pem", "root.pem", "signature.xml", cwd=folder)


@pytest.mark.parametrize("number", range(2), ids=KEYS)
@pytest.mark.parametrize("level", LEVELS)
def test_xmlsec_verifies_every_reference(case: Case, tmp_path: Path, level: str, number: int) -> None:
    """xmlsec1 verifies the value, the chain, three documents and the signed properties."""
    assert "SignedInfo References (ok/all): 4/4" in xmlsec(case, case.packages[level], number, tmp_path)


@pytest.mark.parametrize("number", range(2), ids=KEYS)
def test_xmlsec_refuses_the_edited_report(case: Case, tmp_path: Path, number: int) -> None:
    """The control: xmlsec1 fails on the edited report."""
    with pytest.raises(AssertionError, match="failed to verify"):
        xmlsec(case, case.edited, number, tmp_path)


@pytest.mark.parametrize("number", range(2), ids=KEYS)
@pytest.mark.parametrize("level", ["T", "LT"])
def test_openssl_verifies_the_time_stamp(case: Case, tmp_path: Path, level: str, number: int) -> None:
    """Openssl ts: the token is over the canonical signature value, by the authority under the root."""
    demand("openssl")
    found = signature(case, level, number)
    (tmp_path / "token").write_bytes(found.time_stamp)
    (tmp_path / "root.pem").write_bytes(case.root)
    (tmp_path / "stamped").write_bytes(xades.stamped(found))
    command = ("openssl", "ts", "-verify", "-token_in", "-in", "token", "-CAfile", "root.pem", "-data")
    assert "Verification: OK" in run(*command, "stamped", cwd=tmp_path)
    (tmp_path / "stamped").write_bytes(xades.stamped(found) + b" ")
    with pytest.raises(AssertionError, match="Verification: FAILED"):
        run(*command, "stamped", cwd=tmp_path)


@pytest.mark.parametrize("number", range(2), ids=KEYS)
def test_openssl_verifies_the_ocsp_answer(case: Case, tmp_path: Path, number: int) -> None:
    """Openssl ocsp: the answer in the package is about the signer, good, and by the authority's delegate."""
    demand("openssl")
    found = signature(case, "LT", number)
    (tmp_path / "root.pem").write_bytes(case.root)
    (tmp_path / "issuer.pem").write_bytes(case.issuers[f"citizen-{number + 1}"])
    (tmp_path / "signer.pem").write_bytes(pem.armor("CERTIFICATE", found.signer.der))
    (tmp_path / "answer").write_bytes(found.ocsps[0])
    names = ("-issuer", "issuer.pem", "-cert", "signer.pem", "-CAfile", "root.pem")
    said = run("openssl", "ocsp", "-respin", "answer", *names, cwd=tmp_path)
    assert "Response verify OK" in said
    assert "signer.pem: good" in said


@pytest.fixture(scope="session")
def libdigidoc(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Said:
    """Return what libdigidocpp says: (package, signature) -> profile, verdict."""
    pytest.importorskip("pydigidoc", reason="libdigidocpp has no wheel for this system")
    folder = tmp_path_factory.mktemp("digidoc")
    services = {"CA/QC": list(case.issuers.values()), "TSA/QTST": [case.stamper]}
    source, operator = trust_list({kind: [pem.unarmor(one)[2] for one in found] for kind, found in services.items()})
    (folder / "list.xml").write_bytes(source)
    (folder / "list.der").write_bytes(operator)
    for name, package in {**case.packages, "edited": case.edited}.items():
        (folder / f"{name}.asice").write_bytes(package)
    said = run(sys.executable, Path(__file__).parent / "digidoc.py", folder)
    rows = [line.split("\t") for line in said.splitlines() if line.count("\t") == 3]
    return {(row[0], int(row[1])): row[2:] for row in rows}


@pytest.mark.parametrize("number", range(2), ids=KEYS)
def test_libdigidocpp_validates_the_sealed_package(libdigidoc: Said, number: int) -> None:
    """Estonia's library, with a trust list of the test PKI: a valid qualified signature with time stamp."""
    assert libdigidoc["LT", number] == ["BES/time-stamp", "OK"]


@pytest.mark.parametrize("number", range(2), ids=KEYS)
@pytest.mark.parametrize("name", ["B", "T", "edited"])
def test_libdigidocpp_wants_no_less(libdigidoc: Said, name: str, number: int) -> None:
    """The control: it refuses the edited report, and whatever is not sealed."""
    assert libdigidoc[name, number][1] != "OK"


def test_the_documented_table_is_what_they_say(dss: Said, libdigidoc: Said) -> None:
    """The table in docs/signing.md shows what DSS and libdigidocpp say now, and what the tests above hold to."""
    (version,) = re.findall(r"<dss.version>(.*)</dss.version>", (DSS / "pom.xml").read_text(encoding="utf-8"))
    stamps = {"B": "no time stamp", "T": "time stamp OK", "LT": "time stamp OK, OCSP good"}
    rows = [
        f"| {level} | {key} | {dss[level, number][0]} | "
        f"{'OK' if libdigidoc[level, number][1] == 'OK' else 'wants LT'} | 4/4 references | {stamps[level]} |"
        for level in LEVELS
        for number, key in enumerate(KEYS)
    ]
    heading = f"| level | key | DSS {version} | libdigidocpp | xmlsec1 | openssl ts, ocsp |"
    table = "\n".join([heading, "| --- | --- | --- | --- | --- | --- |", *rows])
    sys.stdout.write(table)
    assert table in DOCUMENTATION.read_text(encoding="utf-8")
