"""Questions about a ledger, asked in the terminal; the answers go into the centre's mapping file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from addin.story.remembering import wanted
from addin.terminal import screen
from addin.terminal.console import LANG, TEXTS
from validators.ledger.answer import NONE, YES

if TYPE_CHECKING:
    from validators.ledger import LedgerQuestion
    from validators.ledger.answer import Query
    from workbook_templates.measure import Measure


def somebody() -> bool:
    """Whether a person sits at the terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def nobody(_question: LedgerQuestion, _query: Query, _measure: Measure) -> None:
    """Answer nothing: the question is refused, with what a person may put into the mapping file."""


def ask(question: LedgerQuestion, query: Query, measure: Measure) -> str | None:
    """Return a person's answer; None where they give up, or the proposal is wrong."""
    told = TEXTS["mapping"]
    try:
        if not query.choices:
            screen.console.print(question.text(LANG)[0], style="yellow")
            return YES if typer.confirm(wanted(query, measure, LANG), default=None) else None
        screen.console.print(wanted(query, measure, LANG), style="yellow")
        made = screen.table("", told["heading"], told["sample"], right=(0,))
        for number, (heading, sample) in query.choices.items():
            made.add_row(number, heading, sample)
        made.add_row(NONE, f"({told['none']})", "")
        screen.console.print(made)
        said = ""
        while said not in {*query.choices, NONE}:
            said = str(typer.prompt(told["number"])).strip()
    except typer.Abort:
        return None
    return said
