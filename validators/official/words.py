"""The words of official workbooks: what a heading, a label, a title or an entry may call something of ours."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

from validators.ledger.words import FALLBACK, FAMILY, LABEL, OTHER, SYNONYM, Name, Names, canonical, index, plain
from validators.ledger.words import vocabulary as ledger_vocabulary
from workbook_templates.measure import LANGUAGES, Column, Measure, Sheet

PART = "part"
"""Pseudo column: the heading names to which of our sheets a row belongs."""
EXPENSE, STAFF, PROJECTS = "expense", "staff", "projects"
_SHORTEST = 4
_ENUMERATION = re.compile(r"^\s*\(?(?:\d{1,2}(?:\.\d{1,2})?|[A-Za-z])\s?[.):]\s+")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_BETWEEN = re.compile(r"\s*(?:\n|\s/\s|\s\|\s|\s[-–—]\s|;)\s*")
_SLASH = re.compile(r"\s*/\s*")


@cache
def vocabulary() -> dict[str, Any]:
    """Return the words of ``vocabulary.toml``, as that file explains them."""
    table: dict[str, Any] = tomllib.loads((files(__package__) / "vocabulary.toml").read_text(encoding="utf-8"))
    return table


@cache
def phrases() -> dict[str, Any]:
    """Return the headings put together from words of ``phrases.toml``, as that file explains them."""
    table: dict[str, Any] = tomllib.loads((files(__package__) / "phrases.toml").read_text(encoding="utf-8"))
    return table


def kind_of(sheet: Sheet) -> str:
    """Return what the rows of one of our sheets are: expenses, staff costs, projects; empty for none of them."""
    ids = {column.id for column in sheet.columns}
    if sheet.ledger:
        return EXPENSE
    return STAFF if "fte" in ids else PROJECTS if "date_signed" in ids else ""


def names_of(sheet: Sheet) -> Names:
    """Return every heading that is known for the columns of one of our sheets, and those that are none of them."""
    columns = tuple(
        (column.id, tuple(column.label[lang] for lang in LANGUAGES), column.synonyms) for column in sheet.columns
    )
    return _names(kind_of(sheet), columns)


@cache
def _names(kind: str, columns: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]) -> Names:
    """Return the names of a sheet of some kind by its columns' ids, labels and synonyms: several have the same ones."""
    known, ledger = vocabulary(), ledger_vocabulary()
    ids = {name for name, _, _ in columns}
    told: list[tuple[str, Name]] = []
    shapes = [*phrases().get(kind, {}).items(), *phrases()["amounts"].items()]
    for column, labels, synonyms in columns:
        told += [(text, Name(column, LABEL)) for text in labels]
        told += [(text, Name(column, SYNONYM)) for text in synonyms]
    told += [(text, Name(name, SYNONYM)) for name, texts in known[kind].items() if name in ids for text in texts]
    if kind == EXPENSE:
        for rank, source in ((SYNONYM, ledger["columns"]), (FALLBACK, ledger["fallback"])):
            told += [(text, Name(name, rank)) for name, texts in source.items() if name in ids for text in texts]
        shapes += ledger["phrases"].items()
        told += [(text, Name(FAMILY[0], SYNONYM)) for texts in ledger["family"].values() for text in texts]
    if "volet" not in ids:
        told += [(text, Name(PART, SYNONYM)) for text in (*known["part"]["names"], *ledger["own"]["sheet"])]
    own = {plain(text) for text, _ in told}
    dated = "date_from" in ids
    told += [(text, Name(OTHER, SYNONYM)) for text in known["other"]["names"] if not (dated and plain(text) in own)]
    told += [
        (text, Name("document_number", FALLBACK)) for text in known["numbers"]["names"] if "document_number" in ids
    ]
    told += [
        (text, Name(OTHER, SYNONYM)) for texts in ledger["other"].values() for text in texts if plain(text) not in own
    ]
    # What is known to be something else on a sheet of expenses, such as a term, may be a day that other sheets ask for.
    taken = {canonical(text) for text, name in told if kind == EXPENSE or name.column != OTHER}
    mine = [(name, shape) for name, of_column in shapes if name in ids for shape in of_column]
    single = [(text, Name(name, SYNONYM)) for name, shape in mine if len(shape) == 1 for text in shape[0]]
    found = index(told, [(text, name) for text, name in single if canonical(text) not in taken])
    words = {key: {one.column: one for one in names} for key, names in found.words.items()}
    for name, shape in mine:
        for parts in product(*([canonical(text) for text in texts] for texts in shape)):
            key = tuple(sorted({word for part in parts for word in part}))
            if len(shape) > 1 and key and key not in taken:
                words.setdefault(key, {})[name] = Name(name, SYNONYM)
                words[key].pop(OTHER, None)
    return Names(found.exact, {key: tuple(names.values()) for key, names in words.items()})


