"""Take a ledger over into the open workbook: ask what only the centre knows, write the rows, tell the balance."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from addin import files
from addin.macros import live
from addin.macros.steps import Question, Told, Tone, Work, macro
from addin.story.intake import Before, before
from addin.story.remembering import MappingFile, settled, wanted
from validators import ledger as ledgers
from validators.findings import euros
from validators.ledger import record
from validators.ledger.answer import NONE, YES
from validators.ledger.errors import LedgerQuestion
from workbook_templates import cells
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from addin.macros.live import Live
    from validators.ledger import Import, Remembered
    from validators.ledger.answer import Query

_TO_VERIFY = frozenset(("doubtful", "without_amount", "month_first"))
"""Kinds of notes that somebody must look into."""


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
        said = answers.get(query.name)
        if said in {NONE, *(query.choices or (YES,))}:
            return said
        asked.append(query)
        return None

    had = before(found.raw)
    try:
        imported = settled(decisions, lambda known: _read(work, found, data, source.name, known, had), answer)
    except LedgerQuestion as question:
        if not asked:
            raise
        return _question(work, found, question, asked[0])
    if had.adds(imported):
        work.step("writing_rows")
        _write(work, found, imported, had, hashlib.sha256(data).hexdigest())
    decisions.save()
    return _told(work, found, imported)


def _write(work: Work, found: Live, imported: Import, had: Before, sha256: str) -> None:
    """Write the rows, and what is told of them, each sheet at once; nothing at all where one has no room."""
    sheets = found.layout.sheets
    counts = {sheet_id: max(map(len, columns.values())) for sheet_id, columns in imported.rows.items()}
    used = {sheet_id: max(found.raw.tables[sheet_id].row_numbers, default=0) for sheet_id in counts}
    first_rows = {one: live.free_row(sheets[one], used[one], count) for one, count in counts.items()}
    where = record.Where(found.measure, found.layout, first_rows)
    told = record.told(imported, where, number=had.number, sha256=sha256, at=dt.datetime.now(dt.UTC))
    lines = {
        sheet_id: (live.free_row(sheets[sheet_id], last, len(rows)), columns, rows)
        for sheet_id, last, columns, rows in (
            (cells.IMPORTS, len(found.grids[cells.IMPORTS]), cells.IMPORT_COLUMNS, told.imports),
            (cells.REPAIRS, _used(work, found), cells.REPAIR_COLUMNS, told.repairs),
        )
        if rows
    }
    blocks = [(one, first_rows[one], count) for one, count in counts.items()]
    blocks += [(one, first, len(rows)) for one, (first, _, rows) in lines.items()]
    for sheet_id, first, count in blocks:
        live.reveal(work.book.sheets[sheets[sheet_id].name], first, first + count - 1)
    for sheet_id, columns in imported.rows.items():
        live.append(work.book, found, sheet_id, first_rows[sheet_id], columns)
    for sheet_id, (first, names, rows) in lines.items():
        live.append_lines(work.book, sheets[sheet_id], first, names, rows)


def _used(work: Work, found: Live) -> int:
    """Return the last row of the sheet of repairs that holds something."""
    return len(live.read_grid(work.book.sheets[found.layout.sheets[cells.REPAIRS].name]))


def _told(work: Work, found: Live, imported: Import) -> Told:
    """Tell the balance, what in the workbook is no longer as in the ledger, and what the user must know of this one."""
    balance, words = imported.balance, work.words
    names = ("ledger", "imported", "set_aside", "not_selected")
    told = {name: euros(getattr(balance, f"{name}_cents"), work.lang) for name in names}
    first = words["imported"].format(rows=imported.row_count, amount=told["imported"])
    if not imported.row_count:
        first = words["nothing_new"].format(count=sum(one.reason == "known" for one in imported.set_aside))
    changes = tuple(record.changed(imported, at, work.lang) for at in range(len(imported.changes)))
    second = words["changes"].format(count=len(changes)) if changes else words["balance"].format(**told)
    notes = tuple(record.notes(imported, found.layout, work.lang)) if imported.row_count else ()
    verify = any(kind in _TO_VERIFY for kind, _ in imported.notes) and imported.row_count
    return Told(first, second, Tone.FOUND if changes or verify else Tone.GOOD, more=(*changes, *notes))


def _read(work: Work, found: Live, data: bytes, name: str, known: Remembered, had: Before) -> Import:
    return ledgers.import_ledger(
        data,
        name,
        found.measure,
        sheet_id=None,
        remembered=known,
        earlier=had.earlier,
        present=had.present,
        step=lambda _stage: work.step("ledger"),
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
