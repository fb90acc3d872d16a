"""Each action, clicked: what was done before, and what the user answers. An action without a case fails its tests."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import xlwings

from addin import files
from addin.macros import live, signatures
from addin.macros.actions import BY_ID
from signer.demo import DemoToken, demo_root_pem
from tests.addin.desks import run
from tests.addin.drafts import draft
from tests.official.corpus import BOOKS
from tests.official.invent import build
from workbook_templates import cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlwings import Book

    from addin.macros.steps import Told
    from tests.addin.desks import Desk

LEDGER = Path(__file__).parents[2] / "addin" / "examples" / "example-ledger.xlsx"
REPORT, BLANK = "rapport.xlsx", "officiel.xlsx"


@dataclass(frozen=True, slots=True)
class Case:
    """One action, as a user comes to click it."""

    answers: Mapping[str, str] = field(default_factory=dict)
    """``{folder}`` stands for the report's own."""
    faults: bool = True
    """Whether the report has a handful of faults."""
    before: tuple[str, ...] = ()
    """Actions that were clicked first."""
    long: bool = False
    """Whether a user may stop it between two steps."""


CASES = {
    "check_and_sign": Case(faults=False, long=True),
    "check": Case(long=True),
    "previous_finding": Case(before=("check",)),
    "next_finding": Case(before=("check",)),
    "accept_warning": Case({"reason": "Vu avec le receveur, pièce au dossier."}, before=("check", "previous_finding")),
    "clear_remarks": Case(before=("check",), long=True),
    "totals": Case(long=True),
    "status": Case(faults=False, before=("check_and_sign",)),
    "countersign": Case(faults=False, before=("check_and_sign",), long=True),
    "seal": Case(faults=False, before=("check_and_sign",)),
    "verify": Case(faults=False, before=("check_and_sign",)),
    "new_report": Case({"pack": "pas/2025", "lang": "nl", "path": "{folder}/nieuw.xlsx"}),
    "paste_ledger": Case({"ledger": str(LEDGER)}, faults=False, long=True),
    "fill_official": Case({"blank": f"{{folder}}/{BLANK}", "target": "{folder}/rempli.xlsx"}, faults=False, long=True),
    "carry_over": Case({"path": "{folder}/suite.xlsx"}, faults=False),
    "portal_checklist": Case(long=True),
    "guide": Case(),
    "doctor": Case(),
    "language": Case({"lang": "de"}),
}


@cache
def report(*, faults: bool) -> bytes:
    """Return a report, made once."""
    return draft(faults=faults).to_bytes()


@cache
def blank() -> bytes:
    """Return an official workbook, made once."""
    return build(BOOKS[0]).data


@cache
def cards() -> Path:
    """Return a folder with the keys of TEST cards, made once."""
    return Path(tempfile.mkdtemp(prefix="rapport-unique-cards-"))


@contextmanager
def user(folder: Path) -> Iterator[None]:
    """Be a user with a TEST card, a home of their own, no time stamps and no second LibreOffice, who says yes."""
    home = folder / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(files.HOME_VARIABLE, str(home))
        patch.setattr(signatures, "_token", lambda _work, _set_here, known: DemoToken(cards(), known[0]))
        patch.setattr(xlwings.App, "alert", lambda *_told, **_named: "ok")
        patch.setattr("addin.story.recalculate.program", lambda: None)
        home.mkdir(parents=True)
        (home / "trusted.pem").write_bytes(demo_root_pem(cards()))
        settings = f"trust = '{home / 'trusted.pem'}'\ntsa = ['http://127.0.0.1:9/']\n"
        (home / "settings.toml").write_text(settings, encoding="utf-8")
        yield


def prepared(desk: Desk, action: str, folder: Path) -> Book:
    """Return the report, open, with everything done that comes before an action."""
    case = CASES[action]
    (folder / REPORT).write_bytes(report(faults=case.faults))
    (folder / BLANK).write_bytes(blank())
    book = desk.open(folder / REPORT)
    live.show(book, book.sheets[0].name, "A1")
    for earlier in case.before:
        assert not click(book, earlier, folder).code
    return book


def click(book: Book, action: str, folder: Path, **named: Any) -> Told:  # noqa: ANN401 - what a macro takes
    """Click on an action, with the answers of its case."""
    answers = {name: answer.format(folder=folder) for name, answer in CASES[action].answers.items()}
    return run(BY_ID[action].macro, book, **answers, **named)


def left(book: Book) -> dict[str, Any]:
    """Return what stands in the tables of a report, and which cell is selected; a time of day is masked."""
    layout = live.find_layout(book)
    told: dict[str, Any] = {"selected": live.selected(book)}
    for sheet_id, where in layout.sheets.items():
        if where.first_row and sheet_id != cells.IDENTITY_SHEET:
            rows = live.read_grid(book.sheets[where.name])[where.first_row - 1 :]
            told[sheet_id] = [_trimmed([_masked(value) for value in row]) for row in rows]
    return told


def around(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder but the report's own, by its path in it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".~lock") and path.name != REPORT
    }


def _trimmed(row: list[object]) -> list[object]:
    while row and row[-1] == "":
        row.pop()
    return row


def _masked(value: object) -> object:
    return re.sub(r"\d\d:\d\d(:\d\d)?", "·", value) if isinstance(value, str) else value
