"""The machine-readable report: complete, canonical, without national numbers, read back only if ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.report.kit import (
    CREATED,
    INVENTED_NISS,
    OFFICERS,
    SHA256,
    WARNINGS,
    Checked,
    Person,
    accepted,
    imported,
    make,
    rows,
    totals,
    warning,
)
from validators.report import ReportError, read, report, schema, to_bytes
from workbook_templates.measure import LANGUAGES, Severity
from workbook_templates.texts import catalogue

SCHEMA_FILE = Path(__file__).parents[2] / "docs" / "report.schema.json"

CHANGES = """
| key           | value                                  | code   | told                        |
| ------------- | -------------------------------------- | ------ | --------------------------- |
| schema        | "rapport-unique/report/2"              | RU-R02 | rapport-unique/report/2     |
| schema        | null                                   | RU-R02 | None                        |
| year          | "2025"                                 | RU-R03 | year                        |
| extra         | 1                                      | RU-R03 | extra                       |
| created       | "20/01/2026"                           | RU-R03 | created                     |
| lang          | "es"                                   | RU-R03 | lang                        |
| workbook      | {"name": "a.xlsx", "sha256": "beef"}   | RU-R03 | workbook.sha256             |
| totals        | [{"id": "granted_a", "cents": 1.5}]    | RU-R03 | totals.0                    |
| officers      | [{"role": "secretary", "niss": "1"}]   | RU-R03 | officers.0                  |
| accepted      | [{"code":"X","reason":"","count":-1}]  | RU-R03 | accepted.0.count            |
"""

BYTES = """
| bytes                | code   |
| -------------------- | ------ |
| (empty)              | RU-R01 |
| not json             | RU-R01 |
| \\xff\\xfe           | RU-R01 |
| []                   | RU-R02 |
| "a text"             | RU-R02 |
| {}                   | RU-R02 |
"""


def test_a_report_is_read_back_as_it_was() -> None:
    """Writing and reading a report changes nothing."""
    filled = make()
    assert read(to_bytes(filled)) == filled


def test_a_report_says_what_was_checked() -> None:
    """Versions, time in UTC, fingerprint, officers and rows of the check stand in the report."""
    filled = make()
    assert (filled["measure"], filled["year"], filled["pack_version"]) == ("pas", 2025, "1.0.0")
    assert filled["created"] == "2026-01-20T14:03:09Z"
    assert filled["workbook"] == {"name": "PAS-2025.xlsx", "sha256": SHA256}
    assert filled["officers"][0] == {
        "role": "secretary",
        "name": "Anne Exemple",
        "date_from": "2024-12-02",
        "date_to": None,
    }
    assert filled["rows"]["volet_a"] == {"in_sheet": 1248, "read": 1248, "hidden": 12, "blank": 1}
    assert filled["findings"][0]["related"] == ["volet_a!H7"]


def test_each_import_is_reported_with_its_balance() -> None:
    """Rows and cents of the ledger are those of its parts; the memory of its rows stays in the workbook."""
    record = imported(1, f"export {INVENTED_NISS[0]}.xlsx")
    (told,) = make(imports=[record])["imports"]
    parts = [*told["imported"], *told["set_aside"], told["not_selected"]]
    assert told["rows"] == sum(part["rows"] for part in parts) == 108
    assert told["cents"] == sum(part["cents"] for part in parts)
    assert told["difference_cents"] == 0
    assert (told["moment"], told["repairs"]) == ("2026-01-20T13:00:00Z", 283)
    assert INVENTED_NISS[0] not in json.dumps(told)
    assert record.memory not in json.dumps(told)


def test_the_same_report_gives_the_same_bytes() -> None:
    """Neither the order of the acceptances nor of the keys shows in the canonical JSON."""
    findings = tuple(warning(code) for code in WARNINGS)
    checked = Checked(findings=findings)
    entries = accepted(WARNINGS)
    one, other = (
        to_bytes(report(checked, order, created=CREATED, workbook_name="a.xlsx")) for order in (entries, entries[::-1])
    )
    assert one == other
    assert one.endswith(b"}\n")
    assert one == to_bytes(read(one))


def test_money_is_told_in_cents() -> None:
    """Every total of the check stands in the report as the same whole number of cents."""
    cents = {("granted", "a"): 2_275_000, ("balance", "c"): -12_345, ("justified", "all"): 10**14 + 1}
    filled = make(cents=cents)
    assert [total["cents"] for total in filled["totals"]] == [total.cents for total in totals(cents)]
    assert set(cents.values()) <= {total["cents"] for total in json.loads(to_bytes(filled))["totals"]}


@pytest.mark.parametrize("niss", INVENTED_NISS)
def test_no_national_number_gets_into_a_report(niss: str) -> None:
    """A NISS typed into a reason, a name or a field is masked, and the officers' own are left out."""
    spaced = f"{niss[:2]}.{niss[2:4]}.{niss[4:6]}-{niss[6:9]}.{niss[9:]}"
    filled = make(
        reason=f"Aide à {spaced} et {niss}",
        centre={"centre_name": f"CPAS {niss}", "contact_name": spaced},
        officers=(*OFFICERS, Person("president_delegate", f"Zoé {niss}", niss=niss)),
    )
    text = to_bytes(filled).decode().replace(SHA256, "")
    assert niss not in re.sub(r"[.\- ]", "", text)
    assert filled["workbook"]["sha256"] == SHA256


