"""The whole story in a visible LibreOffice, by keys and clicks: paste, check, mend, accept, sign, countersign."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from addin.macros.actions import BY_ID
from addin.story import dossier
from signer.demo import demo_root_pem
from signer.trust import TrustStore
from tests.addin.drafts import saved
from tests.live.desktop import BUTTON, Display, Person, until, walk
from tests.live.people import card_holder
from tests.validators.drafts import valid
from workbook_templates import packs
from workbook_templates.measure import ColumnType
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.validators.drafts import Draft

LANG = "fr"
ROWS = 5000
SHEET = "volet_a"
FAULTS = {
    (10, "date"): "31/12/2024",
    (20, "nature"): "Autre chose",
    (30, "label"): "divers",
    (4990, "label"): "divers",
}
"""(row of the table from 0, column) to what the ledger has there: two errors, and twice the same warning."""
MENDED = ("31/12/2025", "Loisirs")
REASON = "Vu avec le receveur"
KEPT = Path(__file__).parents[2] / "out" / "live"
"""Where the pictures of the last run are looked at."""


def label(action: str) -> str:
    """Return what stands on a button."""
    return BY_ID[action].label(LANG)


BAR = str(catalogue("addin", LANG)["macro"]["title"])


def ledger(made: Draft) -> str:
    """Return the rows of a draft as a spreadsheet copies them, with the faults."""
    columns = made.measure.sheet(SHEET).columns
    lines = []
    for number, row in enumerate(made.rows[SHEET]):
        line = []
        for column in columns:
            value = row.get(column.id)
            if (number, column.id) in FAULTS:
                text = FAULTS[number, column.id]
            elif value is None:
                text = ""
            elif isinstance(value, dt.date):
                text = f"{value:%d/%m/%Y}"
            elif column.type is ColumnType.AMOUNT:
                text = f"{int(str(value)) / 100:.2f}".replace(".", ",")
            elif column.type is ColumnType.CHOICE:
                text = next(one.label[LANG] for one in column.choices if one.id == value)
            else:
                text = str(value)
            line.append(text)
        lines.append("\t".join(line))
    return "\n".join([*lines, ""])


@pytest.fixture
def display() -> Iterator[Display]:
    """Return a screen."""
    shown = Display()
    yield shown
    shown.close()


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Return the folder of the test authority, and of the keys in its cards."""
    return tmp_path / "keys"


@pytest.mark.needs("soffice", "uno", "desktop", "card")
def test_the_story_from_a_pasted_ledger_to_two_signatures(tmp_path: Path, display: Display, keys: Path) -> None:
    """An accountant and two signers, in two LibreOffices, do it all by hand; the package verifies."""
    shutil.rmtree(KEPT, ignore_errors=True)
    measure = packs.load("pas", 2025)
    first = card_holder(display, keys, tmp_path / "secretary", 1, LANG)
    workbook = saved(tmp_path, valid(measure, 0, LANG), "pas.xlsx")
    made = valid(measure, ROWS, LANG)
    name = measure.sheet(SHEET).title[LANG]
    faults = [f"{name}!{made.address(SHEET, row, column)}" for row, column in FAULTS]
    try:
        first.open(workbook)
        first.paste(ledger(made), f"{name}!{made.address(SHEET, 0, 'date')}", f"{made.address(SHEET, 4999, 'date')}")
        display.picture(KEPT / "1-pasted.png")
        seen = _walk(first)
        assert seen == faults
        _mend(first, faults)
        display.picture(KEPT / "4-mended.png")
        first.press(label("check_and_sign"), BAR)
        _sign(first, "5-asked.png")
        until(lambda: (tmp_path / "pas.asice").exists() and first.message())
        assert first.message()[0].startswith("Signé : Secrétaire")
        display.picture(KEPT / "6-signed.png")
        assert (tmp_path / "secretary" / "shown.pdf").read_bytes().startswith(b"%PDF")
    finally:
        first.close()
    second = card_holder(display, keys, tmp_path / "president", 2, LANG)
    try:
        second.open()
        second.press(label("countersign"), BAR)
        until(lambda: second.dialog(str(catalogue("addin", LANG)["ask"]["package"])))
        display.write(str(tmp_path / "pas.asice"))
        display.picture(KEPT / "7-which.png")
        display.keys("Return")
        _sign(second, "8-asked.png")
        until(lambda: second.message() and not second.dialog())
        display.picture(KEPT / "9-countersigned.png")
        assert second.message()[0].startswith("Signé : Président")
    finally:
        second.close()
    outcome = dossier.verify((tmp_path / "pas.asice").read_bytes(), TrustStore.with_pem(demo_root_pem(keys)))
    assert outcome.contents is not None
    assert not outcome.causes
    assert outcome.signed_roles == ("secretary", "president")
    assert [one.valid for one in outcome.verdict.signatures] == [True, True]


def _walk(user: Person) -> list[str]:
    """Check, and press *Next* three times; return the places that were shown."""
    user.press(label("check"), BAR)
    until(user.message)
    user.display.picture(KEPT / "2-checked.png")
    seen = [user.selected()]
    for _ in range(3):
        before = user.message()
        user.press(label("next_finding"), BAR)
        user.heard(before)
        seen.append(user.selected())
    user.display.picture(KEPT / "3-next.png")
    return seen


def _mend(user: Person, faults: list[str]) -> None:
    """Give a reason for the warning that is selected, then walk on and type over both errors."""
    user.press(label("accept_warning"), BAR)
    until(lambda: user.dialog(label("accept_warning")))
    user.display.write(REASON)
    user.display.picture(KEPT / "3-reason.png")
    before = user.message()
    user.display.keys("Return")
    user.heard(before)
    for place, value in zip(faults, MENDED, strict=False):
        before = user.message()
        user.press(label("next_finding"), BAR)
        user.heard(before)
        assert user.selected() == place
        user.type(value)


def _sign(user: Person, picture: str) -> None:
    """Say yes to what is about to be signed."""
    asked = until(lambda: user.dialog(BAR))
    assert len([one for one in walk(asked) if one.AccessibleRole == BUTTON]) == 2
    user.display.picture(KEPT / picture)
    user.display.keys("Return")
