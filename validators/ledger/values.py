"""The cells of a ledger's expense rows as typed values; each repair is told with its cell, before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from validators import checks, clean, identifiers
from validators.findings import day
from validators.ledger.errors import LedgerError
from validators.ledger.mapping import CREDIT, DEBIT, SHEET, Header, plain
from validators.ledger.sort import Sorted
from workbook_templates import cells
from workbook_templates.measure import LANGUAGES, Column, ColumnType, Measure, Sheet

Rows = dict[str, dict[str, list[object]]]
_SHOWN = 5
_CHOICE_SIMILAR = 85
_DAMAGE = 3


@dataclass(frozen=True, slots=True)
class Repair:
    """One cell that was understood rather than copied."""

    row: int
    """1-based row in the ledger."""
    column: str
    kind: str
    before: str
    after: str


def amounts_of(header: Header) -> tuple[list[int | None], int, tuple[Repair, ...]]:
    """Return the cents of each row below the header, their plain sum, and the repairs they took.

    The sum counts every row that shows an amount, whatever the row turns out to be: the balance is held against it.
    LedgerError where an amount cannot be read, or the column contradicts itself.
    """
    body = header.grid.rows[header.row + 1 :]
    at = header.at
    signs = {"total_amount": 1} if "total_amount" in at else {DEBIT: 1, CREDIT: -1}
    result: list[int | None] = [None] * len(body)
    repairs: list[Repair] = []
    bad: list[str] = []
    for column, sign in signs.items():
        if column not in at:
            continue
        position = at[column]
        title = plain(next(guess.header for guess in header.guesses if guess.position == position))
        values = [row[position] if position < len(row) else "" for row in body]
        style = clean.amount_style(values)
        for index, value in enumerate(values):
            if value == "" or (isinstance(value, str) and (not value.strip() or plain(value) == title)):
                continue
            cents = clean.cents(value, style)
            row = header.row + 2 + index
            if cents is None:
                if _is_word(value):
                    continue
                bad.append(cells.a1(row, position + 1))
                continue
            result[index] = (result[index] or 0) + sign * cents
            if isinstance(value, str):
                repairs.append(Repair(row, "total_amount", _amount_repair(value), value.strip(), _plain_amount(cents)))
    if bad:
        raise LedgerError("RU-L08", count=len(bad), places=", ".join(bad[:_SHOWN]))
    return result, sum(cents for cents in result if cents is not None), tuple(repairs)


def _is_word(value: object) -> bool:
    """Whether a text in the amount column is a word (a heading over several columns), and no damaged amount."""
    return isinstance(value, str) and not any(mark.isdigit() for mark in value)


def _amount_repair(text: str) -> str:
    read = clean.bare(text)
    return "amount_sign" if read and read[1] and not text.strip().startswith("-") else "amount_text"


def _plain_amount(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02d}"


def route(
    header: Header, data: Sequence[int], measure: Measure, sheet_id: str | None
) -> tuple[dict[str, list[int]], list[tuple[str, dict[str, str]]]]:
    """Return the rows of each sheet, and a note where the ledger did not tell."""
    sheets = measure.ledger_sheets
    if sheet_id is not None:
        return {sheet_id: list(data)}, []
    if SHEET not in header.at or len(sheets) == 1:
        notes = [] if len(sheets) == 1 else [("first_sheet", {"sheet": sheets[0].id})]
        return {sheets[0].id: list(data)}, notes
    names = _sheet_names(sheets)
    position = header.at[SHEET]
    by_sheet: dict[str, list[int]] = {sheet.id: [] for sheet in sheets}
    unknown: list[str] = []
    for index in data:
        row = header.grid.rows[index]
        found = names.get(plain(row[position]) if position < len(row) else "")
        if found is None:
            unknown.append(cells.a1(index + 1, position + 1))
        else:
            by_sheet[found].append(index)
    if unknown:
        raise LedgerError("RU-L09", count=len(unknown), places=", ".join(unknown[:_SHOWN]))
    return {name: rows for name, rows in by_sheet.items() if rows}, []


def _sheet_names(sheets: Sequence[Sheet]) -> dict[str, str]:
    """Return what a ledger may call a sheet: its id, its title in any language, and the title's last word alone."""
    names: dict[str, str] = {}
    for sheet in sheets:
        names[plain(sheet.id)] = sheet.id
        for lang in LANGUAGES:
            title = plain(sheet.title[lang])
            names[title] = sheet.id
            names[title.split()[-1]] = sheet.id
    return names


def typed_rows(
    header: Header,
    sorted_rows: Sorted,
    by_sheet: Mapping[str, Sequence[int]],
    amounts: Sequence[int | None],
    measure: Measure,
    lang: str,
) -> tuple[Rows, list[Repair]]:
    """Return the typed values of each sheet's rows and the repairs they took.

    What cannot be understood stays as the text it is, for the check to point at; only amounts must be right.
    """
    repairs: list[Repair] = []
    rows: Rows = {}
    for sheet_id, indexes in by_sheet.items():
        sheet = measure.sheet(sheet_id)
        columns: dict[str, list[object]] = {}
        for column in sheet.columns:
            if column.id == "total_amount":
                columns[column.id] = [amounts[index - header.row - 1] for index in indexes]
            elif column.id in header.at:
                values = [_cell(header, index, header.at[column.id]) for index in indexes]
                columns[column.id] = _typed(values, indexes, column, measure, lang, repairs)
        if "article" not in columns and any(index in sorted_rows.headings for index in indexes):
            columns["article"] = [sorted_rows.headings.get(index) for index in indexes]
        _fill_eligible(sheet, measure, columns, indexes, repairs)
        rows[sheet_id] = columns
    return rows, repairs


