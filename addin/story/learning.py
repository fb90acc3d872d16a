"""An official workbook learnt: questions asked until all are answered or left for later, and the map as text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from validators.findings import InputError
from validators.official.earlier import Earlier, carried
from validators.official.errors import OfficialError, read_map
from validators.official.learn import learn
from validators.official.question import Learned, Question, notes_of
from workbook_templates import packs
from workbook_templates.measure import Measure, Text
from workbook_templates.official.map import write
from workbook_templates.official.structure import Structure


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


def text(found: Learned, lang: str) -> str:
    """Return the map as TOML, with reasons and what is open as remarks."""
    return write(found.map, notes_of(found, lang))


def to_json(found: Learned, lang: str) -> dict[str, Any]:
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
                "question": question.sentence(lang),
                "options": [
                    {"id": one.id, "label": one.label[lang] if isinstance(one.label, Text) else one.label}
                    for one in question.options
                ],
            }
            for question in found.questions
        ],
        "unplaced": list(found.unplaced),
        "missing": list(found.missing),
        "unread": list(found.unread),
    }
