"""Documents, sheets and defined names of LibreOffice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

import uno
from xlwings import base_classes

from addin.uno_engine import convert
from addin.uno_engine.ranges import Range, unlocked

if TYPE_CHECKING:
    from addin.uno_engine.engine import App

_FILTER = "Calc MS Excel 2007 XML"


class Book(base_classes.Book):
    """An open Calc document."""

    def __init__(self, app: App, document: Any) -> None:
        self._app = app
        self.uno = document

    @property
    def api(self) -> Any:
        """LibreOffice's own object."""
        return self.uno

    @property
    def app(self) -> App:
        """The application."""
        return self._app

    @property
    def name(self) -> str:
        """The file's name, or the title of a document that was never saved."""
        path = self.fullname
        return PureWindowsPath(path).name if "\\" in path else PurePosixPath(path).name

    @property
    def fullname(self) -> str:
        """The path; the title of a document that was never saved, the address of one that is not in a folder."""
        url = self.uno.URL
        if not url:
            return self.uno.Title  # type: ignore[no-any-return]
        return uno.fileUrlToSystemPath(url) if url.startswith("file:") else url  # type: ignore[no-any-return]

    @property
    def sheets(self) -> Sheets:
        """The sheets, hidden ones too."""
        return Sheets(self)

    @property
    def names(self) -> Names:
        """The defined names of the whole document."""
        return Names(self)

    def activate(self) -> None:
        """Bring the document's window to the front."""
        self.uno.CurrentController.Frame.activate()

    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Save as .xlsx, in place or at a path."""
        if password:
            raise NotImplementedError
        if path is None:
            self.uno.store()
        else:
            self.uno.storeAsURL(uno.systemPathToFileUrl(path), self._app.arguments(FilterName=_FILTER))

    def close(self) -> None:
        """Close without saving."""
        self.uno.close(True)  # noqa: FBT003 - UNO knows no keywords

    def number_format(self, key: int) -> str:
        """Return a number format in Excel's English notation."""
        formats = self.uno.NumberFormats
        found = formats.getByKey(key)
        if found.Locale.Language != "en":
            found = formats.getByKey(formats.addNewConverted(found.FormatString, found.Locale, _ENGLISH()))
        return found.FormatString  # type: ignore[no-any-return]

    def number_format_key(self, code: str) -> int:
        """Return the key of a number format, made where it is not there yet."""
        formats = self.uno.NumberFormats
        key = formats.queryKey(code, _ENGLISH(), False)  # noqa: FBT003 - UNO knows no keywords
        return formats.addNew(code, _ENGLISH()) if key == -1 else key  # type: ignore[no-any-return]

    def background_style(self, colour: tuple[int, int, int]) -> str:
        """Return the name of a cell style with a background of red, green and blue, the template's own if it is there.

        Styles cannot be changed while any sheet is protected.
        """
        styles, number = self.uno.StyleFamilies.getByName("CellStyles"), int.from_bytes(colour)
        for name in styles.ElementNames:
            if styles.getByName(name).CellBackColor == number:
                return name  # type: ignore[no-any-return]
        name = f"rapport-{bytes(colour).hex()}"
        with ExitStack() as stack:
            for sheet in self.sheets:
                stack.enter_context(unlocked(sheet.uno))
            styles.insertByName(name, self.uno.createInstance("com.sun.star.style.CellStyle"))
            styles.getByName(name).CellBackColor = number
        return name


def _ENGLISH() -> Any:  # noqa: N802 - a UNO struct, constant but for its holder
    locale = uno.createUnoStruct("com.sun.star.lang.Locale")
    locale.Language, locale.Country = "en", "US"
    return locale


class Sheets(base_classes.Sheets):
    """The sheets of a document."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.uno = book.uno.Sheets

    @property
    def api(self) -> Any:
        """LibreOffice's own object."""
        return self.uno

    @property
    def active(self) -> Sheet:
        """The sheet that the user looks at."""
        return Sheet(self.book, self.book.uno.CurrentController.ActiveSheet)

    def __call__(self, name_or_index: str | int) -> Sheet:
        """Return a sheet by its name, or its number from 1 on; KeyError where there is none."""
        if isinstance(name_or_index, int):
            return Sheet(self.book, self.uno.getByIndex(name_or_index - 1))
        if not self.uno.hasByName(name_or_index):
            raise KeyError(name_or_index)
        return Sheet(self.book, self.uno.getByName(name_or_index))

    def __len__(self) -> int:
        return self.uno.Count  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[Sheet]:
        return (self(position) for position in range(1, len(self) + 1))

    def add(self, before: Sheet | None, after: Sheet | None, name: str | None) -> Sheet:  # type: ignore[override]
        """Add a sheet, behind all others unless told where, and show it."""
        position = before.index - 1 if before else after.index if after else len(self)
        if name is None:
            name = next(name for number in range(1, 10_000) if not self.uno.hasByName(name := f"Sheet{number}"))
        self.uno.insertNewByName(name, position)
        made = self(name)
        made.activate()
        return made


