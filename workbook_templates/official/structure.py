"""What a foreign workbook is made of: its sheets, the places where rows are typed, lists, formulas, protection.

Read from the package's parts. The same published file has the same :func:`fingerprint` whichever program saved it
again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from workbook_templates.official.areas import Area, AreaColumn, find_areas
from workbook_templates.official.formats import kind_of
from workbook_templates.official.headings import written
from workbook_templates.official.lists import Lists
from workbook_templates.official.opening import StructureError, open_book
from workbook_templates.official.ranges import Range, references
from workbook_templates.official.sheets import Grid, Place, Validation, read_sheet

__all__ = ["Area", "AreaColumn", "Sheet", "Structure", "StructureError", "Validation", "fingerprint", "scan"]

_Content = TypeVar("_Content")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet."""

    grid: Grid
    """Its facts, cell by cell."""
    areas: tuple[Area, ...]
    """Where rows are typed; a visible sheet may have several, a hidden one has none."""

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.grid.name

    @property
    def part(self) -> str:
        """The sheet's part in the package."""
        return self.grid.part

    def area_at(self, row: int, column: int) -> Area | None:
        """Return the area whose rows a cell lies in."""
        for area in self.areas:
            inside = area.first_row <= row <= area.last_row and row not in area.gaps
            if inside and any(one.number == column for one in area.columns):
                return area
        return None


@dataclass(frozen=True, slots=True)
class Structure:
    """A whole workbook."""

    sheets: tuple[Sheet, ...]
    names: Mapping[tuple[str, str], str]
    """Content of each defined name by (sheet or empty, name in capitals)."""
    macros: bool
    date1904: bool

    def sheet(self, name: str) -> Sheet:
        """Return a sheet by name; KeyError if there is none."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)


def scan(data: bytes) -> Structure:
    """Return the structure of an ``.xlsx`` or ``.xlsm``; StructureError where the bytes are none, or too large."""
    book = open_book(data)
    grids = [read_sheet(book, sheet) for sheet in book.sheets]
    lists = Lists(book, grids)
    grids = [
        replace(grid, validations=tuple(lists.resolved(rule, grid) for rule in grid.validations)) for grid in grids
    ]
    looked, texts = _looked_at(grids, book.names), written(grids)
    sheets = tuple(Sheet(grid, find_areas(grid, looked.get(grid.name, ()), texts.get(grid.name, {}))) for grid in grids)
    return Structure(sheets, book.names, book.macros, book.date1904)


def _looked_at(grids: Sequence[Grid], names: Mapping[tuple[str, str], str]) -> dict[str, list[Range]]:
    """Return the ranges of several rows that formulas and names mean, by sheet; a range over its own row is none."""
    by_name = {grid.name.upper(): grid.name for grid in grids}
    found: dict[str, set[Range]] = {grid.name: set() for grid in grids}
    for grid in grids:
        for (row, _), formula in grid.formulas.items():
            if ":" not in formula:
                continue
            for sheet, place in references(formula):
                home = by_name.get(sheet.upper()) if sheet else grid.name
                if home and not (home == grid.name and place.top <= row <= place.bottom):
                    found[home].add(place)
    for (_, name), content in names.items():
        if not name.startswith("_XLNM.") and "!" in content:
            for sheet, place in references(content):
                home = by_name.get(sheet.upper())
                if home:
                    found[home].add(place)
    return {name: sorted(places) for name, places in found.items()}


def fingerprint(structure: Structure) -> str:
    """Return sixteen hexadecimal digits that stand for a workbook's structure.

    They change with a sheet, a heading, a column, a list, the room for rows, a label or a formula; not with a text in a
    cell that protection leaves open, nor with how a program writes the same thing.
    """
    told = json.dumps([_sheet(sheet) for sheet in structure.sheets], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _sheet(sheet: Sheet) -> list[object]:
    grid = sheet.grid
    return [
        grid.name,
        grid.visibility,
        grid.protected,
        [_area(area) for area in sheet.areas],
        sorted((row, column, " ".join(text.split())) for row, column, text in _fixed(sheet)),
        sorted((*place, _formula(text)) for place, text in _outside(sheet, grid.formulas)),
    ]


def _area(area: Area) -> list[object]:
    return [area.first_row, area.last_row, *area.gaps, [_column(column) for column in area.columns]]


def _column(column: AreaColumn) -> list[object]:
    rule = column.validation
    return [
        column.letter,
        column.title,
        kind_of(column.format),
        column.open,
        _formula(column.formula),
        [rule.kind, rule.values if rule.known else _formula(rule.formula)] if rule and rule.kind == "list" else "",
    ]


def _fixed(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    """Yield the texts that the publisher wrote: outside the rows for data, and outside cells left open for typing."""
    grid = sheet.grid
    for (row, column), _ in _outside(sheet, grid.values):
        text = grid.text(row, column)
        if text and not (grid.protected and grid.unlocked(row, column)):
            yield row, column, text


def _outside(sheet: Sheet, content: Mapping[Place, _Content]) -> Iterator[tuple[Place, _Content]]:
    for place, value in content.items():
        if sheet.area_at(*place) is None:
            yield place, value


def _formula(text: str) -> str:
    """Return a formula as any program writes it: no blanks, no prefixes of newer functions, no quotes around names."""
    return text.replace(" ", "").replace("_xlfn.", "").replace("'", "").replace("$", "").upper()
