"""What a signer cannot see is refused with its place; what accountants do every day is not."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.story.intake import with_totals
from tests.tables import rows
from tests.templates.office import resaved
from tests.validators.drafts import valid
from validators import formulas
from validators.check import check
from validators.unseen import hides, unseen
from workbook_templates import packs
from workbook_templates.layout import read_layout

PAS = packs.load("pas", 2025)
PLAIN = with_totals(valid(PAS, 3).to_bytes())
LAYOUT = read_layout(PLAIN)
assert LAYOUT is not None
SHEET, TOTALS = LAYOUT.sheets["volet_a"].part, LAYOUT.sheets["totals"].part
SUM = r"SUM\(volet_a.eligible_amount\)"
BOOK, STYLES, RELS = "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"


def found(workbook: bytes) -> list[tuple[str, str]]:
    """Return code and places of what is found in a workbook."""
    result = check(workbook)
    return [
        (error.code, str(error.params["places"]))
        for error in unseen(workbook, result.measure, result.layout, result.totals)
    ]


def edited(changes: Mapping[str, tuple[str, str]], added: Mapping[str, bytes] | None = None) -> bytes:
    """Return the plain workbook with the first match of a pattern replaced in each part, and with parts added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name in changes:
                pattern, replacement = changes[name]
                text, count = re.subn(pattern.encode(), replacement.encode(), text, count=1, flags=re.DOTALL)
                assert count == 1, (name, pattern)
            new.writestr(name, text)
        for name, content in (added or {}).items():
            new.writestr(name, content)
    return target.getvalue()


def formula(text: str, value: str = "1", cell: str = "L6") -> bytes:
    """Return the plain workbook with a formula typed into a cell of volet A."""
    return edited(
        {SHEET: (rf'<c r="{cell}"( s="\d+")?[^>]*>.*?</c>', rf'<c r="{cell}"\1><f>{text}</f><v>{value}</v></c>')}
    )


def relation(kind: str, target: str) -> tuple[str, str]:
    """Return the edit that adds an outside relationship to the workbook."""
    type_ = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    return (
        "</Relationships>",
        f'<Relationship Id="rX" Type="{type_}" Target="{target}" TargetMode="External"/></Relationships>',
    )


REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "macros": (lambda: edited({}, {"xl/vbaProject.bin": b"x"}), "RU-U01", "xl/vbaProject.bin"),
    "macro sheet": (lambda: edited({}, {"xl/macrosheets/sheet1.xml": b"x"}), "RU-U01", "xl/macrosheets/sheet1.xml"),
    "ActiveX": (lambda: edited({}, {"xl/activeX/activeX1.bin": b"x"}), "RU-U01", "xl/activeX/activeX1.bin"),
    "external link": (lambda: edited({}, {"xl/externalLinks/externalLink1.xml": b"x"}), "RU-U02", "externalLink1"),
    "linked picture": (lambda: edited({RELS: relation("image", "http://a.example/b.png")}), "RU-U02", "workbook.xml"),
    "formula into another book": (lambda: formula("[1]Sheet1!A1"), "RU-U02", "Volet A!L6"),
    "connection": (lambda: edited({}, {"xl/connections.xml": b"x"}), "RU-U03", "xl/connections.xml"),
    "query table": (lambda: edited({}, {"xl/queryTables/queryTable1.xml": b"x"}), "RU-U03", "queryTable1"),
    "Power Query": (lambda: edited({}, {"customXml/item1.xml": b"<DataMashup/>"}), "RU-U03", "customXml/item1.xml"),
    "embedded object": (lambda: edited({}, {"xl/embeddings/oleObject1.bin": b"x"}), "RU-U04", "oleObject1.bin"),
    "DDE": (lambda: formula("cmd|'/c calc'!A1"), "RU-U05", "Volet A!L6"),
    "today": (lambda: formula("TODAY()-45000"), "RU-U05", "Volet A!L6"),
    "indirect": (lambda: formula("INDIRECT(&quot;H&quot;&amp;6)"), "RU-U05", "Volet A!L6"),
    "web service": (lambda: formula("_xlfn.WEBSERVICE(H6)"), "RU-U05", "Volet A!L6"),
    "volatile name": (
        lambda: edited({BOOK: ("<definedNames>", '<definedNames><definedName name="x">NOW()</definedName>')}),
        "RU-U05",
        "x",
    ),
    "hidden sheet": (lambda: edited({BOOK: (r'(<sheet name="Volet B")', r'\1 state="hidden"')}), "RU-U06", "Volet B"),
    "very hidden sheet": (
        lambda: edited({BOOK: (r'(<sheet name="Volet B")', r'\1 state="veryHidden"')}),
        "RU-U06",
        "Volet B",
    ),
    "hidden row": (lambda: edited({SHEET: (r'(<row r="7")', r'\1 hidden="1"')}), "RU-U07", "Volet A!7"),
    "flat row": (lambda: edited({SHEET: (r'(<row r="7")', r'\1 ht="0.1" customHeight="1"')}), "RU-U07", "Volet A!7"),
    "rows hidden by default": (
        lambda: edited({SHEET: ("<sheetFormatPr ", '<sheetFormatPr zeroHeight="1" ')}),
        "RU-U07",
        "Volet A",
    ),
    "hidden column": (lambda: edited({SHEET: (r'(<col min="8")', r'\1 hidden="1"')}), "RU-U08", "Volet A!H"),
    "narrow column": (
        lambda: edited({SHEET: (r'(<col min="8" max="8" width=")[\d.]+', r"\g<1>0.1")}),
        "RU-U08",
        "Volet A!H",
    ),
    "another result": (lambda: formula("H6*2", "9999"), "RU-U09", "Volet A!L6"),
    "another total": (lambda: edited({TOTALS: (rf"(<f>{SUM}</f><v>)", r"\g<1>1")}), "RU-U09", "Totaux!B"),
    "total typed over": (lambda: edited({TOTALS: (f"<f>{SUM}</f>", "")}), "RU-U10", "Totaux!B"),
    "total changed": (
        lambda: edited({TOTALS: (SUM, "SUM(volet_a.total_amount)")}),
        "RU-U10",
        "Totaux!B",
    ),
    "shorter range": (
        lambda: edited({BOOK: (r'(name="volet_a.eligible_amount">[^<]*\$L\$)\d+<', r"\g<1>7<")}),
        "RU-U10",
        "Volet A",
    ),
    "look-up": (lambda: formula("VLOOKUP(B6,Guide!A1:B2,2)"), "RU-U11", "Volet A!L6"),
    "other sheet": (lambda: formula("Guide!A1"), "RU-U11", "Volet A!L6"),
    "text formula": (lambda: formula("B6&amp;H6"), "RU-U11", "Volet A!L6"),
    "format that hides": (
        lambda: edited({STYLES: (r'formatCode="#,##0.00"', 'formatCode=";;;"')}),
        "RU-U12",
        "Centre!B9",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_hides_is_refused_with_its_place(name: str) -> None:
    """Each is refused for its own reason, at its place."""
    make, code, place = REFUSED[name]
    told = dict(found(make()))
    assert place in told.get(code, ""), told


def test_every_reason_is_tested() -> None:
    """No code goes without a workbook that earns it."""
    assert {code for _, code, _ in REFUSED.values()} == {f"RU-U{number:02}" for number in range(1, 13)}


def test_a_plain_workbook_hides_nothing() -> None:
    """What the template and a pasted ledger make is shown in full."""
    assert found(PLAIN) == []


@pytest.mark.needs("soffice")
def test_a_workbook_saved_by_libreoffice_hides_nothing(tmp_path: Path) -> None:
    """Saved by another program, the same formulas, results and formats are recognised."""
    assert found(resaved({"plain": PLAIN}, tmp_path)["plain"]) == []


def test_a_formula_filled_down_is_computed_again() -> None:
    """A row's arithmetic, shared down the column as Excel does, is followed; a wrong result in one row is found."""
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as package:
        text = package.read(SHEET).decode()
    shown = dict(re.findall(r'<c r="([A-Z]+\d+)"[^>]*><v>([^<]*)</v>', text))
    right = float(shown["L6"]), float(shown["H7"]) * float(shown["L6"]) / float(shown["H6"])

    def filled(second: float) -> bytes:
        told = f"H6*{right[0]}/{shown['H6']}"
        first = ('<c r="L6"( s="\\d+")?><v>', rf'<c r="L6"\1><f t="shared" ref="L6:L7" si="0">{told}</f><v>')
        changed = re.sub(*first, text, count=1)
        changed = re.sub(
            r'<c r="L7"( s="\d+")?><v>[^<]*', rf'<c r="L7"\1><f t="shared" si="0"/><v>{second:.2f}', changed, count=1
        )
        return edited({SHEET: (".*", changed.replace("\\", r"\\"))})

    assert [one for one in found(filled(right[1])) if "!L" in one[1]] == []
    assert dict(found(filled(right[1] + 1)))["RU-U09"].startswith("Volet A!L7, ")


FORMATS = """
| format                        | hides |
| ----------------------------- | ----- |
| General                       | no    |
| #,##0.00                      | no    |
| #,##0.00;-#,##0.00;           | no    |
| _-* #,##0.00 €_-;-* 0;_-* "-" | no    |
| dd/mm/yyyy                    | no    |
| @                             | no    |
| ;;;                           | yes   |
| ;;                            | yes   |
| #,##0.00;                     | yes   |
| "0,00"                        | yes   |
| "100";"100";"100"             | yes   |
| [White]"x"                    | yes   |
"""


@pytest.mark.parametrize("row", rows(FORMATS), ids=lambda row: row[0])
def test_a_format_that_shows_nothing_hides(row: tuple[str, ...]) -> None:
    """A section without a place for the value shows nothing, or always the same."""
    assert hides(row[0]) == (row[1] == "yes")


FORMULAS = """
| formula                 | gives       |
| ----------------------- | ----------- |
| A1*6/20                 | 30          |
| ROUND(A1*A2/3,2)        | 83.33       |
| A1-A2+10%               | 97.6        |
| -(A1-A2)*2              | -195        |
| SUM(A1:A3,5)            | 107.5       |
| +A1                     | 100         |
| ROUND(2.5,0)            | 3           |
| ROUND(-2.5,0)           | -3          |
| ROUND(1.005,2)          | 1.01        |
| A4+1                    | unsupported |
| A1/0                    | unsupported |
| A1^2                    | unsupported |
| IF(A1,1,2)              | unsupported |
| A1 A2                   | unsupported |
| SUM(A1:A2               | unsupported |
|                         | unsupported |
"""
CELLS: dict[tuple[int, int], formulas.Value] = {(1, 1): 100.0, (2, 1): 2.5, (4, 1): "text"}


@pytest.mark.parametrize("row", rows(FORMULAS), ids=lambda row: row[0] or "nothing")
def test_arithmetic_is_computed_and_nothing_else(row: tuple[str, ...]) -> None:
    """Sums and shares give what a spreadsheet gives; anything more is said to be unsupported."""
    if row[1] == "unsupported":
        with pytest.raises(formulas.UnsupportedError):
            formulas.compute(row[0], lambda *place: CELLS.get(place))
    else:
        assert formulas.compute(row[0], lambda *place: CELLS.get(place)) == pytest.approx(float(row[1]))


@given(st.text(alphabet="A1B2$+-*/%(),: SUMROUND.", max_size=30))
def test_no_formula_breaks_the_reader(text: str) -> None:
    """Whatever stands in a cell is computed or unsupported."""
    try:
        formulas.compute(text, lambda *place: CELLS.get(place))
    except formulas.UnsupportedError:
        return
