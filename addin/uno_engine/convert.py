"""Between Excel's notation, which xlwings speaks, and LibreOffice's: references, formulas, values, number formats."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's dates know no time zone
"""Day 0 of both spreadsheets' serial numbers."""
_PIECES = re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|[^\"']+")
_CORNER = r"\$?[A-Z]{1,3}\$?\d+"
_ABSOLUTE = re.compile(rf"\$?('(?:[^']|'')*'|\w+)\.({_CORNER}(?::{_CORNER})?)")
_SHEET_MARK = re.compile(rf"(?<=\w)\.(?={_CORNER})|^\.(?={_CORNER})")
"""The point between a sheet's name and a cell; a quoted name ends where the piece begins."""
_CELL_MARK = re.compile(rf"!(?={_CORNER})")
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")

Cell = float | str | bool | dt.datetime | None


class CellError(str):
    """What a cell shows whose formula failed, such as ``#DIV/0!``."""

    __slots__ = ()


def reference(content: str) -> str:
    """Return the content of a defined name as Excel writes it: ``$'Volet A'.$A$6:$A$9`` is ``='Volet A'!$A$6:$A$9``."""
    found = _ABSOLUTE.fullmatch(content)
    if not found:
        return f"={content}"
    return f"={found[1]}!{found[2]}"


def formula(text: str) -> str:
    """Return a formula of Excel's English notation as LibreOffice's interface takes it: ``;`` between arguments."""
    if not text.startswith("="):
        return text
    return "".join(
        piece if piece.startswith(('"', "'")) else _CELL_MARK.sub(".", piece.replace(",", ";"))
        for piece in _PIECES.findall(text)
    )


def excel_formula(text: str) -> str:
    """Return a formula as Excel writes it: the way back of :func:`formula`."""
    if not text.startswith("="):
        return text
    return "".join(
        piece if piece.startswith(('"', "'")) else _SHEET_MARK.sub("!", piece.replace(";", ","))
        for piece in _PIECES.findall(text)
    )


def place(address: str) -> tuple[int, int, int, int]:
    """Return 1-based row and column of an address such as ``B4`` or ``$A$6:$C$9``, and its height and width."""
    start, _, end = address.partition(":")
    row, column = _row_column(start)
    last_row, last_column = _row_column(end or start)
    return row, column, last_row - row + 1, last_column - column + 1


def _row_column(cell: str) -> tuple[int, int]:
    found = _CELL.fullmatch(cell)
    if not found:
        raise ValueError(cell)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def moment(serial: float) -> dt.datetime:
    """Return the moment of a serial number, to the second, as Excel hands it over."""
    return EPOCH + dt.timedelta(seconds=round(serial * 86400))


def for_cell(value: Any) -> float | str:
    """Return a value as a cell of LibreOffice takes it; a leading apostrophe means text, as in Excel."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return (value.replace(tzinfo=None) - EPOCH).total_seconds() / 86400
    if isinstance(value, dt.date):
        return float((value - EPOCH.date()).days)
    if isinstance(value, (bool, int, float)):
        return float(value)
    return str(value).removeprefix("'")


def cleaned(
    rows: Sequence[Sequence[Cell]],
    dates: Callable[..., object],
    empty: object,
    numbers: Callable[[float], object] | None,
    *,
    errors: bool,
) -> list[list[object]]:
    """Return values as xlwings' options ask for them: dates made by ``dates``, empty cells as ``empty``."""
    plain: Mapping[type, Callable[[Any], object]] = {
        dt.datetime: lambda value: dates(
            year=value.year, month=value.month, day=value.day,
            hour=value.hour, minute=value.minute, second=value.second, microsecond=value.microsecond, tzinfo=None,
        ),
        CellError: lambda value: str(value) if errors else None,
    }  # fmt: skip
    result = []
    for row in rows:
        line: list[object] = []
        for value in row:
            if value == "" or value is None:
                line.append(empty)
            elif value.__class__ in plain:
                line.append(plain[value.__class__](value))
            else:
                line.append(numbers(value) if numbers and value.__class__ is float else value)
        result.append(line)
    return result
