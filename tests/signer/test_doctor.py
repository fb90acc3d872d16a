"""The doctor: says what a machine lacks for signing, whatever it lacks, and shows nobody's number."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from addin.doctor import Check, State, examine, to_json
from signer.trust import TrustStore
from tests.signer.authority import Authority, Mood
from tests.signer.conftest import PRESIDENT, SECRETARY, Readers
from tests.tables import rows
from workbook_templates.measure import LANGUAGES

NOBODY = "http://127.0.0.1:9/"


def by_id(checks: list[Check]) -> dict[str, Check]:
    """Return the last check of each kind."""
    return {check.id: check for check in checks}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_machine_with_cards_is_ready(readers: Readers, store: TrustStore, authority: Authority, lang: str) -> None:
    """Both cards are told with the days left, by masked numbers; services and clock are told by their answers."""
    checks = examine(lang, readers.module, store, [authority.tsa])
    assert to_json(checks)["ready"], checks
    assert sum(check.id == "card" for check in checks) == 2
    told = json.dumps(to_json(checks), ensure_ascii=False)
    assert "70.01.01-***.**" in told
    assert SECRETARY not in told
    assert PRESIDENT not in told


STATES = """
| readers | id         | code     |
| ------- | ---------- | -------- |
| none    | readers    | SIG-E102 |
| empty   | card       | SIG-E103 |
"""


@pytest.mark.parametrize("row", rows(STATES), ids=lambda row: row[0])
def test_what_is_missing_is_told_with_what_to_do(
    readers: Readers, store: TrustStore, monkeypatch: pytest.MonkeyPatch, row: tuple[str, ...]
) -> None:
    """No reader, or no card: the reason, and the remedy."""
    monkeypatch.setenv("BEID_SHIM_READERS", row[0])
    found = by_id(examine("fr", readers.module, store, []))[row[1]]
    assert found.state is State.BAD
    assert found.found.startswith(row[2])
    assert found.remedy


def test_no_middleware_and_no_network_are_told(tmp_path: Path) -> None:
    """Without either the examination ends all the same: the middleware is needed, the network can wait."""
    checks = by_id(examine("nl", tmp_path / "none.so", TrustStore(), [NOBODY]))
    assert checks["middleware"].found.startswith("SIG-E101")
    assert (checks["service"].state, checks["clock"].state) == (State.NOTE, State.NOTE)
    assert "card" not in checks


def test_an_unknown_card_is_told(readers: Readers) -> None:
    """A card whose root is not pinned would be refused: the doctor says so before."""
    found = by_id(examine("de", readers.module, TrustStore(), []))["card"]
    assert (found.state, found.found[:8]) == (State.BAD, "SIG-E412")


def test_a_wrong_clock_is_told(
    tmp_path: Path, authority: Authority, mood: Mood, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten minutes off, nothing can be sealed."""
    del mood
    real = examine.__globals__["services"].clock
    monkeypatch.setattr("signer.services.clock", lambda *asked: real(*asked) + timedelta(minutes=10))
    found = by_id(examine("en", tmp_path / "none.so", TrustStore(), [authority.tsa]))["clock"]
    assert found.state is State.BAD
    assert found.found in {"599 s off", "600 s off", "601 s off"}
