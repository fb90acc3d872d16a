"""The centre's mapping file: read before a ledger is, asked for what is missing, and added to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from addin import files
from validators.ledger import answer, record, remembered
from validators.ledger.errors import LedgerError, LedgerQuestion
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from validators.ledger import Remembered
    from validators.ledger.answer import Query
    from validators.ledger.remembered import Confirmed
    from workbook_templates.measure import Measure

T = TypeVar("T")
_SOME = 8
"""Questions about one ledger after which something else must be wrong with it."""


@dataclass
class MappingFile:
    """A mapping file, and what is decided while a ledger is read."""

    path: Path
    text: str = ""
    added: list[Confirmed] = field(default_factory=list)
    """Entries that the file does not have yet."""

    @classmethod
    def open(cls, path: Path | None, *, fresh: bool = False) -> MappingFile:
        """Return a mapping file, by default the one in the user's folder, which may not exist yet.

        InputError where the file cannot be read, or a file that was named is not there and may not be ``fresh``.
        """
        found = path or files.home() / files.MAPPING
        if not found.exists() and (path is None or fresh):
            return cls(found)
        try:
            return cls(found, files.read(found).decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise LedgerError("RU-L30", problem="UTF-8") from error

    @property
    def known(self) -> Remembered:
        """What the file says, with what was decided since; LedgerError where it is not understood."""
        return remembered.read(self.text)

    def add(self, entry: Confirmed) -> None:
        """Remember a decision; :meth:`save` writes it."""
        self.text = remembered.kept(self.text, entry)
        self.added.append(entry)

    def remember(self, proposal: str) -> None:
        """Keep a mapping that was understood without a question, so that it stays what it is; nothing if empty."""
        for entry in remembered.read(proposal).ledgers.values():
            self.add(entry)

    def save(self) -> None:
        """Write the file, if anything was decided."""
        if self.added:
            files.write(self.path, self.text.encode())


def settled(
    file: MappingFile, take: Callable[[Remembered], T], ask: Callable[[LedgerQuestion, Query], str | None]
) -> T:
    """Return what ``take`` makes of a ledger, asking a person what it cannot know.

    ``ask`` returns an answer, or None where nobody answers: then the question is raised, as it is where the answer is
    that the proposal is wrong. Nothing is written.
    """
    for _ in range(_SOME):
        try:
            return take(file.known)
        except LedgerQuestion as question:
            question.params["mapping"] = str(file.path)
            file.add(_decided(question, file.known, ask))
    return take(file.known)


def _decided(
    question: LedgerQuestion, known: Remembered, ask: Callable[[LedgerQuestion, Query], str | None]
) -> Confirmed:
    answers: dict[str, str] = {}
    while query := answer.query(question, answers):
        said = ask(question, query)
        if said is None or (not query.choices and said == answer.NONE):
            raise question
        answers[query.name] = said
    return answer.decided(question, answers, known)


def wanted(query: Query, measure: Measure, lang: str) -> str:
    """Return what is asked, in a sentence."""
    words = catalogue("addin", lang)["mapping"]
    if not query.column:
        return str(words["right"])
    return str(words["which"].format(column=record.column_label(measure, query.column, lang)))
