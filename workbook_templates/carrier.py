"""A workbook that is there for its VBA project alone: one empty sheet, no data. The same bytes each time."""

from __future__ import annotations

import datetime as dt
import io

import xlsxwriter

_CREATED = dt.datetime(2025, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)


def carrier(project: bytes, workbook: str, sheet: str, title: str, comments: str) -> bytes:
    """Return the workbook as an ``.xlsm``.

    ``workbook`` and ``sheet`` are the names of the project's modules that belong to it and to its sheet; title and
    comments are what Excel's list of add-ins shows.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"title": title, "comments": comments, "created": _CREATED})
    book.add_vba_project(io.BytesIO(project), is_stream=True)
    book.set_vba_name(workbook)
    book.add_worksheet(title).set_vba_name(sheet)
    book.close()
    return target.getvalue()
