"""The same ledger again: which of its rows a workbook has already, which are new, and which an earlier export had.

A row is known by a fingerprint of what it says: date, document, article, description, payee and cents. Equal rows are
counted, so that two real expenses which look alike stay two.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import repeat
from typing import TYPE_CHECKING

from validators.imports import PRINT
from workbook_templates import cells

if TYPE_CHECKING:
    from validators.parse import Table

COLUMNS = ("date", "document_number", "article", "label", "payee", "total_amount")
_DIGITS = 12
_OVERLAP = 0.5
"""Share of an earlier import's rows that a newer export of it still has, at least their documents."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier import left in a workbook."""

    number: int
    ledger: str
    """Name of its file."""
    memory: str
    """What its rows are known again by, as :func:`memory` makes it."""

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Fingerprint of each row taken over, and what its document is known by."""
        both = [self.memory[start : start + PRINT] for start in range(0, len(self.memory), PRINT)]
        return [(one[:_DIGITS], one[_DIGITS:]) for one in both]


@dataclass(frozen=True, slots=True)
class Change:
    """A row of an earlier export that a newer one does not have, or has otherwise."""

    kind: str
    """``gone`` or ``changed``."""
    place: str
    """Where it stands in the workbook, ``sheet!cell``."""
    before: int
    """Cents that the workbook has."""
    row: int | None
    """Row of the newer export's table that says otherwise; None where it has none."""
    after: int | None


@dataclass(frozen=True, slots=True)
class Present:
    """A row that stands in the workbook."""

    fingerprint: str
    place: str
    document: str
    cents: int
    day: dt.date | None = None


@dataclass(slots=True)
class Compared:
    """A ledger's rows against a workbook."""

    known: set[int] = field(default_factory=set)
    """Positions, among the rows handed in, of those that the workbook has already."""
    changed: set[int] = field(default_factory=set)
    """Positions of rows that the workbook has with other content."""
    changes: list[Change] = field(default_factory=list)


def fingerprints(columns: Mapping[str, Sequence[object]], count: int) -> list[str]:
    """Return the fingerprint of each row of typed columns."""
    parts = [_all_said(columns[name]) if name in columns else repeat("", count) for name in COLUMNS]
    return [_digest(text, _DIGITS) for text in map("\x1f".join, zip(*parts, strict=True))]


def memory(prints: Mapping[str, Sequence[str]], rows: Mapping[str, Mapping[str, Sequence[object]]]) -> Iterator[str]:
    """Yield what each row of typed columns by sheet is known again by: its fingerprint, and its document's."""
    for sheet, own in prints.items():
        documents = rows[sheet].get("document_number", [""] * len(own))
        for fingerprint, document in zip(own, documents, strict=True):
            yield fingerprint + _document(_said(document))


def standing(tables: Mapping[str, Table]) -> Iterator[Present]:
    """Yield the expenses that stand in a workbook's typed tables."""
    for table in tables.values():
        if not table.sheet.ledger:
            continue
        count = len(table.row_numbers)
        columns = {name: _values(table, name) for name in COLUMNS if name in table.columns}
        documents, cents = columns.get("document_number", [""] * count), columns["total_amount"]
        where = table.raw.layout
        days = columns.get("date", [None] * count)
        for number, fingerprint, document, amount, day in zip(
            table.row_numbers.tolist(), fingerprints(columns, count), documents, cents, days, strict=True
        ):
            place = f"{where.name}!{cells.a1(number, where.columns['total_amount'])}"
            dated = day if isinstance(day, dt.date) else None
            yield Present(fingerprint, place, _said(document), int(str(amount or 0)), dated)


def _values(table: Table, column: str) -> list[object]:
    """Return a typed column as an import has it: days, whole cents, texts, None where empty."""
    values = table.columns[column]
    if values.dtype.kind == "f":
        return [None if value != value else int(value) for value in values.tolist()]  # noqa: PLR0124 - NaN
    return list(values.tolist())


def _all_said(values: Sequence[object]) -> Iterator[str]:
    return map({value: _said(value) for value in set(values)}.__getitem__, values)


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    return " ".join(str(value).split())


def _digest(text: str, digits: int) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()[:digits]


def _document(number: str) -> str:
    return _digest(number.casefold(), PRINT - _DIGITS)


