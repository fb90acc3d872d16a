"""Lists of codes that a heading, a title or an explanation beside them explains: ``1 = participation, 2 = modules``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from workbook_templates.official.sheets import Validation

_CODE = 4
"""Characters of a code, at most."""
_EXPLAINED = re.compile(r"(?<!\w)(?P<code>\w{1,4})\s*[=:]\s*(?P<said>[^=:;,()\n]+)")


def explained(rule: Validation, texts: Sequence[str]) -> Validation:
    """Return the rule of a list with what its codes stand for, where texts explain each of them."""
    if not rule.known or rule.meanings or max(map(len, rule.values), default=_CODE + 1) > _CODE:
        return rule
    told = {found["code"]: found["said"].strip() for text in texts for found in _EXPLAINED.finditer(text)}
    if not all(told.get(entry) for entry in rule.values):
        return rule
    return replace(rule, meanings=tuple(told[entry] for entry in rule.values))
