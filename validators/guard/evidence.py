"""What a report says of the official workbook that goes into the package: taken only with a clean verdict."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, cast

from validators.guard.errors import GuardError
from validators.guard.verdict import OfficialTotal, Verdict, guard
from validators.guard.words import sentence
from validators.identifiers import mask
from validators.official.errors import read_map

if TYPE_CHECKING:
    from validators.check import CheckResult
    from validators.report import OfficialWorkbook


def evidence(
    filled: bytes, name: str, blank: bytes, known: bytes, checked: CheckResult, *, computed: bytes | None = None
) -> OfficialWorkbook:
    """Return what stands in the report; GuardError where the verdict on the filled workbook is not clean.

    ``name`` is its file name, ``known`` the map as TOML; ``computed`` is the workbook as LibreOffice computed it.
    """
    mapped = read_map(known.decode("utf-8", "replace"))
    verdict = guard(blank, filled, mapped, checked, computed)
    if not verdict.clean:
        raise GuardError("RU-O32", verdict=sentence(verdict, checked.lang))
    filled_in: dict[str, object] = {
        "name": mask(name),
        "sha256": hashlib.sha256(filled).hexdigest(),
        "blank_sha256": hashlib.sha256(blank).hexdigest(),
        "map_sha256": hashlib.sha256(known).hexdigest(),
        "verdict": "clean",
        "input_cells": verdict.filled,
        "totals": [{"place": total.place, "ids": list(total.ids), "cents": total.ours} for total in _shown(verdict)],
    }
    return cast("OfficialWorkbook", filled_in)


def _shown(verdict: Verdict) -> list[OfficialTotal]:
    return sorted(verdict.totals, key=lambda total: total.place)
