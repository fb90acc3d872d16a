"""Invented official workbooks: described in a few words, built by XlsxWriter, with the truth about them at hand."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from tests.official.resaved import with_extension, with_threads

PART = "part"


@dataclass(frozen=True)
class Col:
    """One official column."""

    title: str | tuple[str, ...]
    """Its heading; several lines stand in several rows, equal ones beside each other are merged."""
    ours: str = ""
    """The truth: our column id, PART, or empty."""
    kind: str = "text"
    """``text``, ``date``, ``amount``, ``count``, ``number``, ``general``, ``niss``, ``list``, ``counter``, ``formula``"""
    entries: Mapping[str, str] | Sequence[str] = ()
    """Entries of its list: by our choice (or sheet) id where we have one."""
    formula: str = ""
    """Formula of the first row, for a formula column; ``{row}`` is its row."""
    example: object = None
    note: str = ""
    """An explanation below the heading."""
    comment: str = ""
    prompt: str = ""
    format: str = ""
    length: int = 0
    """Characters that a validation wants."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The heading's lines."""
        return (self.title,) if isinstance(self.title, str) else self.title

    @property
    def values(self) -> list[str]:
        """The list's entries, as the workbook shows them."""
        return list(self.entries.values()) if isinstance(self.entries, Mapping) else list(self.entries)


@dataclass(frozen=True)
class Place:
    """One place for rows."""

    sheet: str
    source: str
    """Our sheet; empty where PART column tells, or where it is none of ours."""
    columns: Sequence[Col]
    caption: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    rows: int = 100
    top: int = 0
    """0-based row of the heading's first line; 0 for below the caption and the fields."""
    left: int = 0
    examples: str = ""
    """``above`` for a row of examples that is not counted, ``inside`` for one that is to be overwritten."""
    totals: str = "below"
    """``below``, ``above`` or empty."""
    total_label: str = "TOTAL"
    block: int = 0
    """Rows between subtotals; 0 where there are none."""
    numbered: bool = False
    """Whether a line below the heading numbers the columns with letters and says how formulas compute."""
    fields: Sequence[tuple[str, str]] = ()
    """Labels and the truth of our fields, above the heading."""


@dataclass(frozen=True)
class Book:
    """One invented workbook."""

    name: str
    places: Sequence[Place]
    measure: str = "pas"
    lang: str = "fr"
    protect: bool = False
    table: bool = False
    lists: str = "range"
    """``inline``, ``range``, ``named``, ``table``, ``very_hidden``, ``indirect`` or ``x14``."""
    styled: str = "cells"
    """``cells`` for bordered cells, ``columns`` for formats of whole columns, empty for nothing."""
    fields: Sequence[tuple[str, str]] = ()
    """Labels on a first sheet of its own, and our fields."""
    fields_sheet: str = "Identification"
    guide: Sequence[str] = ()
    macros: bool = False
    vertical: bool = False
    """Whether single headings are merged over all the heading's rows."""
    threads: tuple[str, ...] = ()
    """Cell and text of a thread of comments; such a workbook has an XML part of somebody's own too."""
    translated: bool = False
    """Whether formulas look the headings up in a hidden sheet, by the language chosen."""
    overview: str = ""
    """Name of a last sheet with a total for each place."""


@dataclass(frozen=True)
class Truth:
    """Where one place's rows are."""

    place: Place
    letters: Mapping[str, Col]
    first_row: int
    last_row: int
    gaps: tuple[int, ...] = ()
    """Rows of subtotals in between."""


@dataclass(frozen=True)
class Made:
    """A workbook and the truth about it."""

    data: bytes
    truths: Sequence[Truth]
    fields: Mapping[str, str]
    totals: Mapping[str, str]
    """Cell to our column, where the workbook adds one up."""


_FORMATS = {"date": "dd/mm/yyyy", "amount": "#,##0.00", "count": "0", "number": "0.00", "niss": "@", "list": "@"}


