"""A ledger into the open workbook: what is asked is answered once, and every row lands."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from addin import files
from addin.macros import live, pasting
from addin.macros.steps import Tone
from addin.story.intake import take
from tests.addin.drafts import draft, saved
from tests.addin.engine_openpyxl import opened
from tests.ledgers.test_hostile import BENIGN, FORMULAS, formulas
from tests.ledgers.test_questions import CREDITS, TWO
from validators import imports
from validators.check import judge
from validators.findings import euros
from validators.ledger import import_ledger
from validators.read import lines_of, read
from validators.totals import column_cents
from workbook_templates import cells

if TYPE_CHECKING:
    from xlwings import Book

LEDGER = Path(__file__).parents[2] / "addin" / "examples" / "example-ledger.xlsx"
VOLETS = ("volet_a", "volet_b", "volet_c")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Return a report without faults."""
    path = saved(tmp_path, draft(faults=False))
    return opened(path.read_bytes(), str(path))


def cents(book: Book) -> int:
    """Return the sum of the expenses."""
    after = judge(live.read(book).raw)
    return sum(column_cents(after.tables[one], "total_amount") for one in VOLETS)


def rows_read(book: Book) -> int:
    """Return the rows of all sheets."""
    return sum(one.read for one in judge(live.read(book).raw).rows.values())


def test_a_ledger_goes_below_the_rows_that_are_there(book: Book) -> None:
    """Every cent of the ledger is in the sheets or told as set aside; the rows that were there stay."""
    rows, before = rows_read(book), cents(book)
    told = pasting.paste_ledger(book, str(LEDGER))
    expected = import_ledger(LEDGER.read_bytes(), LEDGER.name, live.read(book).measure, sheet_id=None)
    assert told.tone is Tone.GOOD, told
    assert rows_read(book) == rows + expected.row_count
    assert cents(book) == before + expected.balance.imported_cents
    assert euros(expected.balance.set_aside_cents, "fr") in told.second


def test_the_open_workbook_tells_what_the_file_would(book: Book) -> None:
    """Imports and repairs stand on their sheets as in a closed workbook; the same ledger again adds nothing."""
    pasting.paste_ledger(book, str(LEDGER))
    found = live.read(book)
    assert not list(imports.unbalanced(found.raw.imports))
    closed = take(LEDGER.read_bytes(), LEDGER.name, draft(faults=False).to_bytes(), None).workbook
    here, there = imports.records(found.raw.imports), imports.records(read(closed).imports)
    assert [replace(one, moment="") for one in here] == [replace(one, moment="") for one in there]
    layout = found.layout.sheets[cells.REPAIRS]
    grid = live.read_grid(book.sheets[layout.name])
    rows = [tuple(str(value).removesuffix(".0") for value in row[:6]) for row in grid[layout.first_row - 1 :]]
    wanted = lines_of(closed, layout, cells.REPAIR_COLUMNS)
    assert rows == [tuple(str(value).removesuffix(".0") for value in row) for row in wanted]
    before = cents(book)
    again = pasting.paste_ledger(book, str(LEDGER))
    assert (again.tone, cents(book)) == (Tone.GOOD, before)
    assert "102" in again.first


def test_what_is_not_known_is_asked_before_anything_is_written(book: Book, tmp_path: Path, home: Path) -> None:
    """The macro tells a question with its choices; run again with the answer it imports, and does not ask again."""
    (tmp_path / "export.csv").write_text(TWO, encoding="utf-8")
    before = cents(book)
    told = pasting.paste_ledger(book, str(tmp_path / "export.csv"))
    assert (told.code, told.tone) == ("RU-L06", Tone.FOUND)
    assert told.ask
    assert "Montant total" in told.ask.prompt
    assert list(told.ask.choices.values())[:2] == [
        "Montant  (10,00 · 20,00 · 5,00)",
        "Montant TVAC  (12,10 · 24,20 · 7,05)",
    ]
    assert (cents(book), (home / files.MAPPING).exists()) == (before, False)
    again = pasting.paste_ledger(book, str(tmp_path / "export.csv"), **{told.ask.name: "2"})
    assert (again.tone, again.ask, cents(book)) == (Tone.GOOD, None, before + 4335)
    assert '"Montant TVAC" = "total_amount"' in (home / files.MAPPING).read_text(encoding="utf-8")
    other = opened(draft(faults=False).to_bytes(), str(tmp_path / "other.xlsx"))
    assert pasting.paste_ledger(other, str(tmp_path / "export.csv")).ask is None


