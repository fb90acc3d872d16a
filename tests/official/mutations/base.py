"""What every change has in common: the workbook that it is made to, what must be said of it, texts that are swapped."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.official.blanks import edit
from workbook_templates import cells
from workbook_templates.official.facts import Kind
from workbook_templates.official.pages import Book, Content, Page

TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


@dataclass(frozen=True)
class Mutation:
    """One change that was made."""

    data: bytes
    kind: Kind
    sheet: str = ""
    """Name of the sheet that must be named; empty for none in particular."""
    place: str = ""
    """What the place, or the part, must name."""


@dataclass(frozen=True)
class Case:
    """A filled workbook on which changes are tried."""

    data: bytes
    filled: dict[str, set[tuple[int, int]]]
    """Official sheet to our cells."""
    free: tuple[str, int, int] | None
    """Sheet, row and column of an input cell behind our rows."""


Change = Callable[[Case, random.Random], Mutation | None]
CHANGES: dict[str, Change] = {}


def change(function: Change) -> Change:
    """Register a change by its name."""
    CHANGES[function.__name__] = function
    return function


def pages(case: Case) -> list[Page]:
    """Return the worksheets."""
    book = Book(case.data)
    return [book.page(name) for name in book.parts if "worksheet" in book.parts[name][0]]


def swapped(old: str, new: str) -> Callable[[str], str]:
    """Return what puts one text in another's place, once."""
    return lambda text: text.replace(old, new, 1)


def substituted(pattern: str, by: str) -> Callable[[str], str]:
    """Return what substitutes a pattern, once."""
    return lambda text: re.sub(pattern, by, text, count=1)


def pick(
    case: Case, dice: random.Random, wanted: Callable[[Page, tuple[int, int], Content], bool]
) -> tuple[Page, tuple[int, int], Content] | None:
    """Return a cell at random of those that are wanted."""
    found = [
        (page, place, content)
        for page in pages(case)
        for place, content in page.cells.items()
        if wanted(page, place, content)
    ]
    return dice.choice(found) if found else None


def cell(data: bytes, page: Page, place: tuple[int, int], change: Callable[[str], str]) -> bytes:
    """Return the workbook with a cell's XML changed."""
    address = cells.a1(*place)
    pattern = re.compile(rf'<((?:\w+:)?)c(?=\s)[^>]*?\br="{address}"[^>]*?(?:/>|>.*?</\1c>)', re.DOTALL)
    return edit(data, page.part, lambda text: pattern.sub(lambda found: change(found[0]), text, count=1))


def valued(xml: str, value: str) -> str:
    """Return a cell that holds a text; its style stays."""
    p, kept = re.match(r"<((?:\w+:)?)c\b(.*?)/?>", xml, re.DOTALL).groups()
    kept = re.sub(r'\s(?:t|cm|vm)="[^"]*"', "", kept)
    return f'<{p}c{kept} t="inlineStr"><{p}is><{p}t>{value}</{p}t></{p}is></{p}c>'
