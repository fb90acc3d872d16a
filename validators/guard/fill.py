"""From a checked workbook of ours to the cells of an official one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from validators.check import CheckResult
from validators.guard.errors import GuardError, worded
from validators.official.errors import scanned
from validators.parse import Values, entry
from workbook_templates.measure import Severity
from workbook_templates.official import fill as filling
from workbook_templates.official.fill import FillError, Plan
from workbook_templates.official.map import Map
from workbook_templates.official.structure import Structure


@dataclass(frozen=True, slots=True)
class Filled:
    """An official workbook with our rows."""

    workbook: bytes
    rows: Mapping[str, int]
    """Rows by official sheet."""
    undated: tuple[str, ...]
    """Columns without a date format, whose days show as numbers."""
    left: Mapping[str, int]
    """Titles of our sheets to the rows that have no place in the official workbook, where there are any."""


def fill(blank: bytes, known: Map, checked: CheckResult) -> Filled:
    """Return the blank filled with the rows of a workbook without errors; GuardError where that cannot be."""
    if errors := checked.count(Severity.ERROR):
        raise GuardError("RU-O31", errors=errors)
    planned = plan(scanned(blank), known, checked)
    return Filled(filling.fill(blank, planned), planned.rows, planned.undated, unplaced(planned, checked))


def unplaced(planned: Plan, checked: CheckResult) -> dict[str, int]:
    """Return titles of our sheets to the rows that have no place in the official workbook."""
    return {checked.measure.sheet(name).title[checked.lang]: count for name, count in planned.left.items()}


def plan(structure: Structure, known: Map, checked: CheckResult) -> Plan:
    """Return what goes where; GuardError where the blank, the map and the workbook do not go together."""
    ours = (checked.measure.id, checked.measure.year)
    if ours != (known.measure, known.year):
        raise GuardError("RU-O22", known=f"{known.measure} {known.year}", found=f"{ours[0]} {ours[1]}")
    rows = {sheet_id: _columns(table.columns) for sheet_id, table in checked.tables.items()}
    fields = {
        f"{sheet_id}.{name}": values[0]
        for sheet_id, form in checked.forms.items()
        for name, values in _columns(form.columns).items()
    }
    try:
        return filling.plan(structure, known, rows, fields, checked.layout.lang)
    except FillError as error:
        raise worded(error) from error


def _columns(columns: Mapping[str, Values]) -> dict[str, list[object]]:
    """Return typed columns as text, cents, dates and numbers; None where a cell is empty."""
    return {name: [entry(value) for value in values] for name, values in columns.items()}
