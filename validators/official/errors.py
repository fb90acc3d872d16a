"""Why an official workbook or its map cannot be used; the texts stand under ``[error]`` in this room's catalogues."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from validators.findings import InputError
from workbook_templates.layout import LayoutError
from workbook_templates.official.map import Map, MapError, read
from workbook_templates.official.opening import open_book
from workbook_templates.official.structure import Structure, StructureError, scan
from workbook_templates.texts import catalogue

_REFUSED = {
    "package": "RU-O01", "other": "RU-O01", "empty": "RU-O01", "encrypted": "RU-O02", "old": "RU-O03",
    "binary": "RU-O03", "strict": "RU-O04", "size": "RU-O05", "damaged": "RU-O06",
}  # fmt: skip


class OfficialError(InputError):
    """An official workbook, or its map, that cannot be used."""

    def text(self, lang: str) -> tuple[str, str]:
        """Return what is wrong and what to do."""
        texts = catalogue("validators.official", lang)
        entry = texts["error"][self.code]
        said = {key: texts["problem"].get(value, value) if key == "problem" else value
                for key, value in self.params.items()}  # fmt: skip
        return entry["message"].format(**said), entry["remedy"].format(**said)


def scanned(data: bytes) -> Structure:
    """Return a workbook's structure; OfficialError where the bytes are none, or cannot be looked into."""
    try:
        return scan(data)
    except StructureError as error:
        raise OfficialError(_REFUSED[error.kind], detail=error.detail) from error


@contextmanager
def looked_into(data: bytes) -> Iterator[None]:
    """Refuse bytes that are no workbook, too large, or damaged where they are read meanwhile; as OfficialError."""
    try:
        open_book(data)
        yield
    except StructureError as error:
        raise OfficialError(_REFUSED[error.kind], detail=error.detail) from error
    except LayoutError as error:
        raise OfficialError(_REFUSED["damaged"], detail=str(error)) from error


def read_map(text: str) -> Map:
    """Return what a map says; OfficialError, naming table and key, where it cannot be understood."""
    try:
        return read(text)
    except MapError as error:
        raise OfficialError("RU-O07", place=error.place or "TOML", problem=error.problem, found=error.found) from error
