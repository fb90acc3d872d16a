"""An official workbook learnt: questions put to a person in the terminal, and what was understood, in words."""

from __future__ import annotations

import typer

from addin.terminal import screen
from addin.terminal.console import LANG
from validators.official.question import Learned, Question, Told
from validators.official.words import PART
from workbook_templates.measure import Measure
from workbook_templates.official.map import OPEN, UNUSED
from workbook_templates.texts import catalogue

_NONE = "0"


def ask(question: Question) -> str | None:
    """Return a person's answer in the terminal; None where it is decided later."""
    texts, own = catalogue("validators.official", LANG)["question"], catalogue("addin", LANG)["official"]
    screen.console.print(question.sentence(LANG), style="yellow")
    if remark := question.remark(LANG):
        screen.console.print(remark)
    choices = {str(number): option for number, option in enumerate(question.options, start=1)}
    made = screen.table("", "", right=(0,))
    for number, option in choices.items():
        made.add_row(number, option.text(LANG))
    if question.optional:
        made.add_row(_NONE, f"({texts['none']})")
    screen.console.print(made)
    while True:
        try:
            said = str(typer.prompt(own["number"], default="", show_default=False)).strip()
        except typer.Abort:
            return None
        if said == _NONE and question.optional:
            return UNUSED
        if said in choices:
            return choices[said].id
        if not said:
            return None


def show(found: Learned, measure: Measure, lang: str) -> None:
    """Tell a person what was understood."""
    words, reasons = catalogue("addin", lang)["official"], catalogue("validators.official", lang)["reason"]
    said = screen.console.print
    for sheet in found.map.sheets:
        ours = "?" if sheet.source == OPEN else measure.sheet(sheet.source).title[lang]
        room = words["room" if sheet.last_row else "room_open"]
        said(room.format(sheet=sheet.name, ours=ours, first=sheet.first_row, last=sheet.last_row), style="bold")
        made = screen.table("", words["column"], words["ours"], words["why"])
        for told in found.told:
            if told.sheet == sheet.name and sheet.headings.get(told.letter) == told.heading:
                made.add_row(told.letter, told.heading, _ours(told, sheet.source, measure, lang), _why(told, reasons))
        said(made)
    said(words["fields"].format(count=len(found.map.fields), totals=len(found.map.totals)))
    for source in found.unplaced:
        said(words["unplaced"].format(sheet=measure.sheet(source).title[lang]), style="yellow")
    for place in found.missing:
        source, _, column = place.partition(".")
        sheet_ = measure.sheet(source)
        said(
            words["missing"].format(column=sheet_.column(column).label[lang], sheet=sheet_.title[lang]), style="yellow"
        )
    for column in found.unread:
        said(words["unread"].format(column=column), style="yellow")
    if found.macros:
        said(words["macros"])
    count = len(found.questions)
    said(words["open"].format(count=count) if count else words["clear"], style="yellow" if count else "green")


def _ours(told: Told, source: str, measure: Measure, lang: str) -> str:
    words = catalogue("addin", lang)["official"]
    fixed = {UNUSED: words["nothing"], OPEN: words["unsure"], PART: words["part"]}
    if told.column in fixed:
        return str(fixed[told.column])
    sheets = [measure.sheet(source)] if source != OPEN else list(measure.sheets)
    labels = [column.label[lang] for sheet in sheets for column in sheet.columns if column.id == told.column]
    return labels[0] if labels else told.column


def _why(told: Told, reasons: dict[str, str]) -> str:
    if not told.reason:
        return ""
    return reasons[told.reason] if told.confidence == 100 else f"{reasons[told.reason]}, {told.confidence} %"  # noqa: PLR2004 - certain
