"""Small official workbooks for the guard and the fill: invented, with whatever a publisher may put into one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import cache

import xlsxwriter

from workbook_templates.official.map import Map, SheetMap
from workbook_templates.official.structure import fingerprint, scan
from workbook_templates.parts import Package

FIRST, LAST = 6, 65
NATURES = {
    "leisure": "Loisirs", "holiday": "Vacances", "travel": "Déplacements", "ict": "Informatique", "media": "Médias",
    "courses": "Cours", "fees": "Cotisations", "tickets": "Billets", "events": "Fêtes", "membership": "Affiliation",
    "initiatives": "Initiatives", "other": "Autre",
}  # fmt: skip
COLUMNS = {
    "A": "date", "B": "document_number", "C": "label", "D": "niss", "E": "nature", "F": "total_amount",
    "G": "eligible_amount",
}  # fmt: skip
HEADINGS = ("Date", "N° pièce", "Libellé", "N° national", "Nature", "Montant total", "Montant éligible", "Contrôle")
_MACRO = b"an invented project of macros"
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738"
    "550000000049454e44ae426082"
)


@cache
def blank(*, date1904: bool = False, macros: bool = False) -> bytes:
    """Return a protected workbook with lists on a very hidden sheet, formulas, comments, a picture and custom XML."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "date_1904": date1904})
    page, centre, lists = (book.add_worksheet(name) for name in ("Dépenses", "Identification", "Listes"))
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
    free = book.add_format({"locked": False})
    euro = book.add_format({"locked": False, "num_format": '#,##0.00 "€"', "border": 1})
    day = book.add_format({"locked": False, "num_format": "dd/mm/yyyy"})
    page.merge_range("A1:H1", "Justification des dépenses", book.add_format({"bold": True, "font_size": 16}))
    page.write("A3", "Année")
    page.write("B3", 2025)
    page.write_row(FIRST - 2, 0, HEADINGS, head)
    for row in range(FIRST - 1, LAST):
        for column, look in enumerate((day, free, free, free, free, euro, euro)):
            page.write_blank(row, column, None, look)
        page.write_formula(row, 7, f'=IF(G{row + 1}>F{row + 1},"!","")')
    page.write(LAST + 1, 0, "Total")
    page.write_formula(LAST + 1, 5, f"=SUM(F{FIRST}:F{LAST})", euro)
    page.write_formula(LAST + 1, 6, f"=SUM(G{FIRST}:G{LAST})", euro)
    page.data_validation(f"E{FIRST}:E{LAST}", {"validate": "list", "source": "=natures"})
    page.data_validation(
        f"F{FIRST}:G{LAST}",
        {"validate": "decimal", "criteria": ">=", "value": 0, "error_title": "Montant", "error_message": "Un nombre."},
    )
    warn = book.add_format({"bg_color": "#FFC7CE"})
    page.conditional_format(f"F{FIRST}:F{LAST}", {"type": "cell", "criteria": ">", "value": 500, "format": warn})
    page.write_comment("G5", "Au cent près.", {"author": "SPP"})
    page.insert_image("K1", "logo.png", {"image_data": io.BytesIO(_PIXEL)})
    page.set_column("C:C", 40)
    page.set_column("J:J", 12, None, {"hidden": True})
    page.write_url("A2", "https://example.org/aide", None, "Aide")
    page.protect("", {"sort": True, "autofilter": True})
    centre.write("A2", "Nom du centre")
    centre.write_blank("B2", None, free)
    centre.protect()
    lists.write_column("A1", list(NATURES.values()))
    lists.very_hidden()
    book.define_name("natures", f"=Listes!$A$1:$A${len(NATURES)}")
    book.set_properties({"author": "Administration"})
    if macros:
        book.add_vba_project(io.BytesIO(_MACRO), is_stream=True)
    book.close()
    return with_custom_xml(target.getvalue())


def with_custom_xml(data: bytes) -> bytes:
    """Return a workbook with a part of custom XML, which few libraries keep."""
    relation = b'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml" Target="../customXml/item1.xml"/>'  # noqa: E501 - one element
    edited = edit(data, "xl/_rels/workbook.xml.rels", lambda text: text.replace("</Rel", relation.decode() + "</Rel"))
    return add(edited, "customXml/item1.xml", b'<form xmlns="urn:example:form" version="3"/>')


def edit(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """Return a package whose one part is changed as text; a change that changes nothing is a mistake."""
    package = Package(data)
    before = package.read(part).decode()
    after = change(before)
    assert after != before, part
    package.replace(part, after.encode())
    return package.to_bytes()


def add(data: bytes, part: str, content: bytes) -> bytes:
    """Return a package with one more part."""
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(part, content)
    return target.getvalue()


def remove(data: bytes, part: str) -> bytes:
    """Return a package without one of its parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != part:
                new.writestr(entry, old.read(entry))
    return target.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    """Return every part of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


@cache
def map_of(data: bytes, source: str = "volet_a") -> Map:
    """Return the map of the small workbook."""
    return Map(
        "pas",
        2025,
        fingerprint(scan(data)),
        (SheetMap("Dépenses", source, FIRST, LAST, COLUMNS, values={"E": NATURES}, forms={"D": "dotted"}),),
        {"Identification!B2": "centre.centre_name"},
        {f"Dépenses!F{LAST + 2}": (f"{source}.total_amount",), f"Dépenses!G{LAST + 2}": (f"{source}.eligible_amount",)},
    )
