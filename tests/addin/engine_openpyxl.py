"""An xlwings engine over openpyxl: macros run on a workbook in memory, with a user whose clicks are written down.

What it does not do, it refuses: the base classes raise ``NotImplementedError``. Every member that is asked of it is
kept in :data:`USED`, for the contract test.
"""

# The faces of the classes are xlwings', which has no types and passes everything by position; they are one engine.
# ruff: noqa: ANN401, ARG002, D102, FBT001, FBT002, SLF001
# mypy: disable-error-code="misc, no-any-return, no-untyped-call"
from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlwings
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font as Letters
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation as Validation
from xlwings import base_classes

from addin.uno_engine.convert import CellError, cleaned, place
from workbook_templates import cells

USED: set[tuple[str, str]] = set()
"""(class, member) of everything that xlwings asked of an engine."""
_FORMULA = ("=", "+", "-", "@")
_LINK = re.compile(r'=HYPERLINK\(".*","(.*)"\)')


class Recorded:
    """Keeps the members that are asked for."""

    def __getattribute__(self, name: str) -> Any:
        """Return a member, and write it down if it is part of an engine's face."""
        if not name.startswith("_") and name != "options":
            USED.add((type(self).__name__, name))
        return super().__getattribute__(name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a member, and write it down likewise."""
        if not name.startswith("_") and name != "options":
            USED.add((type(self).__name__, name))
        super().__setattr__(name, value)


class Engine:
    """What xlwings asks of an engine beside its objects."""

    name = "openpyxl"
    type = "desktop"

    @property
    def apps(self) -> Any:
        """One application at a time."""
        return Apps()

    @staticmethod
    def prepare_xl_data_element(value: Any, _options: Any) -> Any:
        """Return a value as it is."""
        return value

    @staticmethod
    def clean_value_data(data: Any, dates: Any, empty: Any, numbers: Any, err_to_str: Any) -> Any:
        """Return what was read as the options ask for it."""
        return cleaned(data, dates, empty, numbers, errors=err_to_str)


class Apps(base_classes.Apps):
    """The application that was made last."""

    attached: Any = None

    def __iter__(self) -> Iterator[Any]:
        return iter([Apps.attached] if Apps.attached else [])

    def __len__(self) -> int:
        return int(Apps.attached is not None)

    def __getitem__(self, pid: int) -> Any:
        return Apps.attached


class BusyError(Exception):
    """What COM says then: VBA_E_IGNORE."""

    hresult = -2146777998


class App(Recorded, base_classes.App):
    """A spreadsheet without a window: what it is told to show is kept."""

    def __init__(self) -> None:
        self._selection: Range | None = None
        self._books: list[Book] = []
        self._answers: list[str] = []
        self._alerts: list[str] = []
        self._bar: list[object] = []
        self._updating = True
        self._front: Book | None = None
        self._editing = False
        Apps.attached = self

    def _answer(self) -> None:
        """Refuse, as Excel does while a cell is being edited."""
        if self._editing:
            raise BusyError

    @property
    def engine(self) -> Any:
        """The engine."""
        return ENGINE

    @property
    def pid(self) -> int:
        """Number of a process."""
        return 1

    @property
    def books(self) -> Any:
        """The open workbooks."""
        return Books(self)

    @property
    def selection(self) -> Any:
        """The selected cells."""
        return self._selection

    @property
    def screen_updating(self) -> bool:
        """Whether the screen follows."""
        return self._updating

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        self._updating = value

    @property
    def display_alerts(self) -> bool:
        """Whether questions are asked."""
        return True

    @display_alerts.setter
    def display_alerts(self, value: bool) -> None:
        pass

    @property
    def status_bar(self) -> Any:
        """What stands in the status bar."""
        return self._bar[-1] if self._bar else False

    @status_bar.setter
    def status_bar(self, value: object) -> None:
        self._bar.append(value)

    def activate(self, steal_focus: bool = False) -> None:
        """Bring to the front."""

    def calculate(self) -> None:
        """Leave the formulas to whoever opens the file."""

    def alert(self, prompt: str, title: str | None, buttons: str, mode: str | None, callback: object) -> str:
        """Answer as the test has said."""
        self._alerts.append(prompt)
        return self._answers.pop(0)


class Books(Recorded, base_classes.Books):
    """The open workbooks."""

    def __init__(self, app: App) -> None:
        self.app = app

    def __iter__(self) -> Iterator[Any]:
        return iter(self.app._books)

    def __len__(self) -> int:
        return len(self.app._books)

    def __call__(self, name_or_index: str | int) -> Any:
        for position, book in enumerate(self.app._books, 1):
            if name_or_index in {position, book.name}:
                return book
        raise KeyError(name_or_index)

    def open(self, fullname: str, *_options: object, **_more: object) -> Any:
        """Open a workbook."""
        return Book(self.app, Path(fullname).read_bytes(), fullname)


class Book(Recorded, base_classes.Book):
    """A workbook in memory."""

    def __init__(self, app: App, data: bytes, fullname: str) -> None:
        self._app = app
        self._book = openpyxl.load_workbook(io.BytesIO(data))
        self._fullname = fullname
        self._read_only = False
        app._books.append(self)

    @property
    def api(self) -> Any:
        """Something that is true."""
        return self._book

    @property
    def app(self) -> App:
        """The application."""
        return self._app

    @property
    def name(self) -> str:
        """The file's name."""
        return Path(self._fullname).name

    @property
    def fullname(self) -> str:
        """The path."""
        return self._fullname

    @property
    def sheets(self) -> Any:
        """The sheets."""
        self._app._answer()
        return Sheets(self)

    @property
    def names(self) -> Any:
        """The defined names."""
        self._app._answer()
        return Names(self)

    def activate(self) -> None:
        """Bring to the front."""
        self._app._front = self

    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Save in place."""
        if self._read_only:
            raise PermissionError(self._fullname)
        self._book.save(path or self._fullname)

    def close(self) -> None:
        """Close without saving."""
        self._app._books.remove(self)

    def to_bytes(self) -> bytes:
        """Return the workbook as a file."""
        target = io.BytesIO()
        self._book.save(target)
        return target.getvalue()


class Sheets(Recorded, base_classes.Sheets):
    """The sheets of a workbook."""

    def __init__(self, book: Book) -> None:
        self._of = book

    @property
    def active(self) -> Any:
        """The sheet that is shown."""
        return Sheet(self._of, self._of._book.active)

    def __call__(self, name_or_index: str | int) -> Any:
        pages = self._of._book.worksheets
        if isinstance(name_or_index, int):
            return Sheet(self._of, pages[name_or_index - 1])
        return Sheet(self._of, self._of._book[name_or_index])

    def __len__(self) -> int:
        return len(self._of._book.worksheets)

    def __iter__(self) -> Iterator[Any]:
        return (self(number) for number in range(1, len(self) + 1))

    def add(self, before: Any, after: Any, name: str | None) -> Any:  # type: ignore[override]
        """Add a sheet."""
        return Sheet(self._of, self._of._book.create_sheet(name))


class Sheet(Recorded, base_classes.Sheet):
    """One sheet."""

    def __init__(self, book: Book, page: Any) -> None:
        self._of = book
        self._page = page

    @property
    def api(self) -> Any:
        """Something that is true."""
        return self._page

    @property
    def book(self) -> Book:
        """The workbook."""
        return self._of

    @property
    def name(self) -> str:
        """The name on the tab."""
        return self._page.title

    @property
    def visible(self) -> bool:
        """Whether the tab is shown."""
        return self._page.sheet_state == "visible"

    def range(self, arg1: Any, arg2: Any = None) -> Any:
        """Return a range by its address, its corners, or (row, column, height, width)."""
        row, column, rows, columns = _place(arg1)
        if arg2 is not None:
            last_row, last_column, more_rows, more_columns = _place(arg2)
            rows, columns = last_row + more_rows - row, last_column + more_columns - column
        return Range(self, row, column, rows, columns)

    @property
    def used_range(self) -> Any:
        """From A1 to the last cell that holds anything."""
        filled = [(cell.row, cell.column) for line in self._page.iter_rows() for cell in line if cell.value is not None]
        return self.range((1, 1), (max(row for row, _ in filled), max(column for _, column in filled)))

    def activate(self) -> None:
        """Show the sheet."""
        self._of._book.active = self._page

    def delete(self) -> None:
        """Remove the sheet."""
        self._of._book.remove(self._page)


def _place(told: Any) -> tuple[int, int, int, int]:
    if isinstance(told, Range):
        return told._row, told._column, told._rows, told._columns
    if isinstance(told, str):
        return place(told)
    return told if len(told) == 4 else (*told, 1, 1)


class Range(Recorded, base_classes.Range):
    """A rectangle of cells."""

    def __init__(self, sheet: Sheet, row: int, column: int, rows: int, columns: int) -> None:
        self.options: Mapping[str, Any] = {}
        self._of = sheet
        self._row, self._column, self._rows, self._columns = row, column, rows, columns

    def __call__(self, row: int, column: int | None = None) -> Any:
        if column is None:
            row, column = divmod(row - 1, self._columns)
            row, column = row + 1, column + 1
        return Range(self._of, self._row + row - 1, self._column + column - 1, 1, 1)

    def __len__(self) -> int:
        return self._rows * self._columns

    @property
    def api(self) -> Any:
        """Something that is true."""
        return self

    @property
    def sheet(self) -> Sheet:
        """The sheet."""
        return self._of

    @property
    def row(self) -> int:
        """First row."""
        return self._row

    @property
    def column(self) -> int:
        """First column."""
        return self._column

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self._rows, self._columns

    max_cells_per_read = None
    max_cells_per_write = None

    def _cells(self) -> Iterator[tuple[Any, ...]]:
        page = self._of._page
        last = self._row + self._rows - 1, self._column + self._columns - 1
        yield from page.iter_rows(self._row, last[0], self._column, last[1])

    @property
    def _address(self) -> str:
        last = self._row + self._rows - 1, self._column + self._columns - 1
        return f"{cells.a1(self._row, self._column)}:{cells.a1(*last)}"

    @property
    def raw_value(self) -> Any:
        """The values."""
        return [[_read(cell) for cell in row] for row in self._cells()]

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        if not isinstance(data, (list, tuple)):
            data = [[data] * self._columns] * self._rows
        for row, values in zip(self._cells(), self._as_filtered(data), strict=True):
            for cell, value in zip(row, values, strict=True):
                cell.value = None if value == "" else value.removeprefix("'") if isinstance(value, str) else value
                # Text after an apostrophe only: Excel takes what else begins so for a formula.
                if isinstance(value, str) and (value.startswith(_FORMULA) or cell.data_type == "f"):
                    cell.data_type = "f" if value.startswith(_FORMULA) else "s"

    def _as_filtered(self, data: Any) -> Any:
        """Return what Excel makes of a block where rows are filtered away: its first line, in every row that is shown.

        See https://github.com/xlwings/xlwings/issues/747.
        """
        hidden = [self._of._page.row_dimensions[row[0].row].hidden for row in self._cells()]
        if len(hidden) == 1 or not any(hidden):
            return data
        lines = zip(self._cells(), hidden, strict=True)
        return [[cell.value for cell in row] if away else data[0] for row, away in lines]

    @property
    def formula(self) -> Any:
        """The formulas."""
        rows = tuple(tuple("" if cell.value is None else str(cell.value) for cell in row) for row in self._cells())
        return rows[0][0] if len(self) == 1 else rows

    @formula.setter
    def formula(self, value: Any) -> None:
        rows = [[value] * self._columns] * self._rows if isinstance(value, str) else value
        for row, values in zip(self._cells(), self._as_filtered(rows), strict=True):
            for cell, text in zip(row, values, strict=True):
                cell.value = text or None

    def select(self) -> None:
        """Select; only in the workbook in front."""
        app = self._of._of._app
        assert app._front is self._of._of
        app._selection = self

    def get_special_cells(self, cell_type: str, value_type: str | None) -> list[Any]:
        """Return the rows that are shown, each for itself."""
        assert (cell_type, value_type) == ("visible", None)
        hidden = self._of._page.row_dimensions
        numbers = range(self._row, self._row + self._rows)
        return [self._of.range((row, self._column, 1, self._columns)) for row in numbers if not hidden[row].hidden]

    @property
    def row_hidden(self) -> bool | None:
        """Whether the rows are hidden."""
        shown = len(self.get_special_cells("visible", None))
        return None if 0 < shown < self._rows else not shown

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        for row in range(self._row, self._row + self._rows):
            self._of._page.row_dimensions[row].hidden = value

    @property
    def number_format(self) -> str | None:
        """The number format; None where cells differ."""
        page = self._of._page
        column = page.column_dimensions[cells.letters(self._column)].number_format
        there = {cell.number_format if cell.has_style else column for row in self._cells() for cell in row}
        return there.pop() if len(there) == 1 else None

    @number_format.setter
    def number_format(self, value: str) -> None:
        for row in self._cells():
            for cell in row:
                cell.number_format = value

    @property
    def color(self) -> Any:
        """Not asked for."""
        raise NotImplementedError

    @color.setter
    def color(self, value: Any) -> None:
        assert value is None
        for row in self._cells():
            for cell in row:
                cell.fill = PatternFill()

    @property
    def font(self) -> Any:
        """The letters."""
        return Font(self)

    @property
    def data_validation(self) -> Any:
        """What may be typed."""
        return DataValidation(self)

    @property
    def conditional_formats(self) -> Any:
        """The rules that colour."""
        return ConditionalFormats(self)


def _read(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    if cell.data_type == "e":
        return CellError(value)
    if cell.data_type == "f":
        link = _LINK.fullmatch(value)
        return link[1].replace('""', '"') if link else 0.0
    return value


class Font(Recorded, base_classes.Font):
    """The letters of a range."""

    def __init__(self, parent: Range) -> None:
        self._of = parent

    def _put(self, **changes: Any) -> None:
        for row in self._of._cells():
            for cell in row:
                now = {name: getattr(cell.font, name) for name in ("name", "size", "bold", "color")}
                cell.font = Letters(**{**now, **changes})

    name = property(fset=lambda self, value: self._put(name=value))
    size = property(fset=lambda self, value: self._put(size=value))
    bold = property(fset=lambda self, value: self._put(bold=value))
    color = property(fset=lambda self, value: self._put(color=bytes(value).hex().upper()))


class DataValidation(Recorded, base_classes.DataValidation):
    """What may be typed into a range."""

    def __init__(self, parent: Range) -> None:
        self._of = parent

    @property
    def _rules(self) -> Any:
        return self._of._of._page.data_validations

    @property
    def type(self) -> str:
        """``list``, another kind, ``none``, or ``inconsistent``."""
        kinds = set()
        for row in self._of._cells():
            for cell in row:
                kinds.add(
                    next((rule.type for rule in self._rules.dataValidation if cell.coordinate in rule.sqref), "none")
                )
        return (kinds.pop() or "none") if len(kinds) == 1 else "inconsistent"

    def set_list(self, source: Any, in_cell_dropdown: bool) -> None:
        """Offer the cells of a defined name."""
        address = self._of._address
        self._rules.dataValidation.append(Validation(type="list", formula1=f"={source.name}", sqref=address))


class ConditionalFormats(Recorded, base_classes.ConditionalFormats):
    """The rules that colour a range."""

    def __init__(self, parent: Range) -> None:
        self._of = parent

    def clear(self) -> None:
        """Remove those of the whole sheet: a sheet of ours has none but the table's."""
        self._of._of._page.conditional_formatting = ConditionalFormattingList()

    def add_custom(self, spec: Mapping[str, Any]) -> None:
        """Add a rule; the first in order is the last that was added."""
        rules = self._of._of._page.conditional_formatting
        fill = PatternFill(bgColor=bytes(spec["fill_color"]).hex().upper())
        fresh = FormulaRule([spec["formula"].removeprefix("=")], stopIfTrue=spec["stop_if_true"], fill=fill)
        fresh.priority = 1
        for other in rules:
            for rule in other.rules:
                rule.priority += 1
        rules.add(self._of._address, fresh)


class Names(Recorded, base_classes.Names):
    """The defined names of a workbook."""

    def __init__(self, book: Book) -> None:
        self._of = book

    @property
    def _all(self) -> Sequence[Any]:
        return list(self._of._book.defined_names.values())

    def __len__(self) -> int:
        return len(self._all)

    def __call__(self, name_or_index: str | int) -> Any:
        if isinstance(name_or_index, int):
            return Name(self._of, self._all[name_or_index - 1])
        return Name(self._of, self._of._book.defined_names[name_or_index])


class Name(Recorded, base_classes.Name):
    """One defined name."""

    def __init__(self, book: Book, name: Any) -> None:
        self._of = book
        self._name = name

    @property
    def name(self) -> str:
        """The name itself."""
        return self._name.name

    @property
    def refers_to(self) -> str:
        """What it stands for."""
        return f"={self._name.value}"

    @property
    def refers_to_range(self) -> Any:
        """The cells that it stands for."""
        sheet, address = cells.split_reference(self._name.value)
        return Sheets(self._of)(sheet).range(address)


ENGINE = Engine()


def opened(data: bytes, fullname: str = "report.xlsx", beside: xlwings.Book | None = None) -> xlwings.Book:
    """Return a workbook in memory as a book for macros, in an application of its own or beside another workbook."""
    if "openpyxl" not in [engine.name for engine in xlwings.engines]:
        xlwings.engines.add(xlwings.Engine(impl=ENGINE))
    xlwings.engines["openpyxl"].activate()
    return xlwings.Book(impl=Book(beside.app.impl if beside else App(), data, fullname))
