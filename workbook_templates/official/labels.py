"""Single cells of a foreign sheet and the words around them: where a name or a grant is typed, or a total shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbook_templates import cells
from workbook_templates.official.sheets import Grid
from workbook_templates.official.structure import Sheet

_REACH = 4
"""Cells to the right of a label among which its value is looked for."""
_UP = 12
"""Rows above a cell among which the heading of its column is looked for."""
_LONGEST = 90
"""Characters of a label; longer texts explain."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One cell beside its label."""

    sheet: str
    row: int
    column: int
    label: str
    """The text at its left, or right above it."""
    heading: str
    """The text at the top of its column, where it stands in an overview; else empty."""
    formula: str
    """Its formula; empty for a cell to type into."""

    @property
    def place(self) -> str:
        """The cell as ``Sheet!C4``."""
        return f"{self.sheet}!{cells.a1(self.row, self.column)}"


def labelled(sheet: Sheet) -> Iterator[Labelled]:
    """Yield the cells outside the rows for data that have a label: those to type into, and formulas."""
    if sheet.grid.visibility != "visible":
        return
    heads = {row for area in sheet.areas for row in area.header_rows}
    grid = sheet.grid
    seen: set[tuple[int, int]] = set()
    for row, column in sorted(grid.values):
        text = grid.text(row, column)
        if not text or len(text) > _LONGEST or row in heads or sheet.area_at(row, column):
            continue
        for at in _beside(sheet, row, column):
            if at not in seen:
                seen.add(at)
                yield Labelled(grid.name, *at, text, _heading(grid, *at), grid.formulas.get(at, ""))
    for row, column in sorted(set(grid.formulas) - seen):
        area = sheet.area_at(row, column)
        if area is None:
            yield Labelled(grid.name, row, column, "", _heading(grid, row, column), grid.formulas[row, column])


def _beside(sheet: Sheet, row: int, column: int) -> Iterator[tuple[int, int]]:
    """Yield the cells that a label is for: to its right up to the next text, or the one below it.

    Where nothing is protected, cells that would stay open if it were are meant.
    """
    grid = sheet.grid
    merge = grid.merge(row, column)
    right = merge.right if merge else column
    found: list[tuple[int, int]] = []
    at = right + 1
    empty = 0
    while at <= right + _REACH + 8 and empty <= _REACH:
        inside = grid.merge(row, at)
        if inside and inside.left != at:
            at += 1
            continue
        text = grid.text(row, at)
        if text and len(text) > 2 and not (grid.protected and grid.unlocked(row, at)):  # noqa: PLR2004 - a colon, €
            break
        if (row, at) in grid.formulas or _is_input(grid, row, at, near=at == right + 1):
            if sheet.area_at(row, at) is None:
                found.append((row, at))
        else:
            empty += 1
        at += 1
    below = (merge.bottom if merge else row) + 1
    named = any(grid.text(below, at) for at in range(max(1, column - _REACH), column))
    under = not named and sheet.area_at(below, column) is None and _is_input(grid, below, column, near=False)
    meant = [one for one in found if one in grid.formulas or grid.unlocked(*one)]
    if not meant and under and (not found or grid.unlocked(below, column)):
        meant = [(below, column)]
    yield from meant or found


def _is_input(grid: Grid, row: int, column: int, *, near: bool) -> bool:
    """Whether somebody is meant to type into a cell."""
    if (row, column) in grid.formulas:
        return False
    if grid.protected:
        return grid.unlocked(row, column)
    look = grid.look(row, column)
    value = grid.values.get((row, column))
    free = value is None or isinstance(value, float)
    styled = look.filled or look.bordered or grid.validation(row, column) is not None
    return free and (styled or near or grid.unlocked(row, column) or look.format not in ("General", "@"))


def _heading(grid: Grid, row: int, column: int) -> str:
    """Return the nearest text above a cell, across numbers, formulas and empty cells."""
    for above in range(row - 1, max(0, row - _UP), -1):
        merge = grid.merge(above, column)
        text = grid.text(merge.top, merge.left) if merge else grid.text(above, column)
        if text:
            return text if len(text) <= _LONGEST else ""
    return ""
