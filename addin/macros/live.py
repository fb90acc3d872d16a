"""A live workbook, over xlwings: read into the same rows as a file, and told what a check found.

One read and one write per sheet, whatever the number of rows: each call may cross into another process. Nothing here
knows which spreadsheet it talks to. The host lets macros write into protected sheets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from validators.findings import InputError
from validators.read import RawWorkbook, Scan, assemble, pack_of
from workbook_templates import cells
from workbook_templates.layout import Layout, SheetLayout, layout_of
from workbook_templates.measure import ColumnType

if TYPE_CHECKING:
    from xlwings import Book, Range, Sheet

    from validators.control import Control
    from workbook_templates.measure import Column, Measure

_HEADLINE_ABOVE = 3
"""Rows from the first of the control sheet's table up to the headline."""
_ERRORS = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))
_NO_TEXT = ("=", "+", "-", "@", "'")
"""How text begins that a spreadsheet would take for something else."""
_OWN_ERROR = "Err:"
"""How errors begin that only some spreadsheets know."""
_ERROR_SIGNS = ("#", _OWN_ERROR)

Grid = list[list[object]]
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Live:
    """A live workbook of one of our packs, read once."""

    raw: RawWorkbook
    grids: Mapping[str, Grid]
    """Sheet id to all of its cells from A1 on, those of the control sheet too; ``""`` for an empty one."""

    @property
    def measure(self) -> Measure:
        """The pack."""
        return self.raw.measure

    @property
    def layout(self) -> Layout:
        """Where things stand."""
        return self.raw.layout


def find_layout(book: Book) -> Layout:
    """Return where things stand in a live workbook; InputError where it carries no stamp of ours."""
    # Each question may cross into another process: none is asked twice.
    names = {
        told: (name.refers_to or "").removeprefix("=")
        for name in book.names
        if "." in (told := name.name) or told == cells.IDENTITY_NAME
    }
    layout = layout_of(names, {sheet.name: ("", not sheet.visible) for sheet in book.sheets})
    if layout is None:
        raise InputError("RU-X07")
    return layout


def read(book: Book, reading: Callable[[str], None] = lambda _name: None, layout: Layout | None = None) -> Live:
    """Return the input values of a live workbook; InputError where it is not one of our templates.

    ``reading`` is told each sheet's name before it is read; ``layout`` saves looking for it again.
    """
    layout = layout or find_layout(book)
    measure = pack_of(layout)
    grids: dict[str, Grid] = {}
    scans: dict[str, Scan] = {cells.IMPORTS: Scan()}
    told = (cells.IMPORTS,) if cells.IMPORTS in layout.sheets else ()
    for sheet_id in (*(sheet.id for sheet in measure.sheets), cells.CONTROL, *told):
        where = layout.sheets[sheet_id]
        reading(where.name)
        grids[sheet_id] = read_grid(book.sheets[where.name])
        if sheet_id not in {cells.CONTROL, cells.IMPORTS}:
            scans[sheet_id] = _scan(book.sheets[where.name], where, grids[sheet_id])
    raw = assemble(measure, layout, lambda sheet_id: (grids[sheet_id], scans[sheet_id]))
    return Live(raw, grids)


def read_grid(sheet: Sheet) -> Grid:
    """Return the cells of a sheet from A1 to the last row that holds something."""
    used = sheet.used_range
    last_row, last_column = used.row + used.shape[0] - 1, used.column + used.shape[1] - 1
    cells_read = sheet.range((1, 1), (last_row, last_column))
    grid: Grid = cells_read.options(ndim=2, empty="", err_to_str=True, dates=dt.date).value
    while len(grid) > 1 and all(value == "" for value in grid[-1]):
        del grid[-1]
    return grid


