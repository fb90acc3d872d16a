"""What stops filling or guarding an official workbook."""

from __future__ import annotations

from typing import Final

from validators.findings import InputError
from workbook_templates.official.fill import FillError
from workbook_templates.texts import catalogue

_FILL: Final = {
    "fingerprint": "RU-O23",
    "open": "RU-O24",
    "room": "RU-O25",
    "taken": "RU-O26",
    "locked": "RU-O27",
    "value": "RU-O28",
    "column": "RU-O29",
    "day": "RU-O30",
    "twice": "RU-O36",
}


class GuardError(InputError):
    """An official workbook, or its map, that cannot be used; its texts stand under ``[refused]`` in this room."""

    def text(self, lang: str) -> tuple[str, str]:
        """Return what is wrong and what to do."""
        entry = catalogue("validators.guard", lang)["refused"][self.code]
        return entry["message"].format(**self.params), entry["remedy"].format(**self.params)


def worded(error: FillError) -> GuardError:
    """Return the refusal for what cannot be filled."""
    return GuardError(_FILL[error.kind], **error.params)
