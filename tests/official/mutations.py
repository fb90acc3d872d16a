"""Changes that somebody may make to a filled official workbook, each with what the guard must say of it.

Every change is made in the package's own text, as another program or a hand with a ZIP tool would, and none goes
through the code that is tested. A change that a workbook offers no place for gives None.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.official.blanks import add, edit, parts, remove
from workbook_templates import cells
from workbook_templates.official.facts import Kind
from workbook_templates.official.pages import Book, Content, Page

_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1">'
    b"<v>1</v></c></row></sheetData></worksheet>"
)
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


@dataclass(frozen=True)
class Mutation:
    """One change that was made."""

    data: bytes
    kind: Kind
    sheet: str = ""
    """Name of the sheet that must be named; empty for none in particular."""
    place: str = ""
    """What the place, or the part, must name."""


@dataclass(frozen=True)
class Case:
    """A filled workbook on which changes are tried."""

    data: bytes
    filled: dict[str, set[tuple[int, int]]]
    """Official sheet to our cells."""
    free: tuple[str, int, int] | None
    """Sheet, row and column of an input cell behind our rows."""


Change = Callable[[Case, random.Random], Mutation | None]
CHANGES: dict[str, Change] = {}


def change(function: Change) -> Change:
    """Register a change by its name."""
    CHANGES[function.__name__] = function
    return function


def pages(case: Case) -> list[Page]:
    """Return the worksheets."""
    book = Book(case.data)
    return [book.page(name) for name in book.parts if "worksheet" in book.parts[name][0]]


def swapped(old: str, new: str) -> Callable[[str], str]:
    """Return what puts one text in another's place, once."""
    return lambda text: text.replace(old, new, 1)


def substituted(pattern: str, by: str) -> Callable[[str], str]:
    """Return what substitutes a pattern, once."""
    return lambda text: re.sub(pattern, by, text, count=1)


def restyled(bare: Callable[[str], str], style: int) -> Callable[[str], str]:
    """Return what gives a cell's XML another style."""
    return lambda xml: bare(xml).replace("c ", f'c s="{style}" ', 1)


def pick(
    case: Case, dice: random.Random, wanted: Callable[[Page, tuple[int, int], Content], bool]
) -> tuple[Page, tuple[int, int], Content] | None:
    """Return a cell at random of those that are wanted."""
    found = [
        (page, place, content)
        for page in pages(case)
        for place, content in page.cells.items()
        if wanted(page, place, content)
    ]
    return dice.choice(found) if found else None


def cell(data: bytes, page: Page, place: tuple[int, int], change: Callable[[str], str]) -> bytes:
    """Return the workbook with a cell's XML changed."""
    address = cells.a1(*place)
    pattern = re.compile(rf'<((?:\w+:)?)c(?=\s)[^>]*?\br="{address}"[^>]*?(?:/>|>.*?</\1c>)', re.DOTALL)
    return edit(data, page.part, lambda text: pattern.sub(lambda found: change(found[0]), text, count=1))


def _value(xml: str, value: str) -> str:
    """Return a cell that holds a text; its style stays."""
    p, kept = re.match(r"<((?:\w+:)?)c\b(.*?)/?>", xml, re.DOTALL).groups()
    kept = re.sub(r'\s(?:t|cm|vm)="[^"]*"', "", kept)
    return f'<{p}c{kept} t="inlineStr"><{p}is><{p}t>{value}</{p}t></{p}is></{p}c>'


@change
def formula_by_value(case: Case, dice: random.Random) -> Mutation | None:
    """Put a number in a formula's place."""
    found = pick(case, dice, lambda _page, _place, content: bool(content.formula))
    if not found:
        return None
    page, place, _ = found

    def put(xml: str) -> str:
        p, kept = re.match(r"<((?:\w+:)?)c\b(.*?)/?>", xml, re.DOTALL).groups()
        kept = re.sub(r'\st="[^"]*"', "", kept)
        return f"<{p}c{kept}><{p}v>12.34</{p}v></{p}c>"

    return Mutation(cell(case.data, page, place, put), Kind.FORMULA, page.name, cells.a1(*place))


