"""The Excel add-in: an ``.xlam`` made from sources, the same bytes each time.

It is a workbook with one empty sheet, the VBA project and the two parts of the ribbon. Nothing is compiled in it:
whoever opens the editor, or the file, reads what runs.
"""

from __future__ import annotations

import io
import zipfile

from addin.excel import ribbon, vba, vbaproject
from workbook_templates.carrier import carrier
from workbook_templates.measure import LANGUAGES
from workbook_templates.texts import catalogue

SUFFIX = ".xlam"
NAME = f"RapportUnique{SUFFIX}"
"""What the file is called where it is installed."""
_TYPES, _RELATIONS = "[Content_Types].xml", "_rels/.rels"
_IS_WORKBOOK = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_IS_ADDIN = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_EXTENDS = {
    "customUI/customUI.xml": "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility",
    "customUI/customUI14.xml": "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility",
}
"""Part of the ribbon -> what it is to the package."""


def build() -> bytes:
    """Return the add-in."""
    return pack(vbaproject.build(vba.PROJECT, vba.modules()))


def pack(project: bytes) -> bytes:
    """Return the add-in around a VBA project."""
    texts = [catalogue("addin", lang) for lang in LANGUAGES]
    comments = " / ".join(text["excel"]["description"] for text in texts)
    book = carrier(project, vba.WORKBOOK, vba.SHEET, texts[0]["macro"]["title"], comments)
    relations = "".join(
        f'<Relationship Id="ribbon{number}" Type="{kind}" Target="{part}"/>'
        for number, (part, kind) in enumerate(_EXTENDS.items())
    )
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {entry.filename: old.read(entry) for entry in old.infolist()}
        parts[_TYPES] = _changed(parts[_TYPES], _IS_WORKBOOK, _IS_ADDIN)
        parts[_RELATIONS] = _changed(parts[_RELATIONS], "</Relationships>", f"{relations}</Relationships>")
        for name, data in (parts | ribbon.parts()).items():
            # A fresh entry has the format's first day as its time, whatever day it is.
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, data)
    return target.getvalue()


def _changed(part: bytes, old: str, new: str) -> bytes:
    """Return a part with one text in place of another; ValueError where the library no longer writes the first."""
    if part.count(old.encode()) != 1:
        raise ValueError(old)
    return part.replace(old.encode(), new.encode())
