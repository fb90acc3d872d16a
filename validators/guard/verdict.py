"""The guard: what differs between a blank official workbook and a filled one, and whether only input cells changed.

With a workbook of ours beside it, the guard also says which input cells do not come from our rows, since the
administration takes no mix, and whether the official totals are ours to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from validators.guard.errors import GuardError
from validators.guard.fill import plan
from validators.official.errors import looked_into, scanned
from validators.totals import column_cents
from workbook_templates import cells
from workbook_templates.official.compare import Allowed, Comparison, Difference, compare
from workbook_templates.official.facts import Kind, around
from workbook_templates.official.fill import Cell, examples, input_cells
from workbook_templates.official.map import Map, split
from workbook_templates.official.pages import Book, Content, open_book
from workbook_templates.official.sheet import readable
from workbook_templates.official.structure import Structure, fingerprint

if TYPE_CHECKING:
    from validators.check import CheckResult


@dataclass(frozen=True, slots=True)
class OfficialTotal:
    """One total of the official workbook beside ours."""

    place: str
    """``Sheet!C5``."""
    ids: tuple[str, ...]
    """Our totals and columns that make it up."""
    ours: int
    """In cents, as :attr:`official`."""
    official: int | None
    """None where the cell shows no number."""
    computed: int | None
    """As LibreOffice computes it anew; None where that was not done, or gives no number."""

    @property
    def equal(self) -> bool:
        """Whether the official workbook shows our figure, and still does when it is computed anew."""
        return self.official == self.ours and self.computed in (None, self.ours)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guard says of a filled workbook."""

    differences: tuple[Difference, ...]
    """What leaves the verdict good comes last."""
    totals: tuple[OfficialTotal, ...]
    filled: int
    """Input cells that were filled."""

    @property
    def wrong(self) -> tuple[Difference, ...]:
        """What else changed but input cells, and what in them is not ours."""
        return tuple(one for one in self.differences if not one.harmless)

    @property
    def clean(self) -> bool:
        """Whether only input cells changed, all of them hold what is ours, and the totals are equal."""
        return not self.wrong and all(one.equal for one in self.totals)

    @property
    def word(self) -> str:
        """``clean``, ``changed`` (more than input cells), ``typed`` (a mix with other rows) or ``totals``."""
        if self.clean:
            return "clean"
        kinds = {one.kind for one in self.wrong}
        return "changed" if kinds - {Kind.TYPED} else "typed" if kinds else "totals"


def guard(
    blank: bytes,
    filled: bytes,
    known: Map | None = None,
    checked: CheckResult | None = None,
    computed: bytes | None = None,
) -> Verdict:
    """Return the verdict on a filled workbook.

    Without ``known`` every cell in which a user may type counts as an input cell. ``checked`` is our workbook, with
    which the map is wanted too; ``computed`` is the filled workbook as LibreOffice computed and saved it. GuardError
    where one of them cannot be used.
    """
    structure = scanned(blank)
    if known and fingerprint(structure) != known.fingerprint:
        raise GuardError("RU-O23", found=fingerprint(structure), known=known.fingerprint)
    with looked_into(filled):
        book = open_book(filled)
        found = compare(open_book(blank), book, _allowed(structure, known))
        told = list(found.differences)
        totals: tuple[OfficialTotal, ...] = ()
        if known and checked:
            told += _not_ours(found, book, plan(structure, known, checked).cells)
            totals = tuple(_totals(known, checked, book, open_book(computed) if computed else None))
    told.sort(key=lambda one: one.harmless)
    return Verdict(tuple(told), totals, sum(map(len, found.filled.values())))


def _allowed(structure: Structure, known: Map | None) -> Allowed:
    """Return which cells of the blank may be filled, and which of the others are for rows all the same."""
    sheets = {sheet.name: sheet for sheet in structure.sheets}
    mapped = input_cells(known) if known else {}
    shown = examples(structure, known) if known else {}

    def kind(name: str, row: int, column: int) -> Kind:
        if any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in mapped.get(name, ())):
            return Kind.INPUT
        if (row, column) in shown.get(name, ()):
            return Kind.INPUT
        sheet = sheets.get(name)
        if sheet is None or not sheet.grid.open(row, column):
            return Kind.CELL
        typing = sheet.area_at(row, column) is not None or sheet.grid.protected
        if known or not typing:
            return Kind.TYPED if typing else Kind.CELL
        return Kind.INPUT

    return kind


def _not_ours(found: Comparison, book: Book, planned: Mapping[str, Sequence[Cell]]) -> Iterator[Difference]:
    """Yield the input cells that hold something else than our rows: whole rows first, then single cells."""
    for name in sorted(found.filled.keys() | planned.keys()):
        if name not in book.parts:
            continue  # told already: the sheet is gone
        page = book.page(name)
        expected = {(cell.row, cell.column): cell for cell in planned.get(name, ())}
        ours = {row for row, _ in expected}
        stray = [place for place in found.filled.get(name, ()) if place[0] not in ours]
        for rows in _runs(sorted({row for row, _ in stray})):
            there = sorted(place for place in stray if place[0] in rows)
            said = " | ".join(page.cells[place].value for place in there[:6] if place in page.cells)
            yield Difference(Kind.TYPED, page.part, name, around(there), "", said, len(rows))
        for place in sorted((found.filled.get(name, frozenset()) | expected.keys()) - set(stray)):
            content = page.cells.get(place)
            wanted = expected.get(place)
            if not _same(content, wanted):
                yield Difference(
                    Kind.TYPED,
                    page.part,
                    name,
                    cells.a1(*place),
                    wanted.text if wanted else "",
                    content.said if content else "",
                )


def _same(content: Content | None, wanted: Cell | None) -> bool:
    if wanted is None or content is None or wanted.kind == "empty":
        return not ((wanted and wanted.text) or (content and content.value))
    if wanted.kind == "number":
        return content.kind == "n" and content.value == format(float(wanted.text), ".15g")
    return content.kind in ("s", "") and content.value == readable(wanted.text)


def _runs(rows: Iterable[int]) -> list[range]:
    found: list[range] = []
    for row in rows:
        if found and found[-1].stop == row:
            found[-1] = range(found[-1].start, row + 1)
        else:
            found.append(range(row, row + 1))
    return found


def _totals(known: Map, checked: CheckResult, book: Book, computed: Book | None) -> Iterator[OfficialTotal]:
    cents = {total.id: total.cents for total in checked.totals}
    for place, ids in known.totals.items():
        ours = sum(cents[name] if name in cents else _column_cents(checked, name) for name in ids)
        yield OfficialTotal(place, ids, ours, _cents(book, place), _cents(computed, place) if computed else None)


def _column_cents(checked: CheckResult, name: str) -> int:
    """Return the sum of one of our columns, named as ``volet_a.total_amount``."""
    sheet_id, _, column_id = name.partition(".")
    try:
        return column_cents(checked.tables[sheet_id], column_id)
    except KeyError:
        raise GuardError("RU-O29", sheet="[totals]", column=name) from None


def _cents(book: Book, place: str) -> int | None:
    """Return what a cell shows in whole cents."""
    name, row, column = split(place)
    if name not in book.parts:
        return None
    content = book.page(name).cells.get((row, column))
    if content is None or content.kind != "n" or not content.value:
        return None
    return int((Decimal(content.value) * 100).quantize(Decimal(1), ROUND_HALF_UP))
