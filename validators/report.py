"""The machine-readable report: what was read, found, accepted and totalled in one workbook.

The shape is written down once, in the typed dictionaries below: pydantic validates a report against them and
makes ``docs/report.schema.json`` from them (``make docs``). A report holds no
NISS: officers are told by role and name, and any text that carries the shape of one is masked.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from validators.findings import Finding, InputError
from validators.identifiers import mask
from workbook_templates.measure import Measure, Severity
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from validators.imports import Record
    from validators.read import RowCounts
    from validators.totals import Total

SCHEMA: Literal["rapport-unique/report/1"] = "rapport-unique/report/1"
"""Name and version of the shape; the number goes up when a key changes its meaning or goes away."""

_LONGEST = 60
_CLOSED = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)
_Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
_Day = Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
_Moment = Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
_Count = Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A warning that the centre accepts, with the reason that both officers sign."""

    code: str
    reason: str
    count: int
    """How many findings of this code the workbook has."""


class Workbook(TypedDict):
    """The workbook that was checked."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    name: str
    """File name inside the package."""
    sha256: _Sha256
    """SHA-256 of the file's bytes, in lower-case hexadecimal."""


class Rows(TypedDict):
    """Proof of reading for one sheet."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    in_sheet: _Count
    """Rows that hold something."""
    read: _Count
    """Rows that were read and checked, hidden and filtered ones included."""
    hidden: _Count
    """Rows among them that are hidden or filtered away."""
    blank: _Count
    """Empty rows between the first and the last row read."""


class Officer(TypedDict):
    """A person who may sign; the NISS stays in the workbook."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    role: str
    """Id of the role, such as `secretary` or `president_delegate`."""
    name: str
    """As on the identity card."""
    date_from: _Day | None
    """First day in office."""
    date_to: _Day | None
    """Last day in office; null while it lasts."""


class Warned(TypedDict):
    """A warning at one cell."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    code: str
    """Public code of the rule."""
    severity: Literal["warning"]
    """A workbook with errors has no report."""
    sheet: str
    """Id of the sheet."""
    cell: str
    """Address in the workbook; empty where the workbook has no such cell."""
    row: _Count
    """Row of the cell, from 1; 0 where the workbook has no such cell."""
    column: str
    """Id of the column, field or total."""
    found: str
    """What stands there, in the reader's notation."""
    expected: str
    """What should stand there."""
    message: str
    """Place, rule, found and expected in one text."""
    remedy: str
    """What to do."""
    source: str
    """Where the rule comes from."""
    confidence: Literal["H", "M", "L"]
    """H: read in an official text; M: in a secondary or older one; L: one weak source."""
    related: list[str]
    """Other cells concerned, as `sheet!cell`."""


class AcceptedWarning(TypedDict):
    """A kind of warning that the centre accepts."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    code: str
    """Public code of the rule."""
    reason: str
    """Why, in the centre's words; signed with the report."""
    count: _Count
    """How many findings have this code."""


class TotalCents(TypedDict):
    """One figure of the totals sheet."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    id: str
    """Line and group, such as `granted_a`."""
    line: str
    """Id of the line, such as `granted`."""
    group: str
    """Id of the group, such as `a`."""
    sheet: str
    """Id of the sheet that shows it."""
    label: str
    """Line and group in words."""
    cents: int
    """Euro cents."""


class OfficialTotalCents(TypedDict):
    """One total of the official workbook, equal to ours."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    place: str
    """Cell of the official workbook, as `Sheet!C5`."""
    ids: list[str]
    """Our totals, or columns, that make it up."""
    cents: int
    """Euro cents."""


class OfficialWorkbook(TypedDict):
    """The workbook that the administration publishes, filled with the same rows."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    name: str
    """File name inside the package."""
    sha256: _Sha256
    """SHA-256 of the filled workbook."""
    blank_sha256: _Sha256
    """SHA-256 of the workbook as it was published."""
    map_sha256: _Sha256
    """SHA-256 of the map, which says which column goes where."""
    verdict: Literal["clean"]
    """Only input cells changed, all of them hold what the report's rows say, and the totals are equal."""
    input_cells: _Count
    """Input cells that were filled."""
    totals: list[OfficialTotalCents]
    """The totals that were compared."""


