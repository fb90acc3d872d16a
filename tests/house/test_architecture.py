"""The edges that import-linter cannot see: what a module does, rather than what it imports."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.house.kit import MODULES, ROOT, name
from tests.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

ALLOWED = """
| act             | where it may be done                                 | why                                        |
| --------------- | ---------------------------------------------------- | ------------------------------------------ |
| write a file    | addin/ signer/demo.py                                | bytes in and out; test keys live on a disk |
| start a program | addin/                                               | a library starts nothing                   |
| use the network | signer/services.py addin/transport addin/libreoffice | time stamps, revocation; spreadsheets here |
| import by name  |                                                      | import-linter would not see the arrow      |
| print           |                                                      | addin shows, through its console           |
"""

ACTS = {
    "write a file": """os.open os.fdopen os.replace os.rename os.remove os.unlink os.makedirs os.mkdir
        shutil.copy shutil.copyfile shutil.move shutil.rmtree tempfile.mkstemp tempfile.NamedTemporaryFile
        tempfile.TemporaryDirectory tempfile.mkdtemp .write_bytes .write_text .mkdir .touch .unlink""",
    "start a program": "subprocess os.system os.popen os.startfile os.execv multiprocessing",
    "use the network": "socket ssl asyncio http urllib.request requests httpx urllib3 ftplib smtplib",
    "import by name": "__import__ importlib.import_module runpy",
    "print": "print",
}
"""By act: names imported, functions called, and with a dot in front methods called."""

ROOMS = ["validators.check", "signer.sign", "signer.verify", "workbook_templates.packs"]

DOES = """
| source                                       | act             |
| -------------------------------------------- | --------------- |
| `open("x", "w")`                             | write a file    |
| `open("x", mode="ab")`                       | write a file    |
| `path.open("xb")`                            | write a file    |
| `path.write_bytes(b"")`                      | write a file    |
| `os.replace(a, b)`                           | write a file    |
| `import subprocess`                          | start a program |
| `from multiprocessing import Pool`           | start a program |
| `import urllib.request`                      | use the network |
| `import asyncio`                             | use the network |
| `from urllib import request`                 | use the network |
| `from http.client import HTTPSConnection`    | use the network |
| `importlib.import_module("signer")`          | import by name  |
| `print("x")`                                 | print           |
| `open("x")`                                  |                 |
| `archive.open("a.xml", "w")`                 |                 |
| `text.replace("a", "b")`                     |                 |
| `from urllib.parse import quote`             |                 |
"""


def acts(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the act of everything in a module that is one of ``ACTS``."""
    for node in ast.walk(ast.parse(source)):
        done: set[str] = set()
        if isinstance(node, ast.Import):
            done = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            done = {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            done = {called, f".{called.rpartition('.')[2]}"}
            if ".open" in done and _opens_to_write(node, place=1 if called == "open" else 0):
                done.add("os.open")
        for act, names in ACTS.items():
            if any(f"{one}.".startswith(f"{listed}.") for one in done for listed in names.split()):
                yield getattr(node, "lineno", 0), act


def _opens_to_write(call: ast.Call, place: int) -> bool:
    """Say whether a call of ``open`` is told to write, by its argument at a place or by its keyword."""
    told = [*call.args[place : place + 1], *(word.value for word in call.keywords if word.arg == "mode")]
    modes = [str(mode.value) for mode in told if isinstance(mode, ast.Constant)]
    return any(re.fullmatch(r"[rbt]*[wax+][bt+]*", mode) for mode in modes)


@pytest.mark.parametrize(("source", "act"), rows(DOES))
def test_an_act_is_seen(source: str, act: str) -> None:
    """The check below sees each act in the ways it is usually written, and no act where there is none."""
    assert [found for _, found in acts(source.strip("`"))] == [act] * bool(act)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_does_only_what_its_floor_may(path: Path) -> None:
    """Only the add-in writes files and starts programs, one module uses the network."""
    allowed = {act: tuple(places.split()) for act, places, _ in rows(ALLOWED)}
    wrong = [
        f"{name(path)}:{line}: {act}"
        for line, act in acts(path.read_text(encoding="utf-8"))
        if not name(path).startswith(allowed[act])
    ]
    assert not wrong


@pytest.mark.parametrize("module", ROOMS)
def test_no_card_and_no_excel_are_needed_to_import(module: str) -> None:
    """Checking, signing and verifying load where neither a card's library nor Excel's is installed."""
    script = f"import sys; sys.modules.update(pkcs11=None, xlwings=None, openpyxl=None); import {module}"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_can_be_read_in_one_go(path: Path) -> None:
    """A module past 450 lines holds more than one stage and wants a split."""
    assert len(path.read_text(encoding="utf-8").splitlines()) < 450


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_says_which_stage_it_is(path: Path) -> None:
    """Every module opens with a docstring."""
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
