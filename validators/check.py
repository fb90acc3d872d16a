"""One check, from the bytes of a workbook to findings, totals and proof of reading."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from validators import __version__, book, checks, pasted, totals
from validators.findings import Finding, Problem, Wording, day, euros, plain
from validators.imports import Record, records
from validators.parse import Context, Mark, Table, entry, parse
from validators.read import RawTable, RawWorkbook, RowCounts, read
from workbook_templates import cells
from workbook_templates.measure import Column, ColumnType, Measure, Severity
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from workbook_templates.layout import Layout


CENTRE = "centre"
"""Id of the sheet that every pack has: the centre's identity, its grants and its officers."""


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who may sign for the centre, as the centre sheet lists them."""

    role: str
    """Id of the role choice, such as ``president_delegate``."""
    name: str
    niss: str = field(repr=False)
    date_from: dt.date | None
    """First day in office."""
    date_to: dt.date | None
    """Last day; None while it lasts."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Everything that a check of one workbook found out."""

    measure: Measure
    layout: Layout
    lang: str
    """Language of the findings; the workbook's own is ``layout.lang``."""
    engine_version: str
    workbook_sha256: str
    """Empty where a live workbook was checked, which has no bytes yet."""
    rows: Mapping[str, RowCounts]
    """Sheet id to its proof of reading."""
    findings: tuple[Finding, ...]
    """Errors first, then by sheet, row and column."""
    totals: tuple[totals.Total, ...]
    tables: Mapping[str, Table]
    """Typed rows by sheet id."""
    forms: Mapping[str, Table]
    """Typed form fields by sheet id, one row each."""
    imports: tuple[Record, ...] = ()
    """The ledgers that were taken over, as the workbook tells of them."""
    covered: tuple[Problem, ...] = ()
    """What a finding about a paste gone wrong stands for, not yet in words."""

    def everything(self) -> tuple[Finding, ...]:
        """Return what the findings about pastes gone wrong stand for, in words."""
        return worded(self.covered, self.measure, self.layout, self.lang)

    def count(self, severity: Severity) -> int:
        """Return how many findings have a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def cents(self, total_id: str) -> int:
        """Return a total by its id; KeyError if there is none."""
        return {total.id: total.cents for total in self.totals}[total_id]

    @property
    def centre(self) -> dict[str, Any]:
        """The fields of the centre sheet as text, cents or dates; None where empty."""
        return {field_id: entry(values[0]) for field_id, values in self.forms[CENTRE].columns.items()}

    @property
    def officers(self) -> tuple[Officer, ...]:
        """The complete rows of the officers' table, in order."""
        columns = self.tables[CENTRE].columns
        rows = zip(
            *(columns[name].tolist() for name in ("role", "name", "niss", "date_from", "date_to")),
            strict=True,
        )
        return tuple(Officer(*row) for row in rows if all(row[:3]))


def check(
    data: bytes,
    lang: str | None = None,
    *,
    any_version: bool = False,
    others: Mapping[str, bytes] | None = None,
    local: bytes | None = None,
    whole: bool = False,
) -> CheckResult:
    """Check a workbook of one of our templates.

    ``lang`` is the reader's language, by default the workbook's; ``any_version`` takes templates of other versions of
    the pack too. ``others`` are the centre's workbooks for other measures, by name, in which the same euro must not
    stand. ``local`` are the centre's own rules (:mod:`workbook_templates.local`). ``whole`` tells every finding, even
    where a paste gone wrong explains a crowd of them. InputError where any of the files cannot be used.
    """
    # pandas and pandera take as long to import as a large workbook takes to be read.
    raw = read(data, meanwhile=_import_schema, any_version=any_version)
    if local is not None:
        from validators.local import adopt  # noqa: PLC0415 - most centres have none

        raw = replace(raw, measure=adopt(raw.measure, local, judge))
    return judge(raw, lang, hashlib.sha256(data).hexdigest(), others, whole=whole)


