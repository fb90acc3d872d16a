"""From a ledger and a workbook to the filled workbook, and from a check to the annotated copy. Bytes in, bytes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from addin.remembering import MappingFile, settled
from validators import control, ledger
from validators.check import CheckResult, check
from validators.findings import InputError, euros
from validators.ledger import Import
from validators.read import open_workbook
from validators.totals import column_cents
from workbook_templates import cells, parts, remarks
from workbook_templates.layout import Layout
from workbook_templates.measure import ColumnType, Measure
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from validators.ledger import LedgerQuestion
    from validators.ledger.answer import Query


@dataclass(frozen=True, slots=True)
class Taken:
    """A ledger that was taken over into a workbook."""

    imported: Import
    measure: Measure
    layout: Layout
    workbook: bytes

    @property
    def row_count(self) -> int:
        """Rows written."""
        return sum(len(next(iter(columns.values()), ())) for columns in self.imported.rows.values())

    def notes(self, lang: str) -> list[str]:
        """Return what else the user must know, in sentences."""
        texts = catalogue("validators.ledger", lang)["note"]
        said = []
        for kind, params in self.imported.notes:
            shown = dict(params)
            if kind == "first_sheet":
                shown["sheet"] = self.layout.sheets[params["sheet"]].name
            elif kind == "doubtful":
                shown |= {key: euros(int(params[key]), lang) for key in ("found", "expected")}
            said.append(texts[kind].format(**shown))
        return said


def take(
    ledger_data: bytes,
    name: str,
    workbook: bytes,
    sheet_id: str | None,
    *,
    mapping: MappingFile | None = None,
    ask: Callable[[LedgerQuestion, Query, Measure], str | None] = lambda _question, _query, _measure: None,
) -> Taken:
    """Return a workbook with the ledger's rows added below those it has, its totals brought up to date.

    ``mapping`` is the centre's mapping file, by default an empty one; what a person answers when ``ask`` asks is added
    to it, and not yet saved. InputError where the ledger or the workbook cannot be used, or the rows do not fit.
    """
    measure, layout = open_workbook(workbook)
    known = [sheet.id for sheet in measure.ledger_sheets]
    if sheet_id is not None and sheet_id not in known:
        raise InputError("RU-X18", found=sheet_id, known=", ".join(known))
    imported = settled(
        mapping or MappingFile(Path()),
        lambda known: ledger.import_ledger(ledger_data, name, measure, sheet_id=sheet_id, remembered=known),
        lambda question, query: ask(question, query, measure),
    )
    try:
        filled = parts.append_rows(workbook, imported.rows)
    except parts.CapacityError as error:
        raise InputError("RU-X20", sheet=error.sheet, needed=error.needed, room=error.room) from error
    return Taken(imported, measure, layout, with_totals(filled))


def with_totals(workbook: bytes) -> bytes:
    """Return the workbook with the totals that its formulas will show, for viewers that do not recalculate."""
    result = check(workbook)
    sums = {
        cells.column_name(sheet.id, column.id): column_cents(result.tables[sheet.id], column.id)
        for sheet in result.measure.sheets
        for column in sheet.columns
        if column.type is ColumnType.AMOUNT
    }
    return parts.set_totals(workbook, {total.id: total.cents for total in result.totals}, sums)


def annotated(workbook: bytes, result: CheckResult) -> bytes:
    """Return the workbook with the codes in each row's status column and the findings on the control sheet."""
    told = control.content(result, remarks.reasons(workbook))
    return remarks.annotate(workbook, told.statuses, told.headline, told.rows, told.links)


def to_json(taken: Taken) -> dict[str, Any]:
    """Return an import in the published shape of ``import --json``."""
    return ledger.to_json(taken.imported)
