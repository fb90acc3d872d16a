"""Is this machine ready to sign? Each thing looked at says what was found and what to do; nothing needs to be there."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from addin import files
from addin.story import dossier
from signer import card, eid, services, trust
from signer.certificate import mask_niss
from signer.errors import SignerError
from signer.evidence import CLOCK_TOLERANCE
from signer.seal import BELGIAN_AUTHORITIES
from validators import __version__
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from signer.trust import TrustStore

_PATIENCE = 5.0
"""Seconds to wait for a service."""
_SOON = 60
"""Days before its end when a card should be renewed."""


class State(StrEnum):
    """How one thing stands."""

    GOOD = "good"
    NOTE = "note"
    """Not needed for signing, or not for long."""
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, in the reader's words."""

    id: str
    title: str
    state: State
    found: str
    remedy: str = ""


def examine(
    lang: str, module: Path | None, store: TrustStore, authorities: Sequence[str] = BELGIAN_AUTHORITIES
) -> list[Check]:
    """Return everything looked at, in the order in which a person would put it right."""
    examination = _Examination(catalogue("addin", lang)["doctor"], lang, store)
    with ThreadPoolExecutor() as pool:
        clocks = pool.map(lambda url: services.clock(url, _PATIENCE), authorities)
        local = list(examination.machine()) + list(examination.card_software(module))
        found = list(clocks)
    return [*local, *examination.network(authorities, found)]


def to_json(checks: Sequence[Check]) -> dict[str, Any]:
    """Return the examination for programs."""
    return {
        "ready": all(check.state is not State.BAD for check in checks),
        "checks": [
            {
                "id": check.id,
                "title": check.title,
                "state": check.state.value,
                "found": check.found,
                "remedy": check.remedy,
            }
            for check in checks
        ],
    }


@dataclass(frozen=True, slots=True)
class _Examination:
    texts: dict[str, str]
    lang: str
    store: TrustStore

    def machine(self) -> Iterator[Check]:
        system = f"{platform.system()} {platform.release()} {platform.machine()}"
        python = f"{platform.python_version()} ({platform.architecture()[0]})"
        yield self._good("program", version=__version__, python=python, system=system)
        folder = files.home()
        nearest = next((one for one in (folder, *folder.parents) if one.exists()), folder)
        if os.access(nearest, os.W_OK):
            yield self._good("folder", path=folder)
        else:
            yield Check(
                "folder",
                self.texts["folder"],
                State.BAD,
                self.texts["folder_bad"].format(path=folder),
                self.texts["folder_todo"].format(variable=files.HOME_VARIABLE),
            )

    def card_software(self, module: Path | None) -> Iterator[Check]:
        warnings = eid.middleware_warnings(Path.home())
        if not warnings:
            yield self._good("log")
        for warning in warnings:
            yield self._refused("log", dossier.as_cause(warning))
        try:
            path = eid.module_path(module)
            name, readers = card.describe(path)
        except SignerError as error:
            yield self._refused("middleware", error)
            return
        yield Check("middleware", self.texts["middleware"], State.GOOD, f"{name}, {path}")
        if readers:
            yield self._good("readers", count=readers)
        try:
            for one in eid.list_cards(module):
                yield self._card(one)
        except SignerError as error:
            yield self._refused("card" if readers else "readers", error)

    def _card(self, one: eid.EidCard) -> Check:
        now = dt.datetime.now(dt.UTC)
        reasons = [*trust.check_signer(one.signer)]
        reasons += trust.check_chain((one.signer, *one.chain), self.store, now)[1]
        if reasons:
            return self._refused("card", dossier.as_cause(reasons[0]))
        days = (one.signer.end - now).days
        told = {"person": mask_niss(one.signer.niss), "days": days}
        if days < _SOON:
            found = self.texts["card_old"].format(**told)
            return Check("card", self.texts["card"], State.NOTE, found, self.texts["card_old_todo"])
        return self._good("card", **told)

    def network(self, urls: Sequence[str], clocks: Sequence[dt.datetime | None]) -> Iterator[Check]:
        now = dt.datetime.now(dt.UTC)
        for url, clock in zip(urls, clocks, strict=True):
            title = self.texts["service"].format(host=urlsplit(url).hostname)
            if clock:
                yield Check("service", title, State.GOOD, self.texts["service_found"])
            else:
                yield Check("service", title, State.NOTE, self.texts["service_bad"], self.texts["service_todo"])
        told = [abs(clock - now) for clock in clocks if clock]
        title = self.texts["clock"]
        if not told:
            yield Check("clock", title, State.NOTE, self.texts["clock_unknown"])
        elif min(told) <= CLOCK_TOLERANCE:
            yield self._good("clock", seconds=round(min(told).total_seconds()))
        else:
            found = self.texts["clock_bad"].format(seconds=round(min(told).total_seconds()))
            yield Check("clock", title, State.BAD, found, self.texts["clock_todo"])

    def _good(self, name: str, **told: object) -> Check:
        return Check(name, self.texts[name], State.GOOD, self.texts[f"{name}_found"].format(**told))

    def _refused(self, name: str, cause: SignerError) -> Check:
        message, remedy = dossier.words(cause, self.lang)
        return Check(name, self.texts[name], State.BAD, f"{cause.code}  {message}", remedy)