def test_a_newer_export_tells_what_changed(book: Book, tmp_path: Path) -> None:
    """What the workbook has otherwise than a newer export is told, line by line; nothing is replaced."""
    export = tmp_path / "export.csv"
    text = CREDITS.replace("-", "")
    export.write_text(text, encoding="utf-8")
    assert pasting.paste_ledger(book, str(export)).tone is Tone.GOOD
    before = cents(book)
    export.write_text(text.replace("20,00", "21,00"), encoding="utf-8")
    told = pasting.paste_ledger(book, str(export))
    assert (told.tone, len(told.more), cents(book)) == (Tone.FOUND, 1, before)
    assert "21,00" in told.more[0]


def test_what_must_be_known_of_a_ledger_is_told_with_its_balance(book: Book, tmp_path: Path) -> None:
    """A sum that its rows do not make, a row without an amount: told as the command line does, not passed over."""
    export = tmp_path / "export.csv"
    lines = ["21/03/2025;F1;Stage;Brico;10,00", "22/03/2025;F2;Bois;Brico;20,00", "23/03/2025;F3;Clous;Brico;"]
    export.write_text(
        "\n".join(["Date;N° pièce;Libellé;Fournisseur;Montant", *lines, ";;Total;;40,00"]), encoding="utf-8"
    )
    told = pasting.paste_ledger(book, str(export))
    assert told.tone is Tone.FOUND
    assert "70,00" in told.second
    assert any("40,00" in line and "30,00" in line for line in told.more)
    assert any("sans montant" in line for line in told.more)


def test_a_no_ends_with_the_sentence(book: Book, tmp_path: Path, home: Path) -> None:
    """A yes-or-no question says what it is about; no refuses the ledger, and nothing is written or remembered."""
    (tmp_path / "export.csv").write_text(CREDITS, encoding="utf-8")
    before = cents(book)
    told = pasting.paste_ledger(book, str(tmp_path / "export.csv"))
    assert told.ask
    assert list(told.ask.choices) == ["1", "0"]
    assert told.ask.prompt.startswith(told.first)
    refused = pasting.paste_ledger(book, str(tmp_path / "export.csv"), **{told.ask.name: "0"})
    assert (refused.tone, refused.code, refused.ask) == (Tone.REFUSED, "RU-L29", None)
    assert (cents(book), (home / files.MAPPING).exists()) == (before, False)


def as_bytes(book: Book) -> bytes:
    """Return the open workbook as it would be saved."""
    book.save()
    return Path(book.fullname).read_bytes()


def test_a_formula_in_a_text_cell_stays_text(book: Book, tmp_path: Path) -> None:
    """What a ledger holds of formulas goes into the open workbook as text, to the letter."""
    (tmp_path / "export.csv").write_text(BENIGN, encoding="utf-8")
    rows, before = rows_read(book), len(formulas(as_bytes(book)))
    assert pasting.paste_ledger(book, str(tmp_path / "export.csv")).tone is Tone.GOOD
    assert (rows_read(book), len(formulas(as_bytes(book)))) == (rows + len(FORMULAS), before)
    page = openpyxl.load_workbook(io.BytesIO(as_bytes(book)))["Volet A"]
    found = {cell.value for row in page.iter_rows() for cell in row if cell.data_type == "s"}
    assert found >= set(FORMULAS)
