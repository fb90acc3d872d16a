"""Two officers: who may sign in which role, in which order, and what the second one's tool looks at first."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from addin.story import dossier
from signer import container
from signer import sign as signing
from signer.errors import SignerError
from tests.dossier.conftest import NOW, Office, packaged
from tests.tables import rows
from tests.validators.drafts import valid
from validators.findings import InputError
from workbook_templates import packs

REFUSALS = """
| signed before        | now                   | code     |
| -------------------- | --------------------- | -------- |
|                      | secretary stranger    | RU-P05   |
|                      | secretary president   | RU-P05   |
|                      | president secretary   | RU-P05   |
|                      | mayor secretary       | RU-X18   |
| secretary secretary  | secretary secretary   | SIG-E301 |
| secretary secretary  | president secretary   | RU-P05   |
| secretary secretary  | president stranger    | RU-P05   |
| president delegate   | president president   | SIG-E301 |
"""


@pytest.mark.parametrize("row", rows(REFUSALS), ids=lambda row: f"{row[0]} - {row[1]}")
def test_who_may_not_sign_is_refused(office: Office, unsigned: bytes, row: tuple[str, ...]) -> None:
    """A stranger, another officer, a role twice or a person twice: refused with the reason, and nothing is signed."""
    earlier, (role, person), code = row[0].split(), row[1].split(), row[2]
    package = office.sign(unsigned, *earlier) if earlier else unsigned
    with pytest.raises((InputError, SignerError)) as caught:
        office.sign(package, role, person)
    assert caught.value.code == code


def test_nobody_signs_twice(office: Office) -> None:
    """One person listed in both roles signs in one of them only."""
    draft = valid(packs.load("pas", 2025), 3)
    secretary = next(row for row in draft.rows["centre"] if row["role"] == "secretary")
    draft.rows["centre"] = [secretary, secretary | {"role": "president"}]
    package = packaged(draft)
    package = office.sign(package, "secretary", "secretary")
    with pytest.raises(SignerError) as caught:
        office.sign(package, "president", "secretary")
    assert caught.value.code == "SIG-E302"


ACCEPTED = """
| first                | second                |
| -------------------- | --------------------- |
| secretary secretary  | president president   |
| secretary secretary  | president delegate    |
| president president  | secretary secretary   |
"""


@pytest.mark.parametrize("row", rows(ACCEPTED), ids=" - ".join)
def test_the_officers_and_their_delegates_may(office: Office, unsigned: bytes, row: tuple[str, ...]) -> None:
    """In either order, the president in person or by the delegate: complete, valid, and not yet sealed."""
    package = unsigned
    for one in row:
        package = office.sign(package, *one.split())
    outcome = dossier.verify(package, office.store)
    assert (outcome.valid, outcome.next_role, outcome.word) == (True, None, "unsealed")


def test_the_first_signature_keeps_its_bytes(office: Office, unsigned: bytes) -> None:
    """The second signature is added; every entry that was there is there unchanged."""
    once = office.sign(unsigned, "secretary", "secretary")
    twice = office.sign(once, "president", "president")
    assert container.read(twice).signatures[:1] == container.read(once).signatures
    assert container.read(twice).files == container.read(unsigned).files


@pytest.mark.parametrize("days", [-1, 366])
def test_a_delegation_has_its_days(office: Office, days: int) -> None:
    """Before its first and after its last day a delegate may not sign, and nobody is asked for a card."""
    draft = valid(packs.load("pas", 2025), 3)
    today = NOW.date()
    delegation = next(row for row in draft.rows["centre"] if row["role"] == "president_delegate")
    delegation["date_from"], delegation["date_to"] = today, today + dt.timedelta(days=365)
    others = [row for row in draft.rows["centre"] if row["role"] == "secretary"]
    draft.rows["centre"] = [*others, delegation]
    package = packaged(draft)
    with pytest.raises(InputError) as caught:
        office.sign(package, "president", "delegate", NOW + dt.timedelta(days=days))
    assert caught.value.code == "RU-P03"
    signed = office.sign(package, "president", "delegate")
    assert dossier.verify(signed, office.store).valid


def rewritten(package: bytes, change: dict[str, object]) -> bytes:
    """Return an unsigned package whose report says something else than its workbook."""
    files = dict(container.read(package).files)
    report = json.loads(files[dossier.REPORT].content) | change
    content = json.dumps(report, ensure_ascii=False, indent=2).encode()
    return container.build({**files, dossier.REPORT: (content, files[dossier.REPORT].mimetype)})


@pytest.mark.parametrize("change", [{"totals": []}, {"year": 2024}, {"accepted": []}, {"rows": {}}], ids=str)
def test_what_the_workbook_does_not_say_is_not_signed(
    office: Office, unsigned: bytes, change: dict[str, object]
) -> None:
    """The report is computed again from the workbook inside the package before anybody signs it."""
    if change == {"accepted": []}:
        change = {"accepted": [{"code": "PAS-W201", "reason": "Jamais demandé à personne.", "count": 1}]}
    with pytest.raises((InputError, SignerError)) as caught:
        office.sign(rewritten(unsigned, change), "secretary", "secretary")
    assert caught.value.code in {"RU-P01", "RU-P02"}


def test_a_summary_of_another_workbook_is_not_signed(office: Office, unsigned: bytes) -> None:
    """The page that the signers read is drawn again too: another page is refused."""
    files = dict(container.read(unsigned).files)
    forged = files[dossier.SUMMARY].content.replace(b"PDF-1.7", b"PDF-1.6")
    package = container.build({**files, dossier.SUMMARY: (forged, "application/pdf")})
    with pytest.raises((InputError, SignerError)) as caught:
        office.sign(package, "secretary", "secretary")
    assert caught.value.code == "RU-P02"


def test_a_signature_by_a_stranger_counts_for_nobody(office: Office, unsigned: bytes) -> None:
    """Signed without this tool's precautions, another citizen's signature is genuine, and still not an officer's."""
    package = signing.sign(unsigned, office.card("stranger"), role="president")
    outcome = dossier.verify(package, office.store)
    assert outcome.verdict.valid
    assert [cause.code for found in outcome.by_signature.values() for cause in found] == ["RU-P05"]
    assert outcome.word == "invalid"
    assert dossier.status_json(outcome, "fr", NOW.date(), "pas.asice")["next"] == []


def test_a_report_of_another_version_is_verified_but_not_signed(office: Office, unsigned: bytes) -> None:
    """Years later its figures may be computed otherwise: the signatures still count, new ones are refused."""
    older = rewritten(unsigned, {"engine_version": "0.0.1", "totals": []})
    with pytest.raises(InputError) as caught:
        office.sign(older, "secretary", "secretary")
    assert caught.value.code == "RU-P06"
    signed = signing.sign(older, office.card("secretary"), role="secretary")
    assert dossier.verify(signed, office.store).valid
    forged = rewritten(unsigned, {"engine_version": "0.0.1", "officers": []})
    assert not dossier.verify(signing.sign(forged, office.card("secretary"), role="secretary"), office.store).valid
