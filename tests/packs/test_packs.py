"""Packs: one file is the whole measure, and a mistake in it is named by file, table and key."""

from __future__ import annotations

import copy
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from validators.checks import KINDS
from workbook_templates import packs
from workbook_templates.measure import Measure, Severity

ALL = [pytest.param(packs.load(*pack), id="-".join(map(str, pack))) for pack in packs.available()]


def pas() -> dict[str, Any]:
    """Return the PAS 2025 pack as plain TOML on top of its base, to be broken."""
    return packs.merged("2025/pas")


@pytest.mark.parametrize("measure", ALL)
def test_every_rule_names_a_kind_of_the_vocabulary(measure: Measure) -> None:
    """A rule can hold no code: its kind is one of a closed list."""
    assert {rule.kind for rule in measure.rules} <= KINDS.keys()


@pytest.mark.parametrize("measure", ALL)
def test_every_rule_says_where_it_comes_from(measure: Measure) -> None:
    """Each rule has a source and a confidence, and below high confidence it only warns."""
    for rule in measure.rules:
        assert rule.source.fr, rule.code
        assert rule.confidence in {"H", "M", "L"}, rule.code
        assert rule.confidence == "H" or rule.severity is Severity.WARNING, rule.code


@pytest.mark.parametrize("measure", ALL)
def test_every_column_explains_itself(measure: Measure) -> None:
    """Each column and field has a label that is no id, and a help that is a sentence."""
    for sheet in measure.sheets:
        for column in (*sheet.fields, *sheet.columns):
            assert column.help.fr.endswith("."), (sheet.id, column.id)
            assert column.label.fr != column.id, (sheet.id, column.id)


BROKEN = [
    ("measure has no title in German", lambda t: t["measure"]["title"].pop("de"), "[measure]", "de"),
    (
        "column of unknown type",
        lambda t: t["columns"]["date"].update(type="moment"),
        "[columns.date]",
        "type",
    ),
    ("misspelt key", lambda t: t["columns"]["date"].update(requird=True), "[columns.date]", "requird"),
    (
        "sheet with a column that is not there",
        lambda t: t["sheets"][1]["columns"].append("zzz"),
        "[sheets.",
        "zzz",
    ),
    ("rule on a sheet that is not there", lambda t: t["rules"][0].update(sheets=["zzz"]), "PAS-E001", "zzz"),
    (
        "total of a column that is not there",
        lambda t: t["totals"]["lines"][0].update(fields=["centre.zzz"]),
        "grant",
        "zzz",
    ),
    ("two rules of one code", lambda t: t["rules"][1].update(code="PAS-E001"), "PAS-E001", "once"),
    ("error that is not certain", lambda t: t["rules"][0].update(confidence="M"), "PAS-E001", "warning"),
    ("error in its first season", lambda t: t["rules"][0].update(since=2025), "PAS-E001", "warning"),
]


@pytest.mark.parametrize(("change", "place", "key"), [pytest.param(*case[1:], id=case[0]) for case in BROKEN])
def test_a_mistake_in_a_pack_is_named(change: Callable[[dict[str, Any]], object], place: str, key: str) -> None:
    """The error of a broken pack names the file, the table and the key."""
    table = copy.deepcopy(pas())
    change(table)
    with pytest.raises(packs.PackError) as caught:
        packs.build(table, file="2025/pas.toml", measure_id="pas", year=2025)
    assert "2025/pas.toml" in str(caught.value)
    assert place in str(caught.value)
    assert key in str(caught.value)


GOLDEN = files("tests") / "packs" / "codes.txt"


def test_public_codes_never_move() -> None:
    """Every code ever published still means the same kind of rule at the same column."""
    known = dict(line.split(" ", 1) for line in GOLDEN.read_text(encoding="utf-8").splitlines())
    now = {rule.code: f"{rule.kind} {rule.column}".strip() for pack in ALL for rule in pack.values[0].rules}
    assert known.items() <= now.items()
    assert now.keys() <= known.keys(), "add the new codes to tests/packs/codes.txt"
