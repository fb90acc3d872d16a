"""Seal and verify on the command line, with the test PKI's services on loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from typer.testing import CliRunner

from addin.cli import app
from tests.signer.authority import Authority
from workbook_templates.measure import LANGUAGES

RUN = CliRunner()


def answer(*arguments: object, status: int) -> Any:  # noqa: ANN401 - what JSON holds
    """Run a command with --json, expect its exit status, and return its answer."""
    result = RUN.invoke(app, [*map(str, arguments), "--json"])
    assert result.exit_code == status, result.output
    return json.loads(result.stdout)


def test_what_is_down_is_told_and_sealed_later(signed: Path, authority: Authority) -> None:
    """No time stamp, then no revocation evidence: signed, not yet sealed; with both, valid."""
    trust = ("--trust", signed.parent / "root.pem")
    seal = ("seal", signed, "--tsa", authority.tsa, *trust)
    before = signed.read_bytes()
    authority.mood.down = {"tsa", "ocsp", "crls"}
    told = answer(*seal, status=1)
    assert (told["verdict"], {one["code"] for one in told["missing"]}) == ("unsealed", {"SIG-E502"})
    assert signed.read_bytes() == before
    authority.mood.down = {"ocsp", "crls"}
    told = answer(*seal, status=1)
    assert {one["level"] for one in told["signatures"]} == {"T"}
    authority.mood.down = set()
    told = answer(*seal, status=0)
    assert (told["verdict"], told["missing"]) == ("valid", [])
    assert {one["level"] for one in answer("verify", signed, *trust, status=0)["signatures"]} == {"LT"}
    sealed = signed.read_bytes()
    assert answer(*seal, status=0)["verdict"] == "valid"
    assert signed.read_bytes() == sealed
    assert answer("status", signed, *trust, status=0)["complete"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_verdict_is_filed_on_one_page(signed: Path, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF says verdict, people with masked numbers, files and fingerprints; it is never overwritten unasked."""
    monkeypatch.setattr("addin.commands.package.LANG", lang)
    page = signed.parent / "verdict.pdf"
    arguments = ["verify", str(signed), "--trust", str(signed.parent / "root.pem"), "--pdf", str(page)]
    assert RUN.invoke(app, arguments).exit_code == 0
    document = pypdfium2.PdfDocument(page)
    assert len(document) == 1
    text = document[0].get_textpage().get_text_range()
    for wanted in ("pas.xlsx", "report.json", "70.01.01-***.**", "TEST"):
        assert wanted in text
    assert "70010100287" not in text
    assert RUN.invoke(app, arguments).exit_code == 2
    signed.write_bytes(signed.read_bytes()[:-1])
    assert RUN.invoke(app, [*arguments, "--force"]).exit_code == 1
    text = pypdfium2.PdfDocument(page)[0].get_textpage().get_text_range()
    assert "SIG-E" in text
