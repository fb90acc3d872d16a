"""Ledger files to grids of raw values: spreadsheets as data, with what a values-only reader hides, and texts.

Everything is measured before it is unpacked: a file that would fill the memory is refused with a sentence.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from validators.findings import InputError
from validators.ledger import decode, opendocument, xls
from validators.ledger.errors import LedgerError
from validators.read import Scan, scan_sheet, spread_out
from workbook_templates import cells
from workbook_templates.layout import LayoutError, sheet_parts

LARGEST_FILE: Final = 60_000_000
"""Bytes of a ledger file, packed or not, that are read at all; 100,000 rows are a fifth of it."""
_MAX_UNPACKED = 200_000_000
_MAX_RATIO = 300
"""Bytes out for each byte in; spreadsheets of long columns reach about 40."""
MOST_ROWS: Final = 400_000
_MOST_COLUMNS = 1_000
_MOST_CELLS = 6_000_000
_MOST_AREA = 12_000_000
"""Cells between the first and the last filled one, empty ones included: they are kept in memory too."""
_ALL_ROWS = 1_048_576
"""Rows of a sheet, beyond which no spreadsheet goes."""
_CFB = bytes.fromhex("d0cf11e0a1b11ae1")
_SHORTEST_CELL = len("<c><v>1</v></c>")
_PIECE = 1 << 18
"""Bytes of XML without any markup that are too many: a cell holds 32,767 characters, however they are written."""
_ZIP = b"PK\x03\x04"
_OPENDOCUMENT = "content.xml"
_FOREIGN = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet of a ledger, from its first cell on; ``""`` is an empty cell."""

    name: str
    rows: Sequence[Sequence[object]]
    """All of one length."""
    text: bool = False
    """Whether the grid comes from a text, where an amount or a date can only be written as one."""
    merges: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    """First and last cell, as 0-based (row, column), of each merged range."""
    hidden_columns: frozenset[int] = frozenset()
    """0-based."""
    hidden_rows: frozenset[int] = frozenset()
    """1-based."""
    lost: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """1-based (row, column) of cells that show an error, or whose formula was never calculated."""


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """The sheets of a ledger file."""

    grids: tuple[Grid, ...]
    hidden: tuple[str, ...] = ()
    """Names of hidden sheets, which are not read."""


def read(data: bytes, name: str) -> LedgerFile:
    """Return the sheets of a ledger file, texts as one sheet named like the file; LedgerError where it is none."""
    if len(data) > LARGEST_FILE:
        raise LedgerError("RU-L03")
    if data.startswith(_CFB):
        return _old(data)
    if data.startswith(_ZIP):
        return _packed(data)
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if (
        head.startswith(_FOREIGN)
        or head[:200].lower().startswith((b"<!doctype html", b"<html", b"<?xml"))
        or b"<table" in head
    ):
        raise LedgerError("RU-L16")
    rows = decode.rows(data, decode.Most(MOST_ROWS, _MOST_COLUMNS, _MOST_CELLS))
    return LedgerFile((Grid(name, rows, text=True),))


