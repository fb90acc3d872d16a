"""The story of one report: check, package, sign, countersign, verify, status. Bytes in, bytes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from addin.files import RULES
from addin.story.enclosed import Enclosed, enclosed
from signer import certificate as certificates
from signer import container
from signer import sign as signing
from signer import verify as verifying
from signer.errors import Reason, SignerError
from validators import __version__, control
from validators import report as reports
from validators.check import CheckResult, Officer, check
from validators.findings import InputError, day
from validators.unseen import unseen
from workbook_templates import remarks
from workbook_templates.measure import Measure, Severity
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from signer.sign import Token
    from signer.trust import TrustStore
    from signer.verify import SignatureVerdict, Verdict

REPORT = "report.json"
SUMMARY = "summary.pdf"
_MIMETYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".toml": "application/toml",
}
SHORTEST_REASON = 10
_LASTING = ("measure", "year", "workbook", "centre", "officers", "imports")
"""What a report of another version must still have in common with the workbook; rules and figures may have changed."""
_UNSIGNED = "SIG-E401"


class PackageError(InputError):
    """A package that does not hold together; its text stands under ``[package]`` in this room's catalogues."""

    def text(self, lang: str) -> tuple[str, str]:
        """Return what is wrong and what to do."""
        entry = catalogue("addin", lang)["package"][self.code]
        return entry["message"].format(**self.params), entry["remedy"].format(**self.params)


Knows = Callable[[str, str, dt.date], bool]
"""Whether this machine's settings let a person (role, national number) sign on a day."""


def anybody(_role: str, _niss: str, _day: dt.date) -> bool:
    """Let everybody sign whom the workbook names: the answer of a machine without settings."""
    return True


Cause = SignerError | InputError
"""Why something does not count or is refused; every one has a code, parameters and a text."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a package says of itself, each part checked against the workbook inside it."""

    checked: CheckResult
    report: reports.Report
    workbook: str
    """Name of the workbook in the package."""

    @property
    def of_this_version(self) -> bool:
        """Whether this very program and pack made the report, so that all of it can be made again and compared."""
        ours = (self.checked.measure.version, __version__)
        return (self.report["pack_version"], self.report["engine_version"]) == ours


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a package is worth: the signer's verdict, and the officers and figures of the workbook inside."""

    verdict: Verdict
    contents: Contents | None
    """None where the package does not hold what it should."""
    causes: tuple[Cause, ...]
    """Why the package as a whole is not valid, besides its signatures."""
    by_signature: Mapping[str, tuple[Cause, ...]]
    """Signature entry to every reason why that signature does not count."""

    @property
    def valid(self) -> bool:
        """Whether there is at least one signature and nothing is wrong with any."""
        return bool(self.verdict.signatures) and not self.broken

    @property
    def broken(self) -> bool:
        """Whether something is wrong with the package or a signature, beside that signatures may still be missing."""
        return bool(self.causes) or any(self.by_signature.values())

    @property
    def word(self) -> str:
        """The verdict in one of three words: ``valid`` for good, ``unsealed`` while it ages, or ``invalid``."""
        if not self.valid:
            return "invalid"
        return "valid" if all(one.level == "LT" for one in self.verdict.signatures) else "unsealed"

    @property
    def signed_roles(self) -> tuple[str, ...]:
        """Roles with a signature that counts."""
        return tuple(one.role for one in self.verdict.signatures if not self.by_signature[one.entry])

    @property
    def next_role(self) -> str | None:
        """The role whose signature is still missing; None where the package is complete."""
        roles = self.contents.checked.measure.roles if self.contents else ()
        return next((role for role in roles if role not in self.signed_roles), None)


