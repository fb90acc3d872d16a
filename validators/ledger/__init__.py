"""Ledgers: any centre's export into typed rows, with every repair told and a balance that proves nothing was lost."""

from __future__ import annotations

import datetime as dt
import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from validators.identifiers import NISS_DIGITS, mask
from validators.ledger import again, beside, gone_wrong, mapping, pairs, table, words
from validators.ledger import read as reading
from validators.ledger import rows as base
from validators.ledger.again import Change, Earlier, Present
from validators.ledger.errors import LedgerError, LedgerQuestion
from validators.ledger.mapping import Guess
from validators.ledger.remembered import Confirmed, Remembered
from validators.ledger.resolve import Resolver
from validators.ledger.route import route
from validators.ledger.rows import Repairs
from validators.ledger.sort import SetAside, Sorted, sort_rows
from validators.ledger.table import Table
from validators.ledger.values import Rows, Typer
from workbook_templates.measure import Measure

__all__ = ["Balance", "Import", "LedgerError", "LedgerQuestion", "Remembered", "import_ledger", "to_json"]

_SHOWN = 8
"""Places that a note names."""
STEPS = ("read", "map", "sort", "type", "compare")
"""Stages of an import, in order."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Cents in the ledger against cents taken over, set aside and not selected."""

    ledger_cents: int
    imported_cents: int
    set_aside_cents: int
    not_selected_cents: int

    @property
    def difference_cents(self) -> int:
        """What is missing; an import with any difference is refused."""
        return self.ledger_cents - self.imported_cents - self.set_aside_cents - self.not_selected_cents


@dataclass(frozen=True, slots=True)
class Import:
    """What a ledger holds for a report."""

    name: str
    """Name of the ledger's file."""
    table: Table
    guesses: tuple[Guess, ...]
    rows: Rows
    """Sheet id to column id to typed values, as ``workbook_templates.parts.append_rows`` takes them."""
    places: dict[str, list[int]]
    """Sheet id to the row of the table that each typed row comes from."""
    fingerprints: dict[str, list[str]]
    """Sheet id to the fingerprint of each typed row, by which a later import knows it again."""
    set_aside: tuple[SetAside, ...]
    not_selected: tuple[tuple[int, int], ...]
    """Row of the table and cents of each expense that no selection wants."""
    repairs: tuple[Repairs, ...]
    reversals: tuple[pairs.Reversal, ...]
    changes: tuple[Change, ...]
    """What a newer export has otherwise than the one imported before."""
    balance: Balance
    agreeing: int
    """Sums stated in the ledger that its rows add up to."""
    notes: tuple[tuple[str, dict[str, str]], ...]
    """What else the user must know: kind of note and its parameters."""
    proposal: str
    """The mapping as an entry for the centre's mapping file; empty where that file has it already."""
    decimals: dict[str, str]
    """Heading of an amount column of a text to its decimal mark."""

    @property
    def row_count(self) -> int:
        """Rows taken over."""
        return sum(map(len, self.places.values()))

    @property
    def repaired(self) -> Counter[str]:
        """Cells that were repaired, by kind."""
        counts: Counter[str] = Counter()
        for repair in self.repairs:
            counts[repair.kind] += len(repair.rows)
        return counts


