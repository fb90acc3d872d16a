"""The cells of a ledger's expenses as typed values, column by column; each repair is told with its cell.

Before and after.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from validators import checks, clean, identifiers
from validators.findings import day
from validators.ledger.mapping import AMOUNT, DATE
from validators.ledger.mapping import Mapping as Columns
from validators.ledger.profile import choice_names
from validators.ledger.rows import Reading, Repairs, is_text
from validators.ledger.sort import Sorted
from validators.ledger.table import Table, different
from validators.ledger.words import FAMILY, plain
from workbook_templates.measure import Column, ColumnType, Measure, Sheet

Rows = dict[str, dict[str, list[object]]]
_CHOICE_SIMILAR = 85


class Typer:
    """The expenses of one ledger while they are typed; what cannot be understood stays the text that it is."""

    def __init__(self, table: Table, columns: Columns, reading: Reading, rows: Sorted, measure: Measure) -> None:
        self.table, self.columns, self.reading, self.rows, self.measure = table, columns, reading, rows, measure
        data = set(rows.data)
        self.repairs = [_among(one, data) for one in reading.repairs]

    def typed(self, by_sheet: Mapping[str, Sequence[int]]) -> Rows:
        """Return the typed values of each sheet's rows."""
        made: Rows = {}
        for sheet_id, rows in by_sheet.items():
            sheet = self.measure.sheet(sheet_id)
            columns: dict[str, list[object]] = {}
            for column in sheet.columns:
                if column.id == AMOUNT:
                    columns[column.id] = list(map(self.reading.cents.__getitem__, rows))
                elif column.id in self.columns.at or (column.id == FAMILY[0] and self.rows.articles):
                    columns[column.id] = self._column(column, rows)
            self._fill_eligible(sheet, columns, rows)
            made[sheet_id] = columns
        self.repairs = [one for one in self.repairs if one.rows]
        return made

    def _column(self, column: Column, rows: Sequence[int]) -> list[object]:
        slot = self.columns.at.get(column.id, -1)
        values = list(map(self.table.columns[slot].__getitem__, rows)) if slot >= 0 else [""] * len(rows)
        if column.id == DATE:
            dates = map(self.reading.dates.__getitem__, rows)
            return [date or _blank(value) for date, value in zip(dates, values, strict=True)]
        every = slot >= 0 and len(rows) == self.table.count
        seen = self.table.different(slot) if every else different(values)
        match column.type:
            case ColumnType.DATE:
                style = clean.date_style([value for value in seen if isinstance(value, str)])
                known = {value: (clean.date(value, style) or value, "date_text") for value in seen}
            case ColumnType.AMOUNT:
                amounts = clean.amount_style([value for value in seen if isinstance(value, str)])
                known = {value: (_amount(value, amounts), "amount_text") for value in seen}
            case ColumnType.COUNT:
                known = {value: (_whole(value), "") for value in seen}
            case ColumnType.NISS:
                known = {value: _niss(value, self.measure.year + 1) for value in seen}
            case ColumnType.CHOICE:
                known = self._choices(column, seen)
            case _:
                known = {value: (_text(value), "") for value in seen}
        typed = list(map({value: after for value, (after, _) in known.items()}.get, values))
        self._tell(column.id, slot, rows, values, known)
        return self._under_headings(typed, rows) if column.id == FAMILY[0] else typed

    def _tell(
        self,
        column: str,
        slot: int,
        rows: Sequence[int],
        values: Sequence[object],
        known: Mapping[object, tuple[object, str]],
    ) -> None:
        """Note what was changed; in a text, an amount or a date in its usual notation is none."""
        text = is_text(self.table)
        told = {
            value: kind
            for value, (after, kind) in known.items()
            if kind and after is not value and after != value and not (text and kind in {"amount_text", "date_text"})
            and (kind not in {"amount_text", "date_text"} or isinstance(value, str))
        }  # fmt: skip
        for kind in dict.fromkeys(told.values()):
            places = [at for at, value in enumerate(values) if told.get(value) == kind]
            self.repairs.append(
                Repairs(
                    column,
                    slot,
                    kind,
                    [rows[at] for at in places],
                    [values[at] for at in places],
                    [known[values[at]][0] for at in places],
                )
            )

    def _under_headings(self, typed: list[object], rows: Sequence[int]) -> list[object]:
        """Give a row without an article that of the heading above it."""
        places = [at for at, row in enumerate(rows) if typed[at] is None and row in self.rows.articles]
        for at in places:
            typed[at] = self.rows.articles[rows[at]]
        self.repairs.append(
            Repairs(
                FAMILY[0],
                -1,
                "article_heading",
                [rows[at] for at in places],
                [""] * len(places),
                [typed[at] for at in places],
            )
        )
        return typed

    def _choices(self, column: Column, values: Collection[object]) -> dict[object, tuple[object, str]]:
        """Return the choice that each text names in any language, or nearly names; else the text itself."""
        names = choice_names(column.id, self.measure)
        ids = {choice.id for choice in column.choices}
        names = {name: choice for name, choice in names.items() if choice in ids}
        known: dict[object, tuple[object, str]] = {}
        for value in values:
            text, wanted = _text(value), plain(str(value))
            if wanted in names:
                known[value] = names[wanted], ""
                continue
            near = process.extract(wanted, names.keys(), scorer=fuzz.ratio, score_cutoff=_CHOICE_SIMILAR, limit=3)
            found = {names[name] for name, _, _ in near}
            known[value] = (found.pop(), "choice_similar") if len(found) == 1 else (text, "")
        return known

    def _fill_eligible(self, sheet: Sheet, columns: dict[str, list[object]], rows: Sequence[int]) -> None:
        """Compute what the ledger does not have: the eligible amount, by the pack's own rule."""
        ids = {column.id for column in sheet.columns}
        for rule in self.measure.rules:
            if rule.kind != "share" or rule.column not in ids or (rule.sheets and sheet.id not in rule.sheets):
                continue
            present = columns.get(rule.column, [None] * len(rows))
            involved = [
                name for name in checks.KINDS["share"].involved(rule) if name in columns and name != rule.column
            ]
            numbers = {name: _numbers(columns[name]) for name in involved}
            numbers |= {
                name: np.full(len(rows), np.nan) for name in checks.KINDS["share"].involved(rule) if name not in numbers
            }
            wanted = checks.shared(numbers, rule)
            unread = np.zeros(len(rows), dtype=np.bool_)
            for name in involved:
                if str in set(map(type, columns[name])):
                    unread |= np.array([isinstance(value, str) for value in columns[name]], dtype=np.bool_)
            empty = np.array([value is None for value in present], dtype=np.bool_)
            fill = np.flatnonzero(empty & ~unread & ~np.isnan(wanted)).tolist()
            filled = list(present)
            cents = np.nan_to_num(wanted).astype(np.int64).tolist()
            for at in fill:
                filled[at] = cents[at]
            columns[rule.column] = filled
            self.repairs.append(
                Repairs(
                    rule.column,
                    -1,
                    "eligible_computed",
                    [rows[at] for at in fill],
                    [""] * len(fill),
                    [cents[at] for at in fill],
                )
            )


