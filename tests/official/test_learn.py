"""Learning an official workbook: what is asked and answered, what an earlier map still says, what the command tells."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill, Protection
from typer.testing import CliRunner

from addin.cli import app
from addin.story.learning import text
from addin.terminal import learning
from tests.official.corpus import BOOKS, NATURE_A
from tests.official.filled import ours
from tests.official.invent import Book, Col, Place, build
from tests.tables import rows
from validators.guard.fill import fill
from validators.official.earlier import carried
from validators.official.learn import learn
from validators.official.question import Learned
from workbook_templates import packs
from workbook_templates.measure import LANGUAGES
from workbook_templates.official import map as maps
from workbook_templates.official.structure import scan

PAS = packs.load("pas", 2025)
COLUMNS = [
    Col("Date de la facture", "date", "date"),
    Col("N° de pièce", "document_number"),
    Col("Fournisseur", "payee"),
    Col("Libellé", "label"),
    Col("Nature", "nature", "list", NATURE_A),
    Col("Montant total", "total_amount", "amount"),
    Col("Montant éligible", "eligible_amount", "amount"),
]
UNCLEAR = [*COLUMNS[:1], Col("Pièce"), Col("Pièce"), *COLUMNS[2:]]
"""Two columns that say the same."""


def blank(columns: list[Col], sheet: str = "Volet A", caption: str = "Volet A") -> bytes:
    """Return a blank workbook with one place for rows."""
    return build(Book("blank", [Place(sheet, "volet_a", columns, caption)])).data


def learned(data: bytes, answers: dict[str, str] | None = None) -> Learned:
    """Return what is learnt of a workbook."""
    return learn(scan(data), PAS, answers)


def test_two_equals_are_asked_and_answered() -> None:
    """Two columns with one heading are a question; one answer settles the other."""
    data = blank(UNCLEAR)
    found = learned(data)
    assert [one.kind for one in found.questions] == ["column", "column"]
    first = found.questions[0]
    assert first.options[0].id == "document_number"
    assert first.sentence("fr") == "Feuille « Volet A », colonne B, « Pièce » : qu'est-ce qui doit y figurer ?"
    assert list(found.map.open_places()) == ["Volet A!B", "Volet A!C"]
    settled = learned(data, {first.id: "document_number"})
    assert settled.questions == ()
    assert (settled.map.sheets[0].columns["B"], settled.map.sheets[0].columns["C"]) == ("document_number", "")


def test_a_place_that_names_no_part_is_asked() -> None:
    """Where nothing says for which part a table is, that is asked, and the answer decides the lists too."""
    columns = [column for column in COLUMNS if column.ours != "nature"]
    data = blank(columns, "Tableau", "Dépenses")
    (question,) = learned(data).questions
    assert question.kind == "source"
    assert {option.id for option in question.options} == {"volet_a", "volet_b", "volet_c"}
    assert learned(data, {question.id: "volet_b"}).map.sheets[0].source == "volet_b"
    assert learned(data, {question.id: ""}).map.sheets == ()


def test_an_entry_without_a_counterpart_is_asked() -> None:
    """A choice that no entry of the official list names is asked, and may have none."""
    nature = {choice: entry for choice, entry in NATURE_A.items() if choice != "ict"}
    data = blank([*COLUMNS[:4], replace(COLUMNS[4], entries=nature), *COLUMNS[5:]])
    (question,) = learned(data).questions
    assert (question.kind, question.id.split()[-1]) == ("value", "ict")
    assert learned(data, {question.id: ""}).map.sheets[0].values["E"]["ict"] == ""


def test_an_earlier_map_is_carried_over() -> None:
    """A column moved, one renamed, one new and another list: what is certain is kept, the rest proposed or asked."""
    old = learned(blank(UNCLEAR), {"Volet A!B3": "document_number"}).map
    changed = [
        Col("Montant de la TVA", kind="amount"), UNCLEAR[0], UNCLEAR[3], UNCLEAR[1],
        replace(UNCLEAR[4], title="Zzz qqq"), replace(UNCLEAR[5], entries=NATURE_A | {"other": "Toute autre chose"}),
        *UNCLEAR[6:],
    ]  # fmt: skip
    structure = scan(blank(changed))
    found = learn(structure, PAS, {}, carried(old, structure))
    columns = found.map.sheets[0].columns
    assert found.map.fingerprint != old.fingerprint
    assert {letter: columns[letter] for letter in "ABCGH"} == {
        "A": "", "B": "date", "C": "payee", "G": "total_amount", "H": "eligible_amount",
    }  # fmt: skip
    assert columns["E"] == maps.OPEN
    assert found.map.sheets[0].values["F"]["leisure"] == "Loisirs et culture"
    asked = {one.place: one.options[0].id for one in found.questions if one.kind == "column"}
    assert asked["Volet A!E3"] == "label"


@pytest.mark.parametrize(("columns", "status"), [(COLUMNS, 0), (UNCLEAR, 1)], ids=["clear", "open"])
def test_the_command_writes_the_map(tmp_path: Path, columns: list[Col], status: int) -> None:
    """The command writes the map with what is open in it, and ends with status 1 where something is."""
    source, target = tmp_path / "blank.xlsx", tmp_path / "map.toml"
    source.write_bytes(blank(columns))
    told = CliRunner().invoke(app, ["official", "learn", str(source), "--measure", "pas", "-o", str(target)])
    assert told.exit_code == status, told.output
    known = maps.read(target.read_text(encoding="utf-8"))
    assert len(list(known.open_places())) == 2 * status
    assert ("document_number (" in target.read_text(encoding="utf-8")) == bool(status)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_told_in_each_language(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The screen and the remarks in the map speak the reader's language, questions included."""
    found = learned(blank(UNCLEAR))
    learning.show(found, PAS, lang)
    assert PAS.sheet("volet_a").title[lang] in capsys.readouterr().out
    label = PAS.sheet("volet_a").column("document_number").label[lang]
    assert f"document_number ({label})" in text(found, lang)
    assert all("{" not in one.sentence(lang) for one in found.questions)


