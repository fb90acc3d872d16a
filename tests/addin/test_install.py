"""Installing for one user: what is put where, twice as once, and nothing left or touched when it goes."""

from __future__ import annotations

import json
import plistlib
import re
import subprocess
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import addin
from addin.cli import app
from addin.excel import xlam
from addin.install.install import install, steps, uninstall
from addin.install.machine import MAC, WINDOWS, NoRegistry
from addin.install.steps import OpenedByExcel
from addin.libreoffice import oxt
from addin.macros.steps import MacroError
from tests.addin.machines import LINUX, SYSTEMS, FakeMachine, FakeRegistry, machine
from tests.tables import rows
from workbook_templates.measure import LANGUAGES
from workbook_templates.texts import catalogue

EXCEL = r"Software\Microsoft\Office\16.0\Excel"
RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"


@pytest.fixture
def user(home: Path) -> Path:
    """Return a user's folder with a blank and an accent in its name, and the product's own folder in it."""
    folder = home.parent / "Jean Dupré"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def _nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("addin.transport.client.stop", lambda: True)


def everything(folder: Path) -> dict[str, bytes]:
    """Return what is in a folder: path to bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


PLACES = """
| system  | id          | under | place                                                                    |
| ------- | ----------- | ----- | ------------------------------------------------------------------------ |
| Windows | excel       | home  | excel/RapportUnique.xlam                                                 |
| Windows | shortcut    | user  | AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Rapport Unique.lnk |
| Windows | libreoffice | home  | libreoffice/rapport-unique.oxt                                           |
| Darwin  | excel       | user  | Library/{office}/Startup.localized/Excel/RapportUnique.xlam              |
| Darwin  | logon       | user  | Library/LaunchAgents/rapport-unique.helper.plist                         |
| Darwin  | libreoffice | home  | libreoffice/rapport-unique.oxt                                           |
| Linux   | logon       | user  | .config/autostart/rapport-unique.desktop                                 |
| Linux   | libreoffice | home  | libreoffice/rapport-unique.oxt                                           |
""".replace("{office}", "Group Containers/UBF8T346G9.Office/User Content.localized")


def test_files_stand_where_the_documentation_says(user: Path, home: Path) -> None:
    """On each system these and no others, beside the place that the extension is told."""
    folders = {"user": user, "home": home}
    for system in SYSTEMS:
        done = {one.id: one for one in install(machine(user, system))}
        wanted = {folders[under] / place for of, _, under, place in rows(PLACES) if of == system}
        found = {path for folder in folders.values() for path in folder.rglob("*") if path.is_file()}
        assert found == wanted | {home / oxt.PLACE}
        for of, step, under, place in rows(PLACES):
            assert of != system or done[step].where == str(folders[under] / place)
        uninstall(machine(user, system))


@pytest.mark.parametrize("system", SYSTEMS)
def test_twice_is_once(user: Path, home: Path, system: str) -> None:
    """A second installation changes nothing; only the shortcut is written anew, in case Python has moved."""
    here = machine(user, system)
    install(here)
    files, registry = everything(home.parent), deepcopy(here.registry)
    assert {one.id for one in install(here) if one.changed} <= {"shortcut"}
    assert everything(home.parent) == files
    assert here.registry == registry
    assert here.started == [here.helper] * 2


@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_is_left(user: Path, home: Path, system: str) -> None:
    """What was there before is there after, byte for byte, and nothing else; a second removal is no error."""
    (home / "excel").mkdir(parents=True)
    kept = {home / "settings.toml": b'lang = "nl"\n', home / "excel" / "mine.xlsx": b"mine", user / "other": b"x"}
    for path, data in kept.items():
        path.write_bytes(data)
    before = everything(home.parent)
    here = machine(user, system)
    install(here)
    assert everything(home.parent).items() > before.items()
    for _ in range(2):
        uninstall(here)
        assert everything(home.parent) == before
        assert not here.extensions
        assert isinstance(here.registry, NoRegistry) or not any(here.registry.keys.values())


def test_the_registry_on_windows(user: Path, home: Path) -> None:
    """One folder is trusted without those below it, one file is opened, one program starts at logon."""
    here = machine(user, WINDOWS)
    install(here)
    path = home / "excel" / xlam.NAME
    assert isinstance(here.registry, FakeRegistry)
    trusted = {"Path": f"{path.parent}\\", "Description": "Rapport Unique"}
    command = " ".join(here.helper)
    assert here.registry.keys == {
        rf"{EXCEL}\Security\Trusted Locations\RapportUnique": trusted,
        rf"{EXCEL}\Options": {"OPEN": f'/R "{path}"'},
        RUN: {"RapportUnique": command},
    }


def test_foreign_values_stay(user: Path) -> None:
    """Other programs' values stay as they are, through installing and removing."""
    here = machine(user, WINDOWS)
    assert isinstance(here.registry, FakeRegistry)
    here.registry.keys = {
        rf"{EXCEL}\Options": {
            "OPEN": '/R "C:\\x\\other.xlam"',
            "OPEN1": '/A "C:\\y\\RapportUnique2.xlam"',
            "Font": "Arial",
        },
        RUN: {"OneDrive": "onedrive.exe"},
    }
    before = deepcopy(here.registry.keys)
    install(here)
    assert here.registry.keys[rf"{EXCEL}\Options"]["OPEN2"].startswith('/R "')
    uninstall(here)
    assert {key: values for key, values in here.registry.keys.items() if values} == before


