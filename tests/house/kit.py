"""What the tests of the house share: the tracked files, the modules, the declarations."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("workbook_templates", "validators", "signer", "addin")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TEST_FILES = sorted((ROOT / "tests").rglob("test_*.py"))


def name(path: Path) -> str:
    """Return a file's path inside the project, for a test's name and its message."""
    return path.relative_to(ROOT).as_posix()


def tracked() -> list[Path]:
    """Return the files that belong to the project: those that git keeps."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached"], capture_output=True, text=True, check=True
    )
    return [path for entry in listed.stdout.split("\0") if entry and (path := ROOT / entry).is_file()]
