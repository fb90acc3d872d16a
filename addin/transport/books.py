"""Where the local helper finds the workbook that a user clicked in: in Excel, or in LibreOffice."""

from __future__ import annotations

import ctypes
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from addin.macros.steps import MacroError

if TYPE_CHECKING:
    from xlwings import App, Book

_PIPE = re.compile(r"[A-Za-z0-9_-]{1,100}")
"""Names of pipes; anything else might lead LibreOffice's resolver elsewhere."""
_ONE_THREAD_EACH = 2
"""COINIT_APARTMENTTHREADED"""


class Host(StrEnum):
    """The spreadsheets that there are."""

    EXCEL = "excel"
    LIBREOFFICE = "libreoffice"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a user clicked."""

    host: Host
    window: str
    """Number of Excel's window; name of LibreOffice's pipe."""
    name: str
    """Name of the workbook; empty where none is open."""
    path: str
    """Its full name in Excel, which is no path where it was never saved or is on line; its address in LibreOffice."""


@dataclass(frozen=True, slots=True)
class NoBook:
    """Stands for the workbook where none is open: enough of it for the actions that need none."""

    app: App
    fullname: str = "-"
    names: tuple[()] = ()
    sheets: tuple[()] = field(default=())


@contextmanager
def opened(place: Place) -> Iterator[Book]:
    """Yield the workbook that is meant, in a thread of its own; MacroError where it is not there."""
    if place.host is Host.LIBREOFFICE:
        yield _in_libreoffice(place)
        return
    with _windows_com():
        yield _in_excel(place)


def _in_excel(place: Place) -> Book:
    """Return a workbook that is open in Excel: on Windows of the very window, on a Mac of the one Excel there is."""
    import xlwings  # noqa: PLC0415 - heavy, and on Windows each thread must be made ready for it first

    for app in xlwings.apps if xlwings.engines else ():
        if place.window and app.hwnd not in (None, int(place.window)):
            continue
        if not place.name:
            return cast("Book", NoBook(app))
        # Excel opens no two workbooks of the same name.
        for book in app.books:
            if book.name == place.name:
                return book
    raise MacroError("RU-M12", name=place.name)


def _in_libreoffice(place: Place) -> Book:
    try:
        import uno  # noqa: PLC0415 - comes with LibreOffice, if with anything
    except ImportError as error:
        raise MacroError("RU-M11") from error
    from addin.uno_engine.engine import attach  # noqa: PLC0415 - as above

    if not _PIPE.fullmatch(place.window):
        raise MacroError("RU-M12", name=place.name)
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    context = resolver.resolve(f"uno:pipe,name={place.window};urp;StarOffice.ComponentContext")
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    meant = [attach(context, document) for document in _meant(desktop, place)]
    if len(meant) != 1:
        raise MacroError("RU-M12", name=place.name)
    return meant[0]


def _meant(desktop: Any, place: Place) -> list[Any]:  # noqa: ANN401 - objects of LibreOffice have no types
    """Return the documents at an address, else those with a title, which several may have."""
    components = desktop.Components.createEnumeration()
    documents = []
    while components.hasMoreElements():
        documents.append(components.nextElement())
    sheets = [one for one in documents if hasattr(one, "Sheets")]
    at_address = [one for one in sheets if place.path and place.path == one.URL]
    return at_address or [one for one in sheets if one.Title == place.name]


@contextmanager
def _windows_com() -> Iterator[None]:
    """Make this thread ready to talk to Excel on Windows, where COM wants to know each thread; elsewhere do nothing.

    Only Excel on Windows can show that this is right (release checklist).
    """
    if sys.platform == "win32":
        ctypes.windll.ole32.CoInitializeEx(None, _ONE_THREAD_EACH)
        try:
            yield
        finally:
            ctypes.windll.ole32.CoUninitialize()
    else:
        yield
