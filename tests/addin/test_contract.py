"""The contract with xlwings: every call that the macros make exists in its engines for Excel, and in ours."""

from __future__ import annotations

import ast
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from addin import files
from addin.macros import checking, live, publishing, signatures
from tests.addin.clicked import CASES, click, prepared, user
from tests.addin.desks import InMemory
from tests.addin.drafts import draft, saved
from tests.addin.engine_openpyxl import USED, opened
from tests.house.kit import ROOT
from tests.official.corpus import BOOKS
from tests.official.invent import build

XLWINGS = Path(find_spec("xlwings").origin).parent
ENGINES = {
    "Excel on Windows": [XLWINGS / "_xlwindows.py"],
    "Excel on a Mac": [XLWINGS / "_xlmac.py"],
    "LibreOffice": sorted((ROOT / "addin" / "uno_engine").glob("*.py")),
}
INHERITED = {
    ("Names", "snapshot"): "the base class makes it of the others",
    ("Range", "max_cells_per_read"): "the base class sets it",
    ("Range", "max_cells_per_write"): "the base class sets it",
}
"""Members that an engine need not write out, and why."""
LIVE = sorted((ROOT / "addin" / "macros").glob("*.py"))
"""Modules that work on a book."""
FORBIDDEN = r"\.api\b|\bexpand\b|xlwings\.pro|get_value\(|\bLICENSE|engine\.name|win32|com_error|appscript"


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Return every (class, member) of an engine that is asked for while each macro runs once."""
    folder = tmp_path_factory.mktemp("contract")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(files.HOME_VARIABLE, str(folder / "home"))
        patch.setattr("typer.launch", lambda _path: 0)
        patch.setattr("addin.macros.steps._PATIENCE", -1.0)
        USED.clear()
        path = saved(folder, draft())
        book = opened(path.read_bytes(), str(path))
        where = live.find_layout(book).sheets["volet_a"]
        book.sheets[where.name].range((where.first_row, 1), (where.first_row + 2, 12)).number_format = "General"
        totals = live.find_layout(book).sheets["totals"]
        book.sheets[totals.name].range(totals.fields["expenses_a"]).value = 1.0
        assert not checking.check(book).code
        right = saved(folder, draft(faults=False), "right.xlsx")
        book = opened(right.read_bytes(), str(right))
        official = folder / "official.xlsx"
        official.write_bytes(build(BOOKS[0]).data)
        patch.setattr("addin.story.recalculate.program", lambda: None)
        assert not publishing.fill_official(book, str(official), str(folder / "filled"), native=True).code
        book.app.impl._answers.append("cancel")  # noqa: SLF001 - the user says no
        signatures.check_and_sign(book)
    for action in CASES:
        (folder / action).mkdir()
        with user(folder / action):
            click(prepared(InMemory(), action, folder / action), action, folder / action)
    return set(USED)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_call_of_the_macros_exists_in_every_engine(engine: str, used: set[tuple[str, str]]) -> None:
    """What xlwings asks of an engine while the macros run, that engine has, and not as the base class's refusal."""
    known = members(ENGINES[engine])
    assert len(used) > 40
    assert {(owner, name) for owner, name in used - INHERITED.keys() if name not in known.get(owner, set())} == set()


@pytest.mark.parametrize("module", LIVE, ids=lambda path: path.stem)
def test_macros_use_only_what_xlwings_publishes(module: Path) -> None:
    """No module of macros goes past xlwings' public, free interface, or asks which spreadsheet it is in."""
    assert re.findall(FORBIDDEN, module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "book.api.Save()",
        'sheet.range("A1").expand()',
        "from xlwings.pro import reports",
        'if book.app.engine.name == "excel":',
        "except pywintypes.com_error:",
        'xlwings.LICENSE_KEY = "x"',
    ],
)
def test_what_xlwings_does_not_publish_would_be_seen(line: str) -> None:
    """The pattern finds each way past the public interface."""
    assert re.findall(FORBIDDEN, line)


def test_a_call_that_an_engine_lacks_would_be_seen() -> None:
    """Members that an engine leaves to the base class, or does not have, are not among its own."""
    known = members(ENGINES["LibreOffice"])
    assert "raw_value" in known["Range"]
    assert "autofit" not in known["Sheet"]
    assert "merge" not in known["Range"]


@pytest.mark.parametrize("path", sorted((ROOT / "addin").rglob("*.py")), ids=lambda path: path.stem)
def test_nothing_needs_the_paid_part_of_xlwings(path: Path) -> None:
    """No module imports anything of xlwings.pro."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        assert not [name for name in (*names, module) if name.startswith("xlwings.pro")]


def members(sources: list[Path]) -> dict[str, set[str]]:
    """Return the members that each class of some modules defines itself, or inherits within them."""
    classes: dict[str, ast.ClassDef] = {}
    for source in sources:
        for node in ast.parse(source.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                classes[node.name] = node

    def of(name: str) -> set[str]:
        found = {"__init__"}
        for item in classes[name].body:
            if isinstance(item, ast.FunctionDef):
                found.add(item.name)
                found |= {
                    node.attr
                    for node in ast.walk(item)
                    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
                    if item.name == "__init__" and ast.unparse(node.value) == "self"
                }
            elif isinstance(item, (ast.Assign, ast.AnnAssign)):
                targets = item.targets if isinstance(item, ast.Assign) else [item.target]
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
        for base in classes[name].bases:
            if isinstance(base, ast.Name) and base.id in classes:
                found |= of(base.id)
        return found

    return {name: of(name) for name in classes}
