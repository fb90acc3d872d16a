"""Where rows are to be typed in a foreign sheet: below which headings, from which row to which, and what ends them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workbook_templates import cells
from workbook_templates.official.ends import Ends, is_constant
from workbook_templates.official.formats import as_shown, is_example
from workbook_templates.official.legends import explained
from workbook_templates.official.ranges import LAST_ROW, Range
from workbook_templates.official.sheets import Grid, Place, TableRange, Validation

ENDS: Final = ("table", "protection", "formulas", "text", "validation", "style", "sheet")
"""What may end the room for rows."""
_FEWEST = 2
_MOST_LINES = 4
_BETWEEN = 6
"""Rows between a heading and the first row for data that may hold examples, numbers, explanations."""
_LONG = 38
"""Characters, on average, above which a line explains rather than names."""
_HALF = 0.5
_INDEX = re.compile(
    r"\(?(?:\d{1,2}|[A-Za-z]|[Cc]ol\w*\.? ?\d{1,2})[.)]?(?:\s*[-–−+=*/x×:]\s*\(?(?:\d{1,2}|[A-Za-z])[.)]?)*"
)
"""The number of a column, or how it is computed: ``(i) = (g) - (h)``."""
_MARK = re.compile(r"\W*(?:ex(?:emples?)?|bv|bijv|vb|voorbeeld|z ?b|beispiel|examples?|e ?g)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AreaColumn:
    """One column of an area."""

    number: int
    titles: tuple[str, ...]
    """Its heading, row by row, from the widest group to the column's own; a line break in a cell stays one."""
    format: str
    """Number format of its cells."""
    open: bool
    """Whether somebody may type there: no formula, no constant, not locked."""
    formula: str
    """Its formula in the first row, where it has one."""
    validation: Validation | None
    samples: tuple[str, ...] = ()
    """Examples that the workbook shows, as their cells show them."""
    note: str = ""
    """What comments, explanations and input messages say about it."""
    hidden: bool = False

    @property
    def letter(self) -> str:
        """The column's letters."""
        return cells.letters(self.number)

    @property
    def title(self) -> str:
        """The heading in one line."""
        return " / ".join(" ".join(title.split()) for title in self.titles)


@dataclass(frozen=True, slots=True)
class Area:
    """One place for rows."""

    header_rows: tuple[int, ...]
    """Rows (1-based) of the heading."""
    columns: tuple[AreaColumn, ...]
    first_row: int
    last_row: int
    """Last row that there is room for; :data:`~workbook_templates.official.ranges.LAST_ROW` where nothing ends it."""
    end: str
    """One of :data:`ENDS`."""
    caption: str = ""
    """The title nearest above the heading."""
    table: str = ""
    """Name of the table that the area is."""
    gaps: tuple[int, ...] = ()
    """Rows in between that hold subtotals."""

    @property
    def room(self) -> int:
        """Rows that fit."""
        return self.last_row - self.first_row + 1 - len(self.gaps)

    def column(self, letter: str) -> AreaColumn | None:
        """Return a column by its letters."""
        return next((one for one in self.columns if one.letter == letter), None)


def find_areas(grid: Grid, aggregated: Sequence[Range], written: Mapping[Place, str]) -> tuple[Area, ...]:
    """Return the areas of a sheet from top to bottom; ``aggregated`` are ranges of it that formulas look at.

    ``written`` are the texts that formulas show. A hidden sheet has no area: nobody types there.
    """
    if grid.visibility != "visible":
        return ()
    return tuple(
        sorted(_Finder(grid, aggregated, written).areas(), key=lambda one: (one.first_row, one.columns[0].number))
    )


