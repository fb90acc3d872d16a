"""Arithmetic formulas of a sheet, computed again: what a cell shows must be what its formula gives.

Only what accountants write in a row: numbers, cells of the same sheet, ``+ - * /``, per cent, parentheses, ``SUM`` and
``ROUND`` (ECMA-376 part 1, 18.17). Everything else is unsupported, and said to be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from workbook_templates import cells

Value = float | str | None
Lookup = Callable[[int, int], Value]
"""(row, column), 1-based, to what the cell holds."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)"
    r"|(?P<cell>\$?[A-Za-z]{1,3}\$?\d+(?![\w.(!]))"
    r"|(?P<function>SUM|ROUND)\("
    r"|(?P<mark>[-+*/%(),:]))"
)
_MOST_CELLS = 1_100_000
"""A whole column, and a little more."""


class UnsupportedError(Exception):
    """A formula that is more than arithmetic within its sheet."""


def compute(formula: str, value_of: Lookup, shift: tuple[int, int] = (0, 0)) -> Value:
    """Return what a formula gives, where relative addresses are moved by ``shift`` rows and columns.

    A formula that is one address gives whatever that cell holds. UnsupportedError for anything but arithmetic.
    """
    reader = _Reader(formula, value_of, shift)
    lone = reader.lone_cell()
    if lone:
        return value_of(*lone)
    result = reader.sum()
    reader.end()
    return result


class _Reader:
    """A formula while it is read from left to right."""

    def __init__(self, formula: str, value_of: Lookup, shift: tuple[int, int]) -> None:
        self.tokens = list(_tokens(formula))
        self.at = 0
        self.value_of = value_of
        self.shift = shift

    def lone_cell(self) -> tuple[int, int] | None:
        if len(self.tokens) == 1 and self.tokens[0][0] == "cell":
            return self.place(self.tokens[0][1])
        return None

    def end(self) -> None:
        if self.at != len(self.tokens):
            raise UnsupportedError

    def take(self, *marks: str) -> str:
        """Return the next token if it is one of the marks, else nothing."""
        if self.at < len(self.tokens) and self.tokens[self.at] in [("mark", mark) for mark in marks]:
            self.at += 1
            return self.tokens[self.at - 1][1]
        return ""

    def want(self, mark: str) -> None:
        if not self.take(mark):
            raise UnsupportedError

    def sum(self) -> float:
        result = self.product()
        while sign := self.take("+", "-"):
            result += self.product() if sign == "+" else -self.product()
        return result

    def product(self) -> float:
        result = self.signed()
        while sign := self.take("*", "/"):
            other = self.signed()
            if sign == "/" and not other:
                raise UnsupportedError
            result = result * other if sign == "*" else result / other
        return result

    def signed(self) -> float:
        if self.take("-"):
            return -self.signed()
        if self.take("+"):
            return self.signed()
        result = self.primary()
        while self.take("%"):
            result /= 100
        return result

    def primary(self) -> float:
        if self.take("("):
            result = self.sum()
            self.want(")")
            return result
        if self.at >= len(self.tokens):
            raise UnsupportedError
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return float(text)
        if kind == "cell":
            return self.number(*self.place(text))
        if kind == "function":
            return self.total() if text == "SUM" else self.rounded()
        raise UnsupportedError

    def total(self) -> float:
        result = 0.0
        while True:
            first = self.tokens[self.at : self.at + 3]
            if [kind for kind, _ in first] == ["cell", "mark", "cell"] and first[1][1] == ":":
                self.at += 3
                result += self.range(self.place(first[0][1]), self.place(first[2][1]))
            else:
                result += self.sum()
            if self.take(")"):
                return result
            self.want(",")

    def rounded(self) -> float:
        number = self.sum()
        self.want(",")
        digits = int(self.sum())
        self.want(")")
        unit = Decimal(1).scaleb(-digits)
        # Fifteen digits, as spreadsheets have it: 1.005 means what it says.
        return float(Decimal(f"{number:.15g}").quantize(unit, rounding=ROUND_HALF_UP))

    def range(self, first: tuple[int, int], last: tuple[int, int]) -> float:
        if (abs(last[0] - first[0]) + 1) * (abs(last[1] - first[1]) + 1) > _MOST_CELLS:
            raise UnsupportedError
        rows, columns = sorted((first[0], last[0])), sorted((first[1], last[1]))
        values = (
            self.value_of(row, column)
            for row in range(rows[0], rows[1] + 1)
            for column in range(columns[0], columns[1] + 1)
        )
        return sum(value for value in values if isinstance(value, float))

    def number(self, row: int, column: int) -> float:
        value = self.value_of(row, column)
        if isinstance(value, str):
            raise UnsupportedError
        return value or 0.0

    def place(self, text: str) -> tuple[int, int]:
        row, column = cells.parse(text.upper())
        mark = text.rfind("$")
        row += 0 if mark > 0 else self.shift[0]
        column += 0 if text.startswith("$") else self.shift[1]
        if row < 1 or column < 1:
            raise UnsupportedError
        return row, column


def _tokens(formula: str) -> Iterator[tuple[str, str]]:
    at = 0
    text = formula.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found or not found.lastgroup:
            raise UnsupportedError
        yield found.lastgroup, found[found.lastgroup]
        at = found.end()
