"""Rules of a centre's own, in a small TOML file: added to a measure's rules, never in their place.

::

    [[rules]]
    measure = "pas"                       # or several: ["pas", "piis"]
    code = "LOC-W001"                     # LOC-E… blocks the package, LOC-W… wants a reason
    kind = "sum_at_most"                  # a kind of docs/rules.md
    sheets = ["volet_a"]
    column = "eligible_amount"
    key = "niss"
    limit = 12500                         # cents
    text = "125 € au plus par usager et par an."
    source = "Décision du conseil du 12 mars 2025"

A federal rule cannot be loosened or hidden from here: codes start with ``LOC-``, and there is nothing but adding.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from workbook_templates.measure import LANGUAGES, Measure, Rule, Text

_KEYS = {"measure", "code", "kind", "text", "remedy", "source", "sheets", "column"}
_CODE = re.compile(r"LOC-[EW][0-9]{3}")


class LocalRuleError(ValueError):
    """A file of local rules that cannot be used; the message is the rule's code, or its number, and the key."""

    def __init__(self, place: str, key: str) -> None:
        super().__init__(f"{place}: {key}")
        self.place = place
        self.key = key


def with_local(measure: Measure, source: bytes, kinds: Collection[str]) -> Measure:
    """Return a measure with the rules that a centre adds to it; ``kinds`` are those that it may use.

    LocalRuleError where the file cannot be used; every rule is looked at, those of other measures too.
    """
    try:
        table = tomllib.loads(source.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LocalRuleError("TOML", str(error)) from error
    for key in table:
        if key != "rules":
            raise LocalRuleError("TOML", key)
    rules: list[Rule] = []
    for number, entry in enumerate(table.get("rules", []), start=1):
        rule = _rule(entry, f"{number}", kinds)
        named = entry["measure"] if isinstance(entry["measure"], list) else [entry["measure"]]
        if rule.code in {other.code for other in rules}:
            raise LocalRuleError(rule.code, "code")
        if measure.id in named:
            _fits(rule, measure)
            rules.append(rule)
    return replace(measure, rules=(*measure.rules, *rules))


def _rule(entry: Any, number: str, kinds: Collection[str]) -> Rule:  # noqa: ANN401 - what TOML holds
    if not isinstance(entry, dict):
        raise LocalRuleError(number, "rules")
    for key in ("measure", "code", "kind", "text", "column"):
        if key not in entry:
            raise LocalRuleError(str(entry.get("code", number)), key)
    code = str(entry["code"])
    if not _CODE.fullmatch(code):
        raise LocalRuleError(code, "code")
    if entry["kind"] not in kinds:
        raise LocalRuleError(code, "kind")
    return Rule(
        code=code,
        kind=entry["kind"],
        text=_text(entry["text"], code, "text"),
        remedy=_text(entry["remedy"], code, "remedy") if "remedy" in entry else None,
        source=_text(entry.get("source", "–"), code, "source"),
        confidence="H",
        since=0,
        sheets=tuple(entry.get("sheets", ())),
        column=str(entry["column"]),
        params={key: value for key, value in entry.items() if key not in _KEYS},
    )


def _text(value: Any, code: str, key: str) -> Text:  # noqa: ANN401 - what TOML holds
    """Return a text in every language, or the same words in each."""
    if isinstance(value, str) and value.strip():
        return Text(**dict.fromkeys(LANGUAGES, value))
    if isinstance(value, dict) and all(isinstance(value.get(lang), str) for lang in LANGUAGES):
        return Text(**{lang: value[lang] for lang in LANGUAGES})
    raise LocalRuleError(code, key)


def _fits(rule: Rule, measure: Measure) -> None:
    """Refuse a rule for sheets or columns that the measure does not have."""
    for sheet in rule.sheets:
        if sheet not in {one.id for one in measure.sheets}:
            raise LocalRuleError(rule.code, "sheets")
    looked_at = [sheet for sheet in measure.sheets if sheet.id in rule.sheets or not rule.sheets]
    holders = [sheet for sheet in looked_at if rule.column in {one.id for one in (*sheet.columns, *sheet.fields)}]
    wanted = len(looked_at) if rule.sheets else 1
    if len(holders) < wanted and rule.column not in {line.id for line in measure.lines}:
        raise LocalRuleError(rule.code, "column")
