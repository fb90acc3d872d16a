"""Our rows into a blank official workbook that Excel has open: one write for each block of cells.

Only where ``.xlsx`` is the spreadsheet's own format. LibreOffice turns a workbook into one of its own when it loads it,
and writes every part anew when it saves: there the file is filled part by part (:mod:`addin.story.official`), so that
whatever is not filled keeps its bytes. Excel, too, may change more than was asked of it; the guard says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from addin import files
from addin.story.official import Filled
from validators.guard.fill import plan, unplaced
from validators.guard.verdict import guard
from validators.official.errors import scanned
from workbook_templates.official.fill import Cell, Plan, input_cells
from workbook_templates.official.formats import kind_of
from workbook_templates.official.ranges import Range
from workbook_templates.official.sheet import readable

if TYPE_CHECKING:
    from pathlib import Path

    from xlwings import App, Book

    from validators.check import CheckResult
    from workbook_templates.official.map import Map
    from workbook_templates.official.sheets import Grid, Place

_NO_TEXT = ("=", "+", "-", "@", "'")
"""How text begins that a spreadsheet takes for something else, or drops, even in a cell for text."""


def write(book: Book, planned: Plan, known: Map) -> None:
    """Write what is planned into the open blank."""
    for name, cells in planned.cells.items():
        page, grid = book.sheets[name], planned.structure.sheet(name).grid
        told = {(cell.row, cell.column): cell for cell in cells}
        for block in rectangles(_written(told, known, grid)):
            page.range((block.top, block.left), (block.bottom, block.right)).value = [
                [_value(told.get((row, at)), grid, (row, at)) for at in range(block.left, block.right + 1)]
                for row in range(block.top, block.bottom + 1)
            ]
        restyled: dict[str, list[Place]] = {}
        for place, cell in told.items():
            if cell.style:
                restyled.setdefault(grid.looks[int(cell.style)].format, []).append(place)
        for code, places in restyled.items():
            for block in rectangles(places):
                page.range((block.top, block.left), (block.bottom, block.right)).number_format = code


def _written(told: dict[Place, Cell], known: Map, grid: Grid) -> set[Place]:
    """Return the cells to be written: those that are planned, and those between them that stay as they are.

    So a column with gaps is one block. A cell that is locked or holds a formula is never among them.
    """
    places = set(told)
    for top, left, bottom, _ in input_cells(known).get(grid.name, ()):
        last = max((row for row, column in told if column == left and top <= row <= bottom), default=0)
        places.update((row, left) for row in range(top, last + 1) if grid.open(row, left))
    return places


def rectangles(places: Iterable[Place]) -> Iterator[Range]:
    """Yield rectangles that hold exactly these cells: columns beside each other with the same rows are one."""
    rows_of: dict[int, list[int]] = {}
    for row, column in places:
        rows_of.setdefault(column, []).append(row)
    alike: dict[tuple[int, int], list[int]] = {}
    for column, rows in rows_of.items():
        for run in _runs(rows):
            alike.setdefault(run, []).append(column)
    for (top, bottom), columns in sorted(alike.items()):
        for left, right in _runs(columns):
            yield Range(top, left, bottom, right)


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return first and last of each run of whole numbers."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _value(cell: Cell | None, grid: Grid, place: Place) -> object:
    """Return a value as a cell takes it: days as the workbook counts them, since a date would choose its own format.

    Text is marked as such by an apostrophe, or what looks like a number, a date or a formula would become one.
    """
    if cell is None:
        value = grid.values.get(place)
        return _text(value, grid, place) if isinstance(value, str) and value else value
    if cell.kind == "number":
        return float(cell.text)
    return _text(readable(cell.text), grid, place) if cell.text else None


def _text(text: str, grid: Grid, place: Place) -> str:
    plain = kind_of(grid.look(*place).format) == "text" and not text.startswith(_NO_TEXT)
    return text if plain else f"'{text}"


def through(app: App, goal: Path, blank: bytes, known: Map, checked: CheckResult) -> Filled | None:
    """Return a copy of the blank as the spreadsheet filled, computed and saved it, still open; None where it did not.

    It may refuse something, or change more than input cells in saving: then the copy is closed, to be filled part by
    part. InputError where blank, map and our workbook do not go together: nothing was written then.
    """
    planned = plan(scanned(blank), known, checked)
    files.write(goal, blank)
    book = verdict = None
    try:
        book = app.books.open(str(goal))
        write(book, planned, known)
        app.calculate()
        book.save()
        saved = files.read_open(goal)
        verdict = guard(blank, saved, known, checked)
    except Exception:  # noqa: BLE001, S110 - whatever a spreadsheet refuses has another way
        pass
    if verdict and not verdict.wrong:
        return Filled(
            saved, planned.rows, planned.undated, unplaced(planned, checked), up_to_date=True, verdict=verdict
        )
    if book:
        book.close()
    return None
