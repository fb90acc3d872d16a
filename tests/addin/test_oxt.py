"""The LibreOffice extension as a file: the same each time, complete in four languages, fit for an old Python."""

from __future__ import annotations

import ast
import io
import json
import sys
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from addin.libreoffice import oxt
from addin.libreoffice.extension import helper, product
from addin.macros.actions import ACTIONS
from workbook_templates.measure import LANGUAGES
from workbook_templates.texts import catalogue

OOR = "{http://openoffice.org/2001/registry}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
OLDEST = (3, 8)
"""The Python that a LibreOffice on Windows may bring along."""


@pytest.fixture(scope="module")
def archive() -> zipfile.ZipFile:
    """Return the extension, open."""
    return zipfile.ZipFile(io.BytesIO(oxt.build()))


def entries(archive: zipfile.ZipFile, *way: str) -> list[etree._Element]:
    """Return the nodes below a node of ``Addons.xcu``."""
    node = etree.fromstring(archive.read("Addons.xcu"))
    for name in way:
        node = next(one for one in node.iterchildren("node") if one.get(f"{OOR}name") == name)
    return list(node.iterchildren("node"))


def values(node: etree._Element, name: str) -> dict[str, str]:
    """Return the values of a property by language; one of no language under an empty name."""
    found = next(one for one in node.iterchildren("prop") if one.get(f"{OOR}name") == name)
    return {value.get(XML_LANG, ""): value.text or "" for value in found.iterchildren("value")}


def test_the_extension_is_the_same_each_time() -> None:
    """Built twice, every byte is equal."""
    assert oxt.build() == oxt.build()


def test_every_part_is_well_formed_and_what_is_registered_is_there(archive: zipfile.ZipFile) -> None:
    """XML parses, JSON parses, and the manifest and the description name parts that exist."""
    names = set(archive.namelist())
    for name in names:
        if name.endswith((".xml", ".xcu", ".svg")):
            etree.fromstring(archive.read(name))
    manifest = etree.fromstring(archive.read("META-INF/manifest.xml"))
    told = [one.get("{http://openoffice.org/2001/manifest}full-path") for one in manifest]
    told += etree.fromstring(archive.read("description.xml")).xpath(
        "//@xlink:href", namespaces={"xlink": "http://www.w3.org/1999/xlink"}
    )
    assert told
    assert set(told) <= names


@pytest.mark.parametrize(
    "way",
    [("AddonUI", "OfficeMenuBar", oxt.NAME, "Submenu"), ("AddonUI", "OfficeToolBar", "rapport-unique.toolbar")],
    ids=["menu", "toolbar"],
)
def test_menu_and_toolbar_offer_every_action_in_four_languages(archive: zipfile.ZipFile, way: tuple[str, ...]) -> None:
    """Each action stands there once, in the order of the registry, under its label, a line between groups."""
    shown = entries(archive, *way)
    names = [one.get(f"{OOR}name") for one in shown]
    assert names == sorted(set(names))
    addresses = [values(one, "URL")[""] for one in shown]
    assert [one for one in addresses if one != "private:separator"] == [oxt.PROTOCOL + one.id for one in ACTIONS]
    assert addresses.count("private:separator") == len({one.group for one in ACTIONS}) - 1
    for node, address in zip(shown, addresses, strict=True):
        for action in ACTIONS:
            if address == oxt.PROTOCOL + action.id:
                labels = {lang: action.label(lang) for lang in LANGUAGES if lang != "en"}
                assert values(node, "Title") == {"en-US": action.label("en"), **labels}


def test_every_action_has_an_icon_of_its_own(archive: zipfile.ZipFile) -> None:
    """The icons are those of the actions, and no other."""
    icons = {name for name in archive.namelist() if name.startswith("icons/")}
    assert icons == {f"icons/{action.id}.svg" for action in ACTIONS}
    assert len({archive.read(name) for name in icons}) == len(ACTIONS)
    for node in entries(archive, "AddonUI", "Images"):
        images = next(node.iterchildren("node"))
        assert values(images, "ImageSmallURL")[""].removeprefix("%origin%/") in icons


def test_what_runs_inside_needs_an_old_python_and_nothing_else(archive: zipfile.ZipFile) -> None:
    """Every module parses as Python 3.8 and imports the standard library, UNO, its neighbours and the program."""
    modules = [name for name in archive.namelist() if name.endswith(".py")]
    assert len(modules) > 5
    known = {*sys.stdlib_module_names, "uno", "unohelper", "com", "rapport_unique_office", "addin"}
    for name in modules:
        tree = ast.parse(archive.read(name), feature_version=OLDEST)
        for node in ast.walk(tree):
            roots: list[str] = []
            if isinstance(node, ast.Import):
                roots = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                roots = [str(node.module)]
            for root in roots:
                assert root.partition(".")[0] in known, name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_extension_has_its_sentences(archive: zipfile.ZipFile, lang: str) -> None:
    """What it says by itself comes from the catalogue of each language."""
    written = json.loads(archive.read("pythonpath/rapport_unique_office/words.json"))
    office = catalogue("addin", lang)["office"]
    assert written["words"][lang] | office == written["words"][lang]
    assert set(written["actions"]) == {action.id for action in ACTIONS}
    assert archive.read(f"description/{lang}.txt").decode().strip() == office["description"]


def test_the_extension_finds_the_program_where_the_installer_said(home: Path) -> None:
    """The file in the user's folder leads to this very program, for this very Python only."""
    assert product.home() == home
    assert product.inside() is None
    target = oxt.write_place()
    told = helper.read(target)
    assert str(Path(oxt.__file__).parents[2]) in told["path"]
    target.write_bytes(target.read_bytes().replace(f"python\t{sys.version_info[0]}.".encode(), b"python\t2."))
    assert product.inside() is None


@pytest.mark.parametrize("text", ["", "plain", "tab\tand\nline\r", "back\\slash \\n", "é€ …", "a=b"])
def test_fields_come_back_as_they_were(text: str) -> None:
    """Whatever a value holds, and however often a key comes."""
    fields = [("key", text), ("key", "again"), ("other", text)]
    assert helper.decode(helper.encode(fields)) == fields
    assert helper.grouped(fields) == {"key": [text, "again"], "other": [text]}
