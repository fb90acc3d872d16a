"""The command line: reads arguments and files, calls the dossier, shows the answer. Exit status 0, 1 or 2."""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from addin import files
from signer.errors import SignerError
from validators.findings import InputError
from workbook_templates import packs
from workbook_templates.measure import LANGUAGES, Severity
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from signer.errors import Reason
    from signer.sign import Token
    from signer.trust import TrustStore
    from validators.check import Officer

FINE, FOUND, UNUSABLE = 0, 1, 2
"""Exit status: all well; findings, or not valid; input that cannot be used."""
LANGUAGE_VARIABLE = "RAPPORT_UNIQUE_LANG"


def reader_language() -> str | None:
    """Return the reader's language from ``--lang`` or the environment; None where neither tells one of ours."""
    told = [value for flag, value in zip(sys.argv, sys.argv[1:], strict=False) if flag == "--lang"]
    told += [os.environ.get(name, "") for name in (LANGUAGE_VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG")]
    return next((value[:2] for value in told if value[:2] in LANGUAGES), None)


LANG = reader_language() or "en"
TEXTS = catalogue("addin", LANG)
_HELP = TEXTS["help"]

Lang = StrEnum("Lang", list(LANGUAGES))  # type: ignore[misc]
Role = StrEnum("Role", ["secretary", "president"])
TokenKind = StrEnum("TokenKind", ["demo", "eid"])

Workbook = Annotated[Path, typer.Argument(metavar="WORKBOOK", help=_HELP["workbook"])]
PackageFile = Annotated[Path, typer.Argument(metavar="PACKAGE", help=_HELP["package_file"])]
Output = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help=_HELP["output"])]
Force = Annotated[bool, typer.Option("--force", help=_HELP["force"])]
Json = Annotated[bool, typer.Option("--json", help=_HELP["json"])]
ReaderLang = Annotated[Lang | None, typer.Option("--lang", help=_HELP["lang"])]
Trust = Annotated[Path | None, typer.Option("--trust", metavar="FILE", help=_HELP["trust"])]

app = typer.Typer(
    name="rapport-unique",
    help=_HELP["app"],
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def command(name: str) -> Callable[[Callable[..., int | None]], Callable[..., None]]:
    """Register a command whose function returns the exit status; what it refuses becomes a sentence and status 2."""

    def register(function: Callable[..., int | None]) -> Callable[..., None]:
        @app.command(name, help=_HELP[name])
        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - whatever the command takes
            try:
                status = function(*args, **kwargs)
            except (InputError, SignerError) as error:
                status = _refused(error, as_json=bool(kwargs.get("as_json")))
            raise typer.Exit(status or FINE)

        return run

    return register


def _refused(error: InputError | SignerError, *, as_json: bool) -> int:
    from addin import dossier  # noqa: PLC0415 - only on the way out

    message, remedy = dossier.words(error, LANG)
    if as_json:
        _print_json({"error": {"code": error.code, "message": message, "remedy": remedy}})
    else:
        sys.stderr.write(f"{error.code}  {message}\n{remedy}\n")
    return UNUSABLE


def _print_json(value: Any) -> None:  # noqa: ANN401 - anything that JSON knows
    # Indented for people; a program that reads a pipe does not wait for the blanks of ten thousand findings.
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None) + "\n")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@command("measures")
def measures(as_json: Json = False, lang: ReaderLang = None) -> int:  # noqa: ARG001 - read from argv
    """List the measures and years that there are templates for."""
    known = [packs.load(*pack) for pack in packs.available()]
    if as_json:
        _print_json(
            [
                {"measure": one.id, "year": one.year, "pack_version": one.version, "title": one.title[LANG]}
                for one in known
            ]
        )
        return FINE
    from addin import screen  # noqa: PLC0415 - Rich is not loaded for --json

    screen.measures(known, LANG)
    return FINE


