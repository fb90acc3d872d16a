"""Which official column is which of ours: names, what cells are for, lists, examples; never between two equals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from validators.ledger.header import known
from validators.ledger.words import FALLBACK, OTHER, canonical, plain
from validators.official import values
from validators.official.content import example_type, fits
from validators.official.likeness import model_of, near
from validators.official.words import PART, languages, names_of, pieces, sheet_names, vocabulary
from workbook_templates.measure import ColumnType, Measure, Sheet
from workbook_templates.official.areas import Area, AreaColumn
from workbook_templates.official.formats import kind_of

PAID, BORNE = "total_amount", "eligible_amount"
"""What was paid in all, and what the grant bears of it."""
SURE, LIKELY, ASKED = 70, 62, 45
"""Score from which a column is mapped; is mapped where nothing speaks against it; is worth a question."""
_LIST, _PART_LIST = 97, 98
_SOME = 0.5
_ALIKE, _APART, _HALF = 0.8, 0.18, 0.5
"""Shares of a heading's words: fits, by how much better than the next, worth a question."""
_LOOSE = 78
"""The most that a near spelling of a name counts which serves only where nothing better is there."""
_PIECED = 90
"""Confidence up to which only pieces of a text are known."""
_TO_THE_LETTER, _LETTER_LOOSE = 94, 82
"""Confidence from which a name is known to the letter; that of one which serves only where nothing better is there."""
_LABEL = _MOST = 100
_SEVERAL = 3
"""Entries from which a list is more than yes or no."""
_CONTRADICTED = 52


@dataclass(frozen=True, slots=True)
class Offer:
    """One of our columns that an official column may be."""

    column: str
    """Our column id, :data:`~validators.official.words.PART`, or empty for something that we do not have."""
    score: int
    """0 to 100."""
    reason: str
    """``exact``, ``synonym``, ``similar``, ``words``, ``list`` or ``format``."""


