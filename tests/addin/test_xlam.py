"""The .xlam: what Excel needs is there, what a security reviewer fears is not, every text fits in four languages."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from antlr4 import CommonTokenStream, InputStream
from antlr4_vba.vbaLexer import vbaLexer
from antlr4_vba.vbaParser import vbaParser
from lxml import etree
from oletools.olevba import VBA_Parser
from openxml_audit import OpenXmlValidator
from typer.testing import CliRunner

from addin.cli import app
from addin.excel import ribbon, vba, xlam
from addin.macros.actions import ACTIONS
from tests.tables import rows
from tools.system_packages import OOXML_VALIDATOR
from workbook_templates.measure import LANGUAGES

KNOWN = """
| keyword        | why it is there                                                                     |
| -------------- | ----------------------------------------------------------------------------------- |
| Environ        | where the user's folder is                                                          |
| open           | reads helper.txt and settings.toml there                                            |
| CreateObject   | WinHttp, to reach the helper on this computer                                       |
| run            | RunPython of xlwings, where the helper does not answer; and sentences               |
| ChrW           | letters that come in UTF-8, or escaped                                              |
| Hex Strings    | the numbers of Excel's classes, as in every workbook with macros                    |
| Base64 Strings | none: the scanner takes the button "Sign" for one                                   |
"""
LIMITS = {"label": 1024, "tip": 1024}
"""Letters that a ribbon takes."""


@pytest.fixture(scope="module")
def made() -> bytes:
    """Return the add-in."""
    return xlam.build()


@pytest.fixture(scope="module")
def controls(made: bytes) -> dict[str, etree._Element]:
    """Return both parts of the ribbon, parsed."""
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return {part: etree.fromstring(archive.read(part)) for part in ribbon.parts()}


def test_the_command_makes_it(tmp_path: Path) -> None:
    """The same bytes each time, and nothing is overwritten unasked."""
    path = tmp_path / "a b é.xlam"
    assert CliRunner().invoke(app, ["addin", "build", "-o", str(path)]).exit_code == 0
    assert path.read_bytes() == xlam.build()
    assert CliRunner().invoke(app, ["addin", "build", "-o", str(path)]).exit_code == 2


def test_a_virus_scanner_sees_what_it_needs_to_see(made: bytes) -> None:
    """Nothing runs by itself, nothing is hidden, and each word that is suspected has its reason."""
    found = VBA_Parser("addin.xlam", data=made).analyze_macros()
    kinds = {kind for kind, *_ in found}
    assert kinds <= {"Suspicious", "IOC", "Base64 String"}
    assert {word for kind, word, _ in found if kind == "Suspicious"} == {word for word, _ in rows(KNOWN)}
    assert {word for kind, word, _ in found if kind == "IOC"} == {"127.0.0.1", "http://127.0.0.1"}


@pytest.mark.parametrize("word", ["Declare ", "Shell", "Kill", "Auto_Open", "Workbook_Open", "GetObject", "SendKeys"])
def test_what_is_not_in_it(word: str) -> None:
    """No module uses what would start a program, touch another one or run by itself."""
    assert not [module.name for module in vba.modules() if word.lower() in module.source.lower()]


def test_nothing_writes_a_file() -> None:
    """Files are opened to be read, in the user's own folder."""
    opened = re.findall(r"^ *Open .*$", "\n".join(module.source for module in vba.modules()), re.MULTILINE)
    assert opened == ['    Open folder & "\\" & name For Input Access Read Shared As #number']


def test_the_package_holds_nothing_else(made: bytes) -> None:
    """One sheet without a cell, no link, no embedded thing, and no day in the archive."""
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert not [name for name in archive.namelist() if re.search("external|embed|media|custom/", name)]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"<sheetData/>" in archive.read("xl/worksheets/sheet1.xml")
        assert b"addin.macroEnabled.main+xml" in archive.read("[Content_Types].xml")


@pytest.mark.needs("ooxml")
def test_the_open_xml_sdk_finds_no_error(made: bytes, tmp_path: Path) -> None:
    """Microsoft's own validator takes the package."""
    path = tmp_path / xlam.NAME
    path.write_bytes(made)
    told = subprocess.run([str(OOXML_VALIDATOR), str(path)], capture_output=True, check=False, timeout=120)
    assert json.loads(told.stdout)["ok"], told.stdout


def test_openxml_audit_finds_no_error(made: bytes, tmp_path: Path) -> None:
    """A second validator, which knows ribbons, takes it too."""
    path = tmp_path / xlam.NAME
    path.write_bytes(made)
    result = OpenXmlValidator().validate(str(path))
    assert result.is_valid, result.errors


def test_both_parts_have_the_same_controls(controls: dict[str, etree._Element]) -> None:
    """Old and new Excel show the same, each under its own schema."""
    first, second = ([dict(one.attrib) for one in root.iter()] for root in controls.values())
    assert first == second
    assert len({etree.QName(root).namespace for root in controls.values()}) == 2


