"""Carry over: within a year everything, into the next year who and not how much, and what did not fit is told."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest

from addin.story.upgrade import upgrade
from tests.validators.drafts import valid
from validators.check import check
from validators.findings import InputError
from workbook_templates import packs
from workbook_templates.measure import LANGUAGES, ColumnType, Measure

OLD = [packs.load(*pack) for pack in packs.available() if (pack[0], pack[1] + 1) in packs.available()]


def older(workbook: bytes) -> bytes:
    """Return a workbook as an older version of its pack would have made it, with a column that is gone since."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            text = source.read(name)
            if name == "xl/workbook.xml":
                text = text.replace(b"/1.0.0/", b"/0.9.0/").replace(b"volet_a.article", b"volet_a.cost_centre")
            copy.writestr(name, text)
    return target.getvalue()


def test_within_a_year_every_row_goes_over() -> None:
    """A newer version takes all rows and amounts; the column that it has no longer is told."""
    workbook = valid(packs.load("pas", 2025), 7).to_bytes()
    before = check(workbook)
    carried = upgrade(older(workbook))
    after = check(carried.workbook)
    assert carried.left == ("Volet A: cost_centre",)
    assert (after.totals, after.centre, after.officers) == (before.totals, before.centre, before.officers)
    assert {name: rows.read for name, rows in after.rows.items()} == {
        name: rows.read for name, rows in before.rows.items()
    }


@pytest.mark.parametrize("measure", OLD, ids=lambda measure: measure.identity)
def test_into_the_next_year_go_people_and_no_amount(measure: Measure) -> None:
    """Identity, officers and people go over, each person once; no amount, date or document does."""
    draft = valid(measure, 6)
    for rows in draft.rows.values():
        if rows and "position" in rows[0]:
            rows.append(rows[0] | {"date_from": dt.date(2025, 6, 1)})
    before = check(draft.to_bytes())
    carried = upgrade(draft.to_bytes())
    after = check(carried.workbook)
    assert (carried.measure.year, carried.left) == (measure.year + 1, ())
    assert after.officers == before.officers
    assert {total.cents for total in after.totals} == {0}
    for sheet in carried.measure.sheets:
        table = after.tables.get(sheet.id)
        people = table is not None and "position" in table.columns
        assert carried.rows.get(sheet.id, 0) == (6 if people else 3 if sheet.id == "centre" else 0)
    names = [item.id for item in measure.sheet("centre").fields if item.type is not ColumnType.AMOUNT]
    assert {name: after.centre[name] for name in names if name != "files_count"} == {
        name: before.centre[name] for name in names if name != "files_count"
    }


def test_an_officer_whose_term_has_ended_stays_behind() -> None:
    """Whoever may not sign next year any more is not carried over."""
    draft = valid(packs.load("pas", 2025), 1)
    draft.rows["centre"][1]["date_to"] = dt.date(2025, 12, 31)
    assert [officer.role for officer in check(upgrade(draft.to_bytes()).workbook).officers] == [
        "secretary",
        "president_delegate",
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_workbook_keeps_its_language(lang: str) -> None:
    """Choices are found by their labels, and written in the same language."""
    carried = upgrade(valid(packs.load("gas_electricity", 2025), 3, lang).to_bytes())
    assert check(carried.workbook).layout.lang == lang
    assert carried.rows["staff"] == 3


def test_a_cell_that_cannot_be_read_is_told() -> None:
    """What stands where a date should be does not go over, and its place is named."""
    draft = valid(packs.load("pas", 2025), 2)
    draft.raw["volet_a", draft.address("volet_a", 1, "date")] = "31/02/2025"
    assert upgrade(draft.to_bytes(), 2025).left == ("Volet A!A7",)


def test_there_must_be_a_pack_to_carry_into() -> None:
    """A year without pack is refused, and those that there are are named."""
    with pytest.raises(InputError) as caught:
        upgrade(valid(packs.load("pas", 2026), 1).to_bytes())
    assert caught.value.code == "RU-X18"
