"""Any ledger, disturbed in any way: the same rows and cents come back, or a refusal says why; never a wrong total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.ledgers.corpus import AMOUNTS, DATES, LAYOUTS, Recipe
from tests.ledgers.disturb import HARMLESS, MISHAPS, bake
from tests.ledgers.invent import Expense
from validators import ledger
from validators.ledger.errors import LedgerError
from workbook_templates import packs
from workbook_templates.measure import LANGUAGES

PAS = packs.load("pas", 2025)
TEXTS = ("utf-8 ;", "utf-8-sig ;", "cp1252 ;", "utf-16 tab", "utf-8 tab", "cp1252 ,", "utf-8 |")


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    """Draw what a ledger looks like; only combinations that a program could print."""
    layout = draw(st.sampled_from(sorted(LAYOUTS)))
    file = draw(st.sampled_from(("xlsx", "xlsx", "ods", *TEXTS)))
    text = file in TEXTS
    kinds = [kind for _, kind, _ in LAYOUTS[layout][1]]
    grouped = layout == "fr_grouped"
    sheets = 1 if text else draw(st.sampled_from((1, 1, 2, 3)))
    return Recipe(
        layout,
        count=draw(st.integers(4 * sheets + 4, 40)),
        seed=draw(st.integers(0, 10**6)),
        file=file,
        # The narrow space is not in Windows-1252.
        amounts=draw(st.sampled_from(sorted(AMOUNTS.keys() - ({"narrow"} if file.startswith("cp1252") else set())))),
        negative=draw(st.sampled_from(("-{}", "{}-", "({})", "{} CR", "- {}"))),
        currency=draw(st.sampled_from(("{}", "{}", "€ {}", "{} €", "{} EUR"))),
        dates=draw(st.sampled_from(sorted(DATES))),
        niss=draw(st.sampled_from(("text", "number", "dotted"))),
        as_text=draw(st.sampled_from((0.0, 0.3, 1.0))),
        reversals=draw(st.integers(0, 3)),
        title=draw(st.integers(0, 3)),
        two_lines=draw(st.sampled_from(("", "", "merged", "blank"))) if len(kinds) > 5 else "",
        page=draw(st.sampled_from((0, 0, 7, 11))),
        subtotals=draw(st.sampled_from(("", "month"))) or ("article" if grouped else ""),
        bare_sums=draw(st.booleans()),
        group=grouped,
        group_volet=not grouped and "volet" not in kinds and draw(st.booleans()),
        total=draw(st.booleans()),
        opening=draw(st.booleans()),
        blanks=draw(st.sampled_from((0, 0, 5))),
        empty_columns=tuple(sorted(draw(st.sets(st.integers(0, 6), max_size=2)))),
        hidden_columns=draw(st.sampled_from(((), (), (1,)))),
        hidden_rows=draw(st.booleans()),
        footer=draw(st.booleans()),
        sheets=sheets,
        cover=not text and draw(st.booleans()),
        upper=draw(st.booleans()),
        typos=draw(st.sampled_from((False, False, True))),
    )


def said(rows: Sequence[Expense]) -> Counter[tuple[str, int]]:
    """Return document and cents of each expense."""
    return Counter((row.number, row.cents) for row in rows)


def check(recipe: Recipe, disturbances: tuple[str, ...], seed: int) -> str:
    """Return the code of the refusal; empty where the very same rows came back."""
    name, data, rows = bake(recipe, disturbances, seed)
    try:
        found = ledger.import_ledger(data, name, PAS, sheet_id=None)
    except LedgerError as refused:
        said_so = [all(refused.text(lang)) for lang in LANGUAGES]
        return refused.code if all(said_so) else "without words"
    taken: Counter[tuple[str, int]] = Counter()
    for columns in found.rows.values():
        taken += Counter(zip(map(str, columns["document_number"]), columns["total_amount"], strict=True))
    assert taken == said(rows)
    assert found.balance.difference_cents == 0
    assert found.balance.imported_cents == sum(row.cents for row in rows)
    return ""


@settings(max_examples=60)
@given(recipes(), st.lists(st.sampled_from(sorted(HARMLESS)), max_size=3).map(tuple), st.integers(0, 999))
def test_whatever_a_program_prints_comes_back_to_the_cent(
    recipe: Recipe, disturbances: tuple[str, ...], seed: int
) -> None:
    """The same documents with the same cents, or a refusal in words."""
    event(check(recipe, disturbances, seed) or "imported")


@settings(max_examples=40)
@given(
    recipes(),
    st.sampled_from(sorted(MISHAPS)),
    st.lists(st.sampled_from(sorted(HARMLESS | MISHAPS)), max_size=2),
    st.integers(0, 999),
)
def test_a_paste_gone_wrong_is_understood_or_refused(recipe: Recipe, mishap: str, others: list[str], seed: int) -> None:
    """Never with a wrong total."""
    event(check(recipe, (*others, mishap), seed) or "imported")
