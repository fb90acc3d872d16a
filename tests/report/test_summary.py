"""The signers' page: one page in four languages, every figure to the cent, nothing lost or on top."""

from __future__ import annotations

import ctypes
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdfium2 import raw
from reportlab.pdfbase import pdfmetrics

from tests.report.kit import INVENTED_NISS, OFFICERS, PAS, REASON, SHA256, WARNINGS, Person, imported, make
from validators.findings import euros
from validators.page import HEIGHT, WIDTH, Style, clip, width, wrap
from validators.pdf import summary
from validators.report import Report
from validators.summary import Summary
from workbook_templates import packs
from workbook_templates.measure import LANGUAGES, Text
from workbook_templates.texts import catalogue

CENTS = {
    ("granted", "a"): 2_275_000,
    ("granted", "b"): 980_000,
    ("granted", "c"): 1_510_000,
    ("granted", "all"): 4_765_000,
    ("justified", "a"): 2_064_011,
    ("justified", "b"): 891_811,
    ("justified", "c"): 1_987_700,
    ("justified", "all"): 4_943_522,
    ("balance", "a"): 210_989,
    ("balance", "b"): 88_189,
    ("balance", "c"): -477_700,
    ("balance", "all"): -178_522,
    ("staff", "a"): 279_500,
    ("staff_cap", "a"): 227_500,
    ("staff_cap", "c"): 151_000,
}
AMOUNT = re.compile(r"−?(?<![\d.,])\d{1,3}(?:[.\u202f ]\d{3})*,\d\d(?= €)")
MARGIN = 28


def text_of(pdf: bytes) -> str:
    """Return the page's text with every white space as one blank, read by an independent PDF engine."""
    page = pypdfium2.PdfDocument(pdf)[0]
    return re.sub(r"\s+", " ", page.get_textpage().get_text_range())


def boxes(pdf: bytes) -> list[tuple[float, float, float, float]]:
    """Return where each run of text stands: left, bottom, right, top in points."""
    found = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    return [found.get_rect(number) for number in range(found.count_rects())]


def cents_in(text: str) -> list[int]:
    """Return every amount of a text in cents."""
    plain = [re.sub(r"[.\u202f ]", "", amount) for amount in AMOUNT.findall(text)]
    return [int(Decimal(amount.replace("−", "-").replace(",", ".")) * 100) for amount in plain]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_everything_in_each_language(lang: str) -> None:
    """Measure, centre, rules, reasons, signers, calendar and fingerprint stand on the page."""
    text = text_of(summary(make(cents=CENTS), PAS, lang))
    words = catalogue("validators", lang)["summary"]
    wanted = [
        PAS.title[lang],
        "CPAS de Valbois",
        "0428.759.497",
        *(words[key] for key in ("kicker", "key_figures", "chart", "rows", "warnings", "signers")),
        *words["signature"],
        *words["then"],
        *(line.label[lang] for line in PAS.lines if line.emphasis),
        *(group.label[lang] for group in PAS.groups),
        *(rule.text[lang] for rule in PAS.rules if rule.code in WARNINGS[:2]),
        REASON,
        "Anne Exemple",
        "Paul Modèle",
        PAS.sheet("centre").column("role").choices[0].label[lang],
        "2026",
        SHA256,
        SHA256[:4].upper(),
        words["legal"],
    ]
    missing = [part for part in wanted if part not in text]
    assert not missing


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_key_figure_is_told_to_the_cent(lang: str) -> None:
    """The table shows the report's cents group by group, and the cards repeat those of the whole measure."""
    text = text_of(summary(make(cents=CENTS), PAS, lang))
    shown = [CENTS.get((line.id, "all"), 0) for line in PAS.lines if line.emphasis]
    for line in [*(line for line in PAS.lines if line.emphasis), PAS.line("staff"), PAS.line("staff_cap")]:
        groups = [group for group in PAS.groups if not (line.groups and group.sums_others)]
        shown += [CENTS.get((line.id, g.id), 0) for g in groups if line in PAS.lines_of(g)]
    assert sorted(cents_in(text)) == sorted(shown)
    assert " ".join(euros(-477_700, lang).split()) in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_ledger_is_told_with_its_balance(lang: str) -> None:
    """The newest ledgers have a line each, with rows, cents and what the balance leaves open; others are counted."""
    ledgers = [imported(number, f"export-{number}.xlsx", number * 100_000) for number in (1, 2, 3, 4)]
    lines = Summary(make(imports=ledgers[:3]), PAS, lang).imports(3)
    assert [line.partition(":")[0].split()[-1] for line in lines] == [
        "export-3.xlsx",
        "export-2.xlsx",
        "export-1.xlsx",
    ]
    for wanted in ("102", euros(300_000, lang), euros(600_500, lang), euros(0, lang)):
        assert wanted in lines[0]
    text = text_of(summary(make(imports=ledgers), PAS, lang))
    assert "export-4.xlsx" in text
    assert "export-2.xlsx" not in text
    assert Summary(make(imports=ledgers), PAS, lang).plural("more_imports", 2) in text


