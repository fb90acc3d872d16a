"""What was learnt of an invented workbook, held against the truth about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.official.invent import PART, Made, Truth
from validators.official.question import Learned
from workbook_templates.official.map import OPEN, UNUSED, SheetMap

_FIXED = {"formula", "counter"}


@dataclass
class Verdict:
    """What is wrong, what is left out though it is ours, and how many columns are asked."""

    columns: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)


def judged(learned: Learned, made: Made) -> Verdict:
    """Return how far what was learnt is true."""
    verdict, known = Verdict(), learned.map
    seen: list[SheetMap] = []
    for truth in made.truths:
        maps = [one for one in known.sheets if one.name == truth.place.sheet and one.first_row == truth.first_row]
        seen += maps
        verdict.columns += sum(column.kind not in _FIXED for column in truth.letters.values())
        for line, mark in _place(truth, maps):
            place = f"{truth.place.sheet}!{line}"
            if mark == OPEN:
                verdict.asked.add(place.split(":", maxsplit=1)[0])
            else:
                (verdict.missed if mark == UNUSED else verdict.wrong).append(f"{place} {mark}")
    verdict.wrong += [f"{one.name} row {one.first_row}: nothing of ours" for one in known.sheets if one not in seen]
    for place, ours in known.fields.items():
        if made.fields.get(place) != ours:
            verdict.wrong.append(f"{place}: {ours}")
    verdict.missed += [place for place in made.fields if place not in known.fields]
    verdict.missed += [place for place, ours in made.totals.items() if known.totals.get(place) != (ours,)]
    return verdict


def _place(truth: Truth, maps: list[SheetMap]) -> Iterator[tuple[str, str]]:
    """Yield what is not as it is: where, and OPEN, UNUSED or what stands there."""
    if not maps:
        yield "place", UNUSED
    part = next((letter for letter, column in truth.letters.items() if column.ours == PART), "")
    if part:
        wanted = dict(truth.letters[part].entries)
        found = {one.source: one.constants.get(part, "") for one in maps}
        for source in wanted.keys() | found.keys():
            if found.get(source) != wanted.get(source):
                yield f"{part}: {source}", found.get(source, "")
    elif maps:
        if maps[0].source != truth.place.source or len(maps) > 1:
            yield "source", maps[0].source
        if dict(maps[0].where) != dict(truth.place.where):
            yield "where", next(iter(maps[0].where.values()), "")
    for one in maps:
        if (one.last_row, one.gaps) != (truth.last_row if truth.place.totals else 0, truth.gaps):
            yield "rows", f"{one.last_row} {one.gaps}"
        for letter, column in truth.letters.items():
            mapped = one.columns.get(letter, UNUSED)
            ours = UNUSED if column.kind in _FIXED or column.ours == PART else column.ours
            if mapped != ours:
                yield f"{letter}: {column.title}", mapped
            elif isinstance(column.entries, dict) and not part:
                yield from _entries(letter, column.entries, dict(one.values.get(letter, {})))


def _entries(letter: str, wanted: dict[str, str], found: dict[str, str]) -> Iterator[tuple[str, str]]:
    for choice in wanted.keys() | found.keys():
        entry = found.get(choice, "")
        if entry != wanted.get(choice, OPEN):
            yield f"{letter}: {choice}", entry
