"""Texts: every kind and every refusal speaks four languages, with the same facts in each."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Any

import pytest

from validators.checks import KINDS
from workbook_templates.measure import LANGUAGES
from workbook_templates.texts import catalogue

ROOMS = ("validators", "addin", "workbook_templates", "validators.ledger")


def leaves(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a catalogue with its path."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{key}.")
        elif key != "many" or "other" not in table:
            # French alone has the plural of millions.
            yield f"{path}{key}", value


def placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_catalogue_says_the_same_in_every_language(room: str, lang: str) -> None:
    """Each language has exactly the texts of the first, with the same placeholders, and none is empty."""
    first = dict(leaves(catalogue(room, LANGUAGES[0])))
    other = dict(leaves(catalogue(room, lang)))
    assert other.keys() == first.keys()
    for path, text in other.items():
        assert text.strip(), path
        assert placeholders(text) == placeholders(first[path]), path


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_rule_has_words(lang: str) -> None:
    """Each kind says what was expected and what to do; no words are left of a kind that is gone."""
    kinds = catalogue("validators", lang)["kind"]
    assert kinds.keys() == KINDS.keys()
    for name, entry in kinds.items():
        assert entry["expected"], name
        assert entry["remedy"], name
