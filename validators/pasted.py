"""A paste gone wrong is one finding: what explains a crowd of findings at once is told in their place.

Rows beside their headings, a heading among the rows, another ledger's columns, dates and amounts exchanged, another
year, the same ledger twice. Only rows with a crowd of findings are looked at, so that a few slips cost nothing. What a
finding stands for is not lost: it can be asked for.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from validators import clean, identifiers, imports
from validators.findings import Problem, euros, plain
from validators.parse import Table
from workbook_templates import cells
from workbook_templates.layout import Layout
from workbook_templates.measure import LANGUAGES, Column, ColumnType, Measure, Rule
from workbook_templates.texts import catalogue

SHIFTED, HEADER, OTHER, SWAPPED, YEAR, TWICE = (
    "pasted_shifted", "pasted_header", "pasted_other", "pasted_swapped", "pasted_year", "pasted_twice",
)  # fmt: skip
"""Kinds of rules, which are broken here only."""
BALANCE, KEPT = "import_balance", "import_kept"
_FEWEST = 3
"""Rows, or headings, from which something is no chance."""
_MOST = 0.8
_OLDEST = 1990
"""Year before which a date is a number that a cell's format shows as one."""
_SHOWN = 3
_LONG = 60
"""Characters of a text that a finding shows."""

Mask = npt.NDArray[np.bool_]


def unbalanced(measure: Measure, layout: Layout, found: Sequence[imports.Line], lang: str) -> Iterator[Problem]:
    """Yield where the sheet of imports does not add up."""
    rule = next((one for one in measure.rules if one.kind == BALANCE), None)
    if rule is None:
        return
    for wrong in imports.unbalanced(found):
        cell = cells.a1(wrong.row, layout.sheets[cells.IMPORTS].columns[wrong.column])
        rows, cents = wrong.record.difference if wrong.record else (0, 0)
        said = f"{rows:+d} / {euros(cents, lang)}" if wrong.record else "?"
        yield Problem(rule, cells.IMPORTS, wrong.row, wrong.column, cell, found=said)


def not_kept(
    measure: Measure, layout: Layout, found: Sequence[imports.Line], tables: Mapping[str, Table], lang: str
) -> Iterator[Problem]:
    """Yield the imports of which the sheets no longer hold the rows and cents that were taken over."""
    rule = next((one for one in measure.rules if one.kind == KEPT), None)
    told = imports.records(found)
    if rule is None or not told or any(imports.unbalanced(found)):
        return
    from validators.ledger import again  # noqa: PLC0415 - few workbooks need what ledgers need

    ids = {sheet.name: sheet_id for sheet_id, sheet in layout.sheets.items()}
    earlier = [again.Earlier(one.number, one.ledger, one.memory) for one in told]
    first = {line.number: line.row for line in reversed(found)}
    for record, there in zip(told, again.still(earlier, again.standing(tables)), strict=True):
        rows, cents = sum(part.rows for part in record.imported), sum(part.cents for part in record.imported)
        if (there.rows, there.cents) == (rows, cents):
            continue
        row = first[record.number]
        places = [place.rpartition("!") for place in there.edited]
        yield Problem(
            rule,
            cells.IMPORTS,
            row,
            "amount",
            cells.a1(row, layout.sheets[cells.IMPORTS].columns["amount"]),
            found=euros(there.cents, lang),
            params={
                "value": euros(cents, lang),
                "rows": str(rows),
                "kept": str(there.rows),
                "ledger": _short(record.ledger),
            },
            variant="edited" if there.edited else "expected",
            related=tuple(f"{ids[sheet]}!{cell}" for sheet, _, cell in places),
        )


def recognised(
    measure: Measure, tables: Mapping[str, Table], problems: Sequence[Problem], lang: str
) -> tuple[list[Problem], list[Problem]]:
    """Return the problems to tell, and those that some of these stand for."""
    by_sheet: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_sheet[problem.sheet].append(problem)
    told: list[Problem] = []
    covered: list[Problem] = []
    for sheet_id, own in by_sheet.items():
        table = tables.get(sheet_id)
        if table is None or not any(column.type is ColumnType.AMOUNT for column in table.sheet.columns):
            told += own
            continue
        found, left, gone = _Page(table, measure, own, lang).explained()
        told += [*found, *left]
        covered += gone
    return told, covered


