"""The engine itself: LibreOffice as an application that xlwings knows, and one of its documents as a book."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import uno
import unohelper
import xlwings
from com.sun.star.awt import XCallback
from xlwings import base_classes

from addin.uno_engine import convert
from addin.uno_engine.book import Book
from addin.uno_engine.ranges import Range

NAME = "libreoffice"
_BUTTONS = {"ok": 1, "ok_cancel": 2, "yes_no": 3, "yes_no_cancel": 4}
"""com.sun.star.awt.MessageBoxButtons"""
_ANSWERS = {0: "cancel", 1: "ok", 2: "yes", 3: "no"}
"""com.sun.star.awt.MessageBoxResults"""


class Engine:
    """What xlwings asks of an engine beside its objects."""

    name = NAME
    type = "desktop"

    @property
    def apps(self) -> Apps:
        """The applications; there is none before :func:`attach`."""
        return Apps()

    @staticmethod
    def prepare_xl_data_element(value: Any, _options: Any) -> Any:
        """Return a value as a range takes it."""
        return "" if value is None else value

    @staticmethod
    def clean_value_data(data: Any, dates: Any, empty: Any, numbers: Any, err_to_str: Any) -> Any:
        """Return what was read as the options ask for it."""
        return convert.cleaned(data, dates, empty, numbers, errors=err_to_str)


class Apps(base_classes.Apps):
    """The LibreOffice that this process is in, or was led to."""

    attached: App | None = None

    def __iter__(self) -> Iterator[App]:
        return iter([Apps.attached] if Apps.attached else [])

    def __len__(self) -> int:
        return int(Apps.attached is not None)

    def __getitem__(self, pid: int) -> App:
        if Apps.attached is None or Apps.attached.pid != pid:
            raise KeyError(pid)
        return Apps.attached

    def keys(self) -> list[int]:
        """Return the process numbers."""
        return [app.pid for app in self]


class App(base_classes.App):
    """LibreOffice."""

    def __init__(self, context: Any, document: Any) -> None:
        self.context = context
        self._document = document
        manager = context.ServiceManager
        self.uno = manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self._progress: Any = None

    @property
    def api(self) -> Any:
        """LibreOffice's own object."""
        return self.uno

    @property
    def engine(self) -> Engine:
        """The engine."""
        return ENGINE

    @property
    def pid(self) -> int:
        """Number of the process that this runs in."""
        return os.getpid()

    @property
    def _frame(self) -> Any:
        controller = self._document.CurrentController
        return controller.Frame if controller else None

    @property
    def books(self) -> Books:
        """The open documents."""
        return Books(self)

    @property
    def selection(self) -> Range | None:
        """The selected cells, the first area of several; None where something else is selected."""
        return _selection(self, self._document)

    @property
    def screen_updating(self) -> bool:
        """Whether the document is drawn while it changes."""
        return not self._document.hasControllersLocked()

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        if value and not self.screen_updating:
            self._document.unlockControllers()
        elif not value and self.screen_updating:
            self._document.lockControllers()

    @property
    def status_bar(self) -> str | bool:
        """What a macro shows in the status bar; False for nothing."""
        return False

    @status_bar.setter
    def status_bar(self, value: str | bool) -> None:
        if self._progress:
            self._progress.end()
            self._progress = None
        if isinstance(value, str) and self._frame:
            self._progress = self._frame.createStatusIndicator()
            self._progress.start(value, 0)

    @property
    def display_alerts(self) -> bool:
        """LibreOffice asks nothing of a program."""
        return False

    @display_alerts.setter
    def display_alerts(self, value: bool) -> None:
        pass

    def activate(self, steal_focus: bool = False) -> None:  # noqa: FBT001, FBT002 - the base class says so
        """LibreOffice is at the front: it is where the user clicked."""

    def calculate(self) -> None:
        """Calculate every formula anew."""
        self._document.calculateAll()

    def alert(self, prompt: str, title: str | None, buttons: str, mode: str | None, callback: object) -> str:  # noqa: ARG002
        """Show a message, over an up-to-date document, and return the name of the button that was pressed."""
        updating, self.screen_updating = self.screen_updating, True
        window = self._frame.ContainerWindow
        # An information box has one button, whatever is asked for.
        kind = "WARNINGBOX" if mode == "critical" else "INFOBOX" if buttons == "ok" else "QUERYBOX"
        box = window.Toolkit.createMessageBox(
            window,
            uno.Enum("com.sun.star.awt.MessageBoxType", kind),
            _BUTTONS[buttons],
            title or "",
            prompt or "",
        )
        try:
            return _ANSWERS[_on_main(self.context, box.execute)]
        finally:
            self.screen_updating = updating

    def arguments(self, **values: Any) -> tuple[Any, ...]:
        """Return named values as LibreOffice takes them."""
        made = []
        for name, value in values.items():
            one = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
            one.Name, one.Value = name, value
            made.append(one)
        return tuple(made)


class _Call(unohelper.Base, XCallback):
    """Something to be called on the thread that draws windows."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function
        self.value: Any = None
        self.over = threading.Event()

    def notify(self, _data: Any) -> None:
        """Call it."""
        try:
            self.value = self.function()
        finally:
            self.over.set()


def _on_main(context: Any, function: Callable[[], Any]) -> Any:
    """Return what a function gives on the thread that draws windows; a macro runs on another one."""
    call = _Call(function)
    context.ServiceManager.createInstanceWithContext("com.sun.star.awt.AsyncCallback", context).addCallback(call, None)
    call.over.wait()
    return call.value


def _selection(app: App, document: Any) -> Range | None:
    found = document.CurrentSelection
    areas = getattr(found, "RangeAddresses", None)
    area = areas[0] if areas else getattr(found, "RangeAddress", None)
    if area is None:
        return None
    sheet = Book(app, document).sheets(area.Sheet + 1)
    return sheet.range((area.StartRow + 1, area.StartColumn + 1), (area.EndRow + 1, area.EndColumn + 1))


class Books(base_classes.Books):
    """The open documents."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.uno = app.api

    def _documents(self) -> Iterator[Any]:
        components = self.uno.Components.createEnumeration()
        while components.hasMoreElements():
            one = components.nextElement()
            if hasattr(one, "Sheets"):
                yield one

    @property
    def active(self) -> Book:
        """The document that the user works in."""
        return Book(self.app, self.uno.CurrentComponent)

    def __iter__(self) -> Iterator[Book]:
        return (Book(self.app, one) for one in self._documents())

    def __len__(self) -> int:
        return len(list(self._documents()))

    def __call__(self, name_or_index: str | int) -> Book:
        """Return a document by its name or path, or its number from 1 on; KeyError where it is not open."""
        for position, book in enumerate(self, 1):
            if name_or_index in (position, book.name, book.fullname):
                return book
        raise KeyError(name_or_index)

    def open(self, fullname: str, *_options: object, **_more: object) -> Book:
        """Open a workbook in a window of its own."""
        document = self.uno.loadComponentFromURL(uno.systemPathToFileUrl(fullname), "_blank", 0, ())
        return Book(self.app, document)


ENGINE = Engine()


def attach(context: Any, document: Any) -> xlwings.Book:
    """Return an open document as a book for macros, through an application that xlwings knows from now on."""
    if NAME not in [engine.name for engine in xlwings.engines]:
        xlwings.engines.add(xlwings.Engine(impl=ENGINE))
    xlwings.engines[NAME].activate()
    app = Apps.attached = App(context, document)
    return xlwings.Book(impl=Book(app, document))
