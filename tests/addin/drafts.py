"""Workbooks for the macros: a report of PAS 2025 with a handful of faults, whose places are known."""

from __future__ import annotations

from pathlib import Path

from tests.validators.drafts import Draft, valid
from workbook_templates import packs

FAULTS = {
    ("volet_a", 3, "total_amount"): "12,50",
    ("volet_a", 4, "date"): "31/12/2025",
    ("volet_b", 5, "niss"): "85073003329",
    ("volet_b", 6, "nature"): "Autre chose",
    ("volet_c", 3, "label"): "divers",
}
"""(sheet, row of the table from 0, column) to what a user typed."""


def draft(rows: int = 20, lang: str = "fr", *, faults: bool = True) -> Draft:
    """Return a report whose rows are right, but for the faults."""
    made = valid(packs.load("pas", 2025), rows, lang)
    for (sheet, row, column), value in FAULTS.items() if faults else ():
        made.raw[sheet, made.address(sheet, row, column)] = value
    return made


def saved(folder: Path, made: Draft, name: str = "rapport.xlsx") -> Path:
    """Write a report into a folder."""
    path = folder / name
    path.write_bytes(made.to_bytes())
    return path
