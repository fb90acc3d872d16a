"""A ledger on the command line: what is asked at a terminal, what a program is answered, where rows go."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from addin import files
from addin.cli import app
from addin.story.intake import Taken, take
from addin.terminal import imported, prompts
from tests import tables
from tests.ledgers.test_questions import CREDITS, TWO
from tests.validators.drafts import as_typed, pasted, template, valid
from workbook_templates import packs
from workbook_templates.texts import catalogue

RUN = CliRunner()
CODED = """Date;N° pièce;Article;Libellé;Fournisseur;Montant
21/02/2025;A1;831/333-01;Stage enfants;ASBL X;10,00
22/02/2025;A2;831/334-01;Excursion mer;ASBL Y;20,00
23/02/2025;A3;104/123-02;Papier;ASBL Z;5,00
"""
SELECTIONS = """
[[select]]
sheet = "volet_a"
article = "831/333-*"

[[select]]
sheet = "volet_b"
article = "831/334-*"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a template, and with a user's folder of its own."""
    monkeypatch.setenv(files.HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    Path("pas.xlsx").write_bytes(template("pas", 2025, "fr"))
    Path("two.csv").write_text(TWO, encoding="utf-8")
    Path("credits.csv").write_text(CREDITS, encoding="utf-8")
    Path("coded.csv").write_text(CODED, encoding="utf-8")
    return tmp_path


def run(*arguments: str, status: int = 0, typed: str | bytes = "") -> str:
    """Import into the template, expect an exit status, and return everything that was printed."""
    done = RUN.invoke(app, ["import", *arguments, "--into", "pas.xlsx", "-o", "out.xlsx"], input=typed)
    assert done.exit_code == status, done.output
    return done.output


def answer(*arguments: str, status: int = 0) -> Any:  # noqa: ANN401 - what JSON holds
    """Run with --json and return the answer."""
    return json.loads(run(*arguments, "--json", status=status))


def test_a_question_to_a_program_is_a_refusal_with_a_proposal() -> None:
    """Exit status 2, nothing written, and in JSON what to write into which file, with what stands in the columns."""
    error = answer("two.csv", status=2)["error"]
    assert error["code"] == "RU-L06"
    assert '"Montant TVAC" = "?"' in error["proposal"]
    assert error["doubts"][0]["column"] == "total_amount"
    assert error["doubts"][0]["samples"] == ["10,00 · 20,00 · 5,00", "12,10 · 24,20 · 7,05"]
    assert error["proposal"] in run("two.csv", status=2)
    assert not Path("out.xlsx").exists()
    Path(error["mapping"]).parent.mkdir()
    decided = error["proposal"].replace('"?"', '""', 1).replace('"?"', '"total_amount"')
    Path(error["mapping"]).write_text(decided, encoding="utf-8")
    assert answer("two.csv")["imported"]["cents"] == 4335


def test_a_person_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal shows headings and samples, insists on one of the numbers, and remembers the answer."""
    monkeypatch.setattr(prompts, "somebody", lambda: True)
    told = run("two.csv", "--mapping", "ours.toml", status=2, typed="2\n")
    assert "RU-X01" in told
    told = run("two.csv", typed="7\n2\n")
    assert "12,10 · 24,20 · 7,05" in told
    assert (files.home() / files.MAPPING).exists()
    Path("out.xlsx").unlink()
    assert "12,10 · 24,20 · 7,05" not in run("two.csv")
    Path("out.xlsx").unlink()
    assert "RU-L29" in run("credits.csv", status=2, typed="n\n")
    assert "RU-L29" in run("credits.csv", status=2, typed="")
    assert not Path("out.xlsx").exists()
    run("credits.csv", typed="y\n")
    assert "negate = true" in (files.home() / files.MAPPING).read_text(encoding="utf-8")


def test_a_named_mapping_file_selects_rows_and_remembers(folder: Path) -> None:
    """Rows go where the selections say, the others are told; --remember keeps what was understood in that file."""
    path = folder / "ours.toml"
    path.write_text(SELECTIONS, encoding="utf-8")
    told = answer("coded.csv", "--mapping", "ours.toml", "--remember")
    assert told["imported"]["sheets"] == {"volet_a": 1, "volet_b": 1}
    assert told["not_selected"] == [{"row": 4, "cents": 500}]
    assert path.read_text(encoding="utf-8").startswith(SELECTIONS)
    assert '"Article" = "article"' in path.read_text(encoding="utf-8")
    Path("out.xlsx").unlink()
    assert {one["how"] for one in answer("coded.csv", "--mapping", "ours.toml")["mapping"]} == {"confirmed"}


def test_a_paste_gone_wrong_is_told_once_or_in_full() -> None:
    """The check tells one finding and how many it stands for; --all tells each of them."""
    draft = valid(packs.load("pas", 2025), 6)
    sheet = draft.measure.sheet("volet_a")
    pasted(draft, sheet, 0, [[None, *row] for row in as_typed(draft.measure, sheet, draft)])
    Path("wrong.xlsx").write_bytes(draft.to_bytes())
    told, every = (
        RUN.invoke(app, ["check", "wrong.xlsx", "--json", *more], catch_exceptions=False) for more in ([], ["--all"])
    )
    assert (told.exit_code, every.exit_code) == (1, 1)
    one, raw = json.loads(told.output), json.loads(every.output)
    assert [finding["code"] for finding in one["findings"]] == ["PAS-E051"]
    assert one["covered"] == raw["findings"]
    assert raw["covered"] == []
    said = RUN.invoke(app, ["check", "wrong.xlsx"]).output
    assert str(len(raw["findings"])) in said
    assert "--all" in said


def test_copied_text_is_read_from_standard_input() -> None:
    """A dash takes cells that were copied in a spreadsheet: text, with tabs between them."""
    run("-", typed=CODED.replace(";", "\t").encode())
    assert Path("out.xlsx").exists()


SAID = """
| lang | first line                                                       | reversal                    |
| ---- | ---------------------------------------------------------------- | --------------------------- |
| fr   | 4 lignes, 30,00 €, 1 ligne mise de côté (total), bilan 0,00 €    | ligne 6 ↔ ligne 5 −1 005,00 |
| nl   | 4 rijen, 30,00 €, 1 rij opzijgezet (totaal), balans 0,00 €       | rij 6 ↔ rij 5 −1.005,00     |
| de   | 4 Zeilen, 30,00 €, 1 Zeile beiseitegelegt (Summe), Bilanz 0,00 € | Zeile 6 ↔ Zeile 5 −1.005,00 |
| en   | 4 rows, 30,00 €, 1 row set aside (total), balance 0,00 €         | row 6 ↔ row 5 −1.005,00     |
"""
"""What the screen says of one export."""
EXPORT = """Export du grand livre;;;;;
Date;N° pièce;Libelé;Fournisseur;Montnt;Code
21/02/2025;A1;Stage enfants;ASBL X;10,00;1
22/02/2025;A2;Excursion mer;ASBL Y;20,00;2
23/03/2025;A3;Cinéma jeunes;ASBL Z;1.005,00;3
24/03/2025;A3;Cinéma jeunes;ASBL Z;1.005,00-;3
;;Total;;30,00;
"""


@pytest.mark.parametrize(("lang", "first", "reversal"), tables.rows(SAID))
def test_the_screen_says_what_became_of_a_ledger(
    lang: str, first: str, reversal: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The outcome in one line; then each column with reason and confidence, pairs, repairs, changes, the balance."""

    def shown(taken: Taken) -> str:
        imported.show(taken, lang)
        return unicodedata.normalize("NFKC", capsys.readouterr().out)

    taken = take(EXPORT.encode(), "export.csv", template("pas", 2025, "fr"), None)
    said = shown(taken)
    assert said.splitlines()[0] == first
    texts, label = catalogue("validators.ledger", lang), taken.measure.sheet("volet_a").column("total_amount").label
    words = reversal, "1.005,00- → −1", texts["repair"]["amount_sign"], texts["record"]["difference"] + " 0 0,00"
    for word in (*words, f"Montnt {label[lang]}"):
        assert word in " ".join(said.split())
    assert said.count("91 %") == 2
    newer = shown(take(EXPORT.replace("10,00", "11,00").encode(), "next.csv", taken.workbook, None))
    assert all(word in newer for word in ("Volet A!H6", "10,00 €", "11,00 €"))


def test_a_program_is_told_the_same() -> None:
    """The answer has the balance in rows and cents, each column's reason and confidence, pairs, repairs and changes."""
    Path("export.csv").write_text(EXPORT, encoding="utf-8")
    told = answer("export.csv")
    assert told["balance"] == {
        "ledger_rows": 5, "imported_rows": 4, "set_aside_rows": 1, "not_selected_rows": 0,
        "ledger_cents": 6000, "imported_cents": 3000, "set_aside_cents": 3000, "not_selected_cents": 0,
        "difference_cents": 0, "sums_agreeing": 1,
    }  # fmt: skip
    assert told["reversals"] == [{"row": 6, "cancels": 5, "cents": -100500}]
    (amount,) = (one for one in told["mapping"] if one["column"] == "total_amount")
    assert (amount["header"], amount["how"], amount["confidence"]) == ("Montnt", "similar", 91)
    assert {one["kind"] for one in told["repairs"]} == {"amount_sign", "eligible_computed"}
    Path("next.csv").write_text(EXPORT.replace("10,00", "11,00"), encoding="utf-8")
    done = RUN.invoke(app, ["import", "next.csv", "--into", "out.xlsx", "-o", "next.xlsx", "--json"])
    assert json.loads(done.output)["changes"] == [
        {"kind": "changed", "place": "Volet A!H6", "before_cents": 1000, "row": 3, "after_cents": 1100}
    ]