@pytest.mark.parametrize("severity", Severity)
def test_only_accepted_warnings_are_reported(severity: Severity) -> None:
    """A workbook with an error, or with a warning that nobody accepted, has no report."""
    code = WARNINGS[0]
    checked = Checked(findings=(warning(code, severity),))
    allowed = accepted([code]) if severity is Severity.ERROR else accepted(WARNINGS[1:])
    with pytest.raises(ValueError, match=code):
        report(checked, allowed, created=CREATED, workbook_name="a.xlsx")


@pytest.mark.parametrize(("key", "value", "code", "told"), rows(CHANGES))
def test_a_report_of_another_shape_is_refused(key: str, value: str, code: str, told: str) -> None:
    """A key that is missing, unknown or of another type is named, and so is another version."""
    filled: dict[str, Any] = json.loads(to_bytes(make()))
    filled[key] = json.loads(value)
    with pytest.raises(ReportError) as refused:
        read(json.dumps(filled).encode())
    assert refused.value.code == code
    for lang in LANGUAGES:
        message, remedy = refused.value.text(lang)
        assert told in message
        assert remedy


@pytest.mark.parametrize("key", sorted(json.loads(to_bytes(make()))))
def test_every_key_of_a_report_is_wanted(key: str) -> None:
    """A report without one of its keys is refused."""
    filled = json.loads(to_bytes(make()))
    del filled[key]
    with pytest.raises(ReportError):
        read(json.dumps(filled).encode())


@pytest.mark.parametrize(("text", "code"), rows(BYTES))
def test_bytes_that_are_no_report_are_refused(text: str, code: str) -> None:
    """Anything that is not our JSON is refused with a closed code."""
    data = text.removeprefix("(empty)").encode().decode("unicode_escape").encode("latin-1")
    with pytest.raises(ReportError) as refused:
        read(data)
    assert refused.value.code == code


def test_json_that_nests_without_end_is_refused() -> None:
    """A file made to exhaust the reader is refused like any other."""
    with pytest.raises(ReportError) as refused:
        read(b"[" * 200_000)
    assert refused.value.code == "RU-R01"


def test_a_message_about_a_foreign_report_is_short_and_printable() -> None:
    """What a foreign file says reaches the screen cut, printable and without a NISS."""
    foreign = f"\x1b[31m{INVENTED_NISS[0]}" + "x" * 500
    with pytest.raises(ReportError) as refused:
        read(json.dumps({"schema": foreign}).encode())
    message, _ = refused.value.text("en")
    assert message.isprintable()
    assert INVENTED_NISS[0] not in message
    assert len(message) < 200


def test_the_published_schema_is_up_to_date() -> None:
    """docs/report.schema.json is what the code validates; ``make docs`` writes it anew."""
    assert SCHEMA_FILE.read_bytes() == schema()


OPTIONAL = {"official"}
"""Keys of a report that not every package has: only a centre that fills the published workbook encloses it."""


def test_every_key_of_the_schema_is_explained() -> None:
    """Each object of the schema is closed and described, and so is each of its keys."""
    objects = [part for part in _objects(json.loads(schema())) if "properties" in part]
    assert len(objects) > 5
    for part in objects:
        assert part["additionalProperties"] is False
        assert part["properties"].keys() - set(part["required"]) <= OPTIONAL
        assert part["description"].endswith(".")
        for name, entry in part["properties"].items():
            assert "$ref" in entry or entry["description"].endswith("."), name


@pytest.mark.parametrize("table", ["report", "summary"])
def test_every_language_says_the_same(table: str) -> None:
    """The catalogues of the four languages have the same entries with the same placeholders."""
    shapes = [dict(_texts(catalogue("validators", lang)[table])) for lang in LANGUAGES]
    for shape in shapes[1:]:
        assert shape == shapes[0]


def _objects(part: object) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _objects(inner)


def _texts(table: Any, place: str = "") -> Iterator[tuple[str, list[str]]]:  # noqa: ANN401 - a TOML value
    """Yield each text's place and placeholders; only French has the plural form ``many``."""
    if isinstance(table, str):
        yield place, sorted(re.findall(r"{(\w+)}", table))
    else:
        entries = table.items() if isinstance(table, dict) else enumerate(table)
        for key, value in entries:
            if key != "many":
                yield from _texts(value, f"{place}.{key}")
