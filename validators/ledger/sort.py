"""Which rows of a ledger are expenses, and which are not: blanks, repeated headers, headings, totals, carried sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from validators.ledger.mapping import Header, plain

_TOTALS = (
    "total",
    "totaal",
    "totaux",
    "totalen",
    "gesamt",
    "gesamtsumme",
    "summe",
    "algemeen totaal",
    "montant total",
)
_SUBTOTALS = ("sous total", "subtotaal", "sub totaal", "subtotal", "tussentotaal", "zwischensumme", "s total")
_CARRIED = (
    "report", "a reporter", "reporte", "overdracht", "over te dragen", "overgedragen", "ubertrag", "vortrag",
    "solde reporte", "overgedragen saldo",
)  # fmt: skip
_REPEATED = 0.6
"""Share of a row's cells that equal the header's for it to be a repeated header."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that is no expense, and why."""

    row: int
    """1-based row in the ledger."""
    reason: str
    """``blank``, ``header``, ``heading``, ``subtotal``, ``total``, ``carried``, ``sum``."""
    cents: int


@dataclass(frozen=True, slots=True)
class Sorted:
    """The rows of a ledger below its header."""

    data: tuple[int, ...]
    """0-based rows that are expenses."""
    set_aside: tuple[SetAside, ...]
    headings: dict[int, str]
    """0-based row of an expense to the article of the heading above it."""
    doubtful: tuple[tuple[int, int, int], ...]
    """1-based rows of sums that do not add up: row, cents there, cents of the rows above."""


def sort_rows(header: Header, amounts: Sequence[int | None]) -> Sorted:
    """Sort the rows below a header; ``amounts`` has the cents of each, None where it holds none."""
    at, rows = header.at, header.grid.rows
    titles = [plain(guess.header) for guess in header.guesses]
    data: list[int] = []
    aside: list[SetAside] = []
    headings: dict[int, str] = {}
    doubtful: list[tuple[int, int, int]] = []
    heading, since, overall, count_since = "", 0, 0, 0
    last = max((i for i in range(header.row + 1, len(rows)) if _filled(rows[i])), default=header.row)
    for index in range(header.row + 1, last + 1):
        row, cents = rows[index], amounts[index - header.row - 1]
        dated = any(_has(row, at.get(column)) for column in ("date", "document_number"))
        reason = _reason(row, titles, cents, dated=dated)
        if not reason and not dated and cents is not None and count_since > 1 and cents in (since, overall):
            reason = "sum"
        if not reason:
            data.append(index)
            since, overall, count_since = since + (cents or 0), overall + (cents or 0), count_since + 1
            if heading:
                headings[index] = heading
            continue
        aside.append(SetAside(index + 1, reason, cents or 0))
        if reason == "heading":
            heading = _heading_article(row) or heading
        if reason in {"subtotal", "total", "sum"} and cents is not None:
            if cents not in (since, overall):
                doubtful.append((index + 1, cents, overall if reason == "total" else since))
            since, count_since = 0, 0
    return Sorted(tuple(data), tuple(aside), headings, tuple(doubtful))


def _reason(row: Sequence[object], titles: Sequence[str], cents: int | None, *, dated: bool) -> str:
    if not _filled(row):
        return "blank"
    texts = [plain(value) for value in row]
    same = sum(bool(text) and text == title for text, title in zip(texts, titles, strict=False))
    if same and same >= _REPEATED * sum(map(bool, texts)):
        return "header"
    if dated:
        return ""
    # Only a row without date and document: a supplier may well be called "Total".
    for text in texts:
        for reason, words in (("subtotal", _SUBTOTALS), ("carried", _CARRIED), ("total", _TOTALS)):
            if any(text == word or text.startswith(f"{word} ") for word in words):
                return reason
    return "heading" if cents is None else ""


def _filled(row: Sequence[object]) -> bool:
    return any(str(value).strip() for value in row)


def _has(row: Sequence[object], position: int | None) -> bool:
    return position is not None and position < len(row) and bool(str(row[position]).strip())


def _heading_article(row: Sequence[object]) -> str:
    """Return the budget article in a heading such as ``Article 831/333-01 Aides``: the part with digits."""
    words = " ".join(str(value) for value in row if str(value).strip()).split()
    return next((word for word in words if sum(mark.isdigit() for mark in word) >= 3), "")  # noqa: PLR2004 - a year or a count has fewer separators, an article at least three digits
