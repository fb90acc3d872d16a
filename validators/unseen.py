"""What a signer cannot see is not signed: content of a workbook that hides, fetches, runs or shows something else.

Looks at the package's parts, not at a reader's view of them, and knows the template's own formulas. Run before a
workbook is packaged, and again before it is signed.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import etree

from validators import formulas
from validators.findings import InputError
from workbook_templates import cells
from workbook_templates.figures import total_formulas
from workbook_templates.layout import Layout, defined_names, sheet_parts, xml
from workbook_templates.measure import TOTALS, Measure
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from validators.totals import Total

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_HYPERLINK: Final = "/hyperlink"
_SHOWN = 5
"""Places named of one kind."""
_HALF_CENT = 0.005
_THIN = 0.5
"""Height in points, or width in characters, below which nothing can be read."""
PARTS: Final[Mapping[str, str]] = {
    r"vbaProject|xl/macrosheets/|xl/dialogsheets/|xl/activeX/|xl/ctrlProps/|customUI": "RU-U01",
    r"xl/externalLinks/": "RU-U02",
    r"xl/connections|xl/queryTables/|xl/model/|xl/webextensions/|xl/volatileDependencies|xl/pivotCache/": "RU-U03",
    r"xl/embeddings/|xl/oleObjects": "RU-U04",
}
"""Parts that have no business in a report, by the pattern of their names."""
FUNCTIONS: Final = frozenset(
    (
        "CALL", "CELL", "CUBEVALUE", "DDE", "ENCODEURL", "EVALUATE", "EXEC", "FILTERXML", "FORMULATEXT", "GETPIVOTDATA",
        "IMAGE", "INDIRECT", "INFO", "NOW", "OFFSET", "PY", "RAND", "RANDARRAY", "RANDBETWEEN", "REGISTER.ID", "RTD",
        "STOCKHISTORY", "TODAY", "TRANSLATE", "WEBSERVICE",
    )
)  # fmt: skip
"""Functions that give something else tomorrow, or ask somebody else."""
_FUNCTION = re.compile(r"(?:_xl\w+\.)*([A-Z][A-Z0-9.]*)\s*\(", re.IGNORECASE)
_STRING = re.compile(r'"[^"]*"')
_DDE = re.compile(r"\|\s*'?[^'!|]*'?\s*!")
_OTHER_BOOK = re.compile(r"\[[^\]]*\][^!\[\]]*!|file://|https?://", re.IGNORECASE)
_BUILT_IN: Final = range(50)
"""Number formats that every spreadsheet has; none of them hides."""


class UnseenError(InputError):
    """Content that a signer cannot see; its texts stand under ``[unseen]`` in the catalogues."""

    def text(self, lang: str) -> tuple[str, str]:
        """Return what is wrong and what to do."""
        entry = catalogue("validators", lang)["unseen"][self.code]
        return entry["message"].format(**self.params), entry["remedy"].format(**self.params)


def unseen(data: bytes, measure: Measure, layout: Layout, totals: Sequence[Total]) -> list[UnseenError]:
    """Return an error for each kind of thing that a signer cannot see, with its places; none for a plain workbook.

    ``data`` is a workbook that was read and checked before, ``totals`` what its totals sheet should show.
    """
    places: dict[str, list[str]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for code, place in _Search(package, measure, layout, totals).everything():
            places.setdefault(code, []).append(place)
    return [
        UnseenError(code, places=", ".join(found[:_SHOWN]) + (" …" if len(found) > _SHOWN else ""), count=len(found))
        for code, found in sorted(places.items())
    ]


@dataclass(frozen=True, slots=True)
class _Formula:
    """One formula cell."""

    text: str
    kind: str
    group: str
    """Number of the shared formula it belongs to."""
    value: formulas.Value


@dataclass(frozen=True, slots=True)
class _Search:
    """One workbook while it is searched; everything yields (code, place)."""

    package: zipfile.ZipFile
    measure: Measure
    layout: Layout
    totals: Sequence[Total]

    def everything(self) -> Iterator[tuple[str, str]]:
        yield from self.parts()
        yield from self.relationships()
        yield from self.names()
        hiding = self.hiding_styles()
        own = {where.part: (sheet_id, where.name) for sheet_id, where in self.layout.sheets.items()}
        for name, (part, hidden) in sheet_parts(self.package).items():
            if name == cells.IDENTITY_SHEET:
                continue
            if hidden:
                yield "RU-U06", name
                continue
            text = self.package.read(part)
            yield from _hidden_lines(text, name)
            if b"oleObject" in text or b"<controls" in text:
                yield "RU-U04", name
            yield from _hiding_cells(text, name, hiding)
            yield from self.formula_cells(text, name, own.get(part, ("", name))[0])

    def parts(self) -> Iterator[tuple[str, str]]:
        for part in self.package.namelist():
            for pattern, code in PARTS.items():
                if re.search(pattern, part, re.IGNORECASE):
                    yield code, part
            if part.startswith("customXml/item") and b"DataMashup" in self.package.read(part):
                yield "RU-U03", part
        if b"macroEnabled" in self.package.read("[Content_Types].xml"):
            yield "RU-U01", "[Content_Types].xml"

    def relationships(self) -> Iterator[tuple[str, str]]:
        for part in self.package.namelist():
            if not part.endswith(".rels"):
                continue
            for link in xml(self.package.read(part)):
                outside = link.get("TargetMode") == "External" and not link.get("Type", "").endswith(_HYPERLINK)
                if outside:
                    yield "RU-U02", posixpath.basename(part).removesuffix(".rels")

    def names(self) -> Iterator[tuple[str, str]]:
        """Defined names with a reason to refuse; and names of one table that end on different rows."""
        extents: dict[str, set[str]] = {sheet.id: set() for sheet in self.measure.sheets}
        for name, reference in defined_names(self.package).items():
            code = _suspicious(reference)
            if code:
                yield code, name
            sheet_id, _, item = name.partition(".")
            if item and sheet_id in extents and ":" in reference:
                extents[sheet_id].add("-".join(re.findall(r"\$(\d+)", reference.rpartition("!")[2])))
        for sheet_id, found in extents.items():
            if len(found) > 1:
                yield "RU-U10", self.layout.sheets[sheet_id].name

    def hiding_styles(self) -> frozenset[int]:
        """Return the cell styles whose number format shows nothing, or a fixed text, in place of a value."""
        try:
            root = xml(self.package.read("xl/styles.xml"))
        except KeyError:
            return frozenset()
        codes = {
            int(node.get("numFmtId", "0")): node.get("formatCode", "")
            for node in root.iterfind(f"{_MAIN}numFmts/{_MAIN}numFmt")
        }
        return frozenset(
            position
            for position, style in enumerate(root.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf"))
            if (number := int(style.get("numFmtId", "0"))) in codes or number not in _BUILT_IN
            if hides(codes.get(number, "General"))
        )

    def formula_cells(self, text: bytes, name: str, sheet_id: str) -> Iterator[tuple[str, str]]:
        """Formulas that must not be there, and cells that show something else than their formula gives."""
        found: dict[tuple[int, int], _Formula] = {}
        values: dict[tuple[int, int], formulas.Value] = {}
        for marked in re.findall(rb"<(?:\w+:)?formula[12]?\b[^>]*>([^<]*)<", text):
            code = _suspicious(marked.decode("utf-8", "replace"))
            if code:
                yield code, name
        if re.search(rb"<(?:\w+:)?f[ />]", text):
            found, values = self._cells(text)
        for place, formula in found.items():
            code = _suspicious(formula.text)
            if code:
                yield code, f"{name}!{cells.a1(*place)}"
        if sheet_id == TOTALS:
            yield from self._totals(found, name)
        elif sheet_id in {sheet.id for sheet in self.measure.sheets}:
            yield from self._inputs(found, values, sheet_id, name)

    def _totals(self, found: Mapping[tuple[int, int], _Formula], name: str) -> Iterator[tuple[str, str]]:
        wanted = total_formulas(self.measure, self.layout.lang)
        where = self.layout.sheets[TOTALS]
        for total in self.totals:
            address = where.fields.get(total.id)
            formula = found.get(cells.parse(address)) if address else None
            if formula is None or formula.text.replace(" ", "") != wanted[total.id].replace(" ", ""):
                yield "RU-U10", f"{name}!{address or total.label}"
            elif formula.value is not None and not _same(formula.value, total.cents / 100):
                yield "RU-U09", f"{name}!{address}"

    def _inputs(
        self,
        found: Mapping[tuple[int, int], _Formula],
        values: Mapping[tuple[int, int], formulas.Value],
        sheet_id: str,
        name: str,
    ) -> Iterator[tuple[str, str]]:
        where = self.layout.sheets[sheet_id]
        columns, fields = set(where.columns.values()), {cells.parse(address) for address in where.fields.values()}
        masters = {one.group: (place, one.text) for place, one in found.items() if one.group and one.text}
        for place, formula in found.items():
            in_table = place[1] in columns and where.first_row <= place[0] <= where.last_row
            if not in_table and place not in fields:
                continue
            start, text = place, formula.text
            if not text and formula.group in masters:
                start, text = masters[formula.group]
            # An array formula or a data table is more than its text says.
            text = text if formula.kind in {"", "normal", "shared"} else ""
            shift = place[0] - start[0], place[1] - start[1]
            try:
                computed = formulas.compute(text, lambda row, column: values.get((row, column)), shift)
            except (formulas.UnsupportedError, RecursionError):
                yield "RU-U11", f"{name}!{cells.a1(*place)}"
                continue
            if not _same(formula.value, computed):
                yield "RU-U09", f"{name}!{cells.a1(*place)}"

    def _cells(self, text: bytes) -> tuple[dict[tuple[int, int], _Formula], dict[tuple[int, int], formulas.Value]]:
        """Return the formula cells of a sheet, and what each of its cells holds."""
        found: dict[tuple[int, int], _Formula] = {}
        values: dict[tuple[int, int], formulas.Value] = {}
        shared = self._shared_strings()
        for cell in xml(text).iter(f"{_MAIN}c"):
            place = cells.parse(cell.get("r", "A1"))
            value = _value(cell, shared)
            if value is not None:
                values[place] = value
            formula = cell.find(f"{_MAIN}f")
            if formula is not None:
                found[place] = _Formula(formula.text or "", formula.get("t", ""), formula.get("si", ""), value)
        return found, values

    def _shared_strings(self) -> list[str]:
        try:
            root = xml(self.package.read("xl/sharedStrings.xml"))
        except KeyError:
            return []
        return ["".join(node.text or "" for node in item.iter(f"{_MAIN}t")) for item in root]


def hides(code: str) -> bool:
    """Whether a number format shows nothing, or always the same text, for some value (ECMA-376 part 1, 18.8.31)."""
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", code)
    sections = bare.split(";")
    # A fourth section is for text; an empty third one shows a zero as nothing, which accountants want.
    return any(
        not re.search(r"[0#?@ymdhs]|general|standard", section, re.IGNORECASE)
        for position, section in enumerate(sections)
        if position != 2 or len(bare.strip(";")) == 0  # noqa: PLR2004 - zero's section
    )


def _suspicious(formula: str) -> str:
    """Return the code of a formula that fetches, changes by itself or runs something; empty for any other."""
    bare = _STRING.sub('""', formula)
    if _DDE.search(bare):
        return "RU-U05"
    if _OTHER_BOOK.search(formula):
        return "RU-U02"
    return "RU-U05" if any(name.upper() in FUNCTIONS for name in _FUNCTION.findall(bare)) else ""


def _hidden_lines(text: bytes, sheet: str) -> Iterator[tuple[str, str]]:
    head, _, rest = text.partition(b"sheetData")
    for column in re.findall(rb"<(?:\w+:)?col ([^>]*)>", head):
        if _gone(column, b"width"):
            number = int(re.search(rb'min="(\d+)"', column)[1])  # type: ignore[index]
            yield "RU-U08", f"{sheet}!{cells.letters(number)}"
    if re.search(rb'zeroHeight="(?:1|true)"', head):
        yield "RU-U07", sheet
    if b"hidden=" in rest or b' ht="' in rest:
        for row in re.findall(rb"<(?:\w+:)?row ([^>]*)>", rest):
            number_found = re.search(rb'\br="(\d+)"', row)
            if _gone(row, b"ht"):
                yield "RU-U07", f"{sheet}!{number_found[1].decode() if number_found else '?'}"


def _gone(attributes: bytes, size: bytes) -> bool:
    found = re.search(rb'\b%s="([\d.]+)"' % size, attributes)
    return bool(re.search(rb'\bhidden="(?:1|true)"', attributes)) or bool(found and float(found[1]) < _THIN)


def _hiding_cells(text: bytes, sheet: str, styles: frozenset[int]) -> Iterator[tuple[str, str]]:
    """Cells with a value whose format hides it."""
    for style in styles:
        for cell in re.findall(rb'<(?:\w+:)?c ([^>]*\bs="%d"[^>]*)>' % style, text):
            if cell.endswith(b"/"):
                continue  # empty
            address = re.search(rb'\br="([A-Z]+\d+)"', cell)
            yield "RU-U12", f"{sheet}!{address[1].decode() if address else '?'}"


def _value(cell: etree._Element, shared: Sequence[str]) -> formulas.Value:
    kind, text = cell.get("t", "n"), cell.findtext(f"{_MAIN}v")
    if kind == "inlineStr":
        return "".join(node.text or "" for node in cell.iter(f"{_MAIN}t"))
    if not text:
        return None
    if kind == "s":
        return shared[int(text)] if int(text) < len(shared) else ""
    return float(text) if kind == "n" else text


def _same(shown: formulas.Value, computed: formulas.Value) -> bool:
    """Whether a cell shows what its formula gives; an empty cell counts as zero, as in a spreadsheet."""
    if isinstance(shown, str) or isinstance(computed, str):
        return shown == computed
    return abs((shown or 0.0) - (computed or 0.0)) < _HALF_CENT
