"""What a worksheet says beside its cells, as facts: protection, validations, formats, tables, comments, settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy

from lxml import etree

from workbook_templates.layout import xml
from workbook_templates.official.facts import (
    REL,
    Fact,
    Kind,
    canonical,
    elements,
    formula,
    intervals,
    relations,
    truth,
)
from workbook_templates.official.looks import MAIN, Looks
from workbook_templates.official.ranges import Range, parse_all
from workbook_templates.parts import Package

_SHEET_ELEMENTS = {
    "sheetViews": Kind.VIEW, "ignoredErrors": Kind.VIEW, "phoneticPr": Kind.VIEW, "protectedRanges": Kind.PROTECTION,
    "pageMargins": Kind.PRINT, "printOptions": Kind.PRINT, "pageSetup": Kind.PRINT, "headerFooter": Kind.PRINT,
    "rowBreaks": Kind.PRINT, "colBreaks": Kind.PRINT, "autoFilter": Kind.FILTER, "sortState": Kind.FILTER,
    "sheetPr": Kind.SETTING, "oleObjects": Kind.DRAWING, "controls": Kind.MACRO, "picture": Kind.DRAWING,
    "drawing": Kind.DRAWING, "legacyDrawing": Kind.DRAWING, "legacyDrawingHF": Kind.DRAWING,
}  # fmt: skip
_TOLD_ELSEWHERE = frozenset(
    ("sheetData", "dimension", "cols", "sheetFormatPr", "dataValidations", "conditionalFormatting", "tableParts",
     "extLst", "legacyDrawing")
)  # fmt: skip
"""Elements of which others tell, or that say nothing of their own."""
_LISTS = frozenset(("mergeCells", "hyperlinks", "sheetProtection"))
_USUAL = {
    "filterMode": "0", "fitToPage": "0", "autoPageBreaks": "1", "gridLines": "0", "gridLinesSet": "1", "headings": "0",
    "horizontalCentered": "0", "verticalCentered": "0", "blackAndWhite": "0", "cellComments": "none", "copies": "1",
    "draft": "0", "fitToHeight": "1", "fitToWidth": "1", "orientation": "portrait", "pageOrder": "downThenOver",
    "scale": "100", "firstPageNumber": "1", "useFirstPageNumber": "0", "errors": "displayed", "differentFirst": "0",
    "differentOddEven": "0", "scaleWithDoc": "1", "alignWithMargins": "1", "usePrinterDefaults": "1",
}  # fmt: skip
"""What attributes of a sheet's settings say where they are not written (ECMA-376 part 1, 18.3.1)."""
_OF_THE_PROGRAM = frozenset(("uid", "id", "dataDxfId", "totalsRowShown"))
_USUAL_OF_TABLES = {"headerRowCount": "1", "totalsRowCount": "0", "insertRow": "0"}
_OF_THE_PRINTER = frozenset(("horizontalDpi", "verticalDpi", f"{REL}id", "header", "footer", "paperSize"))


def sheet_facts(
    root: etree._Element, name: str, package: Package, part: str, looks: Looks
) -> Iterator[tuple[Fact, str]]:
    """Yield what a sheet says beside its cells, rows and columns."""
    links = relations(package, part)
    for element in elements(root):
        tag = etree.QName(element).localname
        if tag in _LISTS:
            yield from _list_facts(element, name, links)
        elif tag not in _TOLD_ELSEWHERE:
            text = canonical(_without_usual(element), links)
            if text not in {f"<{tag}></{tag}>", "<sheetPr><pageSetUpPr></pageSetUpPr></sheetPr>"}:
                yield Fact(_SHEET_ELEMENTS.get(tag, Kind.SETTING), name, tag), text
    yield from _grouped(Kind.VALIDATION, name, _validations(root))
    yield from _grouped(Kind.CONDITIONAL, name, _conditions(root, looks))
    for extension in root.iterfind(f"{MAIN}extLst/{MAIN}ext"):
        for child in elements(extension):
            tag = etree.QName(child).localname
            if tag not in {"dataValidations", "conditionalFormattings"}:
                yield Fact(Kind.SETTING, name, tag), canonical(child, links)


def _list_facts(element: etree._Element, name: str, links: Mapping[str, tuple[str, str]]) -> Iterator[tuple[Fact, str]]:
    tag = etree.QName(element).localname
    if tag == "mergeCells":
        for one in elements(element):
            yield Fact(Kind.MERGE, name, one.get("ref", "")), "1"
    elif tag == "hyperlinks":
        for one in elements(element):
            target = links.get(one.get(f"{REL}id", ""), ("", ""))[1]
            yield Fact(Kind.LINK, name, one.get("ref", "")), f"{target} {one.get('location', '')}".strip()
    elif told := sorted(f"{key}={truth(value)}" for key, value in element.attrib.items() if truth(value) != "0"):
        told = [one.upper() if one.startswith("password=") else one for one in told]  # four hexadecimal digits
        yield Fact(Kind.PROTECTION, name, ""), " ".join(told)


