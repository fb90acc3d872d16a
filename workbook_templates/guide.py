"""The guide sheet: what the workbook is, the steps, what each column wants, and every rule with its source."""

from __future__ import annotations

import datetime as dt
import textwrap
from typing import TYPE_CHECKING

from workbook_templates.measure import Column, ColumnType, Measure
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from workbook_templates.build import Styles

_WIDTHS = (30, 64, 34, 16)
"""Of the four columns, in characters."""
_LINE = 15.0
"""Height of one line of text, in points."""


def write_guide(page: Worksheet, styles: Styles, measure: Measure, lang: str) -> None:  # noqa: C901 - top to bottom
    """Write the guide sheet of a measure, in a language."""
    words = catalogue("workbook_templates", lang)["guide"]
    plain, bold = (styles.make(bold=strong, text_wrap=True, valign="top") for strong in (False, True))
    heading = styles.make(bold=True, font_size=13, font_color="#1F3A5F", bottom=2, border_color="#1F3A5F")
    for position, width in enumerate(_WIDTHS):
        page.set_column(position, position, width)
    page.write_string(0, 0, measure.title[lang], styles.title)
    page.merge_range(1, 0, 1, 3, measure.note[lang], plain)
    page.set_row(1, _height(measure.note[lang], sum(_WIDTHS)))
    row = 3

    def section(title: str) -> None:
        nonlocal row
        for column in range(len(_WIDTHS)):
            page.write_blank(row, column, None, heading)
        page.write_string(row, 0, title, heading)
        row += 1

    def line(*values: str, bold_first: bool = True) -> None:
        nonlocal row
        for position, value in enumerate(values):
            page.write_string(row, position, value, bold if bold_first and not position else plain)
        # A spreadsheet fits rows to wrapped text when they are edited, not when they are opened.
        page.set_row(row, max(map(_height, values, _WIDTHS)))
        row += 1

    section(words["steps"])
    for number, step in enumerate(words["step"], start=1):
        page.write_string(row, 0, f"{number}. {step['title']}", bold)
        page.merge_range(row, 1, row, 3, step["text"], plain)
        page.set_row(row, _height(step["text"], sum(_WIDTHS[1:])))
        row += 1
    row += 1
    section(words["calendar"])
    for name, date in (("opens", measure.calendar.opens), ("closes", measure.calendar.closes)):
        line(words[name], day(date) if date else words["not_published"])
    line(words["remainder"], measure.remainder[lang])
    row += 1
    section(words["help"])
    for contact in measure.contacts:
        line(contact.label[lang], f"{contact.email}   {contact.phone}")
    row += 1
    for sheet in measure.sheets:
        section(f"{words['sheet']} {sheet.title[lang]}")
        page.merge_range(row, 0, row, 3, sheet.intro[lang], plain)
        row += 1
        line(words["column"], words["wanted"], words["example"], words["required"])
        for column in (*sheet.fields, *sheet.columns):
            line(column.label[lang], column.help[lang], example(column, lang), "●" if column.required else "")
        row += 1
    section(words["rules"])
    line(words["code"], words["rule"], words["source"], words["confidence"])
    for rule in measure.rules:
        line(rule.code, rule.text[lang], rule.source[lang], words[rule.confidence], bold_first=False)
    page.protect("", {"format_columns": True, "format_rows": True})
    page.set_portrait()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer("&L&8&F&C&8&A&R&8&P / &N")


def _height(text: str, width: int) -> float:
    """Return the height in points of a text in a column ``width`` digits wide; a letter is narrower on average."""
    lines = textwrap.wrap(text, width) or [""]
    return _LINE * len(lines)


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
