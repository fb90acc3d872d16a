"""What ``benchmarks.button`` runs inside LibreOffice's own process, whose Python loads it through UNO: checks, timed.

The same clock for whole clicks and for the part of them that LibreOffice takes: every call of the engine's objects.
"""

# ruff: noqa: ANN401 - LibreOffice's objects have no types

from __future__ import annotations

import json
import sys
import time
from functools import wraps
from typing import Any

import unohelper
from com.sun.star.beans import PropertyValue
from com.sun.star.task import XJob


class Inside(unohelper.Base, XJob):  # type: ignore[misc]  # LibreOffice's classes have no types
    """Opens a workbook, and checks it again and again."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._document: Any = None

    def execute(self, arguments: Any) -> str | None:  # the interface says so
        """Open the workbook at ``url`` with the packages at ``path``; without a url check once, and return seconds."""
        told = {one.Name: one.Value for one in arguments}
        if "url" not in told:
            return json.dumps(self._check())
        sys.path[:0] = [folder for folder in json.loads(told["path"]) if folder not in sys.path]
        if self._document:
            self._document.close(True)  # noqa: FBT003 - UNO knows no keywords
        hidden = PropertyValue()
        hidden.Name, hidden.Value = "Hidden", True
        manager = self._context.ServiceManager
        desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", self._context)
        self._document = desktop.loadComponentFromURL(told["url"], "_blank", 0, (hidden,))
        return None

    def _check(self) -> dict[str, float | str]:
        from addin.macros import checking  # noqa: PLC0415 - its place is told first
        from addin.uno_engine.engine import attach  # noqa: PLC0415 - as above

        book = attach(self._context, self._document)
        checking.clear_remarks(book)
        host = Host()
        start, worked = time.perf_counter(), time.thread_time()
        told = checking.check(book)
        total, worked = time.perf_counter() - start, time.thread_time() - worked
        return {"total": total, "product": worked - host.seconds, "told": told.first}


class Host:
    """The time that LibreOffice takes, from now on: that of the outermost calls of the engine's objects."""

    now: Host

    def __init__(self) -> None:
        self.seconds = 0.0
        self.inside = False
        first, Host.now = not hasattr(Host, "now"), self
        if first:
            from addin.uno_engine import book, engine, ranges  # noqa: PLC0415 - its place is told first

            for module in (book, engine, ranges):
                for made in vars(module).values():
                    if isinstance(made, type) and made.__module__ == module.__name__:
                        _measure(made)


def _measure(made: type) -> None:
    for name, member in list(vars(made).items()):
        if isinstance(member, property):
            setattr(made, name, property(*(_timed(way) if way else None for way in (member.fget, member.fset))))
        elif isinstance(member, staticmethod):
            setattr(made, name, staticmethod(_timed(member.__func__)))
        elif callable(member) and not isinstance(member, type):
            setattr(made, name, _timed(member))


def _timed(function: Any) -> Any:
    @wraps(function)
    def timed(*told: Any, **named: Any) -> Any:
        host = Host.now
        if host.inside:
            return function(*told, **named)
        host.inside = True
        start = time.thread_time()
        try:
            return function(*told, **named)
        finally:
            host.seconds += time.thread_time() - start
            host.inside = False

    return timed


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - the name that LibreOffice looks for
g_ImplementationHelper.addImplementation(Inside, "rapport-unique.Benchmark", ("com.sun.star.task.Job",))