class Sheet(base_classes.Sheet):
    """One sheet."""

    def __init__(self, book: Book, sheet: Any) -> None:
        self._book = book
        self.uno = sheet

    @property
    def api(self) -> Any:
        """LibreOffice's own object."""
        return self.uno

    @property
    def book(self) -> Book:
        """The document."""
        return self._book

    @property
    def name(self) -> str:
        """The name on the tab."""
        return self.uno.Name  # type: ignore[no-any-return]

    @property
    def index(self) -> int:
        """The number from 1 on."""
        return self.uno.RangeAddress.Sheet + 1  # type: ignore[no-any-return]

    @property
    def visible(self) -> bool:
        """Whether the tab is shown."""
        return self.uno.IsVisible  # type: ignore[no-any-return]

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        """Return a range by its address, its corners, or (row, column, height, width)."""
        row, column, rows, columns = self._place(arg1)
        if arg2 is not None:
            last_row, last_column, more_rows, more_columns = self._place(arg2)
            rows, columns = last_row + more_rows - row, last_column + more_columns - column
        return Range(self, row, column, rows, columns)

    def _place(self, told: Any) -> tuple[int, int, int, int]:
        if isinstance(told, Range):
            return told.row, told.column, *told.shape
        if isinstance(told, str):
            return convert.place(told)
        if len(told) == 4:  # noqa: PLR2004 - row, column, height, width
            return told  # type: ignore[no-any-return]
        if 0 in told:
            raise IndexError(told)
        return told[0], told[1], 1, 1

    @property
    def used_range(self) -> Range:
        """From A1 to the last cell that holds anything."""
        cursor = self.uno.createCursor()
        cursor.gotoEndOfUsedArea(False)  # noqa: FBT003 - UNO knows no keywords
        last = cursor.RangeAddress
        return Range(self, 1, 1, last.EndRow + 1, last.EndColumn + 1)

    def activate(self) -> None:
        """Show the sheet."""
        self._book.uno.CurrentController.setActiveSheet(self.uno)

    def delete(self) -> None:
        """Remove the sheet."""
        with unlocked(self.uno):
            self._book.uno.Sheets.removeByName(self.name)


class Names(base_classes.Names):
    """The defined names of a document."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.uno = book.uno.NamedRanges

    @property
    def api(self) -> Any:
        """LibreOffice's own object."""
        return self.uno

    def __len__(self) -> int:
        return self.uno.Count  # type: ignore[no-any-return]

    def __call__(self, name_or_index: str | int) -> Name:
        """Return a name by itself, or its number from 1 on; KeyError where there is none."""
        if isinstance(name_or_index, int):
            return Name(self.book, self.uno.getByIndex(name_or_index - 1))
        if not self.uno.hasByName(name_or_index):
            raise KeyError(name_or_index)
        return Name(self.book, self.uno.getByName(name_or_index))

    def contains(self, name_or_index: str) -> bool:
        """Whether there is such a name."""
        return self.uno.hasByName(name_or_index)  # type: ignore[no-any-return]


class Name(base_classes.Name):
    """One defined name."""

    def __init__(self, book: Book, name: Any) -> None:
        self._book = book
        self.uno = name

    @property
    def api(self) -> Any:
        """LibreOffice's own object."""
        return self.uno

    @property
    def name(self) -> str:
        """The name itself."""
        return self.uno.Name  # type: ignore[no-any-return]

    @property
    def refers_to(self) -> str:
        """What it stands for, as Excel writes it."""
        return convert.reference(self.uno.Content)

    @property
    def refers_to_range(self) -> Range:
        """The cells that it stands for."""
        area = self.uno.ReferredCells.RangeAddress
        sheet = self._book.sheets(area.Sheet + 1)
        return sheet.range((area.StartRow + 1, area.StartColumn + 1), (area.EndRow + 1, area.EndColumn + 1))
