"""One A4 page as a tagged PDF: text that wraps, shrinks and is read aloud in order, and decoration.

The drawing surface under :mod:`validators.pdf`, and the only module that knows reportlab, which draws but
does not tag. The tags (PDF 1.7, 14.7 and 14.8: headings, paragraphs, table cells, figures with a text in
their place) are what a screen reader needs. Coordinates are points from the top left corner; a text's ``y``
is its baseline.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Literal

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
_FONTS = ("SourceSansPro-Regular", "SourceSansPro-Semibold", "SourceSansPro-Bold")
_SMALLEST = 4.0
"""Size in points at which fitting stops and cutting begins."""

Align = Literal["left", "right", "centre"]
Weight = Literal["Regular", "Semibold", "Bold"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks."""

    size: float
    """In points."""
    colour: str = "#16222e"
    weight: Weight = "Regular"

    @property
    def font(self) -> str:
        """Name of the embedded font."""
        return f"SourceSansPro-{self.weight}"

    @property
    def leading(self) -> float:
        """Distance between two lines, in points."""
        return self.size * 1.28


@dataclass(slots=True)
class _Element:
    """A node of the structure tree."""

    tag: str
    alt: str = ""
    scope: str = ""
    kids: list[_Element | int] = field(default_factory=list)
    """Child nodes, and numbers of pieces of the page's content."""


def same_page(one: bytes, other: bytes) -> bool:
    """Whether two PDFs of this module show the same: equal but for how their streams were compressed."""
    return _unpacked(one) == _unpacked(other)


def _unpacked(pdf: bytes) -> list[bytes]:
    """Return a PDF without compression, lengths and addresses, which depend on the compressor."""
    parts = re.split(rb"(?<=>>\nstream\n)(.*?)(?=endstream)", pdf.partition(b"\nxref")[0], flags=re.DOTALL)
    unpacked = [re.sub(rb"/Length \d+", b"", part) for part in parts[::2]]
    for stream in parts[1::2]:
        try:
            packed = base64.a85decode(stream.strip().removesuffix(b"~>")) if stream.strip().endswith(b"~>") else stream
            unpacked.append(zlib.decompressobj().decompress(packed))
        except (ValueError, zlib.error):
            unpacked.append(stream)
    return unpacked


def width(text: str, style: Style) -> float:
    """Return the width of a text in points."""
    _register()
    return float(pdfmetrics.stringWidth(_spaced(text), style.font, style.size))


