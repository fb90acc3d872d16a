"""Every workbook of the corpus is filled as far as it has room, computed by LibreOffice, and found clean."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.official.corpus import BOOKS
from tests.official.filled import SMALL, empty, filled, known, ours_for, rooms
from tests.templates.office import resaved
from tools.system_packages import OOXML_VALIDATOR
from validators.guard.errors import GuardError
from validators.guard.verdict import guard
from workbook_templates.official.results import with_results

pytestmark = pytest.mark.xdist_group("official")  # the corpus is learned and filled once
ALL = pytest.mark.parametrize("at", range(SMALL + 1), ids=[*(book.name for book in BOOKS), "small"])
MANY = 5000


@cache
def most(at: int) -> int:
    """Return with how many rows in each of our tables a workbook is full; 5,000 where nothing ends it."""
    rows = MANY
    for needed, room in rooms(at, 12).values():
        rows = min(rows, room * 12 // needed)
    while any(needed > room for needed, room in rooms(at, rows).values()):
        rows -= 1
    return rows


@ALL
@pytest.mark.parametrize("rows", [1, 500, MANY])
def test_what_fits_is_filled_and_the_rest_refused(at: int, rows: int) -> None:
    """One row goes in, 500 and 5,000 where there is room; else it is said how many fit, and nothing is written."""
    full = [(needed, room) for needed, room in rooms(at, rows).values() if needed > room]
    if full:
        with pytest.raises(GuardError) as refused:
            filled(at, rows)
        assert refused.value.code == "RU-O25"
        assert (refused.value.params["needed"], refused.value.params["room"]) in full
    else:
        assert guard(empty(at), filled(at, rows), known(at), ours_for(at, rows)).wrong == ()


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, int], bytes]:
    """Return each workbook with one row, and full, as LibreOffice computed it: one process for all of them."""
    books = {f"{at}-{rows}": filled(at, rows) for at in range(SMALL + 1) for rows in (1, most(at))}
    done = resaved(books, tmp_path_factory.mktemp("computed"))
    return {(int(name.partition("-")[0]), int(name.partition("-")[2])): data for name, data in done.items()}


@ALL
@pytest.mark.needs("soffice")
def test_totals_are_ours_to_the_cent(at: int, computed: dict[tuple[int, int], bytes]) -> None:
    """After LibreOffice has computed, the stored totals of a workbook with one row and of a full one are ours."""
    for rows in (1, most(at)):
        data, missing = with_results(filled(at, rows), computed[at, rows])
        verdict = guard(empty(at), data, known(at), ours_for(at, rows), computed[at, rows])
        assert missing == 0
        assert verdict.clean, (verdict.wrong[:3], [total for total in verdict.totals if not total.equal])
        assert len(verdict.totals) == len(known(at).totals)


@ALL
@pytest.mark.needs("soffice")
def test_libreoffice_saved_it_without_noise(at: int, computed: dict[tuple[int, int], bytes]) -> None:
    """A filled workbook that LibreOffice saved again differs in bytes everywhere, and is told apart in a few lines."""
    verdict = guard(empty(at), computed[at, 1], known(at), ours_for(at, 1))
    assert len(verdict.wrong) <= 12, verdict.wrong
    assert not {one.kind.value for one in verdict.wrong} & {"formula", "cell", "typed", "name", "protection", "merge"}


def complaints(data: bytes, path: Path) -> int:
    """Return how many errors Microsoft's validator finds in a workbook."""
    path.write_bytes(data)
    told = subprocess.run([str(OOXML_VALIDATOR), str(path)], capture_output=True, check=False, timeout=120)
    return len(json.loads(told.stdout)["errors"])


@ALL
@pytest.mark.needs("ooxml", "soffice")
def test_it_is_as_valid_as_the_blank(at: int, computed: dict[tuple[int, int], bytes], tmp_path: Path) -> None:
    """Microsoft's own validator finds no more in the filled workbook than in the blank."""
    suffix = "xlsm" if b"vbaProject" in empty(at) else "xlsx"
    done = with_results(filled(at, 1), computed[at, 1])[0]
    before, after = (complaints(data, tmp_path / f"{name}.{suffix}") for name, data in (("b", empty(at)), ("a", done)))
    assert after <= before
