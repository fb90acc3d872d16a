"""A Belgian eID at the level of its APDUs, in a virtual reader: answers what a program asks that reads certificates.

It knows the file system of the card (PKCS#15 under 3F00/DF00, as OpenSC's ``card-belpic`` reads it) and no key: what
it shows is how cards are found, named and read. The reader's protocol is that of the virtual smart card project: two
bytes of length, then an APDU, or one byte of control.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Mapping

ATRS = {0x17: "3B9813400AA503010101AD1311", 0x18: "3B7F96000080318065B085040120120FFF829000"}
"""Version of the applet to the card's answer to reset: before 2021, and since."""
_FILES = {"Authentication": ("02", "5038"), "Signature": ("03", "5039"), "CA": ("04", "503A"), "Root": ("06", "503B")}
"""Label of a certificate to its identifier and its file."""
_MAIN, _FOLDER, _ATR = "3F00", "DF00", 4
_DONE, _NOT_FOUND, _WRONG_OFFSET, _UNKNOWN = b"\x90\x00", b"\x6a\x82", b"\x6b\x00", b"\x6d\x00"


def der(tag: int, *parts: bytes) -> bytes:
    """Return one value in DER."""
    body = b"".join(parts)
    size = len(body)
    length = (
        bytes([size])
        if size < 128
        else bytes([0x80 | (size.bit_length() + 7) // 8]) + size.to_bytes((size.bit_length() + 7) // 8)
    )
    return bytes([tag]) + length + body


class VirtualEid:
    """One card, with its certificates."""

    def __init__(self, certificates: Mapping[str, bytes], *, applet: int, serial: bytes) -> None:
        """Write the card: DER certificates by label, ``applet`` 0x17 or 0x18."""
        self.atr, self.applet, self.serial = bytes.fromhex(ATRS[applet]), applet, serial
        self.selected = ""
        self.files = {
            "2F00": der(0x61, der(0x4F, b"\xa0\0\0\1\x77PKCS-15"), der(0x51, bytes.fromhex(_MAIN + _FOLDER))),
            f"{_FOLDER}5031": der(0xA4, _path("5037")),
            f"{_FOLDER}5032": der(
                0x30,
                der(2, b"\0"),
                der(4, serial),
                der(0x0C, b"Belgium Government"),
                der(0x80, b"BELPIC"),
                der(3, b"\x04\x30"),  # flags: PIN protected, random numbers
            ),
            f"{_FOLDER}5037": b"".join(_entry(label) for label in certificates),
            **{_FOLDER + _FILES[label][1]: content for label, content in certificates.items()},
        }

    def answer(self, apdu: bytes) -> bytes:
        """Return the card's answer to a command."""
        if apdu[1] == 0xA4:
            name = apdu[5 : 5 + apdu[4]].hex().upper().removeprefix(_MAIN)
            self.selected = name
            return _DONE if name in {*self.files, "", _FOLDER} else _NOT_FOUND
        if apdu[1] == 0xB0:
            content = self.files.get(self.selected, b"")
            start, wanted = int.from_bytes(apdu[2:4]), apdu[4] or 256
            rest = content[start : start + wanted]
            if not rest:
                return _WRONG_OFFSET
            return rest + _DONE if len(rest) == wanted else bytes([0x6C, len(rest)])
        if apdu[1] == 0xE4:
            return self.serial.ljust(16, b"\0") + bytes([0xA5, 3, 1, 1, 1, self.applet, 0, 0, 17, 0, 0, 15]) + _DONE
        return _UNKNOWN

    def insert(self, port: int) -> None:
        """Put the card into the virtual reader that listens on ``port``; it stays until the reader goes."""
        wire = socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=self._serve, args=(wire,), daemon=True).start()

    def _serve(self, wire: socket.socket) -> None:
        with wire, contextlib.suppress(OSError), wire.makefile("rb") as asked:
            while size := asked.read(2):
                message = asked.read(struct.unpack(">H", size)[0])
                if message[:1] == bytes([_ATR]) and len(message) == 1:
                    self._send(wire, self.atr)
                elif len(message) > 1:
                    self._send(wire, self.answer(message))

    @staticmethod
    def _send(wire: socket.socket, answer: bytes) -> None:
        wire.sendall(struct.pack(">H", len(answer)) + answer)


def _path(name: str) -> bytes:
    return der(0x30, der(4, bytes.fromhex(_MAIN + _FOLDER + name)))


def _entry(label: str) -> bytes:
    """Return a certificate's line in the card's directory."""
    identifier, name = _FILES[label]
    authority = [der(1, b"\xff")] if label in {"CA", "Root"} else []
    return der(
        0x30,
        der(0x30, der(0x0C, label.encode())),
        der(0x30, der(4, bytes.fromhex(identifier)), *authority),
        der(0xA1, der(0x30, _path(name))),
    )
