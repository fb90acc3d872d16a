"""The kernel: what a measure of the Rapport Unique is, as frozen data without any input or output.

A :class:`Measure` is one subsidy in one year. The template, the drop-downs, the checks, the totals (in Python *and*
as formulas in the sheets), the guides and the generated documentation all derive from it; there is no second list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

LANGUAGES = ("fr", "nl", "de", "en")
"""Languages of every text shown to a user, the official ones first."""

TOTALS = "totals"
"""Id of the sheet that holds the live totals; it has no input."""


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label in every language."""

    fr: str
    nl: str
    de: str
    en: str

    def __getitem__(self, lang: str) -> str:
        """Return the text in ``lang``, one of :data:`LANGUAGES`."""
        return str(getattr(self, lang))


class ColumnType(StrEnum):
    """What a cell of a column holds; the parser, the cell format and the validation follow from it."""

    TEXT = "text"
    DATE = "date"
    AMOUNT = "amount"
    """Euros in the sheet, integer cents in Python."""
    COUNT = "count"
    """A whole number."""
    NUMBER = "number"
    """A decimal number that is not money, such as full-time equivalents."""
    CHOICE = "choice"
    NISS = "niss"
    ENTERPRISE_NUMBER = "enterprise_number"


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a drop-down list. The sheet shows the label, Python keeps the id."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, or one field of a form: both hold values of one type under a label."""

    id: str
    type: ColumnType
    label: Text
    help: Text
    """What belongs here, in one sentence."""
    example: str = ""
    """A believable, invented value, in ISO notation for dates and with a decimal point for numbers."""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    synonyms: tuple[str, ...] = ()
    """Headers under which ledgers show this column, in any language; compared without case or accents."""
    width: int = 14
    """Width in characters of the sheet's default font."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: form fields (label and value side by side), a table of rows, or both, fields first."""

    id: str
    title: Text
    intro: Text
    fields: tuple[Column, ...] = ()
    columns: tuple[Column, ...] = ()
    capacity: int = 0
    """How many table rows the sheet has room for."""
    ledger: bool = False
    """Whether rows of an imported ledger may go here."""

    def column(self, column_id: str) -> Column:
        """Return the field or table column ``column_id``; KeyError if there is none."""
        for column in (*self.columns, *self.fields):
            if column.id == column_id:
                return column
        raise KeyError(column_id)


class Severity(StrEnum):
    """An error blocks the package; a warning wants a reason."""

    ERROR = "error"
    WARNING = "warning"


def severity_of(code: str) -> Severity:
    """Return the severity of a rule's code, such as ``PAS-E012``."""
    return Severity.ERROR if code.rpartition("-")[2].startswith("E") else Severity.WARNING


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a public code, a kind of the closed vocabulary in ``validators.checks``, and its parameters."""

    code: str
    """Public and never reused: prefix, ``E`` or ``W``, three digits."""
    kind: str
    text: Text
    """The rule in one sentence."""
    source: Text
    """The text it comes from."""
    confidence: str
    """``H`` read in an official text, ``M`` in a secondary or older one, ``L`` one weak source."""
    since: int
    """First season (year of the subsidy) in which the rule is checked; 0 where it always was. In its first season a
    rule is a warning."""
    remedy: Text | None = None
    """What to do; without it the kind's own sentence is shown."""
    sheets: tuple[str, ...] = ()
    """Sheets the rule looks at; empty means every sheet that has the columns."""
    column: str = ""
    """The column a finding points at."""
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """Severity, which the code's letter decides."""
        return severity_of(self.code)


@dataclass(frozen=True, slots=True)
class TotalGroup:
    """One column of the totals sheet, such as a volet. The last group may be the sum of the others."""

    id: str
    label: Text
    sums_others: bool = False


@dataclass(frozen=True, slots=True)
class TotalLine:
    """One row of the totals sheet: exactly one way to compute an amount in cents for each group.

    ``fields`` adds form fields, ``sums`` adds table columns (with ``where`` on a choice column), ``share`` takes a
    percentage of another line, ``add`` and ``subtract`` combine lines above. ``{group}`` stands for the group's id.
    """

    id: str
    label: Text
    fields: tuple[str, ...] = ()
    """``sheet.field`` references."""
    sums: tuple[str, ...] = ()
    """``sheet.column`` references."""
    where: Mapping[str, str] = field(default_factory=dict)
    percent: int = 0
    """With ``of``: this many hundredths of that line, rounded half away from zero to the cent."""
    of: str = ""
    add: tuple[str, ...] = ()
    subtract: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    """Groups the line exists for; empty means all."""
    emphasis: bool = False
    """Whether the line is a key figure: shown in bold, and to the signers."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A helpdesk."""

    label: Text
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the form of the federal application opens and closes; both days included."""

    opens: dt.date | None
    """None where the day is not published yet."""
    closes: dt.date | None
    source: Text


@dataclass(frozen=True)
class Measure:
    """One subsidy in one year."""

    id: str
    year: int
    version: str
    """Version of the pack; written into every workbook made from it."""
    prefix: str
    """First part of the rule codes."""
    title: Text
    note: Text
    """What the user must know of this pack's standing, shown on the guide sheet."""
    period: tuple[dt.date, dt.date]
    """First and last day that an expense may have."""
    calendar: Calendar
    sheets: tuple[Sheet, ...]
    rules: tuple[Rule, ...]
    groups: tuple[TotalGroup, ...]
    lines: tuple[TotalLine, ...]
    roles: tuple[str, ...]
    """The two signatures wanted, in order; each is an id of the ``role`` choices or the stem of one (``president``
    is also signed by ``president_delegate``)."""
    contacts: tuple[Contact, ...]
    remainder: Text
    """What happens to the part of the grant that is not justified."""

    @property
    def identity(self) -> str:
        """The stamp that every workbook of this pack carries, without its language."""
        return f"{self.id}/{self.year}/{self.version}"

    def sheet(self, sheet_id: str) -> Sheet:
        """Return a sheet by id; KeyError if there is none."""
        return self._by_id[sheet_id]

    @property
    def ledger_sheets(self) -> tuple[Sheet, ...]:
        """Sheets that take the rows of an imported ledger, in order."""
        return tuple(sheet for sheet in self.sheets if sheet.ledger)

    def lines_of(self, group: TotalGroup) -> Iterator[TotalLine]:
        """Yield the lines of the totals sheet that exist for ``group``."""
        for line in self.lines:
            if group.sums_others or not line.groups or group.id in line.groups:
                yield line

    def line(self, line_id: str) -> TotalLine:
        """Return a line of the totals sheet; KeyError if there is none."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise KeyError(line_id)

    @cached_property
    def _by_id(self) -> dict[str, Sheet]:
        return {sheet.id: sheet for sheet in self.sheets}
