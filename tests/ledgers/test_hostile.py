"""Files that are damaged, or made to do harm: a sentence and nothing else, whatever the bytes are."""

from __future__ import annotations

import io
import json
import os
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from addin import files
from addin.cli import app
from tests.ledgers.corpus import RECIPES, bake
from tests.validators.drafts import template
from validators import ledger
from validators.findings import InputError
from workbook_templates import packs

ROOT = Path(__file__).parents[2]
PAS = packs.load("pas", 2025)
SHEET = "xl/worksheets/sheet1.xml"
SOUND = {name: bake(RECIPES[name]).data for name in ("plain fr_plain", "ods", "text utf-8 ;", "text utf-16 tab")}
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def taken(data: bytes, name: str) -> str:
    """Return the code with which a file is refused; empty where it is imported."""
    try:
        ledger.import_ledger(data, name, PAS, sheet_id=None)
    except InputError as error:
        return error.code
    return ""


def with_sheet(text: bytes) -> bytes:
    """Return a sound workbook with other bytes for its sheet."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(SOUND["plain fr_plain"])) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, text if name == SHEET else old.read(name))
    return target.getvalue()


def far_apart(opendocument: bytes) -> bytes:
    """Return a spreadsheet with one more cell, near the end of the last row and column."""
    more = (
        b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row><table:table-row>'
        b'<table:table-cell table:number-columns-repeated="16000"/><table:table-cell office:value-type="float" '
        b'office:value="1"><text:p>1</text:p></table:table-cell></table:table-row></table:table>'
    )
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(opendocument)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"</table:table>", more, 1) if name == "content.xml" else content)
    return target.getvalue()


def cell(row: int, column: str) -> bytes:
    """Return a row with a number in one cell."""
    return f'<row r="{row}"><c r="{column}{row}"><v>1</v></c></row>'.encode()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "RU-L01", id="nothing"),
        pytest.param(b"Date;Montant\n\x00\x00;1\n" * 3, "RU-L19", id="NUL bytes"),
        pytest.param(
            b"\xff\xfe" + "Date;Montant\n".encode("utf-16-le") + b"\x00\xd8;\x00", "RU-L19", id="a lone surrogate"
        ),
        pytest.param(b"Date;Montant\n" + b"01/02/2025;1,00\n" * 1_048_576, "RU-L17", id="all the rows of a sheet"),
        pytest.param(b";".join([b"a"] * 16_384) + b"\n", "RU-L18", id="all the columns of a sheet"),
        pytest.param(with_sheet(HEAD + cell(1, "A") + cell(1, "XFD") + TAIL), "RU-L18", id="a cell in the last column"),
        pytest.param(
            with_sheet(HEAD + cell(1, "A") + cell(1_048_576, "A") + TAIL), "RU-L04", id="a cell in the last row"
        ),
        pytest.param(with_sheet(SOUND["plain fr_plain"]), "RU-L01", id="a package in the package"),
        pytest.param(with_sheet(b"\0" * 50_000_000), "RU-L03", id="a bomb"),
        pytest.param(far_apart(SOUND["ods"]), "RU-L03", id="two cells of OpenDocument, far apart"),
        pytest.param(SOUND["plain fr_plain"][:3000], "RU-L01", id="cut off"),
        pytest.param(b"%PDF-1.7", "RU-L16", id="a page"),
    ],
)
def test_a_file_made_to_do_harm_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    """Each is known for what it is, long before it fills the memory."""
    assert taken(data, "ledger.xlsx") == code


@pytest.mark.parametrize("name", SOUND)
def test_damaged_bytes_never_end_in_a_traceback(name: str) -> None:
    """Whatever bytes of a ledger are wrong, lost or added, it is refused with a code, or imported."""
    dice = random.Random(name)
    for _ in range(40):
        data = bytearray(SOUND[name])
        for _ in range(dice.randrange(1, 6)):
            at = dice.randrange(len(data))
            data[at : at + dice.randrange(3)] = dice.randbytes(dice.randrange(3))
        taken(bytes(data), f"ledger {name}")


def packed(chunks: Iterable[bytes], level: int = 1) -> bytes:
    """Return a sound workbook whose sheet is written chunk by chunk."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(SOUND["plain fr_plain"])) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for name in old.namelist():
            if name != SHEET:
                new.writestr(name, old.read(name))
        with new.open(SHEET, "w", force_zip64=True) as part:
            for chunk in chunks:
                part.write(chunk)
    return target.getvalue()


