"""What a workbook's parts say beside the cells, as facts that do not depend on which program wrote them.

A fact is a kind, a place and a text. Two workbooks say the same where their facts are equal, however their XML is
written: other prefixes, numbers of relationships, orders of attributes, revision marks.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from lxml import etree

from workbook_templates import cells
from workbook_templates.layout import LayoutError, xml
from workbook_templates.official.looks import MAIN
from workbook_templates.official.ranges import Range
from workbook_templates.parts import Package

REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MARKS = re.compile(r"\{(http://schemas\.microsoft\.com/office/spreadsheetml/\d+/(revision\d*|ac)|urn:mce)\}")
_IGNORABLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_QUOTED = re.compile(r'("(?:[^"]|"")*")')
_LONGEST_COLUMNS = 1024
_LONGEST = 300


class Kind(StrEnum):
    """What a difference is about; its texts stand under ``[difference]`` in the catalogues."""

    FORMULA = "formula"
    CELL = "cell"
    """Text or value outside the input cells: a header, a label, a constant."""
    TYPED = "typed"
    """Something in the input cells that does not come from our rows."""
    SHEET_ADDED = "sheet_added"
    SHEET_REMOVED = "sheet_removed"
    SHEET_RENAMED = "sheet_renamed"
    SHEET_ORDER = "sheet_order"
    HIDDEN = "hidden"
    """A sheet, rows or columns hidden or shown."""
    VALIDATION = "validation"
    CONDITIONAL = "conditional"
    FORMAT = "format"
    """The number format."""
    STYLE = "style"
    LOCK = "lock"
    """Whether a cell may be edited on a protected sheet."""
    PROTECTION = "protection"
    MERGE = "merge"
    SIZE = "size"
    TABLE = "table"
    FILTER = "filter"
    NAME = "name"
    COMMENT = "comment"
    DRAWING = "drawing"
    MACRO = "macro"
    CUSTOM_XML = "custom_xml"
    LINK = "link"
    PRINT = "print"
    SETTING = "setting"
    TYPE = "type"
    """The content type of a part."""
    RELATION = "relation"
    PART = "part"
    INPUT = "input"
    """An input cell filled: what a filled workbook is for."""
    DAY = "day"
    """An input cell without a number format shows its day as one, as when somebody types it."""
    RESULT = "result"
    """The stored result of a formula that is as it was."""
    PROPERTIES = "properties"
    VIEW = "view"
    CALCULATION = "calculation"
    REWRITTEN = "rewritten"
    """Other bytes that say the same."""


HARMLESS = frozenset((Kind.INPUT, Kind.DAY, Kind.RESULT, Kind.PROPERTIES, Kind.VIEW, Kind.CALCULATION, Kind.REWRITTEN))
"""Kinds that leave the verdict good."""

_OTHER_PARTS = (
    (Kind.MACRO, r"vbaProject|vbaData|macrosheets/|dialogsheets/|activeX/|ctrlProps/|customUI|intlsheets"),
    (Kind.COMMENT, r"comments|persons/"),
    (Kind.DRAWING, r"drawings/|media/|charts/|chartsheets/|diagrams/|embeddings/|ink/|slicers/|timelines/"),
    (Kind.CUSTOM_XML, r"^customXml/"),
    (Kind.LINK, r"externalLinks/|connections|queryTables/|model/|webextensions/|volatileDependencies"),
    (Kind.VIEW, r"printerSettings/|^docProps/thumbnail|theme/"),
    (Kind.PROPERTIES, r"^docProps/|docMetadata/"),
    (Kind.CALCULATION, r"calcChain"),
)


class Fact(NamedTuple):
    """Something that a workbook says, but for its text."""

    kind: Kind
    sheet: str
    """Name of the sheet; empty for the workbook."""
    place: str
    """Cells, a name, a part."""


def part_kind(part: str) -> Kind:
    """Return what a part is about that no fact of its own tells of."""
    return next((kind for kind, pattern in _OTHER_PARTS if re.search(pattern, part)), Kind.PART)


def formula(text: str) -> str:
    """Return a formula as every program writes it: without blanks, case, and prefixes for newer functions."""
    pieces = _QUOTED.split(text)
    for at in range(0, len(pieces), 2):
        plain = re.sub(r"_xlfn\.|_xlws\.|_xludf\.", "", pieces[at])
        plain = re.sub(r"'([^\W\d][\w.]*)'!", r"\1!", plain)
        pieces[at] = re.sub(r"\s+", "", plain) if "'" not in plain else plain.strip()
        pieces[at] = pieces[at].upper()
    return "".join(pieces)


def relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Return a part's relationships: id to (last word of the type, target); a foreign target keeps its address."""
    folder, name = posixpath.split(part)
    try:
        root = xml(package.read(posixpath.join(folder, "_rels", f"{name}.rels")))
    except KeyError:
        return {}
    found = {}
    for one in elements(root):
        target = one.get("Target", "")
        if one.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        else:
            target = f"external {target}"
        found[one.get("Id", "")] = (posixpath.basename(one.get("Type", "")), target)
    return found


