"""The whole story on the command line: from a ledger to a package that two officers signed and anyone verifies."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from addin import files
from addin.cli import app
from addin.story import demo, intake
from signer.demo import DEMO_OFFICERS
from tests.validators.drafts import template, valid
from workbook_templates import packs, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

RUN = CliRunner()
LEDGER = Path(__file__).parents[2] / "addin" / "examples" / "example-ledger.xlsx"
REASON = "Remplacement d'un appareil, non amorti."


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the TEST keys of these tests in a folder of their own."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(files.HOME_VARIABLE, str(folder))
        yield folder


def run(*arguments: object, status: int = 0) -> str:
    """Run a command, expect its exit status, and return what it printed."""
    result = RUN.invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    return result.stdout


def answer(*arguments: object, status: int = 0) -> Any:  # noqa: ANN401 - what JSON holds
    """Run a command with --json and return its answer."""
    return json.loads(run(*arguments, "--json", status=status))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Play the demonstration once and return its folder."""
    out = tmp_path_factory.mktemp("story") / "out"
    run("demo", "--out", out)
    return out


def named_template(lang: str = "fr") -> bytes:
    """Return a template whose centre, grants and officers are filled in, without any expense."""
    package = parts.Package(template("pas", 2025, lang))
    parts.set_fields(package, {"centre": demo.CENTRE})
    parts.append_rows(package, {"centre": demo.centre_rows(), "staff": demo.STAFF})
    return package.to_bytes()


def test_the_demonstration_ends_with_two_valid_signatures(story: Path) -> None:
    """Both officers have signed, the package is complete, and its report names measure, year and rows."""
    told = answer("verify", story / "pas-2025.asice", "--trust", story / "test-root.pem")
    assert (told["valid"], told["complete"], told["measure"], told["year"]) == (True, True, "pas", 2025)
    assert [one["role"] for one in told["signatures"]] == ["secretary", "president"]
    assert all(one["valid"] and one["level"] == "B" and one["trust"].startswith("TEST") for one in told["signatures"])
    assert told["rows_total"] > 100
    assert {one["name"] for one in told["files"]} == {"pas-2025.xlsx", "report.json", "summary.pdf"}


def test_the_demonstration_is_not_believed_without_its_root(story: Path) -> None:
    """A TEST signature is worth nothing to somebody who did not ask for it."""
    told = answer("verify", story / "pas-2025.asice", status=1)
    assert not told["valid"]
    assert [one["codes"] for one in told["signatures"]] == [["SIG-E412"], ["SIG-E412"]]


