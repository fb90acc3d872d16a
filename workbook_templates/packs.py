"""Packs: one TOML file per measure and year, read into a :class:`~workbook_templates.measure.Measure`.

A pack may name a ``base``; tables are then merged key by key, and lists of tables entry by entry through their
``id`` or ``code``, so a new year holds only its differences. In every text ``{year}`` and ``{prefix}`` stand for the
pack's own. What all measures share is in ``common.toml``. A mistake in a pack is a :class:`PackError` that names
the file, the table and the key.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from workbook_templates.measure import (
    LANGUAGES,
    Calendar,
    Choice,
    Column,
    ColumnType,
    Contact,
    Measure,
    Rule,
    Severity,
    Sheet,
    Text,
    TotalGroup,
    TotalLine,
)

_FOLDER = files("workbook_templates") / "packs"
_RULE_KEYS = {"code", "kind", "text", "remedy", "source", "confidence", "since", "sheets", "column", "shared"}


class PackError(ValueError):
    """A pack that cannot be used; the message names file, table and key."""


def available() -> tuple[tuple[str, int], ...]:
    """Return every ``(measure id, year)`` that has a pack, by year and name."""
    found = [
        (entry.name.removesuffix(".toml"), int(year.name))
        for year in _FOLDER.iterdir()
        if year.name.isdigit()
        for entry in year.iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda pack: (pack[1], pack[0])))


@cache
def load(measure_id: str, year: int) -> Measure:
    """Return the measure of a pack; KeyError if there is no such pack, PackError if it has a mistake."""
    if (measure_id, year) not in available():
        raise KeyError(f"{measure_id}/{year}")
    path = f"{year}/{measure_id}"
    return build(merged(path), file=f"{path}.toml", measure_id=measure_id, year=year)


def build(table: Mapping[str, Any], *, file: str, measure_id: str, year: int) -> Measure:
    """Return the measure that a pack's parsed TOML describes; PackError names ``file`` and the place."""
    prefix = str(table.get("measure", {}).get("prefix", ""))
    return _Pack(_filled(table, {"{year}": str(year), "{prefix}": prefix}), file).measure(measure_id, year)


def _filled(value: Any, words: Mapping[str, str]) -> Any:  # noqa: ANN401 - a TOML value has no narrower type
    """Return a TOML value with each placeholder replaced in all its texts."""
    if isinstance(value, dict):
        return {key: _filled(inner, words) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, words) for inner in value]
    if isinstance(value, str):
        for placeholder, word in words.items():
            value = value.replace(placeholder, word)
    return value


def merged(path: str) -> dict[str, Any]:
    """Return the TOML of a pack (``2025/pas``) on top of its bases, placeholders and all."""
    table = _parse(_FOLDER / f"{path}.toml", path)
    base = table.pop("base", None)
    return _merge(merged(base), table) if base else table


