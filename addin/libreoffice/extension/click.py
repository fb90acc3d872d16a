"""One click, from its questions to its message, on a thread of its own: LibreOffice goes on drawing meanwhile."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any, Callable

import unohelper
from com.sun.star.awt import XCallback, XKeyHandler, XMouseClickHandler

from . import product, windows
from .words import language, words

_ESCAPE = 1281
"""com.sun.star.awt.Key.ESCAPE"""


class Click(threading.Thread):
    """Runs an action on the document of a window; one at a time."""

    running: Any = None

    def __init__(self, context: Any, frame: Any, action: str, done: Callable[[], Any]) -> None:
        super().__init__(name="rapport-unique", daemon=True)
        self._context, self._frame, self._action, self._done = context, frame, action, done
        self._document = frame.Controller.Model
        self._cancelled = threading.Event()
        Click.running = self

    def run(self) -> None:
        """Ask, run, tell; whatever goes wrong becomes a sentence."""
        guard = Guard(self._cancelled)
        controller = self._frame.Controller
        controller.addKeyHandler(guard)
        controller.addMouseClickHandler(guard)
        try:
            told = self._told()
        except product.MissingError as error:
            told = self._refused(error.kind)
        except OSError:
            told = self._refused("unreachable")
        except Exception as error:  # noqa: BLE001 - a thread that ends in silence would leave the user waiting
            told = self._refused("unexpected", problem=type(error).__name__)
        finally:
            Click.running = None
            # The user may have closed the window.
            with suppress(Exception):
                controller.removeKeyHandler(guard)
                controller.removeMouseClickHandler(guard)
            give_back(self._document)
            self._done()
        if told:
            on_main(self._context, lambda: windows.tell(self._context, self._document, told))

    def _told(self) -> dict[str, list[str]] | None:
        """Return what the program tells at last; None where the user gives no answer."""
        with product.way(self._context, self._document, self._cancelled) as way:
            answers: dict[str, str] = {}
            while True:
                told: dict[str, list[str]] = way.run(self._action, answers, language(self._context))
                if told["state"] != ["ask"]:
                    return told
                answer = self._ask(told, answers)
                if answer is None:
                    return None
                answers[told["name"][0]] = answer

    def _ask(self, question: dict[str, list[str]], answers: dict[str, str]) -> str | None:
        answer = on_main(self._context, lambda: windows.ask(self._context, self._frame, question, answers))
        return None if answer is None else str(answer)

    def _refused(self, kind: str, **told: str) -> dict[str, list[str]]:
        sentence = words(self._context)[kind]
        return {
            "tone": ["refused"],
            "first": [sentence["message"].format(**told)],
            "second": [sentence["remedy"].format(**told)],
        }


def give_back(document: Any) -> None:
    """Have a document drawn again: a helper that was killed in the middle has kept LibreOffice from it."""
    # The user may have closed it.
    with suppress(Exception):
        while document.hasControllersLocked():
            document.unlockControllers()


def on_main(context: Any, function: Callable[[], Any]) -> Any:
    """Return what a function gives on the thread that draws windows; only from another thread."""
    call = _Call(function)
    service = context.ServiceManager.createInstanceWithContext("com.sun.star.awt.AsyncCallback", context)
    service.addCallback(call, None)
    call.over.wait()
    if call.error:
        raise call.error
    return call.value


class _Call(unohelper.Base, XCallback):
    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function
        self.value: Any = None
        self.error: Exception | None = None
        self.over = threading.Event()

    def notify(self, _data: Any) -> None:
        """Call."""
        try:
            self.value = self.function()
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            self.error = error
        finally:
            self.over.set()


class Guard(unohelper.Base, XKeyHandler, XMouseClickHandler):
    """Keeps the document as it is while it is worked on; Esc means stop."""

    def __init__(self, cancelled: threading.Event) -> None:
        self._cancelled = cancelled

    def keyPressed(self, event: Any) -> bool:
        """Take a key."""
        if event.KeyCode == _ESCAPE:
            self._cancelled.set()
        return True

    def keyReleased(self, _event: Any) -> bool:
        """Take a key."""
        return True

    def mousePressed(self, _event: Any) -> bool:
        """Take a click."""
        return True

    def mouseReleased(self, _event: Any) -> bool:
        """Take a click."""
        return True

    def disposing(self, _event: Any) -> None:
        """Let it be."""
