"""What the ribbon and the toolbar call to sign: check and sign, countersign, seal, verify, status and what comes next.

What is signed is the package made from exactly the bytes that were saved; what the signer is shown comes from it.
Everything is checked before a card is asked for, and nothing is written before the signature is good.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from addin import files, settings
from addin.macros.checking import checked, key_figures, saved
from addin.macros.steps import NO_PACKAGE, CancelledError, MacroError, Told, Tone, Work, macro
from addin.story import dossier
from signer import certificate as certificates
from signer import container
from signer.eid import EidToken
from signer.errors import Reason, SignerError
from signer.seal import seal as sealing
from workbook_templates.measure import Severity
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from addin.settings import Settings
    from signer.sign import Token
    from validators.check import CheckResult

SUFFIX = ".asice"


@macro
def check_and_sign(work: Work) -> Told:
    """Check, save, package and sign with the card that is in the reader; say who is next and what to send."""
    result, told = checked(work)
    if result.count(Severity.ERROR):
        return told
    # The remarks are written: from here on only the question whether to sign stops it.
    work.say("packaging")
    path, data = saved(work)
    target = path.with_suffix(SUFFIX)
    local = files.local_rules(None)
    package = dossier.package(data, path.name, {}, lang=work.lang, at=_now(), local=local)
    try:
        if target.exists():
            package = _again(work, target, package, path.name)
        return _sign(work, target, package)
    except CancelledError:
        raise CancelledError("only_checked") from None


def _again(work: Work, target: Path, package: bytes, workbook: str) -> bytes:
    """Return the package to sign where one is there: that one if it holds this workbook, else ours if wanted."""
    there = files.read(target)
    try:
        inside = container.read(there).files[workbook]
        same = inside.content == container.read(package).files[workbook].content
    except (KeyError, SignerError):
        same = False
    if same:
        return there
    if not work.ask(work.words["replace"].format(file=target.name)):
        raise CancelledError
    return package


@macro
def countersign(work: Work, package: str = "") -> Told:
    """Sign a package that somebody else has signed; without a path the one beside the workbook."""
    path = _package(work, package)
    return _sign(work, path, files.read(path))


def _sign(work: Work, target: Path, package: bytes) -> Told:
    """Show what is signed, ask, sign with the card, write, and tell what comes next."""
    set_here = settings.load()
    store = set_here.store()
    outcome = dossier.verify(package, store, knows=set_here.knows)
    if outcome.contents is None:
        raise outcome.causes[0]
    checked_inside = outcome.contents.checked
    open_roles = [role for role in checked_inside.measure.roles if role not in outcome.signed_roles]
    if not open_roles:
        return _next(work, outcome, target)
    _show(package)
    figures = key_figures(checked_inside, work.lang)
    if not work.ask("\n".join([work.words["sign_this"].format(file=target.name), "", *figures])):
        raise CancelledError
    work.step("card")
    token = _token(work, set_here, _people(checked_inside, open_roles))
    role = _role(token, checked_inside, open_roles)
    signed = dossier.sign(package, role, lambda _officers: token, store=store, at=_now(), knows=set_here.knows)
    outcome = dossier.verify(signed, store, knows=set_here.knows)
    files.write(target, signed)
    return _next(work, outcome, target)


def _people(inside: CheckResult, roles: Sequence[str]) -> list[str]:
    """Return the numbers of those who may sign today in one of the roles; PackageError where there is nobody."""
    today = _now().date()
    known = [officer.niss for role in roles for officer in dossier.candidates(inside, role, today)]
    if not known:
        raise dossier.PackageError("RU-P03", role=dossier.role_label(inside.measure, roles[0], inside.lang))
    return known


def _role(token: Token, inside: CheckResult, roles: Sequence[str]) -> str:
    """Return the first role that is still open for the holder of the card."""
    niss, today = certificates.load(token.certificate.dump()).niss, _now().date()
    for role in roles:
        if niss in {officer.niss for officer in dossier.candidates(inside, role, today)}:
            return role
    named = dossier.role_label(inside.measure, roles[0], inside.lang)
    raise dossier.PackageError("RU-P05", person=certificates.mask_niss(niss), role=named)


def _token(work: Work, set_here: Settings, known: Sequence[str]) -> Token:
    def look(_notice: Reason) -> None:
        work.say("pin")

    return EidToken(known, module=set_here.module, store=set_here.store(), on_pin=look)


def _show(package: bytes) -> None:
    """Open the page for signers in the user's own viewer, taken from the package itself."""
    with tempfile.NamedTemporaryFile(suffix=".pdf", delete=False) as page:
        page.write(dossier.summary_of(package))
    typer.launch(page.name)


def _next(work: Work, outcome: dossier.Outcome, path: Path) -> Told:
    told = dossier.status_json(outcome, work.lang, _now().date(), path.name)
    w = work.words
    signed = [w["signed"].format(role=one["label"], name=one["name"], when=one["when"]) for one in told["signed"]]
    first = " ".join([*signed[-1:], *([] if signed else [w["unsigned"]])])
    tone = Tone.GOOD if outcome.valid else Tone.FOUND
    return Told(first, " ".join(told["next"]), tone, more=(*signed, *told["next"]), file=str(path))


@macro
def status(work: Work, package: str = "") -> Told:
    """Say who has signed, who is next and what to send."""
    path = _package(work, package)
    return _next(work, _verified(path), path)


@macro
def verify(work: Work, package: str = "") -> Told:
    """Verify a package: every signature, every file, the report against the workbook."""
    path = _package(work, package)
    outcome = _verified(path)
    told = catalogue("addin", work.lang)["verdict"]
    causes = [*outcome.causes, *(cause for found in outcome.by_signature.values() for cause in found)]
    count = len(outcome.verdict.signatures)
    valid = 0 if outcome.causes else len(outcome.signed_roles)
    first = work.words["verdict"].format(file=path.name, word=told[outcome.word], valid=valid, count=count)
    reasons = tuple(" ".join(dossier.words(cause, work.lang)) for cause in causes)
    second = reasons[0] if reasons else told["meaning"][outcome.word]
    people = tuple(f"{one.name} · {one.level} · {one.trust}" for one in outcome.verdict.signatures)
    return Told(first, second, Tone.GOOD if outcome.valid else Tone.FOUND, more=(*people, *reasons), file=str(path))


@macro
def seal(work: Work, package: str = "") -> Told:
    """Add time stamps and the proof that the cards were valid; what could be had is kept."""
    path = _package(work, package)
    data, set_here = files.read(path), settings.load()
    work.say("sealing")
    sealed = sealing(data, set_here.store(), authorities=set_here.tsa)
    if sealed.package != data:
        files.write(path, sealed.package)
    if sealed.complete:
        return Told(work.words["sealed"], file=str(path))
    reasons = [" ".join(dossier.words(dossier.as_cause(one), work.lang)) for one in sealed.reasons]
    return Told(work.words["unsealed"], reasons[0], Tone.FOUND, more=tuple(reasons), file=str(path))


def _verified(path: Path) -> dossier.Outcome:
    set_here = settings.load()
    return dossier.verify(files.read(path), set_here.store(), knows=set_here.knows)


def _package(work: Work, told: str) -> Path:
    """Return the package that is meant: as told, else the one beside the workbook."""
    if told:
        return Path(told)
    name = work.book.fullname
    path = Path(name).with_suffix(SUFFIX)
    if "://" in name or not path.is_absolute() or not path.exists():
        raise MacroError(NO_PACKAGE, name=path.name)
    return path


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
