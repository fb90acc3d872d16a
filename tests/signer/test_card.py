"""The card through PKCS#11, as the Belgian middleware shows it: two readers, one label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from signer import card, eid
from signer.eid import EidToken, list_cards
from signer.errors import SignerError
from signer.sign import sign
from signer.trust import TrustStore
from signer.verify import verify
from tests.signer.kit import DELEGATE, PRESIDENT, SECRETARY, markdown

if TYPE_CHECKING:
    from pathlib import Path

    from tests.signer.conftest import Readers

OUTCOMES = markdown("""
| what happens at the PIN window | scripted    | code     | outcome        |
| ------------------------------ | ----------- | -------- | -------------- |
| the person cancels             | cancelled   | SIG-E105 |                |
| the PIN pad's cancel key       | rejected    | SIG-E105 |                |
| wrong PIN                      | wrong_pin   | SIG-E106 |                |
| third wrong PIN                | blocked     | SIG-E107 |                |
| card pulled out                | removed     | SIG-E108 |                |
| card gone before the call      | absent      | SIG-E108 |                |
| session lost with the card     | session     | SIG-E108 |                |
| session closed by the reader   | closed      | SIG-E108 |                |
| three digits typed             | short_pin   | SIG-E110 |                |
| letters typed                  | invalid_pin | SIG-E110 |                |
| OpenSC instead of the module   | unsupported | SIG-E113 |                |
| middleware fails               | failed      | SIG-E109 | FunctionFailed |
| middleware fails otherwise     | general     | SIG-E109 | GeneralError   |
| reader fails                   | device      | SIG-E109 | DeviceError    |
| another card answers           | swapped     | SIG-E306 |                |
""")
"""Every outcome that the shim knows how to play."""


@pytest.mark.parametrize(("niss", "role"), [(SECRETARY, "secretary"), (PRESIDENT, "president")])
def test_each_card_signs_with_its_own_key(
    readers: Readers, store: TrustStore, unsigned: bytes, niss: str, role: str
) -> None:
    """Both cards bear the same label: the national number alone picks the reader."""
    asked: list[str] = []
    token = EidToken([niss], module=readers.module, store=store, on_pin=lambda notice: asked.append(notice.code))
    verdict = verify(sign(unsigned, token, role=role), store)
    assert verdict.valid
    assert [one.niss for one in verdict.signatures] == [niss]
    assert asked == ["SIG-N114"]


def test_two_cards_sign_one_package(readers: Readers, store: TrustStore, unsigned: bytes) -> None:
    """RSA and P-384 cards sign the same package, one after the other."""
    package = unsigned
    for niss, role in ((SECRETARY, "secretary"), (PRESIDENT, "president")):
        package = sign(package, EidToken([niss], module=readers.module, store=store), role=role)
    verdict = verify(package, store)
    assert verdict.valid
    assert [one.role for one in verdict.signatures] == ["secretary", "president"]


def test_cards_are_listed_without_a_pin(readers: Readers) -> None:
    """Listing the cards reads names and national numbers, and masks the latter when printed."""
    cards = list_cards(readers.module)
    assert {one.signer.niss for one in cards} == {SECRETARY, PRESIDENT}
    assert not any(niss in repr(cards) for niss in (SECRETARY, PRESIDENT))


@pytest.mark.parametrize("row", OUTCOMES, ids=lambda row: row["scripted"])
def test_every_outcome_has_its_own_code(
    readers: Readers, store: TrustStore, unsigned: bytes, monkeypatch: pytest.MonkeyPatch, row: dict[str, str]
) -> None:
    """What the PIN window says reaches the person as it is, and only a wrong PIN is called one."""
    token = EidToken([SECRETARY], module=readers.module, store=store)
    monkeypatch.setenv("BEID_SHIM_OUTCOME", row["scripted"])
    with pytest.raises(SignerError) as caught:
        sign(unsigned, token, role="secretary")
    assert caught.value.code == row["code"]
    assert caught.value.params.get("outcome", "") == row["outcome"]


def test_a_card_works_again_after_every_failure(
    readers: Readers, store: TrustStore, unsigned: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure leaves no session behind: the same token signs at the next try."""
    token = EidToken([PRESIDENT], module=readers.module, store=store)
    for row in OUTCOMES:
        monkeypatch.setenv("BEID_SHIM_OUTCOME", row["scripted"])
        with pytest.raises(SignerError):
            sign(unsigned, token, role="president")
    monkeypatch.setenv("BEID_SHIM_OUTCOME", "ok")
    assert verify(sign(unsigned, token, role="president"), store).valid