class Reader:
    """One of our sheets, whose columns are looked for."""

    def __init__(self, measure: Measure, sheet: Sheet) -> None:
        self.sheet = sheet
        self.columns = {column.id: column for column in sheet.columns}
        self.names = names_of(sheet)
        self.model = model_of(self.names)
        self.parts = [sheet_names(one) for one in measure.ledger_sheets] if sheet.ledger else [
            sheet_names(one) for one in measure.sheets if {column.id for column in one.columns} == set(self.columns)
        ]  # fmt: skip

    def formulas(self, area: Area) -> dict[str, str]:
        """Return which of our amounts the formula columns of an area compute, where their headings say so outright."""
        shared = shared_titles(area)
        found = {}
        for column in area.columns:
            if column.formula and column.titles:
                offers = [one for one in self.named(column, shared) if one.score > 91]  # noqa: PLR2004 - a synonym
                if len(offers) == 1 and self._type(offers[0].column) is ColumnType.AMOUNT:
                    found[column.letter] = offers[0].column
        return found

    def offers(self, column: AreaColumn, shared: frozenset[str]) -> list[Offer]:
        """Return what an official column may be, best first."""
        found: dict[str, Offer] = {}
        for offer in [*self.named(column, shared), *self._by_list(column)]:
            better = self._weighed(offer, column)
            if better and better.score > found.get(offer.column, Offer("", -1, "")).score:
                found[offer.column] = better
        if any(one.reason == "list" for one in found.values()):
            found.pop(OTHER, None)
        listed = column.validation
        if listed and listed.known and len(listed.values) >= _SEVERAL and OTHER in found:
            # "Code" over a list that somebody chooses from may well be a choice of ours.
            choices = [name for name in found if self._type(name) is ColumnType.CHOICE]
            found[OTHER] = replace(found[OTHER], score=min(found[OTHER].score, LIKELY if choices else _MOST))
        if PAID in found and BORNE in self.columns and found[PAID].score < _LABEL and says(column, "bears"):
            del found[PAID]
            if not says(column, "others"):
                found.setdefault(BORNE, Offer(BORNE, LIKELY, "words"))
        return sorted(found.values(), key=lambda one: -one.score)

    def _type(self, column: str) -> ColumnType | None:
        return self.columns[column].type if column in self.columns else None

    # ------------------------------------------------------------------ names

    def named(self, column: AreaColumn, shared: frozenset[str]) -> list[Offer]:
        """Return what a heading says: with its group, alone, and language by language."""
        own = [title for title in column.titles if title not in shared] or [column.titles[-1]]
        groups = [_bare(title) for title in column.titles if title not in own]
        own = [_bare(title) for title in own]
        whole = " ".join(own)
        together = [f"{group} {piece}" for group in groups[::-1] for piece in pieces(whole)]
        for text in together:
            found = self._known(text)
            if found and all(offer.score > _PIECED for offer in found.values()):
                return list(found.values())
        parts = own if len(own) > 1 else languages(whole)
        sayings = [self._said(part) for part in parts] if len(parts) > 1 else []
        told = [one for one in sayings if one]
        if told and len(told) > 1:
            agreed = set.intersection(*(set(one) for one in told))
            if agreed:
                return [max((one[name] for one in told), key=lambda offer: offer.score) for name in agreed]
        found_whole = self._said(whole)
        if found_whole:
            return list(found_whole.values())
        merged: dict[str, Offer] = {}
        for one in told:
            for name, offer in one.items():
                score = offer.score if len(told) == 1 else min(offer.score, _CONTRADICTED)
                merged[name] = Offer(name, score, offer.reason)
        return list(merged.values()) or self._by_words([*together[:1], whole], column.note)

    def _known(self, text: str) -> dict[str, Offer]:
        """Return what a text is known to say; a name known to the letter stands before one known by its words."""
        found = known(text, self.names)
        sure = max((one.confidence for one in found), default=0) > _TO_THE_LETTER
        return {
            one.column: Offer(one.column, one.confidence, one.how)
            for one in found
            if one.column in (OTHER, PART, *self.columns)
            and (not sure or one.confidence >= _TO_THE_LETTER or one.confidence == _LETTER_LOOSE)
        }

    def _said(self, text: str) -> dict[str, Offer]:
        """Return what a text is known to say, else in another spelling; its longest piece that says something."""
        texts = pieces(text)
        for piece in texts:
            told = self._known(piece)
            if told:
                return told
        bare = " ".join(word for word in text.split() if plain(word) not in _ACRONYMS)
        if plain(bare) not in {plain(text), ""} and (told := self._known(bare)):
            return {
                name: Offer(name, min(offer.score, 88), offer.reason) for name, offer in told.items() if name != PART
            }
        if text.rstrip().endswith("?"):
            asked = " ".join(word for word in plain(text).split() if word not in _ASKING)
            if asked != plain(text) and (told := self._known(asked)):
                return told
        for piece in texts:
            found = near(piece, self.names)
            if found:
                return {
                    name.column: Offer(name.column, score if name.rank > FALLBACK else min(score, _LOOSE), "similar")
                    for name, score in found
                }
        return {}

    def _by_words(self, texts: Sequence[str], note: str) -> list[Offer]:
        """Return what the words of a long heading point at."""
        found: dict[str, Offer] = {}
        for text in texts:
            scores = self.model.scores(text)
            ranked = sorted(scores.items(), key=lambda item: -item[1])
            if not ranked:
                continue
            (best, share), second = ranked[0], ranked[1][1] if len(ranked) > 1 else 0.0
            clear = share - second >= _APART and len(canonical(text)) > 1
            for name, part in ranked:
                if name == best and clear and share >= _HALF:
                    found[name] = Offer(name, 76 if share >= _ALIKE else 66, "words")
                elif part >= _HALF and name not in found:
                    found[name] = Offer(name, round(ASKED + 12 * part), "words")
        said = known(note, self.names) if note and len(note) < 80 else ()  # noqa: PLR2004 - no long story
        for one in said:
            if one.column and one.column not in found:
                found[one.column] = Offer(one.column, 60, "note")
        return list(found.values())

    # ------------------------------------------------------------------ content

    def _by_list(self, column: AreaColumn) -> list[Offer]:
        """Return what a drop-down list is for: entries like our choices', or like our sheets' names."""
        rule = column.validation
        if rule is None or rule.kind != "list" or not rule.known:
            return []
        found = []
        for one in self.columns.values():
            if one.type is ColumnType.CHOICE:
                share = values.overlap(one, tuple(rule.told))
                likely = share >= _SOME
                found.append(
                    Offer(one.id, round(_LIST - 4 * (1 - share)) if likely else ASKED, "list" if likely else "format")
                )
        if PART not in self.columns and len(self.parts) > 1:
            named = [values.part_of(entry, self.parts) for entry in rule.told]
            sure = {one for one in named if one is not None}
            if len(sure) > 1 and len([one for one in named if one is not None]) >= _SOME * len(named):
                found.append(Offer(PART, _PART_LIST, "list"))
        return found

    def _weighed(self, offer: Offer, column: AreaColumn) -> Offer | None:
        """Return an offer weighed by what the cells are for; None where they cannot be that."""
        if offer.column in (OTHER, PART):
            return offer if offer.column == OTHER or self._tells_apart(column) else None
        kind, by_words = self._type(offer.column), offer.reason == "words"
        if kind in _IDENTIFIERS and by_words and not _IDENTIFIED.search(plain(column.title)):
            return None
        gain, most = fits(self.columns[offer.column], column), 100
        if gain is None:
            if offer.score <= _TO_THE_LETTER or by_words:
                return None
            most = _CONTRADICTED
        elif by_words and kind in _SHOWN and gain <= 0:
            most = ASKED
        rule = column.validation
        if rule and rule.kind == "list" and rule.known and kind is ColumnType.CHOICE and offer.reason != "list":
            most = most if values.overlap(self.columns[offer.column], tuple(rule.told)) else _CONTRADICTED
        score = offer.score + (gain or 0) + self._examples(offer.column, column)
        return Offer(offer.column, max(0, min(most, score)), offer.reason)

    def _tells_apart(self, column: AreaColumn) -> bool:
        """Whether cells can name our sheets."""
        rule = column.validation
        entries = tuple(rule.told) if rule and rule.kind == "list" and rule.known else ()
        named = [one for one in entries if values.part_of(one, self.parts) is not None]
        return kind_of(column.format) in {"general", "text"} and (bool(named) or not entries)

    def _examples(self, name: str, column: AreaColumn) -> int:
        """Return how far the examples that a workbook shows speak for a column, or against it."""
        kind, gain = self._type(name), 0
        for sample in column.samples:
            said = example_type(sample)
            if said is None:
                continue
            gain += 3 if said is kind or (said is ColumnType.AMOUNT and kind in _NUMBERS) else -15
        return max(-20, min(4, gain))


