"""The two columns that every row is judged by: its date and its cents, each read by the column's own style."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from validators import clean
from validators.ledger import evidence
from validators.ledger.errors import LedgerError, LedgerQuestion
from validators.ledger.mapping import AMOUNT, DATE, proposal
from validators.ledger.mapping import Mapping as Columns
from validators.ledger.profile import credit_notes
from validators.ledger.table import Table
from validators.ledger.words import CREDIT, DEBIT, SIDE, plain, vocabulary

_DAMAGE = 3
"""Rows on each side that prove a damaged column, and not a few slips."""
_NOON = 12


@dataclass(slots=True)
class Repairs:
    """Cells of one column that were understood rather than copied; parallel lists."""

    column: str
    slot: int
    """0-based column of the table; -1 where the ledger has none."""
    kind: str
    rows: list[int]
    before: list[object]
    after: list[object]


@dataclass(slots=True)
class Reading:
    """Dates and amounts of a table's rows."""

    dates: list[dt.date | None]
    cents: list[int | None]
    """Debit less credit, or the amount; None where the row shows none."""
    bad: dict[int, int]
    """Row to slot of an amount that cannot be read."""
    both: list[int]
    """Rows with an amount in two columns, such as a debit and a credit."""
    repairs: list[Repairs]
    notes: list[tuple[str, dict[str, str]]]
    """What was decided from a whole column without proof."""
    decimals: dict[str, str]
    """Heading of an amount column of a text to its decimal mark, which the whole column tells."""

    @property
    def total(self) -> int:
        """Sum of every row that shows an amount, whatever the row turns out to be: the balance is held against it."""
        return sum(cents for cents in self.cents if cents is not None)


def read(table: Table, columns: Columns, *, swap_dates: bool, negate: bool) -> Reading:
    """Return dates and cents; LedgerError where a column contradicts itself."""
    reading = Reading([None] * table.count, [None] * table.count, {}, [], [], [], {})
    if DATE in columns.at:
        reading.dates = _dates(table, columns, reading, swap=swap_dates)
    _amounts(table, columns, reading, negate=negate)
    return reading


def is_text(table: Table) -> bool:
    """Whether a ledger is a text, in which every amount and date is written as one."""
    return all(part.grid.text for part in table.parts)


def _dates(table: Table, columns: Columns, reading: Reading, *, swap: bool) -> list[dt.date | None]:
    slot = columns.at[DATE]
    values = table.columns[slot]
    different = table.different(slot)
    title = table.titles[slot]
    style = clean.date_style([value for value in different if isinstance(value, str)])
    if style.order is None:
        raise LedgerError("RU-L11", heading=title)
    known: dict[object, dt.date | None] = {value: clean.date(value, style) for value in different}
    if swap:
        known |= {value: _swapped(value) or known[value] for value in different if isinstance(value, dt.date)}
    elif damaged(values, known):
        raise LedgerQuestion("RU-L12", proposal=proposal(table, columns, swap_dates=True), heading=title)
    if not style.proven:
        reading.notes.append(("day_first", {"heading": title}))
    elif style.order == "mdy":
        late = next((value for value in values if isinstance(value, str) and _late(value, known)), "")
        reading.notes.append(("month_first", {"heading": title, "example": str(late).strip()}))
    read = list(map(known.get, values))
    if not is_text(table):
        for kind, wanted in (("date_text", str), ("date_serial", (int, float))):
            rows = [row for row, value in enumerate(values) if isinstance(value, wanted) and read[row]]
            if rows:
                reading.repairs.append(
                    Repairs(DATE, slot, kind, rows, [values[row] for row in rows], [read[row] for row in rows])
                )
    if swap:
        rows = [row for row, value in enumerate(values) if isinstance(value, dt.date) and read[row] != _day(value)]
        reading.repairs.append(
            Repairs(DATE, slot, "date_swapped", rows, [values[r] for r in rows], [read[r] for r in rows])
        )
    return read


def _late(text: str, known: Mapping[object, dt.date | None]) -> bool:
    """Whether a date's day cannot be a month, so that its place is proven."""
    day = known.get(text)
    return day is not None and day.day > _NOON


def _day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _swapped(value: object) -> dt.date | None:
    if not isinstance(value, dt.date) or value.day > _NOON:
        return None
    return dt.date(value.year, value.day, value.month)


