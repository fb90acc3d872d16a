"""The signers' summary as one A4 page, for officers who sign once a year and never open the workbook.

From the top: whose report it is, the figures that count, how much of each grant is justified, what was read,
which warnings are accepted and why, who signs and what comes next, and the fingerprint that ties the page to
the workbook. The lower part has a fixed place; the warnings get the room between, and say how many did not
fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from validators.findings import LOCALES
from validators.page import HEIGHT, WIDTH, Align, Page, Style, clip, fit, squeeze, width, wrap
from validators.report import AcceptedWarning, Report
from validators.summary import GRANTED, JUSTIFIED, Bar, Summary, one_line
from workbook_templates.measure import Measure

_INK, _MUTED, _ACCENT, _WARN = "#16222e", "#51606c", "#0f4c5c", "#8f4300"
_PANEL, _LINE, _TRACK, _BAR, _OVER = "#eef3f5", "#cfd9de", "#c5d3d9", "#1f7487", "#c26a1a"
_LEFT, _RIGHT = 46.0, WIDTH - 46.0
_ROOM = _RIGHT - _LEFT
_FOOTER = HEIGHT - 40
_BOXES_GAP = 14.0
_SHOWN_OFFICERS = 2
_SHOWN_IMPORTS = 3

_HEADING = Style(11, _ACCENT, "Semibold")
_BODY = Style(9.5, _INK)
_STRONG = replace(_BODY, weight="Semibold")
_SENTENCE = Style(9, _INK)
_SMALL = Style(8.5, _MUTED)
_NOTE = Style(7.8, _MUTED)
_NAME = Style(11, _INK, "Semibold")


def summary(report: Report, measure: Measure, lang: str) -> bytes:
    """Return the summary of a report as a PDF of one page, in ``lang``; the same report gives the same bytes.

    ``measure`` is the pack that the report names; it has the labels and sentences in every language.
    """
    return _Drawing(Summary(report, measure, lang)).pdf()


class _Drawing:
    """One summary while it is drawn: each section takes its upper edge and returns the next one's."""

    def __init__(self, content: Summary) -> None:
        self.content = content
        self.texts = content.texts
        self.page = Page(
            title=f"{content.measure.title[content.lang]} – {content.centre}".removesuffix(" – "),
            subject=self.texts["subject"],
            author=content.centre,
            lang=LOCALES[content.lang].replace("_", "-"),
            created=content.created,
        )
        self.accepted = content.accepted()
        self.ledgers = content.imports(_SHOWN_IMPORTS, lambda name: clip(name, _SMALL, _ROOM / 3, 1)[0])
        self.officers = [self.officer_lines(role) for role in content.measure.roles]
        # Two more lines where the official workbook is in the package.
        self.foot = _FOOTER - (2 * 11.0 if content.report["official"] else 0.0)
        self.gap = 16.0 if self.warnings_height() < 140 else 9.0  # noqa: PLR2004 - four warnings or so

    def pdf(self) -> bytes:
        legal = wrap(self.texts["legal"], _SMALL, _ROOM)
        what_next = self.foot - 10 - len(legal) * _SMALL.leading - _STRONG.leading
        signers = what_next - 18 - self.signers_height()
        y = self.header()
        y = self.cards(y)
        y = self.table(y)
        y = self.chart_and_rows(y, spare=signers - y - self.imports_height() - self.warnings_height() - self.gap)
        y = self.imports(y)
        self.warnings(y, signers - 8)
        self.signers(signers)
        self.what_next(what_next, legal)
        self.footer()
        return self.page.finish()

    def heading(self, y: float, text: str, x: float = _LEFT, room: float = _ROOM) -> float:
        """Draw a section's title; return the first baseline under it."""
        with self.page.element("H2"):
            self.page.text(x, y + _HEADING.size, text, fit([text], _HEADING, room))
        return y + _HEADING.size + _HEADING.leading + 3

    def header(self) -> float:
        page, kicker, made = self.page, self.texts["kicker"], self.content.made()
        page.box(0, 0, WIDTH, 6, _ACCENT)
        with page.element("P"):
            page.text(_LEFT, 36, kicker, fit([kicker], Style(9, _ACCENT, "Semibold"), _ROOM * 0.55))
        with page.element("P"):
            page.text(_RIGHT, 36, made, fit([made], _SMALL, _ROOM * 0.44), "right")
        title = self.content.measure.title[self.content.lang]
        with page.element("H1"):
            page.text(_LEFT, 62, title, fit([title], Style(20, _INK, "Bold"), _ROOM))
        y = 81.0
        if self.content.centre:
            with page.element("P"):
                lines, style = squeeze(self.content.centre, replace(_NAME, size=13), _ROOM, most=2, smallest=9)
                y = page.lines(_LEFT, y, lines, style)
        with page.element("P"):
            page.text(_LEFT, y, self.content.identity(), _BODY)
        return y + self.gap

    def cards(self, y: float) -> float:
        page, between, high, cards = self.page, 10.0, 54.0, self.content.cards()
        if not cards:
            return y
        wide = (_ROOM - between * (len(cards) - 1)) / len(cards)
        room = wide - 22
        large = fit([card.figure.text for card in cards], Style(18, _ACCENT, "Semibold"), room)
        for position, card in enumerate(cards):
            x = _LEFT + position * (wide + between)
            page.box(x, y, wide, high, _PANEL, 4)
            with page.element("P"):
                page.text(x + 11, y + 15, card.label, fit([card.label], _SMALL, room))
                style = replace(large, colour=_WARN) if card.figure.alarming else large
                page.text(x + 11, y + 34, card.figure.text, style)
                if card.note:
                    page.text(x + 11, y + 46, card.note, fit([card.note], _NOTE, room))
        return y + high + self.gap

    def table(self, y: float) -> float:
        page, groups, rows = self.page, self.content.measure.groups, self.content.rows()
        titles = [group.label[self.content.lang] for group in groups]
        wide = min((_ROOM - 118) / len(groups), 96)
        body = fit([figure.text for row in rows for figure in row.figures], _STRONG, wide - 8)
        head = fit(titles, replace(_SMALL, weight="Semibold"), wide - 8)
        right = [_RIGHT - wide * (len(groups) - 1 - position) for position in range(len(groups))]
        y = self.heading(y, self.texts["key_figures"])
        with page.element("Table"):
            with page.element("TR"):
                with page.element("TD"):
                    pass
                for x, title in zip(right, titles, strict=True):
                    with page.element("TH", scope="Column"):
                        page.text(x, y, title, head, "right")
            y += 5
            page.rule(_LEFT, y, _RIGHT, y, _ACCENT, 0.9)
            for row in rows:
                label = _STRONG if row.strong else replace(_BODY, colour=_MUTED)
                plain = body if row.strong else replace(body, weight="Regular")
                with page.element("TR"):
                    with page.element("TH", scope="Row"):
                        page.text(_LEFT, y + 12, row.label, fit([row.label], label, _ROOM - wide * len(groups) - 6))
                    for x, figure in zip(right, row.figures, strict=True):
                        style = replace(body, colour=_WARN) if figure.alarming else plain
                        with page.element("TD"):
                            page.text(x, y + 12, figure.text, style, "right")
                y += 16.5
                page.rule(_LEFT, y, _RIGHT, y, _LINE)
        return y + self.gap

    def chart_and_rows(self, y: float, spare: float) -> float:
        """Draw the chart beside the rows read, as high as the room that is to spare."""
        bars, rows = self.content.bars(), self.content.rows_read()
        lines = max(len(rows), len(bars) + 1)
        around = _HEADING.leading + 11 + self.gap
        pitch = min(max((spare - around) / lines, 12.0), 23.0)
        middle = _LEFT + _ROOM * 0.6 if bars else _LEFT - 8
        if bars:
            self.chart(y, bars, middle - 18, pitch * lines / (len(bars) + 1))
        self.rows_read(y, rows, middle + 8, pitch)
        return y + around + pitch * lines

    def chart(self, y: float, bars: Sequence[Bar], right: float, pitch: float) -> None:
        """Draw one bar for each group: justified, in front of what is to be justified."""
        page = self.page
        label = fit([bar.label for bar in bars], _BODY, 70)
        start = _LEFT + max(width(bar.label, label) for bar in bars) + 10
        top = max((amount for bar in bars for amount in (bar.granted, bar.justified)), default=0)
        scale = (right - start - 46) / top if top > 0 else 0
        thick = min(pitch * 0.55, 13)
        y = self.heading(y, self.texts["chart"], room=right - _LEFT)
        with page.element("Figure", alt=" ; ".join(bar.words for bar in bars)):
            for bar in bars:
                middle, over = y + pitch / 2 - 6, bar.justified > bar.granted
                edge = start + max(bar.granted, 0) * scale
                page.box(start, middle - thick / 2, edge - start, thick, _TRACK, 1.5)
                page.box(
                    start,
                    middle - thick / 4,
                    max(bar.justified, 0) * scale,
                    thick / 2,
                    _OVER if over else _BAR,
                    1,
                )
                if over:
                    page.rule(edge, middle - thick / 2 - 2, edge, middle + thick / 2 + 2, _INK, 0.9)
                page.text(_LEFT, middle + 3.2, bar.label, label)
                style = replace(_STRONG, colour=_WARN) if over else _STRONG
                page.text(right, middle + 3.2, bar.share, fit([bar.share], style, 42), "right")
                y += pitch
            x = start
            for line, colour in ((JUSTIFIED, _BAR), (GRANTED, _TRACK)):
                text = self.content.measure.line(line).label[self.content.lang]
                page.box(x, y + pitch / 2 - 11, 7, 7, colour, 1)
                page.text(x + 11, y + pitch / 2 - 5, text, _SMALL)
                x += width(text, _SMALL) + 28

    def rows_read(self, y: float, rows: Sequence[tuple[str, str, str]], left: float, pitch: float) -> None:
        """Tell how many rows of each sheet were read: the proof that nothing was overlooked."""
        page = self.page
        heads = (self.texts["rows_sheet"], self.texts["rows_read"], self.texts["rows_hidden"])
        places: tuple[tuple[float, Align], ...] = ((left, "left"), (_RIGHT - 70, "right"), (_RIGHT, "right"))
        y = self.heading(y, self.texts["rows"], left, _RIGHT - left)
        head = fit(heads, _NOTE, 62)
        with page.element("Table"):
            with page.element("TR"):
                for (x, align), text in zip(places, heads, strict=True):
                    with page.element("TH", scope="Column"):
                        page.text(x, y - 4, text, head, align)
            for row in rows:
                page.rule(left, y, _RIGHT, y, _LINE)
                with page.element("TR"):
                    for (x, align), text in zip(places, row, strict=True):
                        tag, scope = ("TH", "Row") if align == "left" else ("TD", "")
                        room = _RIGHT - left - 114 if align == "left" else 62
                        with page.element(tag, scope=scope):
                            page.text(x, y + pitch / 2 + 3, text, fit([text], _BODY, room), align)
                y += pitch

    def imports(self, y: float) -> float:
        """Tell each ledger that was taken over, on one line: what went in, and that nothing is missing."""
        for line in self.ledgers:
            with self.page.element("P"):
                self.page.text(_LEFT, y, line, fit([line], _SMALL, _ROOM))
            y += _SMALL.leading
        return y + (self.gap - 4 if self.ledgers else 0)

    def imports_height(self) -> float:
        return len(self.ledgers) * _SMALL.leading + (self.gap - 4 if self.ledgers else 0)

    def warnings(self, y: float, bottom: float) -> None:
        """Tell the accepted warnings with their reasons, as many as there is room for above ``bottom``."""
        page = self.page
        y = self.heading(y, self.texts["warnings"])
        if not self.accepted:
            with page.element("P"):
                page.text(_LEFT, y, self.texts["warnings_none"], _BODY)
            return
        heights = [self.warning_height(entry) for entry in self.accepted]
        shown = len(heights)
        while shown and y - 13 + sum(heights[:shown]) + _SMALL.leading * (shown < len(heights)) > bottom:
            shown -= 1
        if shown:
            with page.element("L"):
                for entry in self.accepted[:shown]:
                    y = self.warning(y, entry)
        if shown < len(heights):
            codes = ", ".join(entry["code"] for entry in self.accepted[shown:])
            text = self.content.plural("others", len(heights) - shown, codes=codes)
            with page.element("P"):
                page.lines(_LEFT, y, clip(text, _SMALL, _ROOM, 1), _SMALL)

    def warning(self, y: float, entry: AcceptedWarning) -> float:
        page, code = self.page, entry["code"]
        sentence, reason = self.warning_lines(entry)
        with page.element("LI"), page.element("LBody"):
            page.text(_LEFT, y, code, fit([code], Style(9, _WARN, "Semibold"), 54))
            below = page.lines(_LEFT + 60, y, sentence, _SENTENCE)
            page.text(_RIGHT, y, self.content.plural("findings", entry["count"]), _SMALL, "right")
            return page.lines(_LEFT + 60, below, reason, _SMALL) + 3

    def warning_lines(self, entry: AcceptedWarning) -> tuple[list[str], list[str]]:
        sentence = clip(self.content.sentence(entry), _SENTENCE, _ROOM - 132, 2)
        return sentence, clip(self.content.reason(entry), _SMALL, _ROOM - 60, 2)

    def warning_height(self, entry: AcceptedWarning) -> float:
        sentence, reason = self.warning_lines(entry)
        return len(sentence) * _SENTENCE.leading + len(reason) * _SMALL.leading + 3

    def warnings_height(self) -> float:
        content = sum(self.warning_height(entry) for entry in self.accepted) if self.accepted else _BODY.leading
        return _HEADING.size + _HEADING.leading + content

    def signers(self, y: float) -> None:
        """Draw a box for each signature: who may make it, and what that person does with the package."""
        page = self.page
        wide, high = (_ROOM - _BOXES_GAP) / 2, self.signers_height() - 20
        y = self.heading(y, self.texts["signers"]) - 8
        for position, (role, lines) in enumerate(zip(self.content.measure.roles, self.officers, strict=True)):
            x = _LEFT + position * (wide + _BOXES_GAP)
            page.frame(x, y, wide, high, _ACCENT, 4)
            page.box(x + 10, y + 9, 15, 15, _ACCENT, 7.5)
            with page.element("P"):
                page.text(x + 17.5, y + 20, str(position + 1), Style(9.5, "#ffffff", "Bold"), "centre")
                page.text(x + 32, y + 20, self.texts["signature"][position], replace(_HEADING, size=10))
            if len(self.content.officers(role)) > 1:
                with page.element("P"):
                    page.text(x + wide - 11, y + 20, self.texts["any_of"], _SMALL, "right")
            base = y + 38
            with page.element("P"):
                for text, style, after in lines:
                    page.text(x + 11, base, text, style)
                    base += style.leading + after
            step = self.texts["then"][position]
            with page.element("P"):
                page.text(x + 11, y + high - 9, step, fit([step], _SMALL, wide - 22))

    def officer_lines(self, role: str) -> list[tuple[str, Style, float]]:
        """Return the people of a role as lines, each with its style and the room behind it."""
        room, found = (_ROOM - _BOXES_GAP) / 2 - 22, self.content.officers(role)
        if not found:
            return [(self.texts["nobody"], fit([self.texts["nobody"]], _BODY, room), 0)]
        lines: list[tuple[str, Style, float]] = []
        for officer in found[:_SHOWN_OFFICERS]:
            (name,), style = squeeze(one_line(officer["name"]), _NAME, room, most=1, smallest=8.5)
            office = self.content.office(officer)
            lines += [(name, style, 0), (office, fit([office], _SMALL, room), 6)]
        if len(found) > _SHOWN_OFFICERS:
            lines.append((self.content.plural("more_officers", len(found) - _SHOWN_OFFICERS), _SMALL, 0))
        return lines

    def signers_height(self) -> float:
        content = max(sum(style.leading + after for _, style, after in lines) for lines in self.officers)
        return 20 + 38 + content + _SMALL.leading

    def what_next(self, y: float, legal: Sequence[str]) -> None:
        with self.page.element("P"):
            self.page.text(_LEFT, y, self.content.closes(), replace(_STRONG, colour=_ACCENT))
        with self.page.element("P"):
            self.page.lines(_LEFT, y + _STRONG.leading, legal, _SMALL)

    def footer(self) -> None:
        page, report = self.page, self.content.report
        versions = self.texts["versions"].format(pack=report["pack_version"], engine=report["engine_version"])
        name = self.texts["fingerprint"].format(name=one_line(report["workbook"]["name"]))
        page.rule(_LEFT, self.foot - 12, _RIGHT, self.foot - 12, _LINE)
        with page.element("P"):
            page.lines(_LEFT, self.foot, clip(name, _NOTE, _ROOM - width(versions, _NOTE) - 20, 1), _NOTE)
            page.text(_LEFT, self.foot + 11, report["workbook"]["sha256"], Style(8.4, _INK))
        with page.element("P"):
            page.text(_RIGHT, self.foot, versions, _NOTE, "right")
        if official := report["official"]:
            with page.element("P"):
                page.lines(_LEFT, self.foot + 22, clip(self.content.official(), _NOTE, _ROOM, 1), _NOTE)
                page.text(_LEFT, self.foot + 33, official["sha256"], Style(8.4, _INK))
