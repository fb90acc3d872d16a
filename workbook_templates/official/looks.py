"""What a cell looks like, resolved: two style tables that number their entries otherwise can be compared.

Spreadsheets renumber styles, rewrite format codes, and put colours of the theme in figures whenever they save. A look
says what is seen in the end (ECMA-376 part 1, 18.8).
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from workbook_templates.layout import xml

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_THEME_ORDER = (
    "lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink",
)  # fmt: skip
"""Colours in the order of their index, which swaps light and dark."""
_BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "dd/mm/yyyy h:mm", 37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0",
    48: "##0.0E+0", 49: "@",
}  # fmt: skip
_INDEXED = [
    f"{colour:06X}"
    for colour in (
        0x000000, 0xFFFFFF, 0xFF0000, 0x00FF00, 0x0000FF, 0xFFFF00, 0xFF00FF, 0x00FFFF, 0x000000, 0xFFFFFF, 0xFF0000,
        0x00FF00, 0x0000FF, 0xFFFF00, 0xFF00FF, 0x00FFFF, 0x800000, 0x008000, 0x000080, 0x808000, 0x800080, 0x008080,
        0xC0C0C0, 0x808080, 0x9999FF, 0x993366, 0xFFFFCC, 0xCCFFFF, 0x660066, 0xFF8080, 0x0066CC, 0xCCCCFF, 0x000080,
        0xFF00FF, 0xFFFF00, 0x00FFFF, 0x800080, 0x800000, 0x008080, 0x0000FF, 0x00CCFF, 0xCCFFFF, 0xCCFFCC, 0xFFFF99,
        0x99CCFF, 0xFF99CC, 0xCC99FF, 0xFFCC99, 0x3366FF, 0x33CCCC, 0x99CC00, 0xFFCC00, 0xFF9900, 0xFF6600, 0x666699,
        0x969696, 0x003366, 0x339966, 0x003300, 0x333300, 0x993300, 0x993366, 0x333399, 0x333333,
    )
]  # fmt: skip
"""The palette of old (ECMA-376 part 1, 18.8.27)."""
_SYSTEM = {64: "000000", 65: "FFFFFF"}
_FORMAT_PIECE = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)(?:-[^\]]*)?\]|(\[[^\]]*\])|([_*].)|(.)', re.DOTALL)
_DATE_SIGNS = re.compile(r"[dmyhs]", re.IGNORECASE)


class Look(NamedTuple):
    """What is seen of a cell beside its content."""

    format: str
    """Number format, as :func:`plain_format` writes it."""
    font: str
    fill: str
    border: str
    alignment: str
    locked: bool
    """Whether it cannot be edited once its sheet is protected."""
    hidden: bool
    """Whether its formula is not shown then."""


def plain_format(code: str) -> str:
    """Return a number format without what differs from program to program: quotes, escapes, the locale's mark."""
    pieces = []
    for text, escaped, currency, bracket, filler, other in _FORMAT_PIECE.findall(code):
        if bracket:
            pieces.append(bracket.upper())
        elif filler:
            pieces.append(filler)
        elif other:
            pieces.append(other.upper() if other.lower() in "dmyhsaple" else other)
        else:
            pieces.append(f"«{text or escaped or currency}»" if text or escaped or currency else "")
    joined = "".join(pieces).replace("»«", "")
    joined = re.sub(r"«( *)([^«»]*?)( *)»", r"\1«\2»\3", joined)
    joined = re.sub(r"«([ ./,:()-]*)»", r"\1", joined)
    return "General" if joined.lower().replace("«", "") in {"general", "standard"} else joined.removesuffix(";@")


def is_date(code: str) -> bool:
    """Whether a number format shows a day."""
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].', "", code)
    return bare.lower() != "general" and bool(re.search(r"[dy]", bare, re.IGNORECASE) and _DATE_SIGNS.search(bare))


