"""From a blank official workbook to its map: proposed with reason and confidence, and a question for what is not sure.

Questions are answered one after another: each answer is handed back to :func:`learn`, which may then need fewer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from validators.official import single, values
from validators.official.columns import BORNE, Offer
from validators.official.content import fits, form_of
from validators.official.earlier import Earlier
from validators.official.places import Placed, Placer, unplaced
from validators.official.question import Learned, Option, Question, Told
from validators.official.words import PART
from workbook_templates.cells import letters
from workbook_templates.measure import Column, ColumnType, Measure
from workbook_templates.official.areas import AreaColumn
from workbook_templates.official.formats import kind_of
from workbook_templates.official.map import OPEN, SEVERAL, UNUSED, Map, SheetMap
from workbook_templates.official.ranges import LAST_ROW, references
from workbook_templates.official.structure import Structure, fingerprint

_MOST_CANDIDATES = 8


def learn(
    structure: Structure,
    measure: Measure,
    answers: Mapping[str, str] | None = None,
    earlier: Earlier | None = None,
) -> Learned:
    """Return what an official workbook takes of a measure.

    ``answers`` maps ids of questions to the option chosen, ``earlier`` is what still holds of another workbook's map.
    """
    return _Learner(structure, measure, answers or {}, earlier or Earlier()).learned()


class _Learner:
    """One workbook while it is learnt."""

    def __init__(self, structure: Structure, measure: Measure, answers: Mapping[str, str], earlier: Earlier) -> None:
        self.structure = structure
        self.measure = measure
        self.answers = {**earlier.answers, **answers}
        self.given = answers
        self.hints = earlier.hints
        self.placer = Placer(measure)
        self.questions: dict[str, Question] = {}
        self.told: dict[tuple[str, str, int], Told] = {}
        self.unread: list[str] = []
        self.claimed: list[Placed] = []
        self.first: dict[tuple[object, ...], str] = {}
        """Id of the first question about a heading, a list and a choice: the same is asked once, for all sheets."""

    def learned(self) -> Learned:
        found = self.placer.place(self.structure)
        self.claimed = [place for place in found if place.source not in (OPEN, UNUSED)]
        places = [self._decided(place) for place in found]
        maps = tuple(self._sheet(place) for place in places if place.source != UNUSED)
        totals = single.Totals(self.structure, self.measure, maps)
        totals.computed = {
            (place.sheet.name, letter): column
            for place in places
            if place.source in self.placer.readers
            for letter, column in self.placer.readers[place.source].formulas(place.area).items()
        }
        known = Map(
            self.measure.id,
            self.measure.year,
            fingerprint(self.structure),
            maps,
            single.fields(self.structure, self.measure),
            totals.find(),
        )
        return Learned(
            known,
            tuple(sorted(self.questions.values(), key=lambda one: _ORDER.index(one.kind))),
            tuple(self.told.values()),
            tuple(unplaced(self.measure, [one for one in places if one.source not in (UNUSED, OPEN)]))
            if all(one.source != OPEN for one in places) else (),
            tuple(dict.fromkeys(self._missing(places))),
            tuple(dict.fromkeys(self.unread)),
            self.structure.macros,
        )  # fmt: skip

    # ------------------------------------------------------------------ where a sheet goes

    def _decided(self, place: Placed) -> Placed:
        """Apply the answers about a place, or ask."""
        row = f"{place.sheet.name}!{place.area.header_rows[-1]}:{place.area.header_rows[-1]}"
        shown = place.area.caption or place.sheet.name
        answer = self.answers.get(row)
        place.candidates = tuple(one for one in place.candidates if not self._taken_by_another(place, one))
        free = answer is not None and not self._taken_by_another(place, answer)
        if free and answer in {*self.placer.families[place.kind], UNUSED} and place.reason != "part":
            if answer and answer != place.source:
                place.resolved = self.placer.resolved(str(answer), place.area)
            place.source = str(answer)
            self.claimed.append(place)
        if answer in place.where.values() or (place.where and answer in place.candidates):
            place.where = dict.fromkeys(place.where, str(answer))
        if place.source == OPEN:
            options = [Option(one, self.measure.sheet(one).title) for one in place.candidates]
            self._ask(Question(row, "source", row, shown, tuple(options)))
        for column, choice in place.where.items():
            if choice == OPEN and place.source != OPEN:
                ours = self._column(place.source, column)
                answer = self.answers.get(row)
                if answer in place.candidates:
                    place.where = {column: str(answer)}
                else:
                    options = [Option(one.id, one.label) for one in ours.choices]
                    self._ask(Question(row, "part", row, shown, tuple(options)))
        self._constants(place)
        return place

    def _taken_by_another(self, place: Placed, source: str) -> bool:
        """Whether the rows of one of our sheets go elsewhere already: no row goes to two places."""
        return any(one is not place and (one.source, one.where) == (source, place.where) for one in self.claimed)

    def _constants(self, place: Placed) -> None:
        """Apply the answers about a column that tells our sheets apart, or ask."""
        for letter, entry in place.constants.items():
            if entry == OPEN:
                cell = _cell(place, letter)
                asked = f"{cell} {place.source}"
                answer = self.answers.get(asked)
                if answer:
                    place.constants = {letter: answer}
                else:
                    options = [Option(one, one) for one in place.candidates]
                    title = self.measure.sheet(place.source).title
                    self._ask(Question(asked, "constant", cell, title, tuple(options[:_MOST_CANDIDATES])))

    def _ask(self, question: Question) -> None:
        self.questions.setdefault(question.id, question)

    def _column(self, source: str, column: str) -> Column:
        return self.measure.sheet(source).column(column)

    # ------------------------------------------------------------------ the columns of a place

    def _sheet(self, place: Placed) -> SheetMap:
        area = place.area
        columns = {
            column.letter: self._taken(place, column)
            for column in area.columns
            if column.titles and column.letter not in place.constants
        }
        known = {letter: column for letter, column in columns.items() if column is not None}
        for letter in place.constants:
            self._tell(place, letter, PART, place.reason, 98)
        chosen = {letter: column for letter, column in known.items() if column not in (UNUSED, OPEN)}
        ours = {} if place.source == OPEN else {one.id: one for one in self.measure.sheet(place.source).columns}
        entries = {}
        for letter, name in chosen.items():
            found = area.column(letter)
            if found and name in ours and ours[name].type is ColumnType.CHOICE:
                told = self._values(place, found, ours[name])
                if told:
                    entries[letter] = told
        forms = {
            letter: form
            for letter, name in chosen.items()
            if name in ours and (found := area.column(letter)) and (form := form_of(ours[name], found))
        }
        return SheetMap(
            place.sheet.name,
            place.source,
            area.first_row,
            0 if area.last_row == LAST_ROW else area.last_row,
            known,
            place.constants,
            place.where,
            entries,
            forms,
            {column.letter: column.title for column in area.columns if column.titles},
            area.gaps,
        )

    def _taken(self, place: Placed, column: AreaColumn) -> str | None:
        """Return what of ours goes into an official column; None for a column that nobody types into."""
        letter, cell = column.letter, _cell(place, column.letter)
        if not column.open:
            self._tell(place, letter, UNUSED, "formula" if column.formula else "locked", 100)
            return None
        if place.source == OPEN:
            return self._of_open(place, column)
        ids = {one.id for one in self.measure.sheet(place.source).columns}
        answer = self._answer(place, column)
        if answer is not None and (answer in ids or answer == UNUSED):
            self._tell(
                place, letter, answer, "earlier" if cell in self.answers and cell not in self.given else "answer", 100
            )
            return answer
        answered = set(self._answers_of(place))
        offer = place.resolved.chosen.get(letter)
        if offer and offer.column not in answered and (offer.column or cell not in self.hints):
            self._tell(place, letter, offer.column if offer.column != PART else UNUSED, offer.reason, offer.score)
            return offer.column if offer.column in ids else UNUSED
        free = {one for one in ids - answered if place.resolved.letter(one) in ("", letter)}
        offers = [one for one in place.resolved.asked.get(letter, ()) if one.column in free]
        hint = self.hints.get(cell)
        if hint in free:
            offers = [Offer(str(hint), 60, "earlier"), *(one for one in offers if one.column != hint)]
        if not offers:
            self._tell(place, letter, UNUSED, "", 0)
            return UNUSED
        self._tell(place, letter, OPEN, offers[0].reason, offers[0].score)
        likely = [one.column for one in offers]
        possible = [one.id for one in self.measure.sheet(place.source).columns
                    if one.id in free and one.id not in likely and fits(one, column) is not None]  # fmt: skip
        reasons = {one.column: one.reason for one in offers}
        options = [
            Option(one, self._column(place.source, one).label, reasons.get(one, "")) for one in (*likely, *possible)
        ]
        if self._first(place, column) == cell:
            samples = tuple(_samples(column))
            self._ask(Question(cell, "column", cell, column.title, tuple(options[:_MOST_CANDIDATES]), samples))
        return OPEN

    def _first(self, place: Placed, column: AreaColumn) -> str:
        """Return the cell of the first heading like this one on any sheet of the kind, where that is asked."""
        alike = [one.letter for one in place.area.columns if one.titles == column.titles].index(column.letter)
        key = (place.kind, column.titles, kind_of(column.format), alike)
        return self.first.setdefault(key, _cell(place, column.letter))

    def _answer(self, place: Placed, column: AreaColumn) -> str | None:
        """Return the answer about a column; the same heading on another sheet has the same one."""
        cell = _cell(place, column.letter)
        first = self._first(place, column) if column.letter in place.resolved.asked else cell
        return self.answers.get(cell, self.answers.get(first))

    def _of_open(self, place: Placed, column: AreaColumn) -> str:
        """Return a column of a place whose sheet is not decided: what any of the candidates would have."""
        offer = place.resolved.chosen.get(column.letter)
        found = offer.column if offer and offer.column != PART else UNUSED
        self._tell(place, column.letter, found, offer.reason if offer else "", offer.score if offer else 0)
        return found

    def _values(self, place: Placed, column: AreaColumn, ours: Column) -> dict[str, str]:
        """Return the official entry of each choice of ours; nothing where the official column has no list."""
        rule, cell = column.validation, _cell(place, column.letter)
        if rule is None or rule.kind != "list":
            return {}
        if not rule.known:
            self.unread.append(f"{place.sheet.name}!{column.letter} {column.title}")
            return {}
        told = rule.told
        said = {entry: text for text, entry in told.items()}
        known, close = values.mapped(ours, tuple(told))
        found = {choice: told.get(text, text) for choice, text in known.items()}
        near = {choice: [told[text] for text in texts] for choice, texts in close.items()}
        here = (
            place.where.get(ours.id, "").split(SEVERAL) if ours.id in place.where else [one.id for one in ours.choices]
        )
        for choice in ours.choices:
            if choice.id not in here:
                found[choice.id] = UNUSED
                continue
            asked = f"{cell} {place.source} {choice.id}"
            first = self.first.setdefault((ours.id, column.titles, rule.values, choice.id), asked)
            answer = self.answers.get(asked, self.answers.get(first))
            if answer in (*rule.values, UNUSED):
                found[choice.id] = str(answer)
            elif found[choice.id] == OPEN and first == asked:
                free = [entry for entry in near[choice.id] if entry not in found.values()]
                rest = [entry for entry in near[choice.id] if entry not in free]
                options = [Option(entry, said[entry]) for entry in (*free, *rest)]
                self._ask(Question(asked, "value", cell, choice.label, tuple(options), (column.title,)))
        return found

    def _tell(self, place: Placed, letter: str, column: str, reason: str, confidence: int) -> None:
        found = place.area.column(letter)
        key = (place.sheet.name, letter, place.area.first_row)
        heading = found.title if found else ""
        if key not in self.told or self.told[key].column in (UNUSED, OPEN):
            self.told[key] = Told(place.sheet.name, letter, heading, column, reason, confidence)

    def _missing(self, places: list[Placed]) -> Iterator[str]:
        for place in places:
            if place.source in (UNUSED, OPEN):
                continue
            sheet = self.measure.sheet(place.source)
            asked = {offer.column for offers in place.resolved.asked.values() for offer in offers}
            taken = {*place.where, *asked, *self._answers_of(place)}
            computed = self._computed(place)
            for column in sheet.columns:
                lacking = column.required and not place.resolved.letter(column.id) and column.id not in taken
                if lacking and not (computed and column.id == BORNE):
                    yield f"{sheet.id}.{column.id}"

    def _computed(self, place: Placed) -> bool:
        """Whether a formula computes an amount from columns that are filled: what the grant bears needs no column."""
        filled = {letter for letter, offer in place.resolved.chosen.items() if offer.column not in ("", PART)}
        return any(
            column.formula and kind_of(column.format) == "amount" and cells
            for column in place.area.columns
            if (cells := {letters(at.left) for _, at in references(column.formula)}) <= filled
        )

    def _answers_of(self, place: Placed) -> Iterator[str]:
        for column in place.area.columns:
            answer = self._answer(place, column)
            if answer:
                yield answer


_ORDER = ("source", "part", "constant", "column", "value")


def _cell(place: Placed, letter: str) -> str:
    """Return the cell of an official heading, which stands for its column in questions."""
    return f"{place.sheet.name}!{letter}{place.area.header_rows[-1]}"


def _samples(column: AreaColumn) -> Iterator[str]:
    yield from column.samples
    if column.note:
        yield column.note[:120]
    if column.validation and column.validation.known:
        yield ", ".join(column.validation.values[:5])
