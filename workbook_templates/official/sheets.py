"""One sheet of a foreign workbook as raw facts: values, formulas, looks, validations, tables, notes, protection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from workbook_templates import cells
from workbook_templates.official.opening import MAIN, PLAIN, Book, Look, SheetPart, StructureError, rich_text
from workbook_templates.official.ranges import LAST_COLUMN, LAST_ROW, Range, parse, parse_all, shifted

X14: Final = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
_THREADED = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}"
MOST_FORMULAS: Final = 400_000

Value = str | float | bool
Place = tuple[int, int]
"""1-based row and column."""


@dataclass(frozen=True, slots=True)
class Validation:
    """What cells of some ranges accept."""

    ranges: tuple[Range, ...]
    kind: str
    """``list``, ``whole``, ``decimal``, ``date``, ``time``, ``textLength`` or ``custom``."""
    formula: str
    """Where a list stands, or the first bound, as the workbook writes it."""
    second: str = ""
    operator: str = "between"
    prompt: str = ""
    """What the workbook tells whoever selects such a cell."""
    values: tuple[str, ...] = ()
    """Entries of a list, in order."""
    known: bool = False
    """Whether the entries of a list could be read; not so where they depend on another cell."""
    meanings: tuple[str, ...] = ()
    """What each entry stands for, where entries are codes that the workbook explains; else nothing."""

    @property
    def told(self) -> dict[str, str]:
        """The entries by what they say: themselves, with their meaning behind a code."""
        if not self.meanings:
            return {entry: entry for entry in self.values}
        return {f"{entry} – {said}": entry for entry, said in zip(self.values, self.meanings, strict=True)}


@dataclass(frozen=True, slots=True)
class TableRange:
    """A table (Ctrl+T) of a sheet."""

    name: str
    range: Range
    """With its header and totals."""
    header_rows: int
    totals_rows: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """One worksheet as it stands in the package."""

    name: str
    part: str
    visibility: str
    protected: bool
    values: Mapping[Place, Value]
    """Constants; a formula's result is none."""
    formulas: Mapping[Place, str]
    """Formulas without ``=``, shared ones written out for each of their cells."""
    results: Mapping[Place, Value]
    """What the formulas showed when the workbook was saved."""
    styles: Mapping[Place, int]
    """Style of each cell that has one of its own, empty cells included."""
    row_styles: Mapping[int, int]
    column_styles: tuple[tuple[int, int, int], ...]
    """First column, last column, style."""
    looks: tuple[Look, ...]
    merges: tuple[Range, ...]
    validations: tuple[Validation, ...]
    tables: tuple[TableRange, ...]
    notes: Mapping[Place, str]
    """Comments at cells."""
    hidden_columns: frozenset[int] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    editable: tuple[Range, ...] = field(default=())
    """Ranges that protection leaves open besides unlocked cells."""

    def look(self, row: int, column: int) -> Look:
        """Return a cell's look: its own style, else its row's, else its column's."""
        style = self.styles.get((row, column), self.row_styles.get(row))
        if style is None:
            style = next((style for first, last, style in self.column_styles if first <= column <= last), 0)
        return self.looks[style] if style < len(self.looks) else PLAIN

    def open(self, row: int, column: int) -> bool:
        """Whether somebody may type into a cell: no formula stands in it, and protection leaves it open."""
        if (row, column) in self.formulas:
            return False
        return not self.protected or self.unlocked(row, column)

    def unlocked(self, row: int, column: int) -> bool:
        """Whether a cell is open on a protected sheet."""
        return not self.look(row, column).locked or any(one.holds(row, column) for one in self.editable)

    def validation(self, row: int, column: int) -> Validation | None:
        """Return what a cell accepts, if anything is said."""
        return next((one for one in self.validations if any(it.holds(row, column) for it in one.ranges)), None)

    def text(self, row: int, column: int) -> str:
        """Return the constant text of a cell on one line; empty for a number, a formula, an empty cell."""
        value = self.values.get((row, column))
        return " ".join(value.split()) if isinstance(value, str) else ""

    def merge(self, row: int, column: int) -> Range | None:
        """Return the merged range that a cell lies in."""
        return next((one for one in self.merges if one.holds(row, column)), None)


