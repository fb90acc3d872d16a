"""Which column of a ledger is which: header row, synonyms, spelling, and last the content itself.

A header that could be two things equally well is never decided here: for amounts, dates and identifiers the ledger is
refused until the centre says which one it means.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from validators import identifiers
from validators.ledger.errors import LedgerError
from validators.ledger.read import Grid
from workbook_templates.measure import LANGUAGES, ColumnType, Measure

SHEET, DEBIT, CREDIT = "sheet", "debit", "credit"
"""Columns that a ledger has and a report has not: where a row goes, and the two halves of its amount."""
_OWN = {
    SHEET: ("volet", "luik", "teil", "part"),
    DEBIT: ("débit", "debet", "debit", "soll", "montant débit", "debetbedrag", "bedrag debet"),
    CREDIT: ("crédit", "credit", "haben", "montant crédit", "creditbedrag", "bedrag credit"),
}
_HEADER_SEARCH = 80
"""Rows among which the header is looked for."""
_SIMILAR = 88
_SHORTEST = 4
_MARGIN = 6
_SURE = 0.9
"""Share of a column's values that must be valid for its content to name it."""
_EXCLUSIVE = {ColumnType.AMOUNT, ColumnType.DATE, ColumnType.NISS}


@dataclass(frozen=True, slots=True)
class Guess:
    """What one header was taken for."""

    header: str
    position: int
    """0-based column in the grid."""
    column: str
    """Column id, or :data:`SHEET`, :data:`DEBIT`, :data:`CREDIT`; empty where it is not used."""
    how: str
    """``exact``, ``synonym``, ``similar``, ``content``, or empty."""
    confidence: int
    """0 to 100."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where a ledger's table begins, and what its columns are."""

    grid: Grid
    row: int
    """0-based row of the header's last line."""
    guesses: tuple[Guess, ...]

    @property
    def at(self) -> Mapping[str, int]:
        """Column id to 0-based position."""
        return {guess.column: guess.position for guess in self.guesses if guess.column}


def plain(value: object) -> str:
    """Return a text without case, accents, punctuation and double blanks, for comparison."""
    folded = unicodedata.normalize("NFKD", str(value).replace("°", " ").casefold())
    letters = "".join(mark for mark in folded if not unicodedata.combining(mark))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())


def find_header(grids: Sequence[Grid], measure: Measure) -> Header:
    """Return the header that explains most columns; LedgerError where there is none or it lacks the amount."""
    names = _names(measure)
    best: tuple[float, Header] | None = None
    for grid in grids:
        for row in range(min(len(grid.rows), _HEADER_SEARCH)):
            for texts in _header_texts(grid, row):
                guesses = _guess(texts, names)
                known = [guess for guess in guesses if guess.column]
                score = len({guess.column for guess in known}) + sum(guess.confidence for guess in known) / 10_000
                if len(known) > 1 and (best is None or score > best[0]):
                    best = score, Header(grid, row, guesses)
    if best is None:
        raise LedgerError("RU-L04")
    header = _decided(best[1], measure)
    if "total_amount" not in header.at and DEBIT not in header.at:
        raise LedgerError("RU-L05", headers=", ".join(guess.header for guess in header.guesses if guess.header))
    return header


def _header_texts(grid: Grid, row: int) -> list[list[str]]:
    """Return the texts of a header in one line, and in two lines with the upper one carried over merged cells."""
    lower = [str(value) for value in grid.rows[row]]
    if not row:
        return [lower]
    upper, carried = [], ""
    for value in grid.rows[row - 1]:
        carried = str(value) if str(value).strip() else carried
        upper.append(carried)
    upper += [""] * (len(lower) - len(upper))
    return [
        lower,
        [f"{above} {text}" if text.strip() else above for above, text in zip(upper, lower, strict=False)],
    ]


def _names(measure: Measure) -> dict[str, tuple[str, str]]:
    """Return every name a ledger may use, in plain form, with its column id and how it is known."""
    names: dict[str, tuple[str, str]] = {}
    columns = {column.id: column for sheet in measure.ledger_sheets for column in sheet.columns}
    for column in columns.values():
        for synonym in column.synonyms:
            names.setdefault(plain(synonym), (column.id, "synonym"))
    for column_id, synonyms in _OWN.items():
        for synonym in synonyms:
            names.setdefault(plain(synonym), (column_id, "synonym"))
    for column in columns.values():
        for lang in LANGUAGES:
            names[plain(column.label[lang])] = (column.id, "exact")
    return names


def _guess(texts: Sequence[str], names: Mapping[str, tuple[str, str]]) -> tuple[Guess, ...]:
    guesses = []
    for position, text in enumerate(texts):
        known = plain(text)
        column, how, confidence = "", "", 0
        if known in names:
            column, how = names[known]
            confidence = 100 if how == "exact" else 95
        elif len(known) >= _SHORTEST and not known.replace(" ", "").isdigit():
            found = process.extract(known, names.keys(), scorer=fuzz.ratio, score_cutoff=_SIMILAR, limit=5)
            if found:
                column = names[found[0][0]][0]
                rival = max((score for name, score, _ in found if names[name][0] != column), default=0.0)
                how, confidence = "similar", int(found[0][1])
                if found[0][1] - rival < _MARGIN:
                    column, how, confidence = "", "", 0
        guesses.append(Guess(" ".join(text.split()), position, column, how, confidence))
    return tuple(guesses)


def _decided(header: Header, measure: Measure) -> Header:
    """Give each column to one header, empty columns to none, and what is left to what its content shows."""
    body = header.grid.rows[header.row + 1 :]
    filled = {guess.position for guess in header.guesses if any(_value(row, guess.position) for row in body)}
    types = {column.id: column.type for sheet in measure.ledger_sheets for column in sheet.columns}
    chosen: dict[str, Guess] = {}
    for guess in sorted(header.guesses, key=lambda guess: (-guess.confidence, guess.position)):
        if not guess.column or guess.position not in filled:
            continue
        rival = chosen.get(guess.column)
        if rival is None:
            chosen[guess.column] = guess
        elif rival.confidence == guess.confidence and types.get(guess.column) in _EXCLUSIVE:
            raise LedgerError("RU-L06", first=rival.header, second=guess.header)
    kept = {guess.position for guess in chosen.values()}
    final = [
        guess if guess.position in kept else Guess(guess.header, guess.position, "", "", 0) for guess in header.guesses
    ]
    if "niss" in types and "niss" not in chosen:
        for index, guess in enumerate(final):
            if not guess.column and guess.position in filled and _looks_like_niss(body, guess.position, measure.year):
                final[index] = Guess(guess.header, guess.position, "niss", "content", 90)
                break
    return Header(header.grid, header.row, tuple(final))


def _looks_like_niss(body: Sequence[Sequence[object]], position: int, year: int) -> bool:
    values = [value for row in body if (value := _value(row, position))]
    valid = sum(identifiers.niss(value, year + 1) is not None for value in values)
    return valid > 1 and valid >= _SURE * len(values)


def _value(row: Sequence[object], position: int) -> object:
    value = row[position] if position < len(row) else ""
    return value.strip() if isinstance(value, str) else value
