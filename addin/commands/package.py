"""Commands on packages: make one, sign it, verify it, say what comes next."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from addin import files
from addin.terminal.console import (
    FINE,
    FOUND,
    HELP,
    LANG,
    TEXTS,
    Force,
    Json,
    Output,
    PackageFile,
    ReaderLang,
    Rules,
    Trust,
    Workbook,
    command,
    now,
    print_json,
    reader_language,
)
from validators.findings import InputError

if TYPE_CHECKING:
    from addin.settings import Settings
    from addin.story.dossier import Knows
    from addin.story.enclosed import Enclosed
    from signer.errors import Reason
    from signer.sign import Token
    from signer.trust import TrustStore
    from validators.check import Officer

Role = StrEnum("Role", ["secretary", "president"])
TokenKind = StrEnum("TokenKind", ["demo", "eid"])


@command("package")
def package(
    workbook: Workbook,
    output: Output,
    accept: Annotated[list[str] | None, typer.Option("--accept", metavar="CODE", help=HELP["accept"])] = None,
    reason: Annotated[list[str] | None, typer.Option("--reason", metavar="TEXT", help=HELP["reason"])] = None,
    rules: Rules = None,
    official: Annotated[
        Path | None, typer.Option("--official", metavar="FILLED", help=HELP["package_official"])
    ] = None,
    blank: Annotated[Path | None, typer.Option("--blank", metavar="BLANK", help=HELP["official_blank"])] = None,
    map_file: Annotated[Path | None, typer.Option("--map", metavar="MAP", help=HELP["official_map"])] = None,
    as_json: Json = False,
    force: Force = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Package a workbook without errors for the two signatures."""
    from addin.story import dossier  # noqa: PLC0415

    files.want_free(output, force=force)
    enclosed = _enclosed(official, blank, map_file, workbook)
    codes, reasons = accept or [], reason or []
    if len(codes) != len(reasons):
        raise InputError("RU-X21", length=dossier.SHORTEST_REASON)
    data = dossier.package(
        files.read(workbook),
        workbook.name,
        dict(zip(codes, reasons, strict=True)),
        lang=reader_language(),
        at=now(),
        local=files.local_rules(rules),
        official=enclosed,
    )
    files.write(output, data)
    if as_json:
        print_json({"package": str(output), "report": dossier.contents(data).report})
    else:
        from addin.terminal import screen  # noqa: PLC0415

        screen.written(output, LANG)
        screen.status(dossier.verify(data, trusted(None)), LANG, output.name)
    return FINE


def _enclosed(filled: Path | None, blank: Path | None, known: Path | None, ours: Path) -> Enclosed | None:
    """Return the official workbook that goes into a package, computed anew where LibreOffice is there."""
    if not (filled or blank or known):
        return None
    from addin.story import recalculate  # noqa: PLC0415 - most packages have no official workbook
    from addin.story.enclosed import Enclosed  # noqa: PLC0415
    from validators.guard.errors import GuardError  # noqa: PLC0415

    if not (filled and blank and known):
        raise GuardError("RU-O34")
    data = files.read(filled)
    name = filled.name if filled.name != ours.name else f"official-{filled.name}"
    suffix = filled.suffix.lower()
    return Enclosed(name, data, files.read(blank), files.read(known), recalculate.computed(data, suffix))


