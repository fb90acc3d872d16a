"""Changes to whole sheets, and to what they say beside their cells."""

from __future__ import annotations

import random
import re

from tests.official.blanks import add, edit, parts
from tests.official.mutations.base import MAIN, SHEET_TYPE, TYPES, Case, Mutation, change, pages, substituted, swapped
from workbook_templates.official.facts import Kind

_SHEET = (
    f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
).encode()


@change
def sheet_added(case: Case, dice: random.Random) -> Mutation | None:
    """Add a sheet."""
    data = add(case.data, "xl/worksheets/sheet99.xml", _SHEET)
    relation = f'<Relationship Id="rIdM" Type="{TYPES}/worksheet" Target="worksheets/sheet99.xml"/>'
    data = edit(data, "xl/_rels/workbook.xml.rels", swapped("</Rel", relation + "</Rel"))
    override = f'<Override PartName="/xl/worksheets/sheet99.xml" ContentType="{SHEET_TYPE}"/>'
    data = edit(data, "[Content_Types].xml", swapped("</Types>", override + "</Types>"))
    sheet = f'sheet name="Brouillon" sheetId="99" r:id="rIdM" xmlns:r="{TYPES}"/>'
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
def condition_edited(case: Case, dice: random.Random) -> Mutation | None:
    """Make a conditional format hold elsewhere."""
    for page in dice.sample(pages(case), len(pages(case))):
        text = parts(case.data)[page.part].decode()
        found = re.search(r"<(?:\w+:)?cfRule\s.*?(<(?:\w+:)?formula>)[^<]*", text, re.DOTALL)
        if found:
            fresh = text[: found.end(1)] + "99999" + text[found.end() :]
            return Mutation(edit(case.data, page.part, lambda _text: fresh), Kind.CONDITIONAL, page.name)  # noqa: B023 - called at once
    return None


@change
def protection_removed(case: Case, dice: random.Random) -> Mutation | None:
    """Take the protection off a sheet."""
    return _without(case, dice, r"<(?:\w+:)?sheetProtection\s[^>]*/>", Kind.PROTECTION)


@change
def protection_loosened(case: Case, dice: random.Random) -> Mutation | None:
    """Let users of a protected sheet do more, or exchange its password."""
    put = substituted(
        r"<((?:\w+:)?)sheetProtection\b(?:\s+password=\"[^\"]*\")?", r'<\1sheetProtection password="ABCD"'
    )
    for page in dice.sample(pages(case), len(pages(case))):
        if "sheetProtection" in parts(case.data)[page.part].decode():
            return Mutation(edit(case.data, page.part, put), Kind.PROTECTION, page.name)
    return None


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