def test_the_command_answers_in_json(tmp_path: Path) -> None:
    """With --json the same is told to a program: columns, reasons, questions with their options."""
    source = tmp_path / "blank.xlsx"
    source.write_bytes(blank(UNCLEAR))
    told = CliRunner().invoke(
        app,
        ["official", "learn", str(source), "--measure", "pas", "--year", "2025", "-o", str(tmp_path / "m"), "--json"],
    )
    found = json.loads(told.stdout)
    assert (told.exit_code, found["sheets"][0]["source"], len(found["questions"])) == (1, "volet_a", 2)
    assert found["columns"][0] == {
        "sheet": "Volet A", "letter": "A", "heading": "Date de la facture", "column": "date", "reason": "synonym",
        "confidence": 95,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "more", "code"),
    [
        (b"no workbook", [], "RU-O01"),
        (build(Book("none", [Place("Liste", "", [Col("Nom"), Col("Prénom"), Col("Ville")])])).data, [], "RU-O09"),
        (blank(COLUMNS), ["--from", "piis.toml"], "RU-O08"),
        (blank(COLUMNS), ["--from", "broken.toml"], "RU-O07"),
    ],
    ids=["no workbook", "nothing of ours", "another measure's map", "a broken map"],
)
def test_the_command_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, more: list[str], code: str
) -> None:
    """What cannot be used is refused with a code, status 2 and nothing written."""
    monkeypatch.chdir(tmp_path)
    Path("blank.xlsx").write_bytes(data)
    Path("broken.toml").write_text('measure = "pas"\nyear = "2025"\n', encoding="utf-8")
    other = maps.Map("piis", 2025, "0", (maps.SheetMap("A", "expenses", 2, 9, {"A": "date"}),))
    Path("piis.toml").write_text(maps.write(other), encoding="utf-8")
    told = CliRunner().invoke(app, ["official", "learn", "blank.xlsx", "--measure", "pas", "-o", "map.toml", *more])
    assert (told.exit_code, code in told.stderr) == (2, True), told.output
    assert not Path("map.toml").exists()


