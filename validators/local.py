"""A centre's own rules on top of a measure's: taken over where they can be used, refused by name where they cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from validators.checks import KINDS, Scope
from validators.findings import InputError
from validators.read import read
from workbook_templates.build import build
from workbook_templates.local import LocalRuleError, with_local

if TYPE_CHECKING:
    from collections.abc import Callable

    from validators.read import RawWorkbook
    from workbook_templates.measure import Measure

USABLE = frozenset(name for name, kind in KINDS.items() if kind.scope is not Scope.CELL)
"""Kinds that a centre may use: what a cell may hold is decided by the pack."""


def adopt(measure: Measure, source: bytes, judge: Callable[[RawWorkbook], object]) -> Measure:
    """Return a measure with a centre's rules; InputError, naming the rule and the key, where one cannot be used.

    Each rule is tried alone on an empty workbook by ``judge``, so that a missing or senseless parameter is told now
    and not in the middle of a check.
    """
    try:
        adopted = with_local(measure, source, USABLE)
    except LocalRuleError as error:
        raise InputError("RU-X23", place=error.place, key=error.key) from error
    fresh = adopted.rules[len(measure.rules) :]
    if not fresh:
        return measure
    empty = read(build(measure, "fr"))
    for rule in fresh:
        try:
            judge(replace(empty, measure=replace(measure, rules=(rule,))))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise InputError("RU-X23", place=rule.code, key=str(error).strip("'\"")[:60]) from error
    return adopted