@change
def formula_edited(case: Case, dice: random.Random) -> Mutation | None:
    """Change a formula a little."""
    found = pick(case, dice, lambda _page, _place, content: bool(content.formula) and "{" not in content.formula)
    if not found:
        return None
    page, place, _ = found
    put = substituted(r"(?s)<((?:\w+:)?)f\b[^>]*?(?:/>|>.*?</\1f>)", r"<\1f>1+SUM(A1:A2)</\1f>")
    return Mutation(cell(case.data, page, place, put), Kind.FORMULA, page.name, cells.a1(*place))


@change
def header_edited(case: Case, dice: random.Random) -> Mutation | None:
    """Change a text that the publisher wrote."""
    found = pick(
        case,
        dice,
        lambda page, place, content: (
            content.kind == "s"
            and not content.formula
            and place not in case.filled.get(page.name, ())
            and not any(one.holds(*place) for one in page.arrays)
        ),
    )
    if not found:
        return None
    page, place, content = found
    data = cell(case.data, page, place, lambda xml: _value(xml, f"{content.value[:5].strip('<&>')} x"))
    return Mutation(data, Kind.CELL, page.name, cells.a1(*place))


@change
def row_typed(case: Case, dice: random.Random) -> Mutation | None:
    """Type something into an input cell behind our rows."""
    if not case.free:
        return None
    name, row, column = case.free
    page = next(page for page in pages(case) if page.name == name)
    address = cells.a1(row, column)
    if (row, column) in page.cells:
        return Mutation(
            cell(case.data, page, (row, column), lambda xml: _value(xml, "à la main")), Kind.TYPED, name, address
        )

    def put(text: str) -> str:
        p = re.search(r"<((?:\w+:)?)sheetData", text)[1]
        fresh = f'<{p}c r="{address}" t="inlineStr"><{p}is><{p}t>à la main</{p}t></{p}is></{p}c>'
        there = re.search(rf'<{p}row(?=\s)[^>]*?\br="{row}"[^>]*?(/?)>', text)
        if there and there[1]:
            return f"{text[: there.end() - 2]}>{fresh}</{p}row>{text[there.end() :]}"
        if there:
            rest = text[there.end() :]
            at = there.end() + next(
                one.start()
                for one in re.finditer(rf'<{p}c(?=\s)[^>]*?\br="([A-Z]+)\d+"|</{p}row>', rest)
                if not one[1] or cells.number(one[1]) > column
            )
            return text[:at] + fresh + text[at:]
        later = next(
            (one.start() for one in re.finditer(rf'<{p}row(?=\s)[^>]*?\br="(\d+)"', text) if int(one[1]) > row),
            text.find(f"</{p}sheetData>"),
        )
        return f'{text[:later]}<{p}row r="{row}">{fresh}</{p}row>{text[later:]}'

    return Mutation(edit(case.data, page.part, put), Kind.TYPED, name, address)


@change
def our_cell_changed(case: Case, dice: random.Random) -> Mutation | None:
    """Change what we wrote into a cell."""
    found = pick(case, dice, lambda page, place, _content: place in case.filled.get(page.name, ()))
    if not found:
        return None
    page, place, _ = found
    return Mutation(
        cell(case.data, page, place, lambda xml: _value(xml, "autre")), Kind.TYPED, page.name, cells.a1(*place)
    )


@change
def style_of_cell(case: Case, dice: random.Random) -> Mutation | None:
    """Give a cell another style that looks otherwise."""
    book = Book(case.data)
    found = pick(case, dice, lambda _page, _place, _content: True)
    if not found:
        return None
    page, place, content = found
    own = book.looks.look(content.style)
    for kind, field in dice.sample([(Kind.FORMAT, 0), (Kind.STYLE, 1), (Kind.STYLE, 2), (Kind.LOCK, 5)], 4):
        others = [at for at in range(len(book.looks.entries)) if book.looks.look(str(at))[field] != own[field]]
        if others:
            style = dice.choice(others)
            bare = substituted(r'\ss="\d+"', "")
            put = restyled(bare, style)
            return Mutation(cell(case.data, page, place, put), kind, page.name, cells.a1(*place))
    return None


