"""Our rows go into the input cells of a blank official workbook, each in the form that its column asks for."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import replace

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from tests.official.blanks import FIRST, LAST, NATURES, blank, map_of
from tests.validators.drafts import valid
from validators.check import CheckResult, check
from validators.guard.errors import GuardError
from validators.guard.fill import fill
from validators.guard.verdict import guard
from workbook_templates import packs
from workbook_templates.measure import LANGUAGES
from workbook_templates.official.facts import Kind
from workbook_templates.official.map import Map, SheetMap
from workbook_templates.official.structure import fingerprint, scan

PAS = packs.load("pas", 2025)
ROOM = LAST - FIRST + 1


def ours(rows: int = 5, **changes: object) -> CheckResult:
    """Return our checked workbook, its first row of volet A changed."""
    draft = valid(PAS, rows)
    draft.rows["volet_a"][0].update(changes)
    return check(draft.to_bytes())


def page(data: bytes, name: str = "Dépenses") -> Worksheet:
    """Return a sheet as another library reads it."""
    return openpyxl.load_workbook(io.BytesIO(data), keep_vba=True)[name]


@pytest.mark.parametrize("date1904", [False, True])
def test_each_value_is_what_its_column_is_for(date1904: bool) -> None:  # noqa: FBT001 - a case
    """Days are days in the blank's format, amounts numbers, identifiers dotted text, choices the official entries."""
    empty = blank(date1904=date1904)
    filled = fill(empty, map_of(empty), ours(label="=1+1 & co", document_number="@12"))
    sheet = page(filled.workbook)
    row = {cell.column_letter: cell for cell in sheet[FIRST] if cell.value is not None}
    assert row["A"].value == dt.datetime(2025, 1, 1)  # noqa: DTZ001 - a sheet knows no zone
    assert row["A"].number_format == "dd/mm/yyyy"
    assert (row["B"].value, row["B"].data_type) == ("@12", "s")
    assert row["C"].value == "=1+1 & co"
    assert row["D"].value == "85.07.30-033.28"
    assert row["E"].value == NATURES["leisure"]
    assert (row["F"].value, row["F"].data_type) == (100, "n")
    assert row["H"].value == f'=IF(G{FIRST}>F{FIRST},"!","")'
    assert filled.rows == {"Dépenses": 5}
    assert page(filled.workbook, "Identification")["B2"].value == ours().centre["centre_name"]


def test_what_fits_exactly_is_filled_and_one_row_more_refused() -> None:
    """A sheet takes as many rows as it has room for; one more, and it is said how many fit."""
    empty = blank()
    assert fill(empty, map_of(empty), ours(ROOM)).rows == {"Dépenses": ROOM}
    with pytest.raises(GuardError) as refused:
        fill(empty, map_of(empty), ours(ROOM + 1))
    assert (refused.value.code, refused.value.params["room"], refused.value.params["needed"]) == (
        "RU-O25",
        ROOM,
        ROOM + 1,
    )


