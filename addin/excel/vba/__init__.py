"""The add-in's VBA: the modules of this folder, and one that is written from the actions and the catalogues."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from addin import files as disk
from addin import settings
from addin.excel import ribbon
from addin.excel.vbaproject import Module
from addin.macros.actions import ACTIONS
from addin.transport import wire
from addin.transport.clicks import Click
from addin.transport.wire import encode
from workbook_templates import cells
from workbook_templates.measure import LANGUAGES

PROJECT = "RapportUnique"
SHEET, WORKBOOK = "Sheet1", "ThisWorkbook"
"""Modules of the add-in's only sheet, and of the add-in itself."""
_LONGEST = 900
"""Letters of a line; VBA reads 1023."""


def modules() -> list[Module]:
    """Return the modules, in the order in which the editor shows them."""
    folder = files("addin.excel.vba")
    documents = [Module(name, (folder / f"{name}.cls").read_text("ascii"), document=True) for name in (WORKBOOK, SHEET)]
    written = [Module(name, (folder / f"{name}.bas").read_text("ascii")) for name in ("Host", "Logic")]
    return [*documents, *written, Module("Texts", _texts())]


def _texts() -> str:
    lines = [
        'Attribute VB_Name = "Texts"',
        "Option Explicit",
        "' Written by the build from the actions and the catalogues of texts. \\uXXXX is a letter beyond ASCII.",
        "",
        "Public Function Raw(ByVal lang As String, ByVal key As String) As String",
        "    Select Case lang",
        *(f'    Case "{lang}"\n        Raw = {lang.upper()}(key)' for lang in LANGUAGES),
        "    Case Else",
        "        Raw = Plain(key)",
        "    End Select",
        "End Function",
        *_function("Plain", _plain()),
    ]
    for lang in LANGUAGES:
        lines += _function(lang.upper(), ribbon.words(lang) | _asks(lang))
    return "\n".join([*lines, ""])


def _plain() -> dict[str, str]:
    """Return what depends on no language: names that the Python side has given, and the rules of the buttons."""
    told = {
        "languages": " ".join(LANGUAGES),
        "anywhere": " ".join(action.id for action in ACTIONS if action.anywhere),
        "identity": cells.IDENTITY_NAME,
        "home": disk.HOME_VARIABLE,
        "folder": disk.FOLDER,
        "settings": settings.NAME,
        "helper": wire.FILE,
    }
    return told | {f"asks.{action.id}": str(len(action.asks)) for action in ACTIONS}


def _asks(lang: str) -> dict[str, str]:
    """Return what is asked before an action, or after it was refused, as the local helper would say it."""
    told = {}
    for action in ACTIONS:
        for number, ask in enumerate(action.asks, 1):
            before = dict.fromkeys((one.name for one in action.asks[: number - 1]), "")
            told[f"asks.{action.id}.{number}"] = encode(Click(action, lang, before).ask(ask.after)).decode()
    return told


def _function(name: str, told: Mapping[str, str]) -> list[str]:
    lines = ["", f"Private Function {name}(ByVal key As String) As String", "    Select Case key"]
    for key, text in told.items():
        literals = _literals(text)
        lines += [f'    Case "{key}"', f"        {name} = {literals[0]}"]
        lines += [f"        {name} = {name} & {literal}" for literal in literals[1:]]
    return [*lines, "    End Select", "End Function"]


def _literals(text: str) -> list[str]:
    """Return a text as VBA strings of ASCII letters, each short enough for a line."""
    escapes = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '""'}
    letters = [escapes.get(one, one if one.isascii() else _code(one)) for one in text]
    lines = [""]
    for letter in letters:
        if len(lines[-1]) + len(letter) > _LONGEST:
            lines.append("")
        lines[-1] += letter
    return [f'"{line}"' for line in lines]


def _code(letter: str) -> str:
    units = letter.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
