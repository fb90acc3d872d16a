"""The two spreadsheets that macros are tested on, one in memory and LibreOffice, with the slips of a user's hand."""

from __future__ import annotations

import functools
import http.server
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import xlwings

from addin.macros import live
from tests.addin.engine_openpyxl import opened
from tests.addin.office import load_uno
from workbook_templates import cells

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xlwings import Book

    from addin.macros.steps import Told
    from tests.addin.office import Office
    from workbook_templates.layout import SheetLayout


class Macro(Protocol):
    """A macro, and what it is told beside its book."""

    def __call__(self, book: Book, /, *told: object, **named: object) -> Told:
        """Run."""


class Desk(Protocol):
    """A spreadsheet, and what its user does."""

    name: str

    def open(self, path: Path) -> Book:
        """Open a file; a second one opens beside the first, and comes to the front."""

    def unsaved(self, path: Path) -> Book:
        """Make a workbook like a file, and do not save it."""

    def read_only(self, path: Path) -> Book:
        """Open a file to be read."""

    def online(self, path: Path) -> Book:
        """Open a file from an address."""

    def filter(self, book: Book, where: SheetLayout, column: int, value: str, last: int) -> None:
        """Show of the rows of a table up to ``last`` those with a value in a column."""

    def show_all(self, book: Book, where: SheetLayout) -> None:
        """Take the filter away."""

    def rename(self, book: Book, old: str, new: str) -> None:
        """Rename a sheet."""

    def insert_column(self, book: Book, sheet: str, column: int) -> None:
        """Insert an empty column before another."""

    def delete_rows(self, book: Book, sheet: str, first: int, count: int) -> None:
        """Delete rows."""

    def unprotect(self, book: Book) -> None:
        """Lift the protection of every sheet."""

    def typing(self, book: Book, sheet: str, address: str, text: str) -> None:
        """Begin to type behind what is in a cell, and do not finish."""

    def close(self) -> None:
        """Close every workbook."""


def run(macro: Macro, book: Book, /, *told: object, **named: object) -> Told:
    """Run a macro on a book, whose engine becomes the one that xlwings takes by default, as on a user's machine."""
    xlwings.engines[book.app.engine.name].activate()
    return macro(book, *told, **named)


class InMemory:
    """openpyxl's workbooks, which behave as Excel does."""

    name = "in memory"

    def __init__(self) -> None:
        self._books: list[Book] = []

    def open(self, path: Path) -> Book:
        """Open a file."""
        return self._opened(path.read_bytes(), str(path))

    def unsaved(self, path: Path) -> Book:
        """Make a workbook that has a title only."""
        return self._opened(path.read_bytes(), "Classeur1")

    def read_only(self, path: Path) -> Book:
        """Open a file that cannot be saved."""
        book = self.open(path)
        book.impl._read_only = True  # noqa: SLF001 - an engine for tests
        return book

    def online(self, path: Path) -> Book:
        """Open a file as Excel does from SharePoint."""
        return self._opened(path.read_bytes(), f"https://centre.sharepoint.com/sites/cpas/{path.name}")

    def _opened(self, data: bytes, fullname: str) -> Book:
        book = opened(data, fullname, self._books[0] if self._books else None)
        book.activate()
        self._books.append(book)
        return book

    def filter(self, book: Book, where: SheetLayout, column: int, value: str, last: int) -> None:
        """Hide the other rows."""
        page = self._page(book, where.name)
        for row in range(where.first_row, last + 1):
            page.row_dimensions[row].hidden = page.cell(row, column).value != value

    def show_all(self, book: Book, where: SheetLayout) -> None:
        """Show all rows."""
        for row in self._page(book, where.name).row_dimensions.values():
            row.hidden = False

    def rename(self, book: Book, old: str, new: str) -> None:
        """Rename a sheet, and what refers to it."""
        self._page(book, old).title = new
        for name in self._names(book, old):
            _, address = cells.split_reference(name.value)
            name.value = f"{cells.quote(new)}!{address}"

    def insert_column(self, book: Book, sheet: str, column: int) -> None:
        """Insert a column, and move what refers to those behind it."""
        self._page(book, sheet).insert_cols(column)
        for name in self._names(book, sheet):
            self._move(sheet, name, lambda row, at: (row, at + (at >= column)))

    def delete_rows(self, book: Book, sheet: str, first: int, count: int) -> None:
        """Delete rows, and move what refers to those below."""
        self._page(book, sheet).delete_rows(first, count)
        for name in self._names(book, sheet):
            self._move(sheet, name, lambda row, at: (row - count if row >= first + count else row, at))

    @staticmethod
    def _move(sheet: str, name: Any, moved: Any) -> None:  # noqa: ANN401 - openpyxl's own
        _, address = cells.split_reference(name.value)
        corners = [moved(*cells.parse(corner)) for corner in address.split(":")]
        told = [f"${cells.letters(column)}${row}" for row, column in corners]
        name.value = f"{cells.quote(sheet)}!{':'.join(told)}"

    def unprotect(self, book: Book) -> None:
        """Lift the protection."""
        for page in book.impl._book.worksheets:  # noqa: SLF001 - as above
            page.protection.sheet = False

    def typing(self, book: Book, sheet: str, address: str, text: str) -> None:
        """Have the application refuse every call, as Excel does meanwhile."""
        book.app.impl._editing = bool(sheet and address and text)  # noqa: SLF001 - as above

    def close(self) -> None:
        """Forget them."""
        self._books.clear()

    @staticmethod
    def _page(book: Book, sheet: str) -> Any:  # noqa: ANN401 - openpyxl's own
        return book.impl._book[sheet]  # noqa: SLF001 - as above

    @staticmethod
    def _names(book: Book, sheet: str) -> Iterator[Any]:
        for name in book.impl._book.defined_names.values():  # noqa: SLF001 - as above
            if name.value.startswith(f"{cells.quote(sheet)}!"):
                yield name