def test_the_mapped_outcomes_are_all_played() -> None:
    """The table above plays every outcome that the code tells apart."""
    played = {row["code"] for row in OUTCOMES}
    assert set(card.OUTCOMES.values()) <= played


@pytest.mark.parametrize(("state", "code"), [("none", "SIG-E102"), ("empty", "SIG-E103")])
def test_missing_reader_and_missing_card_differ(
    readers: Readers, monkeypatch: pytest.MonkeyPatch, state: str, code: str
) -> None:
    """No reader and an empty reader ask for different things from the person."""
    monkeypatch.setenv("BEID_SHIM_READERS", state)
    with pytest.raises(SignerError) as caught:
        list_cards(readers.module)
    assert caught.value.code == code


def test_a_card_taken_out_after_reading_is_told(
    readers: Readers, store: TrustStore, unsigned: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificates were read, then the reader went away: no PIN is asked."""
    token = EidToken([SECRETARY], module=readers.module, store=store)
    monkeypatch.setenv("BEID_SHIM_READERS", "none")
    with pytest.raises(SignerError) as caught:
        sign(unsigned, token, role="secretary")
    assert caught.value.code == "SIG-E108"


def test_the_officer_s_card_is_not_there(readers: Readers, store: TrustStore) -> None:
    """Somebody else's cards are named by masked numbers, and not used."""
    with pytest.raises(SignerError) as caught:
        EidToken([DELEGATE], module=readers.module, store=store)
    assert caught.value.code == "SIG-E104"
    assert not {SECRETARY, PRESIDENT, DELEGATE} & set(str(caught.value).replace("'", " ").split())


def test_two_cards_and_nobody_named(readers: Readers, store: TrustStore) -> None:
    """With two cards in, the program does not guess."""
    with pytest.raises(SignerError) as caught:
        EidToken(module=readers.module, store=store)
    assert caught.value.code == "SIG-E112"


def test_an_untrusted_card_is_refused_before_the_pin(readers: Readers) -> None:
    """A card whose root is not pinned is refused when it is read, so that no PIN is spent on it."""
    with pytest.raises(SignerError) as caught:
        EidToken([SECRETARY], module=readers.module, store=TrustStore())
    assert caught.value.code == "SIG-E412"


def test_no_middleware(tmp_path: Path) -> None:
    """A missing module is told with the path that was looked at."""
    with pytest.raises(SignerError) as caught:
        list_cards(tmp_path / "missing.so")
    assert (caught.value.code, caught.value.params["path"]) == ("SIG-E101", str(tmp_path / "missing.so"))


def test_a_module_that_does_not_load(tmp_path: Path) -> None:
    """A file that is no module is not mistaken for a failing card."""
    module = tmp_path / "text.so"
    module.write_text("not a library", encoding="ascii")
    with pytest.raises(SignerError) as caught:
        list_cards(module)
    assert caught.value.code == "SIG-E101"


def test_the_standard_places_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a setting the installer's places of this system are looked at, and all are told."""
    monkeypatch.setattr(eid.sys, "platform", "darwin")
    with pytest.raises(SignerError) as caught:
        eid.module_path()
    assert "libbeidpkcs11.dylib" in caught.value.params["path"]


@pytest.mark.parametrize(("level", "warned"), [("debug", True), ("info", False), ("error", False), (None, False)])
def test_a_talkative_middleware_is_warned_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: str | None, *, warned: bool
) -> None:
    """The middleware's debug log holds the PIN: the person is told before typing it."""
    monkeypatch.setattr(eid.sys, "platform", "linux")
    settings = tmp_path / ".config" / "beid.conf"
    if level:
        settings.parent.mkdir()
        settings.write_text(f"[logging]\nlog_level={level}\n", encoding="utf-8")
    expected = [("SIG-W115", str(settings))] if warned else []
    found = eid.middleware_warnings(tmp_path)
    assert [(reason.code, reason.params["path"]) for reason in found] == expected