def compare(
    found: Sequence[str],
    documents: Sequence[str],
    cents: Sequence[int],
    earlier: Sequence[Earlier],
    present: Iterable[Present],
    days: Sequence[object] = (),
) -> Compared:
    """Return which rows of a ledger, by fingerprint, are known, changed or gone; ``documents`` has their numbers.

    A row that was taken over once is known, even if it was edited or deleted in the workbook since. In a newer export
    of an earlier ledger, a fresh row whose document stands in the workbook with other content is a change. ``days`` are
    the dates of the ledger's rows: a row of the workbook outside their period is not missed.
    """
    there = list(present)
    result = Compared(_known(found, earlier, there))
    ours = Counter(found)
    gone = _missed(earlier, ours, {_document(_said(document)) for document in documents} - {_NONE})
    if not gone or not result.known:
        return result
    dated = [day for day in days if isinstance(day, dt.date)]
    first, last = min(dated, default=dt.date.min), max(dated, default=dt.date.max)
    unmatched = [one for one in _unmatched(there, ours) if not (dated and one.day) or first <= one.day <= last]
    by_document: dict[str, list[Present]] = {}
    for one in unmatched:
        if one.document:
            by_document.setdefault(one.document.casefold(), []).append(one)
    taken: set[str] = set()
    for position, document in enumerate(documents):
        twins = by_document.get(_said(document).casefold(), []) if position not in result.known else []
        if twins:
            old = twins.pop(0)
            taken.add(old.place)
            result.changed.add(position)
            result.changes.append(Change("changed", old.place, old.cents, position, cents[position]))
    result.changes += _gone(gone, [one for one in unmatched if one.place not in taken])
    return result


@dataclass(slots=True)
class Still:
    """What of an earlier import stands in the workbook."""

    rows: int = 0
    cents: int = 0
    edited: list[str] = field(default_factory=list)
    """Places of the rows that say something else today, ``sheet!cell``."""

    def add(self, one: Present) -> None:
        """Count a row."""
        self.rows += 1
        self.cents += one.cents


def still(earlier: Sequence[Earlier], present: Iterable[Present]) -> list[Still]:
    """Return for each import what of it stands in the workbook: each row as it was, or else one of its document."""
    left = list(present)
    by_print: dict[str, list[Present]] = {}
    for one in left:
        by_print.setdefault(one.fingerprint, []).append(one)
    found, missing = [Still() for _ in earlier], []
    for told, each in zip(found, earlier, strict=True):
        for fingerprint, document in each.rows:
            if same := by_print.get(fingerprint):
                told.add(same.pop(0))
            else:
                missing.append((told, document))
    by_document: dict[str, list[Present]] = {}
    for one in (one for same in by_print.values() for one in same):
        by_document.setdefault(_document(one.document), []).append(one)
    for told, document in missing:
        if twins := by_document.get(document):
            told.edited.append(twins[0].place)
            told.add(twins.pop(0))
    return found


def _known(found: Sequence[str], earlier: Sequence[Earlier], there: Sequence[Present]) -> set[int]:
    """Return the positions of the rows that were taken over before, or that stand in the workbook."""
    imported: Counter[str] = Counter()
    for each in earlier:
        imported |= Counter(fingerprint for fingerprint, _ in each.rows)
    left = imported | Counter(one.fingerprint for one in there)
    known = set()
    for position, fingerprint in enumerate(found):
        if left[fingerprint]:
            left[fingerprint] -= 1
            known.add(position)
    return known


def _missed(earlier: Sequence[Earlier], ours: Counter[str], documents: set[str]) -> Counter[tuple[str, str]]:
    """Return the rows of earlier imports that a newer export of them, with these documents, does not have."""
    gone: Counter[tuple[str, str]] = Counter()
    for each in earlier:
        own = each.rows
        missing = _missing(own, ours)
        lost = sum(document not in documents for _, document in missing)
        if len(own) - lost >= _OVERLAP * len(own):
            gone |= Counter(missing)
    return gone


def _missing(own: Sequence[tuple[str, str]], ours: Counter[str]) -> list[tuple[str, str]]:
    """Return the rows of an earlier import that a ledger does not have."""
    left = Counter(ours)
    missing = []
    for row in own:
        if left[row[0]]:
            left[row[0]] -= 1
        else:
            missing.append(row)
    return missing


def _unmatched(there: Sequence[Present], ours: Counter[str]) -> list[Present]:
    """Return the rows of the workbook that a ledger does not have as they stand."""
    left = Counter(ours)
    found = []
    for one in there:
        if left[one.fingerprint]:
            left[one.fingerprint] -= 1
        else:
            found.append(one)
    return found


def _gone(gone: Counter[tuple[str, str]], unmatched: Sequence[Present]) -> Iterator[Change]:
    """Yield the rows that a newer export has no longer, wherever they still stand, edited or not.

    One that the centre deleted or put right itself is settled.
    """
    by_print: dict[str, list[Present]] = {}
    by_document: dict[str, list[Present]] = {}
    for one in unmatched:
        by_print.setdefault(one.fingerprint, []).append(one)
        by_document.setdefault(_document(one.document), []).append(one)
    told: set[str] = set()
    for fingerprint, document in sorted(gone.elements(), key=lambda row: row[0] not in by_print):
        for one in (*by_print.get(fingerprint, ()), *(by_document.get(document, ()) if document != _NONE else ())):
            if one.place not in told:
                told.add(one.place)
                yield Change("gone", one.place, one.cents, None, None)
                break


_NONE = _document("")
