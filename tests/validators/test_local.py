"""A centre's own rules add to the federal ones: they can be stricter, and never loosen or hide one."""

from __future__ import annotations

import datetime as dt

import pytest

from addin.story import dossier
from addin.story.intake import with_totals
from signer import container
from tests.validators.drafts import NISS, valid
from validators.check import check
from validators.checks import KINDS, Scope
from validators.findings import InputError
from validators.local import USABLE
from workbook_templates import packs

PAS = packs.load("pas", 2025)
LIMIT = b"""
[[rules]]
measure = "pas"
code = "LOC-W001"
kind = "sum_at_most"
sheets = ["volet_a"]
column = "eligible_amount"
key = "niss"
limit = 12500
text = "125 \xe2\x82\xac au plus par usager et par an."
source = "D\xc3\xa9cision du conseil"
"""


def test_a_limit_per_person_and_year() -> None:
    """Two expenses for one user go over 125 €: the second is told, with the first and the sum."""
    draft = valid(PAS, 2)
    for row, cents in zip(draft.rows["volet_a"], (7000, 6000), strict=True):
        row |= {"niss": NISS[0], "total_amount": cents, "participants_target": None, "participants_all": None}
        draft.settle("volet_a", row)
    workbook = draft.to_bytes()
    assert check(workbook).findings == ()
    (finding,) = check(workbook, local=LIMIT).findings
    assert (finding.code, finding.cell, finding.related) == ("LOC-W001", "L7", ("volet_a!L6",))
    assert "130,00" in finding.message.replace("\u202f", "").replace("\u00a0", " ")


def test_local_rules_are_signed_with_the_report() -> None:
    """They stand in the package, whoever verifies applies them too, and a package without them is another one."""
    workbook = with_totals(valid(PAS, 2).to_bytes())
    now = dt.datetime.now(dt.UTC)
    package = dossier.package(workbook, "pas.xlsx", {}, lang="fr", at=now, local=LIMIT)
    assert dossier.contents(package).checked.measure.rules[-1].code == "LOC-W001"
    stricter = LIMIT.replace(b"12500", b"1")
    files = dict(container.read(package).files)
    forged = container.build({**files, "rules.toml": (stricter, "application/toml")})
    with pytest.raises(InputError):
        dossier.contents(forged)


LOOSER = {
    "a federal code": (b'code = "LOC-W001"', b'code = "PAS-E028"', "PAS-E028", "code"),
    "a code of nobody": (b'code = "LOC-W001"', b'code = "W001"', "W001", "code"),
    "a rule switched off": (b"[[rules]]", b'disable = ["PAS-E028"]\n[[rules]]', "TOML", "disable"),
    "a kind that decides what a cell holds": (b'"sum_at_most"', b'"amount"', "LOC-W001", "kind"),
    "an unknown kind": (b'"sum_at_most"', b'"python"', "LOC-W001", "kind"),
    "an unknown sheet": (b'"volet_a"', b'"volet_z"', "LOC-W001", "sheets"),
    "an unknown column": (b'"eligible_amount"', b'"amount"', "LOC-W001", "column"),
    "no parameter": (b"limit = 12500\n", b"", "LOC-W001", "limit"),
    "a senseless parameter": (b"limit = 12500", b'limit = "a lot"', "LOC-W001", "a lot"),
    "no text": (b'text = "125', b'texte = "125', "LOC-W001", "text"),
    "no TOML": (b"[[rules]]", b"[[rules", "TOML", ""),
}


@pytest.mark.parametrize("name", LOOSER)
def test_whatever_would_loosen_or_break_is_refused(name: str) -> None:
    """The rule and the key are named, and nothing is checked."""
    old, new, place, key = LOOSER[name]
    with pytest.raises(InputError) as caught:
        check(valid(PAS, 1).to_bytes(), local=LIMIT.replace(old, new, 1))
    assert (caught.value.code, caught.value.params["place"]) == ("RU-X23", place)
    assert key in str(caught.value.params["key"])


def test_a_rule_for_another_measure_changes_nothing() -> None:
    """One file serves all measures of a centre."""
    other = LIMIT.replace(b'measure = "pas"', b'measure = ["piis", "piis_tp"]').replace(b"volet_a", b"expenses")
    assert check(valid(PAS, 1).to_bytes(), local=other).measure.rules == PAS.rules


def test_cells_are_the_packs_matter() -> None:
    """A centre may use every kind but those that decide what a cell may hold."""
    assert {name for name, kind in KINDS.items() if kind.scope is not Scope.CELL} == USABLE
