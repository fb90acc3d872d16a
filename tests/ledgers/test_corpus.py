"""The corpus: every invented ledger balances to the cent, and every column is mapped right."""

from __future__ import annotations

import pytest

from tests.ledgers.corpus import RECIPES, bake
from validators import ledger
from workbook_templates import packs

PAS = packs.load("pas", 2025)


@pytest.mark.parametrize("name", RECIPES)
def test_a_ledger_of_the_corpus_is_understood(name: str) -> None:
    """Rows, cents and mapping are the known ones, and ledger = imported + set aside."""
    recipe = RECIPES[name]
    made = bake(recipe)
    told = ledger.to_json(ledger.import_ledger(made.data, made.name, PAS, sheet_id=None))
    assert (told["imported"]["rows"], told["imported"]["cents"]) == (len(made.rows), made.cents)
    assert {one["header"]: one["column"] or "" for one in told["mapping"] if one["header"]} | made.mapping == {
        one["header"]: one["column"] or "" for one in told["mapping"] if one["header"]
    }
    balance = told["balance"]
    assert balance["ledger_cents"] == balance["imported_cents"] + sum(one["cents"] for one in told["set_aside"])
    assert balance["difference_cents"] == 0
    assert len(told["reversals"]) >= recipe.reversals
    assert not [note for note in told["notes"] if note["kind"] == "doubtful"]


def test_the_corpus_is_large_and_varied() -> None:
    """At least forty ledgers, in three languages, and each disturbance at least twice."""
    assert len(RECIPES) >= 40
    fields = {"title", "two_lines", "page", "subtotals", "group", "total", "opening", "blanks", "empty_columns", "footer",
              "hidden_columns", "reversals", "as_text", "typos", "cover"}  # fmt: skip
    for field in fields:
        assert sum(bool(getattr(recipe, field)) for recipe in RECIPES.values()) >= 2, field
