"""A1 addresses, defined names and layout: the only place that knows where things stand in a sheet."""

from __future__ import annotations

import re
from functools import cache

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")

FIRST_FIELD_ROW = 4
"""Row (1-based) of a form's first field; labels stand in column A, values in column B, help in column C."""
FIELD_COLUMN = 2
HEADER_ROW = 5
"""Row (1-based) of a table's header on a sheet without form fields."""
TOTALS_HEADER_ROW = 4
"""Row (1-based) of the header of the totals sheet; the labels stand in column A, the groups follow."""
STATUS = "status"
"""Id of the column behind a table's last one, where a check leaves the codes of a row."""
CONTROL = "control"
"""Id of the sheet that holds the findings of the last check."""
CONTROL_COLUMNS = ("severity", "code", "place", "message", "found", "expected", "remedy", "reason", "source")
"""Columns of its table; the centre types its reasons for accepting a warning into ``reason``."""
CONTROL_CAPACITY = 5000
"""Rows of its table."""
IMPORTS = "imports"
"""Id of the sheet that tells every import of a ledger: what it held, and what became of each row and cent."""
IMPORT_COLUMNS = ("number", "item", "rows", "amount", "detail", "key")
"""Columns of its table: number of the import, a line of its balance in words, and the same as a key for programs."""
IMPORT_CAPACITY = 5000
REPAIRS = "repairs"
"""Id of the sheet that tells every cell of a ledger that was understood rather than copied."""
REPAIR_COLUMNS = ("number", "place", "ledger", "before", "after", "reason")
REPAIR_CAPACITY = 100_000
GUIDE = "guide"
IDENTITY_SHEET = "_rapport"
"""Name of the hidden sheet that says which pack made the workbook."""
IDENTITY_NAME = "rapport_unique"
"""Defined name and custom property with the same stamp."""


@cache
def letters(column: int) -> str:
    """Return the letters of a 1-based column number: 1 is ``A``, 28 is ``AB``."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@cache
def number(column: str) -> int:
    """Return the 1-based number of a column's letters."""
    value = 0
    for letter in column:
        value = value * 26 + ord(letter) - 64
    return value


def a1(row: int, column: int) -> str:
    """Return the address of a 1-based row and column, as a spreadsheet shows it."""
    return f"{letters(column)}{row}"


def parse(address: str) -> tuple[int, int]:
    """Return the 1-based (row, column) of an address, with or without ``$``; ValueError if it is none."""
    found = _ADDRESS.fullmatch(address)
    if not found:
        raise ValueError(address)
    return int(found[2]), number(found[1])


def quote(sheet: str) -> str:
    """Return a sheet's name as formulas want it."""
    return "'" + sheet.replace("'", "''") + "'"


def column_name(sheet_id: str, column_id: str) -> str:
    """Return the defined name of a table column's data cells, or of one form field's cell."""
    return f"{sheet_id}.{column_id}"


def list_name(sheet_id: str, column_id: str) -> str:
    """Return the defined name of the drop-down list of a choice column."""
    return f"list.{sheet_id}.{column_id}"


def total_name(line_id: str, group_id: str) -> str:
    """Return the defined name of one total's cell, which is also the total's public id behind ``totals.``."""
    return f"totals.{total_id(line_id, group_id)}"


def total_id(line_id: str, group_id: str) -> str:
    """Return the public id of a total."""
    return f"{line_id}_{group_id}"


def split_reference(reference: str) -> tuple[str, str]:
    """Return sheet and name of a defined name's content such as ``'Volet A'!$A$6:$A$100005``.

    ValueError where it does not point at cells of one sheet (``#REF!`` after a deletion, for instance).
    """
    sheet, mark, rest = reference.rpartition("!")
    if not mark or not _ADDRESS.match(rest) or "#REF" in reference:
        raise ValueError(reference)
    if sheet.startswith("'") and sheet.endswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    return sheet, rest


def header_row(field_count: int) -> int:
    """Return the 1-based header row of a table that stands below ``field_count`` form fields."""
    return FIRST_FIELD_ROW + field_count + 2 if field_count else HEADER_ROW


def writable(text: str) -> str:
    """Return a text with a replacement character for each one that XML forbids, lone surrogates included."""
    return _ILLEGAL.sub("\ufffd", text)