def test_every_action_is_a_button_once(controls: dict[str, etree._Element]) -> None:
    """In the order of the actions, one of them large, no identifier twice."""
    for root in controls.values():
        buttons = [one for one in root.iter() if etree.QName(one).localname == "button"]
        assert [one.get("tag") for one in buttons] == [f"action.{action.id}" for action in ACTIONS]
        assert [one.get("tag") for one in buttons if one.get("size") == "large"] == ["action.check_and_sign"]
        identifiers = [one.get("id") for one in root.iter() if one.get("id")]
        assert len(identifiers) == len(set(identifiers))
        assert all(re.fullmatch("[A-Z][A-Za-z]+", one.get("imageMso", "")) for one in buttons)


SIGNATURES = {"onLoad": "ui As IRibbonUI", "onAction": "control As IRibbonControl"}
GETTER = "control As IRibbonControl, ByRef told As Variant"


def test_every_callback_exists(controls: dict[str, etree._Element]) -> None:
    """Each is one public procedure with the parameters that Excel hands over."""
    source = "\n".join(module.source for module in vba.modules())
    for root in controls.values():
        asked = {(name, value) for one in root.iter() for name, value in one.attrib.items() if re.match("on|get", name)}
        for attribute, callback in asked:
            found = re.findall(rf"^Public Sub {callback}\((.*)\)$", source, re.MULTILINE)
            assert found == [SIGNATURES.get(attribute, GETTER)], callback


def test_the_screen_is_given_back_whatever_happened() -> None:
    """A helper that dies in the middle cannot do it, so the add-in does, after every click."""
    source = next(module.source for module in vba.modules() if module.name == "Host")
    click = source[source.index("Sub RapportUniqueAction") :]
    click = click[: click.index("End Sub")]
    assert click.index("Perform action") < click.index("Application.ScreenUpdating = True")


ALLOWED = """
FormattingCells FormattingColumns FormattingRows InsertingColumns InsertingRows InsertingHyperlinks
DeletingColumns DeletingRows Sorting Filtering UsingPivotTables
"""
"""What Excel may allow in a protected sheet; what its method Protect is not told is forbidden from then on."""


def test_the_program_may_write_in_protected_sheets_and_the_user_what_he_could() -> None:
    """Excel lets the program write where the user may not, and every other permission is handed on as it was."""
    source = next(module.source for module in vba.modules() if module.name == "Host").replace(" _\n", " ")
    told = re.findall(r"page\.Protect (.*)", source)
    assert len(told) == 1
    assert "UserInterfaceOnly:=True" in told[0]
    handed = re.findall(r"Allow(\w+):=page\.Protection\.Allow(\w+)", told[0])
    assert {name for name, value in handed if name == value} == set(ALLOWED.split())
    assert source.index("Then LetTheProgramIn") < source.index('Send("POST", "/run"')


@pytest.mark.parametrize("lang", LANGUAGES)
def test_texts_fit(controls: dict[str, etree._Element], lang: str) -> None:
    """Every control has its texts, within the ribbon's limits; each key behind Alt is one button's."""
    words = ribbon.words(lang)
    for one in next(iter(controls.values())).iter():
        asked = {"getLabel": "label", "getSupertip": "tip", "getKeytip": "keytip"}
        for attribute, key in asked.items():
            if one.get(attribute):
                text = words[f"{one.get('tag')}.{key}"]
                assert 0 < len(text) <= LIMITS.get(key, 3)
    keys = list(ribbon.keytips(lang).values())
    assert len(set(keys)) == len(keys) == len(ACTIONS)
    assert all(re.fullmatch("[A-Z]", key) for key in keys)
    assert words.keys() == ribbon.words("fr").keys()


def test_a_missing_key_would_be_noticed() -> None:
    """Whatever the modules ask the catalogue for by name is in it."""
    source = "\n".join(module.source for module in vba.modules() if module.name != "Texts")
    excel = {key.removeprefix("excel.") for key in ribbon.words("en") if key.startswith("excel.")}
    named = set(re.findall(r'"excel\.(\w+)"', source))
    refused = set(re.findall(r'Refuse "(\w+)"', source)) | {"mac", "absent", "silent"}
    assert named | refused | {f"{key}_todo" for key in refused} == excel - {"description"}
    plain = next(module.source for module in vba.modules() if module.name == "Texts")
    assert all(f'Case "{key}"' in plain for key in re.findall(r'Plain\("(\w+)"\)', source))


def complaints(source: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what a grammar of VBA says about a module that it does not understand."""
    # The grammar knows the attributes of a file that the editor exports, not those that a project keeps.
    kept = [line for line in source.splitlines() if not re.match("Attribute VB_(?!Name)", line)]
    vbaParser(CommonTokenStream(vbaLexer(InputStream("\r\n".join([*kept, ""]))))).startRule()  # type: ignore[no-untyped-call]
    return capsys.readouterr().err


@pytest.mark.parametrize("name", [module.name for module in vba.modules()])
def test_a_module_is_vba(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A grammar of VBA understands every line."""
    assert complaints(next(module.source for module in vba.modules() if module.name == name), capsys) == ""


def test_what_is_no_vba_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    """The grammar does not take anything for VBA."""
    assert complaints('Attribute VB_Name = "A"\nSub S()\n    If x Then y =\nEnd Sub\n', capsys)
