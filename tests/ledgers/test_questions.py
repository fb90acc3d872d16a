"""What an import asks, and what becomes of the answers: asked once, kept in the centre's mapping file, used from then on."""

from __future__ import annotations

from pathlib import Path

import pytest

from addin.files import HOME_VARIABLE
from addin.story.remembering import MappingFile, settled
from tests.tables import rows
from validators.ledger import Import, Remembered, import_ledger
from validators.ledger import answer as answering
from validators.ledger.answer import NONE, YES, Query
from validators.ledger.errors import LedgerError, LedgerQuestion
from validators.ledger.remembered import Confirmed, kept, read
from workbook_templates import packs
from workbook_templates.measure import LANGUAGES

PAS = packs.load("pas", 2025)
TWO = """Date;N° pièce;Libellé;Fournisseur;Montant;Montant TVAC
21/02/2025;A1;Stage enfants;ASBL X;10,00;12,10
22/02/2025;A2;Excursion mer;ASBL Y;20,00;24,20
23/02/2025;A3;Cinéma jeunes;ASBL Z;5,00;7,05
"""
HALVES = """Date;N° pièce;Libellé;Fournisseur;Montant;Débit;Crédit
21/02/2025;A1;Stage enfants;ASBL X;10,00;12,10;
22/02/2025;A2;Excursion mer;ASBL Y;20,00;24,20;
23/02/2025;A3;Note de crédit;ASBL Z;5,00;;7,05
"""
CREDITS = """Date;N° pièce;Libellé;Fournisseur;Montant
21/02/2025;A1;Stage enfants;ASBL X;-10,00
22/02/2025;A2;Excursion mer;ASBL Y;-20,00
23/02/2025;A3;Cinéma jeunes;ASBL Z;-5,00
"""
SHIFTED = """Date;N° pièce;Libellé;Fournisseur;Montant;
;21/02/2025;A1;Stage enfants;ASBL X;10,00
;22/02/2025;A2;Excursion mer;ASBL Y;20,00
;23/02/2025;A3;Cinéma jeunes;ASBL Z;5,00
"""
LEDGERS = {"two": TWO, "halves": HALVES, "credits": CREDITS, "shifted": SHIFTED}


def take(text: str, known: Remembered) -> Import:
    """Import a text as a ledger."""
    return import_ledger(text.encode(), "export.csv", PAS, sheet_id=None, remembered=known)


ANSWERS = """
| ledger  | asked        | answer | cents |
| ------- | ------------ | ------ | ----- |
| two     | total_amount | 1      |  3500 |
| two     | total_amount | 2      |  4335 |
| halves  | total_amount | 1      |  3500 |
| halves  | total_amount | 2      |  2925 |
| credits | RU-L29       | 1      |  3500 |
| shifted | RU-L22       | 1      |  3500 |
"""


@pytest.mark.parametrize(("ledger", "asked", "answer", "cents"), rows(ANSWERS))
def test_an_answer_is_kept_and_not_asked_for_again(
    ledger: str, asked: str, answer: str, cents: str, tmp_path: Path
) -> None:
    """The ledger is read as answered; from then on the mapping file answers, and what it says can be read by a person."""
    file = MappingFile(tmp_path / "ledgers.toml", '[[select]]  # ours\nsheet = "volet_b"\nlabel = "*"\n')
    names: list[str] = []

    def ask(_question: LedgerQuestion, query: Query) -> str:
        names.append(query.name)
        return answer

    imported = settled(file, lambda known: take(LEDGERS[ledger], known), ask)
    assert (names, imported.balance.imported_cents, imported.balance.difference_cents) == ([asked], int(cents), 0)
    assert not file.path.exists()
    file.save()
    again = MappingFile.open(file.path)
    assert again.text.startswith("[[select]]  # ours\n")
    assert take(LEDGERS[ledger], again.known).rows == imported.rows
    assert set(imported.rows) == {"volet_b"}
    assert imported.proposal == ""