def _packed(data: bytes) -> LedgerFile:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            if any(one.file_size > _MAX_RATIO * max(one.compress_size, 1024) for one in entries) or (
                sum(one.file_size for one in entries) > _MAX_UNPACKED
            ):
                raise LedgerError("RU-L03")
            # zipfile stops at the size that the package declares, and compares the check sum: none of them can lie.
            for one in entries:
                if one.filename.startswith("xl/shared") or one.filename in {"xl/styles.xml", "xl/workbook.xml"}:
                    with package.open(one) as part:
                        while piece := part.read(_PIECE):
                            _written(piece)
            if _OPENDOCUMENT in package.namelist():
                return _opendocument(data, package)
            return _workbook(data, package)
    except (
        CalamineError,
        zipfile.BadZipFile,
        zlib.error,
        LayoutError,
        InputError,
        KeyError,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        if isinstance(error, LedgerError):
            raise
        raise LedgerError("RU-L01") from error


def _workbook(data: bytes, package: zipfile.ZipFile) -> LedgerFile:
    parts = sheet_parts(package)
    wanted = [name for name, (part, hidden) in parts.items() if not hidden and "worksheets/" in part]
    texts: dict[str, bytes] = {}
    size = sum(package.getinfo(parts[name][0]).file_size for name in wanted)
    filled = 0
    for name in wanted:
        texts[name] = text = package.read(parts[name][0])
        _written(text)
        if size > _SHORTEST_CELL * _MOST_CELLS:
            # Their values open and close once.
            filled += (text.count(b"v>") + text.count(b"is>")) // 2
        if filled > _MOST_CELLS:
            raise LedgerError("RU-L03")
        _measure(text)
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(_load, data, wanted)
        scans = {name: (scan_sheet(text), _hidden_columns(text)) for name, text in texts.items()}
        texts.clear()
        loaded = loading.result()
    grids = []
    for name, (rows, merges) in loaded.items():
        scan, hidden = scans[name]
        grids.append(Grid(name, rows, merges=merges, hidden_columns=hidden, hidden_rows=scan.hidden, lost=_lost(scan)))
    return LedgerFile(tuple(grids), tuple(name for name, (_, hidden) in parts.items() if hidden))


def _written(text: bytes) -> None:
    """Refuse XML with a run that no spreadsheet writes, such as a text of a megabyte in one cell."""
    for start in range(0, len(text) - _PIECE + 1, _PIECE):
        if text.find(b"<", start, start + _PIECE) < 0:
            raise LedgerError("RU-L03")


def _measure(text: bytes) -> None:
    """Refuse a sheet with too many rows, or with cells that lie too far apart, before it is unpacked into objects."""
    if (count := text.count(b"<row")) > _ALL_ROWS:
        raise LedgerError("RU-L17", rows=count, most=MOST_ROWS)
    many = count > MOST_ROWS
    if not many and not spread_out(text):
        return
    rows = [row for row in text.split(b"<row") if b"v>" in row or b"is>" in row]
    if len(rows) > MOST_ROWS:
        raise LedgerError("RU-L17", rows=len(rows), most=MOST_ROWS)
    ends = [found for row in rows if (found := _last_cell(row))]
    height, width = max((row for row, _ in ends), default=0), max((column for _, column in ends), default=0)
    if width > _MOST_COLUMNS:
        raise LedgerError("RU-L18", columns=width, most=_MOST_COLUMNS)
    if height * width > _MOST_AREA:
        raise LedgerError("RU-L03")


def _last_cell(row: bytes) -> tuple[int, int] | None:
    """Return the 1-based row and column of the last filled cell of a row's XML."""
    start = row.rfind(b' r="', 0, max(row.rfind(b"v>"), row.rfind(b"is>")))
    try:
        return cells.parse(row[start + 4 : row.find(b'"', start + 4)].decode())
    except ValueError:
        return None


def _hidden_columns(text: bytes) -> frozenset[int]:
    """Return the 0-based columns that a sheet hides."""
    found: set[int] = set()
    for column in re.findall(rb"<(?:\w+:)?col ([^>]*)>", text[: text.find(b"sheetData")]):
        first, last = re.search(rb'\bmin="(\d+)"', column), re.search(rb'\bmax="(\d+)"', column)
        if first and last and re.search(rb'\bhidden="(?:1|true)"', column):
            found.update(range(int(first[1]) - 1, min(int(last[1]), _MOST_COLUMNS)))
    return frozenset(found)


def _lost(scan: Scan) -> dict[tuple[int, int], str]:
    return {**scan.errors, **dict.fromkeys(scan.uncached, "=")}


_Loaded = dict[str, tuple[list[list[object]], Sequence[tuple[tuple[int, int], tuple[int, int]]]]]


@contextmanager
def _whole() -> Iterator[None]:
    """Turn the reader's panic over damaged bytes, which is no Exception in Python, into its ordinary error."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise CalamineError(str(error)) from error


@_whole()
def _load(data: bytes, wanted: Sequence[str]) -> _Loaded:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    found: _Loaded = {}
    for name in wanted:
        sheet = book.get_sheet_by_name(name)
        merges = sheet.merged_cell_ranges or ()
        found[name] = sheet.to_python(skip_empty_area=False), merges  # type: ignore[assignment]
    return found


@_whole()
def _visible(data: bytes) -> tuple[list[str], list[str]]:
    """Return the names of a spreadsheet's visible sheets, and of its hidden ones."""
    sheets = [
        one
        for one in CalamineWorkbook.from_filelike(io.BytesIO(data)).sheets_metadata
        if one.typ is SheetTypeEnum.WorkSheet
    ]
    shown = [one.name for one in sheets if one.visible is SheetVisibleEnum.Visible]
    return shown, [one.name for one in sheets if one.name not in shown]


def _opendocument(data: bytes, package: zipfile.ZipFile) -> LedgerFile:
    if "META-INF/manifest.xml" in package.namelist() and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise LedgerError("RU-L02")
    text = package.read(_OPENDOCUMENT)
    _written(text)
    if opendocument.cells(text) > _MOST_AREA:
        raise LedgerError("RU-L03")
    lost = opendocument.lost(text)
    del text
    shown, hidden = _visible(data)
    return LedgerFile(
        tuple(Grid(name, rows, lost=lost.get(name, {})) for name, (rows, _) in _bounded(_load(data, shown)).items()),
        tuple(hidden),
    )


def _old(data: bytes) -> LedgerFile:
    """Read a spreadsheet of the years before 2007, whose sheets cannot be larger than 65,536 rows of 256 columns."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise LedgerError("RU-L02")
    try:
        lost = xls.lost(data)
        shown, hidden = _visible(data)
        loaded = _bounded(_load(data, shown))
    except xls.ProtectedError as error:
        raise LedgerError("RU-L02") from error
    except PasswordError as error:
        raise LedgerError("RU-L02") from error
    except (CalamineError, xls.FormatError, OSError, ValueError) as error:
        raise LedgerError("RU-L01") from error
    return LedgerFile(
        tuple(Grid(name, rows, merges=merges, lost=lost.get(name, {})) for name, (rows, merges) in loaded.items()),
        tuple(hidden),
    )


def _bounded(loaded: _Loaded) -> _Loaded:
    for rows, _ in loaded.values():
        width = len(rows[0]) if rows else 0
        if len(rows) > MOST_ROWS:
            raise LedgerError("RU-L17", rows=len(rows), most=MOST_ROWS)
        if width > _MOST_COLUMNS:
            raise LedgerError("RU-L18", columns=width, most=_MOST_COLUMNS)
    return loaded
