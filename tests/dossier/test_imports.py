"""What a workbook tells of the ledgers that went into it: a balance that reads back, and rows that are known again."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from pathlib import Path

import openpyxl
import pytest

from addin.story import dossier
from addin.story.intake import Taken, take, with_totals
from addin.story.remembering import MappingFile
from addin.story.upgrade import upgrade
from signer import container
from tests import tables
from tests.ledgers.corpus import RECIPES, bake
from tests.validators.drafts import poked, template, valid
from validators import imports
from validators.check import check
from validators.findings import InputError, euros
from validators.ledger import answer, record, to_json
from validators.read import RawWorkbook, lines_of, read
from workbook_templates import cells, packs
from workbook_templates.build import build
from workbook_templates.layout import read_layout
from workbook_templates.measure import LANGUAGES, Severity

EXAMPLE = Path(__file__).parents[2] / "addin" / "examples" / "example-ledger.xlsx"
AT = dt.datetime(2026, 1, 31, 8, 30, tzinfo=dt.UTC)
HEAD = "Date;N° pièce;Article;Libellé;Fournisseur;Montant\n"
ROWS = (
    "21/02/2025;A1;831/333-01;Stage enfants;ASBL X;10,00\n",
    "22/02/2025;A2;831/334-01;Excursion mer;ASBL Y;20,00\n",
    "23/03/2025;A3;831/334-01;Cinéma jeunes;ASBL Z;5,00\n",
    "24/04/2025;A4;831/334-01;Location salle;ASBL Z;7,50\n",
)
"""A small ledger, line by line; amounts 10, 20, 5 and 7.50 euros."""


def bring(ledger: str, workbook: bytes) -> Taken:
    """Take a text over as a ledger."""
    return take(ledger.encode(), "export.csv", workbook, None, at=AT)


def told(workbook: bytes, sheet_id: str = cells.IMPORTS) -> list[dict[str, object]]:
    """Return the rows of the sheet of imports, or of repairs, by column."""
    layout = read_layout(workbook)
    assert layout
    columns = cells.IMPORT_COLUMNS if sheet_id == cells.IMPORTS else cells.REPAIR_COLUMNS
    return [dict(zip(columns, row, strict=True)) for row in lines_of(workbook, layout.sheets[sheet_id], columns)]


def raw(workbook: bytes) -> RawWorkbook:
    """Read a workbook whose imports are in order."""
    found = read(workbook)
    assert not list(imports.unbalanced(found.imports))
    return found


@pytest.fixture(scope="module")
def filled() -> Taken:
    """Take the example over."""
    return take(EXAMPLE.read_bytes(), EXAMPLE.name, template("pas", 2025, "fr"), None, at=AT)


def test_the_balance_reads_back_to_the_cent(filled: Taken) -> None:
    """Name, moment, fingerprint, rows and cents of each part are those of the import."""
    (one,) = imports.records(raw(filled.workbook).imports)
    imported = to_json(filled.imported)
    balance = imported["balance"]
    assert (one.number, one.ledger, one.moment) == (1, EXAMPLE.name, "2026-01-31T08:30:00Z")
    assert one.sha256 == hashlib.sha256(EXAMPLE.read_bytes()).hexdigest()
    assert one.cents == balance["ledger_cents"]
    assert {part.name: part.rows for part in one.imported} == imported["imported"]["sheets"]
    assert sum(part.cents for part in one.imported) == balance["imported_cents"]
    assert sum(part.cents for part in one.set_aside) == balance["set_aside_cents"]
    assert one.rows == imported["imported"]["rows"] + len(imported["set_aside"]) + len(imported["not_selected"])
    assert one.repairs == sum(kind["count"] for kind in imported["repairs"])
    assert one.difference == (0, 0)


def test_each_repair_stands_beside_its_reason(filled: Taken) -> None:
    """The place in the workbook holds what the repair came to; no national number is shown."""
    repairs = told(filled.workbook, cells.REPAIRS)
    assert len(repairs) == filled.imported.repaired.total() == 283
    book = openpyxl.load_workbook(io.BytesIO(filled.workbook))
    for one in repairs:
        sheet, _, cell = str(one["place"]).rpartition("!")
        value = book[sheet][cell].value
        if isinstance(value, dt.datetime):
            assert f"{value:%d/%m/%Y}" == one["after"]
        elif isinstance(value, float | int):
            assert f"{value:.2f}".replace(".", ",").replace("-", "−") == str(one["after"])[:-2].replace("\u202f", "")
        elif str(one["after"]).endswith("***.**"):
            assert str(value).startswith(str(one["after"])[:8].replace(".", ""))
            assert "***" in str(one["before"])
        else:
            assert value == one["after"]
    written = filled.workbook + repr(told(filled.workbook)).encode()
    assert b"1490700185" not in written


SIGNS = """
| kind           | headings        | cells                | extra  |
| -------------- | --------------- | -------------------- | ------ |
| amount_side    | Débit;Crédit    | 10,00; ;20,00 5,00;  |        |
| amount_side    | Montant;D/C     | 10,00;D 20,00;C 5;D  |        |
| amount_negated | Montant;Solde   | -10,00; -20,00; -5;  | negate |
"""


@pytest.mark.parametrize(("kind", "headings", "amounts", "extra"), tables.rows(SIGNS))
def test_a_sign_that_was_turned_is_a_repair(kind: str, headings: str, amounts: str, extra: str, tmp_path: Path) -> None:
    """What stands on the credit side, or was confirmed to be the other way round, is told with what the cell holds."""
    lines = [f"1{at}/02/2025;A{at};Poste {at};ASBL X;{cell}\n" for at, cell in enumerate(amounts.split())]
    ledger = f"Date;N° pièce;Libellé;Fournisseur;{headings}\n" + "".join(lines)
    mapping = MappingFile(tmp_path / "ours.toml")
    taken = take(
        ledger.encode(),
        "x.csv",
        template("pas", 2025, "fr"),
        None,
        mapping=mapping,
        ask=lambda *_asked: answer.YES if extra else None,
    )
    (repair,) = (one for one in taken.imported.repairs if one.kind == kind)
    cents = dict(zip(taken.imported.places["volet_a"], taken.imported.rows["volet_a"]["total_amount"], strict=True))
    assert [cents[row] for row in repair.rows] == repair.after
    shown = {str(one["after"]) for one in told(taken.workbook, cells.REPAIRS)}
    assert shown >= {euros(int(str(one)), "fr") for one in repair.after}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("measure", ["pas", "gas_electricity"])
def test_a_record_reads_back_in_every_language(measure: str, lang: str) -> None:
    """The sheet's words are the workbook's; what is read back is the same."""
    workbook = bring(HEAD + "".join(ROWS), template(measure, 2025, lang)).workbook
    (one,) = imports.records(raw(workbook).imports)
    assert (one.rows, one.cents, one.difference) == (4, 4250, (0, 0))
    assert {str(line["item"]) for line in told(workbook)}


@pytest.mark.parametrize("name", [name for position, name in enumerate(RECIPES) if position % 8 == 0])
def test_any_ledger_leaves_a_balance_that_adds_up(name: str) -> None:
    """Whatever a ledger looks like, its record reads back in balance, and again it adds nothing."""
    made = bake(RECIPES[name])
    workbook = take(made.data, made.name, template("pas", 2025, "nl"), None, at=AT).workbook
    (one,) = imports.records(raw(workbook).imports)
    assert sum(part.cents for part in one.imported) == made.cents
    again = take(made.data, made.name, workbook, None, at=AT)
    assert (again.imported.row_count, again.workbook) == (0, workbook)


def test_the_same_ledger_again_adds_nothing(filled: Taken) -> None:
    """Every row is known, whatever happened to it in the workbook, and the workbook stays byte for byte."""
    layout = filled.layout.sheets["volet_a"]
    label, last = layout.columns["label"], layout.first_row
    edited = poked(filled.workbook, {("volet_a", cells.a1(last, label)): "Autrement dit"})
    for workbook in (filled.workbook, edited):
        again = take(EXAMPLE.read_bytes(), "renamed.xlsx", workbook, "volet_b", at=AT)
        assert again.imported.row_count == 0
        assert sum(one.reason == "known" for one in again.imported.set_aside) == 102
        assert again.workbook == workbook
        assert again.imported.balance.difference_cents == 0


def test_rows_that_were_typed_are_known_too() -> None:
    """A row that stands in the sheet without any import is not added a second time."""
    once = bring(HEAD + ROWS[0], template("pas", 2025, "fr")).workbook
    rows = {
        ("imports", cells.a1(row, column)): None
        for row in range(6, 40)
        for column in range(1, len(cells.IMPORT_COLUMNS) + 1)
    }
    bare = poked(once, rows)
    assert imports.records(read(bare).imports) == ()
    again = bring(HEAD + "".join(ROWS), bare)
    assert (again.imported.row_count, again.imported.balance.imported_cents) == (3, 3250)


def test_a_newer_export_adds_what_is_new_and_tells_what_changed() -> None:
    """A new row goes in; one that changed is told with place, before and after, and nothing is replaced."""
    first = bring(HEAD + "".join(ROWS[:3]), template("pas", 2025, "fr")).workbook
    newer = HEAD + ROWS[0].replace("10,00", "11,00") + ROWS[1].replace("20,00", "-20,00") + ROWS[2] + ROWS[3]
    second = bring(newer, first)
    assert (second.imported.row_count, second.imported.balance.imported_cents) == (1, 750)
    assert [(one.kind, one.place, one.before, one.after) for one in second.imported.changes] == [
        ("changed", "Volet A!H6", 1000, 1100),
        ("changed", "Volet A!H7", 2000, -2000),
    ]


def test_changes_are_told_until_the_workbook_agrees() -> None:
    """A changed amount and a row that is gone come back in each import, until they are put right in the workbook."""
    first = bring(HEAD + "".join(ROWS), template("pas", 2025, "fr")).workbook
    newer = HEAD + ROWS[0].replace("10,00", "11,00") + ROWS[2] + ROWS[3]
    second = bring(newer, first)
    assert to_json(second.imported)["changes"] == [
        {"kind": "changed", "place": "Volet A!H6", "before_cents": 1000, "row": 2, "after_cents": 1100},
        {"kind": "gone", "place": "Volet A!H7", "before_cents": 2000, "row": None, "after_cents": None},
    ]
    records = imports.records(raw(second.workbook).imports)
    assert [(one.number, one.rows, one.changes) for one in records] == [(1, 4, 0), (2, 3, 2)]
    third = bring(newer, second.workbook)
    assert len(third.imported.changes) == 2
    mended = poked(second.workbook, {("volet_a", "H6"): 11, ("volet_a", "K6"): 11})
    mended = poked(mended, {("volet_a", f"{letter}7"): None for letter in "ABCDEFGHIJKL"})
    fourth = bring(newer, mended)
    assert (fourth.imported.row_count, fourth.imported.changes) == (0, ())


def test_a_row_that_was_edited_is_still_missed_when_it_is_gone() -> None:
    """The centre's own wording does not hide that the accounts have the expense no longer."""
    first = bring(HEAD + "".join(ROWS), template("pas", 2025, "fr")).workbook
    edited = poked(first, {("volet_a", "D7"): "Excursion à la mer, 20 enfants"})
    changes = bring(HEAD + ROWS[0] + ROWS[2] + ROWS[3], edited).imported.changes
    assert [(one.kind, one.place, one.before) for one in changes] == [("gone", "Volet A!H7", 2000)]


