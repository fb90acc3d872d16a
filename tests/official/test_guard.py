"""The guard names whatever changed in a filled official workbook beside its input cells."""

from __future__ import annotations

import random
from functools import cache

import pytest

from tests.official.blanks import LAST, blank, map_of, parts
from tests.official.mutations import CHANGES, Case, Mutation
from tests.validators.drafts import valid
from validators.check import CheckResult, check
from validators.guard import fill as filling
from validators.guard.verdict import Verdict, guard
from workbook_templates import packs
from workbook_templates.measure import LANGUAGES
from workbook_templates.official.facts import HARMLESS, Kind
from workbook_templates.official.ranges import parse_all
from workbook_templates.official.structure import scan
from workbook_templates.texts import catalogue

ROWS = 7
MUTATIONS = 300


@cache
def ours(rows: int = ROWS) -> CheckResult:
    """Return our checked workbook."""
    return check(valid(packs.load("pas", 2025), rows).to_bytes())


@cache
def case(*, date1904: bool = False, macros: bool = True) -> Case:
    """Return the small workbook filled."""
    empty = blank(date1904=date1904, macros=macros)
    planned = filling.plan(scan(empty), map_of(empty), ours())
    filled = filling.fill(empty, map_of(empty), ours())
    cells = {name: {(cell.row, cell.column) for cell in written} for name, written in planned.cells.items()}
    return Case(filled.workbook, cells, ("Dépenses", LAST - 3, 3))


def judged(filled: bytes, *, date1904: bool = False, macros: bool = True) -> Verdict:
    """Return the verdict, without a look at the totals, which nothing has computed."""
    empty = blank(date1904=date1904, macros=macros)
    return guard(empty, filled, map_of(empty), ours())


def names(verdict: Verdict, mutation: Mutation) -> bool:
    """Whether a verdict names a change: its kind, its sheet, its place."""
    for one in verdict.differences:
        if one.kind is not mutation.kind or mutation.sheet not in ("", one.sheet):
            continue
        if not mutation.place or mutation.place in f"{one.place} {one.part} {one.after}":
            return True
        wanted = parse_all(mutation.place)
        if wanted and any(place.holds(wanted[0].top, wanted[0].left) for place in parse_all(one.place)):
            return True
    return False


@pytest.mark.parametrize("date1904", [False, True])
def test_a_filled_workbook_has_only_input_cells_changed(*, date1904: bool) -> None:
    """What the fill leaves differs in input cells only, and parts that it does not fill keep their bytes."""
    filled = case(date1904=date1904).data
    verdict = judged(filled, date1904=date1904)
    assert verdict.wrong == ()
    assert {one.kind for one in verdict.differences} == {Kind.INPUT}
    before, after = parts(blank(date1904=date1904, macros=True)), parts(filled)
    assert {name for name in before if before[name] != after[name]} == {
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
    }
    assert list(before) == list(after)


def test_300_random_changes_are_named() -> None:
    """Each of 300 random changes is named with its kind, sheet and place, the harmless ones as such."""
    dice = random.Random(2025)
    missed, tried = [], dict.fromkeys(CHANGES, 0)
    for number in range(MUTATIONS):
        name = dice.choice(list(CHANGES))
        mutation = CHANGES[name](case(), dice)
        if mutation is None:
            continue
        tried[name] += 1
        verdict = judged(mutation.data)
        if not names(verdict, mutation) or bool(verdict.wrong) is (mutation.kind in HARMLESS):
            missed.append((number, name, mutation.kind, mutation.sheet, mutation.place, verdict.wrong[:3]))
    assert missed == []
    assert sum(tried.values()) > MUTATIONS * 0.8


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_has_a_name(lang: str) -> None:
    """Each kind of difference is worded, and no words are left of a kind that is gone."""
    assert catalogue("validators.guard", lang)["difference"].keys() == {kind.value for kind in Kind}
