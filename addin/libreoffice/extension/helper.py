"""A client of the local helper: for a LibreOffice whose Python is not the program's.

The helper works in the open document through a pipe that this process opens for it, never through a port. What goes
over the wire are lines of ``key TAB value``.
"""

from __future__ import annotations

import http.client
import time
import uuid
from typing import TYPE_CHECKING, Any, Iterable, Mapping

if TYPE_CHECKING:
    import threading
    from pathlib import Path

_ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))
_PLAIN = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t"}
_PATIENCE = 10
"""Seconds for an answer; a run itself is asked for again and again."""
_PAUSE = 0.1


class Helper:
    """The helper, and the pipe through which it reaches this LibreOffice."""

    def __init__(
        self, address: Mapping[str, list[str]], context: Any, document: Any, cancelled: threading.Event
    ) -> None:
        self._port, self._token = int(address["port"][0]), address["token"][0]
        self._context, self._document, self._cancelled = context, document, cancelled
        self._pipe = "rapport-unique-" + uuid.uuid4().hex
        self._acceptor: Any = None

    def __enter__(self) -> Any:
        manager = self._context.ServiceManager
        self._acceptor = manager.createInstanceWithContext("com.sun.star.office.Acceptor", self._context)
        self._acceptor.initialize((f"pipe,name={self._pipe};urp;StarOffice.ComponentContext",))
        return self

    def __exit__(self, *_error: object) -> None:
        self._acceptor.dispose()

    def run(self, action: str, answers: Mapping[str, str], lang: str) -> dict[str, list[str]]:
        """Return fields: a question, or what is told at the end; OSError where nobody answers."""
        told = self._exchange(
            "POST",
            "/run",
            [
                ("action", action),
                ("host", "libreoffice"),
                ("window", self._pipe),
                ("book", self._document.Title),
                ("path", self._document.URL),
                ("lang", lang),
                *((f"answer.{name}", value) for name, value in answers.items()),
            ],
        )
        job, stopping = told.get("job", [""])[0], False
        while told["state"] == ["running"]:
            if self._cancelled.is_set() and not stopping:
                stopping = True
                self._exchange("POST", f"/jobs/{job}/cancel", [])
            time.sleep(_PAUSE)
            told = self._exchange("GET", f"/jobs/{job}", [])
        return told

    def _exchange(self, method: str, path: str, fields: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)
        try:
            headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "text/plain; charset=utf-8"}
            connection.request(method, path, encode(fields) if method == "POST" else None, headers)
            answer = connection.getresponse()
            data = answer.read()
        except http.client.HTTPException as error:
            raise OSError from error
        finally:
            connection.close()
        if answer.status != http.client.OK:
            raise OSError(answer.status)
        return grouped(decode(data))


def address(folder: Path) -> dict[str, list[str]] | None:
    """Return how the helper is reached, from the file that it wrote; None where it is not running."""
    found = read(folder / "helper.txt")
    return found if "port" in found and "token" in found else None


def read(path: Path) -> dict[str, list[str]]:
    """Return the fields of a file; none where it cannot be read."""
    try:
        return grouped(decode(path.read_bytes()))
    except (OSError, ValueError):
        return {}


def encode(fields: Iterable[tuple[str, str]]) -> bytes:
    """Return fields as lines."""
    return "".join(f"{key}\t{_escaped(value)}\n" for key, value in fields).encode("utf-8")


def decode(data: bytes) -> list[tuple[str, str]]:
    """Return the fields of lines."""
    lines = (line.rstrip("\r").partition("\t") for line in data.decode("utf-8").split("\n"))
    return [(key, _unescaped(value)) for key, tab, value in lines if tab]


def grouped(fields: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the values of each key, in their order."""
    told: dict[str, list[str]] = {}
    for key, value in fields:
        told.setdefault(key, []).append(value)
    return told


def _escaped(value: str) -> str:
    for plain, escaped in _ESCAPES:
        value = value.replace(plain, escaped)
    return value


def _unescaped(value: str) -> str:
    letters = iter(value)
    return "".join(_PLAIN.get(next(letters, ""), "") if one == "\\" else one for one in letters)
