"""Columns weighed all together: the best assignment is found, and what another choice would cost."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from validators.official.assignment import ranked

SCORES = st.dictionaries(
    st.sampled_from("ABCD"),
    st.dictionaries(st.sampled_from(("date", "label", "payee")), st.integers(0, 90)).map(lambda row: {"": 40.0, **row}),
    min_size=1,
)


def best_by_hand(scores: dict[str, dict[str, float]]) -> float:
    """Return the best sum of all ways to give each letter a column, none of ours twice."""
    ways = product(*(row.items() for row in scores.values()))
    ours = ([(name, score) for name, score in way if name] for way in ways)
    named = [(way, sum(score for _, score in way)) for way in ours if len({name for name, _ in way}) == len(way)]
    return max(total + 40.0 * (len(scores) - len(way)) for way, total in named)


@given(scores=SCORES)
def test_the_best_assignment_costs_nothing(scores: dict[str, dict[str, float]]) -> None:
    """Each letter's first column is in a best assignment, and each other one costs what it takes off the sum."""
    whole = best_by_hand(scores)
    for letter, columns in ranked(scores).items():
        assert columns[0][1] == 0
        for name, cost in columns:
            alone = {name: scores[letter][name]}
            rest = {other: row for other, row in scores.items() if other != letter}
            left = {
                other: {key: value for key, value in row.items() if not name or key != name}
                for other, row in rest.items()
            }
            assert abs(whole - cost - alone[name] - (best_by_hand(left) if left else 0)) < 1e-6
