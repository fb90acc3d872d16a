"""Single cells of an official workbook: which fields of ours they hold, and which totals they must agree with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from validators.ledger.header import known
from validators.ledger.words import Names, plain
from validators.official import values
from validators.official.likeness import near
from validators.official.words import fields_of, languages, pieces, sheet_names, vocabulary
from workbook_templates.cells import letters
from workbook_templates.measure import LANGUAGES, Measure
from workbook_templates.official.labels import Labelled, labelled
from workbook_templates.official.map import SheetMap
from workbook_templates.official.ranges import LAST_ROW, Range, parse
from workbook_templates.official.structure import Sheet, Structure

_SUM = re.compile(r"(?:SUM|SUBTOTAL)\((?:(?:9|109)[,;])?([^(),;]+)\)", re.IGNORECASE)
_SUMIF = re.compile(r"SUMIFS?\(([^(),]+),([^(),]+),([^(),]+)\)", re.IGNORECASE)
_CELL = re.compile(
    r"(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?(?P<place>\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?)"
)
_TABLE = re.compile(r"(?P<table>[^\W\d][\w.]*)\[(?P<column>[^\[\]]+)\]")
_QUOTED = re.compile(r"('(?:[^']|'')*'|\"[^\"]*\")")
_CERTAIN = 85
_YEAR = "measure.year"
_DEPTH = 8


def fields(structure: Structure, measure: Measure) -> dict[str, str]:
    """Return the cells to type into that are fields of ours for sure: ``Sheet!C4`` to ``sheet.field``."""
    names, sorts = fields_of(measure)
    found: dict[str, str] = {}
    for sheet in structure.sheets:
        for cell in labelled(sheet):
            if not cell.formula:
                name = _field(cell, names) or _grant(cell, sorts, measure)
                printed = sheet.grid.values.get((cell.row, cell.column))
                if name and not (name == _YEAR and printed == measure.year):
                    found[cell.place] = name
    return found


def _field(cell: Labelled, names: Names) -> str:
    """Return the field that a label names; empty where it names none, or several."""
    said: list[set[str]] = []
    for text in [cell.label, *languages(cell.label)]:
        for piece in pieces(text):
            offers = known(piece, names)
            if offers:
                best = max(offer.confidence for offer in offers)
                said.append({offer.column for offer in offers if offer.confidence == best})
                break
    if not said:
        found = [name for name, score in near(cell.label, names) if score >= _CERTAIN]
        said = [{name.column for name in found}] if found else []
    agreed = set.intersection(*said) if said else set()
    field = agreed.pop() if len(agreed) == 1 else ""
    asks_more = not {*vocabulary()["person"]["other"]}.isdisjoint(plain(cell.label).split())
    return "" if asks_more and field.endswith("contact_name") else field


def _grant(cell: Labelled, sorts: Mapping[str, str], measure: Measure) -> str:
    """Return the grant of a part in an overview: one of label and heading names the grant, the other the part."""
    words = vocabulary()["fields"]
    by_sort: dict[str, list[str]] = {}
    for place, sort in sorts.items():
        by_sort.setdefault(sort, []).append(place)
    for about, part in ((cell.label, cell.heading), (cell.heading, cell.label)):
        for sort, places in by_sort.items():
            named = {plain(text) for text in words[sort]}
            if not any(plain(piece) in named for piece in pieces(about)):
                continue
            groups = {place: place.rpartition("_")[2] for place in places}
            called = [
                [name for sheet in measure.sheets if sheet.id.endswith(f"_{group}") for name in sheet_names(sheet)]
                + [tuple(plain(one.label[lang]).split()) for one in measure.groups if one.id == group
                   for lang in LANGUAGES]
                for group in groups.values()
            ]  # fmt: skip
            at = values.part_of(part, called)
            if at is not None:
                return places[at]
    return ""


class Totals:
    """The formulas of an official workbook, as sums of our columns."""

    def __init__(self, structure: Structure, measure: Measure, sheets: Sequence[SheetMap]) -> None:
        self.structure = structure
        self.measure = measure
        self.maps = sheets
        self.computed: Mapping[tuple[str, str], str] = {}
        """Official sheet and letters of a formula column to the amount of ours that it computes."""

    def find(self) -> dict[str, tuple[str, ...]]:
        """Return the cells that must agree with ours: ``Sheet!F3`` to what they add up."""
        found = {}
        for sheet in self.structure.sheets:
            for cell in labelled(sheet):
                parts = self._parts(cell.formula, sheet, 0) if cell.formula else None
                if parts:
                    found[cell.place] = parts
        return found

    def _parts(self, formula: str, sheet: Sheet, depth: int) -> tuple[str, ...] | None:
        """Return what a formula adds up; None where it does anything else."""
        text = _tight(formula).lstrip("=+")
        if depth > _DEPTH or not text:
            return None
        rounded = re.fullmatch(r"ROUND\((.*),2\)", text, re.IGNORECASE)
        if rounded:
            return self._parts(rounded[1], sheet, depth + 1)
        found: list[str] = []
        for piece in _plus(text):
            parts = self._piece(piece, sheet, depth)
            if not parts:
                return None
            found += parts
        return tuple(found)

    def _piece(self, piece: str, sheet: Sheet, depth: int) -> tuple[str, ...] | None:
        conditional = _SUMIF.fullmatch(piece)
        if conditional:
            return self._conditional(piece, conditional, sheet)
        summed = _SUM.fullmatch(piece)
        inner = summed[1] if summed else piece
        table, cell = _TABLE.fullmatch(inner), _CELL.fullmatch(inner)
        if summed and table:
            return self._table(table)
        home = self._home(cell["sheet"], sheet) if cell else None
        name = self.structure.names.get(("", inner.upper()))
        if summed and name and depth < _DEPTH:
            return self._piece(f"SUM({_tight(name)})", sheet, depth + 1)
        if home is None or not cell:
            return None
        place = parse(cell["place"])
        whole = self._column(home.name, place) if summed and place.height > 1 and place.width == 1 else None
        single = place.height == place.width == 1
        return whole or (self._cells(home, place, depth) if summed or single else None)

    def _cells(self, home: Sheet, place: Range, depth: int) -> tuple[str, ...] | None:
        """Return what several total cells add up."""
        if place.height * place.width > 40:  # noqa: PLR2004 - an overview is small
            return None
        found: list[str] = []
        for row in range(place.top, place.bottom + 1):
            for column in range(place.left, place.right + 1):
                formula = home.grid.formulas.get((row, column))
                if formula is None:
                    if (row, column) in home.grid.values or home.grid.open(row, column):
                        return None
                    continue
                parts = self._parts(formula, home, depth + 1) if home.area_at(row, column) is None else None
                if not parts:
                    return None
                found += parts
        return tuple(found) or None

    def _home(self, name: str | None, sheet: Sheet) -> Sheet | None:
        if not name:
            return sheet
        bare = name[1:-1].replace("''", "'") if name.startswith("'") else name
        return next((one for one in self.structure.sheets if one.name.upper() == bare.upper()), None)

    def _table(self, found: re.Match[str]) -> tuple[str, ...] | None:
        for sheet in self.structure.sheets:
            for table in sheet.grid.tables:
                if table.name.upper() == found["table"].upper():
                    for position, name in enumerate(table.columns):
                        if name.upper() == found["column"].upper():
                            body = table.range
                            column = body.left + position
                            return self._column(
                                sheet.name,
                                Range(body.top + table.header_rows, column, body.bottom - table.totals_rows, column),
                            )
        return None

    def _column(self, sheet: str, place: Range, constant: tuple[str, str] | None = None) -> tuple[str, ...] | None:
        """Return what the sum of one column's rows is of ours; None where not all of them, or not certain."""
        found: list[str] = []
        for one in self.maps:
            last = one.last_row or LAST_ROW
            if one.name != sheet or not (place.top <= one.first_row and last <= place.bottom):
                continue
            letter = letters(place.left)
            column = one.columns.get(letter) or self.computed.get((sheet, letter), "")
            if not column or column == "?" or one.source in ("", "?"):
                return None
            if constant and one.constants.get(constant[0]) != constant[1]:
                continue
            name = f"{one.source}.{column}"
            if one.where:
                name = self._line(name, one.where)
                if not name:
                    return None
            found.append(name)
        return tuple(found) or None

    def _conditional(self, piece: str, found: re.Match[str], sheet: Sheet) -> tuple[str, ...] | None:
        """Return what SUMIF gives where it picks one of our sheets by the text of its rows."""
        tested, wanted, summed = found[1], found[2], found[3]
        if piece.upper().startswith("SUMIFS("):
            tested, wanted, summed = found[2], found[3], found[1]
        cells_ = [_CELL.fullmatch(text) for text in (tested, summed)]
        if not all(cells_):
            return None
        homes = [self._home(cell["sheet"], sheet) for cell in cells_ if cell]
        if homes[0] is None or homes[0] is not homes[1]:
            return None
        text = self._text(wanted, sheet)
        places = [parse(cell["place"]) for cell in cells_ if cell]
        if not text or places[0].width > 1 or places[1].width > 1:
            return None
        return self._column(homes[0].name, places[1], (letters(places[0].left), text))

    def _text(self, wanted: str, sheet: Sheet) -> str:
        if wanted.startswith('"'):
            return wanted.strip('"')
        cell = _CELL.fullmatch(wanted)
        home = self._home(cell["sheet"], sheet) if cell else None
        if not cell or home is None:
            return ""
        place = parse(cell["place"])
        value = home.grid.values.get((place.top, place.left), "")
        return value if isinstance(value, str) else ""

    def _line(self, name: str, where: Mapping[str, str]) -> str:
        """Return the total of ours that adds up a column's rows with some choice; empty where there is none."""
        for group in self.measure.groups:
            for line in self.measure.lines_of(group):
                sums = tuple(one.replace("{group}", group.id) for one in line.sums)
                told = {key: value.replace("{group}", group.id) for key, value in line.where.items()}
                if sums == (name,) and told == dict(where) and not group.sums_others:
                    return f"{line.id}_{group.id}"
        return ""


def _tight(formula: str) -> str:
    """Return a formula without blanks outside quotes."""
    return "".join(piece if at % 2 else piece.replace(" ", "") for at, piece in enumerate(_QUOTED.split(formula)))


def _plus(text: str) -> Iterator[str]:
    """Yield what stands between plus signs outside parentheses and quotes."""
    depth, quoted, start = 0, "", 0
    for at, mark in enumerate(text):
        if quoted:
            quoted = "" if mark == quoted else quoted
        elif mark in "'\"":
            quoted = mark
        elif mark in "()":
            depth += 1 if mark == "(" else -1
        elif mark == "+" and depth == 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]
