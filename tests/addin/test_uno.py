"""The engine on LibreOffice: the same macros on the same workbook find, total and write the same as in memory."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
import xlwings

from addin.macros import checking, live, mend, publishing
from addin.macros.steps import Tone
from tests.addin.drafts import draft, saved
from tests.addin.engine_openpyxl import opened
from tests.addin.office import load_uno
from tests.addin.test_questions import component
from tests.official.blanks import parts
from tests.official.corpus import BOOKS
from tests.official.invent import build
from tests.tables import rows
from validators.check import check, judge
from workbook_templates import cells
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from xlwings import Book

    from addin.macros.steps import Told
    from tests.addin.office import Office

pytestmark = [pytest.mark.needs("soffice", "uno"), pytest.mark.xdist_group("office")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file of a report with a handful of faults."""
    return saved(tmp_path, draft())


@pytest.fixture
def book(path: Path, office: Office) -> Iterator[Book]:
    """Return that report, open in LibreOffice."""
    made = attached(office, path)
    yield made
    made.close()


def attached(office: Office, path: Path) -> Book:
    """Open a workbook in LibreOffice, as a book for macros."""
    load_uno()
    from addin.uno_engine.engine import attach  # noqa: PLC0415 - needs LibreOffice's module

    return attach(office.context, office.open(path))


def told_by(macro: Callable[[Book], Told], book: Book) -> Told:
    """Run a macro on a book, whose engine becomes the one that xlwings takes by default, as on a user's machine."""
    xlwings.engines[book.app.engine.name].activate()
    return macro(book)


def grid(book: Book, sheet_id: str) -> list[list[object]]:
    """Return the cells of a sheet."""
    return live.read_grid(book.sheets[live.find_layout(book).sheets[sheet_id].name])


def test_a_check_gives_the_same_in_memory_and_in_libreoffice(book: Book, path: Path) -> None:
    """Findings, totals, row counts, message, status columns and control sheet are equal, cell by cell."""
    in_memory = opened(path.read_bytes(), str(path))
    one, other = judge(live.read(in_memory).raw), judge(live.read(book).raw)
    assert one.findings == other.findings
    assert (one.totals, one.rows) == (other.totals, other.rows)
    assert told_by(checking.check, in_memory) == told_by(checking.check, book)
    for sheet_id in ("control", "volet_a", "volet_b", "volet_c", "staff"):
        below = live.find_layout(book).sheets[sheet_id].first_row - 1
        assert grid(in_memory, sheet_id)[below:] == grid(book, sheet_id)[below:]


def test_what_is_saved_from_libreoffice_checks_as_what_was_live(book: Book, path: Path) -> None:
    """Saved after a check and read as a file, the workbook gives the same findings and the same totals."""
    checking.check(book)
    alive = judge(live.read(book).raw)
    book.save()
    from_file = check(path.read_bytes())
    assert from_file.findings == alive.findings
    assert (from_file.totals, from_file.rows) == (alive.totals, alive.rows)


def test_the_totals_that_are_shown_are_those_that_are_told(office: Office, tmp_path: Path) -> None:
    """A file whose formulas still show another day's results is computed before its totals are shown."""
    book = attached(office, saved(tmp_path, draft(faults=False)))
    try:
        told = {total.id: total.cents for total in judge(live.read(book).raw).totals}
        checking.totals(book)
        where = live.find_layout(book).sheets["totals"]
        page = book.sheets[where.name]
        assert {name: round(page.range(cell).value * 100) for name, cell in where.fields.items()} == told
    finally:
        book.close()


TYPED = """
| value       | read        |
| ----------- | ----------- |
| 12.5        | 12.5        |
| 'text       | text        |
| '=1+1       | =1+1        |
| ''quoted    | 'quoted     |
| é€          | é€          |
"""


@pytest.mark.parametrize(("value", "read"), rows(TYPED))
def test_what_is_written_is_read_back(book: Book, value: str, read: str) -> None:
    """Text stays text whatever it begins with; a number is a number."""
    cell = book.sheets["Volet A"].range("D6")
    cell.value = float(value) if value == "12.5" else value
    assert cell.value == (float(read) if read == "12.5" else read)


def test_dates_errors_and_empty_cells_are_told_apart(book: Book) -> None:
    """A date comes as a date, a failed formula as its error, an empty cell as the option says."""
    page = book.sheets["Volet A"]
    page.range("A6").value = dt.datetime(2025, 3, 1)  # noqa: DTZ001 - a sheet's dates know no time zone
    page.range("H6").formula = "=1/0"
    page.range("H7").formula = "=SUM('Volet B'!H6,1.5)"
    page.range("D6").value = None
    found = page.range("A6:H6").options(ndim=2, empty="", err_to_str=True, dates=dt.date).value[0]
    assert (found[0], found[3], found[7]) == (dt.date(2025, 3, 1), "", "#DIV/0!")
    assert page.range("H6").value is None
    assert page.range("H7").formula == "=SUM('Volet B'!H6,1.5)"


def test_a_locked_cell_is_written_and_locked_again(book: Book) -> None:
    """A macro may write where the user may not; what the protection allows the user stays."""
    page = book.sheets["Totaux"]
    cell = page.range("A4")
    cell.value = "x"
    assert cell.value == "x"
    assert page.impl.uno.isProtected()


