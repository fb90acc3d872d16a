"""Each kind of rule across whole columns says what one row at a time would say."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import rows
from validators import book
from validators.checks import KINDS, Columns, last_day
from validators.parse import Table
from validators.read import RawTable, RowCounts
from workbook_templates import packs
from workbook_templates.layout import Layout, SheetLayout
from workbook_templates.measure import LANGUAGES, Rule, Text

PAS = packs.load("pas", 2025)
TEXT = Text(**dict.fromkeys(LANGUAGES, "–"))
CENTS = st.one_of(st.none(), st.integers(-(10**11), 10**11))
COUNTS = st.one_of(st.none(), st.integers(0, 10**4))
DAYS = st.one_of(st.none(), st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)))
CHOICES = st.sampled_from([None, "a", "b"])
WORDS = st.sampled_from([None, "Salaires de mars", "Achat de chaises", "Divers", "xx"])
Row = dict[str, Any]


def columns(table: list[Row], **kinds: str) -> Columns:
    """Return rows as typed columns: ``n`` numbers, ``d`` days, ``o`` anything else."""
    found: dict[str, np.ndarray[Any, Any]] = {}
    for name, kind in kinds.items():
        values = [row[name] for row in table]
        if kind == "n":
            found[name] = np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)
        elif kind == "d":
            found[name] = np.array(values, dtype="datetime64[D]")
        else:
            found[name] = np.array([*values, None], dtype=object)[:-1]
    return found


def rule(kind: str, column: str, **params: object) -> Rule:
    """Return a rule of a kind."""
    return Rule("LOC-W001", kind, TEXT, TEXT, "H", 0, column=column, params=params)


def rounded(value: Decimal) -> int:
    """Round as at school, halves away from zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def months_later(start: dt.date, months: int) -> dt.date:
    """Return the same day so many months later, or the first day after a month that is too short for it."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    month += 1
    last = calendar.monthrange(year, month)[1]
    if start.day <= last:
        return dt.date(year, month, start.day)
    return dt.date(year, month, last) + dt.timedelta(days=1)


NAIVE: dict[str, tuple[Rule, dict[str, str], dict[str, Any], Any]] = {
    "not_before": (
        rule("not_before", "a", other="b"), {"a": "d", "b": "d"}, {"a": DAYS, "b": DAYS},
        lambda a, b: a >= b,
    ),
    "not_above": (
        rule("not_above", "a", other="b"), {"a": "n", "b": "n"}, {"a": COUNTS, "b": COUNTS},
        lambda a, b: a <= b,
    ),
    "minimum": (rule("minimum", "a", minimum=7), {"a": "n"}, {"a": COUNTS}, lambda a: a >= 7),
    "maximum": (rule("maximum", "a", maximum=7), {"a": "n"}, {"a": COUNTS}, lambda a: a <= 7),
    "not_opposite": (
        rule("not_opposite", "a", other="b"), {"a": "n", "b": "n"}, {"a": CENTS, "b": CENTS},
        lambda a, b: a * b >= 0,
    ),
    "first_of_month": (
        rule("first_of_month", "a", other="b"), {"a": "d", "b": "d"}, {"a": DAYS, "b": DAYS},
        lambda a, b: a == b.replace(day=1),
    ),
    "months_at_most": (
        rule("months_at_most", "a", other="b", months=12), {"a": "d", "b": "d"}, {"a": DAYS, "b": DAYS},
        lambda a, b: a < months_later(b, 12),
    ),
    "percentage": (
        rule("percentage", "a", other="b", percent=10), {"a": "n", "b": "n"}, {"a": CENTS, "b": CENTS},
        lambda a, b: a == rounded(Decimal(b) / 10),
    ),
    "product": (
        rule("product", "a", count="b", amount="c"), {"a": "n", "b": "n", "c": "n"},
        {"a": CENTS, "b": COUNTS, "c": COUNTS}, lambda a, b, c: a == b * c,
    ),
    "date_window": (
        rule("date_window", "a", first=dt.date(2023, 10, 1), last=dt.date(2025, 3, 31)), {"a": "d"}, {"a": DAYS},
        lambda a: dt.date(2023, 10, 1) <= a <= dt.date(2025, 3, 31),
    ),
    "without_words": (
        rule("without_words", "a", words=["salaire", "loon"]), {"a": "o"}, {"a": WORDS},
        lambda a: "salaire" not in a.casefold(),
    ),
    "uninformative_text": (
        rule("uninformative_text", "a"), {"a": "o"}, {"a": WORDS}, lambda a: a not in {"Divers", "xx"},
    ),
}  # fmt: skip
"""Kinds in which a row with any empty cell is in order, with the rule, the columns, their values and what holds."""


@pytest.mark.parametrize("kind", NAIVE)
def test_a_kind_says_of_columns_what_it_says_of_rows(kind: str) -> None:
    """For any rows, the whole column at once equals each row alone; an empty cell is always in order."""
    ruled, kinds, values, holds = NAIVE[kind]

    @given(st.lists(st.fixed_dictionaries(values), max_size=8))
    def agrees(table: list[Row]) -> None:
        ok = KINDS[kind].ok
        assert ok is not None
        wanted = [None in row.values() or bool(holds(**row)) for row in table]
        assert ok(columns(table, **kinds), ruled, PAS).tolist() == wanted

    agrees()


@given(st.lists(st.fixed_dictionaries({"a": COUNTS, "b": COUNTS, "c": CHOICES, "d": CENTS}), max_size=8))
def test_what_is_required_with_or_if(table: list[Row]) -> None:
    """A cell is wanted where its companion is filled, or where the choice asks for it, and only there."""
    typed = columns(table, a="n", b="n", c="o", d="n")
    together = KINDS["required_with"].ok
    asked = KINDS["required_if"].ok
    limited = KINDS["at_most_where"].ok
    assert together
    assert asked
    assert limited
    assert together(typed, rule("required_with", "a", other="b"), PAS).tolist() == [
        row["a"] is not None or row["b"] is None for row in table
    ]
    assert asked(typed, rule("required_if", "a", where="c", values=["a"]), PAS).tolist() == [
        row["a"] is not None or row["c"] != "a" for row in table
    ]
    assert limited(typed, rule("at_most_where", "d", where="c", values=["b"], limit=500), PAS).tolist() == [
        row["c"] != "b" or row["d"] is None or row["d"] <= 500 for row in table
    ]


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 100)), max_size=8))
def test_a_rate_times_a_number_of_hundredths(table: list[tuple[int, int]]) -> None:
    """The lump sum for a part of full time is rounded to the cent before it is compared."""
    typed = columns([{"a": a, "b": b / 100} for a, b in table], a="n", b="n")
    ok = KINDS["at_most_times"].ok
    assert ok is not None
    wanted = [a <= rounded(Decimal(3_718_400 * b) / 100) for a, b in table]
    assert ok(typed, rule("at_most_times", "a", number="b", rate=3_718_400), PAS).tolist() == wanted


ENDS = """
| begins     | months | last day   |
| ---------- | ------ | ---------- |
| 2025-02-01 | 12     | 2026-01-31 |
| 2025-02-14 | 12     | 2026-02-13 |
| 2024-02-29 | 12     | 2025-02-28 |
| 2025-08-31 | 1      | 2025-09-30 |
| 2025-01-31 | 1      | 2025-02-28 |
| 2025-12-31 | 2      | 2026-02-28 |
"""


@pytest.mark.parametrize("row", rows(ENDS), ids=" ".join)
def test_a_period_of_months_ends_the_day_before(row: tuple[str, ...]) -> None:
    """The same day in the month where it ends would be one too many; a short month ends with its last day."""
    assert last_day(np.array([row[0]], dtype="datetime64[D]"), int(row[1]))[0] == np.datetime64(row[2])


def test_every_row_kind_is_held_to_a_row_by_row_answer() -> None:
    """No kind of the vocabulary that looks at rows goes without such a test, here or beside identifiers and money."""
    elsewhere = {"share", "niss_birth_unknown", "required_with", "required_if", "at_most_where", "at_most_times"}
    assert {name for name, kind in KINDS.items() if kind.ok} == NAIVE.keys() | elsewhere


PEOPLE = st.lists(
    st.tuples(st.sampled_from(["a", "b", None]), st.integers(0, 30), st.integers(0, 12), st.integers(-500, 900)),
    max_size=7,
)


def projects(table: list[tuple[str | None, int, int, int]]) -> Table:
    """Return rows of a person, a beginning, a length in days and cents as a parsed table."""
    sheet = packs.load("piis", 2025).sheet("projects")
    first = dt.date(2025, 1, 1)
    raw = RawTable(
        sheet,
        SheetLayout(
            "Projets", "", columns={"household": 1, "date_from": 2, "date_to": 3, "grant_base": 4}, first_row=6
        ),
        list(range(6, 6 + len(table))),
        {},
        RowCounts(len(table), len(table), 0, 0),
    )
    days = [first + dt.timedelta(days=start) for _, start, _, _ in table]
    ends = [day + dt.timedelta(days=row[2]) for day, row in zip(days, table, strict=True)]
    return Table(
        sheet,
        raw,
        np.array(raw.row_numbers, dtype=np.int64),
        {
            "household": np.array([*(row[0] for row in table), None], dtype=object)[:-1],
            "date_from": np.array(days, dtype="datetime64[D]"),
            "date_to": np.array(ends, dtype="datetime64[D]"),
            "grant_base": np.array([float(row[3]) for row in table], dtype=np.float64),
        },
        {},
        (),
    )


def broken(ruled: Rule, table: Table) -> list[int]:
    """Return the rows that a rule across rows tells, by their place in the table."""
    measure = packs.load("piis", 2025)
    alone = replace(measure, rules=(ruled,))
    layout = Layout("piis", 2025, "1", "fr", {})
    return sorted(problem.row - 6 for problem in book.problems(alone, layout, {"projects": table}, {}, (), "fr"))


@given(PEOPLE)
def test_periods_of_one_couple_that_overlap(table: list[tuple[str | None, int, int, int]]) -> None:
    """Each row that begins before an earlier one of the same couple has ended is told, and no other."""
    ruled = rule("no_overlap", "date_from", end="date_to", key="household")
    order = sorted(range(len(table)), key=lambda at: (table[at][1], at))
    wanted = [
        at
        for position, at in enumerate(order)
        if table[at][0]
        and any(table[at][0] == table[o][0] and table[o][1] + table[o][2] >= table[at][1] for o in order[:position])
    ]
    assert broken(ruled, projects(table)) == sorted(wanted)


@given(PEOPLE)
def test_the_sum_of_one_person_has_a_limit(table: list[tuple[str | None, int, int, int]]) -> None:
    """The last row of each person whose sum is over the limit is told."""
    ruled = rule("sum_at_most", "grant_base", key="household", limit=600)
    sums = {person: sum(row[3] for row in table if row[0] == person) for person in ("a", "b")}
    last = {row[0]: at for at, row in enumerate(table) if row[0]}
    assert broken(ruled, projects(table)) == sorted(last[person] for person in last if sums[str(person)] > 600)
