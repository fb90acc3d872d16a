"""The open workbook fills an official one: what is not sure is asked once, and nothing but input cells changes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlwings import Book

from addin.macros import publishing
from addin.macros.steps import Tone
from addin.macros.writing import rectangles, write
from addin.story import official, recalculate
from tests.addin.drafts import draft, saved
from tests.addin.engine_openpyxl import Range, opened
from tests.official.blanks import FIRST, map_of, parts
from tests.official.blanks import blank as with_macros
from tests.official.corpus import BOOKS
from tests.official.invent import build
from tests.official.resaved import by_openpyxl
from tests.official.test_fill import ours
from validators.check import check
from validators.guard.fill import plan
from validators.guard.verdict import guard
from validators.official.errors import read_map, scanned
from workbook_templates.official import map as maps

FOREIGN = next(one for one in BOOKS if one.name == "comments and custom parts")
HEADING, STRANGE = b"Organisme pay\xc3\xa9", b"Xyz"
"""A heading of it, and what nobody would understand in its place: that column is asked about."""


@pytest.fixture(autouse=True)
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave LibreOffice out: what it computes is tested elsewhere."""
    monkeypatch.setattr(recalculate, "program", lambda: None)


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    """Return a blank official workbook on the disk, which leaves one question open."""
    path = tmp_path / "officiel.xlsx"
    with zipfile.ZipFile(io.BytesIO(build(FOREIGN).data)) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.infolist():
            target.writestr(entry, source.read(entry).replace(HEADING, STRANGE))
    return path


def report(tmp_path: Path, *, faults: bool = False) -> Book:
    """Return our workbook, open."""
    path = saved(tmp_path, draft(faults=faults), "faux.xlsx" if faults else "rapport.xlsx")
    return opened(path.read_bytes(), str(path))


def test_a_question_is_asked_once_and_the_map_is_kept(tmp_path: Path, home: Path, blank: Path) -> None:
    """The first click asks and writes nothing; with the answer the workbook is filled; the next click asks nothing."""
    book, target = report(tmp_path), tmp_path / "rempli"
    told = publishing.fill_official(book, str(blank), str(target))
    assert told.ask
    assert (told.tone, told.code) == (Tone.FOUND, "")
    assert "colonne D" in told.ask.prompt
    assert list(told.ask.choices)[-1] == "0"
    assert all(told.ask.choices)
    assert not (home / publishing.MAPS).exists()
    assert not target.with_suffix(".xlsx").exists()
    for wrong in ("", "9", "volet_a"):
        assert publishing.fill_official(book, str(blank), str(target), **{told.ask.name: wrong}).ask == told.ask
    done = publishing.fill_official(book, str(blank), str(target), **{told.ask.name: "payee"})
    assert (done.tone, done.ask, done.file) == (Tone.FOUND, None, str(target.with_suffix(".xlsx")))
    assert any("Volet A" in line and "n'ont pas de place" in line for line in done.more)
    (kept,) = (home / publishing.MAPS).iterdir()
    known = read_map(kept.read_text(encoding="utf-8"))
    assert known.sheets[0].columns["D"] == "payee"
    filled = target.with_suffix(".xlsx").read_bytes()
    ours = check(draft(faults=False).to_bytes())
    assert guard(blank.read_bytes(), filled, known, ours).wrong == ()
    assert publishing.fill_official(book, str(blank), str(tmp_path / "encore")).tone is Tone.FOUND


def test_a_file_that_exists_is_not_overwritten(tmp_path: Path, blank: Path) -> None:
    """The blank itself, or whatever stands at the target, stays."""
    before = blank.read_bytes()
    told = publishing.fill_official(report(tmp_path), str(blank), str(blank))
    assert (told.tone, told.code) == (Tone.REFUSED, "RU-X10")
    assert blank.read_bytes() == before


def test_a_report_with_errors_fills_nothing(tmp_path: Path, blank: Path) -> None:
    """Only checked rows go into the official workbook."""
    told = publishing.fill_official(report(tmp_path, faults=True), str(blank), str(tmp_path / "rempli"))
    assert (told.tone, told.code) == (Tone.REFUSED, "RU-O31")
    assert not (tmp_path / "rempli.xlsx").exists()


def shown(book: Book) -> list[str]:
    """Return the names of the workbooks that are open."""
    return [one.name for one in book.app.books]