def read_sheet(book: Book, sheet: SheetPart) -> Grid:
    """Return one sheet's facts; lists of validations are not looked up yet. StructureError where it is damaged."""
    root = book.root(sheet.part)
    content = _Content(book)
    for node in root.iterfind(f"{MAIN}sheetData/{MAIN}row"):
        content.row(node)
    protection = root.find(f"{MAIN}sheetProtection")
    tables: list[TableRange] = []
    notes: dict[Place, str] = {}
    for _, kind, target in book.relations(sheet.part):
        if kind == "table":
            tables.append(_table(book.root(target)))
        elif kind == "comments":
            notes = {**_comments(book.root(target)), **notes}
        elif kind == "threadedComment":
            notes |= _threads(book.root(target))
    columns: list[tuple[int, int, int]] = []
    hidden: set[int] = set()
    for node in root.iterfind(f"{MAIN}cols/{MAIN}col"):
        first, last = int(node.get("min", "1")), min(int(node.get("max", "1")), LAST_COLUMN)
        if node.get("style"):
            columns.append((first, last, int(node.get("style", "0"))))
        if node.get("hidden") in {"1", "true"}:
            hidden.update(range(first, min(last, first + 1000) + 1))
    return Grid(
        sheet.name,
        sheet.part,
        sheet.visibility,
        protection is not None and protection.get("sheet") in {"1", "true"},
        content.values,
        content.formulas,
        content.results,
        content.styles,
        content.row_styles,
        tuple(columns),
        book.looks,
        tuple(
            one for node in root.iterfind(f"{MAIN}mergeCells/{MAIN}mergeCell") for one in parse_all(node.get("ref", ""))
        ),
        tuple(_validations(root)),
        tuple(tables),
        notes,
        frozenset(hidden),
        frozenset(content.hidden),
        tuple(
            one
            for node in root.iterfind(f"{MAIN}protectedRanges/{MAIN}protectedRange")
            for one in parse_all(node.get("sqref", ""))
        ),
    )


