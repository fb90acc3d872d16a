"""The columns of one place as those of one of our sheets: what is sure first, then the rest weighed all together.

A column is taken for one of ours by its words, or because it is the only one left of its kind for what must go
somewhere. What another assignment would explain nearly as well is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from validators.ledger.words import OTHER
from validators.official.assignment import ranked
from validators.official.columns import ASKED, LIKELY, PAID, SURE, Offer, Reader, says, shared_titles
from validators.official.content import fits
from validators.official.words import PART
from workbook_templates.measure import ColumnType
from workbook_templates.official.areas import Area, AreaColumn

_CLOSE = 3
_MARGIN = 6
"""By how much the best must be better than the next."""
_CLEAR = 10
"""The same where words alone would be worth a question only."""
_NOTHING = 40.0
"""How well a column is explained as none of ours."""
_MADE_FOR, _COULD_BE = 30.0, 15.0
"""How well one of ours suits cells of its kind, or cells for anything, without a word for it."""
_REQUIRED, _IN_ORDER = 15.0, 6.0
"""What counts besides: that ours must go somewhere; that the columns left of one kind stand in our order."""
_FEW = 2
"""Columns of a kind whose order means something: a period's two days."""
_TOLD = 24
"""Up to what cost another column is offered in a question."""
_TYPED = {ColumnType.DATE, ColumnType.AMOUNT}
"""Kinds of cells that are made for one thing."""
REST = "rest"
"""Reason: the only column left of its kind."""


@dataclass(slots=True)
class Resolved:
    """The columns of one area as those of one of our sheets."""

    chosen: dict[str, Offer] = field(default_factory=dict)
    """Letters to what the column is, for sure; an empty column where it is nothing of ours."""
    asked: dict[str, tuple[Offer, ...]] = field(default_factory=dict)
    """Letters to what the column could be, best first."""

    def letter(self, column: str) -> str:
        """Return where one of our columns goes; empty where nowhere."""
        return next((letter for letter, offer in self.chosen.items() if offer.column == column), "")


def resolve(reader: Reader, area: Area) -> Resolved:
    """Return what the open columns of an area are of one of our sheets."""
    return _Settling(reader, area).done()


