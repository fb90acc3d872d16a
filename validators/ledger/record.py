"""What an import leaves in a workbook: the lines of its balance, and its repairs, in the workbook's language.

:mod:`validators.imports` reads the balance back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from validators.findings import euros, moment, plain
from validators.identifiers import mask
from validators.imports import PRINT
from validators.ledger import Import, again, whole_niss
from validators.ledger.rows import Repairs
from workbook_templates import cells
from workbook_templates.layout import Layout
from workbook_templates.measure import Measure
from workbook_templates.texts import catalogue

_CELL = 32_000
"""Characters that a cell is filled with; a spreadsheet holds 32,767."""
_RANGES = 2000
_MOST_REPAIRS = 20_000
"""Repairs of one import that its sheet shows; the rare kinds are shown whole, the frequent ones share the rest."""
_MOST_CHANGES = 200
MONEY = frozenset(("amount_text", "amount_sign", "amount_side", "amount_negated", "eligible_computed"))
"""Kinds of repair that end in cents."""

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Rows to add to the sheets of imports and repairs, in the order of their columns; amounts in cents."""

    imports: tuple[Row, ...]
    repairs: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """The workbook that an import went into."""

    measure: Measure
    layout: Layout
    first_rows: Mapping[str, int]
    """Sheet id to the row of the first expense taken over."""


def told(imported: Import, where: Where, *, number: int, sha256: str, at: dt.datetime) -> Told:
    """Return what an import leaves in its workbook; ``number`` counts the workbook's imports, ``at`` is in UTC."""
    writer = _Writer(imported, where, catalogue("validators.ledger", where.layout.lang))
    lines = [(number, *line) for line in writer.lines(sha256, at)]
    return Told(tuple(lines), tuple((number, *row) for row in writer.repairs()))


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a balance."""

    key: str
    """``ledger``, ``imported:SHEET``, ``set_aside:REASON``, ``not_selected`` or ``difference``."""
    item: str
    """The same in words."""
    rows: int
    cents: int
    of: tuple[int, ...] = ()
    """Rows of the ledger's table, of what was not taken over."""


def balance(imported: Import, layout: Layout, lang: str) -> Iterator[Part]:
    """Yield the lines of an import's balance: the ledger first, its parts, and the difference that they leave."""
    texts = catalogue("validators.ledger", lang)
    words, left, cents = texts["record"], imported.not_selected, imported.balance
    rows = imported.row_count + len(imported.set_aside) + len(left)
    yield Part("ledger", words["ledger"], rows, cents.ledger_cents)
    for sheet_id, places in imported.places.items():
        item = words["imported"].format(sheet=layout.sheets[sheet_id].name)
        own = sum(value for value in imported.rows[sheet_id]["total_amount"] if isinstance(value, int))
        yield Part(f"imported:{sheet_id}", item, len(places), own)
    for reason in dict.fromkeys(entry.reason for entry in imported.set_aside):
        entries = [entry for entry in imported.set_aside if entry.reason == reason]
        item = words["set_aside"].format(reason=texts["reason"][reason])
        own = sum(entry.cents for entry in entries)
        yield Part(f"set_aside:{reason}", item, len(entries), own, tuple(entry.row for entry in entries))
    yield Part(
        "not_selected", words["not_selected"], len(left), cents.not_selected_cents, tuple(row for row, _ in left)
    )
    yield Part("difference", words["difference"], 0, cents.difference_cents)


def column_label(measure: Measure, column_id: str, lang: str) -> str:
    """Return a ledger's column in words."""
    columns = {column.id: column for sheet in measure.ledger_sheets for column in sheet.columns}
    own: Mapping[str, str] = catalogue("validators.ledger", lang)["own"]
    return columns[column_id].label[lang] if column_id in columns else own[column_id]


def shown(repair: Repairs, position: int, measure: Measure, lang: str) -> tuple[str, str]:
    """Return a repaired cell before and after, as a reader knows it, without any national number in clear."""
    after = repair.after[position]
    if repair.column == "niss":
        return whole_niss(repair.before[position]), mask(str(after))
    if isinstance(after, int) and repair.kind in MONEY:
        return plain(repair.before[position], lang), euros(after, lang)
    labels = {
        choice.id: choice.label[lang]
        for sheet in measure.ledger_sheets
        for column in sheet.columns
        if column.id == repair.column
        for choice in column.choices
    }
    return plain(repair.before[position], lang), plain(labels.get(str(after), after), lang)


