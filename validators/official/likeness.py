"""How near a heading comes to a name: misspelt or shortened word by word, or by what its rarer words are about."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from rapidfuzz.distance import OSA

from validators.ledger.words import OTHER, Name, Names, canonical, plain

_FIRST = 2.0
"""What the first word of a heading counts: *date* de la facture, *montant* de la facture."""
_UNKNOWN = 0.35
"""What a word counts that no name has."""
_SHORTENED, _LONG, _LONGER = 3, 5, 9
"""Letters of a shortened word; and from which one letter, and two, may be wrong."""
_BEST, _WRONG_COST, _SHORT_COST, _MOST, _CLOSE = 92, 7, 4, 12, 4
"""A heading whose words are all a name's; what each misspelt or shortened one takes off, and at most; two as near."""
_STEM = 6
"""Letters in which two forms of a long word agree, and of a word that ends a longer one."""
_LABEL_SHARE = 1.5
"""How much rather a word belongs to the column that most of its names with it are of."""


def near(text: str, names: Names) -> tuple[tuple[Name, int], ...]:
    """Return what a heading says with words misspelt or shortened, and how surely; nothing where two are as near."""
    said = canonical(text)
    if not said or max(map(len, said)) < _LONG:
        return ()
    best: dict[str, tuple[int, Name]] = {}
    spelt = [
        {key for other in names.with_word if alike(word, other) for key in names.with_word[other]} for word in said
    ]
    for key in set.intersection(*spelt):
        cost = _cost(said, key) if len(key) == len(said) else None
        if cost is None or cost > _MOST:
            continue
        for name in names.words[key]:
            score = _BEST - cost
            if score > best.get(name.column, (0, name))[0]:
                best[name.column] = score, name
    ranked = sorted(best.values(), key=lambda one: -one[0])
    if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _CLOSE):
        return ()
    return ((ranked[0][1], ranked[0][0]),)


def _cost(said: Sequence[str], name: Sequence[str]) -> int | None:
    """Return what differing words cost; None where one has no counterpart."""
    left, cost = list(name), 0
    for word in said:
        if word in left:
            left.remove(word)
            continue
        other = next((one for one in left if one not in said and alike(word, one)), None)
        if other is None:
            return None
        left.remove(other)
        cost += _SHORT_COST if other.startswith(word) else _WRONG_COST
    return cost


@cache
def alike(word: str, other: str) -> bool:
    """Whether a word is another one shortened, misspelt, or in another form."""
    short, long = sorted((word, other), key=len)
    if len(short) >= _SHORTENED and len(long) >= _LONG and long.startswith(short):
        return True
    most = 0 if len(short) < _LONG else 1 if len(short) < _LONGER else 2
    return OSA.distance(word, other, score_cutoff=most) <= most


class WordModel:
    """The words of all names of one of our sheets, and which column each speaks for."""

    def __init__(self, names: Names) -> None:
        counts: dict[str, Counter[str]] = {}
        sizes: Counter[str] = Counter()
        self.others: list[frozenset[str]] = []
        """Words of each name that is none of ours."""
        for words, told in names.words.items():
            for name in told:
                if name.column == OTHER:
                    self.others.append(frozenset(words))
                else:
                    counts.setdefault(name.column, Counter()).update(words)
                    sizes[name.column] += 1
        likely = {
            column: {word: count / sizes[column] ** (1 / _LABEL_SHARE) for word, count in found.items()}
            for column, found in counts.items()
        }
        most: dict[str, float] = {}
        for found in likely.values():
            for word, share in found.items():
                most[word] = max(most.get(word, 0.0), share)
        self.strength: Mapping[str, Mapping[str, float]] = {
            column: {word: share / most[word] for word, share in found.items()} for column, found in likely.items()
        }
        """By column and word, from 0 to 1: how far the word speaks for that column rather than for another."""
        total = len(counts) + 1
        self.weight = {
            word: math.log(total / sum(word in found for found in counts.values())) + 1 / total for word in most
        }
        self.forms: dict[str, str] = {}
        self.unknown = _UNKNOWN * math.log(total)

    def scores(self, heading: str) -> dict[str, float]:
        """Return from 0 to 1 how far the words of a heading speak for each column."""
        said = tuple(dict.fromkeys(map(self._known, canonical(heading))))
        if not said:
            return {}
        first = next((self._known(word) for token in plain(heading).split() for word in canonical(token)), "")
        weights = {word: self.weight.get(word, self.unknown) * (_FIRST if word == first else 1) for word in said}
        whole = sum(weights.values()) or 1.0
        found = {
            column: sum(weight * strength.get(word, 0.0) for word, weight in weights.items()) / whole
            for column, strength in self.strength.items()
        }
        # A name of something else counts as far as the heading says all of it.
        found[OTHER] = max(
            (
                sum(weights[word] for word in said if word in words)
                / whole
                * sum(word in said for word in words)
                / len(words)
                for words in self.others
                if not words.isdisjoint(said)
            ),
            default=0.0,
        )
        return found

    def _known(self, word: str) -> str:
        """Return the word of a name that a word is a form of, or is composed with; itself where there is none."""
        if word in self.weight or len(word) < _STEM:
            return word
        if word not in self.forms:
            ends = [other for other in self.weight if len(other) >= _STEM and word.endswith(other)]
            stems = [other for other in self.weight if len(other) > _STEM and word[: _STEM + 1] == other[: _STEM + 1]]
            spelt = [other for other in self.weight if len(other) >= _STEM and alike(word, other)]
            self.forms[word] = max((*ends, *stems, *spelt), key=len, default=word)
        return self.forms[word]


_MODELS: dict[int, tuple[Names, WordModel]] = {}


def model_of(names: Names) -> WordModel:
    """Return the words of some names; the same names have the same model."""
    if id(names) not in _MODELS:
        _MODELS[id(names)] = names, WordModel(names)
    return _MODELS[id(names)][1]
