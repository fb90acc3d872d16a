"""Which rows of a ledger are expenses, and which are not: blanks, repeated headers, headings, totals, carried sums.

A row with a date and an amount is an expense unless its words say an opening balance. Any other row with an amount
must be proved: by its words, and by the sums of the rows above it. What stays unclear is not decided here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import accumulate, compress
from statistics import median

from validators.ledger.errors import LedgerError
from validators.ledger.mapping import DATE, LABEL, NUMBER, PAYEE, Mapping
from validators.ledger.profile import sheet_names
from validators.ledger.rows import Reading
from validators.ledger.said import beginning, is_opening, reason_of, suspicious, words_of
from validators.ledger.table import Table, line_of
from validators.ledger.words import FAMILY, SHEET, plain, vocabulary
from workbook_templates.measure import Measure

_REPEATED = 0.6
"""Share of a row's cells that equal the header's for it to be a repeated header."""
_SHOWN = 5
_SAMPLE = 200
_FULL, _FEWEST = 0.9, 4
"""Share of the usual number of filled cells, and the number itself, from which a row is no sum."""
_ARTICLE = re.compile(r"\b\d{3,5}[/. ]?\d{2,5}(?:[-/. ]\d{2,4}){0,3}\b")


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that is no expense, and why."""

    row: int
    """0-based row of the table."""
    reason: str
    """``blank``, ``header``, ``heading``, ``page``, ``subtotal``, ``total``, ``carried``, ``sum`` or ``known``."""
    cents: int


@dataclass(slots=True)
class Sorted:
    """The rows of a ledger below its header."""

    data: list[int] = field(default_factory=list)
    """0-based rows of the table that are expenses."""
    set_aside: list[SetAside] = field(default_factory=list)
    articles: dict[int, str] = field(default_factory=dict)
    """Row to the article of the heading above it, for rows under a heading."""
    sheets: dict[int, str] = field(default_factory=dict)
    """Row to the sheet that the heading above it names."""
    doubtful: list[tuple[int, int, int]] = field(default_factory=list)
    """Rows of sums that do not add up: row, cents there, cents of the rows above."""
    agreeing: int = 0
    """Stated totals and subtotals that do add up."""


def sort_rows(table: Table, columns: Mapping, reading: Reading, measure: Measure) -> Sorted:
    """Sort the rows of a table; LedgerError where a row with an amount cannot be told apart.

    Or an amount is unreadable.
    """
    return _Sorter(table, columns, reading, measure).run()


