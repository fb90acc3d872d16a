"""How a workbook looks: fonts, colours, number formats, row heights, printing. Nothing else decides on looks."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbook_templates.cells import letters
from workbook_templates.measure import Column, ColumnType

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

INK, PALE, LINE, QUIET = "#1F3A5F", "#EEF3F9", "#B8C4D3", "#4A5A6A"
_OPTIONAL = "#6B84A3"
NUMBER_FORMATS = {
    ColumnType.DATE: "dd/mm/yyyy",
    ColumnType.AMOUNT: "#,##0.00",
    ColumnType.COUNT: "0",
    ColumnType.NUMBER: "0.00##",
}
"""Everything else is text, so that leading zeros survive a paste. Grouping and decimal mark follow the system."""
FONT, FONT_SIZE = "Calibri", 11
AMBER = "#FFF1CC"
STATUS_COLOURS = (("-E", "#FBDDD9"), ("", AMBER))
"""Colour of a row by what its status holds, the first that applies: red for an error, amber for a warning."""
CONTROL_WIDTHS = (14, 12, 15, 34, 20, 27, 32, 30, 26)
"""Widths in characters of the control sheet's columns."""
_LINE_HEIGHT = 15.0
"""Height of one line of text, in points."""
_LETTERS = 1.08
"""Letters of running text that fit where a column is one digit wide; they are narrower than digits on average."""
_TITLE_HEIGHT, _INTRO_HEIGHT, _HEADER_HEIGHT = 26, 18, 48
PROTECTION = {
    "autofilter": True,
    "sort": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}
"""What may be done in a protected sheet; there is no password: it guards from slips, not from people."""


@dataclass(frozen=True, slots=True)
class Styles:
    """The cell formats of a workbook."""

    book: Workbook

    def make(self, **properties: Any) -> Format:  # noqa: ANN401 - what XlsxWriter takes
        """Return a format; locked unless said otherwise."""
        return self.book.add_format({"font_name": FONT, "font_size": FONT_SIZE, "valign": "top", **properties})

    @property
    def title(self) -> Format:
        """The heading of a sheet."""
        return self.make(bold=True, font_size=16, font_color=INK, valign="vcenter")

    @property
    def intro(self) -> Format:
        """The sentence below it."""
        return self.make(font_color=QUIET)

    def header(self, *, optional: bool = False, **more: Any) -> Format:  # noqa: ANN401 - what XlsxWriter takes
        """The header of a table; that of a column which may stay empty is paler."""
        look = {"bold": True, "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter", "border": 1}
        return self.make(**look, bg_color=_OPTIONAL if optional else INK, border_color="#FFFFFF", **more)

    def input(self, column: Column, **more: Any) -> Format:  # noqa: ANN401 - what XlsxWriter takes
        """The cells of a column that the user fills."""
        place = {"align": "center"} if column.type is ColumnType.DATE else {}
        return self.make(locked=False, num_format=number_format(column), **place, **more)


def number_format(column: Column) -> str:
    """Return the number format of a column's cells."""
    return NUMBER_FORMATS.get(column.type, "@")


def status_formula(mark: str, cell: str) -> str:
    """Return the formula that tells whether a status cell holds a mark, or anything for the empty mark."""
    return f'=ISNUMBER(SEARCH("{mark}",{cell}))' if mark else f'={cell}<>""'


def height(text: str, width: int) -> float:
    """Return the height in points of a wrapped text in a column ``width`` digits wide."""
    return _LINE_HEIGHT * len(textwrap.wrap(text, int(width * _LETTERS)) or [""])


def heading(page: Worksheet, styles: Styles, title: str, intro: str, locked_rows: int) -> None:
    """Write the title and the introduction of a sheet; so many rows on top are locked all the way."""
    heights = {0: _TITLE_HEIGHT, 1: _INTRO_HEIGHT}
    for row in range(locked_rows):
        page.set_row(row, heights.get(row), styles.make())
    page.write_string(0, 0, title, styles.title)
    page.write_string(1, 0, intro, styles.intro)


def add_table(
    page: Worksheet, name: str, headers: list[tuple[str, bool]], styles: Styles, header: int, last: int
) -> None:
    """Add a table down to ``last``; XlsxWriter walks every cell of a table, so it gets two rows, then the range.

    ``headers`` tell which columns must be filled.
    """
    right = len(headers) - 1
    wanted, optional = styles.header(), styles.header(optional=True)
    columns = [{"header": text, "header_format": wanted if required else optional} for text, required in headers]
    page.set_row(header, _HEADER_HEIGHT)
    page.add_table(header, 0, header + 1, right, {"name": name, "style": None, "columns": columns})
    whole = f"A{header + 1}:{letters(right + 1)}{last + 1}"
    page.tables[-1].update(dict.fromkeys(("range", "a_range", "autofilter"), whole))


def printing(page: Worksheet, header_row: int | None = None) -> None:
    """Print on A4 across, one page wide, with the header on each page and name, sheet and page number below."""
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    if header_row is not None:
        page.repeat_rows(header_row)
    page.set_footer("&L&8&F&C&8&A&R&8&P / &N")