class _Finder:
    """One sheet while its areas are found."""

    def __init__(self, grid: Grid, aggregated: Sequence[Range], written: Mapping[Place, str]) -> None:
        self.grid = grid
        self.aggregated = [one for one in aggregated if one.height > 1]
        self.rows: dict[int, dict[int, str]] = {}
        """Texts by row and column, merged ones in each of their cells."""
        self.filled: dict[int, set[int]] = {}
        """Columns with a constant by row."""
        for (row, column), value in grid.values.items():
            if value not in ("", 0):
                self.filled.setdefault(row, set()).add(column)
            text = _heading(value)
            if text:
                self.rows.setdefault(row, {})[column] = text
        for (row, column), text in written.items():
            self.rows.setdefault(row, {})[column] = text
        for merge in grid.merges:
            text = _heading(grid.values.get((merge.top, merge.left), written.get((merge.top, merge.left))))
            if text and merge.height <= _BETWEEN and merge.width <= 60:  # noqa: PLR2004 - wider ones are no headings
                for row in range(merge.top, merge.bottom + 1):
                    for column in range(merge.left, merge.right + 1):
                        self.rows.setdefault(row, {})[column] = text
                    self.filled.setdefault(row, set()).add(merge.left)
        self.ends = Ends(grid, self.aggregated, self.filled)

    def areas(self) -> Iterator[Area]:
        taken: list[Range] = []
        for table in self.grid.tables:
            area = self._of_table(table)
            if area:
                top = min(area.header_rows)
                taken.append(Range(top, table.range.left, table.range.bottom, table.range.right))
                yield area
        done = 0
        for row in sorted(self.rows):
            columns = self._headed(row, taken)
            if row <= done or len(columns) < _FEWEST or len(set(columns.values())) < _FEWEST:
                continue
            first = self._first_free(row, columns)
            if first is None or self._is_label_list(columns, first):
                continue
            if any(one.holds(at, column) for one in taken for at in range(row, first + 1) for column in columns):
                continue
            # The heading is the lowest fitting line; lines between it and the data explain or show examples.
            if any(self._heads(later, first, taken) for later in range(row + 1, first)):
                continue
            for area in self._of_rows(row, first, taken):
                done = max(done, area.first_row - 1)
                yield area

    # ------------------------------------------------------------------ headings

    def _headed(self, row: int, taken: Sequence[Range]) -> dict[int, str]:
        """Return the texts of a row outside the tables."""
        return {
            column: text
            for column, text in self.rows.get(row, {}).items()
            if not any(one.holds(row, column) for one in taken)
        }

    def _heads(self, row: int, first: int, taken: Sequence[Range]) -> bool:
        """Whether a row just above the data is a better heading than one further up."""
        columns = self._headed(row, taken)
        return (
            len(columns) >= _FEWEST
            and len(set(columns.values())) >= _FEWEST
            and self._line(row, columns) == "header"
            and self._first_free(row, columns) == first
        )

    def _line(self, row: int, columns: Mapping[int, str]) -> str:
        """Return what a line above the data is: ``header``, ``index``, ``example`` or ``help``."""
        texts = list(dict.fromkeys(columns.values()))
        if all(_INDEX.fullmatch(text) for text in texts):
            return "index"
        numbers = [at for at in self.filled.get(row, ()) if at not in columns]
        if numbers or _MARK.match(texts[0]) or sum(map(is_example, texts)) >= max(1, len(texts) // 4):
            return "example"
        if sum(map(len, texts)) > _LONG * len(texts):
            return "help"
        return "header"

    def _first_free(self, row: int, columns: Mapping[int, str]) -> int | None:
        """Return the first row below a heading whose cells are free for data."""
        for first in range(row + 1, min(row + 2 + _BETWEEN, LAST_ROW)):
            used = self.filled.get(first, set()) & columns.keys()
            used = {column for column in used if not is_constant(self.grid, first, column)}
            if self.grid.protected:
                opened = [column for column in columns if self.grid.open(first, column)]
                if len(opened) < min(_FEWEST, len(columns)):
                    continue
            if len(used) <= max(1, len(columns) * 15 // 100) - (len(columns) <= _FEWEST + 1):
                return first
        return None

    def _is_label_list(self, columns: Mapping[int, str], first: int) -> bool:
        """Whether the rows below are named each at their left: a form or an overview, no place for rows."""
        left = min(columns)
        for column in (left, left - 1, left - 2):
            here, below = self.grid.text(first, column), self.grid.text(first + 1, column)
            if column > 0 and here and below and here != below and not is_example(here):
                return True
        return False

    # ------------------------------------------------------------------ one area

    def _of_table(self, table: TableRange) -> Area | None:
        place = table.range
        if not table.header_rows:
            return None
        first, last = place.top + table.header_rows, place.bottom - table.totals_rows
        columns = {}
        for offset, name in enumerate(table.columns):
            column = place.left + offset
            columns[column] = self.rows.get(place.top, {}).get(column) or " ".join(name.split())
        if last < first:
            return None
        return self._area(place.top, columns, first, (last, "table", ()), table.name)

    def _of_rows(self, row: int, first: int, taken: Sequence[Range]) -> Iterator[Area]:
        columns = self._headed(row, taken)
        first = self._first_wanted(row, first, columns)
        for segment in _segments(columns):
            if len(segment) >= _FEWEST:
                area = self._area(row, segment, first, self.ends.last(first, segment), "")
                if area:
                    yield area

    def _first_wanted(self, row: int, first: int, columns: Mapping[int, str]) -> int:
        """Return the first row for data: an example above it is one where formulas count it or cells are open."""
        start = first
        for example in range(first - 1, row, -1):
            if self._line(example, self.rows.get(example, {}) or {0: ""}) != "example":
                break
            counted = [
                column
                for column in columns
                if any(one.holds(example, column) and not one.holds(row, column) for one in self.aggregated)
                or (self.grid.protected and self.grid.open(example, column))
                or ((rule := self.grid.validation(example, column)) and rule is self.grid.validation(first, column))
            ]
            if not counted:
                break
            start = example
        return start

    def _area(
        self, row: int, columns: Mapping[int, str], first: int, end: tuple[int, str, tuple[int, ...]], table: str
    ) -> Area | None:
        lines = self._lines(row, columns)
        titles = {column: self._titles(lines, column) for column in columns}
        helps = [at for at in range(row + 1, first) if self._kind(at) in {"help", "header"}]
        examples = [at for at in range(row + 1, first + 1) if self._kind(at) == "example"]
        caption = self._caption(lines[0], columns)
        found = []
        for column in sorted(columns):
            merge = self.grid.merge(row, column)
            if merge and merge.left != column and merge.width > 1 and not self.grid.formulas.get((first, column)):
                continue  # the heading spans the cells that belong to one
            constant = (first, column) in self.grid.values and is_constant(self.grid, first, column)
            rule = self.grid.validation(first, column)
            can = self.grid.open(first, column) and not (constant and rule is None)
            notes = [self.rows.get(at, {}).get(column, "") for at in helps]
            notes += [self.grid.notes.get((at, column), "") for at in (*lines, first)]
            notes += [rule.prompt if rule else ""]
            rule = rule and explained(rule, [*titles[column], *notes, caption])
            samples = [self._sample(at, column) for at in examples]
            found.append(
                AreaColumn(
                    column,
                    titles[column],
                    self.grid.look(first, column).format,
                    can,
                    self.grid.formulas.get((first, column), ""),
                    rule,
                    tuple(sample for sample in samples if sample),
                    " ".join(note for note in dict.fromkeys(notes) if note),
                    hidden=column in self.grid.hidden_columns,
                )
            )
        if sum(one.open for one in found) < _FEWEST:
            return None
        return Area(tuple(lines), tuple(found), first, end[0], end[1], caption, table, end[2])

    def _kind(self, row: int) -> str:
        columns = self.rows.get(row, {})
        if not columns:
            return "example" if self.filled.get(row) else ""
        return self._line(row, columns)

    def _sample(self, row: int, column: int) -> str:
        value = self.grid.values.get((row, column))
        return "" if value is None else as_shown(value, self.grid.look(row, column).format)

    def _lines(self, row: int, columns: Mapping[int, str]) -> list[int]:
        """Return the rows of a heading: groups and other languages stand above its last line."""
        lines = [row]
        while len(lines) < _MOST_LINES and lines[0] > 1:
            above = lines[0] - 1
            texts = {column: text for column, text in self.rows.get(above, {}).items() if column in columns}
            distinct = set(texts.values())
            if not texts or self._line(above, texts) != "header":
                break
            grouping = [one for one in self.grid.merges if one.top <= above <= one.bottom and one.left in texts]
            wide = any(one.width > _HALF * len(columns) for one in grouping) and len(distinct) == 1
            partial = len(distinct) == 1 and min(texts) > min(columns)
            if wide or not (len(texts) >= _HALF * len(columns) or grouping or partial):
                break
            if len(distinct) == 1 and not partial:
                break
            lines.insert(0, above)
        return lines

    def _titles(self, lines: Sequence[int], column: int) -> tuple[str, ...]:
        found = [self.rows.get(row, {}).get(column, "") for row in lines]
        return tuple(dict.fromkeys(text for text in found if text))

    def _caption(self, row: int, columns: Mapping[int, str]) -> str:
        """Return the title above a heading, at most four rows away."""
        for above in range(row - 1, max(0, row - 5), -1):
            texts = dict.fromkeys(self.rows.get(above, {}).values())
            if len(texts) == 1 and min(self.rows[above]) <= max(columns):
                return next(iter(texts))
        return ""


def _heading(value: object) -> str:
    """Return a text without needless blanks, its line breaks kept; empty for a number."""
    if not isinstance(value, str):
        return ""
    return "\n".join(line for part in value.splitlines() if (line := " ".join(part.split())))


def _segments(columns: Mapping[int, str]) -> list[dict[int, str]]:
    """Return the columns of a heading, apart where the same headings begin again behind a gap."""
    runs: list[dict[int, str]] = []
    for column in sorted(columns):
        if not runs or column - 1 not in runs[-1]:
            runs.append({})
        runs[-1][column] = columns[column]
    found: list[dict[int, str]] = []
    for run in runs:
        if found and len(set(run.values()) & set(found[-1].values())) < _FEWEST:
            found[-1] |= run
        else:
            found.append(run)
    return found
