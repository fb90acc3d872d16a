"""The package takes the filled official workbook only with a clean verdict, and its verification judges it again."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
from dataclasses import replace
from functools import cache

import pypdfium2
import pytest

from addin.story import dossier
from addin.story.enclosed import MAP, Enclosed
from addin.story.intake import with_totals
from signer import container
from signer.trust import TrustStore
from tests.official import mutations
from tests.official.blanks import FIRST, LAST, add, blank, edit, map_of
from tests.validators.drafts import valid
from validators.check import check
from validators.findings import InputError
from validators.guard.fill import fill
from workbook_templates import packs
from workbook_templates.official.map import write

AT = dt.datetime(2026, 1, 20, 15, 3, tzinfo=dt.UTC)


@cache
def ours() -> bytes:
    """Return our workbook, its totals computed."""
    return with_totals(valid(packs.load("pas", 2025), 5).to_bytes())


@cache
def official() -> Enclosed:
    """Return the official workbook filled from it, with the totals that a spreadsheet would show."""
    empty, checked = blank(), check(ours())
    known = map_of(empty)
    filled = fill(empty, known, checked).workbook
    for place, (name,) in known.totals.items():
        cents = sum(checked.tables["volet_a"].columns[name.partition(".")[2]])
        filled = edit(
            filled,
            "xl/worksheets/sheet1.xml",
            mutations.substituted(
                rf'(<c r="{place.partition("!")[2]}"[^>]*><f>[^<]*</f><v>)[^<]*', rf"\g<1>{cents / 100}"
            ),
        )
    return Enclosed("tableau-officiel.xlsx", filled, empty, write(known).encode())


def packaged(enclosed: Enclosed) -> bytes:
    """Return the package with the official workbook in it."""
    return dossier.package(ours(), "pas.xlsx", {}, lang="fr", at=AT, official=enclosed)


def test_the_report_and_the_page_tell_of_it() -> None:
    """Name, fingerprints, verdict and totals stand in the report, and name and fingerprint on the signers' page."""
    data = packaged(official())
    files = container.read(data).files
    assert set(files) == {"pas.xlsx", "report.json", "summary.pdf", "tableau-officiel.xlsx", "official-blank.xlsx", MAP}
    told = json.loads(files["report.json"].content)["official"]
    digest = hashlib.sha256(official().filled).hexdigest()
    assert (told["name"], told["sha256"], told["verdict"]) == ("tableau-officiel.xlsx", digest, "clean")
    assert told["blank_sha256"] == hashlib.sha256(blank()).hexdigest()
    assert [total["place"] for total in told["totals"]] == [f"Dépenses!F{LAST + 2}", f"Dépenses!G{LAST + 2}"]
    page = pypdfium2.PdfDocument(files["summary.pdf"].content)
    assert len(page) == 1
    text = page[0].get_textpage().get_text_range()
    assert "tableau-officiel.xlsx" in text
    assert digest in text
    assert dossier.contents(data).report["official"] == told
    assert dossier.contents(dossier.package(ours(), "pas.xlsx", {}, lang="fr", at=AT)).report["official"] is None


@pytest.mark.parametrize("change", ["header_edited", "row_typed", "our_cell_changed", "formula_edited", "macro"])
def test_only_a_clean_verdict_gets_in(change: str) -> None:
    """Whatever else changed in it, or does not come from our rows, keeps the official workbook out."""
    good = official()
    case = mutations.Case(good.filled, {"Dépenses": {(FIRST, 3)}}, ("Dépenses", LAST - 2, 3))
    mutation = mutations.CHANGES[change](case, random.Random(1)) if change != "macro" else None
    data = mutation.data if mutation else add(good.filled, "xl/vbaProject.bin", b"macro")
    with pytest.raises(InputError) as refused:
        packaged(replace(good, filled=data))
    assert refused.value.code == "RU-O32"


def test_totals_that_are_not_ours_keep_it_out() -> None:
    """An official total one cent off is no clean verdict, nor one that LibreOffice computes otherwise."""
    wrong = edit(
        official().filled,
        "xl/worksheets/sheet1.xml",
        mutations.substituted(r"(</f><v>\d+\.?\d?)(\d?</v></c></row></sheetData>)", r"\g<1>9\2"),
    )
    for one in (replace(official(), filled=wrong), replace(official(), computed=wrong)):
        with pytest.raises(InputError) as refused:
            packaged(one)
        assert refused.value.code == "RU-O32"


@pytest.mark.parametrize("name", ["tableau-officiel.xlsx", "official-blank.xlsx", MAP])
def test_a_package_whose_official_workbook_was_exchanged_is_not_believed(name: str) -> None:
    """Each of the three files is held against the report; another one in its place is told."""
    files = {file: (one.content, one.mimetype) for file, one in container.read(packaged(official())).files.items()}
    files[name] = (files[name][0] + b"\n", files[name][1])
    outcome = dossier.verify(container.build(files), TrustStore())
    assert [cause.code for cause in outcome.causes] == ["RU-P01"]


def test_a_report_that_says_otherwise_of_it_is_not_believed() -> None:
    """Verification judges the official workbook again, and compares what the report says of it."""
    files = {file: (one.content, one.mimetype) for file, one in container.read(packaged(official())).files.items()}
    report = files["report.json"][0].replace(b'"input_cells": 36', b'"input_cells": 37')
    assert report != files["report.json"][0]
    files["report.json"] = (report, files["report.json"][1])
    assert [cause.code for cause in dossier.verify(container.build(files), TrustStore()).causes] == ["RU-P02"]
