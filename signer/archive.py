"""Archive: the ZIP layer of the package, written in one way only and read only if written that way.

Every entry is stored, dated 1980-01-01, without extra field, comment or gap, so an archive is a pure function
of its names and contents. The reader computes each header anew and compares: a compressed, linked, hidden or
overlapping entry cannot exist, and nothing is ever decompressed. Field layout: PKWARE APPNOTE 6.3.3, sections
4.3.7, 4.3.12, 4.3.16.
"""

from __future__ import annotations

import struct
import unicodedata
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from signer.errors import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_ENTRIES: Final = 64
MAX_BYTES: Final = 512 * 2**20
MAX_NAME: Final = 200

_LOCAL: Final = struct.Struct("<IHHHHHIIIHH")
_CENTRAL: Final = struct.Struct("<IHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<IHHHHIIH")
_LOCAL_MAGIC: Final = 0x04034B50
_CENTRAL_MAGIC: Final = 0x02014B50
_END_MAGIC: Final = 0x06054B50
_VERSION: Final = 20
_UTF8_NAME: Final = 0x800
_DATE: Final = 0x21  # 1980-01-01, the first day that the format knows


class Entry(NamedTuple):
    """One entry: its name and its bytes."""

    name: str
    content: bytes


class _Found(NamedTuple):
    """One entry as it stands in an archive under examination."""

    name: str
    content: bytes
    offset: int
    local: bytes
    central: bytes


def write(entries: Iterable[Entry]) -> bytes:
    """Return the one archive that holds these entries in this order."""
    body: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for entry in entries:
        local, central = _headers(entry, offset)
        body += (local, entry.content)
        directory.append(central)
        offset += len(local) + len(entry.content)
    return b"".join((*body, *directory, _end(directory, offset)))


def examine(archive: bytes) -> tuple[list[Entry], list[Reason]]:
    """Return the readable entries and every reason why ``write`` did not make ``archive``; never raises.

    Without a reason, ``write(entries) == archive``.
    """
    if len(archive) > MAX_BYTES:
        return [], [Reason("SIG-E210")]
    found, start, reason = _directory(archive)
    reasons = [reason] if reason else []
    if reason:
        found = _walk(archive)
        reasons += [Reason("SIG-E209", {"file": one.name}) for one in found if not _intact(one)]
    else:
        reasons += _check_places(found, start)
        reasons += [Reason(code, {"file": name}) for one in found for code, name in _check_headers(one)]
    reasons += check_names([one.name for one in found])
    return [Entry(one.name, one.content) for one in found], reasons


def _headers(entry: Entry, offset: int) -> tuple[bytes, bytes]:
    """Return the local header and the directory record of an entry that starts at ``offset``."""
    name = entry.name.encode()
    flags = 0 if entry.name.isascii() else _UTF8_NAME
    size = len(entry.content)
    shared = (_VERSION, flags, 0, 0, _DATE, zlib.crc32(entry.content), size, size, len(name), 0)
    local = _LOCAL.pack(_LOCAL_MAGIC, *shared) + name
    return local, _CENTRAL.pack(_CENTRAL_MAGIC, _VERSION, *shared, 0, 0, 0, 0, offset) + name


def _end(directory: list[bytes], offset: int) -> bytes:
    return _END.pack(_END_MAGIC, 0, 0, len(directory), len(directory), sum(map(len, directory)), offset, 0)


def _directory(archive: bytes) -> tuple[list[_Found], int, Reason | None]:  # noqa: PLR0911 - one return per fault
    """Follow the central directory: the entries, its offset, and why it cannot be followed."""
    at = archive.rfind(_END_MAGIC.to_bytes(4, "little"))
    if archive[:2] != b"PK" and at < 0:
        return [], 0, Reason("SIG-E201")
    if at != len(archive) - _END.size:
        return [], 0, Reason("SIG-E202")
    _, _, _, _, count, size, start, comment = _END.unpack_from(archive, at)
    if archive[:4] != _LOCAL_MAGIC.to_bytes(4, "little") and archive[start : start + 4] != archive[:4]:
        return [], 0, Reason("SIG-E203")
    if start + size < at and not comment:
        return [], 0, Reason("SIG-E203")
    if count > MAX_ENTRIES:
        return [], 0, Reason("SIG-E210")
    found: list[_Found] = []
    position = start
    for _ in range(count):
        one = _record(archive, position, at)
        if one is None:
            return [], 0, Reason("SIG-E204")
        found.append(one)
        position += len(one.central)
    if position != at or archive[at:] != _end([one.central for one in found], start):
        return [], 0, Reason("SIG-E204")
    return found, start, None