def test_the_staff_share_is_held_against_its_cap() -> None:
    """Above the cap the used share is above 100 %, and where there is no cap nothing is said."""
    rows = {row.label: row for row in Summary(make(cents=CENTS), PAS, "fr").rows()}
    used = rows["Part du plafond utilisée"].figures
    assert [figure.text for figure in used] == ["122,9\u00a0%", "–", "0,0\u00a0%", "–"]
    assert [figure.alarming for figure in used] == [True, False, False, False]
    assert [figure.alarming for figure in rows["Solde non justifié"].figures] == [False, False, True, True]


SHARES = """
| granted | justified | share   |
| ------- | --------- | ------- |
| 0       | 0         | –       |
| 0       | 1         | –       |
| 100000  | 0         | 0,0     |
| 100000  | 1         | 0,1     |
| 100000  | 99999     | 99,9    |
| 100000  | 100000    | 100,0   |
| 100000  | 100001    | 100,1   |
| 100000  | 87050     | 87,1    |
| 100000  | -1        | −0,1    |
| 100     | 123456    | 123.456,0 |
"""


@pytest.mark.parametrize(
    ("granted", "justified", "share"),
    [re.findall(r"[^\s|]+", line) for line in SHARES.strip().splitlines()[2:]],
)
def test_a_share_is_complete_only_where_it_is(granted: str, justified: str, share: str) -> None:
    """One missing cent is never rounded away to 100 %, nor one spent to 0 %."""
    cents = {("granted", "a"): int(granted), ("justified", "a"): int(justified)}
    bar = Summary(make(cents=cents), PAS, "nl").bars()[0]
    assert bar.share.removesuffix("\u00a0%") == share


def test_the_same_report_gives_the_same_page() -> None:
    """The PDF depends on the report only, neither on the clock nor on what was drawn before."""
    filled = make(cents=CENTS)
    first = summary(filled, PAS, "fr")
    summary(make(WARNINGS, cents={}), PAS, "de")
    assert summary(filled, PAS, "fr") == first


def test_the_page_is_described_for_readers_and_machines() -> None:
    """Title, language, date of the report and tags are in the PDF, and all its fonts are embedded."""
    pdf = summary(make(cents=CENTS), PAS, "nl")
    document = pypdfium2.PdfDocument(pdf)
    described = document.get_metadata_dict()
    assert described["Title"] == f"{PAS.title['nl']} – CPAS de Valbois"
    assert described["CreationDate"].startswith("D:20260120140309")
    assert raw.FPDFCatalog_IsTagged(document)
    assert b"/Lang (nl-BE)" in pdf
    assert b"Helvetica" not in pdf
    assert len(re.findall(rb"/BaseFont /\w+\+SourceSansPro", pdf)) == len(re.findall(rb"/FontFile2", pdf))


def test_a_screen_reader_finds_its_way() -> None:
    """The tags form headings, tables with header cells, and a chart that is told in words."""
    document = pypdfium2.PdfDocument(summary(make(cents=CENTS), PAS, "fr"))
    elements = list(_elements(document))
    tags = [tag for tag, _ in elements]
    assert tags.count("H1") == 1
    assert tags.count("H2") == 5
    assert tags.count("Table") == 2
    assert tags.count("LI") == 2
    assert {"TH", "TD", "TR", "P", "L", "LBody"} <= set(tags)
    (chart,) = (alternative for tag, alternative in elements if tag == "Figure")
    assert cents_in(chart.replace("\u00a0", " ")) == [
        CENTS[line, group] for group in "abc" for line in ("justified", "granted")
    ]


