"""Which of our sheets goes to which place for rows: by its columns, what sheet and title say, what its list holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from validators.ledger.words import plain
from validators.official import values
from validators.official.columns import Reader
from validators.official.parts import split_amounts
from validators.official.settle import REST, Resolved, resolve
from validators.official.words import PART, STAFF, kind_of, sheet_names
from workbook_templates.measure import LANGUAGES, Column, ColumnType, Measure
from workbook_templates.official.areas import Area
from workbook_templates.official.map import OPEN, SEVERAL
from workbook_templates.official.structure import Sheet, Structure

_FEWEST, _SURE = 3, 2
"""Columns that must be recognised for a place to be one of ours, likely ones counting half; and for sure."""
_REQUIRED = 2
_MARGIN = 1.0
"""By how much a place must name one of our sheets better than the next."""
_ABOVE = 30
"""Rows above a heading whose texts are listened to."""


@dataclass(slots=True)
class Placed:
    """One place for rows, and what of ours goes there."""

    sheet: Sheet
    area: Area
    kind: str
    source: str
    """Id of our sheet, or OPEN."""
    resolved: Resolved
    where: dict[str, str] = field(default_factory=dict)
    """Our choice column to the choice that goes here."""
    constants: dict[str, str] = field(default_factory=dict)
    candidates: tuple[str, ...] = ()
    """Ids of our sheets (or choices of the volet column) that could go here, where that is open."""
    reason: str = ""
    """``only``, ``name``, ``part`` or empty."""


class Placer:
    """A measure whose sheets look for their places in an official workbook."""

    def __init__(self, measure: Measure) -> None:
        self.measure = measure
        self.readers = {sheet.id: Reader(measure, sheet) for sheet in measure.sheets if kind_of(sheet)}
        self.titles = [
            plain(measure.title[lang].partition("(")[0].replace(str(measure.year), "")) for lang in LANGUAGES
        ]
        """What the measure is called: its words name none of its sheets."""
        self.families: dict[str, list[str]] = {}
        self._resolved: dict[tuple[str, Area], Resolved] = {}
        for sheet in measure.sheets:
            if kind_of(sheet):
                self.families.setdefault(kind_of(sheet), []).append(sheet.id)

    def place(self, structure: Structure) -> list[Placed]:
        """Return the places that take rows of ours, in the workbook's order; those of one sheet of ours stay apart."""
        found: list[Placed] = []
        for sheet in structure.sheets:
            for area in sheet.areas:
                found += self._of_area(sheet, area)
        self._part_staff(found)
        self._by_choices(found)
        self._once(found)
        return found

    def resolved(self, source: str, area: Area) -> Resolved:
        """Return the columns of an area as those of one of our sheets."""
        if (source, area) not in self._resolved:
            self._resolved[source, area] = resolve(self.readers[source], area)
        return self._resolved[source, area]

    def _of_area(self, sheet: Sheet, area: Area) -> list[Placed]:
        for kind, family in self.families.items():
            names = [sheet_names(self.measure.sheet(source)) for source in family]
            apart = split_amounts(self.readers[family[0]], area, names) if len(family) > 1 else {}
            if apart:
                return [
                    Placed(sheet, part, kind, family[at], self.resolved(family[at], part), reason="part")
                    for at, part in apart.items()
                ]
        best: tuple[float, str, Resolved] | None = None
        for kind, family in self.families.items():
            for source in family:
                resolved = self.resolved(source, area)
                quality = self._quality(source, resolved)
                if quality and (best is None or quality > best[0] + 1e-9):
                    best = quality, kind, resolved
        if best is None:
            return []
        kind = best[1]
        family = self.families[kind]
        part = best[2].letter(PART)
        if part and len(family) > 1:
            return self._by_part(sheet, area, kind, part)
        if len(family) == 1:
            return [Placed(sheet, area, kind, family[0], best[2], reason="only")]
        scores = {source: self._hints(sheet, area, source) for source in family}
        ranked = sorted(family, key=lambda source: -scores[source])
        if scores[ranked[0]] - scores[ranked[1]] >= _MARGIN:
            return [Placed(sheet, area, kind, ranked[0], self.resolved(ranked[0], area), reason="name")]
        return [Placed(sheet, area, kind, OPEN, best[2], candidates=tuple(ranked))]

    def _quality(self, source: str, resolved: Resolved) -> float:
        """Return how much of one of our sheets an area takes; 0 where it is no place for its rows."""
        columns = self.readers[source].columns
        taken = [offer for offer in resolved.chosen.values() if offer.column in columns]
        sure = [offer for offer in taken if offer.reason != REST]
        asked = [offers[0] for offers in resolved.asked.values() if offers[0].column in columns]
        asked += [offer for offer in taken if offer.reason == REST]
        types = {columns[offer.column].type for offer in (*sure, *asked)}
        if len(sure) + len(asked) / 2 < _FEWEST or len(sure) < _SURE or ColumnType.AMOUNT not in types:
            return 0.0
        total = sum((_REQUIRED if columns[offer.column].required else 1) * offer.score / 100 for offer in sure)
        for letter, offer in resolved.chosen.items():
            if offer.reason == "list" and letter:
                total += 1
        return total + sum(offer.score for offer in asked) / 250

    def _by_part(self, sheet: Sheet, area: Area, kind: str, letter: str) -> list[Placed]:
        """Return a place for each of our sheets that a column of the area tells apart."""
        family = self.families[kind]
        column = area.column(letter)
        rule = column.validation if column else None
        entries = rule.told if rule and rule.known else {}
        names = [sheet_names(self.measure.sheet(source)) for source in family]
        by_source: dict[str, str] = {}
        for entry in entries:
            at = values.part_of(entry, names)
            if at is not None and family[at] not in by_source:
                by_source[family[at]] = entries[entry]
        found = []
        for source in family:
            entry = by_source.get(source, OPEN)
            could = tuple(entries.values()) or _titles(self.measure, source)
            place = Placed(
                sheet, area, kind, source, self.resolved(source, area), constants={letter: entry}, reason="part"
            )
            place.candidates = could if entry == OPEN else ()
            found.append(place)
        return found if by_source or not entries else []

    def _hints(self, sheet: Sheet, area: Area, source: str) -> float:
        """Return how outright the words around a place, and its list, name one of our sheets."""
        ours = self.measure.sheet(source)
        score = 0.0
        for text, weight in self._texts(sheet, area):
            score += weight * self._named(text, source)
        for column in area.columns:
            rule = column.validation
            if rule and rule.kind == "list" and rule.known:
                for one in ours.columns:
                    if one.type is ColumnType.CHOICE:
                        share = values.overlap(one, tuple(rule.told))
                        score += 3 * share if share >= 1 / 2 else 0
        return score

    def _named(self, text: str, source: str) -> float:
        """Return how outright a text names one of our sheets; 0 where it names several of its kind."""
        family = self.families[kind_of(self.measure.sheet(source))]
        for title in self.titles:
            text = " ".join(plain(text).split()).replace(title, " ") if title in plain(text) else text
        scores = {one: values.named(text, sheet_names(self.measure.sheet(one))) for one in family}
        best = max(scores.values())
        return scores[source] if scores[source] == best and list(scores.values()).count(best) == 1 else 0.0

    def _texts(self, sheet: Sheet, area: Area) -> list[tuple[str, float]]:
        first = area.header_rows[0]
        left, right = area.columns[0].number, area.columns[-1].number
        start = max([first - _ABOVE, *(one.last_row + 1 for one in sheet.areas if one.last_row < first)])
        near = [
            sheet.grid.text(row, column)
            for row, column in sheet.grid.values
            if start <= row < first and left - 1 <= column <= right and not sheet.area_at(row, column)
        ]
        others = [text for text in dict.fromkeys(near) if text and text != area.caption]
        several = len(sheet.areas) > 1
        found = [(sheet.name, 0.6 if several else 1.2), (area.caption, 1.2), (area.table.replace("_", " "), 0.6)]
        return [(text, weight) for text, weight in found if text] + [(text, 0.8) for text in others]

    # ------------------------------------------------------------------ staff by part

    def _part_staff(self, found: list[Placed]) -> None:
        """Where staff costs have a place for each part, let each take the rows of its part only."""
        places = [one for one in found if one.kind == STAFF and one.source != OPEN]
        if not places:
            return
        ours = self.measure.sheet(places[0].source)
        volet = next((column for column in ours.columns if column.type is ColumnType.CHOICE), None)
        if volet is None or any(one.resolved.letter(volet.id) for one in places):
            return
        named = [self._choice_named(one, volet) for one in places]
        below = [self._part_above(one, found, volet) for one in places]
        if not any(named) and all(below) and len(set(below)) == len(below):
            named = below
        if len(places) == 1 and not named[0]:
            return
        for one, choice in zip(places, named, strict=True):
            if choice:
                one.where = {volet.id: choice}
            elif len(places) > 1:
                one.where = {volet.id: OPEN}
                one.candidates = tuple(choice.id for choice in volet.choices)

    def _part_above(self, placed: Placed, found: Sequence[Placed], volet: Column) -> str:
        """Return the part whose expenses stand above a place in its sheet: its frame holds both."""
        above = [
            one
            for one in found
            if one.sheet is placed.sheet and one.kind != STAFF and one.area.first_row < placed.area.first_row
        ]
        nearest = max(above, key=lambda one: one.area.first_row, default=None)
        return next((one.id for one in volet.choices if nearest and nearest.source.endswith(f"_{one.id}")), "")

    def _choice_named(self, placed: Placed, volet: Column) -> str:
        """Return the part that the words around a place name; empty where they name none, or several as well."""
        sheets = {choice.id: [one.id for one in self.measure.sheets if one.id.endswith(f"_{choice.id}")]
                  for choice in volet.choices}  # fmt: skip
        scores = {
            choice: sum(
                weight * self._named(text, source) for text, weight in self._texts(placed.sheet, placed.area)
                for source in sources[:1]
            )
            for choice, sources in sheets.items()
        }  # fmt: skip
        ranked = sorted(scores, key=lambda choice: -scores[choice])
        if len(ranked) > 1 and scores[ranked[0]] - scores[ranked[1]] >= _MARGIN:
            return ranked[0]
        return ""

    # ------------------------------------------------------------------ rows by groups of choices

    def _by_choices(self, found: list[Placed]) -> None:
        """Where places name groups of one column's choices, such as curative and preventive, let each take its own."""
        for source, reader in self.readers.items():
            for column in reader.columns.values():
                groups = _groups_of(column)
                places = [one for one in found if source in self.families[one.kind] and one.reason != "part"]
                named = {at: self._group_named(one, groups) for at, one in enumerate(places)}
                if len(groups) < _SURE or len({group for group in named.values() if group}) < _SURE:
                    continue
                for at, group in named.items():
                    if group:
                        places[at].source, places[at].candidates = source, ()
                        places[at].resolved = self.resolved(source, places[at].area)
                        places[at].where = {column.id: SEVERAL.join(groups[group])}

    def _group_named(self, placed: Placed, groups: Mapping[tuple[str, ...], Sequence[str]]) -> tuple[str, ...]:
        """Return the group that sheet and title name; empty where they name none, or several."""
        words = set(plain(f"{placed.sheet.name} {placed.area.caption}").split())
        named = [group for group in groups if words & set(group)]
        return named[0] if len(named) == 1 else ()

    def _once(self, found: list[Placed]) -> None:
        """Where two places claim the same rows, ask; of those whose choice is asked, each will have its own."""
        for source in {one.source for one in found if one.source != OPEN}:
            same = [one for one in found if one.source == source and OPEN not in one.where.values()]
            keys = [(one.source, tuple(one.where.items())) for one in same]
            if len(set(keys)) == len(keys):
                continue
            # A place that tells our sheets apart by a column is believed rather than one that does not.
            parts = [one for one in same if one.reason == "part"]
            for one in same if len(parts) != 1 else [one for one in same if one is not parts[0]]:
                one.candidates = tuple(self.families[one.kind])
                one.source = OPEN
                one.constants = {}


def _groups_of(column: Column) -> dict[tuple[str, ...], list[str]]:
    """Return choices by what stands before the colon of their labels, in each language; nothing where one has none."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for choice in column.choices:
        named = tuple(plain(choice.label[lang].partition(":")[0]) for lang in LANGUAGES if ":" in choice.label[lang])
        if len(named) < len(LANGUAGES):
            return {}
        groups.setdefault(named, []).append(choice.id)
    return groups


def _titles(measure: Measure, source: str) -> tuple[str, ...]:
    """Return what one of our sheets is called, for a column that says so in words of its own."""
    return tuple(dict.fromkeys(measure.sheet(source).title[lang] for lang in LANGUAGES))


def unplaced(measure: Measure, places: Sequence[Placed]) -> list[str]:
    """Return our sheets with rows that no place takes."""
    taken = {one.source for one in places}
    return [sheet.id for sheet in measure.sheets if kind_of(sheet) and sheet.id not in taken]
