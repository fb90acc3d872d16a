"""The sheets that the program fills: the findings of the last check, the balance of each import, and its repairs.

All of them are there from the beginning, empty and visible: whatever is written into them is seen by those who sign.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from workbook_templates import cells
from workbook_templates.measure import Column, ColumnType, Measure, Text
from workbook_templates.parts import Package, add_below
from workbook_templates.styles import (
    AMBER,
    CONTROL_WIDTHS,
    LINE,
    NUMBER_FORMATS,
    PALE,
    PROTECTION,
    QUIET,
    STATUS_COLOURS,
    Styles,
    add_table,
    heading,
    printing,
    status_formula,
)
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_CONTROL_TAB, _RECORD_TAB = "#D98E04", "#6B8E5A"
_WIDTHS = {cells.IMPORTS: (9, 34, 10, 16, 90, 22), cells.REPAIRS: (9, 26, 16, 34, 34, 48)}
COLUMNS = {cells.IMPORTS: cells.IMPORT_COLUMNS, cells.REPAIRS: cells.REPAIR_COLUMNS}
"""Columns of the sheets that keep growing."""
_CAPACITY = {cells.IMPORTS: cells.IMPORT_CAPACITY, cells.REPAIRS: cells.REPAIR_CAPACITY}
_TYPES = {"number": ColumnType.COUNT, "rows": ColumnType.COUNT, "amount": ColumnType.AMOUNT}
_EMPTY = Text("", "", "", "")
_LOOKS = {
    "ledger": {"bold": True, "bg_color": PALE},
    "difference": {"bold": True, "bottom": 1, "border_color": LINE},
}
"""Keys of the first and the last line of a balance, and how they look."""


def write_records(book: Workbook, styles: Styles, measure: Measure, lang: str) -> None:
    """Add the sheets for findings, imports and repairs of a measure, in a language."""
    _control_sheet(book, styles, measure, lang)
    for sheet_id in (cells.IMPORTS, cells.REPAIRS):
        _record_sheet(book, styles, measure, lang, sheet_id)


def append(package: Package, rows: Mapping[str, Sequence[Sequence[object]]]) -> None:
    """Add rows to the sheets of imports and repairs, amounts in cents.

    CapacityError where a sheet has too little room, KeyError where the workbook has no such sheet.
    """
    for sheet_id, lines in rows.items():
        if lines:
            at = package.layout.sheets[sheet_id].columns
            columns = zip(COLUMNS[sheet_id], zip(*lines, strict=True), strict=True)
            add_below(package, sheet_id, list(at.values()), [(_column(name), at[name], told) for name, told in columns])


def _column(name: str) -> Column:
    return Column(name, _TYPES.get(name, ColumnType.TEXT), _EMPTY, _EMPTY)


def _record_sheet(book: Workbook, styles: Styles, measure: Measure, lang: str, sheet_id: str) -> None:
    """Add a sheet that keeps growing below its header; nothing in it is to be typed."""
    words = catalogue("workbook_templates", lang)
    name = words["sheets"][sheet_id]
    page = book.add_worksheet(name)
    header = cells.HEADER_ROW - 1
    heading(page, styles, f"{name} – {measure.title[lang]}", words[f"{sheet_id}_intro"], header)
    columns, last = COLUMNS[sheet_id], header + _CAPACITY[sheet_id]
    add_table(page, sheet_id, [(words[sheet_id][column], True) for column in columns], styles, header, last)
    for position, (column, width) in enumerate(zip(columns, _WIDTHS[sheet_id], strict=True)):
        look: dict[str, object] = {"font_color": QUIET} if column in {"key", "number"} else {}
        look |= {"align": "center"} if column == "number" else {"indent": 1} if column == "detail" else {}
        wrapped = sheet_id == cells.REPAIRS and column in {"before", "after", "reason"}
        form = NUMBER_FORMATS.get(_TYPES.get(column, ColumnType.TEXT), "@")
        style = styles.make(num_format=form, text_wrap=wrapped, **look)
        page.set_column(position, position, width, style)
        letter = cells.letters(position + 1)
        place = f"{cells.quote(name)}!${letter}${header + 2}:${letter}${last + 1}"
        book.define_name(cells.column_name(sheet_id, column), f"={place}")
    if sheet_id == cells.IMPORTS:
        key = f"${cells.letters(len(columns))}{header + 2}"
        for wanted, look in _LOOKS.items():
            rule = {"type": "formula", "criteria": f'={key}="{wanted}"', "format": book.add_format(look)}
            page.conditional_format(header + 1, 0, last, len(columns) - 1, rule)
    page.set_tab_color(_RECORD_TAB)
    page.freeze_panes(header + 1, 0)
    page.protect("", PROTECTION)
    printing(page, header)


def _control_sheet(book: Workbook, styles: Styles, measure: Measure, lang: str) -> None:
    words = catalogue("workbook_templates", lang)
    name = words["sheets"][cells.CONTROL]
    page = book.add_worksheet(name)
    header = cells.HEADER_ROW - 1
    heading(page, styles, f"{name} – {measure.title[lang]}", words["control_intro"], header)
    page.write_string(2, 0, words["never_checked"], styles.make(bold=True))
    headers = [(words["control"][column], True) for column in cells.CONTROL_COLUMNS]
    add_table(page, cells.CONTROL, headers, styles, header, header + cells.CONTROL_CAPACITY)
    for position, (column, width) in enumerate(zip(cells.CONTROL_COLUMNS, CONTROL_WIDTHS, strict=True)):
        look = {"font_color": "#0563C1", "underline": 1} if column == "place" else {}
        page.set_column(position, position, width, styles.make(locked=False, text_wrap=True, num_format="@", **look))
        letter = cells.letters(position + 1)
        place = f"{cells.quote(name)}!${letter}${header + 2}:${letter}${header + 1 + cells.CONTROL_CAPACITY}"
        book.define_name(cells.column_name(cells.CONTROL, column), f"={place}")
    page.set_tab_color(_CONTROL_TAB)
    _control_colours(book, page, header + 1, header + cells.CONTROL_CAPACITY)
    page.freeze_panes(header + 1, 0)
    page.protect("", PROTECTION)
    printing(page, header)


def _control_colours(book: Workbook, page: Worksheet, first: int, last: int) -> None:
    """Make summary rows bold, tell errors from warnings by colour, and show where a reason is wanted."""
    at = {name: cells.letters(position + 1) for position, name in enumerate(cells.CONTROL_COLUMNS)}
    code, place, reason = (f"${at[name]}{first + 1}" for name in ("code", "place", "reason"))
    summary = f'AND({code}<>"",{place}="")'
    wanted = f'=AND({summary},{reason}="",ISNUMBER(SEARCH("-W",{code})))'
    severity, reason_at = cells.CONTROL_COLUMNS.index("severity"), cells.CONTROL_COLUMNS.index("reason")
    for left, right, formula, look in (
        (reason_at, reason_at, wanted, {"bg_color": AMBER}),
        *((severity, severity, status_formula(mark, code), {"bg_color": colour}) for mark, colour in STATUS_COLOURS),
        (0, len(at) - 1, f"={summary}", {"bold": True, "bg_color": PALE, "bottom": 1, "border_color": LINE}),
        (0, len(at) - 1, f'={code}<>""', {"bottom": 1, "border_color": LINE}),
    ):
        rule = {"type": "formula", "criteria": formula, "format": book.add_format(look)}
        page.conditional_format(first, left, last, right, rule)
