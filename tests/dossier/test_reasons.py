"""Reasons for accepting warnings are typed in the workbook or given on the command line, and travel with the report."""

from __future__ import annotations

import json

import pytest

from addin import dossier
from addin.intake import annotated, with_totals
from signer import container
from tests.dossier.conftest import NOW
from tests.validators.drafts import poked, valid
from validators.check import check
from validators.findings import InputError
from workbook_templates import cells, packs
from workbook_templates.layout import read_layout


def with_two_warnings() -> bytes:
    """Return a checked copy of a workbook with two vague descriptions."""
    draft = valid(packs.load("pas", 2025), 3)
    for row in draft.rows["volet_a"][:2]:
        row["label"] = "Divers"
    workbook = with_totals(draft.to_bytes())
    return annotated(workbook, check(workbook))


def typed(workbook: bytes, *reasons: str) -> bytes:
    """Type reasons beside the findings, one below the other, with another program."""
    layout = read_layout(workbook)
    assert layout is not None
    control = layout.sheets[cells.CONTROL]
    column = cells.letters(control.columns["reason"])
    at = {(cells.CONTROL, f"{column}{control.first_row + offset}"): text for offset, text in enumerate(reasons)}
    return poked(workbook, dict(at))


def accepted(package: bytes) -> object:
    """Return the accepted warnings that a package's report tells."""
    return json.loads(container.read(package).files[dossier.REPORT].content)["accepted"]


def test_a_reason_beside_each_finding_accepts_the_warning() -> None:
    """Both reasons stand in the report, each once, under the code that they accept."""
    workbook = typed(with_two_warnings(), "Achats de la fête du 6 mars.", "Petit matériel de cuisine.")
    package = dossier.package(workbook, "pas.xlsx", {}, lang="fr", at=NOW)
    reason = "Achats de la fête du 6 mars. / Petit matériel de cuisine."
    assert accepted(package) == [{"code": "PAS-W205", "reason": reason, "count": 2}]


def test_a_finding_without_a_reason_is_not_accepted() -> None:
    """A reason for one row is none for the other."""
    workbook = typed(with_two_warnings(), "Achats de la fête du 6 mars.")
    with pytest.raises(InputError) as caught:
        dossier.package(workbook, "pas.xlsx", {}, lang="fr", at=NOW)
    assert caught.value.code == "RU-X16"


def test_the_command_line_has_the_last_word() -> None:
    """A reason given while packaging replaces those in the workbook."""
    workbook = typed(with_two_warnings(), "Première raison écrite.", "Seconde raison écrite.")
    package = dossier.package(workbook, "pas.xlsx", {"PAS-W205": "Vérifié pièce par pièce."}, lang="fr", at=NOW)
    assert accepted(package) == [{"code": "PAS-W205", "reason": "Vérifié pièce par pièce.", "count": 2}]


def test_reasons_survive_a_new_check() -> None:
    """Checked again, the same finding at the same place keeps its reason."""
    workbook = typed(with_two_warnings(), "Achats de la fête du 6 mars.", "Petit matériel de cuisine.")
    again = annotated(workbook, check(workbook))
    assert dossier.typed_reasons(again, check(again)) == dossier.typed_reasons(workbook, check(workbook)) != {}