@change
def sheet_added(case: Case, dice: random.Random) -> Mutation | None:
    """Add a sheet."""
    data = add(case.data, "xl/worksheets/sheet99.xml", _SHEET)
    relation = f'<Relationship Id="rIdM" Type="{_TYPES}/worksheet" Target="worksheets/sheet99.xml"/>'
    data = edit(data, "xl/_rels/workbook.xml.rels", swapped("</Rel", relation + "</Rel"))
    override = f'<Override PartName="/xl/worksheets/sheet99.xml" ContentType="{_SHEET_TYPE}"/>'
    data = edit(data, "[Content_Types].xml", swapped("</Types>", override + "</Types>"))
    sheet = f'sheet name="Brouillon" sheetId="99" r:id="rIdM" xmlns:r="{_TYPES}"/>'
    put = substituted(r"</((?:\w+:)?)sheets>", rf"<\1{sheet}</\1sheets>")
    return Mutation(edit(data, "xl/workbook.xml", put), Kind.SHEET_ADDED, "Brouillon")


def _sheet_element(data: bytes, name: str) -> str:
    text = parts(data)["xl/workbook.xml"].decode()
    escaped = re.escape(name.replace("&", "&amp;"))
    return re.search(rf'<(?:\w+:)?sheet(?=\s)[^>]*?name="{escaped}"[^>]*?/>', text)[0]


@change
def sheet_removed(case: Case, dice: random.Random) -> Mutation | None:
    """Remove a sheet from the workbook's list."""
    names = [page.name for page in pages(case)]
    if len(names) < 2:
        return None
    name = dice.choice(names)
    element = _sheet_element(case.data, name)
    return Mutation(edit(case.data, "xl/workbook.xml", swapped(element, "")), Kind.SHEET_REMOVED, name)


@change
def sheet_renamed(case: Case, dice: random.Random) -> Mutation | None:
    """Rename a sheet."""
    name = dice.choice(pages(case)).name
    element = _sheet_element(case.data, name)
    fresh = re.sub(r'name="[^"]*"', 'name="Autre nom"', element)
    return Mutation(edit(case.data, "xl/workbook.xml", swapped(element, fresh)), Kind.SHEET_RENAMED, name)


@change
def sheet_hidden(case: Case, dice: random.Random) -> Mutation | None:
    """Hide a sheet, or show a hidden one."""
    name = dice.choice(pages(case)).name
    element = _sheet_element(case.data, name)
    fresh = re.sub(r'\sstate="[^"]*"', "", element)
    if fresh == element:
        fresh = element.replace("sheet ", 'sheet state="hidden" ', 1)
    return Mutation(edit(case.data, "xl/workbook.xml", swapped(element, fresh)), Kind.HIDDEN, name)


def _without(case: Case, dice: random.Random, pattern: str, kind: Kind) -> Mutation | None:
    """Remove an element of a sheet's part at random."""
    found = []
    for page in pages(case):
        text = parts(case.data)[page.part].decode()
        found += [(page, one[0]) for one in re.finditer(pattern, text, re.DOTALL)]
    if not found:
        return None
    page, element = dice.choice(found)
    return Mutation(edit(case.data, page.part, swapped(element, "")), kind, page.name)


@change
def validation_removed(case: Case, dice: random.Random) -> Mutation | None:
    """Remove a validation."""
    return _without(case, dice, r"<((?:\w+:)?)dataValidation\s[^>]*?(?:/>|>.*?</\1dataValidation>)", Kind.VALIDATION)


@change
def validation_edited(case: Case, dice: random.Random) -> Mutation | None:
    """Make a validation accept something else."""
    for page in dice.sample(pages(case), len(pages(case))):
        text = parts(case.data)[page.part].decode()
        found = re.search(r"(<(?:\w+:)?formula1>)(?!<)[^<]*", text)
        if found:
            fresh = text[: found.start()] + found[1] + "5" + text[found.end() :]
            return Mutation(edit(case.data, page.part, swapped(text, fresh)), Kind.VALIDATION, page.name)
    return None


@change
def condition_removed(case: Case, dice: random.Random) -> Mutation | None:
    """Remove a conditional format."""
    pattern = r"<((?:\w+:)?)conditionalFormatting\s.*?</\1conditionalFormatting>"
    return _without(case, dice, pattern, Kind.CONDITIONAL)


