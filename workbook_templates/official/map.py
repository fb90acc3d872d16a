"""The map of an official workbook: which of our columns goes where, in a small TOML that a person reads and shares.

::

    measure = "pas"
    year = 2025
    fingerprint = "5d1c0a7be2f3946a"      # of the blank's structure

    [[sheet]]
    name = "Volet A"                      # the official sheet
    source = "volet_a"                    # ours; an official sheet that takes several of ours stands here once for each
    first_row = 8
    last_row = 507                        # 0 where nothing ends it
    gaps = [107, 207]                     # rows of subtotals in between, where there are any
    [sheet.columns]
    A = "date"
    B = ""                                # known, not filled
    C = "?"                               # still open
    [sheet.headings]                      # what stands above them; found again in next year's workbook
    A = "Date de la facture"
    [sheet.constants]
    D = "A - Participation sociale"       # the same text in each row
    [sheet.where]
    volet = "a"                           # only our rows with this choice, or one of several: "a|b"
    [sheet.values.E]
    leisure = "Loisirs et culture"        # our choice = the official list's entry
    [sheet.forms]
    F = "dotted"                          # how identifiers (and dates that are texts) are written

    [fields]
    "Identification!C4" = "centre.centre_name"
    [totals]
    "Total!C5" = "justified_a"            # compared, never written; a list where several of ours make it up

A source is ``""`` for a sheet that is known and not filled, and ``"?"`` where nobody has decided yet.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from workbook_templates import cells
from workbook_templates.official.ranges import LAST_ROW

OPEN: Final = "?"
"""A question that nobody has answered yet."""
UNUSED: Final = ""
"""Known, and not filled."""
SEVERAL: Final = "|"
"""Between choices of which a row has one."""
FORMS: Final = ("digits", "dotted", "number", "text")
"""How a column wants an identifier: its digits as text, with the usual dots as text, or as a number that the cell's own
format shows; ``text`` is for a date or an amount that the column wants as text, in Belgian notation."""
_LETTERS = re.compile(r"[A-Z]{1,3}")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TOP = {"measure", "year", "fingerprint", "sheet", "fields", "totals"}
_SHEET = {
    "name",
    "source",
    "first_row",
    "last_row",
    "columns",
    "headings",
    "constants",
    "where",
    "values",
    "forms",
    "gaps",
}


class MapError(ValueError):
    """A map that cannot be used: ``place`` names table and key, ``problem`` is a kind that the catalogues word."""

    def __init__(self, place: str, problem: str, found: object = "") -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem
        """``syntax``, ``missing``, ``unknown``, ``type``, ``letter``, ``rows``, ``form``, ``cell`` or ``twice``."""
        self.found = str(found)


@dataclass(frozen=True, slots=True)
class SheetMap:
    """Where the rows of one of our sheets go in an official sheet."""

    name: str
    """The official sheet."""
    source: str
    """Id of our sheet; :data:`UNUSED` or :data:`OPEN`."""
    first_row: int
    """First row (1-based) for data."""
    last_row: int
    """Last row that there is room for; 0 where nothing ends it."""
    columns: Mapping[str, str]
    """Letters of an official column to our column id, :data:`UNUSED` or :data:`OPEN`."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Letters to the text of every row, such as the volet's entry in a volet column."""
    where: Mapping[str, str] = field(default_factory=dict)
    """Our choice column to the choice id that a row must have to go here, or several with :data:`SEVERAL` between
    them; empty for every row."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Letters to our choice id to the official list's entry, :data:`OPEN`, or :data:`UNUSED` where it has none."""
    forms: Mapping[str, str] = field(default_factory=dict)
    """Letters to one of :data:`FORMS`."""
    headings: Mapping[str, str] = field(default_factory=dict)
    """Letters to the official heading, by which a changed workbook's columns are known again."""
    gaps: tuple[int, ...] = ()
    """Rows in between that hold subtotals."""

    @property
    def room(self) -> int:
        """Rows that fit."""
        return (self.last_row or LAST_ROW) - self.first_row + 1 - len(self.gaps)

    @property
    def blocks(self) -> tuple[tuple[int, int], ...]:
        """First and last row of each block between subtotals; one block where there are none."""
        starts = (self.first_row, *(gap + 1 for gap in self.gaps))
        return tuple(zip(starts, (*(gap - 1 for gap in self.gaps), self.last_row or LAST_ROW), strict=True))

    def letter(self, column_id: str) -> str:
        """Return the letters of the official column that takes ``column_id``; empty where none does."""
        return next((letter for letter, column in self.columns.items() if column == column_id), "")


