"""Which column of a ledger is which by what its headings say, as far as the cells below can be that.

A heading that says something its cells cannot be is not believed. Two columns that say the same with different content
are a question, unless their amounts tell which is which.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from validators.ledger import evidence
from validators.ledger.header import Candidate
from validators.ledger.mapping import AMOUNT, DATE, LABEL, NUMBER
from validators.ledger.profile import counts_lines, fits, is_choice, profiles
from validators.ledger.table import Table
from validators.ledger.words import (
    BALANCE,
    CREDIT,
    DEBIT,
    FALLBACK,
    FAMILY,
    OTHER,
    SIDE,
    canonical,
    vocabulary,
)
from validators.ledger.words import LABEL as TITLE
from workbook_templates.measure import ColumnType, Measure

_SOME = 0.5
"""Share of a column's cells that look like something."""
_VARIED, _HANDFUL = 0.3, 0.05
"""Shares of different texts from which a column describes, and up to which it only classes."""
_NUMBERED = re.compile(r"(\d+)\D*$")
_PARTS = 6
"""Columns of which a total may be the sum, at most."""
_SUBSIDY, _SUBSIDY_SURE = "other_subsidy", 85
SUBSET = {_SUBSIDY, "eligible_amount"}
"""Amounts that a report has beside the total: found by their headings only."""


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

    def _choose(self, column: str) -> None:
        if column in self.chosen:
            return
        offers = self._nearest(column) if column in vocabulary()["near"] else self._offers(column)
        offers = self._full(self._distinct(offers))
        if column == LABEL:
            # The only text there is may still be the account's: of low rank it is not believed.
            left = [offer for offer in offers if not self._names_code(offer[0])]
            offers = left or self._descriptions() or ([] if all(one.rank == FALLBACK for _, one in offers) else offers)
            offers = self._varied(offers)
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
        far = {*vocabulary()["far"][LABEL]}
        offers = [one for one in offers if far.isdisjoint(canonical(self.table.titles[one[0]]))] or offers
        if not any(self.profiles[slot].distinct > _VARIED for slot, _ in offers):
            return offers
        return [(slot, one) for slot, one in offers if self.profiles[slot].distinct > _HANDFUL]

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
        return [(slot, one) for slot, one in offers if self.profiles[slot].share >= _SOME * most]

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
        for column in SUBSET & self.types.keys():
            self._choose(column)
        debit, credit = self.chosen.get(DEBIT), self.chosen.get(CREDIT)
        if credit and not debit:
            # Known again once the amount is, if it stands in other rows.
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
        offers = self._told_apart(self._full(self._distinct(offers)))
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
            if cells.amounts > _SOME and not self._is_money(slot) and not self._is_share(slot)
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
        if NUMBER in self.chosen:
            # A bill that stands in each of its lines is the sum of what is charged line by line.
            keys = self.table.columns[self.chosen[NUMBER][0]]
            left = [
                (slot, one)
                for slot, one in left
                if not any(
                    evidence.is_split(self.cents(slot), self.cents(other), keys) for other, _ in left if other != slot
                )
            ] or left
        whole = [slot for slot, _ in left if any(self._is_total_of(slot, other) for other, _ in left if other != slot)]
        if len(whole) == 1:
            return [(slot, one) for slot, one in left if slot == whole[0]]
        return left or offers

    def _is_total_of(self, slot: int, part: int) -> bool:
        """Whether a column that says "total" is the sum of a part and of other columns, none of which is a share.

        Gross pay and its contributions are the cost; what the centre and others bear of a bill may be either.
        """
        titles = [canonical(title) for title in self.table.titles]
        if "total" not in titles[slot] or "total" in titles[part] or self._is_share(part):
            return False
        others = [
            other
            for other, cells in enumerate(self.profiles)
            if other not in {slot, part} and cells.amounts > _SOME and cells.cents and not self._is_share(other)
        ]
        return any(
            evidence.is_sum(self.cents(slot), [self.cents(one) for one in (part, *rest)])
            for count in (1, 2, 3)
            for rest in combinations(others[:_PARTS], count)
        )

    def _is_share(self, slot: int) -> bool:
        """Whether a heading names what somebody bears of a bill, how far it is paid, or the bill."""
        words = {*vocabulary()["shares"], *vocabulary()["settled"]}
        return not words.isdisjoint(canonical(self.table.titles[slot]))

    def _ask_about_bills(self) -> None:
        """Ask where the amount is a bill of which the centre may have borne a part: its share is beside it."""
        if AMOUNT not in self.chosen:
            return
        bill = self.chosen[AMOUNT][0]
        titles = [canonical(title) for title in self.table.titles]
        other = next((self.chosen[name][0] for name in sorted(SUBSET) if name in self.chosen), -1)
        unsaid = other >= 0 and len(titles[other]) == 1 and titles[other][0] in vocabulary()["unsaid"]
        if unsaid and "facture" in titles[bill]:
            found = [other]
        else:
            parts = [
                slot
                for slot, cells in enumerate(self.profiles)
                if self._free(slot) and cells.amounts > _SOME and not cells.counter and not self.believed[slot]
            ]
            shares = {*vocabulary()["shares"]}
            found = next(
                (
                    [*pair]
                    for pair in combinations(parts[:_PARTS], 2)
                    if any(shares.intersection(titles[slot]) for slot in pair)
                    and evidence.is_sum(self.cents(bill), [self.cents(slot) for slot in pair])
                ),
                [],
            )
            subsidies = [slot for slot in found if {"subside", "subsidie", "zuschuss"} & {*titles[slot]}]
            if len(subsidies) == 1 and self._wanted(_SUBSIDY):
                self.chosen[_SUBSIDY] = subsidies[0], "content", _SUBSIDY_SURE
                return
            if not found and "facture" in titles[bill]:
                found = [slot for slot in parts if self._is_borne(slot, bill)]
        if found:
            self.chosen = {name: one for name, one in self.chosen.items() if one[0] not in {bill, *found}}
            self.doubts.append((AMOUNT, sorted([bill, *found])))

    def _is_borne(self, slot: int, bill: int) -> bool:
        """Whether an amount is never more than the bill, often the same, and neither its base nor what is paid."""
        settled = {*vocabulary()["settled"]}
        part, whole = self.cents(slot), self.cents(bill)
        if not settled.isdisjoint(canonical(self.table.titles[slot])) or evidence.is_taxed(part, whole, []):
            return False
        return evidence.is_largest(whole, [part]) and float(np.mean(part == whole)) > _HANDFUL

    def _is_money(self, slot: int) -> bool:
        return any(one.column in (AMOUNT, DEBIT, CREDIT, BALANCE) for one in self.believed[slot])

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
