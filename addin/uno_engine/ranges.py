"""Ranges of a Calc sheet: values and formulas in one call each, formats, drop-downs, conditional formats, selection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache, cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

import uno
from xlwings import base_classes

from addin.uno_engine import convert
from workbook_templates import cells
from workbook_templates.styles import height

if TYPE_CHECKING:
    from addin.uno_engine.book import Name, Sheet

_DATE_OR_TIME, _LOGICAL = 6, 1024
"""Kinds of number formats: com.sun.star.util.NumberFormat DATETIME (DATE | TIME) and LOGICAL."""
_FAILED = 4
"""com.sun.star.sheet.FormulaResult.ERROR"""
_AMBIGUOUS = "AMBIGUOUS_VALUE"
_FEW_ROWS = 20
"""Rows that LibreOffice may fit by itself."""
_PIXEL, _DIGIT, _MARGIN, _POINT = 26.46, 7, 5, 35.28
"""Hundredths of a millimetre; pixels of a digit, and beside it in a column; hundredths of a millimetre of a point."""
_BOLD, _PLAIN = 150.0, 100.0
"""com.sun.star.awt.FontWeight BOLD and NORMAL."""


@contextmanager
def unlocked(sheet: Any) -> Iterator[None]:
    """Lift a sheet's protection for a moment: LibreOffice ignores in silence what is written into locked cells.

    What the protection allows the user stays as it was. A sheet with a password stays locked.
    """
    if not sheet.isProtected():
        yield
        return
    sheet.unprotect("")
    try:
        yield
    finally:
        sheet.protect("")


class Range(base_classes.Range):
    """A rectangle of cells; rows and columns are counted from 1."""

    def __init__(self, sheet: Sheet, row: int, column: int, rows: int, columns: int) -> None:
        self.options: Mapping[str, Any] = {}
        self._sheet = sheet
        self._row, self._column, self._rows, self._columns = row, column, rows, columns

    @cached_property
    def uno(self) -> Any:
        """LibreOffice's own object, fetched when it is needed: xlwings makes many ranges to measure them only."""
        left, top = self._column - 1, self._row - 1
        return self._sheet.uno.getCellRangeByPosition(left, top, left + self._columns - 1, top + self._rows - 1)

    @property
    def api(self) -> Any:
        """LibreOffice's own object."""
        return self.uno

    def __call__(self, row: int, column: int | None = None) -> Range:
        """Return one cell, by its place in this range."""
        if column is None:
            row, column = divmod(row - 1, self._columns)
            row, column = row + 1, column + 1
        return Range(self._sheet, self._row + row - 1, self._column + column - 1, 1, 1)

    def __len__(self) -> int:
        return self._rows * self._columns

    @property
    def sheet(self) -> Sheet:
        """The sheet that the range is on."""
        return self._sheet

    @property
    def row(self) -> int:
        """Row of the first cell."""
        return self._row

    @property
    def column(self) -> int:
        """Column of the first cell."""
        return self._column

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self._rows, self._columns

    def _writable(self) -> AbstractContextManager[None]:
        """Let what follows write; PermissionError in a document that is open to be read only."""
        if self._sheet.book.uno.isReadonly():
            raise PermissionError(self._sheet.book.name)
        return unlocked(self._sheet.uno)

    @property
    def address(self) -> str:
        """The absolute address, such as ``$A$1:$B$2``."""
        start = f"${cells.letters(self._column)}${self._row}"
        end = f"${cells.letters(self._column + self._columns - 1)}${self._row + self._rows - 1}"
        return start if len(self) == 1 else f"{start}:{end}"

    max_cells_per_read: int | None = None
    max_cells_per_write: int | None = None

    @property
    def raw_value(self) -> tuple[tuple[convert.Cell, ...], ...]:
        """The values: dates as moments, errors as :class:`convert.CellError`, ``""`` for an empty cell."""
        rows = self.uno.getDataArray()
        changed = {**self._dated(), **self._failed()}
        if not changed:
            return rows  # type: ignore[no-any-return]
        lines = {row: list(rows[row]) for row, _ in changed}
        for (row, column), kind in changed.items():
            value = lines[row][column]
            if isinstance(kind, convert.CellError):
                lines[row][column] = kind
            elif isinstance(value, float):
                lines[row][column] = bool(value) if kind == _LOGICAL else convert.moment(value)
        return tuple(tuple(lines[row]) if row in lines else line for row, line in enumerate(rows))

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        if not isinstance(data, (list, tuple)):
            data = [[data] * self._columns] * self._rows
        rows = tuple(tuple(map(convert.for_cell, row)) for row in data)
        with self._writable(), self._heights_kept():
            self.uno.setDataArray(rows)
            if self._rows > _FEW_ROWS and self._covers_rows():
                self._fit_rows(rows)

    @contextmanager
    def _heights_kept(self) -> Iterator[None]:
        """Keep LibreOffice from fitting the rows to what is written, unless they are few.

        It lays out every wrapped text and asks every conditional format: milliseconds a row, seconds a sheet.
        """
        document = self._sheet.book.uno
        if self._rows <= _FEW_ROWS or not document.IsAdjustHeightEnabled:
            yield
            return
        document.IsAdjustHeightEnabled = False
        try:
            yield
        finally:
            document.IsAdjustHeightEnabled = True

    def _covers_rows(self) -> bool:
        """Whether nothing stands beside the range, and its texts are wrapped."""
        return (
            self._column == 1
            and self._columns >= self._sheet.used_range.shape[1]
            and self._uniform("IsTextWrapped") is not False
        )

    def _fit_rows(self, rows: Sequence[Sequence[float | str]]) -> None:
        """Make the rows as high as their texts need by the template's own estimate, rows of one height at once."""
        columns = self.uno.Columns
        wide = [columns.getByIndex(at) for at in range(self._columns)]
        widths = [int((column.Width / _PIXEL - _MARGIN) / _DIGIT) if column.IsVisible else 0 for column in wide]
        tall = cache(height)
        needed = [max(tall(str(text), width) for text, width in zip(row, widths, strict=True) if width) for row in rows]
        first = 0
        for points, alike in groupby(needed):
            last = first + len(list(alike)) - 1
            part = self.uno.getCellRangeByPosition(0, first, 0, last)
            part.Rows.Height = round(points * _POINT)
            first = last + 1

    def _dated(self) -> dict[tuple[int, int], int | convert.CellError]:
        """Return the cells, counted from 0 in this range, whose format makes a number a date or a truth value."""
        formats = self._sheet.book.uno.NumberFormats
        kinds: dict[int, int] = {}
        found: dict[tuple[int, int], int | convert.CellError] = {}
        alike = self.uno.getUniqueCellFormatRanges()
        for position in range(alike.Count):
            group = alike.getByIndex(position)
            key = group.NumberFormat
            if key not in kinds:
                kinds[key] = formats.getByKey(key).Type
            kind = _LOGICAL if kinds[key] & _LOGICAL else kinds[key] & _DATE_OR_TIME
            if not kind:
                continue
            for area in group.RangeAddresses:
                columns = range(area.StartColumn - self._column + 1, area.EndColumn - self._column + 2)
                for row in range(area.StartRow - self._row + 1, area.EndRow - self._row + 2):
                    for column in columns:
                        found[row, column] = kind
        return found

    def _failed(self) -> dict[tuple[int, int], int | convert.CellError]:
        found: dict[tuple[int, int], int | convert.CellError] = {}
        for area in self.uno.queryFormulaCells(_FAILED).RangeAddresses:
            for row in range(area.StartRow, area.EndRow + 1):
                for column in range(area.StartColumn, area.EndColumn + 1):
                    shown = self._sheet.uno.getCellByPosition(column, row).String
                    found[row - self._row + 1, column - self._column + 1] = convert.CellError(shown)
        return found

    @property
    def formula(self) -> str | tuple[tuple[str, ...], ...]:
        """The formulas as Excel writes them, and the text of what is none."""
        rows = self.uno.getFormulaArray()
        told = tuple(tuple(map(convert.excel_formula, row)) for row in rows)
        return told[0][0] if len(self) == 1 else told

    @formula.setter
    def formula(self, value: str | Sequence[Sequence[str]]) -> None:
        rows = [[value] * self._columns] * self._rows if isinstance(value, str) else value
        with self._writable(), self._heights_kept():
            self.uno.setFormulaArray(tuple(tuple(map(convert.formula, row)) for row in rows))

    def clear_contents(self) -> None:
        """Empty the cells; their formats stay."""
        self.raw_value = ""

    def select(self) -> None:
        """Select the range and bring it into view."""
        controller = self._sheet.book.uno.CurrentController
        controller.setActiveSheet(self._sheet.uno)
        controller.select(self.uno)

    def get_special_cells(self, cell_type: str, value_type: str | None) -> list[Range]:
        """Return the areas that are neither hidden nor filtered away; no other kind is known here."""
        if (cell_type, value_type) != ("visible", None):
            raise NotImplementedError
        return [
            Range(
                self._sheet,
                area.StartRow + 1,
                area.StartColumn + 1,
                area.EndRow - area.StartRow + 1,
                area.EndColumn - area.StartColumn + 1,
            )
            for area in self.uno.queryVisibleCells().RangeAddresses
        ]

    @property
    def row_hidden(self) -> bool | None:
        """Whether the rows are hidden; None where only some are."""
        first_column = Range(self._sheet, self._row, self._column, self._rows, 1)
        shown = sum(area.shape[0] for area in first_column.get_special_cells("visible", None))
        return None if 0 < shown < self._rows else not shown

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        with self._writable():
            self.uno.Rows.IsVisible = not value

    def _uniform(self, name: str) -> Any:
        """Return a property; None where cells differ."""
        state = self.uno.getPropertyState(name)
        return None if state.value == _AMBIGUOUS else self.uno.getPropertyValue(name)

    def _set(self, name: str, value: Any) -> None:
        with self._writable():
            self.uno.setPropertyValue(name, value)

    @property
    def number_format(self) -> str | None:
        """The number format in Excel's English notation; None where cells differ."""
        key = self._uniform("NumberFormat")
        return None if key is None else self._sheet.book.number_format(key)

    @number_format.setter
    def number_format(self, value: str) -> None:
        self._set("NumberFormat", self._sheet.book.number_format_key(value))

    @property
    def color(self) -> tuple[int, int, int] | None:
        """The background; None without one, or where cells differ."""
        found = self._uniform("CellBackColor")
        return None if found in (None, -1) else tuple(found.to_bytes(3))

    @color.setter
    def color(self, value: tuple[int, int, int] | None) -> None:
        self._set("CellBackColor", -1 if value is None else int.from_bytes(value))

    @property
    def font(self) -> Font:
        """The letters."""
        return Font(self)

    @property
    def data_validation(self) -> DataValidation:
        """What may be typed."""
        return DataValidation(self)

    @property
    def conditional_formats(self) -> ConditionalFormats:
        """The rules that colour."""
        return ConditionalFormats(self)


