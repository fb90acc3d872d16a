"""Every tampered package is refused, for the right reason, and with the file's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from signer.texts import LANGUAGES, explain
from signer.verify import Verdict, verify
from tests.signer.forge import FORGERIES, Workshop
from tests.signer.kit import markdown

if TYPE_CHECKING:
    from signer.demo import DemoToken
    from signer.errors import Reason
    from signer.trust import TrustStore

ATTACKS = markdown(r"""
| attack                              | code     | names                    |
| ----------------------------------- | -------- | ------------------------ |
| bytes after the end                 | SIG-E202 |                          |
| archive comment                     | SIG-E202 |                          |
| cut short                           | SIG-E202 |                          |
| cut inside the last file            | SIG-E202 |                          |
| empty file                          | SIG-E201 |                          |
| a text file                         | SIG-E201 |                          |
| program before the start            | SIG-E203 |                          |
| hidden bytes, offsets adjusted      | SIG-E203 |                          |
| file twice                          | SIG-E206 | report.json              |
| file twice by case                  | SIG-E206 | Report.JSON              |
| file twice by look-alike            | SIG-E206 |                          |
| signature twice                     | SIG-E206 | META-INF/signatures0.xml |
| path out of the folder              | SIG-E205 | ../evil.exe              |
| absolute path                       | SIG-E205 | /etc/cron.d/evil         |
| back-slash path                     | SIG-E205 | ..\evil.exe              |
| drive letter                        | SIG-E205 | C:evil.exe               |
| control character in a name         | SIG-E205 | a�.txt                   |
| reversed text in a name             | SIG-E205 | a�xslx.exe               |
| subfolder                           | SIG-E205 | folder/x.txt             |
| symbolic link                       | SIG-E207 | report.json              |
| comment on an entry                 | SIG-E207 | report.json              |
| compressed by another program       | SIG-E207 | mimetype                 |
| saved by another program            | SIG-E207 | mimetype                 |
| compression bomb                    | SIG-E207 | zeros.bin                |
| encrypted entry                     | SIG-E207 | report.json              |
| names disagree                      | SIG-E208 | Report.json              |
| sizes disagree                      | SIG-E208 | report.json              |
| methods disagree                    | SIG-E208 | report.json              |
| overlapping entries                 | SIG-E203 |                          |
| too many entries                    | SIG-E210 |                          |
| entries in another order            | SIG-E424 | META-INF/signatures1.xml |
| manifest last                       | SIG-E204 |                          |
| documents reordered                 | SIG-E212 |                          |
| flipped bit in a document           | SIG-E209 | report.json              |
| no mimetype                         | SIG-E211 |                          |
| another mimetype                    | SIG-E211 |                          |
| mimetype not first                  | SIG-E211 |                          |
| no manifest                         | SIG-E212 |                          |
| manifest with an entity             | SIG-E212 |                          |
| manifest with a space               | SIG-E212 |                          |
| media type changed                  | SIG-E421 | report.json              |
| extra file                          | SIG-E215 | extra.txt                |
| extra file, listed                  | SIG-E405 | extra.txt                |
| file taken out                      | SIG-E214 | summary.pdf              |
| file taken out, unlisted            | SIG-E406 | summary.pdf              |
| extra in META-INF                   | SIG-E213 | META-INF/evil.xml        |
| extra in meta-inf                   | SIG-E213 | meta-inf/signatures7.xml |
| first signature taken out           | SIG-E424 | META-INF/signatures1.xml |
| too many signatures                 | SIG-E311 |                          |
| edited report                       | SIG-E404 | report.json              |
| edited workbook                     | SIG-E404 | Rapport été 2025.xlsx    |
| two documents exchanged             | SIG-E404 | report.json              |
| two signatures exchanged            | SIG-E424 | META-INF/signatures0.xml |
| signature over another report       | SIG-E404 | report.json              |
| one document left out by the signer | SIG-E405 | summary.pdf              |
| DOCTYPE                             | SIG-E403 | META-INF/signatures0.xml |
| external entity                     | SIG-E403 | META-INF/signatures0.xml |
| entity bomb                         | SIG-E403 | META-INF/signatures0.xml |
| comment in the role                 | SIG-E403 | META-INF/signatures0.xml |
| CDATA in the role                   | SIG-E403 | META-INF/signatures0.xml |
| processing instruction              | SIG-E403 | META-INF/signatures0.xml |
| another encoding                    | SIG-E402 | META-INF/signatures0.xml |
| byte order mark                     | SIG-E402 | META-INF/signatures0.xml |
| not XML                             | SIG-E402 | META-INF/signatures0.xml |
| other XML                           | SIG-E402 | META-INF/signatures0.xml |
| blank between elements              | SIG-E402 | META-INF/signatures0.xml |
| other quotes                        | SIG-E402 | META-INF/signatures0.xml |
| namespace without canonical form    | SIG-E402 | META-INF/signatures0.xml |
| two thousand certificates           | SIG-E402 | META-INF/signatures0.xml |
| foreign attribute                   | SIG-E402 | META-INF/signatures0.xml |
| base64 padding bits                 | SIG-E402 | META-INF/signatures0.xml |
| another target                      | SIG-E402 | META-INF/signatures0.xml |
| wrapping: forged properties first   | SIG-E402 | META-INF/signatures0.xml |
| wrapping: second Object             | SIG-E402 | META-INF/signatures0.xml |
| second Signature in one file        | SIG-E402 | META-INF/signatures0.xml |
| empty unsigned properties           | SIG-E402 | META-INF/signatures0.xml |
| role edited                         | SIG-E407 | META-INF/signatures0.xml |
| place edited                        | SIG-E407 | META-INF/signatures0.xml |
| time edited                         | SIG-E407 | META-INF/signatures0.xml |
| commitment edited                   | SIG-E407 | META-INF/signatures0.xml |
| role edited, digest recomputed      | SIG-E408 | META-INF/signatures0.xml |
| value of the other signature        | SIG-E408 | META-INF/signatures0.xml |
| value in DER                        | SIG-E408 | META-INF/signatures1.xml |
| another officer's certificate       | SIG-E410 | META-INF/signatures0.xml |
| certificates reversed               | SIG-E410 | META-INF/signatures0.xml |
| root left out                       | SIG-E412 |                          |
| authority left out                  | SIG-E411 |                          |
| no certificate                      | SIG-E402 | META-INF/signatures0.xml |
| certificate added                   | SIG-E411 |                          |
| garbage certificate                 | SIG-E411 |                          |
| digest downgraded to SHA-1          | SIG-E409 |                          |
| signature downgraded to SHA-1       | SIG-E409 |                          |
| signature by a shared secret        | SIG-E409 |                          |
| another canonical form              | SIG-E409 |                          |
| method of the other key type        | SIG-E402 | META-INF/signatures0.xml |
| XPath transform                     | SIG-E409 |                          |
| XSLT transform                      | SIG-E409 |                          |
| harmless transform                  | SIG-E402 | META-INF/signatures0.xml |
| document referenced twice           | SIG-E402 | META-INF/signatures0.xml |
| file of this computer referenced    | SIG-E402 | META-INF/signatures0.xml |
| one role, two people                | SIG-E418 |                          |
| one role by another case            | SIG-E418 |                          |
| one person, two roles               | SIG-E419 |                          |
| signed tomorrow                     | SIG-E420 |                          |
| signed before the certificate       | SIG-E413 |                          |
| role with hidden text               | SIG-E402 | META-INF/signatures0.xml |
| number of another entry             | SIG-E424 | META-INF/signatures0.xml |
""")
"""What a forger does, the reason that must be among ours, and the file it must name."""


@pytest.fixture(scope="session")
def shop(signed: bytes, unsigned: bytes, secretary: DemoToken, president: DemoToken) -> Workshop:
    """Return the forger's workshop."""
    return Workshop(signed, unsigned, secretary, president)


def reasons(verdict: Verdict) -> list[Reason]:
    """Return every reason of a verdict."""
    return [*verdict.problems, *(reason for one in verdict.signatures for reason in one.reasons)]


def test_every_forgery_is_in_the_table() -> None:
    """The table and the workshop know the same attacks."""
    assert sorted(row["attack"] for row in ATTACKS) == sorted(FORGERIES)


@pytest.mark.parametrize("row", ATTACKS, ids=lambda row: row["attack"])
def test_a_forgery_is_refused_for_its_reason(shop: Workshop, store: TrustStore, row: dict[str, str]) -> None:
    """A tampered package is not valid; the reason fits, names the file, and can be told in every language."""
    verdict = verify(FORGERIES[row["attack"]](shop), store)
    found = reasons(verdict)
    assert not verdict.valid
    assert row["code"] in {reason.code for reason in found}
    assert not row["names"] or row["names"] in {reason.params.get("file") for reason in found}
    assert all(explain(reason.code, reason.params, language) for reason in found for language in LANGUAGES)
