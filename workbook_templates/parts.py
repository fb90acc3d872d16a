"""Edit single parts of an ``.xlsx``: every part that is not changed keeps its very bytes, compressed as they were.

A user's workbook is never opened and saved again by a library: that loses content which the library does not know, and
every cached formula result. Cells are changed in the sheet's XML; nothing else of the package is touched.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from xml.sax.saxutils import escape

from lxml import etree

from workbook_templates import cells, packs
from workbook_templates.layout import Layout, LayoutError, SheetLayout, read_layout, xml
from workbook_templates.measure import TOTALS, Column, ColumnType

_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MAIN = f"{{{_NS}}}"
_EPOCH = dt.date(1899, 12, 30)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class CapacityError(Exception):
    """More rows than a sheet has room for."""

    def __init__(self, sheet: str, needed: int, room: int) -> None:
        super().__init__(sheet)
        self.sheet = sheet
        self.needed = needed
        self.room = room


class Package:
    """An Open Packaging Conventions file whose untouched parts are copied as they are."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
        except zipfile.BadZipFile as error:
            raise LayoutError(str(error)) from error
        self.changed: dict[str, bytes] = {}

    def read(self, part: str) -> bytes:
        """Return a part as it is now; KeyError if there is none."""
        return self.changed[part] if part in self.changed else self.archive.read(part)

    def replace(self, part: str, data: bytes) -> None:
        """Give an existing part other bytes."""
        self.archive.getinfo(part)
        self.changed[part] = data

    def to_bytes(self) -> bytes:
        """Return the package; the same changes give the same bytes."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
            for entry in self.archive.infolist():
                if entry.filename in self.changed:
                    fresh = zipfile.ZipInfo(entry.filename, entry.date_time)
                    fresh.compress_type = zipfile.ZIP_DEFLATED
                    fresh.external_attr = entry.external_attr
                    out.writestr(fresh, self.changed[entry.filename])
                else:
                    kept = copy(entry)
                    kept.header_offset = target.tell()
                    target.write(self._raw(entry))
                    out.filelist.append(kept)
                    out.NameToInfo[kept.filename] = kept
                    out.start_dir = target.tell()
        return target.getvalue()

    def _raw(self, entry: zipfile.ZipInfo) -> bytes:
        """Return local header, compressed data and data descriptor of an entry."""
        start = entry.header_offset
        name_length, extra_length = struct.unpack_from("<HH", self.data, start + 26)
        end = start + 30 + name_length + extra_length + entry.compress_size
        if entry.flag_bits & 0x08:
            end += 16 if self.data[end : end + 4] == b"PK\x07\x08" else 12
        return self.data[start:end]


class Page:
    """One sheet's XML while cells are written into it."""

    def __init__(self, package: Package, layout: SheetLayout) -> None:
        self.package = package
        self.layout = layout
        self.root = xml(package.read(layout.part))
        found = self.root.find(f"{_MAIN}sheetData")
        if found is None:
            raise LayoutError(layout.part)
        self.rows_element = found
        self.rows = {int(row.get("r", "0")): row for row in found}
        self.styles: dict[int, str] = {}
        for span in self.root.iterfind(f"{_MAIN}cols/{_MAIN}col"):
            if span.get("style"):
                for column in range(int(span.get("min", "1")), min(int(span.get("max", "1")), 200) + 1):
                    self.styles[column] = span.get("style", "")

    def used(self, columns: Iterable[int]) -> list[int]:
        """Return the rows of the table that hold a value in one of the columns."""
        wanted = set(columns)
        return [
            number
            for number, row in self.rows.items()
            if self.layout.first_row <= number <= self.layout.last_row
            and any(len(cell) and cells.parse(cell.get("r", "A1"))[1] in wanted for cell in row)
        ]

    def cell(self, address: str) -> etree._Element:
        """Return a cell, made in its place where it is not there yet."""
        number, column = cells.parse(address)
        row = self.rows.get(number)
        if row is None:
            row = etree.Element(f"{_MAIN}row", {"r": str(number)})
            self._place_row(number, row)
        for position, cell in enumerate(row):
            at = cells.parse(cell.get("r", "A1"))[1]
            if at == column:
                return cell
            if at > column:
                return self._new_cell(row, position, address, column)
        return self._new_cell(row, len(row), address, column)

    def _new_cell(self, row: etree._Element, position: int, address: str, column: int) -> etree._Element:
        cell = etree.Element(f"{_MAIN}c", {"r": address})
        if column in self.styles:
            cell.set("s", self.styles[column])
        row.insert(position, cell)
        return cell

    def _place_row(self, number: int, row: etree._Element) -> None:
        later = [other for other in self.rows if other > number]
        if later:
            self.rows[min(later)].addprevious(row)
        else:
            self.rows_element.append(row)
        self.rows[number] = row

    def clear(self, columns: Iterable[int]) -> None:
        """Take the cells of some columns out of the table's rows; a row without any other goes, and its height."""
        gone = set(columns)
        for number in [number for number in self.rows if self.layout.first_row <= number <= self.layout.last_row]:
            row = self.rows[number]
            for cell in list(row):
                if cells.parse(cell.get("r", "A1"))[1] in gone:
                    row.remove(cell)
            if not len(row):
                self.rows_element.remove(self.rows.pop(number))

    def write(self, address: str, value: object, column: Column | None = None, lang: str = "") -> None:
        """Put a value into a cell, whose style stays; None empties it."""
        cell = self.cell(address)
        style = cell.get("s")
        fresh = etree.fromstring(f'<r xmlns="{_NS}">{_cell(address, value, style or "", column, lang)}</r>')
        cell.getparent().replace(
            cell, fresh[0] if len(fresh) else etree.Element(f"{_MAIN}c", _attributes(address, style))
        )

    def add_rows(self, first: int, lines: Sequence[str]) -> None:
        """Add complete rows, given as XML, from row ``first`` on; none of them exists yet."""
        fresh = etree.fromstring(f'<r xmlns="{_NS}">{"".join(lines)}</r>')
        after = min((number for number in self.rows if number > first), default=None)
        for row in list(fresh):
            if after is None:
                self.rows_element.append(row)
            else:
                self.rows[after].addprevious(row)
            self.rows[int(row.get("r", "0"))] = row

    def save(self) -> None:
        """Put the sheet back into its package. The old extent would be wrong, and readers do without."""
        dimension = self.root.find(f"{_MAIN}dimension")
        if dimension is not None:
            self.root.remove(dimension)
        self.package.replace(
            self.layout.part,
            etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True),
        )