@pytest.mark.needs("xmlsec1")
def test_xmlsec1_agrees_on_both_signatures(story: Path, tmp_path: Path) -> None:
    """An independent program finds both XML signatures good."""
    with zipfile.ZipFile(story / "pas-2025.asice") as archive:
        archive.extractall(tmp_path)
    for number in (0, 1):
        done = subprocess.run(
            [
                "xmlsec1", "--verify", "--enabled-key-data", "x509", "--trusted-pem", str(story / "test-root.pem"),
                "--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties",
                f"META-INF/signatures{number}.xml",
            ],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("where", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_a_flipped_byte_in_any_file_is_told_with_the_file(story: Path, tmp_path: Path, where: float) -> None:
    """Whichever file is touched, verify ends with 1 and names it."""
    source = (story / "pas-2025.asice").read_bytes()
    with zipfile.ZipFile(story / "pas-2025.asice") as archive:
        entries = archive.infolist()
    for entry in entries:
        start = entry.header_offset + 30 + len(entry.filename.encode())
        at = start + min(int(entry.file_size * where), entry.file_size - 1)
        broken = tmp_path / "broken.asice"
        broken.write_bytes(source[:at] + bytes([source[at] ^ 1]) + source[at + 1 :])
        printed = run("verify", broken, "--trust", story / "test-root.pem", "--lang", "en", status=1)
        assert entry.filename.rpartition("/")[2] in printed.replace("\n", "")


def test_no_personal_number_leaves_the_workbook(story: Path) -> None:
    """Neither the report, nor the summary, nor what is printed shows a NISS in clear."""
    numbers = [officer.niss for officer in DEMO_OFFICERS] + ["85073003328", "17073003384", "01490700185"]
    spaced = [f"{n[:2]}.{n[2:4]}.{n[4:6]}-{n[6:9]}.{n[9:]}" for n in numbers]
    package = story / "pas-2025.asice"
    printed = [
        run("verify", package, "--trust", story / "test-root.pem"),
        run("verify", package, "--trust", story / "test-root.pem", "--json"),
        run("status", package, "--trust", story / "test-root.pem", "--json"),
        run("check", story / "2-filled.xlsx", "--json", status=1),
        run("import", LEDGER, "--into", story / "1-template.xlsx", "-o", story / "again.xlsx", "--json", "--force"),
    ]
    with zipfile.ZipFile(package) as archive:
        printed += [archive.read("report.json").decode(), archive.read("summary.pdf").decode("latin-1")]
    for text in printed:
        for number in (*numbers, *spaced):
            assert number not in text
    assert not [path.name for path in story.iterdir() if re.search(r"\d{11}", path.name)]


def test_an_import_balances_and_tells_every_repair(tmp_path: Path) -> None:
    """What the ledger holds is imported or set aside, to the cent, and each repair is counted."""
    blank, filled = tmp_path / "blank.xlsx", tmp_path / "filled.xlsx"
    blank.write_bytes(named_template())
    told = answer("import", LEDGER, "--into", blank, "-o", filled)
    balance = told["balance"]
    assert balance["ledger_cents"] == balance["imported_cents"] + balance["set_aside_cents"]
    assert balance["difference_cents"] == 0
    assert told["imported"]["cents"] == balance["imported_cents"]
    assert sum(entry["cents"] for entry in told["set_aside"]) == balance["set_aside_cents"]
    assert {one["kind"] for one in told["repairs"]} >= {"amount_text", "amount_sign", "date_text", "niss_padded"}
    checked = answer("check", filled, status=1)
    assert checked["summary"] == {"errors": 0, "warnings": 1}
    expenses = next(total["cents"] for total in checked["totals"] if total["id"] == "expenses_all")
    assert expenses <= told["imported"]["cents"]


def test_the_same_ledger_as_text_gives_the_same_rows(tmp_path: Path) -> None:
    """The .csv of the ledger is understood like the .xlsx."""
    blank = tmp_path / "blank.xlsx"
    blank.write_bytes(named_template())
    cents = [
        answer("import", ledger, "--into", blank, "-o", tmp_path / f"{ledger.suffix}.xlsx")["imported"]
        for ledger in (LEDGER, LEDGER.with_suffix(".csv"))
    ]
    assert cents[0] == cents[1]


def test_without_a_sheet_column_rows_go_to_the_first_sheet_and_it_says_so(tmp_path: Path) -> None:
    """A ledger that does not name the sheet goes to volet A, with a note; --sheet names another."""
    ledger, blank = tmp_path / "ledger.csv", tmp_path / "blank.xlsx"
    ledger.write_text("Date;N° pièce;Libellé;Fournisseur;Montant\n14/03/2025;F1;Stage d'été;ASBL;12,50\n")
    blank.write_bytes(named_template())
    told = answer("import", ledger, "--into", blank, "-o", tmp_path / "a.xlsx")
    assert told["notes"] == [{"kind": "first_sheet", "sheet": "volet_a"}]
    assert told["imported"]["sheets"] == {"volet_a": 1}
    told = answer("import", ledger, "--into", blank, "-o", tmp_path / "b.xlsx", "--sheet", "volet_b")
    assert (told["notes"], told["imported"]["sheets"]) == ([], {"volet_b": 1})


def test_a_workbook_with_errors_is_not_packaged(tmp_path: Path) -> None:
    """Errors stop the package; nothing is written."""
    workbook, package = tmp_path / "in.xlsx", tmp_path / "out.asice"
    draft = valid(packs.load("pas", 2025))
    draft.rows["volet_a"][0]["eligible_amount"] = 1
    workbook.write_bytes(draft.to_bytes())
    assert answer("package", workbook, "-o", package, status=2)["error"]["code"] == "RU-X15"
    assert not package.exists()


def test_a_warning_wants_a_reason_that_is_signed(tmp_path: Path) -> None:
    """A warning blocks until it is accepted with a reason; code, reason and count stand in the report."""
    blank, workbook, package = tmp_path / "blank.xlsx", tmp_path / "in.xlsx", tmp_path / "out.asice"
    blank.write_bytes(named_template())
    run("import", LEDGER, "--into", blank, "-o", workbook)
    assert answer("package", workbook, "-o", package, status=2)["error"]["code"] == "RU-X16"
    accept = ("--accept", "PAS-W201", "--reason")
    assert answer("package", workbook, "-o", package, *accept, "ok", status=2)["error"]["code"] == "RU-X21"
    wrong = ("--accept", "PAS-W999", "--reason", REASON)
    assert answer("package", workbook, "-o", package, *wrong, status=2)["error"]["code"] == "RU-X17"
    assert not package.exists()
    report = answer("package", workbook, "-o", package, *accept, REASON)["report"]
    assert report["accepted"] == [{"code": "PAS-W201", "reason": REASON, "count": 1}]
    assert run("status", package, status=0)


def test_each_officer_signs_once_and_only_their_own_role(tmp_path: Path) -> None:
    """The first signature keeps its bytes, a role is signed once, and status says who is next."""
    workbook, package = tmp_path / "in.xlsx", tmp_path / "out.asice"
    draft = valid(packs.load("pas", 2025))
    draft.rows["centre"] = [
        {"role": role, "name": name, "niss": niss, "date_from": since, "date_to": None}
        for role, name, niss, since in zip(*demo.centre_rows().values(), strict=True)
    ]
    workbook.write_bytes(intake.with_totals(draft.to_bytes()))
    run("package", workbook, "-o", package)
    root = tmp_path / "root.pem"
    first = answer("sign", package, "--role", "president", "--token", "demo")
    assert (first["valid"], first["complete"]) == (True, False)
    kept = zipfile.ZipFile(package).read("META-INF/signatures0.xml")
    again = answer("sign", package, "--role", "president", "--token", "demo", status=2)
    assert again["error"]["code"] == "SIG-E301"
    assert answer("sign", package, "--role", "secretary", "--token", "demo")["complete"]
    assert zipfile.ZipFile(package).read("META-INF/signatures0.xml") == kept
    from signer.demo import demo_root_pem  # noqa: PLC0415

    root.write_bytes(demo_root_pem(files.home()))
    told = answer("status", package, "--trust", root)
    assert (told["complete"], told["next_role"], len(told["signed"])) == (True, None, 2)


def test_a_package_whose_report_is_not_its_workbooks_is_refused(tmp_path: Path, story: Path) -> None:
    """A package put together by hand, workbook and report of two reports, is not signed."""
    from signer import container  # noqa: PLC0415

    found = container.read((story / "pas-2025.asice").read_bytes()).files
    other = intake.with_totals(valid(packs.load("pas", 2025)).to_bytes())
    mixed = {name: (file.content if name != "pas-2025.xlsx" else other, file.mimetype) for name, file in found.items()}
    package = tmp_path / "mixed.asice"
    package.write_bytes(container.build(mixed))
    told = answer("sign", package, "--role", "secretary", "--token", "demo", status=2)
    assert told["error"]["code"] in {"RU-P01", "RU-P02"}


def test_the_examples_are_what_their_generator_makes() -> None:
    """The committed example ledgers are up to date."""
    from tests.ledgers import example  # noqa: PLC0415

    assert LEDGER.read_bytes() == example.spreadsheet()
    assert LEDGER.with_suffix(".csv").read_bytes() == example.text()


def test_every_command_explains_itself() -> None:
    """Each command has a help that names its options."""
    for name in ("measures", "template", "import", "check", "totals", "package", "sign", "verify", "status", "demo"):
        assert "--help" in run(name, "--help")
