"""Entries of official drop-down lists and our choices: one by one, by names in four languages, never between equals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from validators.ledger.words import canonical, plain
from validators.official.words import choice_names, languages, pieces
from workbook_templates.measure import LANGUAGES, Column
from workbook_templates.official.map import OPEN

_EQUAL, _WORDS, _ALIKE, _MARGIN = 100, 96, 84, 6
_CODE = re.compile(r"^\s*(?:[A-Za-z]{0,3}[\d.]{1,5}[A-Za-z]?|[A-Za-z]\d*)\s*[-–—.:)]\s*")
_LABELS = len(LANGUAGES)
_LETTER = 1
_SHORT = 2


@lru_cache(4096)
def likeness(entry: str, names: tuple[str, ...]) -> float:
    """Return how well an entry says one of several names, from 0 to 100; labels, which come first, count more."""
    best = 0.0
    bare = _CODE.sub("", entry)
    told = list(dict.fromkeys((*pieces(entry), *pieces(bare), *languages(bare))))
    for text in told:
        said, words = plain(text), canonical(text)
        for position, name in enumerate(names):
            label = position < _LABELS
            if said == plain(name):
                score = float(_EQUAL if label else _EQUAL - 1)
            elif words and words == canonical(name):
                score = float(_WORDS if label else _WORDS - 1)
            else:
                alike = max(fuzz.ratio(said, plain(name)), fuzz.token_sort_ratio(said, plain(name)))
                score = alike - 4 if alike >= _ALIKE and len(said) > 4 else _part(words, canonical(name))  # noqa: PLR2004
            best = max(best, score)
    return best


def _part(words: tuple[str, ...], name: tuple[str, ...]) -> float:
    """Return how well the words of one are among the other's: a longer entry may hold a shorter name."""
    common = set(words) & set(name)
    if not common:
        return 0.0
    share = len(common) / max(len(words), len(name))
    return 78 + 12 * share if common in (set(words), set(name)) else 70 * share


def mapped(column: Column, entries: Sequence[str]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return our choices with their entries, open ones included, and what the open ones could be, best first."""
    names = {choice: tuple(told) for choice, told in choice_names(column).items()}
    scores = {choice: {entry: likeness(entry, told) for entry in entries} for choice, told in names.items()}
    found: dict[str, str] = {}
    while True:
        pairs = [
            (score, choice, entry)
            for choice, row in scores.items()
            if choice not in found
            for entry, score in row.items()
            if entry not in found.values() and score >= _ALIKE - 4
        ]
        sure = [
            (score, choice, entry)
            for score, choice, entry in pairs
            if all(
                score - other >= _margin(score)
                for other, same_choice, same_entry in pairs
                if (same_choice == choice) != (same_entry == entry)
            )
        ]
        if not sure:
            break
        _, choice, entry = max(sure)
        found[choice] = entry
    near: dict[str, tuple[str, ...]] = {}
    for choice, row in scores.items():
        if choice not in found:
            found[choice] = OPEN
            near[choice] = tuple(sorted(entries, key=lambda entry: -row[entry]))
    return {choice: found[choice] for choice in names}, near


def _margin(score: float) -> float:
    return 1 if score >= _EQUAL - 1 else _MARGIN


def overlap(column: Column, entries: Sequence[str]) -> float:
    """Return the share of a list's entries that name choices of a column, or of the choices where those are fewer."""
    found, _ = mapped(column, entries)
    sure = sum(entry != OPEN for entry in found.values())
    return sure / max(1, min(len(entries), len(found)))


def part_of(entry: str, parts: Sequence[Sequence[tuple[str, ...]]]) -> int | None:
    """Return which of our sheets an entry or a title names, by its position; None where none, or several as well."""
    scores = [named(entry, names) for names in parts]
    best = max(scores, default=0.0)
    if best <= 0 or sum(best - score < 1 for score in scores) > 1:
        return None
    return scores.index(best)


def named(text: str, names: Sequence[tuple[str, ...]]) -> float:
    """Return how outright a text names one of our sheets: the longest of its names that stands in it, in words."""
    said = plain(text).split()
    best = 0.0
    for name in names:
        if not name:
            continue
        if len(name) == 1 and len(name[0]) == _LETTER:
            # A single letter says something only in a short text, at an end of it, or as its number.
            short = len(said) <= _SHORT and name[0] in (said[:1] + said[-1:])
            numbered = said[:1] == list(name) and re.match(r"\s*\w\s*[-–—:.)]", text)
            best = max(best, 1.5 if short or numbered else 0.0)
        elif any(tuple(said[at : at + len(name)]) == name for at in range(len(said))) or _glued(name, said):
            best = max(best, 1.0 + len(name) + sum(map(len, name)) / 40)
    return best


def _glued(name: Sequence[str], said: Sequence[str]) -> bool:
    return len(name) > 1 and "".join(name) in said
