"""From raw cell values to typed columns: one mark per cell that does not hold what its column is for.

Amounts become integer cents, dates days, identifiers digits, choices ids. A marked cell is empty in the typed column,
so that no later rule speaks of it again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from validators import clean, identifiers
from validators.read import RawTable
from workbook_templates.measure import Column, ColumnType, Sheet

_EPOCH = dt.date(1970, 1, 1)
"""Day 0 of numpy."""
_ANY_ORDER = clean.DateStyle("dmy")
"""Style for values that need none."""
_LARGEST = 1e9
"""Euros; up to it, cents times participants stay exact in 64 bits."""
_CROWD = 1e7
"""Largest number of people."""
_CENT_TOLERANCE = 1e-3
"""How far from a whole cent the result of a formula may be, in cents."""

_PLAIN = frozenset((float, int))

Values = npt.NDArray[np.generic]
Mask = npt.NDArray[np.bool_]


def entry(value: Any) -> Any:  # noqa: ANN401 - an entry of a typed column
    """Return an entry of a typed column as int, float, date or text; None where it is empty."""
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else value.astype("datetime64[D]").astype(object)
    if isinstance(value, float):
        if np.isnan(value):
            return None
        return int(value) if value.is_integer() else float(value)
    return value


@dataclass(frozen=True, slots=True)
class Mark:
    """Why one cell could not be taken, by position in its table."""

    index: int
    column: str
    kind: str
    """A cell kind of the rules: ``date``, ``amount``, ``decimals`` …"""
    raw: object
    meant: object = None
    """What the text in the cell most likely stands for, where that is certain: cents, a date or a label."""


@dataclass(frozen=True, slots=True)
class Table:
    """Typed columns of one table or form; every array has one entry for each row."""

    sheet: Sheet
    raw: RawTable
    row_numbers: npt.NDArray[np.int64]
    columns: Mapping[str, Values]
    """Amounts and counts as float64 whole numbers (cents, exact up to 2^53) with NaN for empty, dates as
    datetime64[D] with NaT, everything else as object with None."""
    bad: Mapping[str, Mask]
    """Cells with a mark."""
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What a cell's meaning depends on beside its column."""

    lang: str
    """Language of the workbook: its drop-down labels."""
    latest_birth_year: int


def parse(raw: RawTable, columns: Sequence[Column], context: Context) -> Table:
    """Return the typed columns of a raw table with a mark for each cell that was not taken."""
    count = len(raw.row_numbers)
    typed: dict[str, Values] = {}
    bad: dict[str, Mask] = {}
    marks: list[Mark] = []
    special: dict[str, list[tuple[int, str, object]]] = {}
    at = {row: index for index, row in enumerate(raw.row_numbers)} if raw.errors or raw.uncached else {}
    for (row, column_id), text in raw.errors.items():
        special.setdefault(column_id, []).append((at[row], "cell_error", text))
    for row, column_id in raw.uncached:
        special.setdefault(column_id, []).append((at[row], "uncached_formula", ""))
    for column in columns:
        values = raw.columns[column.id]
        found: list[Mark] = []
        if column.id in special:
            values = list(values)
            for index, kind, shown in special[column.id]:
                values[index] = ""
                found.append(Mark(index, column.id, kind, shown))
        typed[column.id] = _PARSERS[column.type](values, column, context, found)
        mask = np.zeros(count, dtype=np.bool_)
        mask[[mark.index for mark in found]] = True
        bad[column.id] = mask
        marks += found
    return Table(raw.sheet, raw, np.array(raw.row_numbers, dtype=np.int64), typed, bad, tuple(marks))


def _text(values: Sequence[object], _column: Column, _context: Context, _marks: list[Mark]) -> Values:
    if set(map(type, values)) != {str}:
        values = [value if value.__class__ is str else identifiers_text(value) for value in values]
    result = np.empty(len(values), dtype=object)
    result[:] = [text or None for text in map(str.strip, values)]  # type: ignore[arg-type]
    return result


