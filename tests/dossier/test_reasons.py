"""Reasons for accepting warnings are typed in the workbook or given on the command line, and travel with the report."""

from __future__ import annotations

import json

import pytest

from addin.story import dossier
from addin.story.intake import annotated, with_totals
from signer import container
from tests.dossier.conftest import NOW
from tests.tables import rows
from tests.validators.drafts import poked, valid
from validators import control
from validators.check import check
from validators.findings import InputError
from workbook_templates import cells, packs, remarks
from workbook_templates.layout import read_layout


def with_two_warnings() -> bytes:
    """Return a checked copy of a workbook with two vague descriptions."""
    draft = valid(packs.load("pas", 2025), 3)
    for row in draft.rows["volet_a"][:2]:
        row["label"] = "Divers"
    workbook = with_totals(draft.to_bytes())
    return annotated(workbook, check(workbook))


def typed(workbook: bytes, *reasons: str) -> bytes:
    """Type reasons into the control sheet, one below the other, with another program."""
    layout = read_layout(workbook)
    assert layout is not None
    sheet = layout.sheets[cells.CONTROL]
    column = cells.letters(sheet.columns["reason"])
    at = {(cells.CONTROL, f"{column}{sheet.first_row + offset}"): text for offset, text in enumerate(reasons) if text}
    return poked(workbook, dict(at))


def accepted(package: bytes) -> object:
    """Return the accepted warnings that a package's report tells."""
    return json.loads(container.read(package).files[dossier.REPORT].content)["accepted"]


CASES = rows(
    """
    | on the bold row          | beside the first | beside the second | accepted with                              |
    | ------------------------ | ---------------- | ----------------- | ------------------------------------------ |
    |                          | Fête du 6 mars.  | Petit matériel.   | Fête du 6 mars. / Petit matériel.          |
    | Vérifié pièce par pièce. |                  |                   | Vérifié pièce par pièce.                   |
    | Vérifié pièce par pièce. |                  | Petit matériel.   | Vérifié pièce par pièce. / Petit matériel. |
    |                          | Fête du 6 mars.  | Fête du 6 mars.   | Fête du 6 mars.                            |
    | Famille de 70010100287.  |                  |                   | Famille de 70.01.01-***.**.                |
    """
)


@pytest.mark.parametrize(("whole", "first", "second", "wanted"), CASES)
def test_a_reason_accepts_what_it_stands_beside(whole: str, first: str, second: str, wanted: str) -> None:
    """On a code's own row it accepts all of its findings, beside a finding that one; a NISS in it is masked."""
    package = dossier.package(typed(with_two_warnings(), whole, first, second), "pas.xlsx", {}, lang="fr", at=NOW)
    assert accepted(package) == [{"code": "PAS-W205", "reason": wanted, "count": 2}]


def test_a_finding_without_a_reason_is_not_accepted() -> None:
    """A reason for one row is none for the other."""
    workbook = typed(with_two_warnings(), "", "Achats de la fête du 6 mars.")
    with pytest.raises(InputError) as caught:
        dossier.package(workbook, "pas.xlsx", {}, lang="fr", at=NOW)
    assert caught.value.code == "RU-X16"


def test_the_command_line_has_the_last_word() -> None:
    """A reason given while packaging replaces those in the workbook."""
    workbook = typed(with_two_warnings(), "Première raison écrite.")
    package = dossier.package(workbook, "pas.xlsx", {"PAS-W205": "Vérifié pièce par pièce."}, lang="fr", at=NOW)
    assert accepted(package) == [{"code": "PAS-W205", "reason": "Vérifié pièce par pièce.", "count": 2}]


def test_reasons_survive_a_new_check() -> None:
    """Checked again, the same finding at the same place keeps its reason, and so does the code."""
    workbook = typed(with_two_warnings(), "Pour toutes.", "Achats de la fête du 6 mars.", "Petit matériel.")
    again = annotated(workbook, check(workbook, "nl"))
    assert remarks.reasons(again) == remarks.reasons(workbook)
    assert len(remarks.reasons(again)) == 3


def test_the_control_sheet_begins_with_each_code_and_leads_to_each_cell() -> None:
    """One row for the code with its count, then one for each finding with a link to its cell; both rows are marked."""
    draft = valid(packs.load("pas", 2025), 3)
    for row in draft.rows["volet_a"][:2]:
        row["label"] = "Divers"
    told = control.content(check(draft.to_bytes(), "en"), {("PAS-W205", ""): "Seen."})
    place, found, reason = (cells.CONTROL_COLUMNS.index(name) for name in ("place", "found", "reason"))
    assert [(row[place], row[found], row[reason]) for row in told.rows] == [
        ("", "2 times", "Seen."),
        ("Volet A!D6", "Divers", ""),
        ("Volet A!D7", "Divers", ""),
    ]
    assert told.links == {1: ("volet_a", "D6"), 2: ("volet_a", "D7")}
    assert told.statuses == {"volet_a": {6: "PAS-W205", 7: "PAS-W205"}}
    assert told.headline == "2 warnings. Correct, or give your “Reason to accept”; then make the package."


def test_a_rare_code_is_shown_whole_beside_a_frequent_one() -> None:
    """Where there are more findings than rows, the frequent codes are cut and say so; none disappears."""
    draft = valid(packs.load("pas", 2025), 5100)
    for row in draft.rows["volet_a"]:
        row["label"] = "Divers"
    draft.rows["volet_b"][0]["nature"] = None
    told = control.content(check(draft.to_bytes(), "en"), {})
    code, found, expected = (cells.CONTROL_COLUMNS.index(name) for name in ("code", "found", "expected"))
    assert len(told.rows) == cells.CONTROL_CAPACITY
    counts = {row[code]: sum(other[code] == row[code] for other in told.rows) for row in told.rows}
    assert counts == {"PAS-E001": 2, "PAS-W205": cells.CONTROL_CAPACITY - 2}
    assert [(row[found], row[expected]) for row in told.rows[:2]] == [
        ("once", ""),
        ("5.100 times", "the first 4.997 are below"),
    ]
