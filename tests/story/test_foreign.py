"""The file route on a report that others have put things into: what is not ours stays the same, byte for byte."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from addin import files
from addin.cli import app
from addin.story.intake import with_totals
from signer import container
from tests.addin.drafts import draft
from tests.story.foreign import MACROS, NOTES, PARTS, SHEET, foreign
from workbook_templates import cells
from workbook_templates.layout import Layout, read_layout

LEDGER = Path(__file__).parents[2] / "addin" / "examples" / "example-ledger.xlsx"
CELL = re.compile(rb'<c [^>]*?r="([A-Z]+)([0-9]+)"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a user's folder of its own."""
    monkeypatch.setenv(files.HOME_VARIABLE, str(tmp_path / "home"))


@cache
def report(*, faults: bool = False, macros: bool = False, without: str = "-") -> bytes:
    """Return a report with foreign parts, made once."""
    made = draft(8, faults=False)
    if faults:
        made.rows["volet_a"][3]["label"] = "divers"
        made.rows["volet_b"][2]["date"] = dt.date(2019, 1, 1)
    return foreign(with_totals(made.to_bytes()), more=MACROS if macros else {}, without=without)


def parts(data: bytes) -> dict[str, bytes]:
    """Return every part of a package, in its order."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {entry.filename: package.read(entry) for entry in package.infolist()}


def ours(layout: Layout, *ids: str) -> set[str]:
    """Return the parts of some sheets of ours."""
    return {layout.sheets[one].part for one in ids}


def changed(before: bytes, after: bytes) -> set[str]:
    """Return the parts that are not as they were, new and lost ones too."""
    one, other = parts(before), parts(after)
    return {name for name in {*one, *other} if one.get(name) != other.get(name)}


def written(*command: object) -> None:
    """Run a command, which may have findings but no refusal."""
    done = CliRunner().invoke(app, [str(part) for part in command])
    assert done.exit_code in {0, 1}, done.output


def cells_of(page: bytes) -> dict[tuple[str, int], bytes]:
    """Return every cell of a sheet as its bytes."""
    return {(found[1].decode(), int(found[2])): found[0] for found in CELL.finditer(page)}


@pytest.mark.parametrize("macros", [False, True])
def test_a_checked_copy_keeps_what_is_not_ours(tmp_path: Path, *, macros: bool) -> None:
    """Only sheets that get a remark change, in them only status cells; all foreign parts and every result stay."""
    data = report(faults=True, macros=macros)
    source, target = tmp_path / "rapport.xlsx", tmp_path / "copie.xlsx"
    source.write_bytes(data)
    written("check", source, "-o", target, "--lang", "fr")
    layout = read_layout(data)
    assert layout
    assert source.read_bytes() == data
    found = changed(data, target.read_bytes())
    assert ours(layout, "volet_a", "volet_b", cells.CONTROL) <= found
    assert found <= ours(layout, "volet_a", "volet_b", "volet_c", cells.CONTROL), found
    kept = {**PARTS, **(MACROS if macros else {})}
    assert {name: parts(target.read_bytes())[name] for name in kept} == kept
    for sheet_id in ("volet_a", "volet_b", "volet_c"):
        where = layout.sheets[sheet_id]
        status = cells.letters(where.columns[cells.STATUS])
        one, other = (cells_of(parts(each)[where.part]) for each in (data, target.read_bytes()))
        assert {place for place in {*one, *other} if one.get(place) != other.get(place)} <= {
            (status, row) for row in range(where.first_row, where.last_row + 1)
        }
    assert b'<drawing r:id="foreign-drawing"/>' in parts(target.read_bytes())[SHEET]


def test_an_import_keeps_what_is_not_ours(tmp_path: Path) -> None:
    """Rows are added below the others; no cell that was there changes but the results of our own totals."""
    data = report()
    source, target = tmp_path / "rapport.xlsx", tmp_path / "copie.xlsx"
    source.write_bytes(data)
    written("import", LEDGER, "--into", source, "-o", target, "--lang", "fr")
    layout = read_layout(data)
    assert layout
    assert source.read_bytes() == data
    found = changed(data, target.read_bytes())
    volets = ("volet_a", "volet_b", "volet_c")
    assert ours(layout, *volets, cells.IMPORTS, cells.REPAIRS) <= found
    assert found <= ours(layout, *volets, cells.IMPORTS, cells.REPAIRS, "staff", "totals"), found
    assert {name: parts(target.read_bytes())[name] for name in PARTS} == PARTS
    for part in found - ours(layout, cells.IMPORTS, cells.REPAIRS):
        one, other = (cells_of(parts(each)[part]) for each in (data, target.read_bytes()))
        held = {place: cell for place, cell in one.items() if b"<v>" in cell or b"<t" in cell}
        assert {cell for place, cell in held.items() if other.get(place) != cell and b"<f>" not in cell} == set()
        assert {formula(cell) for cell in held.values()} == {formula(other[place]) for place in held}


def formula(cell: bytes) -> bytes:
    """Return a cell's formula, if it has one."""
    return b"".join(re.findall(rb"<f>.*?</f>", cell))


def test_a_package_and_its_signatures_hold_the_very_file(tmp_path: Path) -> None:
    """What is packaged and signed is the report as it is on the disk, to the last byte; a pivot cache is refused."""
    data = report(without="pivot")
    source, package = tmp_path / "rapport.xlsx", tmp_path / "rapport.asice"
    source.write_bytes(data)
    written("package", source, "-o", package, "--lang", "fr")
    written("sign", package, "--role", "secretary", "--token", "demo")
    assert source.read_bytes() == data
    source.write_bytes(report())
    assert "RU-U03" in CliRunner().invoke(app, ["package", str(source), "-o", str(tmp_path / "x.asice")]).output
    assert container.read(package.read_bytes()).files[source.name].content == data


def test_a_part_that_changed_would_be_seen() -> None:
    """One byte of one part is enough."""
    data = report()
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as made:
        for name, part in parts(data).items():
            made.writestr(name, part.replace(b"31483", b"31484") if name == NOTES else part)
    assert changed(data, other.getvalue()) == {NOTES}
