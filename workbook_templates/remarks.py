"""What a check leaves in a closed workbook: status columns and the control sheet; and the reasons typed there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from workbook_templates import cells
from workbook_templates.layout import Layout, xml
from workbook_templates.page import MAIN, Page
from workbook_templates.parts import Package
from workbook_templates.styles import CONTROL_WIDTHS, height

_AFTER_HYPERLINKS = (
    "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties",
    "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "picture",
    "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
"""Elements that follow ``hyperlinks`` in a worksheet (ECMA-376 part 1, 18.3.1.99)."""


def annotate(
    workbook: bytes,
    statuses: Mapping[str, Mapping[int, str]],
    headline: str,
    rows: Sequence[Sequence[str]],
    links: Mapping[int, tuple[str, str]],
) -> bytes:
    """Return the workbook with status columns and control sheet filled anew.

    ``statuses`` maps sheet id to row to text. ``rows`` have one text for each of ``cells.CONTROL_COLUMNS``; ``links``
    maps the position of a row to the (sheet id, address) where its place leads.
    """
    package = Package(workbook)
    layout = package.layout
    for sheet_id, where in layout.sheets.items():
        if cells.STATUS not in where.columns:
            continue
        page = package.page(sheet_id)
        column, told = where.columns[cells.STATUS], statuses.get(sheet_id, {})
        for number in sorted({*page.used([column]), *told}):
            page.write(cells.a1(number, column), told.get(number))
    page = package.page(cells.CONTROL)
    at = page.layout.columns
    page.clear(at.values())
    page.write(cells.a1(page.layout.first_row - 3, 1), headline)
    by_column = zip(cells.CONTROL_COLUMNS, zip(*rows, strict=True), strict=True) if rows else ()
    columns = sorted((at[name], [text or None for text in texts]) for name, texts in by_column)
    written = [(None, number, texts) for number, texts in columns]
    heights = [max(map(height, row, CONTROL_WIDTHS)) for row in rows]
    page.add(page.layout.first_row, len(rows), written, layout.lang, heights)
    _link(page, layout, rows, links)
    return package.to_bytes()


def reasons(workbook: bytes) -> dict[tuple[str, str], str]:
    """Return the reasons that the centre typed on the control sheet: (code, place) to reason."""
    package = Package(workbook)
    page = package.page(cells.CONTROL)
    shared = _shared_strings(package)
    at = page.layout.columns
    found = {}
    for number in sorted(page.used([at["reason"]])):
        texts = {cell.get("r"): _text(cell, shared).strip() for cell in page.row(number)}
        code, place, reason = (texts.get(cells.a1(number, at[name]), "") for name in ("code", "place", "reason"))
        if reason:
            found[code, place] = reason
    return found


def _link(page: Page, layout: Layout, rows: Sequence[Sequence[str]], links: Mapping[int, tuple[str, str]]) -> None:
    """Make the places of rows lead to their cells; the links of an earlier check go."""
    for old in page.root.findall(f"{MAIN}hyperlinks"):
        page.root.remove(old)
    column, shown = page.layout.columns["place"], cells.CONTROL_COLUMNS.index("place")
    fresh = etree.Element(f"{MAIN}hyperlinks")
    for position, (sheet_id, address) in links.items():
        etree.SubElement(
            fresh,
            f"{MAIN}hyperlink",
            {
                "ref": cells.a1(page.layout.first_row + position, column),
                "location": f"{cells.quote(layout.sheets[sheet_id].name)}!{address}",
                "display": rows[position][shown],
            },
        )
    if len(fresh):
        later = {f"{MAIN}{name}" for name in _AFTER_HYPERLINKS}
        follower = next((child for child in page.root if child.tag in later), None)
        if follower is None:
            page.root.append(fresh)
        else:
            follower.addprevious(fresh)


def _shared_strings(package: Package) -> list[str]:
    try:
        root = xml(package.read("xl/sharedStrings.xml"))
    except KeyError:
        return []
    return ["".join(_texts(item)) for item in root]


def _texts(element: etree._Element) -> Iterator[str]:
    for node in element.iter(f"{MAIN}t"):
        yield node.text or ""


def _text(cell: etree._Element, shared: Sequence[str]) -> str:
    """Return the text that a cell shows."""
    if cell.get("t") == "inlineStr":
        return "".join(_texts(cell))
    value = cell.findtext(f"{MAIN}v") or ""
    return shared[int(value)] if cell.get("t") == "s" and value else value