def test_an_export_of_fewer_months_misses_nothing() -> None:
    """A row of the workbook outside the export's period is not told as gone."""
    first = bring(HEAD + "".join(ROWS), template("pas", 2025, "fr")).workbook
    assert bring(HEAD + "".join(ROWS[:3]), first).imported.changes == ()


CHANGED = {"D6": 1, "C6": 1, "C9": "douze", "D9": 1.005, "A9": None, "E20": None}
"""Cells of the sheet of imports that somebody changed, and what they typed."""


@pytest.mark.parametrize("cell", CHANGED)
def test_a_figure_that_was_changed_by_hand_is_found(cell: str) -> None:
    """The balance no longer comes out, the place is told, and nothing is imported on top of it."""
    once = bring(HEAD + "".join(ROWS), template("pas", 2025, "fr")).workbook
    memory = next(row for row, line in enumerate(told(once), start=6) if line["key"] == "memory")
    place = cell if cell != "E20" else f"E{memory}"
    changed = poked(once, {("imports", place): CHANGED[cell]})
    assert list(imports.unbalanced(read(changed).imports))
    with pytest.raises(InputError) as caught:
        bring(HEAD + ROWS[0], changed)
    assert caught.value.code == "RU-X24"
    for lang in LANGUAGES:
        assert "Imports!" in caught.value.text(lang)[0]


