"""Workbooks after other programs had them: lists in an extension, threads and custom parts, saved again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

import openpyxl

_X14 = (
    '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
    ' uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations'
    ' xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="%d">%s</x14:dataValidations></ext></extLst>'
)
_RULE = (
    '<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>%s</xm:f></x14:formula1>'
    "<xm:sqref>%s</xm:sqref></x14:dataValidation>"
)
_THREAD = (
    '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    '<threadedComment ref="%s" dT="2025-01-06T09:00:00.00" personId="{5E7A1F04-0B6C-4E3C-9E6F-2C2E3B1D0A11}"'
    ' id="{0F8B1E55-6C0A-4B0E-8B1A-6F1D2C3B4A55}"><text>%s</text></threadedComment></ThreadedComments>'
)
_PERSONS = (
    '<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    '<person displayName="Anne Exemple" id="{5E7A1F04-0B6C-4E3C-9E6F-2C2E3B1D0A11}" userId="anne" providerId="None"/>'
    "</personList>"
)
_OFFICE = "http://schemas.microsoft.com/office/2017/10/relationships"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"


def changed(data: bytes, parts: Mapping[str, str]) -> bytes:
    """Return a package with some parts replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys((*old.namelist(), *parts)):
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return target.getvalue()


def with_extension(data: bytes, rules: Mapping[str, Mapping[str, str]]) -> bytes:
    """Return a workbook whose lists stand in the extension that Excel 2010 introduced: part to range to formula."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {}
        for part, found in rules.items():
            told = "".join(_RULE % (escape(formula), place) for place, formula in found.items())
            text = package.read(part).decode()
            parts[part] = text.replace("</worksheet>", f"{_X14 % (len(found), told)}</worksheet>")
    return changed(data, parts)


def with_threads(data: bytes, cell: str, text: str) -> bytes:
    """Return a workbook with a thread of comments in its first sheet, and an XML part of somebody's own."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        types, book = (package.read(name).decode() for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"))
        name = "xl/worksheets/_rels/sheet1.xml.rels"
        known = package.read(name).decode() if name in package.namelist() else (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        )  # fmt: skip
    kind = "application/vnd.ms-excel"
    more = (
        f'<Override PartName="/xl/threadedComments/threadedComment1.xml" ContentType="{kind}.threadedcomments+xml"/>'
        f'<Override PartName="/xl/persons/person.xml" ContentType="{kind}.person+xml"/>'
    )
    thread = (
        f'<Relationship Id="rId90" Type="{_OFFICE}/threadedComment" Target="../threadedComments/threadedComment1.xml"/>'
    )
    others = (
        f'<Relationship Id="rId91" Type="{_OFFICE}/person" Target="persons/person.xml"/>'
        f'<Relationship Id="rId92" Type="{_CUSTOM}" Target="../customXml/item1.xml"/>'
    )
    return changed(
        data,
        {
            "[Content_Types].xml": types.replace("</Types>", f"{more}</Types>"),
            "xl/_rels/workbook.xml.rels": book.replace("</Relationships>", f"{others}</Relationships>"),
            name: known.replace("</Relationships>", f"{thread}</Relationships>"),
            "xl/threadedComments/threadedComment1.xml": _THREAD % (cell, escape(text)),
            "xl/persons/person.xml": _PERSONS,
            "customXml/item1.xml": '<version xmlns="urn:invented:table">2025-1</version>',
        },
    )


def by_openpyxl(data: bytes) -> bytes:
    """Return a workbook as openpyxl saves it again."""
    target = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(data)).save(target)
    return target.getvalue()
