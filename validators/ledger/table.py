"""The ledger as one table: every sheet with the same headings, column by column, and each row's place in the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from validators.ledger.errors import LedgerError
from validators.ledger.header import Located, locate
from validators.ledger.read import Grid, LedgerFile
from validators.ledger.words import CREDIT, DEBIT, FALLBACK, OTHER, SIDE, Names, plain
from workbook_templates import cells

_MONEY = ("total_amount", DEBIT)
_AMOUNTS = (*_MONEY, CREDIT, SIDE)
_ENOUGH = 4
"""Columns of the report that a sheet must have for its rows to be of the same ledger as those of another."""
_CLEAR = 2.5
"""How much better than any other sheet's a header must be known for that sheet to be the ledger."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one sheet below its header."""

    grid: Grid
    header: Located
    at: tuple[int, ...]
    """0-based column of the sheet for each column of the table; -1 where this sheet has it not."""
    first: int
    """0-based row of the first row of data."""
    count: int


@dataclass(frozen=True, slots=True)
class Table:
    """A ledger's rows below its headings, whatever they are: expenses, totals, blanks."""

    titles: tuple[str, ...]
    columns: tuple[Sequence[object], ...]
    """Raw values of each heading's column, ``""`` for an empty cell; one entry for each row of every part."""
    parts: tuple[Part, ...]
    starts: tuple[int, ...]
    """Position of each part's first row."""
    unread: tuple[str, ...]
    """Names of sheets that hold something, but no such table."""
    _different: dict[int, AbstractSet[object]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def count(self) -> int:
        """Rows, blank ones included."""
        return sum(part.count for part in self.parts)

    @property
    def header(self) -> Located:
        """Header of the first part; the others say the same."""
        return self.parts[0].header

    def part_of(self, row: int) -> tuple[Part, int]:
        """Return the part that a row stands in, and its 0-based row in that sheet."""
        number = bisect_right(self.starts, row) - 1
        part = self.parts[number]
        return part, part.first + row - self.starts[number]

    def line(self, row: int) -> int:
        """Return the 1-based row in its sheet."""
        return self.part_of(row)[1] + 1

    def lines(self, rows: Sequence[int], most: int = 0) -> str:
        """Return rows as ranges of lines, ``12-480, 502``; of several sheets, with their names. ``most`` shortens."""
        ranges: list[tuple[str, int, int]] = []
        for row in rows:
            part, index = self.part_of(row)
            name = f"{part.grid.name}!" if len(self.parts) > 1 else ""
            if ranges and ranges[-1][::2] == (name, index):
                ranges[-1] = (name, ranges[-1][1], index + 1)
            else:
                ranges.append((name, index + 1, index + 1))
        shown = ranges[:most] if most else ranges
        said = [f"{name}{first}" if first == last else f"{name}{first}-{last}" for name, first, last in shown]
        return ", ".join(said) + (" …" if len(shown) < len(ranges) else "")

    def place(self, row: int, slot: int) -> str:
        """Return a cell's address, with its sheet where there are several."""
        part, index = self.part_of(row)
        address = cells.a1(index + 1, part.at[slot] + 1)
        return f"{part.grid.name}!{address}" if len(self.parts) > 1 else address

    def different(self, slot: int) -> AbstractSet[object]:
        """Return the different values of a column, blanks left out."""
        if slot not in self._different:
            self._different[slot] = different(self.columns[slot])
        return self._different[slot]

    def row(self, row: int) -> Sequence[object]:
        """Return the raw cells of a row, those outside the table included."""
        part, index = self.part_of(row)
        return part.grid.rows[index]

    def headings(self, slot: int) -> frozenset[str]:
        """Return what the header says of a column, in plain form: whole, and line by line."""
        lines = {line[part.at[slot]] for part in self.parts if part.at[slot] >= 0 for line in part.header.lines}
        return frozenset({plain(self.titles[slot]), *lines})

    def hidden(self, slot: int) -> bool:
        """Whether a column is hidden in every part."""
        return all(part.at[slot] in part.grid.hidden_columns for part in self.parts)


def different(values: Iterable[object]) -> AbstractSet[object]:
    """Return the different values among some, blanks left out."""
    return {value for value in set(values) if value.__class__ is not str or value.strip()}


def build(file: LedgerFile, names: Names, sheets: Sequence[str] = ()) -> Table:
    """Return the ledger's table; LedgerError where no sheet has one, or two sheets have different ones.

    ``sheets`` names those to read, where the centre has decided it.
    """
    grids = [grid for grid in file.grids if not sheets or grid.name in sheets]
    found = [(grid, header) for grid in grids if (header := locate(grid, names)) and _has_body(grid, header)]
    if not found:
        raise LedgerError("RU-L04")
    best = max(header.score for _, header in found)
    main = next(header for _, header in found if header.score == best)
    same = [header for _, header in found if header.fingerprint == main.fingerprint]
    others = [header for _, header in found if header not in same]
    others = [header for header in others if _is_ledger(header) or _titles(header) == _titles(main)]
    alike = [header for header in others if _by_meaning(main, header)]
    rivals = [header for header in others if header not in alike]
    if rivals and best - max(rival.score for rival in rivals) < _CLEAR and not sheets:
        raise LedgerError("RU-L20", first=main.grid.name, second=rivals[0].grid.name)
    every = [header for _, header in found if header in same or header in alike]
    if not all(_by_meaning(every[0], header) for header in every) and alike:
        every = [main, *(header for header in every if header is not main)]
    parts = [
        Part(header.grid, header, at, header.last + 1, len(header.grid.rows) - header.last - 1)
        for header, at in zip(every, _reordered(every) if alike else _aligned(every), strict=True)
    ]
    used = {header.grid.name for header in every}
    unread = tuple(grid.name for grid in file.grids if grid.name not in used and any(map(any, grid.rows)))
    return assemble(parts, unread)


def assemble(parts: Sequence[Part], unread: Sequence[str]) -> Table:
    """Return the table of parts with the same headings."""
    first, width = parts[0], len(parts[0].at)
    titles = [first.header.titles[at] if at >= 0 else "" for at in first.at]
    columns: list[Sequence[object]] = [() for _ in range(width)]
    for part in parts:
        body = part.grid.rows[part.first : part.first + part.count]
        by_position = list(zip(*body, strict=True)) if body else []
        for slot in range(width):
            there = by_position[part.at[slot]] if by_position and part.at[slot] >= 0 else ("",) * part.count
            columns[slot] = (*columns[slot], *there) if columns[slot] else there
    starts = [sum(part.count for part in parts[:number]) for number in range(len(parts))]
    return Table(tuple(titles), tuple(columns), tuple(parts), tuple(starts), tuple(unread))


def _aligned(headers: Sequence[Located]) -> list[tuple[int, ...]]:
    """Return for each header which column of its sheet each column of the table is.

    The same headings stand under each other, wherever a sheet has an empty column more; what has no heading keeps its
    distance where the sheets agree, and stands apart where they do not.
    """
    starts = [next(position for position, title in enumerate(header.titles) if title) for header in headers]
    widths = [len(header.titles) - start for header, start in zip(headers, starts, strict=True)]
    titled = [
        tuple(position for position, title in enumerate(header.titles[start:]) if title)
        for header, start in zip(headers, starts, strict=True)
    ]
    if len(set(titled)) == 1:
        slots = range(max(widths))
        return [
            tuple(start + slot if slot < width else -1 for slot in slots)
            for start, width in zip(starts, widths, strict=True)
        ]
    found: list[list[int]] = [[start + position for position in own] for start, own in zip(starts, titled, strict=True)]
    for number, (header, start) in enumerate(zip(headers, starts, strict=True)):
        body = header.grid.rows[header.last + 1 :]
        for position in range(start, len(header.titles)):
            if not header.titles[position] and any(row[position] != "" for row in body):
                for other, slots_ in enumerate(found):
                    slots_.append(position if other == number else -1)
    return [tuple(own) for own in found]


def _meanings(header: Located) -> dict[str, int]:
    """Return the columns that only one heading names, each with its place."""
    found: dict[str, list[int]] = {}
    for position, candidates in enumerate(header.candidates):
        best = max((one.rank for one in candidates), default=FALLBACK)
        told = {one.column for one in candidates if one.rank == best}
        if best > FALLBACK and len(told) == 1 and (column := told.pop()) != OTHER:
            found.setdefault(column, []).append(position)
    return {column: places[0] for column, places in found.items() if len(places) == 1}


def _titles(header: Located) -> list[str]:
    return sorted(filter(None, map(plain, header.titles)))


def _by_meaning(main: Located, other: Located) -> bool:
    """Whether a sheet's columns are some of the main one's, in other words or in another order: a sheet a month."""
    if _titles(main) == _titles(other):
        return True
    ours, theirs = _meanings(main), _meanings(other)
    money = {column for column in _AMOUNTS if column in ours}
    return (
        theirs.keys() <= ours.keys()
        and money == {column for column in _AMOUNTS if column in theirs}
        and not money.isdisjoint(_MONEY)
        and "date" in theirs
        and len(theirs) >= _ENOUGH
    )


def _reordered(headers: Sequence[Located]) -> list[tuple[int, ...]]:
    """Return for each header which column of its sheet each column of the first one's is, by meaning, then by title."""
    first = headers[0]
    start = next(position for position, title in enumerate(first.titles) if title)
    meant = {position: column for column, position in _meanings(first).items()}
    found = []
    for header in headers:
        theirs, titles = _meanings(header), [plain(title) for title in header.titles]
        if _titles(header) == _titles(first):
            theirs = {}
        at = [
            theirs.get(meant[position], -1)
            if theirs and position in meant
            else titles.index(said)
            if (said := plain(title)) and said in titles
            else -1
            for position, title in enumerate(first.titles)
        ]
        found.append(tuple(at[start:]) if header is not first else tuple(range(start, len(first.titles))))
    return found


def _has_body(grid: Grid, header: Located) -> bool:
    return any(any(value != "" for value in row) for row in grid.rows[header.last + 1 :])


def _is_ledger(header: Located) -> bool:
    """Whether a sheet's headings are those of a ledger: an amount, and a date or a document."""
    said = {one.column for candidates in header.candidates for one in candidates}
    return any(column in said for column in _MONEY) and bool(said & {"date", "document_number"})


def line_of(row: Sequence[object]) -> tuple[str, ...]:
    """Return a row in plain form, to be compared with a header's lines."""
    return tuple(plain(str(value)) if value != "" else "" for value in row)
