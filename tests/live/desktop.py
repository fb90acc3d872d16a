"""A desktop without a screen: a display, a window manager, and LibreOffice in it with the extension, used by hand.

What a user does is done with real keys and real clicks. A pipe, which no user has, tells where things are and when they
have happened.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from tests.addin.office import load_uno

T = TypeVar("T")
PATIENCE = 90
"""Seconds for one condition, on a machine that does other things too."""
_SETTINGS = {
    "/org.openoffice.Setup/L10N": {"ooLocale": "{lang}", "ooSetupSystemLocale": "{country}"},
    "/org.openoffice.Office.Linguistic/General": {"UILocale": "{lang}"},
    "/org.openoffice.Setup/Office": {"FirstRun": "false", "ooSetupInstCompleted": "true"},
    "/org.openoffice.Setup/Product": {"ooSetupLastVersion": "7.4", "LastTimeGetInvolvedShown": "{now}",
                                      "LastTimeDonateShown": "{now}", "WhatsNew": "false"},
    "/org.openoffice.Office.Common/Misc": {"ShowTipOfTheDay": "false", "UseSystemFileDialog": "false"},
    "/org.openoffice.Office.Common/Save/Document": {"WarnAlienFormat": "false"},
    "/org.openoffice.Office.Calc/Input": {"ReplaceCellsWarning": "false"},
}  # fmt: skip
"""What LibreOffice would otherwise ask or tell somebody who starts it for the first time."""
_NOT_ROOT = ["unshare", "--user", "--map-user=nobody", "--map-group=nogroup"] if os.geteuid() == 0 else []
"""Unopkg serves no root, who runs tests in a container: to it, we are somebody else."""


_COUNTRIES = {"fr": "fr-BE", "nl": "nl-BE", "de": "de-DE", "en": "en-GB"}
"""How numbers and dates are typed; German has no Belgian kind in LibreOffice."""


class Display:
    """A screen in memory, with a window manager."""

    def __init__(self, size: tuple[int, int] = (1366, 768)) -> None:
        self.size = size
        self._stack = ExitStack()
        read, write = os.pipe()
        server = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size[0]}x{size[1]}x24", "-nolisten", "tcp"]
        self._stack.enter_context(_running(server, pass_fds=(write,)))
        os.close(write)
        with os.fdopen(read) as told:
            self.name = f":{told.readline().strip()}"
        self._stack.enter_context(_running(["openbox", "--sm-disable"], env={**os.environ, "DISPLAY": self.name}))

    def run(self, *command: object, data: str | None = None) -> str:
        """Run a program on this screen and return what it prints."""
        done = subprocess.run(
            [*map(str, command)],
            env={**os.environ, "DISPLAY": self.name},
            input=data,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
        return done.stdout

    def picture(self, path: Path, crop: str = "", colours: int = 200) -> Path:
        """Keep what the screen shows; ``crop`` as ImageMagick has it: width x height + left + top."""
        path.parent.mkdir(parents=True, exist_ok=True)
        cut = ["-crop", crop, "+repage"] if crop else []
        self.run("import", "-window", "root", *cut, "-strip", "-dither", "None", "-colors", colours, path)
        return path

    def keys(self, *names: str) -> None:
        """Press keys, as xdotool names them, one after the other."""
        self.run("xdotool", "key", "--clearmodifiers", "--delay", "30", *names)

    def write(self, text: str) -> None:
        """Type text."""
        self.run("xdotool", "type", "--delay", "15", text)

    def click(self, x: int, y: int) -> None:
        """Move the mouse there and press its left button."""
        self.run("xdotool", "mousemove", "--sync", x, y, "click", "1")

    def copy(self, text: str) -> None:
        """Put text on the clipboard, where it stays as long as this desktop."""
        holder = subprocess.Popen(
            ["xclip", "-selection", "clipboard", "-quiet"],
            env={**os.environ, "DISPLAY": self.name},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self._stack.callback(_end, holder)
        assert holder.stdin
        holder.stdin.write(text)
        holder.stdin.close()
        until(lambda: self.run("xclip", "-selection", "clipboard", "-o") == text)

    def close(self) -> None:
        """End everything that was started here."""
        self._stack.close()


@contextmanager
def _running(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:  # noqa: ANN401 - Popen's own
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, **options
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[Any]) -> None:
    """End a process of ours, and those that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(condition: Callable[[], T], patience: float = PATIENCE) -> T:
    """Return what a condition gives as soon as it is true; AssertionError where it never is."""
    end = time.monotonic() + patience
    while True:
        try:
            found = condition()
        except Exception:
            found = None
            if time.monotonic() > end:
                raise
        if found:
            return found
        assert time.monotonic() < end, "in vain"
        time.sleep(0.1)


