"""A sheet's cells by meaning: values with shared texts resolved, formulas written out, the look that is seen."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from workbook_templates import cells
from workbook_templates.layout import LayoutError, sheet_parts, xml
from workbook_templates.official.facts import formula as plain_formula
from workbook_templates.official.looks import MAIN, Looks
from workbook_templates.official.ranges import Range, parse_all, shifted
from workbook_templates.parts import Package

_EPOCHS = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}  # noqa: DTZ001 - a sheet knows no zone
_DAY = dt.timedelta(days=1)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_SIGNIFICANT = ".15g"
"""As many digits as a spreadsheet shows; programs write the rest in their own way."""


class Content(NamedTuple):
    """What stands in one cell."""

    kind: str
    """``n`` number, ``s`` text, ``b`` truth value, ``e`` error; empty for nothing."""
    value: str
    """As text; numbers in the shortest form with 15 digits."""
    formula: str
    """Written out, normalised; empty for none."""
    style: str
    """Index of the style as the cell, its row or its column has it."""

    @property
    def said(self) -> str:
        """The value, or what stands for it, fit to be shown."""
        return f"={self.formula}" if self.formula else self.value


@dataclass(slots=True)
class Page:
    """One sheet of a workbook."""

    name: str
    part: str
    state: str
    """``visible``, ``hidden`` or ``veryHidden``."""
    root: etree._Element
    cells: dict[tuple[int, int], Content] = field(default_factory=dict)
    row_styles: dict[int, str] = field(default_factory=dict)
    column_styles: dict[int, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    heights: dict[int, float] = field(default_factory=dict)
    """Of rows whose height somebody set, in points."""
    widths: dict[int, float] = field(default_factory=dict)
    arrays: list[Range] = field(default_factory=list)
    """Ranges that one formula fills."""

    def style(self, row: int, column: int) -> str:
        """Return the style that a cell has, or would get."""
        if there := self.cells.get((row, column)):
            return there.style
        return self.row_styles.get(row) or self.column_styles.get(column, "0")


class Book:
    """One workbook by meaning."""

    def __init__(self, data: bytes) -> None:
        self.package = Package(data)
        self.parts = sheet_parts(self.package.archive)
        self.looks = Looks(self.optional("xl/styles.xml"), self.optional("xl/theme/theme1.xml"))
        book = xml(self.package.read("xl/workbook.xml"))
        properties = book.find(f"{MAIN}workbookPr")
        self.date1904 = properties is not None and properties.get("date1904") in {"1", "true"}
        self.states = {
            one.get("name", ""): one.get("state", "visible") for one in book.iterfind(f"{MAIN}sheets/{MAIN}sheet")
        }
        self.texts = self._shared_texts()
        self._pages: dict[str, Page] = {}

    def optional(self, part: str) -> bytes | None:
        """Return a part, or None where there is none."""
        try:
            return self.package.read(part)
        except KeyError:
            return None

    def _shared_texts(self) -> list[str]:
        shared = self.optional("xl/sharedStrings.xml")
        return [_plain_text(item) for item in xml(shared).iterfind(f"{MAIN}si")] if shared else []

    def page(self, name: str) -> Page:
        """Return one sheet, read once; LayoutError where its part is missing or no worksheet."""
        if name not in self._pages:
            self._pages[name] = self._page(name)
        return self._pages[name]

    def _page(self, name: str) -> Page:
        part = self.parts[name][0]
        data = self.optional(part)
        if data is None:
            raise LayoutError(part)
        page = Page(name, part, self.states[name], xml(data))
        for span in page.root.iterfind(f"{MAIN}cols/{MAIN}col"):
            first, last = int(span.get("min", "1")), int(span.get("max", "1"))
            for column in range(first, min(last, first + 300) + 1):
                if span.get("style"):
                    page.column_styles[column] = span.get("style", "0")
                if span.get("hidden") in {"1", "true"}:
                    page.hidden_columns.add(column)
                if span.get("width"):
                    page.widths[column] = float(span.get("width", "0"))
        rows = page.root.find(f"{MAIN}sheetData")
        for place, content in self._cells(page, rows if rows is not None else ()):
            page.cells[place] = content
        return page

    def _cells(self, page: Page, rows: Iterable[etree._Element]) -> Iterator[tuple[tuple[int, int], Content]]:
        number = 0
        shared: dict[str, tuple[str, int, int]] = {}
        for row in rows:
            if not isinstance(row.tag, str):
                continue
            number = int(row.get("r") or number + 1)
            if row.get("hidden") in {"1", "true"}:
                page.hidden_rows.add(number)
            if row.get("customHeight") in {"1", "true"} and row.get("ht"):
                page.heights[number] = float(row.get("ht", "0"))
            if row.get("customFormat") in {"1", "true"} and row.get("s"):
                page.row_styles[number] = row.get("s", "0")
            column = 0
            for cell in row.iterchildren(f"{MAIN}c"):
                address = cell.get("r")
                column = cells.parse(address)[1] if address else column + 1
                yield (number, column), self._content(page, cell, (number, column), shared)

    def _content(
        self, page: Page, cell: etree._Element, place: tuple[int, int], shared: dict[str, tuple[str, int, int]]
    ) -> Content:
        kind, written = cell.get("t", "n"), cell.findtext(f"{MAIN}v")
        if kind == "s" and written:
            at = int(written)
            kind, value = "s", self.texts[at] if at < len(self.texts) else ""
        elif kind == "inlineStr":
            inside = cell.find(f"{MAIN}is")
            kind, value = "s", "" if inside is None else _plain_text(inside)
        elif kind == "d" and written:
            kind, value = (
                "n",
                format((dt.datetime.fromisoformat(written) - _EPOCHS[self.date1904]) / _DAY, _SIGNIFICANT),
            )
        elif kind == "n":
            value = format(float(written), _SIGNIFICANT) if written else ""
        else:
            kind, value = {"str": "s"}.get(kind, kind), written or ""
        text = ""
        if (told := cell.find(f"{MAIN}f")) is not None:
            if told.get("t") == "array":
                page.arrays += parse_all(told.get("ref", ""))
            text = _formula(told, *place, shared)
        return Content(kind if value or text else "", value, text, cell.get("s") or "0")


def open_book(data: bytes) -> Book:
    """Return a workbook by meaning; LayoutError where the bytes are none."""
    try:
        return Book(data)
    except (KeyError, ValueError, zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise LayoutError(str(error)) from error


def _plain_text(item: etree._Element) -> str:
    """Return the text of a rich or plain string, without its phonetic guide."""
    texts = [node.text or "" for node in item.iter(f"{MAIN}t") if node.getparent().tag != f"{MAIN}rPh"]
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(texts)).replace("\r\n", "\n")


def _formula(told: etree._Element, row: int, column: int, shared: dict[str, tuple[str, int, int]]) -> str:
    kind, text, group = told.get("t", "normal"), told.text or "", told.get("si", "")
    if kind == "shared":
        if text:
            shared[group] = (text, row, column)
        elif group in shared:
            text, first_row, first_column = shared[group]
            text = shifted(text, row - first_row, column - first_column)
    done = plain_formula(text)
    if kind in {"array", "dataTable"}:
        done = f"{{{done}}} {told.get('ref', '')}"
    return done or "?"
