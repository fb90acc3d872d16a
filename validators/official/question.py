"""What was learnt of an official workbook, and what only the centre can decide: questions as a person reads them."""

from __future__ import annotations

from dataclasses import dataclass

from workbook_templates.measure import Text
from workbook_templates.official.map import OPEN, UNUSED, Map, SheetMap
from workbook_templates.texts import catalogue


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer."""

    id: str
    """What the map will say; :data:`~workbook_templates.official.map.UNUSED` for "none of ours"."""
    label: Text | str
    """In words: a text of ours, or an entry of the official list as it stands there."""
    reason: str = ""
    """Why it is likely, as :attr:`Told.reason`; empty where it is only possible."""

    def text(self, lang: str) -> str:
        """Return the answer in a language, with why it is likely."""
        label = self.label[lang] if isinstance(self.label, Text) else self.label
        reason = catalogue("validators.official", lang)["reason"].get(self.reason)
        return f"{label} ({reason})" if reason else label


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that only the centre can decide."""

    id: str
    """Under which its answer is handed back."""
    kind: str
    """``source`` (which of our sheets goes here), ``part`` (whose rows), ``constant`` (the entry for one of our
    sheets), ``column`` (which of our columns this is) or ``value`` (the entry for one of our choices)."""
    place: str
    """The official cell or row that it is about, such as ``Volet A!F7``."""
    shown: str | Text
    """What stands there: a heading, a title; or our own choice or sheet that an entry is looked for."""
    options: tuple[Option, ...]
    """Likely answers, best first."""
    samples: tuple[str, ...] = ()
    """What the workbook shows or says about it: examples, entries of its list, notes."""

    @property
    def optional(self) -> bool:
        """Whether "none of them" answers it too."""
        return self.kind in {"column", "source", "value"}

    def sentence(self, lang: str) -> str:
        """Return the question in a language."""
        shown = self.shown if isinstance(self.shown, str) else self.shown[lang]
        texts = catalogue("validators.official", lang)["question"]
        sheet, _, cell = self.place.rpartition("!")
        letter = cell.rstrip("0123456789")
        return str(texts[self.kind].format(sheet=sheet, letter=letter, shown=shown, samples=", ".join(self.samples)))

    def remark(self, lang: str) -> str:
        """Return what the workbook shows or says about it, in a sentence; empty where the question says it all."""
        if not self.samples or self.kind == "value":
            return ""
        texts = catalogue("validators.official", lang)["question"]
        return str(texts["samples"].format(samples=" · ".join(self.samples)))


@dataclass(frozen=True, slots=True)
class Told:
    """What one official column was taken for, and why."""

    sheet: str
    letter: str
    heading: str
    column: str
    """Id of ours; ``part`` for the column that tells our sheets apart; empty where it is not filled; ``?`` if open."""
    reason: str
    """``exact``, ``synonym``, ``similar``, ``words``, ``list``, ``answer``, ``formula``, ``locked`` or empty."""
    confidence: int
    """0 to 100."""


@dataclass(frozen=True, slots=True)
class Learned:
    """An official workbook as far as it is understood."""

    map: Map
    questions: tuple[Question, ...]
    told: tuple[Told, ...]
    unplaced: tuple[str, ...]
    """Ids of our sheets whose rows go nowhere."""
    missing: tuple[str, ...]
    """``sheet.column`` of ours that must be filled, and that the official workbook has no column for."""
    unread: tuple[str, ...]
    """Headings of columns whose list depends on other cells."""
    macros: bool


def notes_of(learned: Learned, lang: str) -> dict[str, str]:
    """Return the remarks of a map's lines: reason and confidence, and for what is open its candidates."""
    words = catalogue("validators.official", lang)["reason"]
    told = {(one.sheet, one.letter, one.heading): one for one in learned.told}
    notes: dict[str, str] = {}
    for at, sheet in enumerate(learned.map.sheets):
        for letter, column in sheet.columns.items():
            one = told.get((sheet.name, letter, sheet.headings.get(letter, "")))
            if one and one.reason and column not in (UNUSED, OPEN):
                notes[f"{at}.columns.{letter}"] = f"{words[one.reason]}, {one.confidence} %"
        for question in learned.questions:
            line = _line(question, sheet)
            if line:
                notes[f"{at}.{line}"] = _listed(question, lang, words["candidates"])
    return notes


def _line(question: Question, sheet: SheetMap) -> str:
    """Return the line of a sheet's map that a question is about; empty where it is about another sheet."""
    name, _, cell = question.place.rpartition("!")
    letter, words = cell.rstrip("0123456789"), question.id.split(" ")
    if name != sheet.name:
        return ""
    lines = {
        "column": f"columns.{letter}" if sheet.columns.get(letter) == OPEN else "",
        "source": "source" if sheet.source == OPEN else "",
        "part": f"where.{next(iter(sheet.where))}" if OPEN in sheet.where.values() else "",
        "constant": f"constants.{letter}" if words[-1] == sheet.source else "",
        "value": f"values.{letter}.{words[-1]}" if words[-2:-1] == [sheet.source] else "",
    }
    return lines[question.kind]


def _listed(question: Question, lang: str, word: str) -> str:
    shown = [
        f"{option.id} ({option.label[lang]})" if isinstance(option.label, Text) else f'"{option.label}"'
        for option in question.options
    ]
    return f"{word}: {', '.join(shown)}"
