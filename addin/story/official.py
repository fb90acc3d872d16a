"""The official workbook: filled from ours, its formulas brought up to date, and judged. Bytes in, bytes out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from addin.story import recalculate
from validators.guard import fill as filling
from validators.guard import words
from validators.guard.verdict import Verdict, guard
from validators.identifiers import mask
from workbook_templates.official import results

if TYPE_CHECKING:
    from validators.check import CheckResult
    from workbook_templates.official.map import Map

SUFFIXES = (".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True)
class Filled(filling.Filled):
    """A filled official workbook and what the guard says of it."""

    up_to_date: bool
    """Whether the stored results of all formulas are those of the filled cells."""
    verdict: Verdict


def fill(blank: bytes, name: str, known: Map, checked: CheckResult) -> Filled:
    """Return a blank official workbook filled with our rows; InputError where it cannot be.

    Formulas are computed by LibreOffice where it is there; else the workbook is marked to compute when it is opened.
    ``name`` is the blank's file name.
    """
    filled = filling.fill(blank, known, checked)
    copy = recalculate.computed(filled.workbook, PurePath(name).suffix.lower())
    if copy is None:
        workbook, missing = results.marked(filled.workbook), 1
    else:
        workbook, missing = results.with_results(filled.workbook, copy)
    verdict = guard(blank, workbook, known, checked)
    return Filled(workbook, filled.rows, filled.undated, filled.left, not missing, verdict)


def compare(blank: bytes, filled: bytes, known: Map | None, checked: CheckResult | None, suffix: str) -> Verdict:
    """Return the verdict on a filled workbook; its totals are computed anew where LibreOffice is there."""
    wanted = known is not None and checked is not None and known.totals
    return guard(blank, filled, known, checked, recalculate.computed(filled, suffix) if wanted else None)


def to_json(verdict: Verdict, lang: str) -> dict[str, Any]:
    """Return a verdict in the published shape of ``official compare --json``; money in cents."""
    return {
        "verdict": verdict.word,
        "clean": verdict.clean,
        "sentence": words.sentence(verdict, lang),
        "input_cells": verdict.filled,
        "differences": [
            {
                "kind": one.kind.value,
                "harmless": one.harmless,
                "part": one.part,
                "sheet": one.sheet,
                "place": one.place,
                "before": mask(one.before),
                "after": mask(one.after),
                "count": one.count,
                "text": words.told(one, lang)[1],
            }
            for one in verdict.differences
        ],
        "totals": [
            {
                "place": one.place,
                "ids": list(one.ids),
                "official_cents": one.official,
                "computed_cents": one.computed,
                "cents": one.ours,
                "equal": one.equal,
            }
            for one in verdict.totals
        ],
    }
