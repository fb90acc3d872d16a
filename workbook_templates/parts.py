"""Edit single parts of an ``.xlsx``: every part that is not changed keeps its very bytes, compressed as they were.

A user's workbook is never opened and saved again by a library: that loses content which the library does not know, and
every cached formula result. Cells are changed in the sheet's XML; nothing else of the package is touched.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property

from lxml import etree

from workbook_templates import cells, packs
from workbook_templates.layout import Layout, LayoutError, read_layout
from workbook_templates.measure import TOTALS
from workbook_templates.page import MAIN, Page, Values, euros


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
        self._pages: dict[str, Page] = {}

    @cached_property
    def layout(self) -> Layout:
        """Where things stand in one of our workbooks; LayoutError where it carries no stamp."""
        layout = read_layout(self.archive)
        if layout is None:
            raise LayoutError(cells.IDENTITY_NAME)
        return layout

    def page(self, sheet_id: str) -> Page:
        """Return a sheet of one of our workbooks; what is written into it is part of the package."""
        if sheet_id not in self._pages:
            where = self.layout.sheets[sheet_id]
            self._pages[sheet_id] = Page(self.archive.read(where.part), where)
        return self._pages[sheet_id]

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
        fresh: dict[str, Iterable[bytes]] = {part: (data,) for part, data in self.changed.items()}
        fresh |= {page.layout.part: page.chunks() for page in self._pages.values() if page.changed}
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
            for entry in self.archive.infolist():
                if entry.filename in fresh:
                    made = zipfile.ZipInfo(entry.filename, entry.date_time)
                    made.compress_type = zipfile.ZIP_DEFLATED
                    made.external_attr = entry.external_attr
                    with out.open(made, "w") as part:
                        for chunk in fresh[entry.filename]:
                            part.write(chunk)
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


def append_rows(package: Package, rows: Mapping[str, Mapping[str, Sequence[object]]]) -> dict[str, int]:
    """Add rows below the last used row of each sheet's table; return the first of them by sheet.

    ``rows`` maps sheet id to column id to values, all columns of a sheet of one length: text, cents for amounts, dates,
    numbers, choice ids; None leaves a cell empty. Text is written as text, whatever it begins with. CapacityError where
    a sheet has too little room.
    """
    layout = package.layout
    measure = packs.load(layout.measure, layout.year)
    firsts = {}
    for sheet_id, columns in rows.items():
        sheet, at = measure.sheet(sheet_id), layout.sheets[sheet_id].columns
        own = [at[column.id] for column in sheet.columns]
        known = [(sheet.column(name), at[name], values) for name, values in columns.items()]
        if known and len(known[0][2]):
            firsts[sheet_id] = add_below(package, sheet_id, own, known)
    return firsts


def add_below(package: Package, sheet_id: str, own: Sequence[int], columns: Sequence[Values]) -> int:
    """Add rows to a sheet's table below the last one that holds something in its ``own`` columns; return their first.

    CapacityError where there is too little room.
    """
    page = package.page(sheet_id)
    first = next(page.used(own), page.layout.first_row - 1) + 1
    count, room = len(columns[0][2]), page.layout.last_row + 1 - first
    if count > room:
        raise CapacityError(page.layout.name, count, room)
    page.add(first, count, sorted(columns, key=lambda column: column[1]), package.layout.lang)
    return first


def set_fields(package: Package, fields: Mapping[str, Mapping[str, object]]) -> None:
    """Fill form fields: sheet id to field id to value, as for :func:`append_rows`."""
    layout = package.layout
    measure = packs.load(layout.measure, layout.year)
    for sheet_id, values in fields.items():
        page = package.page(sheet_id)
        for field_id, value in values.items():
            page.write(page.layout.fields[field_id], value, measure.sheet(sheet_id).column(field_id), layout.lang)


def set_totals(package: Package, totals: Mapping[str, int], sums: Mapping[str, int]) -> None:
    """Give our own formulas their results, for viewers that do not recalculate.

    ``totals`` maps ids of totals (``granted_a``) and ``sums`` names of columns (``volet_a.total_amount``) to cents. A
    cell that holds no formula any more is left alone.
    """
    for sheet_id, where in package.layout.sheets.items():
        wanted = {
            where.fields[name]: cents for name, cents in totals.items() if sheet_id == TOTALS and name in where.fields
        }
        formulas = {f"SUM({name})": cents for name, cents in sums.items() if name.startswith(f"{sheet_id}.")}
        if not wanted and not formulas:
            continue
        page = package.page(sheet_id)
        for number in page.formulas():
            row = page.row(number)
            results = [
                (cell, cents)
                for cell in row.iterfind(f"{MAIN}c[{MAIN}f]")
                if (cents := wanted.get(cell.get("r", ""), formulas.get(cell.findtext(f"{MAIN}f") or ""))) is not None
            ]
            for cell, cents in results:
                for old in cell.findall(f"{MAIN}v"):
                    cell.remove(old)
                cell.attrib.pop("t", None)
                etree.SubElement(cell, f"{MAIN}v").text = euros(cents)
            if results:
                page.put_row(row)
