"""The add-in's portable module, run by LibreOffice: it speaks as the helper does, and decides as Python would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from addin.excel import ribbon
from addin.macros.actions import ACTIONS, BY_ID
from tests.addin.portable import Call, add_in
from tests.tables import rows
from workbook_templates import cells, packs
from workbook_templates.measure import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.addin.office import Office

pytestmark = [pytest.mark.needs("soffice", "uno"), pytest.mark.xdist_group("office")]

TEXTS = [
    "",
    "plain",
    "a\\b\\\\n",
    "line\nbreak\r\n\tand tab",
    "Contrôlé, €, „Ä“ ß 😀",
    "smile 😀 end",
    "C:\\nouveau\\tva\\été.xlsx",
]


@pytest.fixture(scope="module")
def call(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    """Open the add-in in LibreOffice, without the module that needs Excel."""
    with add_in(office, tmp_path_factory.mktemp("xlam")) as run:
        yield run


@pytest.mark.parametrize("text", TEXTS)
def test_text_survives_the_way(call: Call, text: str) -> None:
    """What is written as a line, as bytes and as a line again is what it was."""
    line = call("MessageLine", "path", text)
    assert line == f"path\t{call('Escaped', text)}\n"
    assert bytes.fromhex(call("ToHex", line)) == line.encode()
    assert call("FromHex", line.encode().hex()) == line
    assert call("ValueOf", f"first\tx\n{line}path\tlater\n", "path") == text


def test_half_a_letter_is_a_question_mark(call: Call) -> None:
    """A lone half of a pair of units, which no UTF-8 can hold, does not stop the message."""
    assert bytes.fromhex(call("Half")) == b"a?z"


ANSWER = "state\tdone\r\nmore\tone\nmore\ttwo\\tand\nmorena\tno\nempty\t\n"

FIELDS = """
| key   | number | value   |
| ----- | ------ | ------- |
| state | 1      | done    |
| more  | 1      | one     |
| more  | 2      | two/and |
| more  | 3      |         |
| empty | 1      |         |
| mor   | 1      |         |
"""


@pytest.mark.parametrize(("key", "number", "value"), rows(FIELDS))
def test_fields_are_found(call: Call, key: str, number: str, value: str) -> None:
    """By their whole name, the first or a later one, with either end of line."""
    assert call("NthOf", ANSWER, key, int(number)) == value.replace("/", "\t")
    assert call("CountOf", ANSWER, "more") == "2"


SPOKEN = """
| chosen | stamp               | system | language |
| ------ | ------------------- | ------ | -------- |
| nl     | ="pas/2025/1.0.0/fr" | 1031  | nl       |
|        | ="pas/2025/1.0.0/fr" | 1031  | fr       |
|        | ="pas/2025/1.0.0/de" | 1036  | de       |
|        |                     | 1036   | fr       |
|        |                     | 2060   | fr       |
|        |                     | 2067   | nl       |
|        |                     | 1043   | nl       |
|        |                     | 1031   | de       |
|        |                     | 2057   | en       |
|        |                     | 1029   | en       |
|        |                     | 0      | en       |
| it     | ="pas/2025/1.0.0/it" | 1043  | nl       |
"""


@pytest.mark.parametrize(("chosen", "stamp", "system", "language"), rows(SPOKEN))
def test_the_language_is_the_users(call: Call, chosen: str, stamp: str, system: str, language: str) -> None:
    """First the user's choice, then the template's language, then that of Office."""
    assert call("LanguageOf", chosen, stamp, int(system)) == language


SETTINGS = """
| settings                                   | chosen |
| ------------------------------------------ | ------ |
| lang = "nl"/trust = "x"/                   | nl     |
| # mine/tsa = []/lang="de" # later/         | de     |
| trust = "lang"/[[officers]]/lang = "fr"/   |        |
|                                            |        |
"""


@pytest.mark.parametrize(("settings", "chosen"), rows(SETTINGS))
def test_the_settings_tell_the_language(call: Call, settings: str, chosen: str) -> None:
    """From its own line, above the first table."""
    assert call("ChosenIn", settings.replace("/", "\r\n")) == chosen


STAMPS = """
| stamp                 | template |
| --------------------- | -------- |
| ="pas/2025/1.0.0/fr"  | yes      |
| ="pas/now/1.0.0/fr"   |          |
| =Sheet1!$A$1          |          |
|                       |          |
"""


@pytest.mark.parametrize("action", [action.id for action in ACTIONS])
def test_buttons_follow_the_workbook(call: Call, action: str) -> None:
    """In a template every button works, elsewhere those that need none."""
    for stamp, template in rows(STAMPS):
        assert call("IsEnabled", action, stamp) == str(bool(template) or BY_ID[action].anywhere)


def test_every_template_is_known(call: Call) -> None:
    """The stamp of each pack in each language says what it is."""
    assert call("Plain", "identity") == cells.IDENTITY_NAME
    for pack in packs.available():
        for lang in LANGUAGES:
            stamp = f'="{packs.load(*pack).identity}/{lang}"'
            assert call("IsTemplate", stamp) == "True"
            assert call("LanguageOf", "", stamp, 0) == lang


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_arrives(call: Call, lang: str) -> None:
    """Accents and all, in each language."""
    for key, text in ribbon.words(lang).items():
        assert call("TextOf", lang, key) == text


@pytest.mark.parametrize("action", [action.id for action in ACTIONS])
def test_what_is_asked_arrives(call: Call, action: str) -> None:
    """The questions before an action are those that the registry of actions holds, with what may be answered."""
    assert call("Plain", f"asks.{action}") == str(len(BY_ID[action].asks))
    for number, ask in enumerate(BY_ID[action].asks, 1):
        question = call("TextOf", "fr", f"asks.{action}.{number}")
        assert call("ValueOf", question, "name") == ask.name
        assert call("ValueOf", question, "kind") == ask.kind
        choices = [
            call("NthOf", question, "choice", at) for at in range(1, int(call("CountOf", question, "choice")) + 1)
        ]
        assert choices == [f"{value}={label}" for value, label in ask.choices("fr").items()]
        if ask.suffixes:
            assert call("FilterOf", question, "fr").endswith(f"),{';'.join('*' + suffix for suffix in ask.suffixes)}")


def test_a_choice_is_a_number(call: Call) -> None:
    """Each choice is shown with its number; only such a number is an answer."""
    question = "prompt\tLaquelle ?\nchoice\tpas/2025=PAS = 2025\nchoice\tpiis/2026=PIIS\n"
    assert call("Numbered", question, "fr") == "Laquelle ?\n\n1   PAS = 2025\n2   PIIS\n\nTapez le numéro :"
    typed = {" 1": "pas/2025", "2": "piis/2026", "3": "", "0": "", "x": "", "1e1": "", "-1": "", "999999999999": ""}
    assert {one: call("ChosenOf", question, one) for one in typed} == typed


def test_a_message_fits_its_window(call: Call) -> None:
    """Two lines, then what there is room for; nothing is said twice."""
    told = "first\tOne.\nsecond\tTwo.\nmore\tTwo.\nmore\tThree.\n"
    assert call("ToldBy", told) == "One.\nTwo.\n\nThree."
    long = call(
        "ToldBy", told + "more\tanother line of a list\n" + "more\tx" + "y" * 500 + "\nmore\tz" + "y" * 500 + "\n"
    )
    assert len(long) < 1024
    assert long.endswith("\n…")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", ["mac", "absent", "silent", "lost", "busy", "refused", "problem"])
def test_a_refusal_says_what_to_do(call: Call, key: str, lang: str) -> None:
    """What is wrong, an empty line, what to do; no placeholder is left, and a window has room for it."""
    told = call("Sentence", lang, key, "451")
    assert told.count("\n\n") == 1
    assert not re.search(r"[{}]", told)
    assert len(told) < 1024
    assert ("451" in told) == (key in ("refused", "problem"))


def test_a_call_of_python_holds_no_text(call: Call) -> None:
    """Whatever a workbook is called, the command that RunPython gets is letters and digits."""
    told = call("PythonCall", "book\t'); import os; os.system('x') #\n")
    assert re.fullmatch(r"from addin import once; once\.run\('[0-9A-F]+'\)", told)
