"""Texts: every kind and every refusal speaks four languages, with the same facts in each."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Any

import pytest

from tests.tables import rows
from tests.validators.drafts import valid
from validators.check import check
from validators.checks import KINDS
from workbook_templates import packs
from workbook_templates.measure import LANGUAGES, ColumnType
from workbook_templates.texts import catalogue

ROOMS = ("validators", "addin", "workbook_templates", "validators.ledger", "validators.guard")


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - what TOML holds
    """Yield every text of a catalogue with its path; French alone has the plural of millions, ``many``."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "many" or "other" not in value:
                yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}.{index}")
    else:
        yield path, value


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
def test_a_refusal_speaks_to_those_who_click_first(lang: str) -> None:
    """Who has buttons is shown the same refusals: what is for the command line alone stands in brackets."""
    for path, text in leaves(catalogue("validators", lang)["input"]):
        assert not re.search(r"--[a-z]|rapport-unique", re.sub(r"\([^)]*\)", "", text)), path


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_rule_has_words(lang: str) -> None:
    """Each kind says what was expected and what to do; no words are left of a kind that is gone."""
    kinds = catalogue("validators", lang)["kind"]
    assert kinds.keys() == KINDS.keys()
    for name, entry in kinds.items():
        assert entry["expected"], name
        assert entry["remedy"], name


@pytest.mark.parametrize("pack", packs.available(), ids=str)
def test_an_example_for_a_list_stands_on_that_list(pack: tuple[str, int]) -> None:
    """Whoever types what a drop-down list has not is told an entry of this very list, as it stands there."""
    made = valid(packs.load(*pack), 1)
    chosen = [
        (sheet, column)
        for sheet in made.measure.sheets
        for column in sheet.columns
        if column.type is ColumnType.CHOICE and made.rows.get(sheet.id)
    ]
    for sheet, column in chosen:
        made.raw[sheet.id, made.address(sheet.id, 0, column.id)] = "Autre chose"
    told = {(one.sheet, one.column): one.expected for one in check(made.to_bytes(), "fr").findings}
    assert chosen
    for sheet, column in chosen:
        assert any(f"« {choice.label.fr} »" in told[sheet.id, column.id] for choice in column.choices), column.id


QUOTED = """
| language | found           |
| -------- | --------------- |
| fr       | « Autre chose » |
| nl       | “Autre chose”   |
| de       | „Autre chose“   |
| en       | “Autre chose”   |
"""


@pytest.mark.parametrize(("lang", "found"), rows(QUOTED))
def test_what_was_typed_is_quoted_as_the_language_does(lang: str, found: str) -> None:
    """Text that is not what its cell is for stands between the reader's own quotation marks."""
    made = valid(packs.load("pas", 2025), 1, lang)
    made.raw["volet_a", made.address("volet_a", 0, "nature")] = "Autre chose"
    assert [one.found.replace("\u00a0", " ") for one in check(made.to_bytes(), lang).findings] == [found]