class Font(base_classes.Font):
    """The letters of a range."""

    def __init__(self, parent: Range) -> None:
        self.parent = parent

    def _get(self, name: str) -> Any:
        return self.parent._uniform(name)  # noqa: SLF001 - one class in two

    def _put(self, name: str, value: Any) -> None:
        self.parent._set(name, value)  # noqa: SLF001 - one class in two

    @property
    def name(self) -> str | None:
        """The typeface."""
        return self._get("CharFontName")  # type: ignore[no-any-return]

    @name.setter
    def name(self, value: str) -> None:
        self._put("CharFontName", value)

    @property
    def size(self) -> float | None:
        """The size in points."""
        return self._get("CharHeight")  # type: ignore[no-any-return]

    @size.setter
    def size(self, value: float) -> None:
        self._put("CharHeight", float(value))

    @property
    def bold(self) -> bool | None:
        """Whether the letters are bold."""
        weight = self._get("CharWeight")
        return None if weight is None else weight > _PLAIN

    @bold.setter
    def bold(self, value: bool) -> None:
        self._put("CharWeight", _BOLD if value else _PLAIN)

    @property
    def color(self) -> tuple[int, int, int] | None:
        """The colour; None where cells differ."""
        found = self._get("CharColor")
        return None if found is None else tuple(max(found, 0).to_bytes(3))

    @color.setter
    def color(self, value: tuple[int, int, int]) -> None:
        self._put("CharColor", int.from_bytes(value))


