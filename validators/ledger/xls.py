"""What a values-only reader hides in an ``.xls``: cells that show an error, and that it is protected.

The compound file is [MS-CFB], the records in its ``Workbook`` stream are [MS-XLS]: a type and a length of two bytes
each, then the data.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_HEADER = 512
_ENTRY = 128
_BOF, _EOF, _BOUNDSHEET, _FORMULA, _BOOLERR, _FILEPASS = 0x809, 0x0A, 0x85, 0x06, 0x205, 0x2F
_ERROR_RESULT = (2, 0xFFFF)
_MOST_SECTORS = 1 << 20


class FormatError(ValueError):
    """Bytes that are no compound file with a workbook."""


class ProtectedError(ValueError):
    """A workbook that wants a password."""


def lost(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Return for each sheet the 1-based (row, column) of the cells that show an error.

    FormatError where the bytes are no such workbook, ProtectedError where it wants a password.
    """
    try:
        stream = _stream(data)
        starts, found = {}, {}
        for kind, body in _records(stream, 0):
            if kind == _FILEPASS:
                raise ProtectedError
            if kind == _BOUNDSHEET:
                starts[_name(body)] = struct.unpack_from("<I", body)[0]
        for name, start in starts.items():
            found[name] = dict.fromkeys(_errors(stream, start), "#")
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise FormatError from error
    return found


def _errors(stream: bytes, start: int) -> Iterator[tuple[int, int]]:
    for kind, body in _records(stream, start):
        if kind not in (_FORMULA, _BOOLERR):
            continue
        row, column = struct.unpack_from("<HH", body)
        if (kind == _BOOLERR and body[7]) or (
            kind == _FORMULA and (body[6], struct.unpack_from("<H", body, 12)[0]) == _ERROR_RESULT
        ):
            yield row + 1, column + 1


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield type and data of each record of one sheet, or of the workbook itself, up to its end."""
    depth = 0
    while start + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, start)
        yield kind, stream[start + 4 : start + 4 + size]
        start += 4 + size
        # A chart inside a sheet is a whole substream of its own.
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return


def _name(body: bytes) -> str:
    length, wide = body[6], body[7] & 1
    return body[8 : 8 + length * 2].decode("utf-16-le") if wide else body[8 : 8 + length].decode("latin-1")


def _stream(data: bytes) -> bytes:  # noqa: C901 - the format, step by step
    """Return the ``Workbook`` stream of a compound file."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    fat_count, directory = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 48)[0]
    cutoff, mini_start = struct.unpack_from("<I", data, 56)[0], struct.unpack_from("<I", data, 60)[0]
    more, more_count = struct.unpack_from("<II", data, 68)
    size = 1 << shift

    def sector(number: int) -> bytes:
        return (
            data[_HEADER + number * size : _HEADER + (number + 1) * size]
            if shift == 9  # noqa: PLR2004 - sectors of 512 bytes
            else data[(number + 1) * size : (number + 2) * size]
        )

    tables = list(struct.unpack_from("<109I", data, 76))
    for _ in range(min(more_count, _MOST_SECTORS)):
        if more >= _END:
            break
        numbers = struct.unpack(f"<{size // 4}I", sector(more))
        tables += numbers[:-1]
        more = numbers[-1]
    fat: list[int] = []
    for number in tables[:fat_count]:
        if number < _END:
            fat += struct.unpack(f"<{size // 4}I", sector(number))

    def chain(start: int, table: list[int]) -> Iterator[int]:
        steps = 0
        while start < _END and steps <= len(table):
            yield start
            start, steps = table[start], steps + 1

    entries = b"".join(sector(number) for number in chain(directory, fat))
    root = entries[:_ENTRY]
    for offset in range(0, len(entries), _ENTRY):
        entry = entries[offset : offset + _ENTRY]
        length = struct.unpack_from("<H", entry, 64)[0]
        if entry[: max(length - 2, 0)].decode("utf-16-le", "replace") not in {"Workbook", "Book"}:
            continue
        start, total = struct.unpack_from("<II", entry, 116)
        if total >= cutoff:
            return b"".join(sector(number) for number in chain(start, fat))[:total]
        small = 1 << mini_shift
        mini = b"".join(sector(number) for number in chain(struct.unpack_from("<I", root, 116)[0], fat))
        mini_fat = [one for number in chain(mini_start, fat) for one in struct.unpack(f"<{size // 4}I", sector(number))]
        return b"".join(mini[number * small : (number + 1) * small] for number in chain(start, mini_fat))[:total]
    raise FormatError
