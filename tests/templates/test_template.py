"""What every template must be: small, the same each time, recognised after any program saved it, and valid Open XML."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from itertools import groupby
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.formula import Tokenizer

from addin.story.intake import with_totals
from tests.templates.office import resaved
from tests.validators.drafts import template, valid
from tools.system_packages import OOXML_VALIDATOR
from validators.check import check
from workbook_templates import cells, packs, parts, remarks
from workbook_templates.build import build
from workbook_templates.layout import defined_names, read_layout
from workbook_templates.measure import LANGUAGES, ColumnType, Measure, Sheet

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
TEMPLATES = [(*pack, lang) for pack in packs.available() for lang in LANGUAGES]
FUNCTIONS = {"SUM", "SUMIFS", "ROUND", "ISNUMBER", "SEARCH"}
"""What LibreOffice and every Excel since 2007 compute alike."""
REMARK = ["x"] * len(cells.CONTROL_COLUMNS)


def each(test: object) -> object:
    """Run a test for every template: measure, year and language."""
    return pytest.mark.parametrize("made", TEMPLATES, ids=lambda one: "-".join(map(str, one)))(test)


def rows_of(measure: Measure) -> Sheet:
    """Return a sheet of rows that are not officers."""
    return next(sheet for sheet in measure.sheets if sheet.columns and not sheet.fields)


def sheets(workbook: bytes) -> dict[str, etree._Element]:
    """Return the XML of each sheet, by part."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as package:
        return {
            name: etree.fromstring(package.read(name))
            for name in package.namelist()
            if name.startswith("xl/worksheets/sheet")
        }


@each
def test_a_template_is_small_and_the_same_each_time(made: tuple[str, int, str]) -> None:
    """Built twice it has the same bytes, fewer than 60 kB of them."""
    measure, year, lang = made
    again = build(packs.load(measure, year), lang)
    assert again == template(measure, year, lang)
    assert len(again) < 60_000


def identities(workbook: bytes) -> set[str]:
    """Return what custom property, defined name and hidden sheet say of a workbook: one entry where they agree."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    page = book[cells.IDENTITY_SHEET]
    assert page.sheet_state != "visible"
    facts = [str(page.cell(row, 2).value) for row in range(1, 5)]
    names = defined_names(zipfile.ZipFile(io.BytesIO(workbook)))
    return {
        str(book.custom_doc_props[cells.IDENTITY_NAME].value),
        names[cells.IDENTITY_NAME].strip('="'),
        "/".join(facts),
    }


@each
def test_a_template_says_in_three_places_what_it_is(made: tuple[str, int, str]) -> None:
    """Custom property, defined name and hidden sheet agree on measure, year, version and language."""
    measure, year, lang = made
    assert identities(template(*made)) == {f"{packs.load(measure, year).identity}/{lang}"}


@pytest.mark.needs("soffice")
def test_a_workbook_is_known_after_other_programs_saved_it(tmp_path: Path) -> None:
    """Saved by LibreOffice or openpyxl, a filled workbook keeps its identity, its rows and its totals."""
    books = {f"{m}-{y}-{lang}": valid(packs.load(m, y), 5, lang).to_bytes() for m, y, lang in TEMPLATES}
    by_office = resaved(books, tmp_path)
    for name, data in books.items():
        target = io.BytesIO()
        openpyxl.load_workbook(io.BytesIO(data)).save(target)
        before = check(data)
        for saved in (by_office[name], target.getvalue()):
            assert identities(saved) == identities(data), name
            after = check(saved)
            assert (after.totals, after.findings) == (before.totals, before.findings), name
            assert {key: rows.read for key, rows in after.rows.items()} == {
                key: rows.read for key, rows in before.rows.items()
            }


@pytest.mark.needs("ooxml")
def test_the_open_xml_sdk_finds_no_error(tmp_path: Path) -> None:
    """Neither in an empty template nor in one that was filled, totalled and annotated, each part by part."""
    for measure, year, lang in TEMPLATES:
        empty = template(measure, year, lang)
        filled = valid(packs.load(measure, year), 3, lang).to_bytes()
        sheet = rows_of(packs.load(measure, year)).id
        annotated = remarks.annotate(with_totals(filled), {sheet: {12: "PAS-E001"}}, "1", [REMARK], {0: (sheet, "A12")})
        for state, data in (("empty", empty), ("annotated", annotated)):
            path = tmp_path / f"{measure}-{year}-{lang}-{state}.xlsx"
            path.write_bytes(data)
            told = subprocess.run([str(OOXML_VALIDATOR), str(path)], capture_output=True, check=False, timeout=120)
            answer = json.loads(told.stdout)
            assert answer["ok"], (path.name, answer)


@each
def test_tables_are_sound(made: tuple[str, int, str]) -> None:
    """What no validator looks at: headers in the sheet are the columns' names, each once, and the range fits."""
    workbook = template(*made)
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    tables = [(page, table) for page in book for table in page.tables.values()]
    assert tables
    assert len({table.displayName for _, table in tables}) == len(tables)
    for page, table in tables:
        names = [column.name for column in table.tableColumns]
        assert len({name.casefold() for name in names}) == len(names)
        top, left = cells.parse(table.ref.partition(":")[0])
        assert [page.cell(top, left + at).value for at in range(len(names))] == names
        assert table.autoFilter.ref == table.ref
        assert re.fullmatch(r"[A-Za-z_]\w*", table.displayName)
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+|[rR]\d*[cC]\d*", table.displayName)


