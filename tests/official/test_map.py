"""The map file: written, read back, and refused with the table and key that are wrong."""

from __future__ import annotations

import pytest

from tests.tables import rows
from workbook_templates.official import map as maps

TEXT = """\
# A remark.
measure = "pas"
year = 2025
fingerprint = "5d1c0a7be2f3946a"

[[sheet]]
name = "Volet A"
source = "volet_a"
first_row = 8
last_row = 507
gaps = [107, 207]
[sheet.columns]
A = "date"
B = ""
C = "?"  # could be the label
E = "nature"
F = "niss"
[sheet.headings]
A = "Date de la facture"
[sheet.constants]
D = "A - Participation"
[sheet.where]
volet = "a"
[sheet.values.E]
leisure = "Loisirs \\"et\\" culture"
travel = "?"
[sheet.forms]
F = "dotted"

[fields]
"Identification!C4" = "centre.centre_name"

[totals]
"Total!C5" = "justified_a"
"Total!C9" = ["volet_a.total_amount", "volet_b.total_amount"]
"""

BROKEN = """
| from                          | to                        | place                         | problem |
| ----------------------------- | ------------------------- | ----------------------------- | ------- |
| `year = 2025`                 | `year = "2025"`           | year                          | type    |
| `year = 2025`                 |                           | year                          | missing |
| `year = 2025`                 | `jaar = 2025`             | jaar                          | unknown |
| `year = 2025`                 | `year = `                 |                               | syntax  |
| `source = "volet_a"`          |                           | [[sheet]] Volet A source      | missing |
| `last_row = 507`              | `last_row = 7`            | [[sheet]] Volet A last_row    | rows    |
| `first_row = 8`               | `first_row = 0`           | [[sheet]] Volet A last_row    | rows    |
| `gaps = [107, 207]`           | `gaps = [207, 107]`       | [[sheet]] Volet A gaps        | rows    |
| `gaps = [107, 207]`           | `gaps = [107, 507]`       | [[sheet]] Volet A gaps        | rows    |
| `A = "date"`                  | `a = "date"`              | [[sheet]] Volet A columns.a   | letter  |
| `A = "date"`                  | `A = 7`                   | [[sheet]] Volet A columns.A   | type    |
| `A = "date"`                  | `A = "niss"`              | [[sheet]] Volet A columns.A   | twice   |
| `F = "dotted"`                | `F = "spaced"`            | [[sheet]] Volet A forms.F     | form    |
| `D = "A - Participation"`     | `A = "A"`                 | [[sheet]] Volet A columns.A   | twice   |
| `"Identification!C4"`         | `"Identification"`        | [fields] Identification       | cell    |
| `"justified_a"`               | `[]`                      | [totals] Total!C5             | type    |
"""


def test_a_map_is_written_as_it_was_read() -> None:
    """What is read from a map is written again in the same words, with its remarks."""
    known = maps.read(TEXT)
    assert maps.write(known, {"": "A remark.", "0.columns.C": "could be\nthe label"}) == TEXT
    assert maps.read(maps.write(known)) == known
    assert list(known.open_places()) == ["Volet A!C", "Volet A!E travel"]
    assert known.sheets[0].room == 498
    assert known.sheets[0].blocks == ((8, 106), (108, 206), (208, 507))
    assert known.sheets[0].letter("niss") == "F"


@pytest.mark.parametrize(("old", "new", "place", "problem"), rows(BROKEN))
def test_a_broken_map_says_where(old: str, new: str, place: str, problem: str) -> None:
    """A map that cannot be understood is refused with the table and the key that are wrong."""
    assert old.strip("`") in TEXT
    with pytest.raises(maps.MapError) as refused:
        maps.read(TEXT.replace(old.strip("`"), new.strip("`"), 1))
    assert (refused.value.place, refused.value.problem) == (place, problem)