def test_the_corpus_is_varied() -> None:
    """The corpus has workbooks with and without macros, in four languages, for four measures."""
    assert {book.lang for book in BOOKS} >= {"fr", "nl", "de"}
    assert {book.measure for book in BOOKS} == {"pas", "piis", "gas_electricity", "staff_costs"}
    assert any(book.macros for book in BOOKS)


def test_no_row_of_ours_goes_to_two_places() -> None:
    """Where two tables could take the same rows, what one of them takes is no answer for the other."""
    columns = [column for column in COLUMNS if column.ours != "nature"]
    places = [Place(name, "volet_a", columns, name) for name in ("Tableau 1", "Tableau 2")]
    data = build(Book("two", places)).data
    first, second = learned(data).questions
    answered = learned(data, {first.id: "volet_a", second.id: "volet_a"})
    assert [sheet.source for sheet in answered.map.sheets] == ["volet_a", maps.OPEN]
    (again,) = answered.questions
    assert {option.id for option in again.options} == {"volet_b", "volet_c"}


def test_the_same_is_asked_once() -> None:
    """A heading and a list that come back on each sheet are asked once; the answer holds for all of them."""
    nature = {choice: entry for choice, entry in NATURE_A.items() if choice != "ict"}
    columns = [*UNCLEAR[:5], replace(UNCLEAR[5], entries=nature), *UNCLEAR[6:]]
    places = [Place(name, "", columns, name) for name in ("Volet A", "Volet C")]
    data = build(Book("twice", places)).data
    first = learned(data)
    assert [one.id for one in first.questions if one.kind == "column"] == ["Volet A!B3", "Volet A!C3"]
    answers = {one.id: "document_number" if one.place == "Volet A!B3" else "" for one in first.questions}
    found = learned(data, answers)
    assert found.questions == ()
    assert [(sheet.letter("document_number"), sheet.values["F"]["ict"]) for sheet in found.map.sheets] == [
        ("B", "")
    ] * 2


def test_what_a_formula_computes_is_not_missed() -> None:
    """What the grant bears needs no column where a formula computes it from what is filled; else it is told."""
    filled = [*COLUMNS[:6], Col("Autres subsides", "other_subsidy", "amount")]
    for formula, missing in (("F{row}-G{row}", ()), ("F{row}-I{row}", ("volet_a.eligible_amount",))):
        columns = [
            *filled,
            Col("Reste", kind="formula", formula=formula, format="#,##0.00"),
            Col("Acompte", kind="amount"),
        ]
        assert learned(blank(columns)).missing == missing


def test_groups_of_choices_have_places_of_their_own() -> None:
    """Where curative and preventive aids have a table each, each takes its own rows, and together they take all."""
    columns = [column for column in COLUMNS if column.ours != "nature"]
    places = [Place(name, "aids", columns, f"Article 6 - {name}") for name in ("Curatif", "Préventif")]
    data = build(Book("groups", places, measure="gas_electricity")).data
    found = learn(scan(data), packs.load("gas_electricity", 2025))
    assert found.questions == ()
    where = {sheet.name: sheet.where["nature"].split(maps.SEVERAL) for sheet in found.map.sheets}
    assert where["Curatif"] == ["unpaid_bill", "payment_plan"]
    checked = ours("gas_electricity", 12)
    natures = list(checked.tables["aids"].columns["nature"])
    wanted = {name: sum(nature in choices for nature in natures) for name, choices in where.items()}
    assert dict(fill(data, found.map, checked).rows) == wanted
    assert sum(wanted.values()) == len(natures)


CODES = ("N1", "N2", "N3")


