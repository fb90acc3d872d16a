"""Slips of a user's hand, in both spreadsheets: a click works all the same, or says what to do; no cent is lost."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from addin.macros import checking, live, pasting, publishing, signatures
from addin.macros.steps import Tone
from tests.addin.desks import run
from tests.addin.drafts import draft
from tests.addin.helpers import until
from validators.check import check, judge
from validators.ledger import import_ledger
from validators.totals import column_cents
from workbook_templates import cells

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlwings import Book

    from addin.macros.steps import Told
    from tests.addin.desks import Desk

LEDGER = Path(__file__).parents[2] / "addin" / "examples" / "example-ledger.xlsx"
VOLETS = ("volet_a", "volet_b", "volet_c")
REASON = "Vu avec le receveur, pièce au dossier."


@cache
def report(*, faults: bool) -> bytes:
    """Return a report, made once."""
    return draft(faults=faults).to_bytes()


@cache
def expected() -> list[str]:
    """Return the codes of what is wrong in the report with a handful of faults."""
    return sorted(finding.code for finding in check(report(faults=True)).findings)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file of a report with a handful of faults."""
    made = tmp_path / "rapport.xlsx"
    made.write_bytes(report(faults=True))
    return made


@pytest.fixture
def right(tmp_path: Path) -> Path:
    """Return the file of a report without faults."""
    made = tmp_path / "juste.xlsx"
    made.write_bytes(report(faults=False))
    return made


def seen(book: Book) -> tuple[dict[str, Any], int]:
    """Return what the user has typed, but for what a check writes beside it; and the sum of the expenses in cents."""
    raw = live.read(book).raw
    typed = {name: dict(table.columns) for part in (raw.tables, raw.forms) for name, table in part.items()}
    tables = judge(raw).tables
    return typed, sum(column_cents(tables[one], "total_amount") for one in VOLETS)


def codes(book: Book) -> list[str]:
    """Return the codes of the findings on the control sheet."""
    return sorted(row["code"] for row in control(book) if row["place"])


def control(book: Book) -> list[dict[str, str]]:
    """Return the rows of the control sheet."""
    layout = live.find_layout(book)
    return live.control_rows(layout, live.read_grid(book.sheets[layout.sheets[cells.CONTROL].name]))


def beside(book: Book, sheet_id: str) -> dict[int, str]:
    """Return what a check left beside the rows of a sheet: row to codes."""
    where = live.find_layout(book).sheets[sheet_id]
    grid = live.read_grid(book.sheets[where.name])
    at = where.columns[cells.STATUS] - 1
    told = {row: line[at] for row, line in enumerate(grid, 1) if row >= where.first_row and len(line) > at}
    return {row: str(text) for row, text in told.items() if text}


def test_a_workbook_that_was_never_saved(desk: Desk, right: Path) -> None:
    """It is checked; to be signed it must be saved, and the sentence says so."""
    book = desk.unsaved(right)
    before = seen(book)
    assert run(checking.check, book).tone is Tone.GOOD
    assert run(signatures.check_and_sign, book).code == "RU-M01"
    assert run(checking.carry_over, book, str(right.with_name("suite.xlsx"))).code == "RU-M01"
    assert run(signatures.status, book).code == "RU-M10"
    assert seen(book) == before
    assert [one.name for one in right.parent.glob("*.*")] == [right.name]


def test_a_workbook_that_is_open_to_be_read(desk: Desk, right: Path) -> None:
    """What cannot be written or saved is refused with what to do; what needs neither works."""
    book, data = desk.read_only(right), right.read_bytes()
    before = seen(book)
    refused = {run(checking.check, book).code, run(signatures.check_and_sign, book).code}
    assert refused == ({"", "RU-M08"} if desk.name == "in memory" else {"RU-M13"})
    assert run(checking.totals, book).tone is Tone.GOOD
    assert seen(book) == before
    assert right.read_bytes() == data
    assert [one.name for one in right.parent.glob("*.*")] == [right.name]


def test_a_workbook_from_an_address(desk: Desk, right: Path) -> None:
    """From SharePoint or OneDrive it is checked; to be signed it must be in a folder, and the sentence says so."""
    book, data = desk.online(right), right.read_bytes()
    before = seen(book)
    assert "://" in book.fullname
    assert run(checking.check, book).tone is Tone.GOOD
    assert run(signatures.check_and_sign, book).code == "RU-M02"
    assert run(signatures.status, book).code == "RU-M10"
    assert seen(book) == before
    assert right.read_bytes() == data


