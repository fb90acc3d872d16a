"""A foreign workbook opened with care: measured before it is unpacked; its parts as XML, shared texts and styles."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from lxml import etree

from workbook_templates.layout import LayoutError, xml

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
LARGEST_FILE: Final = 60_000_000
"""Bytes of a workbook, packed, that are looked at."""
_MOST_UNPACKED = 400_000_000
_MAX_RATIO = 400
"""Bytes out for each byte in; sheets of empty formatted cells reach about 60."""
MOST_CELLS: Final = 1_500_000
"""Cells in all sheets, empty formatted ones included."""
_CFB = bytes.fromhex("d0cf11e0a1b11ae1")
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


class StructureError(ValueError):
    """Bytes that are no workbook to learn from; ``kind`` says why, and the catalogues word it."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind
        """``package``, ``encrypted``, ``old``, ``binary``, ``other``, ``strict``, ``size``, ``damaged``, ``empty``."""
        self.detail = detail


class Look(NamedTuple):
    """What a cell's style says."""

    format: str
    """Number format code."""
    locked: bool
    """Whether protection of the sheet closes the cell."""
    filled: bool
    bordered: bool
    bold: bool
    id: int
    """Number of the style."""


PLAIN: Final = Look("General", locked=True, filled=False, bordered=False, bold=False, id=0)

_BUILT_IN: Final[Mapping[int, str]] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "dd/mm/yyyy h:mm", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 41: "#,##0", 42: "#,##0 €", 43: "#,##0.00", 44: "#,##0.00 €", 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
"""Number formats that a workbook only numbers (ECMA-376 part 1, 18.8.30), as Belgian settings show them."""


class SheetPart(NamedTuple):
    """One worksheet as the workbook lists it."""

    name: str
    part: str
    visibility: str
    """``visible``, ``hidden`` or ``veryHidden``."""