@pytest.mark.parametrize("name", LEDGERS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_nobody_answers_the_question_says_what_to_write_where(name: str, lang: str, tmp_path: Path) -> None:
    """The refusal has words in each language, the file's place, and an entry that a person can complete."""
    file = MappingFile(tmp_path / "ledgers.toml")
    with pytest.raises(LedgerQuestion) as caught:
        settled(file, lambda known: take(LEDGERS[name], known), lambda _question, _query: None)
    more = caught.value.more()
    assert more["mapping"] == str(file.path)
    assert all(caught.value.text(lang))
    (entry,) = read(str(more["proposal"])).ledgers.values()
    assert ("?" in entry.columns.values()) == bool(more["doubts"])
    file.save()
    assert not file.path.exists()


def test_an_entry_with_an_open_question_is_refused_with_its_heading() -> None:
    """A proposal that was copied into the file without an answer is no answer."""
    with pytest.raises(LedgerQuestion) as caught:
        take(TWO, Remembered())
    with pytest.raises(LedgerError) as refused:
        take(TWO, read(caught.value.proposal))
    assert (refused.value.code, refused.value.params) == ("RU-L31", {"heading": "Montant"})


def test_a_proposal_that_is_said_to_be_wrong_is_not_taken() -> None:
    """A no to a yes-or-no question refuses the ledger; nothing is remembered."""
    file = MappingFile(Path("ledgers.toml"))
    with pytest.raises(LedgerQuestion) as caught:
        settled(file, lambda known: take(CREDITS, known), lambda _question, _query: NONE)
    assert (caught.value.code, file.added) == ("RU-L29", [])


def test_a_column_that_is_none_of_those_offered_is_left_out() -> None:
    """Where no heading is the one that is looked for, none is taken over; a ledger without amounts is refused."""
    file = MappingFile(Path("ledgers.toml"))
    with pytest.raises(LedgerError) as caught:
        settled(file, lambda known: take(TWO, known), lambda _question, _query: NONE)
    assert caught.value.code == "RU-L05"
    assert [entry.columns["Montant TVAC"] for entry in file.added] == [""]


def test_one_heading_answers_one_question() -> None:
    """What was chosen for one column is not offered for the next; an answer that is no choice is asked again."""
    from validators.ledger.errors import Doubt  # noqa: PLC0415 - made here only

    doubts = (
        Doubt("label", ("a", "b"), ("x", "y"), ({"a": "label"}, {"b": "label"})),
        Doubt("payee", ("a", "b"), ("x", "y"), ({"a": "payee"}, {"b": "payee"})),
    )
    proposal = '[[ledger]]\nfingerprint = "1"\n[ledger.columns]\na = "?"\nb = "?"\n'
    question = LedgerQuestion("RU-L06", proposal=proposal, doubts=doubts)
    first = answering.query(question, {"label": "7"})
    second = answering.query(question, {"label": "2"})
    assert first
    assert second
    assert (first.name, list(first.choices), second.name, list(second.choices)) == ("label", ["1", "2"], "payee", ["1"])
    assert answering.query(question, {"label": "2", "payee": NONE}) is None
    known = Remembered({"1": Confirmed("1", {"a": "?"}, sheets=("Feuil1",), negate=True)})
    entry = answering.decided(question, {"label": "2", "payee": "1"}, known)
    assert entry == Confirmed("1", {"a": "payee", "b": "label"}, sheets=("Feuil1",), negate=True)


def test_an_entry_replaces_the_one_with_the_same_headings_and_nothing_else() -> None:
    """Remarks, selections and other ledgers stay as a person wrote them, to the letter."""
    before = """# Our ledgers

[[ledger]]
fingerprint = "aa"  # old
[ledger.columns]
"Montant" = "total_amount"

# Volet A
[[select]]
sheet = "volet_a"
article = "831/333-*"

[[ledger]]
fingerprint = 'bb'
[ledger.columns]
"Bedrag" = "total_amount\""""
    fresh = Confirmed("aa", {"Montant": "", 'Montant "net"': "total_amount"})
    after = kept(before, fresh)
    assert after.count("[[ledger]]") == 2
    assert read(after).ledgers["aa"] == fresh
    for line in ("# Our ledgers", "# Volet A", 'article = "831/333-*"', "fingerprint = 'bb'"):
        assert line in after.splitlines()
    more = kept(after, Confirmed("cc", {"Betrag": "total_amount"}))
    assert more.startswith(after)
    assert set(read(more).ledgers) == {"aa", "bb", "cc"}


def test_the_users_own_file_is_read_without_being_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name it is the one in the user's folder, which may be missing; a named one must be there."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    assert MappingFile.open(None).known == Remembered()
    file = MappingFile.open(None)
    file.remember(take(CREDITS.replace("-", ""), Remembered()).proposal)
    file.save()
    assert [entry.columns["Montant"] for entry in MappingFile.open(None).known.ledgers.values()] == ["total_amount"]
    from validators.findings import InputError  # noqa: PLC0415 - beside ours

    with pytest.raises(InputError, match="RU-X01"):
        MappingFile.open(tmp_path / "other.toml")
    assert MappingFile.open(tmp_path / "other.toml", fresh=True).text == ""
    (tmp_path / "bad.toml").write_bytes(b"\xff")
    with pytest.raises(LedgerError, match="RU-L30"):
        MappingFile.open(tmp_path / "bad.toml")


def test_yes_is_the_answer_that_takes_a_proposal() -> None:
    """A question without choices is settled by a yes alone."""
    with pytest.raises(LedgerQuestion) as caught:
        take(CREDITS, Remembered())
    assert answering.query(caught.value, {"RU-L29": YES}) is None
    assert answering.query(caught.value, {"RU-L29": NONE})
