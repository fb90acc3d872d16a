"""The totals sheet: live totals by formula, and native charts of what is granted, justified and capped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_templates import cells
from workbook_templates.measure import TOTALS, Measure, TotalGroup, TotalLine
from workbook_templates.styles import INK, LINE, PALE, Styles, heading, printing
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_HEADER = cells.TOTALS_HEADER_ROW - 1
_LABEL_WIDTH, _FIGURE_WIDTH = 40, 18
_COLOURS = ("#9DB4CE", INK, "#D98E04", "#6B8E5A")
_PIXELS = 7
"""Width of a digit of the default font."""
_CHART_WIDTH, _CHART_HEIGHT = 480, 320


def write_totals(book: Workbook, styles: Styles, measure: Measure, lang: str) -> Worksheet:
    """Add the totals sheet of a measure, in a language."""
    words = catalogue("workbook_templates", lang)
    name = words["sheets"][TOTALS]
    page = book.add_worksheet(name)
    heading(page, styles, f"{name} – {measure.title[lang]}", words["totals_intro"], _HEADER)
    formulas = total_formulas(measure, lang)
    page.set_column(0, 0, _LABEL_WIDTH)
    page.set_column(1, max(len(measure.groups), 3), _FIGURE_WIDTH)
    page.set_row(_HEADER, 22)
    page.write_string(_HEADER, 0, "", styles.header())
    page.write_row(_HEADER, 1, [group.label[lang] for group in measure.groups], styles.header(align="right"))
    for position, line in enumerate(measure.lines):
        row = _HEADER + 1 + position
        look = {"bottom": 1, "border_color": LINE} | ({"bg_color": PALE, "bold": True} if line.emphasis else {})
        page.set_row(row, 18)
        page.write_string(row, 0, line.label[lang], styles.make(**look))
        for offset, group in enumerate(measure.groups, start=1):
            if line not in measure.lines_of(group):
                page.write_string(row, offset, "–", styles.make(align="right", font_color="#8A97A5", **look))
                continue
            style = styles.make(num_format="#,##0.00", **look)
            page.write_formula(row, offset, f"={formulas[cells.total_id(line.id, group.id)]}", style, 0)
            place = f"{cells.quote(name)}!${cells.letters(offset + 1)}${row + 1}"
            book.define_name(cells.total_name(line.id, group.id), f"={place}")
    for position, lines in enumerate(charted(measure)):
        _chart(book, page, measure, lang, lines, position)
    page.hide_gridlines(2)
    printing(page, _HEADER)
    return page


def total_formulas(measure: Measure, lang: str) -> dict[str, str]:
    """Return the formula of each total by its id, without ``=``, in functions that every spreadsheet knows."""
    return {
        cells.total_id(line.id, group.id): _formula(line, group, measure, lang)
        for group in measure.groups
        for line in measure.lines_of(group)
    }


def _formula(line: TotalLine, group: TotalGroup, measure: Measure, lang: str) -> str:
    if group.sums_others:
        others = [
            cells.total_name(line.id, other.id)
            for other in measure.groups
            if not other.sums_others and line in measure.lines_of(other)
        ]
        return "+".join(others)
    if line.of:
        # On whole cents, where a half is exact: ROUND on euros depends on how a spreadsheet repairs binary fractions.
        return f"ROUND(ROUND({cells.total_name(line.of, group.id)}*100,0)*{line.percent}/100,0)/100"
    terms = [f"SUM({reference.format(group=group.id)})" for reference in line.fields]
    for reference in line.sums:
        named = reference.format(group=group.id)
        sheet_id, _, _ = named.partition(".")
        conditions = ""
        for column_id, choice_id in line.where.items():
            wanted = choice_id.format(group=group.id)
            choices = measure.sheet(sheet_id).column(column_id).choices
            label = next(choice.label[lang] for choice in choices if choice.id == wanted)
            conditions += f',{cells.column_name(sheet_id, column_id)},"{label}"'
        terms.append(f"SUMIFS({named}{conditions})" if conditions else f"SUM({named})")
    there = {other.id for other in measure.lines_of(group)}
    terms += [cells.total_name(name, group.id) for name in line.add if name in there]
    less = [f"-{cells.total_name(name, group.id)}" for name in line.subtract if name in there]
    return ("+".join(terms) or "0") + "".join(less)


def charted(measure: Measure) -> list[tuple[TotalLine, ...]]:
    """Return the lines of each chart: the key figures, then whatever has a cap of its own beside that cap."""
    keys = tuple(line for line in measure.lines if line.emphasis)
    capped = [
        (measure.line(rule.column), measure.line(str(rule.params["limit"])))
        for rule in measure.rules
        if rule.kind == "total_at_most"
    ]
    return [keys, *(pair for pair in capped if not all(line in keys for line in pair))]


def _chart(
    book: Workbook, page: Worksheet, measure: Measure, lang: str, lines: tuple[TotalLine, ...], position: int
) -> None:
    sheet = page.get_name()
    groups = [group for group in measure.groups if not group.sums_others]
    chart = book.add_chart({"type": "column"})
    for colour, line in zip(_COLOURS, lines, strict=False):
        row = _HEADER + 1 + measure.lines.index(line)
        chart.add_series(
            {
                "name": [sheet, row, 0],
                "categories": [sheet, _HEADER, 1, _HEADER, len(groups)],
                "values": [sheet, row, 1, row, len(groups)],
                "fill": {"color": colour},
                "gap": 80,
            }
        )
    title = " / ".join(line.label[lang] for line in lines)
    chart.set_title({"name": title, "name_font": {"size": 11, "color": INK}})
    chart.set_x_axis({"label_position": "low"})
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#E1E6EC"}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": _CHART_WIDTH, "height": _CHART_HEIGHT})
    below = _HEADER + len(measure.lines) + 2
    page.insert_chart(below, 0, chart, {"x_offset": position * (_CHART_WIDTH + 2 * _PIXELS)})
