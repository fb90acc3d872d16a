"""Fill a workbook that somebody else published: our rows go into its input cells by the map, nothing else changes.

Everything is checked before the first cell is written: the map's fingerprint, its open questions, the room, that the
blank holds no rows yet, and that every cell is one for typing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbook_templates import cells, packs
from workbook_templates.measure import Column, ColumnType, Measure
from workbook_templates.official.formats import as_shown, kind_of
from workbook_templates.official.map import OPEN, SEVERAL, UNUSED, Map, SheetMap, split
from workbook_templates.official.sheet import SheetText, euros, number, serial
from workbook_templates.official.sheets import Grid, Place
from workbook_templates.official.structure import Structure, fingerprint
from workbook_templates.parts import Package

Rows = Mapping[str, Sequence[object]]
"""Our column id to typed values, all of one length: text, cents, dates, numbers, choice ids; None for an empty cell."""
_NISS_DIGITS, _ENTERPRISE_DIGITS = 11, 10
_SHOWN = 5


class FillError(ValueError):
    """Why a blank cannot be filled; ``kind`` is worded by the catalogues, with ``params``."""

    def __init__(self, kind: str, **params: object) -> None:
        super().__init__(f"{kind}: {params}")
        self.kind = kind
        """``measure``, ``fingerprint``, ``open``, ``room``, ``taken``, ``locked``, ``value``, ``column``, ``day``."""
        self.params = params


@dataclass(frozen=True, slots=True)
class Cell:
    """One value on its way into an official cell."""

    row: int
    column: int
    kind: str
    """``text``, ``number``, or ``empty`` for what the publisher's example leaves."""
    text: str
    """As the file has it."""
    style: str = ""
    """Index of another style than the cell's own, for a day that its own would show as a number."""
    day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is going to be written, by official sheet."""

    structure: Structure
    cells: Mapping[str, tuple[Cell, ...]]
    rows: Mapping[str, int]
    """Rows by official sheet."""
    undated: tuple[str, ...]
    """Columns (``Sheet!C``) that have no date format: their days show as numbers."""
    left: Mapping[str, int]
    """Our sheets with amounts to the rows that have no place in the official workbook, where there are any."""


def plan(structure: Structure, known: Map, rows: Mapping[str, Rows], fields: Mapping[str, object], lang: str) -> Plan:
    """Return what goes where in a blank of some structure; FillError where it cannot be filled.

    ``rows`` maps our sheet ids to their rows, ``fields`` maps ``sheet.field`` to a typed value, ``lang`` is the
    language of a choice's label where the official column has no list.
    """
    if fingerprint(structure) != known.fingerprint:
        raise FillError("fingerprint", found=fingerprint(structure), known=known.fingerprint)
    if still := list(known.undecided()):
        raise FillError("open", places=", ".join(still[:_SHOWN]), count=len(still))
    return _Planning(structure, known, packs.load(known.measure, known.year), lang).done(rows, fields)


def fill(blank: bytes, planned: Plan) -> bytes:
    """Return the blank with its input cells filled; every other byte of its parts stays."""
    package = Package(blank)
    for name, written in planned.cells.items():
        if not written:
            continue
        part = planned.structure.sheet(name).part
        sheet = SheetText(package.read(part))
        for cell in written:
            if cell.kind == "number":
                sheet.put_number(cell.row, cell.column, cell.text, cell.style)
            elif cell.kind == "empty":
                sheet.put_nothing(cell.row, cell.column)
            else:
                sheet.put_text(cell.row, cell.column, cell.text)
        package.replace(part, sheet.to_bytes())
    return package.to_bytes()


def input_cells(known: Map) -> dict[str, list[tuple[int, int, int, int]]]:
    """Return where a map lets something be written: official sheet to (top, left, bottom, right)."""
    found: dict[str, list[tuple[int, int, int, int]]] = {}
    for sheet in known.sheets:
        for letter in sorted(
            {*sheet.constants, *(key for key, one in sheet.columns.items() if one not in (UNUSED, OPEN))}
        ):
            column = cells.number(letter)
            found.setdefault(sheet.name, []).extend((first, column, last, column) for first, last in sheet.blocks)
    for place, name in known.fields.items():
        if name not in (UNUSED, OPEN):
            sheet_name, row, column = split(place)
            found.setdefault(sheet_name, []).append((row, column, row, column))
    return found


def examples(structure: Structure, known: Map) -> dict[str, set[Place]]:
    """Return the cells of the examples that a publisher left in the first rows for data, to be overwritten, by sheet.

    An example row is one that the structure shows as such; whatever stands in it belongs to it.
    """
    found: dict[str, set[Place]] = {}
    for sheet in structure.sheets:
        for area in sheet.areas:
            row = area.first_row
            if not any(one.name == sheet.name and one.first_row == row for one in known.sheets):
                continue
            held = {at.number: sheet.grid.values.get((row, at.number)) for at in area.columns if at.open}
            shown = {at.number: at.samples for at in area.columns}
            if any(
                as_shown(value, sheet.grid.look(row, at).format) in shown[at] for at, value in held.items() if value
            ):
                found.setdefault(sheet.name, set()).update((row, at) for at, value in held.items() if value is not None)
    return found


class _Planning:
    """One plan while it is made."""

    def __init__(self, structure: Structure, known: Map, measure: Measure, lang: str) -> None:
        self.structure, self.known, self.measure, self.lang = structure, known, measure, lang
        self.found: dict[str, list[Cell]] = {}
        self.undated: dict[str, None] = {}
        self.examples = examples(structure, known)

    def done(self, rows: Mapping[str, Rows], fields: Mapping[str, object]) -> Plan:
        counts: dict[str, int] = {}
        placed: dict[str, set[int]] = {}
        counted: dict[str, set[int]] = {}
        for (name, _), sheets in self.areas().items():
            grid = self.grid(name)
            chosen = [(sheet, _chosen(rows.get(sheet.source, {}), sheet.where)) for sheet in sheets]
            needed, room = sum(len(at) for _, at in chosen), min(sheet.room for sheet in sheets)
            if needed > room:
                raise FillError("room", sheet=name, needed=needed, room=room)
            self.want_empty(grid, sheets)
            free = iter(
                [row for first, last in sheets[0].blocks for row in range(first, min(last, first + needed) + 1)]
            )
            for sheet, at in chosen:
                placed.setdefault(sheet.source, set()).update(at)
                self.want_once(sheet, at, counted)
                self.rows(grid, sheet, rows.get(sheet.source, {}), dict(zip(at, free, strict=False)))
            counts[name] = counts.get(name, 0) + needed
        for sheet_name, places in self.examples.items():
            written = {(cell.row, cell.column) for cell in self.found.get(sheet_name, ())}
            self.found.setdefault(sheet_name, []).extend(
                Cell(*place, "empty", "") for place in sorted(places - written)
            )
        for place, name in self.known.fields.items():
            value = fields.get(name) if name != "measure.year" else self.measure.year
            if name != UNUSED and value is not None:
                sheet_name, row, column = split(place)
                ours = _column(self.measure, name)
                self.put(self.grid(sheet_name), (row, column), value, ours, {}, "")
        written_cells = {name: tuple(written) for name, written in self.found.items()}
        left = {
            sheet.id: count
            for sheet in self.measure.sheets
            if any(column.type is ColumnType.AMOUNT for column in sheet.columns)
            and (count := len(_chosen(rows.get(sheet.id, {}), {})) - len(placed.get(sheet.id, ())))
        }
        return Plan(self.structure, written_cells, counts, tuple(self.undated), left)

    def areas(self) -> dict[tuple[str, int], list[SheetMap]]:
        """Return the sheets that are filled by the place where their rows begin: several of ours may share one."""
        found: dict[tuple[str, int], list[SheetMap]] = {}
        for sheet in self.known.sheets:
            if sheet.source != UNUSED:
                found.setdefault((sheet.name, sheet.first_row), []).append(sheet)
        return found

    def grid(self, name: str) -> Grid:
        try:
            return self.structure.sheet(name).grid
        except KeyError:
            raise FillError("fingerprint", found=name, known=self.known.fingerprint) from None

    def want_once(self, sheet: SheetMap, at: Sequence[int], counted: dict[str, set[int]]) -> None:
        """Refuse an amount that stands in another official sheet already: it would be counted twice."""
        ours = self.measure.sheet(sheet.source)
        amounts = {column.id for column in ours.columns if column.type is ColumnType.AMOUNT}
        for column_id in sorted(amounts & {*sheet.columns.values()}):
            known = counted.setdefault(f"{ours.id}.{column_id}", set())
            if again := known.intersection(at):
                title, column = ours.title[self.lang], ours.column(column_id).label[self.lang]
                raise FillError("twice", sheet=sheet.name, column=f"{title}, {column}", count=len(again))
            known.update(at)

    def want_empty(self, grid: Grid, sheets: Sequence[SheetMap]) -> None:
        """Refuse an area in which somebody typed already: the administration takes no mix."""
        letters = {
            letter for sheet in sheets for letter, column in sheet.columns.items() if column not in (UNUSED, OPEN)
        }
        columns = {cells.number(letter) for letter in letters}
        blocks = {block for sheet in sheets for block in sheet.blocks}
        taken = [
            (row, column)
            for (row, column), value in grid.values.items()
            if column in columns and value not in ("", 0) and str(value).strip()
            if any(first <= row <= last for first, last in blocks)
            if (row, column) not in self.examples.get(grid.name, ())
        ]
        if taken:
            places = ", ".join(f"{grid.name}!{cells.a1(*place)}" for place in sorted(taken)[:_SHOWN])
            raise FillError("taken", places=places, count=len({row for row, _ in taken}))

    def want_entries(self, place: str, column: Column, entries: Mapping[str, str], used: set[object]) -> None:
        """Refuse choices that rows have and the official list does not: an empty cell would lose them."""
        lacking = [
            choice.label[self.lang]
            for choice in column.choices
            if choice.id in used and entries and entries.get(choice.id, OPEN) in (OPEN, UNUSED)
        ]
        if lacking:
            raise FillError("value", place=place, found=" · ".join(lacking), count=len(lacking))

    def rows(self, grid: Grid, sheet: SheetMap, rows: Rows, chosen: Mapping[int, int]) -> None:
        """Place rows of one of our sheets: their positions to official rows."""
        ours = self.measure.sheet(sheet.source)
        for letter, column_id in sheet.columns.items():
            if column_id in (UNUSED, OPEN):
                continue
            try:
                column = ours.column(column_id)
            except KeyError:
                raise FillError("column", sheet=sheet.name, column=f"{sheet.source}.{column_id}") from None
            values, at = rows.get(column_id, ()), cells.number(letter)
            entries = sheet.values.get(letter, {})
            if column.type is ColumnType.CHOICE and values:
                self.want_entries(f"{sheet.name}!{letter}", column, entries, {values[index] for index in chosen})
            for index, row in chosen.items():
                value = values[index] if values else None
                if value is not None:
                    self.put(grid, (row, at), value, column, entries, sheet.forms.get(letter, ""))
        for letter, text in sheet.constants.items():
            for row in chosen.values():
                self.put(grid, (row, cells.number(letter)), text, None, {}, "")

    def put(
        self, grid: Grid, place: Place, value: object, column: Column | None, entries: Mapping[str, str], form: str
    ) -> None:
        """Plan one cell."""
        if not grid.open(*place):
            raise FillError("locked", place=f"{grid.name}!{cells.a1(*place)}")
        code = grid.look(*place).format
        style = ""
        day = value if isinstance(value, dt.date) else None
        if day and form != "text" and kind_of(code) not in {"date", "text"}:
            style = self.date_style(grid, place) if kind_of(code) == "general" else ""
            if not style:
                self.undated[f"{grid.name}!{cells.letters(place[1])}"] = None
        kind, text = self.written(
            value, column, entries, form or _form(code, column), f"{grid.name}!{cells.a1(*place)}"
        )
        self.found.setdefault(grid.name, []).append(Cell(*place, kind, text, style, day if kind == "number" else None))

    def written(
        self, value: object, column: Column | None, entries: Mapping[str, str], form: str, place: str
    ) -> tuple[str, str]:
        """Return kind and text of a value in the official workbook."""
        kind = column.type if column else ColumnType.TEXT
        if kind is ColumnType.CHOICE and column:
            return _choice(str(value), column, entries, self.lang)
        if isinstance(value, dt.date):
            if form == "text":
                return "text", f"{value:%d/%m/%Y}"
            try:
                return "number", serial(value, date1904=self.structure.date1904)
            except ValueError:
                raise FillError("day", place=place, found=f"{value:%d/%m/%Y}") from None
        if kind is ColumnType.AMOUNT and isinstance(value, int):
            return ("text", _belgian(value)) if form == "text" else ("number", euros(value))
        if isinstance(value, int | float):
            return "number", number(value)
        text = str(value)
        return _identifier(text, form) if kind in {ColumnType.NISS, ColumnType.ENTERPRISE_NUMBER} else ("text", text)

    def date_style(self, grid: Grid, place: Place) -> str:
        """Return a style that shows days and is otherwise the cell's own; of its column first, then of any cell."""
        own = grid.look(*place)
        column = [style for (_, at), style in grid.styles.items() if at == place[1]]
        for candidates in (column, range(len(grid.looks))):
            for style in candidates:
                look = grid.looks[style]
                if kind_of(look.format) == "date" and look[1:5] == own[1:5]:
                    return str(style)
        return ""


