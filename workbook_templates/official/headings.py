"""Headings that formulas write: a form in several languages looks its texts up in a sheet of translations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from workbook_templates.official.ranges import Range, references
from workbook_templates.official.sheets import Grid, Place

_MOST = 6
"""Languages, at most: cells of the range that a heading is looked up in."""
_RUN = 4
"""Formulas below each other from which they are rows rather than lines of a heading."""
_RELATIVE = re.compile(r"(?<![!$\w.:'])[A-Z]{1,3}[0-9]{1,7}(?![\w(!])")
"""A cell of the own sheet that moves when the formula is copied."""


def written(grids: Sequence[Grid]) -> dict[str, dict[Place, str]]:
    """Return the texts that formulas show in each sheet because they look them up elsewhere, all languages in one.

    Where a formula looks nothing up, what it showed when the workbook was saved is its text. Formulas of rows, which
    look at their own row or stand one below the other, have none.
    """
    by_name = {grid.name.upper(): grid for grid in grids}
    return {grid.name: _of_sheet(grid, by_name) for grid in grids if grid.visibility == "visible"}


def _of_sheet(grid: Grid, by_name: Mapping[str, Grid]) -> dict[Place, str]:
    found: dict[Place, str] = {}
    for place, formula in grid.formulas.items():
        if "!" not in formula or _RELATIVE.search(re.sub(r'"(?:[^"]|"")*"', "", formula)):
            continue
        text = _looked_up(formula, by_name) or grid.results.get(place, "")
        if isinstance(text, str) and text.strip():
            found[place] = text
    return {place: text for place, text in found.items() if _run(place, found) < _RUN}


def _run(place: Place, found: Mapping[Place, str]) -> int:
    """Return how many such formulas stand one below the other here."""
    row, column = place
    top = next(at for at in range(row, 0, -1) if (at - 1, column) not in found)
    bottom = next(at for at in range(row, row + _RUN + 1) if (at + 1, column) not in found or at == row + _RUN)
    return bottom - top + 1


def _looked_up(formula: str, by_name: Mapping[str, Grid]) -> str:
    """Return the texts of the first range of another sheet that a formula looks at, in one."""
    for sheet, place in references(formula):
        home = by_name.get(sheet.upper())
        if home is None or not _is_line(place):
            continue
        cells = [(row, at) for row in range(place.top, place.bottom + 1) for at in range(place.left, place.right + 1)]
        texts = dict.fromkeys(text for cell in cells if (text := home.text(*cell)))
        if texts:
            return " / ".join(texts)
    return ""


def _is_line(place: Range) -> bool:
    return min(place.height, place.width) == 1 and max(place.height, place.width) <= _MOST
