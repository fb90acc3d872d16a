"""The entries of drop-down lists, wherever they stand: in the rule, in any sheet's cells, behind names, in tables.

A list that depends on another cell is told as unknown, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from workbook_templates.official.opening import Book
from workbook_templates.official.ranges import LAST_ROW, Range, parse
from workbook_templates.official.sheets import Grid, TableRange, Validation, Value

_MOST = 5_000
_DEPTH = 5
_CODE = 4
"""Characters of a code, at most."""
_CELLS = re.compile(
    r"(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?(?P<range>\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?"
    r"|\$?[A-Z]{1,3}:\$?[A-Z]{1,3})",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?(?P<name>[^\W\d][\w.\\?]*)")
_COLUMN = re.compile(r"(?P<table>[^\W\d][\w.]*)(?:\[(?:\[#Data\],)?\[?(?P<column>[^\[\]]+)\]?\])?")
_OFFSET = re.compile(r"OFFSET\((?P<base>[^,()]+),0?,0?,(?P<rest>COUNT.*|MATCH.*|SUM.*|MAX.*|\d+.*)\)", re.IGNORECASE)
_INDEX = re.compile(r"(?P<first>[^,():]*\$?[A-Z]+\$?\d+):INDEX\(.*\)", re.IGNORECASE)
_LITERAL = re.compile(r'INDIRECT\("(?P<text>(?:[^"]|"")*)"\)', re.IGNORECASE)


class Lists:
    """Everything of a workbook where a list may stand."""

    def __init__(self, book: Book, grids: Sequence[Grid]) -> None:
        self.names = book.names
        self.grids: Mapping[str, Grid] = {grid.name.upper(): grid for grid in grids}
        self.tables: dict[str, tuple[Grid, TableRange]] = {
            table.name.upper(): (grid, table) for grid in grids for table in grid.tables
        }

    def resolved(self, rule: Validation, home: Grid) -> Validation:
        """Return a validation with its list's entries where they can be known."""
        if rule.kind != "list":
            return rule
        found = self.entries(rule.formula, home)
        if found is None:
            return rule
        return replace(rule, values=found, known=True, meanings=self._meanings(rule.formula, home, found))

    def _meanings(self, formula: str, home: Grid, entries: Sequence[str]) -> tuple[str, ...]:
        """Return the texts right of a list of codes; nothing where not each code has one."""
        content = self.names.get((home.name, formula.upper()), self.names.get(("", formula.upper()), formula))
        place = self._place(content, home)
        if place is None or max(map(len, entries)) > _CODE or place[1].width > 1:
            return ()
        grid, cells = place
        texts = [grid.text(row, cells.right + 1) for row in range(cells.top, min(cells.bottom, cells.top + _MOST) + 1)]
        return tuple(texts) if len(texts) == len(entries) and all(len(text) > _CODE for text in texts) else ()

    def entries(self, formula: str, home: Grid, depth: int = 0) -> tuple[str, ...] | None:
        """Return the entries that a formula on sheet ``home`` gives; None where that depends on other cells."""
        text = formula.strip().removeprefix("=").strip()
        if len(text) > 1 and text[0] == text[-1] == '"':
            return _clean([entry.strip() for entry in text[1:-1].replace('""', '"').split(",")])
        if depth > _DEPTH:
            return None
        bare = text.replace(" ", "")
        literal, grown = _LITERAL.fullmatch(text), _OFFSET.fullmatch(bare) or _INDEX.fullmatch(bare)
        place = self._place(grown[1] if grown else text, home)
        if literal:
            found = self.entries(literal["text"].replace('""', '"'), home, depth + 1)
        elif place is not None:
            found = _clean(self._down(*place) if grown else self._cells(*place))
        else:
            found = self._named(text, home, depth)
        return found

    def _named(self, text: str, home: Grid, depth: int) -> tuple[str, ...] | None:
        """Return the entries behind a name, a sheet's own before the workbook's, or in a table's column."""
        name = _NAME.fullmatch(text)
        if name:
            sheet = _bare(name["sheet"]) or home.name
            content = self.names.get((sheet, name["name"].upper()), self.names.get(("", name["name"].upper())))
            if content is not None:
                return self.entries(content, home, depth + 1)
        column = _COLUMN.fullmatch(text)
        return self._table(column) if column and column["table"].upper() in self.tables else None

    def _place(self, text: str, home: Grid) -> tuple[Grid, Range] | None:
        found = _CELLS.fullmatch(text.strip())
        if not found:
            return None
        grid = self.grids.get(_bare(found["sheet"]).upper()) if found["sheet"] else home
        try:
            return (grid, parse(found["range"].upper())) if grid else None
        except ValueError:
            return None

    def _table(self, found: re.Match[str]) -> tuple[str, ...] | None:
        grid, table = self.tables[found["table"].upper()]
        wanted = (found["column"] or table.columns[0]).upper()
        for position, name in enumerate(table.columns):
            if name.upper() == wanted:
                body = table.range
                column = body.left + position
                return _clean(
                    self._cells(
                        grid,
                        Range(body.top + table.header_rows, column, body.bottom - table.totals_rows, column),
                    )
                )
        return None

    def _cells(self, grid: Grid, place: Range) -> list[str]:
        wanted = [
            at for at in (*grid.values, *grid.results) if place.holds(*at)
        ] if place.height * place.width > _MOST else [
            (row, column)
            for row in range(place.top, place.bottom + 1)
            for column in range(place.left, place.right + 1)
        ]  # fmt: skip
        return [_shown(grid.values.get(at, grid.results.get(at, ""))) for at in sorted(wanted)][:_MOST]

    def _down(self, grid: Grid, place: Range) -> list[str]:
        """Return the cells from the top of a range down to the first empty one."""
        found: list[str] = []
        for row in range(place.top, min(LAST_ROW, place.top + _MOST)):
            value = grid.values.get((row, place.left), grid.results.get((row, place.left), ""))
            if value == "":
                break
            found.append(_shown(value))
        return found


def _bare(sheet: str | None) -> str:
    if not sheet:
        return ""
    return sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet


def _shown(value: Value) -> str:
    """Return an entry as its cell shows it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return f"{value:.15g}" if isinstance(value, float) else value


def _clean(entries: Sequence[str]) -> tuple[str, ...] | None:
    """Return the entries that somebody can choose, each once; None where there is none."""
    return tuple(dict.fromkeys(entry for entry in entries if entry.strip())) or None
