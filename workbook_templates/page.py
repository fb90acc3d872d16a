"""One sheet's XML while cells are written into it. A row that nothing is written into is not parsed: its bytes stay.

A sheet of a hundred thousand rows is sixty megabytes of XML, and a gigabyte as a tree. So the part is cut at its rows,
a row is a tree only while it is edited, and rows that are added become XML when they are asked for, not before.
"""

from __future__ import annotations

import datetime as dt
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from xml.sax.saxutils import escape

from lxml import etree

from workbook_templates import cells
from workbook_templates.layout import LayoutError, SheetLayout, xml
from workbook_templates.measure import Column, ColumnType

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MAIN = f"{{{NS}}}"
_EPOCH = dt.date(1899, 12, 30)
_ROOT = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml(?:(?!encoding)[^>])*(?:encoding=["']utf-8["'][^>]*)?\?>)?\s*<worksheet[\s>]""",
    re.IGNORECASE,
)
_DATA = re.compile(rb"<sheetData(\s[^>]*?)?(/?)>")
_ROW = re.compile(rb'\s*(<row((?:\s+[\w:.-]+="[^"<>]*")*)\s*(/?)>)')
_ROW_END, _DATA_END = b"</row>", b"</sheetData>"
_NUMBER = re.compile(rb'\sr="([0-9]+)"')
_NAMELESS = re.compile(rb'<c(?=[\s/>])(?![^>]*?\sr=")')
_BATCH = 2000
"""Rows that are made into XML at once."""

Values = tuple[Column | None, int, Sequence[object]]
"""What a column of values is (text where nothing is said), where it stands, and the values from the first row on."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows to add below each other."""

    first: int
    count: int
    columns: Sequence[Values]
    """In the order in which they stand."""
    styles: Mapping[int, str]
    lang: str
    heights: Sequence[float]
    """Of each row in points, or none at all."""

    def batches(self) -> Iterator[list[str]]:
        """Yield the XML of all rows, many at a time."""
        for start in range(0, self.count, _BATCH):
            part = slice(start, min(start + _BATCH, self.count))
            numbers = range(self.first + part.start, self.first + part.stop)
            columns = [
                _cells(numbers, at, values[part], self.styles.get(at, ""), column, self.lang)
                for column, at, values in self.columns
            ]
            tall = [f' ht="{height:g}"' for height in self.heights[part]] or [""] * len(numbers)
            rows = zip(*columns, strict=True) if columns else [()] * len(numbers)
            yield [
                f'<row r="{number}"{height}>{"".join(row)}</row>'
                for number, height, row in zip(numbers, tall, rows, strict=True)
            ]


class Page:
    """One sheet's XML while cells are written into it."""

    def __init__(self, data: bytes, layout: SheetLayout) -> None:
        """Cut a sheet's part at its rows; LayoutError where it is none."""
        self.layout = layout
        frame = self._cut(data) or self._cut(_plain(data))
        if frame is None:
            raise LayoutError(layout.part)
        self.root = xml(frame)
        """Everything but the rows."""
        if self.root.tag != f"{MAIN}worksheet":
            raise LayoutError(layout.part)
        names = "".join(f' xmlns{f":{name}" if name else ""}="{uri}"' for name, uri in self.root.nsmap.items())
        self._around = f"<r{names}>".encode()
        self._edited: dict[int, bytes] = {}
        """Row to its XML; nothing where the row was taken away."""
        self._blocks: dict[int, _Block] = {}
        self._styles: dict[int, str] = {}
        for span in self.root.iterfind(f"{MAIN}cols/{MAIN}col"):
            if span.get("style"):
                for column in range(int(span.get("min", "1")), min(int(span.get("max", "1")), 200) + 1):
                    self._styles[column] = span.get("style", "")

    def _cut(self, data: bytes) -> bytes | None:
        """Find the rows and return what stands around them, or None where the part is not written plainly."""
        self._data, self._numbers, self._starts, self._stops = data, array("Q"), array("Q"), array("Q")
        begin = _DATA.search(data)
        if not begin or not _ROOT.match(data) or b"<!" in data:
            return None
        end = begin.end() if begin[2] else data.find(_DATA_END, begin.end())
        position, number = begin.end(), 0
        while tag := _ROW.match(data, position, end):
            told = _NUMBER.search(tag[2])
            position = tag.end() if tag[3] else data.find(_ROW_END, tag.end(), end) + len(_ROW_END)
            if not told or int(told[1]) <= number or position < tag.end():
                return None
            number = int(told[1])
            self._numbers.append(number)
            self._starts.append(tag.start(1))
            self._stops.append(position)
        if end < 0 or data[position:end].strip() or _NAMELESS.search(data, begin.end(), end):
            return None
        self._first, self._last = begin.end(), end
        behind = end if begin[2] else end + len(_DATA_END)
        return data[: begin.start()] + b"<sheetData" + (begin[1] or b"") + b"/>" + data[behind:]

    @property
    def changed(self) -> bool:
        """Whether something was written into a cell."""
        return bool(self._edited or self._blocks)

    def chunks(self) -> Iterator[bytes]:
        """Yield the part as it is now. Its old extent would be wrong, and readers do without."""
        dimension = self.root.find(f"{MAIN}dimension")
        if dimension is not None:
            self.root.remove(dimension)
        frame = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)
        tag = _DATA.search(frame)
        if not tag:
            raise LayoutError(self.layout.part)
        yield frame[: tag.start()] + b"<sheetData" + (tag[1] or b"") + b">"
        done = self._first
        for number in sorted({*self._edited, *self._blocks}):
            start, stop = self._span(number)
            yield self._data[done:start]
            yield self._edited.get(number, b"")
            if number in self._blocks:
                for batch in self._blocks[number].batches():
                    yield "".join(batch).encode()
            done = stop
        yield self._data[done : self._last]
        yield _DATA_END + frame[tag.end() :]

    def _span(self, number: int) -> tuple[int, int]:
        """Return where a row begins and ends in the part, or twice the place where it belongs."""
        at = bisect_left(self._numbers, number)
        if at == len(self._numbers):
            return self._last, self._last
        start = self._starts[at]
        return start, self._stops[at] if self._numbers[at] == number else start

    def _text(self, number: int) -> bytes:
        """Return the XML of a row; none where there is no such row."""
        if number in self._edited:
            return self._edited[number]
        start, stop = self._span(number)
        return self._data[start:stop]

    def _settle(self) -> None:
        """Make the rows that were added rows like all others."""
        for block in self._blocks.values():
            rows = chain.from_iterable(block.batches())
            self._edited.update((number, row.encode()) for number, row in enumerate(rows, block.first))
        self._blocks.clear()

    def row(self, number: int) -> etree._Element:
        """Return a copy of a row, without a cell where there is none, for :meth:`put_row`."""
        if any(block.first <= number < block.first + block.count for block in self._blocks.values()):
            self._settle()
        return xml(self._around + (self._text(number) or b'<row r="%d"/>' % number) + b"</r>")[0]

    def put_row(self, row: etree._Element) -> None:
        """Put a row, changed, in its place."""
        text = etree.tostring(row.getparent(), encoding="UTF-8")
        self._edited[int(row.get("r", "0"))] = text[text.index(b">") + 1 : text.rindex(b"</r>")]

    def used(self, columns: Iterable[int]) -> Iterator[int]:
        """Yield the rows of the table that hold a value in one of the columns, the last one first."""
        self._settle()
        wanted = "|".join(map(cells.letters, columns)).encode()
        holds = re.compile(rb'<c(?=\s[^>]*?\br="(?:' + wanted + rb')[0-9]+")[^>]*(?<!/)>(?!\s*</c>)')
        for number in sorted({*self._numbers, *self._edited}, reverse=True):
            inside = self.layout.first_row <= number <= self.layout.last_row
            if inside and holds.search(self._text(number)):
                yield number

    def formulas(self) -> list[int]:
        """Return the rows with a formula; those that were added have none."""
        found = {number for number, text in self._edited.items() if b"<f" in text}
        at = self._data.find(b"<f", self._first, self._last)
        while at >= 0:
            row = bisect_left(self._stops, at)
            found |= {self._numbers[row]} - self._edited.keys()
            at = self._data.find(b"<f", self._stops[row], self._last)
        return sorted(found)

    def clear(self, columns: Iterable[int]) -> None:
        """Take the cells of some columns out of the table's rows; a row without any other goes, and its height."""
        self._settle()
        gone = set(columns)
        for number in {*self._numbers, *self._edited}:
            if self.layout.first_row <= number <= self.layout.last_row and self._text(number):
                row = self.row(number)
                for cell in list(row):
                    if cells.parse(cell.get("r", "A1"))[1] in gone:
                        row.remove(cell)
                self.put_row(row)
                if not len(row):
                    self._edited[number] = b""

    def write(self, address: str, value: object, column: Column | None = None, lang: str = "") -> None:
        """Put a value into a cell, whose style stays; None empties it."""
        number, at = cells.parse(address)
        self._write(number, [(column, at, value)], lang)

    def _write(self, number: int, values: Iterable[tuple[Column | None, int, object]], lang: str) -> None:
        row = self.row(number)
        there = {cells.parse(cell.get("r", "A1"))[1]: cell for cell in row}
        for column, at, value in values:
            old = there.get(at)
            style = self._styles.get(at, "") if old is None else old.get("s", "")
            (text,) = _cells((number,), at, (value,), style, column, lang)
            if old is not None:
                row.remove(old)
            if text or old is not None:
                text = text or f'<c r="{cells.a1(number, at)}"' + (f' s="{style}"/>' if style else "/>")
                there[at] = xml(self._around + text.encode() + b"</r>")[0]
                row.insert(sum(other < at for other in there), there[at])
        self.put_row(row)

    def add(self, first: int, count: int, columns: Sequence[Values], lang: str, heights: Sequence[float] = ()) -> None:
        """Write so many rows from row ``first`` on; each column of values stands under its position, in their order.

        None leaves a cell as it is. ``heights`` in points are for new rows; a spreadsheet fits them again when such a
        row is edited.
        """
        self._settle()
        end = first + count
        there = {*self._numbers[bisect_left(self._numbers, first) : bisect_left(self._numbers, end)], *self._edited}
        start = first
        for number in [*sorted(one for one in there if first <= one < end and self._text(one)), end]:
            if start < number:
                part = slice(start - first, number - first)
                fresh = [(column, at, values[part]) for column, at, values in columns]
                self._blocks[start] = _Block(start, number - start, fresh, self._styles, lang, heights[part])
            if number < end:
                values = [(column, at, values[number - first]) for column, at, values in columns]
                self._write(number, [one for one in values if one[2] is not None], lang)
            start = number + 1


