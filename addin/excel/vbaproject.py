"""Write a VBA project (``vbaProject.bin``) from the sources of its modules, with nothing compiled in it.

Sections named below are those of MS-OVBA, the format's published description; the container around it is
:mod:`addin.excel.compound`. The bytes are the same each time: no clock, no chance, no name of a machine.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from addin.excel import compound

CODE_PAGE = "cp1252"
_CHUNK = 4096
_NO_CACHE = b"\xcc\x61\xff\xff\x00\x00\x00"
"""2.3.4.1: version 0xFFFF says that no compiled form is kept, so that every Office compiles the sources it shows."""
_ID = "{6F1B1D52-9C1E-4B0B-8B55-0E6A6D3F7C21}"
"""2.3.1.2: an identity of the project; it is also what the three lines of protection are made with."""
_VISIBLE = b"\xff"
_SEED = 0x52
"""2.4.3.2 wants a byte by chance; the bytes shall be the same each time."""
_OFFICE = (
    r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files\Microsoft Shared"
    r"\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library"
)
"""The library that declares the ribbon's two types; found by its number, in the version that is there."""


@dataclass(frozen=True, slots=True)
class Module:
    """One module, as text."""

    name: str
    source: str
    """With its ``Attribute`` lines; lines end with a line feed."""
    document: bool = False
    """Whether it belongs to the workbook or to one of its sheets."""

    @property
    def data(self) -> bytes:
        """The text as the project keeps it; UnicodeEncodeError beyond the project's code page."""
        return self.source.replace("\n", "\r\n").encode(CODE_PAGE)


def build(name: str, modules: Sequence[Module]) -> bytes:
    """Return the project."""
    streams = {module.name: compress(module.data) for module in modules}
    return compound.build(
        {
            "VBA": {"_VBA_PROJECT": _NO_CACHE, "dir": compress(_directory(name, modules)), **streams},
            "PROJECT": _project(name, modules),
            "PROJECTwm": _names(modules),
        }
    )


def compress(data: bytes) -> bytes:
    """Return a compressed container (2.4.1): text that repeats itself; ValueError where a chunk would grow."""
    return b"\x01" + b"".join(_chunk(data[start : start + _CHUNK]) for start in range(0, len(data), _CHUNK))


def _chunk(data: bytes) -> bytes:
    tokens = list(_tokens(data))
    body = b""
    for start in range(0, len(tokens), 8):
        group = tokens[start : start + 8]
        body += bytes([sum((len(token) == 2) << bit for bit, token in enumerate(group))]) + b"".join(group)  # noqa: PLR2004 - a copy token has two bytes
    if len(body) > _CHUNK:
        raise ValueError(len(body))
    # 2.4.1.1.5: length less three, signature 0b011, compressed.
    return struct.pack("<H", (len(body) + 2 - 3) | 0xB000) + body


def _tokens(data: bytes) -> Iterator[bytes]:
    """Yield the tokens of a chunk: a byte as it is, or where and how long the same bytes stood before (2.4.1.3.19)."""
    at = 0
    while at < len(data):
        # 2.4.1.3.19.1: the further into the chunk, the more bits say how far back, the fewer how long.
        bits = max((at - 1).bit_length(), 4)
        longest = min((0xFFFF >> bits) + 3, len(data) - at)
        length, found = 0, -1
        while length < longest:
            # It may run into the bytes that it is about to make.
            earlier = data.rfind(data[at : at + max(length + 1, 3)], 0, at + max(length, 2))
            if earlier < 0:
                break
            length, found = max(length + 1, 3), earlier
        if found < 0 or length > longest:
            yield data[at : at + 1]
            at += 1
        else:
            yield struct.pack("<H", (at - found - 1) << (16 - bits) | (length - 3))
            at += length


def encrypt(data: bytes, seed: int, project: str) -> str:
    """Return data as the project's lines of protection hold it (2.4.3.2): not a secret, a form."""
    key = sum(project.encode()) & 0xFF
    told = [seed, seed ^ 2, seed ^ key]
    plain = key
    for byte in bytes([seed]) * ((seed & 6) // 2) + struct.pack("<I", len(data)) + data:
        told.append(byte ^ ((told[-2] + plain) & 0xFF))
        plain = byte
    return bytes(told).hex().upper()


def _record(number: int, data: bytes) -> bytes:
    return struct.pack("<HI", number, len(data)) + data


def _both(number: int, unicode_number: int, text: str) -> bytes:
    return _record(number, text.encode(CODE_PAGE)) + _record(unicode_number, text.encode("utf-16-le"))


def _directory(name: str, modules: Sequence[Module]) -> bytes:
    """Return the stream ``dir`` (2.3.4.2) before compression."""
    library = _OFFICE.encode(CODE_PAGE)
    parts = [
        _record(0x01, struct.pack("<I", 1)),  # made for 32-bit Windows; every Office reads it
        _record(0x02, struct.pack("<I", 0x409)),
        _record(0x14, struct.pack("<I", 0x409)),
        _record(0x03, struct.pack("<H", int(CODE_PAGE.removeprefix("cp")))),
        _record(0x04, name.encode(CODE_PAGE)),
        _both(0x05, 0x40, ""),  # description
        _record(0x06, b"") + _record(0x3D, b""),  # help file
        _record(0x07, bytes(4)),  # help context
        _record(0x08, bytes(4)),  # library flags
        struct.pack("<HIIH", 0x09, 4, 1, 0),  # version 1.0: the one record whose length is not its length
        _both(0x0C, 0x3C, ""),  # constants
        _both(0x16, 0x3E, "Office"),
        _record(0x0D, struct.pack("<I", len(library)) + library + bytes(6)),
        _record(0x0F, struct.pack("<H", len(modules))),
        _record(0x13, b"\xff\xff"),
    ]
    for module in modules:
        parts += [
            _both(0x19, 0x47, module.name),
            _both(0x1A, 0x32, module.name),  # name of the stream
            _both(0x1C, 0x48, ""),  # description
            _record(0x31, bytes(4)),  # the source stands at the very beginning: nothing compiled before it
            _record(0x1E, bytes(4)),  # help context
            _record(0x2C, b"\xff\xff"),
            _record(0x22 if module.document else 0x21, b""),
            _record(0x2B, b""),
        ]
    return b"".join(parts) + _record(0x10, b"")


def _project(name: str, modules: Sequence[Module]) -> bytes:
    """Return the stream ``PROJECT`` (2.3.1): not protected, no password, shown to whoever wants to read it."""
    lines = [f'ID="{_ID}"']
    lines += [f"Document={one.name}/&H00000000" if one.document else f"Module={one.name}" for one in modules]
    lines += [
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{encrypt(bytes(4), _SEED, _ID)}"',
        f'DPB="{encrypt(bytes(1), _SEED, _ID)}"',
        f'GC="{encrypt(_VISIBLE, _SEED, _ID)}"',
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
        "",
    ]
    return "\r\n".join(lines).encode(CODE_PAGE)


def _names(modules: Sequence[Module]) -> bytes:
    """Return the stream ``PROJECTwm`` (2.3.3): each name in both encodings."""
    both = (one.name.encode(CODE_PAGE) + b"\0" + one.name.encode("utf-16-le") + b"\0\0" for one in modules)
    return b"".join(both) + b"\0\0"
