"""Which column of a ledger is which: names, spelling, and the content itself; what is equal is asked, never guessed.

A heading that says something its cells cannot be is not believed. Two columns that say the same with different
content are a question, unless their amounts tell which is which. What the centre answered once stands in its mapping
file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import permutations

import numpy as np

from validators.findings import plain as shown
from validators.ledger import evidence, remembered
from validators.ledger.errors import Doubt, LedgerError, LedgerQuestion
from validators.ledger.header import Candidate
from validators.ledger.profile import Profile, dense, fits, is_article, is_choice, is_sheet, profile
from validators.ledger.remembered import OPEN, Confirmed
from validators.ledger.table import Table
from validators.ledger.words import (
    BALANCE,
    CREDIT,
    DEBIT,
    FALLBACK,
    FAMILY,
    OTHER,
    SHEET,
    SIDE,
    SYNONYM,
    canonical,
    vocabulary,
)
from workbook_templates.measure import ColumnType, Measure, Text

AMOUNT, DATE, NUMBER, LABEL, PAYEE = "total_amount", "date", "document_number", "label", "payee"
_OWN = (SHEET, DEBIT, CREDIT, SIDE, BALANCE)
_SAMPLES = 3
_SOME, _MOST = 0.5, 0.7
"""Shares of a column's cells that look like something."""
_PROOF = 0.8
"""Share of a column's cells that alone says what it is."""
_CONTENT = 85
_SUBSET = {"other_subsidy", "eligible_amount"}
"""Amounts that a report has beside the total: found by their headings only."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What one heading was taken for."""

    header: str
    slot: int
    """0-based column of the table."""
    column: str
    """Column id, one of the ledger's own columns, or empty where it is not taken over."""
    how: str
    """``exact``, ``synonym``, ``similar``, ``content``, ``confirmed``, or empty."""
    confidence: int
    """0 to 100."""
    selects: str = ""
    """What rows may be selected by in this column, beside what it is taken over as."""


@dataclass(slots=True)
class Mapping:
    """The columns of a ledger by what they are."""

    guesses: list[Guess]
    contradicted: tuple[int, ...] = ()
    """Columns whose cells cannot be what their headings say."""
    at: dict[str, int] = field(default_factory=dict)
    """Column id, own column or selector to its slot."""

    def __post_init__(self) -> None:
        for guess in self.guesses:
            for name in (guess.column, guess.selects):
                if name:
                    self.at.setdefault(name, guess.slot)


def confirmed(table: Table, decided: Confirmed, measure: Measure) -> Mapping:
    """Return the mapping that the centre decided; LedgerError where it is not complete or names what is not there."""
    known = {column.id for sheet in measure.ledger_sheets for column in sheet.columns} | {*_OWN, *FAMILY, OTHER}
    names = remembered.keys(table.titles)
    for title, column in decided.columns.items():
        if column == OPEN:
            raise LedgerError("RU-L31", heading=title)
        if column not in known:
            raise LedgerError("RU-L32", heading=title, found=column, known=", ".join(sorted(known - {OTHER})))
        if column and list(decided.columns.values()).count(column) > 1:
            raise LedgerError("RU-L33", column=column)
    guesses = []
    family = [name for name in FAMILY if name in decided.columns.values()]
    for slot, name in enumerate(names):
        column = decided.columns.get(name, OTHER)
        selects = column if column in FAMILY else ""
        if selects:
            column = FAMILY[0] if selects == family[0] else OTHER
        guesses.append(Guess(table.titles[slot], slot, column, "confirmed" if column or selects else "", 100, selects))
    mapping = Mapping(guesses)
    if AMOUNT not in mapping.at and DEBIT not in mapping.at:
        raise LedgerError("RU-L05", headers=", ".join(title for title in table.titles if title))
    return mapping