def euros(cents: int) -> str:
    """Return an amount of cents as a sheet holds it."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"


def _cells(
    rows: Sequence[int], at: int, values: Sequence[object], style: str, column: Column | None, lang: str
) -> list[str]:
    """Return cells below each other as XML; the empty text where there is no value."""
    kind = column.type if column else ColumnType.TEXT
    labels = {choice.id: choice.label[lang] for choice in column.choices} if column and lang else {}
    # With its class: 100 cents and 100.0 are equal, and not written alike.
    typed = [(value.__class__, value) for value in values]
    known = {one: _content(labels.get(str(one[1]), one[1]), kind) for one in set(typed)}
    tag, look = f'<c r="{cells.letters(at)}', f' s="{style}"' if style else ""
    return ["" if one[1] is None else f'{tag}{row}"{look}{known[one]}' for row, one in zip(rows, typed, strict=True)]


def _content(value: object, kind: ColumnType) -> str:
    """Return what follows a cell's address and style."""
    if isinstance(value, dt.date):
        return f"><v>{(value - _EPOCH).days}</v></c>"
    if isinstance(value, int) and kind is ColumnType.AMOUNT:
        return f"><v>{euros(value)}</v></c>"
    if isinstance(value, int | float):
        return f"><v>{value!r}</v></c>"
    text = escape(cells.writable(str(value)))
    return f' t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _plain(data: bytes) -> bytes:
    """Return a part as most programs write it: no prefix, remark or CDATA, each cell with its address."""
    old = xml(data)
    etree.strip_tags(old, etree.Comment, etree.ProcessingInstruction)
    names = {name: uri for name, uri in old.nsmap.items() if name and uri != NS}
    root = etree.Element(old.tag, dict(old.attrib), nsmap={**names, None: NS})
    root.extend(list(old))
    number = 0
    for rows in root.iterfind(f"{MAIN}sheetData"):
        for row in rows:
            number, column = int(row.get("r") or number + 1), 0
            row.set("r", str(number))
            for cell in row:
                column = cells.parse(cell.get("r") or cells.a1(number, column + 1))[1]
                cell.set("r", cells.a1(number, column))
        rows[:] = sorted(rows, key=lambda row: int(row.get("r", "0")))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