def pieces(text: str) -> list[str]:
    """Return what a heading says in pieces: itself without numbering and asides, its lines, its languages."""
    bare = _ENUMERATION.sub("", text)
    found = [text, bare, _ASIDE.sub(" ", bare)]
    for source in found[1:]:
        found += _BETWEEN.split(source) if len(_BETWEEN.split(source)) > 1 else []
    found += [inner[1:-1] for inner in _ASIDE.findall(bare)]
    found += [piece for source in list(found) for piece in _SLASH.split(source) if "/" in source]
    cleaned = [" ".join(piece.split()) for piece in found]
    return list(dict.fromkeys(piece for piece in cleaned if plain(piece)))


def languages(text: str) -> list[str]:
    """Return the parts of a heading that may say the same in several languages."""
    parts = [part for part in _BETWEEN.split(_ENUMERATION.sub("", text)) if plain(part)]
    if len(parts) == 1 and "/" in text:
        parts = [part for part in _SLASH.split(parts[0]) if len(plain(part)) >= _SHORTEST]
    return parts


def sheet_names(sheet: Sheet) -> Sequence[tuple[str, ...]]:
    """Return what one of our sheets may be called, as plain words in order."""
    texts = [*(sheet.title[lang] for lang in LANGUAGES), *vocabulary()["sheet"].get(sheet.id, ())]
    return list(dict.fromkeys(tuple(plain(text).split()) for text in texts))


def choice_names(column: Column) -> Mapping[str, Sequence[str]]:
    """Return what each choice of a column may be called: its labels first, then further names."""
    further = vocabulary()["choice"]
    return {
        choice.id: list(dict.fromkeys((*(choice.label[lang] for lang in LANGUAGES), *further.get(choice.id, ()))))
        for choice in column.choices
    }


def fields_of(measure: Measure) -> tuple[Names, Mapping[str, str]]:
    """Return the labels of our form fields by ``sheet.field``, and what sort of field each is in the vocabulary."""
    known = vocabulary()["fields"]
    told: list[tuple[str, Name]] = [(text, Name("measure.year", SYNONYM)) for text in known["year"]]
    sorts: dict[str, str] = {}
    for sheet in measure.sheets:
        for column in sheet.fields:
            place = f"{sheet.id}.{column.id}"
            told += [(column.label[lang], Name(place, LABEL)) for lang in LANGUAGES]
            told += [(text, Name(place, SYNONYM)) for text in known.get(column.id, ())]
            stem, _, group = column.id.partition("_")
            if stem in known and group:
                sorts[place] = stem
                ours = [other for other in measure.sheets if other.id.endswith(f"_{group}")]
                groups = [one for one in measure.groups if one.id == group]
                called = [" ".join(words) for other in ours for words in sheet_names(other)]
                called += [one.label[lang] for one in groups for lang in LANGUAGES]
                told += [(f"{text} {name}", Name(place, SYNONYM)) for text in known[stem] for name in called]
    return index(told), sorts
