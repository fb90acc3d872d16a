"""Helpers of the signing room's tests: the demo officers, Markdown tables, other programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from signer.demo import DEMO_OFFICERS

SECRETARY, PRESIDENT, DELEGATE = (officer.niss for officer in DEMO_OFFICERS)
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "1234"
"""Of the virtual cards; typed by the shim, which plays the middleware's PIN window."""


def demand(*programs: str) -> None:
    """Skip, loudly, a test whose counterpart is missing; in CI that is a failure."""
    missing = [program for program in programs if not (shutil.which(program) or Path(program).is_file())]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"not installed, and CI may leave nothing out: {missing}")
    if missing:
        pytest.skip(f"not installed: {missing}")


def run(*command: object, cwd: Path | None = None, **environment: str) -> str:
    """Run a program and return what it says; a failure shows it."""
    done = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def markdown(table: str) -> list[dict[str, str]]:
    """Return the rows of a Markdown table, by the names in its first line."""
    lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.strip().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]