class ImportPart(TypedDict):
    """Rows and cents of one part of an import's balance."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    name: str
    """Id of the sheet that took the rows, or the reason why they were set aside; empty for those not selected."""
    rows: _Count
    """Rows of the ledger."""
    cents: int
    """Euro cents."""


class LedgerImport(TypedDict):
    """A ledger that was taken over; its rows and cents are those of its parts, to the cent."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    number: _Count
    """Number of the import in the workbook."""
    ledger: str
    """Name of the ledger's file."""
    moment: _Moment | None
    """When it was taken over, in UTC; null where the workbook does not tell."""
    sha256: _Sha256 | None
    """SHA-256 of the ledger's bytes, in lower-case hexadecimal; null where the workbook does not tell."""
    rows: int
    """Rows below the ledger's header."""
    cents: int
    """What the ledger's amounts add up to, sums and totals included."""
    imported: list[ImportPart]
    """Taken over, by sheet."""
    set_aside: list[ImportPart]
    """Set aside, by reason, such as `subtotal` or `known`."""
    not_selected: ImportPart
    """Expenses that no selection of the centre wanted."""
    difference_cents: int
    """What is left unexplained: always 0."""
    repairs: _Count
    """Cells that were understood rather than copied."""
    reversals: _Count
    """Credits that cancel an expense."""
    changes: _Count
    """Rows that a newer export has otherwise than the workbook."""


class Report(TypedDict):
    """What was read, accepted and totalled in one workbook of the Rapport Unique; money is in euro cents."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    schema: Literal["rapport-unique/report/1"]
    """Name and version of this shape."""
    measure: str
    """Id of the measure, such as `pas`."""
    measure_title: str
    """The measure in words."""
    year: int
    """Year of the subsidy."""
    pack_version: str
    """Version of the rules and the template."""
    engine_version: str
    """Version of the program that checked."""
    lang: Literal["fr", "nl", "de", "en"]
    """Language of the texts."""
    created: _Moment
    """When the report was made, in UTC."""
    workbook: Workbook
    """The workbook that was checked."""
    centre: dict[str, str | int | float | None]
    """The fields of the centre by id; amounts in cents, dates as YYYY-MM-DD, null where empty."""
    officers: list[Officer]
    """Who may sign."""
    rows: dict[str, Rows]
    """Rows read, by id of the sheet."""
    imports: list[LedgerImport]
    """The ledgers that were taken over, in order."""
    totals: list[TotalCents]
    """Every figure of the totals sheet."""
    findings: list[Warned]
    """Every warning; there are no errors."""
    accepted: list[AcceptedWarning]
    """The warnings accepted, by code."""
    official: OfficialWorkbook | None
    """The official workbook; null where there is none in the package."""


class OfficerRow(Protocol):
    """What a report takes from an officer's row."""

    @property
    def role(self) -> str: ...  # noqa: D102 - the names say it
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def date_from(self) -> dt.date | None: ...  # noqa: D102
    @property
    def date_to(self) -> dt.date | None: ...  # noqa: D102


class Checked(Protocol):
    """What a report takes from the result of a check."""

    @property
    def measure(self) -> Measure: ...  # noqa: D102 - the names say it
    @property
    def lang(self) -> str: ...  # noqa: D102
    @property
    def workbook_sha256(self) -> str: ...  # noqa: D102
    @property
    def engine_version(self) -> str: ...  # noqa: D102
    @property
    def centre(self) -> Mapping[str, object]: ...  # noqa: D102
    @property
    def officers(self) -> Sequence[OfficerRow]: ...  # noqa: D102
    @property
    def rows(self) -> Mapping[str, RowCounts]: ...  # noqa: D102
    @property
    def imports(self) -> Sequence[Record]: ...  # noqa: D102
    @property
    def totals(self) -> Sequence[Total]: ...  # noqa: D102
    @property
    def findings(self) -> Sequence[Finding]: ...  # noqa: D102


