"""Sealing: time stamps and proofs of non-revocation, from services that may be down, wrong or false."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from signer import container, xades
from signer import seal as sealing
from signer.errors import SignerError
from signer.seal import seal
from signer.services import Http
from signer.sign import sign
from signer.trust import TrustStore
from signer.verify import verify
from tests.signer.kit import markdown

if TYPE_CHECKING:
    from tests.signer.authority import Authority, Mood


def levels(package: bytes, store: TrustStore) -> list[str]:
    """Return the levels of a valid package's signatures."""
    verdict = verify(package, store)
    assert verdict.valid, verdict
    return [one.level for one in verdict.signatures]


def test_both_signatures_reach_level_lt(sealed: bytes, pki_store: TrustStore) -> None:
    """A sealed package is valid, and says so for both key types."""
    assert levels(sealed, pki_store) == ["LT", "LT"]


def test_sealing_changes_nothing_but_the_signatures(sealable: bytes, sealed: bytes) -> None:
    """Documents keep their bytes, signatures their values."""
    before, after = container.read(sealable), container.read(sealed)
    assert after.files == before.files
    for number, (old, new) in enumerate(zip(before.signatures, after.signatures, strict=True)):
        name = container.signature_name(number)
        assert xades.parse(new, name).value == xades.parse(old, name).value


def test_a_sealed_package_is_not_sealed_again(
    sealed: bytes, authority: Authority, pki_store: TrustStore, mood: Mood
) -> None:
    """Sealing what is sealed asks nobody and changes nothing."""
    again = seal(sealed, pki_store, authorities=[authority.tsa])
    assert (again.package, again.complete, mood.asked) == (sealed, True, [])


def test_verifying_asks_nobody(sealed: bytes, pki_store: TrustStore, mood: Mood) -> None:
    """All that a verdict needs is in the package."""
    assert verify(sealed, pki_store).valid
    assert mood.asked == []


def test_a_sealed_package_outlives_its_certificates(sealable: bytes, sealed: bytes, pki_store: TrustStore) -> None:
    """Years after the cards have expired, the sealed package is valid, and the other one is not."""
    later = datetime(2045, 1, 1, tzinfo=UTC)
    assert verify(sealed, pki_store, now=later).valid
    refused = verify(sealable, pki_store, now=later)
    assert [[reason.code for reason in one.reasons] for one in refused.signatures] == [["SIG-E414"]] * 2


def test_nothing_outlives_the_time_stamp_s_own_certificate(sealed: bytes, pki_store: TrustStore) -> None:
    """Once the authority's certificate has expired, nothing proves its time stamp any more."""
    verdict = verify(sealed, pki_store, now=datetime(2055, 1, 1, tzinfo=UTC))
    assert {reason.code for one in verdict.signatures for reason in one.reasons} == {"SIG-E414"}


def test_the_second_officer_may_sign_after_the_first_was_sealed(
    unsigned: bytes, authority: Authority, pki_store: TrustStore
) -> None:
    """Sealing in between does not stand in the second officer's way."""
    first = sign(unsigned, authority.token("secretary", "citizen-1"), role="secretary")
    first = seal(first, pki_store, authorities=[authority.tsa]).package
    both = sign(first, authority.token("president", "citizen-2"), role="president")
    assert levels(both, pki_store) == ["LT", "B"]
    assert levels(seal(both, pki_store, authorities=[authority.tsa]).package, pki_store) == ["LT", "LT"]


TROUBLES = markdown("""
| trouble               | setting                          | code     | level |
| --------------------- | -------------------------------- | -------- | ----- |
| time stamps down      | down tsa                         | SIG-E502 | B     |
| time stamps nonsense  | garbage tsa                      | SIG-E503 | B     |
| OCSP and lists down   | down ocsp crls                   | SIG-E502 | T     |
| OCSP and lists garble | garbage ocsp crls                | SIG-E503 | T     |
| not a time stamper    | instead tsa=tsa-false            | SIG-E432 | B     |
| false responder       | instead citizen-1=citizen-1-by-false citizen-2=citizen-1-by-false | SIG-E444 | T |
""")


@pytest.mark.parametrize("row", TROUBLES, ids=lambda row: row["trouble"])
def test_a_service_in_trouble_leaves_the_package_unsealed(
    sealable: bytes, authority: Authority, pki_store: TrustStore, mood: Mood, row: dict[str, str]
) -> None:
    """What could be had is kept, the reason is told, and sealing later completes it."""
    kind, *names = row["setting"].split()
    if kind == "instead":
        mood.instead = dict(name.split("=") for name in names)
        mood.down = {"crls"} if "citizen-1" in mood.instead else set()
    else:
        setattr(mood, kind, set(names))
    partly = seal(sealable, pki_store, authorities=[authority.tsa])
    assert not partly.complete
    assert row["code"] in {reason.code for reason in partly.reasons}
    assert levels(partly.package, pki_store) == [row["level"]] * 2
    mood.down, mood.garbage, mood.instead = set(), set(), {}
    assert seal(partly.package, pki_store, authorities=[authority.tsa]).complete


