"""Write a compound file (MS-CFB, version 3): storages and streams, as Office keeps a VBA project.

The bytes depend on the contents alone: no time is noted, and the directory is laid out in the order of its names.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

Storage = Mapping[str, "bytes | Storage"]
"""Name -> stream, or storage."""

_SECTOR, _SMALL_SECTOR, _SMALL = 512, 64, 4096
"""Bytes of a sector, and of a small one; streams below ``_SMALL`` are kept in small ones."""
_FREE, _END, _TABLE, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1
_IN_HEADER = 109
"""Sectors of the allocation table that the header has room for: 6.8 MB, ample for a VBA project."""


@dataclass(slots=True)
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    colour: int = _BLACK
    start: int = _END


@dataclass(slots=True)
class _Sectors:
    size: int
    data: bytearray = field(default_factory=bytearray)
    table: list[int] = field(default_factory=list)
    """For each sector the next one of its stream."""

    def add(self, data: bytes) -> int:
        """Append a stream; return its first sector."""
        if not data:
            return _END
        start, count = len(self.table), -(-len(data) // self.size)
        self.table += [*range(start + 1, start + count), _END]
        self.data += data.ljust(count * self.size, b"\0")
        return start


def build(storage: Storage) -> bytes:
    """Return the file; ValueError beyond what a version 3 header describes by itself."""
    root = _Entry("Root Entry", _ROOT)
    entries = [root]
    root.child = _add(storage, entries)
    large, small = _Sectors(_SECTOR), _Sectors(_SMALL_SECTOR)
    for entry in entries:
        if entry.kind == _STREAM:
            entry.start = (small if len(entry.data) < _SMALL else large).add(entry.data)
    root.data = bytes(small.data)
    root.start = large.add(root.data)
    small_table = _filled(small.table)
    small_start = large.add(small_table)
    directory_start = large.add(b"".join(map(_packed, entries + [_Entry("", 0)] * (-len(entries) % 4))))
    tables = 0
    while tables * _SECTOR // 4 < len(large.table) + tables:
        tables += 1
    if tables > _IN_HEADER:
        raise ValueError(len(large.data))
    where = [*range(len(large.table), len(large.table) + tables)]
    header = struct.pack(
        "<8s16x5H6x9I",
        bytes.fromhex("d0cf11e0a1b11ae1"),
        0x3E,  # minor version
        3,  # major version
        0xFFFE,  # little-endian
        9,  # 2 ** 9 bytes in a sector
        6,  # 2 ** 6 bytes in a small one
        0,  # sectors of the directory: not counted in version 3
        tables,
        directory_start,
        0,  # transactions
        _SMALL,
        small_start,
        len(small_table) // _SECTOR,
        _END,  # more sectors of the table than the header has room for: none
        0,
    )
    header += struct.pack(f"<{_IN_HEADER}I", *where, *[_FREE] * (_IN_HEADER - tables))
    return header + bytes(large.data) + _filled([*large.table, *[_TABLE] * tables])


def _filled(table: list[int]) -> bytes:
    """Return a table of sectors, filled up to whole sectors of its own."""
    data = struct.pack(f"<{len(table)}I", *table)
    return data.ljust(-(-len(data) // _SECTOR) * _SECTOR, b"\xff")


def _add(storage: Storage, entries: list[_Entry]) -> int:
    """Add a storage's contents to the directory; return the number of the entry at the root of its tree."""
    numbers = {}
    for name, content in storage.items():
        entry = _Entry(name, _STREAM, content) if isinstance(content, bytes) else _Entry(name, _STORAGE)
        numbers[name] = len(entries)
        entries.append(entry)
        if not isinstance(content, bytes):
            entry.child = _add(content, entries)
    # 2.6.4: a shorter name comes first, then the alphabet, without regard to case.
    ordered = [numbers[name] for name in sorted(storage, key=lambda name: (len(name), name.upper()))]
    return _grow(ordered, entries, len(ordered).bit_length() - 1)


def _grow(numbers: list[int], entries: list[_Entry], room: int) -> int:
    """Link entries in their order into a balanced tree; red are those of its last level, ``room`` levels down."""
    if not numbers:
        return _NONE
    middle = len(numbers) // 2
    entry = entries[numbers[middle]]
    entry.left = _grow(numbers[:middle], entries, room - 1)
    entry.right = _grow(numbers[middle + 1 :], entries, room - 1)
    entry.colour = _BLACK if room else _RED
    return numbers[middle]


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16xI16xIQ",
        name,
        len(name) + 2 if name else 0,
        entry.kind,
        entry.colour if entry.kind else 0,
        entry.left,
        entry.right,
        entry.child,
        0,  # the user's flags
        entry.start if entry.kind else 0,
        len(entry.data),
    )