class ReportError(InputError):
    """Bytes that are no report of ours; its texts stand under ``[report]`` in the catalogues."""

    def text(self, lang: str) -> tuple[str, str]:
        """Return what is wrong and what to do."""
        entry = catalogue("validators", lang)["report"][self.code]
        return entry["message"].format(**self.params), entry["remedy"].format(**self.params)


def report(
    checked: Checked,
    accepted: Iterable[Accepted],
    *,
    created: dt.datetime,
    workbook_name: str,
    official: OfficialWorkbook | None = None,
) -> Report:
    """Return the report of a checked workbook.

    ``created`` is an aware time; ``official`` is the official workbook filled from it, if there is one. ValueError
    where a finding is an error or a warning that nobody accepted: such a workbook is not reported, and whoever calls
    has told the user so before.
    """
    reasons = sorted(accepted, key=lambda entry: entry.code)
    codes = {entry.code for entry in reasons}
    open_codes = {
        finding.code
        for finding in checked.findings
        if finding.severity is not Severity.WARNING or finding.code not in codes
    }
    if open_codes:
        raise ValueError(f"not to be reported: {', '.join(sorted(open_codes))}")
    filled: dict[str, object] = {
        "schema": SCHEMA,
        "measure": checked.measure.id,
        "measure_title": checked.measure.title[checked.lang],
        "year": checked.measure.year,
        "pack_version": checked.measure.version,
        "engine_version": checked.engine_version,
        "lang": checked.lang,
        "created": created.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "workbook": {"name": mask(workbook_name), "sha256": checked.workbook_sha256},
        "centre": {key: _plain(value) for key, value in checked.centre.items()},
        "officers": [
            {
                "role": officer.role,
                "name": mask(officer.name),
                "date_from": _plain(officer.date_from),
                "date_to": _plain(officer.date_to),
            }
            for officer in checked.officers
        ],
        "rows": {sheet: asdict(rows) for sheet, rows in checked.rows.items()},
        "imports": [_import(record) for record in checked.imports],
        "totals": [asdict(total) for total in checked.totals],
        "findings": [{key: _plain(value) for key, value in asdict(finding).items()} for finding in checked.findings],
        "accepted": [{"code": entry.code, "reason": mask(entry.reason), "count": entry.count} for entry in reasons],
        "official": official,
    }
    return _shape().validate_python(filled)


def _import(record: Record) -> dict[str, object]:
    told = asdict(record)
    del told["memory"]
    parts = {name: [{**part, "name": mask(part["name"])} for part in told[name]] for name in ("imported", "set_aside")}
    return told | {
        "ledger": mask(record.ledger),
        "moment": record.moment or None,
        "sha256": record.sha256 or None,
        **parts,
        "difference_cents": record.difference[1],
    }


def to_bytes(filled: Report) -> bytes:
    """Return the canonical JSON of a report: UTF-8, keys sorted, two spaces, one newline at the end."""
    return _json(filled)


def read(data: bytes) -> Report:
    """Return the report that ``data`` holds; ReportError where it is none, or has another shape."""
    try:
        filled = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ReportError("RU-R01") from error
    found = filled.get("schema") if isinstance(filled, dict) else None
    if found != SCHEMA:
        raise ReportError("RU-R02", found=_shown(str(found)), known=SCHEMA)
    try:
        return _shape().validate_python(filled)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ReportError("RU-R03", place=_shown(place)) from None


def schema() -> bytes:
    """Return the JSON schema (2020-12) of a report, as it stands in ``docs/report.schema.json``."""
    return _json({"$schema": "https://json-schema.org/draft/2020-12/schema"} | _shape().json_schema())


@cache
def _shape() -> TypeAdapter[Report]:
    return TypeAdapter(Report)


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)
    return f"{text}\n".encode()


def _shown(text: str) -> str:
    """Return what a foreign file says, fit for a message."""
    return "".join(character if character.isprintable() else "?" for character in mask(text)[:_LONGEST])


def _plain(value: object) -> object:
    """Return a value as JSON has it, without any NISS."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return mask(str(value)) if isinstance(value, str) else value
