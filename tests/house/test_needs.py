"""A suite whose counterpart is missing is left out loudly, and in CI not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.kit import ROOT
from tests.tables import rows
from tools.system_packages import Need, left_out

SUITES = """
import pytest
from tools.system_packages import NEEDS, Need

NEEDS["absent"] = Need("the absent suite", {"no-such-program": "no-such-package"})
NEEDS["present"] = Need("the present suite", {"git": "git"})

@pytest.mark.needs("absent")
def test_absent(): ...

@pytest.mark.needs("present")
def test_present(): ...

@pytest.mark.skip(reason="a whim")
def test_whim(): ...
"""

RUNS = """
| test         | CI    | status | told                                             |
| ------------ | ----- | ------ | ------------------------------------------------ |
| test_present | true  | 0      | 1 passed                                         |
| test_absent  |       | 0      | the absent suite: no-such-program                |
| test_absent  | true  | 1      | CI may leave nothing out. Missing for the absent |
| test_whim    |       | 0      | 1 tests were not run on this machine             |
| test_whim    | true  | 1      | CI may leave nothing out, so this run has failed |
"""


@pytest.mark.parametrize(("test", "ci", "status", "told"), rows(RUNS))
def test_what_is_left_out_is_told(tmp_path: Path, test: str, ci: str, status: str, told: str) -> None:
    """A missing counterpart, or any skip, is told at the end of a run, and fails it in CI."""
    (tmp_path / "test_suites.py").write_text(SUITES, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-k", test, tmp_path],
        cwd=ROOT,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == int(status)
    assert told in done.stdout


def test_a_need_names_what_is_missing() -> None:
    """A program is looked for on the path and a file where it should be, each with its package."""
    need = Need("Suite", {"git": "git", "no-such-program": "one", "/no/such/file": "two"})
    assert need.missing() == {"no-such-program": "one", "/no/such/file": "two"}
    assert left_out([need]) == ["Suite: no-such-program (Debian package one), /no/such/file (Debian package two)"]
    assert left_out([Need("Suite", {"git": "git"})]) == []
