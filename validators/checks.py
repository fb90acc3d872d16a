"""The closed vocabulary of rule kinds: one vectorised function each, from typed columns to "this row is in order".

A pack's rule names a kind and its parameters; it cannot hold code. Kinds of scope ``CELL`` are decided while a cell is
parsed, ``ROW`` kinds here and run by the pandera schema, ``BOOK`` kinds look across rows and sheets
(``validators.book``). An empty cell is in order for every kind but ``missing`` and ``required_with``: one finding for
one cause.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from validators import identifiers
from validators.findings import day, euros
from workbook_templates.measure import Measure, Rule

Columns = Mapping[str, npt.NDArray[np.generic]]
Mask = npt.NDArray[np.bool_]

_EMPTY_WORDS = frozenset(
    (
        "divers", "diverse", "diverses", "frais", "kosten", "onkosten", "facture", "factuur", "rechnung", "achat",
        "aankoop", "allerlei", "varia", "verschiedenes", "test", "xxx", "xx", "na", "nvt", "neant", "nihil", "idem",
        "dito", "zelfde", "depense", "uitgave", "ausgabe", "misc",
    )
)  # fmt: skip
"""Descriptions that say nothing to an inspector, without accents or punctuation."""
_SHORTEST = 3


class Scope(Enum):
    """Where a kind is decided."""

    CELL = "cell"
    ROW = "row"
    BOOK = "book"


def _no_expectation(_columns: Columns, _index: int, _rule: Rule, _measure: Measure, _lang: str) -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Kind:
    """One entry of the vocabulary."""

    scope: Scope
    """Where it is decided."""
    ok: Callable[[Columns, Rule, Measure], Mask] | None = None
    """For a ROW kind: the rows that are in order."""
    expected: Callable[[Columns, int, Rule, Measure, str], dict[str, str]] = _no_expectation
    """Parameters of the sentence that says what was expected at one position, in a language."""
    columns: tuple[str, ...] = ()
    """Parameters of the rule that name further columns."""

    def involved(self, rule: Rule) -> tuple[str, ...]:
        """Return the ids of every column that a rule of this kind reads."""
        named = (rule.params.get(name) for name in self.columns)
        return tuple(str(name) for name in (rule.column, *named) if name)


def _days(columns: Columns, column: str) -> npt.NDArray[np.datetime64]:
    return _day(columns[column])


def _float(columns: Columns, column: str) -> npt.NDArray[np.float64]:
    return columns[column].astype(np.float64)


def present(values: npt.NDArray[np.generic]) -> Mask:
    """Return which cells are filled, the rule of the kind ``missing``."""
    if values.dtype.kind in "fM":
        return ~np.isnan(values.astype(np.float64)) if values.dtype.kind == "f" else ~np.isnat(_day(values))
    filled: Mask = np.not_equal(values.astype(object), np.full(1, None)).astype(np.bool_)
    return filled


def _day(values: npt.NDArray[np.generic]) -> npt.NDArray[np.datetime64]:
    return values.astype("datetime64[D]")


def window(rule: Rule, measure: Measure) -> tuple[dt.date, dt.date]:
    """Return the first and last day that a rule allows: its own ``first`` and ``last``, else those of the year."""
    first, last = (rule.params.get(name, limit) for name, limit in zip(("first", "last"), measure.period, strict=True))
    if not isinstance(first, dt.date) or not isinstance(last, dt.date):
        raise TypeError(rule.code)
    return first, last


def _date_window(columns: Columns, rule: Rule, measure: Measure) -> Mask:
    days = _days(columns, rule.column)
    first, last = (np.datetime64(limit, "D") for limit in window(rule, measure))
    within: Mask = np.isnat(days) | ((days >= first) & (days <= last))
    return within


def _date_window_expected(_c: Columns, _i: int, rule: Rule, measure: Measure, _lang: str) -> dict[str, str]:
    first, last = window(rule, measure)
    return {"first": day(first), "last": day(last)}


def _first_of_month(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    found, signed = _days(columns, rule.column), _days(columns, str(rule.params["other"]))
    first = signed.astype("datetime64[M]").astype("datetime64[D]")
    agrees: Mask = np.isnat(found) | np.isnat(signed) | (found == first)
    return agrees


def _first_of_month_expected(columns: Columns, index: int, rule: Rule, _m: Measure, _lang: str) -> dict[str, str]:
    signed = _days(columns, str(rule.params["other"]))[index].astype(object)
    return {"value": day(signed.replace(day=1))}


def last_day(start: npt.NDArray[np.datetime64], months: int) -> npt.NDArray[np.datetime64]:
    """Return the last day of a period of so many months: the day before the same day, or the month's end, later on."""
    month = start.astype("datetime64[M]")
    offset = start - month.astype("datetime64[D]")
    ends = (month + months + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    same = (month + months).astype("datetime64[D]") + offset
    clipped: npt.NDArray[np.datetime64] = np.minimum(same, ends + np.timedelta64(1, "D")) - np.timedelta64(1, "D")
    return clipped


def _months_at_most(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    end, start = _days(columns, rule.column), _days(columns, str(rule.params["other"]))
    return np.isnat(end) | np.isnat(start) | (end <= last_day(start, int(str(rule.params["months"]))))


def _months_at_most_expected(columns: Columns, index: int, rule: Rule, _m: Measure, _lang: str) -> dict[str, str]:
    start = _days(columns, str(rule.params["other"]))[index : index + 1]
    value = day(last_day(start, int(str(rule.params["months"])))[0].astype(object))
    return {"value": value, "months": str(rule.params["months"])}


def _required_if(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    values = list(rule.params["values"])  # type: ignore[call-overload]
    asked = np.isin(columns[str(rule.params["where"])].astype(str), values)
    answered: Mask = present(columns[rule.column]) | ~asked
    return answered


def _maximum(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    with np.errstate(invalid="ignore"):
        return ~(_float(columns, rule.column) > float(str(rule.params["maximum"])))


def _maximum_expected(_c: Columns, _i: int, rule: Rule, _measure: Measure, _lang: str) -> dict[str, str]:
    return {"value": str(rule.params["maximum"])}


def _rounded(cents: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Round to whole cents, halves away from zero, with fifteen digits as a spreadsheet has them."""
    size = np.floor(np.abs(cents) * (1 + 2e-16) + 0.5)
    rounded: npt.NDArray[np.float64] = np.sign(cents) * size
    return rounded


def _product(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    found = _float(columns, rule.column)
    wanted = _float(columns, str(rule.params["count"])) * _float(columns, str(rule.params["amount"]))
    agrees: Mask = np.isnan(found) | np.isnan(wanted) | (found == wanted)
    return agrees


def _product_expected(columns: Columns, index: int, rule: Rule, _measure: Measure, lang: str) -> dict[str, str]:
    factors = (_float(columns, str(rule.params[name]))[index] for name in ("count", "amount"))
    wanted, found = int(next(factors) * next(factors)), int(_float(columns, rule.column)[index])
    return {"value": euros(wanted, lang), "difference": euros(found - wanted, lang)}


def percentage(columns: Columns, rule: Rule) -> npt.NDArray[np.float64]:
    """Return so many per cent of another column in cents, rounded half away from zero to the cent."""
    base = _float(columns, str(rule.params["other"]))
    known = ~np.isnan(base)
    result = base.copy()
    cents = np.abs(base[known]).astype(np.int64)
    result[known] = np.sign(base[known]) * ((cents * int(str(rule.params["percent"])) * 2 + 100) // 200)
    return result


def _percentage(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    wanted, found = percentage(columns, rule), _float(columns, rule.column)
    agrees: Mask = np.isnan(wanted) | np.isnan(found) | (wanted == found)
    return agrees


def _percentage_expected(columns: Columns, index: int, rule: Rule, _measure: Measure, lang: str) -> dict[str, str]:
    row = {name: columns[name][index : index + 1] for name in (rule.column, str(rule.params["other"]))}
    wanted, found = int(percentage(row, rule)[0]), int(_float(row, rule.column)[0])
    return {"value": euros(wanted, lang), "difference": euros(found - wanted, lang)}


def _at_most_times(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    limit = _rounded(_float(columns, str(rule.params["number"])) * float(str(rule.params["rate"])))
    with np.errstate(invalid="ignore"):
        return ~(_float(columns, rule.column) > limit)


def _at_most_times_expected(columns: Columns, index: int, rule: Rule, _measure: Measure, lang: str) -> dict[str, str]:
    number = _float(columns, str(rule.params["number"]))[index : index + 1]
    return {"value": euros(int(_rounded(number * float(str(rule.params["rate"])))[0]), lang)}


def _not_before(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    end, start = _days(columns, rule.column), _days(columns, str(rule.params["other"]))
    return np.isnat(end) | np.isnat(start) | (end >= start)


def _not_before_expected(columns: Columns, index: int, rule: Rule, _measure: Measure, _lang: str) -> dict[str, str]:
    return {"value": day(_days(columns, str(rule.params["other"]))[index].astype(object))}


def _required_with(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    return present(columns[rule.column]) | ~present(columns[str(rule.params["other"])])


def _not_above(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    with np.errstate(invalid="ignore"):
        return ~(_float(columns, rule.column) > _float(columns, str(rule.params["other"])))


def _not_above_expected(columns: Columns, index: int, rule: Rule, _measure: Measure, _lang: str) -> dict[str, str]:
    return {"value": f"{_float(columns, str(rule.params['other']))[index]:g}"}


def _minimum(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    with np.errstate(invalid="ignore"):
        return ~(_float(columns, rule.column) < float(str(rule.params["minimum"])))


def _minimum_expected(_c: Columns, _i: int, rule: Rule, _measure: Measure, _lang: str) -> dict[str, str]:
    return {"value": str(rule.params["minimum"])}


def shared(columns: Columns, rule: Rule) -> npt.NDArray[np.float64]:
    """Return total × part ÷ whole − other in cents, rounded half away from zero to the cent as Excel's ROUND does.

    Without part and whole the share is 1; NaN where the total is empty, or where part and whole are no share.
    """
    total = _float(columns, str(rule.params["total"]))
    other = np.nan_to_num(_float(columns, str(rule.params["other"])))
    result = total.copy()
    part_id, whole_id = rule.params.get("part"), rule.params.get("whole")
    if part_id in columns and whole_id in columns:
        part, whole = _float(columns, str(part_id)), _float(columns, str(whole_id))
        with np.errstate(invalid="ignore"):
            result[(whole == 0) | (part > whole)] = np.nan
        rows = np.flatnonzero(~np.isnan(result) & ~np.isnan(part) & ~np.isnan(whole))
        cents, some, every = (values[rows].astype(np.int64) for values in (np.abs(total), part, whole))
        result[rows] = np.sign(total[rows]) * ((2 * cents * some + every) // (2 * every))
    return result - other


def _share(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    wanted, found = shared(columns, rule), _float(columns, rule.column)
    agrees: Mask = np.isnan(wanted) | np.isnan(found) | (wanted == found)
    return agrees


def _share_expected(columns: Columns, index: int, rule: Rule, _measure: Measure, lang: str) -> dict[str, str]:
    row = {name: columns[name][index : index + 1] for name in KINDS["share"].involved(rule) if name in columns}
    wanted, found = int(shared(row, rule)[0]), int(_float(row, rule.column)[0])
    return {"value": euros(wanted, lang), "difference": euros(found - wanted, lang)}


def _not_opposite(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    with np.errstate(invalid="ignore"):
        return ~(_float(columns, rule.column) * _float(columns, str(rule.params["other"])) < 0)


def _not_opposite_expected(columns: Columns, index: int, rule: Rule, _measure: Measure, lang: str) -> dict[str, str]:
    return {"value": euros(int(_float(columns, str(rule.params["other"]))[index]), lang)}


def _at_most_where(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    values = rule.params["values"]
    concerned = np.isin(columns[str(rule.params["where"])].astype(str), list(values))  # type: ignore[call-overload]
    with np.errstate(invalid="ignore"):
        return ~(concerned & (_float(columns, rule.column) > float(str(rule.params["limit"]))))


def _at_most_where_expected(_c: Columns, _i: int, rule: Rule, _measure: Measure, lang: str) -> dict[str, str]:
    return {"value": euros(int(str(rule.params["limit"])), lang)}


def _says_nothing(text: str) -> bool:
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = re.sub(r"[^a-z]", "", folded)
    return len(letters) < _SHORTEST or letters in _EMPTY_WORDS or len(set(letters)) == 1


def _by_distinct(values: npt.NDArray[np.generic], wrong: Callable[[str], bool]) -> Mask:
    texts = values.tolist()
    good = {value: value is None or not wrong(str(value)) for value in set(texts)}
    return np.array([good[value] for value in texts], dtype=np.bool_)


def _uninformative_text(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    return _by_distinct(columns[rule.column], _says_nothing)


def _without_words(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    words = re.compile(r"\b(?:" + "|".join(map(re.escape, rule.params["words"])) + r")\w*", re.IGNORECASE)  # type: ignore[call-overload]
    return _by_distinct(columns[rule.column], lambda text: bool(words.search(text)))


def _niss_birth_unknown(columns: Columns, rule: Rule, _measure: Measure) -> Mask:
    return _by_distinct(columns[rule.column], identifiers.birth_unknown)


KINDS: Mapping[str, Kind] = {
    "missing": Kind(Scope.CELL),
    "date": Kind(Scope.CELL),
    "amount": Kind(Scope.CELL),
    "decimals": Kind(Scope.CELL),
    "count": Kind(Scope.CELL),
    "number": Kind(Scope.CELL),
    "choice": Kind(Scope.CELL),
    "niss": Kind(Scope.CELL),
    "enterprise_number": Kind(Scope.CELL),
    "cell_error": Kind(Scope.CELL),
    "uncached_formula": Kind(Scope.CELL),
    "date_window": Kind(Scope.ROW, _date_window, _date_window_expected),
    "not_before": Kind(Scope.ROW, _not_before, _not_before_expected, ("other",)),
    "required_with": Kind(Scope.ROW, _required_with, columns=("other",)),
    "not_above": Kind(Scope.ROW, _not_above, _not_above_expected, ("other",)),
    "minimum": Kind(Scope.ROW, _minimum, _minimum_expected),
    "share": Kind(Scope.ROW, _share, _share_expected, ("total", "other", "part", "whole")),
    "not_opposite": Kind(Scope.ROW, _not_opposite, _not_opposite_expected, ("other",)),
    "at_most_where": Kind(Scope.ROW, _at_most_where, _at_most_where_expected, ("where",)),
    "first_of_month": Kind(Scope.ROW, _first_of_month, _first_of_month_expected, ("other",)),
    "months_at_most": Kind(Scope.ROW, _months_at_most, _months_at_most_expected, ("other",)),
    "required_if": Kind(Scope.ROW, _required_if, columns=("where",)),
    "maximum": Kind(Scope.ROW, _maximum, _maximum_expected),
    "product": Kind(Scope.ROW, _product, _product_expected, ("count", "amount")),
    "percentage": Kind(Scope.ROW, _percentage, _percentage_expected, ("other",)),
    "at_most_times": Kind(Scope.ROW, _at_most_times, _at_most_times_expected, ("number",)),
    "uninformative_text": Kind(Scope.ROW, _uninformative_text),
    "without_words": Kind(Scope.ROW, _without_words),
    "niss_birth_unknown": Kind(Scope.ROW, _niss_birth_unknown),
    "duplicate": Kind(Scope.BOOK),
    "row_with": Kind(Scope.BOOK),
    "total_at_most": Kind(Scope.BOOK),
    "no_overlap": Kind(Scope.BOOK),
    "sum_at_most": Kind(Scope.BOOK),
    "other_workbook": Kind(Scope.BOOK),
    "import_balance": Kind(Scope.BOOK),
    "import_kept": Kind(Scope.BOOK),
    "pasted_shifted": Kind(Scope.BOOK),
    "pasted_header": Kind(Scope.BOOK),
    "pasted_other": Kind(Scope.BOOK),
    "pasted_swapped": Kind(Scope.BOOK),
    "pasted_year": Kind(Scope.BOOK),
    "pasted_twice": Kind(Scope.BOOK),
}
"""The vocabulary. Each kind has its words in every catalogue and is described in ``docs/rules.md``."""