class DataValidation(base_classes.DataValidation):
    """What may be typed into a range."""

    def __init__(self, parent: Range) -> None:
        self.parent = parent

    @property
    def type(self) -> str:
        """``list``, ``none``, ``inconsistent`` where cells differ; ``unknown`` stands for all others."""
        found = self.parent._uniform("Validation")  # noqa: SLF001 - one class in two
        if found is None:
            return "inconsistent"
        return {"LIST": "list", "ANY": "none"}.get(found.Type.value, "unknown")

    def set_list(self, source: Name, in_cell_dropdown: bool) -> None:  # noqa: FBT001 - the base class says so
        """Offer the cells of a defined name."""
        rule = self.parent.uno.Validation
        rule.Type = uno.Enum("com.sun.star.sheet.ValidationType", "LIST")
        rule.setFormula1(source.name)
        rule.ShowList = int(in_cell_dropdown)
        rule.ErrorAlertStyle = uno.Enum("com.sun.star.sheet.ValidationAlertStyle", "STOP")
        rule.ShowErrorMessage = True
        self.parent._set("Validation", rule)  # noqa: SLF001 - one class in two


class ConditionalFormats(base_classes.ConditionalFormats):
    """The rules that colour a range, the first that applies first."""

    def __init__(self, target: Range) -> None:
        self.cells = target

    def __len__(self) -> int:
        return self.cells.uno.ConditionalFormat.Count  # type: ignore[no-any-return]

    def clear(self) -> None:
        """Remove every rule."""
        self.cells._set("ConditionalFormat", self._emptied())  # noqa: SLF001 - one class in two

    def _emptied(self) -> Any:
        rules = self.cells.uno.ConditionalFormat
        rules.clear()
        return rules

    def add_custom(self, spec: Mapping[str, Any]) -> None:
        """Add a rule before the others: a background, where a formula holds."""
        rules = self.cells.uno.ConditionalFormat
        kept = [self._told(rules.getByIndex(position)) for position in range(rules.Count)]
        rules = self._emptied()
        style = self.cells.sheet.book.background_style(spec["fill_color"])
        fresh = {
            "Operator": uno.Enum("com.sun.star.sheet.ConditionOperator", "FORMULA"),
            "Formula1": convert.formula(spec["formula"]).removeprefix("="),
            "StyleName": style,
        }
        for rule in (fresh, *kept):
            rules.addNew(tuple(_property(name, value) for name, value in rule.items()))
        self.cells._set("ConditionalFormat", rules)  # noqa: SLF001 - one class in two

    def _told(self, rule: Any) -> dict[str, Any]:
        return {
            "Operator": rule.Operator,
            "Formula1": rule.getFormula1(),
            "Formula2": rule.getFormula2(),
            "StyleName": rule.StyleName,
        }


def _property(name: str, value: Any) -> Any:
    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made