def _scan(sheet: Sheet, where: SheetLayout, grid: Grid) -> Scan:
    """Return hidden rows and error cells, whose values are emptied in the grid."""
    errors: dict[tuple[int, int], str] = {}
    texts = {value for value in set().union(*grid) if value.__class__ is str and value.startswith(_ERROR_SIGNS)}
    seen = {value for value in texts if value in _ERRORS or value.startswith(_OWN_ERROR)}
    if seen:
        for row, values in enumerate(grid, 1):
            for column, value in enumerate(values, 1):
                if value in seen:
                    errors[row, column] = str(value)
                    values[column - 1] = ""
    return Scan(hidden=_hidden(sheet, where, len(grid)), errors=errors)


def _hidden(sheet: Sheet, where: SheetLayout, last_row: int) -> frozenset[int]:
    """Return the rows of the table that are hidden or filtered away."""
    if not where.first_row or last_row < where.first_row:
        return frozenset()
    rows = sheet.range((where.first_row, 1), (last_row, 1))
    shown: set[int] = set()
    for area in cast("list[Range]", rows.get_special_cells("visible")):
        shown.update(range(area.row, area.row + area.shape[0]))
    return frozenset(range(where.first_row, last_row + 1)) - shown


def write_statuses(book: Book, live: Live, statuses: Mapping[str, Mapping[int, str]]) -> None:
    """Fill the status columns anew: sheet id to row to text; every other row's becomes empty."""
    for sheet_id, where in live.layout.sheets.items():
        column = where.columns.get(cells.STATUS)
        if not column or sheet_id not in live.grids:
            continue
        told, grid = statuses.get(sheet_id, {}), live.grids[sheet_id]
        last = min(max(len(grid), *told, where.first_row), where.last_row)
        texts = [[told.get(row, "")] for row in range(where.first_row, last + 1)]
        if texts != [row[column - 1 : column] or [""] for row in grid[where.first_row - 1 : last]]:
            write(book.sheets[where.name], where.first_row, column, texts)


def append(book: Book, live: Live, sheet_id: str, columns: Mapping[str, Sequence[object]]) -> int:
    """Write rows below those that a table has; return the first one's number.

    ``columns`` are typed values as :func:`workbook_templates.parts.append_rows` takes them: cents, dates, choice ids.
    InputError where the sheet has too little room.
    """
    where, sheet = live.layout.sheets[sheet_id], live.measure.sheet(sheet_id)
    count = max(map(len, columns.values()))
    first = max([where.first_row - 1, *live.raw.tables[sheet_id].row_numbers]) + 1
    if first + count - 1 > where.last_row:
        raise InputError("RU-X20", sheet=where.name, needed=count, room=where.last_row + 1 - first)
    left = min(where.columns[column.id] for column in sheet.columns)
    right = max(where.columns[column.id] for column in sheet.columns)
    block: list[list[object]] = [[""] * (right - left + 1) for _ in range(count)]
    for column in sheet.columns:
        at = where.columns[column.id] - left
        for line, value in zip(block, columns.get(column.id, ()), strict=False):
            line[at] = _for_cell(value, column, live.layout.lang)
    write(book.sheets[where.name], first, left, block)
    return first


def append_lines(book: Book, where: SheetLayout, used: int, columns: Sequence[str], lines: Sequence[Row]) -> None:
    """Write lines below row ``used`` of a sheet that tells imports; amounts are cents.

    InputError where the sheet has too little room.
    """
    if not lines:
        return
    first = max(used + 1, where.first_row)
    if first + len(lines) - 1 > where.last_row:
        raise InputError("RU-X20", sheet=where.name, needed=len(lines), room=max(where.last_row + 1 - first, 0))
    left, right = min(where.columns.values()), max(where.columns.values())
    block: list[list[object]] = [[""] * (right - left + 1) for _ in lines]
    for line, values in zip(block, lines, strict=True):
        for name, value in zip(columns, values, strict=True):
            shown = int(str(value)) / 100 if name == "amount" and value is not None else value
            line[where.columns[name] - left] = "" if shown is None else shown
    write(book.sheets[where.name], first, left, block)