def test_without_ocsp_the_list_will_do(
    sealable: bytes, authority: Authority, pki_store: TrustStore, mood: Mood
) -> None:
    """A list from after the signature proves as much as an OCSP answer; yesterday's does not."""
    mood.down = {"ocsp"}
    done = seal(sealable, pki_store, authorities=[authority.tsa])
    assert levels(done.package, pki_store) == ["LT", "T"]


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_wrong_clock_is_told(
    sealable: bytes, authority: Authority, pki_store: TrustStore, mood: Mood, minutes: int
) -> None:
    """Ten minutes between this computer and the service: nothing is sealed on either's word."""
    mood.shift = timedelta(minutes=minutes)
    done = seal(sealable, pki_store, authorities=[authority.tsa])
    assert (done.package, done.complete) == (sealable, False)
    assert [reason.code for reason in done.reasons] == ["SIG-E504"] * len(done.reasons)


def test_a_revoked_card_is_never_sealed(unsigned: bytes, authority: Authority, pki_store: TrustStore) -> None:
    """The time of revocation is told; the package stays below LT."""
    package = sign(unsigned, authority.token("revoked", "citizen-1"), role="president")
    done = seal(package, pki_store, authorities=[authority.tsa])
    assert not done.complete
    assert [(one.code, one.params["time"]) for one in done.reasons] == [("SIG-E440", "2025-06-01 00:00 UTC")]


def test_a_demo_signature_cannot_be_sealed(signed: bytes, store: TrustStore, authority: Authority) -> None:
    """The demo's certificates name no service, and its root knows no time-stamping authority."""
    done = seal(signed, store, authorities=[authority.tsa])
    assert (done.package, done.complete) == (signed, False)
    assert {reason.code for reason in done.reasons} == {"SIG-E412"}


def test_what_is_not_valid_is_not_sealed(sealable: bytes, store: TrustStore, unsigned: bytes) -> None:
    """A package that is not signed, or by nobody we trust, is refused with the reason."""
    for package, code in ((unsigned, "SIG-E401"), (sealable, "SIG-E412"), (b"", "SIG-E201")):
        with pytest.raises(SignerError) as caught:
            seal(package, store)
        assert caught.value.code == code


def test_the_next_authority_is_asked(sealable: bytes, authority: Authority, pki_store: TrustStore) -> None:
    """When the first time-stamping service cannot be reached, the second is."""
    done = seal(sealable, pki_store, authorities=["http://127.0.0.1:9/", authority.tsa])
    assert done.complete


def test_a_missing_issuer_is_fetched(sealable: bytes, authority: Authority, pki_store: TrustStore, mood: Mood) -> None:
    """An issuer that nobody sent along is fetched, and kept in the package."""
    done = seal(sealable, pki_store, authorities=[f"{authority.url}/test/tsa/tsa-under-services"])
    assert done.complete, done.reasons
    assert "certs/services" in mood.asked
    first = xades.parse(container.read(done.package).signatures[0], "x")
    assert [one.common_name for one in first.extra_certificates] == ["TEST Services CA"]


def test_the_belgian_services_are_the_default() -> None:
    """Without a setting the federal time-stamping services are asked, the newer one first."""
    assert sealing.BELGIAN_AUTHORITIES[0].startswith("http://tss.eidpki.belgium.be")


def test_http_tries_twice(authority: Authority, mood: Mood) -> None:
    """One dropped connection is forgiven, two are not."""
    mood.hang_up = 1
    assert Http().ask(f"{authority.url}/test/crls/root")
    mood.hang_up = 2
    with pytest.raises(SignerError) as caught:
        Http().ask(f"{authority.url}/test/crls/root")
    assert (caught.value.code, caught.value.params) == ("SIG-E501", {"host": "127.0.0.1"})


def test_http_goes_through_the_proxy(authority: Authority, mood: Mood, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's proxy is used, as municipal networks demand."""
    monkeypatch.setenv("http_proxy", authority.url)
    assert Http().ask("http://services.example.invalid/test/crls/root")
    assert mood.asked == ["crls/root"]


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://127.0.0.1/x", "gopher://x", "nonsense"])
def test_http_speaks_http_only(url: str) -> None:
    """An address in a certificate cannot make this program read files."""
    with pytest.raises(SignerError) as caught:
        Http().ask(url)
    assert caught.value.code == "SIG-E501"
