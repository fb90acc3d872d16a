"""What no file of the project may hold, and what its declarations must agree on."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import validators
from addin.cli import app
from tests.house.kit import MODULES, PACKAGES, PROJECT, ROOT, name, tracked

UNWANTED = {
    "the address of a package index": r"(?:pypi|pythonhosted|npmjs|repo1?\.maven)[\w.-]*\.(?:org|com|io)\b",
    "a folder of somebody's machine": r"(?<![\w.])/(?:home|Users|root|work)/\w",
    "an unresolved merge": r"^(?:<{7}|>{7}) ",
    "unfinished work": r"\b(?:F[I]XME|T[O]DO|X[X]X)\b",
}
LIBREOFFICE = ("com", "uno", "unohelper")
"""Modules that come with LibreOffice, and with nothing else."""
ON_WINDOWS = ("win32com",)
"""Modules of a library that xlwings brings on Windows alone."""
LOCKS = ("requirements.txt", "requirements-dev.txt")


def read(path: str) -> str:
    """Return the text of a file of the project."""
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("what", UNWANTED)
def test_no_file_holds_what_belongs_elsewhere(what: str) -> None:
    """No tracked file names a package index, somebody's folder, or work left undone."""
    pattern = re.compile(UNWANTED[what], re.MULTILINE)
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data:
            lines = data.decode("utf-8", "replace").splitlines()
            found += [f"{name(path)}:{at}: {line}" for at, line in enumerate(lines, 1) if pattern.search(line)]
    assert not found


@pytest.mark.parametrize("path", [path for path in tracked() if path.suffix == ".md"], ids=name)
def test_a_link_between_pages_leads_somewhere(path: Path) -> None:
    """A relative link in a Markdown page leads to a file of the project."""
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert all((path.parent / link).resolve().is_relative_to(ROOT) for link in links)
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_lint_exception_of_the_project_has_a_reason() -> None:
    """Each rule that ruff is told to ignore, for the project or for a folder, is followed by why."""
    text = read("pyproject.toml")
    lint = text[text.index("[tool.ruff.lint]") : text.index("[tool.mypy]")]
    ignored = re.findall(r'^  "([A-Z]+\d+)",(.*)$', lint, re.MULTILINE)
    rules = PROJECT["tool"]["ruff"]["lint"]
    listed = [code for codes in (rules["ignore"], *rules["per-file-ignores"].values()) for code in codes]
    assert sorted(code for code, _ in ignored) == sorted(listed)
    assert [code for code, reason in ignored if not re.match(r" +# .{5,}", reason)] == []


def pins(lock: str) -> dict[str, set[str]]:
    """Return the versions that a requirements file pins, by project; more than one where systems differ."""
    pinned: dict[str, set[str]] = {}
    for project, version in re.findall(r"^([\w.-]+)==([\w.]+)", read(lock), re.MULTILINE):
        pinned.setdefault(project, set()).add(version)
    return pinned


@pytest.mark.parametrize("lock", LOCKS)
def test_requirements_are_pinned_hashed_and_from_anywhere(lock: str) -> None:
    """Each requirement has one version and its hashes, and no line says where it comes from."""
    text = read(lock).replace("\\\n", " ")
    pinned = re.compile(r"[\w.-]+==[\w.]+ .*--hash=sha256:[0-9a-f]{64}")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert lines
    assert [line[:60] for line in lines if not pinned.match(line)] == []
    assert not re.search(r"://|--(?:index|extra-index|find-links|trusted)|-f /", text)


@pytest.mark.parametrize(("lock", "groups"), [(LOCKS[0], ["build"]), (LOCKS[1], ["build", "dev"])])
def test_requirements_are_what_the_project_declares(lock: str, groups: list[str]) -> None:
    """Whatever pyproject.toml asks for is pinned at a version that it allows (`make lock` does so)."""
    declared = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    declared += [one for group in groups for one in PROJECT["dependency-groups"][group]]
    for project, versions in pins(lock).items():
        asked = [one.specifier for one in map(Requirement, declared) if canonicalize_name(one.name) == project]
        assert not asked or all(any(range_.contains(one) for range_ in asked) for one in versions), project
    assert {canonicalize_name(Requirement(one).name) for one in declared} <= pins(lock).keys()


def test_the_developers_versions_are_the_users() -> None:
    """Tests run what users run: the developers' requirements hold the users', at the same versions."""
    users, developers = map(pins, LOCKS)
    assert users == {project: developers[project] for project in users}
    assert len(users) < len(developers)


def test_every_dependency_says_why() -> None:
    """Each run-time dependency in pyproject.toml is followed by what it is for and its licence."""
    lines = read("pyproject.toml").splitlines()
    for dependency in PROJECT["project"]["dependencies"]:
        line = next(line for line in lines if f'"{dependency}"' in line)
        assert re.search(r"# .{10,}; .*\b(?:MIT|BSD|LGPL|PSF|OFL)\b", line), dependency


def test_every_dependency_is_used_and_every_import_declared() -> None:
    """What the packages import, or read a file of, is what pyproject.toml declares, no more and no less."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in MODULES]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    used = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    used |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    used |= {
        str(node.args[0].value)
        for node in nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("files") and node.args
        if isinstance(node.args[0], ast.Constant)
    }
    outside = {one.partition(".")[0] for one in used} - {*PACKAGES, *sys.stdlib_module_names, *LIBREOFFICE, *ON_WINDOWS}
    brought = packages_distributions()
    imported = {canonicalize_name(brought[one][0]) for one in outside}
    assert imported == {canonicalize_name(Requirement(one).name) for one in PROJECT["project"]["dependencies"]}


def test_the_version_is_the_same_everywhere() -> None:
    """The version that is declared is the one that runs, and the newest that the changelog tells about."""
    newest = re.search(r"^## (\d+\.\d+\.\d+)", read("CHANGELOG.md"), re.MULTILINE)
    assert newest
    assert newest[1] == validators.__version__ == PROJECT["project"]["version"]


COMMANDS = [one.name for one in app.registered_commands]
COMMANDS += [
    f"{group.name} {one.name}" for group in app.registered_groups for one in group.typer_instance.registered_commands
]


@pytest.mark.parametrize("command", sorted(map(str, COMMANDS)))
def test_every_command_is_in_the_readme(command: str) -> None:
    """README.md shows each command of the command line."""
    assert re.search(rf"rapport-unique {command}\b", read("README.md"))
