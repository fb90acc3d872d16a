"""Take the guide's pictures from the real add-in, in a LibreOffice used by hand; ``--check`` names the stale ones.

One story in each language of the guide: expenses are pasted, checked, mended, signed and countersigned, with TEST
certificates. Beside the pictures, ``shown.json`` keeps a fingerprint of what each shows; while that is the same, a
picture is not taken again.
"""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
import inspect
import io
import json
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache, reduce
from importlib.resources import files as resources
from pathlib import Path

from python_calamine import CalamineWorkbook

from addin.macros.actions import ACTIONS, BY_ID
from addin.story import dossier
from docs import story
from docs.story import STORIES
from tests.live.desktop import Display, Person, until
from tests.live.people import card_holder
from tools.system_packages import NEEDS, left_out
from validators import control, report, summary
from validators.check import CheckResult, check
from workbook_templates import cells, styles
from workbook_templates.measure import TOTALS
from workbook_templates.parts import Package
from workbook_templates.texts import catalogue

FOLDER = Path(__file__).parent / "guide" / "pictures"
MANIFEST = FOLDER / "shown.json"
_NEEDED = ("soffice", "uno", "desktop", "card", "poppler")
_SIZE = (1290, 720)
_COLOURS = 48
_BY_VALUE, _ZOOM = 3, 85
"""com.sun.star.view.DocumentZoomType.BY_VALUE, per cent"""
_BESIDE = 46
"""Width of LibreOffice's bar at the right, in pixels."""
_DRAWN = 1.0
"""Seconds until a window is drawn anew."""
_FILE = "pas-2026"
_GROUPS, _ROWS = ("sign", "check", "package"), 20
"""Buttons and rows that fit on a picture."""
_MADE = dt.datetime(2027, 1, 15, tzinfo=dt.UTC)
"""When the signers' page was made, as far as its fingerprint is concerned."""


# What a picture shows, in words: when they change, it is stale.


def _bar(lang: str) -> object:
    icons = resources("addin.libreoffice.extension") / "icons"
    reached = [one for one in ACTIONS if one.group in _GROUPS]
    return [(one.label(lang), (icons / f"{one.id}.svg").read_text("utf-8")) for one in reached]


def _sheet(sheet_id: str) -> Callable[[str], object]:
    """Return what tells the upper part of a sheet in a language, and how sheets look."""

    def told(lang: str) -> object:
        data = story.filled(lang)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = Package(data).layout.sheets[sheet_id].name
        return book.sheet_names, book.get_sheet_by_name(name).to_python()[:_ROWS], _does(inspect.getsource(styles))

    return told


def _says(*paths: str) -> Callable[[str], object]:
    """Return what tells some texts of the add-in in a language."""
    return lambda lang: [
        reduce(lambda part, key: part[key], path.split("."), catalogue("addin", lang)) for path in paths
    ]


def _remarks(lang: str) -> object:
    found = _checked(lang)
    told = control.content(found, {})
    return told.headline, told.rows, [one.message for one in found.findings]


def _totals(lang: str) -> object:
    return [(one.line, one.group, one.cents) for one in _checked(lang).totals]


def _page(lang: str) -> object:
    found = check(story.filled(lang, mended=True), lang)
    accepted = dossier.accepted_warnings(found, {one.code: STORIES[lang].reason for one in found.findings})
    told = report.report(found, accepted, created=_MADE, workbook_name=f"{_FILE}.xlsx")
    shown = summary.Summary(told, found.measure, lang)
    return shown.texts, shown.accepted(), [(one.line, one.group, one.cents) for one in found.totals]


def _steps(lang: str) -> object:
    return _does(inspect.getsource(Player)), _SIZE, _COLOURS, _ZOOM, _BESIDE, STORIES[lang], story.MENDED


def _does(code: str) -> str:
    """Return what code does, however it is laid out."""
    return ast.dump(ast.parse(code))


