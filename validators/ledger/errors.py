"""Why a ledger is refused whole; the texts stand under ``[error]`` in this room's catalogues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from validators.findings import InputError
from workbook_templates.measure import Text
from workbook_templates.texts import catalogue


class LedgerError(InputError):
    """A ledger that cannot be taken over without guessing or losing something."""

    def text(self, lang: str) -> tuple[str, str]:
        """Return what is wrong and what to do."""
        texts = catalogue("validators.ledger", lang)
        entry = texts["error"][self.code]
        said = {key: value[lang] if isinstance(value, Text) else value for key, value in self.params.items()}
        said |= {"column": texts["own"].get(said.get("column"), said.get("column"))}
        return entry["message"].format(**said), entry["remedy"].format(**said)


@dataclass(frozen=True, slots=True)
class Doubt:
    """One question that only the centre can answer."""

    column: str
    """Column id that is looked for."""
    headings: tuple[str, ...]
    """Headings that could be it, as the mapping file names them."""
    samples: tuple[str, ...]
    """What stands below each, national numbers masked."""
    meanings: tuple[Mapping[str, str], ...]
    """What choosing each makes of the ledger's headings: heading to column id."""


class LedgerQuestion(LedgerError):  # noqa: N818 - not an error of anybody: a question
    """A ledger with something that must not be guessed: the centre decides it once, in its mapping file."""

    def __init__(self, code: str, /, *, proposal: str, doubts: tuple[Doubt, ...] = (), **params: object) -> None:
        super().__init__(code, **params)
        self.proposal = proposal
        """Text to add to the mapping file: what is understood, and ``"?"`` where it is not."""
        self.doubts = doubts

    def more(self) -> dict[str, object]:
        """Return what a person may put into the mapping file, and what is to be chosen among."""
        return {
            "proposal": self.proposal,
            "mapping": self.params.get("mapping"),
            "doubts": [
                {"column": one.column, "headings": list(one.headings), "samples": list(one.samples)}
                for one in self.doubts
            ],
        }
