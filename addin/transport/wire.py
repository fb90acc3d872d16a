r"""What a spreadsheet and the local helper say to each other: lines of ``key TAB value`` over HTTP on this machine.

A line is as easily written in VBA as in Python. In values a backslash, a line feed, a carriage return and a tab are
written ``\\``, ``\n``, ``\r`` and ``\t``; a key may come more than once. Here is the format alone: nothing listens.
"""

from __future__ import annotations

import hmac
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPMessage, parse_headers
from pathlib import Path

from addin import files

LOOPBACK = "127.0.0.1"
"""The only address that the helper listens on."""
FILE = "helper.txt"
"""Where a host reads how to reach the helper; in the user's folder."""
CONTENT_TYPE = "text/plain; charset=utf-8"
BIGGEST_BODY = 64 * 1024
BIGGEST_HEAD = 8 * 1024
_START = re.compile(rb"(GET|POST) (/[!-~]*) HTTP/1\.1\r\n")
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_PLAIN = {escaped[1]: plain for plain, escaped in _ESCAPES.items()}
_ESCAPED = re.compile(r"\\(.?)")

Field = tuple[str, str]


class WireError(Exception):
    """A request that is refused before anything is done for it."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Head:
    """What comes before the body of a request, once it is known to be from a host of this user."""

    method: str
    path: str
    length: int
    """Bytes of the body."""


@dataclass(frozen=True, slots=True)
class Address:
    """How to reach a helper."""

    port: int
    token: str
    """Whoever knows it may ask; 43 letters, digits, ``-`` and ``_``."""
    version: str
    pid: int

    @property
    def host(self) -> str:
        """What a request's ``Host`` header says."""
        return f"{LOOPBACK}:{self.port}"

    def publish(self) -> None:
        """Write it for hosts, in place of an older one.

        The file is its owner's alone; on Windows the list of who may enter the user's folder sees to that.
        """
        told = {"port": self.port, "token": self.token, "version": self.version, "pid": self.pid}
        files.write(_file(), encode((key, str(value)) for key, value in told.items()), private=True)

    def withdraw(self) -> None:
        """Remove what was published, unless another helper has published itself since."""
        if published() == self:
            _file().unlink(missing_ok=True)


def _file() -> Path:
    return files.home() / FILE


def published() -> Address | None:
    """Return how to reach the helper, which may not run any more; None where the file is absent or damaged."""
    try:
        told = dict(decode(_file().read_bytes()))
        return Address(int(told["port"]), told["token"], told["version"], int(told["pid"]))
    except (OSError, KeyError, ValueError):
        return None


def encode(fields: Iterable[Field]) -> bytes:
    """Return fields as lines."""
    return "".join(f"{key}\t{_escaped(value)}\n" for key, value in fields).encode()


def _escaped(value: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in value)


def decode(data: bytes) -> list[Field]:
    """Return the fields of lines; ValueError where they are none."""
    fields = []
    for line in data.decode().replace("\r\n", "\n").split("\n"):
        if line:
            key, tab, value = line.partition("\t")
            if not key or not tab:
                raise ValueError(line)
            fields.append((key, _unescaped(value)))
    return fields


def _unescaped(value: str) -> str:
    try:
        return _ESCAPED.sub(lambda found: _PLAIN[found[1]], value)
    except KeyError:
        raise ValueError(value) from None


def read_head(data: bytes, address: Address) -> Head:
    """Return the head of a request, which ends with an empty line; WireError where it is to be refused.

    A page in a browser can have the browser ask this address: but it cannot know the token, its ``Origin`` comes along,
    and if it has had a name of its own point here, that name is the ``Host``.
    """
    start = _START.match(data)
    if not start:
        raise WireError(HTTPStatus.BAD_REQUEST)
    try:
        headers = parse_headers(io.BytesIO(data[start.end() :]))
    except (HTTPException, UnicodeError):
        raise WireError(HTTPStatus.BAD_REQUEST) from None
    if headers.defects or headers.get_payload():
        # A line that is no header would hide those behind it.
        raise WireError(HTTPStatus.BAD_REQUEST)
    if "Origin" in headers or headers.get_all("Host") != [address.host]:
        raise WireError(HTTPStatus.FORBIDDEN)
    told = headers.get_all("Authorization") or [""]
    if len(told) != 1 or not hmac.compare_digest(told[0].encode(), f"Bearer {address.token}".encode()):
        raise WireError(HTTPStatus.UNAUTHORIZED)
    return Head(start[1].decode(), start[2].decode(), _length(headers))


def _length(headers: HTTPMessage) -> int:
    told = headers.get_all("Content-Length") or ["0"]
    if "Transfer-Encoding" in headers or len(told) != 1 or not re.fullmatch(r"[0-9]{1,18}", told[0]):
        raise WireError(HTTPStatus.BAD_REQUEST)
    if int(told[0]) > BIGGEST_BODY:
        raise WireError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return int(told[0])


def answer(status: HTTPStatus, fields: Iterable[Field] = ()) -> bytes:
    """Return an answer as it goes over the wire."""
    body = encode(fields)
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"Content-Type: {CONTENT_TYPE}",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join([*head, "", ""]).encode() + body


def one(fields: Iterable[Field]) -> Mapping[str, str]:
    """Return fields that come once each, by key; ValueError where one comes twice."""
    told: dict[str, str] = {}
    for key, value in fields:
        if key in told:
            raise ValueError(key)
        told[key] = value
    return told