@cache
def _checked(lang: str) -> CheckResult:
    return check(story.filled(lang), lang)


_ASKED = _says("office.ok", "office.cancel")
_TOLD = _says(
    "macro.signed", "words.next_role", "words.next_send", "words.done_undated", "words.seal_next", "office.more"
)
_SHOWN: dict[str, tuple[Callable[[str], object], ...]] = {
    "centre": (_bar, _sheet("centre")),
    "pasted": (_bar, _sheet(story.SHEET)),
    "checked": (_bar, _sheet(story.SHEET), _remarks),
    "remarks": (_bar, _sheet(cells.CONTROL), _remarks),
    "next": (_bar, _sheet(story.SHEET), _remarks, _says("macro.finding", "macro.mend")),
    "reason": (_bar, _sheet(story.SHEET), _remarks, _ASKED, _says("ask.reason")),
    "totals": (_bar, _sheet(TOTALS), _totals, _says("macro.figures", "office.more")),
    "sign": (_bar, _sheet(story.SHEET), _totals, _ASKED, _says("macro.figures", "macro.sign_this")),
    "signed": (_bar, _sheet(story.SHEET), _TOLD),
    "page": (_page,),
    "countersigned": (_bar, _TOLD),
    "verified": (_bar, _says("macro.verdict", "verdict.unsealed", "verdict.meaning.unsealed", "office.more")),
}
"""Picture to what it shows, beside the steps that lead to it."""


def names() -> list[str]:
    """Return the names of the pictures, with their language."""
    return [f"{name}.{lang}" for lang in STORIES for name in _SHOWN]


def shown() -> dict[str, str]:
    """Return the fingerprint of what each picture shows: name with language to digest."""
    said = cache(lambda what, lang: repr(what(lang)))
    return {
        f"{name}.{lang}": hashlib.sha256("\n".join(said(what, lang) for what in (*whats, _steps)).encode()).hexdigest()
        for lang in STORIES
        for name, whats in _SHOWN.items()
    }


def stale() -> list[str]:
    """Return the pictures that show what is no longer so, or are not there."""
    kept = json.loads(MANIFEST.read_text(encoding="utf-8")) if MANIFEST.exists() else {}
    return [name for name, told in shown().items() if kept.get(name) != told or not (FOLDER / f"{name}.png").exists()]


# The story, played by hand.


