"""Single cells of one sheet's XML, written as text: every byte outside the cells that change stays.

A parser that reads and writes the part again would lose declarations, prefixes and quotes that a strict reader counts
on (``mc:Ignorable`` names prefixes, for instance), so the part is cut at its rows and cells and put together again.
"""

from __future__ import annotations

import bisect
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from workbook_templates import cells
from workbook_templates.layout import LayoutError, xml

_ATTRIBUTES = r"""(?:[^<>"']|"[^"]*"|'[^']*')*?"""
_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    rf"|<(?P<end>/?)(?P<prefix>(?:[\w.-]+:)?)(?P<name>row|c|sheetData)(?=[\s/>])(?P<told>{_ATTRIBUTES})(?P<empty>/?)>",
    re.DOTALL,
)
_PAIR = re.compile(r"""([\w.:-]+)\s*=\s*("[^"]*"|'[^']*')""")
_COLUMN = re.compile(rf"<(?:[\w.-]+:)?col(?=\s)({_ATTRIBUTES})/?>")
_DIMENSION = re.compile(rf"<(?:[\w.-]+:)?dimension(?=\s){_ATTRIBUTES}\bref\s*=\s*[\"']([^\"']*)[\"']")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""What a spreadsheet would read as a character's number (ECMA-376 part 1, 22.9.2.19, ST_Xstring)."""
_EPOCHS = {False: dt.date(1899, 12, 30), True: dt.date(1904, 1, 1)}
_REAL_FIRST = dt.date(1900, 3, 1)
"""Before it, the calendar of 1900 counts a day that never was."""


@dataclass(slots=True)
class _Cell:
    column: int
    start: int
    end: int


@dataclass(slots=True)
class _Row:
    start: int
    """Of its start tag."""
    open_end: int
    """Behind its start tag."""
    end: int
    """Behind the row."""
    told: str
    """Its attributes, as written."""
    empty: bool
    """Whether it is written as a single tag."""
    cells: list[_Cell] = field(default_factory=list)


def number(value: float) -> str:
    """Return a number as the shortest text that reads back as itself."""
    return repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))  # noqa: PLR2004 - exact


def euros(cents: int) -> str:
    """Return an amount of cents in euros, exactly and as short as can be."""
    whole, rest = divmod(abs(cents), 100)
    text = f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
    return f"-{text}" if cents < 0 else text


def serial(day: dt.date, *, date1904: bool) -> str:
    """Return a day as the spreadsheet counts it; ValueError where its calendar does not reach."""
    first = _EPOCHS[True] if date1904 else _REAL_FIRST
    if day < first:
        raise ValueError(day.isoformat())
    return str((day - _EPOCHS[date1904]).days)


def readable(text: str) -> str:
    """Return a text as a sheet can hold it: line ends of one sort, nothing that XML forbids."""
    return cells.writable(text.replace("\r\n", "\n").replace("\r", "\n"))


def text_xml(text: str) -> str:
    """Return a text as it is written in XML, so that a spreadsheet reads exactly it."""
    return escape(_ESCAPED.sub("_x005F_", readable(text)))


