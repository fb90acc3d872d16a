"""Ranges of cells and references in formulas: the words in which a foreign workbook says which cells it means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from workbook_templates import cells

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_REFERENCE = re.compile(
    r"(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?"
    r"(?:(?P<first>\$?[A-Z]{1,3}\$?[0-9]{1,7})(?::(?P<last>\$?[A-Z]{1,3}\$?[0-9]{1,7}))?"
    r"|(?P<columns>\$?[A-Z]{1,3}:\$?[A-Z]{1,3})|(?P<rows>\$?[0-9]{1,7}:\$?[0-9]{1,7}))(?![\w(!])"
)
_PIECES = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')+\'(?=!)|\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]')
"""What a shift of a formula leaves alone: texts, quoted sheet names, structured references."""
_CELL = re.compile(
    r"(?<![\w.$])(?P<column_fixed>\$?)(?P<column>[A-Z]{1,3})(?P<row_fixed>\$?)(?P<row>[0-9]{1,7})(?![\w(.!])"
)


class Range(NamedTuple):
    """A rectangle of cells; rows and columns count from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.right - self.left + 1

    def __str__(self) -> str:
        """Return the range as a spreadsheet writes it."""
        first, last = cells.a1(self.top, self.left), cells.a1(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


def parse(text: str) -> Range:
    """Return the range of ``B2``, ``$B$2:C9``, ``B:C`` or ``2:9``; ValueError if it is none."""
    first, _, last = text.replace("$", "").partition(":")
    if first.isdigit():
        return Range(int(first), 1, int(last or first), LAST_COLUMN)
    if first.isalpha():
        return Range(1, cells.number(first), LAST_ROW, cells.number(last or first))
    top, left = cells.parse(first)
    bottom, right = cells.parse(last or first)
    return Range(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def parse_all(text: str) -> tuple[Range, ...]:
    """Return the ranges of a list separated by blanks, as validations and merges write them."""
    found = []
    for piece in text.split():
        try:
            found.append(parse(piece))
        except ValueError:
            continue
    return tuple(found)


class Reference(NamedTuple):
    """A range as a formula names it."""

    sheet: str
    """Empty for the sheet on which the formula stands."""
    range: Range


def references(formula: str) -> Iterator[Reference]:
    """Yield the ranges that a formula names outright; texts and structured references are passed over."""
    bare = re.sub(r'"(?:[^"]|"")*"', '""', formula)
    for found in _REFERENCE.finditer(bare):
        start = found.start()
        if start and (bare[start - 1].isalnum() or bare[start - 1] in "_.$["):
            continue
        sheet = found["sheet"] or ""
        if sheet.startswith("'"):
            sheet = sheet[1:-1].replace("''", "'")
        first = found["first"]
        place = f"{first}:{found['last']}" if found["last"] else first or found["columns"] or found["rows"]
        try:
            yield Reference(sheet, parse(place))
        except ValueError:
            continue


def shifted(formula: str, rows: int, columns: int) -> str:
    """Return a formula as it reads when copied so many rows down and columns to the right.

    Shared formulas are written once and meant so in each of their cells (ECMA-376 part 1, 18.3.1.40).
    """
    if not rows and not columns:
        return formula

    def moved(found: re.Match[str]) -> str:
        column = found["column"] if found["column_fixed"] else cells.letters(cells.number(found["column"]) + columns)
        row = found["row"] if found["row_fixed"] else str(int(found["row"]) + rows)
        return f"{found['column_fixed']}{column}{found['row_fixed']}{row}"

    result, end = [], 0
    for piece in _PIECES.finditer(formula):
        result += [_CELL.sub(moved, formula[end : piece.start()]), piece[0]]
        end = piece.end()
    return "".join((*result, _CELL.sub(moved, formula[end:])))