def append_rows(workbook: bytes, rows: Mapping[str, Mapping[str, Sequence[object]]]) -> bytes:
    """Return the workbook with rows added below the last used row of each sheet's table.

    ``rows`` maps sheet id to column id to values, all columns of a sheet of one length: text, cents for amounts, dates,
    numbers, choice ids; None leaves a cell empty. Text is written as text, whatever it begins with. CapacityError where
    a sheet has too little room.
    """
    package = Package(workbook)
    layout = stamped_layout(workbook)
    measure = packs.load(layout.measure, layout.year)
    for sheet_id, columns in rows.items():
        count = max((len(values) for values in columns.values()), default=0)
        if not count:
            continue
        where = layout.sheets[sheet_id]
        page = Page(package, where)
        known: list[tuple[Column | None, int, Sequence[object]]] = [
            (measure.sheet(sheet_id).column(name), where.columns[name], values) for name, values in columns.items()
        ]
        known.sort(key=lambda item: item[1])
        own = [where.columns[column.id] for column in measure.sheet(sheet_id).columns]
        first = max(page.used(own), default=where.first_row - 1) + 1
        room = where.last_row + 1 - first
        if count > room:
            raise CapacityError(where.name, count, room)
        write_rows(page, first, count, known, layout.lang)
        page.save()
    return package.to_bytes()