def test_excel_fills_a_copy_itself(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In Excel the cells are written block by block, computed and saved by itself: only input cells have changed."""
    monkeypatch.setattr(official, "fill", None)
    book, path = report(tmp_path), tmp_path / "officiel.xlsx"
    path.write_bytes(by_openpyxl(build(BOOKS[0]).data))
    told = publishing.fill_official(book, str(path), str(tmp_path / "rempli.xlsx"), native=True)
    assert (told.code, told.ask) == ("", None)
    known = read_map(next((home / publishing.MAPS).iterdir()).read_text(encoding="utf-8"))
    saved_by_it = (tmp_path / "rempli.xlsx").read_bytes()
    verdict = guard(path.read_bytes(), saved_by_it, known, check(draft(faults=False).to_bytes()))
    assert verdict.wrong == ()
    assert verdict.filled > 100
    assert shown(book) == ["rapport.xlsx", "rempli.xlsx"]
    assert any(line.startswith("Volet A : ") for line in told.more)


def test_what_a_spreadsheet_would_change_too_is_filled_part_by_part(tmp_path: Path) -> None:
    """A spreadsheet that loses threads and parts in saving does not get to: the file keeps them, and is opened once."""
    book, path, target = report(tmp_path), tmp_path / "officiel.xlsx", tmp_path / "rempli.xlsx"
    path.write_bytes(build(next(one for one in BOOKS if one.threads)).data)
    told = publishing.fill_official(book, str(path), str(target), native=True)
    assert (told.code, told.ask) == ("", None)
    before, after = parts(path.read_bytes()), parts(target.read_bytes())
    assert {name for name in before if before[name] != after[name]} == {"xl/worksheets/sheet1.xml"}
    assert shown(book) == ["rapport.xlsx", "rempli.xlsx"]


def test_a_workbook_with_macros_is_left_to_the_user(tmp_path: Path, home: Path) -> None:
    """A workbook that may hold macros is never opened from here, where they would run unasked."""
    book, path = report(tmp_path), tmp_path / "officiel.xlsm"
    path.write_bytes(with_macros(macros=True))
    known = map_of(path.read_bytes())
    (home / publishing.MAPS).mkdir(parents=True)
    (home / publishing.MAPS / f"pas-2025-{known.fingerprint}.toml").write_text(maps.write(known), encoding="utf-8")
    told = publishing.fill_official(book, str(path), str(tmp_path / "rempli.v1"), native=True)
    assert (told.tone, told.file) == (Tone.FOUND, str(tmp_path / "rempli.v1.xlsm"))
    assert shown(book) == ["rapport.xlsx"]


def test_what_does_not_fit_leaves_nothing_behind(tmp_path: Path, home: Path) -> None:
    """Where the rows do not fit it is said how many do; no file and no map is left, whichever way it goes."""
    book, path = report(tmp_path), tmp_path / "officiel.xlsx"
    path.write_bytes(build(replace(BOOKS[0], places=[replace(one, rows=5) for one in BOOKS[0].places])).data)
    for native in (False, True):
        told = publishing.fill_official(book, str(path), str(tmp_path / "rempli.xlsx"), native=native)
        assert (told.tone, told.code) == (Tone.REFUSED, "RU-O25")
        assert not (tmp_path / "rempli.xlsx").exists()
        assert not (home / publishing.MAPS).exists()


@given(st.sets(st.tuples(st.integers(1, 12), st.integers(1, 6))))
def test_blocks_hold_each_cell_once(places: set[tuple[int, int]]) -> None:
    """Whatever the cells, the rectangles hold each of them once, and no other."""
    held = [
        (row, column)
        for one in rectangles(places)
        for row in range(one.top, one.bottom + 1)
        for column in range(one.left, one.right + 1)
    ]
    assert sorted(held) == sorted(places)


def test_text_is_written_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """What looks like a number or a formula is marked as text; days are numbers; formulas between are not touched."""
    written: list[object] = []
    setter = Range.raw_value.fset

    def noted(block: Range, values: object) -> None:
        written.append(values)
        setter(block, values)

    monkeypatch.setattr(Range, "raw_value", Range.raw_value.setter(noted))
    data = with_macros()
    book, known = opened(data), map_of(data)
    write(book, plan(scanned(data), known, ours(2, label="=1+1", document_number="0012")), known)
    (fields,) = (block for block in written if not isinstance(block, list) or len(block) == 1)
    (rows,) = (block for block in written if block is not fields)
    assert rows[0][:3] == [45658.0, "'0012", "'=1+1"]
    assert rows[0][5] == 100.0
    assert [len(rows), len(rows[0])] == [2, 7]
    assert book.sheets["Dépenses"].range(f"H{FIRST}").formula.startswith("=IF(")
