"""Every action of the registry, in both spreadsheets: the same words, the same cells, the same files; and stopped."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from addin.macros.actions import ACTIONS
from addin.macros.steps import Told, Tone
from tests.addin.clicked import CASES, around, click, left, prepared, user
from tests.addin.desks import InMemory, LibreOffice
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from tests.addin.desks import Desk
    from tests.addin.office import Office

IDS = [action.id for action in ACTIONS]


def test_every_action_has_a_case_and_every_case_an_action() -> None:
    """A new button is clicked in these tests, or they fail."""
    assert sorted(CASES) == sorted(IDS)


@pytest.mark.needs("soffice", "uno")
@pytest.mark.xdist_group("office")
@pytest.mark.parametrize("action", IDS)
def test_an_action_does_the_same_in_memory_and_in_libreoffice(action: str, office: Office, tmp_path: Path) -> None:
    """What is told, what stands in the tables, the selected cell and the files beside the report are equal."""
    one, other = (outcome(desk, action, tmp_path) for desk in (InMemory(), LibreOffice(office)))
    for mine, theirs in zip(one, other, strict=True):
        assert mine == theirs
    assert one[0].first


def outcome(desk: Desk, action: str, tmp_path: Path) -> tuple[Told, dict[str, Any], list[str], dict[str, bytes]]:
    """Return what an action tells and leaves; the workbooks beside the report, byte for byte."""
    folder = tmp_path / desk.name
    folder.mkdir()
    with user(folder):
        book = prepared(desk, action, folder)
        told = click(book, action, folder)
        there = around(folder)
        kept = left(book)
    desk.close()
    assert not told.code.startswith("RU-M07"), told
    told = replace(
        told, file=told.file.replace(str(folder), ""), more=tuple(one.replace(str(folder), "") for one in told.more)
    )
    made = {name: data for name, data in there.items() if name.endswith((".xlsx", ".toml")) and "settings" not in name}
    return told, kept, sorted(there), made


@pytest.mark.parametrize("action", IDS)
def test_an_action_that_is_stopped_leaves_everything_as_it_was(
    action: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two steps: not a cell, not a file has changed, and the sentence says so; each step was told."""
    monkeypatch.setattr("addin.macros.steps._PATIENCE", -1.0)
    with user(tmp_path):
        book = prepared(InMemory(), action, tmp_path)
        before, files_before = left(book), around(tmp_path)
        report = (tmp_path / "rapport.xlsx").read_bytes()
        texts = catalogue("addin", "fr")["macro"]
        for patience in itertools.count():
            asked = itertools.count()
            book.app.impl._bar.clear()  # noqa: SLF001 - what the user saw
            told = click(book, action, tmp_path, cancelled=lambda asked=asked, limit=patience: next(asked) >= limit)
            if told.first != texts["cancelled"]:
                break
            assert (told.tone, around(tmp_path), book.app.status_bar) == (Tone.FOUND, files_before, False)
            # Whoever has said yes to signing has a workbook that is checked and saved.
            if (action, told.second) != ("check_and_sign", texts["only_checked"]):
                assert (told.second, left(book)) == (texts["unchanged"], before)
                assert (tmp_path / "rapport.xlsx").read_bytes() == report
    assert not told.code, told
    assert bool(patience) == CASES[action].long
    assert len([text for text in book.app.impl._bar if text]) >= patience  # noqa: SLF001 - as above


def test_a_no_to_signing_says_what_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The question whether to sign comes after the check: nothing is signed, the workbook is checked and saved."""
    with user(tmp_path):
        monkeypatch.setattr("xlwings.App.alert", lambda *_told, **_named: "cancel")
        told = click(prepared(InMemory(), "check_and_sign", tmp_path), "check_and_sign", tmp_path)
    assert told.second == catalogue("addin", "fr")["macro"]["only_checked"]
    assert "rapport.asice" not in around(tmp_path)
