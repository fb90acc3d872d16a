"""Which column of a ledger is which where headings do not say it: the cells prove it, or the centre is asked."""

from __future__ import annotations

from collections.abc import Sequence

from validators import identifiers
from validators.findings import plain as shown
from validators.ledger import remembered
from validators.ledger.amounts import Amounts
from validators.ledger.errors import Doubt, LedgerQuestion
from validators.ledger.headings import CENTS, CONTENT, MOST, SOME, VARIED
from validators.ledger.mapping import AMOUNT, DATE, LABEL, NUMBER, OWN, PAYEE, Guess, Mapping
from validators.ledger.profile import credit_notes, firms_in, is_article, is_choice, is_sheet
from validators.ledger.remembered import OPEN, Confirmed
from validators.ledger.words import (
    CREDIT,
    DEBIT,
    FAMILY,
    OTHER,
    SHEET,
    SIDE,
    SYNONYM,
    canonical,
    vocabulary,
)
from workbook_templates.measure import ColumnType, Text

_SAMPLES = 3
_PROOF = 0.8
"""Share of a column's cells that alone says what it is."""
_FIRMS, _NO_FIRMS = 0.3, 0.2
"""Shares of companies from which a column names whom was paid, and below which it does not."""


class Resolver(Amounts):
    """One ledger while its columns are decided: by headings first, then by what stands below them."""

    def resolve(self) -> Mapping:
        """Return the mapping; LedgerQuestion where the centre must decide."""
        self._by_lists()
        for column in (*OWN, *self.types):
            if column != FAMILY[0] and self.types.get(column) is not ColumnType.AMOUNT:
                self._choose(column)
        self._choose_amounts()
        self._ask_about_bills()
        self._by_kinds()
        self._choose_family()
        self._by_content()
        self._other_half()
        self._choose_empty()
        self._by_titles()
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
                self.chosen[column] = found[0], "content", CONTENT

    def _by_kinds(self) -> None:
        """Take the kind of document for the side of the amount where it tells credit notes, and nothing else is it."""
        if SIDE in self.chosen or DEBIT in self.chosen:
            return
        free = [slot for slot in range(len(self.table.columns)) if self._free(slot)]
        found = [slot for slot in free if credit_notes(self.table.different(slot))]
        self._only(SIDE, found, CONTENT)

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

    def _by_content(self) -> None:
        """Find by their cells the columns that no heading named; ask where that is no proof."""
        if self._wanted("niss"):
            # Check digits prove a national number, whatever the heading calls it.
            free = [slot for slot in range(len(self.profiles)) if self._free(slot)]
            sure = [slot for slot in free if self.profiles[slot].niss > 0.9 and self.profiles[slot].filled > 1]  # noqa: PLR2004
            self._only("niss", sure, CONTENT + 5)
        if self._wanted(DATE):
            slots = [slot for slot in self._unnamed() if self.profiles[slot].dates > _PROOF]
            self._only(DATE, slots or self._nearly_named(), CONTENT)
            self._unless_named_otherwise(DATE)
        if self._wanted(AMOUNT) and DEBIT not in self.chosen:
            self._amount_by_content()
            self._unless_named_otherwise(AMOUNT)
        self._codes_by_content()
        self._payee_by_content()
        self._nature_as_label()
        if self._wanted(LABEL):
            self._choose(LABEL, remarks=True)
        for column in (LABEL, PAYEE):
            named = [slot for slot in self._unnamed() if self._reads_like_text(slot)]
            if self._wanted(column) and named:
                if column == LABEL and PAYEE in self.chosen and len(named) == 1 and self._says_much(named[0]):
                    # The payee is known, and nothing else has words: these are the description.
                    self.chosen[column] = named[0], "content", CONTENT - 10
                else:
                    self.doubts.append((column, named))

    def _payee_by_content(self) -> None:
        """Take the only column in which companies and associations stand for whom was paid."""
        named = [slot for slot in self._unnamed() if self._reads_like_text(slot)]
        firms = {slot: firms_in(self.table.columns[slot]) for slot in named}
        sure = [slot for slot in named if firms[slot] > _FIRMS]
        if (
            self._wanted(PAYEE)
            and len(sure) == 1
            and all(firms[slot] < _NO_FIRMS for slot in named if slot not in sure)
        ):
            self.chosen[PAYEE] = sure[0], "content", CONTENT

    def _unless_named_otherwise(self, column: str) -> None:
        """Ask where the cells say that a column is this one, and its heading that it is another."""
        told = self.candidates[self.chosen[column][0]] if column in self.chosen else ()
        if any(one.column not in (column, OTHER) and one.rank >= SYNONYM for one in told):
            self.doubts.append((column, [self.chosen.pop(column)[0]]))

    def _only(self, column: str, slots: list[int], confidence: int) -> None:
        if len(slots) == 1:
            self.chosen[column] = slots[0], "content", confidence
        elif slots:
            self.doubts.append((column, slots))

    def _codes_by_content(self) -> None:
        """Find the document's number among codes that hardly repeat, and the article by its shape."""
        if self._wanted(NUMBER):
            coded = [slot for slot in self._unnamed() if self._reads_like_codes(slot)]
            numbered = [slot for slot in coded if {"nr", "reference"} & set(canonical(self.table.titles[slot]))]
            if len(numbered or coded) == 1:
                self.chosen[NUMBER] = (numbered or coded)[0], "content", CONTENT - 10
        if self._wanted(FAMILY[0]) and not any(name in self.chosen for name in FAMILY):
            slots = [slot for slot in self._unnamed() if is_article(self.table.columns[slot])]
            if len(slots) == 1:
                self.chosen[FAMILY[0]] = slots[0], "content", CONTENT

    def _nearly_named(self) -> list[int]:
        """Return the columns of dates whose headings were taken for something else by their spelling only."""
        return [
            slot
            for slot, told in enumerate(self.believed)
            if self.profiles[slot].dates > _PROOF and self._free(slot) and all(one.how == "similar" for one in told)
        ]

    def _reads_like_codes(self, slot: int) -> bool:
        """Whether cells are codes of which hardly two are equal, below a heading that says nothing against it."""
        words, cells = set(canonical(self.table.titles[slot])), self.profiles[slot]
        coded = max(cells.codes, cells.whole) > MOST and not cells.counter and cells.cents < CENTS
        other = max(cells.dates, cells.niss_shape, cells.bank) > CENTS
        blocked = words & (set(vocabulary()["blocking"]) - {"nr", "reference"})
        return coded and not other and not blocked and cells.distinct > _PROOF

    def _nature_as_label(self) -> None:
        """Take "Nature de la dépense" for the description where there is no other, and its cells name no entry."""
        slot = self.chosen.get("nature", (-1, "", 0))[0]
        if slot < 0 or not self._wanted(LABEL) or any(map(self._reads_like_text, self._unnamed())):
            return
        values = self.table.columns[slot]
        if self.profiles[slot].distinct > VARIED and not is_choice("nature", values, self.measure, least=0.1):
            self.chosen[LABEL] = slot, "content", CONTENT - 10
            del self.chosen["nature"]

    def _says_much(self, slot: int) -> bool:
        """Whether the texts of a column are hardly ever the same."""
        return self.profiles[slot].distinct > 0.4  # noqa: PLR2004 - share of different texts

    def _reads_like_text(self, slot: int) -> bool:
        cells = self.profiles[slot]
        if self._names_code(slot):
            return False
        return cells.letters > 0.7 and cells.distinct > 0.05 and cells.share > 0.4 and cells.text > 0.7  # noqa: PLR2004

    def _is_coded(self, slot: int) -> bool:
        return max(self.profiles[slot].codes, self.profiles[slot].whole) >= SOME

    def _guesses(self) -> list[Guess]:
        family = [name for name in FAMILY if name in self.chosen]
        # A project's name is an article only where there is no code.
        family.sort(key=lambda name: not self._is_coded(self.chosen[name][0]))
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
        values = [value for value in self.table.columns[slot] if str(value).strip()][:_SAMPLES]
        latest = self.measure.year + 1
        # A national number whose zeros were eaten has not its shape any more.
        return " · ".join(shown(identifiers.niss(value, latest) or value, "fr") for value in values)
