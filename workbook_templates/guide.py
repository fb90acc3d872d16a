"""The guide sheet: what the workbook is, the steps, what each column wants, and every rule with its source."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from workbook_templates import cells
from workbook_templates.measure import Column, ColumnType, Measure
from workbook_templates.styles import INK, LINE, Styles, height, printing
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = (30, 64, 34, 16)
"""Of the four columns, in characters."""
_TITLE_HEIGHT, _SECTION_HEIGHT = 28, 22


class _Writer:
    """The guide sheet while it is written, from top to bottom."""

    def __init__(self, page: Worksheet, styles: Styles) -> None:
        self.page = page
        self.row = 0
        line = {"text_wrap": True, "bottom": 1, "border_color": LINE}
        self.plain, self.bold = styles.make(**line), styles.make(bold=True, **line)
        self.header = styles.header()
        self.heading = styles.make(
            bold=True, font_size=13, font_color=INK, bottom=2, border_color=INK, valign="vcenter"
        )
        for position, width in enumerate(_WIDTHS):
            page.set_column(position, position, width)

    def section(self, title: str, sheet: str = "") -> None:
        """Begin a section, one row below the last; its title leads to a sheet."""
        self.row += 1
        for column in range(len(_WIDTHS)):
            self.page.write_blank(self.row, column, None, self.heading)
        self.page.set_row(self.row, _SECTION_HEIGHT)
        if sheet:
            self.page.write_url(self.row, 0, f"internal:{cells.quote(sheet)}!A1", self.heading, title)
        else:
            self.page.write_string(self.row, 0, title, self.heading)
        self.row += 1

    def line(self, *values: str, header: bool = False) -> None:
        """Write one row of a section, as high as its text wants; the last value goes to the right edge."""
        last = len(values) - 1
        widths = (*_WIDTHS[:last], sum(_WIDTHS[last:]))
        for position, value in enumerate(values):
            style = self.header if header else self.plain if position or not last else self.bold
            if position == last < len(_WIDTHS) - 1:
                self.page.merge_range(self.row, position, self.row, len(_WIDTHS) - 1, value, style)
            else:
                self.page.write_string(self.row, position, value, style)
        # A spreadsheet fits rows to wrapped text when they are edited, not when they are opened.
        self.page.set_row(self.row, max(map(height, values, widths)) + 2)
        self.row += 1


def write_guide(page: Worksheet, styles: Styles, measure: Measure, lang: str) -> None:
    """Write the guide sheet of a measure, in a language."""
    words = catalogue("workbook_templates", lang)
    told = words["guide"]
    page.write_string(0, 0, measure.title[lang], styles.title)
    page.set_row(0, _TITLE_HEIGHT)
    out = _Writer(page, styles)
    out.row = 1
    out.line(measure.note[lang])
    out.section(told["steps"])
    for number, step in enumerate(told["step"], start=1):
        out.line(f"{number}. {step['title']}", step["text"])
    out.section(told["calendar"])
    for name, date in (("opens", measure.calendar.opens), ("closes", measure.calendar.closes)):
        out.line(told[name], day(date) if date else told["not_published"])
    out.line(told["remainder"], measure.remainder[lang])
    out.section(told["help"])
    for contact in measure.contacts:
        out.line(contact.label[lang], f"{contact.email}   {contact.phone}")
    for sheet in measure.sheets:
        out.section(f"{told['sheet']} {sheet.title[lang]}", sheet.title[lang])
        out.line(sheet.intro[lang])
        out.line(told["column"], told["wanted"], told["example"], told["required"], header=True)
        for column in (*sheet.fields, *sheet.columns):
            out.line(column.label[lang], column.help[lang], example(column, lang), "●" if column.required else "")
    out.section(told["rules"])
    out.line(told["code"], told["rule"], told["source"], told["confidence"], header=True)
    for rule in measure.rules:
        code = f"{rule.code}  {words['severity'][rule.severity]}"
        out.line(code, rule.text[lang], rule.source[lang], told[rule.confidence])
    page.protect("", {"format_columns": True, "format_rows": True})
    page.hide_gridlines(2)
    printing(page)


def day(date: dt.date) -> str:
    """Return a date in Belgian notation."""
    return f"{date:%d/%m/%Y}"


def example(column: Column, lang: str) -> str:
    """Return a column's example as a Belgian user types it."""
    if not column.example:
        return ""
    if column.type is ColumnType.DATE:
        return day(dt.date.fromisoformat(column.example))
    if column.type in {ColumnType.AMOUNT, ColumnType.NUMBER}:
        return column.example.replace(".", ",")
    if column.type is ColumnType.CHOICE:
        labels = {choice.id: choice.label[lang] for choice in column.choices}
        return labels.get(column.example, next(iter(labels.values())))
    return column.example