def test_codes_are_explained_beside_their_list() -> None:
    """Codes on a sheet of lists mean what stands right of them; the map has the code."""
    book = openpyxl.load_workbook(io.BytesIO(blank(COLUMNS)))
    lists = book.create_sheet("Codes")
    for row in zip(CODES, ("Loisirs et culture", "Frais de déplacement", "Médias et jeux"), strict=True):
        lists.append(row)
    page = book["Volet A"]
    for rule in list(page.data_validations.dataValidation):
        if rule.type == "list":
            rule.formula1 = "Codes!$A$1:$A$3"
    saved = io.BytesIO()
    book.save(saved)
    (sheet,) = learned(saved.getvalue()).map.sheets
    assert {choice: sheet.values["E"][choice] for choice in ("leisure", "travel", "media")} == dict(
        zip(("leisure", "travel", "media"), CODES, strict=True)
    )


STAFF = [
    Col("Nom et prénom", "name"),
    Col("N° de registre national", "niss"),
    Col("Fonction exercée", "position"),
    Col("Coût total employeur", "total_amount", "amount"),
    Col("Montant imputé au volet", "eligible_amount", "amount"),
]


def frames(titles: str) -> bytes:
    """Return a blank whose one sheet has the expenses of each part, and its staff under a title that names no part."""
    plain = [column for column in COLUMNS if column.ours != "nature"]
    places = [
        place
        for part, title in zip("ABC", titles, strict=True)
        for place in (
            Place("Justificatif", f"volet_{part.lower()}", plain, f"Volet {title}", rows=20),
            Place("Justificatif", "staff", STAFF, "Frais de personnel", {"volet": part.lower()}, rows=6),
        )
    ]
    return build(Book("frames", places)).data


def test_staff_below_the_expenses_of_a_part_is_that_parts() -> None:
    """The frame holds both, and its title stands above the expenses."""
    found = learned(frames("ABC"))
    assert [one.where for one in found.map.sheets if one.source == "staff"] == [{"volet": part} for part in "abc"]


def test_staff_below_expenses_that_are_asked_is_asked_too() -> None:
    """Where the expenses' titles name no part either, each place is a question; answered, each has its own rows."""
    data = frames("XYZ")
    found = learned(data)
    answers: dict[str, str] = {}
    while question := next((one for one in found.questions if one.id not in answers), None):
        taken = [*answers.values()]
        answers[question.id] = next((one.id for one in question.options if one.id not in taken), question.options[0].id)
        found = learned(data, answers)
    assert sorted(one.source for one in found.map.sheets) == ["staff"] * 3 + ["volet_a", "volet_b", "volet_c"]
    assert sorted(one.where["volet"] for one in found.map.sheets if one.source == "staff") == ["a", "b", "c"]


LABELS = """
| label                     | field                    |
| ------------------------- | ------------------------ |
| Naam centrum *            | centre.centre_name       |
| KBO-nummer *              | centre.enterprise_number |
| NIS-code gemeente         | centre.ins_code          |
| Naam dossierbeheerder     | centre.contact_name      |
| Contactpersoon: naam *    | centre.contact_name      |
| Contactpersoon: functie   |                          |
| Contactpersoon: telefoon  |                          |
| Contact : GSM             |                          |
| E-mail du responsable     | centre.contact_email     |
| Ansprechperson            | centre.contact_name      |
| E-Mail der Ansprechperson | centre.contact_email     |
| Président(e)              |                          |
"""


@pytest.mark.parametrize(("label", "field"), rows(LABELS))
@pytest.mark.parametrize("place", ["D4", "B5"])
def test_a_label_names_the_cell_that_stays_open(place: str, label: str, field: str) -> None:
    """Nothing is protected, but one cell beside or below the label would stay open; a telephone is no name."""
    book = openpyxl.load_workbook(io.BytesIO(blank(COLUMNS)))
    sheet = book.create_sheet("Identification", 0)
    sheet["B4"] = label
    sheet[place].protection = Protection(locked=False)
    sheet["C4"].fill = PatternFill("solid", "FFEEEEEE")
    target = io.BytesIO()
    book.save(target)
    found = {at: name for at, name in learned(target.getvalue()).map.fields.items() if at.startswith("Identification")}
    assert found == ({f"Identification!{place}": field} if field else {})
