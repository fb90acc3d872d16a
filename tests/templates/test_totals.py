"""The live totals of the sheets are the totals that Python computes."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.templates.office import resaved
from tests.validators.drafts import Draft, valid
from validators.check import check
from workbook_templates import cells, packs
from workbook_templates.layout import read_layout
from workbook_templates.measure import TOTALS, ColumnType, Measure

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


def shown(workbook: bytes) -> dict[str, int]:
    """Return the cents that the totals sheet shows, by total."""
    layout = read_layout(workbook)
    assert layout is not None
    sheet = layout.sheets[TOTALS]
    values = (
        CalamineWorkbook.from_filelike(io.BytesIO(workbook))
        .get_sheet_by_name(sheet.name)
        .to_python(skip_empty_area=False)
    )
    found = {}
    for total_id, address in sheet.fields.items():
        row, column = cells.parse(address)
        value = values[row - 1][column - 1]
        assert isinstance(value, int | float), f"{total_id} shows {value!r}"
        found[total_id] = round(value * 100)
        assert abs(value * 100 - found[total_id]) < 1e-4, f"{total_id} is not rounded to the cent"
    return found


@pytest.mark.needs("soffice")
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: f"{pack[0]}-{pack[1]}")
def test_the_sheet_and_python_agree_to_the_cent(pack: tuple[str, int, int], tmp_path: Path) -> None:
    """LibreOffice's own sums, caps and shares equal Python's for every line and group of random workbooks."""
    dice = random.Random(2025)
    measure_id, year, count = pack
    measure = packs.load(measure_id, year)
    books = {f"{at}": at_random(measure, dice, dice.choice(("fr", "nl", "de", "en"))).to_bytes() for at in range(count)}
    recalculated = resaved(books, tmp_path)
    for name, data in books.items():
        wanted = {total.id: total.cents for total in check(data).totals}
        assert shown(recalculated[name]) == wanted, name
