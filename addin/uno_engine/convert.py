"""Between Excel's notation, which xlwings speaks, and LibreOffice's: references, formulas, values, number formats."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
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


@lru_cache(maxsize=4096)
def moment(serial: float) -> dt.datetime:
    """Return the moment of a serial number, to the second, as Excel hands it over."""
    return EPOCH + dt.timedelta(seconds=round(serial * 86400))


def for_cell(value: Any) -> float | str:
    """Return a value as a cell of LibreOffice takes it; a leading apostrophe means text, as in Excel."""
    if isinstance(value, str):
        return value.removeprefix("'")
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return (value.replace(tzinfo=None) - EPOCH).total_seconds() / 86400
    if isinstance(value, dt.date):
        return float((value - EPOCH.date()).days)
    return float(value)


def cleaned(
    rows: Sequence[Sequence[Cell]],
    dates: Callable[..., object],
    empty: object,
    numbers: Callable[[float], object] | None,
    *,
    errors: bool,
) -> list[list[object]]:
    """Return values as xlwings' options ask for them: dates made by ``dates``, empty cells as ``empty``."""
    made: dict[dt.datetime, object] = {}

    def other(value: Any) -> object:
        if value == "" or value is None:
            return empty
        if isinstance(value, CellError):
            return str(value) if errors else None
        if isinstance(value, dt.datetime):
            if value not in made:
                parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
                made[value] = dates(**{part: getattr(value, part) for part in parts}, tzinfo=None)
            return made[value]
        return numbers(value) if numbers and value.__class__ is float else value

    # Most cells of a hundred thousand rows are as they should be.
    plain = {str} if numbers else {str, float}
    return [[value if value.__class__ in plain and value != "" else other(value) for value in row] for row in rows]