class _Settling:
    """One area while its columns are settled."""

    def __init__(self, reader: Reader, area: Area) -> None:
        self.reader = reader
        self.columns = reader.columns
        self.area = {column.letter: column for column in area.columns}
        shared = shared_titles(area)
        self.offers = {
            column.letter: reader.offers(column, shared) for column in area.columns if column.open and column.titles
        }
        self.computed = set(reader.formulas(area).values())
        """Our amounts that formulas compute: what is typed is something else, if no name says so to the letter."""
        self.unknown_sums = any(
            column.formula and (fits(one, column) or 0) > 0
            for column in area.columns
            for one in self.columns.values()
            if one.type is ColumnType.AMOUNT and column.letter not in reader.formulas(area)
        )
        """Whether a formula computes an amount that may be any."""
        self.result = Resolved()

    def done(self) -> Resolved:
        left = self._sure()
        scores = {letter: self._scores(letter, left) for letter in left}
        for letter, columns in ranked(scores).items():
            self._decide(letter, columns, left[letter])
        self._last_resort()
        return self.result

    # ------------------------------------------------------------------ what is sure

    def _sure(self) -> dict[str, list[Offer]]:
        """Take the surest pairs that no other pair comes near; return what is left."""
        left = {
            letter: [one for one in found if one.column not in self.computed or one.score >= SURE + _MARGIN]
            for letter, found in self.offers.items()
        }
        while best := _best(left):
            letter, offer = best
            self.result.chosen[letter] = offer
            del left[letter]
            if offer.column != OTHER:
                left = {other: [one for one in found if one.column != offer.column] for other, found in left.items()}
        return left

    # ------------------------------------------------------------------ the rest, all together

    def _scores(self, letter: str, left: Mapping[str, Sequence[Offer]]) -> dict[str, float]:
        """Return how well what is left of ours suits a column that is left."""
        column = self.area[letter]
        offered = {one.column: float(one.score) for one in left[letter]}
        found = {OTHER: max(_NOTHING, offered.get(OTHER, 0.0))}
        if PART in offered:
            found[PART] = offered[PART]
        for name, one in self.columns.items():
            if self.result.letter(name):
                continue
            gain = fits(one, column)
            if name in offered:
                score = offered[name]
            elif gain is None or name in self.computed or not one.required or not self._may_be(name, column):
                continue
            elif gain > 0:
                score = _MADE_FOR
            elif one.type is ColumnType.TEXT and gain == 0:
                score = _COULD_BE
            else:
                continue
            found[name] = score + (_REQUIRED if one.required else 0) + self._order(letter, name, left)
        return found

    def _may_be(self, name: str, column: AreaColumn) -> bool:
        """Whether nothing speaks against a column being one of ours for which no word of it speaks."""
        if self.columns[name].type is not ColumnType.AMOUNT:
            return True
        return not self.unknown_sums and not says(column, "others") and (name != PAID or not says(column, "bears"))

    def _order(self, letter: str, name: str, left: Mapping[str, Sequence[Offer]]) -> float:
        """Return what it counts that the columns left of a kind stand in the order of ours, where these are all."""
        kind = self.columns[name].type
        if kind not in _TYPED:
            return 0.0
        ours = [one.id for one in self.columns.values() if one.type is kind and not self.result.letter(one.id)]
        theirs = [
            other for other, offers in left.items()
            if (fits(self.columns[name], self.area[other]) or 0) > 0
            and not any(one.column == OTHER and one.score >= SURE for one in offers)
        ]  # fmt: skip
        if len(ours) != len(theirs) or len(ours) > _FEW or letter not in theirs:
            return 0.0
        return _IN_ORDER if theirs.index(letter) == ours.index(name) else 0.0

    def _decide(self, letter: str, columns: Sequence[tuple[str, float]], offers: Sequence[Offer]) -> None:
        """Take the column of the best assignment where every other one is clearly worse; else ask, or leave it."""
        best, margin = columns[0][0], columns[1][1] if len(columns) > 1 else _TOLD
        told = {one.column: one for one in offers}
        offer = told.get(best)
        if best not in (OTHER, PART) and self._certain(letter, best, margin, offer):
            self.result.chosen[letter] = Offer(best, offer.score, offer.reason) if offer else Offer(best, LIKELY, REST)
            return
        other = told.get(OTHER)
        known = other is not None and other.score >= SURE
        could = [
            told.get(name, Offer(name, ASKED, "format"))
            for name, cost in columns
            if name != OTHER and cost <= _TOLD
            if (told[name].score >= ASKED if name in told else not known)
        ]
        if could:
            self.result.asked[letter] = tuple(could)
        else:
            self.result.chosen[letter] = Offer(OTHER, other.score if other else 0, "")

    def _certain(self, letter: str, name: str, margin: float, offer: Offer | None) -> bool:
        ours = self.columns[name]
        made = (fits(ours, self.area[letter]) or 0) > 0 and ours.type in _TYPED
        if offer and offer.score >= LIKELY:
            # A text that may be missing proves nothing by its cells: single words are not enough.
            weak = offer.reason == "words" and not ours.required and ours.type is ColumnType.TEXT
            return margin >= _MARGIN and not weak
        if offer and offer.score >= ASKED:
            return made and margin >= _CLEAR
        return made and ours.required and margin >= _CLEAR

    # ------------------------------------------------------------------ what must go somewhere

    def _last_resort(self) -> None:
        """Ask whether what is known as something else could be what must go somewhere."""
        result = self.result
        taken = {offer.column for offer in result.chosen.values()}
        for one in self.columns.values():
            if not one.required or one.id in taken:
                continue
            could = {
                letter for letter, offer in result.chosen.items()
                if offer.column == OTHER
                for other in self.offers[letter] if other.column == one.id and other.score >= ASKED
            }  # fmt: skip
            for letter in could:
                del result.chosen[letter]
                result.asked[letter] = tuple(other for other in self.offers[letter] if other.column == one.id)
            if could:
                for letter, asked in list(result.asked.items()):
                    rest = tuple(offer for offer in asked if offer.column != one.id or offer.reason != "format")
                    if rest:
                        result.asked[letter] = rest
                    else:
                        del result.asked[letter]
                        result.chosen[letter] = Offer(OTHER, 0, "")


def _best(left: Mapping[str, Sequence[Offer]]) -> tuple[str, Offer] | None:
    """Return the surest pair of columns that no other pair comes near, from either side."""
    pairs = sorted(
        ((offer, letter) for letter, offers in left.items() for offer in offers if offer.score >= SURE),
        key=lambda pair: -pair[0].score,
    )
    for offer, letter in pairs:
        beside = [one.score for one in left[letter] if one.column != offer.column]
        against = [
            one.score
            for other, offers in left.items()
            if other != letter and offer.column != OTHER
            for one in offers
            if one.column == offer.column
            and not (one.score <= offer.score and not beside and _could_be_else(one, offers))
        ]
        if all(offer.score - score >= _MARGIN for score in (*beside, *against)):
            return letter, offer
    return None


def _could_be_else(offer: Offer, offers: Sequence[Offer]) -> bool:
    """Whether a column is as well something else of ours."""
    return any(one.column not in (offer.column, OTHER) and one.score >= offer.score - _CLOSE for one in offers)