def test_a_filter_that_hides_rows(desk: Desk, path: Path) -> None:
    """Hidden rows are checked like the others, each gets its own code and no other, and the filter stays."""
    book = desk.open(path)
    before = seen(book)
    where = live.find_layout(book).sheets["volet_b"]
    page = book.sheets[where.name]
    kept = str(page.range((where.first_row + 1, where.columns["nature"])).value)
    desk.filter(book, where, where.columns["nature"], kept, where.first_row + 30)
    hidden = live.read(book).raw.tables["volet_b"].counts.hidden
    assert hidden > 5
    told = run(checking.check, book)
    assert codes(book) == expected()
    assert set(beside(book, "volet_b")) == {where.first_row + 5, where.first_row + 6}
    assert seen(book) == before
    assert told.first
    assert live.read(book).raw.tables["volet_b"].counts.hidden == hidden
    desk.show_all(book, where)
    assert live.read(book).raw.tables["volet_b"].counts.hidden == 0


def test_a_filter_on_the_findings(desk: Desk, path: Path) -> None:
    """The control sheet is written anew below a filter, and keeps the reason that was typed there."""
    book = desk.open(path)
    run(checking.check, book)
    warning = next(row for row in control(book) if row["code"] == "PAS-W205" and row["place"])
    live.show(book, *warning["place"].split("!"))
    assert not run(checking.accept_warning, book, REASON).code
    before = control(book)
    where = live.find_layout(book).sheets[cells.CONTROL]
    desk.filter(book, where, where.columns["code"], "PAS-E003", where.first_row + 20)
    run(checking.check, book)
    assert control(book) == before


def test_a_ledger_pasted_below_a_filter(desk: Desk, right: Path) -> None:
    """Every row and cent of the ledger lands in its column, below rows of which a filter hides some, and is shown."""
    book = desk.open(right)
    before = seen(book)
    for sheet_id in VOLETS:
        where = live.find_layout(book).sheets[sheet_id]
        kept = str(book.sheets[where.name].range((where.first_row, where.columns["nature"])).value)
        desk.filter(book, where, where.columns["nature"], kept, where.first_row + 200)
    hidden = [live.read(book).raw.tables[one].counts.hidden for one in VOLETS]
    taken = import_ledger(LEDGER.read_bytes(), LEDGER.name, live.read(book).measure, sheet_id=None)
    assert run(pasting.paste_ledger, book, str(LEDGER)).tone is Tone.GOOD
    assert seen(book)[1] == before[1] + taken.balance.imported_cents
    raw = live.read(book).raw
    assert [raw.tables[one].counts.hidden for one in VOLETS] == hidden


def test_a_sheet_that_was_renamed(desk: Desk, path: Path) -> None:
    """Everything works under the new name; findings of before are not shown at a wrong place."""
    book = desk.open(path)
    run(checking.check, book)
    before = seen(book)
    desk.rename(book, "Volet A", "Dépenses d'aide 2025")
    live.show(book, "Volet B", "A1")
    while not (told := run(checking.next_finding, book)).code and "Volet" in told.first:
        assert "Volet A" not in told.first
    assert told.code == "RU-M14"
    assert "Volet A" in told.first
    run(checking.check, book)
    assert codes(book) == expected()
    assert "Dépenses d'aide 2025!H9" in [row["place"] for row in control(book)]
    assert seen(book) == before


def test_a_column_that_was_inserted(desk: Desk, right: Path) -> None:
    """The columns are found behind it; a check and a ledger read and write them there."""
    book = desk.open(right)
    before = seen(book)
    desk.insert_column(book, "Volet A", 3)
    told = run(checking.check, book)
    assert (told.tone, seen(book)) == (Tone.GOOD, before), told
    taken = import_ledger(LEDGER.read_bytes(), LEDGER.name, live.read(book).measure, sheet_id=None)
    assert run(pasting.paste_ledger, book, str(LEDGER)).tone is Tone.GOOD
    assert seen(book)[1] == before[1] + taken.balance.imported_cents


