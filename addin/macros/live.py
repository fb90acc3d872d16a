"""A live workbook, over xlwings: read into the same rows as a file, and told what a check found.

One read and one write per sheet, whatever the number of rows: each call may cross into another process. Nothing here
knows which spreadsheet it talks to. The host lets macros write into protected sheets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from validators.findings import InputError
from validators.read import RawWorkbook, Scan, assemble, pack_of
from workbook_templates import cells
from workbook_templates.layout import Layout, SheetLayout, layout_of
from workbook_templates.measure import ColumnType

if TYPE_CHECKING:
    from xlwings import Book, Range, Sheet
    from xlwings.main import RangeRows

    from validators.control import Control
    from workbook_templates.measure import Column, Measure

_HEADLINE_ABOVE = 3
"""Rows from the first of the control sheet's table up to the headline."""
_WIDE = 100
"""Columns of which at least one is shown."""
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
    return frozenset(row for run in _hidden_runs(sheet, where.first_row, last_row) for row in run)


def _hidden_runs(sheet: Sheet, first: int, last: int) -> list[range]:
    """Return the runs of rows from ``first`` to ``last`` that are hidden or filtered away, whatever columns are."""
    areas = cast("list[Range]", sheet.range((first, 1), (last, _WIDE)).get_special_cells("visible"))
    runs, after = [], first
    for start, end in (*sorted((area.row, area.row + area.shape[0]) for area in areas), (last + 1, last + 1)):
        if after < start:
            runs.append(range(after, start))
        after = max(after, end)
    return runs


def reveal(sheet: Sheet, first: int, last: int) -> list[range]:
    """Show the rows from ``first`` to ``last``, and return the runs that were hidden; InputError where some stay so."""
    hidden = _hidden_runs(sheet, first, last)
    for run in hidden:
        _rows(sheet, run).hidden = False
    if hidden and _hidden_runs(sheet, first, last):
        raise InputError("RU-X26", sheet=sheet.name)
    return hidden


@contextmanager
def _all_shown(sheet: Sheet, first: int, last: int) -> Iterator[None]:
    """Show the rows from ``first`` to ``last`` while a block is written there; those that were hidden are again after.

    Where a filter hides some, Excel writes the first value of a block into every other row, and nothing into those
    (https://github.com/xlwings/xlwings/issues/747).
    """
    hidden = reveal(sheet, first, last)
    try:
        yield
    finally:
        for run in hidden:
            _rows(sheet, run).hidden = True


def _rows(sheet: Sheet, run: range) -> RangeRows:
    return sheet.range((run.start, 1), (run.stop - 1, 1)).rows


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


def free_row(where: SheetLayout, used: int, count: int) -> int:
    """Return the first row of a table below row ``used``; InputError where there is no room for ``count`` rows."""
    first = max(used + 1, where.first_row)
    if first + count - 1 > where.last_row:
        raise InputError("RU-X20", sheet=where.name, needed=count, room=max(where.last_row + 1 - first, 0))
    return first


def append(book: Book, live: Live, sheet_id: str, first: int, columns: Mapping[str, Sequence[object]]) -> None:
    """Write rows into a table from row ``first`` on.

    ``columns`` are typed values as :func:`workbook_templates.parts.append_rows` takes them: cents, dates, choice ids.
    """
    where, sheet = live.layout.sheets[sheet_id], live.measure.sheet(sheet_id)
    count = max(map(len, columns.values()))
    left = min(where.columns[column.id] for column in sheet.columns)
    right = max(where.columns[column.id] for column in sheet.columns)
    block: list[list[object]] = [[""] * (right - left + 1) for _ in range(count)]
    for column in sheet.columns:
        at = where.columns[column.id] - left
        for line, value in zip(block, columns.get(column.id, ()), strict=False):
            line[at] = _for_cell(value, column, live.layout.lang)
    write(book.sheets[where.name], first, left, block)


def append_lines(book: Book, where: SheetLayout, first: int, columns: Sequence[str], lines: Sequence[Row]) -> None:
    """Write lines into a sheet that tells imports from row ``first`` on; amounts are cents."""
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
    last = row + len(values) - 1
    with _all_shown(sheet, row, last):
        sheet.range((row, column), (last, column + len(values[0]) - 1)).value = guarded


def show(book: Book, sheet_name: str, address: str) -> None:
    """Select a cell, in a row that a filter may have hidden."""
    sheet = book.sheets[sheet_name]
    cell = sheet.range(address)
    if cell.rows.hidden:
        cell.rows.hidden = False
    # Excel selects in the workbook in front only, and the user may have gone to another one meanwhile.
    book.activate()
    sheet.activate()
    cell.select()


def selected(book: Book) -> tuple[str, int, int]:
    """Return sheet name, row and column of the workbook's selected cell; an empty name where none of its is."""
    cell = book.app.selection
    if not cell or cell.sheet.book.fullname != book.fullname:
        return "", 0, 0
    return cell.sheet.name, cell.row, cell.column


def still_told(book: Book, layout: Layout, place: str, codes: Collection[str]) -> bool:
    """Whether the row of a place, such as ``Volet A!H12``, has one of the codes that a check left beside it.

    It has not once a sheet was renamed, or rows were removed or sorted. A place in no table holds what it held.
    """
    name, _, cell = place.rpartition("!")
    where = next((one for one in layout.sheets.values() if one.name == name), None)
    if where is None:
        return False
    row, _ = cells.parse(cell)
    column = where.columns.get(cells.STATUS)
    if not column or not where.first_row <= row <= where.last_row:
        return True
    return not set(codes).isdisjoint(str(book.sheets[name].range((row, column)).value).split())


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
    with _all_shown(page, where.first_row, where.first_row + len(formulas) - 1):
        places.formula = formulas


def _doubled(text: str) -> str:
    return text.replace('"', '""')