STANDS = """
| what was done in the sheet       | cells                            | rows | cents | edited     |
| -------------------------------- | -------------------------------- | ---- | ----- | ---------- |
| nothing                          |                                  |      |       |            |
| another wording                  | D6=Autrement                     |      |       |            |
| a fifth row                      | B10=A5 D10=Salle H10=3           |      |       |            |
| another amount                   | H7=25                            | 4    | 4750  | volet_a!H7 |
| another document                 | B7=B9                            | 3    | 2250  |            |
| no document, and a fifth row     | B7= H10=3                        | 3    | 2250  |            |
| a row emptied                    | A7= B7= C7= D7= E7= H7= K7=      | 3    | 2250  |            |
| another row in place of a row    | B7=A9 D7=Bus E7=ASBL_Q H7=21     | 3    | 2250  |            |
"""


@pytest.mark.parametrize(("done", "cells_", "rows", "cents", "edited"), tables.rows(STANDS))
def test_what_no_longer_stands_as_it_was_taken_over_is_a_warning(
    done: str, cells_: str, rows: str, cents: str, edited: str
) -> None:
    """Rows that are gone, and amounts that differ, are told beside the import's figures; words and new rows are not."""
    once = bring(HEAD + "".join(ROWS), template("pas", 2025, "fr")).workbook
    typed = [cell.partition("=") for cell in cells_.split()]
    changes: dict[tuple[str, str], object] = {
        ("volet_a", place): float(value) if value.isdecimal() else value.replace("_", " ") or None
        for place, _, value in typed
    }
    found = [one for one in check(poked(once, changes)).findings if one.code == "PAS-W050"]
    if not cents:
        assert not found, done
        return
    (one,) = found
    assert (one.sheet, one.cell, one.found) == ("imports", "D6", euros(int(cents), "fr"))
    assert euros(4250, "fr") in one.expected
    assert f"dont {rows} " in one.expected
    assert " ".join(one.related) == edited