class Player:
    """Plays the story in a language, and takes the pictures."""

    def __init__(self, lang: str, folder: Path) -> None:
        self.lang, self.folder = lang, folder
        self.display = Display(_SIZE)
        self.bar = str(catalogue("addin", lang)["macro"]["title"])
        self.workbook = folder / f"{_FILE}.xlsx"
        self.workbook.write_bytes(story.named(lang))
        self.layout = Package(self.workbook.read_bytes()).layout

    def take(self, user: Person, name: str, height: int) -> None:
        """Keep the upper part of the screen, without LibreOffice's own bars above and beside the sheet."""
        view = user.document.CurrentController
        view.ZoomType, view.ZoomValue = _BY_VALUE, _ZOOM
        for bar in ("standardbar", "formatobjectbar"):
            view.Frame.LayoutManager.hideElement(f"private:resource/toolbar/{bar}")
        time.sleep(_DRAWN)
        self.display.picture(FOLDER / f"{name}.{self.lang}.png", f"{_SIZE[0] - _BESIDE}x{height}+0+0", _COLOURS)

    def play(self) -> None:
        """Play it all."""
        try:
            self._prepare(card_holder(self.display, self.folder / "keys", self.folder / "first", 1, self.lang))
            self._countersign(card_holder(self.display, self.folder / "keys", self.folder / "second", 2, self.lang))
        finally:
            self.display.close()

    def _place(self, sheet_id: str, column: str, row: int = 0) -> str:
        where = self.layout.sheets[sheet_id]
        return f"{where.name}!{cells.a1(where.first_row + row, where.columns[column])}"

    def _press(self, user: Person, action: str) -> None:
        before = user.message()
        user.press(BY_ID[action].label(self.lang), self.bar)
        user.heard(before)

    def _prepare(self, user: Person) -> None:
        rows = STORIES[self.lang].pasted
        try:
            user.open(self.workbook)
            user.go(f"{self.layout.sheets['centre'].name}!{cells.a1(cells.FIRST_FIELD_ROW, cells.FIELD_COLUMN)}")
            self.take(user, "centre", 458)
            last = self._place(story.SHEET, "eligible_amount", len(rows) - 1).rpartition("!")[2]
            user.paste(story.clipboard(self.lang), self._place(story.SHEET, "date"), last)
            self.take(user, "pasted", 430)
            self._press(user, "check")
            self.take(user, "checked", 430)
            user.go(self._place(cells.CONTROL, "message"))
            self.take(user, "remarks", 430)
            self._mend(user)
            self._press(user, "totals")
            self.take(user, "totals", 430)
            self._sign(user, "check_and_sign", "sign")
            self.take(user, "signed", 260)
            page = self.folder / "first" / "shown.pdf"
            self.display.run("pdftoppm", "-r", 75, "-png", "-singlefile", page, self.folder / "page")
            target = FOLDER / f"page.{self.lang}.png"
            self.display.run("convert", self.folder / "page.png", "-strip", "+dither", "-colors", _COLOURS, target)
        finally:
            user.close()

    def _mend(self, user: Person) -> None:
        told = STORIES[self.lang]
        for number, (column, wrong, right) in enumerate(story.MENDED):
            row = next(at for at, row in enumerate(told.pasted) if row[column] == wrong)
            self._press(user, "next_finding")
            while user.selected() != self._place(story.SHEET, column, row):
                self._press(user, "next_finding")
            if not number:
                self.take(user, "next", 430)
            user.type(right)
        self._press(user, "check")
        label = BY_ID["accept_warning"].label(self.lang)
        user.press(label, self.bar)
        until(lambda: user.dialog(label))
        self.display.write(told.reason)
        self.take(user, "reason", 430)
        before = user.message()
        self.display.keys("Return")
        user.heard(before)

    def _sign(self, user: Person, action: str, picture: str, package: Path | None = None) -> None:
        before = user.message()
        user.press(BY_ID[action].label(self.lang), self.bar)
        if package:
            self._choose(user, package)
        until(lambda: user.dialog(self.bar))
        if picture:
            self.take(user, picture, 470)
        self.display.keys("Return")
        user.heard(before)

    def _choose(self, user: Person, package: Path) -> None:
        until(lambda: user.dialog(str(catalogue("addin", self.lang)["ask"]["package"])))
        self.display.write(str(package))
        self.display.keys("Return")

    def _countersign(self, user: Person) -> None:
        package = self.workbook.with_suffix(".asice")
        try:
            user.open()
            self._sign(user, "countersign", "", package)
            self.take(user, "countersigned", 230)
            before = user.message()
            user.press(BY_ID["verify"].label(self.lang), self.bar)
            self._choose(user, package)
            user.heard(before)
            self.take(user, "verified", 230)
        finally:
            user.close()


def main() -> int:
    """Take what is stale, or say what is."""
    found = stale()
    if sys.argv[1:] == ["--check"] or not found:
        print("\n".join(f"stale: {name}.png (run make docs)" for name in found))
        return 1 if found else 0
    if missing := left_out(NEEDS[name] for name in _NEEDED):
        # The test that names stale pictures fails until they are taken elsewhere.
        print("The guide's pictures are stale and cannot be taken here:", *missing, sep="\n  - ")
        return 0
    for lang in sorted({name.rpartition(".")[2] for name in found}):
        with tempfile.TemporaryDirectory() as folder:
            Player(lang, Path(folder)).play()
    MANIFEST.write_text(json.dumps(shown(), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
