"""The actions that a ribbon, a toolbar and a helper offer: one registry, in the order in which they are shown.

Each names a macro, a plain function on an open workbook, and what the host asks the user for before it runs. Labels and
tips stand under ``[action]`` in this room's catalogues, what is asked under ``[ask]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from addin.macros import checking, pasting, publishing, signatures
from addin.macros.steps import NO_PACKAGE
from workbook_templates import packs
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable

    from addin.macros.steps import Told


class Kind(StrEnum):
    """How a host asks."""

    TEXT = "text"
    CHOICE = "choice"
    OPEN = "open"
    """The path of an existing file."""
    SAVE = "save"
    """The path of a file to be made."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that the user is asked for; the answer is the macro's argument of the same name."""

    name: str
    kind: Kind
    suffixes: tuple[str, ...] = ()
    """Of files."""
    after: str = ""
    """Code of a refusal after which this is asked, and the macro run again; empty: asked at once."""

    def choices(self, lang: str) -> dict[str, str]:
        """Return what may be chosen: value to label."""
        if self.name == "pack":
            known = [packs.load(*pack) for pack in packs.available()]
            return {f"{one.id}/{one.year}": one.title[lang] for one in known}
        return dict(catalogue("addin", lang)["language"]) if self.name == "lang" else {}


@dataclass(frozen=True, slots=True)
class Action:
    """One button."""

    id: str
    macro: Callable[..., Told]
    group: str
    """Which buttons stand together."""
    asks: tuple[Ask, ...] = ()
    anywhere: bool = False
    """Whether it works in a workbook that is no template of ours, or without one."""
    large: bool = False
    """Whether it is shown larger than the others."""
    icon: str = ""
    """Its icon, one of Office's own, by Microsoft's name for it (imageMso)."""

    def label(self, lang: str) -> str:
        """Return what stands on the button."""
        return str(catalogue("addin", lang)["action"][self.id]["label"])

    def tip(self, lang: str) -> str:
        """Return what it does, in a sentence."""
        return str(catalogue("addin", lang)["action"][self.id]["tip"])


_LANGUAGE = Ask("lang", Kind.CHOICE)
_PACK = Ask("pack", Kind.CHOICE)
_REASON = Ask("reason", Kind.TEXT)
_PACKAGE = Ask("package", Kind.OPEN, (signatures.SUFFIX,), after=NO_PACKAGE)
_LEDGER = Ask("ledger", Kind.OPEN, (".xlsx", ".csv", ".txt", ".xls", ".xlsm", ".ods"))
_BLANK = Ask("blank", Kind.OPEN, (".xlsx", ".xlsm"))
_TARGET = Ask("target", Kind.SAVE, (".xlsx", ".xlsm"))
_WORKBOOK = Ask("path", Kind.SAVE, (".xlsx",))

ACTIONS = (
    Action("check_and_sign", signatures.check_and_sign, "sign", large=True, icon="DigitallySignMessage"),
    Action("check", checking.check, "check", icon="DataValidation"),
    Action("previous_finding", checking.previous_finding, "check", icon="ReviewPreviousComment"),
    Action("next_finding", checking.next_finding, "check", icon="ReviewNextComment"),
    Action("accept_warning", checking.accept_warning, "check", (_REASON,), icon="ReviewAcceptChange"),
    Action("clear_remarks", checking.clear_remarks, "check", icon="DataValidationClearValidationCircles"),
    Action("totals", checking.totals, "check", icon="AutoSum"),
    Action("status", signatures.status, "package", (_PACKAGE,), anywhere=True, icon="Info"),
    Action("countersign", signatures.countersign, "package", (_PACKAGE,), anywhere=True, icon="SignatureLineInsert"),
    Action("seal", signatures.seal, "package", (_PACKAGE,), anywhere=True, icon="Lock"),
    Action("verify", signatures.verify, "package", (_PACKAGE,), anywhere=True, icon="AcceptInvitation"),
    Action(
        "new_report", checking.new_report, "report", (_PACK, _LANGUAGE, _WORKBOOK), anywhere=True, icon="FileNewDefault"
    ),
    Action("paste_ledger", pasting.paste_ledger, "report", (_LEDGER,), icon="PasteSpecialDialog"),
    Action("fill_official", publishing.fill_official, "report", (_BLANK, _TARGET), icon="ExportExcel"),
    Action("carry_over", checking.carry_over, "report", (_WORKBOOK,), icon="SaveAndNew"),
    Action("portal_checklist", checking.portal_checklist, "report", icon="BulletsAndNumberingBulletsDialog"),
    Action("guide", checking.guide, "help", anywhere=True, icon="Help"),
    Action("doctor", checking.doctor, "help", anywhere=True, icon="TechnicalSupport"),
    Action("language", checking.language, "help", (_LANGUAGE,), anywhere=True, icon="SetLanguage"),
)
BY_ID = {action.id: action for action in ACTIONS}
