"""The corpus of invented official workbooks: learnt without anything wrong, whoever built and saved them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.official.corpus import BOOKS
from tests.official.invent import Made, build
from tests.official.resaved import by_openpyxl
from tests.official.truth import Verdict, judged
from tests.templates.office import resaved
from validators.official.learn import learn
from validators.official.question import Learned
from workbook_templates import packs
from workbook_templates.official import map as maps
from workbook_templates.official.structure import scan

MOST_ASKED = 0.1
"""Share of the columns of all workbooks that may be asked."""


@cache
def made(at: int) -> Made:
    """Return a workbook of the corpus, built once."""
    return build(BOOKS[at])


def learned(data: bytes, at: int) -> Learned:
    """Return what is learnt of a workbook."""
    return learn(scan(data), packs.load(BOOKS[at].measure, 2025))


@cache
def verdict(at: int) -> Verdict:
    """Return how far a workbook was understood."""
    return judged(learned(made(at).data, at), made(at))


pytestmark = pytest.mark.xdist_group("official")  # the corpus is learned and filled once
ALL = pytest.mark.parametrize("at", range(len(BOOKS)), ids=[book.name for book in BOOKS])


@ALL
def test_nothing_is_mapped_wrongly(at: int) -> None:
    """Each place, column, list entry, field and total is as it is, or asked; none that is ours is left out."""
    assert verdict(at).wrong == []
    assert verdict(at).missed == []


def test_few_columns_are_asked() -> None:
    """At most one column in ten is asked."""
    found = [verdict(at) for at in range(len(BOOKS))]
    assert sum(len(one.asked) for one in found) <= MOST_ASKED * sum(one.columns for one in found)


@ALL
def test_the_map_is_a_file(at: int) -> None:
    """The map of each workbook is read back from its TOML as it was."""
    known = learned(made(at).data, at).map
    assert maps.read(maps.write(known)) == known


@pytest.mark.parametrize("at", [0, 1, 6, 9], ids=[BOOKS[at].name for at in (0, 1, 6, 9)])
def test_openpyxl_saved_it(at: int) -> None:
    """A workbook that openpyxl saved again is the same to us: its structure, and all that is learnt of it."""
    again = by_openpyxl(made(at).data)
    assert learned(again, at).map == learned(made(at).data, at).map


@pytest.mark.needs("soffice")
def test_libreoffice_saved_it(tmp_path: Path) -> None:
    """Workbooks that LibreOffice saved again are learnt as well."""
    some = (0, 2, 4, 9)
    for name, data in resaved({str(at): made(at).data for at in some}, tmp_path).items():
        found = judged(learned(data, int(name)), made(int(name)))
        assert (found.wrong, found.missed) == ([], []), BOOKS[int(name)].name
