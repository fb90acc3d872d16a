"""What each column of a ledger was taken for, as a person confirmed it or as it is proposed to one.

What is equal is asked, never guessed. What the centre answered once stands in its mapping file.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from validators.ledger import remembered
from validators.ledger.errors import LedgerError
from validators.ledger.remembered import OPEN, Confirmed
from validators.ledger.table import Table
from validators.ledger.words import (
    BALANCE,
    CREDIT,
    DEBIT,
    FAMILY,
    OTHER,
    SHEET,
    SIDE,
)
from workbook_templates.measure import Measure

AMOUNT, DATE, NUMBER, LABEL, PAYEE = "total_amount", "date", "document_number", "label", "payee"
MONEY = (AMOUNT, DEBIT, CREDIT)
"""Columns that a row's cents may stand in."""
OWN = (SHEET, DEBIT, CREDIT, SIDE, BALANCE)
"""Columns of a ledger that a report does not have."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What one heading was taken for."""

    header: str
    slot: int
    """0-based column of the table."""
    column: str
    """Column id, one of the ledger's own columns, or empty where it is not taken over."""
    how: str
    """``exact``, ``synonym``, ``similar``, ``content``, ``title`` (a line above the table), ``confirmed``, or empty."""
    confidence: int
    """0 to 100."""
    selects: str = ""
    """What rows may be selected by in this column, beside what it is taken over as."""


@dataclass(slots=True)
class Mapping:
    """The columns of a ledger by what they are."""

    guesses: list[Guess]
    contradicted: tuple[int, ...] = ()
    """Columns whose cells cannot be what their headings say."""
    at: dict[str, int] = field(default_factory=dict)
    """Column id, own column or selector to its slot."""

    def __post_init__(self) -> None:
        for guess in self.guesses:
            for name in (guess.column, guess.selects):
                if name:
                    self.at.setdefault(name, guess.slot)


def confirmed(table: Table, decided: Confirmed, measure: Measure) -> Mapping:
    """Return the mapping that the centre decided; LedgerError where it is not complete or names what is not there."""
    known = {column.id for sheet in measure.ledger_sheets for column in sheet.columns} | {*OWN, *FAMILY, OTHER}
    names = remembered.keys(table.titles)
    for title, column in decided.columns.items():
        if column == OPEN:
            raise LedgerError("RU-L31", heading=title)
        if column not in known:
            raise LedgerError("RU-L32", heading=title, found=column, known=", ".join(sorted(known - {OTHER})))
        if column and list(decided.columns.values()).count(column) > 1:
            raise LedgerError("RU-L33", column=column)
    guesses = []
    family = [name for name in FAMILY if name in decided.columns.values()]
    for slot, name in enumerate(names):
        column = decided.columns.get(name, OTHER)
        selects = column if column in FAMILY else ""
        if selects:
            column = FAMILY[0] if selects == family[0] else OTHER
        guesses.append(Guess(table.titles[slot], slot, column, "confirmed" if column or selects else "", 100, selects))
    mapping = Mapping(guesses)
    if AMOUNT not in mapping.at and DEBIT not in mapping.at:
        raise LedgerError("RU-L05", headers=", ".join(title for title in table.titles if title))
    return mapping


def proposal(
    table: Table, columns: Mapping, *, swap_dates: bool = False, negate: bool = False, whole: bool = False
) -> str:
    """Return a mapping as an entry for the centre's mapping file."""
    names = remembered.keys(table.titles)
    decided = {names[one.slot]: one.selects or one.column for one in columns.guesses if one.header or one.column}
    entry = Confirmed(table.header.fingerprint, decided, swap_dates=swap_dates, negate=negate, whole=whole)
    return remembered.write(entry, {})
