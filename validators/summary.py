"""What the signers are told: the words and figures of the one-page summary, in their language.

Everything comes from the report and its measure; :mod:`validators.pdf` draws it and says nothing of its own.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from validators.findings import LOCALES, day, euros
from validators.report import AcceptedWarning, Officer, Report
from workbook_templates.cells import total_id
from workbook_templates.measure import Measure, Rule, TotalGroup, TotalLine
from workbook_templates.texts import catalogue

GRANTED, JUSTIFIED = "granted", "justified"
"""Ids of the totals lines that the chart compares; a measure without them has no chart."""
_TENTH = Decimal("0.1")
_ENTERPRISE_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """One text of a table, and whether it is one to worry about."""

    text: str
    alarming: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of key figures."""

    label: str
    figures: tuple[Figure, ...]
    """One for each group."""
    strong: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A key figure of the whole measure."""

    label: str
    figure: Figure
    note: str
    """What it is made of, or its share of the amount to justify."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A group in the chart: what is justified, against what is to be justified."""

    label: str
    granted: int
    """In cents, as :attr:`justified`."""
    justified: int
    share: str
    words: str
    """The bar for those who cannot see it."""


class Summary:
    """The summary of one report in one language."""

    def __init__(self, report: Report, measure: Measure, lang: str) -> None:
        self.report = report
        self.measure = measure
        self.lang = lang
        self.locale = Locale.parse(LOCALES[lang])
        self.texts: Mapping[str, Any] = catalogue("validators", lang)["summary"]
        self.created = dt.datetime.fromisoformat(report["created"])
        self.centre = one_line(str(report["centre"].get("centre_name") or ""))
        self._cents = {total["id"]: total["cents"] for total in report["totals"]}

    # ------------------------------------------------------------ who and when

    def identity(self) -> str:
        """Return the centre's number and the year."""
        digits = re.sub(r"\D", "", str(self.report["centre"].get("enterprise_number") or ""))
        year = self.measure.year
        if len(digits) != _ENTERPRISE_DIGITS:
            return str(self.texts["centre_unnumbered"].format(year=year))
        number = f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"
        return str(self.texts["centre"].format(number=number, year=year))

    def made(self) -> str:
        """Return when the report was made, and the short fingerprint to compare by eye."""
        digits = self.report["workbook"]["sha256"][:8].upper()
        moment = self.texts["made"].format(date=day(self.created.date()), time=f"{self.created:%H:%M}")
        short = self.texts["fingerprint_short"].format(short=f"{digits[:4]}\u00a0{digits[4:]}")
        return f"{moment} · {short}"

    def closes(self) -> str:
        """Return when the federal form closes."""
        closes = self.measure.calendar.closes
        if closes is None:
            return str(self.texts["undated"])
        date = format_date(closes, "long", self.locale)
        return str(self.texts["calendar"].format(closes=date))

    # ------------------------------------------------------------ key figures

    def cards(self) -> list[Card]:
        """Return the emphasised lines of the whole measure; none where no group stands for the whole."""
        group = self.measure.groups[-1]
        if not group.sums_others and len(self.measure.groups) > 1:
            return []
        return [
            Card(line.label[self.lang], self.figure(line, group), self._note(line, group))
            for line in self.measure.lines_of(group)
            if line.emphasis
        ]

    def rows(self) -> list[Row]:
        """Return the emphasised lines; then each line under a cap, the cap, and how much of it is used."""
        rows = [self._row(line) for line in self.measure.lines if line.emphasis]
        for capped, cap in self._caps():
            used = tuple(
                Figure(self.share(capped.id, cap.id, group) or "–", self.figure(capped, group).alarming)
                for group in self.measure.groups
            )
            rows += [self._row(capped), self._row(cap), Row(self.texts["cap_used"], used, strong=False)]
        return rows

    def bars(self) -> list[Bar]:
        """Return the chart, group by group; empty where the measure has no such lines."""
        if not {GRANTED, JUSTIFIED} <= {line.id for line in self.measure.lines}:
            return []
        bars = []
        for group in self.measure.groups:
            if group.sums_others:
                continue
            granted, justified = (
                self._cents[total_id(GRANTED, group.id)],
                self._cents[total_id(JUSTIFIED, group.id)],
            )
            label = group.label[self.lang]
            words = self.texts["chart_bar"].format(
                group=label, granted=euros(granted, self.lang), justified=euros(justified, self.lang)
            )
            bars.append(Bar(label, granted, justified, self.share(JUSTIFIED, GRANTED, group) or "–", words))
        return bars

    def value(self, line: TotalLine, group: TotalGroup) -> int | None:
        """Return the cents of a total; None where it does not exist, or would leave groups out."""
        if line.groups and group.sums_others:
            return None
        return self._cents.get(total_id(line.id, group.id))

    def figure(self, line: TotalLine, group: TotalGroup) -> Figure:
        """Return the amount of a total; alarming are a negative key figure and a line above its cap."""
        value = self.value(line, group)
        if value is None:
            return Figure("–")
        limits = [self.value(cap, group) for capped, cap in self._caps() if capped.id == line.id]
        exceeded = any(limit is not None and value > limit for limit in limits)
        return Figure(euros(value, self.lang), exceeded or (value < 0 and line.emphasis))

    def share(self, part: str, whole: str, group: TotalGroup) -> str:
        """Return a percentage with one decimal, or nothing; 0 and 100 % are said only where exact."""
        over, under = (self.value(self.measure.line(line), group) for line in (part, whole))
        if over is None or not under:
            return ""
        exact = Decimal(over) * 100 / Decimal(under)
        percent = exact.quantize(_TENTH, ROUND_HALF_UP)
        if percent in {0, 100} and percent != exact:
            percent += _TENTH if exact > percent else -_TENTH
        return f"{format_decimal(percent, '#,##0.0;−#,##0.0', self.locale)}\u00a0%"

    def _row(self, line: TotalLine) -> Row:
        figures = tuple(self.figure(line, group) for group in self.measure.groups)
        return Row(line.label[self.lang], figures, line.emphasis)

    def _note(self, line: TotalLine, group: TotalGroup) -> str:
        if line.id == GRANTED:
            return " + ".join(self.measure.line(part).label[self.lang] for part in line.add)
        if GRANTED not in {other.id for other in self.measure.lines}:
            return ""
        share = self.share(line.id, GRANTED, group)
        return str(self.texts["share"].format(percent=share)) if share else ""

    def _caps(self) -> list[tuple[TotalLine, TotalLine]]:
        """Return the lines that a rule compares with a percentage of another line."""
        pairs = [
            (self.measure.line(rule.column), self.measure.line(str(rule.params["limit"])))
            for rule in self.measure.rules
            if rule.kind == "total_at_most"
        ]
        return [(capped, cap) for capped, cap in pairs if cap.of]

    # ------------------------------------------------------------ rows read, warnings

    def rows_read(self) -> list[tuple[str, str, str]]:
        """Return title, rows read and hidden rows of each sheet that has rows."""
        counted = [(sheet.title[self.lang], self.report["rows"].get(sheet.id)) for sheet in self.measure.sheets]
        return [(title, self.number(rows["read"]), self.number(rows["hidden"])) for title, rows in counted if rows]

    def imports(self, most: int, shorten: Callable[[str], str] = str) -> list[str]:
        """Return a line for each ledger that was taken over, the newest first; the last counts those without a line.

        ``shorten`` cuts a file's name to the room that there is.
        """
        told = self.report["imports"][::-1]
        shown = told if len(told) <= most else told[: most - 1]
        lines = [
            self.texts["imported"].format(
                ledger=shorten(one_line(one["ledger"])),
                rows=self.number(sum(part["rows"] for part in one["imported"])),
                amount=euros(sum(part["cents"] for part in one["imported"]), self.lang),
                whole=euros(one["cents"], self.lang),
                difference=euros(one["difference_cents"], self.lang),
            )
            for one in shown
        ]
        if len(shown) < len(told):
            lines.append(self.plural("more_imports", len(told) - len(shown)))
        return lines

    def accepted(self) -> list[AcceptedWarning]:
        """Return the warnings: the best founded first, then those with the most findings."""

        def weight(entry: AcceptedWarning) -> tuple[int, int, str]:
            rule = self._rule(entry["code"])
            return "HML".index(rule.confidence) if rule else 0, -entry["count"], entry["code"]

        return sorted(self.report["accepted"], key=weight)

    def sentence(self, entry: AcceptedWarning) -> str:
        """Return the rule in a sentence, or the first finding's message where the pack has no such rule."""
        rule = self._rule(entry["code"])
        messages = (finding["message"] for finding in self.report["findings"] if finding["code"] == entry["code"])
        return one_line(rule.text[self.lang] if rule else next(messages, entry["code"]))

    def reason(self, entry: AcceptedWarning) -> str:
        """Return the centre's reason."""
        return str(self.texts["reason"].format(reason=one_line(entry["reason"])))

    def _rule(self, code: str) -> Rule | None:
        return next((rule for rule in self.measure.rules if rule.code == code), None)

    def official(self) -> str:
        """Return what the guard says of the official workbook in the package; empty where there is none."""
        told = self.report["official"]
        if told is None:
            return ""
        return str(self.texts["official"].format(name=one_line(told["name"]), cells=self.number(told["input_cells"])))

    # ------------------------------------------------------------ signers

    def officers(self, role: str) -> list[Officer]:
        """Return who may sign in a role: those in office on the report's day, else everybody listed."""
        listed = [officer for officer in self.report["officers"] if f"{officer['role']}_".startswith(f"{role}_")]
        today = self.report["created"][:10]
        return [o for o in listed if (o["date_from"] or today) <= today <= (o["date_to"] or today)] or listed

    def office(self, officer: Officer) -> str:
        """Return the role in words and the time in it."""
        role = self._role_label(officer["role"])
        first, last = (day(dt.date.fromisoformat(d)) if d else "" for d in (officer["date_from"], officer["date_to"]))
        if not first:
            return role
        return f"{role}, {self.texts['until' if last else 'since'].format(date_from=first, date_to=last)}"

    def _role_label(self, role: str) -> str:
        labels = {
            choice.id: choice.label[self.lang]
            for sheet in self.measure.sheets
            for column in sheet.columns
            if column.id == "role"
            for choice in column.choices
        }
        return labels.get(role, role)

    # ------------------------------------------------------------ words

    def number(self, count: int) -> str:
        """Return a count in Belgian notation."""
        return str(format_decimal(count, "#,##0", self.locale))

    def plural(self, key: str, n: int, **params: object) -> str:
        """Return a text in the form that ``n`` wants."""
        forms: Mapping[str, str] = self.texts[key]
        return forms[self.locale.plural_form(n)].format(n=self.number(n), **params)


def one_line(text: str) -> str:
    """Return a text with every run of white space as one blank."""
    return re.sub(r"\s+", " ", text).strip()