def _chosen(rows: Rows, where: Mapping[str, str]) -> list[int]:
    """Return which rows have the choices that the map wants."""
    count = max(map(len, rows.values()), default=0)
    wanted = {name: choices.split(SEVERAL) for name, choices in where.items()}
    return [at for at in range(count) if all(rows[name][at] in choices for name, choices in wanted.items())]


def _column(measure: Measure, name: str) -> Column | None:
    """Return the field that ``centre.centre_name`` means; None for what is no field of a sheet."""
    sheet_id, _, field_id = name.partition(".")
    try:
        return measure.sheet(sheet_id).column(field_id)
    except KeyError:
        return None


def _form(code: str, column: Column | None) -> str:
    """Return the form that a cell's number format asks for, where the map says nothing."""
    if column and column.type in {ColumnType.NISS, ColumnType.ENTERPRISE_NUMBER}:
        return "number" if kind_of(code) == "identifier" else "digits"
    return "text" if kind_of(code) == "text" and column and column.type is ColumnType.DATE else ""


def _identifier(text: str, form: str) -> tuple[str, str]:
    digits = "".join(mark for mark in text if mark.isdigit())
    if form == "number" and digits:
        return "number", str(int(digits))
    if form == "dotted" and len(digits) == _NISS_DIGITS:
        return "text", f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}"
    if form == "dotted" and len(digits) == _ENTERPRISE_DIGITS:
        return "text", f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"
    return "text", digits or text


def _choice(value: str, column: Column, entries: Mapping[str, str], lang: str) -> tuple[str, str]:
    label = next((choice.label[lang] for choice in column.choices if choice.id == value), value)
    # A list of numbers wants numbers: formulas that look a text up in it would find nothing.
    if entries and all(_is_plain(one) for one in entries.values() if one not in (OPEN, UNUSED)):
        return "number", entries[value]
    return "text", entries.get(value, label)


def _is_plain(text: str) -> bool:
    return text.isdecimal() and text.isascii() and (text == "0" or not text.startswith("0"))


def _belgian(cents: int) -> str:
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole},{rest:02d}"
