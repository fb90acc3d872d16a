"""Markdown tables beside the assertion: cases that read like the domain."""

from __future__ import annotations


def rows(table: str) -> list[tuple[str, ...]]:
    """Return the rows of a Markdown table as tuples of stripped texts, without header and ruler."""
    lines = [line.strip() for line in table.strip().splitlines()]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]