def test_rows_that_were_deleted_in_the_middle(desk: Desk, path: Path) -> None:
    """The other rows count, to the cent; findings of before are not shown at a wrong row."""
    book = desk.open(path)
    run(checking.check, book)
    expenses, rows = seen(book)[1], draft().rows["volet_b"]
    where = live.find_layout(book).sheets["volet_b"]
    desk.delete_rows(book, where.name, where.first_row + 2, 2)
    gone = sum(int(str(row["total_amount"])) for row in rows[2:4])
    assert gone
    places = [row["place"] for row in control(book) if row["place"].startswith(where.name)]
    live.show(book, where.name, "A1")
    walked = [run(checking.next_finding, book) for _ in expected()]
    assert {told.code for told in walked} == {"", "RU-M14"}
    assert all(place not in told.first for place in places for told in walked if not told.code)
    run(checking.check, book)
    assert codes(book) == expected()
    assert seen(book)[1] == expenses - gone


def test_a_template_unprotected_with_its_formulas_typed_over(desk: Desk, right: Path) -> None:
    """The formulas come back, their places are told, and the totals that are told never came from them."""
    book = desk.open(right)
    before, figures = seen(book), run(checking.totals, book)
    desk.unprotect(book)
    where = live.find_layout(book).sheets["totals"]
    page = book.sheets[where.name]
    formulas = {address: page.range(address).formula for address in where.fields.values()}
    for address in formulas:
        page.range(address).value = 1234.56
    now = run(checking.totals, book)
    assert (now.first, now.more) == (figures.first, figures.more)
    assert {address: page.range(address).formula for address in formulas} == formulas
    assert all(f"{where.name}!{address}" in now.second for address in formulas)
    assert (run(checking.totals, book), seen(book)) == (figures, before)


def test_two_workbooks_open(desk: Desk, path: Path, right: Path) -> None:
    """The one that is meant is worked on, whichever is in front; the other one stays as it is."""
    meant, other = desk.open(path), desk.open(right)
    before = {name: live.read_grid(other.sheets[name]) for name in [one.name for one in other.sheets]}
    live.show(other, "Volet C", "D9")
    run(checking.check, meant)
    assert codes(meant) == expected()
    live.show(other, "Volet C", "D9")
    if desk.name == "in memory":
        assert run(checking.accept_warning, meant, REASON).code == "RU-M09"
    run(checking.next_finding, meant)
    assert live.selected(meant)[0].startswith("Volet")
    assert run(pasting.paste_ledger, meant, str(LEDGER)).tone is Tone.GOOD
    assert {name: live.read_grid(other.sheets[name]) for name in before} == before


@pytest.mark.parametrize("macro", ["new_report", "carry_over", "fill_official"])
def test_a_new_workbook_named_like_an_open_one(macro: str, desk: Desk, path: Path, right: Path) -> None:
    """No spreadsheet opens two of one name: that is said before anything is written."""
    meant, _ = desk.open(right), desk.open(path)
    target = path.parent / "ailleurs" / path.name.upper()
    clicks: dict[str, Callable[[], Told]] = {
        "new_report": lambda: run(checking.new_report, meant, "pas/2025", "fr", str(target)),
        "carry_over": lambda: run(checking.carry_over, meant, str(target)),
        "fill_official": lambda: run(publishing.fill_official, meant, str(path), str(target)),
    }
    told = clicks[macro]()
    assert (told.tone, told.code) == (Tone.REFUSED, "RU-M15")
    assert not target.parent.exists()


def test_a_cell_in_the_middle_of_being_typed(desk: Desk, path: Path) -> None:
    """Excel answers nobody meanwhile, and the sentence says so; LibreOffice does, and what was typed is kept."""
    book = desk.open(path)
    before = seen(book)
    desk.typing(book, "Volet A", "D7", "suite")
    told = run(checking.check, book)
    if desk.name == "in memory":
        assert (told.tone, told.code) == (Tone.REFUSED, "RU-M06")
        desk.typing(book, "", "", "")
        assert (seen(book), codes(book)) == (before, [])
        assert book.app.screen_updating
    else:
        assert told.tone is Tone.FOUND
        assert codes(book) == expected()
        until(lambda: str(book.sheets["Volet A"].range("D7").value).endswith("suite"))
