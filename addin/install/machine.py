"""What an installation may touch on a machine, as a small interface: the tests put another machine behind it.

Only the user's own: their files, their half of the Windows registry (HKEY_CURRENT_USER), their LibreOffice. Nothing
asks for an administrator.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from addin import files

WINDOWS, MAC = "Windows", "Darwin"
_UNOPKG = {
    WINDOWS: (
        r"C:\Program Files\LibreOffice\program\unopkg.com",
        r"C:\Program Files (x86)\LibreOffice\program\unopkg.com",
    ),
    MAC: ("/Applications/LibreOffice.app/Contents/MacOS/unopkg",),
}
"""Where LibreOffice's own installer puts it, beside the path."""


class Registry(Protocol):
    """The user's half of the registry, or of the machine's, as texts; keys are written with backslashes."""

    def values(self, key: str) -> Mapping[str, str]:
        """Return the values of a key by their names, in no order; none where there is no such key."""

    def write(self, key: str, name: str, text: str) -> None:
        """Set one value, and make its key where it is not there."""

    def remove(self, key: str, name: str) -> None:
        """Remove one value; nothing where there is none."""

    def remove_key(self, key: str) -> None:
        """Remove a key that has no others below it; nothing where there is none."""


class NoRegistry:
    """Of systems that have none: nothing is in it, and nothing can be put there."""

    def values(self, key: str) -> Mapping[str, str]:  # noqa: ARG002 - the interface's
        """Return none."""
        return {}

    def write(self, key: str, name: str, text: str) -> None:
        """Raise: there is nowhere to write."""
        raise NotImplementedError(key, name, text)

    def remove(self, key: str, name: str) -> None:
        """Do nothing."""

    def remove_key(self, key: str) -> None:
        """Do nothing."""


class WindowsRegistry:
    """The real one, below one of its roots."""

    def __init__(self, root: str) -> None:
        import winreg  # noqa: PLC0415 - only on Windows

        self._api: Any = winreg
        self._root = getattr(self._api, root)

    def values(self, key: str) -> Mapping[str, str]:
        """Return the values of a key."""
        # A 32-bit Python would be shown another half of the machine's policies.
        access = self._api.KEY_READ | self._api.KEY_WOW64_64KEY
        try:
            with self._api.OpenKey(self._root, key, 0, access) as opened:
                count = self._api.QueryInfoKey(opened)[1]
                found = [self._api.EnumValue(opened, at) for at in range(count)]
        except OSError:
            return {}
        return {name: str(value) for name, value, _ in found}

    def write(self, key: str, name: str, text: str) -> None:
        """Set one value."""
        with self._api.CreateKey(self._root, key) as opened:
            self._api.SetValueEx(opened, name, 0, self._api.REG_SZ, text)

    def remove(self, key: str, name: str) -> None:
        """Remove one value."""
        try:
            with self._api.OpenKey(self._root, key, 0, self._api.KEY_SET_VALUE) as opened:
                self._api.DeleteValue(opened, name)
        except FileNotFoundError:
            return

    def remove_key(self, key: str) -> None:
        """Remove a key."""
        try:
            self._api.DeleteKey(self._root, key)
        except FileNotFoundError:
            return


@dataclass(frozen=True)
class Machine:
    """One user's place on one machine."""

    system: str = field(default_factory=platform.system)
    """As :func:`platform.system` names it."""
    user: Path = field(default_factory=Path.home)
    """The user's own folder."""
    roaming: Path = field(default_factory=lambda: Path(os.environ.get("APPDATA", Path.home())))
    """Where Windows keeps a user's start menu."""
    python: Path = field(default_factory=lambda: Path(sys.executable))
    registry: Registry = field(default_factory=lambda: _registry("HKEY_CURRENT_USER"))
    policies: Registry = field(default_factory=lambda: _registry("HKEY_LOCAL_MACHINE"))
    """Read, never written."""

    @property
    def helper(self) -> tuple[str, ...]:
        """The command that is the local helper; on Windows by the Python that shows no console."""
        silent = self.python.with_name("pythonw.exe")
        python = silent if self.system == WINDOWS and silent.exists() else self.python
        return (str(python), "-m", "addin.cli", "helper")

    def run(self, command: Sequence[str]) -> tuple[int, str]:
        """Run a program to its end; return its exit status and what it said."""
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603 - our own commands
        return done.returncode, done.stdout + done.stderr

    def start(self, command: Sequence[str]) -> None:
        """Start a program that goes on without this one."""
        flags = {"creationflags": 0x8} if self.system == WINDOWS else {"start_new_session": True}  # DETACHED_PROCESS
        quiet = subprocess.DEVNULL
        subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, **flags)  # noqa: S603 - our own command

    def unopkg(self) -> str | None:
        """Return LibreOffice's program for extensions; None where there is no LibreOffice."""
        known = (path for path in _UNOPKG.get(self.system, ()) if Path(path).exists())
        return shutil.which("unopkg") or next(known, None)

    def spreadsheets_open(self) -> bool:
        """Whether Excel runs: it would write its own list of add-ins over ours when it ends."""
        import xlwings  # noqa: PLC0415 - heavy, and only asked where Excel may be

        return bool(xlwings.engines and len(xlwings.apps))

    def shortcut(self, path: Path, command: Sequence[str], description: str) -> None:
        """Make a Windows shortcut to a command."""
        from win32com.client import Dispatch  # noqa: PLC0415 - only on Windows

        path.parent.mkdir(parents=True, exist_ok=True)
        made = Dispatch("WScript.Shell").CreateShortcut(str(path))
        made.TargetPath, made.Arguments = command[0], subprocess.list2cmdline(command[1:])
        made.Description = description
        made.Save()

    @property
    def own(self) -> Path:
        """The user's folder of this product."""
        return files.home()


def _registry(root: str) -> Registry:
    return WindowsRegistry(root) if sys.platform == "win32" else NoRegistry()
