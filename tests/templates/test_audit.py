"""A second opinion on the templates' Open XML, by another project's validator."""

from __future__ import annotations

from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator

from tests.validators.drafts import template, valid
from workbook_templates import packs
from workbook_templates.measure import LANGUAGES


@pytest.mark.parametrize("pack", packs.available(), ids=str)
def test_openxml_audit_finds_no_error(pack: tuple[str, int], tmp_path: Path) -> None:
    """Neither in the empty template of any language nor in a filled one."""
    books = {lang: template(*pack, lang) for lang in LANGUAGES}
    books["filled"] = valid(packs.load(*pack), 3).to_bytes()
    for name, data in books.items():
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(data)
        result = OpenXmlValidator().validate(str(path))
        assert result.is_valid, (name, result.errors)
        assert result.error_count == 0
