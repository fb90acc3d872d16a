"""Machines to install on: another system's folders and registry, in a folder and in memory."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from addin.install.machine import MAC, WINDOWS, Machine

LINUX = "Linux"
SYSTEMS = (WINDOWS, MAC, LINUX)


@dataclass
class FakeRegistry:
    """A registry in memory."""

    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    """Key -> name -> text."""

    def values(self, key: str) -> Mapping[str, str]:
        """Return the values of a key."""
        return dict(self.keys.get(key, {}))

    def write(self, key: str, name: str, text: str) -> None:
        """Set one."""
        self.keys.setdefault(key, {})[name] = text

    def remove(self, key: str, name: str) -> None:
        """Remove one."""
        self.keys.get(key, {}).pop(name, None)

    def remove_key(self, key: str) -> None:
        """Remove a key, which must be empty."""
        assert not self.keys.pop(key, {})


@dataclass(frozen=True)
class FakeMachine(Machine):
    """A machine whose programs are not run but noted."""

    office: bool = True
    """Whether LibreOffice is there."""
    excel_runs: bool = False
    extensions: dict[str, str] = field(default_factory=dict)
    """What LibreOffice has taken: name to file."""
    started: list[Sequence[str]] = field(default_factory=list)
    refuses: str = ""
    """What LibreOffice says instead of taking an extension."""

    def run(self, command: Sequence[str]) -> tuple[int, str]:
        """Do what LibreOffice's program for extensions would do."""
        _, act, *rest = command
        if act == "list":
            return 0, "\n".join(f"Identifier: {name}" for name in self.extensions)
        if self.refuses:
            return 1, f"something\n{self.refuses}\n"
        if act == "add":
            self.extensions["rapport-unique.libreoffice"] = rest[-1]
        else:
            del self.extensions[rest[-1]]
        return 0, ""

    def start(self, command: Sequence[str]) -> None:
        """Note it."""
        self.started.append(command)

    def unopkg(self) -> str | None:
        """Return it, where LibreOffice is."""
        return "unopkg" if self.office else None

    def spreadsheets_open(self) -> bool:
        """Say so."""
        return self.excel_runs

    def shortcut(self, path: Path, command: Sequence[str], description: str) -> None:
        """Write what it leads to."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([description, *command]), encoding="utf-8")


def machine(folder: Path, system: str, **told: bool | str) -> FakeMachine:
    """Return a machine whose user's folder is a folder of the test."""
    return FakeMachine(
        system=system,
        user=folder,
        roaming=folder / "AppData" / "Roaming",
        python=Path(sys.executable),
        registry=FakeRegistry(),
        policies=FakeRegistry(),
        **told,
    )