class _Content:
    """The cells of a sheet while they are read."""

    def __init__(self, book: Book) -> None:
        self.texts = book.texts
        self.values: dict[Place, Value] = {}
        self.formulas: dict[Place, str] = {}
        self.results: dict[Place, Value] = {}
        self.styles: dict[Place, int] = {}
        self.row_styles: dict[int, int] = {}
        self.hidden: set[int] = set()
        self.shared: dict[str, tuple[Place, str]] = {}
        self.last = 0

    def row(self, node: etree._Element) -> None:
        """Take one row over."""
        number = _whole(node.get("r")) or self.last + 1
        self.last = number
        if number > LAST_ROW:
            raise StructureError("damaged", f"row {number}")
        if node.get("s") and node.get("customFormat") in {"1", "true"}:
            self.row_styles[number] = _whole(node.get("s"))
        if node.get("hidden") in {"1", "true"}:
            self.hidden.add(number)
        column = 0
        for cell in node.iterfind(f"{MAIN}c"):
            try:
                place = cells.parse(cell.get("r", "")) if cell.get("r") else (number, column + 1)
            except ValueError as error:
                raise StructureError("damaged", cell.get("r", "")) from error
            column = place[1]
            self._cell(place, cell)

    def _cell(self, place: Place, cell: etree._Element) -> None:
        if cell.get("s"):
            self.styles[place] = _whole(cell.get("s"))
        formula = cell.find(f"{MAIN}f")
        value = self._value(cell)
        if formula is None:
            if value is not None and value != "":
                self.values[place] = value
            return
        if len(self.formulas) >= MOST_FORMULAS:
            raise StructureError("size")
        if value is not None:
            self.results[place] = value
        self.formulas[place] = text = self._formula(place, formula)
        if formula.get("t") == "array":
            for one in parse_all(formula.get("ref", ""))[:1]:
                rows, columns = range(one.top, one.bottom + 1)[:10_000], range(one.left, one.right + 1)[:100]
                self.formulas |= {(row, column): text for row in rows for column in columns}

    def _formula(self, place: Place, node: etree._Element) -> str:
        text, group = node.text or "", node.get("si", "")
        if node.get("t") != "shared" or not group:
            return text
        if text:
            self.shared[group] = place, text
        elif group in self.shared:
            (row, column), first = self.shared[group]
            text = shifted(first, place[0] - row, place[1] - column)
        return text

    def _value(self, cell: etree._Element) -> Value | None:
        kind, text = cell.get("t", "n"), cell.findtext(f"{MAIN}v")
        if kind == "inlineStr":
            inline = cell.find(f"{MAIN}is")
            return rich_text(inline) if inline is not None else None
        if not text:
            return None
        value: Value = str(text)
        if kind == "s":
            number = _whole(text)
            value = self.texts[number] if number < len(self.texts) else ""
        elif kind == "b":
            value = text == "1"
        elif kind == "n":
            with suppress(ValueError):
                value = float(text)
        return value


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _table(root: etree._Element) -> TableRange:
    try:
        place = parse(root.get("ref", ""))
    except ValueError as error:
        raise StructureError("damaged", root.get("displayName", "")) from error
    return TableRange(
        root.get("displayName", root.get("name", "")),
        place,
        _whole(root.get("headerRowCount", "1")),
        _whole(root.get("totalsRowCount", "0")),
        tuple(
            node.get("name", "").replace("_x000a_", " ").replace("_x000d_", " ")
            for node in root.iterfind(f"{MAIN}tableColumns/{MAIN}tableColumn")
        ),
    )


def _comments(root: etree._Element) -> dict[Place, str]:
    found = {}
    for node in root.iterfind(f"{MAIN}commentList/{MAIN}comment"):
        place = parse_all(node.get("ref", ""))
        if place:
            found[place[0].top, place[0].left] = " ".join(rich_text(node).split())
    return found


def _threads(root: etree._Element) -> dict[Place, str]:
    found: dict[Place, str] = {}
    for node in root.iterfind(f"{_THREADED}threadedComment"):
        place = parse_all(node.get("ref", ""))
        if place:
            at = place[0].top, place[0].left
            found[at] = " ".join([*found.get(at, "").split(), *(node.findtext(f"{_THREADED}text") or "").split()])
    return found


def _validations(root: etree._Element) -> Iterator[Validation]:
    """Yield the validations of a sheet, those of its extension list too, whose lists may stand on other sheets."""
    for node in root.iterfind(f"{MAIN}dataValidations/{MAIN}dataValidation"):
        yield _validation(
            node,
            node.get("sqref", ""),
            # A newer Excel wraps a list whose entries hold commas.
            node.findtext(f".//{MAIN}formula1") or "",
            node.findtext(f".//{MAIN}formula2") or "",
        )
    for node in root.iterfind(f"{MAIN}extLst/{MAIN}ext/{X14}dataValidations/{X14}dataValidation"):
        yield _validation(
            node,
            node.findtext(f"{_XM}sqref") or "",
            node.findtext(f"{X14}formula1/{_XM}f") or "",
            node.findtext(f"{X14}formula2/{_XM}f") or "",
        )


def _validation(node: etree._Element, where: str, first: str, second: str) -> Validation:
    prompt = " ".join(f"{node.get('promptTitle', '')} {node.get('prompt', '')}".replace("_x000a_", " ").split())
    return Validation(
        parse_all(where), node.get("type", "none"), first, second, node.get("operator", "between"), prompt
    )