def _record(archive: bytes, position: int, limit: int) -> _Found | None:
    """Read one directory record and the entry it points at; None if either lies outside the archive."""
    if position + _CENTRAL.size > limit:
        return None
    fields = _CENTRAL.unpack_from(archive, position)
    size, offset = fields[8], fields[16]
    length = _CENTRAL.size + sum(fields[10:13])
    central = archive[position : position + length]
    if fields[0] != _CENTRAL_MAGIC or position + length > limit or offset + _LOCAL.size > limit:
        return None
    local_fields = _LOCAL.unpack_from(archive, offset)
    data = offset + _LOCAL.size + local_fields[9] + local_fields[10]
    name = central[_CENTRAL.size : _CENTRAL.size + fields[10]]
    return _Found(_text(name), archive[data : data + size], offset, archive[offset:data], central)


def _walk(archive: bytes) -> list[_Found]:
    """Follow the local headers, to name what is damaged when the directory is unusable."""
    found: list[_Found] = []
    offset = 0
    while offset + _LOCAL.size <= len(archive) and len(found) < MAX_ENTRIES:
        fields = _LOCAL.unpack_from(archive, offset)
        if fields[0] != _LOCAL_MAGIC:
            break
        data = offset + _LOCAL.size + fields[9] + fields[10]
        name = archive[offset + _LOCAL.size : offset + _LOCAL.size + fields[9]]
        found.append(_Found(_text(name), archive[data : data + fields[7]], offset, archive[offset:data], b""))
        offset = data + fields[7]
    return found


def _intact(found: _Found) -> bool:
    return found.local == _headers(Entry(found.name, found.content), found.offset)[0]


def _check_places(found: list[_Found], start: int) -> list[Reason]:
    """Entries lie one behind the other from the first byte to the directory."""
    position = 0
    for one in found:
        if one.offset != position:
            return [Reason("SIG-E203")]
        position += len(one.local) + len(one.content)
    return [] if position == start else [Reason("SIG-E203")]


def _check_headers(found: _Found) -> list[tuple[str, str]]:
    """Compare both headers of an entry with the ones that its name and content ask for."""
    local, central = _headers(Entry(found.name, found.content), found.offset)
    if (local, central) == (found.local, found.central):
        return []
    ours, theirs = _LOCAL.unpack_from(found.local), _CENTRAL.unpack_from(found.central)
    name = _text(found.local[_LOCAL.size : _LOCAL.size + ours[9]])
    if name != found.name:
        return [("SIG-E208", file) for file in sorted({name, found.name})]
    if ours[1:9] != theirs[2:10] or ours[0] != _LOCAL_MAGIC:
        return [("SIG-E208", name)]
    expected = _LOCAL.unpack_from(local)
    only_checksum = ours[:6] == expected[:6] and ours[7:] == expected[7:]
    return [("SIG-E209" if only_checksum and ours[6] != expected[6] else "SIG-E207", name)]


def check_names(names: list[str]) -> list[Reason]:
    """Return every reason why these may not stand side by side as entries."""
    reasons = [Reason("SIG-E205", {"file": name}) for name in names if not _usable(name)]
    seen: set[str] = set()
    for name in names:
        folded = unicodedata.normalize("NFKC", name).casefold()
        if folded in seen:
            reasons.append(Reason("SIG-E206", {"file": name}))
        seen.add(folded)
    return reasons


def _usable(name: str) -> bool:
    """Tell whether every system can store this name, and it cannot leave its folder or deceive the eye."""
    parts = name.split("/")
    return (
        0 < len(name) <= MAX_NAME
        and all(part.strip(" .") and part == part.strip() and not part.endswith(".") for part in parts)
        and not set(name) & set('\\:*?"<>|')
        and unicodedata.normalize("NFC", name) == name
        and not any(unicodedata.category(character)[0] == "C" for character in name)
    )


def _text(name: bytes) -> str:
    """Bytes that are not UTF-8 become a visible mark, which no usable name round-trips to."""
    return name.decode(errors="replace")
