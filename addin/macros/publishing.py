"""Fill the official workbook from the open one: learn how it is built, ask what is not sure, fill, judge, show.

Excel fills a copy of the blank itself (:mod:`addin.macros.writing`). Elsewhere, and where Excel would change more than
input cells or macros could run, the copy is filled part by part, as on the command line, and then opened. What was
learnt of a blank is kept in the user's folder, for the next time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from addin import files
from addin.macros.checking import judged
from addin.macros.steps import Question, Told, Tone, Work, macro
from validators.guard import words
from validators.guard.errors import GuardError
from validators.official.errors import read_map, scanned
from workbook_templates.measure import Severity
from workbook_templates.official.map import UNUSED
from workbook_templates.official.structure import Structure, fingerprint
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from addin.story.official import Filled
    from validators.official.question import Learned
    from validators.official.question import Question as Wondered
    from workbook_templates.measure import Measure

_NONE = "0"
"""The answer "none of them": an empty one would say, to Excel, that the user has turned away."""
MAPS = "maps"
"""Folder, in the user's own, of what was learnt."""


@macro
def fill_official(work: Work, blank: str, target: str, **answers: str) -> Told:
    """Fill a blank official workbook with the rows of this one, at another path, and open it.

    ``answers`` are those to the questions that earlier runs have told; with the last one the map is kept.
    """
    from addin.macros import writing  # noqa: PLC0415 - a check needs none of them
    from addin.story import learning, official  # noqa: PLC0415

    found = work.open()
    source = Path(blank)
    goal = _goal(target, source.suffix.lower(), official.SUFFIXES)
    work.want_free(goal)
    data = files.read(source)
    structure = scanned(data)
    work.step("rules")
    checked = judged(work, found)
    if errors := checked.count(Severity.ERROR):
        raise GuardError("RU-O31", errors=errors)
    place = _place(found.measure, structure)
    learnt = None
    if place.exists():
        known = read_map(files.read(place).decode("utf-8", "replace"))
    else:
        work.step("learning")
        learnt, open_question = _learnt(structure, found.measure, place, answers)
        if open_question:
            return _question(work, open_question, len(learnt.questions))
        known = learnt.map
    work.step("filling")
    # Whoever opens a workbook from a program has its macros run: one that may have some is left to the user.
    opened = goal.suffix == official.SUFFIXES[0]
    filled = writing.through(work.book.app, goal, data, known, checked) if opened and work.native else None
    if filled is None:
        filled = official.fill(data, source.name, known, checked)
        files.write(goal, filled.workbook)
        if opened:
            work.book.app.books.open(str(goal))
    if learnt:
        files.write(place, learning.text(learnt, work.lang).encode())
    return _told(work, filled, goal)


def _goal(target: str, suffix: str, known: Sequence[str]) -> Path:
    """Return the path to write, which ends as the blank does."""
    path = Path(target)
    return path.with_suffix(suffix) if path.suffix.lower() in known else path.with_name(path.name + suffix)


def _place(measure: Measure, structure: Structure) -> Path:
    """Return where the map of a blank is kept."""
    return files.home() / MAPS / f"{measure.id}-{measure.year}-{fingerprint(structure)}.toml"


def _learnt(
    structure: Structure, measure: Measure, place: Path, answers: Mapping[str, str]
) -> tuple[Learned, Wondered | None]:
    """Return what is learnt of a blank, from the newest map of this measure on, and the first question left."""
    from addin.story.learning import learned  # noqa: PLC0415 - a map that is known needs none

    earlier = max(place.parent.glob(f"{measure.id}-*.toml"), key=lambda path: path.stat().st_mtime, default=None)
    left: list[Wondered] = []

    def answer(question: Wondered) -> str | None:
        said = answers.get(_name(question))
        if said == _NONE and question.optional:
            return UNUSED
        if said in {option.id for option in question.options}:
            return said
        left.append(question)
        return None

    known = files.read(earlier).decode("utf-8", "replace") if earlier else None
    return learned(structure, measure, known, answer), left[0] if left else None


def _name(question: Wondered) -> str:
    """Return a name for the answer that any host can carry."""
    return f"official_{hashlib.sha256(question.id.encode()).hexdigest()[:10]}"


def _question(work: Work, question: Wondered, count: int) -> Told:
    texts = catalogue("validators.official", work.lang)["question"]
    choices = {option.id: option.text(work.lang) for option in question.options}
    if question.optional:
        choices[_NONE] = texts["none"]
    prompt = f"{question.sentence(work.lang)} {question.remark(work.lang)}".strip()
    return Told(
        work.words["official"]["asks"].format(count=count),
        tone=Tone.FOUND,
        ask=Question(_name(question), prompt, choices),
    )


def _told(work: Work, filled: Filled, goal: Path) -> Told:
    """Tell how many rows went where, the totals, and the verdict."""
    said, verdict = work.words["official"], filled.verdict
    good = not verdict.wrong and (verdict.clean or not filled.up_to_date)
    known = [said["undated"].format(columns=", ".join(filled.undated))] if filled.undated else []
    short = catalogue("addin", work.lang)["official_fill"]["left"]
    known = [*(short.format(sheet=title, count=count) for title, count in filled.left.items()), *known]
    second = said["computed" if filled.up_to_date else "marked"] if good else words.sentence(verdict, work.lang)
    return Told(
        said["filled"].format(rows=sum(filled.rows.values()), file=goal.name),
        second,
        Tone.GOOD if good and not known else Tone.FOUND,
        more=(
            *(said["sheet"].format(sheet=name, rows=count) for name, count in filled.rows.items()),
            *known,
            *(words.total(total, work.lang) for total in verdict.totals if filled.up_to_date),
        ),
        file=str(goal),
    )
