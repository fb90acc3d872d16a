"""Every test says in one sentence what it holds the project to."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.kit import TEST_FILES, name


@pytest.mark.parametrize("path", TEST_FILES, ids=name)
def test_every_test_says_what_it_proves(path: Path) -> None:
    """A test's docstring is one paragraph of one sentence, with its full stop."""
    wrong = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            said = (ast.get_docstring(node) or "").strip()
            if not said.endswith(".") or re.search(r"\n\n|[.!?]\s+[A-Z]", said):
                wrong.append(f"{name(path)}:{node.lineno}: {node.name}: {said!r}")
    assert not wrong