def accepted_warnings(checked: CheckResult, reasons: Mapping[str, str]) -> tuple[reports.Accepted, ...]:
    """Return the accepted warnings of a workbook that may be packaged; InputError where it may not.

    ``reasons`` maps rule codes to the centre's reasons.
    """
    if errors := checked.count(Severity.ERROR):
        raise InputError("RU-X15", errors=errors)
    codes = sorted({finding.code for finding in checked.findings})
    for code, reason in reasons.items():
        if code not in codes:
            raise InputError("RU-X17", code=code, known=", ".join(codes) or "–")
        if len(reason.strip()) < SHORTEST_REASON:
            raise InputError("RU-X21", length=SHORTEST_REASON)
    if missing := [code for code in codes if code not in reasons]:
        raise InputError("RU-X16", codes=", ".join(missing))
    counts = {code: sum(finding.code == code for finding in checked.findings) for code in codes}
    return tuple(reports.Accepted(code, reasons[code].strip(), counts[code]) for code in codes)


def package(  # noqa: PLR0913 - what goes into a package
    workbook: bytes,
    name: str,
    reasons: Mapping[str, str],
    *,
    lang: str | None,
    at: dt.datetime,
    local: bytes | None = None,
    official: Enclosed | None = None,
) -> bytes:
    """Return the unsigned package of a workbook: the workbook, the report and the signers' summary.

    ``name`` is the workbook's file name inside the package; ``reasons`` come on top of those typed on the control
    sheet; ``local`` are the centre's own rules, which go into the package too, as does the ``official`` workbook filled
    from this one, with its blank and its map. InputError where the workbook has errors, or warnings without a reason,
    or the verdict on the official workbook is not clean.
    """
    from validators import pdf  # noqa: PLC0415 - reportlab is not needed for anything else

    checked = check(workbook, lang, local=local)
    accepted = accepted_warnings(checked, {**control.accepted(checked, remarks.reasons(workbook)), **reasons})
    _want_all_visible(workbook, checked)
    told = official.evidence(checked) if official else None
    filled = reports.report(checked, accepted, created=at, workbook_name=name, official=told)
    files = {
        filled["workbook"]["name"]: workbook,
        REPORT: reports.to_bytes(filled),
        SUMMARY: pdf.summary(filled, checked.measure, checked.lang),
    }
    if local is not None:
        files[RULES] = local
    if official:
        files |= official.files()
    return container.build({name: (data, _MIMETYPES[name[name.rindex(".") :]]) for name, data in files.items()})


def _official(filled: reports.Report, files: Mapping[str, container.DataFile]) -> Enclosed | None:
    try:
        return enclosed(filled, {name: file.content for name, file in files.items()})
    except KeyError as error:
        raise PackageError("RU-P01", file=str(error.args[0])) from error


def _want_all_visible(workbook: bytes, checked: CheckResult) -> None:
    found = unseen(workbook, checked.measure, checked.layout, checked.totals)
    if found:
        raise found[0]


def contents(data: bytes) -> Contents:
    """Return what a package holds; SignerError where its report is not that of the workbook beside it."""
    from validators import page, pdf  # noqa: PLC0415 - reportlab is not needed for anything else

    files = container.read(data).files
    try:
        filled = reports.read(files[REPORT].content)
        name = filled["workbook"]["name"]
        workbook = files[name].content
    except (KeyError, InputError) as error:
        raise PackageError("RU-P01", file=REPORT) from error
    local = files[RULES].content if RULES in files else None
    official = _official(filled, files)
    wanted = {name, REPORT, SUMMARY, *(official.files() if official else ())}
    if set(files) - {RULES} != wanted:
        raise PackageError("RU-P01", file=", ".join(sorted(set(files) ^ wanted)))
    try:
        checked = check(workbook, filled["lang"], any_version=True, local=local)
    except InputError as error:
        raise PackageError("RU-P01", file=name) from error
    found = Contents(checked, filled, name)
    try:
        again = reports.report(
            checked,
            accepted_warnings(checked, {one["code"]: one["reason"] for one in filled["accepted"]}),
            created=dt.datetime.fromisoformat(filled["created"]),
            workbook_name=name,
            official=official.evidence(checked) if official else None,
        )
    except InputError as error:
        if found.of_this_version:
            raise PackageError("RU-P02", file=REPORT) from error
        again = filled
    if found.of_this_version:
        if again != filled:
            raise PackageError("RU-P02", file=REPORT)
        if not page.same_page(files[SUMMARY].content, pdf.summary(filled, checked.measure, filled["lang"])):
            raise PackageError("RU-P02", file=SUMMARY)
    elif any(filled[key] != again[key] for key in _LASTING):  # type: ignore[literal-required]
        raise PackageError("RU-P02", file=REPORT)
    return found


