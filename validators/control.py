"""The control sheet after a check: plain rows to write into it, and the reasons that were typed there.

Whoever writes (into a closed file, or live in a spreadsheet) gets the same rows from here, in the order of
:data:`workbook_templates.cells.CONTROL_COLUMNS`. First a summary row for each code, without a place; a reason typed
there accepts every finding of the code, one typed beside a finding accepts that finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.core import Locale
from babel.numbers import format_decimal

from validators.findings import LOCALES, Finding
from validators.identifiers import mask
from workbook_templates import cells
from workbook_templates.measure import Severity
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from validators.check import CheckResult

Reasons = Mapping[tuple[str, str], str]
"""(code, place) to the reason typed beside it, as :func:`workbook_templates.remarks.reasons` reads them; the place of
a summary row is empty."""


@dataclass(frozen=True, slots=True)
class Control:
    """What a check leaves in a workbook, in the reader's language."""

    headline: str
    """How many errors and warnings, and what to do now; stands above the table."""
    rows: tuple[tuple[str, ...], ...]
    """Rows of the table, one text for each of the control columns; at most ``cells.CONTROL_CAPACITY``."""
    links: Mapping[int, tuple[str, str]]
    """Position in ``rows`` to the (sheet id, cell) where the row's place leads."""
    statuses: Mapping[str, Mapping[int, str]]
    """Sheet id to row number to the codes for the status column; every other row's status is to be emptied."""


def content(result: CheckResult, reasons: Reasons) -> Control:
    """Return what to write after a check; ``reasons`` are those typed earlier, which stay beside their finding."""
    groups: dict[str, list[Finding]] = {}
    for finding in result.findings:
        groups.setdefault(finding.code, []).append(finding)
    shown = _shares({code: len(found) for code, found in groups.items()}, cells.CONTROL_CAPACITY - len(groups))
    rows = [_summary_row(result, found, shown[code], reasons) for code, found in groups.items()]
    links: dict[int, tuple[str, str]] = {}
    for code, found in groups.items():
        for finding in found[: shown[code]]:
            place = place_of(result, finding)
            if place:
                links[len(rows)] = finding.sheet, finding.cell
            rows.append(_row(result, finding, place, finding.found, finding.expected, reasons))
    return Control(_headline(result), tuple(rows), links, statuses(result))


def statuses(result: CheckResult) -> dict[str, dict[int, str]]:
    """Return the codes of each row that has findings: sheet id to row number to text."""
    told: dict[str, dict[int, str]] = {}
    for finding in result.findings:
        where = result.layout.sheets.get(finding.sheet)
        if where and finding.row and where.first_row <= finding.row <= where.last_row:
            row = told.setdefault(finding.sheet, {})
            row[finding.row] = f"{row[finding.row]} {finding.code}" if finding.row in row else finding.code
    return told


def place_of(result: CheckResult, finding: Finding) -> str:
    """Return where a finding stands, such as ``Volet A!H12``; empty where it is about no cell."""
    where = result.layout.sheets.get(finding.sheet)
    return f"{where.name}!{finding.cell}" if where and finding.cell else ""


def accepted(result: CheckResult, reasons: Reasons) -> dict[str, str]:
    """Return the reason for each code whose findings all have one, beside themselves or on the summary row."""
    given: dict[str, list[str]] = {}
    for finding in result.findings:
        given.setdefault(finding.code, []).append(reasons.get((finding.code, place_of(result, finding)), ""))
    found = {}
    for code, beside in given.items():
        whole = reasons.get((code, ""), "")
        if whole or all(beside):
            found[code] = mask(" / ".join(dict.fromkeys(filter(None, (whole, *beside)))))
    return found


def _row(
    result: CheckResult, finding: Finding, place: str, found: str, expected: str, reasons: Reasons
) -> tuple[str, ...]:
    rule = next(rule for rule in result.measure.rules if rule.code == finding.code)
    values = {
        "severity": catalogue("workbook_templates", result.lang)["severity"][finding.severity],
        "code": finding.code,
        "place": place,
        "found": found,
        "expected": expected,
        "message": rule.text[result.lang],
        "remedy": finding.remedy,
        "source": finding.source,
        "reason": reasons.get((finding.code, place), ""),
    }
    return tuple(values[column] for column in cells.CONTROL_COLUMNS)


def _summary_row(result: CheckResult, found: list[Finding], shown: int, reasons: Reasons) -> tuple[str, ...]:
    count = _counted("times", len(found), result.lang)
    first = _counted("first", shown, result.lang) if shown < len(found) else ""
    return _row(result, found[0], "", count, first, reasons)


def _headline(result: CheckResult) -> str:
    texts = catalogue("validators", result.lang)["control"]
    errors, warnings = result.count(Severity.ERROR), result.count(Severity.WARNING)
    counts = [_counted(key, n, result.lang) for key, n in (("errors", errors), ("warnings", warnings)) if n]
    step = texts["mend"] if errors else texts["accept"] if warnings else texts["clean"]
    return f"{', '.join(counts)}. {step}" if counts else str(step)


def _counted(key: str, n: int, lang: str) -> str:
    """Return a text in the form that ``n`` wants."""
    locale = Locale.parse(LOCALES[lang])
    forms = catalogue("validators", lang)["control"][key]
    return str(forms[locale.plural_form(n)].format(n=format_decimal(n, "#,##0", locale)))


def _shares(counts: Mapping[str, int], room: int) -> dict[str, int]:
    """Divide the rows there are among the codes: the rare ones are shown whole, the frequent ones share the rest."""
    shares = {}
    for left, code in zip(range(len(counts), 0, -1), sorted(counts, key=lambda code: counts[code]), strict=True):
        shares[code] = min(counts[code], room // left)
        room -= shares[code]
    return shares
