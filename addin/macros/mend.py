"""Mend what a paste or a slip of the hand took from a live workbook: formats, drop-downs, colours, formulas of ours.

Everything is derived from the measure, as in the template; nothing of it is ever relied on by a check.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from operator import itemgetter
from typing import TYPE_CHECKING

from workbook_templates import cells
from workbook_templates.figures import total_formulas
from workbook_templates.measure import TOTALS, ColumnType
from workbook_templates.styles import FONT, FONT_SIZE, STATUS_COLOURS, number_format, status_formula

if TYPE_CHECKING:
    from xlwings import Book, Range, Sheet

    from addin.macros.live import Grid, Live
    from workbook_templates.layout import SheetLayout
    from workbook_templates.measure import Column


_KEPT = frozenset((dt.date, dt.datetime, bool))
"""Kinds of values that only a cell's format tells from a number."""


def formats(book: Book, live: Live) -> list[str]:
    """Give the tables back what a paste with formats took from them; return the names of the sheets that needed it.

    Number formats, letters and background of the columns, drop-down lists, and the colours that follow the status.
    """
    mended = []
    for sheet in live.measure.sheets:
        where, last = live.layout.sheets[sheet.id], len(live.grids[sheet.id])
        if not sheet.columns or last < where.first_row:
            continue
        page = book.sheets[where.name]
        parts = [
            (column, part)
            for column in sheet.columns
            for part in _parts(page, column, where, live.grids[sheet.id][: where.last_row])
        ]
        if all(_intact(column, part) for column, part in parts):
            continue
        mended.append(where.name)
        for column, part in parts:
            part.number_format = number_format(column)
            part.color = None
            part.font.name, part.font.size, part.font.bold, part.font.color = FONT, FONT_SIZE, False, (0, 0, 0)
            if column.type is ColumnType.CHOICE:
                part.data_validation.set_list(book.names[cells.list_name(sheet.id, column.id)])
        _colour_by_status(page, where)
    return mended


def _parts(page: Sheet, column: Column, where: SheetLayout, grid: Grid) -> Iterator[Range]:
    """Yield the cells of a column that may get its format, in as few ranges as can be.

    Not those that hold a date or a truth value where none belongs: only their format tells that it is no number. With
    the column's format a date would be an amount; so the user must mend them.
    """
    at, first = where.columns[column.id], where.first_row
    start = first
    lines = grid[first - 1 :]
    odd = _KEPT & set(map(type, map(itemgetter(at - 1), lines))) if lines and len(lines[0]) >= at else frozenset()
    if column.type is not ColumnType.DATE and odd:
        for row, line in enumerate(lines, first):
            if len(line) >= at and type(line[at - 1]) in odd:
                if row > start:
                    yield page.range((start, at), (row - 1, at))
                start = row + 1
    if start <= len(grid):
        yield page.range((start, at), (len(grid), at))


def _intact(column: Column, part: Range) -> bool:
    found: str | None = part.number_format  # None where cells differ, whatever xlwings declares
    if not found or found.lower() != number_format(column).lower():
        return False
    return column.type is not ColumnType.CHOICE or part.data_validation.type == "list"


def _colour_by_status(page: Sheet, where: SheetLayout) -> None:
    status = where.columns[cells.STATUS]
    table = page.range((where.first_row, min(where.columns.values())), (where.last_row, status))
    # Without an address that is relative to the selected cell, as spreadsheets would take it.
    letter = cells.letters(status)
    cell = f"INDEX(${letter}:${letter},ROW())"
    table.conditional_formats.clear()
    for mark, colour in reversed(STATUS_COLOURS):
        table.conditional_formats.add_custom(status_formula(mark, cell), fill_color=colour, stop_if_true=True)


def totals(book: Book, live: Live) -> list[str]:
    """Put overwritten formulas of the totals sheet back; return the addresses of the cells that needed it."""
    where = live.layout.sheets.get(TOTALS)
    if where is None:
        return []
    wanted = {
        cells.parse(where.fields[name]): f"={formula}"
        for name, formula in total_formulas(live.measure, live.layout.lang).items()
        if name in where.fields
    }
    page = book.sheets[where.name]
    (top, left), (bottom, right) = (tuple(f(place[i] for place in wanted) for i in (0, 1)) for f in (min, max))
    block = page.range((top, left), (bottom, right))
    found = [list(row) for row in block.formula]
    broken = [
        place for place, formula in wanted.items() if _bare(found[place[0] - top][place[1] - left]) != _bare(formula)
    ]
    for row, column in broken:
        page.range((row, column)).formula = wanted[row, column]
    return [f"{where.name}!{cells.a1(*place)}" for place in broken]


def _bare(formula: object) -> str:
    return str(formula).replace(" ", "").replace("$", "").lower()