def _parse(entry: Traversable, path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(entry.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"{path}.toml: {error}") from error


def _merge(base: Any, change: Any) -> Any:  # noqa: ANN401 - a TOML value has no narrower type
    """Merge TOML tables key by key and lists of tables by ``id`` or ``code``; anything else is replaced."""
    if isinstance(base, dict) and isinstance(change, dict):
        return base | {key: _merge(base[key], value) if key in base else value for key, value in change.items()}
    keys = {_key(item) for item in (*base, *change)} if isinstance(base, list) and isinstance(change, list) else {None}
    if None in keys:
        return change
    merged = {_key(item): item for item in base}
    for item in change:
        merged[_key(item)] = _merge(merged.get(_key(item), {}), item)
    return list(merged.values())


def _key(item: object) -> str | None:
    return item.get("id") or item.get("code") if isinstance(item, dict) else None


def _concerns(rule: Rule, sheets: Sequence[Sheet], lines: Collection[str]) -> bool:
    """Whether a measure has the columns, the kind of column or the line of the totals that a rule looks at."""
    every = [(sheet, column) for sheet in sheets for column in (*sheet.fields, *sheet.columns)]
    type_ = {"decimals": ColumnType.AMOUNT.value}.get(rule.kind, rule.kind)
    if type_ in set(ColumnType):
        return any(column.type == type_ for _, column in every)
    return (
        not rule.column
        or rule.column in lines
        or any(column.id == rule.column and (not rule.sheets or sheet.id in rule.sheets) for sheet, column in every)
    )


class _Pack:
    """One pack while it is read: the table and the file's name for errors."""

    def __init__(self, table: Mapping[str, Any], file: str) -> None:
        self.table = table
        self.file = file

    def error(self, place: str, problem: str) -> PackError:
        return PackError(f"{self.file}: [{place}]: {problem}")

    def get(self, table: Mapping[str, Any], key: str, place: str) -> Any:  # noqa: ANN401 - a TOML value
        try:
            return table[key]
        except KeyError:
            raise self.error(place, f"key '{key}' is missing") from None

    def text(self, table: Mapping[str, Any], key: str, place: str) -> Text:
        value = self.get(table, key, place)
        missing = [lang for lang in LANGUAGES if not isinstance(value, dict) or not value.get(lang)]
        if missing:
            raise self.error(place, f"key '{key}' has no text in {', '.join(missing)}")
        return Text(**{lang: value[lang] for lang in LANGUAGES})

    def source(self, table: Mapping[str, Any], place: str) -> Text:
        """Return the words of the source that a table names."""
        return self.text(self.get(self.table, "sources", "sources"), self.get(table, "source", place), "sources")

    def known(self, table: Mapping[str, Any], allowed: set[str], place: str) -> None:
        unknown = sorted(set(table) - allowed)
        if unknown:
            raise self.error(place, f"unknown key '{unknown[0]}'")

    def measure(self, measure_id: str, year: int) -> Measure:
        head = self.get(self.table, "measure", "measure")
        sheets = tuple(self.sheet(entry) for entry in self.get(self.table, "sheets", "sheets"))
        totals = self.get(self.table, "totals", "totals")
        calendar = self.get(self.table, "calendar", "calendar")
        measure = Measure(
            id=measure_id,
            year=year,
            version=str(self.get(head, "version", "measure")),
            prefix=self.get(head, "prefix", "measure"),
            title=self.text(head, "title", "measure"),
            note=self.text(head, "note", "measure"),
            period=(dt.date(year, 1, 1), dt.date(year, 12, 31)),
            calendar=Calendar(
                self.get(calendar, "opens", "calendar") or None,
                self.get(calendar, "closes", "calendar") or None,
                self.source(calendar, "calendar"),
            ),
            sheets=sheets,
            rules=self.rules(year, sheets, {line["id"] for line in self.get(totals, "lines", "totals")}),
            groups=tuple(self.group(entry) for entry in self.get(totals, "groups", "totals")),
            lines=tuple(self.line(entry) for entry in self.get(totals, "lines", "totals")),
            roles=tuple(self.get(head, "roles", "measure")),
            contacts=tuple(self.contact(entry) for entry in self.get(self.table, "contacts", "contacts")),
            remainder=self.text(head, "remainder", "measure"),
        )
        self.cross_check(measure)
        return measure

    def sheet(self, entry: Mapping[str, Any]) -> Sheet:
        place = f"sheets.{entry.get('id', '?')}"
        self.known(entry, {"id", "title", "intro", "fields", "columns", "capacity", "ledger", "choices"}, place)
        lists = entry.get("choices", {})
        return Sheet(
            id=self.get(entry, "id", place),
            title=self.text(entry, "title", place),
            intro=self.text(entry, "intro", place),
            fields=tuple(self.column(column, lists, place) for column in entry.get("fields", ())),
            columns=tuple(self.column(column, lists, place) for column in entry.get("columns", ())),
            capacity=entry.get("capacity", 0),
            ledger=entry.get("ledger", False),
        )

    def column(self, column_id: str, lists: Mapping[str, str], sheet_place: str) -> Column:
        place = f"columns.{column_id}"
        columns = self.get(self.table, "columns", "columns")
        if column_id not in columns:
            raise self.error(sheet_place, f"column '{column_id}' has no [columns.{column_id}]")
        entry = columns[column_id]
        self.known(
            entry,
            {"id", "type", "label", "help", "example", "required", "choices", "synonyms", "width"},
            place,
        )
        try:
            kind = ColumnType(self.get(entry, "type", place))
        except ValueError as error:
            raise self.error(place, f"key 'type': {error}") from error
        choices: tuple[Choice, ...] = ()
        if kind is ColumnType.CHOICE:
            name = lists.get(column_id) or self.get(entry, "choices", place)
            choices = tuple(
                Choice(self.get(choice, "id", f"choices.{name}"), self.text(choice, "label", f"choices.{name}"))
                for choice in self.get(self.get(self.table, "choices", "choices"), name, "choices")
            )
        return Column(
            id=entry.get("id", column_id),
            type=kind,
            label=self.text(entry, "label", place),
            help=self.text(entry, "help", place),
            example=entry.get("example", ""),
            required=entry.get("required", False),
            choices=choices,
            synonyms=tuple(entry.get("synonyms", ())),
            width=entry.get("width", 14),
        )

    def rules(self, year: int, sheets: Sequence[Sheet], lines: Collection[str]) -> tuple[Rule, ...]:
        """Return the rules that have something to look at; only a shared one may have nothing."""
        found = []
        for entry in self.get(self.table, "rules", "rules"):
            rule = self.rule(entry, year)
            if _concerns(rule, sheets, lines):
                found.append(rule)
            elif not entry.get("shared"):
                raise self.error(f"rules.{rule.code}", f"no sheet has the column '{rule.column}'")
        return tuple(found)

    def rule(self, entry: Mapping[str, Any], year: int) -> Rule:
        place = f"rules.{entry.get('code', '?')}"
        rule = Rule(
            code=self.get(entry, "code", place),
            kind=self.get(entry, "kind", place),
            text=self.text(entry, "text", place),
            remedy=self.text(entry, "remedy", place) if "remedy" in entry else None,
            source=self.source(entry, place),
            confidence=self.get(entry, "confidence", place),
            since=entry.get("since", 0),
            sheets=tuple(entry.get("sheets", ())),
            column=entry.get("column", ""),
            params={key: value for key, value in entry.items() if key not in _RULE_KEYS},
        )
        if rule.severity is Severity.ERROR and rule.confidence != "H":
            raise self.error(place, "a rule of confidence below H is a warning, its code wants a W")
        if rule.severity is Severity.ERROR and rule.since >= year:
            raise self.error(place, "a rule in its first season is a warning, its code wants a W")
        return rule

    def group(self, entry: Mapping[str, Any]) -> TotalGroup:
        place = f"totals.groups.{entry.get('id', '?')}"
        self.known(entry, {"id", "label", "sums_others"}, place)
        return TotalGroup(
            self.get(entry, "id", place), self.text(entry, "label", place), entry.get("sums_others", False)
        )

    def line(self, entry: Mapping[str, Any]) -> TotalLine:
        place = f"totals.lines.{entry.get('id', '?')}"
        lists = ("fields", "sums", "add", "subtract", "groups")
        given: dict[str, Any] = {key: tuple(entry[key]) for key in lists if key in entry}
        given |= {key: entry[key] for key in ("where", "percent", "of", "emphasis") if key in entry}
        self.known(entry, {"id", "label", *given}, place)
        return TotalLine(id=self.get(entry, "id", place), label=self.text(entry, "label", place), **given)

    def contact(self, entry: Mapping[str, Any]) -> Contact:
        return Contact(
            self.text(entry, "label", "contacts"),
            self.get(entry, "email", "contacts"),
            self.get(entry, "phone", "contacts"),
        )

    def cross_check(self, measure: Measure) -> None:
        """Refuse double ids and codes, and references to sheets, columns, groups or lines that do not exist."""
        for sheet in measure.sheets:
            ids = [column.id for column in (*sheet.fields, *sheet.columns)]
            for column_id in ids:
                if ids.count(column_id) > 1:
                    raise self.error(f"sheets.{sheet.id}", f"'{column_id}' stands twice")
        codes = [rule.code for rule in measure.rules]
        for rule in measure.rules:
            place = f"rules.{rule.code}"
            if codes.count(rule.code) > 1 or not rule.code.startswith(f"{measure.prefix}-"):
                raise self.error(place, "a code stands once and starts with the measure's prefix")
            for sheet_id in rule.sheets:
                self.exists(measure, place, sheet_id)
        for group in measure.groups:
            for line in () if group.sums_others else measure.lines_of(group):
                self.cross_check_line(measure, line, group)

    def cross_check_line(self, measure: Measure, line: TotalLine, group: TotalGroup) -> None:
        """Refuse a line of the totals that refers to what does not exist."""
        place = f"totals.lines.{line.id}"
        for reference in (*line.fields, *line.sums):
            self.exists(measure, place, *reference.format(group=group.id).split("."))
        for name in (*line.add, *line.subtract, *((line.of,) if line.of else ())):
            if name not in {other.id for other in measure.lines}:
                raise self.error(place, f"'{name}' does not exist")

    def exists(self, measure: Measure, place: str, sheet_id: str, column_id: str = "") -> None:
        """Refuse a sheet, or a column of it, that does not exist."""
        try:
            sheet = measure.sheet(sheet_id)
            if column_id:
                sheet.column(column_id)
        except KeyError as error:
            raise self.error(place, f"{error} does not exist") from None