@command("template")
def template(
    measure: Annotated[str, typer.Argument(metavar="MEASURE", help=_HELP["measure"])],
    year: Annotated[int, typer.Option("--year", help=_HELP["year"])],
    output: Output,
    lang: Annotated[Lang | None, typer.Option("--lang", help=_HELP["template_lang"])] = None,
    force: Force = False,
) -> int:
    """Make an empty template."""
    from workbook_templates.build import build  # noqa: PLC0415 - XlsxWriter is needed here only

    files.want_free(output, force=force)
    if (measure, year) not in packs.available():
        known = ", ".join(f"{name} {of}" for name, of in packs.available())
        raise InputError("RU-X18", found=f"{measure} {year}", known=known)
    files.write(output, build(packs.load(measure, year), str(lang or LANG)))
    sys.stdout.write(TEXTS["template"]["done"].format(file=output) + "\n")
    return FINE


@command("import")
def import_(
    ledger: Annotated[Path, typer.Argument(metavar="LEDGER", help=_HELP["ledger"])],
    into: Annotated[Path, typer.Option("--into", metavar="WORKBOOK", help=_HELP["into"])],
    output: Output,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="SHEET", help=_HELP["sheet"])] = None,
    as_json: Json = False,
    force: Force = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Add the rows of a ledger to a workbook."""
    from addin import intake  # noqa: PLC0415 - heavy libraries load for the commands that need them

    files.want_free(output, force=force)
    taken = intake.take(files.read(ledger), ledger.name, files.read(into), sheet)
    files.write(output, taken.workbook)
    if as_json:
        _print_json(intake.to_json(taken))
    else:
        from addin import screen  # noqa: PLC0415

        screen.taken(taken, LANG)
        screen.written(output, LANG)
    return FINE


@command("check")
def check(
    workbook: Workbook,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help=_HELP["annotated"])] = None,
    as_json: Json = False,
    force: Force = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Check a workbook: findings with address, and totals."""
    from validators import check as checking  # noqa: PLC0415 - heavy libraries load for the commands that need them

    if output:
        files.want_free(output, force=force)
    data = files.read(workbook)
    result = checking.check(data, reader_language())
    if output:
        from addin import intake  # noqa: PLC0415

        files.write(output, intake.annotated(data, result))
    if as_json:
        _print_json(checking.to_json(result))
    else:
        from addin import screen  # noqa: PLC0415

        screen.checked(result, result.lang)
        if output:
            screen.written(output, result.lang)
    return FOUND if result.findings else FINE


@command("totals")
def totals(workbook: Workbook, as_json: Json = False, lang: ReaderLang = None) -> int:  # noqa: ARG001
    """Show the totals of a workbook, to the cent."""
    from validators import check as checking  # noqa: PLC0415

    result = checking.check(files.read(workbook), reader_language())
    if as_json:
        told = checking.to_json(result)
        _print_json({key: told[key] for key in ("measure", "year", "workbook_sha256", "rows", "totals", "summary")})
    else:
        from addin import screen  # noqa: PLC0415

        screen.totals(result, result.lang)
    return FOUND if result.count(Severity.ERROR) else FINE


