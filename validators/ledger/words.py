"""The words of ledgers: texts made comparable, and the vocabulary that names columns and rows in four languages."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import product
from typing import Any

from workbook_templates.measure import LANGUAGES, Measure

SHEET, DEBIT, CREDIT, SIDE, BALANCE = "sheet", "debit", "credit", "side", "balance"
"""Columns that a ledger has and a report has not: where a row goes, the halves of its amount, which half it is, and the
running sum."""
FAMILY = ("article", "account", "analytic", "subreport", "policy_field", "sector")
"""Codes that a row may be selected by; the first one that a ledger has is the report's article."""
LABEL, SYNONYM, SIMILAR, FALLBACK = 4, 3, 2, 1
"""How well a heading names a column: the pack's own label, another name, a near spelling of one of these, or what
serves where nothing better is there."""
OTHER = ""
"""What a known column is that a report does not take over."""
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_LONG = 4
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}[^\W\d_]?\b")
_UNTOLD = re.compile(r"(?:19|20)\d\d|\d{1,2}")
"""Years and counts in a heading: "Nom 1", "Base 6 %", "Axe 1 - Article"."""


@cache
def plain(text: str) -> str:
    """Return a text without case, accents, punctuation and double blanks, for comparison."""
    text = _DOTTED.sub(lambda found: found[0].replace(".", ""), text)
    folded = unicodedata.normalize("NFKD", text.replace("°", " ").replace("º", " ").casefold().replace("œ", "oe"))
    letters = "".join(mark for mark in folded if not unicodedata.combining(mark))
    return _NOT_WORD.sub(" ", letters).strip()


@cache
def vocabulary() -> dict[str, Any]:
    """Return the words of ``vocabulary.toml``, as that file explains them."""
    table: dict[str, Any] = tomllib.loads((files(__package__) / "vocabulary.toml").read_text(encoding="utf-8"))
    return table


@cache
def _settled() -> frozenset[str]:
    """Return the words that are canonical as they stand, whatever letter they end with: "tiers", "compris"."""
    return frozenset({*vocabulary()["blocking"], *vocabulary()["short"].values()})


@cache
def _single(token: str) -> tuple[str, ...]:
    """Return the canonical words of one word: its parts, unabbreviated, in the singular."""
    table = vocabulary()
    if token in table["short"]:
        return (table["short"][token],)
    if token in _settled():
        return (token,)
    for ending, word in table["endings"].items():
        first = token.removesuffix(ending)
        if first not in ("", token) and len(first) >= _LONG - 1 and first not in table["noise"]:
            return (*_single(first), word)
    stem = token[:-1] if len(token) > _LONG and token[-1] in "sx" else token
    return (table["short"].get(stem, stem),)


def spaced(text: str) -> str:
    """Return a heading with blanks between the words that a program wrote as one: DatePiece, MtTTC."""
    return _CAMEL.sub(" ", text)


@cache
def canonical(text: str) -> tuple[str, ...]:
    """Return the words that count in a heading, sorted: two headings with the same ones say the same."""
    noise = vocabulary()["noise"]
    words = [word for token in plain(spaced(text)).split() if token not in noise and not _UNTOLD.fullmatch(token)
             for word in _single(token)]  # fmt: skip
    return tuple(sorted(set(words)))


@dataclass(frozen=True, slots=True)
class Name:
    """One thing that a heading may say."""

    column: str
    """Column id of the pack, one of the ledger's own columns, or :data:`OTHER`."""
    rank: int
    """:data:`LABEL`, :data:`SYNONYM` or :data:`FALLBACK`."""


@dataclass(frozen=True)
class Names:
    """Every heading that is known for a measure."""

    exact: dict[str, tuple[Name, ...]]
    """By the heading's plain form."""
    words: dict[tuple[str, ...], tuple[Name, ...]]
    """By its canonical words."""

    @cached_property
    def with_word(self) -> dict[str, list[tuple[str, ...]]]:
        """Keys of ``words`` by each word in them."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for key in self.words:
            for word in key:
                found.setdefault(word, []).append(key)
        return found


def names(measure: Measure) -> Names:
    """Return the headings under which a ledger may show the columns of a measure, and those that are none of them."""
    table = vocabulary()
    columns = {column.id: column for sheet in measure.ledger_sheets for column in sheet.columns}
    told: list[tuple[str, Name]] = []
    for column in columns.values():
        told += [(column.label[lang], Name(column.id, LABEL)) for lang in LANGUAGES]
        told += [(text, Name(column.id, SYNONYM)) for text in column.synonyms]
    for rank, source in ((SYNONYM, table["columns"]), (FALLBACK, table["fallback"])):
        told += [(text, Name(name, rank)) for name, texts in source.items() if name in columns for text in texts]
    for source in (table["own"], table["family"]):
        told += [(text, Name(name, SYNONYM)) for name, texts in source.items() for text in texts]
    told += [(text, Name(OTHER, SYNONYM)) for texts in table["other"].values() for text in texts]
    taken = {canonical(text) for text, _ in told}
    phrases = [
        (text, Name(name, rank))
        for rank, source in ((SYNONYM, table["phrases"]), (FALLBACK, table["loose_phrases"]))
        for name, shapes in source.items()
        if name in columns
        for shape in shapes
        for text in map(" ".join, product(*shape))
        if canonical(text) not in taken
    ]
    codes = {canonical(text) for texts in list(table["family"].values())[1:] for text in texts}
    told = [(text, name) for text, name in told if name.column != FAMILY[0] or canonical(text) not in codes]
    return index(told, phrases)


def index(told: Sequence[tuple[str, Name]], phrases: Sequence[tuple[str, Name]] = ()) -> Names:
    """Return names by their plain form and by their words; ``phrases`` are known by their words only."""
    exact: dict[str, dict[str, Name]] = {}
    words: dict[tuple[str, ...], dict[str, Name]] = {}
    for number, (text, name) in enumerate([*told, *phrases]):
        # A word as short as "Art" or "AR" is known to the letter only, and so is the letter of "Bedrag D".
        said = plain(text)
        short = len(said) < _LONG or said[-2:-1] == " "
        places = [exact.setdefault(said, {})] if number < len(told) or short else []
        if not short:
            places.append(words.setdefault(canonical(text), {}))
        for known in places:
            if name.column not in known or known[name.column].rank < name.rank:
                known[name.column] = name
    words.pop((), None)
    return Names(
        {text: tuple(known.values()) for text, known in exact.items()},
        {key: tuple(known.values()) for key, known in words.items()},
    )
