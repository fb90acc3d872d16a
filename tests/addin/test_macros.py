"""The macros, click by click, on a workbook in memory: what they tell, where they lead, what they refuse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from addin.macros import checking, live, mend
from addin.macros.steps import Told, Tone
from tests.addin.drafts import FAULTS, draft, saved
from tests.addin.engine_openpyxl import opened
from tests.tables import rows
from validators.check import check, judge
from workbook_templates import cells, packs
from workbook_templates.layout import read_layout
from workbook_templates.measure import LANGUAGES
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from xlwings import Book

REASON = "Vu avec le receveur, pièce au dossier."
WARNING = "PAS-W205"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Return a report with a handful of faults."""
    path = saved(tmp_path, draft())
    return opened(path.read_bytes(), str(path))


def here(book: Book) -> str:
    """Return the place of the selected cell."""
    sheet, row, column = live.selected(book)
    return f"{sheet}!{cells.a1(row, column)}"


def control(book: Book) -> list[dict[str, str]]:
    """Return the rows of the control sheet that hold something."""
    layout = live.find_layout(book)
    grid = live.read_grid(book.sheets[layout.sheets[cells.CONTROL].name])
    return [row for row in live.control_rows(layout, grid) if row["code"]]


def places(book: Book) -> list[str]:
    """Return the places of the findings, in the order of the control sheet."""
    return list(dict.fromkeys(row["place"] for row in control(book) if row["place"]))


def statuses(book: Book, sheet_id: str) -> list[object]:
    """Return the texts of a sheet's status column that are not empty."""
    where = live.find_layout(book).sheets[sheet_id]
    column = where.columns[cells.STATUS]
    values = book.sheets[where.name].range((where.first_row, column), (where.first_row + 30, column)).value
    return [value for value in values if value]


@pytest.mark.parametrize(("measure", "year"), packs.available())
def test_a_live_check_finds_what_a_check_of_the_file_finds(measure: str, year: int, tmp_path: Path) -> None:
    """The same findings, totals and row counts for every measure, whether the workbook is open or closed."""
    from tests.validators.drafts import valid  # noqa: PLC0415 - beside ours

    made = valid(packs.load(measure, year), 5)
    sheet = next(one for one in made.measure.sheets if one.columns and len(made.rows.get(one.id, ())) > 1)
    made.raw[sheet.id, made.address(sheet.id, 1, sheet.columns[0].id)] = "?"
    data = made.to_bytes()
    from_file, from_book = check(data), judge(live.read(opened(data)).raw)
    assert from_file.findings
    assert from_book.findings == from_file.findings
    assert (from_book.totals, from_book.rows) == (from_file.totals, from_file.rows)


def test_a_check_leaves_codes_beside_the_rows_and_findings_on_the_control_sheet(book: Book) -> None:
    """Each finding has its code in its row's status, and a row on the control sheet that leads to its cell."""
    told = checking.check(book)
    findings = check(Path(book.fullname).read_bytes()).findings
    assert (told.tone, told.code) == (Tone.FOUND, "")
    assert len(findings) == len(FAULTS) == len([row for row in control(book) if row["place"]])
    for sheet_id in ("volet_a", "volet_b", "volet_c"):
        assert statuses(book, sheet_id) == [one.code for one in findings if one.sheet == sheet_id]
    assert told.second.startswith(findings[0].message)
    assert here(book) == places(book)[0]


def test_a_second_check_after_mending_leaves_nothing_of_the_first(book: Book) -> None:
    """What was mended is gone from status and control sheet; a report without faults says so."""
    checking.check(book)
    layout = live.find_layout(book)
    right = draft(faults=False)
    for sheet_id, row, column in FAULTS:
        where = layout.sheets[sheet_id]
        value = right.rows[sheet_id][row][column]
        if column == "total_amount":
            value = int(str(value)) / 100
        choices = right.measure.sheet(sheet_id).column(column).choices
        value = next((one.label["fr"] for one in choices if one.id == value), value)
        book.sheets[where.name].range((where.first_row + row, where.columns[column])).value = value
    told = checking.check(book)
    assert told.tone is Tone.GOOD, control(book)
    assert control(book) == []
    assert statuses(book, "volet_a") == statuses(book, "volet_b") == []


