"""Files that cannot be used at all: told in a sentence, with status 2, and nothing is written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from addin.cli import app
from tests.validators.drafts import template, valid
from validators.check import check
from validators.findings import InputError
from workbook_templates import packs
from workbook_templates.layout import read_layout
from workbook_templates.measure import LANGUAGES
from workbook_templates.parts import Package

PAS = packs.load("pas", 2025)
RUN = CliRunner()


def blank() -> bytes:
    """Return an empty PAS 2025 template in French."""
    return template("pas", 2025, "fr")


def stamped(old: str, new: str) -> bytes:
    """Return a template whose stamp was changed."""
    package = Package(blank())
    package.replace("xl/workbook.xml", package.read("xl/workbook.xml").replace(old.encode(), new.encode()))
    return package.to_bytes()


def without(name: str) -> bytes:
    """Return a template whose defined name points nowhere, as after a deletion."""
    package = Package(blank())
    book = package.read("xl/workbook.xml").decode()
    before, _, rest = book.partition(f'<definedName name="{name}">')
    package.replace("xl/workbook.xml", f'{before}<definedName name="{name}">#REF!{rest[rest.index("</") :]}'.encode())
    return package.to_bytes()


def foreign() -> bytes:
    """Return a workbook that is none of ours."""
    target = io.BytesIO()
    openpyxl.Workbook().save(target)
    return target.getvalue()


def bomb() -> bytes:
    """Return a template with a part that grows a thousandfold."""
    target = io.BytesIO(blank())
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/nothing.bin", b"\0" * 30_000_000)
    return target.getvalue()


def far_away() -> bytes:
    """Return a template in which two cells span the whole sheet."""
    package = Package(blank())
    layout = read_layout(blank())
    assert layout is not None
    part = layout.sheets["volet_a"].part
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    package.replace(part, package.read(part).replace(b"</sheetData>", far))
    return package.to_bytes()


def below_the_table() -> bytes:
    """Return a template with a row that the table no longer holds."""
    book = openpyxl.load_workbook(io.BytesIO(blank()))
    book["Volet A"]["A100010"] = "2025"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def other_zip() -> bytes:
    """Return a ZIP of something else."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("hello.txt", "hello")
    return target.getvalue()


CFB = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
REFUSED = {
    "an old .xls": ("RU-X02", lambda: CFB + "Workbook".encode("utf-16-le")),
    "a password-protected workbook": ("RU-X04", lambda: CFB + "EncryptedPackage".encode("utf-16-le")),
    "a text renamed .xlsx": ("RU-X03", lambda: b"date;label;amount"),
    "an empty file": ("RU-X03", bytes),
    "a truncated workbook": ("RU-X05", lambda: blank()[:20_000]),
    "a ZIP that is no workbook": ("RU-X05", other_zip),
    "not the template": ("RU-X07", foreign),
    "a template of another year": ("RU-X08", lambda: stamped("pas/2025", "pas/2024")),
    "a template of another version": ("RU-X14", lambda: stamped("2025/1.0.0", "2025/0.9.0")),
    "a column that was deleted": ("RU-X09", lambda: without("volet_a.payee")),
    "a zip bomb": ("RU-X11", bomb),
    "two cells that span the whole sheet": ("RU-X11", far_away),
    "rows below the table": ("RU-X12", below_the_table),
}


@pytest.mark.parametrize(("code", "make"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_used_is_refused_in_every_language(code: str, make: Callable[[], bytes]) -> None:
    """Each unusable file has its own code, a sentence that says what it is, and one that says what to do."""
    with pytest.raises(InputError) as caught:
        check(make())
    assert caught.value.code == code
    for lang in LANGUAGES:
        message, remedy = caught.value.text(lang)
        assert message
        assert remedy


@pytest.mark.parametrize(("code", "make"), REFUSED.values(), ids=REFUSED.keys())
def test_the_command_line_writes_nothing_for_it(code: str, make: Callable[[], bytes], tmp_path: Path) -> None:
    """Status 2, the code on screen, no traceback, and no file."""
    workbook, output = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    workbook.write_bytes(make())
    result = RUN.invoke(app, ["check", str(workbook), "-o", str(output)])
    assert result.exit_code == 2
    assert code in result.stderr
    assert "Traceback" not in result.output
    assert not output.exists()


def test_a_workbook_open_in_excel_is_refused(tmp_path: Path) -> None:
    """The lock file of Excel or LibreOffice beside the workbook says that it is open."""
    for lock in ("~$in.xlsx", ".~lock.in.xlsx#"):
        workbook = tmp_path / "in.xlsx"
        workbook.write_bytes(valid(PAS).to_bytes())
        (tmp_path / lock).write_bytes(b"")
        result = RUN.invoke(app, ["check", str(workbook)])
        assert result.exit_code == 2
        assert "RU-X06" in result.stderr
        (tmp_path / lock).unlink()


def test_an_existing_file_is_never_overwritten_unasked(tmp_path: Path) -> None:
    """Without --force an existing output stays as it is; with it, it is replaced."""
    output = tmp_path / "out.xlsx"
    output.write_text("mine")
    arguments = ["template", "pas", "--year", "2025", "--lang", "fr", "-o", str(output)]
    result = RUN.invoke(app, arguments)
    assert (result.exit_code, output.read_text()) == (2, "mine")
    assert "RU-X10" in result.stderr
    assert RUN.invoke(app, [*arguments, "--force"]).exit_code == 0
    assert output.read_bytes() == blank()
