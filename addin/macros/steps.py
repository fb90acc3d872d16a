"""How a macro runs, whatever it does: one way to tell, to show progress, to be cancelled, to refuse, and to tidy up.

A macro is a plain function on an ``xlwings.Book``. It returns what is to be told; it never raises: whatever goes wrong
becomes a sentence in the workbook's language. The host (a ribbon, a toolbar, a test) shows it.
"""

from __future__ import annotations

import gc
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from addin import files, settings
from addin.macros import live
from addin.story import dossier
from signer.errors import SignerError
from validators.findings import InputError
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from xlwings import Book

    from workbook_templates.layout import Layout

_PATIENCE = 1.0
"""Seconds without a word; whatever takes longer is shown in the status bar."""
_OTHERWISE = "en"
_BUSY = frozenset((-2147418111, -2147417846, -2146777998, -2147417851))
"""RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER, VBA_E_IGNORE, RPC_E_SERVERFAULT: while a cell is being edited."""


NO_PACKAGE = "RU-M10"
"""Code of the refusal after which a host may ask for the package's path."""


class Tone(StrEnum):
    """How a host shows what is told."""

    GOOD = "good"
    FOUND = "found"
    """Something is to be mended or known."""
    REFUSED = "refused"
    QUIET = "quiet"
    """In passing: no window wants to be closed."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a macro must know before it can go on: a host asks, and runs it again with this answer beside the others."""

    name: str
    """Of the macro's argument that takes the answer."""
    prompt: str
    choices: Mapping[str, str]
    """Answer, which is never empty, to label."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a macro has to say: two lines, and more for those who ask."""

    first: str
    second: str = ""
    tone: Tone = Tone.GOOD
    code: str = ""
    """Code of a refusal."""
    more: tuple[str, ...] = ()
    """Lines of a list, for a window that has room."""
    file: str = ""
    """Path of the file that was written, or is to be sent."""
    ask: Question | None = None
    """What is to be asked; nothing was written yet."""


class MacroError(InputError):
    """What stops a macro; its texts stand under ``[refused]`` in this room's catalogues."""

    def text(self, lang: str) -> tuple[str, str]:
        """Return what is wrong and what to do."""
        entry = catalogue("addin", lang)["refused"][self.code]
        return entry["message"].format(**self.params), entry["remedy"].format(**self.params)


class CancelledError(Exception):
    """The user has had enough, between two steps or at a question; ``left`` names the sentence that says what stays."""

    def __init__(self, left: str = "unchanged") -> None:
        super().__init__(left)
        self.left = left


@dataclass
class Work:
    """One run of a macro: its book, its language, its progress."""

    book: Book
    cancelled: Callable[[], bool]
    chosen: str = ""
    """Language that the user has set; empty for the workbook's."""
    lang: str = _OTHERWISE
    progress: Callable[[str], None] = lambda _text: None
    """Is told each step as it begins."""
    native: bool = False
    """Whether ``.xlsx`` is the spreadsheet's own format, as it is Excel's."""
    started: float = field(default_factory=time.monotonic)

    @property
    def words(self) -> dict[str, Any]:
        """The sentences of macros."""
        return catalogue("addin", self.lang)["macro"]  # type: ignore[no-any-return]

    @cached_property
    def layout(self) -> Layout:
        """Where things stand in the workbook; InputError where it is not one of our templates."""
        return live.find_layout(self.book)

    def step(self, name: str, **told: object) -> None:
        """Begin a step: the last chance to cancel before it, and a line in the status bar if it takes long."""
        if self.cancelled():
            raise CancelledError
        if time.monotonic() - self.started > _PATIENCE:
            self.say(name, **told)
        else:
            self.progress(self._words_of(name, told))

    def say(self, name: str, **told: object) -> None:
        """Show at once what is going on."""
        text = self._words_of(name, told)
        self.progress(text)
        self.book.app.status_bar = text

    def _words_of(self, name: str, told: Mapping[str, object]) -> str:
        return str(self.words["step"][name].format(**told))

    def open(self) -> live.Live:
        """Read the workbook; from here on its language is spoken, or the user's own."""
        self.lang = self.chosen or self.layout.lang
        return live.read(self.book, lambda sheet: self.step("reading", sheet=sheet), self.layout)

    def want_free(self, target: Path) -> None:
        """Refuse a file that exists already, or that could not be opened beside an open workbook of the same name."""
        files.want_free(target, force=False)
        if target.name.casefold() in {book.name.casefold() for book in self.book.app.books}:
            raise MacroError("RU-M15", name=target.name)

    def ask(self, question: str) -> bool:
        """Ask the user; return whether they go on."""
        title = str(self.words["title"])
        return self.book.app.alert(question, title=title, buttons="ok_cancel", mode="info") == "ok"


def never() -> bool:
    """Return that nobody cancels."""
    return False


def macro(function: Callable[..., Told]) -> Callable[..., Told]:
    """Make a macro of a function: it takes a book in place of its :class:`Work`.

    Beside the rest, ``cancelled`` is asked between two steps whether to stop, ``progress`` is told each,
    ``host_lang`` is spoken where neither the user nor the workbook says a language, and ``native`` is for Excel.
    """

    @wraps(function)
    def run(
        book: Book,
        /,
        *told: object,
        cancelled: Callable[[], bool] = never,
        progress: Callable[[str], None] = lambda _text: None,
        host_lang: str = _OTHERWISE,
        native: bool = False,
        **named: object,
    ) -> Told:
        work = Work(book, cancelled, progress=progress, native=native)
        # Among a hundred thousand rows that all stay, looking for garbage takes longer than the check.
        collects = gc.isenabled()
        gc.disable()
        try:
            work.chosen = settings.load().lang
            work.lang = work.chosen or _language(work, host_lang)
            book.app.screen_updating = False
            return function(work, *told, **named)
        except CancelledError as stopped:
            return Told(work.words["cancelled"], work.words[stopped.left], Tone.FOUND)
        except Exception as error:  # noqa: BLE001 - whatever happens, the user gets a sentence
            return refused(error, work.lang)
        finally:
            if collects:
                gc.enable()
            _tidy(book)

    return run


def refused(error: Exception, lang: str) -> Told:
    """Return a refusal: what is wrong, and what to do, whatever went wrong."""
    if not isinstance(error, InputError | SignerError):
        error = _surprise(error)
    message, remedy = dossier.words(error, lang)
    return Told(message, remedy, Tone.REFUSED, code=error.code)


def _language(work: Work, otherwise: str) -> str:
    """Return the language of a template, another where the workbook is none."""
    try:
        return work.layout.lang
    except InputError:
        return otherwise


def _surprise(error: Exception) -> MacroError:
    if getattr(error, "hresult", 0) in _BUSY:
        return MacroError("RU-M06")
    if isinstance(error, PermissionError):
        return MacroError("RU-M13")
    place = traceback.extract_tb(error.__traceback__)[-1]
    # The kind of error and its place help whoever mends it; its text might hold what is in a cell.
    return MacroError("RU-M07", problem=f"{type(error).__name__}, {Path(place.filename).name}:{place.lineno}")


def _tidy(book: Book) -> None:
    """Give the screen and the status bar back, even if the spreadsheet does not answer."""
    for name, value in (("screen_updating", True), ("status_bar", False)):
        with suppress(Exception):
            setattr(book.app, name, value)