def judge(
    raw: RawWorkbook,
    lang: str | None = None,
    sha256: str = "",
    others: Mapping[str, bytes] | None = None,
    *,
    whole: bool = False,
) -> CheckResult:
    """Check a workbook that has been read; ``sha256`` is that of its bytes, where it has any."""
    measure, layout = raw.measure, raw.layout
    lang = lang or layout.lang
    context = Context(layout.lang, measure.year + 1)
    tables = {sheet_id: parse(table, table.sheet.columns, context) for sheet_id, table in raw.tables.items()}
    forms = {sheet_id: parse(table, table.sheet.fields, context) for sheet_id, table in raw.forms.items()}
    figures = totals.compute(measure, tables, forms, lang)
    problems = [
        problem
        for parsed, is_form in (
            *((form, True) for form in forms.values()),
            *((table, False) for table in tables.values()),
        )
        for problem in _table_problems(parsed, measure, lang, is_form=is_form)
    ]
    problems += book.problems(measure, layout, tables, forms, figures, lang, _others(others or {}))
    problems += pasted.unbalanced(measure, layout, raw.imports, lang)
    problems += pasted.not_kept(measure, layout, raw.imports, tables, lang)
    covered: list[Problem] = []
    if not whole:
        problems, covered = pasted.recognised(measure, tables, problems, lang)
    return CheckResult(
        measure=measure,
        layout=layout,
        lang=lang,
        engine_version=__version__,
        workbook_sha256=sha256,
        rows={sheet_id: table.counts for sheet_id, table in raw.tables.items()},
        findings=worded(problems, measure, layout, lang),
        totals=figures,
        tables=tables,
        forms=forms,
        imports=records(raw.imports),
        covered=tuple(covered),
    )


def worded(problems: Sequence[Problem], measure: Measure, layout: Layout, lang: str) -> tuple[Finding, ...]:
    """Return problems in words: errors first, then by sheet, row and column."""
    order = {sheet.id: position for position, sheet in enumerate(measure.sheets)}
    wording = Wording(measure, lang, {sheet_id: sheet.name for sheet_id, sheet in layout.sheets.items()})
    findings = [wording.finding(problem, _column(measure, problem)) for problem in problems]
    findings.sort(
        key=lambda finding: (
            finding.severity is Severity.WARNING,
            order.get(finding.sheet, len(order)),
            finding.row,
            cells.parse(finding.cell)[1] if finding.cell else 0,
            finding.code,
        )
    )
    return tuple(findings)


def _others(workbooks: Mapping[str, bytes]) -> list[book.OtherWorkbook]:
    found = []
    for name, data in workbooks.items():
        raw = read(data, any_version=True)
        context = Context(raw.layout.lang, raw.measure.year + 1)
        tables = {sheet_id: parse(table, table.sheet.columns, context) for sheet_id, table in raw.tables.items()}
        found.append(book.OtherWorkbook(name, tables))
    return found


def to_json(result: CheckResult) -> dict[str, Any]:
    """Return the result in the published shape of ``check --json``; money in cents, no NISS."""
    return {
        "measure": result.measure.id,
        "year": result.measure.year,
        "pack_version": result.measure.version,
        "engine_version": result.engine_version,
        "workbook_sha256": result.workbook_sha256,
        "rows": {
            sheet_id: {
                "in_sheet": count.in_sheet,
                "read": count.read,
                "hidden": count.hidden,
                "blank": count.blank,
            }
            for sheet_id, count in result.rows.items()
        },
        "findings": [finding_json(finding) for finding in result.findings],
        "covered": [finding_json(finding) for finding in result.everything()],
        "totals": [
            {"id": total.id, "sheet": total.sheet, "label": total.label, "cents": total.cents}
            for total in result.totals
        ],
        "summary": {"errors": result.count(Severity.ERROR), "warnings": result.count(Severity.WARNING)},
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return one finding in its published shape."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "row": finding.row,
        "column": finding.column,
        "found": finding.found,
        "expected": finding.expected,
        "message": finding.message,
        "remedy": finding.remedy,
        "related": list(finding.related),
        "source": finding.source,
        "confidence": finding.confidence,
    }


