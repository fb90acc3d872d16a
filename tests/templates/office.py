"""LibreOffice, headless, in a profile of its own that recalculates every workbook it loads."""

from __future__ import annotations

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


def resaved(workbooks: Mapping[str, bytes], folder: Path, kind: str = "xlsx") -> dict[str, bytes]:
    """Return each workbook as LibreOffice saves it after recalculating, or prints it where ``kind`` is ``pdf``."""
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
    return {name: (target / f"{name}.{kind}").read_bytes() for name in workbooks}
