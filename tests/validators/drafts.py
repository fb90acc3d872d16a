"""Drafts: valid filled workbooks made from a pack alone, and for each kind of rule the row that breaks exactly it."""

from __future__ import annotations

import copy
import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import pairwise

import openpyxl

from validators.checks import window
from validators.imports import PRINT
from workbook_templates import cells, packs, parts
from workbook_templates.build import build
from workbook_templates.layout import read_layout
from workbook_templates.measure import Column, ColumnType, Measure, Rule, Sheet

Row = dict[str, object]
NISS = ("85073003328", "17073003384", "98472899765", "70010100287", "65061500183", "90090999806")
"""Invented numbers with right check digits."""


@cache
def template(measure_id: str, year: int, lang: str) -> bytes:
    """Return an empty template, built once."""
    return build(packs.load(measure_id, year), lang)


@dataclass
class Draft:
    """A filled workbook before it is written: typed values, and raw ones poked in afterwards."""

    measure: Measure
    lang: str = "fr"
    rows: dict[str, list[Row]] = field(default_factory=dict)
    fields: dict[str, Row] = field(default_factory=dict)
    raw: dict[tuple[str, str], object] = field(default_factory=dict)
    """(sheet id, address) to what a user typed there."""

    def address(self, sheet_id: str, index: int, column_id: str) -> str:
        """Return where a row's cell will stand in the template."""
        sheet = self.measure.sheet(sheet_id)
        position = [column.id for column in sheet.columns].index(column_id) + 1
        return cells.a1(cells.header_row(len(sheet.fields)) + 1 + index, position)

    def field_address(self, sheet_id: str, field_id: str) -> str:
        """Return where a form field will stand in the template."""
        position = [item.id for item in self.measure.sheet(sheet_id).fields].index(field_id)
        return cells.a1(cells.FIRST_FIELD_ROW + position, cells.FIELD_COLUMN)

    def settle(self, sheet_id: str, row: Row) -> None:
        """Make a row agree with the share rules of its sheet."""
        for rule in self.measure.rules:
            if rule.kind in SETTLE and (not rule.sheets or sheet_id in rule.sheets) and rule.column in row:
                row[rule.column] = SETTLE[rule.kind](row, rule)

    def to_bytes(self) -> bytes:
        """Return the workbook."""
        data = template(self.measure.id, self.measure.year, self.lang)
        package = parts.Package(data)
        parts.set_fields(package, self.fields)
        parts.append_rows(
            package,
            {
                sheet_id: {name: [row.get(name) for row in rows] for name in rows[0]}
                for sheet_id, rows in self.rows.items()
                if rows
            },
        )
        data = package.to_bytes()
        return poked(data, self.raw) if self.raw else data


def poked(data: bytes, raw: dict[tuple[str, str], object]) -> bytes:
    """Return a workbook with raw values typed into cells, by another library than ours."""
    layout = read_layout(data)
    assert layout is not None
    book = openpyxl.load_workbook(io.BytesIO(data))
    for (sheet_id, address), value in raw.items():
        book[layout.sheets[sheet_id].name][address].value = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def share(row: Row, rule: Rule) -> int | None:
    """Return the eligible cents on exact fractions: an oracle apart from the engine's arithmetic."""
    total = row.get(str(rule.params["total"]))
    if total is None:
        return None
    part, whole = row.get(str(rule.params.get("part"))), row.get(str(rule.params.get("whole")))
    exact = Fraction(int(str(total)))
    if part is not None and whole:
        exact = exact * int(str(part)) / int(str(whole))
    size = int(abs(exact) + Fraction(1, 2))
    return (-size if exact < 0 else size) - int(str(row.get(str(rule.params["other"])) or 0))