@given(
    others=st.lists(
        st.sampled_from(['/R "C:\\a b\\é.xlam"', '"C:\\x\\y.xll"', "/R solver.xlam", "ANALYS32.XLL"]), max_size=12
    ),
    at=st.integers(0, 12),
    gap=st.booleans(),
)
def test_excels_list_has_no_gap(
    tmp_path_factory: pytest.TempPathFactory, others: list[str], at: int, *, gap: bool
) -> None:
    """Wherever ours stands, or an older copy of it, the others keep their order, and Excel finds each of them."""
    here = machine(tmp_path_factory.mktemp("user"), WINDOWS)
    assert isinstance(here.registry, FakeRegistry)
    listed = [*others[:at], '/R "D:\\old\\RAPPORTUNIQUE.xlam"', *others[at:]]
    names = [f"OPEN{number + (gap and number > 2) or ''}" for number in range(len(listed))]
    here.registry.keys = {"options": {**dict(zip(names, listed, strict=True)), "OPENING": "no"}}
    step = OpenedByExcel("opened", "options", here.own / xlam.NAME)
    for act, wanted in ((step.do, [*others, f'/R "{step.path}"']), (step.undo, others), (step.undo, others)):
        act(here)
        found = here.registry.keys["options"]
        assert found == {"OPENING": "no"} | {f"OPEN{number or ''}": text for number, text in enumerate(wanted)}
        assert step.is_done(here) == (len(wanted) > len(others))


def test_excel_must_be_closed(user: Path, home: Path) -> None:
    """An Excel that runs would write its own list over ours: nothing is done."""
    here = machine(user, WINDOWS, excel_runs=True)
    for act in (install, uninstall):
        with pytest.raises(MacroError, match="RU-M20"):
            act(here)
    assert not everything(home.parent)


def test_libreoffice_says_why_not(user: Path) -> None:
    """What LibreOffice says is told."""
    with pytest.raises(MacroError) as refused:
        install(machine(user, LINUX, refuses="soffice is running"))
    assert "soffice is running" in refused.value.text("en")[0]


def test_without_libreoffice_it_is_left_out(user: Path) -> None:
    """Excel's part does not wait for it."""
    assert "libreoffice" not in {step.id for step in steps(machine(user, WINDOWS, office=False))}


def test_the_mac_starts_the_helper(user: Path) -> None:
    """The agent is a property list with the very command."""
    here = machine(user, MAC)
    install(here)
    told = plistlib.loads((user / "Library/LaunchAgents/rapport-unique.helper.plist").read_bytes())
    assert (told["ProgramArguments"], told["RunAtLoad"]) == (list(here.helper), True)


@pytest.mark.parametrize("python", ["python3", 'py "x" $HOME `id` \\n 100% é'])
def test_the_desktop_starts_the_helper(user: Path, python: str) -> None:
    """The entry is quoted as the specification wants, whatever the folder is called."""
    here = FakeMachine(system=LINUX, user=user, python=user / python, office=False)
    install(here)
    lines = (user / ".config/autostart/rapport-unique.desktop").read_text(encoding="utf-8").splitlines()
    command = next(line.removeprefix("Exec=") for line in lines if line.startswith("Exec="))
    # First the string's own escapes, then quotes, which are a shell's, then the marks for files.
    unescaped = command.replace("\\\\", "\\")
    told = subprocess.run(["sh", "-c", f"printf '%s\\0' {unescaped}"], capture_output=True, text=True, check=True)
    assert [part.replace("%%", "%") for part in told.stdout.split("\0")[:-1]] == list(here.helper)


def test_the_commands_say_what_they_did(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In JSON, or a line for each thing."""
    here = machine(user, WINDOWS)
    monkeypatch.setattr("addin.install.machine.Machine", lambda: here)
    told = json.loads(CliRunner().invoke(app, ["addin", "install", "--json"]).stdout)
    assert [one["id"] for one in told] == [step.id for step in steps(here)]
    assert all(one["changed"] for one in told)
    said = CliRunner().invoke(app, ["addin", "install"]).stdout
    assert said.count("was there already") == len(told) - 1
    said = CliRunner().invoke(app, ["addin", "uninstall"]).stdout
    assert said.count("removed") == len(told)
    removed = json.loads(CliRunner().invoke(app, ["addin", "uninstall", "--json"]).stdout)
    assert [one["id"] for one in reversed(removed)] == [one["id"] for one in told]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_has_its_name(user: Path, lang: str) -> None:
    """In every language."""
    for system in SYSTEMS:
        assert all(catalogue("addin", lang)["install"][step.id] for step in steps(machine(user, system)))


def test_the_windows_script_calls_what_there_is() -> None:
    """Each command of ours in it exists, and its letters are ASCII, which every PowerShell reads alike."""
    script = (Path(addin.__file__).parent / "install" / "install.ps1").read_text("ascii")
    called = re.findall(r"\$command (?:@\()?'(\w+)'(?:, '(\w+)')?", script)
    assert set(called) == {("addin", "install"), ("addin", "uninstall"), ("doctor", "")}
    for words in called:
        assert CliRunner().invoke(app, [*filter(None, words), "--help"]).exit_code == 0