def test_next_and_previous_walk_round_the_findings(book: Book) -> None:
    """Next leads to each finding in turn and then to the first again; previous goes back."""
    checking.check(book)
    wanted = places(book)
    seen = [here(book)]
    for _ in wanted:
        assert checking.next_finding(book).tone is Tone.QUIET
        seen.append(here(book))
    assert seen == [*wanted, wanted[0]]
    checking.previous_finding(book)
    assert here(book) == wanted[-1]


def test_next_goes_on_where_the_walk_was_left(book: Book) -> None:
    """A cell is mended, Enter selects another: next leads to the finding behind the one shown last."""
    checking.check(book)
    checking.next_finding(book)
    live.show(book, book.sheets[0].name, "B2")
    checking.next_finding(book)
    assert here(book) == places(book)[2]
    live.show(book, book.sheets[0].name, "B2")
    checking.previous_finding(book)
    assert here(book) == places(book)[1]


def test_from_anywhere_next_leads_to_the_first_and_previous_to_the_last(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a workbook that was checked another day, no finding was shown yet."""
    checking.check(book)
    for macro, position in ((checking.next_finding, 0), (checking.previous_finding, -1)):
        monkeypatch.setattr(checking, "_SHOWN", {})
        live.show(book, book.sheets[0].name, "B2")
        macro(book)
        assert here(book) == places(book)[position]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_no_language_is_told_the_host_has_one(book: Book, lang: str) -> None:
    """In a workbook that is none of ours, messages are in the language of the spreadsheet's menus."""
    for name in list(book.impl._book.defined_names):  # noqa: SLF001 - an engine for tests
        del book.impl._book.defined_names[name]  # noqa: SLF001 - as above
    told = checking.check(book, host_lang=lang)
    assert (told.code, told.tone) == ("RU-X07", Tone.REFUSED)
    assert told.first == catalogue("validators", lang)["input"]["RU-X07"]["message"].format()


def test_a_warning_is_accepted_with_a_reason_that_a_later_check_keeps(book: Book) -> None:
    """The reason stands beside the code and survives a check; what is left to do is told."""
    checking.check(book)
    live.show(book, *next(place for place in places(book) if place.startswith("Volet C")).split("!"))
    told = checking.accept_warning(book, REASON)
    assert told.tone is Tone.GOOD
    assert WARNING in told.first
    assert "PAS-E003" in told.second
    checking.check(book)
    assert {row["reason"] for row in control(book) if row["code"] == WARNING and not row["place"]} == {REASON}


REFUSALS = """
| selected      | reason                | code    |
| ------------- | --------------------- | ------- |
| Volet A!H9    | une raison suffisante | RU-M04  |
| Volet A!B2    | une raison suffisante | RU-M09  |
| Volet C!D9    | non                   | RU-X21  |
"""


@pytest.mark.parametrize(("selected", "reason", "code"), rows(REFUSALS))
def test_what_cannot_be_accepted_is_refused(book: Book, selected: str, reason: str, code: str) -> None:
    """An error, a cell without a finding and a reason that is none are refused, and nothing is written."""
    checking.check(book)
    live.show(book, *selected.split("!"))
    told = checking.accept_warning(book, reason)
    assert (told.tone, told.code) == (Tone.REFUSED, code)
    assert not any(row["reason"] for row in control(book))


def test_clearing_keeps_the_reasons_that_were_typed(book: Book) -> None:
    """Status columns and findings go; what the centre has typed stays, and counts again at the next check."""
    checking.check(book)
    live.show(book, *next(place for place in places(book) if place.startswith("Volet C")).split("!"))
    checking.accept_warning(book, REASON)
    told = checking.clear_remarks(book)
    assert "1" in told.second
    assert statuses(book, "volet_a") == []
    assert [row["code"] for row in control(book)] == [WARNING]
    assert checking.next_finding(book).code == "RU-M05"
    checking.check(book)
    assert REASON in {row["reason"] for row in control(book)}


def test_totals_are_told_to_the_cent_and_the_sheet_is_shown(book: Book) -> None:
    """The key figures are those of the check, the group of all first."""
    told = checking.totals(book)
    result = check(Path(book.fullname).read_bytes())
    figures = " ".join([told.first, *told.more])
    for line in (line for line in result.measure.lines if line.emphasis):
        for group in result.measure.groups:
            if line in result.measure.lines_of(group):
                assert checking.euros(result.cents(cells.total_id(line.id, group.id)), "fr") in figures
    assert here(book).startswith(result.layout.sheets["totals"].name)


def test_a_new_report_is_the_template_and_is_opened(book: Book, tmp_path: Path) -> None:
    """The workbook at the path is the pack's template, in the wanted language; an existing file stays."""
    path = tmp_path / "nieuw"
    told = checking.new_report(book, "gas_electricity/2025", "nl", str(path))
    made = Path(told.file)
    layout = read_layout(made.read_bytes())
    assert (told.tone, made.suffix) == (Tone.GOOD, ".xlsx")
    assert (layout.measure, layout.year, layout.lang) == ("gas_electricity", 2025, "nl")
    assert [one.name for one in book.app.books] == [Path(book.fullname).name, made.name]
    assert checking.new_report(book, "pas/2025", "nl", str(path)).code == "RU-X10"
    assert checking.new_report(book, "pas/1999", "nl", str(tmp_path / "x")).code == "RU-X18"


def test_a_chosen_language_is_spoken_and_the_settings_beside_it_stay(book: Book, home: Path) -> None:
    """Messages and findings change their language, the workbook does not."""
    home.mkdir()
    (home / "settings.toml").write_text('tsa = ["https://time.example/"]\nlang = "fr"\n', encoding="utf-8")
    assert checking.language(book, "de").first == catalogue("addin", "de")["macro"]["language"]
    assert (home / "settings.toml").read_text(encoding="utf-8") == 'lang = "de"\ntsa = ["https://time.example/"]\n'
    assert "Ein Betrag ist eine Zahl" in checking.check(book).second
    assert checking.language(book, "xx").code == "RU-X18"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_macro_speaks_the_language_of_the_workbook(lang: str, tmp_path: Path) -> None:
    """No sentence lacks a word, whatever the language, and none shows a national number."""
    path = saved(tmp_path, draft(lang=lang))
    book = opened(path.read_bytes(), str(path))
    told = [
        checking.check(book),
        checking.next_finding(book),
        checking.accept_warning(book, REASON),
        checking.totals(book),
        checking.portal_checklist(book),
        checking.guide(book),
        checking.doctor(book),
        checking.clear_remarks(book),
    ]
    for one in told:
        text = " ".join([one.first, one.second, *one.more])
        assert one.first
        assert not re.search(r"[{}]|\d{11}|\d\d\.\d\d\.\d\d-\d{3}\.\d\d", text)
        assert one.code in {"", "RU-M04"}, one


def test_what_a_rich_paste_destroyed_is_restored(book: Book) -> None:
    """Number formats, letters, drop-downs and the colours by status are again what the template has."""
    checking.check(book)
    found = live.read(book)
    where = found.layout.sheets["volet_a"]
    page = book.sheets[where.name]
    pasted = page.range((where.first_row, 1), (where.first_row + 5, 12))
    pasted.number_format = "General"
    pasted.font.bold = True
    pasted.conditional_formats.clear()
    page.impl._page.data_validations.dataValidation.clear()  # noqa: SLF001 - as a paste does
    told = checking.check(book)
    assert where.name in told.second
    assert mend.formats(book, live.read(book)) == []
    rules = [rule for one in page.impl._page.conditional_formatting for rule in one.rules]  # noqa: SLF001 - as above
    assert [rule.priority for rule in sorted(rules, key=lambda rule: rule.priority)] == [1, 2]


def test_a_date_among_amounts_does_not_become_an_amount(book: Book) -> None:
    """Restoring the formats leaves a date where none belongs a date: as a number it would be 45,717 euros."""
    where = live.find_layout(book).sheets["volet_a"]
    cell = book.sheets[where.name].range((where.first_row, where.columns["total_amount"]))
    cell.value = live.dt.datetime(2025, 3, 1)
    for _ in range(2):
        checking.check(book)
        assert [row["code"] for row in control(book) if row["place"] == f"{where.name}!H6"] == ["PAS-E003"]


def test_overwritten_totals_are_put_back(book: Book) -> None:
    """A formula of the totals sheet that was typed over is written again, and its place is told."""
    where = live.find_layout(book).sheets["totals"]
    address = where.fields["expenses_a"]
    cell = book.sheets[where.name].range(address)
    formula = cell.formula
    cell.value = 1.0
    assert f"{where.name}!{address}" in checking.check(book).second
    assert cell.formula == formula


def test_whatever_happens_the_screen_is_given_back(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """A macro that breaks in the middle ends in a sentence without anything from a cell, and leaves no trace."""

    def broken(*_: object) -> None:
        raise ValueError("85.07.30-033.28")

    monkeypatch.setattr(checking, "judge", broken)
    told = checking.check(book)
    assert (told.tone, told.code) == (Tone.REFUSED, "RU-M07")
    assert "85.07" not in told.first + told.second
    assert book.app.screen_updating
    assert book.app.status_bar is False


@pytest.mark.parametrize("patience", range(10))
def test_cancelling_between_two_steps_leaves_the_workbook_as_it_was(book: Book, patience: int) -> None:
    """Whenever the user stops before the writing begins, nothing has been written."""
    before = book.impl.to_bytes()
    asked = iter(range(100))
    told: Told = checking.check(book, cancelled=lambda: next(asked) >= patience)
    stopped = told.first == catalogue("addin", "fr")["macro"]["cancelled"]
    assert stopped == (patience < 9)
    if stopped:
        assert _contents(book.impl.to_bytes()) == _contents(before)


def _contents(data: bytes) -> dict[str, object]:
    import io  # noqa: PLC0415 - here only

    import openpyxl  # noqa: PLC0415 - here only

    return {page.title: list(page.values) for page in openpyxl.load_workbook(io.BytesIO(data))}


def test_what_takes_long_is_shown_in_the_status_bar(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a second each step says what it does; a quick check says nothing."""
    checking.check(book)
    assert [text for text in book.app.impl._bar if text] == []  # noqa: SLF001 - what the user saw
    monkeypatch.setattr("addin.macros.steps._PATIENCE", -1.0)
    checking.check(book)
    shown = [text for text in book.app.impl._bar if text]  # noqa: SLF001 - what the user saw
    assert len(shown) == 9
    assert book.app.status_bar is False


def test_a_workbook_of_somebody_elses_is_refused_with_a_sentence() -> None:
    """Whatever needs a template of ours says so; the doctor works anywhere."""
    import io  # noqa: PLC0415 - here only

    import openpyxl  # noqa: PLC0415 - here only

    target, plain = io.BytesIO(), openpyxl.Workbook()
    plain.active["A1"] = 1
    plain.save(target)
    book = opened(target.getvalue())
    assert {macro(book).code for macro in (checking.check, checking.totals, checking.clear_remarks)} == {"RU-X07"}
    assert checking.doctor(book).code == ""
