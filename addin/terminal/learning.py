"""An official workbook learnt: questions put to a person, the map as text, what was understood, told in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import typer

from addin.terminal import screen
from addin.terminal.console import LANG
from validators.findings import InputError
from validators.official.earlier import Earlier, carried
from validators.official.errors import OfficialError, read_map
from validators.official.learn import learn
from validators.official.question import Learned, Question, Told, notes_of
from validators.official.words import PART
from workbook_templates import packs
from workbook_templates.measure import Measure, Text
from workbook_templates.official.map import OPEN, UNUSED, write
from workbook_templates.official.structure import Structure
from workbook_templates.texts import catalogue

_NONE = "0"


def year_of(structure: Structure, measure: str) -> int:
    """Return the year that a workbook names most often, among those that there is a template for; else the latest."""
    years = [year for name, year in packs.available() if name == measure]
    if not years:
        raise InputError("RU-X18", found=measure, known=", ".join(f"{name} {of}" for name, of in packs.available()))
    said = " ".join(str(value) for sheet in structure.sheets for value in sheet.grid.values.values())
    return max(years, key=lambda year: (len(re.findall(rf"\b{year}\b", said)), year))


def learned(
    structure: Structure, measure: Measure, earlier: str | None, ask: Callable[[Question], str | None]
) -> Learned:
    """Return what a blank official workbook takes of a measure.

    ``earlier`` is another workbook's map. ``ask`` returns the chosen option's id, or None where it is decided later.
    InputError where the workbook or that map cannot be used, or nothing of the measure is recognised.
    """
    known = Earlier()
    if earlier is not None:
        old = read_map(earlier)
        if old.measure != measure.id:
            raise OfficialError("RU-O08", found=old.measure, expected=measure.id)
        known = carried(old, structure)
    answers: dict[str, str] = {}
    later: set[str] = set()
    while True:
        found = learn(structure, measure, answers, known)
        if not found.map.sheets:
            raise OfficialError("RU-O09", sheets=", ".join(sheet.name for sheet in structure.sheets))
        question = next((one for one in found.questions if one.id not in later), None)
        if question is None:
            return found
        said = ask(question)
        if said is None:
            later.add(question.id)
        else:
            answers[question.id] = said


def nobody(_question: Question) -> None:
    """Decide everything later."""


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
    none = question.kind in {"column", "source", "value"}
    if none:
        made.add_row(_NONE, f"({texts['none']})")
    screen.console.print(made)
    while True:
        try:
            said = str(typer.prompt(own["number"], default="", show_default=False)).strip()
        except typer.Abort:
            return None
        if said == _NONE and none:
            return UNUSED
        if said in choices:
            return choices[said].id
        if not said:
            return None


def text(found: Learned, lang: str) -> str:
    """Return the map as TOML, with reasons and what is open as remarks."""
    return write(found.map, notes_of(found, lang))


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


def to_json(found: Learned) -> dict[str, Any]:
    """Return what was understood in the published shape of ``official learn --json``."""
    known = found.map
    return {
        "measure": known.measure,
        "year": known.year,
        "fingerprint": known.fingerprint,
        "macros": found.macros,
        "sheets": [
            {
                "name": sheet.name,
                "source": sheet.source,
                "first_row": sheet.first_row,
                "last_row": sheet.last_row or None,
                "columns": dict(sheet.columns),
                "constants": dict(sheet.constants),
                "where": dict(sheet.where),
                "values": {letter: dict(values) for letter, values in sheet.values.items()},
                "forms": dict(sheet.forms),
            }
            for sheet in known.sheets
        ],
        "columns": [
            {
                "sheet": told.sheet,
                "letter": told.letter,
                "heading": told.heading,
                "column": told.column,
                "reason": told.reason or None,
                "confidence": told.confidence,
            }
            for told in found.told
        ],
        "fields": dict(known.fields),
        "totals": {place: list(parts) for place, parts in known.totals.items()},
        "questions": [
            {
                "id": question.id,
                "kind": question.kind,
                "place": question.place,
                "question": question.sentence(LANG),
                "options": [
                    {"id": one.id, "label": one.label[LANG] if isinstance(one.label, Text) else one.label}
                    for one in question.options
                ],
            }
            for question in found.questions
        ],
        "unplaced": list(found.unplaced),
        "missing": list(found.missing),
        "unread": list(found.unread),
    }
