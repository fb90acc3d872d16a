"""Take a ledger over into the open workbook: ask what only the centre knows, write the rows, tell the balance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from addin import files, live
from addin.remembering import MappingFile, settled, wanted
from addin.steps import Question, Told, Tone, Work, macro
from validators import ledger as ledgers
from validators.findings import euros
from validators.ledger.answer import NONE, YES
from validators.ledger.errors import LedgerQuestion
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from addin.live import Live
    from validators.ledger import Import, Remembered
    from validators.ledger.answer import Query


@macro
def paste_ledger(work: Work, ledger: str, **answers: str) -> Told:
    """Add the rows of a ledger's file below those that the sheets have; tell the balance, to the cent.

    ``answers`` are those to the questions that earlier runs have told; they go into the centre's mapping file.
    """
    found = work.open()
    source = Path(ledger)
    data = files.read(source)
    decisions = MappingFile.open(None)
    asked: list[Query] = []

    def answer(_question: LedgerQuestion, query: Query) -> str | None:
        if query.name not in answers:
            asked.append(query)
        return answers.get(query.name)

    try:
        imported = settled(decisions, lambda known: _read(work, found, data, source.name, known), answer)
    except LedgerQuestion as question:
        if not asked:
            raise
        return _question(work, found, question, asked[0])
    work.step("writing_rows")
    for sheet_id, columns in imported.rows.items():
        if any(columns.values()):
            live.append(work.book, found, sheet_id, columns)
    decisions.save()
    balance = imported.balance
    told = {name: euros(getattr(balance, f"{name}_cents"), work.lang) for name in ("ledger", "imported", "set_aside")}
    return Told(
        work.words["imported"].format(rows=imported.row_count, amount=told["imported"]),
        work.words["balance"].format(**told),
    )


def _read(work: Work, found: Live, data: bytes, name: str, known: Remembered) -> Import:
    return ledgers.import_ledger(
        data, name, found.measure, sheet_id=None, remembered=known, step=lambda _stage: work.step("ledger")
    )


def _question(work: Work, found: Live, question: LedgerQuestion, query: Query) -> Told:
    words = catalogue("addin", work.lang)["mapping"]
    choices = {number: f"{heading}  ({sample})" for number, (heading, sample) in query.choices.items()}
    choices = {**choices, NONE: words["none"]} if choices else {YES: words["yes"], NONE: words["no"]}
    message, remedy = question.text(work.lang)
    prompt = wanted(query, found.measure, work.lang)
    if not query.choices:
        prompt = f"{message} {prompt}"
    return Told(message, remedy, Tone.FOUND, question.code, ask=Question(query.name, prompt, choices))
