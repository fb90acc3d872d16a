"""The words of a verdict: what the screen, the JSON and the page that is filed all say of a signed package."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Final

from addin.story import dossier
from addin.story.enclosed import said
from validators import __version__
from validators.findings import moment
from validators.verdict import Section, Tone, Verdict, page_of
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

TONES: Final[Mapping[str, Tone]] = {"valid": "good", "unsealed": "wait", "invalid": "bad"}


def page(outcome: dossier.Outcome, package: bytes, name: str, lang: str, *, at: dt.datetime) -> bytes:
    """Return the verdict on a package, whose file is called ``name``, as a PDF of one page."""
    texts = catalogue("addin", lang)
    told, words = texts["verdict"], texts["words"]
    filled = outcome.contents.report if outcome.contents else None
    measure = outcome.contents.checked.measure if outcome.contents else None
    good, bad = texts["words"]["valid"], texts["words"]["invalid"]
    signatures = [
        (
            dossier.role_label(measure, one.role, lang) if measure else one.role,
            f"{one.name} {one.niss_masked}",
            one.level,
            moment(one.signing_time),
            one.trust,
            bad if outcome.causes or outcome.by_signature[one.entry] else good,
        )
        for one in outcome.verdict.signatures
    ]
    causes = [*outcome.causes, *(cause for found in outcome.by_signature.values() for cause in found)]
    next_steps = dossier.status_json(outcome, lang, at.date(), name)["next"]
    test = any(one.trust.startswith("TEST") for one in outcome.verdict.signatures)
    centre = f"{filled['centre']['centre_name']} · " if filled and filled["centre"].get("centre_name") else ""
    return page_of(
        Verdict(
            kicker=told["kicker"],
            title=measure.title[lang] if measure else name,
            subtitle=f"{centre}{name} · {told['verified'].format(moment=moment(at))}",
            word=told[outcome.word][0].upper() + told[outcome.word][1:],
            tone=TONES[outcome.word],
            meaning=told["meaning"][outcome.word],
            sections=(
                Section(
                    told["signatures"],
                    signatures,
                    (words["role"], words["name"], words["level"], words["when"], words["trust"], words["verdict"]),
                    (0.2, 0.24, 0.08, 0.16, 0.19, 0.13),
                ),
                Section(told["reasons"], [[f"{one.code}  {dossier.words(one, lang)[0]}"] for one in causes]),
                Section(told["official"], [[line] for line in said(filled, lang)]),
                Section(told["what_next"], [[step] for step in next_steps]),
                Section(
                    told["files"],
                    [(file, digest) for file, digest in outcome.verdict.files],
                    (words["files"], words["sha256"]),
                    (0.32, 0.68),
                ),
            ),
            footer=(
                *([told["test"]] if test else []),
                f"{told['package']}: {hashlib.sha256(package).hexdigest()}",
                told["program"].format(version=__version__),
            ),
            lang=lang,
            created=at,
        )
    )
