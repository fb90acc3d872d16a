"""What the tests of the report share: an invented centre whose check found only what it accepts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from validators.findings import Finding
from validators.imports import Part, Record
from validators.read import RowCounts
from validators.report import Accepted, Report, report
from validators.totals import Total
from workbook_templates import packs
from workbook_templates.cells import total_id
from workbook_templates.measure import TOTALS, Measure, Severity

PAS = packs.load("pas", 2025)
INVENTED_NISS = ("70010100287", "65061500183", "90090999806")
WARNINGS = tuple(rule.code for rule in PAS.rules if rule.severity is Severity.WARNING)
CREATED = dt.datetime(2026, 1, 20, 15, 3, 9, tzinfo=dt.timezone(dt.timedelta(hours=1)))
REASON = "Deux factures de la même école, une par trimestre."
SHA256 = "3f2a9c41" + "70010100287" + "ab" * 22 + "c"
"""A fingerprint that holds eleven digits in a row: they are no NISS."""


@dataclass(frozen=True)
class Person:
    """An officer as a check tells of one."""

    role: str
    name: str
    date_from: dt.date | None = dt.date(2024, 12, 2)
    date_to: dt.date | None = None
    niss: str = field(default=INVENTED_NISS[0], repr=False)


OFFICERS = (Person("secretary", "Anne Exemple"), Person("president", "Paul Modèle"))


@dataclass(frozen=True)
class Checked:
    """The result of a check, as far as a report looks at it."""

    lang: str = "fr"
    measure: Measure = PAS
    workbook_sha256: str = SHA256
    engine_version: str = "0.1.0"
    centre: Mapping[str, object] = field(
        default_factory=lambda: {
            "centre_name": "CPAS de Valbois",
            "enterprise_number": "0428759497",
            "contact_name": None,
            "grant_a": 2_150_000,
        }
    )
    officers: Sequence[Person] = OFFICERS
    rows: Mapping[str, RowCounts] = field(
        default_factory=lambda: {
            sheet.id: RowCounts(in_sheet=1248, read=1248, hidden=12, blank=1) for sheet in PAS.sheets if sheet.columns
        }
    )
    imports: Sequence[Record] = ()
    totals: Sequence[Total] = ()
    findings: Sequence[Finding] = ()


def imported(number: int, ledger: str = "grand-livre.xlsx", cents: int = 1_307_521) -> Record:
    """Return an import in balance, as a workbook tells of it."""
    return Record(
        number=number,
        ledger=ledger,
        moment="2026-01-20T13:00:00Z",
        sha256="0f" * 32,
        rows=108,
        cents=2 * cents + 500,
        imported=(Part("volet_a", 60, cents - 1000), Part("volet_b", 42, 1000)),
        set_aside=(Part("total", 1, cents), Part("blank", 3, 0)),
        not_selected=Part("", 2, 500),
        repairs=283,
        memory="0123456789abcdef" * 102,
    )


def warning(code: str, severity: Severity = Severity.WARNING) -> Finding:
    """Return a finding of a rule at a cell of volet A."""
    return Finding(
        code=code,
        severity=severity,
        sheet="volet_a",
        cell="H12",
        row=12,
        column="total_amount",
        found="612,50 €",
        expected="500,00 € au plus",
        message="Volet A!H12 (Montant total) : trouvé 612,50 €.",
        remedy="Retirez la ligne.",
        source="SPP IS",
        confidence="M",
        related=("volet_a!H7",),
    )


def totals(cents: Mapping[tuple[str, str], int]) -> tuple[Total, ...]:
    """Return every figure of the totals sheet; what ``cents`` does not name is zero."""
    return tuple(
        Total(
            id=total_id(line.id, group.id),
            line=line.id,
            group=group.id,
            sheet=TOTALS,
            label=f"{line.label['fr']} – {group.label['fr']}",
            cents=cents.get((line.id, group.id), 0),
        )
        for line in PAS.lines
        for group in PAS.groups
        if line in PAS.lines_of(group)
    )


def accepted(codes: Sequence[str], reason: str = REASON) -> list[Accepted]:
    """Accept each code once, for one reason."""
    return [Accepted(code, reason, 1) for code in codes]


def make(
    codes: Sequence[str] = WARNINGS[:2],
    *,
    cents: Mapping[tuple[str, str], int] | None = None,
    reason: str = REASON,
    **changes: object,
) -> Report:
    """Return the report of the invented centre, with one accepted finding of each code."""
    findings = tuple(warning(code) for code in codes)
    checked = Checked(totals=totals(cents or {}), findings=findings, **changes)
    return report(checked, accepted(codes, reason), created=CREATED, workbook_name="PAS-2025.xlsx")


def rows(table: str) -> list[list[str]]:
    """Return the cells of a Markdown table without its head."""
    lines = [line.strip() for line in table.strip().splitlines()]
    return [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line[1:-1])] for line in lines[2:]]
