"""Every workbook of the corpus is filled as far as it has room, computed by LibreOffice, and found clean.

Most of them a second and a third time, with room for 500 and for 5,000 rows.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.official.corpus import BOOKS
from tests.official.filled import ROOMY, SMALL, book, empty, filled, known, ours_for, room, rooms, share
from tests.templates.office import resaved
from tools.system_packages import OOXML_VALIDATOR
from validators.guard.errors import GuardError
from validators.guard.verdict import guard
from workbook_templates.official.results import with_results

pytestmark = pytest.mark.xdist_group("official")  # the corpus is learned and filled once
ALL = pytest.mark.parametrize("at", range(SMALL + 1), ids=[*(book.name for book in BOOKS), "small"])
TWELVE = {
    "one sheet per volet", "one sheet for all", "protected, Dutch, named lists", "German tables",
    "bilingual headings in one cell", "two-line merged headings, staff by volet",
    "macros, examples to overwrite, formulas in between", "gas and electricity",
    "one sheet with the volets below each other",
    "lists of an extension, identifiers with dots, Dutch parts in one sheet", "plain, without styles, formats and end",
    "comments and custom parts",
}  # fmt: skip
"""Workbooks that are also filled with many rows; the others are built like one of them."""
LARGE = [at for at in ROOMY if book(at).name in TWELVE]
COMPUTED = [*range(SMALL + 1), *LARGE]


def name(at: int) -> str:
    """Return what a workbook is called."""
    return "small" if at == SMALL else f"{book(at).name}, {room(at)} rows" if at in ROOMY else BOOKS[at].name


def rows_of(at: int) -> int:
    """Return with how many rows in each of our tables a workbook is filled for LibreOffice: one, or full."""
    return share(at) if at in ROOMY else 1


@ALL
def test_what_fits_is_filled_and_the_rest_refused(at: int) -> None:
    """Where 500 rows of each of our tables do not fit it is said how many do, and nothing is written."""
    full = [(needed, there) for needed, there in rooms(at, 500).values() if needed > there]
    if full:
        with pytest.raises(GuardError) as refused:
            filled(at, 500)
        assert refused.value.code == "RU-O25"
        assert (refused.value.params["needed"], refused.value.params["room"]) in full
    else:
        assert guard(empty(at), filled(at, 500), known(at), ours_for(at, 500)).wrong == ()


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> dict[int, bytes]:
    """Return each workbook as LibreOffice computed it: one process for all of them."""
    books = {str(at): filled(at, rows_of(at)) for at in COMPUTED}
    return {int(one): data for one, data in resaved(books, tmp_path_factory.mktemp("computed")).items()}


@pytest.mark.parametrize("at", COMPUTED, ids=name)
@pytest.mark.needs("soffice")
def test_totals_are_ours_to_the_cent(at: int, computed: dict[int, bytes]) -> None:
    """After LibreOffice has computed, only input cells have changed, and the stored totals are ours."""
    data, missing = with_results(filled(at, rows_of(at)), computed[at])
    verdict = guard(empty(at), data, known(at), ours_for(at, rows_of(at)), computed[at])
    assert missing == 0
    assert verdict.clean, (verdict.wrong[:3], [total for total in verdict.totals if not total.equal])
    assert len(verdict.totals) == len(known(at).totals)
    assert sum(needed for needed, _ in rooms(at, rows_of(at)).values()) >= (room(at) if at in ROOMY else 1)


@ALL
@pytest.mark.needs("soffice")
def test_libreoffice_saved_it_without_noise(at: int, computed: dict[int, bytes]) -> None:
    """A filled workbook that LibreOffice saved again differs in bytes everywhere, and is told apart in a few lines."""
    verdict = guard(empty(at), computed[at], known(at), ours_for(at, 1))
    assert len(verdict.wrong) <= 12, verdict.wrong
    assert not {one.kind.value for one in verdict.wrong} & {"formula", "cell", "typed", "name", "protection", "merge"}


def complaints(data: bytes, path: Path) -> int:
    """Return how many errors Microsoft's validator finds in a workbook."""
    path.write_bytes(data)
    told = subprocess.run([str(OOXML_VALIDATOR), str(path)], capture_output=True, check=False, timeout=120)
    return len(json.loads(told.stdout)["errors"])


@pytest.mark.parametrize("at", COMPUTED, ids=name)
@pytest.mark.needs("ooxml", "soffice")
def test_it_is_as_valid_as_the_blank(at: int, computed: dict[int, bytes], tmp_path: Path) -> None:
    """Microsoft's own validator finds no more in the filled workbook than in the blank."""
    suffix = "xlsm" if b"vbaProject" in empty(at) else "xlsx"
    done = with_results(filled(at, rows_of(at)), computed[at])[0]
    before, after = (complaints(data, tmp_path / f"{name}.{suffix}") for name, data in (("b", empty(at)), ("a", done)))
    assert after <= before