def without_records(workbook: bytes) -> bytes:
    """Return a workbook of a template that had no sheets for imports yet."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    layout = read_layout(workbook)
    assert layout
    for sheet_id in (cells.IMPORTS, cells.REPAIRS):
        del book[layout.sheets[sheet_id].name]
    for name in [name for name in book.defined_names if name.partition(".")[0] in {cells.IMPORTS, cells.REPAIRS}]:
        del book.defined_names[name]
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_an_older_workbook_is_carried_over_first() -> None:
    """Without a place to tell it, nothing is imported; carried over within its year the workbook takes the ledger."""
    older = without_records(bring(HEAD + "".join(ROWS[:2]), template("pas", 2025, "fr")).workbook)
    with pytest.raises(InputError) as caught:
        bring(HEAD + "".join(ROWS), older)
    assert caught.value.code == "RU-X25"
    carried = upgrade(older)
    assert (carried.measure.year, carried.left) == (2025, ())
    assert bring(HEAD + "".join(ROWS), carried.workbook).imported.row_count == 2


def test_within_a_year_the_imports_go_along(filled: Taken) -> None:
    """Carried over, a workbook tells the same of its imports and repairs, and knows their rows again."""
    carried = upgrade(filled.workbook, 2025).workbook
    assert imports.records(raw(carried).imports) == imports.records(raw(filled.workbook).imports)
    assert told(carried, cells.REPAIRS) == told(filled.workbook, cells.REPAIRS)
    assert take(EXAMPLE.read_bytes(), EXAMPLE.name, carried, None).imported.row_count == 0
    assert told(upgrade(filled.workbook).workbook) == []


def test_long_lists_are_cut_into_cells_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """No cell is longer than a spreadsheet takes; the rare repairs are told whole, of frequent ones how many more."""
    monkeypatch.setattr(record, "_MOST_REPAIRS", 2000)
    lines = [f"{at % 28 + 1:02d}/{at % 12 + 1:02d}/2025;{at};831;Poste {at};ASBL X;{at},00\n" for at in range(4500)]
    workbook = bring(HEAD + "".join(lines), build(packs.load("pas", 2025), "fr")).workbook
    found = raw(workbook).imports
    assert len([line for line in found if line.key == "memory"]) == 3
    assert max(len(line.detail) for line in found) < 32_768
    repairs = told(workbook, cells.REPAIRS)
    assert len(repairs) == 2001
    assert "2500" in str(repairs[-1]["reason"])
    assert bring(HEAD + "".join(lines), workbook).imported.row_count == 0


def test_the_signed_report_repeats_the_balance(filled: Taken) -> None:
    """A package tells each import; a figure changed in the workbook inside is found when it is verified or packaged."""
    draft = valid(packs.load("pas", 2025), 3)
    workbook = take(EXAMPLE.read_bytes(), EXAMPLE.name, draft.to_bytes(), None, at=AT).workbook
    reasons = {one.code: "Vu avec le receveur, pièce au dossier." for one in check(workbook).findings}
    package = dossier.package(workbook, "pas.xlsx", reasons, lang="fr", at=AT)
    (told,) = dossier.contents(package).report["imports"]
    assert (told["ledger"], told["moment"]) == (EXAMPLE.name, "2026-01-31T08:30:00Z")
    assert told["cents"] == filled.imported.balance.ledger_cents
    assert sum(part["cents"] for part in told["imported"]) == filled.imported.balance.imported_cents
    changed = with_totals(poked(workbook, {("imports", "D6"): 1}))
    assert [one.code for one in check(changed).findings if one.severity is Severity.ERROR] == ["PAS-E050"]
    with pytest.raises(InputError, match="RU-X15"):
        dossier.package(changed, "pas.xlsx", reasons, lang="fr", at=AT)
    files = {name: (file.content, file.mimetype) for name, file in container.read(package).files.items()}
    older = json.dumps(dossier.contents(package).report | {"engine_version": "0.0.1", "imports": []}).encode()
    with pytest.raises(InputError, match="RU-P02"):
        dossier.contents(container.build({**files, dossier.REPORT: (older, files[dossier.REPORT][1])}))
    hidden = poked(workbook, {("imports", f"{letter}9"): None for letter in "ABCDEF"})
    for other in (changed, hidden):
        files["pas.xlsx"] = other, files["pas.xlsx"][1]
        with pytest.raises(InputError, match="RU-P02"):
            dossier.contents(container.build(files))