def identifiers_text(value: object) -> str:
    """Return the text of a number or date that stands in a text column, as the sheet shows it."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _numbers(values: Sequence[object]) -> tuple[npt.NDArray[np.float64], list[tuple[int, object]]]:
    """Return the numbers, NaN elsewhere, and position and value of what is neither number nor blank."""
    kinds = set(map(type, values))
    if kinds <= _PLAIN:
        return np.array(values, dtype=np.float64), []
    numbers = list(values)
    strange = [index for index, value in enumerate(values) if value.__class__ not in _PLAIN]
    for index in strange:
        numbers[index] = np.nan
    others = [(index, values[index]) for index in strange if values[index] != "" and str(values[index]).strip()]
    return np.array(numbers, dtype=np.float64), others


def _amount(values: Sequence[object], column: Column, _context: Context, marks: list[Mark]) -> Values:
    euros, others = _numbers(values)
    if others:
        style = clean.amount_style([value for _, value in others])
        marks += [Mark(index, column.id, "amount", value, clean.cents(value, style)) for index, value in others]
    with np.errstate(invalid="ignore"):
        cents = np.rint(euros * 100)
        wrong = np.abs(euros * 100 - cents) > _CENT_TOLERANCE
        huge = np.abs(euros) > _LARGEST
    marks += [
        Mark(index, column.id, "amount" if huge[index] else "decimals", float(euros[index]))
        for index in np.flatnonzero(wrong | huge).tolist()
    ]
    cents[wrong | huge] = np.nan
    return cents + 0.0


def _count(values: Sequence[object], column: Column, _context: Context, marks: list[Mark]) -> Values:
    result, others = _numbers(values)
    marks += [Mark(index, column.id, "count", value) for index, value in others]
    with np.errstate(invalid="ignore"):
        wrong = (result < 0) | (result > _CROWD) | (result != np.rint(result)) & ~np.isnan(result)
    marks += [Mark(int(index), column.id, "count", float(result[index])) for index in np.flatnonzero(wrong)]
    result[wrong] = np.nan
    return result


def _number(values: Sequence[object], column: Column, _context: Context, marks: list[Mark]) -> Values:
    result, others = _numbers(values)
    marks += [Mark(index, column.id, "number", value) for index, value in others]
    with np.errstate(invalid="ignore"):
        wrong = result < 0
    marks += [Mark(int(index), column.id, "number", float(result[index])) for index in np.flatnonzero(wrong)]
    result[wrong] = np.nan
    return result


def _date(values: Sequence[object], column: Column, _context: Context, marks: list[Mark]) -> Values:
    days = list(values)
    texts: list[tuple[int, object]] = []
    missing: list[int] = []
    for index in [index for index, value in enumerate(values) if value.__class__ is not dt.date]:
        value = values[index]
        kind = value.__class__
        taken = None
        if kind is dt.datetime:
            taken = value
        elif kind is float or kind is int:
            taken = clean.date(value, _ANY_ORDER)
            if not taken:
                marks.append(Mark(index, column.id, "date", value))
        elif value != "" and (kind is not str or value.strip()):  # type: ignore[attr-defined]
            texts.append((index, value))
        days[index] = taken or _EPOCH
        if not taken:
            missing.append(index)
    if texts:
        style = clean.date_style([value for _, value in texts])
        marks += [Mark(index, column.id, "date", value, clean.date(value, style)) for index, value in texts]
    ordinals = np.fromiter(map(dt.date.toordinal, days), dtype=np.int64, count=len(days))  # type: ignore[arg-type]
    result = (ordinals - _EPOCH.toordinal()).astype("datetime64[D]")
    result[missing] = np.datetime64("NaT")
    return result


def _by_value(
    values: Sequence[object], column: Column, marks: list[Mark], kind: str, take: Callable[[object], object]
) -> Values:
    """Take each distinct value once; None marks the cell."""
    known = {value: take(value) if value.__class__ is not str or value.strip() else None for value in set(values)}
    result = np.empty(len(values), dtype=object)
    result[:] = [known[value] for value in values]
    wrong = {value for value, taken in known.items() if taken is None and str(value).strip()}
    if wrong:
        marks += [Mark(index, column.id, kind, value) for index, value in enumerate(values) if value in wrong]
    return result


def _choice(values: Sequence[object], column: Column, context: Context, marks: list[Mark]) -> Values:
    # Exactly the label, whatever its case: the sheet's own SUMIFS would not find it otherwise.
    ids = {choice.label[context.lang].casefold(): choice.id for choice in column.choices}
    labels = {choice.label[context.lang].casefold(): choice.label[context.lang] for choice in column.choices}
    before = len(marks)
    result = _by_value(values, column, marks, "choice", lambda value: ids.get(str(value).casefold()))
    marks[before:] = [
        Mark(
            mark.index,
            mark.column,
            mark.kind,
            mark.raw,
            labels.get(" ".join(str(mark.raw).split()).casefold()),
        )
        for mark in marks[before:]
    ]
    return result


def _niss(values: Sequence[object], column: Column, context: Context, marks: list[Mark]) -> Values:
    latest = context.latest_birth_year
    return _by_value(values, column, marks, "niss", lambda value: identifiers.niss(value, latest))


def _enterprise(values: Sequence[object], column: Column, _context: Context, marks: list[Mark]) -> Values:
    return _by_value(values, column, marks, "enterprise_number", identifiers.enterprise_number)


_PARSERS: Mapping[ColumnType, Callable[[Sequence[object], Column, Context, list[Mark]], Values]] = {
    ColumnType.TEXT: _text,
    ColumnType.DATE: _date,
    ColumnType.AMOUNT: _amount,
    ColumnType.COUNT: _count,
    ColumnType.NUMBER: _number,
    ColumnType.CHOICE: _choice,
    ColumnType.NISS: _niss,
    ColumnType.ENTERPRISE_NUMBER: _enterprise,
}