def _import_schema() -> None:
    from validators import schema  # noqa: PLC0415 - the point is the import, at that moment

    schema.warm_up()


def _table_problems(table: Table, measure: Measure, lang: str, *, is_form: bool) -> Iterator[Problem]:
    from validators import schema  # noqa: PLC0415 - imported meanwhile

    columns = table.sheet.fields if is_form else table.sheet.columns
    by_id = {column.id: column for column in columns}
    by_kind = {rule.kind: rule for rule in measure.rules}
    place = _form_place if is_form else _table_place
    for mark in table.marks:
        column = by_id[mark.column]
        row, cell = place(table.raw, mark.index, mark.column)
        meant = _shown(mark.meant, column, lang) if mark.meant is not None else ""
        yield Problem(
            by_kind[mark.kind],
            table.sheet.id,
            row,
            mark.column,
            cell,
            found=_found(mark, lang),
            variant="meant" if meant else "expected",
            params={"value": meant or _example(column, lang)},
        )
    for rule, column_id, index in schema.broken(table, columns, measure):
        row, cell = place(table.raw, index, column_id)
        column = by_id[column_id]
        value = entry(table.columns[column_id][index])
        kind = checks.KINDS[rule.kind]
        params = (
            {"value": _example(column, lang)}
            if kind.scope is checks.Scope.CELL
            else kind.expected(table.columns, index, rule, measure, lang)
        )
        yield Problem(
            rule,
            table.sheet.id,
            row,
            column_id,
            cell,
            found="" if value is None else _shown(value, column, lang),
            params=params,
        )


def _table_place(raw: RawTable, index: int, column: str) -> tuple[int, str]:
    row = raw.row_numbers[index]
    return row, cells.a1(row, raw.layout.columns[column])


def _form_place(raw: RawTable, _index: int, column: str) -> tuple[int, str]:
    cell = raw.layout.fields[column]
    return cells.parse(cell)[0], cell


def _column(measure: Measure, problem: Problem) -> Column | None:
    try:
        return measure.sheet(problem.sheet).column(problem.column)
    except KeyError:
        return None


def _found(mark: Mark, lang: str) -> str:
    text = plain(mark.raw, lang)
    return (
        str(catalogue("validators", lang)["words"]["quoted"]).format(text=text) if isinstance(mark.raw, str) else text
    )


def _shown(value: Any, column: Column, lang: str) -> str:  # noqa: ANN401 - an entry of a typed column
    """Return a typed value as the reader knows it."""
    if column.type is ColumnType.AMOUNT and isinstance(value, int):
        return euros(value, lang)
    if isinstance(value, dt.date):
        return day(value)
    if column.type is ColumnType.CHOICE:
        return next((choice.label[lang] for choice in column.choices if choice.id == value), str(value))
    return plain(value, lang)


def _example(column: Column, lang: str) -> str:
    """Return the column's example in the reader's notation."""
    if not column.example:
        return column.label[lang]
    if column.type is ColumnType.DATE:
        return day(dt.date.fromisoformat(column.example))
    if column.type is ColumnType.AMOUNT:
        return euros(round(float(column.example) * 100), lang)
    if column.type is ColumnType.NUMBER:
        return plain(float(column.example), lang)
    if column.type is ColumnType.NISS:
        # Invented, but a whole number must not stand in a message.
        return "00.00.00-000.00"
    # A sheet's list may be another than that of the column it follows.
    strange = column.choices and column.example not in {choice.id for choice in column.choices}
    return _shown(column.choices[0].id if strange else column.example, column, lang)
