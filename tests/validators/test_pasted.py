"""A paste gone wrong straight in the template: one finding with its repair, and what it stands for on demand."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.validators.drafts import as_typed, pasted, valid
from validators.check import CheckResult, check, to_json
from workbook_templates import packs

PAS = packs.load("pas", 2025)
VOLET = PAS.sheet("volet_a")
DATE, NUMBER, TOTAL = (
    [column.id for column in VOLET.columns].index(name) for name in ("date", "document_number", "total_amount")
)
COUNT = 20
EPOCH = dt.date(1899, 12, 30)

Lines = list[list[object]]


def serials(lines: Lines) -> Lines:
    """Return what is pasted as values only: a date is its number."""
    return [[(value - EPOCH).days if isinstance(value, dt.date) else value for value in line] for line in lines]


def exchanged(lines: Lines) -> Lines:
    """Return rows whose dates and amounts are exchanged."""
    made = [list(line) for line in lines]
    for line in made:
        line[DATE], line[TOTAL] = line[TOTAL], line[DATE]
    return made


def right(lines: Lines) -> Lines:
    """Return rows one column to the right of their place."""
    return [[None, *line] for line in lines]


def left(lines: Lines) -> Lines:
    """Return rows one column to the left of their place; the first column is lost."""
    return [[*line[1:], None] for line in lines]


def reordered(lines: Lines) -> Lines:
    """Return rows whose date stands in another column than the sheet's."""
    made = [list(line) for line in lines]
    for line in made:
        line[DATE], line[NUMBER] = line[NUMBER], line[DATE]
    return made


WORDS = ["Datum", "Stuknummer", "Begrotingsartikel", "Omschrijving", "Begunstigde"]
HEADINGS: Lines = [[*WORDS, *[None] * (len(VOLET.columns) - len(WORDS))]]
PASTES = {
    "right": (right, "PAS-E051"),
    "right, values only": (lambda lines: right(serials(lines)), "PAS-E051"),
    "left": (left, "PAS-E051"),
    "left, values only": (lambda lines: left(serials(lines)), "PAS-E051"),
    "right, with headings": (lambda lines: right([*HEADINGS, *lines[1:]]), "PAS-E051"),
    "exchanged": (exchanged, "PAS-E054"),
    "exchanged, values only": (lambda lines: exchanged(serials(lines)), "PAS-E054"),
    "another order": (reordered, "PAS-E053"),
    "another order, with headings": (lambda lines: [*HEADINGS, *reordered(lines[1:])], "PAS-E053"),
    "headings": (lambda lines: [*HEADINGS, *lines[1:]], "PAS-E052"),
}


def result_of(lines: Lines, first: int, *, whole: bool = False) -> CheckResult:
    """Check a report of volet A into which lines were pasted from a row on."""
    draft = valid(PAS, COUNT)
    pasted(draft, VOLET, first, lines)
    return check(draft.to_bytes(), whole=whole)


@pytest.mark.parametrize("name", PASTES)
@pytest.mark.parametrize("first", [0, 12])
def test_one_finding_stands_for_all(name: str, first: int) -> None:
    """Whether all rows or a block of them: one finding at the first cell, and every raw finding behind it."""
    change, code = PASTES[name]
    rows = as_typed(PAS, VOLET, valid(PAS, COUNT))
    lines = change(rows[first:])
    told = result_of(lines, first)
    raw = result_of(lines, first, whole=True)
    assert [(one.code, one.cell) for one in told.findings] == [(code, f"A{6 + first}")], told.findings
    assert raw.covered == ()
    assert sorted(one.cell for one in told.everything()) == sorted(one.cell for one in raw.findings)
    assert len(raw.findings) >= (1 if code == "PAS-E052" else COUNT - first)
    said = to_json(told)
    assert (len(said["findings"]), len(said["covered"])) == (1, len(raw.findings))
    assert (told.totals, told.rows) == (raw.totals, raw.rows)


def test_the_ledger_of_another_year_is_told_once() -> None:
    """Rows of last year are one finding that names the year; a few stray dates are told one by one."""
    rows = as_typed(PAS, VOLET, valid(PAS, COUNT))
    old = [[value.replace(year=2024) if isinstance(value, dt.date) else value for value in row] for row in rows]
    told = result_of(old, 0)
    assert [(one.code, one.found) for one in told.findings] == [("PAS-E055", "2024")]
    assert len(told.covered) == COUNT
    assert {one.code for one in result_of(old[:5], 0).findings} == {"PAS-E020"}
    assert len(result_of(old[:5], 0).findings) == 5


@pytest.mark.parametrize("own", [0, 4])
def test_the_same_ledger_twice_is_told_once(own: int) -> None:
    """The repetition is one warning that says where it begins and where the rows stand already."""
    rows = as_typed(PAS, VOLET, valid(PAS, COUNT))
    told = result_of(rows[own:], COUNT)
    assert [(one.code, one.cell, one.related) for one in told.findings] == [
        ("PAS-W250", f"A{6 + COUNT}", (f"volet_a!A{6 + own}",))
    ]
    assert {one.code for one in told.everything()} == {"PAS-W202"}


def test_a_sheet_that_is_a_copy_of_another_is_told_once() -> None:
    """The ledger of volet A pasted into volet B as well is one warning there."""
    draft = valid(PAS, COUNT)
    other = PAS.sheet("volet_b")
    lines = as_typed(PAS, VOLET, draft)
    nature = [column.id for column in VOLET.columns].index("nature")
    for line, own in zip(lines, as_typed(PAS, other, draft), strict=True):
        line[nature] = own[nature]
    pasted(draft, other, 0, lines)
    told = check(draft.to_bytes())
    assert [(one.code, one.sheet, one.cell) for one in told.findings] == [("PAS-W250", "volet_b", "A6")]


def test_slips_are_told_one_by_one() -> None:
    """A wrong date, a text for an amount and a doubled row are no paste gone wrong."""
    rows = as_typed(PAS, VOLET, valid(PAS, COUNT))
    lines = [list(row) for row in rows]
    lines[3][DATE] = "31/02/2025"
    lines[7][TOTAL] = "12,50"
    lines[9] = list(lines[8])
    told = result_of(lines, 0)
    assert [one.code for one in told.findings] == ["PAS-E002", "PAS-E003", "PAS-W202"]
    assert told.covered == ()
