"""How well a long heading fits a column by its words: rare words tell more, and the first one says what it is about."""

from __future__ import annotations

import math
from collections.abc import Mapping

from validators.ledger.words import OTHER, Names, canonical, plain

_FIRST = 2.0
"""What the first word of a heading counts: *date* de la facture, *montant* de la facture."""
_UNKNOWN = 0.35
"""What a word counts that no name has."""


class WordModel:
    """The words of all names of one of our sheets."""

    def __init__(self, names: Names) -> None:
        self.words: dict[str, set[str]] = {}
        """Column to the words of its names; each name that is none of ours is a class of its own."""
        for words, told in names.words.items():
            for name in told:
                key = f"{OTHER} {' '.join(words)}" if name.column == OTHER else name.column
                self.words.setdefault(key, set()).update(words)
        count: dict[str, int] = {}
        for found in self.words.values():
            for word in found:
                count[word] = count.get(word, 0) + 1
        total = len(self.words) + 1
        self.weight: Mapping[str, float] = {word: math.log(total / number) for word, number in count.items()}

    def scores(self, heading: str) -> dict[str, float]:
        """Return the share, from 0 to 1, of what a heading says that each column's names say too."""
        said = canonical(heading)
        if not said:
            return {}
        first = next((word for token in plain(heading).split() for word in canonical(token)), "")
        weights = {
            word: self.weight.get(word, _UNKNOWN * math.log(len(self.words) + 1)) * (_FIRST if word == first else 1)
            for word in said
        }
        whole = sum(weights.values())
        found: dict[str, float] = {}
        for key, words in self.words.items():
            share = sum(weight for word, weight in weights.items() if word in words) / whole if whole else 0.0
            column = OTHER if key.startswith(f"{OTHER} ") else key
            if column == OTHER:
                # One name of something else counts as far as the heading says all of it.
                share *= sum(word in said for word in words) / len(words)
            found[column] = max(found.get(column, 0.0), share)
        return found
