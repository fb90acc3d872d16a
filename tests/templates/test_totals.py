"""The live totals of the sheets are the totals that Python computes."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from addin.story.intake import with_totals
from tests.templates.office import computed
from tests.validators.drafts import Draft, template, valid
from validators.check import check
from workbook_templates import cells, packs
from workbook_templates.layout import read_layout
from workbook_templates.measure import LANGUAGES, TOTALS, ColumnType, Measure

WORKBOOKS = 200
"""Of each measure, shared out over its years: the first gets nearly all. Some hold no row at all."""
LATER = 4
PACKS = [(*pack, LATER if pack[1] > 2025 else WORKBOOKS - LATER) for pack in packs.available()]


def at_random(measure: Measure, dice: random.Random, lang: str) -> Draft:
    """Return a workbook with any amounts, of any sign, under any choice, with gaps between its rows."""
    draft = valid(measure, dice.choice((0, 1, 7, 30)), lang)
    for sheet in measure.sheets:
        for item in sheet.fields:
            if item.type is ColumnType.AMOUNT:
                draft.fields[sheet.id][item.id] = dice.choice((None, 0, dice.randrange(10**9)))
        for row in draft.rows.get(sheet.id, ()):
            for column in sheet.columns:
                if column.type is ColumnType.AMOUNT:
                    row[column.id] = dice.choice((None, dice.randrange(-(10**4), 10**4), dice.randrange(10**8)))
                elif column.type is ColumnType.CHOICE:
                    row[column.id] = dice.choice(column.choices).id
    return draft


def places(measure: Measure) -> tuple[int, dict[str, tuple[int, int]]]:
    """Return the 0-based position of the totals sheet, and row and column of each total on it, also from 0."""
    workbook = template(measure.id, measure.year, "fr")
    layout = read_layout(workbook)
    assert layout is not None
    sheet = layout.sheets[TOTALS]
    found = {name: cells.parse(address) for name, address in sheet.fields.items()}
    names = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).sheet_names
    return names.index(sheet.name), {name: (row - 1, column - 1) for name, (row, column) in found.items()}


def cents(values: Sequence[Sequence[object]], at: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    """Return the cents of each total among the values of its sheet."""
    found = {}
    for total, (row, column) in at.items():
        euros = float(str(values[row][column]))
        found[total] = round(euros * 100)
        assert abs(euros * 100 - found[total]) < 1e-4, f"{total} is not rounded to the cent"
    return found


def saved(workbook: bytes, sheet: int) -> list[list[object]]:
    """Return the values of a sheet, counted from 0, as the workbook holds them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)  # type: ignore[return-value]


@pytest.mark.needs("soffice")
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: f"{pack[0]}-{pack[1]}")
def test_the_sheet_and_python_agree_to_the_cent(pack: tuple[str, int, int], tmp_path: Path) -> None:
    """LibreOffice's own sums, caps and shares equal Python's for every line and group of random workbooks."""
    dice = random.Random(2025)
    measure_id, year, count = pack
    measure = packs.load(measure_id, year)
    books = {f"{at}": at_random(measure, dice, dice.choice(LANGUAGES)).to_bytes() for at in range(count)}
    sheet, at = places(measure)
    ours = {name: cents(saved(with_totals(book), sheet), at) for name, book in books.items()}
    assert ours["0"] == {total.id: total.cents for total in check(books["0"]).totals}
    for name, values in computed(books, sheet, tmp_path).items():
        assert cents(values, at) == ours[name], name
