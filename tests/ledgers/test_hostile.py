"""Files that are damaged, or made to do harm: a sentence and nothing else, whatever the bytes are."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from tests.ledgers.corpus import RECIPES, bake
from validators import ledger
from validators.findings import InputError
from workbook_templates import packs

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


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "+HYPERLINK(1)", "@SUM(1)", "-1+1"])
def test_a_formula_in_a_text_cell_comes_in_as_text(text: str) -> None:
    """It is the description that it is, to the letter."""
    lines = [
        f"01/02/2025;A{number};{label};Tiers;12,34" for number, label in enumerate((text, "Zoo", "Excursion à la mer"))
    ]
    data = "\n".join(["Date;N° pièce;Libellé;Fournisseur;Montant", *lines]).encode()
    rows = ledger.import_ledger(data, "ledger.csv", PAS, sheet_id="volet_a").rows["volet_a"]
    assert (rows["label"][0], rows["total_amount"]) == (text, [1234] * 3)