_HYPHEN = re.compile(r"-\n(?=[^\W\d_A-Z])")
"""Where a word is broken over two lines."""
_WORDLESS = re.compile(r"\((?:[^()\w]|\d|\b[^\W\d_]{1,2}\b)*\)|\*+\s*$")
"""Asides without a word: bounds, the number of a note, a star."""
_ASKING = frozenset(
    plain(
        "quel quelle quels quelles est a t on il elle porte paie welk welke wat is werd wordt draagt er u het "
        "welche welcher welches hat ist wurde wird trägt der die das"
    ).split()
)
"""Words of a question, beside what it asks for."""
_ACRONYMS = {"pas", "psa", "piis", "gpmi", "ipse", "cpas", "ocmw", "oshz"}
"""What measures and centres are called; a heading says the same without."""
_IDENTIFIERS = {ColumnType.NISS, ColumnType.ENTERPRISE_NUMBER}
_IDENTIFIED = re.compile(
    r"niss|insz|inss|\bnational|\bregistre|rijksregister|matricule|\brrn?\b|\bnrn?\b|\bnn\b|\brn\b"
    r"|\bbce|\bkbo|\bzdu|entreprise|onderneming"
)
_SHOWN = {ColumnType.DATE, ColumnType.AMOUNT, ColumnType.COUNT, ColumnType.NUMBER}
"""What cells must be made for, where only single words of a heading speak for it."""
_NUMBERS = {ColumnType.AMOUNT, ColumnType.COUNT, ColumnType.NUMBER}


def _bare(title: str) -> str:
    """Return a heading without asides that say nothing."""
    return _WORDLESS.sub("", _HYPHEN.sub("", title)).strip() or title


def says(column: AreaColumn, what: str) -> bool:
    """Whether a heading has a word of grants, as the vocabulary sorts them."""
    told = plain(column.title)
    return any(f" {stem}" in f" {told}" for stem in vocabulary()["grant"][what])


def shared_titles(area: Area) -> frozenset[str]:
    """Return the headings that stand over several columns: groups."""
    seen: dict[str, int] = {}
    for column in area.columns:
        for title in column.titles:
            seen[title] = seen.get(title, 0) + 1
    return frozenset(title for title, count in seen.items() if count > 1)
