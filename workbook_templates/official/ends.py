"""What ends the room for rows below a heading: locked cells, what formulas add up, a total, a list's rule, a style."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from workbook_templates.official.ranges import LAST_ROW, Range, references
from workbook_templates.official.sheets import Grid


def is_constant(grid: Grid, row: int, column: int) -> bool:
    """Whether a column counts its rows, or holds the same text in each."""
    here, below = grid.values.get((row, column)), grid.values.get((row + 1, column))
    if isinstance(here, float) and isinstance(below, float):
        return below - here == 1
    return isinstance(here, str) and here == below


class Ends:
    """One sheet, and where rows for data end in it."""

    def __init__(self, grid: Grid, aggregated: Sequence[Range], filled: Mapping[int, set[int]]) -> None:
        self.grid = grid
        self.aggregated = aggregated
        self.filled = filled
        """Columns with a constant by row."""
        self.column_styles: dict[int, list[int]] = {}
        """Rows with a style of their own by column."""
        for row, column in sorted(grid.styles):
            self.column_styles.setdefault(column, []).append(row)
        self.formula_rows: dict[int, list[int]] = {}
        for row, column in sorted(grid.formulas):
            self.formula_rows.setdefault(column, []).append(row)

    def last(self, first: int, columns: Mapping[int, str]) -> tuple[int, str, tuple[int, ...]]:
        """Return the last row for data, what ends it, and the rows of subtotals in between.

        Rows go on below a subtotal where the next ones have a subtotal of their own, or a total of all below them.
        """
        last, end = self._of_block(first, columns)
        gaps: list[int] = []
        start = first
        while self._adds_up(last + 1, (start, last), columns) and self._alike(first, last + 2, columns):
            following = self._of_block(last + 2, columns)[0]
            told = [(last + 2, following), (first, following)]
            if following >= LAST_ROW or not any(self._adds_up(following + 1, block, columns) for block in told):
                break
            gaps.append(last + 1)
            start, last, end = last + 2, following, "formulas"
        return last, end, tuple(gaps)

    def _adds_up(self, row: int, block: tuple[int, int], columns: Mapping[int, str]) -> bool:
        """Whether a row adds up exactly the rows of a block, in a column that is typed into."""
        return any(
            place.top == block[0] and place.bottom == block[1] and place.left == place.right == column
            for column in columns
            if (block[0], column) not in self.grid.formulas
            for _, place in references(self.grid.formulas.get((row, column), ""))
        )

    def _alike(self, first: int, row: int, columns: Mapping[int, str]) -> bool:
        """Whether a row is one for data as the first one is: as open, with the same formulas and rules."""
        grid = self.grid
        for column in columns:
            here, there = grid.validation(first, column), grid.validation(row, column)
            if (here and (here.kind, here.values)) != (there and (there.kind, there.values)):
                return False
            if ((first, column) in grid.formulas) != ((row, column) in grid.formulas):
                return False
            if grid.open(first, column) != grid.open(row, column):
                return False
        return True

    def _of_block(self, first: int, columns: Mapping[int, str]) -> tuple[int, str]:
        """Return the last row of a block and what ends it: the nearest of what is certain, else of what is likely."""
        open_columns = [column for column in columns if self.grid.open(first, column)]
        certain = [(self._stop(first, columns) - 1, "text")]
        if self.grid.protected:
            certain.append((_most_common(self._open_until(first, column) for column in open_columns), "protection"))
        looked = [
            one.bottom
            for one in self.aggregated
            if one.bottom < LAST_ROW and any(one.holds(first, column) for column in columns)
        ]
        row_formulas = [self._formulas_until(first, at) for at in columns if (first, at) in self.grid.formulas]
        row_formulas = [bottom for bottom in row_formulas if bottom > first]
        certain += [(_most_common(bottoms), "formulas") for bottoms in (looked, row_formulas) if bottoms]
        found = min(certain)
        if found[0] < LAST_ROW and found[1] != "text":
            return found
        rules = [
            one.bottom
            for column in open_columns
            if (rule := self.grid.validation(first, column))
            for one in rule.ranges
            if one.holds(first, column) and one.bottom < LAST_ROW
        ]
        if rules:
            return min(found, (_most_common(rules), "validation"))
        styled = _most_common(self._styled_until(first, column) for column in open_columns)
        if styled > first:
            return min(found, (styled, "style"))
        return found if found[0] < LAST_ROW else (LAST_ROW, "sheet")

    def _stop(self, first: int, columns: Mapping[int, str]) -> int:
        """Return the first row below that holds something which is no data: a total, a text, the next heading."""
        constant = {column for column in columns if (first, column) in self.grid.values}
        formulas = {column for column in columns if (first, column) in self.grid.formulas}
        wanted = columns.keys() - constant
        stop = LAST_ROW + 1
        for row, used in self.filled.items():
            if first < row < stop and used & wanted:
                stop = row
        for column in columns.keys() - formulas:
            stop = next((row for row in self.formula_rows.get(column, ()) if first < row < stop), stop)
        # A single constant column may go on below, as a total's label does.
        for column in constant:
            if is_constant(self.grid, first, column):
                stop = min(stop, self._constant_until(first, column) + 1)
        return stop

    def _constant_until(self, first: int, column: int) -> int:
        row = first
        while row < LAST_ROW and is_constant(self.grid, row, column):
            row += 1
        return row

    def _open_until(self, first: int, column: int) -> int:
        """Return the last row below ``first`` without a gap that protection leaves open."""
        grid = self.grid
        explicit = self.column_styles.get(column, [])
        rows = sorted({*explicit, *grid.row_styles})
        default = self._default_locked(column)
        last = first
        if not default and not any(one.holds(first, column) for one in grid.editable):
            return next((row - 1 for row in rows if row > first and not grid.unlocked(row, column)), LAST_ROW)
        while last < LAST_ROW and grid.unlocked(last + 1, column):
            last += 1
        return last

    def _default_locked(self, column: int) -> bool:
        style = next((style for first, last, style in self.grid.column_styles if first <= column <= last), 0)
        return self.grid.looks[style].locked if style < len(self.grid.looks) else True

    def _formulas_until(self, first: int, column: int) -> int:
        row = first
        while (row + 1, column) in self.grid.formulas:
            row += 1
        return row

    def _styled_until(self, first: int, column: int) -> int:
        row = first
        wanted = self.grid.styles.get((first, column))
        look = self.grid.look(first, column)
        if wanted is None or not (look.bordered or look.filled):
            return first
        while (below := self.grid.styles.get((row + 1, column))) is not None and (
            below == wanted or self.grid.look(row + 1, column).bordered or self.grid.look(row + 1, column).filled
        ):
            row += 1
        return row


def _most_common(values: Iterable[int]) -> int:
    """Return the most frequent value, the smallest of equally frequent ones; the end of the sheet for none."""
    counted = Counter(values)
    return min(counted, key=lambda value: (-counted[value], value)) if counted else LAST_ROW