def _without_usual(element: etree._Element) -> etree._Element:
    """Return a setting of a sheet without what would be the same if it were not written."""
    bare = deepcopy(element)
    for one in list(bare.iter("*")):
        tag = etree.QName(one).localname
        for key, value in one.attrib.items():
            if _USUAL.get(key) == truth(value) or (tag.startswith("page") and key in _OF_THE_PRINTER):
                del one.attrib[key]
            elif tag == "pageMargins":
                one.set(key, f"{float(value):.2f}")
        if tag.startswith(("odd", "even", "first")) and not (one.text or "").strip():
            one.getparent().remove(one)
    return bare


def _grouped(kind: Kind, name: str, found: Iterable[tuple[str, str]]) -> Iterator[tuple[Fact, str]]:
    """Yield a fact for each rule, at all of its ranges."""
    places: dict[str, list[Range]] = {}
    for rule, ranges in found:
        places.setdefault(rule, []).extend(parse_all(ranges))
    at: dict[str, list[str]] = {}
    for rule, ranges_of in places.items():
        at.setdefault(intervals(ranges_of), []).append(rule)
    for place, rules in at.items():
        yield Fact(kind, name, place), " | ".join(sorted(rules))


def _validations(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield rule and ranges of each validation, in either of the two places where a sheet may have them."""
    for one in root.iter("{*}dataValidation"):
        kind = one.get("type", "none")
        if kind == "none" and not one.get("prompt"):
            continue
        bounded = kind not in {"none", "list", "custom"}
        told = [kind, one.get("operator", "between") if bounded else ""]
        told += [one.get("errorStyle", "stop")]
        told += [
            name for name in ("allowBlank", "showInputMessage", "showErrorMessage", "showDropDown")
            if truth(one.get(name, "0")) == "1"
            and (one.get("prompt") if name == "showInputMessage" else kind != "none")
        ]  # fmt: skip
        texts = {etree.QName(child).localname: "".join(child.itertext()).strip() for child in elements(one)}
        told += [formula(texts.get("formula1", ""))] if kind != "none" else []
        if "between" in told[1].lower():
            told += [formula(texts.get("formula2", ""))]
        told += [one.get(name, "") for name in ("promptTitle", "prompt", "errorTitle", "error")]
        yield " ".join(filter(None, told)), one.get("sqref") or texts.get("sqref", "")


def _conditions(root: etree._Element, looks: Looks) -> Iterator[tuple[str, str]]:
    """Yield rule and ranges of each conditional format."""
    formats = looks.root.findall(f"{MAIN}dxfs/{MAIN}dxf")
    for block in root.iter("{*}conditionalFormatting"):
        ranges = block.get("sqref") or "".join(
            "".join(one.itertext()) for one in elements(block) if etree.QName(one).localname == "sqref"
        )
        for rule in block.iter("{*}cfRule"):
            told = [rule.get("type", ""), rule.get("operator", ""), rule.get("text", "")]
            told += [
                formula("".join(one.itertext()))
                for one in elements(rule)
                if etree.QName(one).localname in {"formula", "f"}
            ]
            told += [
                canonical(one)
                for one in elements(rule)
                if etree.QName(one).localname in {"colorScale", "dataBar", "iconSet"}
            ]
            at = rule.get("dxfId")
            if at is not None and int(at) < len(formats):
                told.append(_differential(formats[int(at)], looks))
            yield " ".join(filter(None, told)), ranges


def _differential(element: etree._Element, looks: Looks) -> str:
    """Return what a conditional format changes."""
    told = []
    for child in elements(element):
        tag = etree.QName(child).localname
        if tag == "font":
            told.append("font " + looks.font(child))
        elif tag == "fill":
            pattern = child.find(f"{MAIN}patternFill")
            colours = (
                []
                if pattern is None
                else [looks.colour(pattern.find(f"{MAIN}{name}")) for name in ("bgColor", "fgColor")]
            )
            told.append("fill " + next((one for one in colours if one), ""))
        elif tag == "border":
            told.append("border " + looks.border(child))
    return " ".join(told)


def table_facts(package: Package, name: str, part: str) -> Iterator[tuple[Fact, str]]:
    """Yield a sheet's tables."""
    for kind, target in relations(package, part).values():
        if kind == "table":
            root = xml(package.read(target))
            shown = root.get("displayName", root.get("name", ""))
            for one in root.iter():
                for key in [
                    key
                    for key, value in one.attrib.items()
                    if key.startswith("{") or key in _OF_THE_PROGRAM or _USUAL_OF_TABLES.get(key) == value
                ]:
                    del one.attrib[key]
            yield Fact(Kind.TABLE, name, shown), canonical(root)


def comment_facts(package: Package, name: str, part: str) -> Iterator[tuple[Fact, str]]:
    """Yield a sheet's comments and threads, by cell."""
    for kind, target in relations(package, part).values():
        if kind == "comments":
            root = xml(package.read(target))
            for one in root.iter("{*}comment"):
                text = "".join(node.text or "" for node in one.iter("{*}t"))
                yield Fact(Kind.COMMENT, name, one.get("ref", "")), text
        elif kind == "threadedComment":
            for position, one in enumerate(xml(package.read(target)).iter("{*}threadedComment")):
                yield Fact(Kind.COMMENT, name, f"{one.get('ref', '')} #{position + 1}"), canonical(one)
