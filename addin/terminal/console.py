"""What every command shares: the application, its languages and options, and exit status 0, 1 or 2."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from signer.errors import SignerError
from validators.findings import InputError
from workbook_templates.measure import LANGUAGES
from workbook_templates.texts import catalogue

T = TypeVar("T")
_KEPT: list[object] = []
FINE, FOUND, UNUSABLE = 0, 1, 2
"""Exit status: all well; findings, or not valid; input that cannot be used."""
CANCELLED = 130
"""Exit status of a command that was stopped from the keyboard, as shells have it: 128 and the number of SIGINT."""
LANGUAGE_VARIABLE = "RAPPORT_UNIQUE_LANG"


def reader_language() -> str | None:
    """Return the reader's language from ``--lang`` or the environment; None where neither tells one of ours."""
    told = [value for flag, value in zip(sys.argv, sys.argv[1:], strict=False) if flag == "--lang"]
    told += [os.environ.get(name, "") for name in (LANGUAGE_VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG")]
    return next((value[:2] for value in told if value[:2] in LANGUAGES), None)


LANG = reader_language() or "en"
TEXTS = catalogue("addin", LANG)
HELP = TEXTS["help"]

Lang = StrEnum("Lang", list(LANGUAGES))  # type: ignore[misc]

Workbook = Annotated[Path, typer.Argument(metavar="WORKBOOK", help=HELP["workbook"])]
PackageFile = Annotated[Path, typer.Argument(metavar="PACKAGE", help=HELP["package_file"])]
Output = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help=HELP["output"])]
Force = Annotated[bool, typer.Option("--force", help=HELP["force"])]
Json = Annotated[bool, typer.Option("--json", help=HELP["json"])]
ReaderLang = Annotated[Lang | None, typer.Option("--lang", help=HELP["lang"])]
Rules = Annotated[Path | None, typer.Option("--rules", metavar="FILE", help=HELP["rules"])]
Trust = Annotated[Path | None, typer.Option("--trust", metavar="FILE", help=HELP["trust"])]

app = typer.Typer(
    name="rapport-unique",
    help=HELP["app"],
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


official = typer.Typer(name="official", help=HELP["official"], no_args_is_help=True)
app.add_typer(official, name="official")
addin_group = typer.Typer(name="addin", help=HELP["addin"], no_args_is_help=True)
app.add_typer(addin_group, name="addin")


def command(name: str, group: typer.Typer = app) -> Callable[[Callable[..., int | None]], Callable[..., None]]:
    """Register a command whose function returns the exit status; what it refuses becomes a sentence and status 2.

    The help of a command in a group stands under ``GROUP_NAME``.
    """

    def register(function: Callable[..., int | None]) -> Callable[..., None]:
        @group.command(name, help=HELP[name if group is app else f"{group.info.name}_{name}"])
        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - whatever the command takes
            try:
                status = function(*args, **kwargs)
            except (InputError, SignerError) as error:
                status = _refused(error, as_json=bool(kwargs.get("as_json")))
            except KeyboardInterrupt:
                sys.stderr.write(f"\n{TEXTS['words']['cancelled']}\n")
                status = CANCELLED
            raise typer.Exit(status or FINE)

        return run

    return register


def _refused(error: InputError | SignerError, *, as_json: bool) -> int:
    from addin.story import dossier  # noqa: PLC0415 - only on the way out

    message, remedy = dossier.words(error, LANG)
    more = error.more() if isinstance(error, InputError) else {}
    if as_json:
        print_json({"error": {"code": error.code, "message": message, "remedy": remedy, **more}})
    else:
        sys.stderr.write(f"{error.code}  {message}\n{remedy}\n")
        if "proposal" in more:
            sys.stderr.write(f"\n{TEXTS['mapping']['add'].format(**more)}\n{more['proposal']}")
    return UNUSABLE


def print_json(value: Any) -> None:  # noqa: ANN401 - anything that JSON knows
    """Answer in JSON on standard output."""
    # Indented for people; a program that reads a pipe does not wait for the blanks of ten thousand findings.
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None) + "\n")


def keep(value: T) -> T:
    """Keep a large answer until the process ends: taking a hundred thousand rows apart first would be wasted time."""
    _KEPT[:] = [value]
    return value


def now() -> dt.datetime:
    """Return this moment, in UTC."""
    return dt.datetime.now(dt.UTC)