def build(book: Book) -> Made:
    """Return the workbook and its truth."""
    return _Builder(book).made()


class _Builder:
    def __init__(self, book: Book) -> None:
        self.spec = book
        self.target = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.target, {"in_memory": True})
        self.truths: list[Truth] = []
        self.fields: dict[str, str] = {}
        self.totals: dict[str, str] = {}
        self.grand: list[tuple[str, str]] = []
        self.lists: dict[tuple[str, ...], str] = {}
        self.pages: dict[str, Any] = {}
        self.next_row: dict[str, int] = {}
        self.extension: dict[str, dict[str, str]] = {}
        self.translations: list[str] = []

    def format(self, **wishes: object) -> Any:  # noqa: ANN401 - XlsxWriter has no types
        return self.book.add_format(wishes)

    def made(self) -> Made:
        spec = self.spec
        if spec.macros:
            self.book.add_vba_project(io.BytesIO(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 1528), is_stream=True)
        if spec.guide:
            page = self.page("Mode d'emploi" if spec.lang == "fr" else "Toelichting")
            for row, text in enumerate(spec.guide):
                page.write(row, 0, text)
        if spec.fields:
            self._fields(self.page(spec.fields_sheet), spec.fields_sheet, spec.fields, 2)
        for place in spec.places:
            self._place(place)
        if spec.overview:
            page = self.page(spec.overview)
            for row, (label, cell) in enumerate(self.grand, start=2):
                page.write(row, 0, label)
                page.write_formula(row, 2, f"={cell}")
        if self.translations:
            page = self.page("Textes")
            page.write_row(0, 0, ["fr", "nl", "", 1])
            for row, text in enumerate(self.translations, start=1):
                page.write_row(row, 0, text.split(" / "))
            page.hide()
        self._hidden_lists()
        if spec.protect:
            for page in self.pages.values():
                page.protect("secret")
        self.book.close()
        data = with_extension(self.target.getvalue(), self.extension)
        if spec.threads:
            data = with_threads(data, *spec.threads)
        return Made(data, self.truths, self.fields, self.totals)

    def page(self, name: str) -> Any:  # noqa: ANN401
        if name not in self.pages:
            self.pages[name] = self.book.add_worksheet(name)
        return self.pages[name]

    def _fields(self, page: Any, name: str, fields: Sequence[tuple[str, str]], top: int) -> None:  # noqa: ANN401
        look = self.format(border=1, locked=False)
        for row, (label, ours) in enumerate(fields, start=top):
            page.write(row, 0, label)
            page.write_blank(row, 1, None, look)
            if ours:
                self.fields[f"{name}!{xl_rowcol_to_cell(row, 1)}"] = ours

    def _place(self, place: Place) -> None:
        spec, page = self.spec, self.page(place.sheet)
        start = self.next_row.get(place.sheet, 0)
        if place.caption:
            page.merge_range(start, place.left, start, place.left + len(place.columns) - 1, place.caption,
                             self.format(bold=True, align="center"))  # fmt: skip
        if place.fields:
            self._fields(page, place.sheet, place.fields, start + 2)
        head = place.top or start + 2 + (len(place.fields) + 1 if place.fields else 0)
        lines = max(len(column.lines) for column in place.columns)
        self._heading(page, place, head, lines)
        first = head + lines
        look = self.format(italic=True, font_color="#888888")
        if any(column.note for column in place.columns):
            for at, column in enumerate(place.columns, start=place.left):
                if column.note:
                    page.write(first, at, column.note, look)
            first += 1
        if place.numbered:
            for at, column in enumerate(place.columns):
                sign = f"({chr(97 + at)})" + (" = (f) - (g)" if column.kind == "formula" else "")
                page.write(first, place.left + at, sign)
            first += 1
        if place.examples == "above":
            self._examples(page, place, first, locked=True)
            first += 1
        last = first + place.rows - 1
        gaps = [
            row for row in range(first, last + 1) if place.block and (row - first) % (place.block + 1) == place.block
        ]
        for at, column in enumerate(place.columns, start=place.left):
            self._column(page, place, at, column, (first, last, gaps))
        if place.examples == "inside":
            self._examples(page, place, first, locked=False)
        if spec.table and lines == 1:
            page.add_table(first - 1, place.left, last, place.left + len(place.columns) - 1, {
                "name": f"T_{len(self.truths)}", "columns": [{"header": column.lines[0]} for column in place.columns],
                "autofilter": False,
            })  # fmt: skip
        self._subtotals(page, place, gaps)
        self._totals(page, place, head, first, last)
        letters = {xl_col_to_name(at): column for at, column in enumerate(place.columns, start=place.left)}
        self.truths.append(Truth(place, letters, first + 1, last + 1, tuple(gap + 1 for gap in gaps)))
        self.next_row[place.sheet] = last + 5

    def _heading(self, page: Any, place: Place, head: int, lines: int) -> None:  # noqa: ANN401
        look = self.format(bold=True, bg_color="#DDE6F0", border=1, text_wrap=True)
        padded = [column.lines if len(column.lines) == lines else (("",) * (lines - len(column.lines))) + column.lines
                  for column in place.columns]  # fmt: skip
        for line in range(lines):
            at = place.left
            for titles, group in groupby(titles[: line + 1] for titles in padded):
                width, text = len(list(group)), titles[line]
                if width > 1 and text and lines > 1:
                    page.merge_range(head + line, at, head + line, at + width - 1, text, look)
                else:
                    for offset in range(width):
                        self._title(
                            page, place.columns[at - place.left + offset], (head, line, lines), at + offset, text
                        )
                at += width
        for at, column in enumerate(place.columns, start=place.left):
            if column.comment:
                page.write_comment(head + lines - 1, at, column.comment)

    def _title(self, page: Any, column: Col, where: tuple[int, int, int], at: int, text: str) -> None:  # noqa: ANN401
        look = self.format(bold=True, bg_color="#DDE6F0", border=1, text_wrap=True)
        head, line, lines = where
        if self.spec.vertical and len(column.lines) == 1 and lines > 1:
            if line == lines - 1:
                page.merge_range(head, at, head + line, at, text, look)
        elif text and self.spec.translated:
            self.translations.append(text)
            number = len(self.translations) + 1
            page.write_formula(head + line, at, f"=INDEX(Textes!$A${number}:$B${number},1,Textes!$D$1)", look, "")
        elif text:
            page.write(head + line, at, text, look)

    def _column(
        self,
        page: Any,  # noqa: ANN401
        place: Place,
        at: int,
        column: Col,
        rows: tuple[int, int, Sequence[int]],
    ) -> None:
        spec, (first, last, gaps) = self.spec, rows
        code = column.format or _FORMATS.get(column.kind, "General")
        opened = column.kind not in {"formula", "counter"}
        look = self.format(num_format=code, locked=not opened, **({"border": 1} if spec.styled == "cells" else {}))
        if spec.styled == "columns" and not spec.protect:
            page.set_column(at, at, 16, look)
        for row in sorted({*range(first, last + 1)} - {*gaps}):
            if column.kind == "formula":
                page.write_formula(row, at, "=" + column.formula.format(row=row + 1), look)
            elif column.kind == "counter":
                page.write_number(row, at, row - first + 1, look)
            elif spec.styled == "cells" or spec.protect:
                page.write_blank(row, at, None, look)
        rule: dict[str, object] = {}
        if column.values:
            rule = {"validate": "list", "source": self._list(tuple(column.values))}
        elif column.length:
            rule = {"validate": "length", "criteria": "==", "value": column.length}
        elif column.kind == "date":
            rule = {"validate": "date", "criteria": ">=", "value": dt.date(2020, 1, 1)}
        if column.prompt:
            rule = (rule or {"validate": "any"}) | {
                "input_title": column.lines[-1][:30],
                "input_message": column.prompt,
            }
        if column.values and spec.lists == "x14":
            part = f"xl/worksheets/sheet{list(self.pages).index(place.sheet) + 1}.xml"
            where = f"{xl_rowcol_to_cell(first, at)}:{xl_rowcol_to_cell(last, at)}"
            self.extension.setdefault(part, {})[where] = str(rule["source"]).removeprefix("=")
        elif rule:
            edges = (first, *gaps, last + 1)
            for above, below in pairwise(edges):
                page.data_validation(above + (above in gaps), at, below - 1, at, rule)

    def _examples(self, page: Any, place: Place, row: int, *, locked: bool) -> None:  # noqa: ANN401
        for at, column in enumerate(place.columns, start=place.left):
            if column.example is None:
                continue
            look = self.format(italic=True, num_format=_FORMATS.get(column.kind, "General"), locked=locked)
            if isinstance(column.example, dt.date):
                page.write_datetime(row, at, dt.datetime.combine(column.example, dt.time()), look)
            else:
                page.write(row, at, column.example, look)

    def _subtotals(self, page: Any, place: Place, gaps: Sequence[int]) -> None:  # noqa: ANN401
        for gap in gaps:
            page.write(gap, place.left, "Sous-total", self.format(bold=True))
            for at, column in enumerate(place.columns, start=place.left):
                if column.kind == "amount" or (column.kind == "formula" and column.ours):
                    letter = xl_col_to_name(at)
                    page.write_formula(gap, at, f"=SUBTOTAL(9,{letter}{gap - place.block + 1}:{letter}{gap})")

    def _totals(self, page: Any, place: Place, head: int, first: int, last: int) -> None:  # noqa: ANN401
        if not place.totals:
            return
        row = last + 1 if place.totals == "below" else head - 1
        page.write(row, place.left, place.total_label, self.format(bold=True))
        for at, column in enumerate(place.columns, start=place.left):
            summed = column.kind == "amount" or (column.kind == "formula" and column.ours)
            if summed and at > place.left:
                letter = xl_col_to_name(at)
                adds = "SUBTOTAL(9," if place.block else "SUM("
                page.write_formula(
                    row, at, f"={adds}{letter}{first + 1}:{letter}{last + 1})", self.format(num_format="0.00")
                )
                cell = f"{letter}{row + 1}"
                if column.ours and place.source and not place.where:
                    self.totals[f"{place.sheet}!{cell}"] = f"{place.source}.{column.ours}"
                self.grand.append((f"{place.caption or place.sheet}", f"'{place.sheet}'!{cell}"))

    def _list(self, entries: tuple[str, ...]) -> object:
        if self.spec.lists == "inline" and len(",".join(entries)) < 255 and not any("," in one for one in entries):
            return list(entries)
        name = self.lists.setdefault(entries, f"Liste{len(self.lists) + 1}")
        column = xl_col_to_name(list(self.lists).index(entries))
        styles = {
            "named": f"={name}",
            "indirect": f'=INDIRECT("{name}")',
            "table": f'=INDIRECT("{name}[{name}]")',
        }
        return styles.get(self.spec.lists, f"=Listes!${column}$2:${column}${len(entries) + 1}")

    def _hidden_lists(self) -> None:
        if not self.lists:
            return
        page = self.book.add_worksheet("Listes")
        for at, (entries, name) in enumerate(self.lists.items()):
            letter = xl_col_to_name(at)
            page.write(0, at, name)
            page.write_column(1, at, entries)
            if self.spec.lists == "table":
                page.add_table(0, at, len(entries), at, {"name": name, "columns": [{"header": name}]})
            else:
                self.book.define_name(name, f"=Listes!${letter}$2:${letter}${len(entries) + 1}")
        if self.spec.lists == "very_hidden":
            page.very_hidden()
        else:
            page.hide()
