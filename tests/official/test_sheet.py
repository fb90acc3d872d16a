"""Cells are written into a sheet's XML in their place, and every other byte stays."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import rows
from workbook_templates.official.sheet import SheetText, euros, number, serial, text_xml

HEAD = (
    '<?xml version="1.0"?>\r\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' mc:Ignorable=\"x14ac\" "
    'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">'
)
TEXT = '<is><t xml:space="preserve">{}</t></is>'

WRITTEN = """
| before                                                    | cell  | after                                                            |
| --------------------------------------------------------- | ----- | ---------------------------------------------------------------- |
| `<sheetData/>`                                            | B2    | `<sheetData><row r="2"><c r="B2"><v>7</v></c></row></sheetData>` |
| `<sheetData></sheetData>`                                 | A1    | `<sheetData><row r="1"><c r="A1"><v>7</v></c></row></sheetData>` |
| `<sheetData><row r="3"/></sheetData>`                     | A3    | `<sheetData><row r="3"><c r="A3"><v>7</v></c></row></sheetData>` |
| `<sheetData><row r="3" ht='9'></row></sheetData>`         | A3    | `<sheetData><row r="3" ht='9'><c r="A3"><v>7</v></c></row></sheetData>` |
| `<sheetData><row r="1"/><row r="3"/></sheetData>`         | A2    | `<sheetData><row r="1"/><row r="2"><c r="A2"><v>7</v></c></row><row r="3"/></sheetData>` |
| `<sheetData><row r="1"><c r="A1" s="4"/></row></sheetData>` | A1  | `<sheetData><row r="1"><c r="A1" s="4"><v>7</v></c></row></sheetData>` |
| `<sheetData><row r="1"><c r="A1" t="s" s='4'><v>0</v></c></row></sheetData>` | A1 | `<sheetData><row r="1"><c r="A1" s='4'><v>7</v></c></row></sheetData>` |
| `<sheetData><row r="1" spans="1:2"><c r="A1"/><c r="D1"/></row></sheetData>` | C1 | `<sheetData><row r="1" spans="1:3"><c r="A1"/><c r="C1"><v>7</v></c><c r="D1"/></row></sheetData>` |
| `<sheetData><row r="1"><c r="B1"/></row></sheetData>`     | A1    | `<sheetData><row r="1"><c r="A1"><v>7</v></c><c r="B1"/></row></sheetData>` |
| `<sheetData><row><c><v>1</v></c></row><row><c/></row></sheetData>` | A2 | `<sheetData><row><c><v>1</v></c></row><row><c r="A2"><v>7</v></c></row></sheetData>` |
| `<sheetData><row r="1" s="3" customFormat="1"/></sheetData>` | B1 | `<sheetData><row r="1" s="3" customFormat="1"><c r="B1" s="3"><v>7</v></c></row></sheetData>` |
| `<cols><col min="2" max="3" style="5"/></cols><sheetData/>` | C1  | `<cols><col min="2" max="3" style="5"/></cols><sheetData><row r="1"><c r="C1" s="5"><v>7</v></c></row></sheetData>` |
| `<dimension ref="A1:B2"/><sheetData/>`                    | D9    | `<dimension ref="A1:D9"/><sheetData><row r="9"><c r="D9"><v>7</v></c></row></sheetData>` |
| `<!-- <sheetData> <c r="A1"/> --><sheetData/>`            | A1    | `<!-- <sheetData> <c r="A1"/> --><sheetData><row r="1"><c r="A1"><v>7</v></c></row></sheetData>` |
"""  # noqa: E501 - XML reads best on one line


@pytest.mark.parametrize(("before", "cell", "after"), rows(WRITTEN))
def test_a_number_stands_in_its_place(before: str, cell: str, after: str) -> None:
    """A cell is put in order, keeps its style or takes that of row or column, and nothing else changes."""
    tail = "<pageMargins left='0.7'/></worksheet>"
    sheet = SheetText((HEAD + before.strip("`") + tail).encode())
    sheet.put_number(int(cell[1:]), ord(cell[0]) - 64, "7")
    assert sheet.to_bytes().decode() == HEAD + after.strip("`") + tail


def test_prefixes_are_kept() -> None:
    """Where the sheet's elements have a prefix, ours get the same; a foreign element of the same name is none."""
    before = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        '<x:row r="1"><x:c r="A1"><x:extLst><row xmlns="urn:other"/></x:extLst></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    sheet = SheetText(before.encode())
    sheet.put_text(1, 2, "=1+1")
    fresh = '<x:c r="B1" t="inlineStr"><x:is><x:t xml:space="preserve">=1+1</x:t></x:is></x:c>'
    assert sheet.to_bytes().decode() == before.replace("</x:row>", f"{fresh}</x:row>")


