"""What a check leaves in a closed workbook: status columns and the control sheet; and the reasons typed there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from workbook_templates import cells
from workbook_templates.layout import Layout, xml
from workbook_templates.parts import Package, Page, stamped_layout, write_rows
from workbook_templates.styles import CONTROL_WIDTHS, height

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
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
    layout = stamped_layout(workbook)
    for sheet_id, where in layout.sheets.items():
        if cells.STATUS not in where.columns:
            continue
        page = Page(package, where)
        column, told = where.columns[cells.STATUS], statuses.get(sheet_id, {})
        stale = page.used([column])
        for number in sorted({*stale, *told}):
            page.write(cells.a1(number, column), told.get(number))
        if stale or told:
            page.save()
    page = Page(package, layout.sheets[cells.CONTROL])
    at = page.layout.columns
    page.clear(at.values())
    page.write(cells.a1(page.layout.first_row - 3, 1), headline)
    by_column = zip(cells.CONTROL_COLUMNS, zip(*rows, strict=True), strict=True) if rows else ()
    columns = sorted((at[name], [text or None for text in texts]) for name, texts in by_column)
    written = [(None, number, texts) for number, texts in columns]
    heights = [max(map(height, row, CONTROL_WIDTHS)) for row in rows]
    write_rows(page, page.layout.first_row, len(rows), written, layout.lang, heights)
    _link(page, layout, rows, links)
    page.save()
    return package.to_bytes()


def reasons(workbook: bytes) -> dict[tuple[str, str], str]:
    """Return the reasons that the centre typed on the control sheet: (code, place) to reason."""
    package, layout = Package(workbook), stamped_layout(workbook)
    page = Page(package, layout.sheets[cells.CONTROL])
    shared = _shared_strings(package)
    at = page.layout.columns
    found = {}
    for number in page.used([at["reason"]]):
        code, place, reason = (
            _text(page.cell(cells.a1(number, at[name])), shared).strip() for name in ("code", "place", "reason")
        )
        if reason:
            found[code, place] = reason
    return found


def _link(page: Page, layout: Layout, rows: Sequence[Sequence[str]], links: Mapping[int, tuple[str, str]]) -> None:
    """Make the places of rows lead to their cells; the links of an earlier check go."""
    for old in page.root.findall(f"{_MAIN}hyperlinks"):
        page.root.remove(old)
    column, shown = page.layout.columns["place"], cells.CONTROL_COLUMNS.index("place")
    fresh = etree.Element(f"{_MAIN}hyperlinks")
    for position, (sheet_id, address) in links.items():
        etree.SubElement(
            fresh,
            f"{_MAIN}hyperlink",
            {
                "ref": cells.a1(page.layout.first_row + position, column),
                "location": f"{cells.quote(layout.sheets[sheet_id].name)}!{address}",
                "display": rows[position][shown],
            },
        )
    if len(fresh):
        later = {f"{_MAIN}{name}" for name in _AFTER_HYPERLINKS}
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
    for node in element.iter(f"{_MAIN}t"):
        yield node.text or ""


def _text(cell: etree._Element, shared: Sequence[str]) -> str:
    """Return the text that a cell shows."""
    if cell.get("t") == "inlineStr":
        return "".join(_texts(cell))
    value = cell.findtext(f"{_MAIN}v") or ""
    return shared[int(value)] if cell.get("t") == "s" and value else value
