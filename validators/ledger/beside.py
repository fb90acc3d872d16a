"""Rows whose cells are not under their headings: shifted by one, date and amount exchanged, or of another ledger.

A row that is not plainly an expense is compared with what usually stands in each column: one that is likelier a column
further on was shifted; one that fits nowhere, though it has a date and an amount, is not this ledger's.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from math import log
from operator import and_, or_

from validators import clean
from validators.ledger.errors import LedgerError
from validators.ledger.mapping import DATE, MONEY, Mapping
from validators.ledger.rows import Reading
from validators.ledger.said import reason_of
from validators.ledger.table import Table, line_of
from validators.ledger.words import OTHER, Names, plain

_SAMPLE = 300
"""Expenses of which it is known what usually stands in each column."""
_SHOWN = 5
_FEWEST = 4
"""Cells from which a row says enough to be an expense."""
_SURE = 4.0
"""By how much a row must be likelier one column further on, as a natural logarithm."""
_RARE = 0.02
"""Share of the expenses below which something never stands in a column."""
_WORDS = re.compile(r"[^\W\d_]{3}")
_RIGHT, _LEFT, _EXCHANGED, _FOREIGN = _CODES = ("RU-L24", "RU-L38", "RU-L40", "RU-L28")
_SUMS, _DAYS = {"cents", "whole", "serial"}, {"date", "serial"}
_RUNS = re.compile(r"(\d)\d*|([^\W\d_])[^\W\d_]*")
_ENDS, _ENOUGH, _OTHER_COLUMNS = 40, 2, 3
"""Rows at each end that are looked at; those, and the columns, that tell another ledger."""
_DECIMALS = re.compile(r"[.,]\d{1,2}\D*$")

Kind = str
"""What a cell looks like: ``date``, ``serial``, ``cents``, ``whole``, ``code``, ``text``, or empty."""


def kind(value: object) -> Kind:
    """Return what a cell looks like, whatever column it stands in."""
    if isinstance(value, str):
        return _written(value.strip())
    if isinstance(value, dt.date):
        return "date"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "text"
    return "cents" if value != int(value) else "serial" if clean.date(value, clean.DateStyle("dmy")) else "whole"


@cache
def _written(text: str) -> Kind:
    if not text:
        return ""
    if text.isdecimal():
        found = clean.date(text, clean.DateStyle("dmy"))
        return "whole" if not found else "serial" if len(text) == len(str(clean.SERIALS[0])) else "date"
    if any(clean.date(text, clean.DateStyle(order)) for order in ("dmy", "mdy")):
        return "date"
    if clean.bare(text):
        return "cents" if _DECIMALS.search(text) else "whole"
    return "text" if _WORDS.search(text) or not any(map(str.isdigit, text)) else "code"


def rows(table: Table, columns: Mapping, reading: Reading, names: Names) -> None:
    """Refuse rows that stand beside their headings, and rows of another ledger."""
    _second_header(table, reading, names)
    money = [columns.at[name] for name in MONEY if name in columns.at]
    _above(table, names, columns.at.get(DATE, -1), money)
    counted = [row for row in range(table.count) if reading.cents[row] is not None]
    if DATE not in columns.at:
        _pasted_over(table, [row for row in counted if sum(map(bool, table.row(row))) >= _FEWEST])
        return
    dated = [row for row in counted if reading.dates[row] is not None]
    if dated and money:
        _Usual(table, columns.at[DATE], money, dated).judge(reading)
        _pasted_over(table, dated)


class _Usual:
    """What usually stands in each column of a ledger's expenses."""

    def __init__(self, table: Table, date: int, money: Sequence[int], dated: Sequence[int]) -> None:
        self.table, self.date, self.money = table, date, money
        sample = dated[:: max(1, len(dated) // _SAMPLE)]
        self.count = len(sample)
        self.seen = [Counter(kind(column[row]) for row in sample) for column in table.columns]
        self.judged: dict[tuple[tuple[Kind, ...], tuple[Kind, ...]], str] = {}

    def judge(self, reading: Reading) -> None:
        """Refuse the rows that are beside their columns."""
        found: dict[str, list[int]] = {code: [] for code in _CODES}
        for row in range(self.table.count):
            if reading.dates[row] is not None and reading.cents[row] is not None and row not in reading.bad:
                continue
            kinds = self._before(row), tuple(kind(column[row]) for column in self.table.columns)
            if kinds not in self.judged:
                self.judged[kinds] = self._judge(*kinds)
            code = self.judged[kinds]
            if code and not (code == _FOREIGN and self._is_sum(row)):
                found[code].append(row)
        for code, rows_ in found.items():
            if rows_ and code == _FOREIGN:
                raise LedgerError(code, row=self.table.lines(rows_[:1]), count=len(rows_))
            if rows_:
                raise LedgerError(code, count=len(rows_), rows=self.table.lines(rows_, _SHOWN))

    def _before(self, row: int) -> tuple[Kind, ...]:
        """Return what stands left of the table's first column."""
        part, index = self.table.part_of(row)
        return tuple(map(kind, part.grid.rows[index][: max(0, part.at[0])]))

    def _is_sum(self, row: int) -> bool:
        """Whether a row with few cells has a word of sums; suppliers may be called "Total"."""
        if sum(column[row] != "" for column in self.table.columns) > _FEWEST:
            return False
        return any(reason_of(plain(value)) for value in self.table.row(row) if isinstance(value, str))

    def _judge(self, before: Sequence[Kind], kinds: Sequence[Kind]) -> str:
        """Return the code of what is wrong with a row whose cells look like this; empty for nothing."""
        filled, there = sum(map(bool, (*before, *kinds))), {*before, *kinds}
        if filled < _FEWEST or not there & _SUMS or not there & _DAYS:
            return ""
        here = self._likely(kinds)
        moves = {
            _RIGHT: (*kinds[1:], ""),
            _LEFT: ("", *before, *kinds)[len(before) : -1],
            _EXCHANGED: self._exchanged(kinds),
        }
        for code, moved in moves.items():
            fits = moved[self.date] in _DAYS and any(moved[slot] in _SUMS for slot in self.money)
            if fits and self._likely(moved) - here > _SURE:
                return code
        strange = [bool(one) and seen[one] <= _RARE * self.count for one, seen in zip(kinds, self.seen, strict=True)]
        elsewhere = "date" in (*before, *kinds[: self.date], *kinds[self.date + 1 :])
        lost = not any(kinds[slot] in _SUMS for slot in self.money) and any(
            odd and one == "cents" for odd, one in zip(strange, kinds, strict=True)
        )
        # A date left of the table, and something else where dates stand.
        left = "date" in before and strange[self.date]
        return _FOREIGN if lost or left or (elsewhere and 2 * (sum(strange) + sum(map(bool, before))) >= filled) else ""

    def _likely(self, kinds: Sequence[Kind]) -> float:
        """Return the natural logarithm of how likely an expense looks like this."""
        return sum(log((seen[one] + 0.5) / (self.count + 3)) for one, seen in zip(kinds, self.seen, strict=True))

    def _exchanged(self, kinds: Sequence[Kind]) -> list[Kind]:
        """Return a row with its date and its first amount exchanged."""
        moved = list(kinds)
        slot = next((slot for slot in self.money if kinds[slot] in _DAYS), self.date)
        moved[self.date], moved[slot] = kinds[slot], kinds[self.date]
        return moved


def _shape(value: object) -> str:
    """Return what a cell looks like, codes by their separators: 2025/00001 is none of 831/333-01."""
    found = kind(value)
    if found != "code":
        return "number" if found in _SUMS else found
    return _RUNS.sub(lambda run: "9" if run[1] else "A", str(value).strip())


def _pasted_over(table: Table, dated: Sequence[int]) -> None:
    """Refuse expenses from a row on which something else stands in several columns than in all rows above it.

    Their dates and amounts may stand in the very columns of the others. Looked at are the ends and a sample.
    """
    if len(dated) < _ENOUGH:
        return
    step = max(1, len(dated) // _SAMPLE)
    sample = sorted({*dated[:_ENDS], *dated[::step], *dated[-_ENDS:]})
    known: dict[str, int] = {"": 0}
    bits = [[known.setdefault(_shape(column[row]), 1 << len(known)) for row in sample] for column in table.columns]
    above = [list(accumulate(column, or_)) for column in bits]
    below = [list(accumulate(reversed(column), or_))[::-1] for column in bits]
    full = [list(accumulate(map(bool, reversed(column)), and_))[::-1] for column in bits]
    nameless = [not title for title in table.titles]
    for at in range(_ENOUGH, len(sample) - _ENOUGH + 1):
        other = sum(
            # What has no heading, and begins here, is another ledger's too.
            (bare and filled[at] if not a[at - 1] else bool(b[at]) and not a[at - 1] & b[at])
            for a, b, filled, bare in zip(above, below, full, nameless, strict=True)
        )
        if other >= _OTHER_COLUMNS:
            count = len(dated) - bisect_left(dated, sample[at])
            raise LedgerError(_FOREIGN, row=table.lines(sample[at : at + 1]), count=count)


def _second_header(table: Table, reading: Reading, names: Names) -> None:
    """Refuse a table below which another one begins, with other headings or the same in another order."""
    lines = {line for part in table.parts for line in part.header.lines}
    for row in range(table.count):
        if reading.cents[row] is not None or reading.dates[row] is not None:
            continue
        line = _headings(table.row(row), names)
        repeated = any(
            sum(text == title for text, title in zip(line, titles, strict=False) if text) >= sum(map(bool, line)) / 2
            for titles in lines
        )
        if line and not repeated:
            raise LedgerError(_FOREIGN, row=table.lines([row]), count=table.count - row)


def _above(table: Table, names: Names, date: int, money: Sequence[int]) -> None:
    """Refuse a table above which another one stands: headings of its own, or rows with dates and amounts."""
    for part in table.parts:
        headed, dated = False, 0
        for row in part.grid.rows[: part.header.first]:
            kinds = [kind(value) for value in row]
            full = sum(map(bool, kinds)) >= _FEWEST
            dated += full and bool({*kinds} & _DAYS) and bool({*kinds} & _SUMS)
            # Headings, or date and amount where they stand below as well.
            below = date >= 0 and kinds[part.at[date]] in _DAYS and any(kinds[part.at[one]] in _SUMS for one in money)
            headed = headed or bool(_headings(row, names)) or (full and below)
        if dated and (headed or dated > _FEWEST):
            count = sum(any(row) for row in part.grid.rows[part.header.last + 1 :])
            raise LedgerError(_FOREIGN, row=part.header.first + 1, count=count)


def _headings(row: Sequence[object], names: Names) -> tuple[str, ...]:
    """Return a row in plain form if it is a line of headings, most of them known; else nothing."""
    cells = [value for value in row if value != ""]
    if len(cells) < _FEWEST or any(not isinstance(value, str) for value in cells):
        return ()
    line = line_of(row)
    known = {name.column for text in line if text for name in names.exact.get(text, ())} - {OTHER}
    return line if len(known) >= _FEWEST and len(known) >= sum(map(bool, line)) / 2 else ()
