"""Rules that look across rows and sheets: duplicates, rows that must be there, and totals against limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validators.findings import Problem, day, euros, plain
from validators.parse import Table
from validators.totals import Total
from workbook_templates import cells
from workbook_templates.layout import Layout
from workbook_templates.measure import TOTALS, Measure, Rule, TotalGroup, TotalLine


def problems(  # noqa: PLR0913 - everything that a rule may look across
    measure: Measure,
    layout: Layout,
    tables: Mapping[str, Table],
    forms: Mapping[str, Table],
    totals: Sequence[Total],
    lang: str,
    others: Sequence[OtherWorkbook] = (),
) -> Iterator[Problem]:
    """Yield what breaks the rules of scope BOOK; texts of amounts are in ``lang``.

    ``others`` are the centre's workbooks for other measures.
    """
    for rule in measure.rules:
        if rule.kind == "duplicate":
            yield from _duplicates(rule, tables)
        elif rule.kind == "row_with":
            yield from _row_with(rule, measure, tables, lang)
        elif rule.kind == "total_at_most":
            yield from _total_at_most(rule, measure, layout, {**tables, **_fields(forms)}, totals, lang)
        elif rule.kind == "no_overlap":
            yield from _no_overlap(rule, tables)
        elif rule.kind == "sum_at_most":
            yield from _sum_at_most(rule, tables, lang)
        elif rule.kind == "other_workbook":
            yield from _other_workbook(rule, tables, others, lang)


@dataclass(frozen=True, slots=True)
class OtherWorkbook:
    """A workbook of the same centre for another measure, read to find the same euro in both."""

    name: str
    """As the user knows it."""
    tables: Mapping[str, Table]


def address(table: Table, index: int, column: str) -> str:
    """Return the A1 address of a column's cell at a position of a table."""
    return cells.a1(int(table.row_numbers[index]), table.raw.layout.columns[column])


