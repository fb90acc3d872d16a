"""The floor of a check: read the sheet with polars and judge the same rules in one pass of boolean expressions."""

from __future__ import annotations

import sys

import polars as pl

LIMIT = 500
HAIR = 1e-3
"""How far floating point may be from a whole cent, in cents, or from an expected amount, in euros."""
HEADER_ROW = 4
"""0-based row of the header in the template's volet sheets."""


def main(path: str) -> None:
    """Print how many cells break a rule."""
    names = (
        "date", "document_number", "article", "label", "payee", "niss", "nature", "total_amount", "other_subsidy",
        "participants_target", "participants_all", "eligible_amount",
    )  # fmt: skip
    frame = pl.read_excel(
        path, sheet_name="Volet A", engine="calamine", infer_schema_length=0, read_options={"header_row": HEADER_ROW}
    )
    frame = frame[:, : len(names)].rename(dict(zip(frame.columns, names, strict=False)))
    number = {
        name: pl.col(name).cast(pl.Float64, strict=False)
        for name in ("total_amount", "other_subsidy", "participants_target", "participants_all", "eligible_amount")
    }
    day = pl.col("date").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    digits = pl.col("niss").str.replace_all(r"\D", "")
    base, check = (
        digits.str.slice(0, 9).cast(pl.Int64, strict=False),
        digits.str.slice(9, 2).cast(pl.Int64, strict=False),
    )
    share = pl.when(number["participants_all"] > 0).then(number["participants_target"] / number["participants_all"])
    wanted = (number["total_amount"] * share.otherwise(1.0)).round(2) - number["other_subsidy"].fill_null(0)
    broken = frame.select(
        *[
            pl.col(name).is_null().sum().alias(f"missing {name}")
            for name in ("date", "document_number", "label", "payee")
        ],
        *[(pl.col(name).is_not_null() & cast.is_null()).sum().alias(f"number {name}") for name, cast in number.items()],
        *[
            ((cast * 100).round(0) - cast * 100).abs().gt(HAIR).sum().alias(f"cents {name}")
            for name, cast in number.items()
        ],
        day.is_null().sum().alias("date"),
        (~day.dt.year().eq(2025)).sum().alias("year"),
        pl.col("nature").is_in(["Loisirs", "Déplacements"]).not_().sum().alias("nature"),
        (digits.is_not_null() & (check != 97 - base % 97) & (check != 97 - (base + 2_000_000_000) % 97))
        .sum()
        .alias("niss"),
        (number["participants_target"] > number["participants_all"]).sum().alias("target"),
        (number["participants_all"] < 1).sum().alias("all"),
        (number["participants_target"].is_null() != number["participants_all"].is_null()).sum().alias("pair"),
        ((number["eligible_amount"] - wanted).abs() > HAIR).sum().alias("share"),
        (number["total_amount"] * number["other_subsidy"] < 0).sum().alias("sign"),
        (number["total_amount"] > LIMIT).sum().alias("limit"),
        pl.col("label").str.to_lowercase().is_in(["divers", "frais", "xxx"]).sum().alias("label"),
        pl.struct("date", "document_number", "payee", "total_amount").is_duplicated().sum().alias("duplicate"),
    )
    print(broken.sum_horizontal().item())


if __name__ == "__main__":
    main(sys.argv[1])