def test_a_page_without_warnings_says_so() -> None:
    """Where nothing had to be accepted, the page states it."""
    assert "Geen: de controle liet niets over" in text_of(summary(make([]), PAS, "nl"))


def test_what_does_not_fit_is_counted() -> None:
    """Of thirty warnings some are told with their reason, and the others are counted."""
    codes = [*WARNINGS, *(f"LOC-W{number}" for number in range(24))]
    filled = make(codes, reason=REASON * 5)
    text = text_of(summary(filled, PAS, "fr"))
    told = len(re.findall("Motif", text))
    assert 1 <= told < len(codes)
    assert f"Et {len(codes) - told} autres, dans report.json" in text


OFFICES = """
| role               | from       | to         | told |
| ------------------ | ---------- | ---------- | ---- |
| secretary          | 2020-01-01 | 2025-12-31 | no   |
| secretary          | 2026-01-01 |            | yes  |
| president          | 2026-02-01 |            | no   |
| president          | 2019-01-01 | 2026-01-20 | yes  |
| president_delegate | 2026-01-20 | 2026-06-30 | yes  |
"""


def test_those_in_office_on_the_day_are_shown() -> None:
    """Only people in office on the report's day are asked to sign, the president's delegate too."""
    people, told = [], []
    for number, line in enumerate(OFFICES.strip().splitlines()[2:]):
        role, first, last, wanted = (cell.strip() for cell in line.strip("|").split("|"))
        first_day, last_day = (dt.date.fromisoformat(day) if day else None for day in (first, last))
        people.append(Person(role, f"Personne {number}", first_day, last_day))
        told.append(wanted == "yes")
    text = text_of(summary(make(officers=people), PAS, "fr"))
    assert [f"Personne {number}" in text for number in range(len(people))] == told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_missing_signer_is_told(lang: str) -> None:
    """Where nobody is listed for a signature, its box says so."""
    text = text_of(summary(make(officers=OFFICERS[:1]), PAS, lang))
    assert catalogue("validators", lang)["summary"]["nobody"] in text


@pytest.mark.parametrize("niss", INVENTED_NISS)
def test_no_national_number_on_the_page(niss: str) -> None:
    """Neither the officers' NISS nor one typed into a reason is printed."""
    people = [replace(person, niss=niss) for person in OFFICERS]
    text = text_of(summary(make(reason=f"Aide à {niss}", officers=people), PAS, "fr"))
    assert niss not in text.replace(SHA256, "")


texts = st.text(st.characters(codec="latin-1", categories=("L", "Zs", "P", "N")), max_size=400)
names = st.one_of(texts, st.integers(1, 300).map(lambda size: "W" * size))
amounts = st.integers(-(10**14), 10**14)


@settings(max_examples=40, deadline=None)
@given(
    lang=st.sampled_from(LANGUAGES),
    name=names,
    reason=names,
    people=st.lists(st.tuples(st.sampled_from(["secretary", "president", "president_delegate"]), names), max_size=7),
    warnings=st.integers(0, 40),
    cents=st.dictionaries(st.tuples(st.sampled_from([line.id for line in PAS.lines]), st.sampled_from("abc")), amounts),
    ledgers=st.lists(st.tuples(names, amounts), max_size=5),
)
def test_there_is_always_one_page_and_nothing_overlaps(
    lang: str,
    name: str,
    reason: str,
    people: list[tuple[str, str]],
    warnings: int,
    cents: dict[tuple[str, str], int],
    ledgers: list[tuple[str, int]],
) -> None:
    """Whatever the lengths and amounts: one page, all text inside its margins, no text on another."""
    codes = [*WARNINGS, *(f"LOC-W{number:03}" for number in range(40))][:warnings]
    filled = make(
        codes,
        cents=cents,
        reason=reason,
        centre={"centre_name": name, "enterprise_number": None},
        officers=[Person(role, who) for role, who in people],
        imports=[imported(number, *one) for number, one in enumerate(ledgers, start=1)],
    )
    pdf = summary(filled, PAS, lang)
    assert len(pypdfium2.PdfDocument(pdf)) == 1
    _assert_tidy(pdf)
    assert _told(filled, text_of(pdf)) == len(codes)


