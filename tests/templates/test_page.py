"""Cells written into one sheet's XML: what is written is there, and every row that is not keeps its bytes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.tables import rows as table
from workbook_templates import cells
from workbook_templates.layout import LayoutError, SheetLayout
from workbook_templates.measure import Column, ColumnType, Text
from workbook_templates.page import NS, Page

MAIN = f"{{{NS}}}"
WHERE = SheetLayout("Sheet", "xl/worksheets/sheet1.xml", first_row=3, last_row=40)
PLAIN = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<worksheet xmlns="{NS}" xmlns:x="urn:other"><dimension ref="A1:B3"/>'
    '<cols><col min="2" max="3" width="9" style="7"/></cols><sheetData>%s</sheetData>'
    '<pageMargins left="1"/></worksheet>'
)
ROWS = (
    '<row r="1" x:kept="1 &gt; 0"><c r="A1" s="4"><v>1</v></c></row>\n  '
    '<row r="3"><c r="A3" t="inlineStr"><is><t>é &lt;row&gt; ></t></is></c><c r="B3" s="2"/></row>'
    '<row r="9"/><row r="12"><c r="C12"><f>SUM(x.y)</f></c></row>'
)
OTHERWISE = """
| how                 | from               | to                                     |
| ------------------- | ------------------ | -------------------------------------- |
| a remark            | <sheetData>        | <sheetData><!-- <row r="2"></row> -->  |
| CDATA               | é &lt;row&gt; >    | <![CDATA[é <row> >]]>                  |
| other quotes        | r="3"              | r='3'                                  |
| no number           | <row r="1"         | <row                                   |
| no address          | <c r="A3"          | <c                                     |
| another encoding    | encoding="UTF-8"   | encoding="UTF-16"                      |
| a prefix            | prefix             |                                        |
| rows out of order   | order              |                                        |
"""


def held(data: bytes) -> dict[str, str]:
    """Return the text of every cell that holds something, by address, as any reader of XML finds it."""
    root = etree.fromstring(data)
    numbers = [int(row.get("r")) for row in root.iter(f"{MAIN}row")]
    assert numbers == sorted(set(numbers)), "rows out of order"
    found: dict[str, str] = {}
    for row in root.iter(f"{MAIN}row"):
        columns = [cells.parse(cell.get("r")) for cell in row]
        assert columns == sorted(set(columns)), "cells out of order"
        assert all(number == int(row.get("r")) for number, _ in columns)
        found |= {cell.get("r"): "".join(cell.itertext()) for cell in row if len(cell)}
    return found


def page(data: bytes) -> Page:
    """Return a part as a page of one table."""
    return Page(data, WHERE)


def told(one: Page) -> bytes:
    """Return a page's part as it is now."""
    return b"".join(one.chunks())


def test_a_row_that_is_not_written_into_keeps_its_bytes() -> None:
    """A value in one row, rows added behind and a cell in a new row between leave the bytes of all others alone."""
    one = page((PLAIN % ROWS).encode())
    one.write("B3", "=1+1")
    one.write("A5", 5)
    one.add(13, 3, [(None, 2, ["x", None, "z"])], "fr")
    made = told(one)
    for number in (1, 9, 12):
        (row,) = re.findall(rf'<row r="{number}".*?(?:(?<=/)>|</row>)'.encode(), (PLAIN % ROWS).encode())
        assert row in made
    assert held(made) == {
        "A1": "1", "A3": "é <row> >", "B3": "=1+1", "A5": "5", "C12": "SUM(x.y)", "B13": "x", "B15": "z",
    }  # fmt: skip
    styles = {cell.get("r"): cell.get("s") for cell in etree.fromstring(made).iter(f"{MAIN}c")}
    assert (styles["B3"], styles["B13"]) == ("2", "7"), "a cell keeps its style, a new one takes its column's"
    assert b"<dimension" not in made