@command("package")
def package(
    workbook: Workbook,
    output: Output,
    accept: Annotated[list[str] | None, typer.Option("--accept", metavar="CODE", help=_HELP["accept"])] = None,
    reason: Annotated[list[str] | None, typer.Option("--reason", metavar="TEXT", help=_HELP["reason"])] = None,
    as_json: Json = False,
    force: Force = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Package a workbook without errors for the two signatures."""
    from addin import dossier  # noqa: PLC0415

    files.want_free(output, force=force)
    codes, reasons = accept or [], reason or []
    if len(codes) != len(reasons):
        raise InputError("RU-X21", length=dossier.SHORTEST_REASON)
    data = dossier.package(
        files.read(workbook),
        workbook.name,
        dict(zip(codes, reasons, strict=True)),
        lang=reader_language(),
        at=_now(),
    )
    files.write(output, data)
    if as_json:
        _print_json({"package": str(output), "report": dossier.contents(data).report})
    else:
        from addin import screen  # noqa: PLC0415

        screen.written(output, LANG)
        screen.status(dossier.verify(data, _trust(None)), LANG)
    return FINE


@command("sign")
def sign(
    package_file: PackageFile,
    role: Annotated[Role, typer.Option("--role", help=_HELP["role"])],
    token: Annotated[TokenKind, typer.Option("--token", help=_HELP["token"])],
    module: Annotated[Path | None, typer.Option("--module", metavar="PATH", help=_HELP["module"])] = None,
    trust: Trust = None,
    as_json: Json = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Sign a package in one of the two roles; the signature is added to the package itself."""
    from addin import dossier  # noqa: PLC0415

    store = _trust(trust, demo=token == TokenKind.demo)
    signed = dossier.sign(
        files.read(package_file),
        str(role),
        _demo_token if token == TokenKind.demo else _eid_token(module, store),
        store=store,
        at=_now(),
    )
    outcome = dossier.verify(signed, store)
    files.write(package_file, signed)
    if as_json:
        _print_json(dossier.to_json(outcome, LANG))
    else:
        from addin import screen  # noqa: PLC0415

        screen.verified(outcome, LANG)
    return FINE if outcome.valid else FOUND


@command("verify")
def verify(package_file: PackageFile, trust: Trust = None, as_json: Json = False, lang: ReaderLang = None) -> int:  # noqa: ARG001
    """Verify a package: every signature, every file, the report against the workbook."""
    from addin import dossier  # noqa: PLC0415

    outcome = dossier.verify(files.read(package_file), _trust(trust))
    if as_json:
        _print_json(dossier.to_json(outcome, LANG))
    else:
        from addin import screen  # noqa: PLC0415

        screen.verified(outcome, LANG)
    return FINE if outcome.valid else FOUND


@command("status")
def status(package_file: PackageFile, trust: Trust = None, as_json: Json = False, lang: ReaderLang = None) -> int:  # noqa: ARG001
    """Say who has signed, who is next, and what comes then."""
    from addin import dossier  # noqa: PLC0415

    outcome = dossier.verify(files.read(package_file), _trust(trust))
    if as_json:
        _print_json(dossier.status_json(outcome, LANG, _now().date()))
    else:
        from addin import screen  # noqa: PLC0415

        screen.status(outcome, LANG)
    return FOUND if outcome.causes or any(outcome.by_signature.values()) else FINE


@command("demo")
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help=_HELP["out"])],
    force: Force = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Play the whole story with invented data and test signatures."""
    from addin import demo as story  # noqa: PLC0415

    return FINE if story.play(out, LANG, force=force) else FOUND


def _trust(path: Path | None, *, demo: bool = False) -> TrustStore:
    from signer.trust import TrustStore  # noqa: PLC0415

    roots = [files.read(path)] if path else []
    if demo:
        from signer.demo import demo_root_pem  # noqa: PLC0415

        roots.append(demo_root_pem(files.home()))
    return TrustStore.with_pem(b"\n".join(roots)) if roots else TrustStore()


def _demo_token(officers: Sequence[Officer]) -> Token:
    from signer.demo import DEMO_OFFICERS, DemoToken  # noqa: PLC0415

    invented = {officer.niss for officer in DEMO_OFFICERS}
    niss = next((officer.niss for officer in officers if officer.niss in invented), officers[0].niss)
    return DemoToken(files.home(), niss)


def _eid_token(module: Path | None, store: TrustStore) -> Callable[[Sequence[Officer]], Token]:
    def find(officers: Sequence[Officer]) -> Token:
        from signer.eid import EidToken, list_cards  # noqa: PLC0415

        present = {one.signer.niss for one in list_cards(module)}
        niss = next((officer.niss for officer in officers if officer.niss in present), officers[0].niss)
        return EidToken(niss, module=module, store=store, on_pin=_look_at_pin_window)

    return find


def _look_at_pin_window(_notice: Reason) -> None:
    sys.stderr.write(TEXTS["sign"]["look_at_pin_window"] + "\n")


def main() -> None:
    """Run the command line."""
    # A name that the console's encoding does not know must not end in a traceback.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    # One short command: collecting garbage among a hundred thousand rows, and taking them apart at the end, is wasted.
    gc.disable()
    try:
        app()
    except SystemExit as done:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(done.code if isinstance(done.code, int) else UNUSABLE)


if __name__ == "__main__":
    main()