class SheetText:
    """One sheet's part while cells are written into it."""

    def __init__(self, data: bytes) -> None:
        xml(data)  # refuses what is no XML
        try:
            self.text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise LayoutError(str(error)) from error
        self._rows: dict[int, _Row] = {}
        self._edits: dict[tuple[int, int], tuple[str, str]] = {}
        """(row, column) to the cell's type and content."""
        self._styles: dict[tuple[int, int], str] = {}
        """(row, column) to a style other than the cell's own."""
        self.prefix = ""
        self._open = self._close = 0
        self._empty = False
        self._cut()
        self.column_styles = dict(self._column_styles())

    def _cut(self) -> None:
        """Find every row and cell."""
        self._row: _Row | None = None
        self._last: _Cell | None = None
        self._number = self._column = 0
        for tag in self._tags():
            if tag["name"] == "row":
                self._row_tag(tag)
            else:
                self._cell_tag(tag)

    def _tags(self) -> Iterator[re.Match[str]]:
        """Yield the tags of rows and cells between the two of ``sheetData``."""
        inside = False
        for tag in _TAG.finditer(self.text):
            if tag["name"] is None or (inside and tag["prefix"] != self.prefix):
                continue  # a remark, or an element of somebody else
            if tag["name"] != "sheetData":
                if inside:
                    yield tag
            elif tag["end"]:
                self._close = tag.start()
                return
            else:
                self.prefix, inside, self._empty = tag["prefix"], True, bool(tag["empty"])
                self._open = tag.start() if self._empty else tag.end()
                self._close = tag.end()
                if self._empty:
                    return
        raise LayoutError("sheetData")

    def _row_tag(self, tag: re.Match[str]) -> None:
        if tag["end"]:
            if self._row:
                self._row.end = tag.end()
            self._row = None
            return
        told = _attribute(tag["told"], "r")
        self._number, self._column = int(told) if told else self._number + 1, 0
        fresh = _Row(tag.start(), tag.end(), tag.end(), tag["told"], bool(tag["empty"]))
        self._rows.setdefault(self._number, fresh)
        self._row = None if tag["empty"] else fresh

    def _cell_tag(self, tag: re.Match[str]) -> None:
        if tag["end"]:
            if self._last:
                self._last.end = tag.end()
            return
        if self._row is None:
            return
        told = _attribute(tag["told"], "r")
        self._column = cells.parse(told)[1] if told else self._column + 1
        self._last = _Cell(self._column, tag.start(), tag.end())
        self._row.cells.append(self._last)

    def _column_styles(self) -> Iterator[tuple[int, str]]:
        for found in _COLUMN.finditer(self.text, 0, self._open):
            style = _attribute(found[1], "style")
            if style and style != "0":
                first, last = (int(_attribute(found[1], name) or 1) for name in ("min", "max"))
                for column in range(first, min(last, first + 500) + 1):
                    yield column, style

    def style(self, row: int, column: int) -> str:
        """Return the index of the style that a cell has, or would get; empty for the workbook's own."""
        there = self._rows.get(row)
        if there:
            for cell in there.cells:
                if cell.column == column:
                    return _attribute(_start_tag(self.text[cell.start : cell.end]), "s")
            if _attribute(there.told, "customFormat") in {"1", "true"} and (own := _attribute(there.told, "s")):
                return own
        return self.column_styles.get(column, "")

    def put_text(self, row: int, column: int, text: str) -> None:
        """Put a text into a cell; it stays text, whatever it begins with."""
        p = self.prefix
        self._edits[row, column] = (
            "inlineStr",
            f'<{p}is><{p}t xml:space="preserve">{text_xml(text)}</{p}t></{p}is>',
        )

    def put_number(self, row: int, column: int, text: str, style: str = "") -> None:
        """Put a number, given as text, into a cell; ``style`` is the index of another style than its own."""
        if style:
            self._styles[row, column] = style
        self._edits[row, column] = ("", f"<{self.prefix}v>{text}</{self.prefix}v>")

    def put_nothing(self, row: int, column: int) -> None:
        """Empty a cell."""
        self._edits[row, column] = ("", "")

    def put_result(self, row: int, column: int, kind: str, text: str) -> None:
        """Give a formula its result: ``kind`` is ``n``, ``str``, ``b`` or ``e``; the formula stays as it is written."""
        old = self._content(row, column)
        formula = re.search(rf"<{self.prefix}f(?=[\s/>]){_ATTRIBUTES}(?:/>|>.*?</{self.prefix}f\s*>)", old, re.DOTALL)
        if not formula:
            raise KeyError((row, column))
        value = f"<{self.prefix}v>{text_xml(text)}</{self.prefix}v>" if text or kind == "str" else ""
        self._edits[row, column] = ("" if kind == "n" else kind, formula[0] + value)

    def _content(self, row: int, column: int) -> str:
        for cell in self._rows[row].cells if row in self._rows else ():
            if cell.column == column:
                return self.text[cell.start : cell.end]
        return ""

    def to_bytes(self) -> bytes:
        """Return the part with its cells written."""
        if not self._edits:
            return self.text.encode()
        pieces: list[str] = []
        done = self._open
        if self._empty:
            done = self._close
            pieces.append(f"<{self.prefix}sheetData>")
        known = sorted(self._rows)
        by_row: dict[int, list[int]] = {}
        for row, column in sorted(self._edits):
            by_row.setdefault(row, []).append(column)
        for number, columns in by_row.items():
            there = self._rows.get(number)
            if there is None:
                later = bisect.bisect(known, number)
                place = self._rows[known[later]].start if later < len(known) else self._close
                pieces += [self.text[done:place], self._new_row(number, columns)]
                done = place
            else:
                pieces += [self.text[done : there.start], self._changed_row(number, there, columns)]
                done = there.end
        pieces.append(self.text[done : self._close])
        if self._empty:
            pieces.append(f"</{self.prefix}sheetData>")
        head = self.text[: self._open]
        return (self._extended(head) + "".join(pieces) + self.text[self._close :]).encode()

    def _new_row(self, number: int, columns: list[int]) -> str:
        p = self.prefix
        return f'<{p}row r="{number}">' + "".join(self._cell(number, column, "") for column in columns) + f"</{p}row>"

    def _changed_row(self, number: int, row: _Row, columns: list[int]) -> str:
        p = self.prefix
        old = {cell.column: self.text[cell.start : cell.end] for cell in row.cells}
        start = _widened(self.text[row.start : row.open_end], columns)
        if row.empty:
            start = start[:-2].rstrip() + ">"
        pieces, done = [start], row.open_end
        waiting = list(columns)
        for cell in row.cells:
            while waiting and waiting[0] < cell.column:
                pieces += [self.text[done : cell.start], self._cell(number, waiting.pop(0), "")]
                done = cell.start
            if waiting and waiting[0] == cell.column:
                pieces += [self.text[done : cell.start], self._cell(number, waiting.pop(0), old[cell.column])]
                done = cell.end
        close = f"</{p}row>"
        if row.empty:
            return "".join((*pieces, *(self._cell(number, column, "") for column in waiting), close))
        last = row.cells[-1].end if row.cells else row.open_end
        pieces.append(self.text[done : max(last, done)])
        pieces += [self._cell(number, column, "") for column in waiting]
        pieces.append(self.text[max(last, done) : row.end])
        return "".join(pieces)

    def _cell(self, row: int, column: int, old: str) -> str:
        """Return a cell with its new content; what else its tag says stays."""
        kind, content = self._edits[row, column]
        formula = content.startswith(f"<{self.prefix}f")
        gone = {"t"} if formula else {"t", "cm", "vm"}  # the latter two describe a formula's result
        if other := self._styles.get((row, column)):
            kept = f' r="{cells.a1(row, column)}" s="{other}"'
        elif told := _start_tag(old):
            kept = "".join(f" {name}={value}" for name, value in _PAIR.findall(told) if name not in gone)
        else:
            style = self.style(row, column)
            kept = f' r="{cells.a1(row, column)}"' + (f' s="{style}"' if style else "")
        typed = f' t="{kind}"' if kind else ""
        return f"<{self.prefix}c{kept}{typed}>{content}</{self.prefix}c>" if content else f"<{self.prefix}c{kept}/>"

    def _extended(self, head: str) -> str:
        """Return what stands before the rows, with the sheet's extent as it is now."""
        found = _DIMENSION.search(head)
        if not found:
            return head
        try:
            first, _, last = found[1].partition(":")
            (top, left), (bottom, right) = cells.parse(first), cells.parse(last or first)
        except ValueError:
            return head
        rows, columns = [row for row, _ in self._edits], [column for _, column in self._edits]
        start = cells.a1(min(top, *rows), min(left, *columns))
        end = cells.a1(max(bottom, *rows), max(right, *columns))
        return head[: found.start(1)] + (start if start == end else f"{start}:{end}") + head[found.end(1) :]


def _start_tag(cell: str) -> str:
    """Return what the start tag of a cell says, without its name."""
    found = _TAG.match(cell)
    return found["told"] if found else ""


def _attribute(told: str, name: str) -> str:
    for found, value in _PAIR.findall(told):
        if found == name:
            return str(value[1:-1])
    return ""


def _widened(tag: str, columns: list[int]) -> str:
    """Return a row's start tag whose ``spans`` hold the columns too."""

    def wider(found: re.Match[str]) -> str:
        first, last = min(int(found[2]), *columns), max(int(found[3]), *columns)
        return f"{found[1]}{first}:{last}{found[4]}"

    return re.sub(r"""(\bspans\s*=\s*["'])(\d+):(\d+)(["'])""", wider, tag, count=1)
