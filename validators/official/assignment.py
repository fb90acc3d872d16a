"""Which official columns are which of ours, all together: the best assignment one to one, and what each other costs.

The best assignment is found by shortest augmenting paths (Jonker and Volgenant, Computing 38, 1987).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf

from validators.ledger.words import OTHER

_IMPOSSIBLE = 1e6
"""Cost of a pair that cannot be."""


def ranked(scores: Mapping[str, Mapping[str, float]]) -> dict[str, list[tuple[str, float]]]:
    """Return for each letter its possible columns, each with what choosing it costs all letters together, best first.

    ``scores`` has by letter how well each column suits it; each column is taken once,
    :data:`~validators.ledger.words.OTHER` as often as wanted. What is in the best assignment costs nothing.
    """
    best = _total(scores)
    found: dict[str, list[tuple[str, float]]] = {}
    for letter, row in scores.items():
        costs = [(column, best - _total({**scores, letter: {column: row[column]}})) for column in row]
        found[letter] = sorted(costs, key=lambda one: one[1])
    return found


def _total(scores: Mapping[str, Mapping[str, float]]) -> float:
    """Return the score of the best assignment."""
    columns = list(dict.fromkeys(column for row in scores.values() for column in row if column != OTHER))
    costs = [
        [-row.get(column, -_IMPOSSIBLE) for column in columns]
        + [-row.get(OTHER, -_IMPOSSIBLE) if at == own else _IMPOSSIBLE for at in range(len(scores))]
        for own, row in enumerate(scores.values())
    ]
    return -_cheapest(costs) if costs else 0.0


def _cheapest(costs: Sequence[Sequence[float]]) -> float:
    """Return what it costs at least to give each row a column of its own; there are not fewer columns than rows."""
    width = len(costs[0])
    rows, columns, owner = [0.0] * (len(costs) + 1), [0.0] * (width + 1), [0] * (width + 1)
    for row in range(1, len(costs) + 1):
        owner[0], at = row, 0
        least, before, seen = [inf] * (width + 1), [0] * (width + 1), [False] * (width + 1)
        while owner[at]:
            seen[at] = True
            here, step, following = owner[at], inf, 0
            for column in range(1, width + 1):
                if seen[column]:
                    continue
                cost = costs[here - 1][column - 1] - rows[here] - columns[column]
                if cost < least[column]:
                    least[column], before[column] = cost, at
                if least[column] < step:
                    step, following = least[column], column
            for column in range(width + 1):
                if seen[column]:
                    rows[owner[column]] += step
                    columns[column] -= step
                else:
                    least[column] -= step
            at = following
        while at:
            owner[at] = owner[before[at]]
            at = before[at]
    return sum(costs[owner[column] - 1][column - 1] for column in range(1, width + 1) if owner[column])
