"""A verdict on a signed package as one A4 page, to file beside the package.

It draws what it is given, text by text: what a signature is worth is decided elsewhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from validators.findings import LOCALES
from validators.page import HEIGHT, WIDTH, Page, Style, clip, fit, squeeze

_INK, _MUTED, _ACCENT, _LINE = "#16222e", "#51606c", "#0f4c5c", "#cfd9de"
_TONES = {"good": ("#1c6b3a", "#e6f2ea"), "wait": ("#8f4300", "#fbf0e3"), "bad": ("#9b1c1c", "#fbe9e7")}
_LEFT, _RIGHT = 46.0, WIDTH - 46.0
_ROOM = _RIGHT - _LEFT
_FOOTER = HEIGHT - 40
_HEADING = Style(11, _ACCENT, "Semibold")
_BODY = Style(9, _INK)
_SMALL = Style(8.5, _MUTED)
_MOST_LINES = 3

Tone = Literal["good", "wait", "bad"]


@dataclass(frozen=True, slots=True)
class Section:
    """A title with a table, or with lines where each row is one text."""

    title: str
    rows: Sequence[Sequence[str]]
    header: Sequence[str] = ()
    shares: Sequence[float] = (1.0,)
    """Width of each column, as a share of the page's."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything that stands on the page, in the reader's words."""

    kicker: str
    title: str
    subtitle: str
    word: str
    """The verdict, in at most a few words."""
    tone: Tone
    meaning: str
    sections: Sequence[Section]
    footer: Sequence[str]
    lang: str
    created: dt.datetime
    """With zone; the page's date as a document."""


def page_of(verdict: Verdict) -> bytes:
    """Return the PDF; what does not fit is cut with an ellipsis, never moved to a second page."""
    page = Page(
        title=f"{verdict.title} – {verdict.word}",
        subject=verdict.kicker,
        author="",
        lang=LOCALES[verdict.lang].replace("_", "-"),
        created=verdict.created,
    )
    colour, panel = _TONES[verdict.tone]
    page.box(0, 0, WIDTH, 6, colour)
    with page.element("P"):
        page.text(_LEFT, 36, verdict.kicker, Style(9, _ACCENT, "Semibold"))
    with page.element("H1"):
        page.text(_LEFT, 62, verdict.title, fit([verdict.title], Style(20, _INK, "Bold"), _ROOM))
    with page.element("P"):
        page.text(_LEFT, 80, verdict.subtitle, fit([verdict.subtitle], _BODY, _ROOM))
    meaning, style = squeeze(verdict.meaning, _BODY, _ROOM - 24, most=2, smallest=7)
    high = 34 + len(meaning) * style.leading
    page.box(_LEFT, 96, _ROOM, high, panel, 4)
    with page.element("H2"):
        page.text(_LEFT + 12, 118, verdict.word, fit([verdict.word], Style(16, colour, "Bold"), _ROOM - 24))
    with page.element("P"):
        page.lines(_LEFT + 12, 118 + style.leading + 3, meaning, style)
    y = 96 + high + 22
    last = _FOOTER - 14 - len(verdict.footer) * _SMALL.leading
    for section in verdict.sections:
        y = _section(page, section, y, last)
    page.rule(_LEFT, last + 6, _RIGHT, last + 6, _LINE)
    y = last + 18
    for line in verdict.footer:
        with page.element("P"):
            page.text(_LEFT, y, line, fit([line], _SMALL, _ROOM))
        y += _SMALL.leading
    return page.finish()


def _section(page: Page, section: Section, y: float, last: float) -> float:
    """Draw a section from ``y`` on, as many rows as fit above ``last``; return where the next begins."""
    if not section.rows or y + 40 > last:
        return y
    with page.element("H2"):
        page.text(_LEFT, y, section.title, _HEADING)
    y += _HEADING.leading + 2
    starts = [_LEFT + _ROOM * sum(section.shares[:column]) for column in range(len(section.shares))]
    with page.element("Table"):
        if section.header:
            with page.element("TR"):
                for x, share, text in zip(starts, section.shares, section.header, strict=True):
                    with page.element("TH", scope="Column"):
                        page.text(x, y, text, fit([text], _SMALL, _ROOM * share - 6))
            page.rule(_LEFT, y + 4, _RIGHT, y + 4, _LINE)
            y += _SMALL.leading + 4
        for row in section.rows:
            cells = [
                clip(text, _BODY, _ROOM * share - 6, _MOST_LINES)
                for share, text in zip(section.shares, row, strict=True)
            ]
            high = max(map(len, cells)) * _BODY.leading
            if y + high > last:
                with page.element("TR"), page.element("TD"):
                    page.text(_LEFT, y, "…", replace(_BODY, colour=_MUTED))
                return last
            with page.element("TR"):
                for x, lines in zip(starts, cells, strict=True):
                    with page.element("TD"):
                        page.lines(x, y, lines, _BODY)
            y += high + 4
    return y + 14
