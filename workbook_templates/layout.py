"""Where things stand in one workbook: sheets, columns, fields and totals, found by their defined names.

Defined names follow renamed sheets and inserted columns, and survive Excel, LibreOffice and openpyxl. Both the reader
and the part editor start from a :class:`Layout`, so neither counts on the template's own columns.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from workbook_templates import cells

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


class LayoutError(ValueError):
    """A package that is no workbook, or whose workbook part cannot be read."""


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """Where one sheet of the pack stands in a workbook."""

    name: str
    """The sheet's name as the user sees it."""
    part: str
    """The sheet's part in the package."""
    hidden: bool = False
    columns: Mapping[str, int] = field(default_factory=dict)
    """Table column id to 1-based column number."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Form field id to its cell's address."""
    first_row: int = 0
    """First row (1-based) of the table's data; 0 where the sheet has no table."""
    last_row: int = 0
    """Last row that the table has room for."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The stamp of a workbook and the place of each sheet of its pack."""

    measure: str
    year: int
    version: str
    lang: str
    sheets: Mapping[str, SheetLayout]

    @property
    def identity(self) -> str:
        """The pack's stamp, as :attr:`workbook_templates.measure.Measure.identity` writes it."""
        return f"{self.measure}/{self.year}/{self.version}"


def xml(data: bytes) -> etree._Element:
    """Return the root of an XML part, read without entities and network; LayoutError where it is not XML."""
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        raise LayoutError(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise LayoutError("DOCTYPE")
    return root


def sheet_parts(package: zipfile.ZipFile) -> dict[str, tuple[str, bool]]:
    """Return every sheet's name with its part and whether it is hidden; LayoutError where there is no workbook."""
    try:
        book = xml(package.read("xl/workbook.xml"))
        relations = xml(package.read("xl/_rels/workbook.xml.rels"))
    except KeyError as error:
        raise LayoutError(str(error)) from error
    targets = {node.get("Id"): posixpath.join("/xl", node.get("Target", "")).lstrip("/") for node in relations}
    return {
        node.get("name", ""): (
            targets.get(node.get(f"{_REL}id"), ""),
            node.get("state", "visible") != "visible",
        )
        for node in book.iterfind(f"{_MAIN}sheets/{_MAIN}sheet")
    }


def defined_names(package: zipfile.ZipFile) -> dict[str, str]:
    """Return the workbook-wide defined names with their content."""
    book = xml(package.read("xl/workbook.xml"))
    return {
        node.get("name", ""): node.text or ""
        for node in book.iterfind(f"{_MAIN}definedNames/{_MAIN}definedName")
        if node.get("localSheetId") is None
    }


def read_layout(source: bytes | zipfile.ZipFile) -> Layout | None:
    """Return the layout of a workbook, or None where it carries no stamp of ours.

    LayoutError where the package is no workbook at all.
    """
    try:
        package = source if isinstance(source, zipfile.ZipFile) else zipfile.ZipFile(io.BytesIO(source))
    except zipfile.BadZipFile as error:
        raise LayoutError(str(error)) from error
    return layout_of(defined_names(package), sheet_parts(package))


def layout_of(names: Mapping[str, str], parts: Mapping[str, tuple[str, bool]]) -> Layout | None:
    """Return the layout that defined names tell of, or None where they carry no stamp of ours.

    ``parts`` has every sheet's part and whether it is hidden, by its name, as :func:`sheet_parts` finds them.
    """
    stamp = names.get(cells.IDENTITY_NAME, "").strip().strip('"').split("/")
    if len(stamp) != 4 or not stamp[1].isdigit():  # noqa: PLR2004 - measure, year, version, language
        return None
    found: dict[str, dict[str, str]] = {}
    for name, reference in names.items():
        sheet_id, dot, column_id = name.partition(".")
        if dot:
            found.setdefault(sheet_id, {})[column_id] = reference
    sheets = {
        sheet_id: layout for sheet_id, references in found.items() if (layout := _sheet(references, parts)) is not None
    }
    return Layout(stamp[0], int(stamp[1]), stamp[2], stamp[3], sheets)


def _sheet(references: Mapping[str, str], parts: Mapping[str, tuple[str, bool]]) -> SheetLayout | None:
    name, first, last = "", 0, 0
    columns: dict[str, int] = {}
    fields: dict[str, str] = {}
    for item_id, reference in references.items():
        try:
            name, place = cells.split_reference(reference)
        except ValueError:
            continue
        start, colon, end = place.partition(":")
        row, column = cells.parse(start)
        if colon:
            columns[item_id] = column
            first, last = row, cells.parse(end)[0]
        else:
            fields[item_id] = cells.a1(row, column)
    if name not in parts:
        return None
    part, hidden = parts[name]
    return SheetLayout(name, part, hidden, columns, fields, first, last)
