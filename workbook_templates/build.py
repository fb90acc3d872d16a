"""From a measure to its workbook: tables, names, drop-downs, formats, live totals, guide. The same bytes each time.

Columns are styled and validated as columns, never cell by cell, so an empty template with room for 100,000 rows in a
sheet stays small. Protection has no password: it guards formulas and headers from slips, not from people.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import xlsxwriter

from workbook_templates import cells
from workbook_templates.figures import write_totals
from workbook_templates.guide import write_guide
from workbook_templates.measure import Column, ColumnType, Measure, Sheet
from workbook_templates.records import write_records
from workbook_templates.styles import (
    LINE,
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

_TITLE_LIMIT, _PROMPT_LIMIT = 32, 255
_INPUT_TAB = "#2F6DB5"
_CREATED = dt.datetime(2025, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)


def build(measure: Measure, lang: str) -> bytes:
    """Return the empty template of a measure in a language, as the bytes of an ``.xlsx``."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    words = catalogue("workbook_templates", lang)
    styles = Styles(book)
    stamp = f"{measure.identity}/{lang}"
    book.set_properties({"title": measure.title[lang], "created": _CREATED})
    book.set_custom_property(cells.IDENTITY_NAME, stamp)
    book.define_name(cells.IDENTITY_NAME, f'="{stamp}"')
    book.set_calc_mode("auto")
    write_guide(book.add_worksheet(words["sheets"]["guide"]), styles, measure, lang)
    lists = _Lists()
    for sheet in measure.sheets:
        _input_sheet(book, styles, measure, sheet, lang, lists)
    write_totals(book, styles, measure, lang).protect("", PROTECTION)
    write_records(book, styles, measure, lang)
    _identity_sheet(book, measure, lang, lists)
    book.worksheets()[0].activate()
    book.close()
    return target.getvalue()


class _Lists:
    """The drop-down lists, gathered while the sheets are written and kept together on the hidden sheet."""

    def __init__(self) -> None:
        self.labels: dict[str, tuple[str, ...]] = {}

    def name(self, sheet: Sheet, column: Column, lang: str) -> str:
        """Return the defined name of a choice column's list."""
        name = cells.list_name(sheet.id, column.id)
        self.labels[name] = tuple(choice.label[lang] for choice in column.choices)
        return name


def _input_sheet(book: Workbook, styles: Styles, measure: Measure, sheet: Sheet, lang: str, lists: _Lists) -> None:
    name = sheet.title[lang]
    page = book.add_worksheet(name)
    header = cells.header_row(len(sheet.fields)) - 1
    intro = f"{sheet.intro[lang]} {catalogue('workbook_templates', lang)['required']}"
    heading(page, styles, f"{name} – {measure.title[lang]}", intro, header)
    page.set_tab_color(_INPUT_TAB)
    if sheet.fields:
        _form(book, page, styles, measure, sheet, lang)
    if sheet.columns:
        _table(book, page, styles, measure, sheet, lang, lists)
    page.protect("", PROTECTION)
    printing(page, header)


def _form(book: Workbook, page: Worksheet, styles: Styles, measure: Measure, sheet: Sheet, lang: str) -> None:
    """Fields below each other: label, value, help."""
    label, note = styles.make(bold=True), styles.make(font_color=QUIET, italic=True, align="left", indent=1)
    for position, field in enumerate(sheet.fields):
        row = cells.FIRST_FIELD_ROW - 1 + position
        mark = " *" if field.required else ""
        page.write_string(row, 0, field.label[lang] + mark, label)
        page.write_blank(row, cells.FIELD_COLUMN - 1, None, styles.input(field, border=1, border_color=LINE))
        page.write_string(row, cells.FIELD_COLUMN, field.help[lang], note)
        place = f"{cells.quote(sheet.title[lang])}!${cells.letters(cells.FIELD_COLUMN)}${row + 1}"
        book.define_name(cells.column_name(sheet.id, field.id), f"={place}")
        validation = _validation(field, measure, lang, "")
        if validation:
            page.data_validation(row, cells.FIELD_COLUMN - 1, row, cells.FIELD_COLUMN - 1, validation)