@each
def test_names_and_formulas_are_understood_everywhere(made: tuple[str, int, str]) -> None:
    """Each name is legal and points into a sheet that is there; formulas use old functions and known names only."""
    workbook = template(*made)
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    names = defined_names(zipfile.ZipFile(io.BytesIO(workbook)))
    for name, reference in names.items():
        assert re.fullmatch(r"[A-Za-z_\\][\w.\\]{0,254}", name), name
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+", name), name
        if "!" in reference:
            assert cells.split_reference(reference)[0] in book.sheetnames, name
    formulas = [node.text for root in sheets(workbook).values() for node in root.iterfind(".//m:c/m:f", NS)]
    assert formulas
    for formula in formulas:
        tokens = Tokenizer(f"={formula}").items
        used = {token.value.rstrip("(") for token in tokens if token.type == "FUNC" and token.subtype == "OPEN"}
        assert used <= FUNCTIONS, formula
        assert {token.value for token in tokens if token.subtype == "RANGE"} <= names.keys(), formula


@each
def test_input_cells_are_unlocked_in_sheets_that_can_be_filtered(made: tuple[str, int, str]) -> None:
    """Every sheet is protected without a password; rows to fill are unlocked, sorted and filtered at will."""
    measure, year, _ = made
    workbook = template(*made)
    layout = read_layout(workbook)
    assert layout is not None
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    for sheet in packs.load(measure, year).sheets:
        where = layout.sheets[sheet.id]
        page = book[where.name]
        assert page.protection.sheet
        assert not page.protection.password
        if sheet.columns:
            assert not page.protection.autoFilter, "0 in the file: not forbidden"
            assert not page.protection.sort
            # A column's own style counts where the cell is not there yet.
            last = page.max_row + 1
            for column in where.columns.values():
                cell = page.cell(where.first_row, column)
                style = cell if cell.has_style else page.column_dimensions[letter_of(page, column)]
                assert not style.protection.locked, (sheet.id, column, last)
                assert page.cell(where.first_row - 1, column).protection.locked


def letter_of(page: object, column: int) -> str:
    """Return the letter under which openpyxl keeps a column's style: that of the first of equal columns."""
    found = [
        (dimension.min, letter)
        for letter, dimension in page.column_dimensions.items()
        if dimension.min <= column <= dimension.max
    ]
    return str(min(found)[1])


@each
def test_editing_leaves_every_other_part_as_it_was(made: tuple[str, int, str]) -> None:
    """Rows, totals and remarks change the sheets that hold them; every other part keeps its very bytes."""
    measure = packs.load(*made[:2])
    workbook = template(*made)
    layout = read_layout(workbook)
    assert layout is not None
    sheet = rows_of(measure)
    text = next(column for column in sheet.columns if column.type is ColumnType.TEXT)
    rows, form = parts.Package(workbook), parts.Package(workbook)
    parts.append_rows(rows, {sheet.id: {text.id: ["x", "y"]}})
    parts.set_fields(form, {"centre": {"centre_name": "CPAS"}})
    edits = {
        layout.sheets[sheet.id].part: rows.to_bytes(),
        layout.sheets["centre"].part: form.to_bytes(),
        layout.sheets[cells.CONTROL].part: remarks.annotate(workbook, {}, "1", [REMARK], {0: (sheet.id, "A9")}),
    }
    for part, edited in edits.items():
        with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(io.BytesIO(edited)) as new:
            assert new.testzip() is None
            assert [one.filename for one in old.infolist()] == [one.filename for one in new.infolist()]
            changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
            raw = [one.filename for one in old.infolist() if one.CRC != new.getinfo(one.filename).CRC]
        assert changed == raw == [part]


def test_no_two_packs_share_their_sheets_names() -> None:
    """Within a workbook each sheet has its own name, at most 31 characters long, in every language."""
    for measure, year, lang in TEMPLATES:
        names = sorted(openpyxl.load_workbook(io.BytesIO(template(measure, year, lang))).sheetnames, key=str.casefold)
        assert all(len(list(same)) == 1 for _, same in groupby(names, key=str.casefold))
        assert max(map(len, names)) <= 31
