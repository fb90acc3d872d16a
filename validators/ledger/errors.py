"""Why a ledger is refused whole; the texts stand under ``[error]`` in this room's catalogues."""

from __future__ import annotations

from validators.findings import InputError
from workbook_templates.texts import catalogue


class LedgerError(InputError):
    """A ledger that cannot be taken over without guessing or losing something."""

    def text(self, lang: str) -> tuple[str, str]:
        """Return what is wrong and what to do."""
        entry = catalogue("validators.ledger", lang)["error"][self.code]
        return entry["message"].format(**self.params), entry["remedy"].format(**self.params)
