"""Which column of a ledger is which by what its headings say, as far as the cells below can be that.

A heading that says something its cells cannot be is not believed. Two columns that say the same with different content
are a question, unless their amounts tell which is which.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from validators.ledger import evidence
from validators.ledger.header import Candidate
from validators.ledger.mapping import DATE, LABEL, NUMBER
from validators.ledger.profile import counts_lines, fits, is_choice, profiles
from validators.ledger.table import Table
from validators.ledger.words import (
    BALANCE,
    FALLBACK,
    FAMILY,
    OTHER,
    SIDE,
    canonical,
    vocabulary,
)
from validators.ledger.words import LABEL as TITLE
from workbook_templates.measure import ColumnType, Measure

SOME, MOST = 0.5, 0.7
"""Shares of a column's cells that look like something."""
CENTS = 0.3
"""Share of a column's numbers with decimals from which they are money."""
CONTENT = 85
"""How sure a column is that its cells prove."""
VARIED, HANDFUL = 0.3, 0.05
"""Shares of different texts from which a column describes, and up to which it only classes."""
_NUMBERED = re.compile(r"(\d+)\D*$")


class Headings:
    """The columns of one ledger while their headings decide."""

    def __init__(self, table: Table, measure: Measure) -> None:
        self.table = table
        self.measure = measure
        headings = [table.headings(slot) for slot in range(len(table.columns))]
        self.profiles = profiles(table.columns, measure.year + 1, headings)
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
        found = [one for one in self.candidates[slot] if one.column == OTHER or self._fits(one, slot, values)]
        if len(found) > 1:
            # A word with several meanings: a drop-down's entries are recognised, and so is a code.
            lists = [one for one in found if self.types.get(one.column) is ColumnType.CHOICE]
            named = [one for one in lists if is_choice(one.column, values, self.measure)]
            found = named or [one for one in found if one not in lists]
        return found

    def _fits(self, one: Candidate, slot: int, values: Sequence[object]) -> bool:
        cells = self.profiles[slot]
        if one.rank == FALLBACK and one.column == NUMBER and cells.counter and counts_lines(values):
            # 1, 2, 3 … under "N°" counts the lines.
            return "nr" not in canonical(self.table.titles[slot])
        if one.rank == FALLBACK and self.types.get(one.column) is ColumnType.CHOICE:
            return is_choice(one.column, values, self.measure)
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

    def _choose(self, column: str, *, remarks: bool = False) -> None:
        """Choose a column, or doubt; ``remarks`` will do for a description where nothing else does."""
        if column in self.chosen:
            return
        offers = self._nearest(column) if column in vocabulary()["near"] else self._offers(column)
        offers = self._full(self._distinct(offers))
        if column == LABEL:
            # The only text there is may still be the account's: of low rank it is not believed.
            left = [offer for offer in offers if not self._names_code(offer[0])]
            offers = left or self._descriptions() or ([] if all(one.rank == FALLBACK for _, one in offers) else offers)
            offers = self._varied(offers)
            if all(self._is_remark(slot) and (not remarks or self.profiles[slot].share < SOME) for slot, _ in offers):
                return
        offers = self._first(offers)
        if len(offers) == 1:
            slot, one = offers[0]
            self.chosen[column] = slot, one.how, one.confidence
        elif offers and column in (BALANCE, SIDE):
            return
        elif offers:
            self.doubts.append((column, [slot for slot, _ in offers]))

    def _nearest(self, column: str) -> list[tuple[int, Candidate]]:
        """Return the free columns that say they are ``column``, those whose words are nearest to it."""
        found = [
            (slot, one)
            for slot, candidates in enumerate(self.believed)
            for one in candidates
            if one.column == column and one.rank > FALLBACK and self._free(slot) and self._strongest(slot, one)
        ]
        tiers = [self._nearness(column, slot, one) for slot, one in found]
        return [one for one, tier in zip(found, tiers, strict=True) if tier == max(tiers)] or self._offers(column)

    def _nearness(self, column: str, slot: int, one: Candidate) -> int:
        words, table = set(canonical(self.table.titles[slot])), vocabulary()
        if one.rank == TITLE and column != DATE:
            # The report's own name for it; but "Date" says of no date which one it is.
            return 3
        if words & set(table["last"].get(column, ())):
            return -1
        return 2 if words & set(table["near"][column]) else 0 if words & set(table["far"][column]) else 1

    def _names_code(self, slot: int) -> bool:
        """Whether a column of texts only names the codes of another: the account's description is not the expense's."""
        codes = [
            other
            for other, candidates in enumerate(self.believed)
            if other != slot and any(one.column in FAMILY for one in candidates)
        ]
        return any(evidence.is_name_of(self.table.columns[slot], self.table.columns[other]) for other in codes)

    def _descriptions(self) -> list[tuple[int, Candidate]]:
        """Return the free columns that are known for descriptions, and do not only name codes."""
        return [
            (slot, one)
            for slot, candidates in enumerate(self.believed)
            for one in candidates
            if one.column == LABEL and one.rank > FALLBACK and self._free(slot) and not self._names_code(slot)
        ]

    def _varied(self, offers: list[tuple[int, Candidate]]) -> list[tuple[int, Candidate]]:
        """Leave out remarks, and texts of which there are a handful beside one that says something else each time."""
        offers = [one for one in offers if not self._is_remark(one[0])] or offers
        if not any(self.profiles[slot].distinct > VARIED for slot, _ in offers):
            return offers
        return [(slot, one) for slot, one in offers if self.profiles[slot].distinct > HANDFUL]

    def _is_remark(self, slot: int) -> bool:
        return not {*vocabulary()["far"][LABEL]}.isdisjoint(canonical(self.table.titles[slot]))

    def _first(self, offers: list[tuple[int, Candidate]]) -> list[tuple[int, Candidate]]:
        """Return the first of columns that a program only numbers: "Libellé 1", "Libellé 2"."""
        said = {canonical(self.table.titles[slot]) for slot, _ in offers}
        numbers = [_NUMBERED.search(self.table.titles[slot]) for slot, _ in offers]
        if len(offers) > 1 and len(said) == 1 and all(numbers):
            return [min(zip(offers, numbers, strict=True), key=lambda pair: int(pair[1][1] if pair[1] else 0))[0]]
        return offers

    def _full(self, offers: list[tuple[int, Candidate]]) -> list[tuple[int, Candidate]]:
        """Leave out columns that are filled in few rows beside another one: remarks, or a table beside this one."""
        most = max((self.profiles[slot].share for slot, _ in offers), default=0)
        return [(slot, one) for slot, one in offers if self.profiles[slot].share >= SOME * most]

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

    def _choose_family(self) -> None:
        """Choose the codes that rows may be selected by; the first in the family's order is the report's article."""
        for column in FAMILY:
            offers = self._full(self._distinct(self._offers(column)))
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