def test_hidden_rows_are_counted_and_a_finding_in_one_is_shown(book: Book) -> None:
    """Rows that a filter hides are checked like the others, said to be hidden, and shown when they have a finding."""
    page = book.sheets["Volet A"]
    page.range("A8:A10").rows.hidden = True
    assert live.read(book).raw.tables["volet_a"].counts.hidden == 3
    checking.check(book)
    assert page.range("H9").rows.hidden is False
    assert live.read(book).raw.tables["volet_a"].counts.hidden == 2


def test_what_a_rich_paste_destroyed_is_restored_in_libreoffice(book: Book) -> None:
    """Formats, drop-downs and colours that a paste with formats took away are there again after a check."""
    checking.check(book)
    page = book.sheets["Volet A"]
    pasted = page.range("A6:L12")
    pasted.number_format = "General"
    pasted.font.bold = True
    pasted.color = (255, 255, 0)
    pasted.conditional_formats.clear()
    empty = pasted.impl.uno.Validation
    empty.Type = load_uno().Enum("com.sun.star.sheet.ValidationType", "ANY")
    page.impl.uno.unprotect("")
    pasted.impl.uno.Validation = empty
    page.impl.uno.protect("")
    assert "Volet A" in checking.check(book).second
    assert page.range("A6:A20").number_format == "DD/MM/YYYY"
    assert page.range("G6:G20").data_validation.type == "list"
    assert page.range("A6:L12").font.bold is False
    assert page.range("A6:L12").color is None
    assert len(page.range("A6:M100").conditional_formats) == 2
    assert mend.formats(book, live.read(book)) == []


def test_a_link_of_the_control_sheet_names_its_cell(book: Book) -> None:
    """The place of each finding is a formula that leads there, and shows it."""
    checking.check(book)
    layout = live.find_layout(book)
    where = layout.sheets[cells.CONTROL]
    page = book.sheets[where.name]
    found = live.control_rows(layout, live.read_grid(page))
    linked = [(number, row) for number, row in enumerate(found, where.first_row) if row["place"]]
    assert linked
    for number, row in linked:
        sheet, _, cell = row["place"].rpartition("!")
        formula = page.range((number, where.columns["place"])).formula
        assert formula == f'=HYPERLINK("#\'{sheet}\'!{cell}","{row["place"]}")'


def test_what_the_engine_does_not_do_is_refused(book: Book) -> None:
    """Whatever is not part of the contract raises, as xlwings' base classes do; nothing is ignored in silence."""
    with pytest.raises(NotImplementedError):
        book.sheets[0].autofit()
    with pytest.raises(NotImplementedError):
        book.sheets[0].range("A1").get_special_cells("blanks")
    assert checking.check(book).tone is Tone.FOUND


def test_rows_written_by_the_hundred_are_as_high_as_their_texts(office: Office, tmp_path: Path) -> None:
    """The control sheet's rows show their whole texts after a check, and LibreOffice fits rows as before."""
    made = draft(40)
    for row in range(1, 40):
        made.raw["volet_a", made.address("volet_a", row, "label")] = "divers"
        made.raw["volet_a", made.address("volet_a", row, "total_amount")] = "beaucoup"
    book = attached(office, saved(tmp_path, made))
    checking.check(book)
    where = live.find_layout(book).sheets[cells.CONTROL]
    lines = book.sheets[where.name].impl.uno.Rows
    heights = [lines.getByIndex(row - 1).Height for row in range(where.first_row, where.first_row + 40)]
    assert min(heights) > 1000
    checking.clear_remarks(book)
    assert lines.getByIndex(where.first_row + 5).Height < 600
    assert book.impl.uno.IsAdjustHeightEnabled
    book.close()


def test_the_official_workbook_is_filled_part_by_part_and_shown(office: Office, tmp_path: Path) -> None:
    """What LibreOffice would write anew keeps its bytes: the file is filled beside it, computed, and opened."""
    blank, target = tmp_path / "officiel.xlsx", tmp_path / "rempli.xlsx"
    blank.write_bytes(build(BOOKS[0]).data)
    book = attached(office, saved(tmp_path, draft(faults=False)))
    told = told_by(lambda one: publishing.fill_official(one, str(blank), str(target)), book)
    assert (told.tone, told.second) == (Tone.FOUND, catalogue("addin", "fr")["macro"]["official"]["computed"])
    assert any("Personnel" in line for line in told.more)
    before, after = parts(blank.read_bytes()), parts(target.read_bytes())
    assert list(before) == list(after)
    assert all(name.startswith("xl/worksheets/sheet") for name in before if before[name] != after[name])
    shown = book.app.books[target.name]
    assert shown.sheets["Volet A"].range("H6").value
    shown.close()
    book.close()


def test_a_document_that_a_killed_helper_left_is_drawn_again(book: Book, tmp_path: Path) -> None:
    """However often it was kept from being drawn, the extension gives it back; a closed one is no matter."""
    document = book.impl.uno
    with component(tmp_path) as program:
        import_module(f"{program.__name__}.click")
        for _ in range(2):
            document.lockControllers()
        program.click.give_back(document)
        assert not document.hasControllersLocked()
        program.click.give_back(None)
