"""Write the pages that are made from others; ``--check`` only says which of them are stale.

- ``report.schema.json``: the shape of report.json.
- ``rules.md``: every rule of every measure.
- ``measures/``: the guide of each measure in each language.
- ``addin/guide``: the guide in pictures as one page, which the add-in opens.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from docs import booklet
from validators import report
from validators.checks import KINDS
from workbook_templates import packs
from workbook_templates.guide import day, example
from workbook_templates.measure import LANGUAGES, Measure
from workbook_templates.texts import catalogue

FOLDER = Path(__file__).parent
_RULER = "| --- | --- | --- | --- |"


def pages() -> Iterator[tuple[str, str]]:
    """Yield path below ``docs`` and content of each page."""
    yield "report.schema.json", report.schema().decode()
    yield "rules.md", rules()
    for lang in booklet.LANGUAGES:
        yield f"../addin/guide/{lang}.html", booklet.page(lang)
    for measure_id, year in packs.available():
        for lang in LANGUAGES:
            yield f"measures/{year}/{measure_id}.{lang}.md", guide(packs.load(measure_id, year), lang)


def rules() -> str:
    """Return the table of every rule: code, severity, kind, text in French and Dutch, source, confidence."""
    said = catalogue("validators", "en")["kind"]
    lines = [
        "# Rules",
        "",
        "Made from the packs by `make docs`. A code never changes its meaning. `E` blocks the package, `W` wants a",
        "reason; what no official text confirms (confidence M or L) is a `W`. Kinds are the closed vocabulary of",
        "`validators/checks.py`.",
        "",
        "## Kinds",
        "",
        "| kind | looks at | what it expects |",
        "| --- | --- | --- |",
        *(f"| {name} | {kind.scope.value} | {said[name]['expected']} |" for name, kind in KINDS.items()),
        "",
    ]
    told: set[str] = set()
    for measure_id, year in packs.available():
        measure = packs.load(measure_id, year)
        fresh = [rule for rule in measure.rules if rule.code not in told]
        told |= {rule.code for rule in fresh}
        if not fresh:
            continue
        lines += [
            f"## {measure.title.en}",
            "",
            "| code | severity | kind | column | fr | nl | source | confidence |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |",
        ]
        lines += [
            f"| {rule.code} | {rule.severity} | {rule.kind} | {rule.column} | {rule.text.fr} | {rule.text.nl} "
            f"| {rule.source.fr} | {rule.confidence} |"
            for rule in fresh
        ]
        lines.append("")
    return "\n".join(lines)


def guide(measure: Measure, lang: str) -> str:
    """Return the guide of a measure, with what the guide sheet of its workbook says."""
    words = catalogue("workbook_templates", lang)["guide"]
    calendar = measure.calendar
    dates = [
        (words[name], day(date) if date else words["not_published"])
        for name, date in (("opens", calendar.opens), ("closes", calendar.closes))
    ]
    lines = [f"# {measure.title[lang]}", "", measure.note[lang], "", f"## {words['steps']}", ""]
    lines += [f"{number}. **{step['title']}** {step['text']}" for number, step in enumerate(words["step"], 1)]
    lines += ["", f"## {words['calendar']}", "", *(f"- {name}: {date}" for name, date in dates)]
    lines += [f"- {words['remainder']}: {measure.remainder[lang]}", "", f"## {words['help']}", ""]
    lines += [f"- {contact.label[lang]}: {contact.email}, {contact.phone}" for contact in measure.contacts]
    header = f"| {words['column']} | {words['wanted']} | {words['example']} | {words['required']} |"
    for sheet in measure.sheets:
        lines += ["", f"## {words['sheet']} {sheet.title[lang]}", "", sheet.intro[lang], "", header, _RULER]
        lines += [
            f"| {one.label[lang]} | {one.help[lang]} | {example(one, lang)} | {'●' if one.required else ''} |"
            for one in (*sheet.fields, *sheet.columns)
        ]
    header = f"| {words['code']} | {words['rule']} | {words['source']} | {words['confidence']} |"
    lines += ["", f"## {words['rules']}", "", header, _RULER]
    lines += [
        f"| {rule.code} | {rule.text[lang]} | {rule.source[lang]} | {words[rule.confidence]} |"
        for rule in measure.rules
    ]
    return "\n".join([*lines, ""])


def stale() -> list[str]:
    """Return the pages that are not what the packs say."""
    found = []
    for path, text in pages():
        file = FOLDER / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            found.append(path)
    return found


def main() -> int:
    """Write the pages, or check them."""
    if sys.argv[1:] == ["--check"]:
        found = stale()
        print("\n".join(f"stale: {path} (run make docs)" for path in found))
        return 1 if found else 0
    for path, text in pages():
        file = FOLDER / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