def percentage(row: Row, rule: Rule) -> int | None:
    """Return so many per cent in cents, on exact fractions."""
    base = row.get(str(rule.params["other"]))
    if base is None:
        return None
    exact = Fraction(int(str(base))) * int(str(rule.params["percent"])) / 100
    size = int(abs(exact) + Fraction(1, 2))
    return -size if exact < 0 else size


SETTLE: dict[str, Callable[[Row, Rule], int | None]] = {"share": share, "percentage": percentage}
"""Kinds of rules that compute a cell."""


def niss(index: int) -> str:
    """Return an invented number with right check digits, another for each index below 28,000."""
    base = 850700000 + (1 + index // 997) * 1000 + index % 997
    return f"{base:09d}{97 - base % 97:02d}"


def valid(measure: Measure, count: int = 4, lang: str = "fr") -> Draft:
    """Return a draft with ``count`` rows in each table (and the officers) that breaks no rule."""
    draft = Draft(measure, lang)
    for sheet in measure.sheets:
        draft.fields[sheet.id] = {item.id: _field(item) for item in sheet.fields}
        if not sheet.columns:
            continue
        if any(column.id == "role" for column in sheet.columns):
            draft.rows[sheet.id] = [_officer(sheet, choice.id, i) for i, choice in enumerate(_roles(sheet))]
            continue
        draft.rows[sheet.id] = [_row(measure, sheet, i) for i in range(min(count, sheet.capacity))]
        for row in draft.rows[sheet.id]:
            draft.settle(sheet.id, row)
    return draft


def _roles(sheet: Sheet) -> tuple[object, ...]:
    return sheet.column("role").choices


def _officer(sheet: Sheet, role: str, index: int) -> Row:
    row = {column.id: _value(column, index, 2025) for column in sheet.columns}
    return row | {"role": role, "niss": NISS[3 + index], "date_from": dt.date(2024, 12, 2), "date_to": None}


def _field(item: Column) -> object:
    if item.type is ColumnType.AMOUNT:
        return 900_000_000
    return _value(item, 0, 2025)


def _row(measure: Measure, sheet: Sheet, index: int) -> Row:
    row = {column.id: _value(column, index, measure.year) for column in sheet.columns}
    for column in sheet.columns:
        if column.type is ColumnType.TEXT:
            row[column.id] = f"{row[column.id]} {sheet.id}"
    if "date_to" in row:
        row["date_from"], row["date_to"] = dt.date(measure.year, 2, 1), dt.date(measure.year, 11, 30)
    if "date_signed" in row:
        row |= {"date_signed": dt.date(measure.year, 2, 14), "niss": niss(index), "household": None}
    if "grant_base" in row:
        row["grant_base"] = 10_000_000
    if "participants_all" in row:
        row["participants_target"], row["participants_all"] = (6, 20) if index % 2 else (None, None)
    for name in row:
        if name.startswith("other_subsidy"):
            row[name] = 100 if index % 3 == 2 else None
    return row


def _value(column: Column, index: int, year: int) -> object:  # noqa: PLR0911 - one for each type
    match column.type:
        case ColumnType.TEXT:
            return f"{column.example} {index + 1}"
        case ColumnType.DATE:
            return dt.date(year, 1 + index % 12, 1 + index % 28)
        case ColumnType.AMOUNT:
            return 10_000 + 37 * (index % 700)
        case ColumnType.COUNT:
            return 1 + index % 5
        case ColumnType.NUMBER:
            return 0.5
        case ColumnType.CHOICE:
            return column.choices[index % len(column.choices)].id
        case ColumnType.NISS:
            return NISS[index % len(NISS)]
        case ColumnType.ENTERPRISE_NUMBER:
            return "0428759497"


@dataclass(frozen=True)
class Fault:
    """A draft that breaks one rule, and where the one finding must stand."""

    code: str
    sheet: str
    cell: str
    draft: Draft
    others: dict[str, bytes] = field(default_factory=dict)
    """Other workbooks to check it with."""

    def __str__(self) -> str:
        """Return the name of the case."""
        return f"{self.code} at {self.sheet}!{self.cell}"


def faults(measure: Measure) -> Iterator[Fault]:
    """Yield at least one fault for every rule of a pack, and one for every column that a cell rule concerns."""
    for rule in measure.rules:
        yield from BREAK[rule.kind](measure, rule)


def _columns(measure: Measure, wanted: Callable[[Column], bool]) -> Iterator[tuple[Sheet, Column, bool]]:
    for sheet in measure.sheets:
        for column in (*sheet.fields, *sheet.columns):
            if wanted(column):
                yield sheet, column, column in sheet.fields


def _poke(measure: Measure, rule: Rule, wanted: Callable[[Column], bool], value: object) -> Iterator[Fault]:
    for sheet, column, is_field in _columns(measure, wanted):
        draft = valid(measure)
        last = len(draft.rows.get(sheet.id, ())) - 1
        cell = draft.field_address(sheet.id, column.id) if is_field else draft.address(sheet.id, last, column.id)
        draft.raw[sheet.id, cell] = value
        yield Fault(rule.code, sheet.id, cell, draft)


def _of(kind: ColumnType) -> Callable[[Column], bool]:
    return lambda column: column.type is kind


def _typed(kind: ColumnType, value: object) -> Callable[[Measure, Rule], Iterator[Fault]]:
    return lambda measure, rule: _poke(measure, rule, _of(kind), value)


def _missing(measure: Measure, rule: Rule) -> Iterator[Fault]:
    yield from _poke(measure, rule, lambda column: column.required, None)


def _any_cell(value: object) -> Callable[[Measure, Rule], Iterator[Fault]]:
    return lambda measure, rule: _poke(measure, rule, lambda column: column.id in {"label", "name", "fte"}, value)


def _sheets(measure: Measure, rule: Rule) -> Iterator[Sheet]:
    involved = {rule.column, *(str(rule.params[key]) for key in ("other", "where") if key in rule.params)}
    if rule.kind == "share":
        involved.add(str(rule.params["total"]))
    for sheet in measure.sheets:
        if (not rule.sheets or sheet.id in rule.sheets) and involved <= {column.id for column in sheet.columns}:
            yield sheet


def _change(
    change: Callable[[Row, Rule, Measure], None], *, settle: bool
) -> Callable[[Measure, Rule], Iterator[Fault]]:
    def make(measure: Measure, rule: Rule) -> Iterator[Fault]:
        for sheet in _sheets(measure, rule):
            draft = valid(measure)
            index = len(draft.rows[sheet.id]) - 1
            row = draft.rows[sheet.id][index]
            change(row, rule, measure)
            if settle:
                draft.settle(sheet.id, row)
            yield Fault(rule.code, sheet.id, draft.address(sheet.id, index, rule.column), draft)

    return make


def _out_of_window(row: Row, rule: Rule, measure: Measure) -> None:
    first, last = window(rule, measure)
    if "date_signed" in row:
        before = (first.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
        row |= {"date_signed": before, "date_from": before, "date_to": before + dt.timedelta(days=60)}
        return
    late = rule.column.endswith("_to")
    row[rule.column] = last + dt.timedelta(days=1) if late else first - dt.timedelta(days=1)


def _end_before_start(row: Row, rule: Rule, _measure: Measure) -> None:
    start = row[str(rule.params["other"])]
    assert isinstance(start, dt.date)
    row[rule.column] = start - dt.timedelta(days=1)


def _half_of_a_pair(row: Row, rule: Rule, _measure: Measure) -> None:
    row[rule.column], row[str(rule.params["other"])] = None, 5


def _above(row: Row, rule: Rule, _measure: Measure) -> None:
    row[rule.column], row[str(rule.params["other"])] = 21, 20


def _below_minimum(row: Row, rule: Rule, _measure: Measure) -> None:
    row[rule.column] = int(str(rule.params["minimum"])) - 1
    if rule.column == "participants_all":
        row["participants_target"] = 0


def _one_cent_off(row: Row, rule: Rule, _measure: Measure) -> None:
    row[rule.column] = int(str(row[rule.column])) + 1


def _opposite(row: Row, rule: Rule, measure: Measure) -> None:
    total = int(str(row[str(rule.params["other"])]))
    shares = [other for other in measure.rules if other.kind == "share" and other.column == rule.column]
    if shares:
        row[str(shares[0].params["other"])] = total + 100
    else:
        row[rule.column] = -100


def _too_much(row: Row, rule: Rule, measure: Measure) -> None:
    values = [str(value) for value in rule.params["values"]]
    where = str(rule.params["where"])
    offered = [
        c.id for sheet in measure.sheets for column in sheet.columns if column.id == where for c in column.choices
    ]
    row[where] = next(value for value in values if value in offered)
    row[rule.column] = int(str(rule.params["limit"])) + 1


def _says_nothing(row: Row, rule: Rule, _measure: Measure) -> None:
    row[rule.column] = "Divers."


def _forbidden_word(row: Row, rule: Rule, _measure: Measure) -> None:
    row[rule.column] = f"Achat, {rule.params['words'][0]}s de mars"


def _unknown_birth(row: Row, rule: Rule, _measure: Measure) -> None:
    base = 850000001
    row[rule.column] = f"{base:09d}{97 - base % 97:02d}"


def _duplicate(measure: Measure, rule: Rule) -> Iterator[Fault]:
    wanted = [str(column) for column in rule.params["columns"]]
    holders = [s for s in measure.sheets if set(wanted) <= {column.id for column in s.columns}]
    pairs = [(sheet, sheet) for sheet in holders] + list(pairwise(holders))
    for first, second in pairs:
        draft = valid(measure)
        row = draft.rows[second.id][-1]
        row |= {column: copy.copy(draft.rows[first.id][0][column]) for column in wanted}
        draft.settle(second.id, row)
        yield Fault(rule.code, second.id, draft.address(second.id, len(draft.rows[second.id]) - 1, rule.column), draft)


def _row_gone(measure: Measure, rule: Rule) -> Iterator[Fault]:
    values = rule.params["values"]
    for sheet_id in rule.sheets:
        draft = valid(measure)
        draft.rows[sheet_id] = [row for row in draft.rows[sheet_id] if row[rule.column] not in values]  # type: ignore[operator]
        yield Fault(rule.code, sheet_id, draft.address(sheet_id, 0, rule.column), draft)


def _total_exceeded(measure: Measure, rule: Rule) -> Iterator[Fault]:
    line, limit = measure.line(rule.column), measure.line(str(rule.params["limit"]))
    for group in measure.groups:
        if group.sums_others or line not in measure.lines_of(group) or limit not in measure.lines_of(group):
            continue
        draft = valid(measure)
        position = [name.id for name in measure.lines].index(line.id)
        offset = [name.id for name in measure.groups].index(group.id)
        cell = cells.a1(cells.TOTALS_HEADER_ROW + 1 + position, 2 + offset)
        if limit.fields and not limit.add:
            for reference in limit.fields:
                sheet_id, _, field_id = reference.format(group=group.id).partition(".")
                draft.fields[sheet_id] |= {field_id: 100, "files_count": 1, "file_amount": 100}
            draft.fields["centre"] = {
                name: value for name, value in draft.fields["centre"].items() if name in _field_ids(measure)
            }
            yield Fault(rule.code, "totals", cell, draft)
            continue
        summed = line if line.sums else next(measure.line(name) for name in line.add if measure.line(name).sums)
        sheet_id, _, column = summed.sums[0].format(group=group.id).partition(".")
        where = {name: choice.format(group=group.id) for name, choice in summed.where.items()}
        row = draft.rows[sheet_id][0] | where
        amounts = [c.id for c in measure.sheet(sheet_id).columns if c.type is ColumnType.AMOUNT]
        grant = 900_000_000 * sum(name.endswith(f"_{group.id}") for item in draft.fields.values() for name in item)
        wanted = (grant or 900_000_000) // 100 * (limit.percent or 100) + 1_000_000
        row |= dict.fromkeys(amounts, None) | {column: wanted}
        for share_rule in measure.rules:
            if share_rule.kind == "share" and share_rule.column == column:
                row[str(share_rule.params["total"])] = wanted
        draft.rows[sheet_id][0] = row
        draft.settle(sheet_id, row)
        yield Fault(rule.code, "totals", cell, draft)


def _field_ids(measure: Measure) -> set[str]:
    return {item.id for item in measure.sheet("centre").fields}


def _second_of_month(row: Row, rule: Rule, _measure: Measure) -> None:
    signed = row[str(rule.params["other"])]
    assert isinstance(signed, dt.date)
    row[rule.column] = signed.replace(day=2)


def _a_day_too_long(row: Row, rule: Rule, _measure: Measure) -> None:
    start = row[str(rule.params["other"])]
    assert isinstance(start, dt.date)
    assert rule.params["months"] == 12
    row[rule.column] = start.replace(year=start.year + 1)


def _asked_and_empty(row: Row, rule: Rule, _measure: Measure) -> None:
    row[str(rule.params["where"])] = rule.params["values"][0]
    row[rule.column] = None


def _above_maximum(row: Row, rule: Rule, _measure: Measure) -> None:
    row[rule.column] = int(str(rule.params["maximum"])) + 1


def _above_rate(row: Row, rule: Rule, _measure: Measure) -> None:
    row[rule.column] = int(float(str(row[str(rule.params["number"])])) * int(str(rule.params["rate"]))) + 1


def _wrong_product(measure: Measure, rule: Rule) -> Iterator[Fault]:
    for sheet in measure.sheets:
        if rule.column in {item.id for item in sheet.fields}:
            draft = valid(measure)
            draft.fields[sheet.id][rule.column] = int(str(draft.fields[sheet.id][rule.column])) + 1
            yield Fault(rule.code, sheet.id, draft.field_address(sheet.id, rule.column), draft)


def _overlap(measure: Measure, rule: Rule) -> Iterator[Fault]:
    key = str(rule.params["key"])
    for sheet in measure.sheets:
        if {rule.column, key} <= {column.id for column in sheet.columns} and sheet.id in (rule.sheets or (sheet.id,)):
            draft = valid(measure)
            rows = draft.rows[sheet.id]
            rows[0][key] = rows[-1][key] = rows[0][key] or "Foyer 7"
            yield Fault(rule.code, sheet.id, draft.address(sheet.id, len(rows) - 1, rule.column), draft)


def _over_the_limit(measure: Measure, rule: Rule) -> Iterator[Fault]:
    key, limit = str(rule.params["key"]), int(str(rule.params["limit"]))
    for sheet in _sheets(measure, rule):
        if key in {column.id for column in sheet.columns}:
            draft = valid(measure)
            rows = draft.rows[sheet.id]
            rows[0][key] = rows[-1][key]
            rows[-1][rule.column] = limit + 1
            yield Fault(rule.code, sheet.id, draft.address(sheet.id, len(rows) - 1, rule.column), draft)


def _claimed_twice(measure: Measure, rule: Rule) -> Iterator[Fault]:
    ways = [[str(column) for column in way] for way in rule.params["columns"]]
    for way in ways:
        for sheet in measure.sheets:
            if set(way) <= {column.id for column in sheet.columns}:
                draft, other = valid(measure), Draft(measure)
                row = draft.rows[sheet.id][-1]
                other.rows[sheet.id] = [{name: row[name] for name in way}]
                cell = draft.address(sheet.id, len(draft.rows[sheet.id]) - 1, way[0])
                yield Fault(rule.code, sheet.id, cell, draft, {"autre.xlsx": other.to_bytes()})


def as_typed(measure: Measure, sheet: Sheet, draft: Draft) -> list[list[object]]:
    """Return the rows of a sheet as somebody would have them in a spreadsheet, column by column in its order."""
    return [
        [_in_cell(row.get(column.id), column, draft.lang) for column in sheet.columns] for row in draft.rows[sheet.id]
    ]


def _in_cell(value: object, column: Column, lang: str) -> object:
    if value is None:
        return None
    if column.type is ColumnType.AMOUNT:
        return int(str(value)) / 100
    if column.type is ColumnType.CHOICE:
        return next(choice.label[lang] for choice in column.choices if choice.id == value)
    return value


def pasted(draft: Draft, sheet: Sheet, first: int, lines: Iterable[Iterable[object]]) -> None:
    """Paste values over a sheet's table, from a row on (the first of the table is 0), column by column."""
    for offset, line in enumerate(lines):
        for column, value in zip(sheet.columns, line, strict=False):
            draft.raw[sheet.id, draft.address(sheet.id, first + offset, column.id)] = value


Lines = list[list[object]]
Paste = Callable[[Measure, Sheet, Lines], tuple[int, int, Lines]]
"""From rows to what is pasted: row of the finding, row where the paste begins, its cells."""


def _paste(change: Paste) -> Callable[[Measure, Rule], Iterator[Fault]]:
    """Break a sheet by a paste that went wrong; the finding is at the first cell of its first row."""

    def made(measure: Measure, rule: Rule) -> Iterator[Fault]:
        for sheet in measure.sheets:
            types = {column.type for column in sheet.columns}
            named = not rule.column or rule.column in {column.id for column in sheet.columns}
            if rule.kind == "pasted_year":
                named = any(one.kind == "date_window" and sheet in _sheets(measure, one) for one in measure.rules)
            if named and {ColumnType.DATE, ColumnType.AMOUNT} <= types:
                draft = valid(measure)
                row, first, lines = change(measure, sheet, as_typed(measure, sheet, draft))
                pasted(draft, sheet, first, lines)
                yield Fault(rule.code, sheet.id, draft.address(sheet.id, row, sheet.columns[0].id), draft)

    return made


def _one_to_the_right(
    _measure: Measure, _sheet: Sheet, rows: list[list[object]]
) -> tuple[int, int, list[list[object]]]:
    return 0, 0, [[None, *row] for row in rows]


def _with_headings(_measure: Measure, sheet: Sheet, rows: Lines) -> tuple[int, int, Lines]:
    return len(rows), len(rows), [[column.label["nl"] for column in sheet.columns]]


def _in_another_order(_measure: Measure, sheet: Sheet, rows: Lines) -> tuple[int, int, Lines]:
    texts = [number for number, column in enumerate(sheet.columns) if column.type is ColumnType.TEXT]
    dates = [number for number, column in enumerate(sheet.columns) if column.type is ColumnType.DATE]
    lines = [list(row) for row in rows]
    for line, row in zip(lines, rows, strict=True):
        line[dates[0]], line[texts[0]] = row[texts[0]], row[dates[0]]
    return len(rows), len(rows), lines


def _exchanged(_measure: Measure, sheet: Sheet, rows: Lines) -> tuple[int, int, Lines]:
    types = [column.type for column in sheet.columns]
    date, amount = types.index(ColumnType.DATE), types.index(ColumnType.AMOUNT)
    lines = [list(row) for row in rows]
    for line, row in zip(lines, rows, strict=True):
        line[date], line[amount] = row[amount], row[date]
    return 0, 0, lines


def _long_ago(_measure: Measure, _sheet: Sheet, rows: Lines) -> tuple[int, int, Lines]:
    lines = [[v.replace(year=v.year - 8) if isinstance(v, dt.date) else v for v in row] for row in rows]
    return 0, 0, lines


def _again(_measure: Measure, _sheet: Sheet, rows: Lines) -> tuple[int, int, Lines]:
    return len(rows), len(rows), rows


def _figure_changed(measure: Measure, rule: Rule) -> Iterator[Fault]:
    draft = valid(measure)
    draft.raw |= {("imports", "A6"): 1, ("imports", "C6"): 2, ("imports", "D6"): 12.5, ("imports", "F6"): "ledger"}
    yield Fault(rule.code, "imports", "D6", draft)
    draft = valid(measure)
    draft.raw |= {("imports", "A7"): 1, ("imports", "C7"): "deux", ("imports", "F7"): "ledger"}
    yield Fault(rule.code, "imports", "C7", draft)


def _row_that_is_gone(measure: Measure, rule: Rule) -> Iterator[Fault]:
    draft = valid(measure)
    told = {"A": (1, 1, 1), "C": (1, 1), "D": (12.5, 12.5), "E": ("export.csv", "", "f" * PRINT)}
    keys = "ledger", f"imported:{measure.sheets[0].id}", "memory"
    for letter, values in (told | {"F": keys}).items():
        draft.raw |= {("imports", f"{letter}{row}"): value for row, value in enumerate(values, start=6)}
    yield Fault(rule.code, "imports", "D6", draft)


BREAK: dict[str, Callable[[Measure, Rule], Iterator[Fault]]] = {
    "missing": _missing,
    "date": _typed(ColumnType.DATE, "31/02/2025"),
    "amount": _typed(ColumnType.AMOUNT, "1.234,56"),
    "decimals": _typed(ColumnType.AMOUNT, 10.005),
    "count": _typed(ColumnType.COUNT, 2.5),
    "number": _typed(ColumnType.NUMBER, -0.5),
    "choice": _typed(ColumnType.CHOICE, "???"),
    "niss": _typed(ColumnType.NISS, "85073003329"),
    "enterprise_number": _typed(ColumnType.ENTERPRISE_NUMBER, "0428.759.498"),
    "cell_error": _any_cell("#REF!"),
    "uncached_formula": _any_cell("=1+1"),
    "date_window": _change(_out_of_window, settle=False),
    "not_before": _change(_end_before_start, settle=False),
    "required_with": _change(_half_of_a_pair, settle=True),
    "not_above": _change(_above, settle=True),
    "minimum": _change(_below_minimum, settle=False),
    "share": _change(_one_cent_off, settle=False),
    "not_opposite": _change(_opposite, settle=True),
    "at_most_where": _change(_too_much, settle=True),
    "first_of_month": _change(_second_of_month, settle=False),
    "months_at_most": _change(_a_day_too_long, settle=False),
    "required_if": _change(_asked_and_empty, settle=False),
    "maximum": _change(_above_maximum, settle=False),
    "product": _wrong_product,
    "percentage": _change(_one_cent_off, settle=False),
    "at_most_times": _change(_above_rate, settle=True),
    "no_overlap": _overlap,
    "sum_at_most": _over_the_limit,
    "other_workbook": _claimed_twice,
    "uninformative_text": _change(_says_nothing, settle=False),
    "without_words": _change(_forbidden_word, settle=False),
    "niss_birth_unknown": _change(_unknown_birth, settle=False),
    "duplicate": _duplicate,
    "row_with": _row_gone,
    "total_at_most": _total_exceeded,
    "import_balance": _figure_changed,
    "import_kept": _row_that_is_gone,
    "pasted_shifted": _paste(_one_to_the_right),
    "pasted_header": _paste(_with_headings),
    "pasted_other": _paste(_in_another_order),
    "pasted_swapped": _paste(_exchanged),
    "pasted_year": _paste(_long_ago),
    "pasted_twice": _paste(_again),
}
"""For each kind of rule, how to break exactly it."""