class LibreOffice:
    """Documents of a running LibreOffice."""

    name = "LibreOffice"

    def __init__(self, office: Office) -> None:
        self._office = office
        self._open = ExitStack()

    def open(self, path: Path) -> Book:
        """Open a file."""
        return self._attached(self._office.open(path, Hidden=False))

    def unsaved(self, path: Path) -> Book:
        """Make a document of a file as of a template."""
        return self._attached(self._office.open(path, AsTemplate=True))

    def read_only(self, path: Path) -> Book:
        """Open a file to be read."""
        return self._attached(self._office.open(path, ReadOnly=True))

    def online(self, path: Path) -> Book:
        """Open a file that a server on this machine gives out."""
        return self._attached(self._office.open_url(self._open.enter_context(served(path))))

    def _attached(self, document: Any) -> Book:  # noqa: ANN401 - a UNO object
        load_uno()
        from addin.uno_engine.engine import attach  # noqa: PLC0415 - needs LibreOffice's module

        book = attach(self._office.context, document)
        self._open.callback(book.close)
        return book

    def filter(self, book: Book, where: SheetLayout, column: int, value: str, last: int) -> None:
        """Filter as the menu does."""
        uno = load_uno()
        wanted = uno.createUnoStruct("com.sun.star.sheet.TableFilterField")
        wanted.Field, wanted.StringValue = column - 1, value
        wanted.Operator = uno.Enum("com.sun.star.sheet.FilterOperator", "EQUAL")
        self._filter(book, where, last, wanted)

    def show_all(self, book: Book, where: SheetLayout) -> None:
        """Filter for nothing."""
        self._filter(book, where, len(live.read_grid(book.sheets[where.name])))

    def _filter(self, book: Book, where: SheetLayout, last: int, *fields: Any) -> None:  # noqa: ANN401 - as above
        page = book.sheets[where.name].impl.uno
        table = page.getCellRangeByPosition(0, where.first_row - 2, max(where.columns.values()) - 1, last - 1)
        told = table.createFilterDescriptor(True)  # noqa: FBT003 - LibreOffice's way
        told.ContainsHeader = True
        told.setFilterFields(fields)
        page.unprotect("")
        table.filter(told)
        page.protect("")

    def rename(self, book: Book, old: str, new: str) -> None:
        """Rename a sheet."""
        book.sheets[old].impl.uno.Name = new

    def insert_column(self, book: Book, sheet: str, column: int) -> None:
        """Insert a column in a sheet that is not protected."""
        book.sheets[sheet].impl.uno.unprotect("")
        book.sheets[sheet].impl.uno.Columns.insertByIndex(column - 1, 1)

    def delete_rows(self, book: Book, sheet: str, first: int, count: int) -> None:
        """Delete rows in a sheet that is not protected."""
        book.sheets[sheet].impl.uno.unprotect("")
        book.sheets[sheet].impl.uno.Rows.removeByIndex(first - 1, count)

    def unprotect(self, book: Book) -> None:
        """Lift the protection."""
        for page in book.sheets:
            page.impl.uno.unprotect("")

    def typing(self, book: Book, sheet: str, address: str, text: str) -> None:
        """Select a cell, press F2 and some keys."""
        uno = load_uno()
        live.show(book, sheet, address)
        frame = book.impl.uno.CurrentController.Frame
        manager = self._office.context.ServiceManager
        helper = manager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", self._office.context)
        helper.executeDispatch(frame, ".uno:SetInputMode", "", 0, ())
        for letter in text:
            key = uno.createUnoStruct("com.sun.star.awt.KeyEvent")
            key.Source, key.KeyChar = frame.ComponentWindow, uno.Char(letter)
            frame.ContainerWindow.Toolkit.keyPress(key)
            frame.ContainerWindow.Toolkit.keyRelease(key)

    def close(self) -> None:
        """Close them and what was opened beside them, and stop what served them."""
        self._open.close()
        left = self._office.desktop.Components.createEnumeration()
        while left.hasMoreElements():
            left.nextElement().close(True)  # noqa: FBT003 - LibreOffice's way


@contextmanager
def served(path: Path) -> Iterator[str]:
    """Give a file out over HTTP, and yield its address."""
    handler = functools.partial(_Quiet, directory=str(path.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/{path.name}"
        server.shutdown()
        thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """A server for files that says nothing."""

    def do_OPTIONS(self) -> None:
        """Say that nothing special is possible."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_told: object) -> None:
        """Say nothing."""
