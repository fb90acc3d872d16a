"""The corpus of invented official workbooks filled from our checked rows, with maps whose questions are answered."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from addin.story.learning import learned
from tests.official.blanks import LAST, blank, map_of
from tests.official.corpus import BOOKS
from tests.official.invent import Book, Made, build
from tests.official.mutations import Case
from tests.validators.drafts import valid
from validators.check import CheckResult, check
from validators.guard import fill as filling
from validators.official.question import Question
from workbook_templates import cells, packs
from workbook_templates.official.map import OPEN, UNUSED, Map, split
from workbook_templates.official.structure import scan

SMALL = len(BOOKS)
"""Behind the corpus stands the small workbook of the guard's own tests."""
ROOMS = (500, 5000)
"""Behind it stands the corpus twice more, each workbook with room for so many rows in all."""
ROOMY = range(SMALL + 1, SMALL + 1 + len(BOOKS) * len(ROOMS))


def book(at: int) -> Book:
    """Return how a workbook of the corpus is described."""
    return BOOKS[at if at < SMALL else (at - ROOMY.start) % len(BOOKS)]


def room(at: int) -> int:
    """Return how many rows a workbook of those with more room takes in all."""
    return ROOMS[(at - ROOMY.start) // len(BOOKS)]


def share(at: int) -> int:
    """Return how many rows each of our tables has, so that together they fill that room."""
    sources = {sheet.source for sheet in known((at - ROOMY.start) % len(BOOKS)).sheets} - {UNUSED}
    return -(-room(at) // len(sources))


@cache
def made(at: int) -> Made:
    """Return a workbook of the corpus, built once."""
    if at < SMALL:
        return build(BOOKS[at])
    together = 3 * share(at)  # one place for the three parts
    places = [replace(place, rows=share(at) if place.source else together) for place in book(at).places]
    return build(replace(book(at), places=places))


def empty(at: int) -> bytes:
    """Return a blank official workbook."""
    return blank(macros=True) if at == SMALL else made(at).data


@cache
def ours(measure: str, rows: int) -> CheckResult:
    """Return a checked workbook of ours with so many rows in each table.

    Nobody but the target group takes part, since some official workbooks compute the eligible amount without a share.
    """
    draft = valid(packs.load(measure, 2025), rows)
    for sheet_id, lines in draft.rows.items():
        for line in lines:
            if "participants_all" in line:
                line["participants_all"] = line["participants_target"]
                draft.settle(sheet_id, line)
    return check(draft.to_bytes())


def ours_for(at: int, rows: int) -> CheckResult:
    """Return our workbook for an official one."""
    return ours("pas" if at == SMALL else book(at).measure, rows)


@cache
def known(at: int) -> Map:
    """Return the map of a workbook, its questions answered by the truth about it."""
    if at == SMALL:
        return map_of(empty(at))
    truth = made(at)

    def answer(question: Question) -> str | None:
        sheet, row, column = split(question.place)
        for one in truth.truths:
            letter = cells.letters(column)
            if one.place.sheet != sheet or letter not in one.letters or not row <= one.last_row:
                continue
            true = one.letters[letter]
            options = [option.id for option in question.options]
            if question.kind == "column":
                return true.ours if true.ours in options else UNUSED
            if question.kind == "value" and isinstance(true.entries, dict):
                wanted = true.entries.get(question.id.rpartition(" ")[2], "")
                return wanted if wanted in options else options[0]
            return options[0]
        return None

    found = learned(scan(truth.data), packs.load(book(at).measure, 2025), None, answer).map
    assert OPEN not in str(list(found.open_places())), list(found.open_places())
    assert not list(found.open_places()), list(found.open_places())
    return found


def rooms(at: int, rows: int) -> dict[str, tuple[int, int]]:
    """Return rows needed and room there is, by official sheet and first row."""
    found: dict[str, tuple[int, int]] = {}
    for sheet in known(at).sheets:
        if sheet.source == UNUSED:
            continue
        table = ours_for(at, rows).tables[sheet.source]
        chosen = sum(
            all(table.columns[name][index] == choice for name, choice in sheet.where.items())
            for index in range(len(table.row_numbers))
        )
        place = f"{sheet.name} {sheet.first_row}"
        found[place] = (found.get(place, (0, 0))[0] + chosen, sheet.room)
    return found


@cache
def filled(at: int, rows: int) -> bytes:
    """Return an official workbook filled with so many rows from each of our tables."""
    return filling.fill(empty(at), known(at), ours_for(at, rows)).workbook


@cache
def case(at: int, rows: int = 5) -> Case:
    """Return a filled workbook for changes to be tried on."""
    planned = filling.plan(scan(empty(at)), known(at), ours_for(at, rows))
    places = {name: {(cell.row, cell.column) for cell in written} for name, written in planned.cells.items()}
    if at == SMALL:
        return Case(filled(at, rows), places, ("Dépenses", LAST - 3, 3))
    sheet = next(one for one in known(at).sheets if one.source != UNUSED)
    letter = next(letter for letter, column in sheet.columns.items() if column not in (UNUSED, OPEN))
    behind = max(row for row, _ in places[sheet.name] if row <= (sheet.last_row or 10**6)) + 3
    return Case(filled(at, rows), places, (sheet.name, behind, cells.number(letter)))