def remarks(count: int) -> Iterator[bytes]:
    """Yield XML that says nothing, and is packed no better than a sheet that says much."""
    dice = random.Random(count)
    yield HEAD
    for _ in range(count):
        yield b"<!--" + b" " * 130_000 + dice.randbytes(600).hex().encode() + b"-->"
    yield TAIL


HARMFUL: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb of 2 GB": (lambda: packed(bytes(1 << 20) for _ in range(2048)), "RU-L03"),
    "a bomb of 190 MB that looks sound": (lambda: packed(remarks(1400)), "RU-L04"),
    "a formatted row 20,000,000 times": (lambda: packed([HEAD, *[b"<row/>" * 100_000] * 200, TAIL], 1), "RU-L17"),
    "all the rows of a sheet": (lambda: packed([HEAD, *(cell(at, "A") for at in range(1, 1_048_577)), TAIL]), "RU-L17"),
    "all the columns of a sheet": (
        lambda: packed([HEAD, b"<row>", *[b"<c><v>1</v></c>"] * 16_383, b'<c r="XFD1"><v>1</v></c></row>', TAIL]),
        "RU-L18",
    ),
    "separators and nothing else": (lambda: b"Date;Montant\n" + (b";" * 999 + b"\n") * 50_000, "RU-L03"),
    "one wide line among many": (lambda: b"Date;Montant\n" * 390_000 + b";" * 999, "RU-L03"),
    "50 MB of NUL bytes": (lambda: b"Date;Montant\n" + bytes(50_000_000), "RU-L19"),
    "50 MB of one line": (lambda: b"Date;Montant\n" + b"\xe9" * 50_000_000, "RU-L01"),
    "70 MB": (lambda: bytes(70_000_000), "RU-L03"),
}
"""What would fill the memory, and the code with which it is refused."""
MEASURED = """
import os, re, sys
from addin import cli

def leave(status, leave=os._exit):
    with open("/proc/self/status") as about:
        print(re.search("VmHWM:\\\\s*([0-9]+)", about.read())[1], file=sys.stderr, flush=True)
    leave(status)

os._exit = leave
cli.main()
"""
"""The command line, which says at the end how much memory it had: what the system says of a child counts its parent's."""
MEGABYTES = 450
"""Memory of the whole process; a fresh one has 65."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an empty template."""
    place = tmp_path_factory.mktemp("hostile")
    (place / "pas.xlsx").write_bytes(template("pas", 2025, "fr"))
    return place


def imported(folder: Path, ledger_name: str) -> tuple[int, dict[str, Any], int]:
    """Import a file of a folder in a process of its own; return exit status, answer and megabytes that it took."""
    command = ["import", ledger_name, "--into", "pas.xlsx", "-o", "out.xlsx", "--json", "--lang", "en"]
    surroundings = os.environ | {files.HOME_VARIABLE: str(folder / "home"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command], cwd=folder, env=surroundings, capture_output=True, check=False
    )
    return done.returncode, json.loads(done.stdout), int(done.stderr.split()[-1]) // 1024