def _cell(header: Header, index: int, position: int) -> object:
    row = header.grid.rows[index]
    value = row[position] if position < len(row) else ""
    if isinstance(value, str):
        value = " ".join(value.split())
    return None if value == "" else value


def _typed(
    values: Sequence[object],
    indexes: Sequence[int],
    column: Column,
    measure: Measure,
    lang: str,
    repairs: list[Repair],
) -> list[object]:
    def told(index: int, kind: str, before: object, after: object) -> object:
        shown = day(after) if isinstance(after, dt.date) else str(after)
        repairs.append(Repair(index + 1, column.id, kind, identifiers.mask(str(before)), identifiers.mask(shown)))
        return after

    pairs = list(zip(indexes, values, strict=True))
    match column.type:
        case ColumnType.DATE:
            _refuse_swapped(values, column)
            style = clean.date_style(values)
            if style.order is None:
                raise LedgerError("RU-L11", column=column.label[lang])
            return [
                value
                if value is None or (taken := clean.date(value, style)) is None
                else taken
                if isinstance(value, dt.date)
                else told(index, "date_text" if isinstance(value, str) else "date_serial", value, taken)
                for index, value in pairs
            ]
        case ColumnType.AMOUNT:
            amount = clean.amount_style(values)
            return [
                None
                if value is None
                else value
                if (cents := clean.cents(value, amount)) is None
                else cents
                if not isinstance(value, str)
                else told(index, _amount_repair(value), value, cents)
                for index, value in pairs
            ]
        case ColumnType.COUNT:
            return [_whole(value) for value in values]
        case ColumnType.NISS:
            return [_niss(index, value, measure.year + 1, told) for index, value in pairs]
        case ColumnType.CHOICE:
            known: dict[str, tuple[str, str] | None] = {}
            return [
                None if value is None else _choice(index, str(value), column, known, told) for index, value in pairs
            ]
        case _:
            return [None if value is None else _text(value) for value in values]


def _text(value: object) -> str:
    if isinstance(value, dt.date):
        return day(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _whole(value: object) -> object:
    try:
        number = float(str(value).replace(",", ".")) if value is not None else None
    except ValueError:
        return value
    return int(number) if number is not None and number.is_integer() else value


def _niss(index: int, value: object, latest: int, told: object) -> object:
    if value is None:
        return None
    digits = identifiers.niss(value, latest)
    if digits is None:
        return _text(value)
    before = _text(value)
    stripped = "".join(mark for mark in before if mark.isdigit())
    if stripped != digits:
        return told(index, "niss_padded", before, digits)  # type: ignore[operator]
    return digits


def _choice(index: int, text: str, column: Column, known: dict[str, tuple[str, str] | None], told: object) -> object:
    """Return the choice that a text names in any language, or nearly names; else the text itself."""
    if text not in known:
        labels = {plain(choice.label[lang]): choice.id for choice in column.choices for lang in LANGUAGES}
        labels |= {plain(choice.id): choice.id for choice in column.choices}
        wanted = plain(text)
        if wanted in labels:
            known[text] = (labels[wanted], "")
        else:
            near = process.extract(wanted, labels.keys(), scorer=fuzz.ratio, score_cutoff=_CHOICE_SIMILAR, limit=3)
            ids = {labels[name] for name, _, _ in near}
            known[text] = (ids.pop(), "choice_similar") if len(ids) == 1 else None
    found = known[text]
    if found is None:
        return text
    return told(index, found[1], text, found[0]) if found[1] else found[0]  # type: ignore[operator]


def _refuse_swapped(values: Sequence[object], column: Column) -> None:
    """Refuse a column that a foreign locale damaged: days up to 12 were read as months, the others stayed text."""
    real = [value for value in values if isinstance(value, dt.date)]
    texts = [found for value in values if isinstance(value, str) and (found := value.split("/")) and len(found) == 3]  # noqa: PLR2004
    late = [found for found in texts if found[0].isdigit() and int(found[0]) > 12]  # noqa: PLR2004 - no month
    if len(real) >= _DAMAGE and len(late) >= _DAMAGE and len(late) == len(texts) and all(one.day <= 12 for one in real):  # noqa: PLR2004
        raise LedgerError("RU-L12", column=column.label.fr)


def _fill_eligible(
    sheet: Sheet,
    measure: Measure,
    columns: dict[str, list[object]],
    indexes: Sequence[int],
    repairs: list[Repair],
) -> None:
    """Compute what the ledger does not have: the eligible amount, by the pack's own rule."""
    ids = {column.id for column in sheet.columns}
    for rule in measure.rules:
        if rule.kind != "share" or rule.column not in ids or (rule.sheets and sheet.id not in rule.sheets):
            continue
        present = columns.get(rule.column, [None] * len(indexes))
        involved = checks.KINDS["share"].involved(rule)
        numbers = {
            name: np.array(
                [value if isinstance(value, int) else np.nan for value in columns.get(name, [None] * len(indexes))],
                dtype=np.float64,
            )
            for name in involved
        }
        wanted = checks.shared(numbers, rule)
        filled: list[object] = []
        for position, (index, value) in enumerate(zip(indexes, present, strict=True)):
            unread = any(isinstance(columns.get(name, [None] * len(indexes))[position], str) for name in involved)
            if value is None and not unread and not np.isnan(wanted[position]):
                cents = int(wanted[position])
                filled.append(cents)
                repairs.append(Repair(index + 1, rule.column, "eligible_computed", "", _plain_amount(cents)))
            else:
                filled.append(value)
        columns[rule.column] = filled
