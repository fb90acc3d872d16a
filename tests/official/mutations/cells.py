"""Changes to single cells: formulas, headings, what is typed, what we wrote, looks."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from tests.official.blanks import edit
from tests.official.mutations.base import Case, Mutation, cell, change, pages, pick, substituted, valued
from workbook_templates import cells
from workbook_templates.official.facts import Kind
from workbook_templates.official.pages import Book


def restyled(bare: Callable[[str], str], style: int) -> Callable[[str], str]:
    """Return what gives a cell's XML another style."""
    return lambda xml: bare(xml).replace("c ", f'c s="{style}" ', 1)


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
    data = cell(case.data, page, place, lambda xml: valued(xml, f"{content.value[:5].strip('<&>')} x"))
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
            cell(case.data, page, (row, column), lambda xml: valued(xml, "à la main")), Kind.TYPED, name, address
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
        cell(case.data, page, place, lambda xml: valued(xml, "autre")), Kind.TYPED, page.name, cells.a1(*place)
    )


@change
def number_as_text(case: Case, dice: random.Random) -> Mutation | None:
    """Store one of our numbers as a text that looks the same, which sums leave out."""
    found = pick(
        case, dice, lambda page, place, content: content.kind == "n" and place in case.filled.get(page.name, ())
    )
    if not found:
        return None
    page, place, content = found
    data = cell(case.data, page, place, lambda xml: valued(xml, content.value))
    return Mutation(data, Kind.TYPED, page.name, cells.a1(*place))


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