def write_rows(
    page: Page,
    first: int,
    count: int,
    columns: Sequence[tuple[Column | None, int, Sequence[object]]],
    lang: str,
    heights: Sequence[float] = (),
) -> None:
    """Write so many rows from row ``first`` on; each column of values stands under its position, in their order.

    ``heights`` in points are for new rows; a spreadsheet fits them again when such a row is edited.
    """
    lines = []
    for offset in range(count):
        number = first + offset
        if number in page.rows:
            for column, position, values in columns:
                if values[offset] is not None:
                    page.write(cells.a1(number, position), values[offset], column, lang)
            continue
        body = "".join(
            _cell(cells.a1(number, position), values[offset], page.styles.get(position, ""), column, lang)
            for column, position, values in columns
            if values[offset] is not None
        )
        tall = f' ht="{heights[offset]:g}"' if heights else ""
        lines.append(f'<row r="{number}"{tall}>{body}</row>')
    if lines:
        page.add_rows(first, lines)


def set_fields(workbook: bytes, fields: Mapping[str, Mapping[str, object]]) -> bytes:
    """Return the workbook with form fields filled: sheet id to field id to value, as for :func:`append_rows`."""
    package = Package(workbook)
    layout = stamped_layout(workbook)
    measure = packs.load(layout.measure, layout.year)
    for sheet_id, values in fields.items():
        page = Page(package, layout.sheets[sheet_id])
        for field_id, value in values.items():
            page.write(
                layout.sheets[sheet_id].fields[field_id],
                value,
                measure.sheet(sheet_id).column(field_id),
                layout.lang,
            )
        page.save()
    return package.to_bytes()


def set_totals(workbook: bytes, totals: Mapping[str, int], sums: Mapping[str, int]) -> bytes:
    """Return the workbook with cached results of its own formulas, for viewers that do not recalculate.

    ``totals`` maps ids of totals (``granted_a``) and ``sums`` names of columns (``volet_a.total_amount``) to cents. A
    cell that holds no formula any more is left alone.
    """
    package = Package(workbook)
    layout = stamped_layout(workbook)
    for sheet_id, where in layout.sheets.items():
        wanted = {
            where.fields[name]: cents for name, cents in totals.items() if sheet_id == TOTALS and name in where.fields
        }
        formulas = {f"SUM({name})": cents for name, cents in sums.items() if name.startswith(f"{sheet_id}.")}
        if not wanted and not formulas:
            continue
        page = Page(package, where)
        for cell in page.rows_element.iter(f"{_MAIN}c"):
            formula = cell.find(f"{_MAIN}f")
            if formula is None:
                continue
            cents = wanted.get(cell.get("r", ""), formulas.get(formula.text or ""))
            if cents is not None:
                for old in cell.findall(f"{_MAIN}v"):
                    cell.remove(old)
                cell.attrib.pop("t", None)
                etree.SubElement(cell, f"{_MAIN}v").text = _euros(cents)
        page.save()
    return package.to_bytes()


def stamped_layout(workbook: bytes) -> Layout:
    """Return the layout of one of our workbooks; LayoutError where it carries no stamp."""
    layout = read_layout(workbook)
    if layout is None:
        raise LayoutError(cells.IDENTITY_NAME)
    return layout


def _attributes(address: str, style: str | None) -> dict[str, str]:
    return {"r": address, "s": style} if style else {"r": address}


def _cell(address: str, value: object, style: str, column: Column | None, lang: str) -> str:
    """Return a cell as XML; the empty text where there is no value."""
    if value is None:
        return ""
    look = f' s="{style}"' if style else ""
    kind = column.type if column else ColumnType.TEXT
    if kind is ColumnType.CHOICE and column:
        value = next((choice.label[lang] for choice in column.choices if choice.id == value), value)
    if isinstance(value, dt.date):
        return f'<c r="{address}"{look}><v>{(value - _EPOCH).days}</v></c>'
    if isinstance(value, int) and kind is ColumnType.AMOUNT:
        return f'<c r="{address}"{look}><v>{_euros(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{address}"{look}><v>{value!r}</v></c>'
    text = escape(_ILLEGAL.sub("\ufffd", str(value)))
    return f'<c r="{address}"{look} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _euros(cents: int) -> str:
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"
