"""The structure of a workbook that somebody else made: where rows are typed, and what changes its fingerprint."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from tests.official.resaved import changed
from workbook_templates import build, packs
from workbook_templates.official.structure import StructureError, fingerprint, scan

HEADINGS = ("Date", "Pièce", "Libellé", "Nature", "Montant")


def blank(
    *, headings: tuple[str, ...] = HEADINGS, choices: tuple[str, ...] = ("Loisirs", "Cours"), last: int = 57
) -> bytes:
    """Return a small workbook with a title, a heading in row 4, a list on a hidden sheet, and a total."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page, lists = book.add_worksheet("Dépenses"), book.add_worksheet("Listes")
    lists.hide()
    lists.write_column("A1", choices)
    page.merge_range("A1:E1", "Tableau des dépenses", None)
    page.write_row("A4", headings)
    page.data_validation(f"D5:D{last}", {"validate": "list", "source": f"=Listes!$A$1:$A${len(choices)}"})
    page.write(f"A{last + 2}", "Total")
    page.write_formula(f"E{last + 2}", f"=SUM(E5:E{last})")
    book.close()
    return target.getvalue()


def test_every_table_of_our_own_templates_is_found() -> None:
    """The sheets of our templates are foreign workbooks too: each table is found, with its headings and its room."""
    for name, year in packs.available():
        measure = packs.load(name, year)
        structure = scan(build.build(measure, "nl"))
        for sheet in measure.sheets:
            (area,) = structure.sheet(sheet.title["nl"]).areas
            shown = [column.title for column in area.columns][:-1]
            assert [title.removesuffix(" *") for title in shown] == [column.label["nl"] for column in sheet.columns]
            assert (area.room, area.end) == (sheet.capacity, "table")


def test_a_plain_range_is_found() -> None:
    """A range below a heading ends where the formula that adds it up ends; its list is read from a hidden sheet."""
    (area,) = scan(blank()).sheet("Dépenses").areas
    assert (area.header_rows, area.first_row, area.last_row, area.end) == ((4,), 5, 57, "formulas")
    assert [column.titles for column in area.columns] == [(title,) for title in HEADINGS]
    rule = area.column("D").validation
    assert (rule.values, rule.known) == (("Loisirs", "Cours"), True)


@pytest.mark.parametrize(
    "changed",
    [
        {"headings": ("Date", "N° de pièce", "Libellé", "Nature", "Montant")},
        {"headings": (*HEADINGS, "Remarque")},
        {"choices": ("Loisirs", "Sport")},
        {"last": 58},
    ],
    ids=["a heading renamed", "a column added", "another list", "one row more"],
)
def test_a_changed_blank_has_another_fingerprint(changed: dict[str, object]) -> None:
    """The fingerprint is the same each time, and another one for any change that matters."""
    assert fingerprint(scan(blank())) == fingerprint(scan(blank()))
    assert fingerprint(scan(blank(**changed))) != fingerprint(scan(blank()))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "package"),
        (b"PK\x03\x04 and nothing", "package"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 100, "old"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ],
    ids=["nothing", "no package", "before 2007", "with a password"],
)
def test_what_is_no_workbook_is_refused(data: bytes, kind: str) -> None:
    """Bytes that are no workbook are refused with the reason."""
    with pytest.raises(StructureError) as refused:
        scan(data)
    assert refused.value.kind == kind


def test_a_sheet_with_entities_is_refused() -> None:
    """A sheet that declares a document type, with which entities come, is not read."""
    bad = (
        b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    )
    with pytest.raises(StructureError) as refused:
        scan(changed(blank(), {"xl/worksheets/sheet1.xml": bad.decode()}))
    assert refused.value.kind == "damaged"


def test_a_sheet_that_unpacks_into_too_much_is_refused() -> None:
    """A part that is far larger than its packed size is refused before it is read."""
    with pytest.raises(StructureError) as refused:
        scan(changed(blank(), {"xl/worksheets/sheet1.xml": " " * 20_000_000}))
    assert refused.value.kind == "size"


def test_a_list_that_depends_on_a_cell_is_unknown() -> None:
    """INDIRECT of a cell is told as unknown; of a text it is what the text names."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet("A")
    page.write_row("A1", ["Date", "Nature", "Volet", "Montant"])
    page.write_column("H1", ["Loisirs", "Cours"])
    book.define_name("Natures", "=A!$H$1:$H$2")
    page.data_validation("B2:B9", {"validate": "list", "source": "=INDIRECT($C2)"})
    page.data_validation("C2:C9", {"validate": "list", "source": '=INDIRECT("Natures")'})
    book.close()
    found = [(rule.values, rule.known) for rule in scan(target.getvalue()).sheet("A").grid.validations]
    assert found == [((), False), (("Loisirs", "Cours"), True)]
