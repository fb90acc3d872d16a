"""From a question about a ledger and a person's answers to what the centre has decided, as its mapping file keeps it.

Questions are asked one at a time, each with a few choices, so that a terminal, a ribbon and a test can ask them alike.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

from validators.ledger import remembered
from validators.ledger.errors import Doubt, LedgerQuestion
from validators.ledger.remembered import OPEN, Confirmed, Remembered
from validators.ledger.words import OTHER

YES, NONE = "1", "0"
"""Answers: what is proposed is right; none of the choices is."""


@dataclass(frozen=True, slots=True)
class Query:
    """One question to a person."""

    name: str
    """By which its answer is known."""
    column: str
    """Column id that is looked for; empty where what is proposed wants a yes or a no."""
    choices: Mapping[str, tuple[str, str]]
    """Answer to a heading and what stands below it; without :data:`NONE`, which may always be answered."""


def query(question: LedgerQuestion, answers: Mapping[str, str]) -> Query | None:
    """Return what is still to be asked; None where every doubt of the question is settled.

    ``answers`` maps names of queries to answers given; one that is no choice is asked again.
    """
    if not question.doubts:
        name = question.code
        return None if answers.get(name) == YES else Query(name, "", {})
    taken: set[str] = set()
    for doubt in question.doubts:
        choices = _choices(doubt, taken)
        answer = answers.get(doubt.column, "")
        if answer not in {NONE, *choices}:
            return Query(doubt.column, doubt.column, choices)
        if answer != NONE:
            taken.update(doubt.meanings[int(answer) - 1])
    return None


def _choices(doubt: Doubt, taken: Container[str]) -> dict[str, tuple[str, str]]:
    """Return what a doubt may be answered by; a heading that an earlier answer has taken is none of it."""
    shown = zip(doubt.meanings, doubt.samples, strict=True)
    return {
        str(number): (" / ".join(meaning), sample)
        for number, (meaning, sample) in enumerate(shown, start=1)
        if not any(heading in taken for heading in meaning)
    }


def decided(question: LedgerQuestion, answers: Mapping[str, str], known: Remembered) -> Confirmed:
    """Return what a question's answers decide, all of them given; what ``known`` says beside it stays."""
    (entry,) = remembered.read(question.proposal).ledgers.values()
    columns = {heading: OTHER if column == OPEN else column for heading, column in entry.columns.items()}
    for doubt in question.doubts:
        choice = answers[doubt.column]
        if choice != NONE:
            columns |= doubt.meanings[int(choice) - 1]
    before = known.ledgers.get(entry.fingerprint, entry)
    return replace(
        entry,
        columns=columns,
        sheets=entry.sheets or before.sheets,
        shift=entry.shift or before.shift,
        **{key: getattr(entry, key) or getattr(before, key) for key in remembered.CONFIRMATIONS},
    )
