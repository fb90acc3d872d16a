"""What a values-only reader hides in an OpenDocument sheet: error cells; and how large its repetitions make it."""

from __future__ import annotations

import html
import re

_TABLE = re.compile(rb'<table:table\s[^>]*?table:name="([^"]*)"')
_ROW = re.compile(rb"<table:table-row\b([^>]*?)(/?)>(.*?)(?=<table:table-row\b|</table:table>|\Z)", re.DOTALL)
_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*)>")
_DOWN = re.compile(rb'table:number-rows-repeated="(\d+)"')
_ACROSS = re.compile(rb'table:number-columns-repeated="(\d+)"')
_ERROR = re.compile(rb'(?:value-type="error"|<text:p>(?:Err:\d+|#[A-Z/0!?]{3,9})</text:p>)')
_MANY = re.compile(rb'number-(?:rows|columns)-repeated="\d{2,}"')


def cells(content: bytes) -> int:
    """Return how many cells the sheets of a ``content.xml`` span, repeated and empty ones included; 0 for a few."""
    if not _MANY.search(content):
        return 0
    total = 0
    for sheet in content.split(b"<table:table ")[1:]:
        height = width = number = 0
        for row in _ROW.finditer(sheet):
            number += _times(_DOWN, row[1])
            if b"value-type" in row[3]:
                height, width = number, max(width, _across(row[3]))
        total += height * width
    return total


def _across(row: bytes) -> int:
    """Return the column of the last filled cell of a row's XML."""
    across = last = 0
    for found in _CELL.finditer(row):
        across += _times(_ACROSS, found[1])
        if b"value-type" in found[1]:
            last = across
    return last


def lost(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Return for each sheet the 1-based (row, column) of the cells that show an error."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    if not _ERROR.search(content):
        return found
    tables = list(_TABLE.finditer(content))
    for table, end in zip(tables, [*(one.start() for one in tables[1:]), len(content)], strict=True):
        places: dict[tuple[int, int], str] = {}
        number = 1
        for row in _ROW.finditer(content, table.end(), end):
            if _ERROR.search(row[3]):
                column = 1
                starts = list(_CELL.finditer(row[3]))
                for cell, stop in zip(starts, [*(one.start() for one in starts[1:]), len(row[3])], strict=True):
                    if _ERROR.search(row[3], cell.start(), stop):
                        places[number, column] = "#"
                    column += _times(_ACROSS, cell[1])
            number += _times(_DOWN, row[1])
        found[html.unescape(table[1].decode("utf-8", "replace"))] = places
    return found


def _times(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1]) if found else 1