def _for_cell(value: object, column: Column, lang: str) -> object:
    """Return a typed value as it stands in a cell."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    if column.type is ColumnType.AMOUNT:
        return int(str(value)) / 100
    if column.type is ColumnType.CHOICE:
        return next((choice.label[lang] for choice in column.choices if choice.id == value), value)
    return value


def write(sheet: Sheet, row: int, column: int, values: Sequence[Sequence[object]]) -> None:
    """Write a block of values in one call; text stays text, whatever it begins with: an apostrophe says so."""
    guarded = [
        [f"'{value}" if value.__class__ is str and value.startswith(_NO_TEXT) else value for value in line]
        for line in values
    ]
    end = (row + len(values) - 1, column + len(values[0]) - 1)
    sheet.range((row, column), end).value = guarded


def show(book: Book, sheet_name: str, address: str) -> None:
    """Select a cell, in a row that a filter may have hidden."""
    sheet = book.sheets[sheet_name]
    cell = sheet.range(address)
    if cell.rows.hidden:
        cell.rows.hidden = False
    sheet.activate()
    cell.select()


def selected(book: Book) -> tuple[str, int, int]:
    """Return sheet name, row and column of the selected cell; an empty name where no cell is selected."""
    cell = book.app.selection
    return (cell.sheet.name, cell.row, cell.column) if cell else ("", 0, 0)


def control_reasons(live: Live) -> dict[tuple[str, str], str]:
    """Return the reasons typed on the control sheet: (code, place) to reason."""
    rows = control_rows(live.layout, live.grids[cells.CONTROL])
    return {(row["code"], row["place"]): row["reason"] for row in rows if row["reason"]}


def control_rows(layout: Layout, grid: Grid) -> list[dict[str, str]]:
    """Return the rows of the control sheet, whose cells are given, by control column."""
    where = layout.sheets[cells.CONTROL]
    return [
        {name: str(row[column - 1]).strip() if column <= len(row) else "" for name, column in where.columns.items()}
        for row in grid[where.first_row - 1 : where.last_row]
    ]


def write_control(book: Book, live: Live, control: Control) -> None:
    """Fill the control sheet anew, headline and table, with links to the cells."""
    where, grid = live.layout.sheets[cells.CONTROL], live.grids[cells.CONTROL]
    page = book.sheets[where.name]
    top = where.first_row - _HEADLINE_ABOVE
    bottom = max(len(grid), where.first_row + len(control.rows) - 1, where.first_row)
    width = max(*where.columns.values(), *map(len, grid))
    # What stands between and beside the table stays: the same block is written back.
    block = [[*row, *[""] * (width - len(row))] for row in (*grid, *[[]] * (bottom - len(grid)))][top - 1 : bottom]
    block[0][0] = control.headline
    for offset, line in enumerate(block[_HEADLINE_ABOVE:]):
        texts = control.rows[offset] if offset < len(control.rows) else ("",) * len(cells.CONTROL_COLUMNS)
        for name, text in zip(cells.CONTROL_COLUMNS, texts, strict=True):
            line[where.columns[name] - 1] = text
    write(page, top, 1, block)
    if control.links:
        _link(page, live, control)


def _link(page: Sheet, live: Live, control: Control) -> None:
    """Make the places lead to their cells: formulas, since links one by one would cost a call each."""
    where = live.layout.sheets[cells.CONTROL]
    shown = cells.CONTROL_COLUMNS.index("place")
    formulas = []
    for position, row in enumerate(control.rows):
        sheet_id, cell = control.links.get(position, ("", ""))
        target = f"#{cells.quote(live.layout.sheets[sheet_id].name)}!{cell}" if sheet_id else ""
        formulas.append([f'=HYPERLINK("{_doubled(target)}","{_doubled(row[shown])}")' if target else ""])
    column = where.columns["place"]
    places = page.range((where.first_row, column), (where.first_row + len(formulas) - 1, column))
    places.number_format = "General"
    places.formula = formulas


def _doubled(text: str) -> str:
    return text.replace('"', '""')
