"""The open workbook fills an official one: what is not sure is asked once, and nothing but input cells changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from xlwings import Book

from addin.macros import publishing
from addin.macros.steps import Tone
from addin.story import recalculate
from tests.addin.drafts import draft, saved
from tests.addin.engine_openpyxl import opened
from tests.official.corpus import BOOKS
from tests.official.invent import build
from validators.check import check
from validators.guard.verdict import guard
from validators.official.errors import read_map

ASKING = next(one for one in BOOKS if one.name == "comments and custom parts")
"""A workbook that leaves one question open."""


@pytest.fixture(autouse=True)
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave LibreOffice out: what it computes is tested elsewhere."""
    monkeypatch.setattr(recalculate, "program", lambda: None)


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    """Return a blank official workbook on the disk."""
    path = tmp_path / "officiel.xlsx"
    path.write_bytes(build(ASKING).data)
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
    assert "I3" in told.ask.prompt
    assert list(told.ask.choices)[-1] == ""
    assert not (home / publishing.MAPS).exists()
    assert not target.with_suffix(".xlsx").exists()
    done = publishing.fill_official(book, str(blank), str(target), **{told.ask.name: "participants_target"})
    assert (done.tone, done.ask, done.file) == (Tone.GOOD, None, str(target.with_suffix(".xlsx")))
    (kept,) = (home / publishing.MAPS).iterdir()
    known = read_map(kept.read_text(encoding="utf-8"))
    assert known.sheets[0].columns["I"] == "participants_target"
    filled = target.with_suffix(".xlsx").read_bytes()
    ours = check(draft(faults=False).to_bytes())
    assert guard(blank.read_bytes(), filled, known, ours).wrong == ()
    assert publishing.fill_official(book, str(blank), str(tmp_path / "encore")).tone is Tone.GOOD


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