def _among(one: Repairs, data: set[int]) -> Repairs:
    kept = [at for at, row in enumerate(one.rows) if row in data]
    if len(kept) == len(one.rows):
        return one
    return Repairs(
        one.column,
        one.slot,
        one.kind,
        [one.rows[a] for a in kept],
        [one.before[a] for a in kept],
        [one.after[a] for a in kept],
    )


def _numbers(values: Sequence[object]) -> np.typing.NDArray[np.float64]:
    return np.array([value if isinstance(value, int) else np.nan for value in values], dtype=np.float64)


def _blank(value: object) -> object:
    return (" ".join(value.split()) or None) if isinstance(value, str) else value


def _amount(value: object, style: clean.AmountStyle) -> object:
    cents = clean.cents(value, style)
    return value if cents is None else cents


def _text(value: object) -> object:
    if isinstance(value, str):
        return " ".join(value.split()) or None
    if isinstance(value, dt.date):
        return day(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _whole(value: object) -> object:
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        return value
    return int(number) if number.is_integer() else value


def _niss(value: object, latest: int) -> tuple[object, str]:
    text = str(_text(value))
    digits = identifiers.niss(value, latest)
    if digits is None:
        return text, ""
    bare = "".join(mark for mark in text if mark.isdigit())
    return digits, "" if text == digits else "niss_padded" if bare != digits else "niss_separators"