def summary_of(data: bytes) -> bytes:
    """Return the signers' one-page summary that a package holds."""
    return container.read(data).files[SUMMARY].content


def candidates(checked: CheckResult, role: str, day: dt.date) -> tuple[Officer, ...]:
    """Return the officers who may sign in a role on a day: the holder first, then delegates."""
    return tuple(
        officer
        for officer in sorted(checked.officers, key=lambda officer: officer.role != role)
        if officer.role in (role, f"{role}_delegate")
        and (officer.date_from is None or officer.date_from <= day)
        and (officer.date_to is None or day <= officer.date_to)
    )


def sign(
    data: bytes,
    role: str,
    find_token: Callable[[Sequence[Officer]], Token],
    *,
    store: TrustStore,
    at: dt.datetime,
    knows: Knows = anybody,
) -> bytes:
    """Return the package with one more signature, in ``role``.

    Everything is checked before anybody is asked for a PIN: earlier signatures, the report against the workbook, the
    role, the officers. ``find_token`` gets the officers who may sign, holder first. InputError or SignerError where
    the package cannot be signed so.
    """
    earlier = verify(data, store, at=at, knows=knows)
    if earlier.contents is None:
        raise earlier.causes[0]
    for found in earlier.by_signature.values():
        if found:
            raise found[0]
    measure = earlier.contents.checked.measure
    if role not in measure.roles:
        raise InputError("RU-X18", found=role, known=", ".join(measure.roles))
    if role in earlier.signed_roles:
        raise SignerError("SIG-E301", role=role)
    if not earlier.contents.of_this_version:
        made = earlier.contents.report
        raise PackageError("RU-P06", made=f"{made['engine_version']} / {made['pack_version']}")
    workbook = container.read(data).files[earlier.contents.workbook].content
    _want_all_visible(workbook, earlier.contents.checked)
    officers = candidates(earlier.contents.checked, role, at.date())
    named = role_label(measure, role, earlier.contents.checked.lang)
    if not officers:
        raise PackageError("RU-P03", role=named)
    token = find_token(officers)
    niss = certificates.load(token.certificate.dump()).niss
    if niss not in {officer.niss for officer in officers}:
        raise PackageError("RU-P05", person=certificates.mask_niss(niss), role=named)
    if not knows(role, niss, at.date()):
        raise PackageError("RU-P07", person=certificates.mask_niss(niss), role=named)
    return signing.sign(data, token, role=role, at=at)


def verify(data: bytes, store: TrustStore, *, at: dt.datetime | None = None, knows: Knows = anybody) -> Outcome:
    """Return what a package is worth. Never raises on a damaged or forged package."""
    verdict = verifying.verify(data, store, now=at)
    causes: list[Cause] = [as_cause(reason) for reason in verdict.problems if reason.code != _UNSIGNED]
    found: Contents | None = None
    if not causes:
        try:
            found = contents(data)
        except (SignerError, InputError) as error:
            causes.append(error)
    by_signature: dict[str, tuple[Cause, ...]] = {
        one.entry: (*map(as_cause, one.reasons), *(_officer_causes(one, found.checked, knows) if found else ()))
        for one in verdict.signatures
    }
    return Outcome(verdict, found, tuple(causes), by_signature)


def as_cause(reason: Reason) -> SignerError:
    """Return a reason of the signer as a cause, which has words."""
    return SignerError(reason.code, **reason.params)


def _officer_causes(one: SignatureVerdict, checked: CheckResult, knows: Knows) -> list[Cause]:
    """What independent validators do not look at: whether this person may sign in this role."""
    if one.role not in checked.measure.roles:
        return [PackageError("RU-P04", role=one.role)]
    day = one.signing_time.date() if one.signing_time else dt.date.min
    told = {"person": one.niss_masked, "role": role_label(checked.measure, one.role, checked.lang)}
    if one.niss not in {officer.niss for officer in candidates(checked, one.role, day)}:
        return [PackageError("RU-P05", **told)]
    return [] if knows(one.role, one.niss, day) else [PackageError("RU-P07", **told)]


