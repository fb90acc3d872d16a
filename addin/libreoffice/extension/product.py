"""The way to the installed program: in this process where its Python is LibreOffice's own, else by the local helper."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any, Mapping

from . import helper

PLACE = "libreoffice.txt"
"""File in the user's folder that says where the program is; its installer writes it."""
_WARMED: list[bool] = []


class MissingError(Exception):
    """The program cannot be reached: ``kind`` names the sentence that says so."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Inside:
    """The program, in this process."""

    def __init__(self, module: Any, context: Any, document: Any, cancelled: threading.Event) -> None:
        self._module, self._context, self._document, self._cancelled = module, context, document, cancelled

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_error: object) -> None:
        """Leave nothing behind."""

    def run(self, action: str, answers: Mapping[str, str], lang: str) -> dict[str, list[str]]:
        """Return fields: a question, or what is told at the end."""
        fields = self._module.click(self._context, self._document, action, answers, lang, self._cancelled.is_set)
        return helper.grouped(fields)


def way(context: Any, document: Any, cancelled: threading.Event) -> Any:
    """Return the way to the program, to be entered; MissingError where there is none.

    What is raised in between must pass no generator: an exception of LibreOffice's loses its way there.
    """
    module = inside()
    if module:
        return Inside(module, context, document, cancelled)
    address = helper.address(home())
    if address is None:
        raise MissingError("missing")
    return helper.Helper(address, context, document, cancelled)


def inside() -> Any:
    """Return the program's module for this process; None where its Python is another one."""
    place = helper.read(home() / PLACE)
    here = "{}.{}".format(*sys.version_info[:2])
    if not sys.platform.startswith("linux") or place.get("python") != [here]:
        return None
    for path in reversed(place.get("path", [])):
        if path not in sys.path:
            sys.path.insert(0, path)
    try:
        from addin.transport import inside as program  # noqa: PLC0415 - found only now
    except ImportError:
        return None
    return program


def warm_up() -> None:
    """Load the program while the user is still looking at the workbook, once."""
    if not _WARMED:
        _WARMED.append(True)
        threading.Thread(target=inside, name="rapport-unique-warm", daemon=True).start()


def home() -> Path:
    """Return the user's folder of the program, where the program itself looks for it."""
    moved = os.environ.get("RAPPORT_UNIQUE_HOME")
    if moved:
        return Path(moved)
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA", ""))
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support"
    else:
        told = os.environ.get("XDG_DATA_HOME", "").strip()
        folder = Path(told) if told else Path.home() / ".local" / "share"
    return folder / "rapport-unique"