def test_equal_values_of_two_kinds_are_written_each_in_its_way() -> None:
    """In a column of amounts 100 is a number of cents and 100.0 a number as it stands, side by side."""
    amount = Column("amount", ColumnType.AMOUNT, Text("", "", "", ""), Text("", "", "", ""))
    one = page((PLAIN % "").encode())
    one.add(3, 3, [(amount, 1, [100, 100.0, -5])], "fr")
    assert held(told(one)) == {"A3": "1.00", "A4": "100.0", "A5": "-0.05"}


@pytest.mark.parametrize("case", table(OTHERWISE), ids=lambda case: case[0])
def test_a_part_that_is_written_otherwise_is_understood(case: tuple[str, str, str]) -> None:
    """Remarks, CDATA, prefixes, other quotes and encodings, rows out of order or without numbers change nothing."""
    text, (_, old, new) = PLAIN % ROWS, case
    if old == "prefix":
        text = re.sub(r"<(/?)(?=[a-z])", r"<\1p:", text).replace("xmlns=", "xmlns:p=")
    elif old == "order":
        text = PLAIN % "".join(reversed(re.split(r"(?=<row )", ROWS)))
    else:
        assert old in text
        text = text.replace(old, new)
    one = page(text.encode("UTF-16" if "UTF-16" in text else "UTF-8"))
    before = {"A1": "1", "A3": "é <row> >", "C12": "SUM(x.y)"}
    assert held(told(one)) == before
    assert (list(one.used([1, 3])), one.formulas()) == ([12, 3], [12])
    one.write("A9", "x")
    one.add(10, 1, [(None, 1, ["y"])], "fr")
    assert held(told(one)) == {**before, "A9": "x", "A10": "y"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no XML",
        f'<worksheet xmlns="{NS}"/>',
        PLAIN % '<row r="1">',
        PLAIN % "<other/>",
        PLAIN.replace(NS, "urn:other") % "",
        '<!DOCTYPE worksheet [<!ENTITY a "b">]>' + (PLAIN % "").partition("\n")[2],
    ],
)
def test_what_is_no_sheet_is_refused(text: str) -> None:
    """A part that is no XML, no worksheet, has no rows' place, or something else than rows in it, is refused."""
    with pytest.raises(LayoutError):
        page(text.encode())


ROW, COLUMN = st.integers(1, 45), st.integers(1, 5)
VALUE = st.one_of(st.none(), st.integers(0, 9), st.sampled_from(["a", "<b>&", " é ", ""]))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), ROW, COLUMN, VALUE),
        st.tuples(st.just("add"), ROW, st.lists(st.tuples(VALUE, VALUE), max_size=6), st.just(None)),
        st.tuples(st.just("clear"), st.sets(COLUMN, min_size=1), st.just(None), st.just(None)),
    ),
    max_size=8,
)


@given(STEPS)
def test_any_steps_leave_what_they_say(steps: list[tuple[str, Any, Any, Any]]) -> None:
    """Whatever is written, added and cleared in whatever order, the sheet holds what a plain map of cells holds."""
    one = page((PLAIN % ROWS).encode())
    wanted: dict[tuple[int, int], object] = {(1, 1): "1", (3, 1): "é <row> >", (12, 3): "SUM(x.y)"}
    for what, first, second, value in steps:
        if what == "write":
            one.write(cells.a1(first, second), value)
            wanted[first, second] = value
        elif what == "add":
            columns = list(zip(*second, strict=True))
            one.add(first, len(second), [(None, at, values) for at, values in zip((2, 4), columns, strict=False)], "fr")
            wanted |= {
                (first + row, at): value
                for row, pair in enumerate(second)
                for at, value in zip((2, 4), pair, strict=True)
                if value is not None
            }
        else:
            one.clear(first)
            wanted = {(row, at): value for (row, at), value in wanted.items() if at not in first or not 3 <= row <= 40}
    kept = {cells.a1(*place): str(value) for place, value in wanted.items() if value is not None}
    assert held(told(one)) == kept
    rows = {row for (row, at), value in wanted.items() if at in {1, 2} and value is not None and 3 <= row <= 40}
    assert list(one.used([1, 2])) == sorted(rows, reverse=True)
    assert held(told(one)) == kept
