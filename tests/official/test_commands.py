"""The commands on official workbooks: fill one, compare it with its blank, package it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from typer.testing import CliRunner

from addin import files
from addin.cli import app
from addin.story import recalculate
from addin.story.intake import with_totals
from addin.terminal.console import LANG
from tests.official.blanks import LAST, blank, edit, map_of, parts
from tests.official.mutations import substituted
from tests.validators.drafts import valid
from workbook_templates import packs
from workbook_templates.official.map import write
from workbook_templates.texts import catalogue

RUN = CliRunner()
MAP, OURS = "map.toml", "ours.xlsx"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a blank official workbook, its map and ours."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(files.HOME_VARIABLE, str(tmp_path / "home"))
    Path("blank.xlsm").write_bytes(blank(macros=True))
    Path(MAP).write_text(write(map_of(blank(macros=True))), encoding="utf-8")
    Path(OURS).write_bytes(with_totals(valid(packs.load("pas", 2025), 5).to_bytes()))
    return tmp_path


def run(*arguments: str, status: int = 0) -> str:
    """Run a command, expect its exit status, and return what it printed."""
    done = RUN.invoke(app, [*arguments])
    assert done.exit_code == status, done.output
    return done.output


def answer(*arguments: str, status: int = 0) -> Any:  # noqa: ANN401 - what JSON holds
    """Run with --json and return the answer."""
    return json.loads(run(*arguments, "--json", status=status))


def fill(output: str = "filled.xlsm", status: int = 1) -> Any:  # noqa: ANN401 - what JSON holds
    """Fill the blank, which has no place for some of our sheets."""
    return answer("official", "fill", OURS, "--into", "blank.xlsm", "--map", MAP, "-o", output, status=status)


def compare(status: int = 0) -> Any:  # noqa: ANN401 - what JSON holds
    """Compare the filled workbook with its blank, and with ours."""
    return answer("official", "compare", "blank.xlsm", "filled.xlsm", "--map", MAP, "--workbook", OURS, status=status)


@pytest.mark.needs("soffice")
def test_the_whole_way_to_a_package() -> None:
    """Filled and computed, the workbook has the clean verdict that the package wants, and its totals are ours."""
    told = fill()
    assert (told["rows"], told["up_to_date"], told["verdict"], told["undated"]) == ({"Dépenses": 5}, True, "clean", [])
    assert sorted(told["left"].values()) == [5, 5, 5]
    found = compare()
    assert found["clean"]
    assert [(one["place"], one["equal"]) for one in found["totals"]] == [
        (f"Dépenses!F{LAST + 2}", True),
        (f"Dépenses!G{LAST + 2}", True),
    ]
    assert {one["kind"] for one in found["differences"]} == {"input", "result"}
    options = ("--official", "filled.xlsm", "--blank", "blank.xlsm", "--map", MAP)
    run("package", OURS, *options, "-o", "pas.asice")
    assert answer("verify", "pas.asice", status=1)["problems"][0]["code"] == "SIG-E401"
    said = catalogue("validators", LANG)["summary"]["official"].format(name="filled.xlsm", cells=found["input_cells"])
    run("verify", "pas.asice", "--pdf", "verdict.pdf", status=1)
    assert said in pypdfium2.PdfDocument("verdict.pdf")[0].get_textpage().get_text_range()
    assert "RU-O34" in run("package", OURS, *options[:4], "-o", "other.asice", status=2)


def test_without_libreoffice_the_user_is_told_to_save_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Formulas that nobody computed are marked to be computed on opening; until then the totals are not ours."""
    monkeypatch.setattr(recalculate, "program", lambda: None)
    text = run("official", "fill", OURS, "--into", "blank.xlsm", "--map", MAP, "-o", "filled.xlsm", status=1)
    assert catalogue("addin", LANG)["official_fill"]["marked"] in text
    assert b'fullCalcOnLoad="1"' in parts(Path("filled.xlsm").read_bytes())["xl/workbook.xml"]
    assert compare(status=1)["verdict"] == "totals"


def test_what_somebody_typed_is_named_without_a_national_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row typed beside ours and a changed cell are named; a national number is not shown."""
    monkeypatch.setattr(recalculate, "program", lambda: None)
    fill()
    data = Path("filled.xlsm").read_bytes()
    typed = r'\1 t="inlineStr"><is><t>85.07.30-033.28</t></is></c>'
    put = substituted(r'(<c r="D30"[^>]*?)/>', typed)
    Path("filled.xlsm").write_bytes(edit(data, "xl/worksheets/sheet1.xml", put))
    (found,) = (one for one in compare(status=1)["differences"] if one["kind"] == "typed")
    assert (found["sheet"], found["place"]) == ("Dépenses", "D30")
    assert "033.28" not in json.dumps(compare(status=1))
    text = run("official", "compare", "blank.xlsm", "filled.xlsm", "--map", MAP, "--workbook", OURS, status=1)
    assert catalogue("validators.guard", LANG)["verdict"]["typed"].format(count=1) in text
    assert "033.28" not in text


def test_what_does_not_go_together_is_refused() -> None:
    """Another ending, an existing file, a value undecided, ours without a map: refused, and nothing is written."""
    assert fill("filled.xlsx", status=2)["error"]["code"] == "RU-O33"
    assert fill("blank.xlsm", status=2)["error"]["code"] == "RU-X10"
    text = Path(MAP).read_text(encoding="utf-8")
    Path(MAP).write_text(text.replace('leisure = "Loisirs"', 'leisure = "?"'), encoding="utf-8")
    assert fill(status=2)["error"]["code"] == "RU-O28"
    assert not Path("filled.xlsm").exists()
    refused = answer("official", "compare", "blank.xlsm", "blank.xlsm", "--workbook", OURS, status=2)
    assert refused["error"]["code"] == "RU-O35"
    assert not Path("filled.xlsx").exists()


def test_without_a_map_whatever_may_be_typed_is_an_input_cell() -> None:
    """Compared by structure alone, a filled workbook has only input cells changed."""
    fill()
    assert answer("official", "compare", "blank.xlsm", "filled.xlsm")["clean"]
