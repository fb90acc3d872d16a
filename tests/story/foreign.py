"""A report that others have put things into: whatever a spreadsheet or an add-in may leave in a workbook's package."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from types import MappingProxyType

_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument"
_XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
SHEET = "xl/worksheets/sheet3.xml"
"""An input sheet with a drawing, comments and a printer."""
NOTES = "xl/worksheets/sheet99.xml"
"""A sheet of the user's own."""
PARTS = {
    NOTES: _XML + b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    b'<c r="A1"><f>1/3</f><v>0.33333333333333331483</v></c><c  r="B1" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>'
    b"</row></sheetData></worksheet>",
    "xl/drawings/drawing9.xml": _XML
    + b'<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"/>',
    "xl/drawings/_rels/drawing9.xml.rels": _XML
    + b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>',
    "xl/threadedComments/threadedComment1.xml": _XML
    + b'<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"/>',
    "xl/persons/person.xml": _XML
    + b'<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"/>',
    "xl/pivotCache/pivotCacheDefinition1.xml": _XML
    + b'<pivotCacheDefinition xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" recordCount="0"/>',
    "xl/pivotCache/pivotCacheRecords1.xml": _XML
    + b'<pivotCacheRecords xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="0"/>',
    "xl/printerSettings/printerSettings1.bin": bytes(range(256)),
    "xl/calcChain.xml": _XML
    + b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A1" i="99"/></calcChain>',
    "customXml/item1.xml": b'<note xmlns="urn:example">\n  un \xc3\xa9t\xc3\xa9\n</note>',
    "customXml/itemProps1.xml": _XML
    + b'<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" ds:itemID="{1}"/>',
    "docProps/thumbnail.jpeg": b"\xff\xd8\xff\xe0 no picture \xff\xd9",
    "unknown/part.of.others": b"\x00\x01 nobody knows",
}
MACROS = {"xl/vbaProject.bin": bytes.fromhex("d0cf11e0a1b11ae1") + b"no project"}
_RELATED = {
    "xl/_rels/workbook.xml.rels": {
        "sheet": ("worksheet", "worksheets/sheet99.xml"),
        "pivot": ("pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml"),
        "chain": ("calcChain", "calcChain.xml"),
        "person": ("person", "persons/person.xml"),
    },
    "xl/worksheets/_rels/sheet3.xml.rels": {
        "drawing": ("drawing", "../drawings/drawing9.xml"),
        "thread": ("threadedComment", "../threadedComments/threadedComment1.xml"),
        "printer": ("printerSettings", "../printerSettings/printerSettings1.bin"),
    },
    "_rels/.rels": {"item": ("customXml", "customXml/item1.xml"), "other": ("other", "unknown/part.of.others")},
}
_TYPES = {
    NOTES: f"{_TYPE}.spreadsheetml.worksheet+xml",
    "xl/drawings/drawing9.xml": f"{_TYPE}.drawing+xml",
    "xl/pivotCache/pivotCacheDefinition1.xml": f"{_TYPE}.spreadsheetml.pivotCacheDefinition+xml",
    "xl/pivotCache/pivotCacheRecords1.xml": f"{_TYPE}.spreadsheetml.pivotCacheRecords+xml",
    "xl/threadedComments/threadedComment1.xml": "application/vnd.ms-excel.threadedcomments+xml",
    "xl/persons/person.xml": "application/vnd.ms-excel.person+xml",
    "xl/calcChain.xml": f"{_TYPE}.spreadsheetml.calcChain+xml",
}
_DEFAULTS = {"bin": "application/octet-stream", "jpeg": "image/jpeg", "others": "application/octet-stream"}


def foreign(report: bytes, *, more: Mapping[str, bytes] = MappingProxyType({}), without: str = "-") -> bytes:
    """Return a report with these parts and more in it, but for those with ``without`` in their names."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(report)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        there = {entry.filename: source.read(entry) for entry in source.infolist()}
        for name, related in _RELATED.items():
            entries = "".join(
                f'<Relationship Id="foreign-{key}" Type="{_REL}/{kind}" Target="{place}"/>'
                for key, (kind, place) in related.items()
                if without not in place
            )
            there[name] = there[name].replace(b"</Relationships>", entries.encode() + b"</Relationships>")
        types = "".join(
            f'<Override PartName="/{name}" ContentType="{kind}"/>'
            for name, kind in _TYPES.items()
            if without not in name
        )
        types += "".join(f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in _DEFAULTS.items())
        there["[Content_Types].xml"] = there["[Content_Types].xml"].replace(b"</Types>", types.encode() + b"</Types>")
        book = there["xl/workbook.xml"]
        book = book.replace(b"</sheets>", b'<sheet name="Notes" sheetId="99" r:id="foreign-sheet"/></sheets>')
        caches = b'<pivotCaches><pivotCache cacheId="1" r:id="foreign-pivot"/></pivotCaches></workbook>'
        there["xl/workbook.xml"] = book if without in "pivotCaches" else book.replace(b"</workbook>", caches)
        page = there[SHEET]
        assert b"<tableParts" in page
        there[SHEET] = re.sub(rb"(?=<tableParts)", b'<drawing r:id="foreign-drawing"/>', page, count=1)
        for name, data in {**there, **PARTS, **more}.items():
            if without not in name:
                made.writestr(name, data)
    return target.getvalue()