def to_json(outcome: Outcome, lang: str) -> dict[str, Any]:
    """Return the outcome in the published shape of ``verify --json``, its reasons in words of ``lang``."""
    filled = outcome.contents.report if outcome.contents else None
    causes = [*outcome.causes, *([] if outcome.verdict.signatures else [SignerError(_UNSIGNED)])]
    return {
        "valid": outcome.valid,
        "verdict": outcome.word,
        "complete": outcome.valid and outcome.next_role is None,
        "problems": [{"code": cause.code, "reason": words(cause, lang)[0]} for cause in causes],
        "signatures": [
            {
                "role": one.role,
                "name": one.name,
                "niss_masked": one.niss_masked,
                "level": one.level,
                "valid": not outcome.causes and not outcome.by_signature[one.entry],
                "reason": " ".join(words(cause, lang)[0] for cause in outcome.by_signature[one.entry]) or None,
                "codes": [cause.code for cause in outcome.by_signature[one.entry]],
                "signing_time": one.signing_time.isoformat() if one.signing_time else None,
                "trust": one.trust,
            }
            for one in outcome.verdict.signatures
        ],
        "files": [{"name": name, "sha256": digest} for name, digest in outcome.verdict.files],
        "rows_total": sum(rows["read"] for rows in filled["rows"].values()) if filled else None,
        "measure": filled["measure"] if filled else None,
        "year": filled["year"] if filled else None,
    }


def words(cause: Cause, lang: str) -> tuple[str, str]:
    """Return what is wrong and what to do, in a language."""
    if isinstance(cause, InputError):
        return cause.text(lang)
    entry = catalogue("signer", lang)[cause.code]
    return entry["message"].format(**cause.params), entry["remedy"].format(**cause.params)


def role_label(measure: Measure, role: str, lang: str) -> str:
    """Return a role in words."""
    choices = measure.sheet("centre").column("role").choices
    return next((choice.label[lang] for choice in choices if choice.id == role), role)


def status_json(outcome: Outcome, lang: str, today: dt.date, name: str) -> dict[str, Any]:
    """Return who has signed, who is next and what comes then, in words of ``lang``; ``name`` is the package's file."""
    w = catalogue("addin", lang)["words"]
    if outcome.contents is None:
        return {"complete": False, "verdict": outcome.word, "signed": [], "next": [], "next_role": None}
    checked = outcome.contents.checked
    measure, role = checked.measure, outcome.next_role
    signed = [
        {
            "role": one.role,
            "label": role_label(measure, one.role, lang),
            "name": one.name,
            "when": day(one.signing_time.date()) if one.signing_time else "–",
        }
        for one in outcome.verdict.signatures
        if one.role in outcome.signed_roles
    ]
    closes = measure.calendar.closes
    if outcome.broken:
        steps = []
    elif role:
        people = ", ".join(officer.name for officer in candidates(checked, role, today)) or "–"
        steps = [w["next_role"].format(role=role_label(measure, role, lang), people=people)]
        steps += [w["next_send"].format(file=name)]
        if closes and today <= closes:
            steps += [w["closes_in"].format(closes=day(closes), days=(closes - today).days)]
    elif closes is None:
        steps = [w["done_undated"]]
    elif today <= closes:
        steps = [w["done"].format(closes=day(closes), days=(closes - today).days)]
    else:
        steps = [w["done_closed"].format(closes=day(closes))]
    if not role and not outcome.broken:
        steps.append(w["sealed"] if outcome.word == "valid" else w["seal_next"].format(file=name))
    return {
        "complete": role is None,
        "verdict": outcome.word,
        "signed": signed,
        "next_role": role,
        "next": steps,
        "closes": closes.isoformat() if closes else None,
        "days_left": (closes - today).days if closes else None,
    }