@dataclass(frozen=True, slots=True)
class _Writer:
    imported: Import
    where: Where
    texts: Mapping[str, Any]

    @property
    def lang(self) -> str:
        return self.where.layout.lang

    @property
    def words(self) -> Mapping[str, str]:
        return self.texts["record"]  # type: ignore[no-any-return]

    def lines(self, sha256: str, at: dt.datetime) -> Iterator[Row]:
        """Yield item, rows, cents, detail and key of each line; the rows and cents of the parts add up to the first."""
        words = self.words
        for part in balance(self.imported, self.where.layout, self.lang):
            kind, _, sheet_id = part.key.partition(":")
            detail = self.places(part.of)
            if kind == "ledger":
                detail = mask(self.imported.name)
            elif kind == "imported":
                first = self.where.first_rows[sheet_id]
                detail = words["rows"].format(first=first, last=first + part.rows - 1)
            yield part.item, part.rows, part.cents, detail, part.key
            if kind == "ledger":
                yield words["when"], None, None, moment(at), "when"
                yield words["sha256"], None, None, sha256, "sha256"
        yield from self.more()

    def places(self, rows: Sequence[int]) -> str:
        """Return rows of the ledger, as many as a cell holds."""
        said = self.imported.table.lines(rows, _RANGES)
        return said if len(said) <= _CELL else f"{said[:_CELL].rpartition(', ')[0]} …"

    def more(self) -> Iterator[Row]:
        """Yield what is no part of the balance."""
        imported, words = self.imported, self.words
        for kind, count in imported.repaired.most_common():
            yield words["repairs"], count, None, self.texts["repair"][kind], f"repairs:{kind}"
        if imported.reversals:
            line = imported.table.line
            pairs = [f"{line(one.credit)} ↔ {line(one.expense)}" for one in imported.reversals]
            detail = ", ".join(pairs)
            detail = detail if len(detail) <= _CELL else f"{detail[:_CELL].rpartition(', ')[0]} …"
            yield words["reversals"], len(pairs), None, detail, "reversals"
        for position, change in enumerate(imported.changes[:_MOST_CHANGES]):
            rest = len(imported.changes) - _MOST_CHANGES
            more = rest if rest > 0 and position == _MOST_CHANGES - 1 else 0
            detail = changed(imported, position, self.lang) + (f" (+ {more})" if more else "")
            yield words["changed"], 1 + more, None, detail, change.kind
        for guess in imported.guesses:
            if not guess.how:
                continue
            label = column_label(self.where.measure, guess.column or guess.selects, self.lang)
            how = f"{self.texts['how'][guess.how]}, {guess.confidence} %"
            yield words["column"], None, None, f"{mask(guess.header)} → {label} ({how})", "column"
        memory = "".join(again.memory(imported.fingerprints, imported.rows))
        step = _CELL // PRINT * PRINT
        for start in range(0, len(memory), step):
            yield words["memory"], None, None, memory[start : start + step], "memory"

    def repairs(self) -> Iterator[Row]:
        """Yield the place in the workbook and in the ledger, before, after and reason of each repaired cell."""
        at = {
            row: (sheet_id, self.where.first_rows[sheet_id] + position)
            for sheet_id, rows in self.imported.places.items()
            for position, row in enumerate(rows)
        }
        layout, table = self.where.layout, self.imported.table
        shares = _shares(self.imported.repaired, _MOST_REPAIRS)
        for kind, share in shares.items():
            count = 0
            for repair in (one for one in self.imported.repairs if one.kind == kind):
                for position, row in enumerate(repair.rows):
                    count += 1
                    if count > share:
                        continue
                    sheet_id, number = at[row]
                    where = layout.sheets[sheet_id]
                    place = f"{where.name}!{cells.a1(number, where.columns[repair.column])}"
                    before, after = shown(repair, position, self.where.measure, self.lang)
                    source = table.place(row, repair.slot) if repair.slot >= 0 else str(table.line(row))
                    yield place, source, before, after, self.texts["repair"][kind]
            if count > share:
                yield "", "", "", "", self.words["more"].format(count=count - share, reason=self.texts["repair"][kind])


def _shares(wanted: Mapping[str, int], room: int) -> dict[str, int]:
    shares = {}
    for left, kind in zip(range(len(wanted), 0, -1), sorted(wanted, key=lambda kind: wanted[kind]), strict=True):
        shares[kind] = min(wanted[kind], room // left)
        room -= shares[kind]
    return shares


def notes(imported: Import, layout: Layout, lang: str) -> list[str]:
    """Return what else the user must know, in sentences."""
    texts = catalogue("validators.ledger", lang)["note"]
    said = []
    for kind, params in imported.notes:
        shown = dict(params)
        if kind == "first_sheet":
            shown["sheet"] = layout.sheets[params["sheet"]].name
        elif kind == "doubtful":
            shown |= {key: euros(int(params[key]), lang) for key in ("found", "expected")}
        said.append(str(texts[kind].format(**shown)))
    return said


def changed(imported: Import, position: int, lang: str) -> str:
    """Return what a newer export has otherwise, in a sentence."""
    change = imported.changes[position]
    texts = catalogue("validators.ledger", lang)["note"]
    return str(
        texts[change.kind].format(
            place=change.place,
            before=euros(change.before, lang),
            after="" if change.after is None else euros(change.after, lang),
            row="" if change.row is None else imported.table.line(change.row),
        )
    )