class Looks:
    """The styles of one workbook."""

    def __init__(self, styles: bytes | None, theme: bytes | None) -> None:
        """Take the parts ``styles`` and ``theme``; None where there is none."""
        self.root = xml(styles) if styles else etree.Element(f"{MAIN}styleSheet")
        self.theme = list(_theme_colours(theme)) if theme else []
        self.codes = _BUILT_IN | {
            int(one.get("numFmtId", "0")): one.get("formatCode", "")
            for one in self.root.iterfind(f"{MAIN}numFmts/{MAIN}numFmt")
        }
        palette = [
            one.get("rgb", "")[-6:] for one in self.root.iterfind(f"{MAIN}colors/{MAIN}indexedColors/{MAIN}rgbColor")
        ]
        self.indexed = palette or _INDEXED
        self.fonts = [self.font(one) for one in self.root.iterfind(f"{MAIN}fonts/{MAIN}font")]
        self.fills = [self.fill(one) for one in self.root.iterfind(f"{MAIN}fills/{MAIN}fill")]
        self.borders = [self.border(one) for one in self.root.iterfind(f"{MAIN}borders/{MAIN}border")]
        self.entries = self.root.findall(f"{MAIN}cellXfs/{MAIN}xf")
        self.look = lru_cache(maxsize=None)(self._look)

    def code(self, style: str) -> str:
        """Return the number format of a style as it is written."""
        entry = self._entry(style)
        return "General" if entry is None else self.codes.get(int(entry.get("numFmtId", "0")), "General")

    def _entry(self, style: str) -> etree._Element | None:
        at = int(style or "0")
        return self.entries[at] if at < len(self.entries) else None

    def _look(self, style: str) -> Look:
        entry = self._entry(style)
        if entry is None:
            return Look("General", "", "", "", "", locked=True, hidden=False)
        protection = entry.find(f"{MAIN}protection")
        return Look(
            plain_format(self.code(style)),
            _at(self.fonts, entry.get("fontId")),
            _at(self.fills, entry.get("fillId")),
            _at(self.borders, entry.get("borderId")),
            _alignment(entry.find(f"{MAIN}alignment")),
            locked=protection is None or _on(protection.get("locked", "1")),
            hidden=protection is not None and _on(protection.get("hidden", "0")),
        )

    def font(self, element: etree._Element) -> str:
        """Return a font in words: name, size, and what is set."""
        told = {etree.QName(one).localname: one for one in element if isinstance(one.tag, str)}
        value = {name: one.get("val", "1") for name, one in told.items()}
        marks = [name for name in ("b", "i", "strike", "outline", "shadow") if _on(value.get(name, "0"))]
        if value.get("u", "none") != "none":
            marks.append("u" if value["u"] == "1" else f"u:{value['u']}".replace("u:single", "u"))
        if value.get("vertAlign", "baseline") != "baseline":
            marks.append(value["vertAlign"])
        name = value.get("name", value.get("rFont", ""))
        size = value.get("sz", "")
        return " ".join(
            filter(None, (name, f"{float(size):g}" if size else "", *marks, self.colour(told.get("color"), "000000")))
        )

    def fill(self, element: etree._Element) -> str:
        """Return a fill in words; empty for none."""
        pattern = element.find(f"{MAIN}patternFill")
        if pattern is None:
            return etree.tostring(element, method="c14n").decode() if len(element) else ""
        kind = pattern.get("patternType", "solid" if pattern.find(f"{MAIN}bgColor") is not None else "none")
        if kind == "none":
            return ""
        front, back = (self.colour(pattern.find(f"{MAIN}{name}")) for name in ("fgColor", "bgColor"))
        return front or back if kind == "solid" else f"{kind} {front} {back}"

    def border(self, element: etree._Element) -> str:
        """Return borders in words: side, line, colour; empty for none."""
        sides = []
        for side in element:
            if isinstance(side.tag, str) and side.get("style", "none") != "none":
                colour = self.colour(side.find(f"{MAIN}color"), "000000")
                sides.append(f"{etree.QName(side).localname}:{side.get('style')}:{colour}")
        return " ".join(sorted(sides)).replace("start:", "left:").replace("end:", "right:")

    def colour(self, element: etree._Element | None, otherwise: str = "") -> str:
        """Return a colour as six hexadecimal digits."""
        if element is None or _on(element.get("auto", "0")):
            return otherwise
        plain = otherwise
        if rgb := element.get("rgb"):
            plain = rgb[-6:].upper()
        elif indexed := element.get("indexed"):
            at = int(indexed)
            plain = self.indexed[at].upper() if at < len(self.indexed) else _SYSTEM.get(at, otherwise)
        elif (theme := element.get("theme")) and int(theme) < len(self.theme):
            plain = self.theme[int(theme)]
        tint = float(element.get("tint", "0"))
        return _tinted(plain, tint) if tint and plain else plain


def _theme_colours(theme: bytes) -> Iterator[str]:
    scheme = xml(theme).find(f"{_DRAWING}themeElements/{_DRAWING}clrScheme")
    for name in _THEME_ORDER:
        colour = scheme.find(f"{_DRAWING}{name}") if scheme is not None else None
        first = colour[0] if colour is not None and len(colour) else None
        yield "" if first is None else (first.get("lastClr") or first.get("val", "")).upper()


def _tinted(rgb: str, tint: float) -> str:
    """Return a colour made lighter or darker (ECMA-376 part 1, 18.8.19)."""
    red, green, blue = (int(rgb[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, light, saturation))


def _alignment(element: etree._Element | None) -> str:
    if element is None:
        return ""
    usual = {"horizontal": "general", "vertical": "bottom", "textRotation": "0", "indent": "0", "readingOrder": "0"}
    switches = ("wrapText", "shrinkToFit", "justifyLastLine")
    told = [f"{name}:{value}" for name, plain in usual.items() if (value := element.get(name, plain)) != plain]
    return " ".join((*told, *(name for name in switches if _on(element.get(name, "0")))))


def _at(known: list[str], index: str | None) -> str:
    at = int(index or "0")
    return known[at] if at < len(known) else ""


def _on(value: str) -> bool:
    return value in {"1", "true", "on"}
