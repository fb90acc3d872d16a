"""The portable module of Excel's add-in, run by LibreOffice."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from addin.excel import vba, vbaproject, xlam

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.addin.office import Office

EXECUTE_ALWAYS = 4
"""LibreOffice's number for it."""


class Call(Protocol):
    """Calls a function of the add-in."""

    def __call__(self, function: str, *arguments: object) -> str:
        """Return its value as text."""


def probe() -> vbaproject.Module:
    """Return a module that calls each public function of the portable one: LibreOffice tells errors in values only."""
    source = next(module.source for module in vba.modules() if module.name == "Logic")
    lines = ['Attribute VB_Name = "Probe"', "Option Explicit"]
    for name, parameters in re.findall(r"^Public Function (\w+)\((.*)\) As", source, re.MULTILINE):
        # A number does not arrive as one: it is sent as text.
        names = re.sub(r"ByVal (\w+) As String", r"\1", re.sub(r"ByVal (\w+) As Long", r"CLng(\1)", parameters))
        lines += [
            f"Public Function Call{name}({parameters.replace('As Long', 'As String')}) As String",
            "    On Error GoTo Failed",
            f"    Call{name} = CStr(Logic.{name}({names}))",
            "    Exit Function",
            "Failed:",
            f'    Call{name} = "Error: " & Err.Description',
            "End Function",
        ]
    # Half a letter would not survive the way to Python, so the bytes of one are asked for where it is made.
    half = 'Logic.ToHex(Logic.Unescaped("a\\ud83dz"))'
    lines += ["Public Function CallHalf() As String", f"    CallHalf = {half}", "End Function"]
    return vbaproject.Module("Probe", "\n".join([*lines, ""]))


@contextmanager
def add_in(office: Office, folder: Path) -> Iterator[Call]:
    """Open the add-in in LibreOffice, without the module that needs Excel."""
    modules = [module for module in vba.modules() if module.name in ("Logic", "Texts", vba.SHEET)]
    path = folder / xlam.NAME
    path.write_bytes(xlam.pack(vbaproject.build(vba.PROJECT, [*modules, probe()])))
    book = office.open(path, FilterName="Calc MS Excel 2007 VBA XML", MacroExecutionMode=EXECUTE_ALWAYS)
    scripts = book.getScriptProvider()

    def run(function: str, *arguments: object) -> str:
        place = f"vnd.sun.star.script:{vba.PROJECT}.Probe.Call{function}?language=Basic&location=document"
        told = scripts.getScript(place).invoke(tuple(map(str, arguments)), (), ())[0]
        assert not told.startswith("Error"), (function, arguments, told)
        return str(told)

    yield run
    book.close(True)  # noqa: FBT003 - LibreOffice's way