@dataclass(frozen=True)
class Book:
    """A workbook's package while it is read."""

    package: zipfile.ZipFile

    def root(self, part: str) -> etree._Element:
        """Return the root of a part; StructureError where it is missing or no XML."""
        try:
            return xml(self.package.read(part))
        except (
            KeyError,
            LayoutError,
            zipfile.BadZipFile,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise StructureError("damaged", part) from error

    def relations(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Yield id, last word of the type, and target part of what ``part`` refers to inside the package."""
        folder, name = posixpath.split(part)
        path = f"{folder}/_rels/{name}.rels".lstrip("/")
        if path not in self.package.NameToInfo:
            return
        for node in self.root(path):
            if node.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, node.get("Target", ""))).lstrip("/")
                yield node.get("Id", ""), node.get("Type", "").rpartition("/")[2], target

    @cached_property
    def workbook(self) -> etree._Element:
        """The workbook part."""
        return self.root(self._workbook_part)

    @cached_property
    def _workbook_part(self) -> str:
        found = [target for _, kind, target in self.relations("") if kind == "officeDocument"]
        return found[0] if found else "xl/workbook.xml"

    @cached_property
    def sheets(self) -> tuple[SheetPart, ...]:
        """The worksheets in order; StructureError where there is none."""
        related = {name: (kind, target) for name, kind, target in self.relations(self._workbook_part)}
        found = []
        for node in self.workbook.iterfind(f"{MAIN}sheets/{MAIN}sheet"):
            kind, part = related.get(node.get(f"{RELATION}id", ""), ("", ""))
            if kind == "worksheet":
                found.append(SheetPart(node.get("name", ""), part, node.get("state", "visible")))
        if not found:
            raise StructureError("empty")
        return tuple(found)

    @cached_property
    def names(self) -> Mapping[tuple[str, str], str]:
        """Content of each defined name by (sheet or empty, name in capitals)."""
        tabs = [node.get("name", "") for node in self.workbook.iterfind(f"{MAIN}sheets/{MAIN}sheet")]
        found = {}
        for node in self.workbook.iterfind(f"{MAIN}definedNames/{MAIN}definedName"):
            local = node.get("localSheetId", "")
            if local.isdigit() and int(local) >= len(tabs):
                continue
            found[tabs[int(local)] if local.isdigit() else "", node.get("name", "").upper()] = node.text or ""
        return found

    @property
    def date1904(self) -> bool:
        """Whether dates count from 1904, as old Macintosh workbooks do."""
        found = self.workbook.find(f"{MAIN}workbookPr")
        return found is not None and found.get("date1904") in {"1", "true"}

    @property
    def macros(self) -> bool:
        """Whether the workbook holds a project of macros."""
        return any(name.lower().endswith("vbaproject.bin") for name in self.package.namelist())

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The shared texts, without phonetic readings."""
        part = next((target for _, kind, target in self.relations(self._workbook_part) if kind == "sharedStrings"), "")
        return tuple(rich_text(node) for node in self.root(part).iterfind(f"{MAIN}si")) if part else ()

    @cached_property
    def looks(self) -> tuple[Look, ...]:
        """What each cell style says, by its number."""
        part = next((target for _, kind, target in self.relations(self._workbook_part) if kind == "styles"), "")
        if not part:
            return (PLAIN,)
        root = self.root(part)
        codes = {
            node.get("numFmtId", ""): node.get("formatCode", "")
            for node in root.iterfind(f"{MAIN}numFmts/{MAIN}numFmt")
        }
        fills = [_is_filled(node) for node in root.iterfind(f"{MAIN}fills/{MAIN}fill")]
        borders = [any(side.get("style", "none") != "none" for side in node)
                   for node in root.iterfind(f"{MAIN}borders/{MAIN}border")]  # fmt: skip
        bolds = [_is_on(node.find(f"{MAIN}b")) for node in root.iterfind(f"{MAIN}fonts/{MAIN}font")]
        found = []
        for number, node in enumerate(root.iterfind(f"{MAIN}cellXfs/{MAIN}xf")):
            code = node.get("numFmtId", "0")
            protection = node.find(f"{MAIN}protection")
            found.append(
                Look(
                    codes.get(code) or _BUILT_IN.get(int(code) if code.isdigit() else 0, "General"),
                    locked=protection is None or protection.get("locked", "1") not in {"0", "false"},
                    filled=_at(fills, node.get("fillId")),
                    bordered=_at(borders, node.get("borderId")),
                    bold=_at(bolds, node.get("fontId")),
                    id=number,
                )
            )
        return tuple(found) or (PLAIN,)


def rich_text(node: etree._Element) -> str:
    """Return the text of a string item, whose runs may be formatted each."""
    return "".join(
        text.text or "" for text in node.iter(f"{MAIN}t") if text.getparent().tag != f"{MAIN}rPh"
    )  # fmt: skip


def _is_filled(node: etree._Element) -> bool:
    pattern = node.find(f"{MAIN}patternFill")
    return pattern is None or pattern.get("patternType", "none") not in {"none", "gray125"}


def _is_on(node: etree._Element | None) -> bool:
    return node is not None and node.get("val", "1") not in {"0", "false"}


def _at(values: list[bool], number: str | None) -> bool:
    return bool(number) and str(number).isdigit() and int(str(number)) < len(values) and values[int(str(number))]


def open_book(data: bytes) -> Book:
    """Return a workbook that is small enough and whole; StructureError where it is neither."""
    if len(data) > LARGEST_FILE:
        raise StructureError("size")
    if data.startswith(_CFB):
        raise StructureError("encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "old")
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise StructureError("package") from error
    kind = _refusal(entries)
    if kind:
        raise StructureError(kind)
    book = Book(package)
    if book.workbook.tag != f"{MAIN}workbook":
        raise StructureError("strict" if _STRICT in book.workbook.tag else "other")
    # zipfile stops at the size that the package declares, and compares the check sum: neither can lie.
    counted = 0
    for sheet in book.sheets:
        try:
            counted += package.read(sheet.part).count(b"<c ")
        except (KeyError, zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise StructureError("damaged", sheet.name) from error
    if counted > MOST_CELLS:
        raise StructureError("size")
    return book


def _refusal(entries: list[zipfile.ZipInfo]) -> str:
    """Return why a package is not looked into; empty where it may be."""
    names = {entry.filename for entry in entries}
    large = any(one.file_size > _MAX_RATIO * max(one.compress_size, 1024) for one in entries)
    reasons = {
        "other": "content.xml" in names or "_rels/.rels" not in names or "[Content_Types].xml" not in names,
        "binary": any(name.endswith("workbook.bin") for name in names),
        "size": large or sum(one.file_size for one in entries) > _MOST_UNPACKED,
        "encrypted": any(one.flag_bits & 0x1 for one in entries),
    }
    return next((kind for kind, found in reasons.items() if found), "")
