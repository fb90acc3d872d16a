"""The guard names whatever changed in a filled official workbook beside its input cells."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

import pytest

from tests.official.blanks import blank, edit, map_of, parts, remove
from tests.official.corpus import BOOKS
from tests.official.filled import SMALL, case, empty, known, ours, ours_for
from tests.official.mutations import CHANGES, Mutation
from validators.guard.fill import fill
from validators.guard.verdict import Verdict, guard
from validators.official.errors import OfficialError
from workbook_templates.measure import LANGUAGES
from workbook_templates.official.facts import HARMLESS, Kind
from workbook_templates.official.ranges import parse_all
from workbook_templates.texts import catalogue

MUTATIONS = 300
pytestmark = pytest.mark.xdist_group("official")  # the corpus is learned and filled once
ALL = pytest.mark.parametrize("at", range(SMALL + 1), ids=[*(book.name for book in BOOKS), "small"])


def judged(at: int, filled: bytes) -> Verdict:
    """Return the verdict on a workbook filled with five rows."""
    return guard(empty(at), filled, known(at), ours_for(at, 5))


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


@ALL
def test_a_filled_workbook_has_only_input_cells_changed(at: int) -> None:
    """What the fill leaves differs in input cells only, and parts that it does not fill keep their bytes."""
    verdict = judged(at, case(at).data)
    assert verdict.wrong == ()
    assert {one.kind for one in verdict.differences} == {Kind.INPUT}
    before, after = parts(empty(at)), parts(case(at).data)
    touched = {name for name in before if before[name] != after[name]}
    assert touched <= {one.part for one in verdict.differences}
    assert all(name.startswith("xl/worksheets/sheet") for name in touched)
    assert list(before) == list(after)


@ALL
def test_a_blank_has_not_changed(at: int) -> None:
    """A workbook compared with itself has no difference, with a map or without."""
    assert guard(empty(at), empty(at)).differences == ()
    assert guard(empty(at), empty(at), known(at)).differences == ()


@cache
def tried() -> dict[str, list[str]]:
    """Make 300 random changes to workbooks of the corpus; return what the guard missed, by the change's name."""
    dice = random.Random(2025)
    done: dict[str, list[str]] = {}
    while sum(map(len, done.values())) < MUTATIONS:
        untried = [name for name in CHANGES if name not in done]
        name, at = dice.choice(untried or list(CHANGES)), dice.randrange(SMALL + 1)
        mutation = CHANGES[name](case(at), dice)
        if mutation is None:
            continue
        verdict = judged(at, mutation.data)
        right = names(verdict, mutation) and bool(verdict.wrong) is not (mutation.kind in HARMLESS)
        shown = f"{at}: {mutation.kind} {mutation.sheet} {mutation.place}, told {verdict.wrong[:2]}"
        done.setdefault(name, []).append("" if right else shown)
    return done


@pytest.mark.parametrize("name", CHANGES)
def test_each_of_300_random_changes_is_named(name: str) -> None:
    """Each random change is named with its kind, sheet and place, the harmless ones as such."""
    assert [missed for missed in tried()[name] if missed] == []


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda _data: b"", "RU-O01"),
        (lambda data: edit(data, "xl/worksheets/sheet1.xml", lambda text: text[:-20]), "RU-O06"),
        (lambda data: remove(data, "xl/worksheets/sheet1.xml"), "RU-O06"),
        (lambda data: edit(data, "xl/styles.xml", lambda text: text[:-20]), "RU-O06"),
    ],
    ids=["nothing", "a sheet cut off", "a sheet missing", "styles cut off"],
)
def test_a_damaged_workbook_is_refused(damage: Callable[[bytes], bytes], code: str) -> None:
    """What cannot be read is no verdict: it is refused with a sentence."""
    with pytest.raises(OfficialError) as refused:
        guard(blank(), damage(blank()), map_of(blank()))
    assert refused.value.code == code


def test_days_of_1904_are_no_difference() -> None:
    """A workbook that counts days from 1904 is filled and judged as well."""
    data = blank(date1904=True)
    filled = fill(data, map_of(data), ours("pas", 5)).workbook
    assert guard(data, filled, map_of(data), ours("pas", 5)).wrong == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_has_a_name(lang: str) -> None:
    """Each kind of difference is worded, and no words are left of a kind that is gone."""
    assert catalogue("validators.guard", lang)["difference"].keys() == {kind.value for kind in Kind}
