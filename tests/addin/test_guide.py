"""The button *Guide*: a page that comes with the program, in a language that the guide has."""

from __future__ import annotations

from pathlib import Path

import pytest

from addin import settings
from addin.macros import checking
from tests.addin.drafts import draft
from tests.addin.engine_openpyxl import opened
from tests.tables import rows

SPOKEN = """
| user | page | says that it is in |
| ---- | ---- | ------------------ |
| fr   | fr   |                    |
| nl   | nl   |                    |
| de   | fr   | auf Französisch    |
| en   | fr   | in French          |
"""


@pytest.mark.parametrize(("user", "shown", "language"), rows(SPOKEN))
def test_the_guide_opens_in_a_language_that_it_has(
    user: str, shown: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dutch for who speaks Dutch, else French; the message names the file, and the language where it is another."""
    launched: list[str] = []
    monkeypatch.setattr("typer.launch", launched.append)
    settings.choose_language(user)
    told = checking.guide(opened(draft().to_bytes()))
    [page] = map(Path, launched)
    assert page.name == f"{shown}.html"
    assert page.read_text(encoding="utf-8").startswith(f'<!DOCTYPE html>\n<html lang="{shown}">')
    assert language in told.first
    assert str(page) in told.second