RESULTS = """
| before                                              | kind | text  | after                                                       |
| --------------------------------------------------- | ---- | ----- | ----------------------------------------------------------- |
| `<c r="A1"><f>1+1</f></c>`                          | n    | 2     | `<c r="A1"><f>1+1</f><v>2</v></c>`                          |
| `<c r="A1" t="str" cm="1"><f>1+1</f><v>x</v></c>`   | n    | 2     | `<c r="A1" cm="1"><f>1+1</f><v>2</v></c>`                   |
| `<c r="A1" s="2"><f t="shared" si="0"/><v>1</v></c>` | str | a&b   | `<c r="A1" s="2" t="str"><f t="shared" si="0"/><v>a&amp;b</v></c>` |
| `<c r="A1"><f>1/0</f></c>`                          | e    | #DIV/0! | `<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>`            |
| `<c r="A1"><f>TRUE()</f></c>`                       | b    | 1     | `<c r="A1" t="b"><f>TRUE()</f><v>1</v></c>`                 |
| `<c r="A1"><f>""</f><v>3</v></c>`                   | str  |       | `<c r="A1" t="str"><f>""</f><v></v></c>`                    |
"""  # noqa: E501 - XML reads best on one line


@pytest.mark.parametrize(("before", "kind", "text", "after"), rows(RESULTS))
def test_a_result_stands_beside_its_formula(before: str, kind: str, text: str, after: str) -> None:
    """A formula's result is typed as what it is, and the formula keeps its bytes."""
    sheet = SheetText(f'{HEAD}<sheetData><row r="1">{before.strip("`")}</row></sheetData></worksheet>'.encode())
    sheet.put_result(1, 1, kind, text)
    assert f'<row r="1">{after.strip("`")}</row>' in sheet.to_bytes().decode()


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "0"), (5, "0.05"), (50, "0.5"), (1200, "12"), (1234, "12.34"), (-5, "-0.05"), (-120000, "-1200"),
     (1003, "10.03"), (100_000_000_001, "1000000000.01")],
)  # fmt: skip
def test_an_amount_is_exact_and_short(cents: int, text: str) -> None:
    """Cents become the shortest decimal text; no binary fraction comes between."""
    assert euros(cents) == text


@given(st.integers(-(10**12), 10**12))
def test_no_cent_is_lost_in_a_cell(cents: int) -> None:
    """What a spreadsheet reads back is the amount, to the cent."""
    assert round(float(euros(cents)) * 100) == cents
    assert len(euros(cents).partition(".")[2]) <= 2


@pytest.mark.parametrize(
    ("day", "date1904", "text"),
    [("2025-01-31", False, "45688"), ("2025-01-31", True, "44226"), ("1900-03-01", False, "61"),
     ("1904-01-01", True, "0")],
)  # fmt: skip
def test_a_day_is_counted_as_the_workbook_counts(day: str, date1904: bool, text: str) -> None:  # noqa: FBT001 - a case
    """Both systems of dates are known."""
    assert serial(dt.date.fromisoformat(day), date1904=date1904) == text


@pytest.mark.parametrize(("day", "date1904"), [("1900-02-28", False), ("1903-12-31", True)])
def test_a_day_before_the_calendar_is_refused(day: str, date1904: bool) -> None:  # noqa: FBT001 - a case
    """Before its first day a calendar says something else: no such day is written."""
    with pytest.raises(ValueError, match=day):
        serial(dt.date.fromisoformat(day), date1904=date1904)


@pytest.mark.parametrize(("value", "text"), [(3.0, "3"), (0.5, "0.5"), (0.1, "0.1"), (1e16, "1e+16")])
def test_a_number_is_short(value: float, text: str) -> None:
    """A number is written as short as it reads back."""
    assert number(value) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [("a<b&c", "a&lt;b&amp;c"), ("_x0041_", "_x005F_x0041_"), ("a\x07b", "a\ufffdb"), ("a\r\nb", "a\nb")],
)
def test_a_text_is_read_as_it_was(text: str, written: str) -> None:
    """What XML or a spreadsheet would read otherwise is escaped."""
    assert text_xml(text) == written
