"""What an earlier map says about a changed workbook: columns known by their headings, lists by their entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from validators.ledger.words import plain
from workbook_templates.official.areas import Area
from workbook_templates.official.map import OPEN, UNUSED, Map, SheetMap
from workbook_templates.official.structure import Sheet, Structure

_SOME = 0.5
"""Share of an earlier place's headings that must stand in a place for it to be the same."""
_SAME_NAME = 0.5


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier map in the terms of another structure."""

    answers: Mapping[str, str] = field(default_factory=dict)
    """Answers that still hold, by the questions' ids."""
    hints: Mapping[str, str] = field(default_factory=dict)
    """What stood where a heading is another one now: the cell of the heading to our column."""


def carried(old: Map, structure: Structure) -> Earlier:
    """Return what of an earlier map still holds in a structure, and what it makes likely."""
    answers: dict[str, str] = {}
    hints: dict[str, str] = {}
    places = [(sheet, area) for sheet in structure.sheets for area in sheet.areas]
    for group in _groups(old):
        best = max(places, key=lambda place: _alike(group, *place), default=None)
        if best is None or _alike(group, *best) < _SOME:
            continue
        places.remove(best)
        _carry(group, *best, answers, hints)
    return Earlier(answers, hints)


def _groups(old: Map) -> list[list[SheetMap]]:
    """Return the sheets of a map, those of one place together."""
    found: dict[tuple[str, int], list[SheetMap]] = {}
    for sheet in old.sheets:
        found.setdefault((sheet.name, sheet.first_row), []).append(sheet)
    return list(found.values())


def _alike(group: Sequence[SheetMap], sheet: Sheet, area: Area) -> float:
    old = {plain(heading) for heading in group[0].headings.values()}
    new = {plain(column.title) for column in area.columns}
    share = len(old & new) / len(old) if old else 0.0
    return share + (_SAME_NAME if share and group[0].name == sheet.name else 0)


def _carry(group: Sequence[SheetMap], sheet: Sheet, area: Area, answers: dict[str, str], hints: dict[str, str]) -> None:
    row = area.header_rows[-1]
    first = group[0]
    if len(group) == 1 and first.source != OPEN:
        answers[f"{sheet.name}!{row}:{row}"] = next(iter(first.where.values()), first.source)
    titles = [plain(column.title) for column in area.columns]
    headings = [plain(heading) for heading in first.headings.values()]
    for column in area.columns:
        cell, title = f"{sheet.name}!{column.letter}{row}", plain(column.title)
        again = [letter for letter, heading in first.headings.items() if plain(heading) == title]
        if len(again) == 1 and titles.count(title) == 1:
            known = first.columns.get(again[0], OPEN)
            if known != OPEN:
                answers[cell] = known
            for one in group:
                _entries(one, again[0], cell, column.validation.values if column.validation else (), answers)
        elif title not in headings:
            stood = first.columns.get(column.letter, UNUSED)
            gone = plain(first.headings.get(column.letter, "")) not in titles
            if stood not in (OPEN, UNUSED) and gone:
                hints[cell] = stood


def _entries(one: SheetMap, letter: str, cell: str, entries: Sequence[str], answers: dict[str, str]) -> None:
    """Keep the entries of a list that still stand in it."""
    constant = one.constants.get(letter)
    if constant in entries:
        answers[f"{cell} {one.source}"] = str(constant)
    for choice, entry in one.values.get(letter, {}).items():
        if entry in entries:
            answers[f"{cell} {one.source} {choice}"] = entry
