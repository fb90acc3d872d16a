"""Totals in integer cents, from the same lines and groups that give the totals sheet its formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from workbook_templates.cells import total_id
from workbook_templates.measure import TOTALS, Measure, TotalGroup, TotalLine

if TYPE_CHECKING:
    from validators.parse import Table


@dataclass(frozen=True, slots=True)
class Total:
    """One figure of the totals sheet."""

    id: str
    """Line and group, such as ``granted_a``."""
    line: str
    group: str
    sheet: str
    label: str
    cents: int


def share_of(cents: int, percent: int) -> int:
    """Return so many hundredths of an amount, rounded half away from zero to the cent, as Excel's ROUND does."""
    size = (abs(cents) * percent * 2 + 100) // 200
    return size if cents >= 0 else -size


def compute(measure: Measure, tables: Mapping[str, Table], forms: Mapping[str, Table], lang: str) -> tuple[Total, ...]:
    """Return every total, line by line and group by group. Empty and unreadable cells count as zero."""
    values: dict[tuple[str, str], int] = {}
    for group in measure.groups:
        if not group.sums_others:
            for line in measure.lines_of(group):
                values[line.id, group.id] = _value(line, group, values, tables, forms)
    for group in measure.groups:
        if group.sums_others:
            for line in measure.lines_of(group):
                values[line.id, group.id] = sum(
                    values.get((line.id, other.id), 0) for other in measure.groups if not other.sums_others
                )
    return tuple(
        Total(
            id=total_id(line.id, group.id),
            line=line.id,
            group=group.id,
            sheet=TOTALS,
            label=f"{line.label[lang]} – {group.label[lang]}",
            cents=values[line.id, group.id],
        )
        for line in measure.lines
        for group in measure.groups
        if (line.id, group.id) in values
    )


def _value(
    line: TotalLine,
    group: TotalGroup,
    values: Mapping[tuple[str, str], int],
    tables: Mapping[str, Table],
    forms: Mapping[str, Table],
) -> int:
    if line.of:
        return share_of(values[line.of, group.id], line.percent)
    cents = sum(_column(reference.format(group=group.id), forms, {}) for reference in line.fields)
    where = {column: choice.format(group=group.id) for column, choice in line.where.items()}
    cents += sum(_column(reference.format(group=group.id), tables, where) for reference in line.sums)
    # A line that does not exist for a group adds nothing to it.
    cents += sum(values.get((name, group.id), 0) for name in line.add)
    return cents - sum(values.get((name, group.id), 0) for name in line.subtract)


def joined(table: Table, rows: Mapping[str, Sequence[object]]) -> Table:
    """Return a table with the typed values of more rows below its own, as far as sums go."""
    count = max(map(len, rows.values()), default=0)
    columns = {}
    for name, values in table.columns.items():
        more = list(rows.get(name, ())) or [None] * count
        if values.dtype == np.float64:
            more = [value if isinstance(value, int | float) else None for value in more]
        columns[name] = np.concatenate([values, np.array(more, dtype=values.dtype)])
    return replace(table, columns=columns)


def column_cents(table: Table, column_id: str, where: Mapping[str, str] | None = None) -> int:
    """Return the sum of an amount column in cents, over all rows or those with given choices."""
    cents = np.nan_to_num(table.columns[column_id].astype(np.float64))
    for column, choice in (where or {}).items():
        cents = np.where(table.columns[column] == choice, cents, 0)
    return int(cents.astype(np.int64).sum())


def _column(reference: str, tables: Mapping[str, Table], where: Mapping[str, str]) -> int:
    sheet_id, _, column_id = reference.partition(".")
    return column_cents(tables[sheet_id], column_id, where)
