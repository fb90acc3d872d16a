"""The whole story with invented data and TEST signatures: what a newcomer sees first."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files as resources
from pathlib import Path

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from addin import files
from addin.story import dossier, intake
from addin.terminal import imported, screen
from signer.demo import DEMO_OFFICERS, DemoToken, demo_root_pem
from signer.trust import TrustStore
from validators.check import CheckResult, check
from workbook_templates import packs, parts
from workbook_templates.build import build
from workbook_templates.texts import catalogue

LEDGER = "example-ledger.xlsx"
_TEMPLATE, _FILLED, _CHECKED = "1-template.xlsx", "2-filled.xlsx", "3-checked.xlsx"
_SUMMARY, _PACKAGE, _ROOT = "4-summary.pdf", "pas-2025.asice", "test-root.pem"
CENTRE: dict[str, object] = {
    "centre_name": "CPAS de Valbois",
    "enterprise_number": "0428759497",
    "ins_code": "99999",
    "contact_name": "Claire Exemple",
    "contact_email": "compta@cpas.example",
    "grant_a": 2150000,
    "compensation_a": 125000,
    "grant_b": 980000,
    "compensation_b": 0,
    "grant_c": 1430000,
    "compensation_c": 80000,
}
"""An invented centre; amounts in cents."""
STAFF: dict[str, list[object]] = {
    "volet": ["a", "b", "c"],
    "name": ["Noé Exemple", "Lina Voorbeeld", "Noé Exemple"],
    "position": ["Animateur", "Formatrice", "Animateur"],
    "date_from": [dt.date(2025, 1, 1), dt.date(2025, 1, 1), dt.date(2025, 7, 1)],
    "date_to": [dt.date(2025, 6, 30), dt.date(2025, 12, 31), dt.date(2025, 12, 31)],
    "fte": [0.1, 0.25, 0.1],
    "total_amount": [180000, 412550, 121575],
    "eligible_amount": [180000, 412550, 121575],
}


def centre_rows() -> dict[str, list[object]]:
    """Return the officers' table of the invented centre."""
    roles = {"secretary": "secretary", "president": "president"}
    taken: set[str] = set()
    columns: dict[str, list[object]] = {"role": [], "name": [], "niss": [], "date_from": []}
    for officer in DEMO_OFFICERS:
        role = f"{officer.role}_delegate" if officer.role in taken else roles[officer.role]
        taken.add(officer.role)
        columns["role"].append(role)
        columns["name"].append(f"{officer.given_name} {officer.surname}")
        columns["niss"].append(officer.niss)
        columns["date_from"].append(dt.date(2024, 12, 2))
    return columns


def play(out: Path, lang: str, *, force: bool) -> bool:
    """Play the story and leave everything in ``out``; return whether the package is valid and complete."""
    told = catalogue("addin", lang)["demo"]
    for name in (LEDGER, _TEMPLATE, _FILLED, _CHECKED, _SUMMARY, _PACKAGE, _ROOT):
        files.want_free(out / name, force=force)
    story = _Story(lang)
    screen.console.rule(told["title"])

    with story.step("template"):
        template = build(packs.load("pas", 2025), lang)
    files.write(out / _TEMPLATE, template)

    ledger = (resources("addin.examples") / LEDGER).read_bytes()
    files.write(out / LEDGER, ledger)
    with story.step("import"):
        named = parts.Package(template)
        parts.set_fields(named, {"centre": CENTRE})
        parts.append_rows(named, {"centre": centre_rows(), "staff": STAFF})
        taken = intake.take(ledger, LEDGER, named.to_bytes(), None)
    imported.show(taken, lang)
    files.write(out / _FILLED, taken.workbook)

    with story.step("check"):
        result = check(taken.workbook, lang)
    screen.checked(result, lang)
    files.write(out / _CHECKED, intake.annotated(taken.workbook, result))

    with story.step("package"):
        reasons = _reasons(result, told["reason"])
        package = dossier.package(taken.workbook, "pas-2025.xlsx", reasons, lang=lang, at=dt.datetime.now(dt.UTC))
    for code, reason in reasons.items():
        screen.console.print(told["accepted"].format(code=code, reason=reason))
    files.write(out / _SUMMARY, dossier.summary_of(package))
    files.write(out / _PACKAGE, package)

    with story.step("sign"):
        root = demo_root_pem(files.home())
        store = TrustStore.with_pem(root)
        for role in result.measure.roles:
            package = dossier.sign(
                package,
                role,
                lambda officers: DemoToken(files.home(), officers[0].niss),
                store=store,
                at=dt.datetime.now(dt.UTC),
            )
    files.write(out / _PACKAGE, package)
    files.write(out / _ROOT, root)

    with story.step("verify"):
        outcome = dossier.verify(package, store)
    screen.verified(outcome, lang)
    screen.status(outcome, lang, _PACKAGE)
    _what_next(out, told)
    return outcome.valid and outcome.next_role is None


class _Story:
    """Numbered steps, each with a progress line while it works."""

    def __init__(self, lang: str) -> None:
        self.told = catalogue("addin", lang)["demo"]
        self.number = 0

    def step(self, name: str) -> Progress:
        self.number += 1
        screen.console.print(f"\n{self.number}. {self.told[name]}", style="bold cyan")
        progress = Progress(
            SpinnerColumn(),
            TextColumn(self.told["working"]),
            BarColumn(),
            TimeElapsedColumn(),
            console=screen.console,
            transient=True,
        )
        progress.add_task(name, total=None)
        return progress


def _reasons(result: CheckResult, reason: str) -> dict[str, str]:
    return {finding.code: reason for finding in result.findings}


def _what_next(out: Path, told: dict[str, str]) -> None:
    screen.console.print(f"\n{told['open_next']}", style="bold cyan")
    made = screen.table("", "")
    for name, text in (
        (_TEMPLATE, "file_template"),
        (_FILLED, "file_filled"),
        (_CHECKED, "file_checked"),
        (_SUMMARY, "file_summary"),
        (_PACKAGE, "file_package"),
        (_ROOT, "file_root"),
    ):
        made.add_row(str(out / name), told[text])
    made.show_header = False
    screen.console.print(made)
    screen.console.print(f"\n{told['again']}", soft_wrap=True)
    screen.console.print(f"  rapport-unique verify {out / _PACKAGE} --trust {out / _ROOT}", soft_wrap=True)
    screen.console.print(f"\n{told['not_legal']}", style="dim")