def typed_in(data: bytes) -> bytes:
    """Return a blank in which somebody typed a row."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    book["Dépenses"].cell(FIRST + 1, 3, "à la main")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def changed(known: Map, **changes: object) -> Map:
    """Return a map whose one sheet is changed."""
    return replace(known, sheets=(replace(known.sheets[0], **changes),))


BASE = map_of(blank())
REFUSED: Mapping[str, tuple[str, Map]] = {
    "another year": ("RU-O22", replace(BASE, year=2026)),
    "another structure": ("RU-O23", replace(BASE, fingerprint="0" * 16)),
    "an open column": ("RU-O24", changed(BASE, columns={**BASE.sheets[0].columns, "C": "?"})),
    "a formula's column": ("RU-O27", changed(BASE, constants={"H": "x"})),
    "a choice that is not mapped": ("RU-O28", changed(BASE, values={"E": {"leisure": "Loisirs"}})),
    "a choice that the official list lacks": ("RU-O28", changed(BASE, values={"E": {**NATURES, "leisure": ""}})),
    "a choice that is still to be decided": ("RU-O28", changed(BASE, values={"E": {**NATURES, "leisure": "?"}})),
    "rows that go into two sheets": (
        "RU-O36",
        replace(BASE, sheets=(BASE.sheets[0], replace(BASE.sheets[0], first_row=FIRST + 9))),
    ),
    "a column that we do not have": ("RU-O29", changed(BASE, columns={"C": "no_such_column"})),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_does_not_go_together_is_refused(what: str) -> None:
    """Nothing is written where map, blank and workbook do not go together; the refusal speaks four languages."""
    code, known = REFUSED[what]
    with pytest.raises(GuardError) as refused:
        fill(blank(), known, ours())
    assert refused.value.code == code
    assert all(all(refused.value.text(lang)) for lang in LANGUAGES)


@pytest.mark.parametrize("entry", ["?", ""])
def test_what_no_row_uses_may_stay_open(entry: str) -> None:
    """A choice that no row has, and columns of a sheet that is not filled, need no answer: the rest is filled."""
    used = set(ours().tables["volet_a"].columns["nature"])
    known = changed(BASE, values={"E": {one: label if one in used else entry for one, label in NATURES.items()}})
    known = replace(known, sheets=(*known.sheets, SheetMap("Listes", "", 1, 0, {"A": "?"})))
    filled = fill(blank(), known, ours())
    assert guard(blank(), filled.workbook, known, ours()).wrong == ()
    with pytest.raises(GuardError) as refused:
        fill(blank(), known, ours(nature="other"))
    assert (refused.value.code, refused.value.params["place"], refused.value.params["count"]) == (
        "RU-O28",
        "Dépenses!E",
        1,
    )
    assert PAS.sheet("volet_a").column("nature").choices[-1].label["fr"] in refused.value.text("fr")[0]


def test_a_blank_that_holds_rows_is_refused() -> None:
    """No row of ours goes beside a row that somebody typed."""
    taken = typed_in(blank())
    with pytest.raises(GuardError) as refused:
        fill(taken, replace(BASE, fingerprint=fingerprint(scan(taken))), ours())
    assert (refused.value.code, refused.value.params["places"]) == ("RU-O26", f"Dépenses!C{FIRST + 1}")


def test_a_workbook_with_errors_is_refused() -> None:
    """Only checked rows are handed to the administration."""
    draft = valid(PAS, 3)
    draft.raw["volet_a", draft.address("volet_a", 0, "total_amount")] = "beaucoup"
    with pytest.raises(GuardError) as refused:
        fill(blank(), BASE, check(draft.to_bytes()))
    assert refused.value.code == "RU-O31"


def volets() -> tuple[bytes, Map]:
    """Return a workbook with one sheet for all parts, whose column tells the part, and its map."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("Tout")
    text, number, short = (book.add_format({"num_format": code}) for code in ("@", "00000000000", "d/mm/yy"))
    sheet.write_row("A1", ("Volet", "Date", "Numéro national", "Texte de la date", "Montant", "Jour"))
    for row in range(1, 41):
        for column, look in ((2, number), (3, text), (5, short)):
            sheet.write_blank(row, column, None, look)
    sheet.write_formula("E43", "=SUM(E2:E41)")
    book.close()
    data = target.getvalue()
    sheets = tuple(
        SheetMap(
            "Tout",
            f"volet_{part}",
            2,
            41,
            {"B": "date", "C": "niss", "E": "eligible_amount"},
            constants={"A": part.upper()},
        )
        for part in "ac"
    )
    return data, Map("pas", 2025, fingerprint(scan(data)), sheets)


def test_several_of_our_sheets_may_share_one() -> None:
    """The rows of the second part follow those of the first, each with the part's name; their room is one."""
    data, known = volets()
    filled = fill(data, known, ours(4))
    sheet = page(filled.workbook, "Tout")
    assert [sheet.cell(row, 1).value for row in range(2, 11)] == ["A"] * 4 + ["C"] * 4 + [None]
    assert filled.rows == {"Tout": 8}
    assert (sheet["C2"].value, sheet["C2"].number_format) == (85073003328, "00000000000")
    with pytest.raises(GuardError):
        fill(data, known, ours(21))


def test_an_amount_goes_into_one_official_sheet_only() -> None:
    """The same rows in two sheets would count twice; a choice that tells them apart lets both be filled."""
    data, known = volets()
    first = replace(known.sheets[0], last_row=20)
    second = replace(first, first_row=22, last_row=41)
    with pytest.raises(GuardError) as refused:
        fill(data, replace(known, sheets=(first, second)), ours(4))
    assert (refused.value.code, refused.value.params["count"]) == ("RU-O36", 4)
    apart = [{"nature": "leisure"}, {"nature": "|".join(one for one in NATURES if one != "leisure")}]
    sheets = tuple(replace(sheet, where=where) for sheet, where in zip((first, second), apart, strict=True))
    assert fill(data, replace(known, sheets=sheets), ours(4)).rows == {"Tout": 4}


def test_a_day_takes_a_date_format_that_the_blank_has() -> None:
    """Where a column has no date format, a style of the blank that is otherwise its own shows the day."""
    data, known = volets()
    filled = fill(data, known, ours(1)).workbook
    sheet = page(filled, "Tout")
    assert (sheet["B2"].value, sheet["B2"].number_format) == (dt.datetime(2025, 1, 1), "d/mm/yy")  # noqa: DTZ001
    verdict = guard(data, filled, known, ours(1))
    assert verdict.clean
    assert {one.kind for one in verdict.differences} == {Kind.INPUT, Kind.DAY}
