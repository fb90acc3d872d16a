"""The official workbook inside a package: the filled one, its blank and its map, so that anybody can judge it again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from validators.identifiers import mask
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from validators.check import CheckResult
    from validators.report import OfficialWorkbook, Report

MAP = "official-map.toml"
_BLANK = "official-blank"
"""Names of map and blank in a package; the blank has the ending of the filled workbook."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """An official workbook filled from ours, with what it is judged by."""

    name: str
    """File name of the filled workbook."""
    filled: bytes
    blank: bytes
    known: bytes
    """The map, as TOML."""
    computed: bytes | None = None
    """The filled workbook as LibreOffice computed it; None where nobody did."""

    def files(self) -> dict[str, bytes]:
        """Return the files by their names in the package."""
        return {mask(self.name): self.filled, _blank(self.name): self.blank, MAP: self.known}

    def evidence(self, checked: CheckResult) -> OfficialWorkbook:
        """Return what the report says of it; InputError where the verdict is not clean."""
        from validators.guard.evidence import evidence  # noqa: PLC0415 - most packages have no official workbook

        return evidence(self.filled, self.name, self.blank, self.known, checked, computed=self.computed)


def enclosed(report: Report, files: Mapping[str, bytes]) -> Enclosed | None:
    """Return the official workbook of a package, or None; KeyError, naming the file, where it is not what is reported.

    ``files`` are those of the package, by name.
    """
    told = report["official"]
    if told is None:
        return None
    wanted = {told["name"]: told["sha256"], _blank(told["name"]): told["blank_sha256"], MAP: told["map_sha256"]}
    for name, digest in wanted.items():
        if hashlib.sha256(files[name]).hexdigest() != digest:
            raise KeyError(name)
    return Enclosed(told["name"], *(files[name] for name in wanted))


def said(report: Report | None, lang: str) -> list[str]:
    """Return what a report says of its official workbook, as a sentence; nothing where there is none."""
    told = report["official"] if report else None
    if told is None:
        return []
    sentence = str(catalogue("validators", lang)["summary"]["official"])
    return [sentence.format(name=told["name"], cells=told["input_cells"])]


def _blank(name: str) -> str:
    return _BLANK + name[name.rindex(".") :].lower()