class _Sorter:
    def __init__(self, table: Table, columns: Mapping, reading: Reading, measure: Measure) -> None:
        self.table, self.columns, self.reading, self.measure = table, columns, reading, measure
        self.at = columns.at
        self.result = Sorted()
        self.header_lines = {line for part in table.parts for line in part.header.lines}
        self.title_texts = {
            plain(str(value))
            for part in table.parts
            for row in part.grid.rows[: part.header.first]
            for value in row
            if value != ""
        } - {""}
        self.sheet_names = sheet_names(measure)
        self.unclear: list[int] = []
        self.totalled, self.ended = False, 0
        """Whether a total was stated, and the last row that is an expense at first sight: what follows sums up."""
        self.kinds: list[tuple[int, str]] = []
        """Rows of the headings that begin ``income`` or ``expense``."""
        self.opening = 0
        self.usual = 0.0
        """Cells of an expense that are filled; 0 as long as nobody asked."""

    def _column(self, name: str) -> Sequence[object]:
        return self.table.columns[self.at[name]] if name in self.at else [""] * self.table.count

    def run(self) -> Sorted:  # noqa: C901 - from the first row to the last
        fast = self._fast()
        cents_of = [cents or 0 if good else 0 for good, cents in zip(fast, self.reading.cents, strict=True)]
        prefix = [0, *accumulate(cents_of)]
        spent = [0, *accumulate(max(cents, 0) for cents in cents_of)]
        counts = [0, *accumulate(fast)]
        last = self._last()
        taken = list(compress(range(self.table.count), fast))
        marks = self._title_marks()
        extra = extra_count = extra_spent = 0
        boundaries, since, since_count, carried = [0], 0, 0, 0
        slow = [row for row in range(last + 1) if not fast[row]]
        self.ended = taken[-1] if taken else 0
        added: list[int] = []
        for row in slow:
            overall, count = prefix[row] + extra, counts[row] + extra_count
            sums = _Sums(
                overall,
                spent[row] + extra_spent,
                since,
                count - since_count,
                count,
                boundaries,
                {0, self.opening, carried},
            )
            reason = self._reason(row, sums)
            if reason == "data":
                added.append(row)
                extra, extra_count = extra + (self.reading.cents[row] or 0), extra_count + 1
                extra_spent += max(self.reading.cents[row] or 0, 0)
                continue
            if reason == "unclear":
                self.unclear.append(row)
                continue
            cents = self.reading.cents[row]
            if reason == "total" and cents and not count:
                # Nothing is there yet that it could be the total of.
                reason = "carried"
            self.result.set_aside.append(SetAside(row, reason, cents or 0))
            if reason == "heading":
                self._note_income(row)
            if reason == "heading" and (said := self._heading(self.table.row(row))) != ("", ""):
                marks.append((row, *said))
            if reason == "carried" and cents:
                self.opening += 0 if count else cents
                carried += cents
            if reason in {"subtotal", "total", "sum"} and cents is not None:
                if sums.explain(cents):
                    self.result.agreeing += 1
                elif cents or overall:
                    self.result.doubtful.append((row, cents, overall if reason == "total" else overall - since))
            if reason != "blank":
                boundaries.append(overall)
            self.totalled = self.totalled or reason in {"subtotal", "total"}
            if reason in {"subtotal", "total", "sum"}:
                since, since_count, carried = overall, count, 0
        self.result.data = sorted([*taken, *added]) if added else taken
        self._refuse_income()
        self._settle_unclear()
        self._settle_bad()
        self._apply(marks)
        return self.result

    def _last(self) -> int:
        """Return the last row that holds anything; blank rows behind it are no rows."""
        columns = self.table.columns
        for row in range(self.table.count - 1, -1, -1):
            if any(str(column[row]).strip() for column in columns):
                return row
        return -1

    def _fast(self) -> list[bool]:
        """Return which rows are expenses at first sight: an identity, an amount, and no suspicious word."""
        cents = self.reading.cents
        identity = self._identity()
        found = [who and amount is not None for who, amount in zip(identity, cents, strict=True)]
        pattern = suspicious()
        for name in (LABEL, NUMBER, PAYEE, DATE):
            if name not in self.at:
                continue
            column, different = self._column(name), self.table.different(self.at[name])
            odd = {value for value in different if isinstance(value, str) and pattern.match(value)}
            odd = {value for value in odd if reason_of(text := plain(value)) or is_opening(text)}
            if odd:
                found = [good and value not in odd for good, value in zip(found, column, strict=True)]
        for row in self.reading.bad:
            found[row] = False
        return found

    def _identity(self) -> list[bool]:
        """Return which rows say what they are: a date; without such a column a document, or at least a description."""
        if DATE in self.at:
            return [date is not None for date in self.reading.dates]
        name = NUMBER if NUMBER in self.at else LABEL if LABEL in self.at else PAYEE
        return [bool(str(value).strip()) for value in self._column(name)]

    def _reason(self, row: int, sums: _Sums) -> str:  # noqa: PLR0911, PLR0912, C901 - each return is a kind of row
        texts = [text for value in self.table.row(row) if isinstance(value, str) and (text := plain(value))]
        if not texts and not any(value != "" and str(value).strip() for value in self.table.row(row)):
            return "blank"
        if self._is_header(row):
            return "header"
        cents = self.reading.cents[row]
        dated = self.reading.dates[row] is not None
        number, payee, label = (str(self._column(name)[row]).strip() for name in (NUMBER, PAYEE, LABEL))
        number = "" if reason_of(plain(number)) else number
        described = bool(label) and not reason_of(plain(label))
        if described or not reason_of(plain(payee)):
            # A supplier may well be called "Total"; only where nothing else describes the row is that word a sum.
            texts = [text for text in texts if text != plain(payee)] if described else texts
        else:
            payee = ""
        if cents is not None and DATE in self.at and not dated and not payee and self._grants(row, number, label):
            return "heading"
        word = next((found for text in texts if (found := reason_of(text))), "")
        strong = word == "subtotal" or any(is_opening(text) for text in texts)
        paged = any(
            text in words_of("page") or text.startswith(tuple(f"{w} " for w in words_of("page"))) for text in texts
        )
        if paged and not dated and (cents is None or not (payee or number)):
            return word or "page"
        if any(is_opening(text) for text in (plain(label), *texts[:1])) and not number and not payee:
            return "carried"
        if cents is None:
            if row in self.reading.bad:
                # An article's heading may end with what is granted to it, in the column of the amounts.
                heads = not dated and self._heading(self.table.row(row))[0]
                data = dated or (number and label) or (payee and label)
                return "data" if data and not heads else word or "heading"
            if word and not payee:
                return word
            return "data" if dated and (number or payee or label) and not word else "heading"
        if dated or number:
            if not word or payee or described or (dated and number):
                return "data"
            if strong or sums.explain(cents):
                return word
            if dated and self._is_full(row):
                return "data"
            return "unclear" if dated else word
        if word and not (payee and label and not sums.explain(cents)):
            return word
        if not texts or not (payee or label):
            if sums.plainly(cents, least=1) or (texts and DATE in self.at and self.totalled and row > self.ended):
                return "sum"
            return "header" if texts and all(text in self.title_texts for text in texts) else "unclear"
        if not payee and DATE in self.at and sums.plainly(cents):
            return "sum"
        if (
            (payee and label)
            or DATE not in self.at
            or any(str(self._column(name)[row]).strip() for name in FAMILY if name in self.at)
        ):
            return "data"
        return "unclear"

    def _grants(self, row: int, number: str, label: str) -> bool:
        """Whether a row without a date heads an article, and its amount is what was granted to it."""
        first = next((str(value) for value in self.table.row(row) if str(value).strip()), "")
        named = plain(first).split(" ")[0] in vocabulary()["rows"]["article"] and _ARTICLE.search(first)
        alone = number in {"", first.strip()}
        return alone and (bool(named) or bool(beginning("granted").match(plain(label))))

    def _is_full(self, row: int) -> bool:
        """Whether a row is filled like most expenses are, which no sum is."""
        if not self.usual:
            sample = [row for row in range(self.table.count) if self.reading.dates[row] and self.reading.cents[row]]
            self.usual = median(self._filled(one) for one in sample[:: max(1, len(sample) // _SAMPLE)]) if sample else 0
        return self._filled(row) >= _FULL * self.usual > _FEWEST

    def _filled(self, row: int) -> int:
        return sum(column[row] != "" for column in self.table.columns)

    def _is_header(self, row: int) -> bool:
        line = line_of(self.table.row(row))
        filled = sum(map(bool, line))
        return any(
            filled
            and sum(bool(text) and text == title for text, title in zip(line, titles, strict=False))
            >= max(2, _REPEATED * filled)
            for titles in self.header_lines
        ) or (filled == 1 and any(line == titles for titles in self.header_lines))

    def _note_income(self, row: int) -> None:
        """Note a heading that says whether the rows below it are income or expenses."""
        said = [plain(value) for value in self.table.row(row) if isinstance(value, str) and value.strip()]
        for kind in ("income", "expense"):
            if said and beginning(kind).match(said[0]):
                self.kinds.append((row, kind))

    def _refuse_income(self) -> None:
        """Refuse rows below a heading that calls them income: counted with the expenses, they would be invented."""
        ends = [row for row, _ in self.kinds[1:]] + [self.table.count]
        for (heading, kind), end in zip(self.kinds, ends, strict=False):
            count = bisect_right(self.result.data, end) - bisect_right(self.result.data, heading)
            if kind == "income" and count:
                raise LedgerError("RU-L43", row=self.table.lines([heading]), count=count)

    def _settle_unclear(self) -> None:
        """Let the ledger's own totals decide about rows that could be expenses or sums; LedgerError where none does."""
        if not self.unclear:
            return
        data = sum(self.reading.cents[row] or 0 for row in self.result.data)
        more = sum(self.reading.cents[row] or 0 for row in self.unclear)
        stated = {entry.cents for entry in self.result.set_aside if entry.reason in {"total", "sum", "carried"}}
        if more and data + more in stated and data not in stated:
            self.result.data = sorted([*self.result.data, *self.unclear])
            self.result.doubtful = [one for one in self.result.doubtful if one[1] != data + more]
            self.result.agreeing += 1
        elif more and data in stated and data + more not in stated:
            self.result.set_aside += [SetAside(row, "sum", self.reading.cents[row] or 0) for row in self.unclear]
            self.result.set_aside.sort(key=lambda entry: entry.row)
        else:
            places = ", ".join(str(self.table.line(row)) for row in self.unclear[:_SHOWN])
            raise LedgerError("RU-L13", count=len(self.unclear), rows=places)

    def _settle_bad(self) -> None:
        """Refuse amounts that cannot be read in rows that are expenses."""
        data = set(self.result.data)
        bad = [self.table.place(row, slot) for row, slot in sorted(self.reading.bad.items()) if row in data]
        if bad:
            raise LedgerError("RU-L08", count=len(bad), places=", ".join(bad[:_SHOWN]))

    def _title_marks(self) -> list[tuple[int, str, str]]:
        """Return what the titles above each part's header say of all its rows: nothing, an article, a sheet."""
        found = []
        for part, start in zip(self.table.parts, self.table.starts, strict=True):
            said = [self._heading(row, title=True) for row in part.grid.rows[: part.header.first]]
            articles = {article for article, _ in said if article}
            sheets = {sheet for _, sheet in said if sheet}
            only = (one.pop() if len(one) == 1 else "" for one in (articles, sheets))
            found.append((start, next(only), next(only)))
        if not all(sheet for _, _, sheet in found):
            # A sheet's name above some parts only says nothing of the others; above the first, headings may follow.
            found = [(start, article, sheet if len(found) == 1 else "") for start, article, sheet in found]
        return [one for one in found if any(one[1:])]

    def _heading(self, row: Sequence[object], *, title: bool = False) -> tuple[str, str]:
        """Return the article and the sheet that a heading names: ``Article 831/333-01 Aides``, ``Volet B``.

        A ``title`` above the table may name more than one sheet, and is believed only where it names one; its numbers
        are articles only behind a word that says so.
        """
        cells = [str(value).strip() for value in row if str(value).strip()]
        names = self.sheet_names
        sheet = ""
        if SHEET not in self.at:
            sheet = next((names[key] for text in map(plain, cells) for key in names
                          if len(key.split()) > 1 and (text == key or text.startswith(f"{key} "))
                          and not (title and self._names_several(text))), "")  # fmt: skip
        for position, text in enumerate(cells):
            first, _, rest = plain(text).partition(" ")
            named = first in vocabulary()["rows"]["article"] or any(
                plain(text).startswith(f"{w} ") for w in words_of("article")
            )
            if named and not rest and position + 1 < len(cells):
                return cells[position + 1].split(" ")[0], sheet
            found = _ARTICLE.search(text)
            if found and (named or (text.startswith(found[0]) and not title)):
                return found[0], sheet
            codes = [word.strip(":;-") for word in text.split()[1:] if any(map(str.isdigit, word))]
            if named and codes:
                return codes[0], sheet
        return "", sheet

    def _names_several(self, text: str) -> bool:
        words = set(text.split())
        return len({sheet for key, sheet in self.sheet_names.items() if key.split()[-1] in words}) > 1

    def _apply(self, marks: Sequence[tuple[int, str, str]]) -> None:
        """Give rows the article and the sheet of the last heading above them."""
        if not marks:
            return
        rows = [row for row, _, _ in marks]
        article, sheet = list(_last_said(marks, 1)), list(_last_said(marks, 2))
        for row in self.result.data:
            number = bisect_right(rows, row) - 1
            if number >= 0 and article[number]:
                self.result.articles[row] = article[number]
            if number >= 0 and sheet[number]:
                self.result.sheets[row] = sheet[number]


def _last_said(marks: Sequence[tuple[int, str, str]], position: int) -> Iterator[str]:
    said = ""
    for mark in marks:
        said = str(mark[position]) or said
        yield said


@dataclass(frozen=True, slots=True)
class _Sums:
    """What a stated sum may be the sum of, at one row."""

    overall: int
    """Cents of all expenses above."""
    spent: int
    """The same, without credits."""
    since: int
    """Cents of the expenses above the last stated sum."""
    count: int
    """Expenses since then."""
    every: int
    """Expenses above."""
    boundaries: Sequence[int]
    """Cents above each row that was set aside: groups begin there."""
    carried: AbstractSet[int]
    """Cents that a sum may have more: those from before the ledger began, or carried forward since the last sum."""

    def explain(self, cents: int) -> bool:
        """Whether a sum is that of all rows above or of the rows from any boundary on, or of all debits or credits.

        With or without what was carried forward.
        """
        if self.every > 1 and abs(cents) in (self.spent, self.spent - self.overall):
            return True
        return any(self.overall - cents + extra in (0, *self.boundaries) for extra in self.carried)

    def plainly(self, cents: int, *, least: int = 2) -> bool:
        """Whether a sum without a word is one: of ``least`` rows or more since the last, or of all above."""
        if self.count >= least and cents == self.overall - self.since:
            return True
        return self.every > 1 and cents in {self.overall + extra for extra in self.carried}