def _table(  # noqa: PLR0913 - one stage of the build
    book: Workbook, page: Worksheet, styles: Styles, measure: Measure, sheet: Sheet, lang: str, lists: _Lists
) -> None:
    words = catalogue("workbook_templates", lang)
    header = cells.header_row(len(sheet.fields)) - 1
    first, last = header + 1, header + sheet.capacity
    quoted = cells.quote(sheet.title[lang])
    status = Column(cells.STATUS, ColumnType.TEXT, measure.title, measure.title, width=16)
    columns = (*sheet.columns, status)
    headers = [(column.label[lang], column.required) for column in sheet.columns]
    add_table(page, sheet.id, [*headers, (words["status"], False)], styles, header, last)
    beside_form = bool(sheet.fields)
    for position, column in enumerate(columns):
        style = styles.input(column, border=1, border_color=LINE) if beside_form else styles.input(column)
        if beside_form:
            # The columns are shared with the form above, so these few cells carry their own style.
            page.set_column(position, position, max(column.width, 24))
            for row in range(first, last + 1):
                page.write_blank(row, position, None, style)
        else:
            page.set_column(position, position, column.width, style)
        letter = cells.letters(position + 1)
        place = f"{quoted}!${letter}${first + 1}:${letter}${last + 1}"
        book.define_name(cells.column_name(sheet.id, column.id), f"={place}")
        if column is status:
            continue
        named = lists.name(sheet, column, lang) if column.type is ColumnType.CHOICE else ""
        validation = _validation(column, measure, lang, named)
        if validation:
            page.data_validation(first, position, last, position, validation)
        if column.type is ColumnType.AMOUNT and not beside_form:
            total = styles.make(bold=True, num_format="#,##0.00", top=1, bottom=1, border_color=LINE)
            page.write_formula(2, position, f"=SUM({cells.column_name(sheet.id, column.id)})", total, 0)
    if not beside_form:
        page.write_string(2, 0, words["total"], styles.make(bold=True))
        page.freeze_panes(first, 0)
    _status_colours(book, page, first, last, len(columns))


def _status_colours(book: Workbook, page: Worksheet, first: int, last: int, count: int) -> None:
    """Colour a row by what stands in its status column."""
    cell = f"${cells.letters(count)}{first + 1}"
    for mark, background in STATUS_COLOURS:
        page.conditional_format(
            first,
            0,
            last,
            count - 1,
            {
                "type": "formula",
                "criteria": status_formula(mark, cell),
                "format": book.add_format({"bg_color": background}),
                "stop_if_true": True,
            },
        )


def _validation(column: Column, measure: Measure, lang: str, list_name: str) -> dict[str, Any] | None:
    """Return the validation of a column's cells: help while typing. A paste passes it by; the check decides."""
    told = {
        "input_title": column.label[lang][:_TITLE_LIMIT],
        "input_message": column.help[lang][:_PROMPT_LIMIT],
        "error_title": column.label[lang][:_TITLE_LIMIT],
        "error_message": column.help[lang][:_PROMPT_LIMIT],
    }
    if column.type is ColumnType.CHOICE:
        # Nothing typed outside the list can be right, so this one stops; the others only ask.
        return {"validate": "list", "source": f"={list_name}", **told}
    told["error_type"] = "warning"
    if column.type is ColumnType.DATE and column.id == "date":
        first, last = measure.period
        return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last, **told}
    if column.type is ColumnType.DATE:
        return {"validate": "date", "criteria": ">=", "value": dt.date(1990, 1, 1), **told}
    if column.type in {ColumnType.AMOUNT, ColumnType.NUMBER}:
        return {"validate": "decimal", "criteria": ">=", "value": -1e9, **told}
    if column.type is ColumnType.COUNT:
        return {"validate": "integer", "criteria": ">=", "value": 0, **told}
    return {"validate": "any", **{key: told[key] for key in ("input_title", "input_message")}}


def _identity_sheet(book: Workbook, measure: Measure, lang: str, lists: _Lists) -> None:
    page = book.add_worksheet(cells.IDENTITY_SHEET)
    facts = {
        "measure": measure.id,
        "year": str(measure.year),
        "pack_version": measure.version,
        "language": lang,
    }
    for row, (key, value) in enumerate(facts.items()):
        page.write_row(row, 0, [key, value])
    for offset, (name, labels) in enumerate(lists.labels.items()):
        column = len(facts) + offset
        page.write_column(0, column, labels)
        letter = cells.letters(column + 1)
        book.define_name(name, f"={cells.IDENTITY_SHEET}!${letter}$1:${letter}${len(labels)}")
    page.protect("", {})
    page.hide()