@dataclass(frozen=True, slots=True)
class Map:
    """What is known about filling one official workbook."""

    measure: str
    year: int
    fingerprint: str
    """Of the blank's structure: :func:`workbook_templates.official.structure.fingerprint`."""
    sheets: tuple[SheetMap, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    """``Sheet!C4`` to ``sheet id.field id`` of ours, :data:`UNUSED` or :data:`OPEN`; also ``measure.year``."""
    totals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """``Sheet!F3`` to ids of our totals (``justified_a``) and columns (``volet_a.total_amount``), to be added up."""

    def open_places(self) -> Iterator[str]:
        """Yield the place of each question that is still open, such as ``Volet A!F`` or ``Volet A!F travel``."""
        yield from self.undecided()
        for sheet in self.sheets:
            for letter, values in sheet.values.items():
                yield from (f"{sheet.name}!{letter} {choice}" for choice, entry in values.items() if entry == OPEN)

    def undecided(self) -> Iterator[str]:
        """Yield the open questions without whose answer nothing can be filled: all but those about single choices."""
        for sheet in self.sheets:
            if OPEN in (sheet.source, *sheet.where.values()):
                yield sheet.name
            if sheet.source != UNUSED:
                for letter, column in (*sheet.columns.items(), *sheet.constants.items()):
                    if column == OPEN:
                        yield f"{sheet.name}!{letter}"
        for place, name in self.fields.items():
            if name == OPEN:
                yield place


def split(place: str) -> tuple[str, int, int]:
    """Return sheet, row and column (1-based) of ``Sheet!C4``; ValueError if it is none."""
    sheet, mark, address = place.rpartition("!")
    if not mark or not sheet:
        raise ValueError(place)
    row, column = cells.parse(address)
    return sheet, row, column


def read(text: str) -> Map:
    """Return what a map says; MapError, naming table and key, where it cannot be understood."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MapError("", "syntax", error) from error
    _known(table, _TOP, "")
    sheets = _value(table, "sheet", list, "", [])
    if not sheets or not all(isinstance(one, dict) for one in sheets):
        raise MapError("[[sheet]]", "missing")
    totals = {}
    for place, named in _value(table, "totals", dict, "", {}).items():
        _cell(place, "[totals] ")
        several = [named] if isinstance(named, str) else named
        if not isinstance(several, list) or not several or not all(isinstance(one, str) for one in several):
            raise MapError(f"[totals] {place}", "type", named)
        totals[place] = tuple(several)
    fields = _texts(table, "fields", "")
    for place in fields:
        _cell(place, "[fields] ")
    return Map(
        _value(table, "measure", str, ""),
        _value(table, "year", int, ""),
        _value(table, "fingerprint", str, ""),
        tuple(_sheet(entry, number) for number, entry in enumerate(sheets, start=1)),
        fields,
        totals,
    )


def _sheet(entry: Mapping[str, Any], number: int) -> SheetMap:
    name = entry.get("name")
    place = f"[[sheet]] {name if isinstance(name, str) else number} "
    _known(entry, _SHEET, place)
    values = _value(entry, "values", dict, place, {})
    found = SheetMap(
        _value(entry, "name", str, place),
        _value(entry, "source", str, place),
        _value(entry, "first_row", int, place),
        _value(entry, "last_row", int, place, 0),
        _texts(entry, "columns", place),
        _texts(entry, "constants", place),
        _texts(entry, "where", place),
        {letter: _texts(values, letter, f"{place}values.") for letter in values},
        _texts(entry, "forms", place),
        _texts(entry, "headings", place),
        tuple(_value(entry, "gaps", list, place, [])),
    )
    if found.first_row < 1 or not (found.last_row == 0 or found.first_row <= found.last_row <= LAST_ROW):
        raise MapError(f"{place}last_row", "rows", f"{found.first_row}–{found.last_row}")
    inside = range(found.first_row + 1, found.last_row)
    if any(type(gap) is not int or gap not in inside for gap in found.gaps) or list(found.gaps) != sorted(
        {*found.gaps}
    ):
        raise MapError(f"{place}gaps", "rows", found.gaps)
    for key in ("columns", "headings", "constants", "values", "forms"):
        for letter in getattr(found, key):
            if not _LETTERS.fullmatch(letter):
                raise MapError(f"{place}{key}.{letter}", "letter", letter)
    for letter, form in found.forms.items():
        if form not in FORMS:
            raise MapError(f"{place}forms.{letter}", "form", form)
    taken = [column for column in found.columns.values() if column not in (UNUSED, OPEN)]
    for letter, column in found.columns.items():
        if taken.count(column) > 1 or (letter in found.constants and column not in (UNUSED, OPEN)):
            raise MapError(f"{place}columns.{letter}", "twice", column)
    return found


def _known(table: Mapping[str, Any], allowed: set[str], place: str) -> None:
    for key in table:
        if key not in allowed:
            raise MapError(f"{place}{key}", "unknown", key)


def _value(table: Mapping[str, Any], key: str, kind: type, place: str, default: object = None) -> Any:  # noqa: ANN401 - of ``kind``
    found = table.get(key, default)
    if found is None:
        raise MapError(f"{place}{key}", "missing")
    if not isinstance(found, kind) or isinstance(found, bool):
        raise MapError(f"{place}{key}", "type", found)
    return found


def _texts(table: Mapping[str, Any], key: str, place: str) -> dict[str, str]:
    found: dict[str, str] = _value(table, key, dict, place, {})
    for name, value in found.items():
        if not isinstance(value, str):
            raise MapError(f"{place}{key}.{name}", "type", value)
    return found


def _cell(place: str, table: str) -> None:
    try:
        split(place)
    except ValueError as error:
        raise MapError(f"{table}{place}", "cell", place) from error


def write(known: Map, notes: Mapping[str, str] | None = None) -> str:
    """Return a map as TOML, the same each time.

    ``notes`` are remarks behind single lines, by their place: ``0.columns.F`` and ``0.values.F.travel`` for the first
    sheet, ``0.source``, ``fields.Sheet!C4``, ``totals.Sheet!F3``, and ``""`` at the top.
    """
    notes = notes or {}
    lines = [f"# {line}".rstrip() for line in notes.get("", "").splitlines()]
    lines += [f"measure = {_text(known.measure)}", f"year = {known.year}", f"fingerprint = {_text(known.fingerprint)}"]
    for number, sheet in enumerate(known.sheets):
        lines += ["", "[[sheet]]", f"name = {_text(sheet.name)}"]
        lines.append(f"source = {_text(sheet.source)}{_note(notes, f'{number}.source')}")
        lines += [f"first_row = {sheet.first_row}", f"last_row = {sheet.last_row}"]
        lines += [f"gaps = {list(sheet.gaps)}"] if sheet.gaps else []
        for key in ("columns", "headings", "constants", "where"):
            lines += _table(f"sheet.{key}", getattr(sheet, key), notes, f"{number}.{key}.")
        for letter, values in sheet.values.items():
            lines += _table(f"sheet.values.{letter}", values, notes, f"{number}.values.{letter}.")
        lines += _table("sheet.forms", sheet.forms, notes, f"{number}.forms.")
    for key, table in (("fields", known.fields), ("totals", known.totals)):
        entries = _table(key, table, notes, f"{key}.")
        lines += ["", *entries] if entries else []
    return "\n".join([*lines, ""])


def _table(title: str, table: Mapping[str, Any], notes: Mapping[str, str], place: str) -> list[str]:
    if not table:
        return []
    lines = [f"[{title}]"]
    for key, value in table.items():
        shown = _text(value) if isinstance(value, str) else _several(value)
        lines.append(f"{_key(key)} = {shown}{_note(notes, place + key)}")
    return lines


def _several(values: tuple[str, ...]) -> str:
    return _text(values[0]) if len(values) == 1 else f"[{', '.join(map(_text, values))}]"


def _note(notes: Mapping[str, str], place: str) -> str:
    note = " ".join("".join(mark if mark.isprintable() else " " for mark in notes.get(place, "")).split())
    return f"  # {note}" if note else ""


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(value: str) -> str:
    """Return a TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