@change
def protection_removed(case: Case, dice: random.Random) -> Mutation | None:
    """Take the protection off a sheet."""
    return _without(case, dice, r"<(?:\w+:)?sheetProtection\s[^>]*/>", Kind.PROTECTION)


@change
def merge_removed(case: Case, dice: random.Random) -> Mutation | None:
    """Take merged cells apart."""
    return _without(case, dice, r"<((?:\w+:)?)mergeCells\s.*?</\1mergeCells>", Kind.MERGE)


@change
def row_hidden(case: Case, dice: random.Random) -> Mutation | None:
    """Hide a row."""
    page = dice.choice(pages(case))
    rows = [one[0] for one in re.finditer(r"<(?:\w+:)?row\s[^>]*>", parts(case.data)[page.part].decode())]
    rows = [one for one in rows if "hidden" not in one]
    if not rows:
        return None
    row = dice.choice(rows)
    number = re.search(r'\br="(\d+)"', row)[1]
    put = swapped(row, row.replace("row ", 'row hidden="1" ', 1))
    return Mutation(edit(case.data, page.part, put), Kind.HIDDEN, page.name, f"{number}:{number}")


@change
def column_hidden(case: Case, dice: random.Random) -> Mutation | None:
    """Hide columns that have a width of their own."""
    for page in dice.sample(pages(case), len(pages(case))):
        columns = re.findall(r"<(?:\w+:)?col\s[^>]*/>", parts(case.data)[page.part].decode())
        columns = [one for one in columns if "hidden" not in one]
        if columns:
            column = dice.choice(columns)
            put = swapped(column, column.replace("col ", 'col hidden="1" ', 1))
            return Mutation(edit(case.data, page.part, put), Kind.HIDDEN, page.name)
    return None


@change
def name_changed(case: Case, dice: random.Random) -> Mutation | None:
    """Make a defined name mean something else, or remove it."""
    text = parts(case.data)["xl/workbook.xml"].decode()
    pattern = r"<((?:\w+:)?)definedName\s[^>]*?name=\"([^\"]*)\"[^>]*>([^<]*)</\1definedName>"
    found = [one for one in re.finditer(pattern, text) if "_FilterDatabase" not in one[2]]
    if not found:
        return None
    one = dice.choice(found)
    fresh = dice.choice(("", one[0].replace(f">{one[3]}<", ">Autre!$A$1<")))
    return Mutation(edit(case.data, "xl/workbook.xml", swapped(one[0], fresh)), Kind.NAME, place=one[2])


def _edited_part(case: Case, dice: random.Random, pattern: str, kind: Kind) -> Mutation | None:
    """Change the bytes, or a value in the XML, of a part."""
    found = [name for name in parts(case.data) if re.search(pattern, name)]
    if not found:
        return None
    name = dice.choice(found)
    content = parts(case.data)[name]
    if name.endswith(".xml"):
        marks = list(re.finditer(rb">([^<>\s]+)<", content))
        if not marks:
            fresh = re.sub(rb'="([^"]*)"(?=[^"]*$)', b'="changed"', content)
        else:
            mark = dice.choice(marks)
            fresh = content[: mark.start(1)] + b"77" + content[mark.end(1) :]
    else:
        fresh = content + b"\0changed"
    return Mutation(_replaced(case.data, name, fresh), kind, place=name)


def _replaced(data: bytes, name: str, content: bytes) -> bytes:
    from workbook_templates.parts import Package  # noqa: PLC0415 - the one place that needs it

    package = Package(data)
    package.replace(name, content)
    return package.to_bytes()


@change
def macro_edited(case: Case, dice: random.Random) -> Mutation | None:
    """Change the project of macros."""
    return _edited_part(case, dice, r"vbaProject\.bin$", Kind.MACRO)


@change
def drawing_edited(case: Case, dice: random.Random) -> Mutation | None:
    """Move a drawing."""
    return _edited_part(case, dice, r"^xl/(drawings/drawing\d+\.xml|media/.*|charts/chart\d+\.xml)$", Kind.DRAWING)


