"""What is set once on a machine: where the card's software is, who stamps the time, and who may sign here."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from addin import settings
from addin.story import dossier
from signer.seal import BELGIAN_AUTHORITIES
from tests.dossier.conftest import NOW, Office
from tests.tables import rows
from validators.findings import InputError

OFFICERS = """
[[officers]]
role = "secretary"
niss = "70.01.01-002.87"
from = 2024-12-02

[[officers]]
role = "president_delegate"
niss = "90090999806"
to = 2090-12-31
"""


def write(home: Path, text: str) -> settings.Settings:
    """Write the settings and load them."""
    home.mkdir(exist_ok=True)
    (home / settings.NAME).write_text(text, encoding="utf-8")
    return settings.load()


def test_without_a_file_nothing_is_set(home: Path) -> None:
    """The Belgian services stamp the time, and whoever the workbook names may sign."""
    assert not home.exists()
    found = settings.load()
    assert (found.module, found.tsa) == (None, BELGIAN_AUTHORITIES)
    assert found.knows("secretary", "anybody", NOW.date())


def test_what_is_set_is_used(home: Path) -> None:
    """Module and services are taken from the file."""
    found = write(home, 'module = "/opt/beid.so"\ntsa = ["http://time.example/"]')
    assert (found.module, found.tsa) == (Path("/opt/beid.so"), ("http://time.example/",))


def test_no_service_at_all_is_refused(home: Path) -> None:
    """Without a single address nothing could ever be sealed; the sentence names the key."""
    with pytest.raises(InputError) as caught:
        write(home, "tsa = []")
    assert (caught.value.code, caught.value.params["key"]) == ("RU-X22", "tsa")


KNOWN = """
| role      | niss        | day        | known |
| --------- | ----------- | ---------- | ----- |
| secretary | 70010100287 | 2026-01-01 | yes   |
| secretary | 70010100287 | 2024-12-01 | no    |
| secretary | 90090999806 | 2026-01-01 | no    |
| president | 90090999806 | 2026-01-01 | yes   |
| president | 90090999806 | 2091-01-01 | no    |
| president | 65061500183 | 2026-01-01 | no    |
"""


@pytest.mark.parametrize("row", rows(KNOWN), ids=" ".join)
def test_officers_are_known_in_their_role_and_time(home: Path, row: tuple[str, ...]) -> None:
    """A delegate signs for the one who delegates; outside the dates nobody does."""
    known = write(home, OFFICERS).knows(row[0], row[1], dt.date.fromisoformat(row[2]))
    assert known == (row[3] == "yes")


def test_a_workbook_cannot_name_an_officer_of_its_own(home: Path, office: Office, unsigned: bytes) -> None:
    """The workbook names a president whom this machine does not know: not signed here, and not believed here."""
    knows = write(home, OFFICERS).knows
    card = office.card("president")
    with pytest.raises(InputError) as caught:
        dossier.sign(unsigned, "president", lambda _: card, store=office.store, at=NOW, knows=knows)
    assert caught.value.code == "RU-P07"
    elsewhere = office.sign(unsigned, "president", "president")
    assert dossier.verify(elsewhere, office.store).valid
    here = dossier.verify(elsewhere, office.store, knows=knows)
    assert [cause.code for found in here.by_signature.values() for cause in found] == ["RU-P07"]


BAD = """
| settings                                        | key           |
| ----------------------------------------------- | ------------- |
| module = 5                                      | module        |
| modul = "x"                                     | modul         |
| module = "x                                     | TOML          |
| officers = [{role = "secretary"}]               | officers      |
| officers = [{role = "x", niss = "12345678901"}] | officers.niss |
| officers = [{role = "x", niss = 70010100287}]   | officers.niss |
| officers = [{role = "x", niss = "70010100287", since = 1}] | officers.since |
"""


@pytest.mark.parametrize("row", rows(BAD), ids=lambda row: row[0])
def test_settings_that_cannot_be_used_are_refused(home: Path, row: tuple[str, ...]) -> None:
    """The key is named, never the number."""
    with pytest.raises(InputError) as caught:
        write(home, row[0])
    assert (caught.value.code, caught.value.params["key"]) == ("RU-X22", row[1])