@contextmanager
def _one_generation() -> Iterator[None]:
    """Hold the search for cycles back: millions of cells live to the end, and walking them over and over finds none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            # To the oldest generation at once: the youngest would be walked with the very next object.
            gc.freeze()
            gc.unfreeze()
            gc.enable()


@_one_generation()
def import_ledger(  # noqa: PLR0913 - what decides an import
    data: bytes,
    name: str,
    measure: Measure,
    *,
    sheet_id: str | None,
    remembered: Remembered | None = None,
    earlier: Sequence[Earlier] = (),
    present: Iterable[Present] = (),
    step: Callable[[str], None] = lambda _: None,
) -> Import:
    """Return what a ledger holds for the expense sheets of ``measure``.

    ``sheet_id`` sends every row to one sheet; without it the ledger, or the selections of the centre's mapping file,
    may name the sheet, and otherwise all rows go to the first. ``earlier`` and ``present`` are what the workbook has.
    ``step`` is told each stage as it begins. LedgerError where cents would get lost, LedgerQuestion where something
    would have to be guessed.
    """
    if not measure.ledger_sheets:
        raise LedgerError("RU-L39")
    remembered = remembered or Remembered()
    step("read")
    file = reading.read(data, name)
    step("map")
    names = words.names(measure)
    found, columns, decided = _mapped(file, names, measure, remembered)
    step("sort")
    lost(found, columns)
    cells, rows = _sorted(found, columns, decided, names, measure)
    gone_wrong.year(found, cells, rows.data, measure)
    gone_wrong.twice(found, columns, rows)
    gone_wrong.without_amounts(found, columns, cells, rows.data)
    gone_wrong.halves(found, columns, cells, rows.data)
    gone_wrong.days(found, columns, rows.data, measure)
    gone_wrong.huge(found, cells, rows.data)
    if not decided.negate and gone_wrong.signs(found, columns, cells, rows.data):
        cells, rows = _sorted(found, columns, replace(decided, negate=True), names, measure)
        cells.notes.append(("statement", {}))
    if not decided.whole:
        gone_wrong.hundredfold(found, columns, cells, rows.data)
    routed = route(found, columns, rows, measure, sheet_id, remembered.selections)
    step("type")
    typer = Typer(found, columns, cells, rows, measure)
    typed = typer.typed(routed.by_sheet)
    step("compare")
    typed, places, prints, changes, more = _without_known(typed, routed.by_sheet, earlier, present)
    set_aside = sorted([*rows.set_aside, *more], key=lambda entry: entry.row)
    not_selected = tuple((row, cells.cents[row] or 0) for row in routed.not_selected)
    balance = Balance(
        cells.total,
        sum(sum(cents for cents in columns_["total_amount"] if isinstance(cents, int)) for columns_ in typed.values()),
        sum(entry.cents for entry in set_aside),
        sum(cents for _, cents in not_selected),
    )
    kept = {row for rows_ in places.values() for row in rows_}
    counted = len(rows.data) == len(kept) + len(more) + len(not_selected)
    if balance.difference_cents or not counted:
        raise LedgerError("RU-L10", difference=balance.difference_cents)
    notes = [*_file_notes(found, file), *cells.notes, *routed.notes]
    if bare := [row for row in sorted(kept) if cells.cents[row] is None]:
        notes.append(("without_amount", {"count": str(len(bare)), "rows": found.lines(bare, _SHOWN)}))
    notes += [
        ("doubtful", {"row": str(found.line(row)), "found": str(stated), "expected": str(wanted)})
        for row, stated, wanted in rows.doubtful
    ]
    return Import(
        name=name,
        table=found,
        guesses=tuple(guess for guess in columns.guesses if guess.header or guess.column),
        rows=typed,
        places=places,
        fingerprints=prints,
        set_aside=tuple(set_aside),
        not_selected=not_selected,
        repairs=tuple(one for repair in typer.repairs if (one := _kept(repair, kept)).rows),
        reversals=tuple(pairs.reversals(found, columns, cells, sorted(kept))),
        changes=tuple(changes),
        balance=balance,
        agreeing=rows.agreeing,
        notes=tuple(notes),
        proposal="" if found.header.fingerprint in remembered.ledgers else mapping.proposal(found, columns),
        decimals=cells.decimals,
    )


def _mapped(
    file: reading.LedgerFile, names: words.Names, measure: Measure, remembered: Remembered
) -> tuple[Table, mapping.Mapping, Confirmed]:
    """Return the ledger's table, its columns, and what the centre decided about it."""
    known = {sheet for one in remembered.ledgers.values() for sheet in one.sheets}
    sheets = [grid.name for grid in file.grids if grid.name in known]
    found = table.build(file, names, sheets)
    decided = remembered.ledgers.get(found.header.fingerprint)
    if decided:
        if decided.shift:
            found = gone_wrong.shifted(found, decided.shift)
        return found, mapping.confirmed(found, decided, measure), decided
    resolver = Resolver(found, measure)
    gone_wrong.headings(resolver, measure)
    with gone_wrong.or_longer(found):
        return found, resolver.resolve(), Confirmed(found.header.fingerprint, {})


