"""One click through xlwings' own add-in, where the local helper does not answer: a Python that is started for it.

Excel's side has asked all that it can; what is left to ask, and what is to be told, are windows that xlwings shows, on
Windows as on a Mac.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import xlwings

from addin.macros.steps import Told, Tone
from addin.transport import wire
from addin.transport.clicks import Click, click
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from xlwings import App, Book

    from addin.macros.steps import Question

_ANSWER = "answer."
_ROOM = 1000
"""Letters that a window has room for."""


def run(request: str) -> None:
    """Do what a request says, as the local helper would: its lines in hexadecimal digits."""
    told = wire.one(wire.decode(bytes.fromhex(request)))
    answers = {key.removeprefix(_ANSWER): value for key, value in told.items() if key.startswith(_ANSWER)}
    book = xlwings.Book.caller()
    clicked = click(told["action"], told["lang"], answers)
    outcome = _run(clicked, book)
    while outcome.ask:
        answer = _ask(book.app, clicked, outcome.ask)
        if not answer:
            return
        clicked = replace(clicked, answers={**clicked.answers, outcome.ask.name: answer})
        outcome = _run(clicked, book)
    _tell(book.app, clicked, outcome)


def _run(clicked: Click, book: Book) -> Told:
    return clicked.action.macro(book, native=True, **clicked.answers)


def _ask(app: App, clicked: Click, question: Question) -> str:
    """Ask for one choice after the other; empty where the user takes none."""
    title = clicked.action.label(clicked.lang)
    for value, label in question.choices.items():
        said = app.alert(f"{question.prompt}\n\n{label} ?", title=title, buttons="yes_no_cancel", mode="info")
        if said != "no":
            return value if said == "yes" else ""
    return ""


def _tell(app: App, clicked: Click, told: Told) -> None:
    if told.tone is Tone.QUIET:
        app.status_bar = told.first
        return
    lines = [line for line in dict.fromkeys((told.first, told.second, *told.more)) if line]
    title = catalogue("addin", clicked.lang)["macro"]["title"]
    mode = "critical" if told.tone is Tone.REFUSED else "info"
    app.alert("\n".join(lines)[:_ROOM], title=" ".join(filter(None, (title, told.code))), buttons="ok", mode=mode)
