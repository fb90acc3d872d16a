"""Put the add-in where Excel and LibreOffice find it, for one user, without an administrator; and take it away again.

What there is to do on a machine is a list of steps, made anew each time: installing twice is installing once, and
removing finds what was installed without a note of it. Settings, reports and packages are never touched.
"""

from __future__ import annotations

import plistlib
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from addin import files
from addin.excel import xlam
from addin.install.machine import MAC, WINDOWS, Machine
from addin.install.steps import Extension, OpenedByExcel, OwnFile, RefusedByOfficeError, RegistryValues, Shortcut, Step
from addin.libreoffice import oxt
from addin.macros.steps import MacroError
from addin.transport import client

PRODUCT = "Rapport Unique"
_EXCEL = r"Software\Microsoft\Office\16.0\Excel"
"""Excel 2016 and every later one."""
_TRUSTED = rf"{_EXCEL}\Security\Trusted Locations\RapportUnique"
_LOGON = r"Software\Microsoft\Windows\CurrentVersion\Run"
_MAC_STARTUP = "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"
"""Where Excel for Mac opens whatever lies there; the one place that needs no hand in its menus."""
_AGENT = "rapport-unique.helper"


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one step."""

    id: str
    where: str
    changed: bool
    """False where it was so already."""


def steps(machine: Machine) -> list[Step]:
    """Return what an installation on this machine consists of."""
    found: list[Step] = []
    if machine.system == WINDOWS:
        found += _windows(machine)
    elif machine.system == MAC:
        found += _mac(machine)
    else:
        found.append(OwnFile("logon", machine.user / ".config/autostart/rapport-unique.desktop", _desktop(machine)))
    if unopkg := machine.unopkg():
        path = machine.own / "libreoffice" / "rapport-unique.oxt"
        found.append(Extension("libreoffice", path, oxt.build(), oxt.NAME, unopkg))
    return found


def install(machine: Machine) -> list[Done]:
    """Do what is not done yet; MacroError where an open spreadsheet stands in the way, with nothing done."""
    _want_closed(machine)
    done = [Done(step.id, step.where, _do(step, machine)) for step in steps(machine)]
    oxt.write_place()
    # Another version than this one's would not know this one's buttons.
    client.stop()
    machine.start(machine.helper)
    return done


def uninstall(machine: Machine) -> list[Done]:
    """Take away what is there, in the opposite order."""
    _want_closed(machine)
    client.stop()
    found = list(reversed(steps(machine)))
    for step in found:
        _refusing(step, machine, remove=True)
    files.remove(machine.own / oxt.PLACE)
    return [Done(step.id, step.where, changed=True) for step in found]


def _want_closed(machine: Machine) -> None:
    if machine.system == WINDOWS and machine.spreadsheets_open():
        raise MacroError("RU-M20")


def _do(step: Step, machine: Machine) -> bool:
    if step.is_done(machine):
        return False
    _refusing(step, machine)
    return True


def _refusing(step: Step, machine: Machine, *, remove: bool = False) -> None:
    try:
        (step.undo if remove else step.do)(machine)
    except RefusedByOfficeError as error:
        raise MacroError("RU-M21", problem=str(error)) from error


def _windows(machine: Machine) -> list[Step]:
    path = machine.own / "excel" / xlam.NAME
    start_menu = machine.roaming / "Microsoft" / "Windows" / "Start Menu" / "Programs"
    return [
        OwnFile("excel", path, xlam.build()),
        # That folder alone, and nothing below it: macros in it run without a question.
        RegistryValues("trusted", _TRUSTED, {"Path": f"{path.parent}\\", "Description": PRODUCT}, own_key=True),
        OpenedByExcel("opened", rf"{_EXCEL}\Options", path),
        RegistryValues("logon", _LOGON, {"RapportUnique": subprocess.list2cmdline(machine.helper)}),
        Shortcut("shortcut", start_menu / f"{PRODUCT}.lnk", machine.helper, PRODUCT),
    ]


def _mac(machine: Machine) -> list[Step]:
    agent = {"Label": _AGENT, "ProgramArguments": list(machine.helper), "RunAtLoad": True, "ProcessType": "Interactive"}
    return [
        OwnFile("excel", machine.user / _MAC_STARTUP / xlam.NAME, xlam.build()),
        OwnFile("logon", machine.user / f"Library/LaunchAgents/{_AGENT}.plist", plistlib.dumps(agent)),
    ]


def _desktop(machine: Machine) -> bytes:
    """Return an entry that starts the helper when a Linux desktop starts."""
    entry = {"Type": "Application", "Name": PRODUCT, "Exec": _quoted(machine.helper), "NoDisplay": "true"}
    return "\n".join(["[Desktop Entry]", *(f"{key}={value}" for key, value in entry.items()), ""]).encode()


def _quoted(command: Sequence[str]) -> str:
    """Return a command as the Desktop Entry Specification quotes it, within a string that has escapes of its own."""
    parts = (re.sub(r'(["`$\\])', r"\\\1", part).replace("\\", "\\\\").replace("%", "%%") for part in command)
    return " ".join(f'"{part}"' for part in parts)
