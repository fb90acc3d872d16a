"""What is told: findings about cells, refusals of whole files, and their words in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from babel.core import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol

from validators.identifiers import mask
from workbook_templates.measure import Column, Measure, Rule, Severity
from workbook_templates.texts import catalogue

LOCALES = {"fr": "fr_BE", "nl": "nl_BE", "de": "de_BE", "en": "en_BE"}
"""Belgian usage of each language; Babel writes numbers and dates by it."""
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend or to accept, at one cell, in the reader's language."""

    code: str
    severity: Severity
    sheet: str
    """Id of the sheet."""
    cell: str
    """Address in the workbook as it is, such as ``H12``."""
    row: int
    column: str
    """Id of the column or field."""
    found: str
    expected: str
    message: str
    remedy: str
    source: str
    confidence: str
    related: tuple[str, ...] = ()
    """Addresses of other cells that belong to it, such as ``volet_a!B7``."""


class InputError(Exception):
    """A file that cannot be used at all; its text stands under ``[input]`` in the catalogues."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def text(self, lang: str) -> tuple[str, str]:
        """Return what is wrong and what to do."""
        entry = catalogue("validators", lang)["input"][self.code]
        return entry["message"].format(**self.params), entry["remedy"].format(**self.params)

    def more(self) -> dict[str, object]:
        """Return what a program may want to know beside the sentences."""
        return {}


@cache
def _symbols(lang: str) -> tuple[str, str]:
    locale = Locale.parse(LOCALES[lang])
    return get_group_symbol(locale), get_decimal_symbol(locale)


def euros(cents: int, lang: str) -> str:
    """Return an amount as Belgian accountants of ``lang`` write it, such as ``1 234,56 €``.

    Babel's symbols, but not its formatter: thousands of findings carry amounts.
    """
    group, decimal = _symbols(lang)
    whole, rest = divmod(abs(cents), 100)
    sign = "−" if cents < 0 else ""
    return f"{sign}{f'{whole:,}'.replace(',', group)}{decimal}{rest:02d}\u00a0€"


def day(date: dt.date) -> str:
    """Return a date in Belgian notation, which all four languages share."""
    return f"{date.day:02d}/{date.month:02d}/{date.year}"


def moment(at: dt.datetime | None) -> str:
    """Return a moment, which is in UTC, in Belgian notation; a dash where it is not known."""
    return f"{day(at.date())} {at:%H:%M} UTC" if at else "–"


def plain(value: object, lang: str) -> str:
    """Return a cell's raw value as the reader would see it, on one line, without any NISS in clear."""
    if isinstance(value, dt.date):
        return day(value)
    if isinstance(value, float):
        value = int(value) if value.is_integer() else str(value).replace(".", _symbols(lang)[1])
    text = " ".join(mask(str(value)).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


class Problem(NamedTuple):
    """A broken rule at one cell, before it is put into words; a tuple, since there may be a hundred thousand."""

    rule: Rule
    sheet: str
    row: int
    column: str
    cell: str
    found: str = ""
    """Already in the reader's notation; empty means an empty cell."""
    variant: str = "expected"
    """Which of the kind's sentences says what was expected."""
    params: Mapping[str, str] = {}
    related: tuple[str, ...] = ()


class Wording:
    """Puts problems of one measure into words of one language."""

    def __init__(self, measure: Measure, lang: str, sheet_names: Mapping[str, str]) -> None:
        self.measure = measure
        self.lang = lang
        self.names = sheet_names
        """Sheet id to the name that the sheet has in this workbook."""
        self.texts = catalogue("validators", lang)

    def finding(self, problem: Problem, column: Column | None) -> Finding:
        """Return the finding; ``column`` is None where the cell belongs to no input column, as on the totals."""
        rule, kind = problem.rule, self.texts["kind"][problem.rule.kind]
        words = self.texts["words"]
        label = f" ({column.label[self.lang]})" if column else ""
        found = problem.found or words["empty"]
        related = [f"{self.names.get(sheet, sheet)}!{cell}" for sheet, cell in map(_split, problem.related)]
        expected = kind[problem.variant].format(**problem.params, related=", ".join(related[:3]))
        message = words["message"].format(
            place=f"{self.names.get(problem.sheet, problem.sheet)}!{problem.cell}{label}",
            rule=rule.text[self.lang],
            found=found,
            expected=expected,
        )
        return Finding(
            code=rule.code,
            severity=rule.severity,
            sheet=problem.sheet,
            cell=problem.cell,
            row=problem.row,
            column=problem.column,
            found=found,
            expected=expected,
            message=message,
            remedy=rule.remedy[self.lang] if rule.remedy else kind["remedy"],
            source=rule.source[self.lang],
            confidence=rule.confidence,
            related=problem.related,
        )


def _split(address: str) -> tuple[str, str]:
    sheet, _, cell = address.partition("!")
    return sheet, cell