@pytest.mark.parametrize("name", HARMFUL)
def test_what_would_fill_the_memory_is_refused_in_a_bounded_one(name: str, folder: Path) -> None:
    """On the command line it ends with a sentence, status 2 and nothing written, in about 400 MB."""
    make, code = HARMFUL[name]
    (folder / "ledger.xlsx").write_bytes(make())
    status, told, megabytes = imported(folder, "ledger.xlsx")
    assert (status, told["error"]["code"]) == (2, code)
    assert told["error"]["message"]
    assert told["error"]["remedy"]
    assert megabytes < MEGABYTES
    assert sorted(one.name for one in folder.iterdir()) == ["ledger.xlsx", "pas.xlsx"]


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(5_000_000_000)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        pytest.param(Path.touch, "RU-L01", id="empty"),
        pytest.param(Path.mkdir, "RU-X27", id="a folder"),
        pytest.param(os.mkfifo, "RU-X28", id="a pipe that nobody fills"),
        pytest.param(lambda path: path.symlink_to("/dev/zero"), "RU-X28", id="a device without an end"),
        pytest.param(_sparse, "RU-X29", id="5 GB"),
        pytest.param(lambda path: path.symlink_to(path), "RU-X19", id="a link to itself"),
        pytest.param(lambda _path: None, "RU-X01", id="nothing there"),
    ],
)
@pytest.mark.parametrize("wrong", ["ledger", "workbook"])
def test_what_is_no_file_of_ours_is_refused(
    make: Callable[[Path], object], code: str, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder, a pipe or a device in place of a file: a sentence, status 2, nothing written, no wait."""
    monkeypatch.chdir(tmp_path)
    Path("pas.xlsx").write_bytes(template("pas", 2025, "fr"))
    Path("good.csv").write_bytes(BENIGN.encode())
    make(tmp_path / "wrong")
    before = sorted(tmp_path.iterdir())
    named = ("wrong", "pas.xlsx") if wrong == "ledger" else ("good.csv", "wrong")
    done = CliRunner().invoke(app, ["import", named[0], "--into", named[1], "-o", "out.xlsx", "--json"])
    assert done.exit_code == 2
    told = json.loads(done.output)["error"]
    assert told["code"] == (code if wrong == "ledger" or code != "RU-L01" else "RU-X03")
    assert "wrong" in told["message"] or not code.startswith("RU-X")
    assert sorted(tmp_path.iterdir()) == before


FORMULAS = ("=cmd|'/c calc'!A1", "+HYPERLINK(1)", "@SUM(1)", "-1+1", '=HYPERLINK("http://x.example";"y")')
BENIGN = "Date;N° pièce;Libellé;Fournisseur;Montant\n" + "".join(
    f"01/02/2025;{quoted};{quoted};{quoted};12,34\n"
    for quoted in ('"' + text.replace('"', '""') + '"' for text in FORMULAS)
)
"""A ledger with a formula in each cell that holds text."""


def test_a_formula_in_a_text_cell_stays_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the file that the command line writes it is a text to the letter, and no cell that was filled is a formula."""
    monkeypatch.chdir(tmp_path)
    Path("pas.xlsx").write_bytes(template("pas", 2025, "fr"))
    name = "=cmd|'calc'!A1.csv"
    Path(name).write_bytes(BENIGN.encode())
    done = CliRunner().invoke(app, ["import", name, "--into", "pas.xlsx", "-o", "out.xlsx"])
    assert done.exit_code == 0, done.output
    written = Path("out.xlsx").read_bytes()
    assert formulas(written) == formulas(Path("pas.xlsx").read_bytes())
    sheet = openpyxl.load_workbook(io.BytesIO(written))["Volet A"]
    for row, text in enumerate(FORMULAS, start=6):
        for column in (2, 4, 5):
            cell_ = sheet.cell(row, column)
            assert (cell_.data_type, cell_.value) == ("s", text)
    told = openpyxl.load_workbook(io.BytesIO(written))["Imports"]["E6"]
    assert (told.data_type, told.value) == ("s", name)


def formulas(workbook: bytes) -> list[bytes]:
    """Return every formula in the XML of a workbook's sheets."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as package:
        sheets = [one for one in package.namelist() if one.startswith("xl/worksheets/sheet")]
        return [found for one in sheets for found in re.findall(rb"<f\b[^>]*>[^<]*", package.read(one))]
