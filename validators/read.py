"""Reading a workbook: raw cell values by column, with true addresses, and proof of how many rows were read.

python-calamine reads the values. What it hides (error cells, formulas that were never calculated, hidden rows) is
looked up in the sheet's XML, which also gives a second, independent count of the rows.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from validators import imports
from validators.findings import InputError
from workbook_templates import cells, packs
from workbook_templates.layout import Layout, LayoutError, SheetLayout, read_layout
from workbook_templates.measure import TOTALS, Measure, Sheet

_MAX_PART = 1_000_000_000
_MAX_RATIO = 300
"""Bytes out for each byte in; spreadsheets of long columns reach about 40."""
_MAX_CELLS = 40_000_000
_CFB = bytes.fromhex("d0cf11e0a1b11ae1")
_ROOT = re.compile(rb"<(\w+:)?worksheet\b")
_CHUNK = 1 << 22
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]+)"')
_NUMBER = re.compile(rb'\br="([0-9]+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>/]*>([^<]*)<")
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')

_OWN_SHEETS = frozenset((TOTALS, cells.CONTROL, cells.IMPORTS, cells.REPAIRS, "list"))
"""Prefixes of defined names that are no sheet to fill."""


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Proof of reading for one table."""

    in_sheet: int
    """Rows of the table that hold something, counted in the sheet's XML."""
    read: int
    """Rows that were read and checked, hidden and filtered ones included."""
    hidden: int
    """Rows among them that are hidden or filtered away."""
    blank: int
    """Empty rows between the first and the last row that was read."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """The rows of one table that hold something: raw values of calamine, ``""`` for an empty cell."""

    sheet: Sheet
    layout: SheetLayout
    row_numbers: Sequence[int]
    """1-based row of each entry of the columns."""
    columns: Mapping[str, Sequence[object]]
    counts: RowCounts
    errors: Mapping[tuple[int, str], str] = field(default_factory=dict)
    """(row, column id) to the error that the cell shows."""
    uncached: frozenset[tuple[int, str]] = frozenset()
    """(row, column id) of formulas that were saved without a result."""


@dataclass(frozen=True, slots=True)
class RawWorkbook:
    """A workbook of one of our packs, read but not yet understood."""

    measure: Measure
    layout: Layout
    tables: Mapping[str, RawTable]
    """Sheet id to its table; form fields come as a table of their own, see :data:`FORM`."""
    forms: Mapping[str, RawTable]
    """Sheet id to its form, as a table of one row numbered 0."""
    imports: tuple[imports.Line, ...] = ()
    """What the workbook tells of the ledgers that were taken over."""


def open_workbook(data: bytes, *, any_version: bool = False) -> tuple[Measure, Layout]:
    """Return the pack and the layout of a workbook; InputError where it is not one of our templates.

    ``any_version`` takes templates of other versions of the pack too, as long as its columns are there.
    """
    layout = _layout(data)
    return pack_of(layout, any_version=any_version), layout


def _layout(data: bytes) -> Layout:
    package = _package(data)
    try:
        layout = read_layout(package)
    except (LayoutError, KeyError, zipfile.BadZipFile, EOFError, OSError) as error:
        raise InputError("RU-X05") from error
    if layout is None:
        raise InputError("RU-X07")
    return layout


def pack_of(layout: Layout, *, any_version: bool = False) -> Measure:
    """Return the pack of a workbook whose layout is known; InputError where it is not known or lacks a column."""
    measure = _known(layout)
    if layout.version != measure.version and not any_version:
        raise InputError("RU-X14", found=layout.version, known=measure.version)
    for sheet in measure.sheets:
        _complete(sheet, layout)
    return measure


def _known(layout: Layout) -> Measure:
    if (layout.measure, layout.year) not in packs.available():
        known = ", ".join(f"{measure} {year}" for measure, year in packs.available())
        raise InputError("RU-X08", measure=layout.measure, year=layout.year, known=known)
    return packs.load(layout.measure, layout.year)


def read(data: bytes, meanwhile: Callable[[], None] = lambda: None, *, any_version: bool = False) -> RawWorkbook:
    """Return every input value of a workbook of ours; InputError where it cannot be used.

    ``meanwhile`` is called once while calamine parses in a thread of its own, which leaves this one free.
    """
    return _read(data, *open_workbook(data, any_version=any_version), meanwhile)


def read_older(data: bytes) -> tuple[RawWorkbook, tuple[str, ...]]:
    """Return what a workbook of any version of its pack holds in the columns that the pack still has.

    Also returns the defined names of the columns and fields that the pack has no longer. InputError where it cannot be
    used.
    """
    layout = _layout(data)
    measure = _known(layout)
    sheets = []
    gone: list[str] = []
    for sheet_id, where in layout.sheets.items():
        mine = next((sheet for sheet in measure.sheets if sheet.id == sheet_id), None)
        known = {column.id for column in (*mine.columns, *mine.fields)} if mine else set()
        if mine or sheet_id not in _OWN_SHEETS:
            theirs = {*where.columns, *where.fields} - known - {cells.STATUS}
            gone += [f"{where.name}: {name}" for name in sorted(theirs)]
        if mine:
            columns = tuple(column for column in mine.columns if column.id in where.columns)
            fields = tuple(item for item in mine.fields if item.id in where.fields)
            sheets.append(replace(mine, columns=columns, fields=fields))
    return _read(data, replace(measure, sheets=tuple(sheets)), layout, lambda: None), tuple(gone)


def lines_of(data: bytes, where: SheetLayout, columns: Sequence[str]) -> list[list[object]]:
    """Return the filled rows of a table, whatever its cells hold: raw values in the order of ``columns``."""
    try:
        values = _rows(_load(data, [where.name])[where.name])
    except CalamineError as error:
        raise InputError("RU-X05") from error
    at = [where.columns[name] - 1 for name in columns]
    body = [[row[one] if one < len(row) else "" for one in at] for row in values[where.first_row - 1 : where.last_row]]
    return [row for row in body if _holds(row)]


def _read(data: bytes, measure: Measure, layout: Layout, meanwhile: Callable[[], None]) -> RawWorkbook:
    package = _package(data)
    wanted = [*(sheet.id for sheet in measure.sheets), *([cells.IMPORTS] if cells.IMPORTS in layout.sheets else [])]
    names = [layout.sheets[sheet_id].name for sheet_id in wanted]
    texts = {sheet_id: _sheet_text(package, layout.sheets[sheet_id]) for sheet_id in wanted}
    try:
        with ThreadPoolExecutor(1) as pool:
            loading = pool.submit(_load, data, names)
            scans = {sheet_id: scan_sheet(texts.pop(sheet_id)) for sheet_id in list(texts)}
            meanwhile()
            loaded = loading.result()
        return assemble(measure, layout, lambda name: (_rows(loaded.pop(layout.sheets[name].name)), scans[name]))
    except CalamineError as error:
        raise InputError("RU-X05") from error


def assemble(
    measure: Measure, layout: Layout, page_of: Callable[[str], tuple[list[list[object]], Scan]]
) -> RawWorkbook:
    """Return the input values of a workbook from its sheets, wherever those come from.

    ``page_of`` gives for the id of an input sheet, or of the imports, all of its cells from A1 on, row by row, ``""``
    for an empty one, and what is to be said beyond the values. InputError where something stands below the room of a
    table.
    """
    tables: dict[str, RawTable] = {}
    forms: dict[str, RawTable] = {}
    for sheet in measure.sheets:
        where = layout.sheets[sheet.id]
        values, scan = page_of(sheet.id)
        if sheet.columns:
            tables[sheet.id] = _table(sheet, where, values, scan)
        if sheet.fields:
            forms[sheet.id] = _form(sheet, where, values, scan)
    told = layout.sheets.get(cells.IMPORTS)
    lines = imports.lines(told, page_of(cells.IMPORTS)[0]) if told else ()
    return RawWorkbook(measure, layout, tables, forms, lines)


def _package(data: bytes) -> zipfile.ZipFile:
    """Return the ZIP of a workbook, or say what the bytes are in its place."""
    if data.startswith(_CFB):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise InputError("RU-X04" if encrypted else "RU-X02")
    if not data.startswith(b"PK\x03\x04"):
        raise InputError("RU-X03")
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise InputError("RU-X05") from error
    for entry in package.infolist():
        if entry.file_size > _MAX_PART or entry.file_size > _MAX_RATIO * max(entry.compress_size, 1024):
            raise InputError("RU-X11")
    return package


def _complete(sheet: Sheet, layout: Layout) -> None:
    where = layout.sheets.get(sheet.id)
    if where is None:
        raise InputError("RU-X09", missing=sheet.title[layout.lang])
    for column in sheet.columns:
        if column.id not in where.columns:
            raise InputError("RU-X09", missing=f"{where.name}: {column.label[layout.lang]}")
    for column in sheet.fields:
        if column.id not in where.fields:
            raise InputError("RU-X09", missing=f"{where.name}: {column.label[layout.lang]}")


def _load(data: bytes, names: Sequence[str]) -> dict[str, CalamineSheet]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name) for name in names}


def _rows(sheet: CalamineSheet) -> list[list[object]]:
    return sheet.to_python(skip_empty_area=False)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Scan:
    """What a sheet says beyond its values."""

    hidden: frozenset[int] = frozenset()
    """Rows that are hidden or filtered away."""
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """(row, column) to the error that the cell shows; its value is empty."""
    uncached: frozenset[tuple[int, int]] = frozenset()
    """(row, column) of formulas that were saved without a result."""


def _sheet_text(package: zipfile.ZipFile, where: SheetLayout) -> bytes:
    """Return a sheet's XML; refused where its cells lie so far apart that the grid between them fills the memory."""
    try:
        text = package.read(where.part)
    except (KeyError, zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise InputError("RU-X05") from error
    if spread_out(text):
        far = [(cells.number(found[1].decode()), int(found[2])) for found in _REFERENCE.finditer(text)]
        if max(column for column, _ in far) * max(row for _, row in far) > _MAX_CELLS:
            raise InputError("RU-X11")
    return text


def scan_sheet(text: bytes) -> Scan:
    """Return what a sheet's XML says beyond its values; InputError where it is no sheet."""
    root = _ROOT.search(text)
    if not root:
        raise InputError("RU-X05")
    prefix = root[1] or b""
    hidden = set()
    if b"hidden=" in text:
        rows = text.split(b"<" + prefix + b"row ")[1:]
        hidden = {number for number, row in _numbered(rows) if _HIDDEN.search(row[: row.find(b">")])}
    errors, uncached = _hidden_from_calamine(text, prefix)
    return Scan(frozenset(hidden), errors, uncached)


def _numbered(rows: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield each row's number with its XML; a row without one follows the row before."""
    last = 0
    for row in rows:
        found = _NUMBER.search(row[: row.find(b">")])
        last = int(found[1]) if found else last + 1
        yield last, row


def spread_out(text: bytes) -> bool:
    """Whether any cell lies beyond column Z or row 999,999: an address with two letters, or with seven digits."""
    end = text.rfind(b"sheetData>")
    for start in range(max(text.find(b"sheetData"), 0), end, _CHUNK):
        chunk = np.frombuffer(text, dtype=np.uint8, count=min(_CHUNK + 9, end - start), offset=start)
        capital = (chunk >= ord("A")) & (chunk <= ord("Z"))
        address = np.flatnonzero((chunk[:-2] == ord('"')) & capital[1:-1])
        if np.any(capital[address + 2]):
            return True
        address = address[address + 8 < len(chunk)]
        for place in range(8, 1, -1):
            digit = chunk[address + place]
            address = address[(digit >= ord("0")) & (digit <= ord("9"))]
        if len(address):
            return True
    return False


def _hidden_from_calamine(text: bytes, prefix: bytes) -> tuple[dict[tuple[int, int], str], frozenset[tuple[int, int]]]:
    """Return the error cells, and the formulas saved without a result, of a sheet; calamine shows both as blanks."""
    errors: dict[tuple[int, int], str] = {}
    uncached: set[tuple[int, int]] = set()
    formula = re.compile(b"<" + prefix + rb"f\b")
    for row in _rows_with(text, b"<" + prefix + b"row ", (b't="e"', b"<" + prefix + b"f")):
        for attributes, content in _CELL.findall(row):
            found = _REFERENCE.search(attributes)
            if not found:
                continue
            place = int(found[2]), cells.number(found[1].decode())
            value = _VALUE.search(content)
            if b't="e"' in attributes:
                errors[place] = value[1].decode() if value else "#N/A"
            elif formula.search(content) and not (value and value[1]) and b't="str"' not in attributes:
                uncached.add(place)
    return errors, frozenset(uncached)


def _rows_with(text: bytes, row: bytes, marks: tuple[bytes, ...]) -> Iterator[bytes]:
    """Yield the XML of each row that holds one of the marks; few do, so the text is searched and not taken apart."""
    for mark in marks:
        end = 0
        while (found := text.find(mark, end)) >= 0:
            start = text.rfind(row, end, found)
            end = text.find(row, found)
            end = len(text) if end < 0 else end
            if start >= 0:
                yield text[start:end]


def _table(sheet: Sheet, where: SheetLayout, values: list[list[object]], scan: Scan) -> RawTable:
    beyond = [number for number, _ in (*scan.errors, *scan.uncached) if number > where.last_row]
    beyond += [number for number, row in enumerate(values[where.last_row :], where.last_row + 1) if any(map(str, row))]
    if beyond:
        raise InputError("RU-X12", sheet=where.name, row=min(beyond), last=where.last_row)
    body = values[where.first_row - 1 : where.last_row]
    ids = [column.id for column in sheet.columns]
    by_position = list(zip(*body, strict=True)) if body else []
    empty = ("",) * len(body)
    raw = [by_position[where.columns[i] - 1] if where.columns[i] <= len(by_position) else empty for i in ids]
    at = {where.columns[column_id]: column_id for column_id in ids}
    rows = range(where.first_row, where.last_row + 1)
    errors = {(row, at[column]): text for (row, column), text in scan.errors.items() if row in rows and column in at}
    uncached = frozenset((row, at[column]) for row, column in scan.uncached if row in rows and column in at)
    marked = {row for row, _ in errors} | {row for row, _ in uncached}
    # Most rows begin with a date; only the others are looked at cell by cell.
    keep = [
        index
        for index, lead in enumerate(raw[0])
        if (lead.__class__ is not str or lead.strip())
        or index + where.first_row in marked
        or _holds([column[index] for column in raw])
    ]
    numbers = [index + where.first_row for index in keep]
    elsewhere = []
    if len(keep) != len(body):
        raw = [tuple(column[index] for index in keep) for column in raw]
        kept, ours = set(keep), {*at, where.columns.get(cells.STATUS, 0)}
        elsewhere = [row for index, row in enumerate(body) if index not in kept and _holds_beside(row, ours)]
    counts = RowCounts(
        in_sheet=len(keep) + len(elsewhere),
        read=len(keep),
        hidden=len(scan.hidden.intersection(numbers)) if scan.hidden else 0,
        blank=(numbers[-1] - numbers[0] + 1 - len(numbers)) if numbers else 0,
    )
    return RawTable(sheet, where, numbers, dict(zip(ids, raw, strict=True)), counts, errors, uncached)


def _holds(row: Sequence[object]) -> bool:
    """Whether a row holds anything but empty cells and blanks."""
    return any(value != "" and (not isinstance(value, str) or value.strip()) for value in row)


def _holds_beside(row: Sequence[object], columns: Collection[int]) -> bool:
    """Whether a row holds anything outside the given columns, such as a remark beside the table."""
    return _holds([value for number, value in enumerate(row, 1) if number not in columns])


def _form(sheet: Sheet, where: SheetLayout, values: list[list[object]], scan: Scan) -> RawTable:
    columns: dict[str, Sequence[object]] = {}
    errors: dict[tuple[int, str], str] = {}
    uncached = set()
    for item in sheet.fields:
        row, column = cells.parse(where.fields[item.id])
        inside = row <= len(values) and column <= len(values[row - 1])
        columns[item.id] = [values[row - 1][column - 1] if inside else ""]
        if (row, column) in scan.errors:
            errors[0, item.id] = scan.errors[row, column]
        if (row, column) in scan.uncached:
            uncached.add((0, item.id))
    return RawTable(sheet, where, [0], columns, RowCounts(1, 1, 0, 0), errors, frozenset(uncached))