def _sorted(
    found: Table, columns: mapping.Mapping, decided: Confirmed, names: words.Names, measure: Measure
) -> tuple[base.Reading, Sorted]:
    """Return dates and cents of the rows, and which of these are expenses."""
    cells = base.read(found, columns, swap_dates=decided.swap_dates, negate=decided.negate)
    with gone_wrong.or_longer(found):
        beside.rows(found, columns, cells, names)
    rows = sort_rows(found, columns, cells, measure)
    if not rows.data:
        raise LedgerError("RU-L07")
    return cells, rows


def lost(found: Table, columns: mapping.Mapping) -> None:
    """Refuse a ledger with an error, or a formula without a result, in a column that is taken over."""
    used = {part.grid.name: {part.at[slot] + 1 for slot in columns.at.values()} for part in found.parts}
    places = [
        (part, row, column)
        for part in found.parts
        for row, column in sorted(part.grid.lost)
        if row > part.first and column in used[part.grid.name]
    ]
    if places:
        from workbook_templates.cells import a1  # noqa: PLC0415 - on the way out

        shown = [f"{part.grid.name}!{a1(row, column)}" for part, row, column in places[:5]]
        raise LedgerError("RU-L14", count=len(places), places=", ".join(shown))


def _without_known(
    typed: Rows,
    by_sheet: dict[str, list[int]],
    earlier: Sequence[Earlier],
    present: Iterable[Present],
) -> tuple[Rows, dict[str, list[int]], dict[str, list[str]], list[Change], list[SetAside]]:
    """Leave out what the workbook has already."""
    prints = {sheet: again.fingerprints(columns, len(by_sheet[sheet])) for sheet, columns in typed.items()}
    standing = list(present)
    if not earlier and not standing:
        return typed, by_sheet, prints, [], []
    order = [(sheet, at) for sheet in typed for at in range(len(by_sheet[sheet]))]
    order.sort(key=lambda one: by_sheet[one[0]][one[1]])
    cents = [int(str(typed[sheet]["total_amount"][at] or 0)) for sheet, at in order]
    compared = again.compare(
        [prints[sheet][at] for sheet, at in order],
        [str(typed[sheet].get("document_number", {at: ""})[at] or "") for sheet, at in order],
        cents,
        earlier,
        standing,
        [day for columns in typed.values() for day in columns.get("date", ())],
    )
    aside: list[SetAside] = []
    out: set[tuple[str, int]] = set()
    for positions, reason in ((compared.known, "known"), (compared.changed, "changed")):
        for position in positions:
            sheet, at = order[position]
            out.add((sheet, at))
            aside.append(SetAside(by_sheet[sheet][at], reason, cents[position]))
    kept = {sheet: [at for at in range(len(rows)) if (sheet, at) not in out] for sheet, rows in by_sheet.items()}
    changes = [
        Change(
            one.kind,
            one.place,
            one.before,
            None if one.row is None else by_sheet[order[one.row][0]][order[one.row][1]],
            one.after,
        )
        for one in compared.changes
    ]
    return (
        {
            sheet: {name: [values[at] for at in kept[sheet]] for name, values in columns.items()}
            for sheet, columns in typed.items()
            if kept[sheet]
        },
        {sheet: [by_sheet[sheet][at] for at in ats] for sheet, ats in kept.items() if ats},
        {sheet: [prints[sheet][at] for at in ats] for sheet, ats in kept.items() if ats},
        changes,
        aside,
    )


def _kept(one: Repairs, kept: set[int]) -> Repairs:
    at = [position for position, row in enumerate(one.rows) if row in kept]
    if len(at) == len(one.rows):
        return one
    return Repairs(
        one.column,
        one.slot,
        one.kind,
        [one.rows[a] for a in at],
        [one.before[a] for a in at],
        [one.after[a] for a in at],
    )