def test_text_that_overlaps_is_noticed() -> None:
    """The guard against overlaps is one: it fails where a line is drawn twice."""
    from validators.page import Page  # noqa: PLC0415 - only this test draws by hand

    page = Page(title="", subject="", author="", lang="fr-BE", created=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    for offset in (0, 4):
        with page.element("P"):
            page.text(50 + offset, 100 + offset, f"Ligne {offset}", Style(12))
    with pytest.raises(AssertionError):
        _assert_tidy(page.finish())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_fonts_have_every_character(lang: str) -> None:
    """Each character of the catalogue, of every pack and of Belgian amounts and names has a glyph."""
    width("", Style(9))
    wanted = set("éëüïçœßÉ€−–’…≤\u00a0\u202f" + "łřšžčđğşțőűăĳ")
    wanted |= set("".join(_strings(catalogue("validators", lang)["summary"])))
    for measure_id, year in packs.available():
        measure = packs.load(measure_id, year)
        shown: list[Text] = [measure.title, *(group.label for group in measure.groups)]
        shown += [line.label for line in measure.lines]
        shown += [*(rule.text for rule in measure.rules), *(sheet.title for sheet in measure.sheets)]
        wanted |= set("".join(text[lang] for text in shown))
    for weight in ("Regular", "Semibold", "Bold"):
        face = pdfmetrics.getFont(f"SourceSansPro-{weight}").face
        assert not {letter for letter in wanted if ord(letter) not in face.charToGlyph}


@given(text=texts, room=st.floats(20, 300), most=st.integers(1, 4))
def test_wrapping_keeps_every_word_and_clipping_says_that_it_cuts(text: str, room: float, most: int) -> None:
    """Lines never exceed their room, wrapping loses no letter, and a cut text ends in an ellipsis."""
    style = Style(9)
    lines, clipped = wrap(text, style, room), clip(text, style, room, most)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line, style) <= room for line in (*lines, *clipped))
    assert clipped == lines if len(lines) <= most else clipped[-1].endswith("…")
    assert len(clipped) <= most


def _assert_tidy(pdf: bytes) -> None:
    """Fail where text leaves the margins or stands on other text."""
    found = boxes(pdf)
    for left, bottom, right, top in found:
        assert MARGIN - 1 <= left <= right <= WIDTH - MARGIN + 1
        assert MARGIN - 1 <= bottom <= top <= HEIGHT - MARGIN + 1
    for number, (left, bottom, right, top) in enumerate(found):
        for other_left, other_bottom, other_right, other_top in found[:number]:
            wide = min(right, other_right) - max(left, other_left)
            high = min(top, other_top) - max(bottom, other_bottom)
            assert wide <= 0.5 or high <= 0.5


def _told(filled: Report, text: str) -> int:
    """Return how many warnings the page tells or counts as left out."""
    codes = [entry["code"] for entry in filled["accepted"]]
    others = re.search(r"(?:Et|En nog|Und|And) (\d+) \w+, (?:dans|in) report\.json ?:", text)
    listed = text[: others.start()] if others else text
    return sum(code in listed for code in codes) + (int(others[1]) if others else 0)


def _strings(table: object) -> Iterator[str]:
    if isinstance(table, str):
        yield table
    elif isinstance(table, dict | list):
        for part in table.values() if isinstance(table, dict) else table:
            yield from _strings(part)


def _elements(document: pypdfium2.PdfDocument) -> Iterator[tuple[str, str]]:
    """Yield tag and alternative text of every element of the page's structure tree."""
    page = document[0]
    tree = raw.FPDF_StructTree_GetForPage(page)
    todo = [raw.FPDF_StructTree_GetChildAtIndex(tree, n) for n in range(raw.FPDF_StructTree_CountChildren(tree))]
    while todo:
        element = todo.pop(0)
        if element:
            yield (
                _string(raw.FPDF_StructElement_GetType, element),
                _string(raw.FPDF_StructElement_GetAltText, element),
            )
            count = raw.FPDF_StructElement_CountChildren(element)
            todo += [raw.FPDF_StructElement_GetChildAtIndex(element, number) for number in range(count)]


def _string(function: object, element: object) -> str:
    size = function(element, None, 0)  # type: ignore[operator]
    buffer = ctypes.create_string_buffer(size)
    function(element, buffer, size)  # type: ignore[operator]
    return buffer.raw.decode("utf-16-le").rstrip("\0")
