"""Which rows go to which sheet: by a column, by a heading, by the sheet's name, by the centre's selection.

Or as told.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from validators.ledger.errors import LedgerError
from validators.ledger.mapping import Mapping
from validators.ledger.profile import sheet_names
from validators.ledger.remembered import Selection
from validators.ledger.sort import Sorted
from validators.ledger.table import Table
from validators.ledger.words import FAMILY, SHEET, plain
from validators.parse import identifiers_text
from workbook_templates.measure import Measure

_SHOWN = 5


@dataclass(slots=True)
class Routed:
    """The expenses of a ledger by sheet."""

    by_sheet: dict[str, list[int]] = field(default_factory=dict)
    """Sheet id to rows of the table."""
    not_selected: list[int] = field(default_factory=list)
    notes: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def route(
    table: Table,
    columns: Mapping,
    rows: Sorted,
    measure: Measure,
    sheet_id: str | None,
    selections: Sequence[Selection],
) -> Routed:
    """Return where each expense goes; LedgerError where a row does not tell, or two selections want it."""
    routed = Routed()
    mine = [one for one in selections if one.measure in {"", measure.id}]
    chosen: dict[int, str] = {}
    data: Sequence[int] = rows.data
    if mine:
        chosen = _select(table, columns, rows, measure, selections)
        data = [row for row in rows.data if row in chosen]
        routed.not_selected = [row for row in rows.data if row not in chosen]
        if not data:
            raise LedgerError("RU-L36")
    undecided = [row for row in data if not chosen.get(row)] if chosen else data
    if undecided:
        chosen |= _by_ledger(table, columns, rows, measure, sheet_id, undecided, routed)
    if len(targets := set(chosen.values())) == 1:
        routed.by_sheet[targets.pop()] = list(data)
        return routed
    for row in data:
        routed.by_sheet.setdefault(chosen[row], []).append(row)
    order = {sheet.id: position for position, sheet in enumerate(measure.ledger_sheets)}
    routed.by_sheet = dict(sorted(routed.by_sheet.items(), key=lambda item: order[item[0]]))
    return routed


def _by_ledger(  # noqa: PLR0913 - as above
    table: Table,
    columns: Mapping,
    rows: Sorted,
    measure: Measure,
    sheet_id: str | None,
    data: Sequence[int],
    routed: Routed,
) -> dict[int, str]:
    sheets = measure.ledger_sheets
    if sheet_id is not None or len(sheets) == 1:
        return dict.fromkeys(data, sheet_id or sheets[0].id)
    names = sheet_names(measure)
    if SHEET in columns.at:
        slot = columns.at[SHEET]
        values = table.columns[slot]
        known = {value: names.get(plain(str(value)), "") for value in set(values)}
        unknown = [table.place(row, slot) for row in data if not known[values[row]]]
        if unknown:
            raise LedgerError("RU-L09", count=len(unknown), places=", ".join(unknown[:_SHOWN]))
        return {row: known[values[row]] for row in data}
    if rows.sheets:
        headless = [str(table.line(row)) for row in data if row not in rows.sheets]
        if headless:
            raise LedgerError("RU-L09", count=len(headless), places=", ".join(headless[:_SHOWN]))
        return {row: rows.sheets[row] for row in data}
    by_part = {part.grid.name: names.get(plain(part.grid.name), "") for part in table.parts}
    if all(by_part.values()):
        return {row: by_part[table.part_of(row)[0].grid.name] for row in data}
    routed.notes.append(("first_sheet", {"sheet": sheets[0].id}))
    return dict.fromkeys(data, sheets[0].id)


def _select(
    table: Table, columns: Mapping, rows: Sorted, measure: Measure, selections: Sequence[Selection]
) -> dict[int, str]:
    """Return the sheet of each row that a selection for this measure wants.

    Empty text where only the measure is told.
    """
    known = {sheet.id for sheet in measure.ledger_sheets}
    for one in selections:
        if one.measure in {"", measure.id} and one.sheet and one.sheet not in known:
            raise LedgerError("RU-L34", found=one.sheet, known=", ".join(sorted(known)))
    used = sorted({name for one in selections for name in one.patterns if name in columns.at})
    patterns = [
        {
            name: re.compile("|".join(fnmatch.translate(_folded(text)) for text in texts))
            for name, texts in one.patterns.items()
        }
        for one in selections
    ]
    decided: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    chosen: dict[int, str] = {}
    twice: list[int] = []
    for row in rows.data:
        key = tuple(_cell(table, columns, rows, row, name) for name in used)
        if key not in decided:
            said = dict(zip(used, key, strict=True))
            decided[key] = {
                (one.measure or measure.id, one.sheet)
                for one, wanted in zip(selections, patterns, strict=True)
                if all(name in said and pattern.fullmatch(said[name]) for name, pattern in wanted.items())
            }
        targets = decided[key]
        if len(targets) > 1:
            twice.append(row)
        for to, sheet in targets:
            if to == measure.id:
                chosen[row] = sheet
    if twice:
        places = ", ".join(str(table.line(row)) for row in twice[:_SHOWN])
        keys = {tuple(_cell(table, columns, rows, row, name) for name in used) for row in twice}
        named = sorted({" ".join(filter(None, target)) for key in keys for target in decided[key]})
        raise LedgerError("RU-L15", count=len(twice), rows=places, targets=", ".join(named))
    return chosen


def _cell(table: Table, columns: Mapping, rows: Sorted, row: int, name: str) -> str:
    value = table.columns[columns.at[name]][row]
    text = identifiers_text(value)
    if not text.strip() and name == FAMILY[0]:
        text = rows.articles.get(row, "")
    return _folded(text)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
