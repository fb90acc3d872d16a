"""What an installation is made of: each step can be looked at, done and undone, as often as one likes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from addin import files
from addin.install.machine import Machine


class Step(Protocol):
    """One thing that is put on a machine."""

    @property
    def id(self) -> str:
        """Which of the texts under ``[install]`` says what it is."""

    @property
    def where(self) -> str:
        """File, or place in the registry."""

    def is_done(self, machine: Machine) -> bool:
        """Whether it is there as it should be."""

    def do(self, machine: Machine) -> None:
        """Put it there."""

    def undo(self, machine: Machine) -> None:
        """Take it away; nothing where it is not there. What somebody else put beside it stays."""


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file that is ours alone."""

    id: str
    path: Path
    data: bytes

    @property
    def where(self) -> str:
        """Its path."""
        return str(self.path)

    def is_done(self, machine: Machine) -> bool:  # noqa: ARG002 - the protocol's
        """Whether it holds these bytes."""
        return self.path.is_file() and self.path.read_bytes() == self.data

    def do(self, machine: Machine) -> None:  # noqa: ARG002 - the protocol's
        """Write it."""
        files.write(self.path, self.data)

    def undo(self, machine: Machine) -> None:  # noqa: ARG002 - the protocol's
        """Remove it."""
        files.remove(self.path)


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry of the Windows start menu."""

    id: str
    path: Path
    command: tuple[str, ...]
    description: str

    @property
    def where(self) -> str:
        """Its path."""
        return str(self.path)

    def is_done(self, machine: Machine) -> bool:  # noqa: ARG002 - the protocol's
        """Never known: it is written anew, in case Python has moved."""
        return False

    def do(self, machine: Machine) -> None:
        """Write it."""
        machine.shortcut(self.path, self.command, self.description)

    def undo(self, machine: Machine) -> None:  # noqa: ARG002 - the protocol's
        """Remove it."""
        files.remove(self.path)


@dataclass(frozen=True, slots=True)
class RegistryValues:
    """Values in the user's registry: a key that is ours, or ours among others."""

    id: str
    key: str
    values: Mapping[str, str]
    own_key: bool = False
    """Whether the key is ours with all that is in it."""

    @property
    def where(self) -> str:
        """The key; for a value among others, with its name."""
        return rf"HKCU\{self.key}" + ("" if self.own_key else rf"\{next(iter(self.values))}")

    def is_done(self, machine: Machine) -> bool:
        """Whether each is there."""
        return self.values.items() <= machine.registry.values(self.key).items()

    def do(self, machine: Machine) -> None:
        """Write them."""
        for name, text in self.values.items():
            machine.registry.write(self.key, name, text)

    def undo(self, machine: Machine) -> None:
        """Remove them."""
        for name in self.values:
            machine.registry.remove(self.key, name)
        if self.own_key:
            machine.registry.remove_key(self.key)


@dataclass(frozen=True, slots=True)
class OpenedByExcel:
    """An entry of Excel's list of add-ins that it opens: values OPEN, OPEN1, OPEN2 … of its options, without a gap."""

    id: str
    key: str
    path: Path

    @property
    def where(self) -> str:
        """The place of the list."""
        return rf"HKCU\{self.key}\OPEN…"

    def is_done(self, machine: Machine) -> bool:
        """Whether it is listed, once."""
        return sum(map(self._is_ours, self._listed(machine))) == 1

    def do(self, machine: Machine) -> None:
        """Put it at the end; what else is listed stays in its order."""
        listed = self._listed(machine)
        self._write(machine, listed, [*self._others(listed), f'/R "{self.path}"'])

    def undo(self, machine: Machine) -> None:
        """Take it out, and close the gap, behind which Excel would not look."""
        listed = self._listed(machine)
        self._write(machine, listed, self._others(listed))

    def _others(self, listed: Sequence[str]) -> list[str]:
        return [text for text in listed if not self._is_ours(text)]

    def _is_ours(self, text: str) -> bool:
        # By its name: Excel opens no two workbooks of one name, and an older copy may have stood elsewhere.
        return bool(re.search(rf"(?:^|[\\/\"]){re.escape(self.path.name)}\"?$", text.strip(), re.IGNORECASE))

    def _listed(self, machine: Machine) -> list[str]:
        """Return what is listed, in Excel's order."""
        numbers = {
            int(found[1] or 0): text
            for name, text in machine.registry.values(self.key).items()
            if (found := re.fullmatch(r"OPEN(\d*)", name, re.IGNORECASE))
        }
        return [numbers[number] for number in sorted(numbers)]

    def _write(self, machine: Machine, old: Sequence[str], new: Sequence[str]) -> None:
        names = [name for name in machine.registry.values(self.key) if re.fullmatch(r"OPEN\d*", name, re.IGNORECASE)]
        if list(old) == list(new) and len(names) == len(new):
            return
        wanted = {f"OPEN{number or ''}": text for number, text in enumerate(new)}
        for name, text in wanted.items():
            machine.registry.write(self.key, name, text)
        for name in names:
            if name.upper() not in wanted:
                machine.registry.remove(self.key, name)


@dataclass(frozen=True, slots=True)
class Extension:
    """LibreOffice's extension, put in by LibreOffice's own program."""

    id: str
    path: Path
    data: bytes
    name: str
    """What LibreOffice knows it by."""
    unopkg: str

    @property
    def where(self) -> str:
        """The file that it was made from."""
        return str(self.path)

    def is_done(self, machine: Machine) -> bool:
        """Whether LibreOffice lists it, from these bytes."""
        same = self.path.is_file() and self.path.read_bytes() == self.data
        return same and self.name in machine.run([self.unopkg, "list"])[1]

    def do(self, machine: Machine) -> None:
        """Have LibreOffice take it, in place of an older one."""
        files.write(self.path, self.data)
        self._told(machine, "add", "--force", "--suppress-license", str(self.path))

    def undo(self, machine: Machine) -> None:
        """Have LibreOffice remove it."""
        if self.name in machine.run([self.unopkg, "list"])[1]:
            self._told(machine, "remove", self.name)
        files.remove(self.path)

    def _told(self, machine: Machine, *arguments: str) -> None:
        status, said = machine.run([self.unopkg, *arguments])
        if status:
            raise RefusedByOfficeError(said.strip().splitlines()[-1] if said.strip() else str(status))


class RefusedByOfficeError(Exception):
    """LibreOffice did not take its extension, or did not give it back; the argument is what it said."""
