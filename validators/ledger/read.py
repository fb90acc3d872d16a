"""Ledger files to grids of raw values: spreadsheets as data, texts in the encodings and separators that exports use."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook

from validators.ledger.errors import LedgerError

_CFB = bytes.fromhex("d0cf11e0a1b11ae1")
_MAX_UNPACKED = 1_000_000_000
_MAX_RATIO = 300
_MAX_CELLS = 40_000_000
_SEPARATORS = ";\t|,"


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet of a ledger, from its first cell on; ``""`` is an empty cell."""

    name: str
    rows: Sequence[Sequence[object]]


def read(data: bytes, name: str) -> list[Grid]:
    """Return the sheets of a ledger file, texts as one sheet named like the file; LedgerError where it is none."""
    if data.startswith(_CFB) and "EncryptedPackage".encode("utf-16-le") in data:
        raise LedgerError("RU-L02")
    if data.startswith((b"PK\x03\x04", _CFB)):
        return _spreadsheet(data)
    return [Grid(name, _text(data))]


def _spreadsheet(data: bytes) -> list[Grid]:
    try:
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                entries = archive.infolist()
            if any(one.file_size > _MAX_RATIO * max(one.compress_size, 1024) for one in entries):
                raise LedgerError("RU-L03")
            if sum(one.file_size for one in entries) > _MAX_UNPACKED:
                raise LedgerError("RU-L03")
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        grids = []
        for sheet_name in book.sheet_names:
            sheet = book.get_sheet_by_name(sheet_name)
            if sheet.total_height * sheet.total_width > _MAX_CELLS:
                raise LedgerError("RU-L03")
            grids.append(Grid(sheet_name, sheet.to_python(skip_empty_area=False)))
    except (CalamineError, zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
        raise LedgerError("RU-L01") from error
    return grids


def _text(data: bytes) -> list[list[object]]:
    text = _decode(data)
    if "\0" in text or not text.strip():
        raise LedgerError("RU-L01")
    lines = text.splitlines()[:200]
    # The separator that cuts the most lines into the same number of pieces, more than one.
    counts = {mark: [line.count(mark) for line in lines if line.strip()] for mark in _SEPARATORS}
    best = max(
        _SEPARATORS,
        key=lambda mark: max((n * counts[mark].count(n) for n in set(counts[mark]) if n), default=0),
    )
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=best)]
    except csv.Error as error:
        raise LedgerError("RU-L01") from error


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
