"""From a ledger and a workbook to the filled workbook, and from a check to the annotated copy. Bytes in, bytes out."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from addin.story.remembering import MappingFile, settled
from validators import control, imports, ledger
from validators.check import CheckResult
from validators.findings import InputError
from validators.ledger import Import, again, record
from validators.ledger.again import Earlier, Present
from validators.parse import Context, parse
from validators.read import RawWorkbook, read
from validators.totals import column_cents, compute, joined
from workbook_templates import cells, parts, records, remarks
from workbook_templates.layout import Layout
from workbook_templates.measure import ColumnType, Measure
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from validators.ledger import LedgerQuestion
    from validators.ledger.answer import Query
    from validators.ledger.values import Rows


@dataclass(frozen=True, slots=True)
class Taken:
    """A ledger that was taken over into a workbook."""

    imported: Import
    measure: Measure
    layout: Layout
    workbook: bytes

    def notes(self, lang: str) -> list[str]:
        """Return what else the user must know, in sentences."""
        return record.notes(self.imported, self.layout, lang)


def take(  # noqa: PLR0913 - what decides an import
    ledger_data: bytes,
    name: str,
    workbook: bytes,
    sheet_id: str | None,
    *,
    mapping: MappingFile | None = None,
    ask: Callable[[LedgerQuestion, Query, Measure], str | None] = lambda _question, _query, _measure: None,
    at: dt.datetime | None = None,
    step: Callable[[str], None] = lambda _: None,
) -> Taken:
    """Return a workbook with the ledger's rows added below those it has, its totals brought up to date.

    Its sheets of imports and repairs tell what was done, at a moment in UTC, by default now; where the workbook has
    every row already, it comes back as it was. ``mapping`` is the centre's mapping file, by default an empty one; what
    a person answers when ``ask`` asks is added to it, and not yet saved. ``step`` is told each stage as it begins,
    those of the engine and then ``write``. InputError where the ledger or the workbook cannot be used, or the rows do
    not fit.
    """
    raw = read(workbook)
    measure, layout = raw.measure, raw.layout
    known = [sheet.id for sheet in measure.ledger_sheets]
    if sheet_id is not None and sheet_id not in known:
        raise InputError("RU-X18", found=sheet_id, known=", ".join(known))
    had = before(raw)
    imported = settled(
        mapping or MappingFile(Path()),
        lambda known: ledger.import_ledger(
            ledger_data,
            name,
            measure,
            sheet_id=sheet_id,
            remembered=known,
            earlier=had.earlier,
            present=had.present,
            step=step,
        ),
        lambda question, query: ask(question, query, measure),
    )
    if not had.adds(imported):
        return Taken(imported, measure, layout, workbook)
    step("write")
    filled = parts.Package(workbook)
    try:
        first_rows = parts.append_rows(filled, imported.rows)
        told = record.told(
            imported,
            record.Where(measure, layout, first_rows),
            number=had.number,
            sha256=hashlib.sha256(ledger_data).hexdigest(),
            at=at or dt.datetime.now(dt.UTC),
        )
        records.append(filled, {cells.IMPORTS: told.imports, cells.REPAIRS: told.repairs})
    except parts.CapacityError as error:
        raise InputError("RU-X20", sheet=error.sheet, needed=error.needed, room=error.room) from error
    _total(filled, raw, imported.rows)
    return Taken(imported, measure, layout, filled.to_bytes())


@dataclass(frozen=True, slots=True)
class Before:
    """What a workbook has of ledgers before the next one is taken over."""

    number: int
    """Of the next import."""
    earlier: tuple[Earlier, ...]
    present: tuple[Present, ...]

    def adds(self, imported: Import) -> bool:
        """Whether an import has anything to add or to tell that the workbook has not."""
        return bool(imported.row_count or imported.changes or not self.earlier)


def before(raw: RawWorkbook) -> Before:
    """Return what a workbook has of ledgers; InputError where it has no place to tell another, or tells wrong."""
    for sheet_id in (cells.IMPORTS, cells.REPAIRS):
        if sheet_id not in raw.layout.sheets:
            name = catalogue("workbook_templates", raw.layout.lang)["sheets"][sheet_id]
            raise InputError("RU-X25", missing=name)
    wrong = next(imports.unbalanced(raw.imports), None)
    if wrong:
        where = raw.layout.sheets[cells.IMPORTS]
        raise InputError("RU-X24", place=f"{where.name}!{cells.a1(wrong.row, where.columns[wrong.column])}")
    told = imports.records(raw.imports)
    context = Context(raw.layout.lang, raw.measure.year + 1)
    tables = {
        sheet.id: parse(raw.tables[sheet.id], raw.tables[sheet.id].sheet.columns, context)
        for sheet in raw.measure.ledger_sheets
    }
    return Before(
        max((one.number for one in told), default=0) + 1,
        tuple(Earlier(one.number, one.ledger, one.memory) for one in told),
        tuple(again.standing(tables)),
    )


def with_totals(workbook: bytes) -> bytes:
    """Return the workbook with the totals that its formulas will show, for viewers that do not recalculate."""
    package = parts.Package(workbook)
    _total(package, read(workbook), {})
    return package.to_bytes()


def _total(package: parts.Package, raw: RawWorkbook, added: Rows) -> None:
    """Write what the workbook adds up to, with the rows that were added since it was read, whatever a check finds."""
    measure, context = raw.measure, Context(raw.layout.lang, raw.measure.year + 1)
    tables = {
        sheet_id: joined(parse(table, table.sheet.columns, context), added.get(sheet_id, {}))
        for sheet_id, table in raw.tables.items()
    }
    forms = {sheet_id: parse(table, table.sheet.fields, context) for sheet_id, table in raw.forms.items()}
    sums = {
        cells.column_name(sheet.id, column.id): column_cents(tables[sheet.id], column.id)
        for sheet in measure.sheets
        for column in sheet.columns
        if column.type is ColumnType.AMOUNT
    }
    totals = compute(measure, tables, forms, raw.layout.lang)
    parts.set_totals(package, {total.id: total.cents for total in totals}, sums)


def annotated(workbook: bytes, result: CheckResult) -> bytes:
    """Return the workbook with the codes in each row's status column and the findings on the control sheet."""
    told = control.content(result, remarks.reasons(workbook))
    return remarks.annotate(workbook, told.statuses, told.headline, told.rows, told.links)


def to_json(taken: Taken) -> dict[str, Any]:
    """Return an import in the published shape of ``import --json``."""
    return ledger.to_json(taken.imported)
