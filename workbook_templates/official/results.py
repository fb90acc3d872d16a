"""What formulas show: results computed elsewhere are stored with them, or the workbook is marked to compute its own.

A spreadsheet shows the stored result of a formula until it computes again; programs that only read see nothing else.
"""

from __future__ import annotations

import re

from workbook_templates.layout import LayoutError
from workbook_templates.official.pages import open_book
from workbook_templates.official.sheet import SheetText
from workbook_templates.parts import Package

_WORKBOOK = "xl/workbook.xml"
_UNKNOWN = "#NAME?"
_KINDS = {"n": "n", "s": "str", "b": "b", "e": "e"}
_AFTER = (
    "oleSize|customWorkbookViews|pivotCaches|smartTagPr|smartTagTypes|webPublishing|fileRecoveryPr|webPublishObjects"
    "|extLst"
)
"""Elements that follow ``calcPr`` in a workbook (ECMA-376 part 1, 18.2.27)."""


def with_results(workbook: bytes, computed: bytes) -> tuple[bytes, int]:
    """Return the workbook with the results that another copy of it shows, and how many formulas have none.

    ``computed`` is the same workbook as another program computed and saved it. A result that only says that the program
    does not know a function is none; such a workbook is also marked to compute anew when it is opened.
    """
    package, ours, theirs = Package(workbook), open_book(workbook), open_book(computed)
    missing = 0
    for name in ours.parts:
        try:
            page = ours.page(name)
        except LayoutError:
            continue  # a sheet of charts
        formulas = {place: content for place, content in page.cells.items() if content.formula}
        if not formulas:
            continue
        results = theirs.page(name).cells if name in theirs.parts else {}
        sheet = SheetText(package.read(page.part))
        for place, content in formulas.items():
            result = results.get(place)
            unknown = result is None or (result.kind == "e" and result.value == _UNKNOWN != content.value)
            missing += unknown
            if result is not None and not unknown and (result.kind, result.value) != (content.kind, content.value):
                kind = _KINDS.get(result.kind, "str")
                sheet.put_result(*place, kind, result.value)
        package.replace(page.part, sheet.to_bytes())
    data = package.to_bytes()
    return (marked(data), missing) if missing else (data, 0)


def marked(workbook: bytes) -> bytes:
    """Return the workbook marked to compute every formula when a spreadsheet opens it."""
    package = Package(workbook)
    text = package.read(_WORKBOOK).decode("utf-8")
    there = re.search(r"<((?:[\w.-]+:)?)calcPr\b[^>]*?(/?)>", text)
    if there:
        tag = re.sub(r"\s*\bfullCalcOnLoad\s*=\s*(\"[^\"]*\"|'[^']*')", "", there[0])
        end = len(tag) - len(there[2]) - 1
        fresh = f'{tag[:end].rstrip()} fullCalcOnLoad="1"{tag[end:]}'
        text = text[: there.start()] + fresh + text[there.end() :]
    else:
        prefix = re.search(r"<((?:[\w.-]+:)?)workbook[\s>]", text)
        p = prefix[1] if prefix else ""
        place = re.search(rf"<{p}(?:{_AFTER})[\s/>]|</{p}workbook\s*>", text)
        if not place:
            raise LayoutError(_WORKBOOK)
        text = f'{text[: place.start()]}<{p}calcPr fullCalcOnLoad="1"/>{text[place.start() :]}'
    package.replace(_WORKBOOK, text.encode())
    return package.to_bytes()