def canonical(element: etree._Element, links: Mapping[str, tuple[str, str]] | None = None) -> str:
    """Return an element as text that is equal wherever its meaning is: no prefixes, revision marks, or layout."""
    told = []
    for name, value in sorted(element.attrib.items()):
        if name in {_IGNORABLE, _SPACE} or _MARKS.match(name):
            continue
        shown = (links or {}).get(value, ("", value))[1] if name.startswith(REL) else value
        told.append(f'{etree.QName(name).localname}="{truth(shown)}"')
    children = [canonical(child, links) for child in elements(element)]
    text = element.text or ""
    if children:
        text = text.strip()
    tails = "".join((child.tail or "").strip() for child in element)
    name = etree.QName(element).localname
    return f"<{' '.join((name, *told))}>{text}{''.join(children)}{tails}</{name}>"


def elements(parent: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements in another, without remarks and instructions."""
    yield from parent.iterchildren("*")


def truth(value: str) -> str:
    """Return an attribute's value with one way to write yes and no."""
    return {"true": "1", "false": "0"}.get(value, value)


def intervals(found: Iterable[Range]) -> str:
    """Return ranges as one text, the same however they were cut and in whichever order they came."""
    rows_of: dict[int, list[tuple[int, int]]] = {}
    whole = []
    for one in found:
        if one.width > _LONGEST_COLUMNS:
            whole.append(str(one))
            continue
        for column in range(one.left, one.right + 1):
            rows_of.setdefault(column, []).append((one.top, one.bottom))
    columns: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for column in sorted(rows_of):
        columns.setdefault(_joined(rows_of[column]), []).append(column)
    pieces = []
    for spans, numbers in columns.items():
        for left, right in _joined([(number, number) for number in numbers]):
            pieces += [Range(top, left, bottom, right) for top, bottom in spans]
    return " ".join((*map(str, sorted(pieces)), *sorted(whole)))


def _joined(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return spans of whole numbers in order, those that touch as one."""
    done: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if done and first <= done[-1][1] + 1:
            done[-1] = (done[-1][0], max(done[-1][1], last))
        else:
            done.append((first, last))
    return tuple(done)


def around(places: Iterable[tuple[int, int]]) -> str:
    """Return cells, given as (row, column), as ranges."""
    return intervals(Range(row, column, row, column) for row, column in places)


def book_facts(package: Package, sheets: Mapping[str, str]) -> Iterator[tuple[Fact, str]]:
    """Yield what the workbook's own part says; ``sheets`` maps names to parts, in order."""
    root = xml(package.read("xl/workbook.xml"))
    names = list(sheets)
    for one in root.iterfind(f"{MAIN}definedNames/{MAIN}definedName"):
        name, local = one.get("name", ""), one.get("localSheetId")
        if name == "_xlnm._FilterDatabase":
            continue  # the filter itself is told
        where = names[int(local)] if local is not None and int(local) < len(names) else ""
        hidden = " (hidden)" if truth(one.get("hidden", "0")) == "1" else ""
        yield Fact(Kind.NAME, where, name), formula(one.text or "") + hidden
    for one in elements(root):
        yield from _settings(one)
    yield Fact(Kind.SHEET_ORDER, "", ""), " ".join(map(cells.quote, names))


_USUAL_SETTINGS = {
    "workbookPr": {"date1904": "0", "codeName": ""},
    "calcPr": {"calcMode": "auto", "fullPrecision": "1", "iterate": "0"},
}
"""Settings of a workbook that change what it says, and what they are where they are not written."""


def _settings(one: etree._Element) -> Iterator[tuple[Fact, str]]:
    """Yield what an element of the workbook's part sets."""
    tag = etree.QName(one).localname
    if tag == "workbookProtection" and any(truth(value) != "0" for value in one.attrib.values()):
        yield Fact(Kind.PROTECTION, "", ""), canonical(one)
    for key, plain in _USUAL_SETTINGS.get(tag, {}).items():
        if (value := truth(one.get(key, plain))) != plain:
            yield Fact(Kind.SETTING, "", key), value
    if tag in {"fileSharing", "customWorkbookViews", "pivotCaches", "functionGroups"}:
        yield Fact(Kind.SETTING, "", tag), canonical(one)


def only_notes(package: Package, part: str) -> bool:
    """Whether an old drawing holds nothing but the boxes of comments, which are told themselves."""
    try:
        kinds = re.findall(rb"""ObjectType\s*=\s*["']([^"']*)""", package.read(part))
    except KeyError:
        return True
    return part.endswith(".vml") and set(kinds) <= {b"Note"}


def other_part(package: Package, part: str) -> str:
    """Return what a part says of which no fact tells: its XML's meaning, or its bytes' fingerprint."""
    data = package.read(part)
    if part.endswith((".xml", ".vml")):
        try:
            return canonical(xml(data), relations(package, part))
        except LayoutError:
            pass
    return hashlib.sha256(data).hexdigest()


def shortened(text: str) -> str:
    """Return a text fit for a list."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
