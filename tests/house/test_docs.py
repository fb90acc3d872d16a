"""Pages that are made from the packs say what the packs say."""

from __future__ import annotations

from docs.generate import stale


def test_no_generated_page_is_stale() -> None:
    """Whoever changes a pack or the report's shape runs `make docs`."""
    assert stale() == []