@dataclass
class _Page:
    """One sheet while its problems are explained."""

    table: Table
    measure: Measure
    problems: Sequence[Problem]
    lang: str
    found: list[Problem] = field(default_factory=list)

    def explained(self) -> tuple[list[Problem], list[Problem], list[Problem]]:
        """Return what explains, what is left, and what is explained."""
        rows = self._misplaced()
        years = self._of_another_year(rows)
        again = self._repeated(rows)
        left: list[Problem] = []
        gone: list[Problem] = []
        for problem in self.problems:
            kind = problem.rule.kind
            inside = (
                (problem.row in rows and problem.column != "")
                or (kind == "date_window" and problem.row in years)
                or (kind == "duplicate" and problem.row in again)
            )
            (gone if inside else left).append(problem)
        return self.found, left, gone

    def tell(self, kind: str, rows: Sequence[int], shown: str = "", **told: str) -> bool:
        """Tell something about rows, by their numbers; whether the pack has such a rule."""
        rule: Rule | None = next((one for one in self.measure.rules if one.kind == kind), None)
        if rule is None:
            return False
        where = self.table.raw.layout
        columns = where.columns[self.table.sheet.columns[0].id], where.columns[self.table.sheet.columns[-1].id]
        first, last = cells.a1(rows[0], columns[0]), cells.a1(rows[-1], columns[1])
        related = (told.pop("original"),) if "original" in told else ()
        params = {"count": str(len(rows)), "rows": _ranges(rows), **told}
        self.found.append(
            Problem(
                rule,
                self.table.sheet.id,
                rows[0],
                "",
                first,
                found=shown or f"{first}:{last}",
                params=params,
                related=related,
            )
        )
        return True

    def _crowded(self) -> set[int]:
        """Return the rows with several problems, or with one that the row beside has too: a slip comes alone."""
        counts = Counter(problem.row for problem in self.problems)
        places = {(problem.row, problem.column) for problem in self.problems}
        return {row for row, count in counts.items() if count > 1} | {
            row for row, column in places if (row - 1, column) in places or (row + 1, column) in places
        }

    def _misplaced(self) -> set[int]:
        """Tell the rows whose cells are not where they belong; return their numbers."""
        numbers = self.table.row_numbers.tolist()
        wanted = self._crowded()
        at = [index for index, number in enumerate(numbers) if number in wanted]
        looks = _Looks(self.table, at, self.measure.year)
        explained: set[int] = set()
        crowds: list[tuple[str, list[int], dict[str, str]]] = []
        words = catalogue("validators", self.lang)["words"]
        headers = looks.headers(self.measure)
        free = ~headers
        for kind, mask, told in (
            (SHIFTED, looks.beside(1), {"side": words["left"]}),
            (SHIFTED, looks.beside(-1), {"side": words["right"]}),
            (SWAPPED, looks.swapped(), {}),
            (OTHER, looks.foreign(), {}),
        ):
            rows = [numbers[at[position]] for position in np.flatnonzero(mask & free).tolist()]
            free &= ~mask
            if rows and (kind != OTHER or headers.any() or len(rows) >= _FEWEST):
                crowds.append((kind, rows, told))
        titled = [numbers[at[position]] for position in np.flatnonzero(headers).tolist()]
        if titled and crowds:
            # Headings above rows that are misplaced came with them.
            crowds[0] = (crowds[0][0], sorted([*titled, *crowds[0][1]]), crowds[0][2])
        elif titled:
            first = numbers.index(titled[0])
            cells_ = [column[first] for column in self.table.raw.columns.values()]
            shown = " · ".join(plain(value, self.lang) for value in cells_ if str(value).strip())
            shown = _short(shown)
            quoted = str(catalogue("validators", self.lang)["words"]["quoted"]).format(text=shown)
            if self.tell(HEADER, titled, shown=quoted):
                explained.update(titled)
        for kind, rows, told in crowds:
            if self.tell(kind, rows, **told):
                explained.update(rows)
        return explained

    def _of_another_year(self, without: set[int]) -> set[int]:
        """Tell the rows of another year where nearly all are of it; return their numbers."""
        broken = [one for one in self.problems if one.rule.kind == "date_window" and one.row not in without]
        if len(broken) < _FEWEST:
            return set()
        days = self.table.columns[broken[0].column].astype("datetime64[D]")
        there = ~np.isnat(days)
        years = np.where(there, days.astype("datetime64[Y]").astype(np.int64) + 1970, 0)
        year, count = Counter(years[there].tolist()).most_common(1)[0]
        if year == self.measure.year or count < max(_FEWEST, _MOST * int(there.sum())):
            return set()
        rows = self.table.row_numbers[years == year].tolist()
        known = self.tell(YEAR, rows, shown=str(year), year=str(self.measure.year))
        return set(rows) if known else set()

    def _repeated(self, without: set[int]) -> set[int]:
        """Tell the block of rows that repeats what stands above it, or another sheet; return its numbers."""
        broken = {one.row: one for one in self.problems if one.rule.kind == "duplicate" and one.row not in without}
        if len(broken) < _FEWEST:
            return set()
        numbers = self.table.row_numbers.tolist()
        at = [index for index, number in enumerate(numbers) if number in broken]
        rows = [numbers[index] for index in at]
        if len(rows) == len(numbers):
            original = next(
                (one for one in broken[rows[0]].related if not one.startswith(f"{self.table.sheet.id}!")), ""
            )
            return set(rows) if original and self.tell(TWICE, rows, original=original) else set()
        if at[-1] - at[0] + 1 != len(at):
            return set()
        keys = list(zip(*self.table.raw.columns.values(), strict=True))
        period = at[0] - keys.index(keys[at[0]])
        if not period or any(keys[index] != keys[index - period] for index in at):
            return set()
        column = self.table.raw.layout.columns[self.table.sheet.columns[0].id]
        original = f"{self.table.sheet.id}!{cells.a1(numbers[at[0] - period], column)}"
        return set(rows) if self.tell(TWICE, rows, original=original) else set()