class Resolver:
    """One ledger while its columns are decided."""

    def __init__(self, table: Table, measure: Measure) -> None:
        self.table = table
        self.measure = measure
        rows = dense(table.columns)
        self.profiles = [
            profile(column, measure.year + 1, title=title, rows=rows)
            for column, title in zip(table.columns, table.titles, strict=True)
        ]
        self.types = {column.id: column.type for sheet in measure.ledger_sheets for column in sheet.columns}
        told = table.header.candidates
        self.candidates: list[tuple[Candidate, ...]] = [told[at] if at >= 0 else () for at in table.parts[0].at]
        self.believed = [self._believed(slot) for slot in range(len(table.titles))]
        self.chosen: dict[str, tuple[int, str, int]] = {}
        """Column to slot, how and confidence."""
        self.doubts: list[tuple[str, list[int]]] = []
        self.halves: dict[str, int] = {}
        """Slots of a debit and a credit that compete with an amount."""
        self._cents: dict[int, evidence.Cents] = {}

    def _believed(self, slot: int) -> list[Candidate]:
        """Return what a column's heading says and its cells can be; nothing for an empty column."""
        cells, values = self.profiles[slot], self.table.columns[slot]
        if not cells.filled:
            return []
        found = [one for one in self.candidates[slot] if one.column == OTHER or self._fits(one, cells, values)]
        if len(found) > 1:
            # A word with several meanings: a drop-down's entries are recognised, and so is a code.
            lists = [one for one in found if self.types.get(one.column) is ColumnType.CHOICE]
            named = [one for one in lists if is_choice(one.column, values, self.measure)]
            found = named or [one for one in found if one not in lists]
        return found

    def _fits(self, one: Candidate, cells: Profile, values: Sequence[object]) -> bool:
        if one.rank == FALLBACK and one.column == NUMBER and cells.counter:
            return False
        return fits(one.column, cells, values, self.measure)

    @property
    def contradicted(self) -> tuple[int, ...]:
        """Columns whose cells cannot be what their headings say."""
        return tuple(
            slot
            for slot, candidates in enumerate(self.candidates)
            if self.profiles[slot].filled
            and not self.believed[slot]
            and any(one.column and one.rank > FALLBACK for one in candidates)
        )

    def resolve(self) -> Mapping:
        """Return the mapping; LedgerQuestion where the centre must decide."""
        self._by_lists()
        for column in (*_OWN, *self.types):
            if column != FAMILY[0] and self.types.get(column) is not ColumnType.AMOUNT:
                self._choose(column)
        self._choose_amounts()
        self._choose_family()
        self._by_content()
        self._choose_empty()
        if self.doubts:
            raise self._question()
        return Mapping(self._guesses(), self.contradicted)

    def _by_lists(self) -> None:
        """Find by their cells the columns whose entries the report knows, where no heading says where they are."""
        several = len(self.measure.ledger_sheets) > 1
        wanted = [(column, kind) for column, kind in self.types.items() if kind is ColumnType.CHOICE]
        for column, kind in [*wanted, *([(SHEET, None)] if several else [])]:
            if self._offers(column):
                continue
            found = [
                slot
                for slot, values in enumerate(self.table.columns)
                if self._free(slot)
                and (is_choice(column, values, self.measure, least=_PROOF) if kind else is_sheet(values, self.measure))
            ]
            if len(found) == 1:
                self.chosen[column] = found[0], "content", _CONTENT

    def _choose_empty(self) -> None:
        """Take the headings of columns without content at their word where nothing else says the same."""
        for slot, candidates in enumerate(self.candidates):
            best = max(candidates, key=lambda one: one.rank, default=None)
            if best is None or best.column in {OTHER, AMOUNT, *self.chosen} or self.profiles[slot].filled:
                continue
            if best.rank >= SYNONYM and self._wanted_or_own(best.column):
                self.chosen[best.column] = slot, best.how, best.confidence

    def _wanted_or_own(self, column: str) -> bool:
        asked = {name for name, _ in self.doubts}
        return column not in asked and (column in self.types or (column == CREDIT and DEBIT in self.chosen))

    def _free(self, slot: int) -> bool:
        return all(slot != taken for taken, _, _ in self.chosen.values())

    def _offers(self, column: str) -> list[tuple[int, Candidate]]:
        """Return the free columns that say they are ``column``, only those that say it best."""
        found = [
            (slot, one)
            for slot, candidates in enumerate(self.believed)
            for one in candidates
            if one.column == column and self._free(slot) and self._strongest(slot, one)
        ]
        best = max((one.rank for _, one in found), default=0)
        return [(slot, one) for slot, one in found if one.rank == best]

    def _strongest(self, slot: int, one: Candidate) -> bool:
        return all(other.rank <= one.rank or not other.column for other in self.believed[slot])

    def _choose(self, column: str) -> None:
        if column in self.chosen:
            return
        offers = self._distinct(self._offers(column))
        if column == LABEL and len(offers) > 1:
            offers = [offer for offer in offers if not self._names_code(offer[0])] or offers
        if len(offers) == 1:
            slot, one = offers[0]
            self.chosen[column] = slot, one.how, one.confidence
        elif offers and column in (BALANCE, SIDE):
            return
        elif offers:
            self.doubts.append((column, [slot for slot, _ in offers]))

    def _names_code(self, slot: int) -> bool:
        """Whether a column of texts only names the codes of another: the account's description is not the expense's."""
        codes = [
            other
            for other, candidates in enumerate(self.believed)
            if other != slot and any(one.column in FAMILY for one in candidates)
        ]
        return any(evidence.is_name_of(self.table.columns[slot], self.table.columns[other]) for other in codes)

    def _distinct(self, offers: list[tuple[int, Candidate]]) -> list[tuple[int, Candidate]]:
        """Leave out hidden columns beside visible ones, and columns that repeat another cell by cell."""
        visible = [offer for offer in offers if not self.table.hidden(offer[0])]
        found: list[tuple[int, Candidate]] = []
        for slot, one in visible or offers:
            if all(list(self.table.columns[slot]) != list(self.table.columns[other]) for other, _ in found):
                found.append((slot, one))
        return found

    def cents(self, slot: int) -> evidence.Cents:
        """Return a column in cents, read once."""
        if slot not in self._cents:
            self._cents[slot] = evidence.cents_of(self.table.columns[slot])
        return self._cents[slot]

    def _choose_amounts(self) -> None:
        for column in _SUBSET & self.types.keys():
            self._choose(column)
        debit, credit = self.chosen.get(DEBIT), self.chosen.get(CREDIT)
        if credit and not debit:
            del self.chosen[CREDIT]
        self._want_both_halves()
        offers = self._offers(AMOUNT)
        # Two synonyms of the amount are rivals whatever their rank: the label of one is no proof.
        if offers and offers[0][1].rank > FALLBACK:
            offers = [
                (slot, one)
                for slot, candidates in enumerate(self.believed)
                for one in candidates
                if one.column == AMOUNT and one.rank != FALLBACK and self._free(slot)
            ]
        offers = self._told_apart(self._distinct(offers))
        if debit and offers:
            halves = self.cents(debit[0]), self.cents(credit[0]) if credit else np.zeros(self.table.count)
            offers = [offer for offer in offers if not evidence.is_difference(self.cents(offer[0]), *halves)]
            offers = [offer for offer in offers if offer[1].rank > FALLBACK]
        if debit and not offers:
            return
        if debit or len(offers) > 1:
            slots = [slot for slot, _ in offers]
            self.doubts.append((AMOUNT, sorted({*slots, *([debit[0]] if debit else [])})))
            self.halves = {name: self.chosen[name][0] for name in (DEBIT, CREDIT) if name in self.chosen}
            self.chosen.pop(DEBIT, None)
            self.chosen.pop(CREDIT, None)
        elif offers:
            slot, one = offers[0]
            self.chosen[AMOUNT] = slot, one.how, one.confidence

    def _want_both_halves(self) -> None:
        """Ask where one half of the amount is known and the other's heading stands above what is no amount."""
        for column, other in ((DEBIT, CREDIT), (CREDIT, DEBIT)):
            unread = [
                slot
                for slot, candidates in enumerate(self.candidates)
                if any(one.column == other for one in candidates) and self.profiles[slot].filled and self._free(slot)
            ]
            asked = {name for name, _ in self.doubts}
            if column in self.chosen and other not in self.chosen and other not in asked and unread:
                self.doubts.append((other, unread))

    def _told_apart(self, offers: list[tuple[int, Candidate]]) -> list[tuple[int, Candidate]]:
        """Leave out running sums and amounts without tax, where the rows prove it."""
        if len(offers) < 2:  # noqa: PLR2004 - nothing to tell apart
            return offers
        taxes = [
            self.cents(slot)
            for slot, cells in enumerate(self.profiles)
            if cells.amounts > _SOME and not self._is_money(slot)
        ]
        left = [
            (slot, one)
            for slot, one in offers
            if not any(
                evidence.is_running_sum(self.cents(slot), (1, self.cents(other)))
                or evidence.is_taxed(self.cents(slot), self.cents(other), taxes)
                for other, _ in offers
                if other != slot
            )
        ]
        return left or offers

    def _is_money(self, slot: int) -> bool:
        return any(one.column in (AMOUNT, DEBIT, CREDIT, BALANCE) for one in self.believed[slot])

    def _choose_family(self) -> None:
        """Choose the codes that rows may be selected by; the first in the family's order is the report's article."""
        for column in FAMILY:
            offers = self._distinct(self._offers(column))
            if len(offers) == 1:
                slot, one = offers[0]
                self.chosen[column] = slot, one.how, one.confidence
            elif offers and not any(name in self.chosen for name in FAMILY):
                self.doubts.append((FAMILY[0], [slot for slot, _ in offers]))
                return

    def _unnamed(self) -> list[int]:
        """Return the free columns with content whose headings are not known."""
        open_slots = {slot for _, slots in self.doubts for slot in slots}
        return [
            slot
            for slot, cells in enumerate(self.profiles)
            if cells.filled > 1 and self._free(slot) and slot not in open_slots and not self.believed[slot]
        ]

    def _wanted(self, column: str) -> bool:
        asked = {name for name, _ in self.doubts}
        return column in self.types and column not in self.chosen and column not in asked

    def _by_content(self) -> None:
        """Find by their cells the columns that no heading named; ask where that is no proof."""
        if self._wanted("niss"):
            # Check digits prove a national number, whatever the heading calls it.
            free = [slot for slot in range(len(self.profiles)) if self._free(slot)]
            sure = [slot for slot in free if self.profiles[slot].niss > 0.9 and self.profiles[slot].filled > 1]  # noqa: PLR2004
            self._only("niss", sure, _CONTENT + 5)
        if self._wanted(DATE):
            self._only(DATE, [slot for slot in self._unnamed() if self.profiles[slot].dates > 0.8], _CONTENT)  # noqa: PLR2004
        if self._wanted(AMOUNT) and DEBIT not in self.chosen:
            self._amount_by_content()
        if self._wanted(NUMBER):
            self._only(NUMBER, [slot for slot in self._unnamed() if self._reads_like_number(slot)], _CONTENT - 10)
        if self._wanted(FAMILY[0]) and not any(name in self.chosen for name in FAMILY):
            slots = [slot for slot in self._unnamed() if is_article(self.table.columns[slot])]
            if len(slots) == 1:
                self.chosen[FAMILY[0]] = slots[0], "content", _CONTENT
        for column in (LABEL, PAYEE):
            named = [slot for slot in self._unnamed() if self._reads_like_text(slot)]
            if self._wanted(column) and named:
                if column == LABEL and PAYEE in self.chosen and len(named) == 1 and self._says_much(named[0]):
                    # The payee is known, and nothing else has words: these are the description.
                    self.chosen[column] = named[0], "content", _CONTENT - 10
                else:
                    self.doubts.append((column, named))

    def _only(self, column: str, slots: list[int], confidence: int) -> None:
        if len(slots) == 1:
            self.chosen[column] = slots[0], "content", confidence
        elif slots:
            self.doubts.append((column, slots))

    def _reads_like_number(self, slot: int) -> bool:
        """Whether a heading speaks of a number, and the cells are codes of which hardly two are equal."""
        words, cells = set(canonical(self.table.titles[slot])), self.profiles[slot]
        numbered = words & {"nr", "reference"} and not words & (set(vocabulary()["blocking"]) - {"nr", "reference"})
        return (
            bool(numbered) and cells.distinct > _PROOF and max(cells.codes, cells.whole) > _MOST and not cells.counter
        )

    def _says_much(self, slot: int) -> bool:
        """Whether the texts of a column are hardly ever the same."""
        return self.profiles[slot].distinct > 0.4  # noqa: PLR2004 - share of different texts

    def _reads_like_text(self, slot: int) -> bool:
        cells = self.profiles[slot]
        if self._names_code(slot):
            return False
        return cells.letters > 0.7 and cells.distinct > 0.05 and cells.share > 0.4 and cells.text > 0.7  # noqa: PLR2004

    def _amount_by_content(self) -> None:
        money = [
            slot for slot in self._unnamed() if self.profiles[slot].amounts > _MOST and self.profiles[slot].niss < _SOME
        ]
        money = [slot for slot in money if not self.profiles[slot].counter]
        if len(money) > 1:
            proved = [
                slot
                for slot in money
                if any(
                    evidence.is_base_and_tax(self.cents(slot), *map(self.cents, pair))
                    for pair in permutations(money, 2)
                )
            ]
            if len(proved) == 1:
                self.chosen[AMOUNT] = proved[0], "content", _CONTENT
                return
        for slot in money:
            # The sum that runs along proves which column it sums.
            sums = [
                other for other in range(len(self.profiles)) if other != slot and self.profiles[other].amounts > _MOST
            ]
            if any(evidence.is_running_sum(self.cents(other), (1, self.cents(slot))) for other in sums):
                self.chosen[AMOUNT] = slot, "content", 95
                return
        sure = [slot for slot in money if self.profiles[slot].cents > 0.3]  # noqa: PLR2004
        if len(sure) == 1 and len(money) == 1:
            self.chosen[AMOUNT] = sure[0], "content", _CONTENT
        elif money:
            self.doubts.append((AMOUNT, sure or money))
        else:
            headings = ", ".join(title for title in self.table.titles if title)
            raise LedgerError("RU-L05", headers=headings)

    def _guesses(self) -> list[Guess]:
        family = [name for name in FAMILY if name in self.chosen]
        by_slot = {slot: (column, how, confidence) for column, (slot, how, confidence) in self.chosen.items()}
        guesses = []
        for slot, title in enumerate(self.table.titles):
            column, how, confidence = by_slot.get(slot, (OTHER, "", 0))
            selects = column if column in FAMILY else ""
            if selects:
                column = FAMILY[0] if selects == family[0] and FAMILY[0] in self.types else OTHER
            guesses.append(Guess(title, slot, column, how, confidence, selects))
        return guesses

    def _question(self) -> LedgerQuestion:
        """Return the question, with a proposal in which only the open columns are to be filled in."""
        names = remembered.keys(self.table.titles)
        columns = {
            name: guess.selects or guess.column
            for name, guess in zip(names, self._guesses(), strict=True)
            if self.profiles[guess.slot].filled
        }
        notes: dict[str, str] = {}
        doubts = []
        for column, slots in self.doubts:
            for slot in slots:
                columns[names[slot]] = OPEN
                notes[names[slot]] = f"{notes[names[slot]]}, {column}" if names[slot] in notes else f"{column}"
            doubts.append(
                Doubt(
                    column,
                    tuple(names[slot] for slot in slots),
                    tuple(map(self._sample, slots)),
                    tuple(self._meaning(column, slot, names) for slot in slots),
                )
            )
        proposal = remembered.write(Confirmed(self.table.header.fingerprint, columns), notes)
        wanted, slots = self.doubts[0]
        labels = [one.label for sheet in self.measure.ledger_sheets for one in sheet.columns if one.id == wanted]
        said: Text | str = labels[0] if labels else wanted
        if len(slots) == 1:
            return LedgerQuestion(
                "RU-L21", proposal=proposal, doubts=tuple(doubts), heading=names[slots[0]], column=said
            )
        return LedgerQuestion(
            "RU-L06",
            proposal=proposal,
            doubts=tuple(doubts),
            first=names[slots[0]],
            second=names[slots[1]],
            column=said,
        )

    def _meaning(self, column: str, slot: int, names: Sequence[str]) -> dict[str, str]:
        """Return what pointing at one of the columns in doubt says; a debit is nothing without its credit."""
        if column == AMOUNT and DEBIT in self.halves and slot == self.halves[DEBIT]:
            return {names[at]: half for half, at in self.halves.items()}
        return {names[slot]: column}

    def _sample(self, slot: int) -> str:
        values = [value for value in self.table.columns[slot] if str(value).strip()]
        return " · ".join(shown(value, "fr") for value in values[:_SAMPLES])


def proposal(table: Table, columns: Mapping, *, swap_dates: bool = False, negate: bool = False) -> str:
    """Return a mapping as an entry for the centre's mapping file."""
    names = remembered.keys(table.titles)
    decided = {names[one.slot]: one.selects or one.column for one in columns.guesses if one.header or one.column}
    entry = Confirmed(table.header.fingerprint, decided, swap_dates=swap_dates, negate=negate)
    return remembered.write(entry, {})