def damaged(values: Sequence[object], known: Mapping[object, dt.date | None]) -> bool:
    """Whether a foreign locale damaged a column: days up to 12 were taken for months, in all or in part of it.

    Either the days beyond 12 stayed texts, or a column in order of date falls out of order at real dates that fall into
    place with day and month exchanged.
    """
    real = [value for value in values if isinstance(value, dt.date)]
    texts = [found for value in values if isinstance(value, str) and len(found := value.strip().split("/")) == _DAMAGE]
    late = [found for found in texts if found[0].isdecimal() and int(found[0]) > _NOON]
    if len(real) >= _DAMAGE <= len(late) and len(late) == len(texts) and all(one.day <= _NOON for one in real):
        return True
    days = [day for value in values if (day := known.get(value))]
    steps = [later >= earlier for earlier, later in pairwise(days)]
    if len(real) < _NOON or len(set(days)) < _NOON or sum(steps) < len(steps) / 2 or all(steps):
        return False
    # Walk along: a day before the last good one, or far behind the next, that fits when turned round.
    turned, last = 0, days[0]
    for position, day in enumerate(days[1:], start=1):
        following = days[position + 1] if position + 1 < len(days) else None
        if day >= last and (following is None or day <= following or following < last):
            last = day
            continue
        other = _swapped(day)
        if other and other != day and other >= last and (following is None or other <= following or following < last):
            turned, last = turned + 1, other
        else:
            return False
    return turned >= _DAMAGE


def _amounts(table: Table, columns: Columns, reading: Reading, *, negate: bool) -> None:
    turned = -1 if negate else 1
    signs = {AMOUNT if AMOUNT in columns.at else DEBIT: turned, CREDIT: -turned}
    slots = {columns.at[name]: sign for name, sign in signs.items() if name in columns.at}
    styles = {
        slot: clean.amount_style(value for value in table.different(slot) if isinstance(value, str)) for slot in slots
    }
    shared = {style.decimal for style in styles.values() if style.decimal}
    sides = _sides(table, columns)
    for slot, sign in slots.items():
        style = styles[slot]
        if style.decimal is None and not style.conflict and len(shared) == 1:
            # The other half of the amounts, written by the same program, tells what a point is.
            style = replace(style, decimal=next(iter(shared)))
        turns = [sign * side for side in sides] or [sign] * table.count
        _add_column(table, slot, style, turns, reading, turned="amount_negated" if negate else "amount_side")
        if is_text(table) and style.decimal:
            reading.decimals[table.titles[slot]] = style.decimal


def _add_column(
    table: Table, slot: int, style: clean.AmountStyle, turns: Sequence[int], reading: Reading, *, turned: str
) -> None:
    """Add the cents of a column to those of each row; a row whose sign ``turns`` is a repair of the kind ``turned``."""
    values, text = table.columns[slot], is_text(table)
    known = {value: clean.cents(value, style) for value in table.different(slot) if not isinstance(value, bool)}
    told: dict[str, Repairs] = {}
    for row, (value, cents, turn) in enumerate(zip(values, map(known.get, values), turns, strict=True)):
        kind = ""
        if value.__class__ is not float or cents is None:
            if not str(value).strip():
                continue
            if cents is None or value.__class__ is bool:
                if not _is_word(value, table.titles[slot]):
                    reading.bad[row] = slot
                continue
            if value.__class__ is str and ((found := _kind(str(value))) == "amount_sign" or not text):
                kind = found
        before = reading.cents[row]
        if before and cents:
            reading.both.append(row)
        reading.cents[row] = turn * cents if before is None else before + turn * cents
        kind = turned if turn < 0 and cents else kind
        if kind:
            repair = told.setdefault(kind, Repairs(AMOUNT, slot, kind, [], [], []))
            repair.rows.append(row)
            repair.before.append(value)
            repair.after.append(turn * cents)
    reading.repairs += told.values()


def _is_word(value: object, title: str) -> bool:
    """Whether a text in the amount column is a word (a heading over several columns), and no damaged amount."""
    return isinstance(value, str) and (not any(map(str.isdigit, value)) or plain(value) == plain(title))


def _kind(text: str) -> str:
    read = clean.bare(text)
    return "amount_sign" if read and read[1] and not text.strip().startswith(("-", "\u2212")) else "amount_text"


def _sides(table: Table, columns: Columns) -> list[int]:
    """Return 1 for each row on the debit side, -1 on the credit side; nothing where the ledger does not tell."""
    if SIDE not in columns.at or AMOUNT not in columns.at:
        return []
    values, different = table.columns[columns.at[SIDE]], table.different(columns.at[SIDE])
    credit, notes = vocabulary()["sides"]["credit"], credit_notes(different)
    known = {
        value: -1 if str(value).strip() in credit or plain(str(value)) in {*credit, *notes} else 1
        for value in set(values)
    }
    sides = [known[value] for value in values]
    amounts = evidence.cents_of(table.columns[columns.at[AMOUNT]])
    signed = Counter(
        (side, cents > 0) for side, cents in zip(sides, np.nan_to_num(amounts).tolist(), strict=True) if cents
    )
    # Where credits are negative already, the side only says so once more.
    already = signed[-1, False] > signed[-1, True] if notes else signed.keys() <= {(1, True), (-1, False)}
    # And where the invoices are, the program counts what the centre owes.
    owed = bool(notes) and signed[1, False] > signed[1, True]
    return [] if owed or (already and signed[-1, False]) else sides
