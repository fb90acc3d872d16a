"""Let LibreOffice compute a workbook's formulas, where this machine has it: a copy is converted, never the original."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com",
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
)
"""Where it is installed on systems that have no common folder for programs."""
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""
"""Every formula is computed on loading (LibreOffice trusts stored results otherwise), and no macro runs."""
_PATIENCE = 180
"""Seconds."""


def program() -> str | None:
    """Return LibreOffice's program; None where this machine has none."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).exists()), None)


def computed(workbook: bytes, suffix: str = ".xlsx") -> bytes | None:
    """Return a copy of a workbook with every formula computed; None where LibreOffice is missing or cannot."""
    office = program()
    if office is None:
        return None
    with tempfile.TemporaryDirectory(prefix="rapport-unique-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "profile" / "user").mkdir(parents=True)
        (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        source = folder / f"workbook{suffix}"
        source.write_bytes(workbook)
        command = [
            office,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--norestore", "--convert-to", "xlsx:Calc MS Excel 2007 XML"),
            *("--outdir", str(folder / "out"), str(source)),
        ]
        # No window of a console flashes up on Windows.
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0) if sys.platform == "win32" else 0
        try:
            subprocess.run(  # noqa: S603 - LibreOffice, with arguments of our own
                command, check=True, capture_output=True, timeout=_PATIENCE, creationflags=flags
            )
            return (folder / "out" / "workbook.xlsx").read_bytes()
        except (OSError, subprocess.SubprocessError):
            return None
