"""Fault injection from the packs: what breaks one rule yields that code at that cell, and nothing else."""

from __future__ import annotations

import pytest

from tests.validators.drafts import BREAK, Fault, faults, valid
from validators.check import check
from validators.checks import KINDS
from workbook_templates import packs
from workbook_templates.measure import LANGUAGES, Measure

ALL = [packs.load(*pack) for pack in packs.available()]


def test_every_kind_of_rule_can_be_broken() -> None:
    """There is a way to break each kind of the vocabulary, and no way for a kind that is gone."""
    assert BREAK.keys() == KINDS.keys()


@pytest.mark.parametrize("measure", ALL, ids=lambda measure: measure.identity)
def test_a_valid_workbook_of_500_rows_has_no_finding(measure: Measure) -> None:
    """500 valid rows in every table yield no finding at all, and every row is read."""
    result = check(valid(measure, 500).to_bytes())
    assert [finding.message for finding in result.findings] == []
    for sheet in measure.ledger_sheets:
        assert result.rows[sheet.id].read == result.rows[sheet.id].in_sheet == 500


@pytest.mark.parametrize("fault", [fault for measure in ALL for fault in faults(measure)], ids=str)
def test_one_fault_yields_one_finding_at_its_cell(fault: Fault) -> None:
    """The one rule that a draft breaks is told once, at the very cell."""
    result = check(fault.draft.to_bytes(), others=fault.others)
    found = [(finding.code, finding.sheet, finding.cell) for finding in result.findings]
    assert found == [(fault.code, fault.sheet, fault.cell)], [finding.message for finding in result.findings]


def test_every_rule_has_a_fault() -> None:
    """No rule of any pack goes without a failing case."""
    for measure in ALL:
        assert {fault.code for fault in faults(measure)} == {rule.code for rule in measure.rules}


ONE_EACH = [
    next(fault for fault in faults(measure) if fault.code == rule.code)
    for measure in ALL
    if measure.year == 2025
    for rule in measure.rules
]
TWO_LINES = 300
"""Characters: two lines of a window across a screen."""


@pytest.mark.parametrize("fault", ONE_EACH, ids=str)
def test_a_finding_speaks_every_language_in_two_lines(fault: Fault) -> None:
    """Place, rule, what was found and what was expected fit two lines in each language; what to do fits one."""
    workbook = fault.draft.to_bytes()
    said = set()
    for lang in LANGUAGES:
        (finding,) = check(workbook, lang, others=fault.others).findings
        assert finding.cell in finding.message
        assert finding.found in finding.message
        assert finding.expected in finding.message
        assert len(finding.message) <= TWO_LINES, finding.message
        assert 0 < len(finding.remedy) <= TWO_LINES // 2
        said.add(finding.message)
    assert len(said) == len(LANGUAGES)