def _duplicates(rule: Rule, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Every row after the first that repeats the rule's columns, in any sheet that has them all."""
    import pandas as pd  # noqa: PLC0415 - loaded with the schema by now, and not needed where nothing is checked

    wanted = [str(column) for column in rule.params["columns"]]  # type: ignore[attr-defined]
    chosen = _holders(rule, tables, *wanted)
    starts = np.cumsum([0, *(len(table.row_numbers) for table in chosen)])

    def place(position: int) -> tuple[Table, int]:
        number = int(np.searchsorted(starts, position, side="right")) - 1
        return chosen[number], int(position - starts[number])

    # The rule's own column first: it alone leaves few candidates.
    narrow = pd.Series([key for table in chosen for key in _folded(table.columns[rule.column])], dtype=object)
    kept = np.flatnonzero((narrow.duplicated(keep=False) & narrow.notna()).to_numpy())
    frame = pd.DataFrame(
        {column: [_fold(table.columns[column][at]) for table, at in map(place, kept.tolist())] for column in wanted},
        index=kept,
    ).dropna()
    groups: dict[tuple[object, ...], list[tuple[Table, int]]] = defaultdict(list)
    for position, *key in frame[frame.duplicated(keep=False)].itertuples(name=None):
        groups[tuple(key)].append(place(position))
    for rows in groups.values():
        for position, (table, index) in enumerate(rows[1:], start=1):
            others = rows[:position] + rows[position + 1 :]
            yield Problem(
                rule,
                table.sheet.id,
                int(table.row_numbers[index]),
                rule.column,
                address(table, index, rule.column),
                found=str(table.columns[rule.column][index]),
                related=tuple(f"{other.sheet.id}!{address(other, at, rule.column)}" for other, at in others),
            )


def _folded(values: npt.NDArray[np.generic]) -> list[object]:
    """Return the values, texts without regard to case."""
    return [value.casefold() if value.__class__ is str else value for value in values.tolist()]


def _fold(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def _row_with(rule: Rule, measure: Measure, tables: Mapping[str, Table], lang: str) -> Iterator[Problem]:
    """The sheets in which no row has one of the values."""
    values = [str(value) for value in rule.params["values"]]  # type: ignore[attr-defined]
    for sheet_id in rule.sheets:
        table = tables[sheet_id]
        if np.isin(table.columns[rule.column].astype(str), values).any():
            continue
        labels = [
            choice.label[lang] for choice in measure.sheet(sheet_id).column(rule.column).choices if choice.id in values
        ]
        row = table.raw.layout.first_row
        cell = cells.a1(row, table.raw.layout.columns[rule.column])
        yield Problem(rule, sheet_id, row, rule.column, cell, params={"value": " / ".join(labels)})


def _fields(forms: Mapping[str, Table]) -> dict[str, Table]:
    return {f"{sheet_id} form": form for sheet_id, form in forms.items()}


def _known(line: TotalLine, group: TotalGroup, measure: Measure, tables: Mapping[str, Table]) -> bool:
    """Whether every cell that a limit is made of is there; a missing one is told by itself."""
    for reference in (*line.fields, *line.sums):
        sheet_id, _, column = reference.format(group=group.id).partition(".")
        table = tables[f"{sheet_id} form" if reference in line.fields else sheet_id]
        wanted = measure.sheet(sheet_id).column(column).required and reference in line.fields
        if table.bad[column].any() or (wanted and np.isnan(table.columns[column].astype(np.float64)).any()):
            return False
    there = {other.id: other for other in measure.lines_of(group)}
    return all(
        _known(there[name], group, measure, tables) for name in (*line.add, *line.subtract, line.of) if name in there
    )


def _total_at_most(
    rule: Rule,
    measure: Measure,
    layout: Layout,
    tables: Mapping[str, Table],
    totals: Sequence[Total],
    lang: str,
) -> Iterator[Problem]:
    """The groups in which one line of the totals exceeds another."""
    cents = {(total.line, total.group): total for total in totals}
    sheet = layout.sheets.get(TOTALS)
    for group in measure.groups:
        total, limit = cents.get((rule.column, group.id)), cents.get((str(rule.params["limit"]), group.id))
        if group.sums_others or total is None or limit is None or total.cents <= limit.cents:
            continue
        if not _known(measure.line(limit.line), group, measure, tables):
            continue
        cell = sheet.fields.get(total.id, "") if sheet else ""
        yield Problem(
            rule,
            TOTALS,
            cells.parse(cell)[0] if cell else 0,
            total.id,
            cell,
            found=f"{total.label} {euros(total.cents, lang)}",
            params={
                "value": euros(limit.cents, lang),
                "difference": euros(total.cents - limit.cents, lang),
            },
        )


def _groups(table: Table, key: str) -> Iterator[list[int]]:
    """Yield the positions of the rows that share a value of a column; empty cells share nothing."""
    found: dict[object, list[int]] = defaultdict(list)
    for index, value in enumerate(_folded(table.columns[key])):
        if value is not None:
            found[value].append(index)
    yield from found.values()


def _no_overlap(rule: Rule, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Rows of one key whose periods overlap; the later beginning is told, and where the other one stands."""
    end_column, key = str(rule.params["end"]), str(rule.params["key"])
    for table in _holders(rule, tables, rule.column, end_column, key):
        starts, ends = (table.columns[name].astype("datetime64[D]") for name in (rule.column, end_column))
        for rows in _groups(table, key):
            dated = [index for index in rows if not np.isnat(starts[index]) and not np.isnat(ends[index])]
            dated.sort(key=lambda index: (starts[index], index))
            until: int | None = None
            for index in dated:
                if until is not None and starts[index] <= ends[until]:
                    yield Problem(
                        rule,
                        table.sheet.id,
                        int(table.row_numbers[index]),
                        rule.column,
                        address(table, index, rule.column),
                        found=day(starts[index].astype(object)),
                        related=(f"{table.sheet.id}!{address(table, until, rule.column)}",),
                    )
                until = index if until is None or ends[index] > ends[until] else until


def _sum_at_most(rule: Rule, tables: Mapping[str, Table], lang: str) -> Iterator[Problem]:
    """The rows that carry the sum of one key, such as a person, over the limit; each is told with the others."""
    key, limit = str(rule.params["key"]), int(str(rule.params["limit"]))
    for table in _holders(rule, tables, rule.column, key):
        cents = np.nan_to_num(table.columns[rule.column].astype(np.float64))
        for rows in _groups(table, key):
            total = int(cents[rows].sum())
            if total <= limit:
                continue
            index, others = rows[-1], rows[:-1]
            yield Problem(
                rule,
                table.sheet.id,
                int(table.row_numbers[index]),
                rule.column,
                address(table, index, rule.column),
                found=euros(int(cents[index]), lang),
                params={"value": euros(limit, lang), "sum": euros(total, lang)},
                related=tuple(f"{table.sheet.id}!{address(table, other, rule.column)}" for other in others),
            )


def _other_workbook(
    rule: Rule, tables: Mapping[str, Table], others: Sequence[OtherWorkbook], lang: str
) -> Iterator[Problem]:
    """The rows whose document, or whose day, payee and amount, another workbook of the centre claims too."""
    ways = [[str(column) for column in way] for way in rule.params["columns"]]  # type: ignore[attr-defined]
    told: set[tuple[str, int]] = set()
    for way in ways:
        claimed: dict[tuple[object, ...], str] = {}
        for other in others:
            for table in _holders(rule, other.tables, *way):
                for index, key in _keys(table, way):
                    claimed.setdefault(key, f"{other.name}!{table.raw.layout.name}!{address(table, index, way[0])}")
        for table in _holders(rule, tables, *way) if claimed else ():
            for index, key in _keys(table, way):
                if key in claimed and (table.sheet.id, index) not in told:
                    told.add((table.sheet.id, index))
                    yield Problem(
                        rule,
                        table.sheet.id,
                        int(table.row_numbers[index]),
                        way[0],
                        address(table, index, way[0]),
                        found=shown(table.columns[way[0]][index], lang),
                        related=(claimed[key],),
                    )


def shown(value: object, lang: str) -> str:
    """Return an entry of a typed column as the reader knows it."""
    return day(value.astype("datetime64[D]").astype(object)) if isinstance(value, np.datetime64) else plain(value, lang)


def _holders(rule: Rule, tables: Mapping[str, Table], *columns: str) -> list[Table]:
    """Return the tables that have all the columns, and that the rule looks at."""
    return [
        table
        for table in tables.values()
        if set(columns) <= set(table.columns) and (not rule.sheets or table.sheet.id in rule.sheets)
    ]


def _keys(table: Table, columns: Sequence[str]) -> Iterator[tuple[int, tuple[object, ...]]]:
    """Yield each row's position with its values in the columns, texts folded; rows with an empty one are left out."""
    for index, key in enumerate(zip(*(_folded(table.columns[column]) for column in columns), strict=True)):
        if all(value is not None and value == value for value in key):  # noqa: PLR0124 - an empty number is not itself
            yield index, key
