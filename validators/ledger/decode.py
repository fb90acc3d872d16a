"""Texts to rows of cells: encodings and separators that exports and clipboards use; nothing is replaced in silence."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from validators.ledger import printed
from validators.ledger.errors import LedgerError

_SEPARATORS = ";\t|,"
_LOOKED = 400
_LONGEST_CELL = 200_000
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = bytes(range(0x80, 0x100))
_LINES = re.compile(r"\r\n|\r|\n")
_DECLARED = re.compile(r'"?sep=(.)"?\s*$', re.IGNORECASE)
_DRESSED = re.compile(r'="([^"]*)"')
"""A text dressed as a formula, so that a spreadsheet keeps its zeros."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_HALF = 0.3
_SURE = 0.9


@dataclass(frozen=True, slots=True)
class Most:
    """How large a table may be."""

    rows: int
    columns: int
    cells: int

    def check(self, rows_: int, width: int) -> None:
        """Refuse what is larger."""
        if rows_ > self.rows:
            raise LedgerError("RU-L17", rows=rows_, most=self.rows)
        if width > self.columns:
            raise LedgerError("RU-L18", columns=width, most=self.columns)
        if rows_ * width > self.cells:
            raise LedgerError("RU-L03")


def rows(data: bytes, most: Most) -> list[list[object]]:
    """Return the cells of a text, every row of one length; LedgerError where it is no table, damaged or too large."""
    if (lines := max(data.count(b"\n"), data.count(b"\r"))) > most.rows * 2:
        raise LedgerError("RU-L17", rows=lines, most=most.rows)
    text = decode(data).rstrip("\x1a")
    if not text.strip():
        raise LedgerError("RU-L01")
    found = _CONTROL.search(text)
    if found:
        raise LedgerError("RU-L19", line=text.count("\n", 0, found.start()) + 1)
    declared = _DECLARED.match(first := text.split("\n", 1)[0].strip("\r"))
    if declared:
        text = text[len(first) :].lstrip("\r\n")
    printed_ = None if declared else printed.rows(text)
    if printed_:
        width = max(map(len, printed_))
        most.check(len(printed_), width)
        return [row + [""] * (width - len(row)) for row in printed_]  # type: ignore[misc]
    separator = declared[1] if declared else _separator(text)
    if text.count(separator) > most.cells:
        raise LedgerError("RU-L03")
    csv.field_size_limit(_LONGEST_CELL)
    try:
        table = _cut(text, separator)
    except csv.Error as error:
        raise LedgerError("RU-L01") from error
    if declared:
        table.insert(0, [])
    width = max(map(len, table), default=0)
    most.check(len(table), width)
    table = _undressed(table, text, separator)
    return [row + [""] * (width - len(row)) if len(row) < width else row for row in table]  # type: ignore[misc]


def _cut(text: str, separator: str) -> list[list[str]]:
    """Return the cells of a text; a quotation mark that is never closed must not swallow the rows behind it."""
    table = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    swallowed = next((at for at, row in enumerate(table) for cell in row if "\n" in cell and separator in cell), None)
    if swallowed is None or _well_quoted(text, separator):
        return table
    bare = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=csv.QUOTE_NONE))
    widths = [len(row) for row in bare if any(row)]
    if widths.count(max(set(widths), key=widths.count)) < _SURE * len(widths):
        raise LedgerError("RU-L19", line=swallowed + 1)
    return [[_unquoted(cell) for cell in row] for row in bare]


def _undressed(table: list[list[str]], text: str, separator: str) -> list[list[str]]:
    """Return the cells without the padding of a printed table, or the formula that a text was dressed as."""
    if separator == "|":
        return [[cell.strip() for cell in row] for row in table]
    if '="' not in text:
        return table
    return [[found[1] if (found := _DRESSED.fullmatch(cell)) else cell for cell in row] for row in table]


def _well_quoted(text: str, separator: str) -> bool:
    """Whether every quotation mark stands where a cell begins or ends, and no cell is as long as a row."""
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return False
    widths = [len(row) for row in table if any(row)]
    usual = max(set(widths), key=widths.count)
    marks = max(cell.count(separator) for row in table for cell in row if "\n" in cell)
    return widths.count(usual) >= _SURE * len(widths) and marks < usual - 1


def _unquoted(cell: str) -> str:
    whole = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
    return cell[1:-1].replace('""', '"') if whole else cell


def decode(data: bytes) -> str:
    """Return a text in UTF-8, Windows-1252 or UTF-16; LedgerError where it is none of these, or damaged."""
    try:
        if data[:2] in _UTF16:
            return data.decode("utf-16")
        if data.count(0, 0, 4000) > _HALF * min(len(data), 4000):
            # UTF-16 without its mark: every other byte of western text is zero.
            return data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le")
    except UnicodeDecodeError as error:
        raise LedgerError("RU-L19", line=data.count(b"\n", 0, error.start) + 1) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        high = len(data) - len(data.translate(None, _HIGH))
        told = sum(len(one[0]) for one in _SEQUENCE.finditer(data))
        if told > high / 2:
            # Mostly UTF-8: another encoding would turn every accent into two wrong letters.
            raise LedgerError("RU-L19", line=data.count(b"\n", 0, error.start) + 1) from error
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise LedgerError("RU-L19", line=data.count(b"\n", 0, error.start) + 1) from error


def _separator(text: str) -> str:
    """Return the separator that cuts most lines into the same number of pieces, more than one."""
    lines = [line for line in _LINES.split(text[: 1 << 18])[:_LOOKED] if line.strip()]
    best, best_score = ";", (0.0, 0)
    for mark in _SEPARATORS:
        # Only outside quotes; what stands in them is text.
        counts = [re.sub(r'"[^"]*"', "", line).count(mark) for line in lines]
        filled = [count for count in counts if count]
        if not filled:
            continue
        usual = max(set(filled), key=filled.count)
        score = (round(filled.count(usual) / len(lines), 1), usual)
        # A decimal comma cuts too, but seldom more often than the separator itself.
        if (score[0] > _HALF or len(lines) < 3) and score[0] * score[1] > best_score[0] * best_score[1]:  # noqa: PLR2004
            best, best_score = mark, score
    return best
