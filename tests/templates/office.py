"""LibreOffice, headless, in a profile of its own that recalculates every workbook it loads."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Mapping
from pathlib import Path

_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""0: always; LibreOffice trusts the cached results of a workbook otherwise."""
_A_FILE = 10
"""Seconds that one workbook may take."""


_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,false,false,false,false,false,{number}"
"""UTF-8, numbers as the cell holds them rather than as it shows them; the last token counts sheets from 1."""


def resaved(workbooks: Mapping[str, bytes], folder: Path, kind: str = "xlsx") -> dict[str, bytes]:
    """Return each workbook as LibreOffice saves it after recalculating, or prints it where ``kind`` is ``pdf``."""
    target = _converted(workbooks, folder, kind)
    return {name: (target / f"{name}.{kind}").read_bytes() for name in workbooks}


def computed(workbooks: Mapping[str, bytes], sheet: int, folder: Path) -> dict[str, list[list[str]]]:
    """Return the cells of one sheet of each workbook, counted from 0, as LibreOffice computes them.

    Saving one sheet alone as text costs half of what a whole workbook does.
    """
    target = _converted(workbooks, folder, _CSV.format(number=sheet + 1))
    found = {}
    for name in workbooks:
        (path,) = target.glob(f"{name}-*.csv")
        with path.open(encoding="utf-8", newline="") as file:
            found[name] = list(csv.reader(file))
    return found


def _converted(workbooks: Mapping[str, bytes], folder: Path, kind: str) -> Path:
    """Let one LibreOffice load and save all the workbooks, and return the folder with what it made."""
    profile, source, target = folder / "profile", folder / "source", folder / "target"
    for made in (profile / "user", source, target):
        made.mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    for name, data in workbooks.items():
        (source / f"{name}.xlsx").write_bytes(data)
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(target),
            *(str(source / f"{name}.xlsx") for name in workbooks),
        ],
        check=True,
        capture_output=True,
        timeout=60 + _A_FILE * len(workbooks),
    )
    return target
