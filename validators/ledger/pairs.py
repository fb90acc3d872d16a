"""Reversals: a credit and the expense that it cancels, shown as a pair. Both stay, and come to nothing together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from validators.ledger.mapping import LABEL, NUMBER, PAYEE, Mapping
from validators.ledger.rows import Reading
from validators.ledger.table import Table
from validators.ledger.words import FAMILY, plain


class Reversal(NamedTuple):
    """A credit and what it cancels."""

    credit: int
    """0-based row of the table."""
    expense: int
    """The same."""
    cents: int
    """Of the credit."""


def reversals(table: Table, columns: Mapping, reading: Reading, data: Sequence[int]) -> Iterator[Reversal]:
    """Yield each negative row with the nearest expense of the same size that it can cancel, the one above first.

    They must agree on the payee, the document or the description, as far as the ledger has these; an expense is
    cancelled once.
    """
    negative = [row for row in data if (reading.cents[row] or 0) < 0]
    if not negative:
        return
    sizes = {-(reading.cents[row] or 0) for row in negative}
    candidates: dict[int, list[int]] = {}
    for row in data:
        cents = reading.cents[row] or 0
        if cents in sizes:
            candidates.setdefault(cents, []).append(row)
    slots = [columns.at[name] for name in (PAYEE, NUMBER, LABEL) if name in columns.at]
    article = columns.at.get(FAMILY[0])
    used: set[int] = set()
    for row in negative:
        open_rows = [one for one in candidates.get(-(reading.cents[row] or 0), ()) if one not in used]
        fitting = [one for one in open_rows if _agree(table, slots, article, row, one)]
        if fitting:
            best = min(fitting, key=lambda one: (one > row, abs(one - row)))
            used.add(best)
            yield Reversal(row, best, reading.cents[row] or 0)


def _agree(table: Table, slots: Sequence[int], article: int | None, row: int, other: int) -> bool:
    if article is not None and table.columns[article][row] != table.columns[article][other]:
        return False
    texts = [(plain(str(table.columns[slot][row])), plain(str(table.columns[slot][other]))) for slot in slots]
    return not texts or any(one and (one == two or one.endswith(f" {two}")) for one, two in texts if two)
