"""Two states of somebody else's workbook, compared part by part and cell by cell: what is it that differs.

Bytes that are equal are equal. Where they differ, meanings are compared: texts resolved, formulas written out, looks
instead of numbers of styles. So a workbook that another program saved anew shows what it changed, and no more.
A part that has no meaning known here is told by its bytes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from workbook_templates import cells
from workbook_templates.layout import LayoutError, xml
from workbook_templates.official import facts, sheet_facts
from workbook_templates.official.facts import HARMLESS, Fact, Kind
from workbook_templates.official.looks import MAIN, Look, is_date
from workbook_templates.official.pages import Book, Content, Page

_TYPES = "[Content_Types].xml"
_OWN_PARTS = frozenset(("xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", _TYPES))
_OWN_RELATIONS = frozenset(
    ("worksheet", "styles", "theme", "sharedStrings", "calcChain", "printerSettings", "hyperlink", "core-properties",
     "extended-properties", "custom-properties", "thumbnail", "vmlDrawing", "officeDocument", "table", "comments",
     "threadedComment", "sheetMetadata")
)  # fmt: skip
"""Relationships whose target is told itself."""
_WIDTH, _HEIGHT = 0.8, 1.0
"""Characters and points by which programs differ about the same size."""
_THIN = 3.0
_NOTHING = Content("", "", "", "0")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs, told once for all cells that it concerns."""

    kind: Kind
    part: str
    """Part of the package."""
    sheet: str
    """Name of the sheet; empty for the workbook."""
    place: str
    """Cells as ranges, a defined name, a table; empty for the sheet or the part as a whole."""
    before: str
    after: str
    count: int = 1
    """Number of cells, where they are cells."""

    @property
    def harmless(self) -> bool:
        """Whether the verdict stays good."""
        return self.kind in HARMLESS


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between a blank workbook and what was made of it."""

    differences: tuple[Difference, ...]
    """What leaves the verdict good comes last."""
    filled: Mapping[str, frozenset[tuple[int, int]]] = field(default_factory=dict)
    """Sheet name to the input cells (row, column) whose content differs."""

    @property
    def clean(self) -> bool:
        """Whether nothing but input cells changed."""
        return all(one.harmless for one in self.differences)


Allowed = Callable[[str, int, int], Kind]
"""What a changed constant is by sheet, row and column: :attr:`Kind.INPUT`, :attr:`Kind.TYPED` or :attr:`Kind.CELL`."""


def compare(blank: Book, filled: Book, allowed: Allowed) -> Comparison:
    """Return what differs; ``allowed`` says which cells may be filled.

    LayoutError where one of the two is damaged.
    """
    try:
        return _Comparing(blank, filled, allowed).done()
    except (KeyError, zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise LayoutError(str(error)) from error


class _Comparing:
    """One comparison while it is made."""

    def __init__(self, old: Book, new: Book, allowed: Allowed) -> None:
        self.old, self.new, self.allowed = old, new, allowed
        self.found: list[Difference] = []
        self.filled: dict[str, frozenset[tuple[int, int]]] = {}
        self.old_parts = {name for name in old.package.archive.namelist() if not name.endswith("/")}
        self.new_parts = {name for name in new.package.archive.namelist() if not name.endswith("/")}
        self.same = {
            name for name in self.old_parts & self.new_parts if old.package.read(name) == new.package.read(name)
        }

    def done(self) -> Comparison:
        pairs = self.sheets()
        same_looks = {"xl/styles.xml", "xl/theme/theme1.xml"} <= self.same | {"xl/theme/theme1.xml"} - self.old_parts
        old_facts: dict[Fact, str] = {}
        new_facts: dict[Fact, str] = {}
        for name, called in pairs.items():
            before, after = self.old.page(name), self.new.page(called)
            around = {
                f"{part.rpartition('/')[0]}/_rels/{part.rpartition('/')[2]}.rels" for part in (before.part, after.part)
            }
            self.page(before, after)
            if {before.part, after.part} <= self.same and same_looks and not around & (self.old_parts ^ self.new_parts):
                told = around <= self.same | (around - self.old_parts)
            else:
                told = False
            for book, page, into in ((self.old, before, old_facts), (self.new, after, new_facts)):
                if not told:
                    into.update(sheet_facts.sheet_facts(page.root, name, book.package, page.part, book.looks))
                into.update(sheet_facts.table_facts(book.package, name, page.part))
                into.update(sheet_facts.comment_facts(book.package, name, page.part))
        renamed = {called: name for name, called in pairs.items()}
        old_facts.update(facts.book_facts(self.old.package, {name: part for name, (part, _) in self.old.parts.items()}))
        new_names = {renamed.get(name, name): part for name, (part, _) in self.new.parts.items()}
        new_facts.update(facts.book_facts(self.new.package, new_names))
        if set(self.old.parts) != set(new_names):
            for known in (old_facts, new_facts):
                known.pop(Fact(Kind.SHEET_ORDER, "", ""))
        self.facts(old_facts, new_facts)
        self.other_parts()
        self.types()
        self.relations(renamed)
        if self.old.looks.look("0") != self.new.looks.look("0"):
            self.tell(
                Kind.STYLE, "xl/styles.xml", "", "", _seen(self.old.looks.look("0")), _seen(self.new.looks.look("0"))
            )
        self.rewritten()
        self.found.sort(key=lambda one: one.harmless)
        return Comparison(tuple(self.found), self.filled)

    def tell(  # noqa: PLR0913 - what a difference is made of
        self, kind: Kind, part: str, sheet: str, place: str, before: str, after: str, count: int = 1
    ) -> None:
        self.found.append(Difference(kind, part, sheet, place, facts.shortened(before), facts.shortened(after), count))

    def sheets(self) -> dict[str, str]:
        """Return the sheets that both have, old name to new name; tell the others."""
        pairs = {name: name for name in self.old.parts if name in self.new.parts}
        fresh = {part: name for name, (part, _) in self.new.parts.items() if name not in pairs}
        for name, (part, _) in self.old.parts.items():
            if name in pairs:
                continue
            called = fresh.pop(part, None)
            if called is None:
                self.tell(Kind.SHEET_REMOVED, part, name, "", name, "")
            else:
                self.tell(Kind.SHEET_RENAMED, "xl/workbook.xml", name, "", name, called)
                pairs[name] = called
        for part, name in fresh.items():
            self.tell(Kind.SHEET_ADDED, part, name, "", "", name)
        for name, called in pairs.items():
            if self.old.states[name] != self.new.states[called]:
                self.tell(Kind.HIDDEN, "xl/workbook.xml", name, "", self.old.states[name], self.new.states[called])
        readable = {}
        for name, called in pairs.items():
            kinds = {_is_sheet(self.old, name), _is_sheet(self.new, called)}
            if kinds == {True}:
                readable[name] = called
            elif kinds == {True, False}:
                self.tell(Kind.SHEET_REMOVED, self.old.parts[name][0], name, "", name, "")
        return readable

    # ------------------------------------------------------------ one sheet

    def page(self, before: Page, after: Page) -> None:
        changed: dict[tuple[Kind, str, str], list[tuple[int, int]]] = {}
        filled = set()
        for place in sorted(before.cells.keys() | after.cells.keys()):
            old, new = before.cells.get(place, _NOTHING), after.cells.get(place, _NOTHING)
            kind = self.content_kind(before, old, new, place)
            if kind is Kind.INPUT:
                filled.add(place)
            elif kind is Kind.RESULT:
                changed.setdefault((kind, "", ""), []).append(place)
            elif kind:
                self.tell(kind, before.part, before.name, cells.a1(*place), old.said, new.said)
            self.look(before, after, place, changed)
        if filled:
            self.filled[before.name] = frozenset(filled)
            self.tell(Kind.INPUT, before.part, before.name, facts.around(filled), "", "", len(filled))
        for column in sorted(before.column_styles.keys() | after.column_styles.keys()):
            self.look(before, after, (0, column), changed)
        for row in sorted(before.row_styles.keys() | after.row_styles.keys()):
            if before.row_styles.get(row) and after.row_styles.get(row):
                self.look(before, after, (row, 0), changed)
        for (kind, old_look, new_look), places in changed.items():
            shown = facts.around((row, column) for row, column in places if row and column) or " ".join(
                f"{cells.letters(column)}:{cells.letters(column)}" if column else f"{row}:{row}"
                for row, column in places
            )
            self.tell(kind, before.part, before.name, shown, old_look, new_look, len(places))
        self.lines(before, after)

    def content_kind(self, page: Page, old: Content, new: Content, place: tuple[int, int]) -> Kind | None:
        """Return what the difference between two contents of a cell is; None where there is none."""
        if old.formula != new.formula:
            return Kind.FORMULA
        if (old.kind, old.value) == (new.kind, new.value):
            return None
        if old.formula or any(one.holds(*place) for one in page.arrays):
            return Kind.RESULT
        return self.allowed(page.name, *place)

    def look(
        self,
        before: Page,
        after: Page,
        place: tuple[int, int],
        changed: dict[tuple[Kind, str, str], list[tuple[int, int]]],
    ) -> None:
        """Note how the look of a cell differs; row 0 stands for a column, column 0 for a row."""
        row, column = place
        old, new = (
            book.looks.look(page.style(row, column) if column else page.row_styles.get(row, "0"))
            for book, page in ((self.old, before), (self.new, after))
        )
        if old == new:
            return
        if old.format != new.format:
            told = after.cells.get(place, _NOTHING)
            kind = Kind.DAY if self.is_day(before.name, place, told, (old.format, new.format)) else Kind.FORMAT
            changed.setdefault((kind, _unquoted(old.format), _unquoted(new.format)), []).append(place)
        if (old.locked, old.hidden) != (new.locked, new.hidden):
            changed.setdefault((Kind.LOCK, _lock(old), _lock(new)), []).append(place)
        if old[1:5] != new[1:5]:
            changed.setdefault((Kind.STYLE, *_apart(old, new)), []).append(place)

    def is_day(self, sheet: str, place: tuple[int, int], told: Content, formats: tuple[str, str]) -> bool:
        """Whether a format is what an input cell without one takes when a day is typed into it."""
        shows = formats[0] == "General" and is_date(_unquoted(formats[1])) and told.kind == "n" and not told.formula
        return shows and self.allowed(sheet, *place) is Kind.INPUT

    def lines(self, before: Page, after: Page) -> None:
        """Tell rows and columns hidden, shown, or made of another size."""
        for old, new, of_rows in (
            (before.hidden_rows, after.hidden_rows, True),
            (before.hidden_columns, after.hidden_columns, False),
        ):
            for numbers, states in ((new - old, ("visible", "hidden")), (old - new, ("hidden", "visible"))):
                if numbers:
                    self.tell(
                        Kind.HIDDEN, before.part, before.name, _lines(numbers, of_rows=of_rows), *states, len(numbers)
                    )
        for column, width in before.widths.items():
            if abs(after.widths.get(column, width) - width) > _WIDTH:
                place = _lines({column}, of_rows=False)
                self.tell(Kind.SIZE, before.part, before.name, place, f"{width:g}", f"{after.widths[column]:g}")
        for row in sorted(before.heights.keys() | after.heights.keys()):
            old_height, new_height = before.heights.get(row), after.heights.get(row)
            apart = old_height is not None and new_height is not None and abs(old_height - new_height) > _HEIGHT
            if apart or (old_height is None and new_height is not None and new_height < _THIN):
                shown = f"{old_height:g}" if old_height is not None else ""
                self.tell(Kind.SIZE, before.part, before.name, f"{row}:{row}", shown, f"{new_height:g}")

    # ------------------------------------------------------------ the workbook

    def facts(self, old: Mapping[Fact, str], new: Mapping[Fact, str]) -> None:
        for fact in (*old, *(fact for fact in new if fact not in old)):
            if old.get(fact) != new.get(fact):
                part = self.old.parts[fact.sheet][0] if fact.sheet in self.old.parts else "xl/workbook.xml"
                if fact.kind is Kind.NAME:
                    part = "xl/workbook.xml"
                self.tell(fact.kind, part, fact.sheet, fact.place, old.get(fact, ""), new.get(fact, ""))

    def other_parts(self) -> None:
        """Tell the parts of which no fact tells."""
        known = {part for book in (self.old, self.new) for name, (part, _) in book.parts.items()}
        told = _OWN_PARTS | known
        for part in sorted((self.old_parts | self.new_parts) - self.same):
            kind = facts.part_kind(part)
            if part in told or part.endswith(".rels") or _has_facts(part):
                continue
            if part.endswith(".vml") and all(facts.only_notes(book.package, part) for book in (self.old, self.new)):
                kind = Kind.VIEW
            if part not in self.new_parts:
                self.tell(kind, part, "", "", part, "")
            elif part not in self.old_parts:
                self.tell(kind, part, "", "", "", part)
            else:
                before, after = (facts.other_part(book.package, part) for book in (self.old, self.new))
                if before != after:
                    self.tell(kind, part, "", "", *_around_change(before, after))

    def types(self) -> None:
        old, new = (_content_types(book) for book in (self.old, self.new))
        for part in sorted(self.old_parts & self.new_parts - {_TYPES}):
            if old(part) != new(part):
                self.tell(Kind.TYPE, _TYPES, "", part, old(part), new(part))

    def relations(self, renamed: Mapping[str, str]) -> None:
        old, new = (
            self._relations(book, parts) for book, parts in ((self.old, self.old_parts), (self.new, self.new_parts))
        )
        both = self.old_parts & self.new_parts
        for source, kind, target in sorted(old ^ new):
            inside = not target.startswith("external ")
            if inside and target not in both and target in self.old_parts | self.new_parts:
                continue  # the part that came or went is told
            told = f"{kind} → {target}"
            before, after = (told, "") if (source, kind, target) in old else ("", told)
            self.tell(Kind.RELATION, source, renamed.get(source, ""), "", before, after)

    def _relations(self, book: Book, parts: Iterable[str]) -> set[tuple[str, str, str]]:
        names = {part: name for name, (part, _) in book.parts.items()}
        found = set()
        for part in parts:
            if not part.endswith(".rels") or part in self.same:
                continue
            folder, _, name = part.rpartition("_rels/")
            source = folder + name.removesuffix(".rels")
            for kind, target in facts.relations(book.package, source).values():
                if kind not in _OWN_RELATIONS:
                    found.add((names.get(source, source) or part, kind, target))
        return found

    def rewritten(self) -> None:
        """Tell the parts whose bytes differ though nothing that they say does."""
        told = {one.part for one in self.found}
        for part in sorted((self.old_parts & self.new_parts) - self.same - told):
            self.tell(Kind.REWRITTEN, part, "", "", "", "")


def _is_sheet(book: Book, name: str) -> bool:
    data = book.optional(book.parts[name][0])
    return data is not None and xml(data).tag == f"{MAIN}worksheet"


def _has_facts(part: str) -> bool:
    """Whether the facts of a sheet tell of a part."""
    return part.startswith(("xl/tables/", "xl/threadedComments/")) or part.rpartition("/")[2].startswith("comments")


def _content_types(book: Book) -> _Types:
    return _Types(book.package.read(_TYPES))


class _Types:
    """The content types of a package (ECMA-376 part 2, 10.1.2)."""

    def __init__(self, data: bytes) -> None:
        root = xml(data)
        self.parts = {
            one.get("PartName", "").lstrip("/").lower(): one.get("ContentType", "") for one in root.iter("{*}Override")
        }
        self.endings = {one.get("Extension", "").lower(): one.get("ContentType", "") for one in root.iter("{*}Default")}

    def __call__(self, part: str) -> str:
        lower = part.lower()
        return str(self.parts.get(lower) or self.endings.get(lower.rpartition(".")[2], ""))


def _seen(look: Look) -> str:
    return ", ".join(filter(None, (_unquoted(look.format), *look[1:5], _lock(look))))


def _apart(old: Look, new: Look) -> tuple[str, str]:
    """Return what differs of two looks, beside format and lock."""
    names = ("font", "fill", "border", "alignment")
    pairs = [(name, one, other) for name, one, other in zip(names, old[1:5], new[1:5], strict=True) if one != other]
    return tuple(", ".join(f"{pair[0]} {pair[at] or '–'}" for pair in pairs) for at in (1, 2))  # type: ignore[return-value]


def _lock(look: Look) -> str:
    return ("locked" if look.locked else "unlocked") + (", hidden" if look.hidden else "")


def _unquoted(code: str) -> str:
    return code.replace("«", '"').replace("»", '"')


def _lines(numbers: Iterable[int], *, of_rows: bool) -> str:
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    shown = [[str(number) if of_rows else cells.letters(number) for number in span] for span in spans]
    return " ".join(":".join(span) for span in shown)


def _around_change(before: str, after: str) -> tuple[str, str]:
    """Return where two long texts differ."""
    start = next(
        (at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
        min(len(before), len(after)),
    )
    first = max(start - 40, 0)
    return before[first : start + 80], after[first : start + 80]