@command("sign")
def sign(
    package_file: PackageFile,
    role: Annotated[Role, typer.Option("--role", help=HELP["role"])],
    token: Annotated[TokenKind, typer.Option("--token", help=HELP["token"])],
    module: Annotated[Path | None, typer.Option("--module", metavar="PATH", help=HELP["module"])] = None,
    trust: Trust = None,
    as_json: Json = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Sign a package in one of the two roles; the signature is added to the package itself."""
    from addin.story import dossier  # noqa: PLC0415

    store, set_here = trusted(trust, demo=token == TokenKind.demo), machine_settings()
    data = files.read(package_file)
    if not as_json and sys.stdin.isatty():
        _show_and_ask(data, str(role), store, set_here.knows)
    signed = dossier.sign(
        data,
        str(role),
        _demo_token if token == TokenKind.demo else _eid_token(module or set_here.module, store),
        store=store,
        at=now(),
        knows=set_here.knows,
    )
    outcome = dossier.verify(signed, store, knows=set_here.knows)
    files.write(package_file, signed)
    if as_json:
        print_json(dossier.to_json(outcome, LANG))
    else:
        from addin.terminal import screen  # noqa: PLC0415

        screen.verified(outcome, LANG)
    return FINE if outcome.valid else FOUND


@command("seal")
def seal(
    package_file: PackageFile,
    tsa: Annotated[list[str] | None, typer.Option("--tsa", metavar="URL", help=HELP["tsa"])] = None,
    trust: Trust = None,
    as_json: Json = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Add time stamps and revocation evidence to the signatures of a package; what could be had is kept."""
    from addin.story import dossier  # noqa: PLC0415
    from signer.seal import seal as sealing  # noqa: PLC0415

    data, store, set_here = files.read(package_file), trusted(trust), machine_settings()
    sealed = sealing(data, store, authorities=tsa or set_here.tsa)
    if sealed.package != data:
        files.write(package_file, sealed.package)
    outcome = dossier.verify(sealed.package, store, knows=set_here.knows)
    if as_json:
        missing = [dossier.as_cause(one) for one in sealed.reasons]
        told = [{"code": one.code, "reason": dossier.words(one, LANG)[0]} for one in missing]
        print_json({**dossier.to_json(outcome, LANG), "missing": told})
    else:
        from addin.terminal import screen  # noqa: PLC0415

        screen.verified(outcome, LANG)
        for reason in sealed.reasons:
            screen.refusal(dossier.as_cause(reason), LANG)
    return FINE if sealed.complete else FOUND


@command("verify")
def verify(
    package_file: PackageFile,
    trust: Trust = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help=HELP["pdf"])] = None,
    as_json: Json = False,
    force: Force = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Verify a package: every signature, every file, the report against the workbook."""
    from addin.story import dossier  # noqa: PLC0415

    if pdf:
        files.want_free(pdf, force=force)
    data = files.read(package_file)
    outcome = dossier.verify(data, trusted(trust), knows=machine_settings().knows)
    if pdf:
        from addin.story import verdict  # noqa: PLC0415

        files.write(pdf, verdict.page(outcome, data, package_file.name, LANG, at=now()))
    if as_json:
        print_json(dossier.to_json(outcome, LANG))
    else:
        from addin.terminal import screen  # noqa: PLC0415

        screen.verified(outcome, LANG)
    return FINE if outcome.valid else FOUND


@command("status")
def status(package_file: PackageFile, trust: Trust = None, as_json: Json = False, lang: ReaderLang = None) -> int:  # noqa: ARG001
    """Say who has signed, who is next, and what comes then."""
    from addin.story import dossier  # noqa: PLC0415

    outcome = dossier.verify(files.read(package_file), trusted(trust), knows=machine_settings().knows)
    if as_json:
        print_json(dossier.status_json(outcome, LANG, now().date(), package_file.name))
    else:
        from addin.terminal import screen  # noqa: PLC0415

        screen.status(outcome, LANG, package_file.name)
    return FOUND if outcome.broken else FINE


def trusted(path: Path | None, *, demo: bool = False) -> TrustStore:
    """Return the Belgian roots, those of a PEM file, and the demo's where it is wanted."""
    from signer.trust import TrustStore  # noqa: PLC0415

    roots = [files.read(path)] if path else []
    if demo:
        from signer.demo import demo_root_pem  # noqa: PLC0415

        roots.append(demo_root_pem(files.home()))
    return TrustStore.with_pem(b"\n".join(roots)) if roots else TrustStore()


def machine_settings() -> Settings:
    """Return this machine's settings; what they need loads only now."""
    from addin import settings  # noqa: PLC0415

    return settings.load()


def _show_and_ask(data: bytes, role: str, store: TrustStore, knows: Knows) -> None:
    """Show a person at the terminal the page that is signed, taken from the package itself, and ask before signing."""
    from addin.story import dossier  # noqa: PLC0415
    from addin.terminal import screen  # noqa: PLC0415

    outcome = dossier.verify(data, store, knows=knows)
    if outcome.contents is None:
        return  # refused in a moment, with the reason
    with tempfile.NamedTemporaryFile(suffix=".pdf", delete=False) as page:
        page.write(dossier.summary_of(data))
    screen.totals(outcome.contents.checked, LANG)
    sys.stdout.write(TEXTS["sign"]["here_is"].format(file=page.name) + "\n")
    typer.launch(page.name)
    label = dossier.role_label(outcome.contents.checked.measure, role, LANG)
    typer.confirm(TEXTS["sign"]["sign_as"].format(role=label), abort=True)


def _demo_token(officers: Sequence[Officer]) -> Token:
    from signer.demo import DEMO_OFFICERS, DemoToken  # noqa: PLC0415

    invented = {officer.niss for officer in DEMO_OFFICERS}
    niss = next((officer.niss for officer in officers if officer.niss in invented), officers[0].niss)
    return DemoToken(files.home(), niss)


def _eid_token(module: Path | None, store: TrustStore) -> Callable[[Sequence[Officer]], Token]:
    def find(officers: Sequence[Officer]) -> Token:
        from signer.eid import EidToken  # noqa: PLC0415

        known = [officer.niss for officer in officers]
        return EidToken(known, module=module, store=store, on_pin=_look_at_pin_window)

    return find


def _look_at_pin_window(_notice: Reason) -> None:
    sys.stderr.write(TEXTS["sign"]["look_at_pin_window"] + "\n")
