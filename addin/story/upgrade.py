"""Carry a workbook over into a fresh template: of a newer version of its pack, or of the next year.

Within a year every row goes over, and what is told of imports. Into another year go the centre's identity, its
officers and the people, not the amounts, dates and documents. What does not fit is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from validators.findings import InputError
from validators.parse import Context, Table, entry, parse
from validators.read import lines_of, read_older
from workbook_templates import cells, packs, parts, records
from workbook_templates.build import build
from workbook_templates.layout import Layout
from workbook_templates.measure import Column, ColumnType, Measure

_LASTING = {ColumnType.TEXT, ColumnType.NISS, ColumnType.ENTERPRISE_NUMBER, ColumnType.CHOICE}
"""What a person or a centre keeps from one year to the next."""
_OFFICER = "role"
"""Column that only the officers' table has."""
_RECORDS = {cells.IMPORTS, cells.REPAIRS}
"""Sheets that the first templates had not."""
_PERSON = "name"
"""Column that a table of people has, beside the officers'."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A workbook carried over."""

    workbook: bytes
    measure: Measure
    rows: Mapping[str, int]
    """Sheet id to the rows that went over."""
    fields: int
    """Form fields that went over."""
    left: tuple[str, ...]
    """What did not fit: places in the old workbook, and columns that the pack has no longer."""


def upgrade(data: bytes, year: int | None = None) -> Upgrade:
    """Return a fresh template with what an older workbook holds.

    Without ``year`` it goes into the same year where the pack has a newer version, else into the next year. InputError
    where the workbook cannot be used, or there is no such pack.
    """
    raw, gone = read_older(data)
    old = raw.measure
    newer = raw.layout.version != packs.load(old.id, old.year).version or not raw.layout.sheets.keys() >= _RECORDS
    target = year or (old.year if newer else old.year + 1)
    if (old.id, target) not in packs.available():
        known = ", ".join(f"{name} {of}" for name, of in packs.available() if name == old.id)
        raise InputError("RU-X18", found=f"{old.id} {target}", known=known)
    measure, lang = packs.load(old.id, target), raw.layout.lang
    context = Context(lang, old.year + 1)
    left = list(gone)
    fields: dict[str, dict[str, object]] = {}
    rows: dict[str, dict[str, list[object]]] = {}
    there = {sheet.id: sheet for sheet in measure.sheets}
    for sheet_id, form in raw.forms.items():
        parsed = parse(form, form.sheet.fields, context)
        left += _marked(parsed, is_form=True)
        wanted = [item for item in form.sheet.fields if _goes(item, measure, old)]
        held = {item.id: _entry(parsed, item.id, 0) for item in wanted if _has(there, sheet_id, item.id)}
        fields[sheet_id] = {name: value for name, value in held.items() if value is not None}
    for sheet_id, table in raw.tables.items():
        parsed = parse(table, table.sheet.columns, context)
        left += _marked(parsed, is_form=False)
        rows[sheet_id] = _rows(parsed, measure, old, there)
    fresh = parts.Package(build(measure, lang))
    parts.set_fields(fresh, {name: values for name, values in fields.items() if values})
    parts.append_rows(fresh, {name: columns for name, columns in rows.items() if columns})
    if measure.year == old.year:
        records.append(fresh, _records(data, raw.layout))
    counts = {name: len(next(iter(columns.values()), ())) for name, columns in rows.items()}
    return Upgrade(fresh.to_bytes(), measure, counts, sum(map(len, fields.values())), tuple(left))


def _records(data: bytes, layout: Layout) -> dict[str, list[list[object]]]:
    """Return what a workbook tells of its imports and their repairs, as a template takes it."""
    told: dict[str, list[list[object]]] = {}
    for sheet_id, columns in records.COLUMNS.items():
        if sheet_id in layout.sheets:
            lines = lines_of(data, layout.sheets[sheet_id], columns)
            told[sheet_id] = [
                [_number(value, 100 if name == "amount" else 1) for name, value in zip(columns, line, strict=True)]
                for line in lines
            ]
    return told


def _number(value: object, times: int) -> object:
    """Return a number as so many parts of a whole; anything else as it is, and nothing for an empty cell."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return round(value * times)
    return None if value == "" else value


def to_json(upgraded: Upgrade) -> dict[str, Any]:
    """Return what was carried over, for programs."""
    return {
        "measure": upgraded.measure.id,
        "year": upgraded.measure.year,
        "pack_version": upgraded.measure.version,
        "rows": dict(upgraded.rows),
        "fields": upgraded.fields,
        "left": list(upgraded.left),
    }


def _goes(column: Column, measure: Measure, old: Measure) -> bool:
    """Whether a column goes over: all of them within a year, what lasts into another."""
    return measure.year == old.year or column.type in _LASTING


def _rows(table: Table, measure: Measure, old: Measure, known: Mapping[str, Any]) -> dict[str, list[object]]:
    """Return the rows of a table that go over, by column; people once each."""
    columns = [column for column in table.sheet.columns if _has(known, table.sheet.id, column.id)]
    count = len(table.row_numbers)
    if measure.year == old.year:
        return {column.id: [_entry(table, column.id, at) for at in range(count)] for column in columns} if count else {}
    ids = {column.id for column in columns}
    if _OFFICER in ids:
        first = dt.date(measure.year, 1, 1)
        ends = [_entry(table, "date_to", at) for at in range(count)]
        still = [at for at, end in enumerate(ends) if not isinstance(end, dt.date) or end >= first]
        return {column.id: [_entry(table, column.id, at) for at in still] for column in columns} if still else {}
    if _PERSON not in ids:
        return {}
    lasting = [column.id for column in columns if column.type in _LASTING]
    people = list(dict.fromkeys(tuple(_entry(table, name, at) for name in lasting) for at in range(count)))
    return {name: [person[at] for person in people] for at, name in enumerate(lasting)} if people else {}


def _has(known: Mapping[str, Any], sheet_id: str, column_id: str) -> bool:
    try:
        known[sheet_id].column(column_id)
    except KeyError:
        return False
    return True


def _entry(table: Table, column_id: str, index: int) -> Any:  # noqa: ANN401 - an entry of any type
    return entry(table.columns[column_id][index])


def _marked(table: Table, *, is_form: bool) -> list[str]:
    """Return the places of the cells that do not hold what their column is for."""
    where = table.raw.layout
    return [
        f"{where.name}!"
        + (
            where.fields[mark.column]
            if is_form
            else cells.a1(int(table.row_numbers[mark.index]), where.columns[mark.column])
        )
        for mark in table.marks
    ]