class Person:
    """Somebody's LibreOffice on a display: a profile of its own, with the extension."""

    def __init__(self, display: Display, folder: Path, lang: str, extension: Path, **environment: str) -> None:
        self.display = display
        self._profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        self._environment = {**os.environ, "DISPLAY": display.name, "SAL_USE_VCLPLUGIN": "gen", **environment}
        self._pipe = f"rapport-{uuid.uuid4().hex}"
        self._stack = ExitStack()
        prepare(folder / "profile", lang)
        self.unopkg("add", "--suppress-license", extension)

    def unopkg(self, *arguments: object) -> str:
        """Run LibreOffice's own manager of extensions, and return what it prints."""
        done = subprocess.run(
            [*_NOT_ROOT, "unopkg", str(arguments[0]), self._profile, *map(str, arguments[1:])],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return str(done.stdout + done.stderr)

    def open(self, path: Path | None = None) -> None:
        """Start LibreOffice with a workbook, or an empty one, and wait until it is shown."""
        self._stack.enter_context(
            _running(
                ["soffice", self._profile, "--norestore", "--nologo", "--calc",
                 f"--accept=pipe,name={self._pipe};urp;", *([str(path)] if path else [])],
                env=self._environment,
            )
        )  # fmt: skip
        self._context = until(self._connect)
        manager = self._context.ServiceManager
        self._desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", self._context)
        until(lambda: self.document.URL.endswith(path.name if path else "") and self.window)

    def _connect(self) -> Any:  # noqa: ANN401 - a UNO object
        here = load_uno().getComponentContext()
        resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
        return resolver.resolve(f"uno:pipe,name={self._pipe};urp;StarOffice.ComponentContext")

    @property
    def document(self) -> Any:  # noqa: ANN401 - a UNO object
        """The document at the front."""
        return self._desktop.CurrentComponent

    @property
    def window(self) -> Any:  # noqa: ANN401 - a UNO object
        """The window of that document, as far as its accessibility tells."""
        return self.document.CurrentController.Frame.ContainerWindow.AccessibleContext

    def dialog(self, title: str = "") -> Any:  # noqa: ANN401 - a UNO object
        """Return the window in front of the document, under its title; None where there is none."""
        manager = self._context.ServiceManager
        toolkit = manager.createInstanceWithContext("com.sun.star.awt.Toolkit", self._context)
        front = toolkit.getActiveTopWindow()
        context = front.AccessibleContext if front else None
        if context is None or context.AccessibleRole not in DIALOGS or title not in context.AccessibleName:
            return None
        return context

    def go(self, place: str) -> None:
        """Go to a cell, told as sheet and address, by the name box."""
        sheet, _, cell = place.rpartition("!")
        self.display.keys("ctrl+shift+t", "ctrl+a")
        self.display.write(f"$'{sheet}'.{cell}")
        self.display.keys("Return")
        until(lambda: self.selected() == place)

    def paste(self, text: str, place: str, last: str) -> None:
        """Paste text into a sheet with Ctrl+V from a place on, and wait until the last cell is there."""
        self.display.copy(text)
        self.go(place)
        self.display.keys("ctrl+v")
        until(self.dialog)
        self.display.keys("Return")
        sheet = self.document.Sheets.getByName(place.rpartition("!")[0])
        until(lambda: sheet.getCellRangeByName(last).String)

    def type(self, value: str) -> None:
        """Type over the selected cell, and wait until the sheet has it."""
        sheet, _, cell = self.selected().rpartition("!")
        self.display.write(value)
        self.display.keys("Return")
        until(lambda: self.document.Sheets.getByName(sheet).getCellRangeByName(cell).String == value)

    def heard(self, before: tuple[str, ...]) -> None:
        """Wait for another message than the one before."""
        until(lambda: self.message() not in ((), before))

    def message(self) -> tuple[str, ...]:
        """Return the two lines above the sheet, as they stand there; nothing where there is none."""
        return tuple(one.AccessibleName for one in walk(self.window) if one.AccessibleRole == STATIC)

    def selected(self) -> str:
        """Return sheet and address of the selected cell."""
        area = self.document.CurrentSelection.RangeAddress
        sheet = self.document.Sheets.getByIndex(area.Sheet)
        name = self.document.CurrentSelection.AbsoluteName.rpartition(".")[2].replace("$", "")
        return f"{sheet.Name}!{name}"

    def find(self, name: str, role: int, within: Any = None) -> Any:  # noqa: ANN401 - UNO objects
        """Return what is shown under a name; None where there is nothing."""
        found = (one for one in walk(within or self.window) if one.AccessibleRole == role)
        return next((one for one in found if one.AccessibleName == name), None)

    def press(self, name: str, bar: str = "") -> None:
        """Click on a button, of a toolbar if one is told, as soon as it can be clicked."""
        self.display.click(*centre(until(lambda: self.ready(name, bar))))

    def ready(self, name: str, bar: str = "") -> Any:  # noqa: ANN401 - a UNO object
        """Return a button that can be clicked; None where it is grey, or not there."""
        within = self.find(bar, TOOLBAR) if bar else None
        found = self.find(name, BUTTON, within) if within or not bar else None
        return found if found and found.AccessibleStateSet.contains(ENABLED) else None

    def close(self) -> None:
        """End LibreOffice."""
        self._stack.close()


MENU_BAR, BUTTON, TOOLBAR, STATIC = 35, 44, 63, 86
DIALOGS = frozenset((1, 12))
"""com.sun.star.accessibility.AccessibleRole"""
ENABLED = 7
"""com.sun.star.accessibility.AccessibleStateType"""


def walk(context: Any, depth: int = 14) -> Iterator[Any]:  # noqa: ANN401 - UNO objects
    """Yield what is shown in a window, from the outside in; not the cells of a sheet, nor what menus hide."""
    yield context
    if depth and context.AccessibleRole != MENU_BAR and context.AccessibleChildCount < 500:
        for position in range(context.AccessibleChildCount):
            yield from walk(context.getAccessibleChild(position).AccessibleContext, depth - 1)


def centre(context: Any) -> tuple[int, int]:  # noqa: ANN401 - a UNO object
    """Return the middle of what is shown, on the screen."""
    place, size = context.LocationOnScreen, context.Size
    return place.X + size.Width // 2, place.Y + size.Height // 2


def prepare(profile: Path, lang: str) -> None:
    """Make a profile whose owner has used LibreOffice before, in a language."""
    told = {"lang": {"en": "en-US"}.get(lang, lang), "country": _COUNTRIES[lang], "now": str(int(time.time()))}
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value.format(**told)}</value></prop>'
        "</item>\n"
        for path, values in _SETTINGS.items()
        for name, value in values.items()
    )
    target = profile / "user" / "registrymodifications.xcu"
    target.parent.mkdir(parents=True)
    target.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}</oor:items>\n",
        encoding="utf-8",
    )