def wrap(text: str, style: Style, room: float) -> list[str]:
    """Return the lines that a text needs in ``room`` points; a word that is too long is broken."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip(" ")
        if width(longer, style) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if lines[-1] and width(lines[-1] + character, style) > room:
                lines.append("")
            lines[-1] += character
    return lines


def clip(text: str, style: Style, room: float, most: int) -> list[str]:
    """Return at most ``most`` lines of a text; where it is longer, the last line ends in an ellipsis."""
    lines = wrap(text, style, room)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and width(f"{last}…", style) > room:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]


def squeeze(text: str, style: Style, room: float, *, most: int, smallest: float) -> tuple[list[str], Style]:
    """Return at most ``most`` lines and their style, shrunk to ``smallest`` points before anything is cut."""
    while len(wrap(text, style, room)) > most and style.size > smallest:
        style = replace(style, size=max(style.size - 0.5, smallest))
    return clip(text, style, room, most), style


def fit(texts: Sequence[str], style: Style, room: float) -> Style:
    """Return the style, shrunk until the widest of ``texts`` stands on one line of ``room`` points."""
    widest = max((width(text, style) for text in texts), default=0.0)
    if widest <= room:
        return style
    return replace(style, size=max(style.size * room / widest * 0.999, _SMALLEST))


class Page:
    """The page while it is drawn; the same calls always give the same bytes."""

    def __init__(self, *, title: str, subject: str, author: str, lang: str, created: dt.datetime) -> None:
        _register()
        self._buffer = io.BytesIO()
        self._canvas = Canvas(
            self._buffer,
            pagesize=A4,
            pageCompression=1,
            invariant=1,
            pdfVersion=(1, 7),
            lang=lang,
            initialFontName=_FONTS[0],
        )
        self._canvas.setTitle(title)
        self._canvas.setSubject(subject)
        self._canvas.setAuthor(author)
        self._canvas.setCreator("Rapport Unique for Excel")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
        # Invariant documents are dated 2000; this one has a date, which does not come from the clock.
        stamp = self._canvas._doc._timeStamp  # noqa: SLF001 - reportlab has no setter
        stamp.YMDhms, stamp.dhh, stamp.dmm = created.astimezone(dt.UTC).timetuple()[:6], 0, 0
        self._root = _Element("Document")
        self._open = [self._root]
        self._pieces: list[_Element] = []

    @contextmanager
    def element(self, tag: str, *, alt: str = "", scope: str = "") -> Iterator[None]:
        """Put what is drawn inside under a tag, such as ``H1``, ``P`` or ``TD``.

        ``alt`` is read in place of a figure; ``scope`` (``Row`` or ``Column``) says what a header cell is
        head of.
        """
        element = _Element(tag, alt, scope)
        self._open[-1].kids.append(element)
        self._open.append(element)
        yield
        self._open.pop()

    def text(self, x: float, y: float, text: str, style: Style, align: Align = "left") -> None:
        """Draw one line of the current element."""
        element = self._open[-1]
        element.kids.append(len(self._pieces))
        with self._marked(f"/{element.tag} <</MCID {len(self._pieces)}>> BDC"):
            self._pieces.append(element)
            self._canvas.setFillColor(HexColor(style.colour))
            self._canvas.setFont(style.font, style.size)
            offset = {"left": 0.0, "right": 1.0, "centre": 0.5}[align] * width(text, style)
            self._canvas.drawString(x - offset, HEIGHT - y, _spaced(text))

    def lines(self, x: float, y: float, lines: Sequence[str], style: Style) -> float:
        """Draw lines below each other, the first on baseline ``y``; return the baseline behind the last."""
        for line in lines:
            self.text(x, y, line, style)
            y += style.leading
        return y

    def box(self, x: float, y: float, wide: float, high: float, colour: str, radius: float = 0) -> None:
        """Fill a rectangle, as decoration; ``y`` is its upper edge."""
        with self._marked("/Artifact BMC"):
            self._canvas.setFillColor(HexColor(colour))
            self._canvas.roundRect(x, HEIGHT - y - high, wide, high, radius, stroke=0, fill=1)

    def frame(self, x: float, y: float, wide: float, high: float, colour: str, radius: float = 0) -> None:
        """Outline a rectangle, as decoration."""
        with self._marked("/Artifact BMC"):
            self._canvas.setStrokeColor(HexColor(colour))
            self._canvas.setLineWidth(0.75)
            self._canvas.roundRect(x, HEIGHT - y - high, wide, high, radius, stroke=1, fill=0)

    def rule(self, x: float, y: float, to_x: float, to_y: float, colour: str, thick: float = 0.5) -> None:
        """Draw a straight line, as decoration."""
        with self._marked("/Artifact BMC"):
            self._canvas.setStrokeColor(HexColor(colour))
            self._canvas.setLineWidth(thick)
            self._canvas.line(x, HEIGHT - y, to_x, HEIGHT - to_y)

    def finish(self) -> bytes:
        """Return the PDF."""
        self._canvas.showPage()
        self._write_structure()
        self._canvas.save()
        return self._buffer.getvalue()

    @contextmanager
    def _marked(self, begin: str) -> Iterator[None]:
        self._canvas._code.append(begin)  # noqa: SLF001 - reportlab knows no marked content
        yield
        self._canvas._code.append("EMC")  # noqa: SLF001

    def _write_structure(self) -> None:
        document = self._canvas._doc  # noqa: SLF001 - the catalog has no public door
        page = document.Pages.pages[0]
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = 0, PDFName("S")
        page_reference = document.Reference(page)
        references: dict[int, Any] = {}

        def write(element: _Element, parent: Any) -> Any:  # noqa: ANN401 - reportlab is untyped
            entries = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName(element.tag), "P": parent})
            reference = references[id(element)] = document.Reference(entries)
            if element.alt:
                entries["Alt"] = PDFString(element.alt)
            if element.scope:
                entries["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName(element.scope)})
            entries["Pg"] = page_reference
            entries["K"] = PDFArray([kid if isinstance(kid, int) else write(kid, reference) for kid in element.kids])
            return reference

        tree = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        tree_reference = document.Reference(tree)
        tree["K"] = write(self._root, tree_reference)
        owners = document.Reference(PDFArray([references[id(element)] for element in self._pieces]))
        tree["ParentTree"] = document.Reference(PDFDictionary({"Nums": PDFArray([0, owners])}))
        document.Catalog.StructTreeRoot = tree
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})


def _spaced(text: str) -> str:
    """Widen narrow no-break spaces, which this font makes so narrow that groups of digits run together."""
    return text.replace("\u202f", "\u00a0")


@cache
def _register() -> None:
    """Load the fonts (Source Sans Pro, SIL Open Font License) from the package that ships them."""
    for name in _FONTS:
        with as_file(files("font_source_sans_pro") / "files" / f"{name}.ttf") as path:
            pdfmetrics.registerFont(TTFont(name, str(path)))
