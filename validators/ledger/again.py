"""The same ledger again: which of its rows a workbook has already, which are new, and which an earlier export had.

A row is known by a fingerprint of what it says: date, document, article, description, payee and cents. Equal rows are
counted, so that two real expenses which look alike stay two.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

COLUMNS = ("date", "document_number", "article", "label", "payee", "total_amount")
_DIGITS = 12
_OVERLAP = 0.5
"""Share of an earlier import's rows that a newer export of it still has."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier import left in a workbook."""

    number: int
    ledger: str
    """Name of its file."""
    rows: tuple[str, ...]
    """Fingerprints of the rows taken over."""


@dataclass(frozen=True, slots=True)
class Change:
    """A row of an earlier export that a newer one does not have, or has otherwise."""

    kind: str
    """``gone`` or ``changed``."""
    place: str
    """Where it stands in the workbook, ``sheet!cell``; empty where it was edited there."""
    before: int | None
    """Cents that the workbook has; None where the row was edited there."""
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
    parts = [list(map(_said, columns[name])) if name in columns else [""] * count for name in COLUMNS]
    return [
        hashlib.blake2b("\x1f".join(row).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()[:_DIGITS]
        for row in zip(*parts, strict=True)
    ]


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    return " ".join(str(value).split())


def compare(
    found: Sequence[str],
    documents: Sequence[str],
    cents: Sequence[int],
    earlier: Sequence[Earlier],
    present: Iterable[Present],
) -> Compared:
    """Return which rows of a ledger, by fingerprint, are known, changed or gone; ``documents`` has their numbers."""
    standing = list(present)
    imported = Counter(one for each in earlier for one in each.rows)
    left = imported | Counter(one.fingerprint for one in standing)
    result = Compared()
    for position, fingerprint in enumerate(found):
        if left[fingerprint]:
            left[fingerprint] -= 1
            result.known.add(position)
    if not result.known:
        return result
    ours = Counter(found)
    gone: Counter[str] = Counter()
    for each in earlier:
        own = Counter(each.rows)
        if (own & ours).total() >= _OVERLAP * own.total():
            gone |= own - ours
    places = {one.fingerprint: one for one in standing}
    fresh: dict[str, list[int]] = {}
    for position, document in enumerate(documents):
        if position not in result.known and document:
            fresh.setdefault(document.casefold(), []).append(position)
    for fingerprint in gone.elements():
        old = places.get(fingerprint)
        twins = fresh.get(old.document.casefold(), []) if old and old.document else []
        if old and twins:
            position = twins.pop(0)
            result.changed.add(position)
            result.changes.append(Change("changed", old.place, old.cents, position, cents[position]))
        else:
            result.changes.append(Change("gone", old.place if old else "", old.cents if old else None, None, None))
    return result
