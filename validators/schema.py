"""The pandera schema of one table: typed columns, and for each rule a check whose error text is the rule's code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd
import pandera.pandas as pa

from validators import checks
from workbook_templates.measure import ColumnType

if TYPE_CHECKING:
    from collections.abc import Callable

    from validators.parse import Table
    from workbook_templates.measure import Column, Measure, Rule

_DTYPES: Mapping[ColumnType, str] = {
    ColumnType.AMOUNT: "float64",
    ColumnType.COUNT: "float64",
    ColumnType.NUMBER: "float64",
    ColumnType.DATE: "datetime64[s]",
}


def warm_up() -> None:
    """Have pandera load what it loads at its first validation."""
    pa.DataFrameSchema({"": pa.Column("float64", pa.Check(lambda series: series == 0))}).validate(
        pd.DataFrame({"": [0.0]})
    )


def applies(rule: Rule, table: Table, columns: Sequence[Column]) -> bool:
    """Whether a row rule looks at a table: its column and those it compares with are there (shares excepted)."""
    ids = {column.id for column in columns}
    kind = checks.KINDS[rule.kind]
    if kind.scope is not checks.Scope.ROW or (rule.sheets and table.sheet.id not in rule.sheets):
        return False
    optional = ("part", "whole") if rule.kind == "share" else ()
    wanted = {rule.column, *(str(rule.params[name]) for name in kind.columns if name not in optional)}
    return wanted <= ids


def broken(table: Table, columns: Sequence[Column], measure: Measure) -> Iterator[tuple[Rule, str, int]]:
    """Yield (rule, column id, position) for every cell that breaks ``missing`` or a row rule.

    A row in which a column that the rule reads carries a mark is passed over: its cause is already told.
    """
    if not len(table.row_numbers):
        return
    frame = pd.DataFrame({column.id: table.columns[column.id] for column in columns}, copy=False)
    rules = {rule.code: rule for rule in measure.rules}
    schema = pa.DataFrameSchema(
        {
            column.id: pa.Column(_DTYPES.get(column.type), _checks(table, column, columns, measure), nullable=True)
            for column in columns
        }
    )
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        for column_id, code, position in zip(cases["column"], cases["check"], cases["index"], strict=True):
            yield rules[str(code)], str(column_id), int(position)


def _checks(table: Table, column: Column, columns: Sequence[Column], measure: Measure) -> list[pa.Check]:
    return [
        pa.Check(_in_order(table, column, rule, measure), error=rule.code, ignore_na=False)
        for rule in measure.rules
        if (rule.kind == "missing" and column.required) or (rule.column == column.id and applies(rule, table, columns))
    ]


def _in_order(table: Table, column: Column, rule: Rule, measure: Measure) -> Callable[[pd.Series], pd.Series]:
    # A closure: pandera copies a schema deeply, and would copy the arguments of a partial with it.
    def check(series: pd.Series) -> pd.Series:
        kind = checks.KINDS[rule.kind]
        values = table.columns
        mask = kind.ok(values, rule, measure) if kind.ok else checks.present(values[column.id])
        for column_id in kind.involved(rule) or (column.id,):
            if column_id in table.bad:
                mask = mask | table.bad[column_id]
        return pd.Series(mask, index=series.index)

    return check
