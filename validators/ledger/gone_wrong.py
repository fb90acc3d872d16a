"""A paste gone wrong is one sentence.

Rows beside their headings, dates and amounts exchanged, two ledgers in one sheet, last year's ledger, the same one
twice: each is recognised as what it is, with its repair, before a hundred thousand rows complain.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import gcd
from statistics import median

from validators import clean
from validators.ledger import remembered
from validators.ledger.errors import LedgerError, LedgerQuestion
from validators.ledger.mapping import AMOUNT, DATE, NUMBER, Mapping, proposal
from validators.ledger.profile import dense, fits, profile
from validators.ledger.remembered import Confirmed
from validators.ledger.resolve import Resolver
from validators.ledger.rows import Reading
from validators.ledger.sort import Sorted
from validators.ledger.table import Part, Table, line_of
from validators.ledger.words import CREDIT, DEBIT, FALLBACK, OTHER, Names, plain
from workbook_templates.measure import Measure

_MOST, _FEW = 0.8, 0.5
_FEWEST = 3
_TWICE = 6
"""Rows from which a ledger that repeats itself is a paste, and not chance."""
_SHOWN = 5
_MONEY = (AMOUNT, DEBIT, CREDIT)
_FULL = 0.6
"""Share of the usual number of filled cells from which a row is meant to be an expense."""


def headings(resolver: Resolver, measure: Measure) -> None:
    """Refuse a table whose rows stand beside their headings, or whose dates and amounts are exchanged."""
    table = resolver.table
    said = _said(resolver)
    wrong = [column for column, slot in said.items() if slot in resolver.contradicted]
    if DATE not in wrong and not any(name in wrong for name in _MONEY):
        return
    money = next((name for name in _MONEY if name in said), "")
    if DATE in wrong and money in wrong and fits(money, resolver.profiles[said[DATE]], (), measure):
        other = resolver.profiles[said[money]]
        if max(other.dates, other.serials) > _MOST:
            names = remembered.keys(table.titles)
            columns = {names[slot]: column for column, slot in said.items()}
            columns |= {names[said[DATE]]: money, names[said[money]]: DATE}
            raise LedgerQuestion(
                "RU-L23",
                proposal=remembered.write(Confirmed(table.header.fingerprint, columns), {}),
                first=table.titles[said[DATE]],
                second=table.titles[said[money]],
            )
    for shift in (1, -1):
        moved = shifted(table, shift)
        kept = dense(moved.columns)
        good = {
            column
            for column, slot in said.items()
            if fits(
                column,
                profile(moved.columns[slot], measure.year + 1, titles=table.headings(slot), rows=kept),
                moved.columns[slot],
                measure,
            )
        }
        if len(good) >= _MOST * len(said) and len(good) > len(said) - len(wrong) and {DATE, money} <= good:
            try:
                mapping = Resolver(moved, measure).resolve()
            except LedgerError:
                continue
            names = remembered.keys(table.titles)
            columns = {names[one.slot]: one.selects or one.column for one in mapping.guesses if one.header}
            raise LedgerQuestion(
                "RU-L22" if shift > 0 else "RU-L37",
                proposal=remembered.write(Confirmed(table.header.fingerprint, columns, shift=shift), {}),
                first=next(title for title in table.titles if title),
            )


def _said(resolver: Resolver) -> dict[str, int]:
    """Return the columns that headings name, whatever stands below them."""
    found: dict[str, int] = {}
    for slot, candidates in enumerate(resolver.candidates):
        best = max(candidates, key=lambda one: one.rank, default=None)
        if best and best.column != OTHER and best.rank > FALLBACK:
            found.setdefault(best.column, slot)
    return found


def shifted(table: Table, shift: int) -> Table:
    """Return the table with each heading above the column that stands ``shift`` to its right."""
    blank: Sequence[object] = [""] * table.count
    width = len(table.columns)
    columns = tuple(table.columns[at] if 0 <= (at := slot + shift) < width else blank for slot in range(width))
    if shift < 0 and table.parts[0].at[0] + shift >= 0:
        # What stands left of the first heading is no column of the table.
        part = table.parts[0]
        body = part.grid.rows[part.first : part.first + part.count]
        if len(table.parts) == 1:
            columns = ([row[part.at[0] + shift] for row in body], *columns[1:])
    return replace(table, columns=columns)


def rows(table: Table, columns: Mapping, reading: Reading, names: Names) -> None:  # noqa: C901 - one mark after another
    """Refuse rows that stand beside their headings, and rows of another ledger."""
    _second_header(table, reading, names)
    money = [columns.at[name] for name in _MONEY if name in columns.at]
    if DATE not in columns.at or not money:
        return
    date = columns.at[DATE]
    dated = [row for row in range(table.count) if reading.dates[row] is not None and reading.cents[row] is not None]
    if not dated:
        return
    usual = median(_filled(table, row) for row in dated[:: max(1, len(dated) // 200)])
    beside: dict[int, list[int]] = {1: [], -1: []}
    foreign: list[int] = []
    for row in range(table.count):
        if reading.cents[row] is not None and (reading.dates[row] is not None or row not in reading.bad):
            continue
        if _filled(table, row) < max(_FEWEST, _FULL * usual):
            continue
        shift = next(
            (by for by in (1, -1) if _fits_beside(table, row, date, money, by, dated=reading.dates[row] is not None)), 0
        )
        if shift:
            beside[shift].append(row)
        elif reading.dates[row] is None and _looks_like_expense(table, row):
            foreign.append(row)
    for by, found in beside.items():
        if found:
            code = "RU-L24" if by > 0 else "RU-L38"
            raise LedgerError(code, count=len(found), rows=table.lines(found, _SHOWN))
    if foreign:
        raise LedgerError("RU-L28", row=table.line(foreign[0]), count=len(foreign))


def _filled(table: Table, row: int) -> int:
    return sum(str(column[row]).strip() != "" for column in table.columns)


def _fits_beside(table: Table, row: int, date: int, money: Sequence[int], by: int, *, dated: bool) -> bool:
    """Whether a row's date and amount, or of a dated row the amount alone, stand one column beside their place."""
    width = len(table.columns)
    amount = any(0 <= slot + by < width and _is_amount(table.columns[slot + by][row]) for slot in money)
    taken = any(slot + by in money for slot in money)
    if dated:
        there = [value for slot in money if str(value := table.columns[slot][row]).strip()]
        return amount and not taken and bool(there) and not any(map(_is_amount, there))
    return amount and 0 <= date + by < width and _is_date(table.columns[date + by][row])