@change
def custom_xml_edited(case: Case, dice: random.Random) -> Mutation | None:
    """Change custom XML."""
    return _edited_part(case, dice, r"^customXml/item\d+\.xml$", Kind.CUSTOM_XML)


@change
def custom_xml_removed(case: Case, dice: random.Random) -> Mutation | None:
    """Remove custom XML from the package."""
    found = [name for name in parts(case.data) if re.search(r"^customXml/item\d+\.xml$", name)]
    return Mutation(remove(case.data, found[0]), Kind.CUSTOM_XML, place=found[0]) if found else None


@change
def comment_edited(case: Case, dice: random.Random) -> Mutation | None:
    """Change what a comment says."""
    found = [name for name in parts(case.data) if re.search(r"xl/(comments/)?comments?\d+\.xml$", name)]
    if not found:
        return None
    name = dice.choice(found)
    put = substituted(r"(<(?:\w+:)?t(?:\s[^>]*)?>)[^<]+<", r"\1Autre remarque<")
    return Mutation(edit(case.data, name, put), Kind.COMMENT)


@change
def type_changed(case: Case, dice: random.Random) -> Mutation | None:
    """Declare another content type for a part."""
    text = parts(case.data)["[Content_Types].xml"].decode()
    found = re.findall(r'PartName="/(xl/[^"]*)"', text)
    name = dice.choice([one for one in found if one in parts(case.data)])
    quoted = re.escape(name)
    pattern = rf'<Override\s[^>]*PartName="/{quoted}"[^>]*>'
    put = substituted(pattern, f'<Override PartName="/{name}" ContentType="application/x-other"/>')
    return Mutation(edit(case.data, "[Content_Types].xml", put), Kind.TYPE, place=name)


@change
def relation_added(case: Case, dice: random.Random) -> Mutation | None:
    """Let the workbook refer to something outside."""
    place = 'Target="https://example.org/x" TargetMode="External"'
    relation = f'<Relationship Id="rIdM" Type="{_TYPES}/externalLinkPath" {place}/>'
    put = substituted(r"</Relationships>", relation + "</Relationships>")
    return Mutation(edit(case.data, "xl/_rels/workbook.xml.rels", put), Kind.RELATION, place="workbook.xml")


@change
def table_edited(case: Case, dice: random.Random) -> Mutation | None:
    """Change the extent of a table."""
    found = [name for name in parts(case.data) if re.search(r"xl/tables/table\d+\.xml$", name)]
    if not found:
        return None
    put = substituted(r'\bref="([A-Z]+\d+):([A-Z]+)(\d+)"', r'ref="\1:\g<2>9\3"')
    return Mutation(edit(case.data, dice.choice(found), put), Kind.TABLE)


@change
def link_changed(case: Case, dice: random.Random) -> Mutation | None:
    """Lead a hyperlink elsewhere."""
    found = [
        name for name in parts(case.data) if "worksheets/_rels" in name and b"/hyperlink" in parts(case.data)[name]
    ]
    if not found:
        return None
    put = substituted(r'Target="http[^"]*"', 'Target="https://example.com/ailleurs"')
    return Mutation(edit(case.data, dice.choice(found), put), Kind.LINK)


@change
def properties_changed(case: Case, dice: random.Random) -> Mutation | None:
    """Change the document's properties, which harms nothing."""
    put = substituted(r"</((?:\w+:)?)coreProperties>", r"<dc:subject>x</dc:subject></\1coreProperties>")
    if "docProps/core.xml" not in parts(case.data):
        return None
    return Mutation(edit(case.data, "docProps/core.xml", put), Kind.PROPERTIES, place="docProps/core.xml")


@change
def result_changed(case: Case, dice: random.Random) -> Mutation | None:
    """Store another result of a formula, which a spreadsheet does whenever it computes."""
    found = pick(
        case, dice, lambda _page, _place, content: bool(content.formula) and content.kind == "n" and bool(content.value)
    )
    if not found:
        return None
    page, place, _ = found
    put = substituted(r"(<(?:\w+:)?v>)[^<]*<", r"\g<1>4711<")
    return Mutation(cell(case.data, page, place, put), Kind.RESULT, page.name, cells.a1(*place))
