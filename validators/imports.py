"""The imports that a workbook tells of, read back from its sheet: what a report repeats and a later import compares.

The sheet has a line for each part of a balance (:mod:`validators.ledger.record` writes it). Whatever stands there must
still add up, row by row and cent by cent: a figure that was changed by hand is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from workbook_templates import cells
from workbook_templates.layout import SheetLayout

_MOMENT = re.compile(r"(\d\d)/(\d\d)/(\d{4}) (\d\d):(\d\d) UTC")
_SHA256 = re.compile(r"[0-9a-f]{64}")
PRINT = 16
"""Characters of the memory of one row: twelve of its fingerprint, four of its document's."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sheet that holds something."""

    row: int
    """Its 1-based row."""
    number: int
    """Of the import; 0 where the cell does not say."""
    rows: int
    cents: int
    detail: str
    key: str
    wrong: str = ""
    """Column whose cell does not hold what it is for."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows and cents of one part of a balance."""

    name: str
    """Id of a sheet, or a reason to set rows aside."""
    rows: int
    cents: int


@dataclass(frozen=True, slots=True)
class Record:
    """One import, as a workbook tells of it."""

    number: int
    ledger: str
    """Name of the ledger's file."""
    moment: str
    """When it was taken over, ``2026-01-31T08:30:00Z``; empty where the sheet does not say."""
    sha256: str
    """Of the ledger's bytes; empty where the sheet does not say."""
    rows: int
    """Rows of the ledger, below its header."""
    cents: int
    imported: tuple[Part, ...] = ()
    """By sheet."""
    set_aside: tuple[Part, ...] = ()
    """By reason."""
    not_selected: Part = field(default_factory=lambda: Part("", 0, 0))
    repairs: int = 0
    reversals: int = 0
    changes: int = 0
    memory: str = ""
    """What its rows are known again by, :data:`PRINT` characters each."""

    @property
    def difference(self) -> tuple[int, int]:
        """Rows and cents that the parts leave unexplained."""
        parts = (*self.imported, *self.set_aside, self.not_selected)
        return self.rows - sum(part.rows for part in parts), self.cents - sum(part.cents for part in parts)


def lines(where: SheetLayout, values: Sequence[Sequence[object]]) -> tuple[Line, ...]:
    """Return the filled lines of the sheet of imports, whose cells from A1 on are given."""
    found = []
    at = [where.columns.get(name, 0) for name in cells.IMPORT_COLUMNS]
    for row, cells_ in enumerate(values[where.first_row - 1 : where.last_row], start=where.first_row):
        said = dict(
            zip(cells.IMPORT_COLUMNS, (cells_[at_ - 1] if 0 < at_ <= len(cells_) else "" for at_ in at), strict=True)
        )
        if any(str(value).strip() for value in said.values()):
            found.append(_line(row, said))
    return tuple(found)


def _line(row: int, said: Mapping[str, object]) -> Line:
    number, rows = _whole(said["number"], 1), _whole(said["rows"], 1)
    cents = _whole(said["amount"], 100)
    wrong = next(
        (name for name, value in (("number", number), ("rows", rows), ("amount", cents)) if value is None),
        "" if number else "number",
    )
    return Line(row, number or 0, rows or 0, cents or 0, str(said["detail"]), str(said["key"]).strip(), wrong)


def _whole(value: object, times: int) -> int | None:
    """Return a number as so many parts of a whole, 0 for an empty cell; None where it is no such number."""
    if isinstance(value, str) and not value.strip():
        return 0
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    found = round(value * times)
    return found if abs(value * times - found) < 1e-3 else None  # noqa: PLR2004 - binary fractions of a cent


def records(found: Sequence[Line]) -> tuple[Record, ...]:
    """Return the imports that lines tell of, in order."""
    return tuple(_record(number, list(own)) for number, own in groupby(found, lambda line: line.number) if number)


def _record(number: int, own: Sequence[Line]) -> Record:
    by_key = {line.key: line for line in reversed(own)}
    ledger = by_key.get("ledger", Line(0, number, 0, 0, "", ""))
    moment = _MOMENT.search(by_key["when"].detail) if "when" in by_key else None
    sha256 = _SHA256.search(by_key["sha256"].detail) if "sha256" in by_key else None

    def counted(key: str) -> int:
        return sum(line.rows for line in own if line.key.partition(":")[0] == key)

    def parts(key: str) -> tuple[Part, ...]:
        mine = [line for line in own if line.key.partition(":")[0] == key]
        return tuple(Part(line.key.partition(":")[2], line.rows, line.cents) for line in mine)

    left = parts("not_selected")
    return Record(
        number=number,
        ledger=ledger.detail.strip(),
        moment="{2}-{1}-{0}T{3}:{4}:00Z".format(*moment.groups()) if moment else "",
        sha256=sha256[0] if sha256 else "",
        rows=ledger.rows,
        cents=ledger.cents,
        imported=parts("imported"),
        set_aside=parts("set_aside"),
        not_selected=Part("", sum(part.rows for part in left), sum(part.cents for part in left)),
        repairs=counted("repairs"),
        reversals=counted("reversals"),
        changes=counted("changed") + counted("gone"),
        memory="".join(line.detail.strip() for line in own if line.key == "memory"),
    )


@dataclass(frozen=True, slots=True)
class Unbalanced:
    """A place on the sheet of imports where something does not add up."""

    row: int
    column: str
    record: Record | None
    """The import whose parts leave something unexplained; None where a cell is not readable at all."""


def unbalanced(found: Sequence[Line]) -> Iterator[Unbalanced]:
    """Yield what does not add up: a cell that is no number, parts that are not the whole, rows without memory."""
    for number, group in groupby(found, lambda line: line.number):
        own = list(group)
        wrong = next((line for line in own if line.wrong), None)
        if wrong:
            yield Unbalanced(wrong.row, wrong.wrong, None)
            continue
        record = _record(number, own)
        told = next((line for line in own if line.key == "ledger"), own[0])
        stated = sum(abs(line.rows) + abs(line.cents) for line in own if line.key == "difference")
        remembered = sum(part.rows for part in record.imported) * PRINT == len(record.memory)
        if record.difference != (0, 0) or stated or not remembered or told.key != "ledger":
            yield Unbalanced(told.row, "amount", record)
