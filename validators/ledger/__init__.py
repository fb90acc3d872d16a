"""Ledgers: any centre's export into typed rows, with every repair told and a balance that proves nothing was lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from validators.identifiers import mask
from validators.ledger.errors import LedgerError
from validators.ledger.mapping import Guess, find_header
from validators.ledger.read import read
from validators.ledger.sort import SetAside, sort_rows
from validators.ledger.values import Repair, Rows, amounts_of, route, typed_rows
from workbook_templates.measure import Measure

__all__ = ["Balance", "Import", "LedgerError", "import_ledger", "to_json"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where in the file the ledger stood."""

    sheet: str
    header_row: int
    """1-based."""
    rows_in_sheet: int
    data_rows: int


@dataclass(frozen=True, slots=True)
class Balance:
    """Cents in the ledger against cents taken over and set aside."""

    ledger_cents: int
    imported_cents: int
    set_aside_cents: int

    @property
    def difference_cents(self) -> int:
        """What is missing; an import with any difference is refused."""
        return self.ledger_cents - self.imported_cents - self.set_aside_cents


@dataclass(frozen=True, slots=True)
class Import:
    """What a ledger holds for a report."""

    ledger: Source
    mapping: tuple[Guess, ...]
    rows: Rows
    """Sheet id to column id to typed values, as ``workbook_templates.parts.append_rows`` takes them."""
    set_aside: tuple[SetAside, ...]
    repairs: tuple[Repair, ...]
    balance: Balance
    notes: tuple[tuple[str, dict[str, str]], ...]
    """What else the user must know: kind of note and its parameters."""


def import_ledger(data: bytes, name: str, measure: Measure, *, sheet_id: str | None, workbook_lang: str) -> Import:
    """Return what a ledger holds for the expense sheets of ``measure``.

    ``sheet_id`` sends every row to one sheet; without it a column of the ledger may name the sheet, and otherwise all
    rows go to the first. LedgerError where something would have to be guessed, or where cents would get lost.
    """
    header = find_header(read(data, name), measure)
    amounts, ledger_cents, repairs = amounts_of(header)
    sorted_rows = sort_rows(header, amounts)
    if not sorted_rows.data:
        raise LedgerError("RU-L07")
    by_sheet, notes = route(header, sorted_rows.data, measure, sheet_id)
    rows, more = typed_rows(header, sorted_rows, by_sheet, amounts, measure, workbook_lang)
    notes += [
        ("doubtful", {"row": str(row), "found": str(found), "expected": str(expected)})
        for row, found, expected in sorted_rows.doubtful
    ]
    imported = sum(
        sum(cents for cents in columns["total_amount"] if isinstance(cents, int)) for columns in rows.values()
    )
    balance = Balance(ledger_cents, imported, sum(entry.cents for entry in sorted_rows.set_aside))
    if balance.difference_cents:
        raise LedgerError("RU-L10", difference=balance.difference_cents)
    return Import(
        ledger=Source(header.grid.name, header.row + 1, len(header.grid.rows), len(sorted_rows.data)),
        mapping=tuple(guess for guess in header.guesses if guess.header),
        rows=rows,
        set_aside=sorted_rows.set_aside,
        repairs=tuple(sorted((*repairs_of(repairs, sorted_rows.data), *more), key=lambda repair: repair.row)),
        balance=balance,
        notes=tuple(notes),
    )


def repairs_of(repairs: tuple[Repair, ...], data: tuple[int, ...]) -> list[Repair]:
    """Return the repairs of rows that were taken over."""
    taken = {index + 1 for index in data}
    return [repair for repair in repairs if repair.row in taken]


def to_json(imported: Import) -> dict[str, Any]:
    """Return an import in the published shape of ``import --json``; money in cents, no NISS."""
    source, balance = imported.ledger, imported.balance
    return {
        "ledger": {
            "sheet": source.sheet,
            "header_row": source.header_row,
            "rows_in_sheet": source.rows_in_sheet,
            "data_rows": source.data_rows,
        },
        "mapping": [
            {"header": mask(guess.header), "column": guess.column or None, "how": guess.how or None,
             "confidence": guess.confidence}
            for guess in imported.mapping
        ],
        "imported": {
            "rows": source.data_rows,
            "cents": balance.imported_cents,
            "sheets": {sheet: len(columns["total_amount"]) for sheet, columns in imported.rows.items()},
        },
        "set_aside": [{"row": entry.row, "reason": entry.reason, "cents": entry.cents} for entry in imported.set_aside],
        "repairs": [
            {"kind": kind, "count": count}
            for kind, count in Counter(repair.kind for repair in imported.repairs).most_common()
        ],
        "notes": [{"kind": kind, **params} for kind, params in imported.notes],
        "balance": {
            "ledger_cents": balance.ledger_cents,
            "imported_cents": balance.imported_cents,
            "set_aside_cents": balance.set_aside_cents,
            "difference_cents": balance.difference_cents,
        },
    }  # fmt: skip
