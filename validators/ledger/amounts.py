"""Which column of a ledger is the amount: by its heading, by what amounts say about each other, or asked.

A bill and the centre's share of it, an amount with and without tax, a running sum, a debit and a credit: only what
the rows prove is decided.
"""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np

from validators.ledger import evidence
from validators.ledger.errors import LedgerError
from validators.ledger.header import Candidate
from validators.ledger.headings import CENTS, CONTENT, HANDFUL, MOST, SOME, Headings
from validators.ledger.mapping import AMOUNT, DATE, LABEL, NUMBER
from validators.ledger.words import BALANCE, CREDIT, DEBIT, FALLBACK, canonical, plain, vocabulary

_SAMPLE = 500
"""Rows that tell whether two columns are filled together."""
_PARTS = 6
"""Columns of which a total may be the sum, at most."""
_SUBSIDY = "other_subsidy"
SUBSET = {_SUBSIDY, "eligible_amount"}
"""Amounts that a report has beside the total."""


class Amounts(Headings):
    """One ledger while its amount is found."""

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
            if cells.amounts > SOME and not self._is_money(slot) and not self._is_share(slot)
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
            if other not in {slot, part} and cells.amounts > SOME and cells.cents and not self._is_share(other)
        ]
        return any(
            evidence.is_sum(self.cents(slot), [self.cents(one) for one in (part, *rest)])
            for count in (1, 2, 3)
            for rest in combinations(others[:_PARTS], count)
        )

    def _by_titles(self) -> None:
        """Believe a line above the table that says which of several amounts is the only one to count."""
        for doubt in [one for one in self.doubts if one[0] == AMOUNT]:
            named = [slot for slot in doubt[1] if self._is_named_above(slot)]
            if len(named) == 1:
                self.doubts.remove(doubt)
                self.chosen[AMOUNT] = named[0], "title", CONTENT

    def _is_named_above(self, slot: int) -> bool:
        """Whether a line above the table names a heading, and says "only"."""
        heading, only = plain(self.table.titles[slot]), {*vocabulary()["only"]}
        lines = [
            plain(value)
            for part in self.table.parts
            for row in part.grid.rows[: part.header.first]
            for value in row
            if isinstance(value, str)
        ]
        return any(f" {heading} " in f" {line} " and only & {*line.split()} for line in lines if heading)

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
                if self._free(slot) and cells.amounts > SOME and not cells.counter and not self.believed[slot]
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
                self.chosen[_SUBSIDY] = subsidies[0], "content", CONTENT
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
        return evidence.is_largest(whole, [part]) and float(np.mean(part == whole)) > HANDFUL

    def _is_money(self, slot: int) -> bool:
        return any(one.column in (AMOUNT, DEBIT, CREDIT, BALANCE) for one in self.believed[slot])

    def _other_half(self) -> None:
        """Find amounts that stand only where the amount is empty: left out, their rows would count for nothing.

        A heading that says credit is believed, any other asked.
        """
        main = AMOUNT if AMOUNT in self.chosen else DEBIT
        if main not in self.chosen or CREDIT in self.chosen:
            return
        taken = np.nan_to_num(self.cents(self.chosen[main][0])) != 0
        for slot, cells in enumerate(self.profiles):
            if not self._free(slot) or cells.amounts <= MOST or cells.counter or cells.niss > SOME:
                continue
            said = [one for one in self.candidates[slot] if one.column == CREDIT]
            income = not {*vocabulary()["income"]}.isdisjoint(canonical(self.table.titles[slot]))
            if not (said or cells.cents or income) or self._side_by_side(slot, self.chosen[main][0]):
                continue
            there = np.nan_to_num(self.cents(slot)) != 0
            beside = [row for row in np.flatnonzero(there).tolist() if self._described(row)]
            if not beside or taken[beside].any():
                continue
            if said:
                self.chosen[CREDIT] = slot, said[0].how, said[0].confidence
            else:
                self.doubts.append((CREDIT, [slot]))
            return

    def _side_by_side(self, first: int, second: int) -> bool:
        """Whether two columns are filled in the same rows, as far as a sample of them tells: no halves of an amount."""
        step = max(1, self.table.count // _SAMPLE)
        one, other = (
            [value not in ("", 0) and any(map(str.isdigit, str(value))) for value in self.table.columns[slot][::step]]
            for slot in (first, second)
        )
        return 2 * sum(a and b for a, b in zip(one, other, strict=True)) > sum(one)

    def _described(self, row: int) -> bool:
        """Whether a row has a date and words, as expenses do and sums and the headings of articles do not."""
        slots = [self.chosen[name][0] for name in (DATE, LABEL) if name in self.chosen]
        return all(str(self.table.columns[slot][row]).strip() for slot in slots)

    def _amount_by_content(self) -> None:
        money = [
            slot for slot in self._unnamed() if self.profiles[slot].amounts > MOST and self.profiles[slot].niss < SOME
        ]
        money = [slot for slot in money if not self.profiles[slot].counter]
        # The sum that runs along is not what a row costs, whatever its heading.
        moving = [slot for slot, cells in enumerate(self.profiles) if cells.amounts > MOST and cells.niss < SOME]
        money = [slot for slot in money if not any(self._runs_along(slot, other) for other in moving if other != slot)]
        # What stands in a few rows only is not what every row costs.
        most = max(cells.share for cells in self.profiles)
        money = [slot for slot in money if self.profiles[slot].share >= SOME * most]
        if len(money) > 1:
            proved = [
                slot
                for slot in money
                if any(
                    evidence.is_base_and_tax(self.cents(slot), *map(self.cents, pair))
                    for pair in permutations(money, 2)
                )
                or any(self._is_total_of(slot, other) for other in money if other != slot)
            ]
            if len(proved) == 1:
                self.chosen[AMOUNT] = proved[0], "content", CONTENT
                return
        for slot in money:
            # The sum that runs along proves which column it sums.
            sums = [
                other for other in range(len(self.profiles)) if other != slot and self.profiles[other].amounts > MOST
            ]
            if any(evidence.is_running_sum(self.cents(other), (1, self.cents(slot)), least=1) for other in sums):
                self.chosen[AMOUNT] = slot, "content", 95
                return
        sure = [slot for slot in money if self.profiles[slot].cents > CENTS]
        beside = [
            self.cents(slot)
            for slot, cells in enumerate(self.profiles)
            if slot not in sure and cells.amounts > MOST and cells.cents > CENTS
        ]
        if len(sure) == 1 and (not beside or evidence.is_largest(self.cents(sure[0]), beside)):
            self.chosen[AMOUNT] = sure[0], "content", CONTENT
        elif money:
            self.doubts.append((AMOUNT, sure or money))
        elif known := [
            slot
            for slot, cells in enumerate(self.profiles)
            if self._free(slot) and cells.amounts > MOST and cells.cents > CENTS and cells.niss < SOME
        ]:
            self.doubts.append((AMOUNT, known))
        elif told := [name for name in SUBSET if name in self.chosen]:
            # "Tussenkomst" may be what another pays, or all there is.
            self.doubts.append((AMOUNT, [self.chosen.pop(name)[0] for name in sorted(told)]))
        else:
            headings = ", ".join(title for title in self.table.titles if title)
            raise LedgerError("RU-L05", headers=headings)

    def _runs_along(self, slot: int, other: int) -> bool:
        return evidence.is_running_sum(self.cents(slot), (1, self.cents(other)))
