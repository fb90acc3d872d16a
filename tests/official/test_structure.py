"""The structure of a workbook that somebody else made: where rows are typed, and what changes its fingerprint."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

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