def _file_notes(found: Table, file: reading.LedgerFile) -> list[tuple[str, dict[str, str]]]:
    notes: list[tuple[str, dict[str, str]]] = []
    if found.unread:
        notes.append(("unread_sheets", {"sheets": ", ".join(found.unread)}))
    if file.hidden:
        notes.append(("hidden_sheets", {"sheets": ", ".join(file.hidden)}))
    hidden = sum(len([row for row in part.grid.hidden_rows if row > part.first]) for part in found.parts)
    if hidden:
        notes.append(("hidden_rows", {"count": str(hidden)}))
    return notes


def to_json(imported: Import) -> dict[str, Any]:
    """Return an import in the published shape of ``import --json``; money in cents, no NISS."""
    found, balance = imported.table, imported.balance
    several = len(found.parts) > 1

    def at(row: int) -> dict[str, Any]:
        return {"row": found.line(row), **({"sheet": found.part_of(row)[0].grid.name} if several else {})}

    return {
        "ledger": {
            "sheet": ", ".join(part.grid.name for part in found.parts),
            "header_row": found.header.last + 1,
            "rows_in_sheet": sum(len(part.grid.rows) for part in found.parts),
            "data_rows": imported.row_count + sum(entry.reason in {"known", "changed"} for entry in imported.set_aside)
            + len(imported.not_selected),
            "fingerprint": found.header.fingerprint,
            "decimal_marks": imported.decimals,
        },
        "mapping": [
            {
                "header": mask(guess.header),
                "column": guess.column or None,
                "how": guess.how or None,
                "confidence": guess.confidence,
                "selects": guess.selects or None,
            }
            for guess in imported.guesses
        ],
        "imported": {
            "rows": imported.row_count,
            "cents": balance.imported_cents,
            "sheets": {sheet: len(rows) for sheet, rows in imported.places.items()},
        },
        "set_aside": [{**at(entry.row), "reason": entry.reason, "cents": entry.cents} for entry in imported.set_aside],
        "not_selected": [{**at(row), "cents": cents} for row, cents in imported.not_selected],
        "repairs": [
            {
                "kind": kind,
                "count": count,
                "cells": [
                    {**at(row), "column": repair.column, "before": _plain(before, repair.column),
                     "after": _plain(after, repair.column)}
                    for repair in imported.repairs
                    if repair.kind == kind
                    for row, before, after in zip(repair.rows, repair.before, repair.after, strict=True)
                ],
            }
            for kind, count in imported.repaired.most_common()
        ],
        "reversals": [
            {**at(one.credit), "cancels": found.line(one.expense), "cents": one.cents} for one in imported.reversals
        ],
        "changes": [
            {"kind": one.kind, "place": one.place or None, "before_cents": one.before,
             "row": None if one.row is None else found.line(one.row), "after_cents": one.after}
            for one in imported.changes
        ],
        "notes": [{"kind": kind, **params} for kind, params in imported.notes],
        "balance": {
            "ledger_rows": imported.row_count + len(imported.set_aside) + len(imported.not_selected),
            "imported_rows": imported.row_count,
            "set_aside_rows": len(imported.set_aside),
            "not_selected_rows": len(imported.not_selected),
            "ledger_cents": balance.ledger_cents,
            "imported_cents": balance.imported_cents,
            "set_aside_cents": balance.set_aside_cents,
            "not_selected_cents": balance.not_selected_cents,
            "difference_cents": balance.difference_cents,
            "sums_agreeing": imported.agreeing,
        },
    }  # fmt: skip


def whole_niss(value: object) -> str:
    """Return a national number, damaged or not, masked: eleven digits, whatever zeros a program has eaten."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    return mask(text.zfill(NISS_DIGITS) if text.isdecimal() else text)


def _plain(value: object, column: str) -> object:
    """Return a cell as JSON has it, national numbers masked."""
    if column == "niss":
        return whole_niss(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if isinstance(value, int | float) and not isinstance(value, bool) else mask(str(value))