class _Looks:
    """What the cells of some rows look like, column by column in the order of the sheet."""

    def __init__(self, table: Table, at: Sequence[int], year: int) -> None:
        where = table.raw.layout.columns
        self.year = year
        self.columns = sorted(table.sheet.columns, key=lambda column: where[column.id])
        self.count = len(at)
        self.values = [[table.raw.columns[column.id][index] for index in at] for column in self.columns]
        self.filled = [self._each(values, lambda value: bool(str(value).strip())) for values in self.values]
        self.dates = [self._each(values, self._is_date) for values in self.values]
        self.amounts = [self._each(values, self._is_amount) for values in self.values]

    def _each(self, values: Sequence[object], says: Callable[[object], bool]) -> Mask:
        known = {value: says(value) for value in set(values)}
        return np.fromiter((known[value] for value in values), dtype=np.bool_, count=len(values))

    def _is_date(self, value: object) -> bool:
        """Whether a cell is a date that an expense may have, written in any way, or a spreadsheet's number of one."""
        found = value if isinstance(value, dt.date) else clean.date(value, clean.DateStyle("dmy"))
        if found is None or isinstance(value, bool):
            return False
        if isinstance(value, int | float):
            return abs(found.year - self.year) <= 1 and float(value).is_integer()
        return _OLDEST <= found.year <= self.year + 2

    def _is_amount(self, value: object) -> bool:
        """Whether a cell is an amount, even one that a date's format shows as a day long ago."""
        if isinstance(value, dt.date):
            return not _OLDEST <= value.year <= self.year + 2
        if isinstance(value, str):
            return bool(value.strip()) and clean.bare(value.strip()) is not None and not self._is_date(value)
        return isinstance(value, int | float) and not isinstance(value, bool)

    def _fits(self, column: Column, position: int) -> Mask:
        """Return which cells at a position can be those of a column."""
        if column.type is ColumnType.DATE:
            return self.dates[position]
        if column.type in {ColumnType.AMOUNT, ColumnType.NUMBER, ColumnType.COUNT}:
            return self.amounts[position]
        if column.type is ColumnType.NISS:
            return self._each(self.values[position], lambda value: identifiers.niss(value, self.year + 1) is not None)
        labels = {label.casefold() for choice in column.choices for label in (choice.label[lang] for lang in LANGUAGES)}
        return self._each(self.values[position], lambda value: str(value).strip().casefold() in labels)

    def _score(self, shift: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return how many cells of each row fit the column that stands ``shift`` to their left, and how many do not."""
        good, bad = np.zeros(self.count, dtype=np.int64), np.zeros(self.count, dtype=np.int64)
        width = len(self.columns)
        for number, column in enumerate(self.columns):
            position = number + shift
            if not 0 <= position < width:
                continue
            if column.type is ColumnType.TEXT:
                bad += self._each(self.values[position], lambda value: isinstance(value, dt.date))
                continue
            fits = self._fits(column, position)
            good += fits & self.filled[position]
            bad += self.filled[position] & ~fits
        if shift:
            bad += self.filled[0 if shift > 0 else -1]
        return good, bad

    def beside(self, shift: int) -> Mask:
        """Return which rows stand so many columns to the right of their place."""
        good, bad = self._score(shift)
        _, wrong = self._score(0)
        empty = ~self.filled[self._first(ColumnType.DATE)] | ~self.filled[self._first(ColumnType.AMOUNT)]
        found: Mask = (bad == 0) & (good > 1) & ((wrong > 0) | empty)
        return found

    def _first(self, kind: ColumnType) -> int:
        return next((number for number, column in enumerate(self.columns) if column.type is kind), 0)

    def swapped(self) -> Mask:
        """Return the rows whose date stands where the amount belongs, and the other way round."""
        date, amount = self._first(ColumnType.DATE), self._first(ColumnType.AMOUNT)
        return self.dates[amount] & self.amounts[date] & ~self.dates[date] & self.filled[date]

    def foreign(self) -> Mask:
        """Return the rows that are expenses by their cells, whose date stands in a column that has none."""
        date = self._first(ColumnType.DATE)
        dated, paid = np.zeros(self.count, dtype=np.bool_), np.zeros(self.count, dtype=np.bool_)
        for number, column in enumerate(self.columns):
            if column.type is not ColumnType.DATE:
                texts = self._each(self.values[number], lambda value: not isinstance(value, int | float))
                dated |= self.dates[number] & texts
            paid |= self.amounts[number]
        return ~self.dates[date] & dated & paid

    def headers(self, measure: Measure) -> Mask:
        """Return the rows that hold the headings of a ledger."""
        texts = [self._each(values, lambda value: isinstance(value, str)) for values in self.values]
        words = sum((mask.astype(np.int64) for mask in self.filled), np.zeros(self.count, dtype=np.int64))
        only = np.all([text | ~filled for text, filled in zip(texts, self.filled, strict=True)], axis=0)
        possible = np.flatnonzero(only & (words >= _FEWEST)).tolist()
        found = np.zeros(self.count, dtype=np.bool_)
        if not possible:
            return found
        from validators.ledger import words as ledgers  # noqa: PLC0415 - few workbooks need the words of ledgers

        exact = ledgers.names(measure).exact
        known = {text for text, names in exact.items() if any(name.column for name in names)}
        known |= {ledgers.plain(column.label[lang]) for column in self.columns for lang in LANGUAGES}
        for row in possible:
            said = [str(values[row]) for values in self.values if str(values[row]).strip()]
            named = sum(ledgers.plain(text) in known for text in said)
            found[row] = named >= max(_FEWEST, len(said) / 2)
        return found


def _short(text: str) -> str:
    """Return a text as long as any cell is shown."""
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def _ranges(rows: Sequence[int]) -> str:
    """Return row numbers as ranges, the first few."""
    found: list[list[int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1][1] = row
        else:
            found.append([row, row])
    said = [str(first) if first == last else f"{first}-{last}" for first, last in found[:_SHOWN]]
    return ", ".join(said) + (" …" if len(found) > _SHOWN else "")