def _is_amount(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip()) and clean.bare(value.strip()) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_date(value: object) -> bool:
    if isinstance(value, dt.date):
        return True
    return isinstance(value, str) and bool(value.strip()) and clean.date(value, clean.DateStyle("dmy")) is not None


def _looks_like_expense(table: Table, row: int) -> bool:
    cells = [column[row] for column in table.columns]
    return any(map(_is_date, cells)) and any(_is_amount(value) and not _is_date(value) for value in cells)


def _second_header(table: Table, reading: Reading, names: Names) -> None:
    """Refuse a table below which another one begins, with other headings or the same in another order."""
    lines = {line for part in table.parts for line in part.header.lines}
    for row in range(table.count):
        if reading.cents[row] is not None or reading.dates[row] is not None:
            continue
        cells = [value for value in table.row(row) if value != ""]
        if len(cells) <= _FEWEST or any(not isinstance(value, str) for value in cells):
            continue
        line = line_of(table.row(row))
        known = {name.column for text in line if text for name in names.exact.get(text, ())} - {OTHER}
        filled = sum(map(bool, line))
        repeated = any(
            sum(text == title for text, title in zip(line, titles, strict=False) if text) >= filled / 2
            for titles in lines
        )
        if len(known) > _FEWEST and len(known) >= filled / 2 and not repeated:
            raise LedgerError("RU-L28", row=table.line(row), count=table.count - row)


def year(table: Table, reading: Reading, data: Sequence[int], measure: Measure) -> None:
    """Refuse a ledger, or a sheet of it, of another year."""
    for part, rows_ in _by_part(table, data):
        years: Counter[int] = Counter()
        for date, count in Counter([reading.dates[row] for row in rows_]).items():
            years[date.year if date else 0] += count
        del years[0]
        if not years:
            continue
        name = part.grid.name
        found, count = years.most_common(1)[0]
        if found != measure.year and count >= _FEWEST and count >= _MOST * years.total():
            raise LedgerError("RU-L27", sheet=name, found=found, wanted=measure.year, count=count)


def twice(table: Table, columns: Mapping, rows_: Sorted) -> None:
    """Refuse a ledger that was pasted several times, or a sheet whose rows another sheet has too."""
    if NUMBER not in columns.at and DATE not in columns.at:
        return
    slots = sorted({slot for name, slot in columns.at.items()})
    if len(table.parts) == 1 and any(_times([table.columns[slot][row] for row in rows_.data]) == 1 for slot in slots):
        return
    keys = list(zip(*([_folded(table.columns[slot][row]) for row in rows_.data] for slot in slots), strict=True))
    counts = Counter(keys)
    times = _times(keys)
    if times > 1 and len(keys) >= _TWICE and len(counts) >= _FEWEST:
        again = rows_.data[len(keys) // times]
        raise LedgerError("RU-L25", times=times, row=table.line(again), count=len(keys) // times)
    if len(table.parts) < 2:  # noqa: PLR2004 - one sheet alone
        return
    known = dict(zip(rows_.data, keys, strict=True))
    by_part = {part.grid.name: Counter(known[row] for row in own) for part, own in _by_part(table, rows_.data)}
    for name, own in by_part.items():
        for other, theirs in by_part.items():
            if name != other and own.total() >= _FEWEST and own <= theirs:
                raise LedgerError("RU-L26", first=name, second=other, count=own.total())


def _times(keys: Sequence[object]) -> int:
    """Return how many times all of a list stands there."""
    return gcd(*Counter(keys).values()) if keys else 1


def _by_part(table: Table, rows_: Sequence[int]) -> Iterator[tuple[Part, Sequence[int]]]:
    """Yield each part that has some of the rows, which are in order, and these."""
    cuts = [bisect_left(rows_, start) for start in (*table.starts[1:], table.count)]
    for part, first, end in zip(table.parts, [0, *cuts], cuts, strict=False):
        if end > first:
            yield part, rows_[first:end]


def _folded(value: object) -> object:
    return plain(value) if isinstance(value, str) else value


def signs(table: Table, columns: Mapping, reading: Reading, data: Sequence[int]) -> None:
    """Ask whether expenses are the negative amounts, where nearly all are negative."""
    amounts = [cents for row in data if (cents := reading.cents[row])]
    negative = sum(cents < 0 for cents in amounts)
    if len(amounts) >= _FEWEST and negative >= _MOST * len(amounts):
        raise LedgerQuestion("RU-L29", proposal=proposal(table, columns, negate=True), count=negative, all=len(amounts))
