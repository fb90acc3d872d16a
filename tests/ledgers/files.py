"""The files of the corpus, written by other libraries than ours, or by hand: .xlsx, .ods and texts."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import xlsxwriter

SEPARATORS = {"tab": "\t"}


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet: its cells, merged ranges as (row, first column, last column), and what is hidden, all 0-based."""

    name: str
    lines: Sequence[Sequence[object]]
    merges: Sequence[tuple[int, int, int]]
    hidden_columns: Sequence[int]
    hidden_rows: Sequence[int]


def write(kind: str, pages: Sequence[Page]) -> tuple[str, bytes]:
    """Return name and bytes of a file; ``kind`` as in :attr:`tests.ledgers.corpus.Recipe.file`."""
    if kind == "xlsx":
        return "export.xlsx", xlsx(pages)
    if kind == "ods":
        return "export.ods", ods(pages)
    encoding, separator = kind.rsplit(" ", 1)
    if separator == "printed":
        return "print.txt", printed(pages[-1].lines).encode(encoding)
    suffix = "txt" if separator == "tab" else "csv"
    return f"export.{suffix}", text(pages[-1].lines, encoding, SEPARATORS.get(separator, separator))


def xlsx(pages: Sequence[Page]) -> bytes:
    """Return a workbook with real dates and numbers."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    date = book.add_format({"num_format": "dd/mm/yyyy"})
    for page in pages:
        sheet = book.add_worksheet(page.name)
        for row, cells in enumerate(page.lines):
            for column, value in enumerate(cells):
                if isinstance(value, dt.date):
                    sheet.write_datetime(row, column, value, date)
                elif isinstance(value, str) and value:
                    sheet.write_string(row, column, value)
                elif value != "":
                    sheet.write(row, column, value)
        for row, first, last in page.merges:
            sheet.merge_range(row, first, row, last, page.lines[row][first])
        for column in page.hidden_columns:
            sheet.set_column(column, column, None, None, {"hidden": True})
        for row in page.hidden_rows:
            sheet.set_row(row, None, None, {"hidden": True})
    book.close()
    return target.getvalue()


def text(lines: Sequence[Sequence[object]], encoding: str, separator: str) -> bytes:
    """Return a text; numbers with a decimal comma, dates day first."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=separator, lineterminator="\r\n")
    for cells in lines:
        writer.writerow([f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else value for value in cells])
    return target.getvalue().encode(encoding)


def printed(lines: Sequence[Sequence[object]]) -> str:
    """Return a list as a printer gets it: columns told apart by blanks, amounts to the right, dashes below the headings."""
    texts = [[f"{cell:%d/%m/%Y}" if isinstance(cell, dt.date) else str(cell) for cell in cells] for cells in lines]
    heading = max(texts, key=lambda cells: sum(bool(cell) and not any(map(str.isdigit, cell)) for cell in cells))
    table = [cells for cells in texts if sum(map(bool, cells)) > 1]
    widths = [max(len(cells[at]) for cells in table) for at in range(len(heading))]
    said = []
    for cells in texts:
        alone = len(cells) != len(widths) or sum(map(bool, cells)) < 2
        padded = [
            cell.rjust(width) if cell[-3:-2] in (",", ".") and cell[-1:].isdigit() else cell.ljust(width)
            for cell, width in zip(cells, widths, strict=False)
        ]
        said.append("".join(cells) if alone else " ".join(padded).rstrip())
        if cells == heading:
            said.append("-" * (sum(widths) + len(widths) - 1))
    return "\r\n".join(said) + "\r\n"


def ods(pages: Sequence[Page]) -> bytes:
    """Return the smallest OpenDocument spreadsheet (OASIS ODF 1.3, part 3)."""
    tables = "".join(
        f'<table:table table:name="{escape(page.name)}">'
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>" for cells in page.lines)
        + "</table:table>"
        for page in pages
    )
    names = {"office": "office", "table": "table", "text": "text"}
    spaces = " ".join(f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for key, name in names.items())
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3"><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.3" '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", manifest)
        package.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _ods_cell(value: object) -> str:
    if isinstance(value, dt.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if value == "":
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'
